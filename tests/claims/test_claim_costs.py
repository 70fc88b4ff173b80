"""What claims cost nobody who makes none: a page without them never imports SymPy.

How much they cost the others is for benchmarks/claims.py to print; a clock is no test.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = """\
```python
import torch

x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
```

```python
{}
```

```python
import sys

print("sympy" in sys.modules, "gradbook.claims" in sys.modules)
# > not {}
```
"""
FIGURE = (
    "import matplotlib.pyplot as plt\n\nplt.figure().set_label('A line that rises from 1 to 2.')"
)
CLAIM = 'from gradbook import derivative\n\nderivative("x^2", "2x")'


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        ("print(x.grad)", "False False"),
        ("from gradbook import draw\n\ndraw(y)", "False False"),
        (FIGURE, "False False"),
        (CLAIM, "True True"),
    ],
)
def test_sympy_comes_with_the_first_claim(cell: str, printed: str, tmp_path: Path) -> None:
    """In a project of its own: its server imports ahead what its pages will, and nothing else."""
    (tmp_path / "mkdocs.yml").write_text("site_name: Costs\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/page.md").write_text(PAGE.format(cell, printed))
    check = [sys.executable, "-m", "gradbook", "check"]
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True)
    stated = re.findall(r"got +(True|False) (True|False)", done.stdout + done.stderr)
    assert stated == [tuple(printed.split())], done.stdout + done.stderr

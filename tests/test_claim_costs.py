"""What claims cost nobody who makes none: a page without them never imports SymPy.

How much they cost the others is for benchmarks/claims.py to print; a clock is no test.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gradbook.executor import Executor
from gradbook.pages import load

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
```
"""
FIGURE = "import matplotlib.pyplot as plt\n\nplt.figure().set_label('A line that rises from 1 to 2.')"
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
def test_sympy_comes_with_the_first_claim(cell: str, printed: str, executor: Executor) -> None:
    run = executor.run(load(PAGE.format(cell), "page.md", Path()).steps)
    assert run.cells[-1].outputs[-1].text == f"{printed}\n"

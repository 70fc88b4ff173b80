"""A page's script, run by plain Python, prints what the page's own run showed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from built import ROOT

from gradbook.page.pages import load
from gradbook.project import project_at
from gradbook.site.downloads import script
from gradbook.site.scripts import without_calls

PROJECT = project_at(ROOT)
# Cells, and what makes it hard to say in a script what they show. Those that raise are meant to.
CELLS = {
    "tuples": ["1,", "(1), (2)", "(1, 2), 3", "*range(2), 2", "()"],
    "letters of two bytes": ["'é', 'ü'  # ä"],
    "comments within, behind and below": ["{\n    1: 2,  # c\n}  # d\n# e"],
    "a line that goes on": ["1 + \\\n  2"],
    "the value before": ["3", "_ + 1", "for _ in range(2):\n    pass\n_"],
    "strings of several lines": ["'''a\n  b''', '''c\n d'''  # e"],
    "strings of several lines in a cell that raises": [
        "def f():\n    '''doc\nof f\n    '''\n    return f'''{\n1}\nx'''\n\nraise KeyError(f(), f.__doc__, 'a\\\nb')"
    ],
    "exceptions": [
        "raise ExceptionGroup('g', [ValueError(1), TypeError()])",
        "error = 3\nraise ValueError",
        "error",
        "eval('1 +')  # raises",
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('b: c\\nd') from e",
    ],
    "future imports": [
        "'''doc'''\nfrom __future__ import (\n    annotations,  # later\n    generator_stop,\n)\n\n"
        "def f(x: unknown): ...\nf.__annotations__",
        "from __future__ import annotations",
    ],
}


@pytest.mark.parametrize("what", CELLS)
def test_a_script_shows_what_its_cells_show(what: str, tmp_path: Path) -> None:
    fences = []
    for number, code in enumerate(CELLS[what]):
        tags = ' tags=["raises-exception"]' if re.search(r"\braises?\b", code) else ""
        fences.append(f"```python\n# %% c{number}{tags}\n{code}\n```\n")
    page = load("\n".join(fences), "docs/p.md", PROJECT.snippets)
    assert not page.faults
    run = PROJECT.executor.run(page.steps)
    shown = [output.text.rstrip("\n") for cell in run.cells for output in cell.outputs]
    (tmp_path / "script.py").write_text(script(page, run), "utf-8")
    command = [sys.executable, "-X", "utf8", "script.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60)
    assert shown and done.stderr == ""
    assert done.stdout.split("\n") == [line for text in shown for line in text.split("\n")] + [""]


def test_a_hidden_picture_stays_where_a_later_cell_uses_its_names(tmp_path: Path) -> None:
    """Its drawing is left out, as is the whole cell where nobody needs it."""
    drawn = "from gradbook import draw\n"
    cells = [
        "```python\nimport torch\n\nx = torch.tensor(2.0, requires_grad=True)\n```\n",
        f'```python\n# %% used tags=["hide-input"]\n{drawn}\nk = 3\ndraw(k * x)  # may vary\n```\n',
        f'```python\n# %% unused tags=["hide-input"]\n{drawn}\nm = 4\ndraw(m * x)  # may vary\n```\n',
        "```python\nprint(k)\n# > 3\n```\n",
    ]
    page = load("\n".join(cells), "docs/p.md", PROJECT.snippets)
    assert PROJECT.page_problems(page) == []
    text = script(page, PROJECT.executor.run(page.steps))
    assert "draw" not in text and "m = 4" not in text
    (tmp_path / "script.py").write_text(text, "utf-8")
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.stdout, done.stderr) == ("3\n", "")


def test_names_that_are_not_gradbooks_stay_in_a_hidden_cell() -> None:
    """A page may call a number `row`, and get `hessian` from torch."""
    code = "from torch.func import hessian\nrow = 2\nf = hessian\n"
    assert without_calls(code, ["row", "hessian", "draw"]) == code.strip("\n")
    drawing = "from gradbook import hessian\nhessian('x^2', '2')\nk = 1"
    assert without_calls(drawing, ["row", "hessian", "draw"]) == "k = 1"

"""The course section that the tutorial retells: the lab has its cells, in its order, and what each printed."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

from gradbook.project import Project

# Copied on purpose: that the course's code and its printed values are kept is what is promised.
COURSE = """
>>> import torch
>>> x = torch.tensor(2.0,requires_grad=True)
>>> y = 2*x**4 + x**3 + 3*x**2 + 5*x +1
>>> print(y)
tensor(63., grad_fn=<AddBackward0>)
>>> y.backward()
>>> x.grad
tensor(93.)
>>> x = torch.tensor([[1.,2.,3],[3.,2.,1.]],requires_grad=True)
>>> print(x)
tensor([[1., 2., 3.],
        [3., 2., 1.]], requires_grad=True)
>>> y = 3*x + 2
>>> print(y)
tensor([[ 5.,  8., 11.],
        [11.,  8.,  5.]], grad_fn=<AddBackward0>)
>>> z = 2*y**2
>>> print(z)
tensor([[ 50., 128., 242.],
        [242., 128.,  50.]], grad_fn=<MulBackward0>)
>>> out = z.mean()
>>> print(out)
tensor(140., grad_fn=<MeanBackward0>)
>>> out.backward()
>>> print(x.grad)
tensor([[10., 16., 22.],
        [22., 16., 10.]])
"""


def test_the_lab_has_the_cells_of_the_course_and_what_they_printed(real: Project) -> None:
    page = real.page(real.docs / "labs" / "pytorch-gradients.md")
    _, verified = real.verify(page)
    shown = [
        ("\n".join(cell.shown), "".join(output.text for output in verified[cell].done.outputs).strip())
        for cell in page.cells
    ]
    course = doctest.DocTestParser().get_examples(COURSE)
    assert not any(step.problems for step in verified.values())
    kept = [(example.source.strip(), example.want.strip()) for example in course]
    assert shown[: len(kept)] == kept
    assert page.cells[len(kept)].name == "checks", "after the course come the tasks, and nothing else"


def test_plain_python_prints_what_the_course_printed(tmp_path: Path) -> None:
    path = tmp_path / "course.txt"
    path.write_text(COURSE)
    done = subprocess.run([sys.executable, "-m", "doctest", path], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_page_prints_what_plain_numbers_give(real: Project) -> None:
    """The polynomial of the page at its point, without tensors, and its slope by finite differences."""
    page = real.page(real.docs / "tutorial" / "one-step.md")
    _, verified = real.verify(page)
    cells = {cell.name: (cell, verified[cell].done) for cell in page.cells}

    def y(x: float) -> float:
        names = {"x": x}
        exec(cells["polynomial"][0].source.replace("print(y)", ""), names)
        return names["y"]

    slope = (y(2 + 1e-5) - y(2 - 1e-5)) / 2e-5
    printed = {name: cells[name][1].outputs[0].text.strip() for name in ("polynomial", "slope")}
    assert printed["polynomial"] == f"tensor({y(2):.0f}., grad_fn=<AddBackward0>)"
    assert printed["slope"] == f"tensor({slope:.0f}.)"

"""The labs' tasks, from their own cells: the stub is refused, the solution accepted, and wrong answers are called by
their kind; and each lab's notebook runs in Jupyter from empty to solved.

A task `t` of a lab has the cells `t_task` (the stub), `t_check` and `t_solution`, in this order.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import torch
from built import ROOT
from lab_answers import RIGHT, WRONG
from notebooks import execute

from gradbook.page.files import read
from gradbook.project import project_at
from gradbook.site.downloads import notebook
from gradbook.site.prose import Place

PROJECT = project_at(ROOT)
LABS = {
    path.stem: path for path in sorted((PROJECT.docs / "labs").glob("*.md")) if path.stem in WRONG
}
PARTS = ("task", "check", "solution")


def cells_of(lab: str) -> dict[str, str]:
    """The lab's cells by their names, in its order, as readers see them."""
    return {cell.name: "\n".join(cell.shown) for cell in PROJECT.page(LABS[lab]).cells}


def tasks_of(lab: str) -> list[str]:
    return [name.removesuffix("_task") for name in cells_of(lab) if name.endswith("_task")]


def part_of(name: str) -> str:
    return name.rpartition("_")[2] if name.rpartition("_")[2] in PARTS else ""


class Reader:
    """Somebody who works through a lab up to a task, and has solved what stands before it."""

    def __init__(self, lab: str, task: str) -> None:
        self.lab, self.names, self.cells = lab, {"__name__": "__main__"}, cells_of(lab)
        self.check = self.cells[f"{task}_check"]
        for name, source in self.cells.items():
            if name == f"{task}_task":
                break
            self.run(source)

    def run(self, source: str) -> str:
        """What the program prints."""
        said, file = io.StringIO(), f"<{self.lab} {hash(source)}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        with contextlib.redirect_stdout(said):
            exec(compile(source, file, "exec"), self.names)
        return said.getvalue()

    def answers(self, source: str) -> str:
        """What the check says to this answer."""
        self.run(source)
        return self.run(self.check)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Labs set torch's precision."""
    yield
    torch.set_default_dtype(torch.float32)


TASKS = [(lab, task) for lab in LABS for task in tasks_of(lab)]
OTHERS = [(lab, task, n) for lab, task in TASKS for n in range(len(RIGHT[lab][task]))]
ANSWERS = [(lab, task, n) for lab, task in TASKS for n in range(len(WRONG[lab][task]))]


def test_each_task_has_its_parts_in_order() -> None:
    assert len(TASKS) == sum(map(len, WRONG.values()))
    for lab in LABS:
        parts = [name for name in cells_of(lab) if part_of(name)]
        assert parts == [f"{task}_{part}" for task in tasks_of(lab) for part in PARTS]


@pytest.mark.parametrize("lab", LABS)
def test_hints_and_solutions_are_folded(lab: str) -> None:
    text = LABS[lab].read_text("utf-8")
    for task in tasks_of(lab):
        before, _, _ = text.partition(f"# %% {task}_solution")
        _, _, between = before.rpartition(f"# %% {task}_check")
        assert '??? tip "Hint"' in between
        assert between.rstrip().endswith('??? success "Solution"\n    ```python')


@pytest.mark.parametrize(("lab", "task"), TASKS)
def test_the_stub_is_refused_and_the_solution_accepted(lab: str, task: str) -> None:
    reader = Reader(lab, task)
    refused = reader.answers(reader.cells[f"{task}_task"])
    assert refused.startswith("Not yet: ")
    assert reader.answers(reader.cells[f"{task}_solution"]).startswith("Right: ")


@pytest.mark.parametrize(("lab", "task", "number"), OTHERS)
def test_a_right_answer_may_look_different(lab: str, task: str, number: int) -> None:
    said = Reader(lab, task).answers(textwrap.dedent(RIGHT[lab][task][number]))
    assert said.startswith("Right: "), said


@pytest.mark.parametrize(("lab", "task", "number"), ANSWERS)
def test_a_wrong_answer_is_called_by_its_kind(lab: str, task: str, number: int) -> None:
    kind, program = WRONG[lab][task][number]
    said = Reader(lab, task).answers(textwrap.dedent(program))
    assert kind in said and "Right" not in said, said


@pytest.mark.parametrize(("lab", "task"), TASKS)
def test_three_kinds_of_wrong_answers_are_told_apart(lab: str, task: str) -> None:
    assert len({kind for kind, _ in WRONG[lab][task]}) >= 3


def book_of(lab: str) -> nbformat.NotebookNode:
    page = PROJECT.page(LABS[lab])
    run, _ = PROJECT.verify(page)
    text, place = read(LABS[lab], lab), Place(f"labs/{lab}.md", "https://example.org/")
    return nbformat.from_dict(notebook(text, page, run, place))


@pytest.mark.parametrize("lab", LABS)
def test_its_notebook_folds_hints_and_solutions(lab: str) -> None:
    book = book_of(lab)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    hidden = {"source_hidden": True, "outputs_hidden": True}
    answers = re.findall(r"^        # %% (\w+)", LABS[lab].read_text("utf-8"), re.M)  # in boxes of boxes
    for cell, name in zip(code, cells_of(lab)):
        folded = name == "checks" or part_of(name) == "solution" or name in answers
        assert cell.metadata.get("jupyter") == (hidden if folded else None), name
        assert cell.metadata.get("cellView") == ("form" if folded else None), name  # in Colab
    text = "".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    hints = text.count("<details><summary>Hint</summary>\n\n")
    assert hints == text.count("\n\n</details>") == len(tasks_of(lab))


@pytest.mark.parametrize("lab", LABS)
def test_its_notebook_runs_in_jupyter_from_empty_to_solved(lab: str, tmp_path: Path) -> None:
    cells, book = cells_of(lab), book_of(lab)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert [cell.source for cell in code] == list(cells.values())
    for cell, name in zip(code, cells):
        cell.outputs.clear()
        if part_of(name) == "task":
            cell.source = cells[name.replace("_task", "_solution")]
    execute(book, tmp_path)
    for cell, name in zip(code, cells):
        if part_of(name) in ("check", "solution"):
            assert cell.outputs[0].text.startswith("Right: "), (name, cell.outputs)

"""Every expectation and every checked value of the site, altered one by one: each alteration must be noticed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from built import ROOT

from gradbook.compare.verify import verify
from gradbook.page.pages import Page, Step, load
from gradbook.project import Project
from gradbook.run.executor import Executor

EXECUTOR = Executor()


@pytest.fixture(scope="module", autouse=True)
def executor() -> Iterator[None]:
    yield
    EXECUTOR.close()


def all_pages() -> list[Page]:
    pages, unreadable = Project(ROOT, executor=EXECUTOR).pages()
    assert not unreadable
    return [page for page in pages if page.steps]


def altered(line: str) -> Iterator[str]:
    """The line with its last digit or letter changed, and with a word added."""
    if stated := list(re.finditer(r"[A-Za-z0-9]", line.removesuffix("..."))):
        at = stated[-1].start()
        other = "7" if line[at].isdigit() and line[at] != "7" else "3" if line[at].isdigit() else "Q"
        yield line[:at] + other + line[at + 1 :]
    yield f"{line} indeed".lstrip()


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: page.path)
def test_each_expectation_and_each_value_bites(page: Page) -> None:
    run = EXECUTOR.run(page.steps, page.timeout)

    def noticed(step: Step) -> bool:
        return bool(verify(page, run)[step].problems)

    assert not any(map(noticed, page.steps))
    tried = 0
    for cell in page.cells:
        for statement in cell.statements:
            stated = statement.expected or []
            for position, line in enumerate(stated):
                for other in altered(line):
                    statement.expected = [*stated[:position], other, *stated[position + 1 :]]
                    assert noticed(cell), f"{cell.at}: {line!r} became {other!r}"
                    tried += 1
            if stated:
                statement.expected = stated[:-1] or None
                assert noticed(cell), f"{cell.at}: the last line was dropped"
                statement.expected = stated
                tried += 1
            elif not statement.varies:
                statement.expected = ["something"]
                assert noticed(cell), f"{cell.at}: nothing is printed there"
                statement.expected = None
                tried += 1
    for value in page.values:
        stated = value.stated
        for other in altered(stated):
            value.stated = other
            assert noticed(value), f"{value.at}: {stated} became {other}"
            tried += 1
        value.stated = stated
    assert tried and not any(map(noticed, page.steps))


def test_an_altered_file_fails_as_a_whole(tmp_path: Path) -> None:
    """The same through the files, once: what is altered on disk is what the page is compared with."""
    for name in ("docs", "snippets"):
        shutil.copytree(ROOT / name, tmp_path / name)
    path = tmp_path / "snippets" / "tutorial" / "one_step.py"
    text = path.read_text()
    stated = re.search(r"# %% slope\nx\.grad\n# > (tensor\(\d+)\.\)", text)[1]
    path.write_text(text.replace(f"# > {stated}.)", f"# > {stated}7.)", 1))
    project = Project(tmp_path, executor=EXECUTOR)
    found = project.page_problems(project.page(tmp_path / "docs/tutorial/one-step.md"))
    assert [problem.message for problem in found] == [f"expected  {stated}7.)\ngot       {stated}.)"]


def test_a_missing_and_a_superfluous_exception_are_noticed() -> None:
    missing = load('```python\n# %% raises tags=["raises-exception"]\nx = 1\n```\n', "docs/p.md", Path())
    raising = load("```python\n1 / 0\n# > ZeroDivisionError: division by zero\n```\n", "docs/p.md", Path())
    for page in (missing, raising):
        assert any(step.problems for step in verify(page, EXECUTOR.run(page.steps)).values())

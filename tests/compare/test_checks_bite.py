"""Every expectation and every checked value of the site, altered one by one: each alteration must be noticed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from built import ROOT
from mutants import Change, neighbors, page_changes

from gradbook.compare.verify import verify
from gradbook.page.pages import load
from gradbook.project import Project, project_at
from gradbook.run.executor import Executor

PAGES = [path for path in project_at(ROOT).page_files() if project_at(ROOT).page(path).steps]
Sample = Callable[[list[Change]], list[Change]]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_expectation_and_each_value_bites(path: Path, real: Project, sample: Sample) -> None:
    page = real.page(path)
    run, _ = real.verify(page)
    assert real.page_problems(page) == []
    changes = list(page_changes(page))
    assert changes
    for change in sample(changes):
        with change.made():
            assert verify(page, run)[change.step].problems, f"{change.step.at}: {change}"
    assert not any(step.problems for step in verify(page, run).values())


def test_what_is_altered() -> None:
    text = "```python\nprint('a 1')\n# > a 1\nx = 2\n```\n\nIt is 6<!-- = 3 * x -->.\n"
    assert list(map(str, page_changes(load(text, "docs/p.md", Path())))) == [
        "['a 1'] became ['a 7']",
        "['a 1'] became ['a 1 indeed']",
        "['a 1'] became None",
        "None became ['something']",
        "'6' became '7'",
        "'6' became '6 indeed'",
        "'6' became '5'",
    ]


def test_neighbors_of_a_number() -> None:
    assert neighbors("0.09") == ["0.10", "0.08"]
    assert neighbors("−1") == ["0", "−2"]
    assert neighbors("1e3") == []


def test_an_altered_file_fails_as_a_whole(tmp_path: Path, executor: Executor) -> None:
    """The same through the files, once: what is altered on disk is what the page is compared with."""
    for name in ("docs", "snippets"):
        shutil.copytree(ROOT / name, tmp_path / name)
    path = tmp_path / "snippets" / "tutorial" / "one_step.py"
    text = path.read_text()
    stated = re.search(r"# %% slope\nx\.grad\n# > (tensor\(\d+)\.\)", text)[1]
    path.write_text(text.replace(f"# > {stated}.)", f"# > {stated}7.)", 1))
    project = Project(tmp_path, executor=executor)
    found = project.page_problems(project.page(tmp_path / "docs/tutorial/one-step.md"))
    assert [problem.message for problem in found] == [f"expected  {stated}7.)\ngot       {stated}.)"]


def test_a_missing_and_a_superfluous_exception_are_noticed(executor: Executor) -> None:
    missing = load('```python\n# %% raises tags=["raises-exception"]\nx = 1\n```\n', "docs/p.md", Path())
    raising = load("```python\n1 / 0\n# > ZeroDivisionError: division by zero\n```\n", "docs/p.md", Path())
    for page in (missing, raising):
        assert any(step.problems for step in verify(page, executor.run(page.steps)).values())

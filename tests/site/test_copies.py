"""What the copy button of a cell gives runs alone, and prints what the page shows for that cell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from built import ROOT
from surveys import some, survey

from gradbook.page.cells import Cell, read_cell
from gradbook.page.pages import Page, load
from gradbook.project import project_at
from gradbook.run.executor import Executor
from gradbook.run.outputs import CellRun, Output, normalize
from gradbook.site.copies import Copy, copies

PROJECT = project_at(ROOT)
PAGES = sorted(path for path in PROJECT.docs.rglob("*.md") if PROJECT.page(path).steps)
# Pages about this site: some of their cells use its own package, and the button gives their code as it stands.
ABOUT_THIS_SITE = {"docs/figures.md", "docs/how-verified.md", "docs/speed.md"}


def ran(page: Page) -> dict[Cell, CellRun]:
    _, verified = PROJECT.verify(page)
    return {cell: done for cell in page.cells if (done := verified[cell].done)}


def said(outputs: list[Output]) -> tuple[list[str], list[str]]:
    """What is printed, line by line, and the warnings."""
    printed = [o.text.rstrip("\n") for o in outputs if o.kind != "warning" and not o.data]
    warned = [o.text for o in outputs if o.kind == "warning"]
    return "\n".join(printed).rstrip("\n").split("\n"), warned


@survey("path", PAGES, ids=lambda path: path.stem)
def test_each_copy_runs_alone_and_prints_what_the_page_shows(
    path: Path, executor: Executor
) -> None:
    page = PROJECT.page(path)
    done = ran(page)
    started = []
    for cell, copy in copies(done).items():
        program = read_cell(copy.program, "copy.py", 1, [], "copy")
        program.tags = cell.tags & {"raises-exception"}
        started.append((cell, executor.submit([program], timeout=600)))
    for cell, future in started:
        run = future.result()
        assert run.fault is None, f"{path}: {cell.name}"
        # The value of a last expression is shown here, and nowhere else: a copy has to print it.
        got = said([output for output in run.cells[0].outputs if output.kind != "display"])
        if any(statement.varies for statement in cell.statements):
            assert len(got[0]) == len(said(done[cell].outputs)[0]), f"{path}: {cell.name}"
        else:
            assert got == said(done[cell].outputs), f"{path}: {cell.name}"


def test_every_cell_that_readers_see_has_a_copy_but_for_pages_about_this_site() -> None:
    for path in some(PAGES):
        page = PROJECT.page(path)
        found = copies(ran(page))
        shown = [embed.cell for embed in page.embeds if embed.cell]
        seen = [cell for cell in shown if not cell.tags & {"hide-input", "remove-cell"}]
        assert page.path in ABOUT_THIS_SITE or all(cell in found for cell in seen), page.path


@pytest.mark.parametrize("name", ["graph/leaves", "graph/in-place", "how-to/hooks"])
def test_a_copy_runs_in_plain_python(name: str, tmp_path: Path) -> None:
    """The longest of a page that raises nothing: nothing of how pages are run helps it."""
    page = PROJECT.page(PROJECT.docs / f"{name}.md")
    done = ran(page)
    found = {c: copy for c, copy in copies(done).items() if "raises-exception" not in c.tags}
    cell = max(found, key=lambda cell: found[cell].lines)
    (tmp_path / "cell.py").write_text(found[cell].program, "utf-8")
    command = [sys.executable, "-X", "utf8", "cell.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=300)
    printed, warned = said(done[cell].outputs)
    assert normalize(run.stdout).rstrip("\n").split("\n") == printed
    assert all(warning.strip() in normalize(run.stderr) for warning in warned)


def copies_of(*cells: str) -> list[Copy]:
    """The copies of the cells of a page."""
    page = load(
        "\n".join(f"```python\n{cell}\n```\n" for cell in cells), "docs/p.md", PROJECT.snippets
    )
    assert not page.faults
    run = PROJECT.executor.run(page.steps)
    return list(copies(dict(zip(page.cells, run.cells))).values())


def test_a_value_that_the_page_shows_is_printed() -> None:
    value, text, pair = copies_of("1 + 1  # two", "'a'", "1, (\n    2\n)")
    assert value.program == "print(1 + 1)  # two\n"
    assert text.program == "print(repr('a'))\n"
    assert pair.program == "print((1, (\n    2\n)))\n"


def test_what_was_seen_above_is_not_printed_again() -> None:
    first = "log = []\nfor n in range(2):\n    log.append(n)\n    print(n)  # so far"
    *_, last = copies_of(first, "print(log)", "log")
    assert last.program == "log = []\nfor n in range(2):\n    log.append(n)\n\nprint(log)\n"
    assert last.lines == 3
    speaks = "def add(n):\n    print(n)\n    log.append(n)\n\n\nlog = []\nadd(1)"
    *_, last = copies_of(speaks, "add(2)")
    assert "with contextlib.redirect_stdout(None):\n    add(1)\n\nadd(2)\n" in last.program


def test_a_failure_above_that_may_have_done_something_is_passed_over() -> None:
    fails = '# %% f tags=["raises-exception"]\nlog.extend(1 / n for n in [1, 0])'
    *_, last = copies_of("log = []", fails, "print(log)")
    assert "with contextlib.suppress(ZeroDivisionError):\n    log.extend(" in last.program


def test_the_page_names_lines_that_it_has_and_gives_the_others() -> None:
    page = load(
        "```python\nx = [1]\n\ny = x\n```\n\n```python\nz = y\n```\n", "docs/p.md", PROJECT.snippets
    )
    done = dict(zip(page.cells, PROJECT.executor.run(page.steps).cells))
    copy = copies(done)[page.cells[1]]
    assert copy.packed({page.cells[0]: 0, page.cells[1]: 1}) == "0 0 2"
    assert copy.packed({}) == " x = [1]\n \n y = x"

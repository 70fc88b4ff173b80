"""What readers take along is true as well: scripts print what pages show, notebooks give what they carry."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
import pytest
from built import ROOT
from nbclient import NotebookClient

from gradbook.cells import read_cell
from gradbook.checker import normalize
from gradbook.executor import Executor
from gradbook.notebook import drawn, markdown, notebook, script
from gradbook.pages import Page, load, read
from gradbook.project import Project
from gradbook.prose import flat, linked

PROJECT = Project(ROOT)
PAGES = sorted(path for path in PROJECT.docs.rglob("*.md") if PROJECT.page(path).steps)


@pytest.fixture(scope="module", autouse=True)
def executor() -> Iterator[Executor]:
    yield PROJECT.executor
    PROJECT.executor.close()


def printed(page: Page) -> list[str]:
    """What the page's cells print on standard output or display as text, line by line."""
    run, _ = PROJECT.verify(page)
    values = {value.step for value in page.values}
    lines: list[str] = []
    for number, cell in enumerate(run.cells):
        if number in values or drawn(page.steps[number], cell):
            continue
        for output in cell.outputs:
            if output.kind in ("stdout", "display", "error") and not output.data:
                lines += output.text.rstrip("\n").split("\n")
    return lines


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_script_prints_what_its_page_shows(path, executor: Executor) -> None:
    page = PROJECT.page(path)
    program = read_cell(script(page, PROJECT.verify(page)[0]), "script.py", 1, [], "script")
    run = executor.run([program], timeout=120)
    got = "".join(o.text for o in run.cells[0].outputs if o.kind in ("stdout", "error", "display"))
    if any(statement.varies for step in page.steps for statement in step.statements):
        assert len(got.rstrip("\n").split("\n")) == len(printed(page))
    else:
        assert [normalize(line) for line in got.rstrip("\n").split("\n")] == printed(page)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_notebook_is_valid_and_has_every_cell(path) -> None:
    page = PROJECT.page(path)
    run, _ = PROJECT.verify(page)
    book = nbformat.from_dict(notebook(read(path, path.name), page, run, "https://example.org/"))
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    values = {value.step for value in page.values}
    shown = max((e.step for e in page.embeds if e.step is not None), default=-1)
    assert len(code) == len([n for n in range(shown + 1) if n not in values])
    prose = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    for left in ("--8<--", "<!-- =", '!!! "', "??? "):
        assert left not in prose


@pytest.mark.parametrize("name", ["tutorial/one-step", "tutorial/tracking-off"])
def test_a_notebook_run_afresh_by_jupyter_gives_what_it_carries(name: str) -> None:
    path = PROJECT.docs / f"{name}.md"
    page = PROJECT.page(path)
    carried = nbformat.from_dict(notebook(read(path, name), page, PROJECT.verify(page)[0]))
    fresh = nbformat.from_dict(notebook(read(path, name), page, PROJECT.verify(page)[0]))
    for cell in fresh.cells:
        cell.get("outputs", []).clear()
    NotebookClient(fresh, timeout=120, kernel_name="python3").execute()
    for before, after in zip(carried.cells, fresh.cells, strict=True):
        assert texts(after) == texts(before), before.get("source")


def texts(cell: nbformat.NotebookNode) -> list[str]:
    """What a cell puts out, in words; a warning without where Jupyter saw it."""
    found = []
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            found.append(f"{output.ename}: {output.evalue}".strip())
        elif output.output_type == "stream" and output.name == "stderr":
            found += re.findall(r"\w*Warning: [^\n]{20}", output.text)
        elif any(form.startswith("image/") for form in output.get("data", {})):
            found.append("a figure")  # in words on the page, by its size in Jupyter
        else:
            found.append(str(output.get("text") or output.data["text/plain"]).strip())
    return [normalize(text) for text in found]


def test_markdown_has_code_and_output_and_keeps_formulas() -> None:
    path = PROJECT.docs / "tutorial" / "one-step.md"
    page = PROJECT.page(path)
    text = markdown(read(path, "one-step"), page, PROJECT.verify(page)[0], "https://example.org/")
    assert "```python\nx.grad\n```\n\n```text\ntensor(93.)\n```" in text
    assert "$x^2$" in text and "<math" not in text
    assert "](https://example.org/tutorial/multiple-steps/)" in text


def test_containers_are_opened_up() -> None:
    source = ["A", "", '!!! note "Title"', "    Inside.", "", '    ??? success "More"', "        Deep.", "", "B"]
    assert [line for line in flat(source, []) if line] == ["A", "**Title**", "Inside.", "**More**", "Deep.", "B"]


def test_links_to_pages_become_addresses() -> None:
    text = "[a](two.md) [b](../index.md#x) [c](https://e.org/d.md) [d](#here)"
    assert linked(text, "docs/part/one.md", "https://s.org/") == (
        "[a](https://s.org/part/two/) [b](https://s.org/#x) [c](https://e.org/d.md) [d](#here)"
    )


def test_a_meant_exception_is_caught_in_a_script() -> None:
    cell = '# %% fails tags=["raises-exception"]\n1 / 0\n# > ZeroDivisionError: division by zero'
    page = load(f"```python\n{cell}\n```\n", "docs/p.md", PROJECT.snippets)
    run = PROJECT.executor.run(page.steps)
    assert "except Exception as error" in script(page, run)

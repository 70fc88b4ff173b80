"""What readers take along is true as well: scripts print what pages show, notebooks give what they carry."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
from built import ROOT
from notebooks import execute
from surveys import COMPLETE, SEED, some_pages, tenth

from gradbook.page.cells import read_cell
from gradbook.page.files import read
from gradbook.page.pages import Page, load
from gradbook.project import project_at
from gradbook.run.executor import Executor
from gradbook.run.outputs import normalize
from gradbook.site.downloads import drawn, github, markdown, notebook, script
from gradbook.site.labs import is_lab
from gradbook.site.prose import Place, blocks

PROJECT = project_at(ROOT)
PAGES = sorted(path for path in PROJECT.docs.rglob("*.md") if PROJECT.page(path).steps)


def place(path: Path) -> Place:
    return Place(path.relative_to(PROJECT.docs).as_posix(), "https://example.org/")


def printed(page: Page) -> list[str]:
    """What the page's cells print on standard output or display as text, line by line."""
    _, verified = PROJECT.verify(page)
    lines: list[str] = []
    for cell in page.cells:
        done = verified[cell].done
        for output in [] if drawn(cell, done) else done.outputs:
            if output.kind in ("stdout", "display", "error") and not output.data:
                text = output.text
                # A message may end with a line's end of its own, which the script prints, too.
                text = text.removesuffix("\n") if output.kind == "error" else text.rstrip("\n")
                lines += text.split("\n")
    return "\n".join(lines).rstrip("\n").split("\n")


@pytest.mark.parametrize("path", some_pages(PAGES), ids=lambda path: path.stem)
def test_a_script_prints_what_its_page_shows(path, executor: Executor) -> None:
    page = PROJECT.page(path)
    program = read_cell(script(page, PROJECT.verify(page)[0]), "script.py", 1, [], "script")
    run = executor.run([program], timeout=600)
    said = [o for o in run.cells[0].outputs if o.kind in ("stdout", "error", "display")]
    got = "".join(output.text for output in said if not output.data)  # no pictures
    if any(statement.varies for cell in page.cells for statement in cell.statements):
        assert len(got.rstrip("\n").split("\n")) == len(printed(page))
    else:
        assert [normalize(line) for line in got.rstrip("\n").split("\n")] == printed(page)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_notebook_is_valid_and_has_every_cell(path) -> None:
    page = PROJECT.page(path)
    run, verified = PROJECT.verify(page)
    book = nbformat.from_dict(notebook(read(path, path.name), page, run, place(path)))
    nbformat.validate(book)
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    for cell in page.cells:
        if cell not in page.rest and not drawn(cell, verified[cell].done):
            assert "\n".join(cell.shown) in code
    prose = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    prose = re.sub(
        r"^(```+).*?^\1", "", prose, flags=re.M | re.S
    )  # pages for authors show such lines
    for left in ("--8<--", "<!-- =", '!!! "', "??? "):
        assert left not in prose


def run_afresh() -> list[Path]:
    """The pages whose notebooks are run, each in a kernel of its own: in CI all, elsewhere the labs and a tenth."""
    labs = [path for path in PAGES if is_lab(path.relative_to(PROJECT.docs).as_posix())]
    assert labs, "nobody would see whether a lab runs in Jupyter"
    if COMPLETE:
        return PAGES
    others = [path for path in PAGES if path not in labs]
    return labs + tenth(others, os.environ[SEED])


@pytest.mark.parametrize("path", run_afresh(), ids=lambda path: path.stem)
def test_a_notebook_run_afresh_by_jupyter_gives_what_it_carries(path: Path, tmp_path: Path) -> None:
    carried, fresh = nbformat.from_dict(book_of(path)), nbformat.from_dict(book_of(path))
    for cell in fresh.cells:
        cell.get("outputs", []).clear()
    execute(fresh, tmp_path)
    for before, after in zip(carried.cells, fresh.cells, strict=True):
        if "# may vary" not in before.source:
            assert texts(after) == texts(before), before.source


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_notebook_needs_torch_alone(path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for pages about this site: their code is the site's."""
    code = [c["source"] for c in book_of(path)["cells"] if c["cell_type"] == "code"]
    pictures = any(re.search(r"^(draw|row)\(", source, re.M) for source in code)
    about_this_site = path.stem in ("how-verified", "figures", "speed")
    first = code[0] if code else ""  # the tables of the atlas are text
    assert first.startswith("# Pictures of graphs") == (pictures or about_this_site)
    if not about_this_site:
        assert not any("gradbook" in source for source in code[pictures:])
        assert not any(re.search(r"^(derivative|gradient|vjp|identity)\(", c, re.M) for c in code)
    if pictures:
        names: dict = {}
        monkeypatch.setitem(sys.modules, "gradbook", None)  # as where it cannot be had
        exec(re.sub(r"%load_ext.*", "raise AssertionError", code[0]), names)
        assert names["draw"](1) is None and names["row"](1, a=2) is None


def test_a_warning_shown_twice_comes_twice_in_what_is_taken_along() -> None:
    """PyTorch gives it once per process, unless told otherwise as the page's own run is."""
    asked = "```python\nimport torch\n\ny = torch.ones(1, requires_grad=True) * 2\ny.grad\n```\n"
    for text, setting in {asked: 0, f"{asked}\n{asked}": 1}.items():
        page = load(text, "docs/p.md", PROJECT.snippets)
        run = PROJECT.executor.run(page.steps)
        book, program = str(notebook(text, page, run, Place("p.md"))), script(page, run)
        assert book.count("torch.set_warn_always(True)") == setting
        assert program.count("torch.set_warn_always(True)") == setting


def book_of(path: Path, repo_url: str | None = None) -> dict:
    page = PROJECT.page(path)
    run, _ = PROJECT.verify(page)
    return notebook(read(path, path.name), page, run, place(path), repo_url)


def test_a_notebook_gets_the_pictures_from_its_repository_on_github() -> None:
    path = PROJECT.docs / "tutorial/one-step.md"
    first = [c["source"] for c in book_of(path, "https://github.com/o/r/")["cells"][:2]][1]
    lines = [line.strip() for line in first.split("\n")]
    assert "%pip install --quiet igraph" in lines
    assert "%pip install --quiet --no-deps https://github.com/o/r/archive/HEAD.zip" in lines
    for elsewhere in (None, "https://example.org/o/r", "https://github.com/o"):
        assert github(elsewhere) == ""
        assert "%pip" not in book_of(path, elsewhere)["cells"][1]["source"]


def test_a_proved_formula_is_text_in_a_notebook() -> None:
    book = book_of(PROJECT.docs / "tutorial/one-step.md")
    texts = [c["source"] for c in book["cells"] if c["cell_type"] == "markdown"]
    assert any(re.fullmatch(r"\$\$.*8 x\^\{3\}.*\$\$", text) for text in texts)


def texts(cell: nbformat.NotebookNode) -> list[str]:
    """What a cell puts out, in words; a warning without where Jupyter saw it."""
    found, printed = [], ""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            found.append(f"{output.ename}: {output.evalue}".strip())
        elif output.output_type == "stream" and output.name == "stderr":
            found += re.findall(r"\w*Warning: [^\n]{20}", output.text)
        elif output.output_type == "stream":
            printed += output.text  # Jupyter may cut it anywhere
        elif any(form.startswith("image/") for form in output.get("data", {})):
            found.append("a figure")  # in words on the page, by its size in Jupyter
        else:
            # IPython indents what a tuple holds its own way.
            found.append(re.sub(r"\n +", "\n ", output.data["text/plain"]).strip())
            found.append(output.data.get("text/html", ""))  # a picture, with all its values
    return [normalize(text) for text in [printed.strip(), *found]]


def test_markdown_has_code_and_output_and_keeps_formulas() -> None:
    path = PROJECT.docs / "tutorial" / "one-step.md"
    page = PROJECT.page(path)
    run, verified = PROJECT.verify(page)
    text = markdown(read(path, "one-step"), page, run, place(path))
    [slope] = [verified[cell].done.outputs[0].text for cell in page.cells if cell.name == "slope"]
    assert f"```python\nx.grad\n```\n\n```text\n{slope}\n```" in text
    assert "$x^2$" in text and "<math" not in text
    assert "](https://example.org/tutorial/multiple-steps/)" in text


def copied(text: str, apart: bool = False) -> list[str]:
    """The runs of prose of a page's copy."""
    page = load(text, "docs/part/one.md", PROJECT.snippets)
    found = blocks(text, page, Place("part/one.md", "https://s.org/"), apart)
    return [block.prose for block in found if block.embed is None]


def test_containers_are_opened_up() -> None:
    source = [
        "A",
        "",
        '!!! note "Title"',
        "    Inside.",
        "",
        '    ??? success "More"',
        "        Deep.",
        "",
        "B",
    ]
    [text] = copied("\n".join(source))
    assert [line for line in text.split("\n") if line] == [
        "A",
        "**Title**",
        "Inside.",
        "**More**",
        "Deep.",
        "B",
    ]


def test_links_to_pages_become_addresses() -> None:
    text = (
        "[a](two.md) [b](../index.md#x) [c](https://e.org/d.md) [d](#here) [e](/above/) [f](../g/)"
    )
    assert copied(text) == [
        "[a](https://s.org/part/two/) [b](https://s.org/#x) [c](https://e.org/d.md) [d](#here) "
        "[e](https://s.org/above/) [f](https://s.org/part/g/)"
    ]
    flat = Place("part/one.md", "https://s.org/", use_directory_urls=False)
    assert flat.address("two.md#x") == "https://s.org/part/two.html#x"
    assert flat.address("../README.md") == "https://s.org/index.html"


def test_raw_html_names_its_images_as_the_page_does() -> None:
    text = '<p align="center">\n<img src="../i.svg">\n</p>\n\nAn <a href="../two/">anchor</a>, `<a href="x">`.'
    assert copied(text) == [
        '<p align="center">\n<img src="https://s.org/part/i.svg">\n</p>\n\n'
        'An <a href="https://s.org/part/two/">anchor</a>, `<a href="x">`.'
    ]


# What Python-Markdown and CommonMark read differently, and how a copy writes it.
DIALECT = {
    "a heading without a blank": ("#Title", "# Title"),
    "a rule below two lines of text": ("a\nb\n---", "a\nb\n\n---"),
    "two dashes below two lines of text": ("a\nb\n--", "a\nb\n\\--"),
    "a minus in the middle of a paragraph": ("a\n- b\n1. c", "a\n\\- b\n1\\. c"),
    "a backslash before what it does not escape": ("C:\\% \\*", "C:\\\\% \\*"),
    "a comment that is never closed": ("a <!-- b", "a &lt;!-- b"),
    "a line that ends on purpose": ("a  \nb", "a  \nb"),
    "a pipe in the code of a table": ("| a |\n|---|\n| `x|y` |", "| a |\n|---|\n| `x\\|y` |"),
    "code in a list of narrow marks": ("- a\n\n        code", "- a\n\n      code"),
    "a definition of a link in a paragraph": (
        "see [r]\n[r]: two.md\nmore",
        "see [r]\nmore\n\n[r]: https://s.org/part/two/",
    ),
}


@pytest.mark.parametrize("what", DIALECT)
def test_a_copy_says_in_commonmark_what_the_page_says(what: str) -> None:
    source, expected = DIALECT[what]
    assert copied(source) == [expected]


def test_a_list_goes_on_across_a_cell() -> None:
    """In Markdown; in a notebook, what follows the cell begins anew, and its numbers go on."""
    text = "1.  a\n\n    ```python\n    1\n    ```\n\n    after\n\n1.  b"
    assert copied(text) == ["1.  a", "    after\n\n2.  b"]
    assert copied(text, apart=True) == ["1.  a", "after\n\n2.  b"]


def test_a_meant_exception_is_caught_in_a_script() -> None:
    cell = '# %% fails tags=["raises-exception"]\n1 / 0\n# > ZeroDivisionError: division by zero'
    page = load(f"```python\n{cell}\n```\n", "docs/p.md", PROJECT.snippets)
    run = PROJECT.executor.run(page.steps)
    assert "except BaseException:" in script(page, run)


def test_llms_txt_lists_the_markdown_of_each_page(built_site: Path) -> None:
    listed = re.findall(r"^- \[.+\]\(\S+?/gradbook/(\S+\.md)\)", (built_site / "llms.txt").read_text("utf-8"), re.M)
    assert sorted(listed) == sorted(path.relative_to(built_site).as_posix() for path in built_site.rglob("*.md"))

"""Nothing is skipped: the fences that a person counts, that the build runs and that pytest collects are the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from built import ROOT

from gradbook.project import Project
from gradbook.pytest_plugin import PageFile

PAGES = sorted((ROOT / "docs").rglob("*.md"))
# Python that is shown and not run, with the reason; each is a line here and `notest reason="…"` on its page.
NOTESTS: dict[str, str] = {}


def counted(path: Path) -> int:
    """Python fences as a person counts them: lines that open one, but for those shown in a longer fence."""
    text = re.sub(r"^(`{4,}).*?^\1$", "", path.read_text(), flags=re.M | re.S)
    return len(re.findall(r"^[ \t>]*(?:```|~~~)\s*\{?\.?python", text, re.M))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_fence_is_run_shown_and_tested(
    path: Path, real: Project, built_site: Path, request: pytest.FixtureRequest
) -> None:
    collected = list(PageFile.from_parent(request.session, path=path).collect())
    page = real.page(path)
    assert counted(path) == len(page.embeds) == len(collected)
    assert [embed.fence.first for embed in page.embeds] == [test.line for test in collected]
    uri = path.relative_to(ROOT / "docs").with_suffix("")
    folder = built_site / (uri.parent if uri.name == "index" else uri)
    shown = re.findall(r'<div class="cell(?: cell-raises| lab-cell)?"', (folder / "index.html").read_text())
    assert len(shown) == len(page.embeds)


def test_what_is_not_run_is_listed_here_with_its_reason(real: Project) -> None:
    found = {str(at): reason for at, reason in real.notests()}
    assert found == NOTESTS


def test_no_formatter_has_rewritten_an_include() -> None:
    """ruff formats `--8<-- "file.py:cell"` as Python: `--8 < --"file.py:cell"` (astral-sh/ruff#27556)."""
    assert [path for path in PAGES if "--8 <" in path.read_text()] == []


def test_every_cell_is_shown_and_every_snippet_file_has_its_page(real: Project) -> None:
    pages, _ = real.pages()
    files = {file.path: file for file in real.snippet_files()}
    embedded = {page.snippet.path: page for page in pages if page.snippet}
    assert files.keys() == embedded.keys()
    for path, page in embedded.items():
        shown = {embed.cell.name for embed in page.embeds}
        named = {cell.name for cell in files[path].cells if "remove-cell" not in cell.tags}
        assert named <= shown, f"{path}: never shown: {named - shown}"
        assert path == f"snippets/{page.path.removeprefix('docs/').removesuffix('.md').replace('-', '_')}.py"

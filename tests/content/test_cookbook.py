"""The ten pages of the cookbook, taken from its text as an author would take them, are checked and built."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from built import ROOT, build

from gradbook.project import Project

FILE = re.compile(
    r'^(`{3,})\w+ title="(?P<name>(?:docs|snippets)/.+)"\n(?P<text>(?s:.*?))^\1$', re.M
)
PAGE = (ROOT / "docs/cookbook.md").read_text("utf-8")
FILES = {found["name"]: found["text"] for found in FILE.finditer(PAGE)}
CONFIG = """\
site_name: Cookbook
theme: {name: material, font: false}
plugins: [search, gradbook]
markdown_extensions:
  - admonition
  - md_in_html
  - pymdownx.details
  - pymdownx.highlight
  - pymdownx.superfences
  - pymdownx.arithmatex: {generic: true}
  - gradbook
  - gradbook.mathematics
"""
# What a reader must find on each page that was built.
SHOWN = {
    "cookbook/answer": "<summary>Answer</summary>",
    "cookbook/claim": 'class="claim"',
    "cookbook/exception": "RuntimeError: Trying to backward",
    "cookbook/graph": "2 paths to a",
    "cookbook/longer": "2.0000",
    "cookbook/number": "3.14156",
    "cookbook/plot": "of slope 2.",
    "cookbook/predict": "tensor(8.)",
    "cookbook/warning": "UserWarning: The .grad attribute",
    "labs/lab": "right",
}
InFolder = Callable[[Path, dict[str, str]], Project]


def test_all_ten_are_as_stated_and_are_built(tmp_path: Path, project_in: InFolder) -> None:
    pages = {name[5:-3] for name in FILES if name.startswith("docs/")}
    assert pages == SHOWN.keys() and len(pages) == 10
    project = project_in(tmp_path, {**FILES, "docs/index.md": "# Home\n", "mkdocs.yml": CONFIG})
    assert [str(problem) for problem in project.problems()] == []

    done = build(tmp_path, "--strict", "--site-dir", str(tmp_path / "site"))
    assert done.returncode == 0, done.stdout + done.stderr
    for name, words in SHOWN.items():
        html = (tmp_path / "site" / name / "index.html").read_text()
        assert words in html, name
        assert "# &gt;" not in html and "# >" not in html


@pytest.mark.parametrize("name", [name for name in FILES if "# > " in FILES[name]])
def test_a_recipe_that_states_nothing_is_not_as_stated(
    name: str, tmp_path: Path, project_in: InFolder
) -> None:
    """Or else the test above could not fail."""
    silent = {name: re.sub(r"^# > .*\n", "", FILES[name], flags=re.M)}
    assert project_in(tmp_path, {**FILES, **silent}).problems()


def test_their_code_keeps_to_72_columns() -> None:
    lines = [
        line for name in FILES if name.startswith("snippets") for line in FILES[name].split("\n")
    ]
    assert [line for line in lines if len(line) > 72 and not line.startswith("# > ")] == []

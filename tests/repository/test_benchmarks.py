"""What the benchmarks compare: the same lessons for each tool, and plain ones that print what ours print."""

from __future__ import annotations

import json
import re
import sys
from html import unescape
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from built import ROOT, build

from gradbook.project import Project


@pytest.fixture(scope="module")
def written() -> ModuleType:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return import_module("lessons")
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


def test_each_tool_gets_the_lessons_and_a_plain_site_shows_what_ours_does(written: ModuleType, tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    written.write_ours(ours, 2)
    written.write_others(ours, tmp_path)
    project = Project(ours)
    page = project.page(ours / "docs" / f"{written.lesson(1)}.md")
    run, _ = project.verify(page)
    project.executor.close()
    outputs = [output.text for done in run.cells for output in done.outputs]
    for folder in (ours, tmp_path / "plain"):
        done = build(folder, "--strict", CI="")
        assert done.returncode == 0, done.stdout + done.stderr
        html = (folder / "site" / written.lesson(1) / "index.html").read_text()
        shown = unescape(re.sub(r"<[^>]+>", "", html))
        assert outputs and [text for text in outputs if text.strip() not in shown] == []
    book = json.loads((tmp_path / f"jupyter/docs/{written.lesson(1)}.ipynb").read_text())
    assert sum(cell["cell_type"] == "code" for cell in book["cells"]) == len(page.cells)
    exec_page = (tmp_path / f"markdown-exec/docs/{written.lesson(1)}.md").read_text()
    assert exec_page.count('exec="1"') == len(page.cells)

"""Tests spread over processes (`pytest -n`): the same result, and no page's program run in two of them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from gradbook import pytest_plugin
from gradbook.page.pages import Page
from gradbook.project import Project

RIGHT = "```python\nprint(1)\n# > 1\n```\n\n```python\nprint(2)\n# > 2\n```\n"
WRONG = RIGHT.replace("# > 2", "# > 3")


def outcomes(folder: Path, *options: str) -> set[str]:
    """What pytest says of each test, in the words of its own summary."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--markdown-docs",
        "-rA",
        "--dist=loadfile",
        *options,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return set(re.findall(r"^(?:PASSED|FAILED|ERROR) \S+", done.stdout, re.M))


def test_two_processes_find_what_one_finds(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").touch()
    for name, text in (("a", RIGHT), ("b", WRONG), ("c", RIGHT)):
        (tmp_path / "docs" / f"{name}.md").write_text(text)
    alone = outcomes(tmp_path)
    assert sorted(line.split()[0] for line in alone) == ["FAILED"] + 5 * ["PASSED"]
    assert outcomes(tmp_path, "-n", "2") == alone


@pytest.mark.parametrize(("config", "started"), [({}, 2), ({"workerinput": {}}, 0)])
def test_one_of_several_processes_starts_only_what_it_tests(
    config: dict, started: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A process that is alone starts all programs at once; one of several would start them for the others too."""
    programs: list[Page] = []
    monkeypatch.setattr(Project, "start_all", lambda project, pages: programs.extend(pages))
    for name in ("mkdocs.yml", "a.md", "b.md"):
        (tmp_path / name).touch()
    paths = [tmp_path / name for name in ("a.md", "a.md", "b.md")]
    items = [SimpleNamespace(test_definition=None, path=path) for path in paths]
    session = SimpleNamespace(items=items, config=SimpleNamespace(**config))
    pytest_plugin.pytest_collection_finish(session)
    assert len(programs) == started

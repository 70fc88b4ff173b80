"""A project: what belongs to it, what is read again when it changed, and which lines it names."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from gradbook.page.files import write
from gradbook.project import Project, find_root
from gradbook.run.executor import Executor
from gradbook.run.outputs import Run

Make = Callable[..., Project]
PAGE = '# Page\n\n```python\n--8<-- "page.py:slope"\n```\n'
CELL = "# %% slope\nprint(12)\n# > 12\n"


def test_pages_and_snippet_files_of_all_folders_belong_to_it(
    tmp_path: Path, project_in: Make
) -> None:
    files = {
        "docs/index.md": "# Home\n",
        "docs/part/page.md": PAGE,
        "docs/part/picture.svg": "",
        "snippets/page.py": CELL,
        "snippets/part/deep/other.py": CELL,
        "README.md": "```python\n1 / 0\n```\n",
    }
    project = project_in(tmp_path, files)
    pages, unreadable = project.pages()
    assert [page.path for page in pages] == ["docs/index.md", "docs/part/page.md"]
    assert unreadable == []
    paths = [file.path for file in project.snippet_files()]
    assert paths == ["snippets/page.py", "snippets/part/deep/other.py"]


def test_a_project_without_pages_has_no_problems(tmp_path: Path, project_in: Make) -> None:
    assert project_in(tmp_path, {}).problems() == []


def test_paths_are_named_as_seen_from_the_project(tmp_path: Path, project_in: Make) -> None:
    project = project_in(tmp_path / "a project", {})
    assert project.name(project.root / "docs" / "page.md") == "docs/page.md"
    assert project.name(project.root / "docs" / ".." / "mkdocs.yml") == "mkdocs.yml"
    assert project.name(tmp_path / "elsewhere.md") == str(tmp_path / "elsewhere.md")


def test_the_root_is_the_nearest_folder_with_a_mkdocs_yml(tmp_path: Path, project_in: Make) -> None:
    inner = tmp_path / "outer" / "inner"
    project_in(tmp_path / "outer", {"inner/docs/page.md": PAGE})
    assert find_root(inner / "docs") == tmp_path / "outer"
    project_in(inner, {})
    assert find_root(inner / "docs") == inner
    assert find_root(tmp_path) == tmp_path


class CountingExecutor(Executor):
    """Counts the programs that are started; nothing runs."""

    started = 0

    def submit(self, steps: list, timeout: float | None = None, **options: object):
        self.started += 1
        return super().submit([], timeout, **options)


@pytest.fixture
def counted(tmp_path: Path, project_in: Make) -> Project:
    files = {"docs/page.md": PAGE, "snippets/page.py": CELL}
    return Project(project_in(tmp_path, files).root, executor=CountingExecutor())


def test_what_did_not_change_is_parsed_and_compared_once(counted: Project) -> None:
    path = counted.docs / "page.md"
    first = counted.page(path)
    assert counted.page(path) is first
    assert counted.verify(first)[0] == Run()
    counted.verify(counted.page(path))
    assert counted.executor.started == 1


@pytest.mark.parametrize("name", ["docs/page.md", "snippets/page.py"])
def test_what_changed_is_parsed_anew(name: str, counted: Project) -> None:
    """A page is known by what its files say: neither their times nor their lengths tell."""
    path, changed = counted.docs / "page.md", counted.root / name
    before, times = counted.page(path), changed.stat()
    counted.verify(before)
    changed.write_text(changed.read_text().replace("p", "q"))
    os.utime(changed, ns=(times.st_atime_ns, times.st_mtime_ns))
    after = counted.page(path)
    assert after is not before
    counted.verify(after)
    assert counted.executor.started == 2


@pytest.mark.parametrize("name", ["docs/page.md", "snippets/page.py"])
def test_what_was_only_written_again_is_not(name: str, counted: Project) -> None:
    path, same = counted.docs / "page.md", counted.root / name
    before = counted.page(path)
    write(same, same.read_text())
    assert counted.page(path) is before


def test_a_page_with_a_fault_is_read_again_when_the_fault_is_gone(counted: Project) -> None:
    snippet = counted.snippets / "page.py"
    snippet.unlink()
    path = counted.docs / "page.md"
    assert counted.page(path).embeds[0].problems
    snippet.write_text(CELL)
    assert counted.page(path).embeds[0].problems == []


FRONT_MATTER = "---\ntitle: Page\ndescription: Four lines above the text.\n---\n"


@pytest.mark.parametrize(
    "body",
    [
        PAGE,
        "\n\n" + PAGE,
        PAGE + "\n\n",
        "A\ttab.\n\n" + PAGE,
        "Blanks:\n   \n" + PAGE,
        " \t\nBlanks:\n\n" + PAGE,
    ],
)
@pytest.mark.parametrize("above", ["", FRONT_MATTER, FRONT_MATTER + "\n"])
def test_lines_of_a_page_that_a_site_builder_hands_over(
    above: str, body: str, tmp_path: Path, project_in: Make
) -> None:
    """The builder takes the front matter away; a message names the lines of the file."""
    text = above + body
    files = {"docs/part/page.md": text, "snippets/page.py": CELL}
    project = project_in(tmp_path, files)
    handed = re.sub(r"(?<=\n) +\n", "\n", body.expandtabs(4))  # as Python-Markdown does
    page, lines_above = project.page_of_text(handed, "part/page.md")
    line = text[: text.index("```python")].count("\n") + 1
    assert [embed.fence.first for embed in page.embeds] == [line]
    assert handed.split("\n")[line - 1 - lines_above] == "```python"


def test_a_text_without_a_file_counts_its_own_lines(tmp_path: Path, project_in: Make) -> None:
    project = project_in(tmp_path, {"snippets/page.py": CELL})
    for uri in ("", "gone.md"):
        page, above = project.page_of_text(PAGE, uri)
        assert (page.embeds[0].fence.first, above) == (3, 0)


def test_a_problem_that_two_pages_share_is_told_once(tmp_path: Path, project_in: Make) -> None:
    broken = {"snippets/page.py": "# %% slope\nx = (\n", "docs/a.md": PAGE, "docs/b.md": PAGE}
    told = [str(problem) for problem in project_in(tmp_path, broken).problems()]
    assert told.count("snippets/page.py:2 (cell slope)\n  SyntaxError: '(' was never closed") == 1


def test_a_file_is_replaced_at_once_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "page.md"
    write(path, "one\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.chmod(0o600)
    reader = path.open()
    write(path, "zwei Größen\r\n")
    assert reader.read() == "one\n"
    assert path.read_bytes() == "zwei Größen\r\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["page.md"]

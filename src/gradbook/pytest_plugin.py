"""The runner for pytest-markdown-docs: each fence of docs/ is a test that compares what its cell states and did."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from pytest_markdown_docs._runners import _Runner, register_runner  # pinned: no public name
from pytest_markdown_docs.definitions import FenceTestDefinition
from pytest_markdown_docs.plugin import MarkdownTextFile

from gradbook.compare.verify import why_not_run
from gradbook.errors import Location, Problem, Problems
from gradbook.page.listing import ENDINGS
from gradbook.page.pages import Page, load
from gradbook.project import Project, find_root, project_at

# By project, the pages that its site has; listed once.
_LISTED = pytest.StashKey[dict[Project, set[Path]]]()


class FenceParser:
    """Stands in for MarkdownIt, which does not see fences in content tabs: the build's own scanner finds them all."""

    def parse(self, text: str) -> list[SimpleNamespace]:
        """The fences that run, as the tokens that pytest-markdown-docs reads: info, content and lines from 0.

        Where none runs, and yet something is stated or wrong, the first line stands for the whole page.
        """
        page = load(text, "", Path())  # what its snippet file says is seen when the tests run
        fences = [embed.fence for embed in page.embeds]
        tests = [("\n".join(fence.body) + "\n", fence.first - 1, fence.last) for fence in fences]
        if not tests and (page.values or page.problems):
            tests = [("", 0, 1)]
        return [
            SimpleNamespace(type="fence", info="python", content=content, map=[start, end])
            for content, start, end in tests
        ]


@pytest.hookimpl(tryfirst=True)
def pytest_markdown_docs_markdown_it() -> FenceParser:
    return FenceParser()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> MarkdownTextFile | None:
    """Collect pages with the other endings that MkDocs knows; pytest-markdown-docs takes those in .md."""
    ours = file_path.suffix in ENDINGS and file_path.suffix != ".md"
    if ours and parent.config.option.markdowndocs:
        return MarkdownTextFile.from_parent(parent, path=file_path)
    return None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what MkDocs leaves out: hidden and excluded files, drafts."""
    if collection_path.suffix not in ENDINGS or not collection_path.is_file():
        return None
    try:
        project = _project(collection_path)
    except Problem:
        return None  # the page's tests will say so
    if not collection_path.is_relative_to(project.docs):
        return None
    listed = config.stash.setdefault(_LISTED, {})
    if project not in listed:
        listed[project] = set(project.page_files())
    return None if collection_path in listed[project] else True


def _project(path: Path) -> Project:
    return project_at(find_root(path.parent))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the programs of all collected pages, so that they run side by side."""
    if hasattr(session.config, "workerinput"):
        return  # with `pytest -n`, the tests of most of them are for other processes
    items = (item for item in session.items if hasattr(item, "test_definition"))
    pages: dict[Project, list[Page]] = {}
    for path in dict.fromkeys(item.path for item in items):
        try:
            project = _project(path)
            pages.setdefault(project, []).append(project.page(path))
        except Problem:
            pass  # the page's tests will say so
    for project, collected in pages.items():
        project.start_all(collected)


@register_runner(default=True)
class GradbookRunner(_Runner):
    """Runs the page's program, once for all its fences, and fails a fence with the problems of its cell."""

    def runtest(
        self, test: FenceTestDefinition, args: dict, *, asyncio_runner: object = None
    ) -> None:
        project = _project(test.source_path)
        page = project.page(test.source_path)
        if found := fence_problems(project, page, test.start_line):
            raise Problems(found)

    def repr_failure(
        self,
        test: FenceTestDefinition,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: object = None,
    ) -> str:
        if isinstance(excinfo.value, (Problem, Problems)):
            return str(excinfo.value)
        return str(excinfo.getrepr())


def fence_problems(project: Project, page: Page, line: int) -> list[Problem]:
    """The problems that the fence at `line` answers for: its own, and those of its steps.

    The page's first fence also answers for the page as a whole, its last one for the steps that follow. Of a page
    without a fence that runs, all problems.
    """
    if not page.embeds:
        return project.page_problems(page)
    _, verified = project.verify(page)
    embed = next(embed for embed in page.embeds if embed.fence.first == line)
    whole = page.problems if embed is page.embeds[0] else []
    steps = embed.steps + (page.rest if embed is page.embeds[-1] else [])
    found = embed.problems + whole + [p for step in steps for p in verified[step].problems]
    if not found and embed.cell and verified[embed.cell].done is None:
        why = f"not run: {why_not_run(page, verified)}"
        found = [Problem((Location(page.path, line),), why)]
    return found

"""The runner for pytest-markdown-docs: each fence of docs/ is a test that compares what its cell states and did."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from pytest_markdown_docs._runners import _Runner, register_runner  # pinned: no public name
from pytest_markdown_docs.definitions import FenceTestDefinition

from gradbook.errors import Problem, Problems
from gradbook.page.pages import Page, read_blocks
from gradbook.project import Project, find_root, project_at


class FenceParser:
    """Stands in for MarkdownIt, which does not see fences in content tabs: the build's own scanner finds them all."""

    def parse(self, text: str) -> list[SimpleNamespace]:
        """The fences as the tokens that pytest-markdown-docs reads: info, content and lines from 0."""
        return [
            SimpleNamespace(
                type="fence",
                # Other words, such as those of a title, are none of its options.
                info=fence.language + " notest" * ("notest" in fence.info.split()),
                content="\n".join(fence.body) + "\n",
                map=[fence.first - 1, fence.last],
            )
            for fence in read_blocks(text)[0]
            if fence.last
        ]


@pytest.hookimpl(tryfirst=True)
def pytest_markdown_docs_markdown_it() -> FenceParser:
    return FenceParser()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the programs of all collected pages, so that they run side by side."""
    if hasattr(session.config, "workerinput"):
        return  # with `pytest -n`, the tests of most of them are for other processes
    items = (item for item in session.items if hasattr(item, "test_definition"))
    pages: dict[Project, list[Page]] = {}
    for path in dict.fromkeys(item.path for item in items):
        project = project_at(find_root(path.parent))
        try:
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
        project = project_at(find_root(test.source_path.parent))
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

    The page's first fence also answers for the page as a whole, its last one for the steps that follow.
    """
    _, verified = project.verify(page)
    embed = next(embed for embed in page.embeds if embed.fence.first == line)
    whole = page.problems if embed is page.embeds[0] else []
    steps = embed.steps + (page.rest if embed is page.embeds[-1] else [])
    return embed.problems + whole + [p for step in steps for p in verified[step].problems]

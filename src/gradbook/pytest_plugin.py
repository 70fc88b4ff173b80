"""The tests of pages: each fence of a Gradbook project is one, and fails, is skipped or passes as its cell did.

A project is a folder whose mkdocs.yml names gradbook. All other files are left to pytest-markdown-docs, whose option
`--markdown-docs` turns both on.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
from pytest_markdown_docs.plugin import MarkdownTextFile

from gradbook.errors import Problem, Problems
from gradbook.page.listing import CONFIGS, ENDINGS
from gradbook.page.pages import Embed, Page
from gradbook.project import Project, find_root, project_at

# By project, the pages that its site has; listed once.
_LISTED = pytest.StashKey[dict[Project, set[Path]]]()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect the pages of projects, in place of pytest-markdown-docs."""
    collected = yield
    if not (parent.config.getoption("markdowndocs", False) and is_page(file_path)):
        return collected
    others = [each for each in collected if not isinstance(each, MarkdownTextFile)]
    return [*others, PageFile.from_parent(parent, path=file_path)]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what MkDocs leaves out: hidden and excluded files, drafts."""
    if not (collection_path.is_file() and is_page(collection_path)):
        return None
    try:
        project = _project(collection_path)
    except Problem:
        return None  # the page's test will say so
    if not collection_path.is_relative_to(project.docs):
        return None
    listed = config.stash.setdefault(_LISTED, {})
    if project not in listed:
        listed[project] = set(project.page_files())
    return None if collection_path in listed[project] else True


def is_page(path: Path) -> bool:
    """Whether a file is Markdown below a folder whose mkdocs.yml names gradbook."""
    return path.suffix in ENDINGS and _is_project(find_root(path.parent))


@cache
def _is_project(root: Path) -> bool:
    try:
        return project_at(root).listing.ours
    except Problem:  # what cannot be read as YAML can still name it
        files = (root / name for name in CONFIGS)
        return any(b"gradbook" in file.read_bytes() for file in files if file.is_file())


def _project(path: Path) -> Project:
    return project_at(find_root(path.parent))


class PageFile(pytest.File):
    """A page of a project, with a test for each fence that runs.

    Where none runs, and yet something is stated or wrong, the first line stands for the whole page.
    """

    def collect(self) -> Iterator[FenceTest]:
        try:
            page = _project(self.path).page(self.path)
        except Problem:
            lines = [1]  # its test will say so
        else:
            whole = [1] * bool(page.values or page.problems)
            lines = [embed.fence.first for embed in page.embeds] or whole
        for number, line in enumerate(lines, 1):
            name = f"[CodeFence#{number}][line:{line}]"
            yield FenceTest.from_parent(self, name=name, line=line)


class FenceTest(pytest.Item):
    """What came of one fence in the run of its whole page, so that it is the same whichever tests are chosen."""

    def __init__(self, *, line: int, **options: object) -> None:
        super().__init__(**options)
        self.line = line
        self.add_marker("markdown-docs")  # as of a fence that pytest-markdown-docs collects

    def runtest(self) -> None:
        project = _project(self.path)
        page = project.page(self.path)
        embed = next((embed for embed in page.embeds if embed.fence.first == self.line), None)
        if found := fence_problems(project, page, embed):
            self._fail(project, page, embed, found)
        elif embed and not _ran(project, page, embed):
            self._skip("not run", project.stop(page))

    def _fail(
        self, project: Project, page: Page, embed: Embed | None, found: list[Problem]
    ) -> None:
        """Fail with the problems that no page before this one has told already; if there are none, skip."""
        told = _told_before(project, page)
        new = [problem for problem in found if _key(problem) not in told]
        if not new:
            self._skip("failed already", told[_key(found[0])])
        failure = Problems(new)
        if trace := _trace(project, page, embed):
            failure.add_note(trace)
        raise failure

    def _skip(self, what: str, problem: Problem) -> None:
        place = " → ".join(map(str, problem.at))
        message = ", ".join(" ".join(line.split()) for line in problem.message.splitlines())
        reason = ". ".join(filter(None, [f"{what}: {place}: {message}", problem.remedy]))
        raise pytest.skip.Exception(reason, _use_item_location=True)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: str | None = None
    ) -> object:
        if isinstance(excinfo.value, (Problem, Problems)):
            return "\n\n".join([str(excinfo.value), *getattr(excinfo.value, "__notes__", [])])
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, self.name


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the programs of all collected pages, so that they run side by side."""
    if hasattr(session.config, "workerinput"):
        return  # with `pytest -n`, the tests of most of them are for other processes
    pages: dict[Project, list[Page]] = {}
    for path in dict.fromkeys(item.path for item in session.items if isinstance(item, FenceTest)):
        try:
            project = _project(path)
            pages.setdefault(project, []).append(project.page(path))
        except Problem:
            pass  # the page's test will say so
    for project, collected in pages.items():
        project.start_all(collected)


def fence_problems(project: Project, page: Page, embed: Embed | None) -> list[Problem]:
    """The problems that a fence answers for: its own, and those of its steps.

    The page's first fence also answers for the page as a whole, its last one for the steps that follow. Of a page
    without a fence that runs, all problems.
    """
    if embed is None:
        return project.page_problems(page)
    _, verified = project.verify(page)
    whole = page.problems if embed is page.embeds[0] else []
    steps = [problem for step in page.answered(embed) for problem in verified[step].problems]
    return embed.problems + whole + steps


def _ran(project: Project, page: Page, embed: Embed) -> bool:
    _, verified = project.verify(page)
    return bool(embed.steps) and all(verified[step].done for step in page.answered(embed))


def _key(problem: Problem) -> tuple[object, str]:
    """What two pages that show one cell say alike: the line in the snippet file, and what is wrong there."""
    return problem.at[-1], problem.message


def _told_before(project: Project, page: Page) -> dict[tuple[object, str], Problem]:
    """The problems of the page's snippet file that pages before it tell, in the order of the site."""
    if page.snippet is None:
        return {}
    pages, _ = project.pages()
    before = [other for other in pages if other.snippet and other.path < page.path]
    same = [other for other in before if other.snippet.path == page.snippet.path]
    found = [problem for other in same for problem in project.page_problems(other)]
    return {_key(p): p for p in reversed(found) if p.at[-1].path == page.snippet.path}


def _trace(project: Project, page: Page, embed: Embed | None) -> str:
    """The lines of the page's own code that led to the exception at which the fence failed."""
    _, verified = project.verify(page)
    steps = page.answered(embed) if embed else page.steps
    failed = [verified[step] for step in steps if verified[step].problems and verified[step].done]
    traces = [output.trace for each in failed for output in each.done.outputs if output.trace]
    lines = [f"  {page.place(file, line)}\n    {code}" for file, line, code in sum(traces, [])]
    return "\n".join(["The lines that led there:", *lines]) if lines else ""

"""A project: its pages and snippet files on disk, run by one executor and verified. All surfaces ask it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from types import MappingProxyType

from gradbook.compare.verify import problems, unshown
from gradbook.errors import Location, Problem
from gradbook.page.cells import SnippetFile, parse
from gradbook.page.files import read
from gradbook.page.pages import Page, load
from gradbook.run.executor import Executor, default_executor
from gradbook.run.outputs import Run


class Project:
    """The pages below `docs` and the snippet files below `snippets` of the folder `root`."""

    def __init__(self, root: Path, docs: str = "docs", executor: Executor | None = None) -> None:
        self.root, self.docs, self.snippets = root, root / docs, root / "snippets"
        self.executor = executor or default_executor(root)
        self._names: dict[Path, str] = {}
        self._pages: dict[str, tuple[Page, list]] = {}
        self._verified: dict[str, tuple[Page, Run, dict[int, list[Problem]]]] = {}

    def name(self, path: Path) -> str:
        """The path as messages say it: relative to the project, with forward slashes."""
        if path not in self._names:  # resolving asks the disk about each folder above
            full, root = path.resolve(), self.root.resolve()
            inside = full.is_relative_to(root)
            self._names[path] = full.relative_to(root).as_posix() if inside else str(full)
        return self._names[path]

    def page(self, path: Path) -> Page:
        """The page in a file. Raises Problem if it cannot be read."""
        name = self.name(path)
        # A build asks for each page at least five times; it is parsed anew only when something changed.
        page, stamps = self._pages.get(name, (None, None))
        if page is None or stamps != self._stamps(path, page):
            before = time.time_ns() - 10_000_000  # a file's time may lag by a tick of the clock
            page = load(read(path, name), name, self.snippets)
            stamps = self._stamps(path, page)
            sound = not page.problems and not any(embed.problems for embed in page.embeds)
            if sound and all(changed < before for changed, *_ in stamps):
                self._pages[name] = (page, stamps)
        return page

    def _stamps(self, path: Path, page: Page) -> list[tuple[int, int, int]]:
        """What tells whether the page's file or its snippet file changed."""
        found = []
        for file in [path, *([self.root / page.snippet.path] if page.snippet else [])]:
            try:
                status = os.stat(file)
            except OSError:
                continue  # gone since
            found.append((status.st_mtime_ns, status.st_size, status.st_ino))
        return found

    def page_of_text(self, text: str, uri: str) -> tuple[Page, int]:
        """The page whose body a site builder hands over, and the number of lines (front matter) above the body.

        `uri` is relative to docs. Lines are those of the file, unless somebody changed the text on the way.
        """
        path = self.docs / uri
        if uri and path.is_file():
            # As Python-Markdown's own first preprocessor leaves it.
            whole = re.sub(r"(?<=\n) +\n", "\n", read(path, self.name(path)).expandtabs(4))
            above, found, below = whole.rpartition(text.strip("\n"))
            if found and not below.strip():
                return self.page(path), above.count("\n") - (len(text) - len(text.lstrip("\n")))
        return load(text, self.name(path) if uri else "page", self.snippets), 0

    def page_files(self) -> list[Path]:
        """The files of all pages."""
        return sorted(self.docs.rglob("*.md"))

    def pages(self) -> tuple[list[Page], list[Problem]]:
        """All pages, and the problems of files that cannot be read."""
        pages, unreadable = [], []
        for path in self.page_files():
            try:
                pages.append(self.page(path))
            except Problem as problem:
                unreadable.append(problem)
        return pages, unreadable

    def snippet_files(
        self, known: Mapping[str, SnippetFile] = MappingProxyType({})
    ) -> list[SnippetFile]:
        """All snippet files, parsed unless `known`; one that cannot be read carries its problem."""
        found = []
        for path in sorted(self.snippets.rglob("*.py")):
            name = self.name(path)
            if name in known:
                found.append(known[name])
                continue
            try:
                found.append(parse(read(path, name), name))
            except Problem as problem:
                found.append(SnippetFile(name, problems=[problem]))
        return found

    def start_all(self, pages: list[Page]) -> None:
        """Start the programs of many pages, so that they run side by side."""
        with self.executor.together():
            for page in pages:
                if self._verified.get(page.path, (None,))[0] is not page:
                    self.start(page)

    def start(self, page: Page) -> Future[Run]:
        """Start the page's program, unless its snippet file cannot be parsed; the outputs come later."""
        broken = page.snippet is not None and page.snippet.problems
        broken = broken or any(embed.problems for embed in page.embeds)
        return self.executor.submit([] if broken else page.steps, page.timeout)

    def verify(self, page: Page) -> tuple[Run, dict[int, list[Problem]]]:
        """What the page's program did, and the problems by step."""
        known, run, found = self._verified.get(page.path, (None, None, None))
        if known is not page:
            run = self.start(page).result()
            source = page.snippet.path if page.snippet else page.path
            found = problems(page, run, f"python -m gradbook update {source}")
            self._verified[page.path] = (page, run, found)
        return run, found

    def page_problems(self, page: Page) -> list[Problem]:
        """All that is wrong with a page, in the order in which readers would meet it."""
        _, by_step = self.verify(page)
        found = page.problems + [problem for embed in page.embeds for problem in embed.problems]
        return found + [problem for number in sorted(by_step) for problem in by_step[number]]

    def problems(self) -> list[Problem]:
        """All that is wrong with the project's pages and snippet files, each problem once."""
        pages, found = self.pages()
        self.start_all(pages)
        for page in pages:
            found += self.page_problems(page)
        used = {page.snippet.path: page.snippet for page in pages if page.snippet}
        files = self.snippet_files(used)
        for file in files:
            found += [] if file.path in used else file.problems
        if len(pages) == len(self.page_files()):  # an unreadable page may embed anything
            found += unshown(pages, {file.path: file.cells for file in files})
        return list({str(problem): problem for problem in found}.values())

    def notests(self) -> list[tuple[Location, str]]:
        """The Python fences that are not run, with their reasons."""
        pages, _ = self.pages()
        return [notest for page in pages for notest in page.notests]


@cache
def project_at(root: Path, docs: str = "docs") -> Project:
    """The project of a folder; the same one for all who ask in this process, so that each program runs once."""
    return Project(root, docs)


def find_root(start: Path) -> Path:
    """The nearest folder from `start` upwards that holds a mkdocs.yml, else `start`."""
    return next((f for f in (start, *start.parents) if (f / "mkdocs.yml").is_file()), start)

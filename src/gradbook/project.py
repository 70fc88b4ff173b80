"""A project: its pages and snippet files on disk, run by one executor and verified. All surfaces ask it."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

from gradbook.compare.numerals import Sentences
from gradbook.compare.verify import Verified, unshown, verify
from gradbook.errors import Location, Problem
from gradbook.page.cells import SnippetFile, read_snippet
from gradbook.page.files import read, visible
from gradbook.page.listing import CONFIGS, Listing, listing_of
from gradbook.page.pages import Page, Step, load
from gradbook.run.executor import PATIENCE, Executor, default_executor
from gradbook.run.outputs import Run


class Project:
    """The pages that are listed, and the snippet files below `snippets` of the folder `root`."""

    def __init__(
        self, root: Path, listing: Listing | None = None, executor: Executor | None = None
    ) -> None:
        self.root, self.snippets = root, root / "snippets"
        self.listing = listing or listing_of(root)
        self.executor = executor or default_executor(root)
        # Where long-running programs are said to be, and what is said now, by page.
        self.tell: Callable[[str], None] = lambda said: print(said, file=sys.stderr, flush=True)
        self.running: dict[str, str] = {}
        # By page, how many numbers and formulas of its sentences rest on what, where they are looked at.
        self.rests: dict[str, Counter[str]] = {}
        self._names: dict[Path, str] = {}
        self._pages: dict[str, Page] = {}
        self._handed_over: dict[str, Page] = {}
        self._verified: WeakKeyDictionary[Page, tuple[Run, dict[Step, Verified]]]
        self._verified = WeakKeyDictionary()

    @property
    def docs(self) -> Path:
        return self.listing.docs

    def name(self, path: Path) -> str:
        """The path as messages say it: relative to the project, with forward slashes. A link has a name of its own."""
        if path not in self._names:  # resolving asks the disk about each folder above
            self._names[path] = self._name(path)
        return self._names[path]

    def _name(self, path: Path) -> str:
        full = Path(os.path.abspath(path))
        for way in (full, full.parent.resolve() / full.name, full.resolve()):
            for root in (Path(os.path.abspath(self.root)), self.root.resolve()):
                if way.is_relative_to(root):
                    return way.relative_to(root).as_posix()
        return str(full)

    def page(self, path: Path) -> Page:
        """The page in a file. Raises Problem if it cannot be read."""
        name = self.name(path)
        return self._page(name, read(path, name))

    def _page(self, name: str, text: str) -> Page:
        """The page of a text: a build asks for it at least five times, and it is parsed once."""
        return self._known(self._pages, name, text)

    def _known(self, pages: dict[str, Page], name: str, text: str) -> Page:
        page = pages.get(name)
        if page is None or page.text != text or self._outdated(page):
            page = pages[name] = load(text, name, self.snippets)
            # A text that was handed over has no front matter, which declares some of its numbers.
            if pages is self._pages and self.listing.looks_at_numbers(self.root / name):
                sentences = Sentences(page)
                page.problems += sentences.problems
                self.rests[name] = sentences.counts
        return page

    def _outdated(self, page: Page) -> bool:
        """Whether the page's snippet file is another now; what a page with faults lacks may have come."""
        if page.faults or page.snippet is None:
            return bool(page.faults)
        try:
            now = read(self.root / page.snippet.path, page.snippet.path)
        except Problem:
            return True
        return now != page.snippet.text

    def page_of_text(self, text: str, uri: str) -> tuple[Page, int]:
        """The page whose body a site builder hands over, and the number of lines (front matter) above the body.

        `uri` is relative to docs. Lines are those of the file, unless somebody changed the text on the way.
        """
        path = self.docs / uri
        if uri and path.is_file():
            name = self.name(path)
            in_file = read(path, name)
            # As Python-Markdown's own first preprocessor leaves it.
            whole = re.sub(r"(?<=\n) +\n", "\n", in_file.expandtabs(4))
            above, found, below = whole.rpartition(text.strip())
            if found and not below.strip():
                blank = text[: len(text) - len(text.lstrip())].count("\n")
                return self._page(name, in_file), above.count("\n") - blank
        return self._known(self._handed_over, self.name(path) if uri else "page", text), 0

    def page_files(self) -> list[Path]:
        """The files of all pages, as MkDocs lists them."""
        return self.listing.files()

    def pages(self) -> tuple[list[Page], list[Problem]]:
        """All pages, and the problems of files that cannot be read."""
        pages, unreadable = [], []
        for path in self.page_files():
            try:
                pages.append(self.page(path))
            except Problem as problem:
                unreadable.append(problem)
        return pages, unreadable

    def snippet_files(self, known: Mapping[str, SnippetFile] | None = None) -> list[SnippetFile]:
        """All snippet files, parsed unless `known`; one that cannot be read carries its problem."""
        files = {self.name(path): path for path in visible(self.snippets, ".py")}
        return [(known or {}).get(name) or read_snippet(path, name) for name, path in files.items()]

    def start_all(self, pages: list[Page]) -> None:
        """Start the programs of many pages, so that they run side by side."""
        with self.executor.together():
            for page in pages:
                if page not in self._verified:
                    self.start(page)

    def start(self, page: Page) -> Future[Run]:
        """Start the page's program, unless its snippet file cannot be parsed; the outputs come later."""
        steps = [] if page.unrunnable else page.steps

        def slow(number: int, statement: int, limit: float) -> None:
            where = " → ".join(map(str, page.at(steps[number], statement)))
            said = f"still running after {PATIENCE:g} s: {where}; the limit is {limit:g} s"
            self.running[page.path] = said
            self.tell(said)

        future = self.executor.submit(steps, page.timeout, slow=slow)
        future.add_done_callback(lambda _: self.running.pop(page.path, None))
        return future

    def start_again(self, page: Page) -> Future[Run]:
        """Run the page's program once more, in a process that shares nothing with the first."""
        return self.executor.submit(page.steps, page.timeout, afresh=True)

    def verify(self, page: Page) -> tuple[Run, dict[Step, Verified]]:
        """What the page's program did: as a whole, and at each step beside what is stated."""
        if page not in self._verified:
            run = self.start(page).result()
            self._verified[page] = run, verify(page, run)
        return self._verified[page]

    def stop(self, page: Page) -> Problem | None:
        """The problem at which the page's program stopped, or for which it never started; None where all of it ran."""
        if page.unrunnable:
            return page.unrunnable[0]
        run, verified = self.verify(page)
        steps = page.steps
        if run.fault:
            return verified[steps[run.fault.cell]].problems[0]
        if len(run.cells) < len(steps):
            return verified[steps[len(run.cells) - 1]].problems[0]
        return None

    def page_problems(self, page: Page) -> list[Problem]:
        """All that is wrong with a page, in the order in which readers would meet it."""
        _, verified = self.verify(page)
        return page.faults + [problem for step in verified.values() for problem in step.problems]

    def problems(self, rendered: Iterable[Page] = ()) -> list[Problem]:
        """All that is wrong with the project's pages and snippet files, each problem once.

        Pages that a site builder `rendered` count as it did, not as their files say; they may have none.
        """
        pages, unreadable = self.pages()
        rendered = list(rendered)
        names = {page.path for page in rendered}
        pages = [page for page in pages if page.path not in names] + rendered
        pages.sort(key=lambda page: Path(page.path))
        self.start_all(pages)
        found = unreadable + [problem for page in pages for problem in self.page_problems(page)]
        embedded = {page.snippet.path: page.snippet for page in pages if page.snippet}
        files = self.snippet_files(embedded)
        found += [p for file in files if file.path not in embedded for p in file.problems]
        if not unreadable:  # such a page may embed anything
            whole = {page.path: page for page in reversed(pages)}  # of what is shown in parts too
            found += unshown(sorted(whole.values(), key=lambda page: Path(page.path)), files)
        return once(found)

    def notests(self) -> list[tuple[Location, str]]:
        """The Python fences that are not run, with their reasons."""
        pages, _ = self.pages()
        return [notest for page in pages for notest in page.notests]


def once(problems: list[Problem]) -> list[Problem]:
    """The problems without those that say the same as one before."""
    return list({str(problem): problem for problem in problems}.values())


@cache
def project_at(root: Path) -> Project:
    """The project of a folder; the same one for all who ask in this process, so that each program runs once."""
    return Project(root)


def find_root(start: Path) -> Path:
    """The nearest folder from `start` upwards that holds a mkdocs.yml, else `start`."""
    above = (start, *start.parents)
    return next((f for f in above if any((f / name).is_file() for name in CONFIGS)), start)

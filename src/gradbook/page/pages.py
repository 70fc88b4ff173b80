"""Pages: the fences and checked values of a Markdown text, and the program that they make."""

from __future__ import annotations

import ast
import posixpath
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from gradbook.errors import Location, Problem, nearest
from gradbook.page.cells import UNREADABLE, Cell, SnippetFile, Statement, parse, read_cell
from gradbook.page.choices import Choice, read_choices
from gradbook.page.files import read

_FENCE = re.compile(r"(?P<indent>[ \t>]*)(?P<ticks>`{3,}|~{3,})[ \t]*(?P<info>[^\n]*?)\s*")
_OPENS = re.compile(r"(?:`{3,}|~{3,})\s*\S")
_INCLUDE = re.compile(r'--8<--\s+(?P<q>["\'])(?P<file>[^"\':]+):(?P<cell>[^"\']*)(?P=q)')
_REASON = re.compile(r'\breason=(?P<q>["\'])(?P<reason>.+?)(?P=q)')
_VALUE = re.compile(  # bounded, so that a line of 50,000 characters costs no minutes
    r"(?P<stated>[^\s(|<>\[\]*`]{0,80}?)(?P<close>[*`]{0,4})"
    r"<!-- = (?P<expr>.+?)(?: : (?P<format>\S+))? -->"
)
_LIKE_A_VALUE = re.compile(r"<!--\s*=")
_PYTHON = ("python", "py", "python3", "py3", "ipython", "ipython3", "pycon")
# What pymdownx.superfences reads; a fence with anything else it takes for a paragraph.
_OPTIONS = re.compile(
    r"(?:python\s*)?\{.*\}|python(?:\s+(?:title|hl_lines|linenums)=(?:\"[^\"]*\"|'[^']*'))*",
    re.IGNORECASE,
)


@dataclass
class Fence:
    """A fence: the lines of its opening and closing (from 1), indentation, info string and body."""

    first: int
    last: int
    indent: str
    info: str
    body: list[str]

    @property
    def language(self) -> str:
        return re.match(r"\{?\s*\.?([\w+-]*)", self.info)[1].lower()

    @property
    def runs(self) -> bool:
        """Whether the fence is Python, by its own name or a misspelled one, and not `notest`."""
        python = self.language in _PYTHON or get_close_matches(self.language, _PYTHON, cutoff=0.8)
        return bool(python) and "notest" not in self.info.split()

    @property
    def inner(self) -> int | None:
        """The line where another fence opens inside this one: most often it was never closed."""
        found = (n for n, line in enumerate(self.body, self.first + 1) if _OPENS.match(line))
        return next(found, None)

    @property
    def predict(self) -> bool:
        """Whether the reader is to predict the output before it is shown."""
        return "predict" in self.info.split()


@dataclass
class Embed:
    """A runnable fence and the step of the program that it shows: None where a problem forbids.

    Where readers predict the output, `choices` stand in the `choice_lines` lines below the fence.
    """

    fence: Fence
    step: int | None = None
    choices: list[Choice] = field(default_factory=list)
    choice_lines: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Value:
    """A value in a sentence, `stated<!-- = expression : format -->`: its columns, and its step."""

    at: Location
    stated: str
    step: int
    columns: tuple[int, int]


@dataclass
class Page:
    """A page's program: its steps run in order in one process; embeds and values point to them."""

    path: str
    fences: list[Fence] = field(default_factory=list)
    steps: list[Cell] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    snippet: SnippetFile | None = None
    problems: list[Problem] = field(default_factory=list)
    notests: list[tuple[Location, str]] = field(default_factory=list)

    @property
    def timeout(self) -> float | None:
        return self.snippet.timeout if self.snippet else None

    def at(self, step: int) -> tuple[Location, ...]:
        """Where a step stands: the fence that shows it (or the next) and the line of its code."""
        code, embeds = self.steps[step].at, [e for e in self.embeds if e.step is not None]
        below = [embed for embed in embeds if embed.step >= step] or embeds[-1:]
        shown = [Location(self.path, embed.fence.first) for embed in below[:1]]
        return (*shown, code) if code.path != self.path else (code,)


def scan(text: str) -> list[Fence]:
    """All fences, at any indentation (admonitions, tabs, lists, quotes), as superfences finds them.

    One that is never closed, or has a line indented less than itself, has no last line: 0.
    """
    fences: list[Fence] = []
    opening: re.Match | None = None
    for number, line in enumerate(text.split("\n"), 1):
        line = line.expandtabs(4)  # as Python-Markdown does, so that build and tests read the same
        match = _FENCE.fullmatch(line) if "```" in line or "~~~" in line else None
        if opening is None:
            if match and not (match["ticks"][0] == "`" and "`" in match["info"]):
                opening = match
                fences.append(Fence(number, 0, match["indent"], match["info"], []))
        elif line.rstrip() == opening["indent"] + opening["ticks"]:
            fences[-1].last, opening = number, None
        elif not line.strip() or line.rstrip() == opening["indent"].rstrip():
            fences[-1].body.append("")
        elif line.startswith(opening["indent"]):
            fences[-1].body.append(line.removeprefix(opening["indent"]))
        else:
            opening = None
    return fences


def load(text: str, name: str, snippets: Path) -> Page:
    """The page of a Markdown text. What is wrong stands in the problems of page and embeds."""
    page = Page(name, scan(text))
    order: list[tuple[int, Fence | re.Match]] = [(fence.first, fence) for fence in page.fences]
    ends = [(fence.first, fence.last or fence.first + len(fence.body)) for fence in page.fences]
    in_fences = {number for first, last in ends for number in range(first, last + 1)}
    for number, line in enumerate(text.split("\n"), 1):
        if number in in_fences:
            continue
        if _INCLUDE.fullmatch(line.strip()):
            message = "an include outside a fence\nexpected  ```python above it and ``` below it"
            page.problems.append(Problem((Location(name, number),), message))
        if starts := _LIKE_A_VALUE.findall(line):
            values = list(_VALUE.finditer(line))
            order += [(number, match) for match in values]
            if len(values) < len(starts):
                message = "cannot read a checked value\nexpected  93<!-- = x.grad.item() -->"
                page.problems.append(Problem((Location(name, number),), message))
    for number, item in sorted(order, key=lambda pair: pair[0]):
        if isinstance(item, Fence):
            _add_fence(page, item, snippets)
            if item.last and item.runs and item.predict:
                embed, below = page.embeds[-1], text.split("\n")[item.last :]
                embed.choices, embed.choice_lines = read_choices(below, item.indent)
        else:
            _add_value(page, item, number)
    if page.snippet:
        page.steps += page.snippet.cells[_reached(page) :]
        page.problems += page.snippet.problems
    return page


def _add_fence(page: Page, fence: Fence, snippets: Path) -> None:
    at = Location(page.path, fence.first)
    if fence.last == 0:
        message = "this fence is never closed\nexpected  a closing fence, indented as this line is"
        page.problems.append(Problem((at,), message))
    elif fence.runs:
        embed = Embed(fence)
        page.embeds.append(embed)
        if message := _fault(fence):
            embed.problems.append(Problem((at,), message))
        elif include := _INCLUDE.fullmatch("\n".join(fence.body).strip()):
            _add_include(page, embed, include["file"], include["cell"], snippets)
        else:
            _add_code(page, embed)
    elif fence.language in _PYTHON:
        reason = _REASON.search(fence.info)
        page.notests.append((at, reason["reason"] if reason else ""))
        if not reason:
            expected = '```python notest reason="why it cannot run"'
            message = f"notest without a reason\nexpected  {expected}"
            page.problems.append(Problem((at,), message))
    elif not fence.language and fence.inner:
        message = f"this fence has no language, and another opens inside it, at line {fence.inner}"
        page.problems.append(Problem((at,), message))


def _fault(fence: Fence) -> str:
    """What keeps a fence from being run; nothing if it is sound."""
    body = [line for line in fence.body if line.strip()]
    if fence.inner:
        return f"this fence is never closed: another opens at line {fence.inner}"
    if fence.language != "python":
        return f"a fence of {fence.language}\nexpected  ```python, which build and tests both run"
    if not _OPTIONS.fullmatch(fence.info.replace(" predict", "", 1)):
        return (
            f"cannot read the options of this fence: {fence.info}\n"
            'expected  predict, title="…", hl_lines="2 3" or linenums="1"'
        )
    if not body:
        return "this fence is empty; nothing would be shown"
    if any("--8<" in line for line in body) and not _INCLUDE.fullmatch("\n".join(body).strip()):
        return (
            f"cannot read the include {body[0].strip()!r}\n"
            'expected  one line alone: --8<-- "part/page.py:cell"'
        )
    return ""


def _add_code(page: Page, embed: Embed) -> None:
    fence, body = embed.fence, "\n".join(embed.fence.body)
    cell = read_cell(body, page.path, fence.first + 1, embed.problems, f"line_{fence.first}")
    if any(step.name == cell.name for step in page.steps):
        at = Location(page.path, fence.first)
        embed.problems.append(Problem((at,), f"a cell named {cell.name} is already on this page"))
    cell.indent = fence.indent
    embed.step = len(page.steps)
    page.steps.append(cell)


def _add_include(page: Page, embed: Embed, file: str, name: str, snippets: Path) -> None:
    at = Location(page.path, embed.fence.first)
    path = f"{snippets.name}/{file}"
    if page.snippet is None:
        inside = posixpath.normpath(file) == file and not file.startswith(("/", ".."))
        if not (inside and file.endswith(".py") and posixpath.isfile(snippets / file)):
            known = sorted(p.relative_to(snippets).as_posix() for p in snippets.rglob("*.py"))
            embed.problems.append(Problem((at,), f"no snippet file {path}{nearest(file, known)}"))
            return
        try:
            page.snippet = parse(read(snippets / file, path), path)
        except Problem as problem:
            page.snippet = SnippetFile(path, problems=[problem])
    if page.snippet.path != path:
        message = (
            f"a second snippet file; a page is one program\n"
            f"expected  {page.snippet.path}\ngot       {path}"
        )
        embed.problems.append(Problem((at,), message))
        return
    names = [cell.name for cell in page.snippet.cells]
    if name not in names:
        if names:  # without any, the file says why
            message = f"no cell {name!r} in {path}{nearest(name, names)}"
            embed.problems.append(Problem((at,), message))
        return
    position, reached = names.index(name), _reached(page)
    cell = page.snippet.cells[position]
    if "remove-cell" in cell.tags:
        message = "this cell is tagged remove-cell, so it cannot be shown"
        embed.problems.append(Problem((at, cell.at), message))
    if position < reached:
        shown = any(e.step is not None and page.steps[e.step] is cell for e in page.embeds)
        fault = "is shown a second time" if shown else "stands earlier in the file than cells above"
        message = f"cell {name} {fault}; show each cell once, in the order in which they run"
        embed.problems.append(Problem((at, cell.at), message))
        return
    page.steps += page.snippet.cells[reached : position + 1]
    embed.step = len(page.steps) - 1


def _reached(page: Page) -> int:
    """How many cells of the snippet file are steps already."""
    return sum(step.path == page.snippet.path for step in page.steps)


def _add_value(page: Page, match: re.Match, line: int) -> None:
    at = Location(page.path, line)
    if not match["stated"]:
        comment = f"<!-- = {match['expr']} -->"
        message = f"no value before {comment}\nexpected  93{comment}"
        page.problems.append(Problem((at,), message))
        return
    code = f"print(format({match['expr']}, {match['format'] or ''!r}))"
    try:
        ast.parse(code)
    except UNREADABLE as error:
        reason = error.args[0] if error.args else "nested too deeply"
        message = f"cannot read the expression {match['expr']!r}: {reason}"
        page.problems.append(Problem((at,), message))
        return
    page.values.append(Value(at, match["stated"], len(page.steps), match.span("stated")))
    page.steps.append(Cell("value", page.path, line, code, statements=[Statement(line, line)]))


def without_comments(line: str) -> str:
    """The line as readers see it: checked values without the comment that computes them."""
    return _VALUE.sub(lambda m: m["stated"] + m["close"], line) if "<!--" in line else line

"""Pages: the fences and checked values of a Markdown text, and the program that they make with a snippet file."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

from gradbook.cells import Cell, SnippetFile, Statement, parse, read_cell
from gradbook.errors import Location, Problem, nearest

_FENCE = re.compile(r"(?P<indent>[ \t>]*)(?P<ticks>`{3,}|~{3,})[ \t]*(?P<info>[^\n]*?)\s*")
_INCLUDE = re.compile(r'--8<--\s+(?P<q>["\'])(?P<file>[^"\':]+):(?P<cell>[^"\']*)(?P=q)')
_REASON = re.compile(r'\breason=(?P<q>["\'])(?P<reason>.+?)(?P=q)')
_VALUE = re.compile(r"(?P<stated>[^\s(|<>\[\]*`]*?)(?P<close>[*`]*)<!-- = (?P<expr>.+?)(?: : (?P<format>\S+))? -->")
_PYTHON = ("python", "py", "python3")


@dataclass
class Fence:
    """A fence: the lines of its opening and closing (from 1), its indentation, info string and body."""

    first: int
    last: int
    indent: str
    info: str
    body: list[str]

    @property
    def language(self) -> str:
        return re.match(r"\{?\s*\.?([\w+-]*)", self.info)[1]

    @property
    def runs(self) -> bool:
        """Whether the fence is Python and is not marked `notest`."""
        return self.language in _PYTHON and "notest" not in self.info.split()


@dataclass
class Embed:
    """A runnable fence and the step of the program that it shows (None where a problem stands in the way)."""

    fence: Fence
    step: int | None = None
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Value:
    """A checked value in a sentence, `stated<!-- = expression : format -->`: its columns in the line, and its step."""

    at: Location
    stated: str
    step: int
    columns: tuple[int, int]


@dataclass
class Page:
    """A page's program: `steps` are run top to bottom in one process; embeds and values point into them."""

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
        """Where a step stands: the page's fence, if it is shown, and the line of its code."""
        shown = [Location(self.path, e.fence.first) for e in self.embeds if e.step == step]
        code = self.steps[step].at
        return (*shown[:1], code) if code.path != self.path else (code,)


def read(path: Path, name: str) -> str:
    """The file's text, with Unix line ends. Raises Problem, naming line and byte, if it is not UTF-8."""
    raw = path.read_bytes().replace(b"\r\n", b"\n")
    if b"\r" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\r")) + 1
        raise Problem((Location(name, line),), "a lone carriage return\nexpected  line ends \\n or \\r\\n")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8: byte 0x{raw[error.start]:02x}\nexpected  text saved as UTF-8"
        raise Problem((Location(name, line),), message) from None


def scan(text: str) -> list[Fence]:
    """All fences of a Markdown text, at any indentation (admonitions, tabs, lists, quotes); none inside another."""
    fences: list[Fence] = []
    opening: re.Match | None = None
    for number, line in enumerate(text.split("\n"), 1):
        match = _FENCE.fullmatch(line)
        if opening is None:
            if match and not (match["ticks"][0] == "`" and "`" in match["info"]):
                opening = match
                fences.append(Fence(number, number, match["indent"], match["info"], []))
        elif match and match["ticks"].startswith(opening["ticks"]) and not match["info"]:
            fences[-1].last, opening = number, None
        else:
            fences[-1].body.append(line.removeprefix(opening["indent"]) if line.strip() else "")
    if opening is not None:
        fences[-1].last = 0
    return fences


def load(text: str, name: str, snippets: Path) -> Page:
    """The page of a Markdown text. Nothing is raised: what is wrong stands in the problems of page and embeds."""
    page = Page(name, scan(text))
    order: list[tuple[int, Fence | re.Match]] = [(fence.first, fence) for fence in page.fences]
    for number, line in enumerate(text.split("\n"), 1):
        if not any(fence.first <= number <= fence.last for fence in page.fences):
            order += [(number, match) for match in _VALUE.finditer(line)]
    for number, item in sorted(order, key=lambda pair: pair[0]):
        if isinstance(item, Fence):
            _add_fence(page, item, snippets)
        else:
            _add_value(page, item, number)
    if page.snippet:
        page.steps += page.snippet.cells[_reached(page) :]
        page.problems += page.snippet.problems
    return page


def _add_fence(page: Page, fence: Fence, snippets: Path) -> None:
    at = Location(page.path, fence.first)
    if fence.last == 0:
        page.problems.append(Problem((at,), "this fence is never closed"))
        return
    if not fence.runs:
        if fence.language in _PYTHON:
            reason = _REASON.search(fence.info)
            page.notests.append((at, reason["reason"] if reason else ""))
            if not reason:
                message = 'notest without a reason\nexpected  ```python notest reason="why it cannot run"'
                page.problems.append(Problem((at,), message))
        return
    embed = Embed(fence)
    page.embeds.append(embed)
    body = [line for line in fence.body if line.strip()]
    if fence.language != "python":
        message = f"a fence of {fence.language}; write ```python, so that build and tests both run it"
        embed.problems.append(Problem((at,), message))
    elif not body:
        embed.problems.append(Problem((at,), "this fence is empty; nothing would be shown"))
    elif any("--8<" in line for line in body):
        include = _INCLUDE.fullmatch(body[0].strip())
        if not include or len(body) > 1:
            message = (
                f"cannot read the include {body[0].strip()!r}\n"
                'expected  one line alone: --8<-- "part/page.py:cell"'
            )
            embed.problems.append(Problem((at,), message))
        else:
            _add_include(page, embed, include["file"], include["cell"], snippets)
    else:
        cell = read_cell(
            "\n".join(fence.body), page.path, fence.first + 1, embed.problems, f"line_{fence.first}"
        )
        cell.indent = fence.indent
        embed.step = len(page.steps)
        page.steps.append(cell)


def _add_include(page: Page, embed: Embed, file: str, name: str, snippets: Path) -> None:
    at = Location(page.path, embed.fence.first)
    path = f"{snippets.name}/{file}"
    if page.snippet is None:
        if not (snippets / file).is_file():
            known = sorted(p.relative_to(snippets).as_posix() for p in snippets.rglob("*.py"))
            message = f"no snippet file {path}{nearest(file, known)}"
            embed.problems.append(Problem((at,), message))
            return
        try:
            page.snippet = parse(read(snippets / file, path), path)
        except Problem as problem:
            page.snippet = SnippetFile(path, problems=[problem])
    if page.snippet.path != path:
        message = (
            f"this page already embeds {page.snippet.path}; a page is one program, from one snippet file\n"
            f"found     {path}"
        )
        embed.problems.append(Problem((at,), message))
        return
    names = [cell.name for cell in page.snippet.cells]
    if name not in names:
        if names:
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
        message = f"no value before <!-- = {match['expr']} -->\nexpected  93<!-- = x.grad.item() -->"
        page.problems.append(Problem((at,), message))
        return
    code = f"print(format({match['expr']}, {match['format'] or ''!r}))"
    try:
        ast.parse(code)
    except (SyntaxError, ValueError) as error:
        message = f"cannot read the expression {match['expr']!r}: {error.args[0]}"
        page.problems.append(Problem((at,), message))
        return
    page.values.append(Value(at, match["stated"], len(page.steps), match.span("stated")))
    page.steps.append(Cell("value", page.path, line, code, statements=[Statement(line, line)]))


def without_comments(line: str) -> str:
    """The line as readers see it: checked values without the comment that computes them."""
    return _VALUE.sub(lambda match: match["stated"] + match["close"], line)

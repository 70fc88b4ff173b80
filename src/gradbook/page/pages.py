"""Pages: the fences and checked values of a Markdown text, and the program that they make."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import count
from pathlib import Path
from typing import ClassVar

from gradbook.errors import Location, Problem, nearest
from gradbook.page.blocks import Block, Comment, divide
from gradbook.page.cells import UNREADABLE, Cell, SnippetFile, read_cell, read_snippet
from gradbook.page.choices import Choice, read_choices, unread_choice
from gradbook.page.files import visible
from gradbook.page.slips import rebound, slips, unchecked_values

_FENCE = re.compile(r"(?P<indent>[ \t>]*)(?P<ticks>`{3,}|~{3,})[ \t]*(?P<info>[^\n]*?)\s*")
_INCLUDE = re.compile(r'--8<--\s+(?P<q>["\'])(?P<file>[^"\':]+):(?P<cell>[^"\']*)(?P=q)')
# A word of an info string, `title="…"` is one.
_WORD = re.compile(r"""(?:"[^"]*"|'[^']*'|\S)+""")
_REASON = re.compile(r"""reason=(?P<q>["'])(?P<reason>.+)(?P=q)""")
_STATED = r"[^\s(|<>\[\]*`]"
_VALUE = re.compile(  # bounded, so that a line of 50,000 characters costs no minutes
    rf"(?P<stated>{_STATED}{{0,80}}?)(?P<close>[*`]{{0,4}})"
    r"<!-- = (?P<expr>.+?)(?: : (?P<format>\S+))? -->"
)
_LIKE_A_VALUE = re.compile(r"<!--\s*=")
_NO_TEXT = ("code", "fence", "comment")  # kinds of blocks
# Words of an info string that make an exercise of the cell.
_EXERCISES = ("predict", "order")
_PYTHON = ("python", "py", "python3", "py3", "ipython", "ipython3", "pycon")
# What pymdownx.superfences reads; a fence with anything else it takes for a paragraph.
_OPTIONS = re.compile(
    r"(?:python\s*)?\{.*\}|python(?:\s+(?:title|hl_lines|linenums)=(?:\"[^\"]*\"|'[^']*'))*",
    re.IGNORECASE,
)


@dataclass
class Fence:
    """A fence: the lines of its opening and closing (from 1), indentation, info string, body and ticks."""

    first: int
    last: int
    indent: str
    info: str
    body: list[str]
    ticks: str = "```"

    @property
    def lines(self) -> range:
        """The numbers of its lines; of one that is never closed, as far as it was read."""
        return range(self.first, (self.last or self.first + len(self.body)) + 1)

    @property
    def language(self) -> str:
        return re.match(r"\{?\s*\.?([\w+-]*)", self.info)[1].lower()

    @property
    def runs(self) -> bool:
        """Whether the fence is Python, by its own name or a misspelled one, and not `notest`."""
        python = self.language in _PYTHON or get_close_matches(self.language, _PYTHON, cutoff=0.8)
        return bool(python) and "notest" not in self.words

    @property
    def inner(self) -> int | None:
        """The line where another fence opens inside this one: most often it was never closed.

        A longer fence may show a shorter one.
        """
        opens = re.compile(rf"{self.ticks}{self.ticks[0]}*\s*[^\s{self.ticks[0]}]")
        found = (n for n, line in enumerate(self.body, self.first + 1) if opens.match(line))
        return next(found, None)

    @property
    def predict(self) -> bool:
        """Whether the reader is to predict the output before it is shown."""
        return "predict" in self.words

    @property
    def order(self) -> bool:
        """Whether the reader is to put what it prints into order before it is shown."""
        return "order" in self.words

    @property
    def words(self) -> list[str]:
        """The words of the info string; what stands in quotes belongs to its word."""
        return _WORD.findall(self.info)

    @property
    def reason(self) -> str:
        """Why the fence is not run."""
        return next((m["reason"] for word in self.words if (m := _REASON.fullmatch(word))), "")

    @property
    def shown_info(self) -> str:
        """The info string without the words that say what is to be done with the code."""
        if "notest" in self.words:
            ours = [w for w in self.words if w in ("notest", *_EXERCISES) or _REASON.fullmatch(w)]
        else:
            ours = [word for word in self.words if word in _EXERCISES]
        if not (ours and self.language in _PYTHON):
            return self.info
        return " ".join(word for word in self.words if word not in ours)


@dataclass(eq=False)  # two values of the same text are two
class Value:
    """A value in a sentence, `stated<!-- = expression : format -->`; run, its `source` prints it.

    `columns` are those of `stated` in the line.
    """

    tags: ClassVar[frozenset[str]] = frozenset()
    path: str
    line: int
    columns: tuple[int, int]
    stated: str
    source: str

    @property
    def at(self) -> Location:
        return Location(self.path, self.line)

    def location(self, statement: int) -> Location:
        """Where its one statement stands."""
        return self.at


# What a page's program is made of: each has path, line, source and tags, and runs.
Step = Cell | Value


@dataclass
class Embed:
    """A runnable fence and the steps that it answers for; none where a problem forbids to run it.

    These are the hidden cells and the values since the fence before, and last the cell that it shows. Where
    readers predict the output, or put it into order, `choices` stand in the `choice_lines` lines below the fence.
    No other embed of the process has its `number`.
    """

    fence: Fence
    steps: list[Step] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    choice_lines: int = 0
    problems: list[Problem] = field(default_factory=list)
    number: int = field(default_factory=count().__next__)

    @property
    def cell(self) -> Cell | None:
        """The cell that the fence shows."""
        return self.steps[-1] if self.steps else None


@dataclass(eq=False)  # a page that was read anew is another
class Page:
    """A page: its fences, and the program whose steps they answer for; `rest` is below the last of them."""

    path: str
    text: str = ""
    fences: list[Fence] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    rest: list[Step] = field(default_factory=list)
    snippet: SnippetFile | None = None
    problems: list[Problem] = field(default_factory=list)
    notests: list[tuple[Location, str]] = field(default_factory=list)
    # What of a line no reader sees, from column to column.
    unseen: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    @property
    def steps(self) -> list[Step]:
        """The program: all steps, in the order in which they run in one process."""
        return [step for embed in self.embeds for step in embed.steps] + self.rest

    @property
    def cells(self) -> list[Cell]:
        return [step for step in self.steps if isinstance(step, Cell)]

    @property
    def values(self) -> list[Value]:
        return [step for step in self.steps if isinstance(step, Value)]

    @property
    def timeout(self) -> float | None:
        return self.snippet.timeout if self.snippet else None

    @property
    def faults(self) -> list[Problem]:
        """All that is wrong with the page before anything runs."""
        return self.problems + [problem for embed in self.embeds for problem in embed.problems]

    @property
    def unrunnable(self) -> list[Problem]:
        """Why its program cannot be started: what is wrong with its snippet file, and with its fences."""
        of_file = self.snippet.problems if self.snippet else []
        return of_file + [problem for embed in self.embeds for problem in embed.problems]

    def answered(self, embed: Embed) -> list[Step]:
        """The steps that a fence answers for: its own, and those below the last fence if it is that."""
        return embed.steps + (self.rest if embed is self.embeds[-1] else [])

    def place(self, path: str, line: int) -> Location:
        """A line of the page's program, with the cell that it stands in."""
        above = [cell for cell in self.cells if cell.path == path and cell.line <= line]
        return Location(path, line, above[-1].name if above else "")

    def as_read(self, number: int, line: str) -> str:
        """A line of the text without the comments of checked values, and without code that a comment holds."""
        if number in self.unseen:
            line = line.expandtabs(4)
            for start, end in reversed(self.unseen[number]):
                line = line[:start] + line[end:]
        return line

    def at(self, step: Step, statement: int = 0) -> tuple[Location, ...]:
        """Where a statement stands: the fence that answers for it (the last for the rest), and its line."""
        code = step.location(statement)
        homes = [embed for embed in self.embeds if step in embed.steps] or self.embeds[-1:]
        shown = [Location(self.path, embed.fence.first) for embed in homes]
        return (*shown, code) if code.path != self.path else (code,)


def scan(text: str) -> list[Fence]:
    """All fences, at any indentation (admonitions, tabs, lists, quotes), as superfences finds them.

    One that is never closed, or has a line indented less than itself, has no last line: 0.
    """
    fences: list[Fence] = []
    opening: re.Match | None = None
    for number, line in enumerate(text.split("\n"), 1):
        line = line.expandtabs(4)  # as Python-Markdown does, so that build and tests read the same
        if opening is None:
            if opening := _opening(line):
                indent, ticks, info = opening.group("indent", "ticks", "info")
                fences.append(Fence(number, 0, indent, info, [], ticks))
        elif line.rstrip() == opening["indent"] + opening["ticks"]:
            fences[-1].last, opening = number, None
        elif (inner := _inner(line, opening["indent"])) is not None:
            fences[-1].body.append(inner)
        else:
            opening = None
    return fences


def _opening(line: str) -> re.Match | None:
    match = _FENCE.fullmatch(line) if "```" in line or "~~~" in line else None
    if match is None:
        return None
    inline = match["ticks"][0] == "`" and "`" in match["info"]
    ends_a_comment = match["info"].startswith("-->")
    return None if inline or ends_a_comment else match


def _inner(line: str, indent: str) -> str | None:
    """A line of a fence without the fence's indentation; None if it stands further left."""
    if not line.strip() or line.rstrip() == indent.rstrip():
        return ""
    return line.removeprefix(indent) if line.startswith(indent) else None


def load(text: str, name: str, snippets: Path) -> Page:
    """The page of a Markdown text. What is wrong stands in the problems of page and embeds."""
    fences, blocks = read_blocks(text)
    page, lines = Page(name, text, fences, blocks), text.split("\n")
    comments = [comment for block in blocks for comment in block.comments()]
    _hide(page, comments)
    values = _values(page, lines, blocks, comments)
    fenced = [(fence.first, fence) for fence in fences]
    for number, item in sorted([*fenced, *values], key=lambda pair: pair[0]):
        if isinstance(item, Fence):
            _add_fence(page, item, lines, snippets)
        else:
            _add_value(page, item, number)
    if page.snippet:
        page.rest += page.snippet.cells[_reached(page) :]
        page.problems += page.snippet.problems
    if all(fence.last for _, fence in fenced):  # else all that follows is taken for code
        _add_slips(page, blocks, comments)
    return page


def _add_slips(page: Page, blocks: list[Block], comments: list[Comment]) -> None:
    """Add what would go wrong without a word, but for lines of which something is told already."""
    told = {problem.at[0].line for problem in page.faults if problem.at[0].path == page.path}
    found = [*slips(page.text, blocks), *unchecked_values(page.text, comments, page.cells)]
    for line, message in sorted(found):
        if line not in told:
            _complain(page, line, message)
    for cell, line, message in rebound(page.cells):
        statement = next((n for n, s in enumerate(cell.statements) if s.first <= line <= s.last), 0)
        page.problems.append(Problem(page.at(cell, statement), message))


def read_blocks(text: str) -> tuple[list[Fence], list[Block]]:
    """The fences and the blocks of a text; a fence inside indented code or a comment is none."""
    fences = scan(text)
    blocks = divide(text, [fence.lines for fence in fences if fence.last])
    shown = {block.lines[0].number for block in blocks if block.kind == "fence"}
    text_alone = {
        line.number for block in blocks if block.kind in ("code", "comment") for line in block.lines
    }
    return [
        fence
        for fence in fences
        if (fence.first in shown if fence.last else not text_alone.issuperset(fence.lines))
    ], blocks


def _hide(page: Page, comments: list[Comment]) -> None:
    """Note as unseen the comments that Python-Markdown would not leave out as they stand."""
    for comment in comments:
        value = _LIKE_A_VALUE.search(comment.text)
        if value or re.search(r"\n\s*\n|^\s*x+$", comment.text, re.M):
            for number, start, end in comment.spans:
                page.unseen.setdefault(number, []).append((start, end))


def _values(
    page: Page, lines: list[str], blocks: list[Block], comments: list[Comment]
) -> Iterator[tuple[int, re.Match]]:
    """The checked values in the text, with the numbers of their lines; what looks like one must be one."""
    code = {n.number for block in blocks if block.kind in _NO_TEXT for n in block.lines}
    code |= {number for fence in page.fences for number in fence.lines}
    begun = {comment.spans[0][:2] for comment in comments}
    includes = {
        line.number
        for block in blocks
        for line in block.lines  # without the sign of the quote or the list that holds it
        if _INCLUDE.fullmatch(line.text.strip())
    }
    for number, line in enumerate(lines, 1):
        if number in code:
            continue
        if number in includes:
            expected = "```python above it and ``` below it"
            _complain(page, number, f"an include outside a fence\nexpected  {expected}")
        if "<!--" not in line:
            continue
        flat = line.expandtabs(4)  # in it comments have their columns
        starts = [s for s in _LIKE_A_VALUE.finditer(flat) if (number, s.start()) in begun]
        if starts:
            pairs = zip(_VALUE.finditer(line), _VALUE.finditer(flat)) if "-->" in line else ()
            values = [match for match, same in pairs if (number, same.end("close")) in begun]
            yield from ((number, match) for match in values)
            if len(values) < len(starts):
                expected = "93<!-- = x.grad.item() -->"
                _complain(page, number, f"cannot read a checked value\nexpected  {expected}")


def _complain(page: Page, line: int, message: str) -> None:
    page.problems.append(Problem((Location(page.path, line),), message))


def _add_fence(page: Page, fence: Fence, lines: list[str], snippets: Path) -> None:
    if fence.last == 0:
        expected = "a closing fence, indented as this line is"
        _complain(page, fence.first, f"this fence is never closed\nexpected  {expected}")
    elif fence.runs:
        page.embeds.append(_embed(page, fence, lines, snippets))
    elif fence.inner:
        fault = (
            "is never closed: another opens"
            if fence.language
            else "has no language, and another opens"
        )
        _complain(page, fence.first, f"this fence {fault} inside it, at line {fence.inner}")
    elif fence.language in _PYTHON:
        page.notests.append((Location(page.path, fence.first), fence.reason))
        if not fence.reason:
            expected = '```python notest reason="why it cannot run"'
            _complain(page, fence.first, f"notest without a reason\nexpected  {expected}")


def _embed(page: Page, fence: Fence, lines: list[str], snippets: Path) -> Embed:
    """The embed of a fence that runs; it takes over the steps since the one before."""
    embed = Embed(fence)
    try:
        if cells := _program(page, embed, snippets):
            embed.steps, page.rest = [*page.rest, *cells], []
    except Problem as problem:
        embed.problems.append(problem)
    if fence.predict or fence.order:
        below = lines[fence.last :]
        embed.choices, embed.choice_lines = read_choices(below, fence.indent, fence.order)
        if unread := unread_choice(below, fence.indent, embed.choice_lines):
            what, expected = (
                ("step", "1. `MulBackward0`: why it comes no sooner")
                if fence.order
                else ("choice", "- `tensor(12.)`: the mistake that leads there")
            )
            _complain(page, fence.last + unread, f"cannot read this {what}\nexpected  {expected}")
    return embed


def _program(page: Page, embed: Embed, snippets: Path) -> list[Cell]:
    """The cells of the page's program up to the one that the fence shows. Raises Problem where that is none."""
    fence, at = embed.fence, Location(page.path, embed.fence.first)
    if message := _fault(fence):
        raise Problem((at,), message)
    if include := _INCLUDE.fullmatch("\n".join(fence.body).strip()):
        snippet = _snippet(page, at, include["file"], snippets)
        return _included(page, embed, snippet, include["cell"])
    body, name = "\n".join(fence.body), f"line_{fence.first}"
    cell = read_cell(body, page.path, fence.first + 1, embed.problems, name)
    if any(other.name == cell.name for other in page.cells):
        message = f"a cell named {cell.name} is already on this page"
        embed.problems.append(Problem((at,), message))
    cell.indent = fence.indent
    return [cell]


def _fault(fence: Fence) -> str:
    """What keeps a fence from being run; nothing if it is sound."""
    body = [line for line in fence.body if line.strip()]
    if fence.inner:
        return f"this fence is never closed: another opens at line {fence.inner}"
    if fence.language != "python":
        return f"a fence of {fence.language}\nexpected  ```python, which build and tests both run"
    if not _OPTIONS.fullmatch(fence.shown_info):
        return (
            f"cannot read the options of this fence: {fence.info}\n"
            'expected  predict, order, title="…", hl_lines="2 3" or linenums="1"'
        )
    if not body:
        return "this fence is empty; nothing would be shown"
    if any("--8<" in line for line in body) and not _INCLUDE.fullmatch("\n".join(body).strip()):
        return (
            f"cannot read the include {body[0].strip()!r}\n"
            'expected  one line alone: --8<-- "part/page.py:cell"'
        )
    return ""


def _snippet(page: Page, at: Location, file: str, snippets: Path) -> SnippetFile:
    """The page's snippet file, if this is its name; the first that a page names is."""
    path = f"{snippets.name}/{file}"
    if page.snippet is None or page.snippet.path != path:
        inside = posixpath.normpath(file) == file and not file.startswith(("/", ".."))
        if not (inside and file.endswith(".py") and posixpath.isfile(snippets / file)):
            known = [p.relative_to(snippets).as_posix() for p in visible(snippets, ".py")]
            raise Problem((at,), f"no snippet file {path}{nearest(file, known)}")
        page.snippet = page.snippet or read_snippet(snippets / file, path)
    if page.snippet.path != path:
        files = f"expected  {page.snippet.path}\ngot       {path}"
        raise Problem((at,), f"a second snippet file; a page is one program\n{files}")
    return page.snippet


def _included(page: Page, embed: Embed, snippet: SnippetFile, name: str) -> list[Cell]:
    at = Location(page.path, embed.fence.first)
    names = [cell.name for cell in snippet.cells]
    if not names:
        return []  # the file says why
    if name not in names:
        raise Problem((at,), f"no cell {name!r} in {snippet.path}{nearest(name, names)}")
    position, reached = names.index(name), _reached(page)
    cell = snippet.cells[position]
    if "remove-cell" in cell.tags:
        message = "this cell is tagged remove-cell, so it cannot be shown"
        embed.problems.append(Problem((at, cell.at), message))
    if position < reached:
        shown = any(other.cell is cell for other in page.embeds)
        fault = "is shown a second time" if shown else "stands earlier in the file than cells above"
        order = "show each cell once, in the order in which they run"
        raise Problem((at, cell.at), f"cell {name} {fault}; {order}")
    return snippet.cells[reached : position + 1]


def _reached(page: Page) -> int:
    """How many cells of the snippet file are steps already."""
    return sum(cell.path == page.snippet.path for cell in page.cells)


def _add_value(page: Page, match: re.Match, line: int) -> None:
    if not match["stated"]:
        comment = f"<!-- = {match['expr']} -->"
        _complain(page, line, f"no value before {comment}\nexpected  93{comment}")
        return
    code = f"print(format({match['expr']}, {match['format'] or ''!r}))"
    try:
        ast.parse(code)
    except UNREADABLE as error:
        reason = error.args[0] if error.args else "nested too deeply"
        _complain(page, line, f"cannot read the expression {match['expr']!r}: {reason}")
        return
    page.rest.append(Value(page.path, line, match.span("stated"), match["stated"], code))


def can_be_stated(text: str) -> bool:
    """Whether a text that stands before a checked value's comment would be read as the stated value."""
    return bool(re.fullmatch(f"{_STATED}{{1,80}}", text))


def without_comments(line: str) -> str:
    """The line as readers see it: checked values without the comment that computes them."""
    return _VALUE.sub(lambda m: m["stated"] + m["close"], line) if "<!--" in line else line

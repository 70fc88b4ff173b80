"""Blocks of a Markdown text as Python-Markdown divides it: what is text, what is code, and what encloses it.

Knows the rules of Python-Markdown and of the extensions that the site uses, and nothing of pages and cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from markdown import Markdown
from markdown.blockprocessors import ReferenceProcessor
from markdown.util import BLOCK_LEVEL_ELEMENTS

# An admonition, which has a kind; a folded one, which has a kind or a title; a tab, which has a title.
BOX = re.compile(
    r"""(?P<mark>!!!(?=\ ?[\w-])|\?{3}\+?(?=\ ?[\w-]|\ +")|={3}(?:\+!?|!\+?)?(?=\ +"))
        \ ?(?P<kind>(?:[\w-]+(?:\ +[\w-]+)*)?)(?:\ +"(?P<title>.*?)")?\ *""",
    re.VERBOSE,
)
HEADING = re.compile(r"(?P<level>#{1,6})(?P<text>.*)")
REFERENCE = ReferenceProcessor.RE
ESCAPED = {
    *Markdown().ESCAPED_CHARS,
    "$",
    "|",
}  # what a backslash makes plain; formulas and tables add two
_NOTE = re.compile(r" {0,3}\[\^[^\]]*\]:[ ]*")
_ITEM = re.compile(r" {0,3}(?P<sign>[-*+]|\d+\.)(?P<space> +)(?=\S)")
_QUOTE = re.compile(r" {0,3}> ?")
_DEFINITION = re.compile(r" {0,3}:( {1,3})(?=\S)")
_RULE = re.compile(r" {0,3}(?:(?:- {0,2}){3,}|(?:_ {0,2}){3,}|(?:\* {0,2}){3,}) *")
_UNDERLINE = re.compile(r"(?:=+|-+) *")

# A comment, in which the comments of checked values may stand.
COMMENT = re.compile(r"<!--(?:(?!<!--|-->).|<!--\s*=(?:(?!-->).){1,400}-->)*-->", re.DOTALL)
# At the beginning of a line, one that holds the beginning of others ends where HTML says.
_COMMENT_AT_START = re.compile(rf"{COMMENT.pattern}|<!--(?:(?!-->).)*-->", re.DOTALL)
_COMMENTS = re.compile(rf"{_COMMENT_AT_START.pattern}|<!--", re.DOTALL)
_ATTRIBUTES = r"""(?:"[^"]*"|'[^']*'|[^<>"'])*"""
TAG = re.compile(rf"<(?P<close>/?)(?P<name>[a-zA-Z][\w-]*)\b(?P<attributes>{_ATTRIBUTES})>")
_OPEN_BLOCK = re.compile(rf" {{0,3}}</?(?:{'|'.join(BLOCK_LEVEL_ELEMENTS)})\b", re.IGNORECASE)
_DEEPEST = 40  # what stands within more containers is taken for text
_ALONE = ("hr", "br", "img", "input", "source")  # elements that nothing closes

# What stands within text and is not plain, in the order in which Python-Markdown looks for it.
SPANS = re.compile(
    rf"""
      (?P<formula>
          (?<!\\)\$\$(?:(?!\$\$|\n\s*\n).)+\$\$
        | (?<!\\)\$(?![\s$])(?:\\.|[^\\$\n]|\n(?!\s*\n))+?(?<!\s)\$
        | \\\((?:\\[^)]|[^\\]){1, 999}?\\\) | \\\[(?:\\[^\]]|[^\\]){1, 999}?\\\]
        | \\begin\{{(?P<environment>\w+\*?)\}}.+?\\end\{{(?P=environment)\}}
      )
    | (?P<escape>\\.)
    | (?P<code>(?P<ticks>`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)(?P=ticks)(?!`))
    | (?P<loose>`+)
    | (?P<comment>{COMMENT.pattern})
    | (?P<open><!--)
    | (?P<address><(?:https?|ftp|mailto):[^\s<>]*>)
    | (?P<tag></?[a-zA-Z][\w-]*\b{_ATTRIBUTES}>)
    | (?P<target>\]\(\s*
          (?:<(?P<angle>[^<>\n]*)>|(?P<bare>(?:\\.|[^\s()<>\\]|\([^()\s]*\)|\ +(?![\ "')]))*))
          (?:\s+(?P<title>"[^"]*"|'[^']*'))?\s*\)
      )
    """,
    re.VERBOSE | re.DOTALL,
)


class Line(NamedTuple):
    """What a block has of a line: its number in the text (from 1), and the column where it begins."""

    number: int
    column: int
    text: str

    def after(self, width: int) -> Line:
        return Line(self.number, self.column + width, self.text[width:])

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def indented(self) -> bool:
        return self.text.startswith("    ")

    @property
    def indentation(self) -> int:
        return len(self.text) - len(self.text.lstrip())


class Comment(NamedTuple):
    """A comment, and where it stands: number, first column and end in each of its lines."""

    text: str
    spans: list[tuple[int, int, int]]


@dataclass(eq=False)
class Container:
    """What encloses blocks: an `item` of a list, a `quote`, a `note`, a `definition`, or a `box`.

    `first` stands before its first line, which is `line` as what encloses it sees it. `box` is an admonition or a
    tab, and its first line is its title.
    """

    kind: str
    line: Line
    first: str = ""


@dataclass
class Block:
    """A piece of the text: `text`, a `heading`, a `rule`, a `reference` (where a link leads), the `title` of a box,
    `html`, a `comment`, `code` that is indented, a `fence`, or a `blank` line.

    Lines of fences that a comment holds are masked.
    """

    kind: str
    lines: list[Line]
    within: tuple[Container, ...] = ()

    @cached_property  # asked for by a page's checks and by each of its copies
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def comments(self) -> Iterator[Comment]:
        """The comments in it, of one that is never closed its beginning; in code is none."""
        text = self.text
        if "<!--" not in text or self.kind in ("code", "fence"):
            return
        if self.kind in ("html", "comment"):
            yield from map(self._comment, _COMMENTS.finditer(text))
            return
        for span in SPANS.finditer(text):
            if span["comment"] or span["open"]:
                yield self._comment(span)
            elif span["formula"]:
                yield from map(self._comment, _COMMENTS.finditer(text, span.start(), span.end()))

    def _comment(self, match: re.Match) -> Comment:
        above = match.string.count("\n", 0, match.start())
        start = match.start() - (match.string.rfind("\n", 0, match.start()) + 1)
        spans = []
        for line, text in zip(self.lines[above:], match[0].split("\n")):
            first = line.column + start
            spans.append((line.number, first, first + len(text)))
            start = 0
        return Comment(match[0], spans)


def divide(text: str, fences: Iterable[range]) -> list[Block]:
    """The blocks of a text. `fences` are the numbers of the lines of those fences that are closed.

    A fence inside indented code, or in a comment, is no block of its own but part of that.
    """
    division = _Division(fences)
    lines = [Line(n, 0, line) for n, line in enumerate(text.expandtabs(4).split("\n"), 1)]
    ends = (line.number for line in reversed(lines) if "-->" in line.text)
    division.last_end = next(ends, 0)
    division.add(lines, ())
    return division.blocks


class _Division:
    def __init__(self, fences: Iterable[range]) -> None:
        self.fences = {fence.start: fence for fence in fences}
        self.inside = {number for fence in self.fences.values() for number in fence[1:]}
        self.last_end = 0  # the last line in which a comment ends
        self.blocks: list[Block] = []

    def put(self, kind: str, lines: list[Line], within: tuple[Container, ...]) -> None:
        self.blocks.append(Block(kind, lines, within))

    def add(self, lines: list[Line], within: tuple[Container, ...]) -> None:
        """Add the blocks of the lines that stand within the containers."""
        if len(within) > _DEEPEST:
            self.put("text", lines, within)
            return
        at, items = 0, 0
        # Whether a list or indented code may begin: below a blank line, or where a block has ended.
        fresh = True
        while at < len(lines):
            line = lines[at]
            start = at
            if line.blank:
                self.put("blank", [line], within)
                at += 1
                fresh = True
                continue
            in_list = _in_list(within)
            item = _ITEM.match(line.text) if fresh or in_list else None
            items = items + 1 if item and not _RULE.fullmatch(line.text) else 0
            if line.indented and fresh:
                at = self.code(lines, at, within)
            elif line.number in self.fences:
                at += len(self.fences[line.number])
                self.put("fence", lines[start:at], within)
                fresh = False
                continue
            elif items:
                sign = line.text[: item.end()].rstrip()
                number = re.sub(r"\d+", str(items), sign)
                first = number + (item["space"] if len(item["space"]) < 5 else " ")
                at = self.inner(lines, at, item.end(), (*within, Container("item", line, first)))
            elif self.box(line):
                self.put("title", [line], within)
                end = self.end(lines, at + 1, lazy=False)
                self.add(_dedented(lines[at + 1 : end]), (*within, Container("box", line)))
                at = end
            elif note := _NOTE.match(line.text):
                at = self.inner(lines, at, note.end(), (*within, Container("note", line, note[0])))
            elif definition := _DEFINITION.match(line.text):
                container = Container("definition", line, definition[0])
                at = self.inner(lines, at, definition.end(), (*within, container))
            elif _QUOTE.match(line.text):
                at = self.quote(lines, at, within)
            elif reference := REFERENCE.match("\n".join(x.text for x in lines[at : at + 3])):
                at += reference[0].rstrip("\n").count("\n") + 1
                self.put("reference", lines[start:at], within)
            elif HEADING.match(line.text) or self.underlined(lines, at):
                at += 1 if HEADING.match(line.text) else 2
                self.put("heading", lines[start:at], within)
            elif _RULE.fullmatch(line.text):
                at += 1
                self.put("rule", [line], within)
            elif below := self.comment(lines, at):
                self.put("comment", self.masked(lines[at:below]), within)
                at = below
            elif self.opens(line):
                at = self.html(lines, at, within)
            else:
                at = self.text(lines, at, within)
                fresh = False
                continue
            fresh = True

    def box(self, line: Line) -> re.Match | None:
        return BOX.fullmatch(line.text)

    def opens(self, line: Line) -> bool:
        """Whether a tag of an element stands here that is a block."""
        return bool(_OPEN_BLOCK.match(line.text) and TAG.match(line.text.lstrip()))

    def comment(self, lines: list[Line], at: int) -> int:
        """The line below the comment that takes this line, and maybe more, for itself; else 0."""
        starts = lines[at].text.lstrip().startswith("<!--")
        if not starts or lines[at].number > self.last_end:
            return 0
        text = "\n".join(line.text for line in self.masked(lines[at:]))
        found = _COMMENT_AT_START.match(text, text.index("<!--"))
        if not found or text[found.end() :].partition("\n")[0].strip():
            return 0
        return at + text.count("\n", 0, found.end()) + 1

    def masked(self, lines: list[Line]) -> list[Line]:
        """The lines, those of fences without what they say."""
        return [
            line._replace(text="x" * len(line.text))
            if line.number in self.inside or line.number in self.fences
            else line
            for line in lines
        ]

    def underlined(self, lines: list[Line], at: int) -> bool:
        below = lines[at + 1 : at + 2]
        return bool(below) and _UNDERLINE.fullmatch(below[0].text) is not None

    def interrupts(self, line: Line, in_list: bool) -> bool:
        """Whether the line ends the text above it."""
        text = line.text
        return bool(
            line.blank
            or line.number in self.fences
            or self.box(line)
            or _NOTE.match(text)
            or _DEFINITION.match(text)
            or _QUOTE.match(text)
            or REFERENCE.match(text)
            or HEADING.match(text)
            or _RULE.fullmatch(text)
            or text.lstrip().startswith("<!--")
            or self.opens(line)
            or (in_list and _ITEM.match(text))
        )

    def code(self, lines: list[Line], at: int, within: tuple[Container, ...]) -> int:
        end = self.end(lines, at, lazy=False)
        self.put("code", lines[at:end], within)
        return end

    def inner(self, lines: list[Line], at: int, width: int, within: tuple[Container, ...]) -> int:
        """Add what stands in an item, note or definition, whose first line begins at the column `width`."""
        end = self.end(lines, at + 1, lazy=True)
        self.add([lines[at].after(width), *_dedented(lines[at + 1 : end])], within)
        return end

    def end(self, lines: list[Line], at: int, lazy: bool) -> int:
        """Where what is indented by four ends; `lazy`: a line of text may go on without indentation."""
        last, blank = at, not lazy
        while at < len(lines):
            line = lines[at]
            if line.blank and line.number not in self.inside:
                blank = True
            elif line.indented or line.number in self.inside:
                last, blank = at + 1, False
            elif not lazy or blank or self.interrupts(line, True):
                break
            else:
                last = at + 1
            at += 1
        return last

    def quote(self, lines: list[Line], at: int, within: tuple[Container, ...]) -> int:
        end = at
        while end < len(lines) and not (lines[end].blank and lines[end].number not in self.inside):
            if end > at and lines[end].number in self.fences and not _QUOTE.match(lines[end].text):
                break
            end += 1
        inner = [
            line.after(match.end()) if (match := _QUOTE.match(line.text)) else line
            for line in lines[at:end]
        ]
        self.add(inner, (*within, Container("quote", lines[at], "> ")))
        return end

    def html(self, lines: list[Line], at: int, within: tuple[Container, ...]) -> int:
        """Add an element that holds Markdown, or a closing tag, as its tag alone; of any other, all."""
        line = lines[at]
        indent = len(line.text) - len(line.text.lstrip())
        tag = TAG.match(line.text, indent)
        if tag["close"] or re.search(r"\bmarkdown\b", tag["attributes"]):
            self.put("html", [Line(line.number, line.column, line.text[: tag.end()])], within)
            rest = line.after(len(line.text) - len(line.text[tag.end() :].lstrip()))
            if rest.blank:
                return at + 1
            lines[at] = rest
            return at
        end = self.closed(lines, at, tag["name"].lower())
        held: list[Line] = []
        while at < end:
            if fence := self.fences.get(lines[at].number):
                self.put("html", held, within)
                self.put("fence", lines[at : at + len(fence)], within)
                held, at = [], at + len(fence)
            else:
                held.append(lines[at])
                at += 1
        if held:
            self.put("html", held, within)
        return max(at, end)

    def closed(self, lines: list[Line], at: int, name: str) -> int:
        """The line below the element that opens in this one; below its paragraph where nothing closes it."""
        depth = 0
        for number, line in enumerate(lines[at:], at):
            if line.number in self.inside or line.number in self.fences:
                continue
            for tag in TAG.finditer(line.text):
                if tag["name"].lower() == name and not tag["attributes"].endswith("/"):
                    depth += -1 if tag["close"] else 1
            if depth <= 0 or name in _ALONE:
                return number + 1
        blank = (number for number, line in enumerate(lines[at:], at) if line.blank)
        return next(blank, len(lines))

    def text(self, lines: list[Line], at: int, within: tuple[Container, ...]) -> int:
        """Add a paragraph. A comment in it may go on below, across blank lines and fences."""
        end = at + 1
        while True:
            while end < len(lines) and not self.interrupts(lines[end], _in_list(within)):
                end += 1
            upto = "\n".join(line.text for line in self.masked(lines[at:end]))
            may_open = "<!--" in upto and lines[end - 1].number <= self.last_end
            spans = SPANS.finditer(upto) if may_open else ()
            opened = next((span for span in spans if span["open"]), None)
            if opened is None:
                break
            whole = "\n".join(line.text for line in self.masked(lines[at:]))
            comment = COMMENT.match(whole, opened.start())
            if comment is None:
                break
            end = at + whole.count("\n", 0, comment.end()) + 1
        self.put("text", self.masked(lines[at:end]), within)
        return end


def _dedented(lines: list[Line]) -> list[Line]:
    return [line.after(4) if line.indented or line.blank else line for line in lines]


def _in_list(within: tuple[Container, ...]) -> bool:
    return bool(within) and within[-1].kind == "item"

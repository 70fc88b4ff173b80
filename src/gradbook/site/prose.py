"""A page's Markdown as other programs read it: CommonMark with absolute addresses, without what is for MkDocs alone.

Knows CommonMark, and of MkDocs how it reads front matter and what addresses it gives.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from string import punctuation
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from mkdocs.structure.files import File
from mkdocs.utils.meta import get_data

from gradbook.page.blocks import (
    BOX,
    COMMENT,
    ESCAPED,
    HEADING,
    REFERENCE,
    SPANS,
    TAG,
    Container,
    divide,
)
from gradbook.page.blocks import Block as Source
from gradbook.page.pages import Embed, Page, scan

# Attributes in braces, as the extension attr_list reads them: at the end of a heading or of a table's cell, on a
# last line of their own, or behind something within the text.
_BRACES = r"\{:?[ ]*[^}\n ][^}\n]*\}"
_AT_END = re.compile(rf"[ ]+{_BRACES}[ ]*(?=$|\||#+[ ]*$)", re.M)
_ON_LAST_LINE = re.compile(rf"\n[ ]*{_BRACES}[ ]*\Z")
# What is kept as it is stands aside meanwhile, in its place a mark: of an element, or of anything else.
_KEPT = re.compile("\ue000(\\d+)[\ue001\ue002]")
_COMMENT_ALONE = re.compile("(?:^|(?<=\n))[ ]*\ue003[ \ue003]*(?:\n|\\Z)")
_COMMENT_LAST = re.compile("[ ]*\ue003(?=$)", re.M)
_BEHIND = re.compile(rf"(?<=[\ue001\]*_]){_BRACES}")
_TABLE = re.compile(r"[^\n]*\|[^\n]*\n[ ]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-*:?[ ]*)*(?:\n|\Z)")
# What would begin a list, or underline a heading, for CommonMark but not for Python-Markdown.
_MISREAD = re.compile(r"(?<=\n)([ ]{0,3}(?:(?=[-+*][ ]|=+[ ]*$|-+[ ]*$)|1(?=[.)][ ])))", re.M)
_NOT_ESCAPED = {*punctuation, "\n"} - ESCAPED
_ADDRESS = re.compile(r"(?P<name>\b(?:src|href)=)(?P<quote>[\"'])(?P<target>.*?)(?P=quote)")
_VERBATIM = re.compile(r"<(?:pre|script|style|textarea)\b")  # in them blank lines count
_LABEL = re.compile(r"\[([^\[\]]+)\]")


@dataclass(frozen=True)
class Place:
    """Where a page stands: its path below docs, and the site's address, which may be empty."""

    uri: str
    site_url: str = ""
    use_directory_urls: bool = True

    def address(self, target: str) -> str:
        """The address of what a link or an image names by a path from the page's file, as MkDocs finds it."""
        scheme, host, path, query, anchor = urlsplit(target)
        if scheme or host or not path:
            return target
        if path.startswith("/") or not posixpath.splitext(path)[1]:
            return self.on_page(target)
        url = self._url(self.source(path))
        return f"{self.site_url.rstrip('/')}/{urlunsplit(('', '', url, query, anchor))}"

    def source(self, path: str) -> str:
        """The path below docs of a page that a link names by a path from this page's file."""
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.uri), unquote(path)))

    def on_page(self, target: str) -> str:
        """The address of what raw HTML names as seen from the page."""
        scheme, host, path, *_ = urlsplit(target)
        if scheme or host or not path:
            return target
        root = f"{self.site_url.rstrip('/')}/"
        return urljoin(root + self._url(self.uri), target)

    def _url(self, uri: str) -> str:
        return File(uri, "", "", self.use_directory_urls).url.removeprefix("./")


@dataclass
class Block:
    """A piece of a page in reading order: a run of prose, or an embedded cell, its lines `indent`ed.

    `folded` is a cell that the page shows on a click.
    """

    prose: str = ""
    embed: Embed | None = None
    indent: str = ""
    folded: bool = False


def blocks(text: str, page: Page, place: Place, apart: bool = False) -> list[Block]:
    """The page's text as blocks. `apart`: each will be read by itself, so no list goes on across a cell."""
    lines = text.split("\n")
    front = len(lines) - get_data(text)[0].count("\n") - 1
    lines[:front] = [""] * front
    for embed in page.embeds:
        below = embed.fence.last
        lines[below : below + embed.choice_lines] = [""] * embed.choice_lines
    body = "\n".join(lines)
    copy = _Copy(page, place, apart)
    divided = _divided(body)
    copy.look(divided)
    for block in divided:
        copy.add(block)
    copy.close()
    return copy.with_references()


@lru_cache(maxsize=1)  # both copies of a page are made one after the other
def _divided(body: str) -> list[Source]:
    return divide(body, [fence.lines for fence in scan(body) if fence.last])


def indented(text: str, indent: str) -> str:
    """The lines with what stands before them in their list or quote."""
    lines = text.split("\n")
    return "\n".join(f"{indent}{line}" if line.strip() else indent.rstrip() for line in lines)


def fenced(code: str, info: str, ticks: str = "```") -> str:
    """A fence of code, longer than `ticks` where a line of the code would close it."""
    runs = re.findall(rf"^[ ]*({re.escape(ticks[0])}{{3,}})", code, re.M)
    longest = max(map(len, runs), default=0)
    ticks = ticks[0] * max(len(ticks), longest + 1)
    return f"{ticks}{info}\n{code}\n{ticks}"


class _Copy:
    """The blocks of a copy, while they are made."""

    def __init__(self, page: Page, place: Place, apart: bool) -> None:
        self.place, self.apart = place, apart
        self.embeds = {embed.fence.first: embed for embed in page.embeds}
        self.fences = {fence.first: fence for fence in page.fences}
        self.found: list[Block] = []
        self.lines: list[str] = []
        self.begun: set[Container] = set()
        self.closed: set[Container] = set()
        self.references: dict[str, str] = {}
        self.last = ""  # the kind of the block before
        self.with_cells: set[int] = set()  # the numbers of the lines where boxes with cells begin
        self.details = 0  # the number of the line where a fold of text begins that is still open

    def look(self, divided: list[Source]) -> None:
        """Note which boxes hold cells."""
        for block in divided:
            if block.kind == "fence" and block.lines[0].number in self.embeds:
                self.with_cells |= {c.line.number for c in block.within if c.kind == "box"}

    def add(self, block: Source) -> None:
        within = block.within
        if self.details and not any(c.line.number == self.details for c in within):
            self.end_details()
        if block.kind == "reference":
            self.refer(block.text)
        elif block.kind == "blank":
            self.blank(within)
        elif block.kind == "fence":
            self.fence(block)
        elif block.kind == "title":
            self.blank(within)
            number = block.lines[0].number
            summary = _summary(block.text) if self.apart and not within else ""
            if summary and number not in self.with_cells:
                self.details = number
                self.put(f"<details><summary>{summary}</summary>", within)
            else:
                self.put(_title(block.text, self.place), within)
            self.blank(within)
        elif text := _written(block.kind, block.text, self.place):
            apart = {block.kind, self.last} & {"html", "rule"}
            if apart and self.lines and self.lines[-1].strip("> "):
                self.blank(within)
            self.put(text, within, exact=block.kind == "code")
        self.last = block.kind

    def put(self, text: str, within: tuple[Container, ...], exact: bool = False) -> None:
        for line in text.split("\n"):
            self.lines.append(f"{self.prefix(within, exact)}{line}" if line else self.empty(within))

    def blank(self, within: tuple[Container, ...]) -> None:
        self.lines.append(self.empty(within))

    def empty(self, within: tuple[Container, ...]) -> str:
        """A line without text, which keeps a quote together."""
        quoted = [n for n, container in enumerate(within) if container.kind == "quote"]
        return self.prefix(within[: quoted[-1] + 1]).rstrip() if quoted else ""

    def prefix(self, within: tuple[Container, ...], exact: bool = False) -> str:
        """What stands before a line, `exact` for code, whose first four columns of indentation are its own."""
        parts = []
        indents = [container for container in within if container.kind not in ("box", "definition")]
        for container in within:
            width = {"item": max(4, len(container.first)), "note": 4}.get(container.kind, 0)
            if exact and container.kind == "item" and container is indents[-1]:
                width = len(container.first)
            if container.kind == "quote" or container not in self.begun:
                parts.append(container.first)
                self.begun.add(container)
            elif container not in self.closed:
                parts.append(" " * width)
        return "".join(parts)

    def fence(self, block: Source) -> None:
        """Add a fence that is shown as it is; or a cell, which has a place of its own."""
        first, within = block.lines[0], block.within
        if embed := self.embeds.get(first.number):
            self.close()
            folded = any(c.kind == "box" and _is_folded(c.line.text) for c in within)
            self.found.append(Block(embed=embed, indent=self.prefix(within), folded=folded))
            self.closed |= set(within) if self.apart else set()
            return
        fence = self.fences[first.number]
        info = fence.language if fence.info.startswith("{") else fence.info
        ticks = re.match(r"`+|~+", first.text.lstrip("> "))[0]
        self.put(fenced("\n".join(fence.body), info, ticks), within)

    def end_details(self) -> None:
        self.lines += ["", "</details>", ""]
        self.details = 0

    def close(self) -> None:
        """End the run of prose."""
        if self.details:
            self.end_details()
        if prose := "\n".join(self.lines).strip("\n").rstrip():
            self.found.append(Block(prose))
        self.lines = []

    def refer(self, text: str) -> None:
        """Note where the links lead that name this reference."""
        label, target, _, _, quoted, bracketed = REFERENCE.match(text).groups()
        address, title = self.place.address(target.strip("<>")), quoted or bracketed
        ending = f' "{title}"' if title else ""
        self.references[_same(label)] = f"[{label}]: {address}{ending}"

    def with_references(self) -> list[Block]:
        """The blocks, with what their links refer to at the end of the last one, or of each that stands apart."""
        texts = [block for block in self.found if block.embed is None]
        groups = [[text] for text in texts] if self.apart else [texts]
        for group in groups:
            labels = {_same(label) for text in group for label in _LABEL.findall(text.prose)}
            if used := [line for label, line in self.references.items() if label in labels]:
                group[-1].prose += "\n\n" + "\n".join(used)
        return self.found


def _title(line: str, place: Place) -> str:
    """The title of an admonition or tab, in bold; nothing where it has none."""
    box = BOX.fullmatch(line)
    title = box["kind"].partition(" ")[0].capitalize() if box["title"] is None else box["title"]
    return f"**{_inline(title, place)}**" if title else ""


def _is_folded(line: str) -> bool:
    """Whether the line begins a box that opens on a click."""
    return bool(re.match(r"[ ]*\?{3}(?!\+)", line))


def _summary(line: str) -> str:
    """The title of a folded box, where it is plain words, which need no Markdown."""
    box = BOX.fullmatch(line)
    title = box["title"] or ""
    return title if _is_folded(line) and re.fullmatch(r"[\w ,.?]+", title) else ""


@lru_cache(maxsize=1024)  # a page is copied twice, for Markdown and for the notebook
def _written(kind: str, text: str, place: Place) -> str:
    """A block in the words of CommonMark."""
    if kind in ("code", "rule"):
        return "\n".join(line.rstrip() for line in text.split("\n"))
    if kind == "comment":
        return ""
    if kind == "html":
        text = TAG.sub(lambda tag: _tag(tag[0], place), COMMENT.sub("", text))
        return text if _VERBATIM.search(text) else re.sub(r"\n\s*\n", "\n", text).strip("\n")
    if heading := HEADING.fullmatch(text):
        return f"{heading['level']} {_inline(heading['text'], place, 'heading').strip()}"
    return _inline(text, place, "table" if _TABLE.match(text) else kind)


def _inline(text: str, place: Place, kind: str = "text") -> str:
    """A `text`, `heading` or `table` in the words of CommonMark."""
    kept: list[str] = []

    def keep(text: str, element: bool = False) -> str:
        kept.append(text)
        end = "\ue001" if element else "\ue002"
        return f"\ue000{len(kept) - 1}{end}"

    def replace(span: re.Match) -> str:
        whole = span[0]
        if span["comment"]:
            return "\ue003"
        if span["open"]:
            return "&lt;!--"
        if span["escape"]:
            return keep(f"\\{whole}" if whole[1] in _NOT_ESCAPED else whole)
        if span["code"]:
            return keep(whole.replace("|", "\\|") if kind == "table" else whole, element=True)
        if span["formula"]:
            return keep(COMMENT.sub("", whole), element=True)
        if span["tag"]:
            return keep(_tag(whole, place))
        if span["target"]:
            return keep(f"]({_target(span, place)})", element=True)
        return keep(whole, element=bool(span["address"]))

    text = SPANS.sub(replace, text)
    text = _COMMENT_LAST.sub("", _COMMENT_ALONE.sub("", text)).replace("\ue003", "")
    text = _BEHIND.sub(_without_braces, text)
    # A tag alone in the first line would begin a block of HTML.
    text = re.sub("\\A([ ]*\ue000\\d+\ue002[ ]*)\n", r"\1 ", text)
    if kind == "text":
        text = _MISREAD.sub(r"\1\\", _ON_LAST_LINE.sub("", text))
    else:
        text = _AT_END.sub("", text)
    return _KEPT.sub(lambda mark: kept[int(mark[1])], text)


def _tag(tag: str, place: Place) -> str:
    """A tag of HTML with the address of what it names."""

    def absolute(match: re.Match) -> str:
        quote = match["quote"]
        return f"{match['name']}{quote}{place.on_page(match['target'])}{quote}"

    return _ADDRESS.sub(absolute, tag)


def _target(span: re.Match, place: Place) -> str:
    address = place.address(span["bare"] if span["angle"] is None else span["angle"])
    return f"{address} {span['title']}" if span["title"] else address


def _without_braces(braces: re.Match) -> str:
    """Nothing for attributes behind an element; the text where a sign that ends no emphasis stands before it."""
    before = braces.string[: braces.start()]
    sign = re.search(r"[*_]*$", before)[0]
    ends = before.count(sign) > 1 if sign else True
    return "" if ends else braces[0]


def _same(label: str) -> str:
    """A label of a reference as it is compared with others."""
    return " ".join(label.split()).lower()

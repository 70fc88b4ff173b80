"""Markdown of others, for a page of ours: fences that must not run, formulas, images, links, lists. Knows no code."""

from __future__ import annotations

import re
from collections.abc import Callable

from gradbook.importer.rest import ABROAD, ADMONITIONS, instead_of_image
from gradbook.page.pages import Fence, scan

NOT_RUN = 'notest reason="the tutorial shows it and does not run it"'

_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<target>[^)\s]*)[^)]*\)(?:\{[^}\n]*\})?")
_IMAGE_TAG = re.compile(r"<img\b[^>]*?\bsrc=[\"']?(?P<target>[^\"'\s>]+)[^>]*>(?:</img>)?", re.I)
_LINK = re.compile(r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^)\s]*)[^)]*\)")
_COMMENT = re.compile(r"\s*<!--(?:(?!-->).)*-->\s*", re.DOTALL)
_EMPTY = re.compile(rf"<a\b[^>]*>({_COMMENT.pattern})</a>", re.DOTALL | re.I)
_DISPLAY = re.compile(
    r"[ \t]*(?P<mark>(?<![\\$`])\$\$)(?![$`])(?P<formula>.+?)(?<!\\)\$\$", re.DOTALL
)
_PLACE = re.compile(r"^(?P<pad> *)\0(?P<number>\d+)\0$", re.M)
_HEADING = re.compile(r"(?P<marks>#{1,6}) +(?P<text>.*?)(?: +#+)?")
_UNDERLINED = re.compile(r"^(?! |>|#|[-*+] |\d+\. |\|)(\S.*)\n(={3,}|-{3,})[ ]*$", re.M)
_ITEM = re.compile(r"(?P<indent> *)(?P<mark>[-*+]|\d+[.)])(?P<space> +)(?=\S)")

Note = Callable[[int, str], None]


def tidy(text: str, first: int, note: Note) -> str:
    """The Markdown of a text whose first line has the number `first`, as it can stand on a page.

    `note` is called with a line's number and what a person must look at there.
    """
    lines = text.split("\n")
    found: list[str] = []
    at = 0
    for fence in scan(text):
        if not fence.last or fence.first - 1 < at:
            continue
        found.append(_prose("\n".join(lines[at : fence.first - 1]), first + at, note))
        found.append(_fence(fence, lines[fence.first - 1 : fence.last]))
        at = fence.last
    found.append(_prose("\n".join(lines[at:]), first + at, note))
    return "\n\n".join(part for text in found if (part := text.strip("\n")))


def headings(text: str) -> list[tuple[int, str]]:
    """The headings of tidy Markdown: level, and the words without their marks."""
    lines = text.split("\n")
    return [(level, plain(lines[number - 1].lstrip("#"))) for number, level in _headings(text)]


def _headings(text: str) -> list[tuple[int, int]]:
    """The line and the level of each heading outside fences."""
    inside = {number for fence in scan(text) for number in fence.lines}
    numbered = enumerate(text.split("\n"), 1)
    found = [(n, _HEADING.fullmatch(line)) for n, line in numbered if n not in inside]
    return [(number, len(match["marks"])) for number, match in found if match]


def without_title(text: str) -> tuple[str, str]:
    """The words of the first heading, as they stand there, and the text without it."""
    lines = text.split("\n")
    number, _ = _headings(text)[0]
    title = _HEADING.fullmatch(lines[number - 1])["text"]
    above = "\n".join(lines[: number - 1]).rstrip("\n")
    below = "\n".join(lines[number:]).lstrip("\n")
    return title, f"{above}\n\n{below}".strip("\n")


def lowered(text: str) -> str:
    """The text with each heading a level lower."""
    lines = text.split("\n")
    for number, level in _headings(text):
        lines[number - 1] = "#" * (level < 6) + lines[number - 1]
    return "\n".join(lines)


def plain(text: str) -> str:
    """The words of a line of Markdown."""
    text = re.sub(r"<!--.*?-->|</?\w[^>]*>", "", text)
    text = _LINK.sub(lambda match: match["text"], _IMAGE.sub("", text))
    text = re.sub(r"[*`]|\\(?=[$_*])", "", text)
    return " ".join(text.replace("&lt;", "<").split())


def caption(text: str) -> str:
    """The last line of a text, where it stands alone and has at most six words: it names what is below."""
    above, _, last = text.rstrip().rpartition("\n")
    alone = not above or above.endswith("\n")
    return plain(last) if alone and re.match(r"\w", last) and len(last.split()) <= 6 else ""


def _fence(fence: Fence, lines: list[str]) -> str:
    """A fence that nothing runs; in MyST's braces stands a directive."""
    directive = re.fullmatch(r"\{(\w+)\} ?(.*)", fence.info)
    if directive and directive[1] in ADMONITIONS:
        title = f' "{directive[2]}"' if directive[2] else ""
        body = [f"{fence.indent}    {line}".rstrip() for line in fence.body]
        return "\n".join([f"{fence.indent}!!! {ADMONITIONS[directive[1]]}{title}", *body])
    if directive and directive[1] == "math":
        return "\n".join(["", "$$", *fence.body, "$$", ""])
    if fence.runs:
        ticks = re.match(r"\s*(`+|~+)", lines[0])[0]
        language = "text" if fence.language == "pycon" else f"python {NOT_RUN}"
        return "\n".join([ticks + language, *lines[1:]])
    return "\n".join(lines)


def _prose(text: str, first: int, note: Note) -> str:
    def tell(match: re.Match, what: str) -> None:
        note(first + text.count("\n", 0, match.start()), what)

    def image(match: re.Match) -> str:
        tell(match, f"an image, not taken over: {match['target'][:60]}")
        return instead_of_image(match["target"], match.groupdict().get("alt") or "")

    def link(match: re.Match) -> str:
        if _COMMENT.fullmatch(match["text"]):  # around a badge, and now around nothing
            return match["text"]
        if ABROAD.match(match["target"]):
            return match[0]
        tell(match, f"a link to another page of theirs: {match['target'] or match['text']}")
        return match["text"]

    # Each keeps the number of lines until the next has told its own.
    text = _IMAGE_TAG.sub(image, _IMAGE.sub(image, text))
    text = _EMPTY.sub(r"\1", _LINK.sub(link, text))
    for number, line in enumerate(text.split("\n"), first):
        if (heading := _HEADING.fullmatch(line)) and "$" in heading["text"].replace("\\$", ""):
            note(number, "a formula in a heading, written as code")
    formulas: list[str] = []
    text = _DISPLAY.sub(lambda match: _displayed(match, formulas), text)
    text = _UNDERLINED.sub(lambda m: f"{'#' if m[2][0] == '=' else '##'} {m[1]}\n", text)
    lines = _lists([_heading(line) for line in text.split("\n")])
    text = _PLACE.sub(lambda match: _restored(match, formulas), "\n".join(lines))
    return re.sub(r"\n{3,}", "\n\n", text)


def _heading(line: str) -> str:
    match = _HEADING.fullmatch(line)
    if not match:
        return line
    words = re.sub(r"(?<!\\)\$([^$]+)\$", r"`\1`", match["text"])
    return f"{match['marks']} {words}"


def _displayed(match: re.Match, formulas: list[str]) -> str:
    """The place of a formula on lines of its own, where nothing takes it for a heading or a list."""
    line = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start("mark")]
    if line.strip().startswith((">", "|")):  # there it has no lines of its own
        return match[0]
    rows = [row.strip() for row in match["formula"].split("\n")]
    formulas.append("\n".join(row for row in rows if row))
    item = _ITEM.match(line)
    pad = " " * (item.end() if item else len(line) - len(line.lstrip()))
    return f"\n\n{pad}\0{len(formulas) - 1}\0\n\n{pad}"


def _restored(match: re.Match, formulas: list[str]) -> str:
    rows = ["$$", *formulas[int(match["number"])].split("\n"), "$$"]
    return "\n".join(match["pad"] + row for row in rows)


def _lists(lines: list[str]) -> list[str]:
    """Lists as Python-Markdown wants them: a blank line above, four columns for each level."""
    found: list[str] = []
    open_: list[
        tuple[int, int]
    ] = []  # of each item that is open: columns of its mark and of its text
    for line in lines:
        item, in_list = _ITEM.match(line), bool(open_)
        margin = len(line) - len(line.lstrip())
        goes_on = found and found[-1] and not _HEADING.fullmatch(found[-1])
        if item and goes_on and item["mark"][:-1] not in ("", "1"):
            if not any(margin < column for _, column in open_):
                item = None  # a number that begins a line within a paragraph
        if not line.strip():
            found.append("")
            continue
        while (
            open_
            and margin < (open_[-1][1] if not item else open_[-1][0] + 1)
            and (item or margin <= open_[-1][0])
        ):
            after_blank = not found[-1]
            if not item and margin == open_[-1][0] and not after_blank:
                break  # a line that lazily goes on
            open_.pop()
        if item and (open_ or margin < 4):
            if not in_list and found and found[-1]:
                found.append("")
            depth = len(open_)
            open_.append((margin, item.end()))
            mark = item["mark"].replace(")", ".")
            found.append(" " * 4 * depth + f"{mark:<3} {line[item.end() :]}")
        elif open_ and margin:
            inner = max(margin - open_[-1][1], 0)
            found.append(" " * (4 * len(open_) + inner) + line.strip())
        else:
            found.append(line)
    return found

"""Slips of the hand: Markdown that is read without a word as something else than its author meant.

Knows what Python-Markdown makes of a text, and of the site what it writes by: boxes, formulas, footnotes, tables.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from html import unescape

from markdown import Markdown
from mkdocs.utils.meta import get_data

from gradbook.page.blocks import BOX, ESCAPED, SPANS, Block, Comment, Container, Line
from gradbook.page.cells import UNREADABLE, Cell
from gradbook.page.names import names_of

# The kinds of boxes that Material has a look for.
_KINDS = (
    "note abstract summary tldr info todo tip hint important success check done question help faq warning caution "
    "attention failure fail missing danger error bug example quote cite"
).split()
_TEXT = ("text", "heading", "title")
_LIKE_A_BOX = re.compile(r"\s*(?:!{2,}|\?{2,}\+?|={2,}[+!]*)")
_LIKE_A_LIST = re.compile(r"\s*(?:[-+*] |[-+](?=[A-Za-z`\"“(\[])|1\.(?=\s|[A-Za-z`]))")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-*:?\s*)*")
_REFERS = re.compile(r"\[\^([^\]\s]+)\]")
_TEX_SIGN = "\ue010"  # stands for \( and its kin where they delimit no formula
_NO_PROSE = re.compile(
    r'<(span|div) class="arithmatex">.*?</\1>|<!--.*?(?:-->|\Z)'
    r"|<(code|pre|script|style|svg|math|textarea)\b.*?(?:</\2>|\Z)",
    re.DOTALL,
)
_ENTITY = re.compile(r"&#?\w+;")
_ANY_TAG = re.compile(r"</?[a-zA-Z](?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>")

# What is left of notation on the finished page: how it is found there, what it is, and what was to be expected.
_LEFT = [
    (r"\$", "a `$` that is no formula's", r"$x^2$ in a line, $$ on lines of their own, apart from text; \$ for money"),
    (rf"{_TEX_SIGN}|\\[A-Za-z0-9]", "TeX outside a formula", r"$\lVert x \rVert$, or `\n` as code"),
    ("`", "a backtick that no other closes", "`code`"),
    (r"\*\*|\*(?=\w)|(?<=\w)\*", "a `*` that marks no emphasis", r"**strong**, *emphasis*; \* for the sign"),
    (r"\[\^", "a mark of a footnote that is nowhere", "[^name] here, and [^name]: with the text below"),
    (r"\{ ?[:.#]", "attributes that belong to nothing", "{#id .class} behind a heading, a link or a picture"),
    (r"\d<-|8<-|-8<", "an include outside a fence", "```python above it and ``` below it"),
    (r"-->|<!-|<--", "half of a comment", "<!-- a comment -->"),
    (r"\]\(|\]\[|\](?=[\w/.#]+\))", "a link or picture that leads nowhere", "[text](page.md)"),
]  # fmt: skip
_FOUND = [(re.compile(sign), fault, expected) for sign, fault, expected in _LEFT]
_SUSPICIOUS = re.compile(rf"[$`*\\{{]|{_TEX_SIGN}|\](?=[(\[\w/.#])|\[\^|-->|<!-|<--|8<|<-")
_FRONT_MATTER = re.compile(r"---[ \t]*\n\w+:.*?\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_NO_YAML = "front matter that is no YAML, and stands on the page as text\nexpected  title: 'one: \"two\"'"
_EMPHASIS = re.compile(r"(?<!\*)(\*{1,2})(?=[^\s*])([^*\n]+)(?<=\S)\1(?!\*)")

Slip = tuple[int, str]


def slips(text: str, blocks: list[Block]) -> Iterator[Slip]:
    """The lines of a page that readers would see as something else than meant, and what is wrong with each."""
    body, _ = get_data(text)
    if body == text and _FRONT_MATTER.match(text):
        yield 1, _NO_YAML
    front = text.count("\n") - body.count("\n")
    blocks = [b for b in blocks if b.kind != "blank" and b.lines[0].number > front]
    yield from _out_of_place(blocks)
    for block in blocks:
        yield from _misread(block)
    yield from _footnotes(blocks)
    yield from _left_over(blocks)


def formulas(blocks: Iterable[Block]) -> Iterator[tuple[int, str]]:
    """The formulas in the text, as TeX, with the numbers of their lines."""
    for block in blocks:
        if block.kind not in _TEXT or not re.search(r"[$\\]", block.text):
            continue
        for span in SPANS.finditer(block.text):
            if tex := span["formula"]:
                above = block.text.count("\n", 0, span.start())
                bare = re.sub(r"^(\${1,2}|\\[(\[])|(\${1,2}|\\[)\]])$", "", tex)
                yield block.lines[above].number, bare.strip()


# Boxes, lists and what stands in them


def _out_of_place(blocks: list[Block]) -> Iterator[Slip]:
    """What is indented by too little to stand in the box or the item above it; boxes in which nothing stands."""
    filled = {c.line.number for block in blocks for c in block.within if c.kind == "box"}
    for above, block in zip([None, *blocks], [*blocks, None]):
        strays = above and block and _leaves(above, block)
        if strays:
            yield strays
        elif above and above.kind == "title" and above.lines[0].number not in filled:
            yield (
                above.lines[0].number,
                "nothing stands in this box\nexpected  its text below it, 4 columns further",
            )


def _leaves(above: Block, block: Block) -> Slip | None:
    """The fault of a block that begins further right than what ends above it, and yet not inside of it."""
    shared = sum(a is b for a, b in zip(above.within, block.within))
    line = block.within[shared].line if len(block.within) > shared else block.lines[0]
    left = _ended(above, shared)
    if left is None or not left.indentation < line.indentation < 4 or block.kind == "html":
        return None
    expected = line.column + left.indentation // 4 * 4 + 4
    return line.number, (
        f"outside of what begins at line {left.number}, by its indentation\n"
        f"expected  {expected} columns, or {line.column}\n"
        f"got       {line.column + line.indentation}"
    )


def _ended(above: Block, shared: int) -> Line | None:
    """The first line of the item, note or box that ends with a block, and that the next one does not share."""
    ended: list[Container] = [c for c in above.within[shared:] if c.kind != "quote"]
    if ended:
        return ended[0].line
    return above.lines[0] if above.kind == "title" else None


# Single lines


def _misread(block: Block) -> Iterator[Slip]:
    number = block.lines[0].number
    if block.kind == "code" and block.lines[0].indentation != 4:
        expected = "a fence, or the indentation of the text that it belongs to"
        yield (
            number,
            f"indented by more than 4, so this is shown as code and not run\nexpected  {expected}",
        )
    if block.kind == "title":
        yield from _kind(number, block.text)
    if block.kind == "heading" and any(formulas([block])):
        tex = next(formulas([block]))[1]
        reason = "A heading holds no formula: navigation and search would show the TeX."
        yield number, f"formula {tex}\n{reason}"
    if block.kind == "text":
        yield from _unread(block)


def _kind(number: int, title: str) -> Iterator[Slip]:
    """A kind of box that is a known one misspelled."""
    kind = BOX.fullmatch(title)["kind"].split(" ")[0]
    if kind and kind not in _KINDS and (near := get_close_matches(kind, _KINDS, 1, 0.8)):
        yield number, f"no kind of box is called {kind}; did you mean {near[0]}?"


def _unread(block: Block) -> Iterator[Slip]:
    """Lines of a paragraph that look like the beginning of a box, a list or a table."""
    lines = _plain(block.text).split("\n")
    table = len(lines) > 1 and "|" in lines[0] and _TABLE_RULE.fullmatch(lines[1])
    for line, text in zip(block.lines, lines):
        if _LIKE_A_BOX.match(text):
            expected = '!!! note "Title", ??? note "Title" or === "Title"'
            yield line.number, f"cannot read this beginning of a box\nexpected  {expected}"
        elif _LIKE_A_LIST.match(text):
            expected = "a blank line above the list, and a space behind each sign"
            yield line.number, f"a list that is read as text\nexpected  {expected}"
            return
        elif table and _cells(text) != _cells(lines[0]):
            expected = f"{_cells(lines[0])} cells, as in the first row"
            yield line.number, f"a row with {_cells(text)} cells\nexpected  {expected}"
        elif not table and text.lstrip().startswith("|"):
            expected = "a blank line above the table, and | --- | --- | as its second row"
            yield line.number, f"a table that is read as text\nexpected  {expected}"
            return


def _cells(row: str) -> int:
    return row.strip().removeprefix("|").removesuffix("|").count("|") + 1


def _plain(text: str) -> str:
    """The text with signs of no meaning in the place of code, formulas, comments and what is escaped."""
    return SPANS.sub(
        lambda span: re.sub(r"[^\n]", "x", span[0]) if not span["loose"] else "`", text
    )


# Cells that readers do not see

_HIDDEN = frozenset({"remove-cell", "hide-input"})


def rebound(cells: list[Cell]) -> Iterator[tuple[Cell, int, str]]:
    """Hidden cells that change what a name of the shown code means, where shown code goes on to use it.

    Of each the cell, the line and the message.
    """
    shown: dict[str, Cell] = {}  # by name, the shown cell that bound it last
    hidden: dict[str, tuple[Cell, int]] = {}  # and the hidden cell that did so since
    last = max((n for n, cell in enumerate(cells) if cell.tags & _HIDDEN), default=-1)
    for number, cell in enumerate(cells):
        if number > last and not hidden:
            return
        names = names_of(cell.source)
        if cell.tags & _HIDDEN:
            lines = {name: cell.line + row - 1 for name, row in names.bound.items()}
            hidden |= {name: (cell, line) for name, line in lines.items() if name in shown}
            continue
        for name in sorted(names.needed & hidden.keys()):
            other, line = hidden.pop(name)
            yield (
                other,
                line,
                (
                    f"this hidden cell binds {name} anew, and readers do not see it\n"
                    f"bound in  {shown[name].at}\n"
                    f"used in   {cell.at}\n"
                    "expected  another name here"
                ),
            )
        shown |= dict.fromkeys(names.bound, cell)
        hidden = {name: place for name, place in hidden.items() if name not in names.bound}


# Values that nobody checks


def unchecked_values(text: str, comments: Iterable[Comment], cells: list[Cell]) -> Iterator[Slip]:
    """Comments behind a value that hold an expression of the page's names, and lack the sign that has it checked."""
    lines = [line.expandtabs(4) for line in text.split("\n")]
    for comment in comments:
        number, start, _ = comment.spans[0]
        inner = comment.text.removeprefix("<!--").removesuffix("-->").strip()
        if inner.startswith("="):  # it is checked, or cannot be read, which is told
            continue
        above = lines[number - 1][:start].rstrip(" ")
        if above and re.search(r"[\d`*.)%]", above[-1]) and _is_computed(inner, cells):
            value = re.search(r"\S*$", above)[0]
            yield number, f"a value that is not checked\nexpected  {value}<!-- = {inner} -->"


def _is_computed(text: str, cells: list[Cell]) -> bool:
    """Whether the text is an expression, maybe with its format, that uses one of the names, or computes a number."""
    code = re.sub(r" : \S+$", "", text.lstrip(":+- "))
    try:
        tree = ast.parse(code, mode="eval").body
    except UNREADABLE:
        return False
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    known = {name for cell in cells for name in names_of(cell.source).bound}
    return bool(used & known) or (not used and isinstance(tree, ast.BinOp))


# Notation that is left on the finished page


def _footnotes(blocks: list[Block]) -> Iterator[Slip]:
    """Footnotes to which no sentence leads."""
    marks = {
        label
        for block in blocks
        if block.kind in (*_TEXT, "html")
        for label in _REFERS.findall(_plain(block.text))
    }
    for label, number in _labels(blocks).items():
        if label not in marks:
            yield number, f"nothing leads to this footnote\nexpected  [^{label}] in a sentence"


def _labels(blocks: list[Block]) -> dict[str, int]:
    """The labels of the footnotes, with the numbers of their lines."""
    notes = (c for block in blocks for c in block.within if c.kind == "note")
    return {
        _REFERS.search(note.first)[1]: note.line.number
        for note in notes
        if _REFERS.search(note.first)
    }


def _left_over(blocks: list[Block]) -> Iterator[Slip]:
    """Signs of our notation that a reader would see, as nothing came of them."""
    labels = _labels(blocks)
    texts = [(block, text) for block in blocks if (text := _to_render(block, labels))]
    texts = [(block, text) for block, text in texts if _may_be_left(text)]
    references = "\n".join(block.text for block in blocks if block.kind == "reference")
    for (block, _), html in zip(texts, _rendered(texts, references)):
        shown = _ANY_TAG.sub("", _NO_PROSE.sub(" ", html))
        if block.kind == "html":  # what was written as an entity is meant as it is
            shown = _ENTITY.sub("", shown)
        shown = unescape(shown)
        for sign, fault, expected in _FOUND:
            if sign.search(shown):
                yield _line_of(sign, block), f"{fault}\nexpected  {expected}"
                break  # what follows from it is no second fault
        else:
            if shown.count("[") != shown.count("]"):
                yield (
                    _line_of(re.compile(r"[\[\]]"), block),
                    "a bracket alone\nexpected  [text](page.md)",
                )


def _may_be_left(text: str) -> bool:
    """Whether to have Python-Markdown look: most text holds nothing but pairs that any reader of it would know."""

    def known(span: re.Match) -> str:
        if span["target"]:
            return "]"
        sound = (
            span["code"]
            or span["tag"]
            or span["address"]
            or (span["formula"] or "").startswith("$")
        )
        return "" if sound and not span[0].startswith("$$") else span[0]

    text = _EMPHASIS.sub(r"\2", SPANS.sub(known, text))
    return bool(_SUSPICIOUS.search(text)) or text.count("[") != text.count("]")


def _to_render(block: Block, labels: Iterable[str]) -> str:
    """The block without what is right by itself: marks of footnotes that are there, and what is escaped."""

    def known(span: re.Match) -> str:
        if span["comment"]:
            return ""
        sign = span["escape"][1] if span["escape"] else ""
        if sign and sign in "()[]":
            return _TEX_SIGN
        return "x" if sign in ESCAPED and sign else span[0]

    if block.kind not in (*_TEXT, "html"):
        return ""
    text = BOX.fullmatch(block.text)["title"] or "" if block.kind == "title" else block.text
    text = SPANS.sub(known, text)
    return _REFERS.sub(lambda mark: "" if mark[1] in labels else mark[0], text)


def _rendered(texts: list[tuple[Block, str]], references: str) -> list[str]:
    """The blocks as HTML, each as Python-Markdown alone makes it; raw HTML as it is."""
    mark = "\ue011"  # a paragraph of its own between two blocks
    prose = [text for block, text in texts if block.kind != "html"]
    html = _markdown().reset().convert(f"\n\n{mark}\n\n".join([*prose, references]))
    made = iter(re.split(f"<p>{mark}</p>", html))
    return [text if block.kind == "html" else next(made) for block, text in texts]


@cache
def _markdown() -> Markdown:
    return Markdown(
        extensions=["tables", "attr_list", "pymdownx.arithmatex"],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )


def _line_of(sign: re.Pattern, block: Block) -> int:
    """The line of the block in which the sign stands, outside of code and formulas where there is one."""
    aside = SPANS.sub(_without_code, block.text)
    for text in (aside, block.text):
        for line, row in zip(block.lines, text.split("\n")):
            if sign.search(row):
                return line.number
    return block.lines[0].number


def _without_code(span: re.Match) -> str:
    if span["escape"]:
        return _TEX_SIGN + "x" if span["escape"][1] in "()[]" else span[0]
    if span["loose"] or span["open"]:
        return span[0]
    return re.sub(r"[^\n]", "x", span[0])

"""Checkpoints: questions of a part's pages, asked again without the page around them. Knows HTML.

No question is written twice: `<!-- checkpoint: 5 -->` becomes five that stand on the pages beside this one.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import zip_longest
from typing import NamedTuple
from urllib.parse import urljoin

from markdown import markdown

from gradbook.page.names import names_of
from gradbook.page.pages import Page
from gradbook.site.prose import fenced

MOST = 20  # lines of definitions before a question
# In a fold it stands in a paragraph.
_COMMENT = re.compile(r"(?:<p>)?<!-- checkpoint: (?P<count>\d+) -->(?:</p>)?")
_BEGIN = re.compile(r'<div class="admonition question">')
_DIV = re.compile(r"<div\b|</div>")
_TITLE = re.compile(r'(?<=<p class="admonition-title">)(?:\d+\. )?(.*?</p>)', re.S)
_HEADING = re.compile(r'<h2 id="([^"]+)"')
_CELL = re.compile(r'<div class="cell([^"]*)" id="cell-([^"]+)"')
_ANSWER = re.compile(r'class="(?:choices|answer|order)"')
_FOLD = re.compile(r"<details\b.*</details>", re.S)
_FIGURE = re.compile(r"<(?:svg|img|grad-\w+)\b")
_ALONG = re.compile(r'<(details|span) class="cell-along".*?</\1>', re.S)
# What names something on the page, and what leads there.
_NAMES = re.compile(r'(?<= )(?P<what>id|for|name|data-exercise)="(?P<name>[^"]*)"')
_LINKS = re.compile(r'(?<= )(?P<what>href|src)="(?![a-z]+:)(?P<path>[^"]*)"')
# Where a question speaks of its page, it cannot be asked elsewhere.
_ELSEWHERE = re.compile(
    r"\b(above|earlier|sections?|figures?|recipe|exercise|(?:this|the|that) page)\b", re.I
)
_TAG = re.compile(r"<[^>]*>")


class Code(NamedTuple):
    """What readers see of a cell: the names that it binds; those that nothing before it explains, and the functions and
    classes of the page that explain the others."""

    bound: set[str]
    missing: set[str]
    given: list[str]


class Source(NamedTuple):
    """A page of the part: its title and URL, its finished HTML, and the code of its cells."""

    title: str
    url: str
    html: str
    code: Mapping[str, Code]


class Question(NamedTuple):
    """A question, the page and section where it stands, and the definitions of its page that it needs."""

    source: Source
    section: str
    html: str
    given: str


def asks(html: str) -> bool:
    """Whether a page is a checkpoint."""
    return _COMMENT.search(html) is not None


def completed(
    html: str, sources: Sequence[Source], address: Callable[[str], str]
) -> tuple[str, int]:
    """A page's HTML with questions in the place of each comment that asks for some; and how many are missing.

    `address` tells the address of a URL seen from this page. None is asked twice.
    """
    left, asked, missing = drawn(sources), 0, 0

    def put(match: re.Match[str]) -> str:
        nonlocal asked, missing
        count = int(match["count"])
        chosen, left[:] = left[:count], left[count:]
        missing += count - len(chosen)
        chosen.sort(key=lambda question: sources.index(question.source))
        shown = [_shown(each, asked + n, address) for n, each in enumerate(chosen, 1)]
        asked += len(chosen)
        return "\n".join(shown)

    return _COMMENT.sub(put, html), missing


def shown(page: Page) -> dict[str, Code]:
    """What readers see of each cell, by its name; what was imported needs no word."""
    known = {*dir(builtins)}
    # Functions and classes that stand on the page so far, each with what it needs.
    defined: dict[str, tuple[str, set[str]]] = {}
    found = {}
    for cell in page.cells:
        bound, needed = names_of(cell.source)
        for name in bound:
            defined.pop(name, None)
        visible = not cell.tags & {"hide-input", "remove-cell"}
        for node in ast.parse(cell.source).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                known |= names_of(ast.unparse(node)).bound.keys()
            elif visible and isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                code = _with_decorators(cell.source, node)
                defined[node.name] = code, names_of(code).needed - {node.name}
        given = _given(needed - known, defined, known) if visible else []
        missing = needed - known if given is None else set()
        found[cell.name] = Code({*bound} if visible else set(), missing, given or [])
    return found


def _with_decorators(source: str, node: ast.FunctionDef | ast.ClassDef) -> str:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return "\n".join(source.split("\n")[first - 1 : node.end_lineno])


def _given(
    needed: set[str], defined: Mapping[str, tuple[str, set[str]]], known: set[str]
) -> list[str] | None:
    """The definitions of these names, after those that they need; None where one is no definition."""
    found: list[str] = []
    seen: set[str] = set()  # two may need each other

    def add(name: str) -> bool:
        if name in seen:
            return True
        if name not in defined:
            return False
        seen.add(name)
        code, more = defined[name]
        if not all(add(other) for other in sorted(more - known)):
            return False
        found.append(code)
        return True

    return found if all(add(name) for name in sorted(needed)) else None


def drawn(sources: Sequence[Source]) -> list[Question]:
    """The questions of a part, in an order that goes round its pages, and is the same in each build.

    First come those that take an answer.
    """
    found = []
    for takes in (True, False):
        piles = [
            sorted((q for q in questions(source) if bool(_ANSWER.search(q.html)) is takes), key=_chance)
            for source in sources
        ]
        for each in zip_longest(*piles):
            found += sorted(filter(None, each), key=_chance)
    return found


def _chance(question: Question) -> bytes:
    return sha256(f"{question.source.url} {question.html}".encode()).digest()


def questions(source: Source) -> Iterator[Question]:
    """Those of a page that can be asked without it."""
    for begin in _BEGIN.finditer(source.html):
        html = source.html[begin.start() : _end(source.html, begin.start())]
        asked = _FOLD.sub("", html)
        if _FIGURE.search(html) or 'href="#' in asked or _ELSEWHERE.search(_TAG.sub("", asked)):
            continue
        given = _above([source.code.get(name) for _, name in _CELL.findall(html)])
        if given is not None:
            sections = _HEADING.findall(source.html, 0, begin.start())
            yield Question(source, sections[-1] if sections else "", html, given)


def _above(cells: Sequence[Code | None]) -> str | None:
    """The definitions that go before a question with these cells; None where it needs more, or a cell is unknown."""
    bound: set[str] = set()
    given: list[str] = []
    for cell in cells:
        if cell is None or cell.missing - bound:
            return None
        if not cell.missing:
            given += cell.given
        bound |= cell.bound
    code = "\n\n\n".join(dict.fromkeys(given))
    return code if code.count("\n") < MOST else None


def _end(html: str, start: int) -> int:
    """Where the element ends that begins there."""
    depth = 0
    for tag in _DIV.finditer(html, start):
        depth += 1 if tag[0] != "</div>" else -1
        if not depth:
            return tag.end()
    return len(html)


def _shown(question: Question, number: int, address: Callable[[str], str]) -> str:
    """The question with its number here, names of its own, links that lead where they led, and the way back."""
    source = question.source
    prefix = source.url.strip("/").replace("/", "-")

    def named(match: re.Match[str]) -> str:
        return f'{match["what"]}="{prefix}-{match["name"]}"'

    def linked(match: re.Match[str]) -> str:
        return f'{match["what"]}="{address(urljoin(source.url, match["path"]))}"'

    html = _ALONG.sub("", question.html)
    html = _CELL.sub(r'<div class="cell\1 drawn" id="cell-\2"', html)
    html = _LINKS.sub(linked, _NAMES.sub(named, html))
    given = ""
    if question.given:
        extensions = ["pymdownx.superfences", "pymdownx.highlight"]
        given = f"<p>Given is:</p>{markdown(fenced(question.given, 'python'), extensions=extensions)}"
    html = _TITLE.sub(lambda title: f"{number}. {title[1]}{given}", html, count=1)
    back = f'<p class="from">From <a href="{address(source.url)}#{question.section}">{source.title}</a></p>'
    return f"{html.removesuffix('</div>')}{back}</div>"

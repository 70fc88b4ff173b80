"""Checkpoints: questions of a part's pages, asked again without the page around them. Knows HTML.

No question is written twice: `<!-- checkpoint: 5 -->` becomes five that stand on the pages beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import zip_longest
from typing import NamedTuple
from urllib.parse import urljoin

# In a fold it stands in a paragraph.
_COMMENT = re.compile(r"(?:<p>)?<!-- checkpoint: (?P<count>\d+) -->(?:</p>)?")
_BEGIN = re.compile(r'<div class="admonition question">')
_DIV = re.compile(r"<div\b|</div>")
_TITLE = re.compile(r'(?<=<p class="admonition-title">)(?:\d+\. )?')
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


class Source(NamedTuple):
    """A page of the part: its title and URL, its finished HTML, and which other cells each cell needs."""

    title: str
    url: str
    html: str
    needs: Mapping[str, Collection[str]]


class Question(NamedTuple):
    """A question, and the page and section where it stands."""

    source: Source
    section: str
    html: str


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


def drawn(sources: Sequence[Source]) -> list[Question]:
    """The questions of a part, in an order that goes round its pages, and is the same in each build."""
    piles = [sorted(questions(source), key=_chance) for source in sources]
    rounds = ([one for one in each if one] for each in zip_longest(*piles))
    return [question for each in rounds for question in sorted(each, key=_chance)]


def _chance(question: Question) -> bytes:
    return sha256(f"{question.source.url} {question.html}".encode()).digest()


def questions(source: Source) -> Iterator[Question]:
    """Those of a page that take an answer, and can be answered without the page."""
    for begin in _BEGIN.finditer(source.html):
        html = source.html[begin.start() : _end(source.html, begin.start())]
        asked = _FOLD.sub("", html)
        cells = {name for _, name in _CELL.findall(html)}
        if not _ANSWER.search(html) or _FIGURE.search(html):
            continue
        if 'href="#' in asked or _ELSEWHERE.search(_TAG.sub("", asked)):
            continue
        if all(cells.issuperset(source.needs.get(name, {""})) for name in cells):
            sections = _HEADING.findall(source.html, 0, begin.start())
            yield Question(source, sections[-1] if sections else "", html)


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
    html = _TITLE.sub(f"{number}. ", html, count=1)
    back = f'<p class="from">From <a href="{address(source.url)}#{question.section}">{source.title}</a></p>'
    return f"{html.removesuffix('</div>')}{back}</div>"

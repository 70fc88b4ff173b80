"""Tables for who teaches: what each page of a part is for, what it builds on, and how much there is to do on it.

All of it is read from the pages' own HTML, so that no table can differ from its pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import urljoin

# A part is called by its title in the navigation.
_COMMENT = re.compile(r"<!-- pages: (?P<part>[^<>]+?) -->")
_AIMS = re.compile(
    r"<p>(?:<strong>)?After (?:this|these) (?:page|pages|lab),? you (?P<aims>.*?)</p>", re.S
)
_BEFORE = re.compile(
    r"<strong>Before this (?:page|lab):</strong>\s*(?P<before>.*?)\.?\s*</(?:li|p)>", re.S
)
_EXERCISE = re.compile(r'class="admonition question"|id="cell-\w+_task"')
_LINK = re.compile(r'(?<= href=")(?![a-z]+:)[^"]*(?=")')
_HEADS = ("Page", "Before it", "Minutes", "Exercises", "Figures")


class Taught(NamedTuple):
    """A page as it is taught: where it stands, its HTML, the minutes it takes to read, and its figures."""

    title: str
    url: str
    html: str
    minutes: int
    figures: int

    @property
    def aims(self) -> str:
        """What readers can do after the page, as a sentence; nothing where the page does not say it."""
        found = _AIMS.search(self.html)
        return f"You {found['aims'].replace('</strong>', '', 1)}" if found else ""

    @property
    def before(self) -> str:
        """What the page builds on, with links as they stand on it."""
        found = _BEFORE.search(self.html)
        return found["before"] if found else ""

    @property
    def exercises(self) -> int:
        """How many questions the page asks; in a lab, the tasks that a check answers count, too."""
        return len(_EXERCISE.findall(self.html))


def completed(
    html: str, pages: Callable[[str], Iterable[Taught]], address: Callable[[str], str]
) -> str:
    """A page's HTML with a table in the place of each comment that asks for one.

    `pages` are those of a part; `address` tells the address of one, by its URL, seen from this page.
    """
    return _COMMENT.sub(lambda found: _table([*pages(found["part"])], address), html)


def _table(pages: list[Taught], address: Callable[[str], str]) -> str:
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    rows = "\n".join(_row(page, address) for page in pages)
    sums = (sum(getattr(page, name) for page in pages) for name in ("minutes", "exercises", "figures"))
    total = '<th scope="row">Together</th><td></td>' + _numbers(*sums)
    return (
        f'<table class="taught" data-search-exclude><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n'
        f"<tfoot><tr>{total}</tr></tfoot></table>\n"
    )


def _row(page: Taught, address: Callable[[str], str]) -> str:
    link = f'<a href="{address(page.url)}">{page.title}</a>'
    aims, before = (
        _LINK.sub(lambda href: address(urljoin(page.url, href[0])), text)
        for text in (page.aims, page.before)
    )
    return (
        f'<tr><th scope="row">{link}<p>{aims}</p></th><td>{before}</td>'
        f"{_numbers(page.minutes, page.exercises, page.figures)}</tr>"
    )


def _numbers(*numbers: int) -> str:
    """The cells of a row's numbers, which say what they count where a narrow screen shows no heads."""
    named = zip(_HEADS[2:], numbers)
    return "".join(f'<td data-head="{head}">{number}</td>' for head, number in named)

"""Which message was pasted. The rules stand here once; docs/assets/trouble.js follows them line by line.

1. Of a text only its words count: lower case, letters and underscores. Numbers, shapes, quotes, punctuation and line
   breaks are gone; the words of a traceback, a path or a value stand between those of the message and cost nothing.
2. What a wording and the pasted text have in common are runs of words: the longest run, then the longest ones left and
   right of it, and so on. A place for a value, {}, ends a run. A single word is a run only where places for values
   stand on its two sides, or the wording ends.
3. A wording fits when enough of its words are in such runs: all of a short one, three fifths of a long one. A pasted
   fragment fits when nearly all of *its* words are, and they are at least four. A fragment with other words around it
   fits when its longest run has six; then that run alone counts.
4. Of the wordings that fit, the one with most words in runs comes first, then the one of which less is missing, then
   today's wording before an older one, then the likelier message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

VALUE = ""  # the place for a value, among the words of a wording
SHORT, ENOUGH = 8, 0.6
FRAGMENT, NEARLY = 4, 0.85
RUN = 6


def words(text: str) -> list[str]:
    """The words of a pasted text."""
    return re.findall(r"[a-z_]+", text.lower())


@cache
def wording(pattern: str) -> tuple[str, ...]:
    """The words of a pattern, with a mark for each place where a value stands."""
    pieces = [words(piece) for piece in pattern.split("{}")]
    return tuple(pieces[0] + [word for piece in pieces[1:] for word in (VALUE, *piece)])


def common(text: tuple[str, ...], pasted: list[str]) -> list[int]:
    """The lengths of the runs that a wording and the pasted words have in common."""
    places: dict[str, list[int]] = {}
    for n, word in enumerate(pasted):
        places.setdefault(word, []).append(n)
    return _common(text, places, (0, len(text)), (0, len(pasted)))


Span = tuple[int, int]


def _common(text: tuple[str, ...], places: dict, here: Span, there: Span) -> list[int]:
    start, at, length = _longest(text, places, here, there)
    if not length:
        return []
    left = _common(text, places, (here[0], start), (there[0], at))
    right = _common(text, places, (start + length, here[1]), (at + length, there[1]))
    alone = length == 1 and not _stands_alone(text, start)
    return left + right + ([] if alone else [length])


def _longest(text: tuple[str, ...], places: dict, here: Span, there: Span) -> tuple[int, int, int]:
    """The first of the longest runs: where it begins in the wording and in what was pasted, and its length."""
    best = (0, 0, 0)
    before: dict[int, int] = {}  # lengths of the runs that end at the word before, by their place
    for n in range(*here):
        now = {}
        for at in places.get(text[n], ()):
            if there[0] <= at < there[1]:
                length = now[at] = before.get(at - 1, 0) + 1
                if length > best[2]:
                    best = (n - length + 1, at - length + 1, length)
        before = now
    return best


def _stands_alone(text: tuple[str, ...], n: int) -> bool:
    return (n == 0 or not text[n - 1]) and (n + 1 == len(text) or not text[n + 1])


@dataclass(frozen=True)
class Entry:
    """Something that can be found: its wordings, today's first, and how likely it is (0: often met)."""

    id: str
    wordings: tuple[str, ...]
    rank: int = 0
    cause: str = ""


def best(entries: Iterable[Entry], pasted: str, most: int = 3) -> list[Entry]:
    """The entries that fit the pasted text, the best first."""
    given = words(pasted)
    known = set(given)
    found = []
    for n, entry in enumerate(entries):
        scores = [_score(wording(text), given, known) for text in entry.wordings]
        fitting = [(-s[0], -s[1], age > 0) for age, s in enumerate(scores) if s]
        if fitting:
            found.append((*min(fitting), entry.rank, n, entry))
    return [entry for *_, entry in sorted(found, key=lambda row: row[:-1])[:most]]


def _score(text: tuple[str, ...], given: list[str], known: set[str]) -> tuple[int, int] | None:
    """The words in runs, and those missing (as a negative number); None if the wording does not fit."""
    size = sum(word != VALUE for word in text)
    enough = min(size, max(SHORT, ENOUGH * size))
    fragment = max(FRAGMENT, NEARLY * len(given))
    least = min(enough, fragment)
    if sum(word in known for word in text) < min(least, RUN):
        return None
    runs = common(text, given)
    found, longest = sum(runs), max(runs, default=0)
    if found < least:
        found = longest if longest >= RUN else 0
    return (found, found - size) if found else None

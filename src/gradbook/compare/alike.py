"""Two texts that look the same and are not: what differs, shown by escapes. Knows Unicode."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

from gradbook.compare.matching import line_matches

# Letters of Greek and Cyrillic, dashes and blanks that fonts draw as others.
_TWINS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеорсухѕіјһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοµ‐‑‒–−⁃ㅤﾠ⠀",
    "ABESIJKMHOPCTYXaeopcyxsijhdqwABEZHIKMNOPTYXoμ------   ",
)
_UNSEEN = ("Cc", "Cf")  # categories of characters: control, format
_SELECTORS = {0x34F, *range(0x180B, 0x180E), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


def told_apart(stated: str, got: str) -> tuple[str, str]:
    """Both lines as they are; or, where they only look alike, with Python's escapes for what differs."""
    if stated == got or not line_matches(_look(stated), _look(got)):
        return stated, got
    parts = ["", ""]
    for what, *where in SequenceMatcher(None, stated, got, autojunk=False).get_opcodes():
        for n, (text, start, end) in enumerate(((stated, *where[:2]), (got, *where[2:]))):
            piece = text[start:end]
            parts[n] += piece if what == "equal" else "".join(map(_escaped, piece))
    return parts[0], parts[1]


def _escaped(character: str) -> str:
    plain = " " <= character <= "~"
    return character if plain else character.encode("unicode_escape").decode()


def _look(text: str) -> str:
    """What a reader sees of a line: without what has no width, all kinds of space as one."""
    composed = unicodedata.normalize("NFC", text).translate(_TWINS)
    return "".join(
        " " if unicodedata.category(character) == "Zs" else character
        for character in composed
        if unicodedata.category(character) not in _UNSEEN and ord(character) not in _SELECTORS
    )

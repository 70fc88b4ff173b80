"""Texts that look the same: which characters are shown by escapes, and when none is."""

from __future__ import annotations

import unicodedata

import pytest

from gradbook.compare.alike import told_apart

# What is stated, what came, and what of each is shown where it is not itself.
ALIKE = {
    "composed and not": ("caf\u00e9", "cafe\u0301", r"caf\xe9", r"cafe\u0301"),
    "a space that does not break": ("10 km", "10\u00a0km", "10 km", r"10\xa0km"),
    "a thin space": ("10 km", "10\u2009km", "10 km", r"10\u2009km"),
    "a soft hyphen": ("cell", "ce\u00adll", "cell", r"ce\xadll"),
    "a mark of direction": ("1 2", "1 \u200e2", "1 2", r"1 \u200e2"),
    "a byte order mark": ("x", "\ufeffx", "x", r"\ufeffx"),
    "a variation selector": ("\u2713", "\u2713\ufe0e", "\u2713", "\u2713" r"\ufe0e"),
    "a color of the terminal without its escape's end": ("[0m", "\x1b[0m", "[0m", r"\x1b[0m"),
    "Kelvin": ("3 K", "3 \u212a", "3 K", r"3 \u212a"),
    "micro and mu": ("3 \u00b5m", "3 \u03bcm", r"3 \xb5m", r"3 \u03bcm"),
    "a Greek letter": ("A", "\u0391", "A", r"\u0391"),
    "a minus": ("a-b", "a\u2212b", "a-b", r"a\u2212b"),
    "beside what is the same": ("\u00f6\u00df a", "\u00f6\u00df \u0430", "\u00f6\u00df a", "\u00f6\u00df " r"\u0430"),
    "beside an ellipsis": ("x ... 1 m", "x and 1\u00a0m", "x ... 1 m", r"x and 1\xa0m"),
}  # fmt: skip
APART = [
    ("Gr\u00f6\u00dfe: 4 \u00b5m", "Gr\u00f6\u00dfe: 3 \u00b5m"),
    ("x\u0304", "x"),  # a mean, and no mean
    ("\u00e9", "e"),
    ("x\u00b2", "x2"),
    ("abc", "\u0430bd"),
    ("caf\u00e9", "caf\u00e9"),
    ("", "x"),
]


@pytest.mark.parametrize("what", ALIKE)
def test_what_looks_the_same_is_told_apart(what: str) -> None:
    stated, got, *shown = ALIKE[what]
    assert told_apart(stated, got) == tuple(shown)
    assert told_apart(stated, got)[1].isascii() or stated.startswith(("\u00f6", "\u2713"))


@pytest.mark.parametrize("stated, got", APART)
def test_what_looks_different_stays_as_it_is(stated: str, got: str) -> None:
    assert told_apart(stated, got) == (stated, got)


def test_no_kind_of_space_is_forgotten() -> None:
    spaces = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Zs"]
    assert len(spaces) > 10
    for space in spaces[1:]:
        assert told_apart("a b", f"a{space}b") == ("a b", "a" + ascii(space)[1:-1] + "b")

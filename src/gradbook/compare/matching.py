"""Comparing what was stated with what came out: text exact, decimals to the digits written."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from functools import lru_cache

# A number stands alone: not inside a word or a version such as 2.13.0; j ends a complex one.
_ALONE = r"(?<![\w.])(?:{})(?=j\b|(?!\.?\w))"
_PRINTED = re.compile(_ALONE.format(r"(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+"))
# Only digits after the point leave freedom: 93 and 93. are exact, so they are text. Digits joined
# to `...` are text too: 0.666... fits 0.66666667, which does not round to 0.666.
_WRITTEN = _ALONE.format(r"\d*\.\d+(?:[eE][+-]?\d+)?") + r"(?!\.\.\.)"
_TOKEN = re.compile(rf"\.\.\.|{_WRITTEN}")


def lines(text: str) -> list[str]:
    """The lines of an output as an expectation states them: without tabs and trailing blanks."""
    if not text:
        return []
    return [line.expandtabs().rstrip() for line in text.removesuffix("\n").split("\n")]


def matches(expected: list[str], got: list[str]) -> bool:
    """Whether each stated line fits the line that came out."""
    return len(expected) == len(got) and all(map(line_matches, expected, got))


def line_matches(expected: str, got: str) -> bool:
    """Whether a line fits: `...` is any characters, decimals agree to the digits written."""
    if expected == got:
        return True
    first, *others = _pieces(expected)
    at = _fit(first, got, 0)
    if not others:
        return at == len(got)
    # Of two places where a piece fits, the one further left also ends further left.
    for piece in others[:-1]:
        at = None if at is None else _leftmost(piece, got, at)
    return at is not None and _fits_the_end(others[-1], got, at)


def _pieces(expected: str) -> list[list[str]]:
    """The line, cut at each `...`; a piece is a list of text, number, text, number, …, text."""
    pieces: list[list[str]] = [[]]
    end = 0
    for token in _TOKEN.finditer(expected):
        pieces[-1].append(expected[end : token.start()])
        if token[0] == "...":
            pieces.append([])
        else:
            pieces[-1].append(token[0])
        end = token.end()
    pieces[-1].append(expected[end:])
    return pieces


def _leftmost(piece: list[str], got: str, start: int) -> int | None:
    """Where the piece ends at the first place from `start` on at which it fits."""
    while (start := got.find(piece[0], start)) >= 0:
        if (end := _fit(piece, got, start)) is not None:
            return end
        start += 1
    return None


def _fits_the_end(piece: list[str], got: str, start: int) -> bool:
    """Whether the piece fits somewhere from `start` on so that it ends with the line."""
    if not got.endswith(piece[-1]):
        return False
    at = len(got) + 1
    while (at := got.rfind(piece[0], start, at - 1 + len(piece[0]))) >= 0:
        if (end := _fit(piece, got, at)) is not None:
            return end == len(got)
    return False


def _fit(piece: list[str], got: str, at: int) -> int | None:
    """Where the piece ends if it fits at `at`."""
    for position, part in enumerate(piece):
        if position % 2 == 0:
            if not got.startswith(part, at):
                return None
            at += len(part)
        else:
            number = _PRINTED.match(got, at)
            if number is None or not agrees(part, number[0]):
                return None
            at = number.end()
    return at


@lru_cache(maxsize=10_000)
def agrees(written: str, printed: str) -> bool:
    """Whether the printed number rounds to the written one: `0.67` is 0.6652, `93` is 93 only."""
    mantissa, _, exponent = written.lower().partition("e")
    exact = Context(prec=len(written) + len(printed), traps=[])
    number = exact.create_decimal(written)
    if not number and int(exponent or 0):
        return False  # a zero of no known size: 0.0e+07 would be any number below half a million
    difference = exact.abs(exact.subtract(number, exact.create_decimal(printed)))
    if not difference.is_finite():
        return False
    has_fraction = mantissa.partition(".")[2]
    half = Decimal((0, (5,), number.as_tuple().exponent - 1)) if has_fraction else 0
    return difference <= half


_STATED = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)


def prose_matches(stated: str, value: str) -> bool:
    """Whether the value in a sentence is the computed one; `1,234` and `−5` are numbers too."""
    stated, value = (
        re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.replace("−", "-")).strip()
        for text in (stated, value)
    )
    if _STATED.fullmatch(stated) and _STATED.fullmatch(value):
        return agrees(stated, value)
    return stated == value


def in_prose(value: str, like: str) -> str:
    """A computed value as a sentence writes it: with a true minus; 93.0 is 93 where 94 stood."""
    if not _STATED.fullmatch(value):
        return value
    value = value if "." in like else value.removesuffix(".0")
    return value if like.startswith("-") else value.replace("-", "−", value.startswith("-"))

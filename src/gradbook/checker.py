"""Comparing what was stated with what came out: text exact, decimals to the digits written. Knows only text."""

from __future__ import annotations

import re
from functools import lru_cache

# A decimal or exponent makes a number comparable by value; whole numbers are text. Not inside words or versions.
_NUMBER = re.compile(
    r"(?<![\w.])(?:(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)(?=j\b|(?!\.?\w))"
)
_TOKEN = re.compile(rf"{_NUMBER.pattern}|\.\.\.")

_NOISE = [
    # Where an object lies in memory, and where C++ noticed something, differ from run to run.
    (re.compile(r"\bat 0x[0-9a-fA-F]+"), "at 0x…"),
    (re.compile(r"\s*\(Triggered internally at [^)\n]*\)(?:\.(?=\s|$))?"), ""),
    # Where Python or a package is installed differs from machine to machine; the part below stays.
    (re.compile(r"(?:(?<![\w.])/|\b[A-Za-z]:\\)[^\s'\":,)]*(?:site-packages|python3\.\d+)[/\\]"), ""),
]


def normalize(text: str) -> str:
    """`text` without what differs between machines or runs: addresses, install folders, C++ origins."""
    for pattern, replacement in _NOISE:
        text = pattern.sub(replacement, text)
    return text


def lines(text: str) -> list[str]:
    """The lines of an output as an expectation states them: no trailing blanks, no final newline."""
    return [line.rstrip() for line in text.removesuffix("\n").split("\n")] if text else []


def matches(expected: list[str], got: list[str]) -> bool:
    """Whether each stated line fits the line that came out: `...` stands for any run of characters within it."""
    return len(expected) == len(got) and all(map(line_matches, expected, got))


def line_matches(expected: str, got: str) -> bool:
    """Whether one line fits. Decimals agree when the output, rounded to the digits written, is the number written."""
    if expected == got:
        return True
    parts, end = [], 0
    for token in _TOKEN.finditer(expected):
        parts += [expected[end : token.start()], token[0]]
        end = token.end()
    parts.append(expected[end:])  # text, token, text, token, …, text

    @lru_cache(maxsize=None)
    def fits(part: int, at: int) -> bool:
        text = parts[part]
        if part % 2 == 0:
            if not got.startswith(text, at):
                return False
            at += len(text)
            return at == len(got) if part == len(parts) - 1 else fits(part + 1, at)
        if text == "...":
            return any(fits(part + 1, later) for later in range(at, len(got) + 1))
        number = _NUMBER.match(got, at)
        return bool(number) and agrees(text, number[0]) and fits(part + 1, number.end())

    return fits(0, 0)


def agrees(written: str, printed: str) -> bool:
    """Whether the printed number rounds to the written one: `0.67` is 0.6652, `0.669` is not 2/3, `93.` is 93 exactly."""
    mantissa, _, exponent = written.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    difference = abs(float(written) - float(printed))
    if digits == 0:
        return difference == 0
    # A hair above half a unit of the last digit: binary fractions fall on either side of a decimal tie.
    return difference <= 0.5 * 10.0 ** (int(exponent or 0) - digits) * (1 + 1e-9)


_STATED = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)


def prose_matches(stated: str, value: str) -> bool:
    """Whether a value written in a sentence is the computed one; `1,234` and `−5` are read as people write them."""
    stated, value = (text.replace(",", "").replace("−", "-").strip() for text in (stated, value))
    if _STATED.fullmatch(stated) and _STATED.fullmatch(value):
        same_sign = stated.startswith("-") == value.startswith("-") or float(stated) == float(value)
        return same_sign and agrees(stated.lstrip("+-"), value.lstrip("+-"))
    return stated == value

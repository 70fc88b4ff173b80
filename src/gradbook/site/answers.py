"""A field for the number that a folded answer begins with: the reader says first what was printed. Knows HTML."""

from __future__ import annotations

import re
from itertools import count

_FOLDED = re.compile(
    r'(?P<start><details class="success">\s*<summary>Answer</summary>)(?P<inside>.*?)</details>',
    re.S,
)
_CELL = re.compile(r'<div class="cell[^"]*" id="cell-([^"]+)"')
_FIRST = re.compile(r'<pre class="output-(?!error)\w+"[^>]*><samp>([^<\n]*)(\n?)')
_NUMBER = re.compile(r"(?:tensor\()?(-?\d+(?:\.\d*)?(?:e[-+]\d+)?)(?:(?:, \w+=[^()]*)?\))?")


def with_fields(html: str) -> str:
    """The page's HTML with a field above each answer that begins with one number."""
    numbers = count(1)

    def put(match: re.Match[str]) -> str:
        cell, first = _CELL.search(match["inside"]), _FIRST.search(match["inside"])
        number = first and _NUMBER.fullmatch(first[1].strip())
        if not (cell and number):
            return match[0]
        more = first[2] or _FIRST.search(match["inside"], first.end())
        label = "The first number of the answer" if more else "Your number"
        return _form(f"answer-{next(numbers)}", cell[1], number[1], label) + match[0]

    return _FOLDED.sub(put, html)


def _form(name: str, exercise: str, printed: str, label: str) -> str:
    # `1.` is how torch writes a whole number.
    return (
        f'<form class="answer" data-exercise="{exercise}" data-printed="{printed.removesuffix(".")}" '
        "data-search-exclude>"
        f'<label for="{name}">{label}</label> '
        f'<input id="{name}" inputmode="text" autocomplete="off" size="9"> '
        '<button>Check</button> <span role="status"></span></form>\n'
    )

"""What readers answer before they look: a field for the number that a folded answer begins with, steps to put into
order. Knows HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from itertools import count

from gradbook.page.choices import Choice

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


def shuffled(steps: Sequence[Choice], seed: str) -> list[Choice]:
    """The steps in an order that is not theirs, and the same in each build."""
    mixed = sorted(steps, key=lambda step: sha256(f"{seed} {step.text}".encode()).digest())
    return mixed if mixed != list(steps) else [*mixed[1:], *mixed[:1]]


def _form(name: str, exercise: str, printed: str, label: str) -> str:
    # `1.` is how torch writes a whole number.
    return (
        f'<form class="answer" data-exercise="{exercise}" data-printed="{printed.removesuffix(".")}" '
        "data-search-exclude>"
        f'<label for="{name}">{label}</label> '
        f'<input id="{name}" inputmode="text" autocomplete="off" size="9"> '
        '<button>Check</button> <span role="status"></span></form>\n'
    )

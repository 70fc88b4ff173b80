"""What a reader decides below a fence: the choices of one marked `predict`, the steps of one marked `order`.

Knows only text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ITEM = r"\s+(?P<ticks>`+)\s?(?P<text>.+?)\s?(?P=ticks)(?:\s*:\s*(?P<reason>.*))?"
# Of choices, and of steps, which have numbers.
_ITEMS = {ordered: re.compile(sign + _ITEM) for ordered, sign in ((False, "[-*]"), (True, r"\d+\."))}
_LIKE_AN_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s*`")


@dataclass
class Choice:
    """One answer that a reader may pick: what the cell might print, and the mistake that leads there.

    Of an order it is one step: a line that the cell prints, and why it comes no sooner.
    """

    text: str
    reason: str


def read_choices(
    lines: list[str], indent: str, ordered: bool = False
) -> tuple[list[Choice], int]:
    """The choices, or the steps, that the lines below a fence begin with, and how many lines they take."""
    choices: list[Choice] = []
    taken = 0
    for number, line in enumerate(lines, 1):
        inner = line.removeprefix(indent)
        if not inner.strip() or line.rstrip() == indent.rstrip():  # in a quote, a blank line has its sign
            continue
        if item := _ITEMS[ordered].fullmatch(inner.rstrip()):
            choices.append(Choice(item["text"], item["reason"] or ""))
        elif choices and inner[:1] == " " and not _LIKE_AN_ITEM.match(inner):
            choices[-1].reason += f" {inner.strip()}"
        else:
            break
        taken = number
    return choices, taken


def unread_choice(lines: list[str], indent: str, taken: int) -> int | None:
    """The line below the choices that looks as if it belonged to them, counted like those that are taken."""
    below = range(taken, len(lines))
    following = next((n for n in below if lines[n].strip(" >")), None)
    if following is None or not lines[following].startswith(indent):
        return None
    inner = lines[following].removeprefix(indent)
    goes_on = 0 < taken == following
    return following + 1 if goes_on or re.match(r"\s*(?:[-*+](?: |\s*`)|\d+\. )", inner) else None

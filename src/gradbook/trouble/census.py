"""The census of messages: what each says, in this release and in older ones, why it comes and what helps."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LIKELY = ("common", "sometimes", "rare")


@dataclass(frozen=True)
class Cause:
    """One line of the census: a message, and one of the reasons for which it comes."""

    id: str
    type: str
    cause: str
    remedy: str
    area: str
    likely: str
    text: str = ""
    pattern: str = ""
    aliases: tuple[str, ...] = ()
    partial: bool = False


@dataclass(frozen=True)
class Message:
    """All causes of one message, the likeliest first; the message's id is that of the first line in the census."""

    id: str
    causes: tuple[Cause, ...]

    @property
    def first(self) -> Cause:
        return self.causes[0]

    @property
    def pattern(self) -> str:
        """The message's words, with {} where values stand."""
        return self.first.pattern or self.first.text

    @property
    def older(self) -> list[str]:
        """Other wordings, with the name of the exception where it is known."""
        return list(dict.fromkeys(alias for cause in self.causes for alias in cause.aliases))

    @property
    def rank(self) -> int:
        """0 for a message that is often met, more for one that is not."""
        return LIKELY.index(self.first.likely)


@cache
def causes() -> tuple[Cause, ...]:
    """The lines of the census, as they stand there."""
    text = files("gradbook.trouble").joinpath("census.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    return tuple(Cause(**{**row, "aliases": tuple(row.get("aliases", ()))}) for row in rows)


@cache
def messages() -> tuple[Message, ...]:
    """All messages, in the order of the census."""
    found: dict[str, list[Cause]] = {}
    for cause in causes():
        found.setdefault(cause.pattern or cause.text, []).append(cause)
    return tuple(
        Message(same[0].id, tuple(sorted(same, key=lambda cause: LIKELY.index(cause.likely))))
        for same in found.values()
    )

"""What can be found by pasting: all messages of the census, and kinds of messages that belong elsewhere."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from gradbook.trouble.census import Message, messages
from gradbook.trouble.match import Entry, best, common, wording, words

_TYPE = re.compile(r"[\w.]*(?:Error|Warning): ")
_LETTERS = 110  # of a cause in a list: enough to choose by, the rest is on the page


@cache
def entries() -> tuple[Entry, ...]:
    """One for each message that has words, then one for each kind that belongs elsewhere."""
    # Neighbors with the same words make the data that readers load a fifth smaller.
    known = sorted(messages(), key=lambda message: message.pattern.lower())
    ours = [_entry(message) for message in known if message.pattern]
    text = files("gradbook.trouble").joinpath("elsewhere.json").read_text("utf-8")
    rows = json.loads(text).items()
    return (*ours, *(Entry("", tuple(patterns), cause=says) for says, patterns in rows))


def find(pasted: str) -> list[Entry]:
    """The best three entries. One without an id alone: the message belongs elsewhere, and the cause says where."""
    found = best(entries(), pasted)
    if found and not found[0].id:
        return found[:1]
    return [entry for entry in found if entry.id]


def _entry(message: Message) -> Entry:
    texts = [message.pattern]
    for alias in message.older:
        older = _TYPE.sub("", alias, count=1)
        if not any(_holds(older, text) for text in texts):
            texts.append(older)
    return Entry(message.id, tuple(texts), message.rank, one_line(message.first.cause))


def _holds(older: str, text: str) -> bool:
    """Whether a wording is found by another one already, as only values differ."""
    return sum(common(wording(text), words(older))) == sum(map(bool, wording(text)))


def one_line(cause: str) -> str:
    """The first sentence of a cause, shortened."""
    first = re.split(r"(?<=[a-z)`\]])[.;:] ", cause.rstrip("."), maxsplit=1)[0]
    if len(first) <= _LETTERS:
        return first
    return first[:_LETTERS].rpartition(" ")[0] + " …"

"""Pasting a message: its own entry comes first, whatever stands around it; what is none of ours finds nothing."""

from __future__ import annotations

import re

import pytest
from built import ROOT
from surveys import some

from gradbook.trouble.census import Message, causes, messages
from gradbook.trouble.finder import entries, find
from gradbook.trouble.match import words

FOREIGN = (ROOT / "tests/cases/foreign_messages.txt").read_text("utf-8").splitlines()
OWNER = {cause.id: message for message in messages() for cause in message.causes}
# Where a text holds another message whole, that one has more words in common.
QUOTES = {"gradcheck-batched-failure": "vmap-no-batching-rule"}
# Wordings with a place for a value where the other has a word of its own.
ALIKE = {
    "functorch-package-deprecated": "functorch-make-functional-deprecated",
    "vmap-index-put": "vmap-in-place-on-factory",
    "requires-grad-integer-attribute": "requires-grad-integer-constructor",
}


def traceback_around(kind: str, text: str) -> str:
    return (
        "Traceback (most recent call last):\n"
        '  File "/Users/somebody/project/train.py", line 112, in <module>\n'
        f"    loss.backward()\n{kind}: {text}\n"
    )


def says_the_same(other: Message, text: str) -> bool:
    """Whether another message has had this very wording, in this release or an older one."""
    own = [other.pattern, *(c.text for c in other.causes)]
    older = [alias.partition(": ")[2] or alias for alias in other.older]
    return any(words(known) == words(text) for known in own + older)


def first_is(message: Message, pasted: str, text: str) -> bool:
    found = find(pasted)
    if not found:
        return False
    names = {message.id, QUOTES.get(message.id), ALIKE.get(message.id)}
    return found[0].id in names or says_the_same(OWNER[found[0].id], text)


def with_foreign_values(text: str) -> str:
    """Other numbers and shapes, in other quotes, broken into lines as a terminal does."""
    changed = re.sub(r"\d+", "77", text).replace("'", '"')
    return "\n".join(re.findall(r".{1,70}(?:\s|$)|\S+", changed))


@pytest.mark.parametrize("paste", [str, with_foreign_values])
def test_each_message_finds_itself_from_a_traceback(paste) -> None:
    lost = [
        cause.id
        for cause in some(causes())
        if cause.text
        and not first_is(
            OWNER[cause.id], paste(traceback_around(cause.type, cause.text)), cause.text
        )
    ]
    assert not lost


def test_each_older_wording_finds_its_message() -> None:
    lost = []
    for message in some(messages()):
        for alias in message.older:
            text = re.sub(r"^[\w.]*(?:Error|Warning): ", "", alias)
            if not first_is(message, alias, text):
                lost.append((message.id, alias))
    assert not lost


def test_what_is_none_of_ours_finds_no_message() -> None:
    assert len(FOREIGN) >= 60
    assert not {text: found for text in FOREIGN if (found := [e.id for e in find(text) if e.id])}


def test_of_what_belongs_elsewhere_we_say_where() -> None:
    (found,) = find(FOREIGN[0])
    assert not found.id and found.cause.startswith("Memory")


@pytest.mark.parametrize(
    "part, name",
    [
        ("element 0 of tensors does not require grad", "no-grad-untracked-input"),
        ("Trying to backward through the graph a second time", "second-backward"),
    ],
)
def test_the_part_of_a_message_that_people_quote_finds_it(part: str, name: str) -> None:
    assert find(part)[0].id == name


def asked(kind: str, text: str) -> str:
    """A message in somebody's own words, of which they copied a part."""
    return f"I got this today while I trained my model: {kind}: {text} ... any idea why? Thanks"


def test_a_part_of_a_message_within_other_words_finds_it() -> None:
    """Half of a message leads to it in four of five cases; in the others values stand between few words."""
    found = []
    for cause in some(causes()):
        if len(cause.text.split()) < 12:
            continue
        half = " ".join(cause.text.split()[: max(9, len(cause.text.split()) // 2)])
        three = [OWNER[entry.id] for entry in find(asked(cause.type, half)) if entry.id]
        wordings = [text for m in three for text in (*(c.text for c in m.causes), *m.older)]
        found.append(any(" ".join(words(half)) in " ".join(words(text)) for text in wordings))
    assert len(found) > 20 and sum(found) > 0.8 * len(found)


def test_other_words_around_what_is_none_of_ours_change_nothing() -> None:
    kinds = [text.partition(": ") for text in FOREIGN]
    assert not {text: e.id for kind, _, text in kinds for e in find(asked(kind, text)) if e.id}


def test_of_two_texts_that_begin_alike_the_one_that_is_whole_comes_first() -> None:
    """The longer one, of gradcheck's fast mode, has more words, and `tensor` is a value in both."""
    text = "Jacobian mismatch for output 0 with respect to input 0,\n"
    text += "numerical:tensor([[2.]])\nanalytical:tensor([[1.]])"
    assert find(text)[0].id == "gradcheck-wrong-formula"


def test_every_message_with_words_can_be_found() -> None:
    found = {entry.id for entry in entries() if entry.id}
    assert found == {message.id for message in messages() if message.pattern}
    assert {m.first.type for m in messages() if not m.pattern} == {"NotImplementedError"}


def test_a_text_of_50_000_words_takes_no_turn_for_the_worse() -> None:
    """Runs of words are looked for by their places, and not by an expression that could go back and forth."""
    assert find("nothing of ours " * 12_500) == []

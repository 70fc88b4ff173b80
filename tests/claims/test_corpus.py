"""Hundreds of formulas from calculus, matrices, losses, attention and probability, judged rightly.

The files in tests/cases/claims are the corpus: true claims, false ones with the reason why, and
calls that cannot be weighed with a part of what is said.
"""

import ast
from pathlib import Path

import pytest
import torch
from surveys import survey

from gradbook.claims import (
    Claim,
    NotationError,
    WrongClaim,
    derivative,
    gradient,
    hessian,
    identity,
    jacobian,
    vjp,
)

CASES = Path(__file__).parents[1] / "cases" / "claims"
CALLS = (derivative, gradient, hessian, identity, jacobian, vjp)
NAMES = {"torch": torch, **{call.__name__: call for call in CALLS}}


def read(name: str) -> dict[str, str]:
    """The calls of a file, and the remark behind each."""
    text = (CASES / name).read_text("utf-8")
    lines = text.splitlines()
    remarks = (lines[node.end_lineno - 1].partition("  # ")[2] for node in ast.parse(text).body)
    calls = (ast.get_source_segment(text, node) for node in ast.parse(text).body)
    return dict(zip(calls, remarks, strict=True))


TRUE, FALSE, UNREADABLE = map(read, ("true.py", "false.py", "unreadable.py"))


def made(call: str) -> Claim:
    return eval(call, dict(NAMES))


@survey("call", TRUE)
def test_a_true_claim_is_accepted_and_its_mark_says_what_was_done(call: str) -> None:
    claim = made(call)
    assert claim.proved == (TRUE[call] != "checked")
    sized = "shapes=" in call and any(letter.isalpha() for letter in claim.sizes)
    assert claim.word == (f"proved for {claim.sizes}" if sized else claim.word.split()[0])
    assert ("SymPy did not decide" in claim.how) != claim.proved
    assert " points" in claim.by or " near 0" in claim.by


@survey("call", FALSE)
def test_a_false_claim_is_refused_with_a_counter_example(call: str) -> None:
    with pytest.raises(WrongClaim) as error:
        made(call)
    headline, *rest = str(error.value).splitlines()
    assert "is wrong" in headline or headline == "the formula shown is not the function"
    assert rest or "is wrong: " in headline


@pytest.mark.parametrize("call", UNREADABLE)
def test_a_call_that_cannot_be_weighed_says_why(call: str) -> None:
    with pytest.raises(NotationError) as error:
        made(call)
    assert UNREADABLE[call] in str(error.value).replace("at=[1, 2]", "at=")


def test_the_corpus_is_large_and_no_two_claims_are_false_for_one_reason() -> None:
    assert len(TRUE) >= 150 and len(FALSE) >= 150
    assert len(set(FALSE.values())) == len(FALSE) and all(FALSE.values())

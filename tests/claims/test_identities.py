"""Equations that hold everywhere, up to a remainder, or where the domain says so."""

import pytest
import torch.nn.functional as F

from gradbook.claims import NotationError, WrongClaim, identity


def test_identities():
    assert identity(F.softplus, "log(1 + e^x)").proved
    p = {"where": {"p": "softmax(z)"}, "shapes": {"z": "n"}}
    assert identity("sum_j p_i(delta_ij - p_j) = 0", **p).proved
    assert identity("softmax(z + c) = softmax(z)", shapes={"z": "n"}).proved
    assert identity("(A B)^T = B^T A^T", shapes={"A": "m n", "B": "n p"}).proved
    for wrong in ("sqrt(x^2) = x", "(exp(x + h) - exp(x))/h = exp(x) + O(h^2)", "sin(x) = x"):
        with pytest.raises(WrongClaim):
            identity(wrong)
    with pytest.raises(WrongClaim):
        identity("(A B)^T = A^T B^T", shapes={"A": "n n", "B": "n n"})


BINOMIAL = "c(x + h)^n - c x^n = c n x^(n-1) h + O(h^2)"


def test_a_remainder_may_have_a_power_that_is_a_variable():
    assert identity(BINOMIAL, domain="x > 0").proved
    assert identity(BINOMIAL).proved  # at the points where both sides have values
    assert identity("(x + h)^3 = x^3 + 3x^2 h + O(h^2)").proved
    assert identity("e^(n h) = 1 + n h + n^2 h^2/2 + O(h^3)").proved
    assert identity("(e^(n h) - 1)/h = n + O(h)").proved


WRONG = {
    "a factor": "c(x + h)^n - c x^n = 2c n x^(n-1) h + O(h^2)",
    "a power": "c(x + h)^n - c x^n = c n x^n h + O(h^2)",
    "an order": "c(x + h)^n - c x^n = c n x^(n-1) h + O(h^3)",
    "a constant": "c(x + h)^n = c n x^(n-1) h + O(h^2)",
    "a power that is a number": "(x + h)^3 = x^3 + 2x^2 h + O(h^2)",
    "an order of a power that is a number": "(x + h)^3 = x^3 + 3x^2 h + O(h^3)",
    "a small term beside a large one": "x + 50h^2 = x + h/10 + O(h^2)",
    "a small term": "(x + h)^3 = x^3 + 3.01x^2 h + O(h^2)",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_a_remainder_that_is_too_large_is_rejected(text: str):
    with pytest.raises(WrongClaim):
        identity(text, domain="x > 0")


def test_a_remainder_shrinks_from_both_sides():
    for text in ("|h| = h + O(h^2)", "|h| = -h + O(h^2)", "|x h| = x h + O(h^2)"):
        with pytest.raises(WrongClaim):
            identity(text)
    assert identity("|h| = h + O(h^2)", domain="h > 0")
    assert identity("sqrt(x^2 + h) = |x| + h/(2|x|) + O(h^2)").proved


def test_where_a_remainder_was_looked_at_is_told():
    alone = identity(
        "y = 63 + 93h + O(h^2)", where={"x": "2 + h", "y": "2x^4 + x^3 + 3x^2 + 5x + 1"}
    )
    assert alone.by == "SymPy, numbers for h near 0"
    assert identity("e^(x + h) = e^x + e^x h + O(h^2)").by == "SymPy, numbers at 8 points"


def test_sides_without_values_are_no_counter_example():
    with pytest.raises(NotationError, match="domain="):
        identity("log(-x - h) = log(-x) + h/x + O(h^2)", domain="x > 0")


def test_the_domain_of_an_identity_is_shown():
    assert identity("sqrt(x^2) = x", domain="x > 0").tex() == r"\sqrt{x^{2}} = x \quad (x > 0)"

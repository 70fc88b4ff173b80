"""Every formula of the curriculum is made wrong in all ways we know; none passes."""

from collections.abc import Callable
from functools import partial

import pytest
from claim_cases import CASES
from mutants import WRONG, mutants, outcome, sources, terms, wholes

from gradbook.claims import Claim


def formulas(page: str) -> dict[str, str]:
    """The formulas of a page by parameter; those that need no name have an empty one."""
    found = CASES[page][1]
    return found if isinstance(found, dict) else {"": found}


def wrong_claims(page: str) -> dict[str, Callable[[], Claim]]:
    """The claim of a page with each of its formulas made wrong, by what was made of it."""
    claim, _ = CASES[page]
    found = {}
    for name, formula in formulas(page).items():
        for wrong in mutants(formula):
            claimed = partial(claim, **formulas(page) | {name: wrong}) if name else partial(claim, wrong)
            found[f"{name} {formula} -> {wrong}"] = claimed
    return found


@pytest.mark.parametrize("page", CASES)
def test_no_wrong_formula_passes(page: str, sample: Callable[[list], list]):
    """Each is read and found wrong: one that cannot be read would prove nothing."""
    claims = wrong_claims(page)
    found = {change: outcome(claims[change]) for change in sample(list(claims))}
    assert found == dict.fromkeys(found, WRONG)


def test_there_are_many_and_every_formula_has_some():
    found = [list(mutants(text)) for page in CASES for text in formulas(page).values()]
    assert all(found) and sum(map(len, found)) >= 250


def test_a_mutant_is_a_formula_with_one_thing_wrong():
    assert "8x^3 + 3x^2 + 6x - 5" in set(mutants("8x^3 + 3x^2 + 6x + 5"))
    assert {"G @ B", "G.T @ B.T", "B.T @ G"} <= set(mutants("G @ B.T"))
    assert {"sum_k G_ki B_jk", "sum_k G_ik B_kj"} <= set(mutants("sum_k G_ik B_jk"))


def test_terms_and_wholes():
    assert terms("2x - (y + 1) + z") == ["2x", " - (y + 1)", " + z"]
    assert list(wholes("a = b + c"))[-2:] == ["a = c", "a = b"]
    assert list(wholes("f = g + O(h)"))[0] == "f = -(g) + O(h)"
    assert list(sources("2x^4 + 1")) == ["3x^4 + 1", "2x^5 + 1"]

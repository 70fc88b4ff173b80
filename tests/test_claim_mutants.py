"""Every formula of the curriculum is made wrong in all ways we know, and no wrong one passes."""

import pytest
from claim_cases import CASES, mutants

from gradbook.claims import NotationError, WrongClaim


def formulas(page: str) -> dict[str, str]:
    """The formulas of a page by parameter; those that need no name have an empty one."""
    found = CASES[page][1]
    return found if isinstance(found, dict) else {"": found}


@pytest.mark.parametrize("page", CASES)
def test_no_wrong_formula_passes(page: str):
    claim, _ = CASES[page]
    for name, formula in formulas(page).items():
        for wrong in dict.fromkeys(mutants(formula)):
            with pytest.raises((WrongClaim, NotationError)):
                claim(**{**formulas(page), name: wrong}) if name else claim(wrong)
                pytest.fail(f"{wrong} passes for {formula}")


def test_there_are_many_and_every_formula_has_some():
    found = [list(mutants(text)) for page in CASES for text in formulas(page).values()]
    assert all(found) and sum(map(len, found)) >= 250


def test_a_mutant_is_a_formula_with_one_thing_wrong():
    assert "8x^3 + 3x^2 + 6x - 5" in set(mutants("8x^3 + 3x^2 + 6x + 5"))
    assert {"G @ B", "G.T @ B.T", "B.T @ G"} <= set(mutants("G @ B.T"))
    assert {"sum_k G_ki B_jk", "sum_k G_ik B_kj"} <= set(mutants("sum_k G_ik B_jk"))

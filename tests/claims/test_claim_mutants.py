"""Every formula of the site and the curriculum is made wrong in all ways we know; none passes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from built import ROOT
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


def test_no_wrong_formula_passes_on_the_site(tmp_path: Path):
    files = [p for p in sorted(ROOT.glob("snippets/*/*.py")) if "gradbook" in p.read_text("utf-8")]
    paths = {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    program = [sys.executable, ROOT / "tests" / "site_claims.py", *files]
    done = subprocess.run(
        program, cwd=tmp_path, env=paths, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = {
        claim: tried for page in json.loads(done.stdout).values() for claim, tried in page.items()
    }
    passing = [
        (claim, m) for claim, tried in found.items() for m in tried if m.startswith("PASSES")
    ]
    assert not passing
    assert [claim for claim, tried in found.items() if not tried] == []
    assert sum(map(len, found.values())) >= 200

"""Each claim of the site is changed: its formulas in each place and as a whole, and what it is about."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import mutants
from built import ROOT
from mutants import PASSES, WRONG

# Changes that leave a claim true, as patterns by their reason.
STILL_TRUE = {
    "zero and one are their own squares": [
        r"([01]|delta_ij|[01] if [^|]+ else [01]) -> \(\1\)\^2",
    ],
    "zero stays zero": [r"0 -> -\(0\)", r"0 -> 2\(0\)"],
    "a vector is its own transpose": [
        r"(3x\^2 )?G -> (3x\^2 )?G\.T",
        r"A\.T @ G -> A\.T @ G\.T",
        r"outer\(G, x\) -> outer\(G\.T, x\)",
        r"\(G - y \(y @ G\)\)/norm\(x\) -> .*G\.T.*",
        r"(-outer\()?solve\(A\.T, G\).* -> (-outer\()?solve\(A\.T, G\.T\).*",
    ],
    "a matrix and its transpose have the same diagonal": [r"diag\(G\) -> diag\(G\.T\)"],
    "a matrix and its transpose have the same determinant": [
        r"det\(A\) inv\(A\)\.T -> det\(A\.T\) inv\(A\)\.T",
    ],
    "the term has no derivative of the order that is claimed": [
        r"of 2x\^4 \+ x\^3 \+ 3x\^2 \+ 5x \+ 1 -> 2x\^4 \+ x\^3 \+ (4x\^2 \+ 5x|3x\^3 \+ 5x|3x\^2 \+ 6x) \+ 1",
        r"of x\^4/4 - 2x -> x\^4/4 - 3x",
        r"of (x\^2/2 if \|x\| < 1 else \|x\| - 1/)2 -> \1(?:3)",
    ],
    "the formula holds for each value of the constant": [r"where 1/4 -> 1/5"],
    "a square and that of the conjugate have the same real part": [
        r"real\(\(a \+ b i\)\^2\) = (.*) -> real\(\(a - b i\)\^2\) = \1",
    ],
    "the constant is changed in its last binary digit": [r".* 1\.7580993408473766 e\^x -> .* 1\.7580993408473767 e\^x"],
}


def still_true(what: str) -> bool:
    return any(re.fullmatch(pattern, what) for patterns in STILL_TRUE.values() for pattern in patterns)


def test_no_changed_claim_of_the_site_passes(
    tmp_path: Path, survey_seed: str, tell_tried: Callable[[int, int], None]
) -> None:
    paths = {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    program = [sys.executable, mutants.__file__, survey_seed, *sorted(ROOT.glob("snippets/**/*.py"))]
    done = subprocess.run(program, cwd=tmp_path, env=paths, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    claims = json.loads(done.stdout)
    tried = [(claim["at"], what, came) for claim in claims for what, came in claim["tried"]]
    tell_tried(len(tried), sum(claim["changes"] for claim in claims))

    assert [one for one in tried if one[2] == PASSES and not still_true(one[1])] == []
    # To be unreadable is not to be found wrong.
    assert Counter(came for _, _, came in tried)[WRONG] > 0.9 * len(tried)
    assert [c["at"] for c in claims if not c["tried"]] == []
    if not survey_seed:
        assert [c["at"] for c in claims if WRONG not in dict(map(reversed, c["tried"]))] == []
        assert len(tried) >= 900

"""Each claim of the site is changed: its formulas in each place and as a whole, and what it is about."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import mutants
from built import ROOT
from mutants import PASSES, WRONG

# Changes that leave a claim true, with the reason.
STILL_TRUE = {
    "1 -> (1)^2": "so is every power of one",
    "1 if a > 0 else 0 -> (1 if a > 0 else 0)^2": "so is every power of one and of zero",
    "of 2x^4 + x^3 + 3x^2 + 5x + 1 -> 2x^4 + x^3 + 3x^2 + 6x + 1": "it claims the second derivative",
}


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

    assert [one for one in tried if one[2] == PASSES and one[1] not in STILL_TRUE] == []
    # To be unreadable is not to be found wrong.
    assert Counter(came for _, _, came in tried)[WRONG] > 0.9 * len(tried)
    assert [c["at"] for c in claims if not c["tried"]] == []
    if not survey_seed:
        assert [c["at"] for c in claims if WRONG not in dict(map(reversed, c["tried"]))] == []
        assert len(tried) >= 900

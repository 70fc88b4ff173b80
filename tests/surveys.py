"""How much is tried: in CI all, elsewhere a part that is chosen by the seed of this run of the tests.

A survey alters all that the site states, one by one, or goes over all that there is of a kind: a tenth of it. A page's
notebook or script costs another run of the page: all pages while they are few, then as many.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

COMPLETE = os.environ.get("CI", "").lower() not in ("", "0", "false")
SEED = "GRADBOOK_SEED"  # the variable; conftest.py draws one where there is none
FEW = 40


def tenth(changes: list, seed: str) -> list:
    """A tenth of the changes, and at least one, chosen by the seed."""
    return random.Random(seed).sample(changes, math.ceil(len(changes) / 10))


def some(cases: Iterable[Any]) -> list[Any]:
    """The cases of a survey in one test: in CI all, elsewhere a tenth."""
    return list(cases) if COMPLETE else tenth(list(cases), os.environ[SEED])


def survey(names: str, cases: Iterable[Any], **options: Any) -> Callable[[Callable], Callable]:
    """Parametrize a test with the cases, in CI all and elsewhere a tenth; each tells for how many it stands."""
    cases = list(cases)
    chosen = some(cases)
    each = pytest.mark.parametrize(names, chosen, **options)
    counted = pytest.mark.survey(len(cases) / len(chosen))
    return lambda test: each(counted(test))


def some_pages(pages: list[Path]) -> list[Path]:
    """The pages whose program is run in yet another way: all in CI, at most FEW elsewhere."""
    if COMPLETE or len(pages) <= FEW:
        return pages
    return sorted(random.Random(os.environ[SEED]).sample(pages, FEW))

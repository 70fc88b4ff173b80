"""How tests wait: for the thing itself. What never comes is ended by the runner (see pyproject.toml)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(condition: Callable[[], Found]) -> Found:
    """What the condition returns, once that is true."""
    while not (found := condition()):
        time.sleep(0.02)
    return found

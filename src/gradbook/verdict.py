"""Says which of several is best, computed from what was measured, or refuses when it is too close.

It knows numbers and names; what was measured, and whether less is better, its caller says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Measured = float | Sequence[float] | Callable[[], object]


class TooClose(AssertionError):
    """No winner by the margin asked for; the message gives the figures."""


@dataclass(frozen=True)
class Verdict:
    """The best, the others in order, and the sentence a page may print."""

    best: str
    others: tuple[str, ...]
    word: str

    def __str__(self) -> str:
        *most, last = self.others
        others = f"{', '.join(most)} and {last}" if most else last
        return f"{self.best} is {self.word} than {others}"

    __repr__ = __str__


def winner(
    measured: Mapping[str, Measured],
    *,
    word: str = "faster",
    most: bool = False,
    margin: float = 1.5,
    rounds: int = 9,
) -> Verdict:
    """Name the smallest of several figures, or with `most` the largest: winner({"a": 1, "b": 3}).

    Repeated figures count by their median; functions are timed here, in turn. The best must beat
    the second by the factor `margin`, else TooClose is raised.
    """
    figures = {name: median(_repeated(value)) for name, value in _timed(measured, rounds).items()}
    first, second, *rest = sorted(figures, key=figures.__getitem__, reverse=most)
    small, large = sorted((figures[first], figures[second]))
    if not 0 < small * margin <= large:
        listed = ", ".join(f"{name} {figures[name]:.3g}" for name in (first, second, *rest))
        raise TooClose(f"too close to call with a margin of {margin:g}: {listed}")
    return Verdict(first, (second, *rest), word)


def _repeated(value: float | Sequence[float]) -> Sequence[float]:
    return [value] if isinstance(value, (int, float)) else value


def _timed(measured: Mapping[str, Measured], rounds: int) -> dict[str, float | Sequence[float]]:
    found = {name: [] if callable(value) else value for name, value in measured.items()}
    for number in range(rounds + 1):
        for name, value in measured.items():
            if callable(value):
                start = time.perf_counter()
                value()
                if number:  # the first call warms up
                    found[name].append(time.perf_counter() - start)
    return found

"""Two runs of one program, in processes that share nothing: what both put out can be stated, what differs cannot."""

from __future__ import annotations

import re
from itertools import zip_longest

from gradbook.compare.matching import lines
from gradbook.compare.verify import Drift, Verified, printed, verify
from gradbook.errors import Problem
from gradbook.page.edits import Edit
from gradbook.page.pages import Page, Step, Value
from gradbook.run.outputs import Run

# The call that makes random numbers the same in each run, how a program draws them, and how it has made that call.
_SEEDS = (
    (
        "torch.manual_seed(0)",
        r"\btorch\.(rand|normal|bernoulli|multinomial|nn\b)|\bfrom torch import .*rand|\bnn\.[A-Z]|DataLoader"
        r"|ropout|\.(uniform|normal|random|bernoulli|exponential|cauchy|log_normal|geometric)_\(",
        r"\bmanual_seed\(",
    ),
    (
        "numpy.random.seed(0)",
        r"\b(np|numpy)\.random\b|default_rng\(\)",
        r"\b(np|numpy)\.random\.seed\(|default_rng\([^)]",
    ),
    (
        "random.seed(0)",
        r"(?m)^\s*(import random\b|from random import|import .*, random\b)",
        r"(?<!np\.)(?<!numpy\.)\brandom\.seed\(|(?m:^\s*seed\()",
    ),
)


def steady_edits(page: Page, run: Run, again: Run) -> list[Edit]:
    """The edits by which `update` mends the page, without those that another run would make otherwise."""
    first, then = _drifts(verify(page, run)), _drifts(verify(page, again))
    edits = {place: drift.edit for place, (_, drift) in first.items()}
    return [edit for place, edit in edits.items() if place in then and then[place][1].edit == edit]


def not_reproducible(page: Page, run: Run, again: Run) -> list[Problem]:
    """A problem for each statement or value that is to be mended and is not the same in both runs."""
    verified, verified_again = verify(page, run), verify(page, again)
    first, then = _drifts(verified), _drifts(verified_again)
    found = []
    for place, (step, drift) in sorted((then | first).items()):
        if place in first and place in then and first[place][1].edit == then[place][1].edit:
            continue
        said = [_said(step, runs[step], drift) for runs in (verified, verified_again)]
        one, other = _first_difference(*said)
        message = f"not written, as another run differs\nfirst     {one}\nthen      {other}"
        found.append(Problem(drift.at, message, _remedy(page, step, *said)))
    return found


def _drifts(
    verified: dict[Step, Verified],
) -> dict[tuple[str, tuple[int, int]], tuple[Step, Drift]]:
    """What `update` can mend, by its place."""
    return {
        (problem.edit.path, problem.edit.place): (step, problem)
        for step, found in verified.items()
        for problem in found.problems
        if isinstance(problem, Drift)
    }


def _said(step: Step, verified: Verified, drift: Drift) -> list[str]:
    """What a run put out at the place of a drift."""
    if verified.done is None:
        return ["(the program ended before)"]
    if isinstance(step, Value):
        return lines("".join(output.text for output in verified.done.outputs))
    last = [statement.last for statement in step.statements]
    return printed(verified.done, last.index(drift.edit.line))


def _first_difference(first: list[str], then: list[str]) -> tuple[str, str]:
    pairs = zip_longest(first, then, fillvalue="(nothing more)")
    return next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))


def _remedy(page: Page, step: Step, first: list[str], then: list[str]) -> str:
    """What makes it the same in each run, as far as the outputs and the code above tell; and what can be done else."""
    code = "\n".join(above.source for above in page.steps[: page.steps.index(step) + 1])
    ways = [
        f"{call}  above it"
        for call, draws, seeded in _SEEDS
        if re.search(draws, code) and not re.search(seeded, code)
    ]
    if sorted("".join(first)) == sorted("".join(then)):
        ways = ["sorted(...)  around what has no order of its own"]
    same = [f"To make each run the same:  {way}" for way in ways]
    if isinstance(step, Value):
        return "\n".join(same) or "Leave out the expression behind the value."
    return "\n".join([*same, "If it is meant to differ:  # may vary  behind the statement"])

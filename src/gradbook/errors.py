"""What goes wrong, told to a person: where, what was expected, what was found, what mends it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True)
class Location:
    """A line of a file (path relative to the project; line 0 is the whole file), and its cell."""

    path: str
    line: int
    cell: str = ""

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f"{self.path}{line}" + (f" (cell {self.cell})" if self.cell else "")


@dataclass(eq=False)
class Problem(Exception):
    """One fault; `at` leads from the page to the line that an author must edit."""

    at: tuple[Location, ...]
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        lines = [" → ".join(str(location) for location in self.at)]
        lines += [f"  {line}" for line in self.message.splitlines()]
        return "\n".join(lines + [self.remedy] * bool(self.remedy))


class Problems(Exception):
    """Several problems at once, so that an author sees all of them in one run."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        return "\n\n".join([*map(str, self.problems), f"{count}."])


def nearest(name: str, names: list[str]) -> str:
    """The names a person may have meant, as the end of a sentence: `; did you mean a or b?`."""
    if close := get_close_matches(name, names, n=3, cutoff=0.5):
        return f"; did you mean {' or '.join(close)}?"
    more = ["…"] * (len(names) > 8)
    return f"; there are: {', '.join(names[:8] + more)}" if names else "; there are none"


def command(words: str) -> str:
    """What a person types to run a module of this environment, as `gradbook update FILE`, where they are now."""
    if "UV_RUN_RECURSION_DEPTH" in os.environ:  # `uv run` activates for its one command alone
        return f"uv run python -m {words}"
    program = Path(sys.executable)
    for name in ("python", "python3"):
        if Path(shutil.which(name) or "").parent == program.parent:
            return f"{name} -m {words}"
    here = Path.cwd()
    shown = program.relative_to(here) if program.is_relative_to(here) else program
    return f"{shlex.quote(str(shown))} -m {words}"

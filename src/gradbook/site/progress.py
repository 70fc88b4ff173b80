"""How far the programs of a build are, told while they run: a line renewed on a terminal, else one now and then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import TextIO

# Seconds between two words: on a terminal, and where each is a line that stays.
RENEWED, LINES = 0.5, 8.0


def follow(runs: Sequence[Future], tell: Callable[[str], None], terminal: TextIO) -> threading.Thread:
    """Tell how many of the runs have ended, until all have; nothing where all have already."""
    thread = threading.Thread(target=_follow, args=(runs, tell, terminal), daemon=True)
    thread.start()
    return thread


def _follow(runs: Sequence[Future], tell: Callable[[str], None], terminal: TextIO) -> None:
    renewed, shown = terminal.isatty(), False
    while wait(runs, timeout=RENEWED if renewed else LINES).not_done:
        said = f"Running the pages: {sum(run.done() for run in runs)} of {len(runs)}"
        if renewed:
            shown = True
            print(f"\r{said}", end="", file=terminal, flush=True)
        else:
            tell(said)
    if shown:
        print("\r\x1b[K", end="", file=terminal, flush=True)

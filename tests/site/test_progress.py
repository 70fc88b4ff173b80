"""What a build says while programs run, so that nobody takes it for stuck."""

from __future__ import annotations

import io
from concurrent.futures import Future

import pytest
from waiting import until

from gradbook.site import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("terminal", [Terminal(), io.StringIO()], ids=["terminal", "file"])
def test_it_counts_what_has_ended(terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "RENEWED", 0.01)
    monkeypatch.setattr(progress, "LINES", 0.01)
    lines: list[str] = []
    runs: list[Future] = [Future(), Future()]
    thread = progress.follow(runs, lines.append, terminal)
    for ended in range(2):
        said = f"Running the pages: {ended} of 2"
        until(lambda said=said: said in terminal.getvalue() or said in lines)
        runs[ended].set_result(None)
    thread.join()
    assert bool(lines) is not terminal.isatty()
    # The line is taken away when all is done, and nothing is left on the terminal.
    assert terminal.getvalue().endswith("\r\x1b[K") is terminal.isatty()


def test_it_is_silent_where_all_came_from_the_cache() -> None:
    run, lines, terminal = Future(), [], Terminal()
    run.set_result(None)
    progress.follow([run], lines.append, terminal).join()
    assert (lines, terminal.getvalue()) == ([], "")

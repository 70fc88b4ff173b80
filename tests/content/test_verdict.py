"""A winner is named only when the figures say so."""

import pytest

from gradbook.verdict import TooClose, winner


def test_the_smallest_wins_by_its_median():
    found = winner({"one by one": [9.0, 8.0, 7.0], "at once": [1.0, 100.0, 2.0]})
    assert found.best == "at once"
    assert str(found) == "at once is faster than one by one"


def test_or_the_largest():
    found = winner({"b": 1, "c": 2, "a": 9}, most=True, word="larger")
    assert str(found) == "a is larger than c and b"


def test_what_is_too_close_is_refused():
    with pytest.raises(TooClose, match="a 1, b 1.4"):
        winner({"b": 1.4, "a": 1})
    assert winner({"b": 1.4, "a": 1}, margin=1.3).best == "a"
    with pytest.raises(TooClose):
        winner({"a": 1, "b": 9, "c": 1})


def test_functions_are_timed(monkeypatch: pytest.MonkeyPatch):
    """By a clock that only the functions move."""
    passed = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: passed[0])

    def taking(*seconds: float):
        left = iter(seconds)
        return lambda: passed.append(passed.pop() + next(left))

    found = winner({"long": taking(0, 4, 4, 4), "short": taking(90, 1, 1, 99)}, rounds=3)
    assert found.best == "short"  # the first call warms up, and an outlier is no median
    with pytest.raises(TooClose, match="one 2, other 2.5"):
        winner({"other": taking(0, 2.5), "one": taking(0, 2)}, rounds=1)

"""A winner is named only when the figures say so."""

import time

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


def test_functions_are_timed():
    found = winner({"long": lambda: time.sleep(0.004), "short": lambda: None}, rounds=3)
    assert found.best == "short"
    with pytest.raises(TooClose):
        winner({"one": lambda: time.sleep(0.002), "other": lambda: time.sleep(0.002)}, rounds=3)

"""In the place of torch where `make pythons` runs the tests of the engine: the calls that the engine itself makes.

A release of torch for each Python is several GB. What a test computes with torch fails with this, under each Python.
"""

__version__ = "0"


def set_num_threads(number: int) -> None:
    """Nothing here uses threads."""


def set_warn_always(always: bool) -> None:
    """Nothing here warns."""


def ones(size: int, requires_grad: bool) -> int:
    """What the fork server prints once."""
    return size

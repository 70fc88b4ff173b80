"""The two errors that an author of claims meets: a formula that cannot be read, and a false one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class NotationError(ValueError):
    """A claim that cannot be read or weighed; the message says what to write instead."""


class WrongClaim(AssertionError):
    """A statement of a page is false; the message is the counter-example."""

    __module__ = "gradbook"  # whence pages import it; tracebacks on pages name this


# What torch, NumPy and Python raise where shapes, kinds of numbers or arguments do not fit.
MISFITS = (RuntimeError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say in one sentence what could not be computed, where torch or Python raise their own."""
    try:
        yield
    except NotationError:
        raise
    except MISFITS as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise NotationError(f"{what} cannot be computed: {reason[0]}") from None

"""The two errors that an author of claims meets: a formula that cannot be read, and a false one."""

from __future__ import annotations


class NotationError(ValueError):
    """A claim that cannot be read or weighed; the message says what to write instead."""


class WrongClaim(AssertionError):
    """A statement of a page is false; the message is the counter-example."""

    __module__ = "gradbook"  # whence pages import it; tracebacks on pages name this

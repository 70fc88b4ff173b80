"""Starts processes that have torch imported: forks of one server, which multiprocessing starts with the first."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import re
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait

SERVER, WARM = "gradbook.run.server", "gradbook.run.warm"
# What takes a second to import, and the words of programs that will: imported once, ahead, in the server.
AHEAD = {
    "matplotlib.pyplot": re.compile(r"\bmatplotlib\b"),
    "igraph": re.compile(r"from gradbook import .{,99}?\bdraw\b", re.S),
    "gradbook.claims": re.compile(
        r"from gradbook import .{,99}?\b(derivative|gradient|vjp|jacobian|hessian|identity)\b", re.S
    ),
    "torch._dynamo": re.compile(r"\boptim\b"),  # with the first optimizer that is made
}


def expect(sources: Iterable[str]) -> None:
    """Let the server import what this code will need, if it has not started yet."""
    text = "\n".join(sources)
    _ahead.update(module for module, words in AHEAD.items() if words.search(text))


_ahead: set[str] = set()  # counts until the server starts, with the first process
_starting = threading.Lock()


def fork(target: Callable, arguments: tuple) -> multiprocessing.process.BaseProcess:
    """Start a process that has torch imported: forked from the one server, or afresh where there is no fork.

    It leads a session of its own, and on Linux all of that ends with this process, whatever ends this process.
    """
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    with _starting:
        if "forkserver" in methods:
            context.set_forkserver_preload([SERVER, *sorted(_ahead), WARM])
        with _empty_main(), _huge_pages():
            process = context.Process(target=_tied, args=(target, arguments), daemon=True)
            process.start()
    return process


def _tied(target: Callable, arguments: tuple) -> None:
    """In the new process: an endless loop in it must not outlive a build that was killed."""
    os.setsid()
    alive = multiprocessing.parent_process().sentinel  # a pipe whose other end only the build holds
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(alive, fcntl.F_SETOWN, -os.getpid())
        fcntl.fcntl(alive, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(alive, fcntl.F_SETFL, fcntl.fcntl(alive, fcntl.F_GETFL) | os.O_ASYNC)
    if wait([alive], timeout=0):  # it was killed before
        os._exit(1)
    target(*arguments)


@contextmanager
def _empty_main() -> Iterator[None]:
    """Hide the parent's __main__ while a worker starts: else multiprocessing imports `mkdocs` again in each worker."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _huge_pages() -> Iterator[None]:
    """Let the server's C library ask for huge pages as it starts (see warm.join_pages), unless it is tuned already."""
    name = "GLIBC_TUNABLES"
    if name in os.environ:
        yield
        return
    os.environ[name] = "glibc.malloc.hugetlb=1"
    try:
        yield
    finally:
        os.environ.pop(name, None)

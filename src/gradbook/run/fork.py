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
from multiprocessing import resource_tracker, util
from multiprocessing.connection import wait

from gradbook import EXPORTS
from gradbook.run import conditions, huge_pages

SERVER = "gradbook.run.server"
OTHER_SEED = "1"
AHEAD = "GRADBOOK_AHEAD"  # the variable that tells the server what to import
_OURS = re.compile(r"from gradbook import (\([^)]*\)|.*)")
# What else takes a second to import, and the word of programs that will.
_SLOW = {
    "matplotlib": "matplotlib.pyplot",
    "optim": "torch._dynamo",  # with the first optimizer that is made
}


def expect(sources: Iterable[str]) -> None:
    """Let the server import what this code will need, if it has not started yet."""
    _ahead.update(slow_imports("\n".join(sources)))


def slow_imports(code: str) -> set[str]:
    """The modules that this code will import and that take long, as far as its words tell."""
    names = {name for names in _OURS.findall(code) for name in re.findall(r"\w+", names)}
    found = {EXPORTS[name].ahead for name in names & EXPORTS.keys()} - {""}
    return found | {module for word, module in _SLOW.items() if re.search(rf"\b{word}\b", code)}


_ahead: set[str] = set()  # counts until the server starts, with the first process
_starting = threading.Lock()


def fork(
    target: Callable, arguments: tuple, *, afresh: bool = False
) -> multiprocessing.process.BaseProcess:
    """Start a process that has torch imported: forked from the one server, or afresh where there is no fork.

    One that is started `afresh` has memory addresses, a hash seed and random numbers that the others do not have.
    Each leads a session of its own, and on Linux all of that ends with this process, whatever ends this process.
    """
    methods = multiprocessing.get_all_start_methods()
    forks = "forkserver" in methods and not afresh
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    with _starting:
        variables = conditions.variables(*[OTHER_SEED] * afresh) | huge_pages.ENVIRONMENT
        variables[AHEAD] = " ".join(sorted(_ahead))
        # It removes semaphores that a program left which was ended: no matter for a word on the screen.
        with _started_in(variables | {"PYTHONWARNINGS": "ignore"}):
            resource_tracker.ensure_running()
        if forks:
            context.set_forkserver_preload([SERVER])
        with _empty_main(), _started_in(variables):
            process = context.Process(target=_tied, args=(target, arguments), daemon=True)
            process.start()
    return process


def ended(process: multiprocessing.process.BaseProcess, patience: float | None) -> bool:
    """Whether the process has ended within `patience` seconds, None for ever; then it has its `exitcode`.

    Read while no other one starts: multiprocessing looks at all its children then, and of two threads that read one
    status the second takes 255 for it.
    """
    wait([process.sentinel], patience)
    with _starting:
        return process.exitcode is not None


def _tied(target: Callable, arguments: tuple) -> None:
    """In the new process: an endless loop in it must not outlive a build that was killed."""
    os.setsid()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])  # see _started_in
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
def _started_in(variables: dict[str, str]) -> Iterator[None]:
    """Have multiprocessing start its interpreters in this environment, with no options of this process's own.

    It has no way to ask for that, and changing this process's variables meanwhile would change them for its threads.
    """

    def start(path: object, arguments: list[str], descriptors: list[int]) -> int:
        code = arguments.index("-c") + 1
        command = conditions.command(arguments[code], *arguments[code + 1 :])
        inherited = [(os.POSIX_SPAWN_DUP2, number, number) for number in map(int, descriptors)]
        # Ctrl-C reaches all that the terminal has started, and an interpreter that still imports would answer
        # with a traceback. What it starts ends with this process.
        return os.posix_spawn(
            sys.executable,
            command,
            variables,
            file_actions=inherited,
            setsigmask=[signal.SIGINT],
        )

    usual = util.spawnv_passfds
    util.spawnv_passfds = start
    try:
        yield
    finally:
        util.spawnv_passfds = usual

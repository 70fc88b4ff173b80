"""Runs programs in worker processes forked from a server that has torch imported once. Never imports torch itself."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path

from gradbook.page.cells import Cell
from gradbook.run.cache import Cache, key
from gradbook.run.conditions import Limits
from gradbook.run.fork import ended, expect, fork
from gradbook.run.outputs import Fault, Output, Run, add, cell_run, normalize

WORKER = "gradbook.run.worker"
# Seconds after which somebody is told where a program is.
PATIENCE = 5.0
# Where a busy machine keeps a program waiting: how many times its limit it is given in the end.
MOST_QUEUED = 10
# Told the number of the cell, that of its statement, and the limit in seconds.
Slow = Callable[[int, int, float], None]


class Executor:
    """Runs programs side by side, one worker each; the same program twice is run once."""

    def __init__(
        self, cache: Cache | None = None, jobs: int | None = None, limits: Limits | None = None
    ) -> None:
        self.cache, self.limits = cache, limits or Limits()
        self.ran = 0
        self._pool = ThreadPoolExecutor(jobs or os.cpu_count() or 1, "gradbook")
        self._runs: dict[str, Future[Run]] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._open = threading.Event()
        self._open.set()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is submitted inside starts at the end, when it is known what all of it imports."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    def warm(self, programs: Iterable[list[Cell]]) -> None:
        """Start the server, with what these programs import, although none of them has to run now."""
        for cells in programs:
            expect(cell.source for cell in cells)
        self._pool.submit(lambda: fork(os.getpid, ()).join())

    def close(self) -> None:
        """End all workers now; what was submitted and has not ended gets a fault."""
        self._closing.set()
        self._pool.shutdown(cancel_futures=True)

    def submit(
        self,
        cells: list[Cell],
        timeout: float | None = None,
        *,
        afresh: bool = False,
        slow: Slow | None = None,
    ) -> Future[Run]:
        """The coming outputs of a program; `timeout` in seconds replaces the usual limit.

        `slow` is told once where the program is, if it runs for long.
        What runs `afresh` shares nothing with other runs (see `fork`), and is neither taken from the cache nor kept.
        """
        seconds = timeout or self.limits.seconds
        request = {
            "memory": self.limits.memory,
            "cells": [
                {
                    "source": cell.source,
                    "path": cell.path,
                    "line": cell.line,
                    "raises": "raises-exception" in cell.tags,
                    "states": isinstance(cell, Cell),  # else a value in a sentence
                }
                for cell in cells
            ],
        }
        program = json.dumps(request)
        if afresh:
            return self._pool.submit(self._work, "", program, seconds, slow)
        name = key(f"{seconds} {program}")
        with self._lock:
            future = self._runs.get(name)
            if future is None or (future.done() and future.exception()):
                future = self._runs[name] = self._start(name, program, seconds, cells, slow)
            return future

    def run(self, cells: list[Cell], timeout: float | None = None) -> Run:
        """The outputs of a program; waits for them."""
        return self.submit(cells, timeout).result()

    def _start(
        self, name: str, program: str, seconds: float, cells: list[Cell], slow: Slow | None
    ) -> Future[Run]:
        if not cells:
            run: Run | None = Run()
        else:
            run = self.cache.get(name) if self.cache else None
        if run:
            run.from_cache = bool(cells)
            future: Future[Run] = Future()
            future.set_result(run)
            return future
        expect(cell.source for cell in cells)
        return self._pool.submit(self._work, name, program, seconds, slow)

    def _work(self, name: str, program: str, seconds: float, slow: Slow | None) -> Run:
        """Run a program and keep what it put out under `name`; afresh if it has none."""
        self._open.wait()
        folder = tempfile.mkdtemp(prefix="gradbook-")
        try:
            run = self._watch(program, seconds, folder, slow, afresh=not name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.ran += 1
        for cell in run.cells:
            for output in cell.outputs:
                output.text = normalize(output.text)
        if self.cache and name and run.fault is None:
            self.cache.put(name, run)
        return run

    def _watch(
        self, program: str, seconds: float, folder: str, slow: Slow | None, *, afresh: bool
    ) -> Run:
        """Start a worker, follow it to its end or to a limit, and read what it reported."""
        output, report, home = (os.path.join(folder, name) for name in ("output", "report", "home"))
        os.mkdir(home)
        try:
            process = fork(_begin, (program, home, output, report), afresh=afresh)
        except OSError as error:
            # No memory, or TMPDIR so deep a folder that a socket's path is too long.
            place = tempfile.gettempdir()
            return Run(fault=Fault(f"no process to run in: {error} (TMPDIR is {place})", 0, 0))
        stopped = ""
        try:
            stopped = self._follow(process, output, report, seconds, slow)
        finally:
            left = _end(process, patience=0 if stopped or self._flooded(output) else 3)
        told = _reported(report)
        if stopped and told.waits:
            told.run.fault, reason = told.waits, ""
        elif stopped:
            reason = stopped
        elif self._flooded(output):
            reason = f"more than {self.limits.output:,} bytes of output (the limit)"
            del told.run.cells[told.at[0] :]  # it may have come to its end
        elif told.run.fault is None:
            reason = _unsaid(process, told, left)
        else:
            reason = ""
        if reason:
            told.run.fault = Fault(reason, *told.at)
        return told.run

    def _follow(
        self,
        process: multiprocessing.process.BaseProcess,
        output: str,
        report: str,
        seconds: float,
        slow: Slow | None,
    ) -> str:
        """Wait for the worker's end, or until it puts out too much; or else say why it must not go on."""
        deadline = None
        while not wait([process.sentinel], timeout=0.05) and not self._flooded(output):
            # The clock starts with the worker's first report: importing torch is not the snippet's time.
            if deadline is None and os.path.exists(report):
                begun = time.monotonic()
                deadline = begun + seconds
            if self._closing.is_set():
                return "an interruption"
            if slow and deadline is not None and time.monotonic() > begun + PATIENCE:
                slow(*_reported(report).at, seconds)
                slow = None
            late = deadline is not None and time.monotonic() > deadline
            if late and time.monotonic() > deadline + min(_queued(process.pid), MOST_QUEUED * seconds):
                return f"no end after {seconds:g} s (the time limit)"
        return ""

    def _flooded(self, output: str) -> bool:
        return os.path.exists(output) and os.path.getsize(output) > self.limits.output


@dataclass
class _Report:
    """What a worker wrote down: its run, the cell and the statement that it came to, whether it came to its end."""

    run: Run = field(default_factory=Run)
    at: tuple[int, int] = (0, 0)
    ended: bool = False
    waits: Fault | None = None  # for what it waits at its end; a fault if it waits in vain

    def add(self, told: object) -> None:
        """One line of it, as JSON; see worker.main."""
        match told:
            case {"kind": "at", "number": int(number), "statement": int(statement)}:
                self.at = (number, statement)
            case {"kind": "done", "cell": cell}:
                self.run.cells.append(cell_run(cell))
            case {"kind": "late", "number": int(number), "output": output}:
                add(self.run.cells[number].outputs, Output(**output))
            case {"kind": "waits", "reason": reason, "number": number, "statement": statement}:
                self.waits = Fault(reason, number, statement)
            case {"kind": "fault", "reason": reason}:
                self.run.fault = self.run.fault or Fault(reason, *self.at)
            case {"kind": "end"}:
                self.ended = True


def _queued(pid: int) -> float:
    """For how many seconds a process was kept waiting for a processor; 0 where the system does not tell.

    A busy machine, on which other pages run, is no fault of the snippet.
    """
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def _begin(program: str, folder: str, output: str, report: str) -> None:
    """In the worker process: hand over to the worker module, which the server has imported already."""
    import importlib

    importlib.import_module(WORKER).main(program, folder, output, report)


def _reported(path: str) -> _Report:
    """What a worker wrote down, line by line, as far as it came."""
    report = _Report()
    with suppress(OSError), open(path, "rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break  # it was killed while it wrote
            try:
                told = json.loads(line)
            except ValueError:
                reason = "bytes written to a file descriptor that the page did not open"
                report.run.fault = Fault(reason, *report.at)
                break
            report.add(told)
    return report


def _unsaid(process: multiprocessing.process.BaseProcess, report: _Report, left: bool) -> str:
    """What is wrong with how the worker ended, which it could not write down; `left` is what `_end` says."""
    if not report.ended:
        return _death(process)
    return "a child process still running at the end of the page" if left else ""


def _death(process: multiprocessing.process.BaseProcess) -> str:
    code = process.exitcode if ended(process, 5) else None
    if code is not None and code < 0:
        return f"a crash of the interpreter ({signal.Signals(-code).name})"
    if code == os.EX_IOERR:  # see worker.main
        return f"no space left on the device for its report (TMPDIR is {tempfile.gettempdir()})"
    return f"an end of the process in mid-cell (exit status {code}, as by os._exit)"


def _end(process: multiprocessing.process.BaseProcess, patience: float) -> bool:
    """End the worker and all that it started; whether anything it started was left after `patience` seconds."""
    if not ended(process, patience):
        process.kill()
        ended(process, None)
    deadline = time.monotonic() + patience
    try:
        # Its session (see fork.py). Helpers of multiprocessing end by themselves a moment after it.
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def default_executor(root: Path) -> Executor:
    """An executor with the project's cache, or with the folder that GRADBOOK_CACHE names.

    Without one where GRADBOOK_CACHE is off, or where CI is set and no folder is named.
    """
    named = os.environ.get("GRADBOOK_CACHE", "")
    if named and named != "off":
        return Executor(Cache(Path(named)))
    in_ci = os.environ.get("CI", "").lower() not in ("", "0", "false")
    return Executor(None if named or in_ci else Cache(root / ".cache" / "gradbook"))

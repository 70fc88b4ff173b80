"""The child process: runs one program's cells and reports what they put out."""

from __future__ import annotations

import ast
import atexit
import base64
import builtins
import ctypes
import errno
import gc
import io
import json
import multiprocessing
import os
import re
import resource
import sys
import tempfile
import threading
import time
import traceback
import types
import warnings
import weakref
from collections.abc import Callable
from multiprocessing import process

import torch  # the fork server imports this module once, and with it torch

from gradbook.graph.recorder import instrument
from gradbook.plots import figures as plots
from gradbook.run import conditions, spawned
from gradbook.run.namespace import Namespace
from gradbook.run.outputs import CellRun, Output, add, settled

_ENDS = 5  # lines of a trace at its beginning, and at its end, that are told
_RECORDS = re.compile(rf"\b(?:{'|'.join(conditions.RECORDING)})\(")
_MIME = {
    "_repr_html_": "text/html",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_markdown_": "text/markdown",
    "_repr_latex_": "text/latex",
}


class _Recorded(io.RawIOBase):
    """sys.stdout or sys.stderr: writes to the shared file, and notes which bytes are its own."""

    def __init__(self, capture: Capture, kind: str, fd: int) -> None:
        self.capture, self.kind, self.fd = capture, kind, fd

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.fd

    def write(self, data: bytes) -> int:
        with self.capture.lock:
            start = self.capture.size()
            view = memoryview(data)
            while view:
                view = view[os.write(self.fd, view) :]
            place = self.capture.threads.get(threading.current_thread())
            self.capture.marks.append((start, self.capture.size(), (self.kind, place)))
        return len(data)


class Capture:
    """All that is written to file descriptors 1 and 2, in order, whoever writes it: Python, C++ or a child process.

    `at` is the cell and the statement that run now. `threads` has those at which a thread of the program was started.
    """

    def __init__(self, path: str) -> None:
        self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        self.read_to = 0
        self.at = (0, 0)
        self.started_threads = False  # since who asks has set it back
        self.marks: list[tuple[int, int, _Writer]] = []
        self.threads: weakref.WeakKeyDictionary[threading.Thread, tuple[int, int]]
        self.threads = weakref.WeakKeyDictionary()
        self._unlock()
        os.register_at_fork(after_in_child=self._unlock)
        self._note_threads()
        os.dup2(self.file, 1)
        os.dup2(self.file, 2)
        for name, kind, fd in (("stdout", "stdout", 1), ("stderr", "stderr", 2)):
            raw = _Recorded(self, kind, fd)
            stream = io.TextIOWrapper(
                raw, encoding="utf-8", errors="backslashreplace", write_through=True
            )
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        self.flush_c = ctypes.CDLL(None).fflush

    def _unlock(self) -> None:
        self.lock = threading.RLock()  # a signal's handler may print in the middle of a print

    def _note_threads(self) -> None:
        """Note from now on at which statement each thread is started."""
        # By the first `Thread.start` starts it since Python 3.13, by the second before.
        names = ("_start_joinable_thread", "_start_new_thread")
        name = next(name for name in names if hasattr(threading, name))
        start = getattr(threading, name)

        def noted(function: Callable, *args: object, **options: object) -> object:
            thread = function.__self__
            self.threads[thread] = self.threads.get(threading.current_thread(), self.at)
            self.started_threads = True
            return start(function, *args, **options)

        setattr(threading, name, noted)

    def size(self) -> int:
        return os.fstat(self.file).st_size

    def mark(self, kind: str, text: str) -> None:
        """Write `text` as output of the given kind."""
        _Recorded(self, kind, 2).write(text.encode("utf-8", "backslashreplace"))

    def take(self) -> list[tuple[_Writer, str]]:
        """What was written since the last call; bytes that nobody marked are of no known writer."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (ValueError, OSError, AttributeError):
                pass  # the snippet closed or replaced it
        self.flush_c(None)
        with self.lock:
            start, end = self.read_to, self.size()
            marks, self.marks = self.marks, []
            self.read_to = end
        data = os.pread(self.file, end - start, start)
        marked = [(first - start, last - start, writer) for first, last, writer in marks]
        return [
            (writer, part.decode("utf-8", "backslashreplace"))
            for writer, part in _pieces(data, marked)
        ]


# The kind of an output, and the cell and statement that started the thread which wrote it. The main thread has
# none; nobody knows who wrote what is not marked: C++, or a child process.
_Writer = tuple[str, tuple[int, int] | None]
_UNKNOWN: _Writer = ("unmarked", None)


def _pieces(data: bytes, marked: list[tuple[int, int, _Writer]]) -> list[tuple[_Writer, bytes]]:
    """The bytes cut into pieces of one writer, marked as (first, last, writer); each warning is a piece."""
    cut = []
    done = 0
    for first, last, writer in marked:
        first = max(first, done)  # a handler of a signal has printed in between
        cut += [(_UNKNOWN, data[done:first]), (writer, data[first:last])]
        done = last
    cut.append((_UNKNOWN, data[done:]))
    pieces: list[tuple[_Writer, bytes]] = []
    for writer, part in cut:
        if part and pieces and pieces[-1][0] == writer and writer[0] != "warning":
            pieces[-1] = (writer, pieces[-1][1] + part)
        elif part:
            pieces.append((writer, part))
    return pieces


def rich(value: object) -> dict[str, str]:
    """The forms in which a value can display itself, by MIME type (Jupyter's protocol); images as base64."""
    forms = {mime: _shown_by(value, method) for method, mime in _MIME.items()}
    bundle = _shown_by(value, "_repr_mimebundle_", include=None, exclude=None)
    forms |= bundle if isinstance(bundle, dict) else {}
    found = {}
    for mime in _MIME.values():
        match forms[mime]:
            case bytes(image) if mime in ("image/png", "image/jpeg"):
                found[mime] = base64.b64encode(image).decode()
            case str(text):
                found[mime] = text.encode("utf-8", "backslashreplace").decode()
    return found


def _shown_by(value: object, method: str, **options: None) -> object:
    """What a display method of the value's class gives, without metadata; None where it has none, or one that fails.

    An object that answers for every name has no such method.
    """
    if not any(method in vars(each) for each in type(value).__mro__):
        return None
    try:
        shown = getattr(value, method)(**options)
    except Exception:
        return None
    return shown[0] if isinstance(shown, tuple) and shown else shown


class Program:
    """The namespace of one page, and the running of its cells in it. `script` is what spawned processes run."""

    def __init__(
        self, cells: list[dict], capture: Capture, tell: Callable[..., None], script: str
    ) -> None:
        self.cells, self.capture, self.tell = cells, capture, tell
        # The program knows no `__file__`, as in a notebook. Who asks the module finds one: inspect, multiprocessing.
        kind = {"__file__": script, "__repr__": lambda self: "<module '__main__'>"}
        self.main = type("module", (types.ModuleType,), kind)("__main__")
        self.main.__dict__["__builtins__"] = builtins
        sys.modules["__main__"] = self.main
        paths = [cell["path"] for cell in cells]
        file = next((path for path in paths if path.endswith(".py")), paths[0])
        self.namespace = Namespace(self.main.__dict__, file, script)
        self.ends: list[int] = []  # the last statement of each cell that was run
        self.accompanied = False
        # A picture shows values that no name holds; a page without pictures runs as it is written.
        self.draws = any(_RECORDS.search(cell["source"]) for cell in cells)

    def run(self) -> None:
        """Run the cells in order; stop at an exception in a cell that is not meant to raise."""
        for number, cell in enumerate(self.cells):
            done = CellRun()
            start = time.perf_counter()
            raised = self.run_cell(number, cell, done)
            done.seconds = time.perf_counter() - start
            self.ends.append(max(done.started - 1, 0))
            done.outputs = settled(done.outputs, self.ends[-1])
            self.tell("done", cell=done.__dict__ | {"outputs": [*map(self.told, done.outputs)]})
            if raised and not cell["raises"]:
                for child in multiprocessing.active_children():
                    child.kill()
                return
        self.end()

    def run_cell(self, number: int, cell: dict, done: CellRun) -> bool:
        """Run one cell statement by statement; whether it raised."""
        change = instrument if self.draws else None
        statements = self.namespace.statements(cell, change)
        for position, node in enumerate(statements):
            done.started = position + 1
            self.capture.at = (number, position)
            self.tell("at", number=number, statement=position)
            try:
                shown = self.run_statement(node, cell, position)
                if node is statements[-1]:
                    shown += _figures(position)
            except BaseException as error:
                if isinstance(error, (SystemExit, KeyboardInterrupt)) and not cell["raises"]:
                    raise
                done.outputs += self.taken(number, position)
                text = "".join(traceback.format_exception_only(error))
                trace = self.trace(error) if cell["states"] else self.trace(error)[1:]
                done.outputs.append(Output("error", text, position, trace=trace))
                error.__traceback__ = None  # frames hold tensors, and tensors hold graphs
                return True
            done.outputs += self.taken(number, position)
            done.outputs += shown
        return False

    def trace(self, error: BaseException) -> list[tuple[str, int, str]]:
        """The program's own lines that led to an exception; of a long recursion its beginning and its end."""
        paths = {cell["path"] for cell in self.cells}
        frames = traceback.extract_tb(error.__traceback__)
        own = [(f.filename, f.lineno, f.line) for f in frames if f.filename in paths]
        return own if len(own) <= 2 * _ENDS else own[:_ENDS] + own[-_ENDS:]

    def run_statement(
        self, node: ast.stmt | ast.Expression, cell: dict, position: int
    ) -> list[Output]:
        """Run one statement; an expression is displayed, unless it is None."""
        value = self.namespace.run(node, cell["path"])
        if value is None:
            return []
        display = Output("display", repr(value), position, rich(value))
        self.main.__dict__["_"] = value
        return [display]

    def taken(self, number: int, statement: int) -> list[Output]:
        """What this cell put out since the last call; what threads of other cells did is told as theirs."""
        before, self.accompanied = self.accompanied, _accompanied()
        beside = before or self.accompanied or self.capture.started_threads
        self.capture.started_threads = False
        found: list[Output] = []
        for (kind, place), text in self.capture.take():
            loose = place is not None
            if kind == _UNKNOWN[0]:
                kind, loose = "stdout", beside
            output = Output(kind, text, statement, loose=loose)
            if place and place[0] != number:
                self.tell_late(place[0], output)
            else:
                add(found, output)
        return found

    def tell_late(self, number: int, output: Output) -> None:
        output.statement = self.ends[number]
        self.tell("late", number=number, output=self.told(output))

    def told(self, output: Output) -> dict:
        """An output as it is told; what calls the program by its temporary file means the page's."""
        text = output.text.replace(self.namespace.alias, self.namespace.main)
        return output.__dict__ | {"text": text}

    def end(self) -> None:
        """End as Python ends: wait for threads, call what atexit has, let objects go.

        What they put out then is output of the last cell.
        """
        stating = [number for number, cell in enumerate(self.cells) if cell["states"]]
        last = stating[-1] if stating else len(self.cells) - 1
        self.capture.at = (last, self.ends[last])
        self.wait_for_threads()
        waits = any(not child.daemon for child in multiprocessing.active_children())
        what = "a child process" if waits else "a function of atexit"
        reason = f"{what} still running at the end of the page"
        self.tell("waits", reason=reason, number=last, statement=self.ends[last])
        atexit._run_exitfuncs()
        # With its names go its objects, and some have something to say then.
        del sys.modules["__main__"], self.main
        self.namespace.names = {}
        gc.collect()
        for output in self.taken(last, self.ends[last]):
            self.tell_late(last, output)

    def wait_for_threads(self) -> None:
        """Wait for all that are no daemons, and tell before for which: it can be without end."""
        pools = [*reversed(threading._threading_atexits)]  # what lets idle threads of pools end
        while threads := _waited_for():
            names = ", ".join(thread.name for thread in threads)
            number, statement = self.capture.threads.get(threads[0], self.capture.at)
            reason = f"a thread still running at the end of the page ({names})"
            self.tell("waits", reason=reason, number=number, statement=statement)
            for end_pool in pools:
                end_pool()
            pools = []
            threads[0].join()


def _waited_for() -> list[threading.Thread]:
    threads = [thread for thread in threading.enumerate() if not thread.daemon]
    return [thread for thread in threads if thread is not threading.main_thread()]


def _accompanied() -> bool:
    """Whether the program has threads or children now, which may put something out at any moment."""
    if threading.active_count() > 1:
        return True
    if not hasattr(os, "waitid"):  # macOS, up to Python 3.12
        return bool(process._children)
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _figures(statement: int) -> list[Output]:
    """The open matplotlib figures, as a notebook shows them at the end of a cell; closes them."""
    if "matplotlib.pyplot" not in sys.modules:
        return []
    return [
        Output("display", alternative, statement, {"image/svg+xml": svg})
        for svg, alternative in plots.collect()
    ]


_CHANGES = {
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
}


def _keep_writes_inside(*folders: str) -> None:
    """From now on, changing a file outside of them raises PermissionError: an accident, not an attack, is stopped."""
    inside = [os.path.realpath(folder) for folder in folders]
    below = (*(folder + os.sep for folder in inside), "/dev/")

    def hook(event: str, args: tuple) -> None:
        if event == "open":
            writes = args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND)
            paths = args[:1] if writes else ()
        else:
            paths = args[:2] if event in _CHANGES else ()
        for path in paths:
            if isinstance(path, (str, bytes)):
                path = os.path.realpath(os.fsdecode(path))
                if path not in inside and not path.startswith(below):
                    raise PermissionError(f"a snippet may not write outside its folder: {path}")

    sys.addaudithook(hook)


def main(program: str, folder: str, output: str, report: str) -> None:
    """Run a program (JSON, see executor) in `folder`; the files `output` and `report` get what it puts out and does."""
    # A snippet may have children, such as data loaders, started as they would be anywhere.
    beside = os.path.dirname(report)
    sockets = os.path.join(beside, "mp")
    os.mkdir(sockets)
    process.current_process()._config.update(daemon=False, tempdir=sockets)
    multiprocessing.set_start_method(None, force=True)
    atexit.unregister(os._exit)  # it ends the server, see there
    request = json.loads(program)
    script = _script(beside, request["cells"])
    conditions.enter(folder)
    tempfile.tempdir = None  # the server's own choice came along with the fork
    plots.style()
    capture = Capture(output)
    told = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(kind: str, **content: object) -> None:
        try:
            os.write(told, json.dumps({"kind": kind, **content}).encode() + b"\n")
        except OSError as error:
            if error.errno == errno.ENOSPC:
                os._exit(os.EX_IOERR)  # all that can still be said
            raise

    def warn(message, category, filename, lineno, file=None, line=None) -> None:
        capture.mark("warning", f"{category.__name__}: {message}\n")

    warnings.showwarning = warn
    for name, value in conditions.TORCH.items():
        getattr(torch, name)(value)
    _limit_memory(request["memory"])
    _keep_writes_inside(folder, sockets)
    program_ = Program(request["cells"], capture, tell, script)
    try:
        program_.run()
    except SystemExit as error:
        tell(
            "fault", reason=f"a call of sys.exit({'' if error.code is None else repr(error.code)})"
        )
    except KeyboardInterrupt:
        tell("fault", reason="KeyboardInterrupt")
    tell("end")
    os._exit(0)  # daemons end here; to tidy up takes torch most of a second


def _script(folder: str, cells: list[dict]) -> str:
    """Write the `__main__` of spawned processes; its path."""
    with open(os.path.join(folder, spawned.CELLS), "w", encoding="utf-8") as file:
        json.dump([cell for cell in cells if cell["states"]], file)
    path = os.path.join(folder, spawned.NAME)
    with open(path, "w", encoding="utf-8") as file:
        file.write(spawned.SCRIPT)
    return path


def _limit_memory(extra: int) -> None:
    """Allow `extra` bytes of address space beyond what the process has now, where the system can."""
    try:
        with open("/proc/self/statm") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(
            resource.RLIMIT_AS, (now + extra, resource.getrlimit(resource.RLIMIT_AS)[1])
        )
    except (OSError, ValueError):
        pass  # not Linux: the time limit remains

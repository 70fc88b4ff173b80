"""The child process: runs one program's cells and reports what they put out. The only place that calls exec."""

from __future__ import annotations

import ast
import builtins
import ctypes
import errno
import io
import json
import linecache
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
from collections.abc import Callable
from multiprocessing import process

from gradbook import EXPORTS
from gradbook.graph.recorder import instrument
from gradbook.plots import figures as plots
from gradbook.run.outputs import CellRun, Output

# As many workers run at once as there are cores; `make matrix` asks what another number changes.
THREADS = os.environ.get("GRADBOOK_THREADS", "1")
for _variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_variable] = THREADS

import torch  # noqa: E402  (the fork server imports this module once, and with it torch)

_RECORDING = [name for name, export in EXPORTS.items() if export.records]
_RECORDS = re.compile(rf"\b(?:{'|'.join(_RECORDING)})\(")
_MIME = {"_repr_svg_": "image/svg+xml", "_repr_html_": "text/html", "_repr_latex_": "text/latex"}


class _Recorded(io.RawIOBase):
    """sys.stdout or sys.stderr: writes to the shared file, and notes which bytes are its own."""

    def __init__(self, capture: Capture, kind: str, fd: int) -> None:
        self.capture, self.kind, self.fd = capture, kind, fd

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.fd

    def write(self, data: bytes) -> int:
        start = self.capture.size()
        view = memoryview(data)
        while view:
            view = view[os.write(self.fd, view) :]
        self.capture.marks.append((start, self.capture.size(), self.kind))
        return len(data)


class Capture:
    """All that is written to file descriptors 1 and 2, in order, whoever writes it: Python, C++ or a child process."""

    def __init__(self, path: str) -> None:
        self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        self.read_to = 0
        self.marks: list[tuple[int, int, str]] = []
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

    def size(self) -> int:
        return os.fstat(self.file).st_size

    def mark(self, kind: str, text: str) -> None:
        """Write `text` as output of the given kind."""
        _Recorded(self, kind, 2).write(text.encode("utf-8", "backslashreplace"))

    def take(self) -> list[tuple[str, str]]:
        """What was written since the last call, as (kind, text); bytes that nobody marked count as stdout."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (ValueError, OSError, AttributeError):
                pass  # the snippet closed or replaced it
        self.flush_c(None)
        start, end = self.read_to, self.size()
        data = os.pread(self.file, end - start, start)
        marked = [(first - start, last - start, kind) for first, last, kind in self.marks]
        self.read_to = end
        self.marks.clear()
        return [(kind, part.decode("utf-8", "backslashreplace")) for kind, part in _pieces(data, marked)]


def _pieces(data: bytes, marked: list[tuple[int, int, str]]) -> list[tuple[str, bytes]]:
    """The bytes cut into pieces of one kind, by what is marked as (first, last, kind); each warning is a piece."""
    cut = []
    done = 0
    for first, last, kind in marked:
        cut += [("stdout", data[done:first]), (kind, data[first:last])]
        done = last
    cut.append(("stdout", data[done:]))
    pieces: list[tuple[str, bytes]] = []
    for kind, part in cut:
        if part and pieces and pieces[-1][0] == kind and kind != "warning":
            pieces[-1] = (kind, pieces[-1][1] + part)
        elif part:
            pieces.append((kind, part))
    return pieces


def rich(value: object) -> dict[str, str]:
    """The forms in which a value can display itself, by MIME type (Jupyter's protocol)."""
    found = {}
    for method, mime in _MIME.items():
        if not isinstance(value, type) and callable(show := getattr(value, method, None)):
            if (text := show()) is not None:
                found[mime] = str(text).encode("utf-8", "backslashreplace").decode()
    return found


class Program:
    """The namespace of one page, and the running of its cells in it."""

    def __init__(self, cells: list[dict], capture: Capture, tell: Callable[..., None]) -> None:
        self.cells, self.capture, self.tell = cells, capture, tell
        self.main = types.ModuleType("__main__")
        self.main.__dict__["__builtins__"] = builtins
        sys.modules["__main__"] = self.main
        self.threads: dict[threading.Thread, int] = {}
        # A picture shows values that no name holds; a page without pictures runs as it is written.
        self.draws = any(_RECORDS.search(cell["source"]) for cell in cells)

    def run(self) -> None:
        """Run the cells in order; stop at an exception in a cell that is not meant to raise."""
        known = set(threading.enumerate())
        for number, cell in enumerate(self.cells):
            done = CellRun()
            start = time.perf_counter()
            raised = self.run_cell(number, cell, done)
            done.seconds = time.perf_counter() - start
            self.tell("done", cell=done.__dict__ | {"outputs": [o.__dict__ for o in done.outputs]})
            for thread in set(threading.enumerate()) - known:
                self.threads.setdefault(thread, number)
            if raised and not cell["raises"]:
                return
        for thread, number in self.threads.items():
            thread.join(3)  # those of multiprocessing end by themselves
            if thread.is_alive():
                reason = f"a thread still running at the end of the page ({thread.name})"
                self.tell("fault", reason=reason, number=number)

    def run_cell(self, number: int, cell: dict, done: CellRun) -> bool:
        """Run one cell statement by statement; whether it raised."""
        statements = self.statements(cell)
        for position, node in enumerate(statements):
            done.started = position + 1
            self.tell("at", number=number, statement=position)
            try:
                shown = self.run_statement(node, cell, position)
                if node is statements[-1]:
                    shown += _figures(position)
            except Exception as error:
                self.take(done, position)
                text = "".join(traceback.format_exception_only(error))
                done.outputs.append(Output("error", text, position))
                error.__traceback__ = None  # frames hold tensors, and tensors hold graphs
                return True
            self.take(done, position)
            done.outputs += shown
        return False

    def statements(self, cell: dict) -> list[ast.stmt]:
        """The cell's statements; a last expression that is to be displayed is an ast.Expression."""
        # Blank lines in front make the line numbers of tracebacks and warnings those of the file.
        source = "\n" * (cell["line"] - 1) + cell["source"]
        # In a traceback the cell's own lines are wanted, and the file is not in the working directory.
        linecache.cache[cell["path"]] = (len(source), None, source.splitlines(True), cell["path"])
        tree = ast.parse(source)
        body = (instrument(tree) if self.draws else tree).body
        self.flags = 0
        if body and isinstance(body[-1], ast.Expr) and not cell["source"].rstrip().endswith(";"):
            body[-1] = ast.Expression(body[-1].value)
        return body

    def run_statement(self, node: ast.stmt | ast.Expression, cell: dict, position: int) -> list[Output]:
        """Run one statement; an expression is displayed, unless it is None."""
        shows = isinstance(node, ast.Expression)
        tree = node if shows else ast.Module([node], [])
        code = compile(
            tree, cell["path"], "eval" if shows else "exec", self.flags, dont_inherit=True
        )
        self.flags |= code.co_flags & 0x1FF0000  # from __future__ imports reach later statements
        value = eval(code, self.main.__dict__)
        if value is None:
            return []
        display = Output("display", repr(value), position, rich(value))
        self.main.__dict__["_"] = value
        return [display]

    def take(self, done: CellRun, statement: int) -> None:
        done.outputs += [Output(kind, text, statement) for kind, text in self.capture.take()]


def _figures(statement: int) -> list[Output]:
    """The open matplotlib figures, as a notebook shows them at the end of a cell; closes them."""
    if "matplotlib.pyplot" not in sys.modules:
        return []
    return [
        Output("display", alternative, statement, {"image/svg+xml": svg})
        for svg, alternative in plots.collect()
    ]


_CHANGES = {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate"}


def _keep_writes_inside(folder: str) -> None:
    """From now on, changing a file outside `folder` raises PermissionError: an accident, not an attack, is stopped."""
    inside = os.path.realpath(folder)

    def hook(event: str, args: tuple) -> None:
        if event == "open":
            writes = args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND)
            paths = args[:1] if writes else ()
        else:
            paths = args[:2] if event in _CHANGES else ()
        for path in paths:
            if isinstance(path, (str, bytes)):
                path = os.path.realpath(os.fsdecode(path))
                if path != inside and not path.startswith((inside + os.sep, "/dev/")):
                    raise PermissionError(f"a snippet may not write outside its folder: {path}")

    sys.addaudithook(hook)


def main(program: str, folder: str, output: str, report: str) -> None:
    """Run a program (JSON, see executor) in `folder`; the files `output` and `report` get what it puts out and does."""
    # A snippet may have children, such as data loaders, started as they would be anywhere.
    process.current_process()._config["daemon"] = False
    multiprocessing.set_start_method(None, force=True)
    request = json.loads(program)
    os.chdir(folder)
    os.environ.update(HOME=folder, TMPDIR=folder, PYTHONDONTWRITEBYTECODE="1")
    tempfile.tempdir = None  # the server's own choice came along with the fork
    plots.style()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin = open(0, closefd=False)
    sys.argv = [""]
    sys.dont_write_bytecode = True
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
    torch.set_num_threads(int(THREADS))
    torch.set_warn_always(True)
    _limit_memory(request["memory"])
    _keep_writes_inside(folder)
    program_ = Program(request["cells"], capture, tell)
    try:
        program_.run()
    except SystemExit as error:
        tell(
            "fault", reason=f"a call of sys.exit({'' if error.code is None else repr(error.code)})"
        )
    except KeyboardInterrupt:
        tell("fault", reason="KeyboardInterrupt")
    tell("end")
    os._exit(0)  # no atexit of the snippet, no wait for its threads


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

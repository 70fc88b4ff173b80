"""Text files, as people and their editors leave them: read with faults told, written at once or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gradbook.errors import Location, Problem

# What is no text. Python-Markdown marks places of its own with such characters, and would take ours for them.
_CONTROL = bytes([*range(0x09), *range(0x0E, 0x20), 0x7F])


def read(path: Path, name: str) -> str:
    """The file's text, with Unix line ends. Raises Problem if it cannot be read as UTF-8."""
    try:
        raw = path.read_bytes().replace(b"\r\n", b"\n")
    except OSError as error:
        raise Problem((Location(name, 0),), f"cannot be read: {error.strerror}") from None
    if b"\r" in raw:
        message = "a lone carriage return\nexpected  line ends \\n or \\r\\n"
        raise _fault(raw, raw.index(b"\r"), name, message)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8: byte 0x{raw[error.start]:02x}\nexpected  text saved as UTF-8"
        raise _fault(raw, error.start, name, message) from None
    if len(raw.translate(None, _CONTROL)) < len(raw):  # a build reads each file a dozen times
        at, odd = next((at, byte) for at, byte in enumerate(raw) if byte in _CONTROL)
        message = (
            f"a control character: byte 0x{odd:02x}\nexpected  text; in code, write \\x{odd:02x}"
        )
        raise _fault(raw, at, name, message)
    return text


def visible(folder: Path, ending: str) -> Iterator[Path]:
    """The files below a folder whose names end so, in order, without those that systems and editors hide.

    Folders that are links belong to it, unless they lead to a folder above themselves.
    """
    for path, folders, files in os.walk(folder, followlinks=True):
        here = os.path.realpath(path)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and not f"{here}/".startswith(os.path.realpath(os.path.join(path, name)) + "/")
        )
        for name in sorted(files):
            if name.endswith(ending) and not name.startswith("."):
                yield Path(path, name)


def _fault(raw: bytes, at: int, name: str, message: str) -> Problem:
    return Problem((Location(name, raw.count(b"\n", 0, at) + 1),), message)


def write(path: Path, text: str) -> None:
    """Replace a file's text at once, or not at all; keeps its mode, and a link stays a link."""
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        os.chmod(name, path.stat().st_mode if path.exists() else 0o644)
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise

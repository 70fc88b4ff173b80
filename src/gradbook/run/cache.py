"""What programs put out, kept on disk between builds under a key of all that determines it."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
from functools import cache
from pathlib import Path

import gradbook
from gradbook.run.conditions import ARITHMETIC
from gradbook.run.outputs import Run

ENGINE = Path(gradbook.__file__).parent  # the whole package, wherever this module stands in it


class Cache:
    """A folder of runs by key. A missing, damaged or unwritable entry only means to run again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> Run | None:
        try:
            seal, _, body = (self.folder / f"{key}.json").read_text("utf-8").partition("\n")
            return Run.from_json(body) if seal == _hash(body) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, run: Run) -> None:
        body = run.to_json()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(f"{_hash(body)}\n{body}")
                os.replace(name, self.folder / f"{key}.json")
            except OSError:
                os.unlink(name)
        except OSError:
            pass  # a full or read-only disk costs time, not truth


def key(program: str) -> str:
    """The key of a program: its own text and the environment that its outputs depend on."""
    return _hash(program + _environment())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _environment() -> str:
    """Versions of all that is installed, the engine's own source, the kind of processor."""
    # Not platform.platform(): it starts another program to learn the name of the processor.
    system = [sys.platform, platform.release(), platform.machine(), *platform.libc_ver()]
    parts = [sys.version, *system, _cpu()]
    parts += [f"{name}={os.environ.get(name, '')}" for name in ARITHMETIC]
    parts += _distributions()
    engine = sorted(p for p in ENGINE.rglob("*") if p.suffix in (".py", ".mplstyle"))
    return "\n".join(parts + [_hash(path.read_text("utf-8")) for path in engine])


def _distributions() -> list[str]:
    """What is installed, as `name-version.dist-info`: names of folders, as reading metadata takes ten times as long."""
    found = set()
    for folder in filter(os.path.isdir, sys.path):
        found |= {n for n in os.listdir(folder) if n.endswith((".dist-info", ".egg-info"))}
    return sorted(found)


def _cpu() -> str:
    """What the processor can do, since torch picks its kernels by that."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor()
    return next((line for line in text.splitlines() if line.startswith(("flags", "Features"))), "")

"""What programs put out, and what was made of it, kept on disk between builds under a key of all that determines it."""

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

# Of the package's files: its code, the style of its plots, its data.
SUFFIXES = (".py", ".mplstyle", ".json", ".jsonl")
ENGINE = Path(gradbook.__file__).parent  # the whole package, wherever this module stands in it


class Texts:
    """A folder of texts by name. A missing, damaged or unwritable one only means to make it again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> str | None:
        try:
            seal, _, text = (self.folder / f"{name}.json").read_text("utf-8").partition("\n")
        except (OSError, ValueError):
            return None
        return text if seal == digest(text) else None

    def write(self, name: str, text: str) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(f"{digest(text)}\n{text}")
                os.replace(temporary, self.folder / f"{name}.json")
            except OSError:
                os.unlink(temporary)
        except OSError:
            pass  # a full or read-only disk costs time, not truth


class Cache(Texts):
    """A folder of runs by key. A missing or damaged one only means to run again."""

    def get(self, key: str) -> Run | None:
        text = self.read(key)
        try:
            return Run.from_json(text) if text else None
        except (ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, run: Run) -> None:
        self.write(key, run.to_json())


def key(program: str) -> str:
    """The key of a program: its own text and the environment that its outputs depend on. Of a page likewise."""
    return digest(program + _environment())


def digest(text: str) -> str:
    """A text in 64 characters, another one for another text."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _environment() -> str:
    """Versions of all that is installed, the engine's own source, the kind of processor."""
    # Not platform.platform(): it starts another program to learn the name of the processor.
    system = [sys.platform, platform.release(), platform.machine(), *platform.libc_ver()]
    parts = [sys.version, *system, _cpu()]
    parts += [f"{name}={os.environ.get(name, '')}" for name in ARITHMETIC]
    parts += _distributions()
    engine = sorted(path for path in ENGINE.rglob("*") if path.suffix in SUFFIXES)
    return "\n".join(parts + [digest(path.read_text("utf-8")) for path in engine])


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

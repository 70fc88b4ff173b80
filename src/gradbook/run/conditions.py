"""The conditions under which the program of every page runs, all in one place. Never imports torch.

The page "How this site is verified" prints them from here. Nothing else of the machine reaches a program.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import gradbook
from gradbook import EXPORTS

# As an interpreter has it that was just started; see `command`.
_PATH = sys.path.copy()
_ENGINE = Path(gradbook.__file__).parent.parent


@dataclass(frozen=True)
class Limits:
    """What one program may use: seconds, bytes of output, bytes of memory."""

    seconds: float = 60
    output: int = 1_000_000
    memory: int = 4 * 2**30


# Variables that make torch, oneDNN, MKL and NumPy's OpenBLAS calculate otherwise: the cache's key holds them.
ARITHMETIC = (
    "GRADBOOK_THREADS",
    "ATEN_CPU_CAPABILITY",
    "ONEDNN_MAX_CPU_ISA",
    "MKL_ENABLE_INSTRUCTIONS",
    "MKL_CBWR",
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
)
# As many workers run at once as there are cores; `make matrix` asks what another number of threads changes.
THREADS = os.environ.get("GRADBOOK_THREADS", "1")
# By themselves torch and MKL take the processor's widest instructions, and the last digit follows: exp(1.001)
# is not the same on two Intel machines. These take what all have. `make matrix` sets them otherwise.
PORTABLE = {
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_CBWR": "COMPATIBLE",
}
# Of the machine's variables a program sees those that it needs to find programs and libraries.
LET_THROUGH = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", *ARITHMETIC)
FIXED = PORTABLE | {
    "COLUMNS": "80",
    "LANG": "C.UTF-8",
    "LINES": "24",
    "LOGNAME": "gradbook",
    "MKL_NUM_THREADS": THREADS,
    "OMP_NUM_THREADS": THREADS,
    "OPENBLAS_NUM_THREADS": THREADS,
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
}
FOLDER = ("HOME", "TMPDIR")  # both are the folder that the program runs in
# What finds installed packages, and keeps their caches, while the interpreter starts; programs do not see it.
_AT_START = ("HOME", "MPLCONFIGDIR", "PYTHONUSERBASE", "XDG_CACHE_HOME")
_PLOTS = (
    "MATPLOTLIBRC",
    "MPLBACKEND",
)  # set by plots.figures.style, where matplotlib looks for them
TORCH = {"set_num_threads": int(THREADS), "set_warn_always": True}
# On a page that calls one of these, the values of its expressions are noted as it runs.
RECORDING = tuple(name for name, export in EXPORTS.items() if export.records)


def command(code: str, *arguments: str) -> list[str]:
    """A Python that runs `code` as every program is run: -P keeps the folder it starts in from `import`."""
    first = f"import sys; sys.path.append({str(_ENGINE)!r}); import gradbook.run.conditions; "
    return [sys.executable, "-P", "-c", first + code, *arguments]


def variables(hash_seed: str = FIXED["PYTHONHASHSEED"]) -> dict[str, str]:
    """The environment in which that Python starts."""
    special = {
        "PYTHONHASHSEED": hash_seed,
        "PYTHONDONTWRITEBYTECODE": "",
    }  # packages may be compiled
    return FIXED | _own((*LET_THROUGH, *_AT_START)) | _packages() | special


def enter(folder: str) -> None:
    """In a worker: from now on the program's folder is all that it has of the machine."""
    own = _own(("PYTHONHASHSEED", *LET_THROUGH, *_PLOTS)) | _packages()
    os.environ.clear()
    os.environ.update(FIXED | own | dict.fromkeys(FOLDER, folder))
    os.chdir(folder)
    sys.path[:] = [
        folder,
        *_PATH,
    ]  # as of a script in that folder: no module of the project is found
    sys.argv = [""]
    sys.dont_write_bytecode = True
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin = open(0, closefd=False)


def stated() -> Iterator[tuple[str, str]]:
    """All of this in words: pairs of what is set and how."""
    for name, value in FIXED.items():
        yield "variable", f"{name}={value}"
    yield "variable", f"{' and '.join(FOLDER)}: the empty folder it runs in"
    yield "variable", f"{' and '.join(_PLOTS)}: the style of plots"
    yield "let through", ", ".join(name for name in LET_THROUGH if name not in ARITHMETIC)
    yield "let through", "PYTHONPATH, where it leads to installed packages"
    for name in ARITHMETIC:
        yield "let through", name
    yield "import", "installed packages, and what it wrote into its folder"
    yield "input", "none; sys.argv is empty"
    for name, value in TORCH.items():
        yield "call", f"torch.{name}({value})"
    yield "limit", f"{Limits.seconds} seconds, unless its file asks for more"
    yield "limit", f"{Limits.output:,} bytes of output"
    yield "limit", f"{Limits.memory / 2**30:g} GiB of memory beside PyTorch"
    yield "limit", "no writing outside its folder"
    yield "noted", "each warning, as output of its statement"
    yield "noted", f"values of expressions, on a page with {' or '.join(RECORDING)}"


def _own(names: Iterable[str]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}


def _packages() -> dict[str, str]:
    """PYTHONPATH, as far as it leads to installed packages, whose versions are in the cache's key, or to this one."""
    folders = [
        Path(name).resolve() for name in os.environ.get("PYTHONPATH", "").split(os.pathsep) if name
    ]
    found = [str(f) for f in folders if f == _ENGINE or any(f.glob("*.dist-info"))]
    return {"PYTHONPATH": os.pathsep.join(found)} if found else {}

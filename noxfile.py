"""What `make matrix` runs: all pages under other releases of torch, and with other threads and processors.

Each session leaves records in matrix/, and the last one the report on them. A release that cannot be
installed, and an output that differs, are lines of the report; only a run that breaks off is a failure.
"""

import os
import shlex
import sys
import tempfile
from pathlib import Path

import nox
from nox.command import CommandFailed

# Beside the release that requirements.txt pins. "newest" is whatever pip takes of its own accord.
RELEASES = ("2.11.0", "2.12.1", "newest")

# What may change the last digit of a sum: the number of threads, and what the processor can do, which
# PyTorch, oneDNN, MKL and NumPy's OpenBLAS each find out for themselves.
SETTINGS = {
    "the same again": {},
    "2 threads": {"GRADBOOK_THREADS": "2"},
    "4 threads": {"GRADBOOK_THREADS": "4"},
    "PyTorch without AVX-512": {"ATEN_CPU_CAPABILITY": "avx2"},
    "PyTorch without AVX": {"ATEN_CPU_CAPABILITY": "default"},
    "oneDNN without AVX": {"ONEDNN_MAX_CPU_ISA": "SSE41"},
    "MKL without AVX": {"MKL_CBWR": "COMPATIBLE"},
    "OpenBLAS without AVX": {"OPENBLAS_CORETYPE": "Nehalem"},
}

FOLDER = Path("matrix")
MATRIX = (sys.executable, "tests/matrix_record.py")
HERE = {
    "PYTHONPATH": str(Path(__file__).resolve().with_name("src")),
    "GRADBOOK_CACHE": "off",
    # The sessions' own is so deep a folder that the socket of a page's own fork server would not fit.
    "TMPDIR": tempfile.gettempdir(),
}
nox.options.reuse_venv = "yes"


def pins() -> list[str]:
    """The packages of requirements.txt, each with its version."""
    lines = Path("requirements.txt").read_text(encoding="utf-8").splitlines()
    return [pin for line in lines if (pin := line.partition("#")[0].strip())]


@nox.session(venv_backend="none")
def pinned(session: nox.Session) -> None:
    """The pinned release under all settings, in the environment that nox itself runs in."""
    for record in FOLDER.glob("*.json"):
        record.unlink()
    session.run(*MATRIX, "release", "pinned", env=HERE)
    for name, settings in SETTINGS.items():
        variables = [f"{variable}={value}" for variable, value in settings.items()]
        session.run(*MATRIX, "setting", name, *variables, env=HERE | settings)


@nox.session(venv_backend="virtualenv")
@nox.parametrize("torch", RELEASES)
def release(session: nox.Session, torch: str) -> None:
    """Another release, with all other packages as they are pinned."""
    log = Path(session.create_tmp(), "pip.log").absolute()
    log.unlink(missing_ok=True)
    wanted = "torch" if torch == "newest" else f"torch=={torch}"
    others = [pin for pin in pins() if not pin.startswith("torch==")]
    flags = shlex.split(os.environ.get("PIP_FLAGS", ""))
    try:
        session.install("--upgrade", "--log", str(log), *flags, wanted, *others)
    except CommandFailed:
        missing = (*MATRIX, "missing", torch, str(log))
        session.run(*missing, env=HERE, external=True)
    else:
        session.run("python", *MATRIX[1:], "release", torch, env=HERE)


@nox.session(venv_backend="none")
def report(session: nox.Session) -> None:
    """matrix/report.md, from the records."""
    session.run(sys.executable, "tests/matrix_report.py", env=HERE)

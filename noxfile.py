"""What `make matrix` runs: all pages under other releases of torch, and with other threads and processors.

And what `make pythons` runs: the tests of the engine under each Python.

Of the matrix, each session leaves records in matrix/, and the last one the report on them. A release that cannot be
installed, and an output that differs, are lines of the report; only a run that breaks off is a failure.
"""

import os
import shlex
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import nox
from nox.command import CommandFailed

# Beside the release that requirements.txt pins. "newest" is whatever pip takes of its own accord.
RELEASES = ("2.8.0", "2.11.0", "2.12.1", "2.14.1", "newest")

# What may change the last digit of a sum: the number of threads, and what the processor can do, which
# oneDNN and NumPy's OpenBLAS each find out for themselves, and PyTorch and MKL where they are let.
SETTINGS = {
    "the same again": {},
    "2 threads": {"GRADBOOK_THREADS": "2"},
    "4 threads": {"GRADBOOK_THREADS": "4"},
    "PyTorch with AVX2": {"ATEN_CPU_CAPABILITY": "avx2"},
    "PyTorch with AVX-512": {"ATEN_CPU_CAPABILITY": "avx512"},
    "oneDNN without AVX": {"ONEDNN_MAX_CPU_ISA": "SSE41"},
    "MKL with all that there is": {"MKL_CBWR": "AUTO"},
    "OpenBLAS without AVX": {"OPENBLAS_CORETYPE": "Nehalem"},
}

# The Pythons that pyproject.toml names, the one first with which the pages were checked; and what knows no torch.
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
ENGINE = (
    *(
        "tests/page",
        "tests/compare",
        "tests/run",
        "tests/test_commands.py",
        "tests/test_project.py",
    ),
    *("tests/site/test_swap.py", "tests/site/test_templates.py", "tests/site/test_mathematics.py"),
    "--ignore=tests/compare/test_checks_bite.py",
)

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


@nox.session(python=PYTHONS, venv_backend="virtualenv", default=False)
def python(session: nox.Session) -> None:
    """The engine under another Python, with a stand-in for torch: what fails here has to fail under the first, too."""
    others = [pin for pin in pins() if not pin.startswith("torch==")]
    session.install(*shlex.split(os.environ.get("PIP_FLAGS", "")), *others)
    session.install("--no-deps", "-e", ".")
    ask = "import sysconfig; print(sysconfig.get_path('purelib'), end='')"
    packages = session.run("python", "-c", ask, silent=True)
    shutil.copy("tests/torch_stand_in.py", Path(packages, "torch.py"))
    FOLDER.mkdir(exist_ok=True)
    results = FOLDER / f"python-{session.python}.xml"
    command = ("python", "-m", "pytest", "-q", "-n", "auto", "--tb=no", "-p", "no:cacheprovider")
    session.run(*command, f"--junitxml={results}", *ENGINE, env=HERE, success_codes=[0, 1])
    first = FOLDER / f"python-{PYTHONS[0]}.xml"
    if not first.exists():
        session.error(f"run it with Python {PYTHONS[0]} first, to know what needs torch itself")
    ran, failed = outcome(results)
    new = sorted(failed - outcome(first)[1])
    session.log(
        f"Python {session.python}: {ran - len(failed)} tests pass, {len(failed)} need torch itself"
    )
    if new:
        session.error("\n".join([f"these fail under Python {session.python} only:", *new]))


def outcome(results: Path) -> tuple[int, set[str]]:
    """How many tests ran, and the names of those that failed."""
    cases = list(ElementTree.parse(results).iter("testcase"))
    bad = [
        case for case in cases if case.find("failure") is not None or case.find("error") is not None
    ]
    return len(cases), {f"{case.get('classname')} {case.get('name')}" for case in bad}

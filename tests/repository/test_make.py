"""The commands of the Makefile, tried with a stand-in for Python that writes down its calls."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from built import ROOT

TOOLS = ("make", "sh", "cat", "cksum", "cp", "dirname", "env", "find", "mkdir", "rm", "sleep", "wc")

pytestmark = pytest.mark.skipif(
    not shutil.which("make"), reason="make is not installed; README has the commands without it"
)

PYTHON = """#!/bin/sh
case "$*" in
    *"[:3] < "*) exit {too_old} ;;
    *"import ensurepip"*) exit {no_venv} ;;
    *"print("*) echo {version}.7; exit ;;
    *"-m pip --version"*) test ! -e without_pip || exit 1 ;;
    --version) echo Python {version}.7; exit ;;
    '-m venv .venv') mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
esac
echo "$@" >>calls
case "$*" in
    *'pip install'*) test ! -e interrupted ;;
esac
"""


class Clone:
    """A clone in a folder with a space in its name, and a PATH with the tools of any Unix."""

    def __init__(self, home: Path) -> None:
        self.root, self.bin = home / "a clone", home / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        shutil.copytree(ROOT / ".ci", self.root / ".ci")
        for name in ("Makefile", "requirements.txt", "pyproject.toml"):
            shutil.copy(ROOT / name, self.root)

    def python(self, name: str, version: str, too_old: int = 0, no_venv: int = 0) -> None:
        script = PYTHON.format(version=version, too_old=too_old, no_venv=no_venv)
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)

    def make(self, *arguments: str) -> tuple[int, list[str], list[str]]:
        """Exit status, what was said on stderr but for make's last word, and Python's calls."""
        (self.root / "calls").write_text("")
        done = subprocess.run(
            ["make", *arguments],
            cwd=self.root,
            env={"PATH": os.fspath(self.bin)},
            capture_output=True,
            text=True,
            check=False,
        )
        said = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
        return done.returncode, said, (self.root / "calls").read_text().splitlines()


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    clone = Clone(tmp_path)
    clone.python("python3", "3.11")
    return clone


MAKE_VENV = ["-m venv .venv", "-m pip --version"]
INSTALL = "-m pip install -e ."


@pytest.mark.parametrize(
    ("target", "runs"),
    [
        ("serve", "-m mkdocs serve --dirty --dev-addr 127.0.0.1:8000"),
        ("test", "-m pytest -n auto"),
        ("site", "-m mkdocs build --strict"),
        ("check", "-m gradbook check"),
        ("update", "-m gradbook update"),
        ("matrix", "-m nox"),
        ("pythons", "-m nox -s python"),
    ],
)
def test_each_target_may_be_the_first_command(clone: Clone, target: str, runs: str):
    assert clone.make(target) == (0, [], [*MAKE_VENV, INSTALL, runs])


def test_nothing_is_installed_when_nothing_changed(clone: Clone):
    clone.make("test")
    assert clone.make("test") == (0, [], ["-m pytest -n auto"])


def test_changed_pins_are_installed_into_the_same_venv(clone: Clone):
    clone.make("test")
    with (clone.root / "requirements.txt").open("a") as pins:
        pins.write("six==1.17.0\n")
    assert clone.make("test")[2] == ["-m pip --version", INSTALL, "-m pytest -n auto"]


def test_an_interrupted_install_is_done_again(clone: Clone):
    (clone.root / "interrupted").touch()
    status, _, calls = clone.make("test")
    assert (status, calls) == (2, [*MAKE_VENV, INSTALL])
    (clone.root / "interrupted").unlink()
    assert clone.make("test")[2] == ["-m pip --version", INSTALL, "-m pytest -n auto"]


def test_a_moved_clone_is_installed_again(clone: Clone):
    clone.make("test")
    clone.root = clone.root.rename(clone.root.with_name("another clone"))
    assert clone.make("test")[2] == ["-m pip --version", INSTALL, "-m pytest -n auto"]


def test_a_venv_whose_python_is_gone_is_made_again(clone: Clone):
    clone.make("test")
    (clone.root / ".venv/bin/python").unlink()
    assert clone.make("test")[2] == [*MAKE_VENV, INSTALL, "-m pytest -n auto"]


def test_options_reach_pip_pytest_and_mkdocs(clone: Clone):
    option = "--extra-index-url https://download.pytorch.org/whl/cpu"
    _, _, calls = clone.make("test", f"PIP_FLAGS={option}", "ARGS=-k one_step")
    install = f"-m pip install {option} -e ."
    assert calls == [*MAKE_VENV, install, "-m pytest -n auto -k one_step"]
    assert clone.make("serve", "PORT=8001", "DIRTY=")[2] == ["-m mkdocs serve --dev-addr 127.0.0.1:8001"]


def test_a_newer_python_is_found_beside_an_old_one(clone: Clone):
    clone.python("python3", "3.9", too_old=1)
    clone.python("python3.12", "3.12")
    assert clone.make("test") == (0, [], [*MAKE_VENV, INSTALL, "-m pytest -n auto"])


def test_an_old_python_is_said_to_be_old(clone: Clone):
    clone.python("python3", "3.9", too_old=1)
    assert clone.make("serve") == (
        2,
        [
            "Gradbook needs Python 3.11.5 to 3.14, but python3 is Python 3.9.7: "
            "install one, or name one with PYTHON=/path/to/python."
        ],
        [],
    )


def test_a_missing_python_is_said_to_be_missing(clone: Clone):
    (clone.bin / "python3").unlink()
    status, said, _ = clone.make("serve")
    assert status == 2
    assert said == [
        "Gradbook needs Python 3.11.5 to 3.14, but python3 is missing: "
        "install one, or name one with PYTHON=/path/to/python."
    ]


def test_a_missing_venv_module_is_said_to_be_missing(clone: Clone):
    clone.python("python3", "3.12", no_venv=1)
    assert clone.make("serve") == (
        2,
        [
            "Python 3.12.7 lacks its venv module: install it "
            "(Debian, Ubuntu: apt install python3.12-venv)."
        ],
        [],
    )


def test_a_venv_that_uv_made_is_used_by_uv(clone: Clone):
    (clone.root / ".venv/bin").mkdir(parents=True)
    shutil.copy(clone.bin / "python3", clone.root / ".venv/bin/python")
    (clone.root / "without_pip").touch()
    (clone.bin / "uv").write_text('#!/bin/sh\necho "uv $*" >>calls\n')
    (clone.bin / "uv").chmod(0o755)
    status, said, calls = clone.make("test")
    assert (status, said) == (0, [])
    assert calls == ["uv pip install --python .venv/bin/python -e .", "-m pytest -n auto"]


def test_a_venv_without_pip_gets_one_where_there_is_no_uv(clone: Clone):
    (clone.root / ".venv/bin").mkdir(parents=True)
    shutil.copy(clone.bin / "python3", clone.root / ".venv/bin/python")
    (clone.root / "without_pip").touch()
    assert clone.make("test") == (0, [], ["-m ensurepip", INSTALL, "-m pytest -n auto"])


def test_a_venv_that_somebody_else_made_is_not_deleted(clone: Clone):
    (clone.root / ".venv/bin").mkdir(parents=True)
    (clone.root / ".venv/notes").write_text("mine")
    clone.python("python", "3.9", too_old=1)
    shutil.copy(clone.bin / "python", clone.root / ".venv/bin/python")
    status, said, calls = clone.make("test")
    assert (status, calls) == (2, [])
    assert said == [
        "Gradbook needs Python 3.11.5 to 3.14, but .venv, which it did not make, has 3.9.7: "
        "remove or rename it."
    ]
    assert (clone.root / ".venv/notes").read_text() == "mine"


def test_a_killed_make_leaves_no_server_behind(clone: Clone):
    """The recipe's shell becomes the server (exec), so that a signal to make's child reaches it."""
    clone.make("test")
    (clone.root / ".venv/bin/python").write_text('#!/bin/sh\necho $$ >server\nexec sleep 1000\n')
    env = {"PATH": os.fspath(clone.bin)}
    make = subprocess.Popen(["make", "serve"], cwd=clone.root, env=env, stderr=subprocess.DEVNULL)
    server = clone.root / "server"
    while not (server.exists() and server.read_text().strip()):
        time.sleep(0.05)
    make.terminate()
    make.wait()  # it waits for what it has passed the signal on to
    try:
        os.kill(int(server.read_text()), signal.SIGKILL)
    except ProcessLookupError:
        return
    pytest.fail("the server was still running")


def test_help_names_every_target(clone: Clone):
    rules = [line.partition(":")[0] for line in (ROOT / "Makefile").read_text().splitlines()]
    targets = {rule for rule in rules if rule.isidentifier()} - {"help", "venv", "PYTHON"}
    done = subprocess.run(["make"], cwd=clone.root, capture_output=True, text=True, check=True)
    assert targets == {line.split()[1] for line in done.stdout.splitlines() if "make " in line[:5]}

"""Builds that are killed, that run side by side, and that find the disk in the way: the next build is right."""

from __future__ import annotations

import fcntl
import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from glob import glob
from itertools import chain
from pathlib import Path

import pytest
from built import build
from waiting import until

COMMAND = [sys.executable, "-m", "mkdocs", "build", "-q"]
CONFIG = """\
site_name: Kill
theme: mkdocs
plugins: [gradbook]
markdown_extensions: [pymdownx.highlight, pymdownx.superfences, gradbook]
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose every output is 0, built."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "docs").mkdir()
    (folder / "mkdocs.yml").write_text(CONFIG)
    set_value(folder, 0)
    assert build(folder, CI="").returncode == 0
    return folder


@pytest.fixture
def project(model: Path, tmp_path: Path) -> Path:
    """A copy of it, with its site and its cache."""
    return shutil.copytree(model, tmp_path / "project")


@pytest.fixture
def temporary() -> Iterator[Path]:
    """For what runs programs: not below tmp_path, where the path of a socket might be too long."""
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        yield Path(folder)


def set_value(project: Path, value: int) -> None:
    """Four pages whose every output holds the value."""
    for name in ("index", "a", "b", "c"):
        text = f"# Page {name}\n\n```python\nprint({value})\n# > {value}\n```\n"
        (project / "docs" / f"{name}.md").write_text(text)


def runs(pid: str) -> bool:
    """Whether the process is there, and not a zombie, which has no command line."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except FileNotFoundError:
        return False


def shown(project: Path) -> set[str]:
    """The outputs on the pages of the site; every page must be there and whole."""
    found = set()
    for name in ("", "a", "b", "c"):
        html = (project / "site" / name / "index.html").read_text()
        assert "</html>" in html
        found.add(html.split("<samp>")[1].split("</samp>")[0])
    return found


def environment(temporary: Path) -> dict[str, str]:
    return {**os.environ, "CI": "", "NO_MKDOCS_2_WARNING": "1", "TMPDIR": str(temporary)}


# When a build is killed, seen in the project's folder and in the one for temporary files.
Moment = Callable[[Path, Path], bool]
MOMENTS: dict[str, Moment] = {
    "it has just begun": lambda project, temporary: True,
    "it runs programs": lambda project, temporary: bool(glob(f"{temporary}/gradbook-*")),
    "it begins to write": lambda project, temporary: bool(glob(f"{project}/.site-*")),
    "it has written a page": lambda project, temporary: bool(glob(f"{project}/.site-*/*/index.html")),
}


def random_moments() -> Iterator[Moment]:
    """As many as GRADBOOK_KILLS says, each in the first three seconds of a build."""
    rng = random.Random(1)
    for _ in range(int(os.environ.get("GRADBOOK_KILLS", "0"))):
        end = time.monotonic() + rng.uniform(0, 3)
        yield lambda project, temporary, end=end: time.monotonic() > end


def killed(project: Path, temporary: Path, moment: Moment) -> bool:
    """Build, and kill the build at the moment; whether it had not ended before."""
    running = subprocess.Popen(COMMAND, cwd=project, env=environment(temporary))
    until(lambda: running.poll() is not None or moment(project, temporary))
    running.send_signal(signal.SIGKILL)
    status = running.wait()
    assert status in (0, -signal.SIGKILL), "what the kill before left is in the way"
    return status != 0


def test_after_a_kill_at_any_moment_the_next_build_is_right(project: Path, temporary: Path) -> None:
    """Each build but the last is killed, later than the one before; GRADBOOK_KILLS=50 tries moments at random."""
    kills = 0
    for value, moment in enumerate(chain(MOMENTS.values(), random_moments()), 1):
        before = shown(project)
        set_value(project, value)
        kills += killed(project, temporary, moment)
        assert shown(project) in (before, {str(value)}), "the old site or the new one, no mixture"
    assert kills, "no build was killed"
    assert build(project, CI="").returncode == 0
    assert shown(project) == {str(value)}
    assert [p.name for p in project.iterdir() if p.name.startswith(".site")] == []


@pytest.mark.skipif(not hasattr(fcntl, "F_SETSIG"), reason="only Linux tells a worker that the build has ended")
def test_what_a_killed_build_was_running_ends_with_it(project: Path, temporary: Path) -> None:
    """An endless loop, and a child that it started; else each killed build would keep a core busy for ever."""
    code = "import os\nimport subprocess\n\nchild = subprocess.Popen(['sleep', '1000'])\nprint(os.getpid(), child.pid)"
    text = f"# Page\n\n```python\n{code}\nwhile True:\n    pass\n```\n"
    (project / "docs" / "index.md").write_text(text)
    running = subprocess.Popen(COMMAND, cwd=project, env=environment(temporary))

    def printed() -> list[str]:
        """The two numbers; the other pages' outputs are in the cache, or have one."""
        assert running.poll() is None
        texts = [path.read_text() for path in temporary.glob("gradbook-*/output")]
        return next((text.split() for text in texts if re.fullmatch(r"\d+ \d+\n", text)), [])

    found = until(printed)
    until(lambda: all(map(runs, found)))  # for a moment, a new process has no command line
    running.kill()
    running.wait()
    try:
        until(lambda: not any(map(runs, found)))
    finally:
        for pid in filter(runs, found):
            os.kill(int(pid), signal.SIGKILL)


def test_two_builds_at_once_in_one_folder(project: Path, temporary: Path) -> None:
    set_value(project, 1)
    both = [subprocess.Popen(COMMAND, cwd=project, env=environment(temporary)) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    assert shown(project) == {"1"}


def test_a_damaged_cache_costs_time_and_not_truth(project: Path) -> None:
    entries = list((project / ".cache" / "gradbook").glob("*.json"))
    assert entries
    for entry, damage in zip(entries, ["", "{}", "\x00", "half"], strict=False):
        text = entry.read_text()
        entry.write_text(text[: len(text) // 2] if damage == "half" else damage)
    assert build(project, CI="").returncode == 0
    assert shown(project) == {"0"}


def test_a_cache_that_cannot_be_written(project: Path) -> None:
    shutil.rmtree(project / ".cache")
    (project / ".cache").write_text("in the way")
    set_value(project, 1)
    assert build(project, CI="").returncode == 0
    assert shown(project) == {"1"}


def test_a_disk_that_takes_no_more_is_said_and_costs_nothing(project: Path) -> None:
    """A limit on the size of files stands in for it: writing fails with the system's own error."""
    set_value(project, 5)
    done = subprocess.run(
        COMMAND,
        cwd=project,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "The site could not be written: File too large (" in said
    assert "The site before is as it was." in said
    assert "Traceback" not in said
    assert shown(project) == {"0"}
    assert not list(project.glob(".site-*"))


def test_a_clock_set_back(project: Path) -> None:
    """What is new is known by content, not by date."""
    set_value(project, 5)
    for path in (project / "docs").iterdir():
        os.utime(path, (0, 0))
    assert build(project, CI="").returncode == 0
    assert shown(project) == {"5"}


def test_interrupting_a_build_while_its_server_starts_prints_no_traceback(project: Path) -> None:
    """Ctrl-C goes to all processes of the terminal's group, also to one that still imports torch."""
    # A program that takes its time: the build cannot be over before the key is pressed.
    (project / "docs/a.md").write_text("```python\nimport time\n\ntime.sleep(50)\n```\n")
    running = subprocess.Popen(
        COMMAND, cwd=project, env={**os.environ, "CI": "1"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True, text=True,
    )  # fmt: skip

    def server_imports() -> bool:
        tasks = Path(f"/proc/{running.pid}/task").glob("*/children")
        processes = " ".join(path.read_text() for path in tasks).split()
        return any("libtorch" in Path("/proc", pid, "maps").read_text() for pid in processes)

    until(server_imports)
    os.killpg(running.pid, signal.SIGINT)
    told, _ = running.communicate()
    assert running.returncode != 0
    assert "Traceback" not in told, told


def test_a_port_that_is_taken_is_told_before_anything_is_built(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        serve = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
        done = subprocess.run(serve, cwd=project, capture_output=True, text=True)
    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert f"127.0.0.1:{port} is taken by another program. Try:  " in told
    assert "Traceback" not in told and "Serving on" not in told

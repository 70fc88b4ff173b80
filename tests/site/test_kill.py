"""Builds that are killed, that run side by side, and that find the disk in the way: the next build is right."""

from __future__ import annotations

import fcntl
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from built import build

KILLS = int(os.environ.get("GRADBOOK_KILLS", "5"))
CONFIG = """\
site_name: Kill
theme: mkdocs
plugins: [gradbook]
markdown_extensions: [pymdownx.highlight, pymdownx.superfences, gradbook]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    set_value(tmp_path, 0)
    return tmp_path


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


def test_after_a_kill_at_any_moment_the_next_build_is_right(project: Path) -> None:
    """The seed is fixed; GRADBOOK_KILLS=50 tries more moments."""
    assert build(project, CI="").returncode == 0
    rng = random.Random(1)
    killed = 0
    for value in range(1, KILLS + 1):
        before = shown(project)
        set_value(project, value)
        environment = {**os.environ, "CI": "", "NO_MKDOCS_2_WARNING": "1"}
        command = [sys.executable, "-m", "mkdocs", "build", "-q"]
        running = subprocess.Popen(command, cwd=project, env=environment)
        time.sleep(rng.uniform(0.1, 2.5))
        if running.poll() is None:
            killed += 1
            running.send_signal(signal.SIGKILL)
        running.wait()
        if (project / "site").exists():
            assert shown(project) in (before, {str(value)}), "the old site or the new one, no mixture"
        assert build(project, CI="").returncode == 0
        assert shown(project) == {str(value)}
    assert killed, "no build was killed: the moments are too late for this machine"
    assert [p.name for p in project.iterdir() if p.name.startswith(".site")] == []


@pytest.mark.skipif(not hasattr(fcntl, "F_SETSIG"), reason="only Linux tells a worker that the build has ended")
def test_what_a_killed_build_was_running_ends_with_it(project: Path) -> None:
    """An endless loop, and a child that it started; else each killed build would keep a core busy for ever."""
    code = "import os\nimport subprocess\n\nchild = subprocess.Popen(['sleep', '1000'])\nprint(os.getpid(), child.pid)"
    text = f"# Page\n\n```python\n{code}\nwhile True:\n    pass\n```\n"
    (project / "docs" / "index.md").write_text(text)
    (project / "tmp").mkdir()
    environment = {**os.environ, "TMPDIR": f"{project / 'tmp'}", "NO_MKDOCS_2_WARNING": "1"}
    running = subprocess.Popen([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=project, env=environment)
    deadline = time.monotonic() + 60
    while not (found := [w for path in project.glob("tmp/gradbook-*/output") for w in path.read_text().split()]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(found) == 2 and all(map(runs, found))
    running.kill()
    running.wait()
    try:
        while any(map(runs, found)):
            assert time.monotonic() < deadline, "still running"
            time.sleep(0.05)
    finally:
        for pid in filter(runs, found):
            os.kill(int(pid), signal.SIGKILL)


def test_two_builds_at_once_in_one_folder(project: Path) -> None:
    environment = {**os.environ, "CI": "", "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "-q"]
    both = [subprocess.Popen(command, cwd=project, env=environment) for _ in range(2)]
    assert [one.wait(120) for one in both] == [0, 0]
    assert shown(project) == {"0"}


def test_a_damaged_cache_costs_time_and_not_truth(project: Path) -> None:
    assert build(project, CI="").returncode == 0
    entries = list((project / ".cache" / "gradbook").glob("*.json"))
    assert entries
    for entry, damage in zip(entries, ["", "{}", "\x00", "half"], strict=False):
        text = entry.read_text()
        entry.write_text(text[: len(text) // 2] if damage == "half" else damage)
    assert build(project, CI="").returncode == 0
    assert shown(project) == {"0"}


def test_a_cache_that_cannot_be_written(project: Path) -> None:
    (project / ".cache").write_text("in the way")
    assert build(project, CI="").returncode == 0
    assert shown(project) == {"0"}


def test_a_disk_that_takes_no_more_is_said_and_costs_nothing(project: Path) -> None:
    """A limit on the size of files stands in for it: writing fails with the system's own error."""
    assert build(project).returncode == 0
    set_value(project, 5)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q"],
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
    assert build(project, CI="").returncode == 0
    set_value(project, 5)
    for path in (project / "docs").iterdir():
        os.utime(path, (0, 0))
    assert build(project, CI="").returncode == 0
    assert shown(project) == {"5"}

"""The real site, built once in a run of the tests for all who look at what a reader would see."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def site(shared: Path, name: str, *options: str) -> Path:
    """The project's site, built strictly into a folder of this name at the first call of any process.

    The outputs of its pages are those of this run of the tests, where there are some already.
    """
    folder, failed = shared / name, shared / f"{name}-failed"
    with open(shared / f"{name}-lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed
        if not folder.exists() and not failed.exists():
            runs = str(shared / "runs")
            done = build(ROOT, "--strict", "--site-dir", str(folder), *options, GRADBOOK_CACHE=runs)
            if done.returncode:
                failed.write_text(done.stdout + done.stderr)
    assert not failed.exists(), failed.read_text()
    return folder


def build(project: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `mkdocs build` in a project's folder, as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", *options],
        cwd=project,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment},
        capture_output=True,
        text=True,
    )

"""The real site, built once for all tests that look at what a reader would see."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


def site(folder: Path, *options: str) -> Path:
    """The project's site, built strictly into `folder` at the first call."""
    done = _once(folder, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@cache
def _once(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return build(ROOT, "--strict", "--site-dir", str(folder), *options)


def build(project: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `mkdocs build` in a project's folder, as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", *options],
        cwd=project,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )

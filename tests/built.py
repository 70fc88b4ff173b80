"""The real site, built once in a run of the tests for all who look at what a reader would see."""

from __future__ import annotations

import fcntl
import os
import shutil
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


def small(folder: Path, files: dict[str, str]) -> Path:
    """A site of these pages and programs alone, built strictly with the settings and the looks of the real one.

    Its sentences are made up, and their numbers rest on nothing.
    """
    config, rest = (ROOT / "mkdocs.yml").read_text("utf-8").split("\nnav:\n")
    pages = [name.removeprefix("docs/") for name in files if name.endswith(".md")]
    nav = "\nnav:\n" + "".join(f"  - {name}\n" for name in pages)
    settings = config + nav + "\ntheme:" + rest.partition("\ntheme:")[2].replace("numbers: true", "numbers: false")
    shutil.copytree(ROOT / "docs/assets", folder / "docs/assets")
    shutil.copytree(ROOT / "overrides", folder / "overrides")
    for name, text in {**files, "mkdocs.yml": settings}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    done = build(folder, "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"

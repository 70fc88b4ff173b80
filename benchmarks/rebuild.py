"""How long an unchanged rebuild of the site takes, to plain MkDocs Material with the same text.

    .venv/bin/python benchmarks/rebuild.py [PAIRS]

The plain site has each page as its Markdown download: code and outputs as fences, formulas as TeX, figures in words.
It has our settings and extensions but for our plugin, our two extensions and our looks. Builds alternate; prints the
seconds of each pair and the median of their ratios. Run it on a quiet machine.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[1]
# What is ours in mkdocs.yml.
OURS = [
    (r"  custom_dir: .*\n|    logo: gradbook.*\n|  favicon: .*\n|      (primary|accent): custom\n", ""),
    (r"(?s)\nplugins:\n.*?(?=\nmarkdown_extensions:)", "\nplugins:\n  search: {}\n"),
    (r"  - gradbook\n|  - gradbook\.mathematics:\n      font: .*\n", ""),
]


def plain(folder: Path) -> None:
    """Write the same site for plain Material, from the downloads of ours, which has been built."""
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs")
        (text,) = (ROOT / "site" / (name.parent if name.stem == "index" else name.with_suffix(""))).glob("*.md")
        copy = folder / "docs" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text.read_text("utf-8"), "utf-8")
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    for pattern, other in OURS:
        settings = re.sub(pattern, other, settings)
    (folder / "mkdocs.yml").write_text(settings, "utf-8")


def seconds(folder: Path, *options: str) -> float:
    """Seconds on the clock of a build of the project in a folder, which must succeed."""
    start = perf_counter()
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    build = [sys.executable, "-m", "mkdocs", "--quiet", "build", *options]
    subprocess.run(build, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return perf_counter() - start


def main(pairs: int) -> None:
    for _ in range(2):  # the second has nothing to run
        seconds(ROOT, "--strict")
    with tempfile.TemporaryDirectory() as folder:
        plain(Path(folder))
        ratios = []
        for _ in range(pairs):
            ours, theirs = seconds(ROOT, "--strict"), seconds(Path(folder))
            ratios.append(ours / theirs)
            print(f"{ours:.2f} s, plain {theirs:.2f} s: {ours / theirs:.2f}", flush=True)
    print(f"median of {pairs}: {median(ratios):.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

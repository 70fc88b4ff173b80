"""Tests spread over processes (`pytest -n`): the same result."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

RIGHT = "```python\nprint(1)\n# > 1\n```\n\n```python\nprint(2)\n# > 2\n```\n"
WRONG = RIGHT.replace("# > 2", "# > 3")
STOPS = RIGHT.replace("print(1)", "1 / 0")


def outcomes(folder: Path, *options: str) -> set[str]:
    """What pytest says of each test, in the words of its own summary."""
    command = [sys.executable, "-m", "pytest", "--markdown-docs", "-rA", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return set(re.findall(r"^(?:PASSED|FAILED|ERROR) \S+|^SKIPPED .+", done.stdout, re.M))


def test_two_processes_find_what_one_finds(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("plugins: [gradbook]\n")
    for name, text in (("a", RIGHT), ("b", WRONG), ("c", STOPS)):
        (tmp_path / "docs" / f"{name}.md").write_text(text)
    alone = outcomes(tmp_path)
    assert sorted(line.split()[0] for line in alone) == 2 * ["FAILED"] + 3 * ["PASSED"] + ["SKIPPED"]
    assert outcomes(tmp_path, "-n", "2", "--dist=worksteal") == alone

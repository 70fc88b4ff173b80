"""How the modules of gradbook.graph stand to each other, and what importing gradbook brings along."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import gradbook.graph as package


def test_importing_gradbook_takes_nothing_along():
    program = "import sys, gradbook; print({'torch', 'igraph'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


def test_modules_import_only_what_is_above_them():
    lines = re.findall(r"^    ([a-z ]+): ", package.__doc__, re.M)
    row = {name: number for number, line in enumerate(lines) for name in line.split()}
    for path in Path(package.__file__).parent.glob("*.py"):
        for found in re.findall(r"^ *from gradbook\.graph\.(\w+) import", path.read_text(), re.M):
            assert row[found] < row[path.stem], f"{path.name} imports {found}"

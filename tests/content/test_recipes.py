"""The recipe of each how-to guide, copied alone into an empty folder, prints there what its page states."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from built import ROOT

from gradbook.compare.matching import lines, matches
from gradbook.page.cells import Cell
from gradbook.project import Project

GUIDES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
GUIDES = [path for path in GUIDES if path.stem not in ("index", "checkpoint")]
guides = pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)


def recipe(real: Project, path: Path) -> Cell:
    """The cell named `recipe` of a guide."""
    found = [cell for cell in real.page(path).cells if cell.name == "recipe"]
    assert len(found) == 1, f"{path.name} has {len(found)} cells named recipe"
    return found[0]


@guides
def test_a_guide_begins_with_its_recipe(path: Path, real: Project) -> None:
    page, cell = real.page(path), recipe(real, path)
    shown = [embed.cell for embed in page.embeds]
    assert shown[0] is cell and page.cells[0] is cell
    text = path.read_text("utf-8")
    first = next(line for line in text.splitlines() if line.startswith("## "))
    assert first == "## The recipe"
    assert text.index("## The recipe") < text.index("```python")


@guides
def test_a_recipe_needs_torch_alone(path: Path, real: Project) -> None:
    tree = ast.parse(recipe(real, path).source)
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"torch"}


@guides
def test_a_recipe_alone_prints_what_its_page_states(
    path: Path, real: Project, tmp_path: Path
) -> None:
    cell = recipe(real, path)
    stated = [line for statement in cell.statements for line in statement.expected or ()]
    assert stated and not cell.tags and not any(s.varies for s in cell.statements)
    (tmp_path / "recipe.py").write_text(cell.source, "utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "recipe.py"],
        cwd=tmp_path,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert matches(stated, lines(done.stdout)), done.stdout

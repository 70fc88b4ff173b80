"""Every figure of the site, where readers meet it: true in itself and by torch's account, the same
in two builds, and without a trace in what else its page says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from built import ROOT
from figures import check, site_figures

from gradbook.page.cells import Cell, parse
from gradbook.run.executor import Executor

DRAWN = [
    path
    for path in sorted((ROOT / "snippets").rglob("*.py"))
    if re.search(r"^draw\(", path.read_text(encoding="utf-8"), re.M)
]


def program(path: Path) -> list[Cell]:
    return parse(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()).cells


def draws(cell: Cell) -> bool:
    return re.search(r"^draw\(", cell.code, re.M) is not None


def test_every_figure_is_true(built_site: Path):
    found = site_figures(built_site)
    wrong = []
    for page, figure in found:
        try:
            check(figure)
        except AssertionError as error:
            wrong.append(f"{page.parent.name}: {error}")
    assert wrong == []
    assert len(found) >= sum(draws(cell) for path in DRAWN for cell in program(path))


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_a_page_says_the_same_without_its_figures(path: Path, executor: Executor):
    cells = program(path)
    without = [
        replace(cell, code=re.sub(r"^draw\(.*", "pass", cell.code, flags=re.M)) for cell in cells
    ]
    run, bare = executor.run(cells), executor.run(without)
    assert run.fault is None and bare.fault is None
    for cell, drawn, plain in zip(cells, run.cells, bare.cells, strict=True):
        kept = [o for o in drawn.outputs if "grad-graph" not in o.data.get("text/html", "")]
        varies = any(statement.varies for statement in cell.statements)
        assert varies or [o.text for o in kept] == [o.text for o in plain.outputs], cell.name


def test_two_runs_draw_the_same_bytes(executor: Executor):
    figures = []
    for note in "ab":  # a comment makes it another program, which no cache has
        for path in DRAWN[:3]:
            cells = program(path)
            cells[0] = replace(cells[0], code=f"{cells[0].code}\n# {note}")
            outputs = [output for cell in executor.run(cells).cells for output in cell.outputs]
            figures.append([output.data.get("text/html") for output in outputs])
    assert figures[: len(figures) // 2] == figures[len(figures) // 2 :]

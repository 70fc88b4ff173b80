"""Every figure of the site, where readers meet it: true in itself and by torch's account, the same
in two builds, and without a trace in what else its page says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from built import ROOT
from figures import Drawn, check, drawings_of, site_figures
from surveys import some_pages

from gradbook.graph.steps import steps
from gradbook.page.cells import Cell
from gradbook.page.pages import Page, Step, Value
from gradbook.project import Project, project_at
from gradbook.run.executor import Executor

DRAWS = re.compile(r"^(draw|row)\(", re.M)
PAGES = [
    path
    for path in project_at(ROOT).page_files()
    if any(DRAWS.search(cell.code) for cell in project_at(ROOT).page(path).cells)
]
per_page = pytest.mark.parametrize("path", some_pages(PAGES), ids=lambda path: path.stem)


def drawings(page: Page, executor: Executor) -> list[Drawn]:
    """What the program of a page draws; the executor remembers it."""
    return drawings_of((ROOT / page.snippet.path).read_text(encoding="utf-8"), executor)


@per_page
def test_every_figure_is_true(path: Path, real: Project, executor: Executor):
    made = drawings(real.page(path), executor)
    assert made
    for number, one in enumerate(made, 1):
        try:
            check(one.shown)
        except AssertionError as error:
            raise AssertionError(f"figure {number}: {error}") from error


def test_what_readers_see_is_what_the_programs_draw(
    real: Project, executor: Executor, built_site: Path
):
    pages = [real.page(path) for path in PAGES]
    made = [one for page in pages for one in drawings(page, executor)]
    told = {tuple(step.sentence for step in steps(one.shown)) for one in made}
    found = site_figures(built_site)
    assert {tuple(figure.sentences) for _, figure in found} <= told
    drawing = [cell for page in pages for cell in page.cells if re.search(r"^draw\(", cell.code, re.M)]
    assert len(found) >= len(drawing)


@per_page
def test_every_value_in_a_figure_was_recorded_saved_named_or_computed(
    path: Path, real: Project, executor: Executor
):
    """None is missing; `check` computes them all again."""
    for number, one in enumerate(drawings(real.page(path), executor), 1):
        nowhere = [what for what, source in one.values() if not source]
        assert nowhere == [], f"figure {number} of {path.stem}"


def without_figures(step: Step) -> Step:
    if isinstance(step, Value):
        return step
    return replace(step, code=re.sub(r"^draw\(.*", "pass", step.code, flags=re.M))


@per_page
def test_a_page_says_the_same_without_its_figures(path: Path, real: Project, executor: Executor):
    page = real.page(path)
    run = executor.run(page.steps, page.timeout)
    bare = executor.run([without_figures(step) for step in page.steps], page.timeout)
    assert run.fault is None and bare.fault is None
    for step, drawn, plain in zip(page.steps, run.cells, bare.cells, strict=True):
        kept = [o for o in drawn.outputs if "grad-graph" not in o.data.get("text/html", "")]
        varies = isinstance(step, Cell) and any(statement.varies for statement in step.statements)
        assert varies or [o.text for o in kept] == [o.text for o in plain.outputs], step.at


def test_two_runs_draw_the_same_bytes(real: Project, executor: Executor):
    figures: list[list[str | None]] = [[], []]
    for number, note in enumerate(("# a", "# b")):  # a comment makes it another program
        for path in PAGES[:3]:
            first, *others = real.page(path).steps
            steps = [replace(first, code=f"{first.code}\n{note}"), *others]
            outputs = [output for cell in executor.run(steps).cells for output in cell.outputs]
            figures[number] += [output.data.get("text/html") for output in outputs]
    assert any(figures[0]) and figures[0] == figures[1]

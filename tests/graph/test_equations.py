"""What a card calls equal is equal: the notation is read back and computed, for the operators that
torch tests itself, for the site's figures and for forms that are easily written wrongly."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from built import ROOT
from drawings import DRAWINGS, recorded
from equations import check_equations, numbers_of_all
from figures import drawings_of
from models import Cube, Scale
from operators import OPERATORS, sample
from surveys import some_pages, survey

from gradbook import draw
from gradbook.graph.figure import Picture
from gradbook.graph.model import Value
from gradbook.project import project_at
from gradbook.run.executor import Executor

RANDOM = {"normal", "bernoulli"}  # another draw has another result
PAGES = [
    path
    for path in project_at(ROOT).page_files()
    if project_at(ROOT).page(path).snippet
    and any("draw(" in cell.code for cell in project_at(ROOT).page(path).cells)
]
COMPUTED = [p for p in OPERATORS if p.values[0].name not in RANDOM]


@survey("op, dtype", COMPUTED)
def test_the_cards_of_an_operator_are_true(
    op: Any, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
):
    numbers_of_all(monkeypatch)
    try:
        roots = sample(op, dtype)
    except RuntimeError:  # torch cannot differentiate it: test_draw_operators says which
        return
    if roots:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check_equations(draw(*roots, gradients=False, most=10**6).graph)


@pytest.mark.parametrize("path", some_pages(PAGES), ids=lambda path: path.stem)
def test_the_cards_of_a_page_are_true(path: Path, executor: Executor):
    page = project_at(ROOT).page(path)
    program = (ROOT / page.snippet.path).read_text(encoding="utf-8")
    held = 0
    for one in drawings_of(program, executor):
        held += len(check_equations(one.graph))
        recorded = any(node.kind == "operation" for node in one.graph.nodes)
        assert held or not recorded


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_card_that_states_another_value_is_found(name: str):
    graph = DRAWINGS[name]().graph
    assert check_equations(graph)
    [first, *_] = [node for node in graph.nodes if node.kind == "operation" and node.name]
    other = tuple(
        Value(v.shape, v.dtype, (torch.tensor(v.numbers) + 1).tolist()) for v in first.values
    )
    nodes = [replace(n, values=other) if n is first else n for n in graph.nodes]
    with pytest.raises(AssertionError):
        check_equations(replace(graph, nodes=tuple(nodes)))


@recorded
def forms() -> Picture:
    x = torch.arange(6.0).reshape(2, 3).requires_grad_()
    A = torch.arange(24.0).reshape(2, 3, 4).requires_grad_()
    s = torch.tensor(2.0, requires_grad=True)
    turned, turned_too, back = x.T, x.t(), x.T.T
    swapped, last, moved = A.transpose(0, 1), A.mT, A.permute(2, 0, 1)
    flat, seen, shaped = A.flatten(), x.view(3, 2), x.reshape(-1)
    column, rows = x[:, 1], x.sum(dim=1)
    once, minus, half = 1 * s, -1 * s, 0.5 * s
    scaled = torch.add(s, s, alpha=3)
    pooled = torch.nn.functional.max_pool2d(A, 2)
    image = torch.nn.functional.max_pool2d(A, 2, return_indices=True)[0]
    own = Scale.apply(x, 2.0)
    cubed, slope = Cube.apply(s)
    (double,) = torch.autograd.grad(cubed, s, create_graph=True)
    half_as_many = x.to(torch.float64)
    kinds = [turned, turned_too, back, swapped, last, moved, flat, seen, shaped, column, rows]
    kinds += [once, minus, half, scaled, pooled, image, own, double, half_as_many]
    total = sum(kind.sum() for kind in kinds)
    return draw(total, most=200)


TEXTS = {
    "turned": "xᵀ", "turned_too": "xᵀ", "back": "x",
    "swapped": "transpose(A, 0, 1)", "last": "Aᵀ", "moved": "permute(A, (2, 0, 1))",
    "flat": "flatten(A)", "seen": "view(x)", "shaped": "reshape(x)",
    "column": "x[:, 1]", "rows": "sum(x, dim=1)",
    "once": "1·s", "minus": "−s", "half": "0.5s", "scaled": "add(s, s, alpha=3)",
    "own": "Scale(x, …)", "double": "CubeBackward(…, s, slope)",
    "half_as_many": "to(x, float64)",
}  # fmt: skip


def test_operations_have_the_names_that_their_authors_wrote(monkeypatch: pytest.MonkeyPatch):
    numbers_of_all(monkeypatch)
    graph = forms().graph
    texts = {node.name: node.text for node in graph.nodes if node.name}
    assert {name: texts[name] for name in TEXTS} == TEXTS
    assert texts["image"].startswith("max_pool2d(A")
    check_equations(graph)


def test_the_only_step_is_one():
    x = torch.tensor(2.0, requires_grad=True)
    assert "The only step in words" in draw(x, gradients=False)._repr_html_()


def test_a_result_within_rounding_is_told_as_about_zero():
    x = torch.tensor(1.0, requires_grad=True)
    loss = (x - (1 - 2.0**-23)) ** 2
    assert repr(draw(loss)).startswith("Graph of loss ≈ 0: ")
    small = torch.tensor(1e-5, requires_grad=True)
    loss = small**2
    assert repr(draw(loss)).startswith("Graph of loss = 1·10⁻¹⁰: ")

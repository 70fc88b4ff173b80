"""What nobody saw is found: numbers of a backward pass that was recorded, and the slopes of custom Functions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from figures import check

from gradbook import draw
from gradbook.graph.model import Edge, Graph


def leaf(number: float) -> torch.Tensor:
    return torch.tensor(number, dtype=torch.float64, requires_grad=True)


def slope(f: Callable, x: torch.Tensor) -> torch.Tensor:
    return torch.autograd.grad(f(x), x, create_graph=True)[0]


def values(graph: Graph) -> dict[str, float | None]:
    return {node.text: node.value.number for node in graph.nodes}


FUNCTIONS = {
    "x^3": (lambda x: x**3, lambda x: {"x²": x**2, "3x²": 3 * x**2, "1·3x²": 3 * x**2}),
    "sin": (torch.sin, lambda x: {"cos(x)": x.cos(), "1·cos(x)": x.cos()}),
    "1/x": (torch.reciprocal, lambda x: {"1/x": 1 / x, "1/x·1/x": 1 / x**2, "−1/x·1/x": -1 / x**2}),
    "sqrt": (torch.sqrt, lambda x: {"√x": x**0.5, "2√x": 2 * x**0.5, "1/(2√x)": 1 / (2 * x**0.5)}),
}


@pytest.mark.parametrize("at", [0.5, 2.0, 3.75])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_numbers_of_a_recorded_pass_are_those_of_its_formulas(name: str, at: float) -> None:
    f, by_formula = FUNCTIONS[name]
    x = leaf(at)
    graph = draw(slope(f, x), names={"x": x}).graph
    shown = values(graph)
    assert check(graph)
    for text, value in by_formula(x.detach()).items():
        assert shown[text] == pytest.approx(value.item())


def test_numbers_are_those_that_a_program_with_names_has() -> None:
    x = leaf(0.5)
    passed_on = slope(lambda x: x.sin() * x.exp(), x)
    sine, exponential, cosine = x.sin(), x.exp(), x.cos()
    written = exponential * cosine
    found = values(draw(passed_on, names={"x": x}).graph)
    named = {"sin(x)": sine, "exp(x)": exponential, "cos(x)": cosine, "1·exp(x)·cos(x)": written}
    for text, tensor in named.items():
        assert found[text] == pytest.approx(tensor.item())


def test_what_a_write_may_have_changed_is_not_computed() -> None:
    x = leaf(0.5)
    with torch.no_grad():
        x.mul_(2)
    y = x + 1  # the sum has saved nothing, so nothing would tell of the write
    z = y * 3
    with torch.no_grad():
        x.add_(7)
    del y
    assert None in values(draw(z, names={"x": x}).graph).values()


def test_nothing_is_computed_from_what_is_not_known() -> None:
    x = leaf(0.5)
    found = values(draw(slope(torch.sinh, x), names={"x": x}).graph)
    assert found["cosh(x)"] is None  # an operation without a formula


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, G):
        print("never seen")
        return G * 3 * ctx.saved_tensors[0] ** 2


class Forgetful(Cube):
    @staticmethod
    def backward(ctx, G):
        return 3 * ctx.saved_tensors[0] ** 2


class Raising(Cube):
    @staticmethod
    def backward(ctx, G):
        if G == 1:
            raise KeyError("not one")
        return G


def edge_into(graph: Graph, name: str) -> Edge:
    [node] = [node for node in graph.nodes if node.op == f"{name}Backward"]
    [edge] = graph.inputs(node.id)
    return edge


@pytest.mark.parametrize("at", [-1.5, 0.0, 2.0])
def test_a_custom_function_has_its_slope_as_finite_differences_find_it(
    at: float, capsys: pytest.CaptureFixture
) -> None:
    x, h = leaf(at), 1e-4
    graph = draw(10 * Cube.apply(x)).graph
    check(graph)
    assert capsys.readouterr().out == ""
    measured = ((at + h) ** 3 - (at - h) ** 3) / (2 * h)
    assert edge_into(graph, "Cube").local == pytest.approx(measured, abs=1e-6)
    assert edge_into(graph, "Cube").flow.number == pytest.approx(10 * measured, abs=1e-5)


def test_a_backward_that_does_not_multiply_has_no_slope() -> None:
    graph = draw(10 * Forgetful.apply(leaf(2.0))).graph
    assert edge_into(graph, "Forgetful").local is None
    assert edge_into(graph, "Forgetful").flow.number == 12
    assert edge_into(draw(10 * Raising.apply(leaf(2.0))).graph, "Raising").local is None

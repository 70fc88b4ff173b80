"""A live tensor becomes a Graph: nodes, values, gradients, names; the program stays as it was."""

from __future__ import annotations

import random

import pytest
import torch
from drawings import recorded

from gradbook import draw
from gradbook.graph.model import Graph, Node


@recorded
def seed() -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.tensor(2.0, requires_grad=True)
    return x, 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


def node(graph: Graph, label: str) -> Node:
    [found] = [node for node in graph.nodes if node.label == label]
    return found


def labels(graph: Graph) -> list[str]:
    return [node.label for node in graph.nodes]


def products(graph: Graph, target: int, leaf: int) -> list[float]:
    """The product of local derivatives along every path from a node down to a leaf."""
    if target == leaf:
        return [1.0]
    return [
        edge.local * rest
        for edge in graph.inputs(target)
        for rest in products(graph, edge.source, leaf)
    ]


class TestSeed:
    def test_polynomial(self):
        x, y = seed()
        graph = draw(y).graph
        assert graph.count() == {"Add": 4, "Mul": 3, "Pow": 3, "AccumulateGrad": 1}
        p = x.item()
        four, three, two, one = 2 * p**4, p**3, 3 * p**2, 5 * p
        assert {n.label: n.value.number for n in graph.nodes} == {
            "x": p, "x⁴": p**4, "2x⁴": four, "x³": three, "2x⁴ + x³": four + three, "x²": p**2, "3x²": two,
            "2x⁴ + x³ + 3x²": four + three + two, "5x": one, "… + 5x": four + three + two + one, "y": y.item(),
        }  # fmt: skip
        slopes = [
            5,
            6 * p,
            3 * p**2,
            8 * p**3,
        ]  # of the last term first, which is the engine's order
        assert [edge.flow.number for edge in graph.uses(0)] == slopes
        assert sorted(products(graph, graph.roots[0].node, 0)) == sorted(slopes)
        assert graph.paths(0) == len(slopes)
        [slope] = torch.autograd.grad(y, x)
        assert graph.nodes[0].gradient.number == slope.item() == sum(slopes)

    def test_polynomial_in_one_line(self):
        x, y = seed()
        told = repr(draw(y))
        [slope] = torch.autograd.grad(y, x)
        assert told == (
            f"Graph of y = {y:.0f}: 11 nodes (4 Add, 3 Mul, 3 Pow, 1 AccumulateGrad), "
            f"4 paths to x, dy/dx = {slope:.0f}"
        )

    def test_several_steps(self):
        x = torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], requires_grad=True)
        y = 3 * x + 2
        z = 2 * y**2
        out = z.mean()
        graph = draw(out).graph
        assert labels(graph) == ["x", "3x", "y", "y²", "z", "out"]
        assert node(graph, "z").value.numbers == z.tolist()
        assert node(graph, "x").gradient.numbers == torch.autograd.grad(out, x)[0].tolist()
        assert [edge.how for edge in graph.edges] == ["× 3", "× 1", "× 2y", "× 2", "× 1/6"]
        assert node(graph, "y²").saves == ("y",)


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * gradient


class TestGradients:
    @pytest.mark.parametrize("number", range(20))
    def test_random_programs_agree_with_autograd(self, number: int):
        choose = random.Random(number)
        generator = torch.Generator().manual_seed(number)
        leaves = [
            torch.rand(shape, generator=generator, dtype=torch.float64).add(0.5).requires_grad_()
            for shape in ((), (3,), (2, 3))
        ]
        kept = list(leaves)
        operations = [torch.add, torch.mul, torch.sub, torch.div]
        functions = [
            torch.sin,
            torch.exp,
            torch.sigmoid,
            lambda t: t**3,
            lambda t: 2 - t,
            torch.tanh,
        ]
        for _ in range(12):
            a, b = choose.choice(kept), choose.choice(kept)
            result = choose.choice(operations)(a, choose.choice(functions)(b))
            kept.append(result.sum() if choose.random() < 0.3 else result)
        total = sum(t.mean() for t in kept[3:])
        graph = draw(total, names={f"t{place}": tensor for place, tensor in enumerate(kept)}).graph
        expected = torch.autograd.grad(total, kept, allow_unused=True, retain_graph=True)
        for place, (tensor, gradient) in enumerate(zip(kept, expected)):
            if gradient is None:
                continue
            drawn = node(graph, f"t{place}")
            torch.testing.assert_close(torch.tensor(drawn.gradient.numbers).double(), gradient)
            torch.testing.assert_close(torch.tensor(drawn.value.numbers).double(), tensor.detach())

    def test_a_root_that_is_no_number_needs_a_gradient(self):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        y = x**2
        without = draw(y).graph
        assert node(without, "x").gradient is None
        assert without.notes == (
            "No gradients: a result that has 2 entries needs draw(…, gradient=v).",
        )
        given = draw(y, gradient=torch.tensor([1.0, 10.0])).graph
        assert node(given, "x").gradient.numbers == [2, 40]

    def test_several_roots_add_up(self):
        x = torch.tensor(2.0, requires_grad=True)
        square, cube = x**2, x**3
        graph = draw(square, cube, gradient=[torch.tensor(1.0), torch.tensor(10.0)]).graph
        assert node(graph, "x").gradient.number == 124
        assert draw(square, square).graph.nodes[0].gradient.number == 8

    def test_complex(self):
        c = torch.tensor(1 + 2j, requires_grad=True)
        size = (c * c.conj()).real
        assert node(draw(size).graph, "c").gradient.number == 2 + 4j
        assert "complex" in draw(c * c).graph.notes[0]

    def test_inside_torch_func(self):
        seen = []

        def f(a: torch.Tensor) -> torch.Tensor:
            y = a**2
            seen.append(repr(draw(y)))
            return y

        assert torch.func.grad(f)(torch.tensor(3.0)) == 6
        assert seen == ["Graph of y = 9: 2 nodes (1 Pow, 1 AccumulateGrad), 1 path to a, dy/da = 6"]

    def test_the_graph_of_a_gradient(self):
        x = torch.tensor(2.0, requires_grad=True)
        [slope] = torch.autograd.grad(x**3, x, create_graph=True)
        assert node(draw(slope).graph, "x").gradient.number == 12


class TestWhatNodesSay:
    def test_cut_off_tensors(self):
        x, k = torch.tensor(2.0, requires_grad=True), torch.tensor(5.0)
        u = x * 3
        d = u.detach()
        with torch.no_grad():
            c = u + 1
        graph = draw(x * d + k * x + c * x).graph
        assert [(n.label, n.note) for n in graph.nodes if n.kind == "constant"] == [
            ("d", "detached from u"),
            ("k", "not tracked"),
            ("c", "not tracked"),
        ]
        assert [edge.cut for edge in graph.edges].count(True) == 3
        assert node(graph, "x").gradient.number == 6 + 5 + 7

    def test_leaves_show_what_is_accumulated(self):
        x, y = seed()
        y.backward(retain_graph=True)
        assert node(draw(y).graph, "x").accumulated.number == 93

    def test_after_backward_the_picture_says_what_is_gone(self):
        x = torch.tensor(2.0, requires_grad=True)
        u = x**2
        y = u * 3 + x
        y.backward()
        graph = draw(y).graph
        assert node(graph, "u").value.number == 4 and node(graph, "u").saves == ("freed",)
        assert node(graph, "x").gradient is None
        assert graph.notes == (
            "A backward pass has freed what some nodes saved, so gradients end there.",
        )

    def test_names(self):
        x, y = seed()
        weights = [torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)]
        model = torch.nn.Linear(2, 1)
        total = model(weights[0] * weights[1]).sum() + y
        assert {"x", "y", "weights[0]", "weights[1]", "model.weight", "model.bias", "total"} <= set(
            labels(draw(total).graph)
        )
        assert "angle" in labels(draw(total, names={"angle": x}).graph)

    def test_large_tensors_show_shape_and_type(self):
        big = torch.ones(64, 128, requires_grad=True)
        value = node(draw(big.sum()).graph, "big").value
        assert (value.shape, value.dtype, value.numbers) == ((64, 128), "float32", None)

    def test_a_factor_makes_another_operation(self):
        x, y = (torch.tensor(v, requires_grad=True) for v in (2.0, 3.0))
        z = torch.add(x, y, alpha=10)
        graph = draw(z).graph
        assert node(graph, "z").text == "add(x, y, alpha=10)"
        assert [edge.local for edge in graph.edges] == [1, 10]
        assert [edge.symbol for edge in graph.edges] == ["", ""]

    def test_the_forward_pass_alone(self):
        x, y = seed()
        picture = draw(y, gradients=False)
        assert [n.gradient for n in picture.graph.nodes] == [None] * 11 and not picture.graph.notes
        assert "∂" not in picture._repr_html_()

    def test_several_outputs(self):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        a, b = x.unbind()
        r = a * b
        graph = draw(r).graph
        [split] = [n for n in graph.nodes if n.op == "UnbindBackward0"]
        assert split.names == ("a", "b") and [v.number for v in split.values] == [1, 2]
        assert node(graph, "r").text == "ab"

    def test_custom_function_view_and_in_place(self):
        x = torch.arange(6.0).reshape(2, 3).requires_grad_()
        c = Cube.apply(x)
        c[0].mul_(3)
        graph = draw(c.sum()).graph
        assert {"Cube", "CopySlices"} <= graph.count().keys()
        assert node(graph, "x").gradient.numbers == [[0, 9, 36], [27, 48, 75]]

    @pytest.mark.parametrize("tensor, says", [
        (torch.ones(()), "nothing recorded"),
        (torch.ones((), requires_grad=True), "a leaf, nothing recorded yet"),
    ])  # fmt: skip
    def test_without_history(self, tensor: torch.Tensor, says: str):
        assert repr(draw(tensor)) == f"Graph of tensor = 1: {says}"
        assert "<svg" in draw(tensor)._repr_html_()

    def test_not_a_tensor(self):
        with pytest.raises(TypeError, match="draw needs tensors, and float is none"):
            draw(3.0)

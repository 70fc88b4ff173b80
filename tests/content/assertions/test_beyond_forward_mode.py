"""What "Forward mode and dual numbers" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import pytest
import torch
import torch.autograd.forward_ad as forward
from torch.func import jvp, linearize
from torch.utils._python_dispatch import TorchDispatchMode


def number(value: float) -> torch.Tensor:
    return torch.tensor(float(value))


def polynomial(x: torch.Tensor) -> torch.Tensor:
    return 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


def g(p: torch.Tensor) -> torch.Tensor:
    return torch.stack([p[0] * p[1], p[0] ** 2, p[1] ** 3])


def test_a_dual_number_carries_the_value_and_the_derivative() -> None:
    with forward.dual_level():
        y = polynomial(forward.make_dual(number(2), number(1)))
        primal, tangent = forward.unpack_dual(y)
    assert (primal.item(), tangent.item()) == (63, 93)
    assert y.grad_fn is None


def test_dual_numbers_multiply_by_the_product_rule() -> None:
    with forward.dual_level():
        a, b = (forward.make_dual(number(p), number(t)) for p, t in ((2, 3), (4, 5)))
        primal, tangent = forward.unpack_dual(a * b)
    assert (primal.item(), tangent.item()) == (8, 2 * 5 + 3 * 4)


def test_the_slopes_by_hand() -> None:
    one = (number(1),)
    assert jvp(lambda x: x * x, (number(3),), one) == (number(9), number(6))
    assert jvp(lambda x: x**3 + 5 * x, (number(3),), one) == (number(42), number(32))


def test_one_pass_tells_how_all_outputs_change_along_a_direction() -> None:
    point = torch.tensor([2.0, 3.0])
    J = torch.tensor([[3.0, 2.0], [4.0, 0.0], [0.0, 27.0]])
    for direction in ([1.0, 0.0], [0.0, 1.0], [2.0, 1.0]):
        u = torch.tensor(direction)
        values, rates = jvp(g, (point,), (u,))
        assert torch.equal(values, g(point)) and torch.equal(rates, J @ u)


def kept(run: Callable) -> int:
    sizes = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        sizes.append(tensor.numel())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        run()
    return sum(sizes)


def sines(x: torch.Tensor) -> torch.Tensor:
    for _ in range(10):
        x = x.sin()
    return x


def test_reverse_mode_keeps_values_and_forward_mode_does_not() -> None:
    x = torch.ones(1000)
    assert kept(lambda: sines(x.clone().requires_grad_())) == 10_000
    assert kept(lambda: jvp(sines, (x,), (x,))) == 0
    assert jvp(sines, (x,), (x,))[1].grad_fn is None


def test_jvp_nests() -> None:
    def slope_of(f: Callable) -> Callable:
        return lambda x: jvp(f, (x,), (torch.ones_like(x),))[1]

    f, found = polynomial, []
    for _ in range(3):
        f = slope_of(f)
        found.append(f(number(2)).item())
    assert found == [93, 114, 102]


def straight(f: Callable, x: torch.Tensor) -> tuple[torch.Tensor, Callable]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return linearize(f, x)


def test_linearize_returns_the_value_and_the_straight_part() -> None:
    value, push = straight(lambda x: x**3, number(2))
    assert value.item() == 8
    assert [push(number(d)).item() for d in (1, 2, -1)] == [12, 24, -12]


def test_linearize_does_not_call_the_function_again() -> None:
    calls = []

    def cube(x: torch.Tensor) -> torch.Tensor:
        calls.append(x)
        return x**3

    _, push = straight(cube, number(2))
    before = len(calls)
    push(number(1)), push(number(2))
    assert len(calls) == before


class Products(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count += func in (torch.ops.aten.mm.default, torch.ops.aten.bmm.default)
        return func(*args, **(kwargs or {}))


def test_after_its_first_call_the_straight_part_takes_one_product_and_jvp_three() -> None:
    torch.manual_seed(0)
    W, x = torch.randn(50, 50), torch.randn(50, 1)

    def layer(x):
        return torch.tanh(W @ x)

    _, push = straight(layer, x)
    push(x)
    with Products() as straight_part:
        result = push(x)
    with Products() as anew:
        expected = jvp(layer, (x,), (x,))[1]
    assert (straight_part.count, anew.count) == (1, 3)
    assert torch.allclose(result, expected)


def test_linearize_refuses_an_if_that_asks_for_a_value() -> None:
    with pytest.raises(RuntimeError, match="data-dependent control flow"):
        straight(lambda x: x if x > 0 else -x, number(2))


def tangent(f: Callable) -> float | None:
    with forward.dual_level():
        found = forward.unpack_dual(f(forward.make_dual(number(3), number(1)))).tangent
        return None if found is None else found.item()


def test_no_grad_leaves_the_tangent_and_inference_mode_and_detach_drop_it() -> None:
    def under(switch: Callable) -> Callable:
        def f(x: torch.Tensor) -> torch.Tensor:
            with switch():
                return x**2

        return f

    assert tangent(under(torch.no_grad)) == 6
    assert tangent(under(torch.inference_mode)) is None
    assert tangent(lambda x: x.detach() ** 2) is None


def test_a_whole_call_of_jvp_may_stand_inside_no_grad_and_inference_mode() -> None:
    for switch in (torch.no_grad, torch.inference_mode):
        with switch():
            assert jvp(lambda x: x**2, (number(3),), (number(1),))[1].item() == 6


def test_a_python_number_is_a_constant() -> None:
    assert tangent(lambda x: x * x) == 6
    assert tangent(lambda x: x.item() * x) == 3


def test_dual_levels_do_not_nest() -> None:
    with (
        forward.dual_level(),
        pytest.raises(RuntimeError, match="Nested forward mode AD is not supported"),
        forward.dual_level(),
    ):
        pass


def test_a_dual_number_needs_a_level_and_loses_its_tangent_with_it() -> None:
    with pytest.raises(RuntimeError, match="no level exists"):
        forward.make_dual(number(2), number(1))
    with forward.dual_level():
        y = forward.make_dual(number(2), number(1)) ** 2
        assert forward.unpack_dual(y).tangent.item() == 4
    assert forward.unpack_dual(y).tangent is None


def test_points_and_directions_are_tuples() -> None:
    with pytest.raises(RuntimeError, match="Expected primals to be a tuple"):
        jvp(torch.sin, number(0), number(1))
    assert jvp(torch.sin, (number(0),), (number(1),)) == (number(0), number(1))


def test_cdist_has_no_forward_formula() -> None:
    rows = torch.ones(2, 3)
    with pytest.raises(NotImplementedError, match="forward AD with _cdist_forward"):
        jvp(lambda x: torch.cdist(x, rows), (rows,), (rows,))
    assert torch.func.jacrev(lambda x: torch.cdist(x, rows))(rows).shape == (2, 2, 2, 3)


def test_the_exercises() -> None:
    assert jvp(lambda x: x**2, (number(3),), (number(2),))[1].item() == 12
    assert jvp(lambda x: x.sin(), (number(0),), (number(1),))[1].item() == math.cos(0)
    assert jvp(lambda x: x.sin() * x, (number(0),), (number(1),))[1].item() == 0
    assert jvp(lambda x: x.detach() * x, (number(5),), (number(1),))[1].item() == 5


def test_with_a_tracked_input_jvp_records_a_graph_too() -> None:
    sizes: list[int] = []
    x = torch.ones(5, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: sizes.append(1) or t, lambda t: t):
        value, rate = torch.func.jvp(torch.sin, (x,), (torch.ones(5),))
    assert value.requires_grad and rate.requires_grad and sizes


def test_a_dual_number_keeps_its_tangent_through_clone_and_loses_it_through_item() -> None:
    with forward.dual_level():
        x = forward.make_dual(torch.tensor(3.0), torch.tensor(1.0))
        assert forward.unpack_dual(x.clone()).tangent.item() == 1
        assert forward.unpack_dual(torch.tensor(x.item())).tangent is None

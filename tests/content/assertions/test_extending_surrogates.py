"""What "Surrogate gradients, NumPy code and operators" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.autograd import Function, gradcheck, gradgradcheck
from torch.autograd.gradcheck import GradcheckError
from torch.library import custom_op, opcheck
from torch.nn.functional import gumbel_softmax


def leaf(*numbers: float, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.tensor(numbers, dtype=dtype, requires_grad=True)


def test_rounding_has_derivative_zero() -> None:
    x = leaf(-1.7, 0.2, 0.5, 1.0, 2.5)
    assert torch.autograd.grad(x.round().sum(), x)[0].tolist() == [0] * 5


class FloorThrough(Function):
    @staticmethod
    def forward(ctx, x):
        return x.floor()

    @staticmethod
    def backward(ctx, G):
        return G


def by_detach(x: Tensor) -> Tensor:
    return x + (x.floor() - x).detach()


def by_write(x: Tensor) -> Tensor:
    y = x.clone()
    with torch.no_grad():
        y.floor_()
    return y


@pytest.mark.parametrize("through", [by_detach, FloorThrough.apply, by_write])
def test_three_ways_straight_through(through: object) -> None:
    x = leaf(-1.75, 0.25, 0.5, 3.0)
    y = through(x)
    assert y.tolist() == x.floor().tolist()
    (slope,) = torch.autograd.grad(y, x, torch.tensor([1.0, 2.0, 3.0, 4.0]))
    assert slope.tolist() == [1, 2, 3, 4]
    names = set()
    nodes = [y.grad_fn]
    while nodes:
        node = nodes.pop()
        names.add(node.name())
        nodes += [other for other, _ in node.next_functions if other]
    assert not names & {"FloorBackward0", "FloorBackward"}


def test_gradcheck_compares_a_surrogate_with_the_true_slopes() -> None:
    with pytest.raises(GradcheckError):
        gradcheck(FloorThrough.apply, leaf(0.3, dtype=torch.float64))


@pytest.mark.parametrize("seed", range(20))
def test_hard_gumbel_softmax_is_one_hot_with_the_gradient_of_the_soft_one(seed: int) -> None:
    scores, found = leaf(0.5, -1.0, 2.0, 0.0), []
    for hard in (True, False):
        torch.manual_seed(seed)
        y = gumbel_softmax(scores, hard=hard)
        if hard:
            assert sorted(y.tolist()) == pytest.approx([0, 0, 0, 1], abs=1e-6)
        found += torch.autograd.grad((y * torch.tensor([1.0, 2.0, 3.0, 5.0])).sum(), scores)
    assert torch.equal(*found)


def test_a_reversal_passes_values_and_turns_gradients_around() -> None:
    class Turn(Function):
        @staticmethod
        def forward(ctx, x, factor):
            ctx.factor = factor
            return x.clone()

        @staticmethod
        def backward(ctx, G):
            return -ctx.factor * G, None

    x, w = leaf(3.0), leaf(5.0)
    y = Turn.apply(x, 2.0)
    y.backward()
    assert (y.item(), x.grad.item()) == (3, -2)
    x.grad = None
    (w * Turn.apply(x, 1.0)).square().backward()
    assert (w.grad.item(), x.grad.item()) == (2 * 15 * 3, -2 * 15 * 5)
    assert torch.autograd.grad(Turn.apply(Turn.apply(x, 2.0), 3.0) * 5, x)[0].item() == 30


def solve(x: np.ndarray) -> np.ndarray:
    """The solution y of y + y^3 = x, by bisection."""
    low, high = -np.abs(x) - 1, np.abs(x) + 1
    for _ in range(80):
        middle = (low + high) / 2
        below = middle + middle**3 < x
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return low


class Solve(Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.as_tensor(solve(x.numpy()))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, G):
        (y,) = ctx.saved_tensors
        return G / (1 + 3 * y**2)


def test_a_solver_is_differentiated_by_the_equation_that_it_solves() -> None:
    x = leaf(-3.0, 0.0, 2.0, dtype=torch.float64)
    y = Solve.apply(x)
    torch.testing.assert_close(
        y, torch.tensor([-1.2134, 0.0, 1.0], dtype=torch.float64), atol=1e-4, rtol=0
    )
    assert torch.autograd.grad(y.sum(), x)[0][2].item() == pytest.approx(1 / 4)
    assert gradcheck(Solve.apply, x) and gradgradcheck(Solve.apply, x)


def test_the_function_of_lambert_at_e_has_slope_one_over_two_e() -> None:
    """From the equation alone: with w = 1 the derivative of w e^w is 2 e."""
    w = leaf(1.0, dtype=torch.float64)
    (slope,) = torch.autograd.grad(w * w.exp(), w)
    assert 1 / slope.item() == pytest.approx(1 / (2 * math.e))


def test_numpy_is_refused_outside_of_a_function_and_fine_in_forward() -> None:
    x = leaf(1.0, dtype=torch.float64)
    assert Solve.apply(x).requires_grad
    with pytest.raises(RuntimeError, match="Use tensor.detach"):
        x.numpy()
    assert torch.as_tensor(solve(x.detach().numpy())).requires_grad is False
    with torch.no_grad():
        assert x.numpy() == [1]


@custom_op("assertions::fourth", mutates_args=())
def fourth(x: Tensor) -> Tensor:
    return torch.as_tensor(x.numpy(force=True) ** 4)


def test_an_operator_says_it_needs_a_gradient_and_asks_for_a_formula() -> None:
    @custom_op("assertions::bare", mutates_args=())
    def bare(x: Tensor) -> Tensor:
        return x * 1

    y = bare(leaf(1.0))
    assert y.requires_grad
    with pytest.raises(RuntimeError, match="no autograd formula was registered"):
        y.sum().backward()


def test_a_registered_operator_passes_opcheck_and_compiles() -> None:
    def save(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * 4 * x**3

    fourth.register_autograd(backward, setup_context=save)
    fourth.register_fake(lambda x: torch.empty_like(x))
    x = leaf(1.0, 2.0)
    assert torch.autograd.grad(fourth(x).sum(), x)[0].tolist() == [4, 32]
    results = opcheck(fourth, (x,))
    assert list(results.values()) == ["SUCCESS"] * 4
    assert gradcheck(fourth, leaf(1.0, 2.0, dtype=torch.float64))
    compiled = torch.compile(lambda x: fourth(x).sum(), backend="aot_eager", fullgraph=True)
    assert torch.autograd.grad(compiled(x), x)[0].tolist() == [4, 32]


def test_an_operator_does_not_pass_torch_func() -> None:
    @custom_op("assertions::square", mutates_args=())
    def square(x: Tensor) -> Tensor:
        return x * x

    def save(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    square.register_autograd(lambda ctx, G: 2 * G * ctx.saved_tensors[0], setup_context=save)
    square.register_fake(lambda x: torch.empty_like(x))
    assert torch.autograd.grad(square(x := leaf(3.0)).sum(), x)[0].item() == 6
    with pytest.raises(RuntimeError, match="must override the setup_context"):
        torch.func.grad(lambda x: square(x).sum())(torch.ones(1))


def test_opcheck_does_not_see_a_wrong_formula_and_finds_a_hidden_write() -> None:
    @custom_op("assertions::third", mutates_args=())
    def third(x: Tensor) -> Tensor:
        return x / 3

    third.register_fake(lambda x: torch.empty_like(x))
    third.register_autograd(lambda ctx, G: G * 100)
    assert set(opcheck(third, (leaf(1.0),)).values()) == {"SUCCESS"}
    with pytest.raises(GradcheckError):
        gradcheck(third, leaf(1.0, dtype=torch.float64))

    @custom_op("assertions::writes", mutates_args=())
    def writes(x: Tensor) -> Tensor:
        x.add_(1)
        return x.clone()

    writes.register_fake(lambda x: torch.empty_like(x))
    results = opcheck(writes, (torch.ones(2),), raise_exception=False)
    assert "is not defined as mutable but was mutated" in str(results["test_schema"])


def test_the_fake_of_an_operator_computes_nothing() -> None:
    calls = []

    @custom_op("assertions::counted", mutates_args=())
    def counted(x: Tensor) -> Tensor:
        calls.append(x)
        return x.clone()

    counted.register_fake(lambda x: torch.empty_like(x))
    assert counted(torch.ones(3, device="meta")).shape == (3,)
    assert calls == []


def test_a_sign_that_lets_the_gradient_through_near_zero() -> None:
    class Sign(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.sign()

        @staticmethod
        def backward(ctx, G):
            (x,) = ctx.saved_tensors
            return torch.where(x.abs() <= 1, G, 0)

    x = leaf(-2.0, -0.5, 1.0, 1.5)
    assert torch.autograd.grad(Sign.apply(x).sum(), x)[0].tolist() == [0, 1, 1, 0]


def test_the_slope_of_a_cube_root_at_eight() -> None:
    x = leaf(8.0, dtype=torch.float64)
    assert torch.autograd.grad(x ** (1 / 3), x)[0].item() == pytest.approx(1 / 12)


def test_a_minus_sign_before_the_loss_turns_the_head_around_as_well() -> None:
    def gradients(sign: float) -> list[float]:
        feature, head = leaf(3.0), leaf(5.0)
        return [g.item() for g in torch.autograd.grad((sign * (head * feature) ** 2).sum(), (head, feature))]

    assert gradients(-1) == [-g for g in gradients(1)]

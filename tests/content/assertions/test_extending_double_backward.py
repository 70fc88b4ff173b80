"""What "Double backward" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import gc
import math
import weakref
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.autograd import Function, gradcheck, gradgradcheck
from torch.autograd.function import once_differentiable
from torch.autograd.gradcheck import GradcheckError


def leaf(number: float = 0.5) -> torch.Tensor:
    return torch.tensor(number, dtype=torch.float64, requires_grad=True)


def slope(function: Callable, x: torch.Tensor) -> torch.Tensor:
    return torch.autograd.grad(function(x), x, create_graph=True)[0]


def second(function: Callable, x: torch.Tensor) -> float:
    return torch.autograd.grad(slope(function, x), x)[0].item()


# The tangent: its slope is 1 + tan^2, of which `square` is an intermediate.
class FromInput(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.tan()

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * (1 + x.tan() ** 2)


class FromResult(Function):
    @staticmethod
    def forward(ctx, x):
        y = x.tan()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, G):
        (y,) = ctx.saved_tensors
        return G * (1 + y**2)


class Intermediate(Function):
    on_ctx = True

    @staticmethod
    def forward(ctx, x):
        y = x.tan()
        square = y**2
        if Intermediate.on_ctx:
            ctx.square = square
        else:
            ctx.save_for_backward(square)
        return y

    @staticmethod
    def backward(ctx, G):
        square = ctx.square if Intermediate.on_ctx else ctx.saved_tensors[0]
        assert not square.requires_grad
        return G * (1 + square)


class Returned(Function):
    @staticmethod
    def forward(ctx, x):
        y = x.tan()
        square = y**2
        ctx.save_for_backward(y, square)
        return y, square

    @staticmethod
    def backward(ctx, G, G_square):
        y, square = ctx.saved_tensors
        return (G + G_square * 2 * y) * (1 + square)


RIGHT = [FromInput.apply, FromResult.apply, lambda x: Returned.apply(x)[0]]
# The second derivative of tan^2 is 2 (1 + t^2)^2 + 4 t^2 (1 + t^2).
T = math.tan(0.5) ** 2
FIRST_TERM, SECOND_TERM = 2 * (1 + T) ** 2, 4 * T * (1 + T)


@pytest.mark.parametrize("function", RIGHT)
def test_inputs_results_and_returned_intermediates_are_connected(function: Callable) -> None:
    found = second(lambda x: function(x) ** 2, leaf())
    assert found == pytest.approx(FIRST_TERM + SECOND_TERM)
    assert gradcheck(function, leaf()) and gradgradcheck(function, leaf())


@pytest.mark.parametrize("on_ctx", [True, False])
def test_intermediates_are_constants_wherever_they_are_kept(on_ctx: bool) -> None:
    Intermediate.on_ctx = on_ctx
    x = leaf()
    square = lambda x: Intermediate.apply(x) ** 2  # noqa: E731
    assert slope(square, x).item() == pytest.approx(slope(lambda x: x.tan() ** 2, x).item())
    assert second(square, x) == pytest.approx(FIRST_TERM)
    assert gradcheck(Intermediate.apply, x)
    with pytest.raises(GradcheckError, match="Jacobian mismatch"):
        gradgradcheck(Intermediate.apply, x)


def test_alone_the_gradient_has_no_history_and_a_second_one_raises() -> None:
    Intermediate.on_ctx = True
    x = leaf()
    assert not slope(Intermediate.apply, x).requires_grad
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad"):
        second(Intermediate.apply, x)


def test_a_saved_input_is_the_input() -> None:
    seen = []

    class Looks(FromInput):
        @staticmethod
        def backward(ctx, G):
            seen.append(ctx.saved_tensors[0])
            return FromInput.backward(ctx, G)

    x = leaf()
    slope(Looks.apply, x)
    assert seen[0] is x


def test_the_operations_of_backward_are_recorded_with_create_graph_alone() -> None:
    x = leaf()
    (plain,) = torch.autograd.grad(FromInput.apply(x), x)
    assert not plain.requires_grad and slope(FromInput.apply, x).requires_grad


def test_a_saved_result_is_connected_to_the_node_of_the_function() -> None:
    names = []

    class Looks(FromResult):
        @staticmethod
        def backward(ctx, G):
            names.append(ctx.saved_tensors[0].grad_fn.name())
            return FromResult.backward(ctx, G)

    slope(Looks.apply, leaf())
    assert names == ["LooksBackward"]


def test_in_a_gradient_penalty_the_mistake_arrives_in_grad() -> None:
    Intermediate.on_ctx = True
    found = []
    for function in (Intermediate.apply, FromInput.apply):
        x = leaf()
        (slope(lambda x: function(x) ** 2, x) ** 2).backward()  # noqa: B023
        found.append(x.grad.item())
    first = 2 * math.tan(0.5) * (1 + T)
    assert found == pytest.approx([2 * first * FIRST_TERM, 2 * first * (FIRST_TERM + SECOND_TERM)])


class Once(FromInput):
    @staticmethod
    @once_differentiable
    def backward(ctx, G):
        return FromInput.backward(ctx, G)


def test_once_differentiable_gives_the_gradient_and_refuses_the_second() -> None:
    x = leaf()
    found = slope(lambda x: Once.apply(x) ** 2, x)
    assert found.item() == pytest.approx(2 * math.tan(0.5) * (1 + T))
    assert "grad_fn=<Error>" in repr(found)
    with pytest.raises(RuntimeError, match="trying to differentiate twice a function"):
        found.backward()
    with pytest.raises(RuntimeError, match="appears to not have been used in the graph"):
        second(lambda x: Once.apply(x) ** 2, x)


def test_under_no_grad_the_gradient_has_no_history_even_through_g() -> None:
    class Cut(FromInput):
        @staticmethod
        def backward(ctx, G):
            with torch.no_grad():
                return FromInput.backward(ctx, G)

    assert not slope(lambda x: Cut.apply(x) ** 2, leaf()).requires_grad


def test_a_result_on_ctx_is_connected_and_waits_for_the_garbage_collector() -> None:
    class Held(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.y = x.tan()
            return ctx.y

        @staticmethod
        def backward(ctx, G):
            return G * (1 + ctx.y**2)

    assert second(lambda x: Held.apply(x) ** 2, leaf()) == pytest.approx(FIRST_TERM + SECOND_TERM)
    for made, stays in ((Held, True), (FromResult, False)):
        gc.disable()
        try:
            y = made.apply(leaf())
            reference = weakref.ref(y)
            del y
            assert (reference() is not None) is stays
        finally:
            gc.enable()
        gc.collect()
        assert reference() is None


def test_one_way_to_x_instead_of_several() -> None:
    Intermediate.on_ctx = True

    def leaves(result: torch.Tensor) -> int:
        """The number of ways from the result to leaves."""
        ways = lambda node: sum(ways(n) for n, _ in node.next_functions if n) or 1  # noqa: E731
        return ways(result.grad_fn)

    wrong = slope(lambda x: Intermediate.apply(x) ** 2, leaf())
    right = slope(lambda x: FromInput.apply(x) ** 2, leaf())
    assert leaves(wrong) < leaves(right)


@pytest.mark.parametrize("view", [lambda x: x.view_as(x), lambda x: x.view(-1), torch.detach])
def test_a_view_of_an_input_is_an_intermediate(view: Callable) -> None:
    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(view(x))
            return x**3

        @staticmethod
        def backward(ctx, G):
            return (G * 3 * ctx.saved_tensors[0] ** 2).sum()

    x = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(Cube.apply(x) ** 2, x, create_graph=True)
    (second,) = torch.autograd.grad(first, x)
    assert second == 2 * (3 * x**2) ** 2  # that of G alone
    assert second != torch.autograd.functional.hessian(lambda x: x**6, x)


class SinNumpy(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.tensor(np.sin(x.numpy()))

    @staticmethod
    def backward(ctx, G):
        return G * CosNumpy.apply(*ctx.saved_tensors)


class CosNumpy(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.tensor(np.cos(x.numpy()))

    @staticmethod
    def backward(ctx, G):
        return -G * SinNumpy.apply(*ctx.saved_tensors)


def test_a_derivative_in_numpy_that_is_a_function_can_be_differentiated_on_and_on() -> None:
    for function, true in ((SinNumpy, torch.sin), (CosNumpy, torch.cos)):
        x = leaf()
        y, expected = function.apply(x) ** 2, true(x) ** 2
        for _ in range(5):
            (y,) = torch.autograd.grad(y, x, create_graph=True)
            (expected,) = torch.autograd.grad(expected, x, create_graph=True)
            torch.testing.assert_close(y, expected)


def test_numpy_inside_backward_cannot_be_differentiated() -> None:
    class Inside(SinNumpy):
        @staticmethod
        def backward(ctx, G):
            return G * torch.tensor(np.cos(ctx.saved_tensors[0].numpy()))

    assert torch.autograd.grad(Inside.apply(leaf()), leaf(), allow_unused=True) == (None,)
    with pytest.raises(RuntimeError, match="numpy"):
        slope(Inside.apply, leaf())


def test_autograd_inside_backward_is_right_for_the_saved_input_and_not_for_a_copy() -> None:
    class Copied(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.x = x.detach().requires_grad_()
            with torch.enable_grad():
                ctx.y = ctx.x.tan()
            return ctx.y.detach()

        @staticmethod
        def backward(ctx, G):
            return torch.autograd.grad(ctx.y, ctx.x, G, create_graph=True)

    class Again(FromInput):
        @staticmethod
        def backward(ctx, G):
            (x,) = ctx.saved_tensors
            with torch.enable_grad():
                y = x.tan()
            return torch.autograd.grad(y, x, G, create_graph=True)

    for made in (Copied, Again):
        assert gradcheck(made.apply, leaf())
    assert gradgradcheck(Again.apply, leaf())
    with pytest.raises(GradcheckError):
        gradgradcheck(Copied.apply, leaf())
    x = leaf()
    first_term = 2 * (1 + x.tan() ** 2) ** 2
    assert second(lambda x: Copied.apply(x) ** 2, x) == pytest.approx(first_term.item())

"""What "Prove a gradient right" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd import Function, gradcheck, gradgradcheck

QUIET = {"raise_exception": False}


def at(*numbers: float, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.tensor(numbers, dtype=dtype, requires_grad=True)


def function(value: Callable[[Tensor], Tensor], slope: Callable[[Tensor, Tensor], Any]) -> Any:
    """An autograd function: `slope` is given the gradient that arrives and the input."""

    class Made(Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            ctx.save_for_backward(x)
            return value(x)

        @staticmethod
        def backward(ctx: Any, grad: Tensor) -> Any:
            return slope(grad, *ctx.saved_tensors)

    return Made.apply


def cube(factor: float) -> Any:
    return function(lambda x: x**3, lambda grad, x: grad * factor * x**2)


def complaint(f: Any, *inputs: Tensor, **options: Any) -> str:
    with pytest.raises(RuntimeError) as caught:
        gradcheck(f, inputs, **options)
    return str(caught.value)


def test_a_right_cube_passes_both_checks_and_a_wrong_one_gives_false_or_raises() -> None:
    assert gradcheck(cube(3), (at(1, 2),)) and gradgradcheck(cube(3), (at(1, 2),))
    assert gradcheck(cube(2), (at(1, 2),), **QUIET) is False
    assert "Jacobian mismatch" in complaint(cube(2), at(1, 2))


def test_numerical_was_measured_and_analytical_is_what_backward_returned() -> None:
    said = complaint(cube(2), at(1, 2))
    numerical, analytical = said.split("analytical:")
    assert "3.0000" in numerical and "12.0000" in numerical
    assert "2." in analytical and "8." in analytical


def test_rows_are_inputs_and_columns_are_outputs() -> None:
    A = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).double()
    said = complaint(function(lambda v: A @ v, lambda grad, v: 2 * A.T @ grad), at(1, 1, 1))
    assert "[1.0000, 4.0000]" in said


def test_a_forgotten_grad_repeats_the_diagonal_in_each_row() -> None:
    said = complaint(function(lambda x: x**3, lambda grad, x: 3 * x**2), at(1, 2))
    assert "[ 3.,  3.]" in said and "[12., 12.]" in said


def test_an_input_answered_with_none_has_zeros() -> None:
    class Half(Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor, y: Tensor) -> Tensor:
            ctx.save_for_backward(y)
            return x * y

        @staticmethod
        def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
            return grad * ctx.saved_tensors[0], None

    said = complaint(Half.apply, at(1, 2), at(3, 4))
    assert "with respect to input 1" in said
    assert "[[0., 0.]" in said.split("analytical:")[1]


def measured(eps: float, dtype: torch.dtype) -> float:
    high, low = (torch.tensor(2.0 + sign * eps, dtype=dtype) ** 3 for sign in (1, -1))
    return abs(((high - low) / (2 * eps)).item() - 12)


def test_the_central_difference_of_the_cube_is_off_by_the_square_of_the_step() -> None:
    for eps in (0.5, 0.25):
        assert measured(eps, torch.float64) == pytest.approx(eps**2)


def test_the_default_step_is_near_the_best_for_float64_and_not_for_float32() -> None:
    for dtype, limit in ((torch.float64, 1e-8), (torch.float32, 1)):
        errors = {k: measured(10.0**-k, dtype) for k in range(1, 13)}
        best = min(errors.values())
        assert (errors[6] < 100 * best and errors[6] < limit) == (dtype == torch.float64)
        assert errors[1] > best and errors[12] > best


@pytest.mark.parametrize("off", [0.9e-3, 1.1e-3])
def test_an_entry_passes_within_atol_plus_rtol_times_the_numerical_one(off: float) -> None:
    options = {"atol": 0.0, "rtol": 1e-3, **QUIET}
    assert gradcheck(cube(3 * (1 + off)), (at(1, 2),), **options) == (off < 1e-3)
    options = {"atol": 1e-3, "rtol": 0.0, **QUIET}
    wrong = function(lambda x: 0 * x, lambda grad, x: grad * off)
    assert gradcheck(wrong, (at(1),), **options) == (off < 1e-3)


class SinhBad(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        up, down = x.exp(), (-x).exp()
        ctx.save_for_backward(up, down)
        return (up - down) / 2

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        up, down = ctx.saved_tensors
        return grad * (up + down) / 2


def test_a_backward_that_uses_saved_intermediates_fails_the_second_check_alone() -> None:
    assert gradcheck(SinhBad.apply, (at(1, 2),))
    assert gradgradcheck(SinhBad.apply, (at(1, 2),), **QUIET) is False
    good = function(torch.sinh, lambda grad, x: grad * x.cosh())
    assert gradgradcheck(good, (at(1, 2),))
    with pytest.raises(RuntimeError, match="1.1752"):
        gradgradcheck(SinhBad.apply, (at(1, 2),), (at(1, 1),))


def test_gradgradcheck_draws_the_gradient_that_arrives_at_random() -> None:
    texts = set()
    for seed in (0, 1):
        torch.manual_seed(seed)
        with pytest.raises(RuntimeError) as caught:
            gradgradcheck(SinhBad.apply, (at(1, 2),))
        texts.add(str(caught.value))
    assert len(texts) == 2


def test_a_right_sine_fails_in_float32_and_passes_with_a_larger_step() -> None:
    x = at(1, 2, dtype=torch.float32)
    with pytest.warns(UserWarning, match="not a double precision"):
        assert gradcheck(torch.sin, (x,), **QUIET) is False
    with pytest.warns(UserWarning):
        assert gradcheck(torch.sin, (x,), eps=1e-2, atol=1e-3)


@pytest.mark.parametrize("number", [0.0, 1e-3])
def test_relu_fails_on_its_kink_and_passes_away_from_it(number: float) -> None:
    assert gradcheck(torch.relu, (at(number),), **QUIET) == (number > 0)


def test_dropout_passes_if_its_seed_is_fixed_inside_the_function() -> None:
    def seeded(x: Tensor) -> Tensor:
        torch.manual_seed(0)
        return torch.nn.functional.dropout(x, 0.5)

    torch.manual_seed(0)
    assert gradcheck(lambda x: torch.nn.functional.dropout(x, 0.5), (at(1, 2),), **QUIET) is False
    assert gradcheck(seeded, (at(1, 2),))


def test_a_backward_that_varies_is_refused_until_nondet_tol_allows_it() -> None:
    def slope(grad: Tensor, x: Tensor) -> Tensor:
        return grad * (2 * x + 1e-9 * torch.rand(2, dtype=torch.float64))

    varying = function(lambda x: x**2, slope)
    assert "not reentrant" in complaint(varying, at(1, 2))
    assert gradcheck(varying, (at(1, 2),), nondet_tol=1e-6)


def test_these_wrong_gradients_pass() -> None:
    assert gradcheck(cube(2), (at(0, 0),))
    assert gradcheck(cube(3.001), (at(1, 2),))
    assert gradcheck(function(lambda x: 1e-6 * x, lambda grad, x: 0 * grad), (at(1, 2),))
    w = torch.nn.Parameter(torch.tensor(3.0).double())
    assert gradcheck(lambda x: w.detach() * x, (at(1, 2),))


def test_a_smaller_rtol_tells_3_from_3_001() -> None:
    assert gradcheck(cube(3), (at(1, 2),), rtol=1e-6, **QUIET)
    assert gradcheck(cube(3.001), (at(1, 2),), rtol=1e-6, **QUIET) is False


def test_abs_passes_at_0_by_luck_and_fails_beside_it() -> None:
    assert gradcheck(torch.abs, (at(0.0),))
    assert gradcheck(torch.abs, (at(1e-7),), **QUIET) is False


@pytest.mark.parametrize("point", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("f", [torch.exp, torch.sin, torch.tanh, lambda x: x**3])
def test_at_numbers_of_size_1_a_smooth_function_is_measured_to_about_a_billionth(
    f: Callable, point: float
) -> None:
    x = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(f(x), x)
    x = x.detach()
    assert abs((f(x + 1e-6) - f(x - 1e-6)) / 2e-6 - slope) < 2e-9


def test_another_error_than_a_mismatch_is_raised_also_without_raise_exception() -> None:
    class Broken(Function):
        @staticmethod
        def forward(ctx, x):
            return x**3

        @staticmethod
        def backward(ctx, grad):
            raise ZeroDivisionError

    x = torch.ones(2, dtype=torch.float64, requires_grad=True)
    with pytest.raises(ZeroDivisionError):
        gradcheck(Broken.apply, (x,), raise_exception=False)
    with pytest.raises(ValueError, match="at least one input"):
        gradcheck(torch.sin, (x.detach(),), raise_exception=False)


def runs(f: Callable[..., Any], *inputs: Tensor, **options: Any) -> int:
    """How often the check calls the function."""
    calls = []

    def counted(*given: Tensor) -> Any:
        calls.append(1)
        return f(*given)

    assert gradcheck(counted, inputs, **options)
    return len(calls)


@pytest.mark.parametrize("entries", [1, 2, 10, 50])
def test_the_check_runs_twice_for_each_tracked_entry_and_the_quick_one_does_not(entries: int) -> None:
    x = torch.linspace(1, 2, entries).double().requires_grad_()
    free = torch.ones(30, dtype=torch.float64)
    assert 2 * entries <= runs(torch.sin, x) <= 2 * entries + 2
    assert runs(lambda x, y: x * y.sum(), x, free) == runs(torch.sin, x)
    assert runs(lambda x: (x.sin(), x.cos()), x) >= 2 * entries
    z = torch.ones(entries, dtype=torch.complex128, requires_grad=True)
    assert runs(torch.sin, z) >= 2 * entries
    assert runs(torch.sin, x, fast_mode=True) == runs(torch.sin, at(1), fast_mode=True)
    assert runs(torch.mul, x, x.detach().clone().requires_grad_(), fast_mode=True) <= 8


@pytest.mark.parametrize("seed", range(5))
def test_one_entry_that_is_wrong_by_five_percent_passes_the_quick_check_each_time(seed: int) -> None:
    torch.manual_seed(seed)
    factor = torch.full((10,), 3.0).double()
    factor[0] = 3.15
    f = function(lambda x: x**3, lambda grad, x: grad * factor * x**2)
    x = torch.linspace(1, 2, 10).double().requires_grad_()
    assert gradcheck(f, (x,), fast_mode=True)
    assert gradcheck(f, (x,), **QUIET) is False


def test_the_quick_check_moves_all_entries_at_once_and_in_the_same_direction_each_time() -> None:
    moved = []

    def watched(x: Tensor) -> Tensor:
        moved.append(x.detach().clone())
        return x.sin()

    for seed in (0, 1):
        torch.manual_seed(seed)
        gradcheck(watched, (at(1, 2, 3),), fast_mode=True)
    once, again = moved[: len(moved) // 2], moved[len(moved) // 2 :]
    assert all(map(torch.equal, once, again))
    steps = [step - at(1, 2, 3).detach() for step in once]
    assert all((step != 0).all() for step in steps if step.any())
    assert sum(bool(step.any()) for step in steps) == 2


def test_a_sparse_input_is_moved_where_it_stores_an_entry() -> None:
    x = torch.eye(20, dtype=torch.float64).to_sparse().requires_grad_()
    calls = runs(torch.sparse.sum, x, masked=True)
    assert 2 * 20 <= calls < 2 * 20 * 20


def test_zeros_in_place_of_numbers_come_from_a_cut_too() -> None:
    said = complaint(lambda x, y: x * y.detach(), at(1, 2), at(3, 4))
    assert "with respect to input 1" in said
    assert "[[0., 0.]" in said.split("analytical:")[1]

"""What "Kinks, ties and staircases" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F

ZERO, ONE = torch.tensor(0.0, dtype=torch.float64), torch.tensor(1.0, dtype=torch.float64)


def slope(f: Callable, at: float) -> float:
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.autograd.grad(f(x), x)[0].item()


def sides(f: Callable, at: float, h: float = 1e-6) -> tuple[float, float]:
    """The slopes on the left and on the right, measured."""
    before, here, after = (f(torch.tensor(at + d, dtype=torch.float64)).item() for d in (-h, 0, h))
    return (here - before) / h, (after - here) / h


HINGES = [  # function, point, what autograd answers, the slopes on both sides
    (torch.relu, 0, 0, (0, 1)),
    (lambda x: x.clamp(min=0), 0, 1, (0, 1)),
    (lambda x: torch.maximum(x, ZERO), 0, 0.5, (0, 1)),
    (lambda x: torch.where(x > 0, x, ZERO), 0, 0, (0, 1)),
    (lambda x: torch.fmax(x, ZERO), 0, 1, (0, 1)),
    (torch.abs, 0, 0, (-1, 1)),
    (F.leaky_relu, 0, 0.01, (0.01, 1)),
    (lambda x: x.clamp(0, 1), 0, 1, (0, 1)),
    (lambda x: x.clamp(0, 1), 1, 1, (1, 0)),
    (F.hardtanh, -1, 0, (0, 1)),
    (F.hardtanh, 1, 0, (1, 0)),
    (F.relu6, 0, 0, (0, 1)),
    (F.relu6, 6, 0, (1, 0)),
    (F.hardsigmoid, 3, 0, (1 / 6, 0)),
    (F.hardswish, -3, 0, (0, -0.5)),
    (F.hardswish, 3, 1, (1.5, 1)),
    (F.softshrink, 0.5, 0, (0, 1)),
    (lambda x: torch.minimum(x, ONE), 1, 0.5, (1, 0)),
]
SMOOTH = [
    (F.elu, 0, 1),
    (lambda x: F.smooth_l1_loss(x, ZERO), 1, 1),
    (lambda x: F.huber_loss(x, ZERO), 1, 1),
    (torch.sinc, 0, 0),
    (lambda x: x**0, 0, 0),
    (lambda x: x.clamp(0, 1), -1, 0),
]


@pytest.mark.parametrize(("f", "at", "answer", "both"), HINGES)
def test_at_a_kink_the_answer_lies_between_the_slopes_of_both_sides(f, at, answer, both) -> None:
    measured = sides(f, float(at))
    assert measured == pytest.approx(both, abs=1e-4)
    assert abs(measured[0] - measured[1]) > 0.1
    found = slope(f, float(at))
    assert found == pytest.approx(answer)
    assert min(both) <= found <= max(both)


@pytest.mark.parametrize(("f", "at", "answer"), SMOOTH)
def test_some_points_only_look_like_kinks(f, at, answer) -> None:
    assert slope(f, float(at)) == pytest.approx(answer)
    assert sides(f, float(at)) == pytest.approx((answer, answer), abs=1e-4)


def test_the_four_relus_are_one_function_away_from_0() -> None:
    for f, _, _, _ in HINGES[:4]:
        assert [slope(f, at) for at in (-1.0, -1e-3, 1e-3, 1.0)] == [0, 0, 1, 1]


def test_autograd_answers_the_same_in_float32() -> None:
    x = torch.zeros((), requires_grad=True)
    for f, answer in ((torch.relu, 0), (lambda x: x.clamp(min=0), 1)):
        assert torch.autograd.grad(f(x), x)[0].item() == answer
    assert torch.autograd.grad(torch.maximum(x, torch.tensor(0.0)), x)[0].item() == 0.5


@pytest.mark.parametrize("f", [torch.round, torch.floor, torch.ceil, torch.trunc, torch.sign])
def test_staircases_have_the_slope_0_at_their_jumps_too(f: Callable) -> None:
    assert {slope(f, at) for at in (-1.0, -0.5, 0.0, 0.3, 0.5, 1.0)} == {0}


def test_copysign_has_the_slope_0_at_0() -> None:
    assert slope(lambda x: torch.copysign(x, ONE), 0.0) == 0


def test_nothing_before_a_round_learns() -> None:
    w = torch.tensor(2.6, requires_grad=True)
    (w.round() - 1).square().backward()
    assert w.grad.item() == 0


def test_a_comparison_cuts_the_graph() -> None:
    x = torch.tensor(1.0, requires_grad=True)
    assert not (x > 0).requires_grad
    with pytest.raises(RuntimeError, match="does not require grad"):
        (x > 0).float().backward()


def test_the_straight_way_through_a_round() -> None:
    def f(x):
        return x + (x.round() - x).detach()

    assert f(torch.tensor(2.6)).item() == 3 and slope(f, 2.6) == 1


STEEP = [
    (lambda x: x**0.5, 0, math.inf),
    (torch.acos, 1, -math.inf),
    (lambda x: x * x.log(), 0, math.nan),
    (lambda x: torch.xlogy(x, x), 0, math.nan),
    (lambda x: torch.hypot(x, ZERO), 0, math.nan),
    (lambda x: torch.stack([x, x]).norm(), 0, 0),
    (lambda x: (x**2 + x**2).sqrt(), 0, math.nan),
    (lambda x: (x**2 + x**2 + 1e-12).sqrt(), 0, 0),
    (lambda x: torch.stack([x, ONE]).std(), 1, 0),
    (lambda x: torch.stack([x, ONE]).var().sqrt(), 1, math.nan),
    (lambda x: x.reshape(1).var(), 1, math.nan),
]


@pytest.mark.parametrize(("f", "at", "answer"), STEEP)
def test_infinite_and_undefined_slopes(f, at, answer) -> None:
    assert slope(f, float(at)) == pytest.approx(answer, nan_ok=True)


def test_the_variance_of_a_single_value_warns() -> None:
    with pytest.warns(UserWarning, match=r"var\(\): degrees of freedom is <= 0"):
        torch.ones(1).var()


THIRDS, FIRST, LAST = [1 / 3] * 3, [1, 0, 0], [0, 0, 1]
TIES = [
    (lambda x: x.max(), THIRDS),
    (lambda x: x.amax(), THIRDS),
    (lambda x: x.amax(0), THIRDS),
    (lambda x: x.median(), THIRDS),
    (lambda x: x.norm(p=math.inf), THIRDS),
    (lambda x: torch.linalg.vector_norm(x, math.inf), THIRDS),
    (lambda x: x.max(0).values, FIRST),
    (lambda x: x.topk(1).values.sum(), FIRST),
    (lambda x: F.max_pool1d(x[None], 3).sum(), FIRST),
    (lambda x: x.sort().values[-1], LAST),
    (lambda x: x.kthvalue(3).values, LAST),
]


@pytest.mark.parametrize(("f", "shares"), TIES)
def test_three_equal_entries_share_or_one_takes_all(f, shares) -> None:
    x = torch.ones(3, requires_grad=True)
    assert torch.autograd.grad(f(x), x)[0].tolist() == pytest.approx(shares)


def test_with_an_index_the_gradient_goes_to_its_entry() -> None:
    x = torch.tensor([1.0, 2.0, 2.0, 2.0], requires_grad=True)
    largest = x.max(0)
    (shares,) = torch.autograd.grad(largest.values, x)
    assert shares[largest.indices] == 1 and shares.count_nonzero() == 1


def test_maximum_gives_half_to_each() -> None:
    a, b = (torch.tensor(1.0, requires_grad=True) for _ in range(2))
    assert [g.item() for g in torch.autograd.grad(torch.maximum(a, b), (a, b))] == [0.5, 0.5]


def test_sort_keeps_the_order_of_equal_entries_if_it_is_asked_to() -> None:
    for size in (3, 100, 1000, 5000):
        x = torch.ones(size, requires_grad=True)
        (shares,) = torch.autograd.grad(x.sort(stable=True).values[-1], x)
        assert shares[-1] == 1 and shares.sum() == 1
        (shares,) = torch.autograd.grad(x.sort().values[-1], x)
        assert shares.max() == 1 and shares.sum() == 1


def test_a_weight_that_starts_at_the_kink_is_stuck_with_relu_and_learns_with_clamp() -> None:
    ends = []
    for hinge in (torch.relu, lambda w: w.clamp(min=0)):
        w = torch.zeros((), requires_grad=True)
        for _ in range(20):
            (found,) = torch.autograd.grad((hinge(w) - 1) ** 2, w)
            with torch.no_grad():
                w -= 0.25 * found
        ends.append(w.item())
    assert ends == pytest.approx([0, 1], abs=1e-5)


def test_two_relus_that_make_x_have_the_slope_0_at_0() -> None:
    def f(x):
        return torch.relu(x) - torch.relu(-x)

    assert [slope(f, at) for at in (-0.1, 0.0, 0.1)] == [1, 0, 1]
    assert f(torch.tensor(-0.1)).item() == pytest.approx(-0.1)


def test_the_exercises() -> None:
    assert math.isnan(slope(lambda x: (x**2).sqrt(), 0.0))
    x = torch.tensor([3.0, 1.0, 3.0, 2.0], requires_grad=True)
    assert torch.autograd.grad(x.amax(), x)[0].tolist() == [0.5, 0, 0.5, 0]
    assert torch.autograd.grad(x.max(0).values, x)[0].tolist() == [1, 0, 0, 0]
    p = torch.zeros(2, requires_grad=True)
    assert torch.autograd.grad((p**2).sum().sqrt(), p)[0].isnan().all()
    for norm in (torch.norm, torch.linalg.vector_norm):
        assert torch.autograd.grad(norm(p), p)[0].tolist() == [0, 0]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("shape", [(), (64,), (0,)])
def test_the_conventions_hold_for_other_types_and_for_many_entries(dtype, shape) -> None:
    x = torch.zeros(shape, dtype=dtype, requires_grad=True)
    for f, answer in ((torch.relu, 0), (lambda x: x.clamp(min=0), 1), (torch.abs, 0)):
        assert torch.autograd.grad(f(x).sum(), x)[0].eq(answer).all()


@pytest.mark.parametrize("p", [0.5, 1, 2, 3, 4])
def test_other_norms_answer_0_at_their_tip_too(p) -> None:
    x = torch.zeros(2, requires_grad=True)
    assert torch.autograd.grad(x.norm(p=p), x)[0].tolist() == [0, 0]


def test_the_bounds_of_clamp_are_inside_also_if_they_are_tensors() -> None:
    assert slope(lambda x: x.clamp(min=ZERO), 0.0) == 1
    assert slope(lambda x: torch.clamp(x, ZERO, ONE), 1.0) == 1


def test_the_small_number_below_a_root_has_to_exist_in_the_dtype() -> None:
    for dtype, small, known in (
        (torch.float32, 1e-12, True),
        (torch.bfloat16, 1e-12, True),
        (torch.float16, 1e-12, False),
        (torch.float16, 1e-6, True),
    ):
        x = torch.zeros((), dtype=dtype, requires_grad=True)
        (found,) = torch.autograd.grad((x**2 + small).sqrt(), x)
        assert (found == 0) == known
        assert found.isnan() != known


@pytest.mark.parametrize("size", [1, 2, 3, 17, 100, 1000])
def test_max_with_a_dimension_takes_the_first_of_equal_entries(size: int) -> None:
    x = torch.ones(size, requires_grad=True)
    (shares,) = torch.autograd.grad(x.max(0).values, x)
    assert shares[0] == 1 and shares.sum() == 1


def test_copysign_has_the_convention_of_the_absolute_value() -> None:
    for at in (-2.0, 0.0, 3.0):
        x = torch.tensor(at, requires_grad=True)
        (found,) = torch.autograd.grad(torch.copysign(x, torch.tensor(1.0)), x)
        assert found == torch.autograd.grad(x.abs(), x)[0]

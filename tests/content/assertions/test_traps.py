"""What pages of "Silent traps" assert: the wrong gradient differs from the truth by a second way, the cure agrees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.autograd import Function, forward_ad, gradcheck
from torch.autograd.function import once_differentiable
from torch.autograd.functional import jacobian
from torch.func import functional_call
from torch.library import custom_op
from torch.nn.functional import dropout
from torch.utils.checkpoint import checkpoint


def leaf(*numbers: float) -> torch.Tensor:
    entries = numbers[0] if len(numbers) == 1 else numbers
    return torch.tensor(entries, dtype=torch.float64, requires_grad=True)


def measured(f: Callable, x: torch.Tensor, h: float = 1e-5) -> torch.Tensor:
    """The slopes of f at x by differences, entry by entry."""
    with torch.no_grad():
        steps = h * torch.eye(x.numel(), dtype=x.dtype).reshape(-1, *x.shape)
        return torch.stack([(f(x + d) - f(x - d)) / (2 * h) for d in steps]).reshape(x.shape)


def slope(f: Callable, x: torch.Tensor) -> torch.Tensor:
    return torch.autograd.grad(f(x), x)[0]


def test_at_a_tie_the_shares_are_from_0_to_1_and_add_up_to_1() -> None:
    for f in (torch.max, torch.amax, lambda x: x.max(0)[0], lambda x: x.topk(1)[0][0]):
        shares = slope(f, leaf(2, 2, 2, 2))
        assert shares.sum() == 1 and (shares >= 0).all()
    assert slope(lambda x: x.max(0)[0], leaf(2, 2, 2)).tolist() == [1, 0, 0]
    assert slope(lambda x: x.sort(stable=True)[0][-1], leaf(2, 2, 2)).tolist() == [0, 0, 1]
    x = leaf(2, 2, 2)
    smooth = slope(lambda x: torch.logsumexp(x, 0), x)
    torch.testing.assert_close(smooth, measured(lambda x: torch.logsumexp(x, 0), x))


def test_unequal_micro_batches_have_to_count_by_their_share() -> None:
    x, w = torch.tensor([1.0, 2.0, 5.0]).double(), leaf(2)
    pieces = x.split(2)
    truth = measured(lambda w: ((w * x) ** 2).mean(), w)
    wrong = slope(lambda w: sum(((w * p) ** 2).mean() for p in pieces) / 2, w)
    right = slope(lambda w: sum(((w * p) ** 2).sum() for p in pieces) / 3, w)
    assert not torch.allclose(wrong, truth, rtol=1e-3)
    torch.testing.assert_close(right, truth)


@pytest.mark.parametrize("reentrant", [False, True])
@pytest.mark.parametrize("preserve", [False, True])
def test_dropout_in_a_checkpoint(reentrant: bool, preserve: bool) -> None:
    torch.manual_seed(0)
    x = torch.ones(100, requires_grad=True)
    y = checkpoint(dropout, x, use_reentrant=reentrant, preserve_rng_state=preserve)
    y.sum().backward()
    assert torch.equal(x.grad, y.detach()) == preserve


def test_a_jacobian_with_respect_to_what_is_not_used() -> None:
    w, x = leaf(1, 2), torch.tensor([3.0, 4.0]).double()
    assert not jacobian(lambda v: w * x, w).any()
    assert not jacobian(lambda v: 0 * v + w * x, w, strict=True).any()
    with pytest.raises(RuntimeError, match="independent of input 0"):
        jacobian(lambda v: w * x, w, strict=True)
    assert jacobian(lambda v: v * x, w).diagonal().tolist() == [3, 4]


def test_a_write_past_the_counter_moves_the_gradient_to_another_point() -> None:
    for write in (lambda x: x.data, lambda x: x.detach().numpy()):
        x = leaf(3, 3)
        truth = measured(lambda x: (x**2).sum(), x)
        y = (x**2).sum()
        write(x)[0] = 10.0
        y.backward()
        assert x.grad.tolist() == [20, 6] and truth[0] != 20
    torch.testing.assert_close(truth, torch.full_like(truth, 6))


class Half(Function):
    @staticmethod
    def forward(ctx, x):
        return x.div_(2)

    @staticmethod
    def backward(ctx, grad):
        return grad / 2


class HalfMarked(Half):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x.div_(2)


def test_a_function_that_writes_into_its_input_has_to_say_so() -> None:
    def loss(x: torch.Tensor, half: Callable) -> torch.Tensor:
        h = 3 * x
        return half(h) + h

    x = leaf(1)
    truth = measured(lambda x: loss(x, Half.apply), x)
    assert slope(lambda x: loss(x, Half.apply), x) == 4.5
    torch.testing.assert_close(slope(lambda x: loss(x, HalfMarked.apply), x), truth)
    assert not gradcheck(lambda x: loss(x, Half.apply), x, raise_exception=False)


def test_a_rounded_weight_has_slope_0_and_the_estimator_has_that_behind_the_rounding() -> None:
    w = leaf(0.25)
    assert slope(lambda w: (w.round() - 1) ** 2, w) == 0
    assert measured(lambda w: (w.round() - 1) ** 2, w) == 0
    through = slope(lambda w: (w + (w.round() - w).detach() - 1) ** 2, w)
    torch.testing.assert_close(through, measured(lambda r: (r - 1) ** 2, leaf(0)))


def test_the_root_at_0_and_its_cures() -> None:
    zero = leaf(0, 0)
    for f in (lambda v: (v**2).sum().sqrt(), lambda v: torch.hypot(v[0], v[1])):
        assert slope(f, zero).isnan().all()
    for f in (torch.linalg.vector_norm, lambda v: ((v**2).sum() + 1e-12).sqrt()):
        assert slope(f, zero).tolist() == measured(f, zero).tolist() == [0, 0]
    half = torch.zeros(2, dtype=torch.float16, requires_grad=True)
    assert slope(lambda v: ((v**2).sum() + 1e-12).sqrt(), half).isnan().all()


@pytest.mark.parametrize("kind", ["momentum", "decay", "Adam"])
def test_a_gradient_of_zero_moves_and_none_does_not(kind: str) -> None:
    p = nn.Parameter(torch.tensor(1.0))
    options = {"momentum": {"momentum": 0.9}, "decay": {"weight_decay": 0.1}}
    made = torch.optim.Adam if kind == "Adam" else torch.optim.SGD
    optimizer = made([p], lr=0.1, **options.get(kind, {}))
    places = []
    for grad in (1.0, 0.0, None):
        p.grad = None if grad is None else torch.tensor(grad)
        optimizer.step()
        places.append(p.item())
    assert places[0] != places[1] == places[2]


def test_numbers_that_became_one_tensor() -> None:
    a = leaf(2)
    truth = measured(lambda a: 5 * a, a)
    assert torch.tensor([(a * 2).item(), (a * 3).item()], requires_grad=True).grad_fn is None
    torch.testing.assert_close(slope(lambda a: torch.stack([a * 2, a * 3]).sum(), a), truth)


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.square = x**2
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad):
        return grad * 3 * ctx.square


class CubeSaved(Cube):
    @staticmethod
    def backward(ctx, grad):
        return grad * 3 * ctx.saved_tensors[0] ** 2


class CubeOnce(Cube):
    backward = staticmethod(once_differentiable(CubeSaved.backward))


def test_the_second_derivative_and_what_once_differentiable_refuses() -> None:
    def second(f: Callable) -> torch.Tensor:
        (first,) = torch.autograd.grad(f(x), x, create_graph=True)
        return torch.autograd.grad(first, x)[0]

    x = leaf(1)
    truth = measured(lambda x: 6 * x**5, x)
    assert second(lambda x: Cube.apply(x) ** 2) == 18
    torch.testing.assert_close(second(lambda x: CubeSaved.apply(x) ** 2), truth)
    (first,) = torch.autograd.grad(CubeOnce.apply(x) ** 2, x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        first.backward()
    (first,) = torch.autograd.grad(CubeOnce.apply(x) + x**2, x, create_graph=True)
    first.backward()  # and nothing is said: the 6 of the cube is missing
    assert x.grad == 2


def test_a_difference_does_not_see_its_labels_and_a_distance_does() -> None:
    w, x = leaf(1), torch.tensor([1.0, 2.0]).double()
    for label in (torch.zeros(2), torch.tensor([2.0, 4.0])):
        assert slope(lambda w, label=label: (w * x - label).sum(), w) == 3

        def distance(w: torch.Tensor, label: torch.Tensor = label) -> torch.Tensor:
            return ((w * x - label) ** 2).sum()

        torch.testing.assert_close(slope(distance, w), measured(distance, w))


def test_a_weight_made_by_a_network() -> None:
    w, layer, x = leaf(1), nn.Linear(1, 1, bias=False).double(), torch.ones(1, 1).double() * 2
    layer.weight = nn.Parameter((3 * w).reshape(1, 1))
    assert torch.autograd.grad(layer(x).sum(), w, allow_unused=True) == (None,)
    called = lambda w: functional_call(layer, {"weight": (3 * w).reshape(1, 1)}, (x,)).sum()  # noqa: E731
    torch.testing.assert_close(slope(called, w), measured(called, w))


def test_func_grad_answers_zeros_where_the_way_is_cut() -> None:
    x = torch.tensor([1.0, 2.0]).double()
    cut = lambda x: torch.tensor([v**2 for v in x.tolist()]).double().sum()  # noqa: E731
    assert not torch.func.grad(cut)(x).any()
    whole = lambda x: (x**2).sum()  # noqa: E731
    torch.testing.assert_close(torch.func.grad(whole)(x), measured(whole, x))


def test_an_operator_has_no_forward_mode_and_a_function_around_it_has() -> None:
    @custom_op("trap::square", mutates_args=())
    def square(x: torch.Tensor) -> torch.Tensor:
        return torch.as_tensor(x.numpy(force=True) ** 2)

    class Square(Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x):
            return square(x)

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)
            ctx.save_for_forward(*inputs)

        @staticmethod
        def backward(ctx, grad):
            return grad * 2 * ctx.saved_tensors[0]

        @staticmethod
        def jvp(ctx, t):
            return 2 * ctx.saved_tensors[0] * t

    def save(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    x = torch.tensor([1.0, -2.0, 0.5]).double()
    truth = measured(lambda x: (square(x) * torch.ones(3).double()).sum(), x)
    for registered in (False, True):
        if registered:
            square.register_autograd(Square.backward, setup_context=save)
            y = x.clone().requires_grad_()
            torch.testing.assert_close(torch.autograd.grad(square(y).sum(), y)[0], truth)
            assert not gradcheck(square, y, check_forward_ad=True, raise_exception=False)
            assert gradcheck(square, y)
        assert not torch.func.jvp(square, (x,), (torch.ones_like(x),))[1].any()
        assert not torch.func.jacfwd(square)(x).any()
        product = torch.func.jvp(lambda x: x * square(x), (x,), (torch.ones_like(x),))[1]
        torch.testing.assert_close(product, x**2)  # of 3x^2
        with forward_ad.dual_level():
            dual = forward_ad.make_dual(x, torch.ones_like(x))
            assert forward_ad.unpack_dual(square(dual)).tangent is None
    torch.testing.assert_close(torch.func.jvp(Square.apply, (x,), (torch.ones_like(x),))[1], truth)
    torch.testing.assert_close(torch.func.jacfwd(Square.apply)(x), truth.diag())
    torch.testing.assert_close(torch.autograd.functional.jvp(square, x, torch.ones_like(x))[1], truth)

"""What "Accumulate, clip, and combine losses" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

X = [1.0, 2.0, 3.0, 10.0]


def parameter(number: float = 0.0) -> nn.Parameter:
    return nn.Parameter(torch.tensor(number))


def gradient(sizes: list[int], factors: list[float]) -> float:
    """The gradient at w = 1 of the means of (w x)^2 over pieces of X, by autograd."""
    w = parameter(1.0)
    for piece, factor in zip(torch.tensor(X).split(sizes), factors, strict=True):
        (factor * ((w * piece) ** 2).mean()).backward()
    return w.grad.item()


def by_hand(pieces: list[list[float]], factors: list[float]) -> float:
    return sum(f * sum(2 * x * x for x in p) / len(p) for p, f in zip(pieces, factors))


def test_the_full_batch_has_57_and_shares_give_it_for_any_sizes() -> None:
    assert gradient([4], [1]) == by_hand([X], [1]) == 57
    assert gradient([3, 1], [3 / 4, 1 / 4]) == pytest.approx(57)
    assert gradient([1, 2, 1], [1 / 4, 1 / 2, 1 / 4]) == pytest.approx(57)


def test_without_a_factor_two_halves_give_twice_the_gradient() -> None:
    assert gradient([2, 2], [1, 1]) == 114
    assert gradient([2, 2], [1 / 2, 1 / 2]) == 57


def test_the_mean_of_the_means_of_three_and_one_is_another_gradient() -> None:
    found = gradient([3, 1], [1 / 2, 1 / 2])
    assert found == pytest.approx(by_hand([X[:3], X[3:]], [1 / 2, 1 / 2]))
    assert found == pytest.approx(104.6667, abs=1e-4)


def test_one_pass_over_a_weighted_sum_is_two_passes_over_one_graph() -> None:
    w = parameter(1.0)
    (3 * w**3 + 0.5 * (w**3) ** 2).backward()
    assert w.grad.item() == 9 + 0.5 * 6
    other = parameter(1.0)
    shared = other**3
    first, second = 3 * shared, shared**2
    first.backward(retain_graph=True)
    (0.5 * second).backward()
    assert other.grad == w.grad


def test_two_passes_over_one_graph_raise_without_the_flag() -> None:
    w = parameter(1.0)
    shared = w**3
    first, second = 3 * shared, shared**2
    first.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        second.backward()


def test_two_passes_walk_through_the_shared_part_twice() -> None:
    for passes in (1, 2):
        w, calls = parameter(1.0), []
        shared = w**3
        shared.grad_fn.register_hook(lambda *_, calls=calls: calls.append(1))
        losses = [3 * shared, shared**2]
        for loss in losses if passes == 2 else [sum(losses)]:
            loss.backward(retain_graph=True)
        assert len(calls) == passes


def test_separate_passes_over_different_graphs_need_no_flag() -> None:
    w = parameter(1.0)
    for number in (2.0, 3.0):
        (number * w**2).backward()
    assert w.grad.item() == 10


def clipped(how: object, bound: float, grads: tuple = (3.0, 4.0)) -> tuple:
    parameters = [parameter() for _ in grads]
    for p, g in zip(parameters, grads):
        p.grad = torch.tensor(g)
    return how(parameters, bound), *(p.grad.item() for p in parameters)


def test_clipping_by_norm_multiplies_all_gradients_by_one_factor() -> None:
    norm, *found = clipped(clip_grad_norm_, 1.0)
    assert norm.item() == 5 and found == pytest.approx([0.6, 0.8], rel=1e-5)
    norm, *found = clipped(clip_grad_norm_, 10.0)
    assert norm.item() == 5 and found == [3, 4]


def test_clipping_by_value_cuts_each_entry_and_returns_none() -> None:
    assert clipped(clip_grad_value_, 3.5) == (None, 3, 3.5)
    assert clipped(clip_grad_value_, 3.5, (-4.0, 1.0)) == (None, -3.5, 1)


def test_an_infinite_gradient_becomes_nan_and_the_others_zero() -> None:
    norm, first, second = clipped(clip_grad_norm_, 1.0, (math.inf, 4.0))
    assert norm.item() == math.inf and math.isnan(first) and second == 0
    p = parameter()
    p.grad = torch.tensor(math.inf)
    with pytest.raises(RuntimeError, match="non-finite"):
        clip_grad_norm_([p], 1.0, error_if_nonfinite=True)


def test_cross_entropy_divides_by_the_labels_that_are_not_ignored() -> None:
    torch.manual_seed(1)
    scores, labels = torch.randn(4, 3), torch.tensor([0, 1, 2, -100])
    rows = [-scores[i].log_softmax(0)[labels[i]].item() for i in range(3)]
    assert F.cross_entropy(scores, labels).item() == pytest.approx(sum(rows) / 3)
    pieces = [(scores[:2], labels[:2], 2), (scores[2:], labels[2:], 1)]
    right = sum(n / 3 * F.cross_entropy(s, t) for s, t, n in pieces)
    assert right.item() == pytest.approx(sum(rows) / 3)
    wrong = sum(1 / 2 * F.cross_entropy(s, t) for s, t, _ in pieces)
    assert wrong.item() != pytest.approx(sum(rows) / 3)


def test_a_piece_with_all_labels_ignored_has_a_nan_mean_and_a_zero_sum() -> None:
    scores, labels = torch.zeros(2, 3, requires_grad=True), torch.tensor([-100, -100])
    assert math.isnan(0 * F.cross_entropy(scores, labels).item())
    total = F.cross_entropy(scores, labels, reduction="sum")
    total.backward()
    assert total.item() == 0 and not scores.grad.any()


def test_a_step_between_two_passes_over_one_graph_raises() -> None:
    w = parameter(1.0)
    shared = w**3
    first, second = 3 * shared, shared**2
    first.backward(retain_graph=True)
    torch.optim.SGD([w], lr=0.1).step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        second.backward()


def test_clipping_within_the_loop_changes_the_direction() -> None:
    found = {}
    for inside in (True, False):
        w = nn.Parameter(torch.zeros(2))
        for g in ([6.0, 0.0], [0.0, 8.0]):
            (w * torch.tensor(g)).sum().backward()
            if inside:
                clip_grad_norm_([w], 5.0)
        clip_grad_norm_([w], 5.0)
        found[inside] = w.grad.tolist()
    assert found[False] == pytest.approx([3, 4], rel=1e-5)
    scale = 5 / math.hypot(5, 8)
    assert found[True] == pytest.approx([5 * scale, 8 * scale], rel=1e-5)


@pytest.mark.parametrize(("unscale_first", "left"), [(True, 0.5), (False, 1 - 1 / 1024)])
def test_clipping_before_unscale_compares_scaled_gradients(
    unscale_first: bool, left: float
) -> None:
    w = parameter(1.0)
    optimizer = torch.optim.SGD([w], lr=1.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    scaler.scale(w * 0.5).backward()
    assert w.grad.item() == 512
    if unscale_first:
        scaler.unscale_(optimizer)
    clip_grad_norm_([w], 1.0)
    scaler.step(optimizer)
    assert w.item() == pytest.approx(left, abs=1e-6)


@pytest.mark.parametrize(("norm", "alike"), [(nn.BatchNorm1d, False), (nn.LayerNorm, True)])
def test_pieces_are_another_function_for_batch_norm_and_none_for_layer_norm(
    norm: type, alike: bool
) -> None:
    torch.manual_seed(3)
    data = torch.randn(8, 5)
    layer = norm(5)
    whole, pieces = layer(data), torch.cat([layer(piece) for piece in data.split(3)])
    assert torch.allclose(whole, pieces, atol=1e-5) is alike


def test_plain_sgd_at_a_clipped_gradient_steps_by_rate_times_bound() -> None:
    for grads in ((30.0, 40.0), (300.0, 1.0)):
        parameters = [parameter() for _ in grads]
        for p, g in zip(parameters, grads):
            p.grad = torch.tensor(g)
        clip_grad_norm_(parameters, 2.0)
        torch.optim.SGD(parameters, lr=0.1).step()
        assert math.hypot(*(p.item() for p in parameters)) == pytest.approx(0.2, rel=1e-4)


def test_the_rest_of_an_epoch_stays_in_grad() -> None:
    for last, left in ((False, 1.0), (True, None)):
        w = parameter()
        optimizer = torch.optim.SGD([w], lr=1.0)
        for k in range(7):
            w.backward()
            if (k + 1) % 3 == 0 or (last and k == 6):
                optimizer.step()
                optimizer.zero_grad()
        assert (None if w.grad is None else w.grad.item()) == left


@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.1}, {"weight": torch.ones(3)}])
def test_the_gradients_of_a_piece_with_all_labels_ignored_are_0(options: dict) -> None:
    scores = torch.randn(2, 3, requires_grad=True)
    loss = nn.functional.cross_entropy(scores, torch.full((2,), -100), **options)
    assert loss.isnan() and (loss + 1.0).isnan()
    assert torch.autograd.grad(loss, scores)[0].eq(0).all()


def test_with_class_weights_the_mean_divides_by_the_sum_of_the_weights() -> None:
    scores, labels = torch.randn(3, 3), torch.tensor([0, 2, -100])
    weight = torch.tensor([1.0, 2.0, 3.0])
    entropy = nn.functional.cross_entropy
    total = entropy(scores, labels, weight=weight, reduction="sum")
    assert torch.allclose(entropy(scores, labels, weight=weight), total / 4)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_error_if_nonfinite_raises(bad: float) -> None:
    w = nn.Parameter(torch.zeros(1))
    w.grad = torch.tensor([bad])
    with pytest.raises(RuntimeError, match="non-finite"):
        nn.utils.clip_grad_norm_([w], 1.0, error_if_nonfinite=True)


@pytest.mark.parametrize("make", [torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW])
@pytest.mark.parametrize("fused", [True, False])
def test_a_fused_step_between_two_passes_is_not_counted_and_the_gradient_is_neither(
    make: type, fused: bool
) -> None:
    w = nn.Parameter(torch.tensor(1.0, dtype=torch.float64))
    optimizer = make([w], lr=0.1, fused=fused)
    shared = w**3
    first, second = 3 * shared, shared**2
    first.backward(retain_graph=True)
    optimizer.step()
    optimizer.zero_grad()
    if not fused:
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            second.backward()
        return
    second.backward()
    # The square has saved the old cube, 1, and the power reads the new weight.
    assert w.grad.item() == pytest.approx(2 * 1 * 3 * w.item() ** 2)
    for at in (1.0, w.item()):
        assert w.grad.item() != pytest.approx(6 * at**5, rel=0.1)

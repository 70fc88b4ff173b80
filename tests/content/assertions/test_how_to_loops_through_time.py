"""What "Loops through time, and losses made of gradients" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn


def leaf(number: float) -> Tensor:
    return torch.tensor(number, dtype=torch.float64, requires_grad=True)


def slope(f: Callable[[float], float], at: float, eps: float = 1e-6) -> float:
    return (f(at + eps) - f(at - eps)) / (2 * eps)


def run(w: float, start: float, steps: int) -> float:
    for _ in range(steps):
        start = w * start + 1
    return start


@pytest.mark.parametrize(("kept", "expected"), [(4, 17), (2, 13), (1, 7)])
def test_a_cut_keeps_the_value_and_shortens_the_past_that_counts(kept: int, expected: int) -> None:
    w, h = leaf(2.0), torch.zeros((), dtype=torch.float64)
    for t in range(4):
        h = w * (h.detach() if t == 4 - kept else h) + 1
    (grad,) = torch.autograd.grad(h, w)
    assert h == 15
    assert grad == expected
    frozen = run(2.0, 0.0, 4 - kept)
    assert slope(lambda w: run(w, frozen, kept), 2.0) == pytest.approx(expected)


def test_the_weight_is_found_from_pieces_with_a_cut() -> None:
    torch.manual_seed(3)
    x, h, target = torch.randn(100), 0.0, []
    for number in x.tolist():
        h = 0.5 * h + number
        target.append(h)
    w, state = torch.zeros((), requires_grad=True), torch.zeros(())
    for piece, wanted in 3 * list(zip(x.split(10), torch.tensor(target).split(10))):
        state, loss = state.detach(), torch.zeros(())
        for number, goal in zip(piece, wanted):
            state = w * state + number
            loss = loss + (state - goal) ** 2 / 10
        (grad,) = torch.autograd.grad(loss, w)
        w = (w - 0.1 * grad).detach().requires_grad_()
    assert w.item() == pytest.approx(0.5, abs=0.03)


def pieces(cut: bool, retain: bool, step: bool) -> list[int]:
    """How many nodes each pass has called, counted by hooks on the products."""
    w, h, counts = leaf(0.5), torch.ones((), dtype=torch.float64), []
    optimizer = torch.optim.SGD([w], lr=0.1)
    called = []
    for _ in range(3):
        if cut:
            h = h.detach()
        for _ in range(4):
            h = w * h
            h.grad_fn.register_hook(lambda *_: called.append(1))
            h = h + 1
        h.backward(retain_graph=retain)
        counts.append(len(called))
        called.clear()
        if step:
            optimizer.step()
    return counts


def test_without_a_cut_the_second_piece_raises_and_retain_graph_walks_all_pieces_again() -> None:
    assert pieces(cut=True, retain=False, step=True) == [4, 4, 4]
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        pieces(cut=False, retain=False, step=False)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        pieces(cut=False, retain=True, step=True)
    assert pieces(cut=False, retain=True, step=False) == [4, 8, 12]


@pytest.mark.parametrize("each", [True, False])
def test_a_cut_in_each_step_leaves_what_was_written_first_without_a_gradient(each: bool) -> None:
    u, w = leaf(1.0), leaf(0.9)
    h = u * 1
    for _ in range(3):
        h = w * (h.detach() if each else h)
    ((h - 1) ** 2).backward()
    assert (u.grad is None) == each
    assert w.grad is not None


@pytest.mark.parametrize("both", [True, False])
def test_both_states_of_an_lstm_have_to_be_detached(both: bool) -> None:
    cell, h, c = nn.LSTMCell(1, 2), torch.zeros(1, 2), torch.zeros(1, 2)
    h, c = cell(torch.ones(1, 1), (h, c))
    h.sum().backward()
    h, c = cell(torch.ones(1, 1), (h.detach(), c.detach() if both else c))
    if both:
        h.sum().backward()
    else:
        with pytest.raises(RuntimeError, match="second time"):
            h.sum().backward()


def test_the_last_loss_depends_on_the_inputs_of_its_piece_alone() -> None:
    inputs, h = torch.ones(6, requires_grad=True), torch.zeros(())
    for piece in inputs.split(3):
        h = h.detach()
        for number in piece:
            h = 0.5 * h + number
    h.backward()
    assert inputs.grad.tolist() == [0, 0, 0, 0.25, 0.5, 1]


def test_the_slope_of_a_linear_critic_is_its_weight() -> None:
    critic, x = nn.Linear(2, 1), torch.randn(5, 2, requires_grad=True)
    (grad,) = torch.autograd.grad(critic(x).sum(), x)
    assert torch.equal(grad, critic.weight.expand(5, 2))


@pytest.mark.parametrize("create_graph", [True, False])
def test_the_penalty_counts_only_with_create_graph(create_graph: bool) -> None:
    w, x = leaf(1.0), leaf(1.0)
    score = w * x**2
    (grad,) = torch.autograd.grad(score, x, create_graph=create_graph, retain_graph=True)
    penalty = (grad - 1) ** 2
    assert penalty.requires_grad == create_graph
    if not create_graph:
        with pytest.raises(RuntimeError, match="does not require grad"):
            penalty.backward()
    (score + penalty).backward()
    truth = slope(lambda w: w + (2 * w - 1) ** 2, 1.0)
    assert truth == pytest.approx(5)
    assert w.grad.item() == pytest.approx(truth if create_graph else 1)


def test_the_gradient_of_a_mean_is_each_slope_divided_by_n() -> None:
    critic, x = nn.Linear(2, 1), torch.randn(8, 2, requires_grad=True)
    (summed,) = torch.autograd.grad(critic(x).sum(), x)
    (mean,) = torch.autograd.grad(critic(x).mean(), x)
    assert torch.allclose(mean, summed / 8)


@pytest.mark.parametrize("layer", [nn.BatchNorm1d(2), nn.LayerNorm(2)])
def test_with_batch_norm_the_slope_of_the_sum_is_not_that_of_one_example(layer: nn.Module) -> None:
    torch.manual_seed(0)
    critic = nn.Sequential(nn.Linear(2, 2), layer, nn.Tanh(), nn.Linear(2, 1)).double()
    x = torch.randn(8, 2, dtype=torch.float64, requires_grad=True)
    (summed,) = torch.autograd.grad(critic(x).sum(), x)
    (own,) = torch.autograd.grad(critic(x)[0].sum(), x)
    assert torch.allclose(summed[0], own[0]) == isinstance(layer, nn.LayerNorm)


def test_the_sum_of_normalized_scores_has_no_slope() -> None:
    critic = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 1)).double()
    x = torch.randn(8, 2, dtype=torch.float64, requires_grad=True)
    (grad,) = torch.autograd.grad(critic(x).sum(), x)
    assert grad.abs().max() < 1e-10


def test_detach_returns_a_new_tensor_and_detach_underscore_cuts() -> None:
    h = leaf(1.0) * 2
    h.detach()
    assert h.requires_grad
    h.detach_()
    assert not h.requires_grad


@pytest.mark.parametrize("change", [lambda x: x, lambda x: 3 * x + 5, torch.exp, torch.relu])
def test_a_normalized_column_adds_up_to_0_whatever_the_inputs_are(change: Callable) -> None:
    torch.manual_seed(0)
    norm = nn.BatchNorm1d(2, affine=False)
    assert norm(change(torch.randn(16, 2))).sum(0).abs().max() < 1e-4


def test_behind_a_bend_the_sum_of_the_scores_has_a_slope() -> None:
    torch.manual_seed(0)
    x = torch.randn(8, 2, requires_grad=True)
    mixing = nn.Sequential(nn.BatchNorm1d(2), nn.Tanh(), nn.Linear(2, 1))
    assert torch.autograd.grad(mixing(x).sum(), x)[0].abs().max() > 1e-3


def test_with_a_mean_the_penalty_drives_the_slope_to_the_number_of_examples() -> None:
    w = torch.tensor([[1.0]], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=4.0)
    for _ in range(200):
        x = torch.ones(8, 1, requires_grad=True)
        (slope,) = torch.autograd.grad((x @ w).mean(), x, create_graph=True)
        optimizer.zero_grad()
        ((slope.norm(dim=1) - 1) ** 2).mean().backward()
        optimizer.step()
    assert w.item() == pytest.approx(8, abs=1e-2)


SAVED, UNSAVED = (torch.sin, torch.square), (torch.neg, torch.exp, lambda h: 4 * h)


@pytest.mark.parametrize("use", UNSAVED)
def test_a_cut_in_place_after_the_use_lets_the_gradient_through(use: Callable) -> None:
    w = leaf(2.0)
    h = w * 3
    loss = use(h)
    h.detach_()
    loss.backward()

    def value(w: float) -> float:
        return use(torch.tensor(3 * w, dtype=torch.float64)).item()

    assert w.grad is not None
    assert w.grad.item() == pytest.approx(slope(value, 2.0))


@pytest.mark.parametrize("use", SAVED)
def test_a_cut_in_place_of_a_state_that_was_saved_raises_in_the_pass(use: Callable) -> None:
    h = leaf(2.0) * 3
    loss = use(h)
    h.detach_()
    with pytest.raises(RuntimeError, match="detached in-place"):
        loss.backward()


@pytest.mark.parametrize("in_place", [True, False])
def test_a_state_that_was_cut_in_time_is_tracked_again_from_the_next_step(in_place: bool) -> None:
    w = leaf(2.0)
    h = w * 3
    h = h.detach_() if in_place else h.detach()
    assert not h.requires_grad
    h = w * h + 1
    assert h.requires_grad
    h.backward()
    assert w.grad == 6


def test_the_norm_of_an_image_is_over_all_its_axes() -> None:
    def length(flat: bool) -> float:
        torch.manual_seed(0)
        critic = nn.Sequential(nn.Flatten(), nn.Linear(12, 1, bias=False)).double()
        for _ in range(300):
            x = torch.randn(8, 3, 2, 2, dtype=torch.float64, requires_grad=True)
            (at,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
            norm = at.flatten(1).norm(dim=1) if flat else at.norm(dim=1)
            critic.zero_grad()
            ((norm - 1) ** 2).mean().backward()
            with torch.no_grad():
                critic[1].weight -= 0.1 * critic[1].weight.grad
        slopes = at.norm(dim=1)
        assert flat or slopes.flatten().tolist() == pytest.approx([1] * slopes.numel(), rel=1e-3)
        return at.flatten(1).norm(dim=1)[0].item()

    assert length(flat=True) == pytest.approx(1, rel=1e-3)
    # Four pixels, each with a slope of length 1.
    assert length(flat=False) == pytest.approx(2, rel=1e-3)
    with_one_axis = torch.randn(4, 3)
    assert torch.equal(with_one_axis.flatten(1).norm(dim=1), with_one_axis.norm(dim=1))


@pytest.mark.parametrize("make", [torch.tanh, torch.sigmoid, torch.exp])
def test_a_state_that_was_saved_as_a_result_alone_does_not_raise(make: Callable) -> None:
    w = leaf(0.5)
    h = make(w)
    loss = 4 * h
    h.detach_()
    loss.backward()
    assert w.grad.item() == pytest.approx(
        slope(lambda w: 4 * make(torch.tensor(w, dtype=torch.float64)).item(), 0.5)
    )


def test_without_a_cut_a_recurrence_that_saves_nothing_raises_nothing() -> None:
    w, h = leaf(0.5), torch.tensor(1.0, dtype=torch.float64)
    for _ in range(2):
        for _ in range(3):
            h = h + w
        h.backward()
    assert w.grad == 3 + 6

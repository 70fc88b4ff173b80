"""What "Loops that are not the textbook's" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn


def leaf(number: float) -> Tensor:
    return torch.tensor(number, dtype=torch.float64, requires_grad=True)


def slope(f: Callable[[float], float], at: float, eps: float = 1e-6) -> float:
    return (f(at + eps) - f(at - eps)) / (2 * eps)


def without_grad(loss: Tensor, *parts: nn.Module) -> list[bool]:
    """For each part: has a pass left all its gradients None?"""
    for part in parts:
        part.zero_grad()
    loss.backward()
    return [all(p.grad is None for p in part.parameters()) for part in parts]


def gan() -> tuple[nn.Module, nn.Module, Tensor, Tensor]:
    torch.manual_seed(0)
    return nn.Linear(2, 1), nn.Linear(1, 1), torch.randn(8, 1) + 3, torch.randn(8, 2)


def test_a_judge_loss_with_detach_reaches_the_judge_alone_and_without_it_both() -> None:
    maker, judge, real, noise = gan()
    loss = judge(maker(noise).detach()).mean() - judge(real).mean()
    assert without_grad(loss, maker, judge) == [True, False]
    loss = judge(maker(noise)).mean() - judge(real).mean()
    assert without_grad(loss, maker, judge) == [False, False]


def test_the_maker_loss_reaches_both_because_it_passes_through_the_judge() -> None:
    maker, judge, _, noise = gan()
    assert without_grad(-judge(maker(noise)).mean(), maker, judge) == [False, False]


def test_detach_in_the_step_of_the_maker_keeps_it_from_learning_and_does_not_raise() -> None:
    maker, judge, _, noise = gan()
    assert without_grad(-judge(maker(noise).detach()).mean(), maker, judge) == [True, False]


@pytest.mark.parametrize("make", [torch.optim.SGD, torch.optim.Adam])
@pytest.mark.parametrize("first", ["judge", "maker"])
def test_the_order_of_the_steps_changes_no_cut_and_a_maker_loss_from_before_is_refused(
    first: str, make: Callable
) -> None:
    maker, judge, real, noise = gan()
    parts = {"maker": maker, "judge": judge}
    optimizers = {name: make(part.parameters(), lr=0.1) for name, part in parts.items()}

    def loss(name: str, fake: Tensor) -> Tensor:
        if name == "maker":
            return -judge(fake).mean()
        return judge(fake.detach()).mean() - judge(real).mean()

    order = [first, *({"maker", "judge"} - {first})]
    for _ in range(3):
        fake = maker(noise)
        for name in order:
            optimizers[name].zero_grad()
            loss(name, fake).backward()
            got = [p.grad.clone() for p in parts[name].parameters()]
            again = loss(name, maker(noise) if name == "maker" else fake)
            alone = torch.autograd.grad(again, list(parts[name].parameters()))
            assert all(map(torch.equal, got, alone))
            optimizers[name].step()
    fake = maker(noise)
    losses = {name: loss(name, fake) for name in order}
    losses[first].backward()
    optimizers[first].step()
    second = losses[order[1]]
    if first == "judge":
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            second.backward()
    else:
        second.backward()


@pytest.mark.parametrize("way", ["frozen", "detach", "no_grad"])
def test_a_frozen_tensor_lets_the_gradient_through_and_the_others_do_not(way: str) -> None:
    first, middle, last = leaf(1.0), leaf(2.0), leaf(3.0)
    if way == "frozen":
        middle.requires_grad_(False)
    with torch.set_grad_enabled(way != "no_grad"):
        y = first * middle
    ((y.detach() if way == "detach" else y) * last).backward()
    assert middle.grad is None
    assert last.grad == 2
    assert (first.grad is None) == (way != "frozen")


def test_a_gradient_of_the_judge_loss_in_the_maker_cancels_its_own() -> None:
    g, d, z, real = leaf(1.0), leaf(3.0), 2.0, 5.0
    fake = g * z
    (d * fake - d * real).backward(retain_graph=True)
    assert g.grad == 6
    assert slope(lambda g: 3 * g * z - 3 * real, 1.0) == pytest.approx(6)
    (-(d * fake)).backward()
    assert g.grad == 0
    assert d.grad == -3 - 2


@pytest.mark.parametrize("training", [True, False])
def test_a_frozen_batch_norm_moves_in_training_mode_and_not_in_eval(training: bool) -> None:
    encoder = nn.BatchNorm1d(3).requires_grad_(False).train(training)
    before = copy.deepcopy(encoder.state_dict())
    encoder(torch.arange(6.0).reshape(2, 3))
    moved = [k for k, v in encoder.state_dict().items() if not torch.equal(v, before[k])]
    assert moved == (["running_mean", "running_var", "num_batches_tracked"] if training else [])


def test_train_brings_the_running_mean_of_a_frozen_part_back() -> None:
    model = nn.Sequential(nn.BatchNorm1d(3))
    model[0].requires_grad_(False).eval()
    model.train()
    assert model[0].training


def test_an_adapter_before_an_encoder_under_no_grad_does_not_learn() -> None:
    adapter, encoder, head = nn.Linear(2, 2), nn.Linear(2, 2).requires_grad_(False), nn.Linear(2, 1)
    x = torch.ones(4, 2)
    assert without_grad(head(encoder(adapter(x))).mean(), adapter, head) == [False, False]
    with torch.no_grad():
        features = encoder(adapter(x))
    assert without_grad(head(features).mean(), adapter, head) == [True, False]


def test_an_uncut_target_gives_the_same_loss_and_the_other_sign() -> None:
    w = leaf(2.0)
    cut = (w * 1 - (1 + 0.5 * w.detach() * 3)) ** 2
    uncut = (w * 1 - (1 + 0.5 * w * 3)) ** 2
    assert cut == uncut == 4
    cut.backward()
    assert w.grad == -4
    assert w.grad.item() == pytest.approx(slope(lambda w: (w - 4) ** 2, 2.0))
    w.grad = None
    uncut.backward()
    assert w.grad == 2
    assert w.grad.item() == pytest.approx(slope(lambda w: (w - 1 - 1.5 * w) ** 2, 2.0))


def test_an_alias_moves_along_a_name_changes_nothing_and_lerp_writes() -> None:
    net = nn.Linear(1, 1)
    alias, old = net, copy.deepcopy(net)
    with torch.no_grad():
        net.weight += 1
        for t, p in zip(old.parameters(), net.parameters()):
            t = 0.9 * t + 0.1 * p
        assert alias.weight is net.weight
        assert (net.weight - old.weight).item() == pytest.approx(1)
        for t, p in zip(old.parameters(), net.parameters()):
            t.lerp_(p, 0.1)
    assert (net.weight - old.weight).item() == pytest.approx(0.9)


def test_a_straight_through_value_has_the_value_of_the_code_and_the_gradient_of_the_output() -> (
    None
):
    z, c = leaf(2.0), leaf(3.0)
    used = z + (c - z).detach()
    assert used == 3
    (10 * used).backward()
    assert z.grad == 10
    assert c.grad is None


def test_a_stop_lets_each_term_pull_one_side_and_without_it_both_are_pulled_by_the_sum() -> None:
    z, c = leaf(2.0), leaf(3.0)
    ((c - z.detach()) ** 2 + 0.25 * (z - c.detach()) ** 2).backward()
    assert (z.grad, c.grad) == (-0.5, 2)
    z, c = leaf(2.0), leaf(3.0)
    ((c - z) ** 2 + 0.25 * (z - c) ** 2).backward()
    assert (z.grad, c.grad) == (-2.5, 2.5)


def test_a_rounded_value_with_a_straight_through_gradient() -> None:
    x = leaf(2.4)
    y = x + (x.round() - x).detach()
    (y**2).backward()
    assert y.item() == pytest.approx(2)
    assert x.grad.item() == pytest.approx(4)


@pytest.mark.parametrize("detach", [True, False])
def test_a_teacher_moves_along_where_one_optimizer_has_all_parameters(detach: bool) -> None:
    torch.manual_seed(0)
    student, teacher, x = nn.Linear(2, 1), nn.Linear(2, 1), torch.randn(8, 2)
    optimizer = torch.optim.SGD([*student.parameters(), *teacher.parameters()], lr=0.1)
    before = teacher.weight.clone()
    target = teacher(x)
    (student(x) - (target.detach() if detach else target)).pow(2).mean().backward()
    optimizer.step()
    assert torch.equal(before, teacher.weight) == detach


def test_whom_the_loss_reaches_does_not_tell_a_target_with_a_cut_from_one_without() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    for cut, needs in ((True, False), (False, True)):
        with torch.set_grad_enabled(not cut):
            target = 1 + 0.5 * w * 3
        (gradient,) = torch.autograd.grad((w - target) ** 2, w)
        assert gradient is not None and target.requires_grad is needs


def test_an_untracked_parameter_that_was_used_gets_no_gradient() -> None:
    layer = torch.nn.Linear(1, 1)
    layer.bias.requires_grad_(False)
    layer(torch.ones(1, 1)).sum().backward()
    assert layer.bias.grad is None and layer.weight.grad is not None


def test_the_gradient_in_the_maker_is_compared_before_its_step_and_no_more_after_it() -> None:
    torch.manual_seed(0)
    maker = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    judge, noise = nn.Linear(1, 1), torch.randn(8, 2)
    judge(maker(noise)).mean().backward()

    def is_its_own() -> bool:
        alone = torch.autograd.grad(judge(maker(noise)).mean(), list(maker.parameters()))
        got = [p.grad for p in maker.parameters()]
        return all(map(torch.allclose, got, alone))

    assert is_its_own()
    torch.optim.SGD(maker.parameters(), lr=0.1).step()
    assert not is_its_own()


def test_the_gradient_of_a_head_is_right_while_the_encoder_before_it_moves() -> None:
    encoder = nn.BatchNorm1d(1).double().requires_grad_(False)
    w, x = leaf(1.0), torch.tensor([[4.0], [6.0]], dtype=torch.float64)
    (w * encoder(x)).pow(2).mean().backward()
    assert encoder.running_mean != 0

    def loss(w: float) -> float:
        return (w * encoder(x)).pow(2).mean().item()

    assert w.grad.item() == pytest.approx(slope(loss, 1.0))


def test_a_straight_through_value_is_that_of_the_code_up_to_rounding() -> None:
    z, c = torch.tensor([0.3, 1e8]), torch.tensor([0.1, 1.0])
    used = z + (c - z)
    assert used[0] != c[0] and used[0].item() == pytest.approx(0.1)
    assert used[1] == 0


def test_a_teacher_with_a_batch_norm_keeps_its_parameters_and_not_its_statistics() -> None:
    student, teacher = nn.Linear(2, 2), nn.BatchNorm1d(2)
    before, x = copy.deepcopy(teacher), torch.arange(8.0).reshape(4, 2)
    optimizer = torch.optim.SGD(student.parameters(), lr=0.1)
    (student(x) - teacher(x)).pow(2).mean().backward()
    optimizer.step()
    assert torch.equal(teacher.weight, before.weight) and torch.equal(teacher.bias, before.bias)
    assert not torch.equal(teacher.running_mean, before.running_mean)

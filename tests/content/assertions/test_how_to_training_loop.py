"""What "Write a training loop and your own optimizer" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math
import warnings

import pytest
import torch
from torch import nn
from torch.optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop

KINDS = {
    "sgd": (SGD, {}),
    "momentum": (SGD, {"momentum": 0.9}),
    "nesterov": (SGD, {"momentum": 0.9, "nesterov": True}),
    "adagrad": (Adagrad, {}),
    "rmsprop": (RMSprop, {}),
    "adam": (Adam, {}),
}


def path(kind: str, steps: int, scale: float = 1.0, **more: float) -> list[float]:
    """Where torch.optim goes from 5 on `scale * w**2`, in float64."""
    make, options = KINDS[kind]
    w = torch.tensor(5.0, dtype=torch.float64, requires_grad=True)
    optimizer = make([w], lr=0.1, **options, **more)
    found = []
    for _ in range(steps):
        w.grad = 2 * scale * w.detach()
        optimizer.step()
        found.append(w.item())
    return found


def rule(kind: str, steps: int, eta: float = 0.1, mu: float = 0.9) -> list[float]:
    """The rows of the page's table, on numbers."""
    w, v, s, m, found = 5.0, 0.0, 0.0, 0.0, []
    for t in range(1, steps + 1):
        g = 2 * w
        v = mu * v + g
        if kind == "sgd":
            w -= eta * g
        elif kind == "momentum":
            w -= eta * v
        elif kind == "nesterov":
            w -= eta * (g + mu * v)
        elif kind == "adagrad":
            s += g * g
            w -= eta * g / (math.sqrt(s) + 1e-10)
        elif kind == "rmsprop":
            s = 0.99 * s + 0.01 * g * g
            w -= eta * g / (math.sqrt(s) + 1e-8)
        else:
            m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
            w -= eta * (m / (1 - 0.9**t)) / (math.sqrt(s / (1 - 0.999**t)) + 1e-8)
        found.append(w)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_an_optimizer_follows_the_rule_of_its_row(kind: str) -> None:
    assert path(kind, 40) == pytest.approx(rule(kind, 40), rel=1e-9)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("sgd", (4, 3.2, 2.56)),
        ("momentum", (4, 2.3, 0.31)),
        ("nesterov", (3.1, 1.112, -0.54176)),
        ("adagrad", (4.9, 4.83001, 4.77322)),
        ("rmsprop", (4, 3.37339, 2.90433)),
        ("adam", (4.9, 4.80006, 4.70021)),
    ],
)
def test_the_first_three_values_are_those_of_the_page(kind: str, values: tuple) -> None:
    assert path(kind, 3) == pytest.approx(values, rel=2e-6)


def test_the_base_class_brings_zero_grad_state_dict_and_groups() -> None:
    class Plain(Optimizer):
        def __init__(self, params: list, lr: float) -> None:
            super().__init__(params, {"lr": lr})

    w = nn.Parameter(torch.ones(2))
    optimizer = Plain([w], lr=0.5)
    w.grad = torch.ones(2)
    optimizer.zero_grad()
    assert w.grad is None and optimizer.param_groups[0]["params"] == [w]
    assert optimizer.state_dict()["param_groups"][0]["lr"] == 0.5
    with pytest.raises(NotImplementedError):
        optimizer.step()


def test_a_velocity_in_the_state_is_the_momentum_of_sgd() -> None:
    ours = theirs = 5.0
    velocity = 0.0
    w = torch.tensor(5.0, requires_grad=True)
    optimizer = SGD([w], lr=0.05, momentum=0.9)
    for _ in range(20):
        optimizer.zero_grad()
        (w**2).backward()
        optimizer.step()
        velocity = 0.9 * velocity + 2 * ours
        ours -= 0.05 * velocity
        theirs = w.item()
    assert theirs == pytest.approx(ours, rel=1e-4)


def test_sgd_takes_off_a_fifth_at_each_step() -> None:
    values = [5.0, *path("sgd", 6)]
    assert [b / a for a, b in zip(values, values[1:])] == pytest.approx([0.8] * 6)


def test_the_third_step_of_momentum_is_longer_than_its_first() -> None:
    a, b, c = path("momentum", 3)
    assert abs(c - b) > abs(a - 5.0)


def test_nesterov_is_past_zero_after_three_steps() -> None:
    *before, third = path("nesterov", 3)
    assert min(before) > 0 > third


@pytest.mark.parametrize("scale", [1e-3, 1, 1e3, 1e6])
def test_the_first_step_of_adam_has_the_length_of_the_learning_rate(scale: float) -> None:
    assert path("adam", 1, scale) == pytest.approx([4.9], abs=1e-6)


def test_a_loss_a_thousand_times_as_large_throws_sgd_away_and_leaves_adam() -> None:
    assert path("sgd", 1, 1000) == [5 - 0.1 * 10_000]
    assert path("adam", 3, 1000) == pytest.approx(path("adam", 3), rel=1e-6)


def test_the_promise_of_adam_ends_at_a_gradient_of_1e_minus_8() -> None:
    assert path("adam", 1, 1e-9) == pytest.approx([5 - 0.1 / 2])
    assert path("adam", 1, 1e-12)[0] == pytest.approx(5, abs=2e-4)


def test_after_thirty_steps_sgd_is_nearest_to_zero_and_momentum_has_swung() -> None:
    ends = {kind: abs(path(kind, 30)[-1]) for kind in ("sgd", "momentum", "adam", "adagrad")}
    assert min(ends, key=ends.get) == "sgd"
    assert min(path("momentum", 30)) < -3


def test_an_update_that_makes_a_new_tensor_loses_the_leaf() -> None:
    w = torch.tensor(5.0, requires_grad=True)
    (w**2).backward()
    w = w - 0.1 * w.grad
    (w**2).backward()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert not w.is_leaf and w.grad is None
    assert any("not a leaf" in str(warning.message) for warning in caught)


def test_an_update_in_place_is_refused_in_the_open_and_works_under_no_grad() -> None:
    w = torch.tensor(5.0, requires_grad=True)
    (w**2).backward()
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        w -= 0.1 * w.grad
    with torch.no_grad():
        lost = w - 0.1 * w.grad
        w -= 0.1 * w.grad
    assert (lost.item(), w.item()) == (4, 4)
    assert not lost.requires_grad and w.requires_grad and w.is_leaf


def test_an_optimizer_does_not_know_a_parameter_that_came_later() -> None:
    layer = nn.Linear(1, 1)
    old = layer.weight
    optimizer = SGD(layer.parameters(), lr=0.1)
    layer.weight = nn.Parameter(torch.tensor([[5.0]]))
    (layer.weight**2).sum().backward()
    optimizer.step()
    assert layer.weight.item() == 5 and optimizer.param_groups[0]["params"][0] is old


def test_a_parameter_outside_the_optimizer_gets_a_gradient_and_does_not_move() -> None:
    model = nn.Sequential(nn.Linear(1, 2), nn.Linear(2, 1))
    model[0].bias.requires_grad_(False)
    optimizer = SGD(model[1].parameters(), lr=0.1)
    before = model[0].weight.detach().clone()
    model(torch.ones(3, 1)).sum().backward()
    optimizer.step()
    assert model[0].weight.grad is not None and torch.equal(model[0].weight, before)
    assert model[0].bias.grad is None


def test_adamw_decays_the_parameter_before_the_step_of_adam() -> None:
    w = torch.tensor(5.0, requires_grad=True)
    optimizer = AdamW([w], lr=0.1)
    assert optimizer.defaults["weight_decay"] == 0.01
    (w**2).backward()
    optimizer.step()
    assert w.item() == pytest.approx(5 * (1 - 0.1 * 0.01) - 0.1)


def test_in_adam_the_decay_is_lost_in_the_division_at_the_first_step() -> None:
    assert path("adam", 1, weight_decay=0.01) == pytest.approx([4.9])


def test_the_first_step_of_adam_is_that_of_sign_descent() -> None:
    for start in (5.0, -5.0):
        w = torch.tensor(start, requires_grad=True)
        (w**2).backward()
        sign = math.copysign(1, w.grad.item())
        Adam([w], lr=0.1).step()
        assert w.item() == pytest.approx(start - 0.1 * sign)


@pytest.mark.parametrize(
    ("gradient", "step"),
    [(1e-8, 0.05), (1e-7, 0.0909), (1e-5, 0.0999), (1e18, 0.1), (1e31, 0.0), (0.0, 0.0)],
)
def test_the_first_step_of_adam_shrinks_for_tiny_and_huge_gradients(
    gradient: float, step: float
) -> None:
    w = torch.zeros(1, requires_grad=True)
    w.grad = torch.tensor([gradient])
    Adam([w], lr=0.1).step()
    assert -w.item() == pytest.approx(step, abs=1e-4)


def test_the_optimizer_leaves_old_gradients_in_parameters_that_it_does_not_have() -> None:
    model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    model(torch.ones(1, 1)).sum().backward()
    SGD(model[1].parameters(), lr=0.1).zero_grad()
    assert model[0].weight.grad is not None and model[1].weight.grad is None
    model.zero_grad()
    assert model[0].weight.grad is None


@pytest.mark.parametrize("gradient", [0.0, 1e-12])
def test_a_gradient_of_0_and_a_lost_step_leave_the_values(gradient: float) -> None:
    w = torch.ones(1, requires_grad=True)
    w.grad = torch.tensor([gradient])
    SGD([w], lr=0.1).step()
    assert w.item() == 1


@pytest.mark.parametrize(("make", "options"), [(SGD, {"weight_decay": 0.01}), (AdamW, {})])
def test_weight_decay_moves_a_parameter_with_a_gradient_of_0(make: type, options: dict) -> None:
    w = torch.ones(1, requires_grad=True)
    w.grad = torch.zeros(1)
    make([w], lr=0.1, **options).step()
    assert w.item() == pytest.approx(1 - 0.1 * 0.01)

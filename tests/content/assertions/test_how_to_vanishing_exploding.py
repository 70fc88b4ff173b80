"""What "See vanishing and exploding gradients" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import nn

WIDTH, DEPTH = 64, 20


def sigmoid_chain(depth: int) -> float:
    """The slope of a chain of sigmoids at 0.5, by the product of s(1 - s), on numbers."""
    value, slope = 0.5, 1.0
    for _ in range(depth):
        value = 1 / (1 + math.exp(-value))
        slope *= value * (1 - value)
    return slope


def by_autograd(f: Callable, depth: int, start: float = 0.5, dtype=torch.float32) -> float:
    x = torch.tensor(start, dtype=dtype, requires_grad=True)
    y = x
    for _ in range(depth):
        y = f(y)
    return torch.autograd.grad(y, x)[0].item()


@pytest.mark.parametrize(
    ("depth", "slope"), [(1, 2.35e-1), (5, 6.08e-4), (10, 3.48e-7), (20, 1.14e-13)]
)
def test_a_chain_of_sigmoids_has_the_product_of_its_slopes(depth: int, slope: float) -> None:
    assert by_autograd(torch.sigmoid, depth) == pytest.approx(sigmoid_chain(depth), rel=1e-4)
    assert sigmoid_chain(depth) == pytest.approx(slope, rel=5e-3)
    assert sigmoid_chain(depth) <= 0.25**depth


def test_the_slope_of_a_sigmoid_is_a_quarter_at_most() -> None:
    slopes = [by_autograd(torch.sigmoid, 1, z, torch.float64) for z in (-9, -1, 0, 0.3, 5)]
    assert max(slopes) == slopes[2] == 0.25


def test_tanh_has_slope_1_at_0_and_its_chains_die_more_slowly() -> None:
    assert by_autograd(torch.tanh, 1, 0.0) == 1
    found = [by_autograd(torch.tanh, n) for n in (1, 5, 10, 20)]
    assert found == pytest.approx([0.786, 0.393, 0.223, 0.107], abs=5e-4)


def test_twenty_factors_of_three_explode() -> None:
    assert by_autograd(lambda y: 3 * y, 20, dtype=torch.float64) == 3**20 == 3486784401


def test_a_chain_of_sigmoids_underflows_in_float32_at_depth_70_and_not_in_float64() -> None:
    assert by_autograd(torch.sigmoid, 69) > 0 == by_autograd(torch.sigmoid, 70)
    assert by_autograd(torch.sigmoid, 100, dtype=torch.float64) == pytest.approx(sigmoid_chain(100))
    assert sigmoid_chain(41) / sigmoid_chain(40) == pytest.approx(0.2247, abs=5e-5)
    assert torch.finfo(torch.float32).smallest_normal * 2**-23 == pytest.approx(1.4e-45, rel=2e-2)


def norms(
    act: Callable,
    init: Callable | None = None,
    norm: bool = False,
    skip: bool = False,
    clip: float = 0,
    seed: int = 7,
) -> list[float]:
    """Gradient norms of the weights of a network that is no module, from another seed."""
    torch.manual_seed(seed)
    lines = [nn.Linear(WIDTH, WIDTH) for _ in range(DEPTH)]
    if init:
        for line in lines:
            init(line.weight)
    head = nn.Linear(WIDTH, 1)
    h, target = torch.randn(128, WIDTH), torch.randn(128, 1)
    for line in lines:
        z = line(h)
        z = act(nn.functional.layer_norm(z, (WIDTH,)) if norm else z)
        h = h + z if skip else z
    (head(h) - target).square().mean().backward()
    if clip:
        nn.utils.clip_grad_norm_([*(p for line in lines for p in line.parameters())], clip)
    return [line.weight.grad.norm().item() for line in lines]


def ratio(*arguments: object, **options: object) -> float:
    sizes = norms(*arguments, **options)
    return sizes[0] / sizes[-1]


def he(w: torch.Tensor) -> None:
    nn.init.kaiming_normal_(w, nonlinearity="relu")


def wide(w: torch.Tensor) -> None:
    nn.init.normal_(w, std=0.5)


def test_initialization_alone_does_not_save_a_sigmoid() -> None:
    assert ratio(torch.sigmoid) < ratio(torch.sigmoid, nn.init.xavier_normal_) < 1e-8


def test_tanh_and_relu_with_their_initialization_keep_the_ratio_near_1() -> None:
    assert 0.1 < ratio(torch.tanh, nn.init.xavier_normal_) < 10
    assert 0.1 < ratio(torch.relu, he) < 10


def test_the_activation_alone_helps_by_orders_of_magnitude_and_not_enough() -> None:
    base = ratio(torch.sigmoid)
    for act in (torch.tanh, torch.relu):
        assert 1e6 * base < ratio(act) < 1e-2


def test_too_wide_weights_explode_at_both_ends_and_the_ratio_does_not_show_it() -> None:
    sizes = norms(torch.relu, wide)
    assert min(sizes[0], sizes[-1]) > 1e14 and 0.01 < sizes[0] / sizes[-1] < 100


def test_the_gradient_of_a_weight_is_a_product_of_values_and_gradients() -> None:
    line, x = nn.Linear(3, 2), torch.randn(5, 3)
    out = line(x)
    out.retain_grad()
    out.square().sum().backward()
    assert torch.allclose(line.weight.grad, out.grad.T @ x)


def test_normalization_helps_a_sigmoid_and_cures_weights_that_are_too_wide() -> None:
    assert ratio(torch.sigmoid, norm=True) > 1e4 * ratio(torch.sigmoid)
    assert max(norms(torch.relu, wide, norm=True)) < 100


def test_a_residual_connection_keeps_the_ratio_above_a_hundredth() -> None:
    assert ratio(torch.sigmoid, skip=True) > 0.01


def test_gating_mixes_in_a_share_of_the_input() -> None:
    for g in (0.1, 0.5):
        x = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
        y = (1 - g) * x + g * torch.sigmoid(50 * x)
        assert torch.autograd.grad(y, x)[0].item() == pytest.approx(1 - g)


@pytest.mark.parametrize("options", [(torch.sigmoid,), (torch.relu, wide)])
def test_clipping_leaves_the_ratio(options: tuple) -> None:
    assert ratio(*options, clip=0.5) == pytest.approx(ratio(*options), rel=1e-3)
    assert max(norms(*options, clip=0.5)) <= 0.5


def test_signed_means_cancel_and_norms_do_not() -> None:
    g = torch.tensor([3.0, -3.0, 4.0, -4.0])
    assert g.mean() == 0 and g.norm().item() == pytest.approx(math.sqrt(50))


def test_a_norm_grows_with_the_root_of_the_count() -> None:
    assert torch.ones(100, 100).norm().item() == 100 and torch.ones(1, 1).norm().item() == 1


def test_after_clipping_the_bound_is_seen_and_after_zero_grad_nothing() -> None:
    layer = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    (100 * layer(torch.ones(1, 1))).sum().backward()
    assert layer.weight.grad.item() == 100
    returned = nn.utils.clip_grad_norm_(layer.parameters(), 1.0)
    assert returned.item() == pytest.approx(100 * math.sqrt(2))
    assert layer.weight.grad.item() == pytest.approx(1 / math.sqrt(2))
    optimizer.zero_grad()
    assert layer.weight.grad is None


@pytest.mark.parametrize(("act", "init", "moves"), [("sigmoid", None, False), ("relu", he, True)])
def test_in_a_deep_network_of_sigmoids_the_first_weights_do_not_change(
    act: str, init: Callable | None, moves: bool
) -> None:
    torch.manual_seed(11)
    lines = [nn.Linear(WIDTH, WIDTH) for _ in range(DEPTH)]
    for line in lines if init else ():
        init(line.weight)
    kind = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}[act]
    net = nn.Sequential(*(part for line in lines for part in (line, kind())), nn.Linear(WIDTH, 1))
    x, target = torch.randn(128, WIDTH), torch.randn(128, 1)
    before = lines[0].weight.detach().clone()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    for _ in range(50):
        optimizer.zero_grad()
        (net(x) - target).square().mean().backward()
        optimizer.step()
    assert torch.equal(lines[0].weight, before) is not moves


def test_a_step_of_a_ten_millionth_of_a_part_is_lost_in_float32() -> None:
    one = torch.tensor(1.0)
    assert one - 7e-9 == one


def test_a_residual_chain_has_a_slope_above_1() -> None:
    assert by_autograd(lambda y: y + torch.sigmoid(y), 10) > 1


def test_at_depth_69_the_smallest_number_is_left_and_at_70_less_than_half_of_it() -> None:
    def slope(depth: int, dtype: torch.dtype) -> float:
        x = torch.tensor(0.5, dtype=dtype, requires_grad=True)
        y = x
        for _ in range(depth):
            y = y.sigmoid()
        return torch.autograd.grad(y, x)[0].item()

    smallest = torch.finfo(torch.float32).smallest_normal * torch.finfo(torch.float32).eps
    assert slope(69, torch.float32) == smallest and slope(70, torch.float32) == 0
    assert 0 < slope(70, torch.float64) < smallest / 2


def test_clipping_by_value_changes_the_ratio() -> None:
    p = [torch.nn.Parameter(torch.zeros(())) for _ in range(2)]
    p[0].grad, p[1].grad = torch.tensor(100.0), torch.tensor(0.01)
    nn.utils.clip_grad_value_(p, 1.0)
    assert (p[0].grad / p[1].grad).item() == pytest.approx(100)


def test_an_explosion_whose_norm_is_not_finite_is_not_made_harmless() -> None:
    p = torch.nn.Parameter(torch.zeros(2))
    p.grad = torch.tensor([1e30, 1e30])
    assert nn.utils.clip_grad_norm_([p], 1.0).isinf()
    assert p.grad.tolist() == [0, 0]
    p.grad = torch.tensor([math.inf, 1.0])
    nn.utils.clip_grad_norm_([p], 1.0)
    assert p.grad[0].isnan()

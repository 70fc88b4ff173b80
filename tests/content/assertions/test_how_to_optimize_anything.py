"""What "Optimize something that is not a network" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor


def valley(x: float | Tensor, y: float | Tensor) -> float | Tensor:
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def differences(f: Callable[..., float], *point: float, eps: float = 1e-6) -> list[float]:
    """The slopes of a function of Python numbers, without a gradient."""
    slopes = []
    for i in range(len(point)):
        high, low = list(point), list(point)
        high[i] += eps
        low[i] -= eps
        slopes.append((f(*high) - f(*low)) / (2 * eps))
    return slopes


def minimized(
    f: Callable[[Tensor], Tensor], start: list[float], seen: list[float] | None = None, **options: Any
) -> Tensor:
    """The end of a run, whose heights are put into `seen`."""
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    options = options or {"line_search_fn": "strong_wolfe"}
    optimizer = torch.optim.LBFGS([p], max_iter=100, **options)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = f(p)
        loss.backward()
        if seen is not None:
            seen.append(loss.item())
        return loss

    optimizer.step(closure)
    return p.detach()


@pytest.mark.parametrize("start", [[-1.0, 1.0], [-1.2, 1.0], [0.0, 0.0]])
def test_lbfgs_finds_the_lowest_point_of_the_valley(start: list[float]) -> None:
    p = minimized(lambda p: valley(p[0], p[1]), start)
    assert p.tolist() == pytest.approx([1, 1], abs=1e-3)
    assert valley(*p.tolist()) < 1e-8


def test_lbfgs_calls_the_closure_several_times_in_one_step_and_needs_one() -> None:
    calls = 0
    p = torch.tensor([-1.0, 1.0], requires_grad=True)
    optimizer = torch.optim.LBFGS([p], line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        nonlocal calls
        calls += 1
        optimizer.zero_grad()
        loss = valley(p[0], p[1])
        loss.backward()
        return loss

    optimizer.step(closure)
    assert calls > 1
    with pytest.raises(TypeError, match="closure"):
        optimizer.step()


@pytest.mark.parametrize(
    ("point", "slopes"), [((-1, 1), (-4, 0)), ((1, 1), (0, 0)), ((0, 0), (-2, 0))]
)
def test_the_gradient_of_the_valley(point: tuple[float, float], slopes: tuple) -> None:
    p = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    valley(p[0], p[1]).backward()
    assert p.grad.tolist() == pytest.approx(slopes)
    assert differences(valley, *point) == pytest.approx(slopes, abs=1e-4)


def test_steps_of_a_fixed_length_creep_or_bounce() -> None:
    ends = {}
    for rate in (0.002, 0.01):
        x, y = -1.0, 1.0
        for _ in range(1000):
            bracket = y - x * x
            x, y = x + rate * (2 * (1 - x) + 400 * x * bracket), y - rate * 200 * bracket
            if abs(x) > 1e6:
                break
        ends[rate] = valley(x, y)
    assert 1e-3 < ends[0.002] < 1
    assert ends[0.01] > 1e6


def thrown(angle: float, drag: float, dt: float = 0.05) -> float:
    """The same physics in Python numbers."""
    x = y = 0.0
    vx, vy = 20 * math.cos(angle), 20 * math.sin(angle)
    while True:
        ahead, above = x + dt * vx, y + dt * vy
        if above < 0:
            return x + (ahead - x) * y / (y - above)
        speed = math.hypot(vx, vy)
        vx, vy = vx - dt * drag * speed * vx, vy - dt * (drag * speed * vy + 9.81)
        x, y = ahead, above


def test_the_best_angle_is_45_degrees_without_air_and_flatter_with_air() -> None:
    best = {
        drag: max(range(30, 60), key=lambda angle: thrown(math.radians(angle), drag))
        for drag in (0.0, 0.02)
    }
    assert abs(best[0.0] - 45) <= 1
    assert abs(best[0.02] - 41) <= 1


def test_autograd_differentiates_a_loop_with_a_condition() -> None:
    angle = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    x = y = torch.zeros((), dtype=torch.float64)
    vx, vy, dt = 20 * torch.cos(angle), 20 * torch.sin(angle), 0.05
    while y + dt * vy >= 0:
        x, y, vy = x + dt * vx, y + dt * vy, vy - dt * 9.81
    (x - vx * y / vy).backward()
    assert angle.grad.item() == pytest.approx(differences(lambda a: thrown(a, 0.0), 0.5)[0])


def test_the_inverse_hessian_of_the_misfit_is_the_covariance_of_a_straight_line() -> None:
    t, sigma = torch.tensor([-1.0, 0.0, 1.0]).double(), 0.5
    data = torch.tensor([0.1, 0.9, 2.2]).double()

    def misfit(p: Tensor) -> Tensor:
        return ((data - p[0] - p[1] * t) ** 2).sum() / (2 * sigma**2)

    p = minimized(misfit, [0.0, 0.0])
    covariance = torch.func.hessian(misfit)(p).inverse()
    textbook = sigma**2 * torch.diag(torch.tensor([1 / 3, 1 / 2])).double()
    assert torch.allclose(covariance, textbook, atol=1e-9)


def test_error_bars_double_with_the_noise() -> None:
    bars = [
        torch.func.hessian(lambda p, s=s: (p**2).sum() / (2 * s**2))(torch.ones(1)).inverse().sqrt()
        for s in (0.1, 0.2)
    ]
    assert (bars[1] / bars[0]).item() == pytest.approx(2)


def test_the_error_bars_of_the_exponential_agree_with_a_thousand_fits() -> None:
    t, sigma = torch.linspace(0, 3, 13).double(), 0.1

    def misfit(p: Tensor, data: Tensor) -> Tensor:
        return ((data - p[0] * torch.exp(-p[1] * t)) ** 2).sum() / (2 * sigma**2)

    truth = torch.tensor([2.0, 1.0]).double()
    clean = 2 * torch.exp(-t)
    bars = torch.func.hessian(misfit)(truth, clean).inverse().diagonal().sqrt()
    torch.manual_seed(1)
    fits = truth.repeat(1000, 1)
    data = clean + sigma * torch.randn(1000, 13).double()
    for _ in range(20):  # Gauss and Newton, with the derivatives by hand
        fall = torch.exp(-fits[:, 1:] * t)
        J = torch.stack([fall, -fits[:, :1] * t * fall], -1)
        rest = data - fits[:, :1] * fall
        fits = fits + torch.linalg.lstsq(J, rest[..., None]).solution[..., 0]
    assert torch.allclose(fits.std(0) / bars, torch.ones(2).double(), atol=0.15)


def test_a_blurred_image_is_recovered_by_descent_on_its_pixels() -> None:
    true = torch.zeros(1, 1, 8, 8)
    true[..., 2:6, 3:5] = 1
    blur = torch.nn.AvgPool2d(3, stride=1, padding=1)
    raw = torch.zeros_like(true, requires_grad=True)
    optimizer = torch.optim.Adam([raw], lr=0.1)
    for _ in range(500):
        optimizer.zero_grad()
        ((blur(raw.sigmoid()) - blur(true)) ** 2).sum().backward()
        optimizer.step()
    assert (raw.sigmoid() - true).abs().max() < 0.5 * (blur(true) - true).abs().max()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "cut", [lambda a: a.item(), float, int, math.sin, lambda a: torch.tensor(a)]
)
def test_a_python_number_cuts_the_gradient(cut: Callable[[Tensor], object]) -> None:
    angle = torch.tensor(0.5, requires_grad=True)
    assert not getattr(cut(angle), "requires_grad", False)


def test_a_factor_through_item_gives_the_right_value_and_the_wrong_sign() -> None:
    angle = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    whole = 80 * torch.cos(angle) * torch.sin(angle)
    part = 80 * torch.cos(angle) * math.sin(angle.item())
    assert whole.item() == pytest.approx(part.item())
    slopes = [torch.autograd.grad(y, angle)[0].item() for y in (whole, part)]
    assert slopes[0] == pytest.approx(80 * math.cos(1))
    assert slopes[0] > 0 > slopes[1]


def test_a_count_of_steps_has_no_derivative() -> None:
    angle = torch.tensor(0.5, requires_grad=True)
    n = math.ceil(2 * 20 * math.sin(0.5) / (9.81 * 0.05))
    (20 * torch.cos(angle) * n * 0.05).backward()
    assert angle.grad < 0 < differences(lambda a: thrown(a, 0.0), 0.5)[0]


def test_the_slope_of_round_is_0() -> None:
    size = torch.tensor(2.6, requires_grad=True)
    ((size.round() - 1) ** 2 + size).backward()
    assert size.grad == 1


def test_item_and_int_are_silent_and_the_other_conversions_warn_in_a_fresh_program() -> None:
    program = (
        "import math, sys, warnings, torch\n"
        "warnings.simplefilter('always')\n"
        "x = torch.tensor(2.0, requires_grad=True)\n"
        "f = {'item': lambda: x.item(), 'float': lambda: float(x), 'int': lambda: int(x),\n"
        "     'math': lambda: math.sin(x), 'tensor': lambda: torch.tensor(x)}[sys.argv[1]]\n"
        "with warnings.catch_warnings(record=True) as told:\n"
        "    warnings.simplefilter('always')\n"
        "    made = f()\n"
        "print(len(told), getattr(made, 'requires_grad', False))\n"
    )
    said = {}
    for name in ("item", "float", "int", "math", "tensor"):
        done = subprocess.run(
            [sys.executable, "-c", program, name], capture_output=True, text=True, check=True
        )
        said[name] = done.stdout.split()
    assert [said.pop(name) for name in ("item", "int")] == [["0", "False"]] * 2
    assert set(map(tuple, said.values())) == {("1", "False")}


def test_without_a_line_search_a_step_may_lead_uphill_and_some_runs_do_not_arrive() -> None:
    starts = [[x, y] for x in (-2.0, -1.0, -0.5, 0.0, 0.5, 1.5, 2.0) for y in (-1.0, 0.0, 1.0, 2.0, 3.0)]
    plain: dict[str, Any] = {"lr": 1}  # the default, given so that no line search is
    lost = []
    for start in starts:
        seen: list[float] = []
        end = minimized(lambda p: valley(*p), start, seen, **plain)
        lost += [start] * (valley(*end.tolist()) > 0.1)
        assert start != [0.5, -1.0] or any(b > a for a, b in zip(seen, seen[1:]))
        assert valley(*minimized(lambda p: valley(*p), start).tolist()) < 1e-6
    assert [0.5, -1.0] in lost
    assert len(lost) < len(starts) / 2

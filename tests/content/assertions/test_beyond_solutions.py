"""What "Differentiating solutions" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch.autograd import grad
from torch.utils._python_dispatch import TorchDispatchMode


def leaf(value: float | list) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def babylonian(a: torch.Tensor, start: float, steps: int) -> list[torch.Tensor]:
    x, found = torch.tensor(start, dtype=torch.float64), []
    for _ in range(steps):
        x = (x + a / x) / 2
        found.append(x)
    return found


def test_the_derivatives_of_the_steps_go_to_a_quarter() -> None:
    a = leaf(4.0)
    steps = babylonian(a, 1.0, 5)
    slopes = [grad(x, a, retain_graph=True)[0].item() for x in steps]
    assert [round(x.item(), 6) for x in steps[:4]] == [2.5, 2.05, 2.00061, 2]
    assert [round(s, 6) for s in slopes[:4]] == [0.5, 0.29, 0.250889, 0.25]
    for x, s in zip(steps[:4], slopes, strict=False):
        assert abs(s - 0.25) / 0.25 > abs(x.item() - 2) / 2


def test_two_derivatives_of_the_equation_give_the_same() -> None:
    for number in (4.0, 9.0, 2.0):
        a, x = leaf(number), leaf(math.sqrt(number))
        r_x, r_a = grad(x**2 - a, (x, a))
        assert (-r_a / r_x).item() == pytest.approx(1 / (2 * math.sqrt(number)))


def nodes(result: torch.Tensor) -> int:
    seen, todo = set(), [result.grad_fn]
    while todo:
        if (node := todo.pop()) is not None and node not in seen:
            seen.add(node)
            todo += [before for before, _ in node.next_functions]
    return len(seen)


def test_the_graph_grows_by_three_nodes_a_step() -> None:
    assert [nodes(x) for x in babylonian(leaf(4.0), 1.0, 20)] == list(range(4, 62, 3))


def by_bisection(a: float) -> float:
    low, high = 0.0, a + 1
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if middle**2 < a else (low, middle)
    return middle


@pytest.mark.parametrize("solver", [math.sqrt, by_bisection])
def test_one_newton_step_attaches_the_derivative_to_any_solver(solver: Callable) -> None:
    for number in (0.5, 4.0, 9.0):
        a = leaf(number)
        x = solver(number)
        attached = x - (x**2 - a) / (2 * x)
        (slope,) = grad(attached, a, create_graph=True)
        assert attached.item() == pytest.approx(math.sqrt(number))
        assert slope.item() == pytest.approx(0.5 / math.sqrt(number))
        assert not slope.requires_grad  # and so not for a second derivative


def test_for_several_unknowns_the_inverse_is_a_solve() -> None:
    target = leaf([2.0, 1.0])
    x = torch.tensor([0.6, 0.4], dtype=torch.float64)

    def r(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return torch.stack([x[0] + x[1] ** 2 - t[0], x[0] * x[1] - t[1]])

    for _ in range(50):
        J = torch.func.jacrev(r)(x, target.detach())
        x = x - torch.linalg.solve(J, r(x, target.detach()))
    assert r(x, target.detach()).abs().max() < 1e-12
    J = torch.func.jacrev(r)(x, target.detach())
    attached = x - torch.linalg.solve(J, r(x, target))
    found = torch.stack([grad(attached[i], target, retain_graph=True)[0] for i in range(2)])
    assert torch.allclose(found, torch.linalg.inv(J))


@pytest.mark.parametrize("offset", [-1.0, 0.0, 0.5])
def test_a_fixed_point_needs_the_partial_derivatives_at_the_answer(offset: float) -> None:
    def g(x, b):
        return torch.tanh(0.5 * x + b)

    b, x = leaf(offset), torch.zeros((), dtype=torch.float64)
    for _ in range(80):
        x = g(x, b)
    (unrolled,) = grad(x, b)
    x = x.detach().requires_grad_()
    g_x, g_b = grad(g(x, b), (x, b))
    assert torch.allclose(unrolled, g_b / (1 - g_x))
    assert torch.allclose(unrolled, 1 / (1 / (1 - x**2) - 0.5))
    assert nodes(g(x, b)) == 5


def test_the_adjoint_of_a_linear_system() -> None:
    A, b = leaf([[2.0, 1.0], [1.0, 3.0]]), leaf([1.0, 2.0])
    x = torch.linalg.solve(A, b)
    x.sum().backward()
    assert torch.allclose(A.grad, torch.tensor([[-0.08, -0.24], [-0.04, -0.12]]).double())
    assert torch.allclose(b.grad, torch.tensor([0.4, 0.2]).double())


@pytest.mark.parametrize("seed", range(5))
def test_the_rule_of_the_adjoint_for_random_systems(seed: int) -> None:
    torch.manual_seed(seed)
    A = (torch.randn(4, 4, dtype=torch.float64) + 4 * torch.eye(4)).requires_grad_()
    b, G = torch.randn(4, dtype=torch.float64, requires_grad=True), torch.randn(4).double()
    x = torch.linalg.solve(A, b)
    dA, db = grad(x, (A, b), G)
    adjoint = torch.linalg.inv(A.detach()).T @ G
    assert torch.allclose(db, adjoint)
    assert torch.allclose(dA, -torch.outer(adjoint, x.detach()))


def test_the_penalty_of_a_ridge_regression_has_a_gradient() -> None:
    X, y = torch.tensor([[1.0], [2.0]]).double(), torch.tensor([2.0, 4.0]).double()
    p = leaf(5.0)
    w = torch.linalg.solve(X.T @ X + p * torch.eye(1), X.T @ y)
    w.sum().backward()
    assert w.item() == pytest.approx(10 / (5 + 5))
    assert p.grad.item() == pytest.approx(-10 / (5 + 5) ** 2)


def test_a_good_start_takes_the_gradient_away() -> None:
    def stopping(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        while abs(x**2 - a) > 1e-4:
            x = (x + a / x) / 2
        return x

    a = leaf(4.0)
    for start in (1.0, 1.99):
        (slope,) = grad(stopping(a, torch.tensor(start).double()), a)
        assert slope.item() == pytest.approx(0.25, abs=5e-5)
    assert not stopping(a, torch.tensor(2.0).double()).requires_grad


def test_one_recorded_step_is_the_derivative_for_newton_and_not_for_others() -> None:
    a, x = leaf(4.0), leaf(2.0)
    assert grad((x + a / x) / 2, (x, a)) == (0, 0.25)
    x = leaf(8.0)
    assert (x / 2 + a).item() == 8
    g_x, g_a = grad(x / 2 + a, (x, a))
    assert g_a.item() == 1 and (g_a / (1 - g_x)).item() == 2


def test_no_gradient_passes_through_the_comparisons_of_a_bisection() -> None:
    a = leaf(4.0)
    low, high = torch.tensor(0.0), torch.tensor(5.0)
    for _ in range(30):
        x = (low + high) / 2
        low, high = (x, high) if x**2 < a else (low, x)
    assert x.item() == pytest.approx(2)
    with pytest.raises(RuntimeError, match="does not require grad"):
        x.backward()


def test_a_singular_matrix_is_refused() -> None:
    with pytest.raises(RuntimeError, match="the input matrix is singular"):
        torch.linalg.solve(leaf([[1.0, 2.0], [2.0, 4.0]]), leaf([1.0, 2.0]))


def test_the_root_is_infinitely_steep_at_0() -> None:
    a = leaf(0.0)
    assert grad(a.sqrt(), a)[0].item() == math.inf


def test_the_exercises() -> None:
    x, a = leaf(2.0), leaf(8.0)
    r_x, r_a = grad(x**3 - a, (x, a))
    assert (-r_a / r_x).item() == pytest.approx(1 / 12)
    y = 0.0
    for _ in range(2):
        y = y / 2 + a
    assert grad(y, a)[0].item() == 1.5
    A, b = torch.tensor([[2.0, 1.0], [1.0, 3.0]]).double(), leaf([1.0, 2.0])
    (found,) = grad(5 * torch.linalg.solve(A, b)[1], b)
    assert torch.allclose(found, torch.tensor([-1.0, 2.0]).double())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_the_step_from_the_answer_keeps_the_value_up_to_rounding(dtype: torch.dtype) -> None:
    a = torch.linspace(0.1, 50, 500).to(dtype)
    x = a.sqrt()
    attached = x - (x**2 - a) / (2 * x)
    assert not torch.equal(attached, x)
    torch.testing.assert_close(attached, x, rtol=2 * torch.finfo(dtype).eps, atol=0)


def test_at_0_the_step_from_the_answer_is_not_a_number() -> None:
    a = leaf(0.0)
    x = a.detach().sqrt()
    assert (x - (x**2 - a) / (2 * x)).isnan()


def test_two_steps_from_the_answer_have_the_second_derivative_and_one_has_not() -> None:
    for steps, known in ((1, False), (2, True)):
        a = leaf(4.0)
        x = a.detach().sqrt()
        for _ in range(steps):
            x = x - (x**2 - a) / (2 * x)
        (first,) = grad(x, a, create_graph=True)
        assert first.requires_grad == known
    h = 1e-4
    measured = (math.sqrt(4 + h) - 2 * 2 + math.sqrt(4 - h)) / h**2
    assert grad(first, a)[0].item() == pytest.approx(measured, rel=1e-5)


def test_where_the_derivative_arrives_depends_on_the_start() -> None:
    a = leaf(4.0)
    (at_once,) = grad(babylonian(a, 2.0, 1)[0], a)
    assert at_once.item() == 0.25
    a = leaf(0.01)
    (first, *_) = babylonian(a, 50.0, 1)
    (slope,) = grad(first, a)
    assert abs(slope.item() - 5) / 5 < abs(first.item() - 0.1) / 0.1  # nearer than the value


def test_at_a_double_root_the_newton_step_has_a_slope() -> None:
    x = leaf(1e-9)
    (g_x,) = grad(x - x**2 / (2 * x), x)
    assert g_x.item() == pytest.approx(0.5)


def test_rounding_can_hide_that_a_matrix_is_singular() -> None:
    for dtype in (torch.float32, torch.float64):
        A = torch.tensor([[0.1, 0.7], [0.7, 4.9]], dtype=dtype)
        assert torch.linalg.solve(A, torch.ones(2, dtype=dtype)).isfinite().all()
    unknown = torch.tensor([[math.nan, 1.0], [1.0, 1.0]])
    assert torch.linalg.solve(unknown, torch.ones(2)).isnan().all()


def test_the_adjoint_of_a_complex_system_takes_the_conjugate() -> None:
    torch.manual_seed(0)
    A = torch.randn(3, 3, dtype=torch.complex128) + 3 * torch.eye(3)
    b, G = torch.randn(2, 3, dtype=torch.complex128)
    b.requires_grad_()
    (found,) = grad(torch.linalg.solve(A, b), b, G)
    torch.testing.assert_close(found, torch.linalg.inv(A).mH @ G)
    assert not torch.allclose(found, torch.linalg.inv(A).T @ G)


def test_the_backward_pass_of_a_solve_is_one_solve() -> None:
    class Solves(TorchDispatchMode):
        count = 0

        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            self.count += "solve" in str(function)
            return function(*args, **(kwargs or {}))

    y = torch.linalg.solve(leaf([[2.0, 1.0], [1.0, 3.0]]), leaf([1.0, 2.0]))
    with Solves() as solves:
        y.sum().backward()
    assert solves.count == 1

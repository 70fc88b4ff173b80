"""What "Higher-order derivatives" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import gc
import math
import subprocess
import sys
import warnings
import weakref
from collections.abc import Callable

import pytest
import torch
from torch.autograd import grad


def leaf(number: float, **options) -> torch.Tensor:
    return torch.tensor(number, requires_grad=True, **options)


def polynomial(x: torch.Tensor) -> torch.Tensor:
    return 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


def again(result: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return grad(result.sum(), x, create_graph=True)[0]


def test_a_gradient_has_no_history_unless_the_pass_is_recorded() -> None:
    x = leaf(2.0)
    assert grad(polynomial(x), x)[0].grad_fn is None
    assert again(polynomial(x), x).grad_fn is not None


def test_the_derivatives_of_the_polynomial_end_in_a_zero_without_a_graph() -> None:
    x = leaf(2.0)
    d, found = polynomial(x), []
    while d.grad_fn is not None:
        found.append(d.item())
        d = again(d, x)
    assert found == [63, 93, 114, 102, 48]
    assert d.item() == 0 and not d.requires_grad


def test_the_sum_gives_all_derivatives_of_a_function_that_takes_each_entry_by_itself() -> None:
    x = leaf([1.0, 2.0, 3.0])
    first = again(x**3, x)
    assert first.tolist() == [3, 12, 27]
    assert grad(first.sum(), x)[0].tolist() == [6, 12, 18]


def test_newtons_steps_reach_the_cube_root_of_two() -> None:
    x, found = 1.5, []
    for _ in range(5):
        found.append(round(x, 6))
        at = leaf(x, dtype=torch.float64)
        slope = again(at**4 / 4 - 2 * at, at)
        x -= (slope / grad(slope, at)[0]).item()
    assert found == [1.5, 1.296296, 1.260932, 1.259922, 1.259921]
    assert round(2 ** (1 / 3), 6) == 1.259921


def penalty(create_graph: bool) -> tuple[torch.Tensor, torch.Tensor]:
    w, sample = leaf([3.0, 4.0]), leaf([1.0, 2.0])
    (slope,) = grad(w @ sample, sample, create_graph=create_graph)
    return (slope.norm() - 1) ** 2, w


def test_a_gradient_penalty_has_a_gradient_with_respect_to_the_weights() -> None:
    value, w = penalty(True)
    value.backward()
    assert value.item() == pytest.approx(16)
    assert w.grad.tolist() == pytest.approx([2 * 4 * 3 / 5, 2 * 4 * 4 / 5])


def test_without_the_option_the_penalty_is_a_constant() -> None:
    assert penalty(True)[0].requires_grad and not penalty(False)[0].requires_grad


def nodes(result: torch.Tensor) -> int:
    seen, todo = set(), [result.grad_fn]
    while todo:
        if (node := todo.pop()) is not None and node not in seen:
            seen.add(node)
            todo += [before for before, _ in node.next_functions]
    return len(seen)


def test_the_graph_of_the_product_more_than_doubles_with_each_order() -> None:
    x = leaf(2.0)
    d = x.sin() * x.exp()
    counts = [nodes(d)]
    for _ in range(6):
        d = again(d, x)
        counts.append(nodes(d))
    assert counts == [4, 9, 21, 48, 108, 240, 528]
    assert all(b > 2 * a for a, b in zip(counts, counts[1:], strict=False))


@pytest.mark.parametrize(("create_graph", "expected"), [(False, 0), (True, 7000)])
def test_a_plain_pass_saves_nothing_and_a_recorded_one_does(create_graph, expected) -> None:
    saved, x = [], torch.ones(1000, requires_grad=True)

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        saved.append(tensor.numel())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        y = (x.sin() * x.exp()).sum()
        assert sum(saved) == 4000
        grad(y, x, create_graph=create_graph)
    assert sum(saved) - 4000 == expected


def test_a_recorded_pass_leaves_the_first_graph_alive_and_a_plain_one_does_not() -> None:
    x = leaf(2.0)
    y = x**3
    grad(y, x, create_graph=True)
    assert grad(y, x)[0].item() == 12
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        grad(y, x)


@pytest.mark.parametrize("options", [{}, {"materialize_grads": True}])
def test_the_slope_of_a_line_does_not_remember_x(options: dict) -> None:
    x = leaf(2.0)
    slope = again(3 * x, x)
    assert slope.item() == 3
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad"):
        grad(slope, x, **options)


def test_the_slope_of_a_product_does_not_lead_to_x() -> None:
    w, x = leaf(5.0), leaf(2.0)
    slope = again(w * x, x)
    with pytest.raises(RuntimeError, match="appears to not have been used"):
        grad(slope, x)
    assert grad(slope, x, materialize_grads=True)[0].item() == 0


def test_func_grad_returns_zeros_for_both() -> None:
    def twice(f):
        return torch.func.grad(torch.func.grad(f))(torch.tensor(2.0)).item()

    assert twice(lambda x: 3 * x) == twice(lambda x: torch.tensor(5.0) * x) == 0


@pytest.mark.parametrize("seed", range(5))
def test_a_network_of_relus_has_no_second_derivative_and_one_of_tanh_has(seed: int) -> None:
    bends = {}
    for activation in (torch.nn.ReLU, torch.nn.Tanh):
        torch.manual_seed(seed)
        net = torch.nn.Sequential(torch.nn.Linear(1, 8), activation(), torch.nn.Linear(8, 1))
        x = leaf([[0.7], [-0.3]])
        (bend,) = grad(again(net(x), x).sum(), x)
        bends[activation] = bend.abs().max().item()
    assert bends[torch.nn.ReLU] == 0 < bends[torch.nn.Tanh]


def test_without_create_graph_there_is_no_second_derivative() -> None:
    x = leaf(2.0)
    (first,) = grad(x**3, x)
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad"):
        grad(first, x)
    assert grad(again(x**3, x), x)[0].item() == 12


def test_backward_with_create_graph_adds_the_second_derivative_to_the_first() -> None:
    x = leaf(2.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (x**3).backward(create_graph=True)
    assert x.grad.item() == 12
    x.grad.backward()
    assert x.grad.item() == 12 + 12
    x.grad = None


def is_left(leave: Callable) -> bool:
    w = torch.ones(3, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        leave((w**3).sum(), w)
    watch = weakref.ref(w)
    del w
    gc.collect()
    return watch() is not None


def test_backward_leaks_the_tensor_and_grad_does_not() -> None:
    assert is_left(lambda y, w: y.backward(create_graph=True))
    assert not is_left(lambda y, w: grad(y, w, create_graph=True))


def test_the_third_derivative_of_the_sine_is_minus_the_cosine() -> None:
    x = leaf(0.0)
    assert again(again(again(x.sin(), x), x), x).item() == -math.cos(0)


def test_the_exercises() -> None:
    x = leaf(1.0)
    assert again(again(polynomial(x), x), x).item() == 36
    x = leaf(2.0)
    slope = again(x**4 / 4 - 2 * x, x)
    assert (x - slope / again(slope, x)).item() == 1.5
    w, at = leaf(3.0), leaf(2.0)
    ((again(w * at**2, at) - 1) ** 2).backward()
    assert w.grad.item() == 2 * 11 * 4


@pytest.mark.parametrize(
    ("line", "remembers"),
    [(lambda x: 3 * x, False), (lambda x: x / 3, False), (lambda x: -x, False),
     (lambda x: x**1, True), (lambda x: 3 * x + 0 * x * x, True), (torch.relu, True)],
)  # fmt: skip
def test_it_depends_on_the_formula_whether_a_straight_slope_remembers(line, remembers) -> None:
    x = torch.tensor(2.0, requires_grad=True)
    (slope,) = torch.autograd.grad(line(x), x, create_graph=True)
    assert slope.requires_grad is remembers
    if remembers:
        assert torch.autograd.grad(slope, x)[0].item() == 0
    else:
        with pytest.raises(RuntimeError, match="does not require grad"):
            torch.autograd.grad(slope, x, materialize_grads=True)


@pytest.mark.parametrize(("f", "stays"), [(lambda w: w**3, True), (lambda w: 3 * w, False)])
def test_the_cycle_needs_a_gradient_that_depends_on_its_tensor(f, stays) -> None:
    w = torch.ones(3, requires_grad=True)
    torch.set_warn_always(True)
    try:
        with pytest.warns(UserWarning, match="create_graph=True"):
            f(w).sum().backward(create_graph=True)
    finally:
        torch.set_warn_always(False)
    watch = weakref.ref(w)
    del w
    gc.collect()
    assert (watch() is not None) is stays


def test_no_grad_around_the_call_does_not_switch_create_graph_off_and_inference_mode_does() -> None:
    for switch, recorded in ((torch.no_grad, True), (torch.inference_mode, False)):
        x = torch.tensor(2.0, requires_grad=True)
        y = x**3
        with switch():
            (first,) = torch.autograd.grad(y, x, create_graph=True)
        assert first.requires_grad == recorded


def test_the_warning_comes_once_in_a_program() -> None:
    program = """import torch, warnings
warnings.simplefilter("always")
for f in (lambda x: 3 * x, lambda x: x**3, lambda x: x**2):
    f(torch.tensor(2.0, requires_grad=True)).backward(create_graph=True)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.count("create a reference cycle") == 1


def test_create_graph_keeps_the_first_graph_unless_that_is_refused() -> None:
    for keep in (None, False):
        x = torch.tensor(2.0, requires_grad=True)
        y = x**3
        torch.autograd.grad(y, x, create_graph=True, retain_graph=keep)
        if keep is None:
            assert torch.autograd.grad(y, x)[0] == 12
        else:
            with pytest.raises(RuntimeError, match="second time"):
                torch.autograd.grad(y, x)

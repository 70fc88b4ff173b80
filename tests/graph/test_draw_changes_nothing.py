"""Drawing changes nothing: gradients, hooks, random state, output and the graph are as before."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import numpy
import pytest
import torch

from gradbook import draw


def state(*tensors: torch.Tensor) -> list[Any]:
    """All that a drawing could have changed."""
    torch.manual_seed(7)
    random.seed(7)
    numpy.random.seed(7)
    kept = [
        (
            t.grad if t.is_leaf or t.retains_grad else None,
            t._version,
            t.requires_grad,
            t.is_leaf,
            t.grad_fn,
            t._backward_hooks,
        )
        for t in tensors
    ]
    metadata = [t.grad_fn.metadata for t in tensors if t.grad_fn is not None]
    return [kept, metadata, torch.is_grad_enabled(), torch.is_inference_mode_enabled()]


def draws_of_luck() -> list[Any]:
    return [torch.rand(3).tolist(), random.random(), numpy.random.rand()]


class Noisy(torch.autograd.Function):
    """A custom function whose backward prints, warns and takes random numbers."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, gradient):
        print("backward", torch.rand(1).item(), random.random(), numpy.random.rand())
        (x,) = ctx.saved_tensors
        return 3 * x**2 * gradient


def test_state_of_the_program(capfd: pytest.CaptureFixture[str]):
    calls = []
    x = torch.tensor(2.0, requires_grad=True)
    x.grad = torch.tensor(5.0)
    u = x**2
    w = Noisy.apply(u) + u.exp() * x
    w.retain_grad()
    for tensor in (x, u, w):
        tensor.register_hook(lambda g: calls.append("tensor hook"))
    w.grad_fn.register_prehook(lambda g: calls.append("node hook"))
    x.register_post_accumulate_grad_hook(lambda t: calls.append("accumulated"))
    before = state(x, u, w)
    expected = draws_of_luck()
    before = state(x, u, w)
    picture = draw(w)
    picture._repr_html_()
    after = draws_of_luck()
    assert after == expected
    assert state(x, u, w) == before
    assert calls == [] and w.grad is None and x.grad.item() == 5
    assert capfd.readouterr() == ("", "")
    [gradient] = torch.autograd.grad(w, x, retain_graph=True)
    assert picture.graph.nodes[0].gradient.number == pytest.approx(gradient.item())
    w.backward()  # the graph still holds what it saved
    assert "tensor hook" in calls and "node hook" in calls and "accumulated" in calls


def test_unpack_hooks_do_not_run():
    unpacked = []
    x = torch.tensor(2.0, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: unpacked.append(1) or t):
        y = x * x * x
    graph = draw(y + x).graph
    assert unpacked == []
    assert graph.nodes[0].gradient is None  # a sum that lacks a term is not shown
    assert "hook has packed" in graph.notes[0]


@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpoints_do_not_recompute(reentrant: bool):
    from torch.utils.checkpoint import checkpoint

    runs = []
    x, w = (torch.tensor(v, requires_grad=True) for v in (2.0, 3.0))

    def block(x: torch.Tensor) -> torch.Tensor:
        runs.append(1)
        return torch.sin(x) * w

    y = checkpoint(block, x, use_reentrant=reentrant)
    draw(y)._repr_html_()
    assert runs == [1] and w.grad is None


def test_warnings_repeat_as_they_would():
    """Entering catch_warnings would make Python forget which warnings it has given."""
    program = (
        "import torch, warnings\nfrom gradbook import draw\n"
        "x = torch.ones((), requires_grad=True)\n"
        "for _ in range(2):\n    warnings.warn('once')\n    draw(x * 2)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.count("UserWarning: once") == 1, done.stderr

"""Pictures that several tests look at: the course's polynomial, its matrix, a graph of two inputs,
a small network, tensors that are cut off, and a node with two outputs."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import torch

from gradbook import draw
from gradbook.graph.figure import Picture
from gradbook.graph.recorder import instrument


def recorded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as it is on a page that draws: with the recorder in it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree.body[0].decorator_list = []
    ast.increment_lineno(tree, function.__code__.co_firstlineno - 1)
    names: dict[str, Any] = {}
    code = compile(instrument(tree), function.__code__.co_filename, "exec")
    exec(code, function.__globals__, names)
    return names[function.__name__]


@recorded
def polynomial() -> Picture:
    x = torch.tensor(2.0, requires_grad=True)
    y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
    return draw(y)


@recorded
def several_steps() -> Picture:
    x = torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], requires_grad=True)
    y = 3 * x + 2
    z = 2 * y**2
    out = z.mean()
    return draw(out)


def by_hand() -> Picture:
    return by_hand_at(2.0, 3.0)


@recorded
def by_hand_at(x: float, y: float) -> Picture:
    x, y = (torch.tensor(value, requires_grad=True) for value in (x, y))
    u = x * y
    v = u + x
    w = v**2
    return draw(w)


@recorded
def network() -> Picture:
    x, t = torch.tensor([[1.0, 2.0]]), torch.tensor([[4.0]])
    W1 = torch.tensor([[0.3, -1.0], [2.0, 0.5]], requires_grad=True)
    W2 = torch.tensor([[1.0], [3.0]], requires_grad=True)
    h = torch.relu(x @ W1)
    p = h @ W2
    loss = ((p - t) ** 2).mean()
    return draw(loss)


@recorded
def cut_off() -> Picture:
    x, k = torch.tensor(0.3, requires_grad=True), torch.tensor(-1.5)
    u = x.sin() * 3
    d = u.detach()
    y = d * x - k / x + u
    return draw(y)


@recorded
def two_outputs() -> Picture:
    x = torch.tensor([2.0, 3.0], requires_grad=True)
    a, b = x
    y = torch.stack([a * b, a**2, b**3])
    return draw(y, gradient=torch.tensor([1.0, 10.0, 100.0]))


DRAWINGS: dict[str, Callable[[], Picture]] = {
    make.__name__: make
    for make in (polynomial, several_steps, by_hand, network, cut_off, two_outputs)
}


def wide() -> Picture:
    """A picture that no column holds: ten leaves side by side."""
    leaves = {f"x{number}": torch.tensor(1.0, requires_grad=True) for number in range(10)}
    return draw(torch.stack(list(leaves.values())).sum(), names=leaves)


def after_backward() -> Picture:
    """A graph whose program has gone back once."""
    x = torch.tensor(2.0, requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward(retain_graph=True)
    return draw(y)


OTHERS = {"wide": wide, "after_backward": after_backward}

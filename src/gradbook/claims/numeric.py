"""Numbers as evidence: sample points, central finite differences in float64, and torch.autograd.

It draws from generators of its own and leaves torch's random state and switches as they were.
"""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gradbook.claims.errors import NotationError, told
from gradbook.claims.operations import ENTRYWISE, OPERATIONS
from gradbook.claims.terms import Term, names, walk
from gradbook.claims.values import Operations, evaluate

Point = dict[str, Tensor]
# One variable: both signs, no integers, from 0.003 to 150.
POOL = (-1.3, 0.62, 2.6, -0.45, 0.28, -3.7, 0.91, -0.0062, 1.7, 0.0031, 12.9, -11.3, 151.6, -137.2,
        0.074, -0.83)  # fmt: skip
SCALES = (1.0, 1.0, 0.04, 12.0)  # several variables: two random points for each
CONSTANTS = {"pi": math.pi, "e": math.e}
EPSILON = torch.finfo(torch.float64).eps


def _number(value: Any) -> Tensor:
    return torch.tensor(float(value), dtype=torch.float64)


def _constant(name: str) -> Tensor:
    return torch.tensor(1j, dtype=torch.complex128) if name == "i" else _number(CONSTANTS[name])


OPS: dict[str, Callable[..., Any]] = {
    **{name: row.torch for name, row in OPERATIONS.items()},
    "number": _number, "constant": _constant,
    "list": lambda *items: torch.stack(torch.broadcast_tensors(*items)),
    "shape": lambda x: tuple(x.shape), "reshape": torch.reshape, "permute": torch.permute,
    "broadcast": torch.broadcast_to, "add_up": lambda x, axes: x.sum(axes, keepdim=True),
    "eye": lambda n: torch.eye(n, dtype=torch.float64),
    "zeros": lambda shape: torch.zeros(shape, dtype=torch.float64),
}  # fmt: skip


@contextmanager
def quiet() -> Iterator[None]:
    """Compute with gradients on, whatever the page has switched off, and without its warnings."""
    ignored = warnings.catch_warnings(), np.errstate(all="ignore")
    with torch.inference_mode(False), torch.enable_grad(), ignored[0], ignored[1]:
        warnings.simplefilter("ignore")
        yield


def _numbers(sizes: Mapping[str, int]) -> dict[str, Tensor]:
    return {name: _number(size) for name, size in sizes.items()}


def constants(terms: Sequence[Term]) -> list[float]:
    """Return the numbers in some conditions, negative ones too, and 0."""
    parts = [part for term in terms for part in walk(term)]
    numbers = [float(p.args[0]) for p in parts if p.op == "number"]
    below = [-float(p.args[0].args[0]) for p in parts
             if p.op == "neg" and p.args[0].op == "number"]  # fmt: skip
    return sorted({0.0, *numbers, *below})


class Sampler:
    """Draws points of a domain: conditions such as 0 < p < 1, and kinds such as one-hot."""

    def __init__(
        self,
        conditions: Sequence[Term],
        kinds: Mapping[str, str],
        displayed: Sequence[Term] | None = None,
    ) -> None:
        self.conditions, self.kinds = conditions, kinds
        self.displayed = conditions if displayed is None else displayed

    def holds(
        self,
        point: Mapping[str, Tensor],
        sizes: Mapping[str, int] | None = None,
        ops: Operations = OPS,
    ) -> bool:
        """Whether the conditions hold at a point whose named axes have these sizes."""
        return self._all_hold(self.conditions, {**_numbers(sizes or {}), **point}, ops)

    def fits(self, sizes: Mapping[str, int]) -> bool:
        """Whether the conditions on sizes, as n <= m, hold."""
        about = [c for c in self.conditions if names(c) <= sizes.keys()]
        return self._all_hold(about, _numbers(sizes), OPS)

    @staticmethod
    def _all_hold(conditions: Sequence[Term], env: Mapping[str, Any], ops: Operations) -> bool:
        with told("the domain"):
            return all(bool(evaluate(c, env, ops).all()) for c in conditions)

    def _on_entries(self, name: str) -> list[Term]:
        """Return the conditions on this variable alone that each of its entries must meet."""
        known = ENTRYWISE | {"name", "number", "constant"}
        return [
            c
            for c in self.conditions
            if names(c) == {name} and all(term.op in known for term in walk(c))
        ]

    def scalars(self, name: str, at: Sequence[float]) -> list[Point]:
        """Return the points for one real variable, those asked for last."""
        numbers = list(filter(lambda x: self.holds({name: _number(x)}), POOL))
        if len(numbers) < 8:  # a domain far from 0, or a narrow one
            beside = [c + x for c in constants(self.conditions) for x in POOL]
            between = [a + (b - a) * k / 7 for a, b in pairwise(constants(self.conditions))
                       for k in range(1, 7)]  # fmt: skip
            found = filter(lambda x: self.holds({name: _number(x)}), [*beside, *between])
            numbers += list(dict.fromkeys(found))[: len(POOL)]
        with told("at="):
            return [{name: _number(x)} for x in (*numbers, *at)]

    def entry(self, name: str, random_: random.Random, scale: float) -> float:
        """Return a number of few digits that meets the conditions on an entry of the variable."""
        conditions = self._on_entries(name)
        near = constants(conditions)
        for attempt in range(400):
            size = random_.uniform(0.15, 2.5) * scale
            value = float(f"{random_.choice((-1, 1)) * size:.3g}")
            if attempt % 2:  # near the constants of the domain, or between two of them
                low, high = random_.choice(near), random_.choice(near)
                value = low + (random_.random() * (high - low) if high != low else value)
            if self._all_hold(conditions, {name: _number(value)}, OPS):
                return value
            scale = random_.choice((0.1, 1.0, 10.0))
        raise NotationError(f"found no {name} that fits the domain; give one with at=")

    def tensors(
        self,
        shapes: Mapping[str, tuple[int, ...]],
        seed: int,
        scale: float,
        sizes: Mapping[str, int] | None = None,
    ) -> Point:
        """Return a random point with these shapes."""
        random_ = random.Random(seed)
        for _ in range(200):
            point = {name: self._tensor(name, s, random_, scale) for name, s in shapes.items()}
            if self.holds(point, sizes):
                return point
        raise NotationError("found no point that fits the domain; give one with at=")

    def _tensor(
        self, name: str, shape: tuple[int, ...], random_: random.Random, scale: float
    ) -> Tensor:
        def draw() -> Tensor:
            count = torch.Size(shape).numel()
            entries = [self.entry(name, random_, scale) for _ in range(count)]
            return torch.tensor(entries, dtype=torch.float64).reshape(shape)

        kind, value = self.kinds.get(name), draw()
        if kind == "complex":
            value = torch.complex(value, draw())
        elif kind == "symmetric":
            value = value + value.mT
        elif kind == "positive definite":
            value = value @ value.mT + torch.eye(shape[-1], dtype=torch.float64)
        elif kind == "probabilities":
            value = value.abs() / value.abs().sum(-1, keepdim=True)
        elif kind == "one-hot":
            value = torch.nn.functional.one_hot(value.argmax(-1), shape[-1]).double()
        return value


def magnitude(x: Tensor) -> float:
    """Return the largest absolute entry, 0 for none."""
    return float(x.detach().abs().max()) if x.numel() else 0.0


@dataclass
class Estimate:
    """A derivative from three steps h, h/2, h/4, and a bound of its error."""

    value: Tensor
    error: float
    quality: float  # the error beside the size of the value; 0 where the value is 0
    curved: bool  # whether smaller steps are better: more is lost to curvature than to rounding


def slope(
    g: Callable[[float], Tensor], size: float, order: int = 1, jitter: float | None = None
) -> tuple[Tensor, float]:
    """Differentiate g at 0 by central differences; return the value and a bound of its error.

    The bound is infinite where no step is good: g swings too fast, or has rounded away.

    Central differences with steps h, h/2 and h/4 err by a h^2 + b h^4 + ...; Richardson's deferred
    approach to the limit (Phil. Trans. R. Soc. A 210, 1911) cancels the first two terms. As in
    Ridders's method (Adv. Eng. Software 4, 1982) the error is taken to be the difference between
    the two extrapolations before the last, and of several h the one with the least error wins.
    Rounding adds a part of its own: each value of g is off by about `jitter`, which is estimated
    from a table of differences (Hamming 1962; More and Wild, SIAM J. Sci. Comput. 33, 2011), and
    the division by (h/4)^order makes 8^order / h^order of it. Ridders only shrinks h; here h
    shrinks while curvature is the larger part, or grows while rounding is.
    """
    size, shrink = max(size, 1e-3), None
    h = size * 10 ** (order / 2 - 3.5)
    jitter = rounding_of(g, size) if jitter is None else jitter
    best = Estimate(g(0.0), math.inf, math.inf, False)
    for _ in range(8):
        found = _estimate(g, h, order, jitter, 0.0 if shrink else 1e-6 / size)
        if best.quality < 1e-3 and not magnitude(found.value - best.value) <= 4 * best.error:
            return best.value, math.inf  # some steps agreed by chance, and which is not known
        if found.quality < best.quality:
            best = found
        shrink = found.curved if shrink is None else shrink
        if best.quality <= 10.0 ** (order - 9) or found.curved != shrink:
            break
        h *= 0.1 if shrink else 10
    return best.value, best.error if best.quality < 1e-3 else math.inf


def _estimate(
    g: Callable[[float], Tensor], h: float, order: int, jitter: float, flat: float
) -> Estimate:
    """Extrapolate from three steps; a value below its noise is 0 if the noise is below `flat`.

    Smaller steps that find 0 in the end are rounding; wider ones would leave a flat part.
    """
    d0, d1, d2 = (_difference(g, h / 2**k, order) for k in range(3))
    once, twice = (4 * d1 - d0) / 3, (4 * d2 - d1) / 3
    curvature, noise = magnitude(twice - once), jitter * 8**order / h**order
    error, size = curvature + noise, magnitude(d2)
    quality = error / size if size else math.inf
    if curvature <= noise and size <= noise < flat:
        quality = 0.0
    curved = not curvature <= noise  # also where g is not a number
    return Estimate((16 * twice - once) / 15, error, quality, curved)


def rounding_of(g: Callable[[float], Tensor], size: float) -> float:
    """Estimate how much rounding moves g, from fourth differences over a hair's breadth."""
    values = torch.stack([g(k * 1e-11 * size) for k in range(7)])
    fourth = values.diff(n=4, dim=0)
    return max(magnitude(fourth) / 4, EPSILON * magnitude(values))


def _difference(g: Callable[[float], Tensor], h: float, order: int) -> Tensor:
    total, weight = 0.0, 1
    for k in range(order + 1):
        total = total + weight * g((order / 2 - k) * h)
        weight = -weight * (order - k) // (k + 1)
    return total / h**order


def one_sided(f: Callable[[Tensor], Tensor], at: float) -> tuple[float, float]:
    """Return the slopes to the left and to the right of a point."""
    x, h = _number(at), 1e-7 * max(abs(at), 1.0)
    return tuple(float((f(x + s * h) - f(x + s * h / 2)) / (s * h / 2)) for s in (-1, 1))


def directions(x: Tensor) -> Iterator[Tensor]:
    """Yield one unit tensor per entry of x, and the imaginary ones after them."""
    for unit in (1, 1j) if x.is_complex() else (1,):
        for k in range(x.numel()):
            step = torch.zeros(x.numel(), dtype=x.dtype)
            step[k] = unit
            yield step.reshape(x.shape)


def weighted(y: Tensor, weights: Tensor) -> Tensor:
    """Return the sum of weighted outputs; of complex ones the real number that autograd means by their weights."""
    return (weights.conj() * y).sum().real if weights.is_complex() else (weights * y).sum()


def lines(
    f: Callable[[Point], Tensor], point: Point, name: str, weights: Tensor | None
) -> Iterator[tuple[float, Callable[[float], Tensor]]]:
    """Yield, for each entry of a variable, its size and f along it.

    With `weights` it is the sum of the weighted outputs.
    """
    x = point[name]
    for step in directions(x):

        def along(t: float, step: Tensor = step) -> Tensor:
            y = f({**point, name: x + t * step})
            return y if weights is None else weighted(y, weights)

        yield magnitude(x * (step != 0)), along


def _table(columns: Sequence[Tensor], x: Tensor) -> Tensor:
    """Return slopes along all entries of x as one tensor: the outputs' shape, then that of x."""
    if x.is_complex():
        half = len(columns) // 2
        columns = [a + 1j * b for a, b in zip(columns[:half], columns[half:], strict=True)]
    table = torch.stack([torch.as_tensor(c) for c in columns], -1)
    return table.reshape((*table.shape[:-1], *x.shape))


def by_differences(
    f: Callable[[Point], Tensor], point: Point, name: str, weights: Tensor | None, order: int = 1
) -> tuple[Tensor, float]:
    """Differentiate f by one variable; with `weights`, the sum of the weighted outputs.

    Without weights the result has the outputs' shape followed by the variable's.
    """
    columns, error, jitter = [], 0.0, None
    with torch.no_grad():
        for size, along in lines(f, point, name, weights):
            jitter = rounding_of(along, max(size, 1e-3)) if jitter is None else jitter
            column, bound = slope(along, size, order, jitter)
            columns.append(column)
            error = max(error, bound)
        return _table(columns, point[name]), error


def sides(
    f: Callable[[Point], Tensor], point: Point, name: str, weights: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Return the slopes on both sides of a point, each extrapolated from two steps."""
    below, above = [], []
    for size, along in lines(f, point, name, weights):
        for sign, columns in ((-1, below), (1, above)):
            h = sign * 1e-6 * max(size, 1.0)  # a border may be 1e-3 away
            here = along(0.0)
            once, twice = (along(h) - here) / h, (along(h / 2) - here) / (h / 2)
            columns.append((2 * twice - once).detach())
    return _table(below, point[name]), _table(above, point[name])


def curvature(f: Callable[[Point], Tensor], point: Point, name: str) -> tuple[Tensor, float]:
    """Return the Hessian of a scalar function from second differences along sums of directions."""
    x, steps, error = point[name], list(directions(point[name])), 0.0
    rows = torch.zeros(x.numel(), x.numel(), dtype=torch.float64)
    with torch.no_grad():

        def second(step: Tensor) -> Tensor:
            nonlocal error
            value, bound = slope(lambda t: f({**point, name: x + t * step}), magnitude(x), 2)
            error = max(error, bound)
            return value

        for i, u in enumerate(steps):
            for j, v in enumerate(steps[: i + 1]):
                rows[i, j] = rows[j, i] = (second(u + v) - second(u - v)) / 4
    return rows.reshape((*x.shape, *x.shape)), error


def by_autograd(
    f: Callable[[Point], Tensor], point: Point, name: str, weights: Tensor | None, order: int = 1
) -> Tensor:
    """The same derivative from torch.autograd; an output that records nothing gives 0."""
    x = point[name].clone().requires_grad_()
    y = f({**point, name: x})

    def grad(output: Tensor, by: Tensor, keep: bool) -> Tensor:
        if not output.requires_grad:
            return torch.zeros_like(x)
        return torch.autograd.grad(
            output, x, by, create_graph=keep, retain_graph=True, materialize_grads=True
        )[0]

    if weights is None:
        flat = y.reshape(-1)
        rows = [grad(entry, torch.ones_like(entry), False) for entry in flat]
        return torch.stack(rows).reshape((*y.shape, *x.shape)).detach()
    for k in range(order):
        y = grad(y, weights if k == 0 else torch.ones_like(y), k + 1 < order)
    return y.detach()


def hessian_by_autograd(f: Callable[[Point], Tensor], point: Point, name: str) -> Tensor:
    """The Hessian of a scalar function from torch.autograd, one row per entry."""

    def slopes(inner: Point) -> Tensor:
        x = inner[name]
        y = f(inner)
        if not y.requires_grad:
            return torch.zeros_like(x)
        return torch.autograd.grad(y, x, create_graph=True, materialize_grads=True)[0]

    return by_autograd(slopes, point, name, None)

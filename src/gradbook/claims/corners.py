"""Points at which a formula may break, and points beside and between them.

A claim may be true at all random points and false at one: where a condition changes, a function
has a kink, a denominator is 0. At each such border some term of the formula is 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from gradbook.claims.errors import NotationError
from gradbook.claims.numeric import OPS, Point
from gradbook.claims.operations import OPERATIONS, RELATIONS
from gradbook.claims.subject import Subject
from gradbook.claims.terms import Term, names, replace, spelled_out, walk
from gradbook.claims.values import evaluate, together

BESIDE = 1e-3  # how far beside a border its neighborhood is looked at, of its size
MOST = 24  # points at borders, for one claim about tensors
LARGEST = 12  # size of an axis to which a condition on sizes may lead
# Where a border is looked for on the real line: more densely near 0.
GRID = [math.sinh(k / 4) + 0.01 for k in range(-24, 25)]


def _close(a: Tensor, b: Tensor) -> Tensor:
    size = torch.maximum(torch.maximum(a.abs(), b.abs()), torch.ones(()))
    return (a - b).abs() <= 1e-14 * size


# Comparisons at a border: rounding must not decide on which side of sqrt(2) its float64 is.
EXACT_OPS: dict[str, Callable[..., Any]] = {
    **OPS,
    "<": lambda a, b: (a < b) & ~_close(a, b),
    "<=": lambda a, b: (a <= b) | _close(a, b),
    ">": lambda a, b: (a > b) & ~_close(a, b),
    ">=": lambda a, b: (a >= b) | _close(a, b),
    "!=": lambda a, b: ~_close(a, b),
}


def borders(terms: Sequence[Term]) -> list[Term]:
    """Return terms that are 0 where one of the terms may have a kink, a jump or no value."""
    found = (border for term in terms for part in walk(term) for border in _borders(part))
    return list({repr(border): border for border in found if names(border)}.values())


def _borders(term: Term) -> Iterator[Term]:
    op, args = term.op, term.args
    if op in RELATIONS or op in ("max", "min"):
        yield Term("-", *args)
    elif op == "/":
        yield args[1]
    elif op == "^" and not _is_natural(args[1]):
        yield from args  # 0^x is 1 at x = 0 alone
    for corner in OPERATIONS[op].corners if op in OPERATIONS else ():
        yield Term("-", args[0], Term("number", Fraction(corner)))


def _is_natural(exponent: Term) -> bool:
    return exponent.op == "number" and exponent.args[0].denominator == 1


def roots(g: Callable[[float], float]) -> list[float]:
    """Return where g is 0: exactly if it is linear, else where a grid of points leads to."""
    a, b, c = g(0.37), g(1.41), g(-2.3)
    rise = (b - a) / 1.04
    if rise and abs(a + rise * (-2.3 - 0.37) - c) <= 1e-12 * max(map(abs, (a, b, c))):
        return [_rounded(g, 0.37 - a / rise)]
    found, values = [], [(x, g(x)) for x in GRID]
    for (left, below), (middle, here), (right, above) in zip(values, values[1:], values[2:]):
        if here == 0 and (below or above):  # where g is 0 all along, its ends are enough
            found.append(middle)
        elif below * here < 0:
            found += _root_between(g, left, middle)
        sign = math.copysign(1.0, here)
        if here and sign * below >= sign * here <= sign * above:  # it may touch 0, or dip below
            low = _lowest(lambda x, sign=sign: sign * g(x), left, right)
            dips = [*_root_between(g, left, low), *_root_between(g, low, right)]
            found += dips or [low] * (abs(g(low)) <= 1e-13)
    rounded = (_rounded(g, root) for root in found)
    return sorted({root for root in rounded if abs(g(root)) <= 1e-9})  # a pole changes sign too


def _root_between(g: Callable[[float], float], low: float, high: float) -> list[float]:
    below = g(low)
    if not below * g(high) < 0:
        return []
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if below * g(middle) <= 0 else (middle, high)
    return [high]


def _lowest(g: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(60):
        third = (high - low) / 3
        if g(low + third) <= g(high - third):
            high -= third
        else:
            low += third
    return (low + high) / 2


def _rounded(g: Callable[[float], float], x: float) -> float:
    """Return the short number next to x if g is as near to 0 there: 0.3, not 0.30000000000000004."""
    short = float(f"{x:.12g}")
    return short if abs(g(short)) <= max(abs(g(x)), 1e-15) else x


def points(
    subject: Subject, terms: Sequence[Term], regular: Sequence[tuple[Point, dict[str, int]]]
) -> list[tuple[Point, dict[str, int]]]:
    """Return points at the borders of the terms and of the subject, beside and between them."""
    inner = [subject.shown, *subject.sampler.conditions, *(_alone(subject, t) for t in terms)]
    moving = [name for name in subject.axes if name not in subject.sampler.kinds]
    at = [g for g in borders(inner) if names(g) & {*moving} and subject.upstream not in names(g)]
    found = _on_line(subject, at) if subject.is_scalar else _in_space(subject, at, moving, regular)
    found += _of_sizes(subject, inner)
    return [case for case in found if subject.sampler.holds(*case, ops=EXACT_OPS)]


def _of_sizes(subject: Subject, terms: Sequence[Term]) -> list[tuple[Point, dict[str, int]]]:
    """Return points with the sizes at which a condition on sizes changes, as n < 4 does, and beside."""
    parts = [part for term in terms for part in walk(term) if part.op in RELATIONS]
    found, usual = [], subject.dimensions()
    for border in (Term("-", *part.args) for part in parts):
        for axis in sorted(names(border)) if names(border) <= usual.keys() else ():

            def along(t: float, axis: str = axis, border: Term = border) -> float:
                return float(evaluate(border, {n: OPS["number"](s) for n, s in {**usual, axis: t}.items()}, OPS))

            found += [{**usual, axis: round(root) + k} for root in roots(along)[:2] for k in (-1, 0, 1)]
    sized = {repr(sizes): sizes for sizes in found if 0 < min(sizes.values()) <= max(sizes.values()) <= LARGEST}
    drawn = []
    for sizes in filter(subject.sampler.fits, sized.values()):
        try:
            drawn.append((subject.sampler.tensors(subject.shapes(sizes), 0, 1.0, sizes), sizes))
        except NotationError:
            continue  # the domain leaves no point of these sizes
    return drawn


def _alone(subject: Subject, term: Term) -> Term:
    """Return a term with the parts and the result of the subject spelled out."""
    parts = {name: replace(t, {subject.output: subject.shown}) for name, t in subject.where.items()}
    return replace(spelled_out(term, parts), {subject.output: subject.shown})


def _value(subject: Subject, border: Term, point: Point, sizes: Mapping[str, int]) -> Tensor:
    env = {**{n: OPS["number"](size) for n, size in sizes.items()}, **point}
    try:
        return together([border], env, OPS)[0].detach()
    except (NotationError, RuntimeError, IndexError, KeyError, TypeError):
        return torch.full((1,), math.nan)  # its shapes do not fit: another check tells


def _on_line(subject: Subject, at: Sequence[Term]) -> list[tuple[Point, dict[str, int]]]:
    (x,) = subject.axes

    def along(border: Term) -> Callable[[float], float]:
        return lambda t: float(_value(subject, border, {x: OPS["number"](t)}, {}))

    found = sorted({root for border in at for root in roots(along(border))}, key=abs)[:MOST]
    numbers = [near for root in found for near in _near(root)]
    ordered = sorted(found)
    numbers += [(a + b) / 2 for a, b in pairwise(ordered)]
    numbers += [ordered[0] - 1, ordered[-1] + 1] if ordered else []
    return [({x: OPS["number"](number)}, {}) for number in dict.fromkeys(numbers)]


def _near(root: float) -> list[float]:
    step = BESIDE * max(1.0, abs(root))
    return [root, root - step, root + step]


def _in_space(
    subject: Subject,
    at: Sequence[Term],
    moving: Sequence[str],
    regular: Sequence[tuple[Point, dict[str, int]]],
) -> list[tuple[Point, dict[str, int]]]:
    """Move one entry of one variable onto each border, from a few of the regular points."""
    found = []
    for border in at:
        for point, sizes in regular[:3]:
            found += _onto(subject, border, point, sizes, moving)
    return found[:MOST]


def _onto(
    subject: Subject, border: Term, point: Point, sizes: dict[str, int], moving: Sequence[str]
) -> list[tuple[Point, dict[str, int]]]:
    value = _value(subject, border, point, sizes).flatten()
    entry = len(value) // 2
    if not math.isfinite(float(value[entry])):
        return []
    for name in moving:
        for k in range(point[name].numel()) if name in names(border) else ():

            def moved(t: float, name: str = name, k: int = k) -> Point:
                changed = point[name].clone()
                changed.view(-1)[k] = t
                return {**point, name: changed}

            def along(t: float, moved: Callable[[float], Point] = moved) -> float:
                return float(_value(subject, border, moved(t), sizes).flatten()[entry])

            if along(0.37) != along(1.41) and (found := roots(along)):
                return [(moved(t), sizes) for root in found[:2] for t in _near(root)]
    return []

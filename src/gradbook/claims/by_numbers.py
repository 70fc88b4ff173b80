"""Numbers as evidence for a statement: what each method gives at many points, and the verdict.

A statement that fails raises WrongClaim with the counter-example; nothing here displays anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gradbook.claims import corners, numeric, symbolic
from gradbook.claims.errors import MISFITS, NotationError, WrongClaim
from gradbook.claims.messages import number_text, point_text, shapes_text, told_apart
from gradbook.claims.numeric import OPS, Point, Sampler, magnitude
from gradbook.claims.subject import Statement, Subject
from gradbook.claims.values import Operations, compute

EXACT = 1e-9  # how closely two ways to compute must agree
CLOSE = 1e-6  # how closely finite differences must agree, and all at a border


def rounding(values: Sequence[Tensor]) -> float:
    """Return how far apart two ways to compute may be: 1 + 1e-60 is 1, so log(1 + 1e-60) is 0."""
    return 1e-12 * median(map(magnitude, values)) if values else 0.0


def differ(one: Tensor, other: Tensor, floor: float) -> bool:
    """Whether two values are apart by more than rounding, where the first is finite."""
    allowed = EXACT * max(magnitude(one.nan_to_num()), magnitude(other)) + floor
    apart = (one - other).abs() > allowed
    return bool((apart & torch.isfinite(one)).any())


def unrounded(
    point: Mapping[str, Tensor], build: Callable[[dict[str, Any], Operations], Any]
) -> Tensor | None:
    """Compute with exact fractions what float64 could not: a true formula may cancel badly."""
    try:
        exact = {name: symbolic.exactly(value.tolist()) for name, value in point.items()}
        found = torch.tensor(symbolic.digits(build(exact, symbolic.OPS)))
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return None  # an operation or a number that SymPy does not have
    return found if found.imag.any() else found.real


def check_formula(
    subject: Subject, point: Point, sizes: Mapping[str, int], y: Tensor, floor: float
) -> None:
    """Raise WrongClaim if the formula that readers see has another value than the function."""
    shown = subject.formula(point, sizes, OPS)
    if shown.shape == y.shape and not differ(shown, y, floor):
        return
    exact = unrounded(point, lambda p, ops: subject.formula(p, sizes, ops))
    if exact is None or exact.shape != y.shape or differ(exact, y, floor):
        raise WrongClaim(
            f"the formula shown is not the function\n  at {point_text(point)}\n"
            f"  the formula gives   {number_text(shown)}\n"
            f"  the function gives  {number_text(y)}"
        )


@dataclass
class Evidence:
    """What the claim and each method give at one point."""

    point: Point
    sizes: Mapping[str, int]
    claimed: Tensor
    answered: Tensor  # what autograd is claimed to answer
    autograd: Tensor
    differences: Tensor
    bound: float  # of the error of the differences
    # At the border of a condition, a kink or a pole, and beside it: the slopes on both sides.
    sides: tuple[Tensor, Tensor] | None = None

    @property
    def is_smooth(self) -> Tensor:
        """By which entries there is a derivative here: the slopes on both sides agree."""
        if self.sides is None:
            return torch.ones_like(self.autograd, dtype=torch.bool)
        below, above = self.sides
        scale = magnitude(self.autograd.nan_to_num(0, 0, 0)) + 1e-3
        allowed = 1e-4 * torch.maximum(below.abs(), above.abs()) + 1e-6 * scale
        return ((below - above).abs() <= allowed) & math.isfinite(self.bound)

    @property
    def is_chosen(self) -> bool:
        """Whether the claim gives a number at a kink: it is the one that autograd answers."""
        if self.sides is None:
            return False
        kinks = ~self.is_smooth & torch.isfinite(self.sides[0]) & torch.isfinite(self.sides[1])
        return math.isfinite(self.bound) and bool((kinks & torch.isfinite(self.claimed)).any())


Case = tuple[Point, dict[str, int], Tensor]  # a point, the sizes of its axes, the value there


def gather(subject: Subject, statement: Statement, without: Sequence[float] = ()) -> list[Evidence]:
    """Return the evidence for a statement at all points; WrongClaim where it speaks against it.

    `without` are points of one real variable at which nothing is claimed.
    """
    with numeric.quiet():
        regular = values_at(subject, subject.points())
        floor = rounding([y for _, _, y in regular])
        beside = at_borders(subject, statement, regular, without)
        for case in (*regular, *beside):
            check_formula(subject, *case, floor)
        found = [evidence_at(subject, statement, *case, at_border=False) for case in regular]
        found = [e for e in found if not overflows(e)]
        found += [evidence_at(subject, statement, *case, at_border=True) for case in beside]
        return judge(subject, statement, found)


def values_at(subject: Subject, points: Iterable[tuple[Point, dict[str, int]]]) -> list[Case]:
    """Return the points at which the function has a value, with the value."""
    cases = [(point, sizes, subject.value(point).detach()) for point, sizes in points]
    return [case for case in cases if torch.isfinite(case[2]).all()]


def at_borders(
    subject: Subject, statement: Statement, regular: Sequence[Case], without: Sequence[float]
) -> list[Case]:
    """Return points at the borders of conditions, at kinks and beside poles."""
    terms = [term for term in (statement.term, statement.answer) if term is not None]
    points = corners.points(subject, terms, [(point, sizes) for point, sizes, _ in regular])
    if subject.is_scalar:
        (x,) = subject.axes
        points = [case for case in points if float(case[0][x]) not in map(float, without)]
    # tan(1.5707963267948966) is 1.6e16: a pole that float64 cannot meet.
    most = 1e14 * median([1.0, *(magnitude(y) for _, _, y in regular)]) + 1e9
    return [case for case in values_at(subject, points) if magnitude(case[2]) <= most]


def overflows(evidence: Evidence) -> bool:
    """Whether float64 ends here: far out, a function may have a value and autograd none."""
    far = any(magnitude(x) > 5 for x in evidence.point.values())
    return far and not torch.isfinite(evidence.autograd).all()


def evidence_at(
    subject: Subject,
    s: Statement,
    point: Point,
    sizes: Mapping[str, int],
    y: Tensor,
    at_border: bool,
) -> Evidence:
    """Compute the claim and the derivatives at a point, where the function has the value y."""
    weights, x = None, point[s.variable]
    if not subject.upstream and s.kind != "jacobian" and y.numel() != 1:
        raise NotationError(
            f"the function has {y.numel()} results; a claim about all of them is made by"
            " jacobian() or vjp()"
        )
    if not subject.upstream and y.is_complex() and magnitude(y.imag) > EXACT * magnitude(y):
        raise NotationError(
            "the result is complex: claim a derivative of a real one, as of real(...) or abs(...), or by vjp()"
            " what becomes of the gradient G that arrives"
        )
    if s.kind == "gradient":
        weights = torch.ones_like(y)
        if subject.upstream:
            kinds = {"G": "complex"} if y.is_complex() else {}
            weights = Sampler((), kinds).tensors({"G": tuple(y.shape)}, 99, 1.0)["G"]
            point = {**point, subject.upstream: weights}
    shape = {"gradient": x.shape, "jacobian": y.shape + x.shape, "hessian": x.shape * 2}[s.kind]
    env = subject.environment(point, sizes, y, OPS)
    ops = corners.EXACT_OPS if at_border else OPS
    try:
        claimed = answered = compute(s.term, env, ops, s.free, shape)
        if s.answer is not None:
            answered = compute(s.answer, env, ops, s.free, shape)
    except MISFITS as error:  # its shapes or indices do not fit
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise WrongClaim(f"{s} is wrong: {reason}\n  for {shapes_text(point)}") from None
    if s.kind == "hessian":
        auto = numeric.hessian_by_autograd(subject.value, point, s.variable)
        differences, bound = numeric.curvature(subject.value, point, s.variable)
    else:
        where = subject.value, point, s.variable, weights, s.order
        auto = numeric.by_autograd(*where)
        differences, bound = numeric.by_differences(*where)
    sides = slopes_beside(subject, s, point, weights) if at_border else None
    return Evidence(point, sizes, claimed, answered, auto, differences, bound, sides)


def slopes_beside(
    subject: Subject, s: Statement, point: Point, weights: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Return the slopes on both sides, of the derivative before where it is a higher one."""

    def lower(inner: Point) -> Tensor:
        ones = torch.ones_like(subject.value(inner))
        return numeric.by_autograd(subject.value, inner, s.variable, ones, max(s.order - 1, 1))

    if s.kind == "hessian":
        return numeric.sides(lower, point, s.variable, None)
    return numeric.sides(lower if s.order > 1 else subject.value, point, s.variable, weights)


def judge(subject: Subject, statement: Statement, found: Sequence[Evidence]) -> list[Evidence]:
    """Raise WrongClaim at the first point where the methods contradict the claim."""
    regular = [e for e in found if not e.sides]
    floor = rounding([e.autograd for e in regular])
    conclusive, kept = 0, []
    for e in found:
        scale = max(magnitude(e.claimed), magnitude(e.differences))
        allowed = CLOSE * scale + 4 * e.bound + floor
        conclusive += not e.sides and (allowed <= 1e-3 * scale or allowed <= 1e-6)
        if not e.sides and off(e, floor).any() and statement.answer is None:
            e.claimed = e.answered = without_rounding(subject, statement, e)
        if e.sides:
            against = against_at_border(e, allowed, floor, subject.call is None)
        else:
            against = wrong(e, allowed) | off(e, floor)
        if not against.any():
            kept.append(e)
        elif has_value(subject, e):
            raise WrongClaim(counter_example(statement, e, against))
    if sum(not e.sides for e in kept) < 3:
        raise NotationError("the function has values at fewer than 3 points; give domain= or at=")
    if not conclusive:
        raise NotationError("rounding hides the slope at every sample point; give at= or domain=")
    return kept


def against_at_border(e: Evidence, allowed: float, floor: float, formula_only: bool) -> Tensor:
    """Return which entries of a claim are false at a border.

    Where there is a derivative, the claim must give it. Where there is none, it must give what
    autograd answers, or nothing.
    """
    entries = torch.maximum(e.answered.abs(), e.autograd.abs())
    same = (e.answered - e.autograd).abs() <= CLOSE * entries + floor + 1e-12
    same &= torch.isfinite(e.autograd)  # inf <= inf
    same |= e.answered == e.autograd
    if formula_only:  # then autograd's answer is one to our own operations
        return torch.where(e.is_smooth, wrong(e, allowed), ~same & torch.isfinite(e.answered))
    return torch.where(e.is_smooth, wrong(e, allowed) | ~same, ~same & torch.isfinite(e.answered))


def has_value(subject: Subject, e: Evidence) -> bool:
    """Whether the function has a value at a point, where float64 may have made one of rounding."""
    try:
        point = {name: symbolic.exactly(value.tolist()) for name, value in e.point.items()}
        value = symbolic.digits(subject.formula(point, e.sizes, symbolic.OPS))
    except (NotationError, *MISFITS):
        return True  # an operation or a number that SymPy does not have
    return bool(np.isfinite(value).all())


def wrong(e: Evidence, allowed: float) -> Tensor:
    """Return which entries of a claim are not what finite differences give."""
    near = (e.claimed - e.differences).abs() <= allowed
    return ~(near & torch.isfinite(e.claimed))  # inf <= inf


def off(e: Evidence, floor: float) -> Tensor:
    """Return which entries of a claim are not what autograd gives."""
    entries = torch.maximum(e.answered.abs(), e.autograd.abs())
    allowed = EXACT * entries + 1e-13 * magnitude(e.autograd) + floor
    near = (e.answered - e.autograd).abs() <= allowed
    return ~(near & torch.isfinite(e.answered))


def without_rounding(subject: Subject, statement: Statement, e: Evidence) -> Tensor:
    """Return the claim computed with fractions, or in float64 where SymPy cannot."""

    def claim(point: dict[str, Any], ops: Operations) -> Any:
        output = subject.formula(point, e.sizes, ops)
        env = subject.environment(point, e.sizes, output, ops)
        return compute(statement.term, env, ops, statement.free, e.claimed.shape)

    found = unrounded(e.point, claim)
    return e.claimed if found is None else found


def counter_example(statement: Statement, e: Evidence, against: Tensor) -> str:
    """Return the message for a point where the claim fails, at its first wrong entry."""
    at = tuple(against.expand_as(e.autograd).nonzero()[0].tolist())
    entry = f", entry {list(at)}" if at else ""
    lines = [f"{statement} is wrong", f"  at {point_text(e.point)}{entry}"]
    claimed, differences, autograd = told_apart(e.claimed[at], e.differences[at], e.autograd[at])
    lines.append(f"  the claim gives          {claimed}")
    lines.append(f"  finite differences give  {differences}")
    lines.append(f"  torch.autograd gives     {autograd}")
    if statement.answer is not None:
        lines[-1] += f", and the claim says {number_text(e.answered[at])}"
    if not e.is_smooth[at]:
        left, right = (number_text(slopes[at]) for slopes in e.sides)
        lines[3] = f"  there is no derivative: the slopes beside are {left} and {right}"
        lines.append("  claim there what autograd gives, or leave the point out by domain=")
    return "\n".join(lines)


def check_kink(subject: Subject, statement: Statement, point: float, value: float) -> None:
    """Raise WrongClaim unless there is a kink at the point and autograd answers the value there."""
    x = statement.variable
    with numeric.quiet():
        left, right = numeric.one_sided(lambda t: subject.value({x: t}), point)
        at = {x: torch.tensor(float(point), dtype=torch.float64)}
        found = numeric.by_autograd(subject.value, at, x, torch.ones(()))
    where = f"at {x} = {number_text(point)}"
    if abs(left - right) <= 1e-4 * max(1.0, abs(left), abs(right)):
        raise WrongClaim(
            f"there is no kink {where}: the slope is {number_text(left)} on both sides"
        )
    if not torch.allclose(found, torch.tensor(value, dtype=torch.float64), equal_nan=True):
        raise WrongClaim(
            f"{statement.label} is wrong {where}, a kink\n"
            f"  the claim gives        {number_text(value)}\n"
            f"  torch.autograd gives   {number_text(found)}\n"
            f"  left and right slopes  {number_text(left)}, {number_text(right)}"
        )

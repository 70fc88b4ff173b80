"""Weighs a statement about a derivative: gathers what each method gives at many points and judges.

A statement that fails raises WrongClaim with the counter-example; nothing here displays anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import torch
from torch import Tensor

from gradbook.claims import numeric, symbolic
from gradbook.claims.numeric import OPS, Point, Sampler, magnitude
from gradbook.claims.terms import NotationError, Term, letters
from gradbook.claims.values import Operations, compute, evaluate
from gradbook.claims.words import number_text, point_text, shapes_text

SIZES = (3, 2, 4, 5, 6, 7)  # named axes differ in size, so that no transpose can hide
SQUARE = (2,) * len(SIZES)
EXACT, CLOSE = 1e-9, 1e-6  # how closely autograd and finite differences must agree


class WrongClaim(AssertionError):
    """A statement of a page is false; the message is the counter-example."""


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


@dataclass
class Statement:
    """One equation to weigh: the derivative of the subject by `variable` equals `term`."""

    label: str
    tex: str
    term: Term
    source: str
    variable: str = ""
    kind: str = "gradient"
    order: int = 1
    free: str = ""
    shown: Term | None = None  # the formula to show, where `term` was rewritten
    answer_source: str = ""
    answer: Term | None = None  # what autograd gives, where it is meant to differ

    def __str__(self) -> str:
        answer = f", by autograd {self.answer_source}" if self.answer_source else ""
        return f"{self.label} = {self.source}{answer}"


@dataclass
class Subject:
    """The function a claim is about: its parameters with their axes, and its formula as a term."""

    call: Callable[..., Any] | None
    axes: Mapping[str, tuple[str, ...]]
    sampler: Sampler
    output: str
    shown: Term
    at: Sequence[Any] = ()
    where: Mapping[str, Term] = field(default_factory=dict)
    upstream: str = ""
    displayed: Term | None = None  # the formula to show, where `shown` was rewritten for checking

    @property
    def vocabulary(self) -> list[str]:
        """The names that a claim may use."""
        named = [*self.axes, *self.dimensions(), self.output, *self.where, self.upstream]
        return [name for name in named if name]

    def value(self, point: Point) -> Tensor:
        """Return the function's value at a point as one tensor."""
        if self.call is None:
            return self.formula(point, self.sizes(point), OPS)
        found = self.call(*(point[name] for name in self.axes))
        if isinstance(found, (tuple, list)):
            found = torch.stack(torch.broadcast_tensors(*found))
        if not isinstance(found, Tensor):
            raise NotationError(f"the function returns {type(found).__name__}, not a tensor")
        return found

    def formula(
        self, point: Mapping[str, Any], sizes: Mapping[str, int], ops: Mapping[str, Callable]
    ) -> Any:
        """Return the value of the formula shown, in any kind of number."""
        env = {**{name: ops["number"](size) for name, size in sizes.items()}, **point}
        return (
            compute(self.shown, env, ops) if letters(self.shown) else evaluate(self.shown, env, ops)
        )

    def check_formula(
        self, point: Point, sizes: Mapping[str, int], y: Tensor, floor: float
    ) -> None:
        """Raise WrongClaim if the formula that readers see has another value than the function."""
        shown = self.formula(point, sizes, OPS)
        if shown.shape != y.shape or differ(shown, y, floor):
            exact = unrounded(point, lambda p, ops: self.formula(p, sizes, ops))
            if exact is not None and exact.shape == y.shape and not differ(exact, y, floor):
                return
            raise WrongClaim(
                f"the formula shown is not the function\n  at {point_text(point)}\n"
                f"  the formula gives   {number_text(shown)}\n"
                f"  the function gives  {number_text(y)}"
            )

    def sizes(self, point: Point) -> dict[str, int]:
        """Return the sizes of the named axes, from the tensors of a point."""
        pairs = (
            pair for n, axes in self.axes.items() for pair in zip(axes, point[n].shape, strict=True)
        )
        return {axis: size for axis, size in pairs if not axis.isdigit()}

    def dimensions(self, sizes: Sequence[int] = SIZES) -> dict[str, int]:
        """Give each named axis a size."""
        named = dict.fromkeys(a for axes in self.axes.values() for a in axes if not a.isdigit())
        return dict(zip(named, sizes, strict=False))

    def shapes(self, sizes: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter when the named axes have these sizes."""
        return {n: tuple(int(sizes.get(a, a)) for a in axes) for n, axes in self.axes.items()}

    def points(self) -> Iterator[tuple[Point, dict[str, int]]]:
        """Yield sample points with the sizes of their axes; those asked for come last."""
        if len(self.axes) == 1 and not any(self.axes.values()) and not self.sampler.kinds:
            for point in self.sampler.scalars(next(iter(self.axes)), self.at):
                yield point, {}
            return
        choices = [self.dimensions(SIZES), self.dimensions(SQUARE)]
        for seed, (scale, sizes) in enumerate((c, s) for c in numeric.SCALES for s in choices):
            yield self.sampler.tensors(self.shapes(sizes), seed, scale), sizes
        for values in self.at:
            given = (torch.as_tensor(v, dtype=torch.float64) for v in values)
            point = dict(zip(self.axes, given, strict=True))
            yield point, self.sizes(point)

    def environment(
        self,
        point: Mapping[str, Any],
        sizes: Mapping[str, int],
        output: Any,
        ops: Mapping[str, Callable],
    ) -> dict[str, Any]:
        """Return the value of every name that a claim may use."""
        env = {n: ops["number"](v) for n, v in sizes.items()} | dict(point)
        if output is not None:
            env[self.output] = output
        for name, term in self.where.items():
            env[name] = evaluate(term, env, ops)
        return env


@dataclass
class Row:
    """What the claim and each method give at one point."""

    point: Point
    claimed: Tensor
    answered: Tensor
    autograd: Tensor
    differences: Tensor
    bound: float
    sizes: Mapping[str, int]


def overflows(row: Row) -> bool:
    """Whether float64 ends here: far out, a function may have a value and autograd none."""
    far = any(magnitude(x) > 5 for x in row.point.values())
    return far and not torch.isfinite(row.autograd).all()


class Weighing:
    """Gathers the evidence for one statement about a subject, and judges it."""

    def __init__(self, subject: Subject, statement: Statement) -> None:
        self.subject, self.statement = subject, statement
        with numeric.quiet():
            found = [(p, s, subject.value(p).detach()) for p, s in subject.points()]
            found = [(p, s, y) for p, s, y in found if torch.isfinite(y).all()]
            floor = rounding([y for _, _, y in found])
            for point, sizes, y in found:
                subject.check_formula(point, sizes, y, floor)
            rows = [self._row(*case) for case in found]
            self.rows = [row for row in rows if not overflows(row)]
            if len(self.rows) < 3:
                raise NotationError("the function has values at fewer than 3 points; give at=")
            self._judge()

    def _row(self, point: Point, sizes: Mapping[str, int], y: Tensor) -> Row:
        subject, s = self.subject, self.statement
        weights = None
        x = point[s.variable]
        if s.kind == "gradient":
            weights = torch.ones_like(y)
            if subject.upstream:
                weights = Sampler((), {}).tensors({"G": tuple(y.shape)}, 99, 1.0)["G"]
                point = {**point, subject.upstream: weights}
        shape = {"gradient": x.shape, "jacobian": y.shape + x.shape, "hessian": x.shape * 2}[s.kind]
        env = subject.environment(point, sizes, y, OPS)
        try:
            claimed = compute(s.term, env, OPS, s.free, shape)
            answered = (
                compute(s.answer, env, OPS, s.free, shape) if s.answer is not None else claimed
            )
        except (NotationError, RuntimeError) as error:  # its shapes or indices do not fit
            reason = str(error).splitlines()[0]
            raise WrongClaim(f"{s} is wrong: {reason}\n  for {shapes_text(point)}") from None
        if s.kind == "hessian":
            auto = numeric.hessian_by_autograd(subject.value, point, s.variable)
            differences, bound = numeric.curvature(subject.value, point, s.variable)
        else:
            auto = numeric.by_autograd(subject.value, point, s.variable, weights, s.order)
            differences, bound = numeric.by_differences(
                subject.value, point, s.variable, weights, s.order
            )
        return Row(point, claimed, answered, auto, differences, bound, sizes)

    def _judge(self) -> None:
        floor = rounding([row.autograd for row in self.rows])
        conclusive = 0
        for row in self.rows:
            scale = max(magnitude(row.claimed), magnitude(row.differences))
            allowed = CLOSE * scale + 4 * row.bound + floor
            conclusive += allowed <= 1e-3 * scale or allowed <= 1e-6
            wrong = self._wrong(row, allowed)
            off = self._off(row, floor)
            if off.any() and self.statement.answer is None:
                row.claimed = row.answered = self._without_rounding(row)
                off = self._off(row, floor)
                wrong = self._wrong(row, allowed)
            if (wrong | off).any():
                raise WrongClaim(self.counter_example(row, wrong | off))
        if not conclusive:
            raise NotationError(
                "rounding hides the slope at every sample point; give at= or domain="
            )

    @staticmethod
    def _wrong(row: Row, allowed: float) -> Tensor:
        near = (row.claimed - row.differences).abs() <= allowed
        return ~(near & torch.isfinite(row.claimed))  # inf <= inf

    @staticmethod
    def _off(row: Row, floor: float) -> Tensor:
        entries = torch.maximum(row.answered.abs(), row.autograd.abs())
        allowed = EXACT * entries + 1e-13 * magnitude(row.autograd) + floor
        near = (row.answered - row.autograd).abs() <= allowed
        return ~(near & torch.isfinite(row.answered))

    def _without_rounding(self, row: Row) -> Tensor:
        def claim(point: dict[str, Any], ops: Operations) -> Any:
            output = self.subject.formula(point, row.sizes, ops)
            env = self.subject.environment(point, row.sizes, output, ops)
            return compute(self.statement.term, env, ops, self.statement.free, row.claimed.shape)

        found = unrounded(row.point, claim)
        return row.claimed if found is None else found

    def counter_example(self, row: Row, wrong: Tensor) -> str:
        """Return the message for a point where the claim fails, at its first wrong entry."""
        at = tuple(wrong.expand_as(row.autograd).nonzero()[0].tolist())
        entry = f", entry {list(at)}" if at else ""
        given = number_text(row.claimed[at])
        lines = [f"{self.statement} is wrong", f"  at {point_text(row.point)}{entry}"]
        lines.append(f"  the claim gives          {given}")
        lines.append(f"  finite differences give  {number_text(row.differences[at])}")
        lines.append(f"  torch.autograd gives     {number_text(row.autograd[at])}")
        if self.statement.answer is not None:
            lines[-1] += f", and the claim says {number_text(row.answered[at])}"
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

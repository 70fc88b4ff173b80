"""What a claim is about, and what it says: a function with its points, and one equation."""

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
from gradbook.claims.words import number_text, point_text

SIZES = (3, 2, 4, 5, 6, 7)  # named axes differ in size, so that no transpose can hide
SQUARE = (2,) * len(SIZES)
EXACT = 1e-9  # how closely two ways to compute must agree


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
    """The function a claim is about: its parameters with their axes, and its formula as a term.

    `shown` is the formula in these parameters alone, `displayed` the one that readers see.
    """

    call: Callable[..., Any] | None
    axes: Mapping[str, tuple[str, ...]]
    sampler: Sampler
    output: str
    shown: Term
    displayed: Term
    at: Sequence[Any] = ()
    where: Mapping[str, Term] = field(default_factory=dict)
    upstream: str = ""

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

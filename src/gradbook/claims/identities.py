"""Two formulas that are equal everywhere, or up to a remainder such as O(h^2)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Unpack

import numpy as np
import torch
from torch import Tensor

from gradbook.claims import corners, numeric, symbolic
from gradbook.claims.by_numbers import check_formula, differ, rounding, unrounded
from gradbook.claims.by_symbols import proves_equal
from gradbook.claims.claim import Claim, domain_tex, sizes_text, typesetter
from gradbook.claims.errors import MISFITS, NotationError, WrongClaim, told
from gradbook.claims.messages import point_text, told_apart
from gradbook.claims.notation import Reader
from gradbook.claims.numeric import OPS, Point, magnitude
from gradbook.claims.subject import Function, Options, Subject, known, subject_of
from gradbook.claims.terms import Term, is_rough, names, walk
from gradbook.claims.tex import symbol
from gradbook.claims.values import Operations, evaluate, together

STEPS = (0.08, 0.01)  # from the first to the second the remainder must shrink as it claims to,
SCALES = (1, 1 / 8, 1 / 64, 1 / 512)  # on the smallest of these scales that rounding permits
NEAR = 4.0  # how far from 0 a missing value is no matter of float64's range


def identity(left: Function, right: Function = "", **options: Unpack[Options]) -> Claim:
    """Claim that two formulas or functions are equal: identity("cosh(x)^2 - sinh(x)^2 = 1").

    On the right "... + O(h^2)" stands for a remainder that shrinks at least like h^2.
    """
    options = known("identity", options, without=("name", "shown"))
    text = f"{title(left)} = {title(right)}"
    if isinstance(left, str) and (not right or isinstance(right, str)):
        text = f"{left} = {right}" if right else left
        left, right = sides_of(text, options)
    remainder = None
    if isinstance(right, Term):
        right, remainder = split_remainder(left, right)
    first, second = subjects_of(left, right, remainder, options)
    proved = proves_equal(first, second, remainder)
    seen_at = Equality(text, first, second, remainder, proved).seen()
    return Claim(
        lines_of(first, second, remainder),
        text,
        proved,
        f"{'SymPy, ' if proved else ''}numbers {seen_at}",
        how(proved, remainder, seen_at),
        sizes_text(first, [second.shown]) if proved else "",
    )


def sides_of(text: str, options: Options) -> tuple[Term, Term]:
    """Read left = right."""
    shapes = options.get("shapes") or {}
    axes = [axis for axes in shapes.values() for axis in axes.split()]
    vocabulary = [*shapes, *axes, *(options.get("where") or {})]
    return Reader(text, vocabulary, free=True, remainder=True).equation()


def subjects_of(
    left: Function, right: Function, remainder: Term | None, options: Options
) -> tuple[Subject, Subject]:
    """Return both sides as functions of the same variables."""
    used = [*(options.get("shapes") or {}), *(sorted(names(remainder)) if remainder else ())]
    second = subject_of(right, parameters=used, **options)
    first = subject_of(left, parameters=list(second.axes), **options)
    return first, subject_of(right, parameters=list(first.axes), **options)


def lines_of(left: Subject, right: Subject, remainder: Term | None) -> list[tuple[str, str]]:
    """Return the equations that are shown: the parts of the formula, and left = right."""
    setter = typesetter(left)
    tail = f" + {setter.tex(remainder)}" if remainder is not None else ""
    lines = [(symbol(name), setter.tex(term)) for name, term in left.where.items()]
    equal = setter.tex(left.displayed), setter.tex(right.displayed) + tail + domain_tex(left)
    return [*lines, equal]


def how(proved: bool, remainder: Term | None, seen_at: str) -> str:
    """Return the sentences that tell a reader how the identity was checked."""
    shown, seen = "both sides are equal", "both sides agree"
    if remainder is not None:
        shown, seen = "the remainder has no lower term", "the remainder shrinks as it should"
    start = f"SymPy shows that {shown}." if proved else "SymPy did not decide."
    return f"{start} In float64 {seen} {seen_at}."


def title(side: Function) -> str:
    """Return what a side is called where it is no text."""
    name = getattr(side, "__name__", "f")
    return side if isinstance(side, str) else "f" if name == "<lambda>" else name


def split_remainder(left: Term, right: Term) -> tuple[Term, Term | None]:
    """Split ... + O(h^2) into the formula and its remainder."""
    remainder = None
    if right.op == "+" and right.args[1].op == "O":
        right, remainder = right.args
    if any(t.op == "O" for t in (*walk(left), *walk(right))) or (
        remainder is not None and len(names(remainder)) != 1
    ):
        raise NotationError("a remainder stands at the right end and has one variable: + O(h^2)")
    return right, remainder


class Equality:
    """Compares the two sides at many points."""

    def __init__(
        self, text: str, left: Subject, right: Subject, remainder: Term | None, proved: bool
    ) -> None:
        self.text, self.sides, self.remainder = text, (left, right), remainder
        self.proved = proved
        self.floor = 1e-12 if proved else 0.0  # a true sum of 0 is 1e-17 in float64

    def seen(self) -> str:
        """Return where the sides were seen to agree; WrongClaim where they do not."""
        with numeric.quiet(), torch.no_grad():
            points = list(self.sides[0].points())
            regular = len(points)
            if self.remainder is None:
                points += corners.points(self.sides[0], [self.sides[1].shown], points)
                count = self._agreeing(points, regular)
                for point, sizes in () if self.proved else points[:3]:
                    self._agree_exactly(point, sizes)
            else:
                points = points[:1] if len(self.sides[0].axes) == 1 else points
                count = sum(self._shrinks(point, sizes) for point, sizes in points)
        if count < min(3, len(points)):
            raise NotationError(
                "the sides have values at fewer than 3 sample points; give domain= or at="
            )
        if len(points) == 1:
            return f"for {points[0][0].popitem()[0]} near 0"
        return f"at {count} points"

    def _agreeing(self, points: Sequence[tuple[Point, dict[str, int]]], regular: int) -> int:
        """Return at how many points both sides have values, which must agree.

        At some points, as at x = 0 in sign(x) = x/|x|, one side may have none, but not at the first
        `regular` ones, which are random: log(x y) = log(x) + log(y) is false of negative numbers.
        """
        cases = [(p, s, *self.values(p, s)) for p, s in points]
        mirrored = [(p, {}, *self.values(p, {})) for p in self.sides[0].mirrored(points[0][0])]
        for case in (*cases[:regular], *mirrored):
            self._both_have_values(*case)
        cases = [case for case in cases if finite(*case[2:])]
        floor = self.floor + rounding([left for _, _, left, _ in cases])
        for case in (*cases, *(case for case in mirrored if finite(*case[2:]))):
            self._agree(*case, floor)
        return len(cases)

    def _both_have_values(
        self, point: Point, sizes: Mapping[str, int], left: Tensor, right: Tensor
    ) -> None:
        """Raise WrongClaim where one side alone is a number, near 0, where nothing overflows."""
        lost = [bool(side.isnan().any()) for side in (left, right)]
        if lost[0] == lost[1] or not finite(right if lost[0] else left):
            return
        if all(magnitude(x) <= NEAR for x in point.values()):
            raise self.wrong(point, left, right, "domain= can leave this out, as in domain='x > 0'")

    def values(self, point: Point, sizes: Mapping[str, int]) -> list[Tensor]:
        """Return the values of both sides."""
        if all(side.call is None for side in self.sides):
            return self.computed(point, sizes, OPS)
        return [side.value(point) for side in self.sides]

    def computed(self, point: Mapping[str, Any], sizes: Mapping[str, int], ops: Operations) -> list:
        """Return the values of both formulas, in any kind of number."""
        env = self.sides[0].environment(point, sizes, None, ops)
        with told(self.text):
            try:
                return together([side.shown for side in self.sides], env, ops)
            except torch.linalg.LinAlgError:
                return [torch.tensor(math.nan)] * 2

    def _agree(
        self, point: Point, sizes: Mapping[str, int], left: Tensor, right: Tensor, floor: float
    ) -> None:
        for side, value in zip(self.sides, (left, right), strict=True):
            if side.call is not None:
                check_formula(side, point, sizes, value, floor)
        if differ(left, right, floor):
            exact = [
                unrounded(point, lambda p, ops, k=k: self.computed(p, sizes, ops)[k])
                for k in range(2)
            ]
            if None in exact or differ(*exact, floor):
                raise self.wrong(point, left, right)

    def _agree_exactly(self, point: Point, sizes: Mapping[str, int]) -> None:
        """Raise WrongClaim where 30 digits tell apart what float64 could not."""
        terms = [part for side in self.sides for part in walk(side.shown)]
        rough = any(t.op == "number" and is_rough(t.args[0]) for t in terms)  # off by 1e-17
        if rough or any(side.call is not None for side in self.sides):
            return
        try:
            exact = {name: symbolic.exactly(value.tolist()) for name, value in point.items()}
            left, right = self.computed(exact, sizes, symbolic.OPS)
            gap, size = symbolic.digits(left - right), symbolic.digits(left)
        except (NotationError, *MISFITS):
            return  # an operation or a number that SymPy does not have
        if np.isfinite(gap).all() and (abs(gap) > 1e-25 * abs(size).max()).any():
            raise self.wrong(point, *self.values(point, sizes))

    def _shrinks(self, point: Point, sizes: Mapping[str, int]) -> bool:
        """Whether the remainder shrinks here; False where the sides have no values.

        Of the steps that rounding leaves readable the smallest decide: others may be large beside
        the numbers of the point, or beside a coefficient that hides a lower term.
        """
        verdict: tuple[float, bool] | None = None
        for wide, near in self._steps(point, sizes):
            ratios = {step: self._ratio(point, sizes, step) for step in (*wide, *near)}
            if not all(map(math.isfinite, ratios.values())):
                continue
            step = max(near, key=ratios.__getitem__)
            noise = 4 * self._noise(point, sizes, step)
            if verdict and not noise <= ratios[step] / 10:
                break
            verdict = step, ratios[step] <= 2 * max(ratios[one] for one in wide) + noise
        if verdict and not verdict[1]:
            moved = self._moved(point, verdict[0])
            raise self.wrong(moved, *self.values(moved, sizes))
        return verdict is not None

    def _steps(
        self, point: Point, sizes: Mapping[str, int]
    ) -> Iterator[tuple[list[float], list[float]]]:
        """Yield, from large to small, steps of h and those that are shorter, on the sides where
        the domain has points."""
        sampler = self.sides[0].sampler
        signs = [sign for sign in (1, -1) if sampler.holds(self._moved(point, sign * 1e-5), sizes)]
        for scale in SCALES if signs else ():
            wide, near = ([sign * step * scale for sign in signs] for step in STEPS)
            yield wide, near

    def _moved(self, point: Point, step: float) -> Point:
        (h,) = names(self.remainder)
        return {**point, h: torch.tensor(step, dtype=torch.float64)}

    def _gap(self, point: Point, sizes: Mapping[str, int], step: float) -> Tensor:
        left, right = self.values(self._moved(point, step), sizes)
        return left - right

    def _bound(self, point: Point, step: float) -> float:
        return magnitude(evaluate(self.remainder.args[0], self._moved(point, step), OPS))

    def _ratio(self, point: Point, sizes: Mapping[str, int], step: float) -> float:
        """Return the gap between the sides beside the remainder that is claimed."""
        return magnitude(self._gap(point, sizes, step)) / self._bound(point, step)

    def _noise(self, point: Point, sizes: Mapping[str, int], step: float) -> float:
        """Return how much of that ratio rounding may be."""
        spread = numeric.rounding_of(lambda t: self._gap(point, sizes, step + t), 1e8 * abs(step))
        return spread / self._bound(point, step)

    def wrong(self, point: Point, left: Tensor, right: Tensor, advice: str = "") -> WrongClaim:
        one, other = told_apart(left, right)
        calls = [t for side in self.sides for part in (side.displayed, *side.where.values()) for t in walk(part)]
        called = next((t.args[0].args[0] for t in calls if looks_like_a_call(t)), "")
        if called:
            advice = f"{called}(...) is a product here: no function is called {called}"
        lines = [
            f"{self.text} is wrong",
            f"  at {point_text(point)}" * bool(point),
            f"  the left side gives   {one}",
            f"  the right side gives  {other}",
            f"  {advice}" * bool(advice),
        ]
        return WrongClaim("\n".join(filter(None, lines)))


def looks_like_a_call(term: Term) -> bool:
    """Whether a term may be meant as a function's value: f(x + h), which is the product of f and x + h."""
    if term.op != "juxt" or term.args[0].op != "name":
        return False
    return term.args[0].args[0] in ("f", "g", "F") and term.args[1].op in ("+", "-", "name")


def finite(*values: Tensor) -> bool:
    """Whether all entries are numbers and none is infinite."""
    return all(bool(torch.isfinite(value).all()) for value in values)

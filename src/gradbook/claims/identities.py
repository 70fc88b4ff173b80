"""Two formulas that are equal everywhere, or up to a remainder such as O(h^2)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from gradbook.claims import numeric
from gradbook.claims.display import Claim
from gradbook.claims.evidence import Subject, WrongClaim, differ, rounding, unrounded
from gradbook.claims.notation import Reader
from gradbook.claims.numeric import OPS, Point, magnitude
from gradbook.claims.proof import proves_equal
from gradbook.claims.subjects import Function, subject_of
from gradbook.claims.terms import NotationError, Term, names, walk
from gradbook.claims.tex import symbol
from gradbook.claims.values import Operations, evaluate, together
from gradbook.claims.weighing import domain_tex, typesetter
from gradbook.claims.words import number_text, point_text

STEPS = (0.08, 0.01)  # from the first to the second the remainder must shrink as it claims to,
SCALES = (1, 1 / 8, 1 / 64, 1 / 512)  # on the smallest of these scales that rounding permits


def identity(
    left: Function,
    right: Function = "",
    *,
    shapes: Mapping[str, str] | None = None,
    domain: str = "",
    where: Mapping[str, str] | None = None,
    at: Sequence[Any] = (),
) -> Claim:
    """Claim that two formulas or functions are equal: identity("cosh(x)^2 - sinh(x)^2 = 1").

    On the right "... + O(h^2)" stands for a remainder that shrinks at least like h^2.
    """
    text = f"{title(left)} = {title(right)}"
    if isinstance(left, str) and (not right or isinstance(right, str)):
        text = f"{left} = {right}" if right else left
        known = [*(shapes or {}), *(d for s in (shapes or {}).values() for d in s.split())]
        left, right = Reader(text, [*known, *(where or {})], free=True, remainder=True).equation()
    remainder = None
    if isinstance(right, Term):
        right, remainder = split_remainder(left, right)
    options = {"shapes": shapes, "domain": domain, "where": where, "at": at}
    used = names(remainder) if remainder is not None else ()
    second = subject_of(right, parameters=[*(shapes or {}), *sorted(used)], **options)
    first = subject_of(left, parameters=list(second.axes), **options)
    second = subject_of(right, parameters=list(first.axes), **options)
    proved = proves_equal(first, second, remainder)
    seen_at = Equality(text, first, second, remainder, proved).weigh()
    setter = typesetter(first)
    tail = f" + {setter.tex(remainder)}" if remainder is not None else ""
    lines = [(symbol(n), setter.tex(term)) for n, term in first.where.items()]
    lines.append(
        (setter.tex(first.displayed), setter.tex(second.displayed) + tail + domain_tex(first))
    )
    by = f"{'SymPy, ' if proved else ''}numbers {seen_at}"
    shown = "both sides are equal" if remainder is None else "the remainder has no lower term"
    seen = "both sides agree" if remainder is None else "the remainder shrinks as it should"
    start = f"SymPy shows that {shown}." if proved else "SymPy did not decide."
    how = f"{start} In float64 {seen} {seen_at}."
    return Claim(lines, text, proved, by, how)


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
        self.floor = 1e-12 if proved else 0.0  # a true sum of 0 is 1e-17 in float64

    def weigh(self) -> str:
        """Return where the sides were seen to agree; WrongClaim where they do not."""
        with numeric.quiet(), torch.no_grad():
            points = list(self.sides[0].points())
            if self.remainder is not None:
                points = points[:1] if len(self.sides[0].axes) == 1 else points
                found = [point for point, sizes in points if self._shrinks(point, sizes)]
            else:
                found = [(p, s, *self.values(p, s)) for p, s in points]
                found = [case for case in found if finite(*case[2:])]
                floor = self.floor + rounding([left for _, _, left, _ in found])
                for case in found:
                    self._agree(*case, floor)
        if len(found) < min(3, len(points)):
            raise NotationError(
                "the sides have values at fewer than 3 sample points; give domain= or at="
            )
        if len(points) == 1:
            return f"for {points[0][0].popitem()[0]} near 0"
        return f"at {len(found)} points"

    def values(self, point: Point, sizes: Mapping[str, int]) -> list[Tensor]:
        """Return the values of both sides."""
        if all(side.call is None for side in self.sides):
            return self.computed(point, sizes, OPS)
        return [side.value(point) for side in self.sides]

    def computed(self, point: Mapping[str, Any], sizes: Mapping[str, int], ops: Operations) -> list:
        """Return the values of both formulas, in any kind of number."""
        env = self.sides[0].environment(point, sizes, None, ops)
        return together([side.shown for side in self.sides], env, ops)

    def _agree(
        self, point: Point, sizes: Mapping[str, int], left: Tensor, right: Tensor, floor: float
    ) -> None:
        for side, value in zip(self.sides, (left, right), strict=True):
            if side.call is not None:
                side.check_formula(point, sizes, value, floor)
        if differ(left, right, floor):
            exact = [
                unrounded(point, lambda p, ops, k=k: self.computed(p, sizes, ops)[k])
                for k in range(2)
            ]
            if None in exact or differ(*exact, floor):
                raise self.wrong(point, left, right)

    def _shrinks(self, point: Point, sizes: Mapping[str, int]) -> bool:
        """Whether the remainder shrinks here; False where the sides have no values.

        Of the steps that rounding leaves readable the smallest decide: others may be large beside
        the numbers of the point, or beside a coefficient that hides a lower term.
        """
        (h,) = names(self.remainder)
        verdict = None

        def moved(step: float) -> Point:
            return {**point, h: torch.tensor(step, dtype=torch.float64)}

        def gap(step: float) -> Tensor:
            left, right = self.values(moved(step), sizes)
            return left - right

        def bound(step: float) -> float:
            return magnitude(evaluate(self.remainder.args[0], moved(step), OPS))

        sides = [sign for sign in (1, -1) if self.sides[0].sampler.holds(moved(sign * 1e-5))]
        for scale in SCALES if sides else ():
            wide, near = ([side * step * scale for side in sides] for step in STEPS)
            ratios = {step: magnitude(gap(step)) / bound(step) for step in (*wide, *near)}
            if not all(map(math.isfinite, ratios.values())):
                continue
            step = max(near, key=ratios.__getitem__)
            spread = numeric.rounding_of(lambda t, at=step: gap(at + t), 1e8 * abs(step))
            noise = 4 * spread / bound(step)
            if verdict and not noise <= ratios[step] / 10:
                break
            verdict = step, ratios[step] <= 2 * max(ratios[one] for one in wide) + noise
        if verdict and not verdict[1]:
            raise self.wrong(moved(verdict[0]), *self.values(moved(verdict[0]), sizes))
        return verdict is not None

    def wrong(self, point: Point, left: Tensor, right: Tensor) -> WrongClaim:
        return WrongClaim(
            f"{self.text} is wrong\n  at {point_text(point)}\n"
            f"  the left side gives   {number_text(left)}\n"
            f"  the right side gives  {number_text(right)}"
        )


def finite(*values: Tensor) -> bool:
    """Whether all entries are numbers and none is infinite."""
    return all(bool(torch.isfinite(value).all()) for value in values)

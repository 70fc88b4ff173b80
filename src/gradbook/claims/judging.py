"""Weighs a statement about a derivative: what each method gives at many points, and the verdict.

A statement that fails raises WrongClaim with the counter-example; nothing here displays anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gradbook.claims import numeric
from gradbook.claims.evidence import EXACT, Statement, Subject, WrongClaim, rounding, unrounded
from gradbook.claims.numeric import OPS, Point, Sampler, magnitude
from gradbook.claims.terms import NotationError
from gradbook.claims.values import Operations, compute
from gradbook.claims.words import number_text, point_text, shapes_text

CLOSE = 1e-6  # how closely finite differences must agree


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

"""Symbols as proof of a statement: SymPy compares entry by entry, for small sizes of its axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
import sympy as sp

from gradbook.claims import symbolic
from gradbook.claims.errors import WrongClaim
from gradbook.claims.messages import number_text, point_text
from gradbook.claims.numeric import Point
from gradbook.claims.subject import Statement, Subject
from gradbook.claims.symbolic import OPS
from gradbook.claims.terms import Term, is_rough, names, walk
from gradbook.claims.values import compute, evaluate, together

STRUCTURE = {"name", "index", "over", "delta", "juxt"}  # what values.py does with any numbers
INVERSES = {"inv", "solve", "det"}  # of 3 by 3 symbols take seconds
ENTRIES = 40  # symbols; with more, numbers must do
# What SymPy raises where it has no answer; anything else is a fault of ours and must be seen.
CANNOT = (
    ArithmeticError,
    IndexError,
    NotImplementedError,
    TypeError,
    ValueError,
    sp.PolynomialError,
)


def sizes_for(subject: Subject, terms: Sequence[Term]) -> dict[str, int] | None:
    """Return sizes of the axes at which SymPy can work with the terms in good time, if any."""
    ops = {t.op for term in (*terms, subject.shown, *subject.where.values()) for t in walk(term)}
    several = len(subject.dimensions()) > 1  # symbols show a transpose in any size
    sizes = subject.dimensions((2,) * 6 if ops & INVERSES else (2, 3) * 3 if several else (3,))
    entries = sum(prod(shape) for shape in subject.shapes(sizes).values())
    return sizes if ops <= OPS.keys() | STRUCTURE and entries <= ENTRIES else None


def proves(subject: Subject, statement: Statement, points: Sequence[Point]) -> bool:
    """Whether SymPy shows the statement; WrongClaim when it shows the contrary at a point."""
    sizes, sampler = sizes_for(subject, [statement.term]), subject.sampler
    if sizes is None:
        return False
    try:
        variables = symbolic.symbols(subject.shapes(sizes), sampler.conditions, sampler.kinds)
        constraints = symbolic.constraints(variables, sampler.kinds)
        claimed, truth = both_sides(subject, statement, variables, sizes)
        pairs = [tuple(map(sp.sympify, pair)) for pair in zip(claimed.flat, truth.flat)]
        if any(truth.has(sp.Derivative, sp.Subs) for _, truth in pairs):
            return False  # a staircase: SymPy leaves the derivative of floor open
        doubtful = [(a, b) for a, b in pairs if not symbolic.is_zero((a - b).subs(constraints))]
        if doubtful and not any(subject.axes.values()) and not constraints:
            refute(subject, statement, variables, doubtful[0], points)
    except CANNOT:
        return False
    return not doubtful


def both_sides(
    subject: Subject,
    statement: Statement,
    variables: Mapping[str, np.ndarray],
    sizes: Mapping[str, int],
) -> tuple[np.ndarray, np.ndarray]:
    """Return the claim and the derivative that SymPy finds, as arrays of expressions."""
    x = variables[statement.variable]
    y = np.asarray(subject.formula(variables, sizes, OPS), dtype=object)
    weights = {}
    if subject.upstream:
        kinds = {subject.upstream: "complex"} if subject.is_complex else {}
        weights = symbolic.symbols({subject.upstream: y.shape}, (), kinds)
    env = subject.environment({**variables, **weights}, sizes, y if y.shape else y[()], OPS)
    if statement.kind == "gradient":
        weight = weights.get(subject.upstream, np.ones_like(y))
        if weights and subject.is_complex:  # the loss that autograd means by complex weights
            y = np.asarray(symbolic.real_part(np.sum(np.conj(weight) * y)), dtype=object)
            weight = np.ones_like(y)
        truth = symbolic.differentiate(y, x, statement.order)
        truth = np.asarray(np.tensordot(weight, truth, y.ndim), dtype=object)
    else:
        truth = symbolic.differentiate(y, x)
        if statement.kind == "hessian":
            truth = symbolic.differentiate(truth, x)
    claimed = compute(statement.term, env, OPS, statement.free, truth.shape)
    return np.asarray(claimed, dtype=object), truth


def refute(
    subject: Subject,
    statement: Statement,
    variables: Mapping[str, np.ndarray],
    pair: tuple,
    points: Sequence[Point],
) -> None:
    """Raise WrongClaim when 30 digits tell the two sides apart where float64 could not."""
    terms = [*walk(subject.shown), *walk(statement.term)]
    rough = any(t.op == "number" and is_rough(t.args[0]) for t in terms)  # itself off by 1e-17
    for point in points[:4]:
        values = {x[()]: symbolic.exactly(point[n].tolist())[()] for n, x in variables.items()}
        claimed, truth = (complex(sp.N(side.subs(values), 30)) for side in pair)
        gap = complex(sp.N((pair[0] - pair[1]).subs(values), 30))
        if abs(gap) > (1e-13 if rough else 1e-25) * abs(claimed):
            raise WrongClaim(
                f"{statement} is wrong\n  at {point_text(point)}\n"
                f"  the claim gives  {number_text(claimed, 17)}\n"
                f"  SymPy gives      {number_text(truth, 17)}"
            )


def proves_equal(left: Subject, right: Subject, remainder: Term | None) -> bool:
    """Whether SymPy shows that two formulas are equal, or differ by no more than a remainder."""
    sizes, sampler = sizes_for(left, [right.shown]), left.sampler
    if sizes is None:
        return False
    try:
        variables = symbolic.symbols(left.shapes(sizes), sampler.conditions, sampler.kinds)
        env = left.environment(variables, sizes, None, OPS)
        one, two = together([left.shown, right.shown], env, OPS)
        gaps = [sp.sympify(gap) for gap in np.asarray(one - two, dtype=object).flat]
        if remainder is not None:
            (h,) = (variables[name][()] for name in names(remainder))
            order = sp.degree(evaluate(remainder.args[0], variables, OPS), h)
            gaps = [term for gap in gaps for term in symbolic.lower_terms(gap, h, order)]
        known = symbolic.constraints(variables, sampler.kinds)
        return all(symbolic.is_zero(gap.subs(known)) for gap in gaps)
    except CANNOT:
        return False

"""Symbols as proof: SymPy differentiates a term entry by entry, and decides what is 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from gradbook.claims.operations import OPERATIONS
from gradbook.claims.terms import Term

Array = np.ndarray
LIMIT = 60  # operations: beyond, simplify() takes seconds, and numbers must do


def _number(value: Fraction) -> sp.Expr:
    return sp.Rational(value.numerator, value.denominator)


def _stack(*items: Any) -> Array:
    return np.stack(np.broadcast_arrays(*(np.asarray(i, dtype=object) for i in items)))


OPS: dict[str, Callable[..., Any]] = {
    **{name: row.sympy for name, row in OPERATIONS.items() if row.sympy},
    "number": _number, "constant": lambda name: {"pi": sp.pi, "e": sp.E, "i": sp.I}[name],
    "list": _stack, "shape": np.shape, "permute": np.transpose,
    "reshape": lambda x, shape: np.reshape(np.asarray(x, dtype=object), shape),
    "broadcast": np.broadcast_to, "add_up": lambda x, axes: x.sum(tuple(axes), keepdims=True),
    "eye": lambda n: np.array(sp.eye(n).tolist(), dtype=object),
    "zeros": lambda shape: np.full(shape, sp.Integer(0), dtype=object),
}  # fmt: skip


def positives(conditions: Sequence[Term]) -> set[str]:
    """Return the variables that the conditions say are above 0, as x > 0 and 1 < x < 2 do."""
    pairs = [
        part.args if part.op == ">" else part.args[::-1]
        for whole in conditions
        for part in (whole.args if whole.op == "and" else [whole])
        if part.op in ("<", ">")
    ]
    return {
        large.args[0]
        for large, small in pairs
        if large.op == "name" and small.op == "number" and small.args[0] >= 0
    }


def symbols(
    shapes: Mapping[str, tuple[int, ...]], conditions: Sequence[Term], kinds: Mapping[str, str]
) -> dict[str, Array]:
    """Return an array of real or positive symbols for each variable; complex ones are a + ib."""
    positive, made = positives(conditions), {}
    for name, shape in shapes.items():
        made[name] = np.empty(shape, dtype=object)
        for at in np.ndindex(*shape):
            label = f"{name}_{''.join(map(str, at))}" if shape else name
            made[name][at] = _symbol(label, name in positive, kinds.get(name) == "complex")
    return made


def _symbol(label: str, positive: bool, is_complex: bool) -> sp.Expr:
    if is_complex:
        real, imaginary = (sp.Symbol(f"{label}_{part}", real=True) for part in ("re", "im"))
        return real + sp.I * imaginary
    return sp.Symbol(label, positive=True) if positive else sp.Symbol(label, real=True)


def constraints(variables: Mapping[str, Array], kinds: Mapping[str, str]) -> dict[sp.Symbol, Any]:
    """Return what the domain makes of some symbols: the last probability is 1 minus the others."""
    known = {}
    for name, kind in kinds.items():
        x = variables[name]
        if kind in ("one-hot", "probabilities"):
            known |= {row[-1]: 1 - sum(row[:-1]) for row in x.reshape(-1, x.shape[-1])}
        elif kind in ("symmetric", "positive definite"):
            known |= {x[i, j]: x[j, i] for i in range(len(x)) for j in range(i)}
    return known


def differentiate(output: Any, variable: Array, order: int = 1) -> Array:
    """Differentiate each entry of output by each entry of variable."""
    output = np.asarray(output, dtype=object)
    found = np.empty((*output.shape, *variable.shape), dtype=object)
    for at in np.ndindex(*output.shape):
        for by in np.ndindex(*variable.shape):
            known = sp.sympify(output[at]).free_symbols  # most entries depend on few symbols
            depends = known & variable[by].free_symbols
            found[at + by] = _derivative(output[at], variable[by], order) if depends else sp.S.Zero
    return found


def _derivative(y: sp.Expr, x: sp.Expr, order: int) -> sp.Expr:
    if x.is_Symbol:
        return sp.diff(y, x, order)
    real, imaginary = x.as_real_imag()
    y = sp.sympify(y).expand(complex=True)
    return sp.diff(y, real) + sp.I * sp.diff(y, imaginary)


def real_part(y: Any) -> sp.Expr:
    return sp.sympify(y).expand(complex=True).as_real_imag()[0]


def is_zero(difference: sp.Expr) -> bool:
    """Whether SymPy shows that an expression is 0 everywhere; False when it cannot tell."""
    difference = sp.sympify(difference)
    if difference.is_number and difference.is_zero is not None:
        return bool(difference.is_zero)
    for rewrite in (sp.expand, _over_one_denominator, _signs, _in_exponentials, _simplified):
        try:
            if rewrite(difference) == 0:
                return True
        except (NotImplementedError, sp.PolynomialError, TypeError, ValueError):
            continue
    return False


def _over_one_denominator(x: sp.Expr) -> sp.Expr:
    return sp.expand(sp.numer(sp.together(x)))


def _signs(x: sp.Expr) -> sp.Expr:
    return _over_one_denominator(x.replace(sp.sign, lambda a: a / sp.Abs(a)))


def _in_exponentials(x: sp.Expr) -> sp.Expr:
    return _over_one_denominator(sp.expand(x.expand(complex=True).rewrite(sp.exp)))


def _simplified(x: sp.Expr) -> sp.Expr:
    return x if x.has(sp.Piecewise) or x.count_ops() > LIMIT else sp.simplify(x)


def lower_terms(gap: sp.Expr, h: sp.Symbol, order: int) -> list[sp.Expr]:
    """Return what must be 0 for the gap to shrink like h to the power of order."""
    above, below = sp.fraction(sp.together(gap))
    divided = 0
    while below.subs(h, 0) == 0:  # h cancels from above and below as often as this
        below, divided = sp.diff(below, h), divided + 1
    return [sp.diff(above, h, k).subs(h, 0) for k in range(divided + order)]


def exactly(value: Any) -> Array:
    """Return numbers as the fractions that their decimals are, to compute without rounding."""
    fraction = np.frompyfunc(lambda x: sp.Rational(repr(float(x))), 1, 1)
    return np.asarray(fraction(np.asarray(value, dtype=object)), dtype=object)


def digits(value: Any) -> Array:
    """Return entries computed to 30 digits, as complex numbers."""
    with np.errstate(invalid="ignore"):  # 0/0 of a wrong claim is an answer here
        return np.asarray(np.frompyfunc(lambda x: complex(sp.N(x, 30)), 1, 1)(value)).astype(
            complex
        )

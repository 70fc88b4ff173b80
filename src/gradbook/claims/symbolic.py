"""Symbols as proof: SymPy differentiates a term entry by entry, and decides what is 0."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from gradbook.claims.terms import ELEMENTWISE, Term

Array = np.ndarray
LIMIT = 60  # operations: beyond, simplify() takes seconds, and numbers must do


def _each(function: Callable[..., Any], count: int = 1) -> Callable[..., Array]:
    return np.frompyfunc(function, count, 1)


def _number(value: Fraction) -> sp.Expr:
    return sp.Rational(value.numerator, value.denominator)


def _abs(x: sp.Expr) -> sp.Expr:
    if x.is_real:
        return sp.Abs(x)
    real, imaginary = x.expand(complex=True).as_real_imag()
    return sp.sqrt(real**2 + imaginary**2)


def _matrix(x: Array) -> sp.Matrix:
    return sp.Matrix(x.tolist())


def _inverse(x: Array) -> Array:
    return np.array(_matrix(x).inv().tolist(), dtype=object)


def _softmax(x: Array, dim: int) -> Array:
    powers = _each(sp.exp)(x)
    return powers / powers.sum(dim, keepdims=True)


def _stack(*items: Any) -> Array:
    return np.stack(np.broadcast_arrays(*(np.asarray(i, dtype=object) for i in items)))


def _reduction(mean: bool) -> Callable[..., Any]:
    def reduce(x: Any, dim: int | None, keepdim: bool) -> Any:
        x = np.asarray(x, dtype=object)
        total = x.sum(dim, keepdims=keepdim)
        return total * sp.Integer(np.size(total)) / x.size if mean else total

    return reduce


def _if(condition: Any, yes: Any, no: Any) -> sp.Expr:
    return sp.Piecewise((yes, condition), (no, True))


def _max(a: Any, b: Any) -> sp.Expr:
    return _if(a > b, a, b)


def _min(a: Any, b: Any) -> sp.Expr:
    return _if(a < b, a, b)


_ELEMENTS: dict[str, Callable[[sp.Expr], sp.Expr]] = {
    **{op: getattr(sp, op) for op in ELEMENTWISE if hasattr(sp, op)},
    "sigmoid": lambda z: 1 / (1 + sp.exp(-z)),
    "relu": lambda x: sp.Piecewise((x, x > 0), (0, True)),
    "abs": _abs,
    "round": lambda x: sp.floor(x + sp.Rational(1, 2)),
    "real": sp.re, "imag": sp.im, "conj": sp.conjugate,
}  # fmt: skip
OPS: dict[str, Callable[..., Any]] = {
    **{op: _each(function) for op, function in _ELEMENTS.items()},
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "^": _each(operator.pow, 2), "@": operator.matmul, "neg": operator.neg,
    "<": _each(sp.Lt, 2), "<=": _each(sp.Le, 2), ">": _each(sp.Gt, 2), ">=": _each(sp.Ge, 2),
    "!=": _each(sp.Ne, 2), "and": _each(sp.And, 2), "if": _each(_if, 3),
    "max": _each(_max, 2), "min": _each(_min, 2), "number": _number,
    "constant": lambda name: {"pi": sp.pi, "e": sp.E, "i": sp.I}[name],
    "list": _stack, "T": np.transpose, "sum": _reduction(False), "mean": _reduction(True),
    "softmax": _softmax, "norm": lambda x: sp.sqrt((x * x).sum()), "diag": np.diag,
    "outer": np.outer, "trace": np.trace, "inv": _inverse, "det": lambda x: _matrix(x).det(),
    "solve": lambda a, b: _inverse(a) @ b, "shape": np.shape, "permute": np.transpose,
    "reshape": lambda x, shape: np.reshape(np.asarray(x, dtype=object), shape),
    "broadcast": np.broadcast_to, "add_up": lambda x, axes: x.sum(tuple(axes), keepdims=True),
    "eye": lambda n: np.array(sp.eye(n).tolist(), dtype=object),
    "zeros": lambda shape: np.full(shape, sp.Integer(0), dtype=object),
}  # fmt: skip


def symbols(
    shapes: Mapping[str, tuple[int, ...]], conditions: Sequence[Term], kinds: Mapping[str, str]
) -> dict[str, Array]:
    """Return an array of real or positive symbols for each variable; complex ones are a + ib."""
    positive = {
        c.args[i].args[0]
        for whole in conditions
        for c in (whole.args if whole.op == "and" else [whole])
        for i, sign in ((0, (">",)), (1, ("<",)))
        if c.op in sign and c.args[i].op == "name"
        and c.args[1 - i].op == "number" and c.args[1 - i].args[0] >= 0
    }  # fmt: skip
    made = {}
    for name, shape in shapes.items():
        assume = {"positive": True} if name in positive else {"real": True}
        made[name] = np.empty(shape, dtype=object)
        for at in np.ndindex(*shape):
            label = f"{name}_{''.join(map(str, at))}" if shape else name
            made[name][at] = sp.Symbol(label, **assume)
            if kinds.get(name) == "complex":
                parts = [sp.Symbol(f"{label}_{part}", real=True) for part in ("re", "im")]
                made[name][at] = parts[0] + sp.I * parts[1]
    return made


def constraints(variables: Mapping[str, Array], kinds: Mapping[str, str]) -> dict[sp.Symbol, Any]:
    """Return what the domain makes of some symbols: the last probability is 1 minus the others."""
    known = {}
    for name, kind in kinds.items():
        x = variables[name]
        if kind in ("one-hot", "probabilities"):
            known |= {row[-1]: 1 - sum(row[:-1]) for row in x.reshape(-1, x.shape[-1])}
        elif kind == "symmetric":
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
    found = _each(lambda x: sp.Rational(repr(float(x))))(np.asarray(value, dtype=object))
    return np.asarray(found, dtype=object)


def digits(value: Any) -> Array:
    """Return entries computed to 30 digits, as complex numbers."""
    with np.errstate(invalid="ignore"):  # 0/0 of a wrong claim is an answer here
        return np.asarray(_each(lambda x: complex(sp.N(x, 30)))(value)).astype(complex)

"""The operations of formulas, one row each: how torch and SymPy compute it, how it is written.

A new function of numbers is one row here: notation, tracing, numbers, symbols and TeX read it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
import torch
from torch import Tensor

from gradbook.claims.errors import NotationError

Axes = tuple[str, ...]


def widest(*parts: Axes) -> Axes:
    """Return the axes of a result whose operands are broadcast."""
    return max(parts, key=lambda axes: (len(axes), "1" not in axes), default=())


@dataclass(frozen=True)
class Operation:
    """One operation; `torch` takes tensors, `sympy` NumPy arrays of SymPy's expressions."""

    name: str
    torch: Callable[..., Any]
    sympy: Callable[..., Any] | None = None  # None: numbers must do
    arity: tuple[int, ...] = ()  # of the function that formulas call by this name
    words: tuple[str, ...] = ()  # other names that formulas may call it by
    calls: tuple[str, ...] = ()  # the names of torch's functions and methods that are this
    tex: str | tuple[str, str] = ""  # what stands before or around the operand, or between two
    bare: bool = False  # written sin x and sin^2 x
    entrywise: bool = False  # acts on numbers one by one; others see whole arrays, never x_i
    axes: Callable[..., Axes] = widest  # of the result, from those of the operands


def _each(function: Callable[..., Any], count: int = 1) -> Callable[..., np.ndarray]:
    return np.frompyfunc(function, count, 1)


def function(
    name: str,
    torch_: Callable[..., Tensor],
    sympy_: Callable[..., sp.Expr],
    count: int = 1,
    calls: Sequence[str] | None = None,
    **row: Any,
) -> Operation:
    """Return the row of a function of numbers, which acts on each entry of an array."""
    calls = (name,) if calls is None else tuple(calls)
    symbols = _each(sympy_, count)
    return Operation(name, torch_, symbols, (count,), calls=calls, entrywise=True, **row)


def infix(sign: str, compute: Callable[..., Any], *calls: str, sympy: Any = None) -> Operation:
    """Return the row of a sign between two operands."""
    return Operation(sign, compute, sympy or compute, calls=calls, entrywise=sign != "@")


def relation(
    sign: str, compute: Callable[..., Tensor], symbols: Any, call: str, tex: str
) -> Operation:
    """Return the row of a comparison."""
    return Operation(sign, compute, _each(symbols, 2), calls=(call,), tex=tex, entrywise=True)


def of_array(
    name: str, torch_: Callable[..., Any], sympy_: Callable[..., Any], *calls: str, **row: Any
) -> Operation:
    """Return the row of a function of whole arrays; its result is a number, unless `axes` tells."""
    row = {"arity": (1,), "axes": lambda *parts: (), **row}
    return Operation(name, torch_, sympy_, calls=calls, **row)


def _if(condition: Any, yes: Any, no: Any) -> sp.Expr:
    return sp.Piecewise((yes, condition), (no, True))


def _abs(x: sp.Expr) -> sp.Expr:
    if x.is_real:
        return sp.Abs(x)
    real, imaginary = x.expand(complex=True).as_real_imag()
    return sp.sqrt(real**2 + imaginary**2)


def _matrix(x: np.ndarray) -> sp.Matrix:
    return sp.Matrix(x.tolist())


def _inverse(x: np.ndarray) -> np.ndarray:
    return np.array(_matrix(x).inv().tolist(), dtype=object)


def _softmax(x: np.ndarray, dim: int) -> np.ndarray:
    powers = _each(sp.exp)(x)
    return powers / powers.sum(dim, keepdims=True)


def _sum(x: Any, dim: int | None, keepdim: bool) -> Any:
    return np.asarray(x, dtype=object).sum(dim, keepdims=keepdim)


def _mean(x: Any, dim: int | None, keepdim: bool) -> Any:
    total = _sum(x, dim, keepdim)
    return total * sp.Integer(np.size(total)) / np.size(x)


def _reduction(compute: Callable[..., Tensor]) -> Callable[..., Tensor]:
    return lambda x, dim, keepdim: compute(x) if dim is None else compute(x, dim, keepdim=keepdim)


def _imag(x: Tensor) -> Tensor:
    return torch.imag(x) if x.is_complex() else torch.zeros_like(x)


def _transposed(x: Tensor) -> Tensor:
    if x.ndim == 0:
        raise NotationError("a number has no transpose")
    return x.mT if x.ndim > 1 else x


def _diagonal(x: Axes) -> Axes:
    return x * 2 if len(x) == 1 else x[:1]


OPERATIONS = {row.name: row for row in (
    infix("+", operator.add, "add"),
    infix("-", operator.sub, "sub"),
    infix("*", operator.mul, "mul"),
    infix("/", operator.truediv, "div", "true_divide"),
    infix("^", operator.pow, "pow", sympy=_each(operator.pow, 2)),
    infix("@", operator.matmul, "matmul", "mm", "mv", "dot"),
    Operation("neg", operator.neg, operator.neg, calls=("neg",), entrywise=True),
    relation("<", operator.lt, sp.Lt, "lt", "<"),
    relation("<=", operator.le, sp.Le, "le", r"\le"),
    relation(">", operator.gt, sp.Gt, "gt", ">"),
    relation(">=", operator.ge, sp.Ge, "ge", r"\ge"),
    relation("!=", operator.ne, sp.Ne, "ne", r"\ne"),
    Operation("and", lambda *parts: torch.stack(torch.broadcast_tensors(*parts)).all(0),
              _each(sp.And, 2), entrywise=True),
    Operation("if", torch.where, _each(_if, 3), calls=("where",), entrywise=True),

    function("exp", torch.exp, sp.exp),
    function("log", torch.log, sp.log, words=("ln",), tex=r"\log", bare=True),
    function("sqrt", torch.sqrt, sp.sqrt, tex=(r"\sqrt{", "}")),
    function("sin", torch.sin, sp.sin, tex=r"\sin", bare=True),
    function("cos", torch.cos, sp.cos, tex=r"\cos", bare=True),
    function("tan", torch.tan, sp.tan, tex=r"\tan", bare=True),
    function("asin", torch.asin, sp.asin, tex=r"\arcsin"),
    function("acos", torch.acos, sp.acos, tex=r"\arccos"),
    function("atan", torch.atan, sp.atan, tex=r"\arctan"),
    function("sinh", torch.sinh, sp.sinh, tex=r"\sinh", bare=True),
    function("cosh", torch.cosh, sp.cosh, tex=r"\cosh", bare=True),
    function("tanh", torch.tanh, sp.tanh, tex=r"\tanh", bare=True),
    function("sigmoid", torch.sigmoid, lambda x: 1 / (1 + sp.exp(-x)),
             words=("sigma",), tex=r"\sigma"),
    function("relu", torch.relu, lambda x: _if(x > 0, x, 0)),
    function("abs", torch.abs, _abs, tex=(r"\lvert ", r" \rvert")),
    function("sign", torch.sign, sp.sign),
    function("round", torch.round, lambda x: sp.floor(x + sp.Rational(1, 2))),
    function("floor", torch.floor, sp.floor, tex=(r"\lfloor ", r" \rfloor")),
    function("max", torch.maximum, lambda a, b: _if(a > b, a, b), 2, ("max", "maximum"),
             tex=r"\max", bare=True),
    function("min", torch.minimum, lambda a, b: _if(a < b, a, b), 2, ("min", "minimum"),
             tex=r"\min", bare=True),
    function("real", torch.real, sp.re, words=("Re",), tex=r"\operatorname{Re}"),
    function("imag", _imag, sp.im, words=("Im",), tex=r"\operatorname{Im}"),
    function("conj", torch.conj, sp.conjugate, tex=(r"\overline{", "}")),

    of_array("sum", _reduction(torch.sum), _sum, arity=(1, 2)),
    of_array("mean", _reduction(torch.mean), _mean, arity=(1, 2)),
    of_array("norm", torch.linalg.vector_norm, lambda x: sp.sqrt((x * x).sum()),
             tex=(r"\lVert ", r" \rVert")),
    of_array("softmax", torch.softmax, _softmax, axes=widest),
    of_array("T", _transposed, np.transpose, "t", arity=(), axes=lambda x: x[::-1]),
    of_array("inv", torch.linalg.inv, _inverse, "inverse", "linalg_inv", axes=widest),
    of_array("solve", torch.linalg.solve, lambda a, b: _inverse(a) @ b, "linalg_solve",
             arity=(2,), axes=lambda a, b: b),
    of_array("det", torch.linalg.det, lambda x: _matrix(x).det(), "det", "linalg_det",
             tex=r"\det", bare=True),
    of_array("trace", torch.trace, np.trace, "trace"),
    of_array("diag", torch.diag, np.diag, "diag", axes=_diagonal),
    of_array("outer", torch.outer, np.outer, "outer", arity=(2,), axes=lambda a, b: a + b),
)}  # fmt: skip
RELATIONS = ("<", "<=", ">", ">=", "!=")
# A product without a sign is one of numbers or of matrices; values.py looks at its operands.
ENTRYWISE = {name for name, row in OPERATIONS.items() if row.entrywise} | {"juxt"}

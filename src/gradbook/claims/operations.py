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
import torch.nn.functional as F
from torch import Tensor

from gradbook.claims.errors import NotationError

Axes = tuple[str, ...]
# The constants of SELU, as torch has them (Klambauer et al. 2017).
ALPHA = sp.Rational("1.6732632423543772848170429916717")
SCALE = sp.Rational("1.0507009873554804934193349852946")
HALF = sp.Rational(1, 2)


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
    options: tuple[Any, ...] = ()  # what follows the operands: an axis, and whether it stays
    corners: tuple[float, ...] = ()  # operands at which it has a kink, a jump, or no value
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


def _power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    if isinstance(base, sp.Rational) and isinstance(exponent, sp.Integer) and abs(exponent) > 999:
        base = sp.Float(base, 60)  # a fraction would have millions of digits
    return base**exponent


def _abs(x: sp.Expr) -> sp.Expr:
    if x.is_real:
        return sp.Abs(x)
    real, imaginary = x.expand(complex=True).as_real_imag()
    return sp.sqrt(real**2 + imaginary**2)


def _round(x: sp.Expr) -> sp.Expr:
    up = sp.floor(x + sp.Rational(1, 2))  # halves go to the even number, as in torch
    return _if(sp.Eq(sp.Mod(x + sp.Rational(1, 2), 2), 1), up - 1, up)


def _between(x: sp.Expr, low: sp.Expr | int, high: sp.Expr | int) -> sp.Expr:
    return sp.Piecewise((low, x < low), (high, x > high), (x, True))


def _matrix(x: np.ndarray) -> sp.Matrix:
    return sp.Matrix(np.asarray(x, dtype=object).tolist())


def _inverse(x: np.ndarray) -> np.ndarray:
    return np.array(_matrix(x).inv().tolist(), dtype=object)


def _softmax(x: np.ndarray, dim: int) -> np.ndarray:
    powers = np.asarray(_each(sp.exp)(x), dtype=object)
    return powers / powers.sum(dim, keepdims=True)


def _sum(x: Any, dim: int | None, keepdim: bool) -> Any:
    return np.asarray(x, dtype=object).sum(dim, keepdims=keepdim)


def _mean(x: Any, dim: int | None, keepdim: bool) -> Any:
    total = _sum(x, dim, keepdim)
    return total * sp.Integer(np.size(total)) / np.size(x)


def _reduction(compute: Callable[..., Tensor]) -> Callable[..., Tensor]:
    return lambda x, dim, keepdim: compute(x) if dim is None else compute(x, dim, keepdim=keepdim)


def _logsumexp(x: Tensor, dim: int | None, keepdim: bool) -> Tensor:
    return torch.logsumexp(x, tuple(range(x.ndim)) if dim is None else dim, keepdim=keepdim)


def _softplus(x: Tensor) -> Tensor:
    return F.softplus(x, threshold=1e9)  # torch's own is x above 20, as the page's numbers show


def _hardsigmoid(x: Tensor) -> Tensor:
    # torch's own takes 1/6 as a float32 even of a float64.
    return torch.where(x.abs() < 3, x / 6 + 0.5, (x > 0).to(x.dtype))


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
    infix("^", operator.pow, "pow", sympy=_each(_power, 2)),
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
    function("exp2", torch.exp2, lambda x: 2**x),
    function("expm1", torch.expm1, lambda x: sp.exp(x) - 1, calls=("expm1", "special_expm1")),
    function("log", torch.log, sp.log, words=("ln",), tex=r"\log", bare=True, corners=(0,)),
    function("log2", torch.log2, lambda x: sp.log(x) / sp.log(2), tex=r"\log_{2}", corners=(0,)),
    function("log10", torch.log10, lambda x: sp.log(x) / sp.log(10), tex=r"\log_{10}",
             corners=(0,)),
    function("log1p", torch.log1p, lambda x: sp.log(1 + x), corners=(-1,)),
    function("sqrt", torch.sqrt, sp.sqrt, tex=(r"\sqrt{", "}"), corners=(0,)),
    function("sin", torch.sin, sp.sin, tex=r"\sin", bare=True),
    function("cos", torch.cos, sp.cos, tex=r"\cos", bare=True),
    function("tan", torch.tan, sp.tan, tex=r"\tan", bare=True),
    function("asin", torch.asin, sp.asin, tex=r"\arcsin", corners=(-1, 1)),
    function("acos", torch.acos, sp.acos, tex=r"\arccos", corners=(-1, 1)),
    function("atan", torch.atan, sp.atan, tex=r"\arctan"),
    function("sinh", torch.sinh, sp.sinh, tex=r"\sinh", bare=True),
    function("cosh", torch.cosh, sp.cosh, tex=r"\cosh", bare=True),
    function("tanh", torch.tanh, sp.tanh, tex=r"\tanh", bare=True),
    function("asinh", torch.asinh, sp.asinh),
    function("acosh", torch.acosh, sp.acosh, corners=(1,)),
    function("atanh", torch.atanh, sp.atanh, corners=(-1, 1)),
    function("erf", torch.erf, sp.erf, calls=("erf", "special_erf")),
    function("erfc", torch.erfc, sp.erfc, calls=("erfc", "special_erfc")),
    function("erfinv", torch.erfinv, sp.erfinv, calls=("erfinv", "special_erfinv"),
             tex=r"\operatorname{erf}^{-1}", corners=(-1, 1)),
    function("lgamma", torch.lgamma, sp.loggamma, calls=("lgamma", "special_gammaln"),
             tex=r"\log\Gamma", corners=(0, -1, -2)),
    function("digamma", torch.digamma, sp.digamma, calls=("digamma", "special_digamma"),
             tex=r"\psi", corners=(0, -1, -2)),
    function("trigamma", lambda x: torch.polygamma(1, x), sp.trigamma, calls=(), tex=r"\psi'",
             corners=(0, -1, -2)),
    function("abs", torch.abs, _abs, tex=(r"\lvert ", r" \rvert"), corners=(0,)),
    function("sign", torch.sign, sp.sign, corners=(0,)),
    function("round", torch.round, _round,
             corners=(-1.5, -0.5, 0.5, 1.5, 2.5)),
    function("floor", torch.floor, sp.floor, tex=(r"\lfloor ", r" \rfloor"),
             corners=(-1, 0, 1, 2)),
    function("max", torch.maximum, lambda a, b: _if(a > b, a, b), 2, ("max", "maximum"),
             tex=r"\max", bare=True),
    function("min", torch.minimum, lambda a, b: _if(a < b, a, b), 2, ("min", "minimum"),
             tex=r"\min", bare=True),
    function("real", torch.real, sp.re, words=("Re",), tex=r"\operatorname{Re}"),
    function("imag", _imag, sp.im, words=("Im",), tex=r"\operatorname{Im}"),
    function("conj", torch.conj, sp.conjugate, tex=(r"\overline{", "}")),

    function("sigmoid", torch.sigmoid, lambda x: 1 / (1 + sp.exp(-x)),
             words=("sigma", "expit"), tex=r"\sigma"),
    function("logit", torch.logit, lambda x: sp.log(x / (1 - x)), calls=("logit", "special_logit"),
             corners=(0, 1)),
    function("logsigmoid", F.logsigmoid, lambda x: -sp.log(1 + sp.exp(-x))),
    function("softplus", _softplus, lambda x: sp.log(1 + sp.exp(x))),
    function("silu", F.silu, lambda x: x / (1 + sp.exp(-x))),
    function("mish", F.mish, lambda x: x * sp.tanh(sp.log(1 + sp.exp(x)))),
    function("gelu", F.gelu, lambda x: x * (1 + sp.erf(x / sp.sqrt(2))) / 2),
    function("softsign", F.softsign, lambda x: x / (1 + sp.Abs(x))),
    function("tanhshrink", F.tanhshrink, lambda x: x - sp.tanh(x)),
    function("relu", torch.relu, lambda x: _if(x > 0, x, 0), corners=(0,)),
    function("relu6", F.relu6, lambda x: _between(x, 0, 6), corners=(0, 6)),
    function("leaky_relu", F.leaky_relu, lambda x: _if(x > 0, x, x / 100),
             tex=r"\operatorname{leaky\_relu}", corners=(0,)),
    function("elu", F.elu, lambda x: _if(x > 0, x, sp.exp(x) - 1), corners=(0,)),
    function("celu", F.celu, lambda x: _if(x > 0, x, sp.exp(x) - 1), corners=(0,)),
    function("selu", F.selu, lambda x: SCALE * _if(x > 0, x, ALPHA * (sp.exp(x) - 1)),
             corners=(0,)),
    function("hardtanh", F.hardtanh, lambda x: _between(x, -1, 1), corners=(-1, 1)),
    function("hardshrink", F.hardshrink, lambda x: _if(sp.Abs(x) > HALF, x, 0), corners=(-0.5, 0.5)),
    function("softshrink", F.softshrink, lambda x: x - _between(x, -HALF, HALF),
             corners=(-0.5, 0.5)),
    function("hardsigmoid", _hardsigmoid, lambda x: _between(x / 6 + sp.Rational(1, 2), 0, 1),
             corners=(-3, 3)),
    function("hardswish", lambda x: x * _hardsigmoid(x), lambda x: x * _between(x / 6 + sp.Rational(1, 2), 0, 1),
             corners=(-3, 3)),

    of_array("sum", _reduction(torch.sum), _sum, arity=(1, 2), options=(None, False)),
    of_array("mean", _reduction(torch.mean), _mean, arity=(1, 2), options=(None, False)),
    of_array("logsumexp", _logsumexp, lambda *x: _each(sp.log)(_sum(_each(sp.exp)(x[0]), *x[1:])),
             arity=(1, 2), options=(None, False)),
    of_array("norm", torch.linalg.vector_norm, lambda x: sp.sqrt(np.sum(np.asarray(x) ** 2)),
             tex=(r"\lVert ", r" \rVert")),
    of_array("softmax", torch.softmax, _softmax, arity=(1, 2), options=(-1,), axes=widest),
    of_array("log_softmax", torch.log_softmax, lambda *x: _each(sp.log)(_softmax(*x)),
             arity=(1, 2), options=(-1,), axes=widest, tex=r"\operatorname{log\_softmax}"),
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

"""The formula of a function, found by running it on symbols in place of tensors."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial, partialmethod
from typing import Any

from gradbook.claims.errors import NotationError
from gradbook.claims.operations import OPERATIONS
from gradbook.claims.terms import Term, is_rough


class Untraceable(TypeError):
    """A function whose formula cannot be found by running it on symbols."""


class Symbol(Term):
    """What a function is given in place of a tensor: arithmetic and torch's functions grow it."""

    __slots__ = ()

    def _before(self, op: str, other: Any) -> Symbol:
        return Symbol(op, self, lift(other))

    def _behind(self, op: str, other: Any) -> Symbol:
        return Symbol(op, lift(other), self)

    __add__, __radd__ = partialmethod(_before, "+"), partialmethod(_behind, "+")
    __sub__, __rsub__ = partialmethod(_before, "-"), partialmethod(_behind, "-")
    __mul__, __rmul__ = partialmethod(_before, "*"), partialmethod(_behind, "*")
    __truediv__, __rtruediv__ = partialmethod(_before, "/"), partialmethod(_behind, "/")
    __pow__, __rpow__ = partialmethod(_before, "^"), partialmethod(_behind, "^")
    __matmul__, __rmatmul__ = partialmethod(_before, "@"), partialmethod(_behind, "@")
    __lt__, __le__ = partialmethod(_before, "<"), partialmethod(_before, "<=")
    __gt__, __ge__ = partialmethod(_before, ">"), partialmethod(_before, ">=")
    __ne__ = partialmethod(_before, "!=")

    def __neg__(self) -> Symbol:
        return Symbol("neg", self)

    def __abs__(self) -> Symbol:
        return Symbol("abs", self)

    def __getitem__(self, at: Any) -> Symbol:
        at = at if isinstance(at, tuple) else (at,)
        if not all(isinstance(i, int) and i >= 0 for i in at):
            raise Untraceable("only x[0], x[0, 1], ... can be shown")
        return Symbol("index", self, tuple(map(str, at)))

    def __bool__(self) -> bool:
        raise Untraceable("it decides with if, and a formula cannot: use torch.where")

    def __iter__(self) -> Iterator[Symbol]:
        raise Untraceable("it loops over a tensor")

    @property
    def T(self) -> Symbol:
        return Symbol("T", self)

    mT = T

    @property
    def real(self) -> Symbol:
        return Symbol("real", self)

    @property
    def imag(self) -> Symbol:
        return Symbol("imag", self)

    def __getattr__(self, name: str) -> Callable[..., Symbol]:
        """Return the method of a tensor that has a formula, as x.exp() has."""
        if name not in CALLS:
            raise AttributeError(f"it calls {name}")
        return partial(call, name, self)

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return call(func.__name__, *args, **(kwargs or {}))


def lift(value: Any) -> Symbol:
    """Make a symbol of a number; a float becomes the simple fraction it stands for."""
    if isinstance(value, Symbol):
        return value
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        value = value.item()
    if isinstance(value, complex):
        return lift(value.real) + lift(value.imag) * Symbol("constant", "i")
    if not isinstance(value, (int, float)):
        raise Untraceable(f"it contains a constant {type(value).__name__}: make it a parameter")
    if not math.isfinite(value):
        raise Untraceable(f"it contains {value}")
    if value == math.pi:
        return Symbol("constant", "pi")
    exact = simplest(value)
    return -Symbol("number", -exact) if exact < 0 else Symbol("number", exact)


def simplest(value: float) -> Fraction:
    """Return the fraction that a float stands for: 1/3 for 0.3333333333333333."""
    exact, simple = Fraction(repr(value)), Fraction(value).limit_denominator(1000)
    return simple if is_rough(exact) and float(simple) == value else exact


def _operation(name: str, *args: Any, inplace: bool = False) -> Symbol:
    row = OPERATIONS[name]
    if row.arity and len(args) not in row.arity:
        raise TypeError(f"{len(args)} arguments")
    return Symbol(name, *map(lift, args))


def _along(name: str, x: Symbol, dim: int | None = None, keepdim: bool = False, **_: Any) -> Symbol:
    default, *others = OPERATIONS[name].options
    return Symbol(name, x, default if dim is None else dim, *([keepdim] if others else []))


def _itself(x: Symbol, *_: Any, **__: Any) -> Symbol:
    return x


def _norm(x: Symbol, *_: Any, **__: Any) -> Symbol:
    return Symbol("norm", x)


def _clamp(x: Symbol, min: Any = None, max: Any = None) -> Symbol:
    x = x if min is None else Symbol("max", x, lift(min))
    return x if max is None else Symbol("min", x, lift(max))


def _logits_loss(z: Symbol, y: Symbol, **_: Any) -> Symbol:
    s = Symbol("sigmoid", lift(z))
    return -(y * s.log() + (1 - y) * (1 - s).log())


# torch's functions and methods by name: the operations, and what is written with several.
CALLS: dict[str, Callable[..., Symbol]] = {
    **{name: partial(_operation, row.name) for row in OPERATIONS.values() for name in row.calls},
    **dict.fromkeys(
        ("detach", "clone", "double", "to", "contiguous", "requires_grad_"), _itself
    ),
    **dict.fromkeys(("norm", "linalg_norm", "linalg_vector_norm"), _norm),
    **dict.fromkeys(("clamp", "clip"), _clamp),
    **{row.name: partial(_along, row.name) for row in OPERATIONS.values() if row.options},
    "square": lambda x: x**2,
    "reciprocal": lambda x: 1 / x,
    "rsqrt": lambda x: 1 / x.sqrt(),
    "stack": lambda items, dim=0: Symbol("list", *map(lift, items)),
    "mse_loss": lambda a, b, **_: ((a - b) ** 2).mean(),
    "cross_entropy": lambda z, y, **_: -(y * z.softmax(-1).log()).sum(-1).mean(),
    "binary_cross_entropy_with_logits": _logits_loss,
    "linear": lambda x, w, b=None: x @ w.T if b is None else x @ w.T + b,
}  # fmt: skip


def call(name: str, *args: Any, **options: Any) -> Symbol:
    """Return the term of one call of torch's function or method `name`."""
    if name not in CALLS:
        raise Untraceable(f"it calls {name}")
    try:
        return CALLS[name](*args, **options)
    except Untraceable:
        raise
    except (AttributeError, TypeError):
        raise Untraceable(f"it calls {name} in a way that has no short formula") from None


def parameters_of(f: Callable[..., Any]) -> list[str]:
    """Return the names of a function's required parameters; x where it does not tell."""
    try:
        found = inspect.signature(f).parameters.values()
    except ValueError:
        return ["x"]
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in found if p.default is p.empty and p.kind not in several] or ["x"]


def trace(f: Callable[..., Any], parameters: Sequence[str]) -> Term:
    """Return the formula of a function, found by running it on symbols."""
    try:
        found = f(*(Symbol("name", p) for p in parameters))
        found = Symbol("list", *found) if isinstance(found, (tuple, list)) else found
        if not isinstance(found, Term):
            raise Untraceable(f"it returns {type(found).__name__}")
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise NotationError(
            f"the function cannot be shown as a formula ({reason}); write it as shown="
        ) from None
    return found

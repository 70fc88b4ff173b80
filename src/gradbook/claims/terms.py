"""A formula as a tree of terms, grown by running a function on symbols or by reading notation.

It answers torch's functions by their names, and imports neither torch nor SymPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "^": "pow", "@": "matmul"}
RELATIONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "!=": "ne"}
ELEMENTWISE = frozenset(
    "exp log sin cos tan asin acos atan sinh cosh tanh sqrt sigmoid relu abs sign round floor"
    " real imag conj".split()
)
# Operations that act on numbers one by one: all others see whole arrays, never x_i.
SCALAR_OPS = ELEMENTWISE | {*ARITHMETIC, *RELATIONS, "juxt", "neg", "if", "and", "max", "min"} - {
    "@"
}


class NotationError(ValueError):
    """A formula that cannot be read; the message says what to write instead."""


class Untraceable(TypeError):
    """A function whose formula cannot be found by running it on symbols."""


class Term:
    """One operation and its arguments; arithmetic and torch's functions build larger terms."""

    __slots__ = ("op", "args")

    def __init__(self, op: str, *args: Any) -> None:
        self.op, self.args = op, args

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(str, self.args))})"

    def __neg__(self) -> Term:
        return Term("neg", self)

    def __abs__(self) -> Term:
        return Term("abs", self)

    def __getitem__(self, at: Any) -> Term:
        at = at if isinstance(at, tuple) else (at,)
        if not all(isinstance(i, int) and i >= 0 for i in at):
            raise Untraceable("only x[0], x[0, 1], ... can be shown")
        return Term("index", self, tuple(map(str, at)))

    def __bool__(self) -> bool:
        raise Untraceable("it decides with if, and a formula cannot: use torch.where")

    def __iter__(self) -> Iterator[Term]:
        raise Untraceable("it loops over a tensor")

    @property
    def T(self) -> Term:
        return Term("T", self)

    mT = T

    @property
    def real(self) -> Term:
        return Term("real", self)

    @property
    def imag(self) -> Term:
        return Term("imag", self)

    def __getattr__(self, name: str) -> Callable[..., Term]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **options: traced(name, self, *args, **options)

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Term:
        return traced(func.__name__, *args, **(kwargs or {}))


def _operator(op: str, swapped: bool) -> Callable[[Term, Any], Term]:
    def method(self: Term, other: Any) -> Term:
        return Term(op, lift(other), self) if swapped else Term(op, self, lift(other))

    return method


for _op, _name in {**ARITHMETIC, **RELATIONS}.items():
    setattr(Term, f"__{_name}__", _operator(_op, False))
    if _op in ARITHMETIC:
        setattr(Term, f"__r{_name}__", _operator(_op, True))


def is_rough(number: Fraction) -> bool:
    """Whether a number has so many digits that it must be a rounded float."""
    return len(str(number.numerator).rstrip("0")) > 14


def lift(value: Any) -> Term:
    """Make a term of a number; a float becomes the simple fraction it stands for."""
    if isinstance(value, Term):
        return value
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        value = value.item()
    if isinstance(value, complex):
        return lift(value.real) + lift(value.imag) * Term("constant", "i")
    if isinstance(value, float) and not math.isfinite(value):
        raise Untraceable(f"it contains {value}")
    if value == math.pi:
        return Term("constant", "pi")
    if isinstance(value, (int, float)):
        exact, simple = Fraction(repr(value)), Fraction(value).limit_denominator(1000)
        if is_rough(exact) and float(simple) == value:
            exact = simple  # 0.3333333333333333 stands for 1/3
        return -Term("number", -exact) if exact < 0 else Term("number", exact)
    raise Untraceable(f"it contains a constant {type(value).__name__}: make it a parameter")


def _clamp(x: Term, min: Any = None, max: Any = None) -> Term:
    x = x if min is None else Term("max", x, lift(min))
    return x if max is None else Term("min", x, lift(max))


def _reduce(op: str) -> Callable[..., Term]:
    def build(x: Term, dim: int | None = None, keepdim: bool = False, **_: Any) -> Term:
        return Term(op, x, dim, keepdim)

    return build


def _softmax(x: Term, dim: int = -1, **_: Any) -> Term:
    return Term("softmax", x, dim)


def _logits_loss(z: Term, y: Term, **_: Any) -> Term:
    s = Term("sigmoid", lift(z))
    return -(y * s.log() + (1 - y) * (1 - s).log())


TRACED: dict[str, Callable[..., Term]] = {
    **{op: lambda x, op=op, **_: Term(op, lift(x)) for op in ELEMENTWISE},
    **{
        name: lambda a, b, op=op, **_: Term(op, lift(a), lift(b))
        for op, name in {**ARITHMETIC, **RELATIONS, "/": "div"}.items()
    },
    **{
        name: lambda a, b, op=op: Term(op, lift(a), lift(b))
        for name, op in {
            "true_divide": "/",
            "mm": "@",
            "mv": "@",
            "dot": "@",
            "outer": "outer",
            "maximum": "max",
            "minimum": "min",
            "max": "max",
            "min": "min",
            "linalg_solve": "solve",
        }.items()
    },
    **{
        name: lambda x, *_, **__: x
        for name in ("detach", "clone", "double", "to", "contiguous", "requires_grad_")
    },
    **{
        name: lambda x, op=op: Term(op, x)
        for name, op in {
            "neg": "neg",
            "t": "T",
            "inverse": "inv",
            "linalg_inv": "inv",
            "det": "det",
            "linalg_det": "det",
            "diag": "diag",
            "trace": "trace",
        }.items()
    },
    "square": lambda x: x**2,
    "reciprocal": lambda x: 1 / x,
    "rsqrt": lambda x: 1 / x.sqrt(),
    "log1p": lambda x: (1 + x).log(),
    "expm1": lambda x: x.exp() - 1,
    "softplus": lambda x, **_: (1 + x.exp()).log(),
    "logsigmoid": lambda x: x.sigmoid().log(),
    "silu": lambda x, **_: x * x.sigmoid(),
    "clamp": _clamp,
    "clip": _clamp,
    "where": lambda c, a, b: Term("if", c, lift(a), lift(b)),
    "stack": lambda items, dim=0: Term("list", *map(lift, items)),
    "sum": _reduce("sum"),
    "mean": _reduce("mean"),
    "norm": lambda x, *_, **__: Term("norm", x),
    "linalg_norm": lambda x: Term("norm", x),
    "linalg_vector_norm": lambda x: Term("norm", x),
    "softmax": _softmax,
    "log_softmax": lambda x, dim=-1, **_: _softmax(x, dim).log(),
    "logsumexp": lambda x, dim: x.exp().sum(dim).log(),
    "mse_loss": lambda a, b, **_: ((a - b) ** 2).mean(),
    "cross_entropy": lambda z, y, **_: -(y * _softmax(z).log()).sum(-1).mean(),
    "binary_cross_entropy_with_logits": _logits_loss,
    "linear": lambda x, w, b=None: x @ w.T if b is None else x @ w.T + b,
}


def traced(name: str, *args: Any, **options: Any) -> Term:
    """Return the term of one call of torch's function or method `name`."""
    if name not in TRACED:
        raise Untraceable(f"it calls {name}")
    try:
        return TRACED[name](*args, **options)
    except (AttributeError, TypeError) as error:
        raise (
            error
            if isinstance(error, Untraceable)
            else Untraceable(f"it calls {name} in a way that has no short formula")
        ) from None


def walk(term: Term) -> Iterator[Term]:
    """Yield the term and all terms in it."""
    yield term
    for arg in term.args:
        if isinstance(arg, Term):
            yield from walk(arg)


def names(term: Term) -> set[str]:
    """Return the names of the variables in the term."""
    return {t.args[0] for t in walk(term) if t.op == "name"}


def letters(term: Term) -> list[str]:
    """Return the index letters of the term, in the order they appear."""
    found: list[str] = []
    for t in walk(term):
        if t.op in ("index", "delta", "over"):
            found += [i for i in t.args[-1] if i.isalpha() and i not in found]
    return found


def replace(term: Term, by: Mapping[str, Term]) -> Term:
    """Return the term with some of its variables replaced."""
    if term.op == "name":
        return by.get(term.args[0], term)
    return Term(term.op, *(replace(a, by) if isinstance(a, Term) else a for a in term.args))


def free_letters(term: Term) -> list[str]:
    """Return the index letters that are not summed over."""
    summed = {i for t in walk(term) if t.op == "over" for i in t.args[-1]}
    return [i for i in letters(term) if i not in summed]

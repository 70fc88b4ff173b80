"""How to run an operation again from its grad_fn, for the values that no one kept.
Operations with random results or side effects are not here."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from typing import Any

from gradbook.graph.formulas import Formula, formula
from gradbook.graph.saved import attribute

MOST_ENTRIES = 4096  # of a tensor that is computed with


def torch_function(name: str) -> Callable[..., Any]:
    return lambda node, *operands: getattr(sys.modules["torch"], name)(*operands)


def plain(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda node, *operands: function(*operands)


def scaled(function: Callable[..., Any]) -> Callable[..., Any]:
    """a ± alpha·b."""
    return lambda node, a, b: function(a, b if node._saved_alpha == 1 else b * node._saved_alpha)


def reduction(name: str) -> Callable[..., Any]:
    def again(node: Any, a: Any) -> Any:
        dim = attribute(node, "dim")
        return (
            getattr(a, name)() if dim is None else getattr(a, name)(dim, attribute(node, "keepdim"))
        )

    return again


def _reshape(node: Any, a: Any) -> Any:
    return a.reshape(node._input_metadata[0].shape)


AGAIN: dict[str, Callable[..., Any]] = {
    "Add": scaled(operator.add),
    "Sub": scaled(operator.sub),
    "Rsub": scaled(operator.sub),
    "Mul": plain(operator.mul),
    "Div": lambda node, a, b: a / b if attribute(node, "rounding_mode") is None else None,
    "Pow": plain(operator.pow),
    "Mm": plain(operator.matmul),
    "Mv": plain(operator.matmul),
    "Dot": plain(operator.matmul),
    "Bmm": plain(operator.matmul),
    "Addmm": lambda node, c, a, b: sys.modules["torch"].addmm(
        c, a, b, beta=node._saved_beta, alpha=node._saved_alpha
    ),
    "Sum": reduction("sum"),
    "Mean": reduction("mean"),
    "T": lambda node, a: a.t(),
    "Transpose": lambda node, a: a.transpose(attribute(node, "dim0"), attribute(node, "dim1")),
    "Permute": lambda node, a: a.permute(attribute(node, "dims")),
    "Expand": lambda node, a: a.expand(node._input_metadata[0].shape),
    "Select": lambda node, a: a.select(attribute(node, "dim"), attribute(node, "index")),
    "Clone": lambda node, a: a,
    "ToCopy": lambda node, a: a.to(node._input_metadata[0].dtype),
    **dict.fromkeys(("View", "UnsafeView", "ReshapeAlias", "Unsqueeze", "Squeeze"), _reshape),
    **{
        name.capitalize(): torch_function(name)
        for name in (
            "neg exp log sqrt sin cos tan tanh sigmoid relu abs reciprocal exp2 log2 log10 expm1 "
            "erf sinh cosh asin acos atan rsqrt square"
        ).split()
    },
}


def plainly(node: Any) -> Formula | None:
    """The formula of a node, unless a factor or a rounding mode makes it another operation."""
    factors = [attribute(node, name) for name in ("alpha", "beta")]
    plain = all(factor in (None, 1) for factor in factors)
    return formula(node.name()) if plain and attribute(node, "rounding_mode") is None else None


def compute(node: Any, operands: list[Any]) -> Any:
    """The value of a node's operation; None where it or one of its operands is not known."""
    again = AGAIN.get(node.name().rpartition("Backward")[0])
    if node._input_metadata[0].is_nested_tensor:
        return None
    if again is None or not operands or any(operand is None for operand in operands):
        return None
    try:
        value = again(node, *operands)
    except (RuntimeError, IndexError, TypeError, AttributeError):
        return None
    dtype = node._input_metadata[0].dtype
    return value if getattr(value, "dtype", None) == dtype else None

"""Formulas, code and sums in sentences in one plain notation, so that they can be compared and worked out."""

from __future__ import annotations

import ast
import math
import operator
import re
from functools import lru_cache

RELATION = re.compile(r"=|\\approx(?![A-Za-z])|≈")
_FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
_TIMES = re.compile(r"\\(?:cdot|times)(?![a-z])|[·×]")
# What says nothing in a formula but how it is set, or in code but where a function is from.
_LOOK = re.compile(
    r"\\(?:left|right|mathrm|text|operatorname|mathbf|boldsymbol|quad)(?![a-z])|\\[,;:! ]|(?:torch|math)\."
)
_SIGNS = str.maketrans({"−": "-", "²": "^2", "³": "^3", "{": "(", "}": ")"})
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def plain(text: str) -> str:
    """The text with fractions, products and powers as a program writes them, and without TeX's spaces."""
    before = ""
    while "\\" in text and before != text:  # from the innermost fraction outwards
        before, text = text, _FRACTION.sub(r"((\1)/(\2))", text)
    text = _LOOK.sub("", _TIMES.sub("*", text)).translate(_SIGNS)
    return re.sub(r"(?<=\d)\^\((-?\d+)\)", r"^\1", text)  # 2^{-3} as 2**-3


def same(text: str) -> str:
    """One spelling of a formula and of code that computes it: without spaces, signs of products, running indices."""
    text = re.sub(r"\\leq?(?![a-z])", "<=", plain(text)).replace("\\leftarrow", "=")
    text = text.replace("**", "^").replace("\\partial", "d").replace("\\", "")
    text = re.sub(r"\b(?:return|if|else) ", ";", text)  # no letters of the formula behind them
    text = re.sub(r"\|([^|\n]+)\||lvert([^|\n]+?)rvert", r"abs(\1\2)", text)  # bars, and Python's j for i
    text = re.sub(r"(?<=\d)i(?!\w)", "j", text)
    text = re.sub(r"(?<=[a-zA-Z])_(?:[ijkt]|\([ijkt]+\))(?![a-z])|[ \t*@]", "", text)
    text = re.sub(r"(?<![\w.])e\^(\w|(?=\())", r"exp\1", text)
    text = re.sub(r"(?<=\d)\.0*(?!\d)", "", text)
    return re.sub(r"\((\w|\d+|\(\w+/\w+\))\)", r"\1", text)


def pairs(equation: str) -> list[tuple[str, str, str]]:
    """Each two neighbors of a chain a = b = c, with the sign between them; none of what is no equation."""
    signs = [match[0] for match in RELATION.finditer(equation)]
    sides = RELATION.split(equation)
    return list(zip(sides, signs, sides[1:]))


def comes_out(left: str, sign: str, right: str) -> bool | None:
    """Whether two sums agree, to the digits written where the sign says about; None if one of them is no sum."""
    first, second = value(left), value(right)
    if first is None or second is None:
        return None
    close = math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)
    return close or (sign != "=" and rounds_to(first, right))


def rounds_to(number: float, written: str) -> bool:
    """Whether a number is the written one, to the digits that are written, whatever their signs."""
    digits = len(written.strip().partition(".")[2])
    return round(abs(number), digits) == abs(value(written) or 0.0)


@lru_cache(maxsize=10_000)
def value(text: str) -> float | None:
    """What a sum of numbers comes to; None for anything else."""
    text = plain(text).replace("^", "**").strip(" .,")
    if not re.fullmatch(r"[\d.+\-*/()e ]+", text):
        return None
    try:
        return _evaluated(ast.parse(text, mode="eval").body)
    except (SyntaxError, ArithmeticError, TypeError, ValueError):
        return None


def _evaluated(node: ast.AST) -> float:
    if isinstance(node, ast.Constant):
        return float(node.value)
    if isinstance(node, ast.UnaryOp):
        operand = _evaluated(node.operand)
        return -operand if isinstance(node.op, ast.USub) else operand
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_evaluated(node.left), _evaluated(node.right))
    raise ValueError

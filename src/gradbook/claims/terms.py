"""A formula as a tree of terms, and what can be asked of it.

It knows neither torch nor SymPy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any


class Term:
    """One operation and its arguments: terms, numbers, names, index letters."""

    __slots__ = ("op", "args")

    def __init__(self, op: str, *args: Any) -> None:
        self.op, self.args = op, args

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(str, self.args))})"


def is_rough(number: Fraction) -> bool:
    """Whether a number has so many digits that it must be a rounded float."""
    return len(str(number.numerator).rstrip("0")) > 14


def walk(term: Term) -> Iterator[Term]:
    """Yield the term and all terms in it."""
    yield term
    for arg in term.args:
        if isinstance(arg, Term):
            yield from walk(arg)


def in_order(*terms: Term) -> list[str]:
    """Return the names of the variables in the order they appear."""
    every = (t for term in terms for t in walk(term))
    return list(dict.fromkeys(t.args[0] for t in every if t.op == "name"))


def names(term: Term) -> set[str]:
    """Return the names of the variables in the term."""
    return set(in_order(term))


def letters(term: Term) -> list[str]:
    """Return the index letters of the term, in the order they appear."""
    indices = (t.args[-1] for t in walk(term) if t.op in ("index", "delta", "over"))
    return list(dict.fromkeys(i for letters_ in indices for i in letters_ if i.isalpha()))


def free_letters(term: Term) -> list[str]:
    """Return the index letters that are not summed over."""
    summed = {i for t in walk(term) if t.op == "over" for i in t.args[-1]}
    return [i for i in letters(term) if i not in summed]


def replace(term: Term, by: Mapping[str, Term]) -> Term:
    """Return the term with some of its variables replaced."""
    if term.op == "name":
        return by.get(term.args[0], term)
    return Term(term.op, *(replace(a, by) if isinstance(a, Term) else a for a in term.args))


def spelled_out(formula: Term, parts: Mapping[str, Term]) -> Term:
    """Return a formula with the parts in place of their names; a part may use those before it."""
    for word, part in reversed(parts.items()):
        formula = replace(formula, {word: part})
    return formula

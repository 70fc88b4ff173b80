"""Finds out what a claim is about: the parameters of a function, their axes, and its formula."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gradbook.claims.evidence import Subject
from gradbook.claims.notation import read
from gradbook.claims.numeric import Sampler
from gradbook.claims.terms import NotationError, Term, Untraceable, names, replace, walk

Function = Callable[..., Any] | str | Term
KIND = re.compile(r"\s*(\w+) (one-hot|probabilities|complex|symmetric)\s*")
OUTPUTS = ("y", "f", "L", "z")


def subject_of(
    f: Function,
    *,
    parameters: Sequence[str] = (),
    shapes: Mapping[str, str] | None = None,
    domain: str = "",
    where: Mapping[str, str] | None = None,
    name: str = "",
    shown: str = "",
    at: Sequence[Any] = (),
    upstream: str = "",
    outputs: Sequence[str] = OUTPUTS,
) -> Subject:
    """Describe a function, given as a callable or as a formula; `parameters` adds to those of f."""
    shapes, where = shapes or {}, where or {}
    dimensions = {d for dims in shapes.values() for d in dims.split() if not d.isdigit()}
    is_formula = isinstance(f, (str, Term))
    if is_formula:
        known = [*shapes, *dimensions, *where]
        formula = f if isinstance(f, Term) else read(f, known, free=True)
        parts = {word: read(text, known, free=True) for word, text in where.items()}
        found = in_order(spelled_out(formula, parts), *parts.values())
        parameters = list(dict.fromkeys([*found, *parameters]))
        parameters = [n for n in parameters if n not in dimensions and n not in where]
    else:
        parameters = list(parameters) or parameters_of(f)
        known = [*parameters, *dimensions, *where]
        formula = read(shown, known) if shown else trace(f, parameters)
    if unknown := [n for n in shapes if n not in parameters]:
        raise NotationError(
            f"shapes names {unknown[0]}; the parameters are {', '.join(parameters)}"
        )
    taken = {*parameters, *dimensions, *where, upstream}
    output = name or next(word for word in outputs if word not in taken)
    if output in taken:
        raise NotationError(f"the result cannot be called {output}: a variable has that name")
    vocabulary = [*parameters, *dimensions, output, *([upstream] if upstream else [])]
    terms = {}
    for word, text in where.items():
        terms[word] = read(text, vocabulary)
        vocabulary.append(word)
    whole = spelled_out(formula, terms)
    if stray := names(whole) & {output, upstream}:
        raise NotationError(f"the formula uses {stray.pop()}, which is there only after it")
    axes = {p: tuple(shapes.get(p, "").split()) for p in parameters}
    call, sampler = None if is_formula else f, domain_of(domain, parameters)
    return Subject(call, axes, sampler, output, whole, formula, at, terms, upstream)


def in_order(*terms: Term) -> list[str]:
    """Return the names of all variables in the order they appear."""
    every = (t for term in terms for t in walk(term))
    return list(dict.fromkeys(t.args[0] for t in every if t.op == "name"))


def spelled_out(formula: Term, parts: Mapping[str, Term]) -> Term:
    """Return a formula with the parts in place of their names; a part may use those before it."""
    for word, part in reversed(parts.items()):
        formula = replace(formula, {word: part})
    return formula


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
        found = f(*(Term("name", p) for p in parameters))
        found = Term("list", *found) if isinstance(found, (tuple, list)) else found
        if not isinstance(found, Term):
            raise Untraceable(f"it returns {type(found).__name__}")
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise NotationError(
            f"the function cannot be shown as a formula ({reason}); write it as shown="
        ) from None
    return found


def domain_of(text: str, parameters: Sequence[str]) -> Sampler:
    """Read a domain such as "0 < p < 1, y one-hot"."""
    conditions, kinds = [], {}
    for part in text.split(",") if text.strip() else []:
        if match := KIND.fullmatch(part):
            if match[1] not in parameters:
                raise NotationError(f"domain= speaks of {match[1]}, which is no parameter")
            kinds[match[1]] = match[2]
        else:
            condition = read(part.strip(), parameters)
            if condition.op not in ("<", "<=", ">", ">=", "!=", "and"):
                raise NotationError(f"domain= needs a condition such as x > 0, not {part.strip()}")
            conditions.append(condition)
    return Sampler(conditions, kinds)

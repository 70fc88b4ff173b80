"""What a claim is about, a function with its formula and its sample points, and what it states."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack

import torch
from torch import Tensor

from gradbook.claims import numeric
from gradbook.claims.errors import NotationError
from gradbook.claims.notation import read
from gradbook.claims.numeric import OPS, Point, Sampler
from gradbook.claims.operations import RELATIONS
from gradbook.claims.terms import Term, in_order, letters, names, spelled_out
from gradbook.claims.trace import parameters_of, trace
from gradbook.claims.values import compute, evaluate

Function = Callable[..., Any] | str | Term
SIZES = (3, 2, 4, 5, 6, 7)  # named axes differ in size, so that no transpose can hide
SQUARE = (2,) * len(SIZES)
KIND = re.compile(r"\s*(\w+) (one-hot|probabilities|complex|symmetric)\s*")
OUTPUTS = ("y", "f", "L", "z")


class Options(TypedDict, total=False):
    """What every claim may be given beside the function and the formulas."""

    name: str  # what the result is called; y where nothing is said
    shapes: Mapping[str, str]  # the axes of parameters that are tensors: {"A": "m n"}
    domain: str  # where the claim is made: "0 < p < 1, y one-hot"
    where: Mapping[str, str]  # parts of the formula, by the names that the claim uses
    at: Sequence[Any]  # more points to look at: numbers, or one value for each parameter
    shown: str  # the formula of a function that hides it


@dataclass
class Statement:
    """One equation about a subject: the derivative of the subject by `variable` equals `term`."""

    label: str
    tex: str
    term: Term
    source: str
    variable: str = ""
    kind: str = "gradient"
    order: int = 1
    free: str = ""
    shown: Term | None = None  # the formula to show, where `term` was rewritten
    answer_source: str = ""
    answer: Term | None = None  # what autograd gives, where it is meant to differ

    def __str__(self) -> str:
        answer = f", by autograd {self.answer_source}" if self.answer_source else ""
        return f"{self.label} = {self.source}{answer}"


@dataclass
class Subject:
    """The function a claim is about: its parameters with their axes, and its formula as a term.

    `shown` is the formula in these parameters alone, `displayed` the one that readers see.
    """

    call: Callable[..., Any] | None
    axes: Mapping[str, tuple[str, ...]]
    sampler: Sampler
    output: str
    shown: Term
    displayed: Term
    at: Sequence[Any] = ()
    where: Mapping[str, Term] = field(default_factory=dict)
    upstream: str = ""

    @property
    def vocabulary(self) -> list[str]:
        """The names that a claim may use."""
        named = [*self.axes, *self.dimensions(), self.output, *self.where, self.upstream]
        return [name for name in named if name]

    def value(self, point: Point) -> Tensor:
        """Return the function's value at a point as one tensor."""
        if self.call is None:
            return self.formula(point, self.sizes(point), OPS)
        found = self.call(*(point[name] for name in self.axes))
        if isinstance(found, (tuple, list)):
            found = torch.stack(torch.broadcast_tensors(*found))
        if not isinstance(found, Tensor):
            raise NotationError(f"the function returns {type(found).__name__}, not a tensor")
        return found

    def formula(
        self, point: Mapping[str, Any], sizes: Mapping[str, int], ops: Mapping[str, Callable]
    ) -> Any:
        """Return the value of the formula shown, in any kind of number."""
        env = {**{name: ops["number"](size) for name, size in sizes.items()}, **point}
        return (
            compute(self.shown, env, ops) if letters(self.shown) else evaluate(self.shown, env, ops)
        )

    def sizes(self, point: Point) -> dict[str, int]:
        """Return the sizes of the named axes, from the tensors of a point."""
        pairs = (
            pair for n, axes in self.axes.items() for pair in zip(axes, point[n].shape, strict=True)
        )
        return {axis: size for axis, size in pairs if not axis.isdigit()}

    def dimensions(self, sizes: Sequence[int] = SIZES) -> dict[str, int]:
        """Give each named axis a size."""
        named = dict.fromkeys(a for axes in self.axes.values() for a in axes if not a.isdigit())
        return dict(zip(named, sizes, strict=False))

    def shapes(self, sizes: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter when the named axes have these sizes."""
        return {n: tuple(int(sizes.get(a, a)) for a in axes) for n, axes in self.axes.items()}

    def points(self) -> Iterator[tuple[Point, dict[str, int]]]:
        """Yield sample points with the sizes of their axes; those asked for come last."""
        if len(self.axes) == 1 and not any(self.axes.values()) and not self.sampler.kinds:
            for point in self.sampler.scalars(next(iter(self.axes)), self.at):
                yield point, {}
            return
        choices = [self.dimensions(SIZES), self.dimensions(SQUARE)]
        for seed, (scale, sizes) in enumerate((c, s) for c in numeric.SCALES for s in choices):
            yield self.sampler.tensors(self.shapes(sizes), seed, scale), sizes
        for values in self.at:
            given = (torch.as_tensor(v, dtype=torch.float64) for v in values)
            point = dict(zip(self.axes, given, strict=True))
            yield point, self.sizes(point)

    def environment(
        self,
        point: Mapping[str, Any],
        sizes: Mapping[str, int],
        output: Any,
        ops: Mapping[str, Callable],
    ) -> dict[str, Any]:
        """Return the value of every name that a claim may use."""
        env = {n: ops["number"](v) for n, v in sizes.items()} | dict(point)
        if output is not None:
            env[self.output] = output
        for name, term in self.where.items():
            env[name] = evaluate(term, env, ops)
        return env


def known(caller: str, options: Mapping[str, Any], without: Sequence[str] = ()) -> Options:
    """Return the options; NotationError for one that the caller does not have."""
    allowed = [name for name in Options.__annotations__ if name not in without]
    for name in options:
        if name not in allowed:
            raise NotationError(f"{caller}() has no option {name}=; it has {', '.join(allowed)}")
    return options


def subject_of(
    f: Function,
    *,
    parameters: Sequence[str] = (),
    upstream: str = "",
    outputs: Sequence[str] = OUTPUTS,
    **options: Unpack[Options],
) -> Subject:
    """Describe a function, given as a callable or as a formula; `parameters` adds to those of f."""
    shapes, where = options.get("shapes") or {}, options.get("where") or {}
    axes = [axis for axes in shapes.values() for axis in axes.split()]
    dimensions = [axis for axis in axes if not axis.isdigit()]
    formula, parameters = formula_of(f, parameters, dimensions, options)
    if strange := [name for name in shapes if name not in parameters]:
        known = ", ".join(parameters)
        raise NotationError(f"shapes names {strange[0]}; the parameters are {known}")
    taken = [*parameters, *dimensions, *where, upstream]
    output = result_name(options.get("name"), outputs, taken)
    parts = parts_of(where, filter(None, [*parameters, *dimensions, output, upstream]))
    whole = spelled_out(formula, parts)
    if stray := names(whole) & {output, upstream}:
        raise NotationError(f"the formula uses {stray.pop()}, which is there only after it")
    return Subject(
        None if isinstance(f, (str, Term)) else f,
        {p: tuple(shapes.get(p, "").split()) for p in parameters},
        domain_of(options.get("domain", ""), parameters),
        output,
        shown=whole,
        displayed=formula,
        at=options.get("at", ()),
        where=parts,
        upstream=upstream,
    )


def formula_of(
    f: Function, parameters: Sequence[str], dimensions: Sequence[str], options: Options
) -> tuple[Term, list[str]]:
    """Return a function's formula, and its parameters: those of f, then the ones given."""
    shapes, where, shown = (options.get(name) or {} for name in ("shapes", "where", "shown"))
    if not isinstance(f, (str, Term)):
        parameters = list(parameters) or parameters_of(f)
        known = [*parameters, *dimensions, *where]
        return read(shown, known) if shown else trace(f, parameters), parameters
    known = [*shapes, *dimensions, *where]
    formula = f if isinstance(f, Term) else read(f, known, free=True)
    parts = {word: read(text, known, free=True) for word, text in where.items()}
    found = dict.fromkeys([*in_order(spelled_out(formula, parts), *parts.values()), *parameters])
    return formula, [name for name in found if name not in (*dimensions, *where)]


def parts_of(where: Mapping[str, str], vocabulary: Iterable[str]) -> dict[str, Term]:
    """Return the terms of the parts; each may use the vocabulary and the parts before it."""
    vocabulary, parts = list(vocabulary), {}
    for word, text in where.items():
        parts[word] = read(text, [*vocabulary, *parts])
    return parts


def result_name(wanted: str | None, outputs: Sequence[str], taken: Sequence[str]) -> str:
    """Return what the result is called: as wanted, or by the first name that is free."""
    output = wanted or next(word for word in outputs if word not in taken)
    if output in taken:
        raise NotationError(f"the result cannot be called {output}: a variable has that name")
    return output


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
            if condition.op not in (*RELATIONS, "and"):
                raise NotationError(f"domain= needs a condition such as x > 0, not {part.strip()}")
            conditions.append(condition)
    return Sampler(conditions, kinds)

"""What a claim is about, a function with its formula and its sample points, and what it states."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, product
from typing import Any, TypedDict, Unpack

import torch
from torch import Tensor

from gradbook.claims import numeric
from gradbook.claims.errors import NotationError, told
from gradbook.claims.notation import read
from gradbook.claims.numeric import OPS, Point, Sampler
from gradbook.claims.operations import RELATIONS
from gradbook.claims.terms import Term, in_order, letters, names, spelled_out
from gradbook.claims.trace import parameters_of, trace
from gradbook.claims.values import compute, evaluate

Function = Callable[..., Any] | str | Term
SIZES = (3, 2, 4, 5, 6, 7)  # named axes differ in size, so that no transpose can hide,
SWAPPED = (2, 3, 5, 4, 7, 6)  # the first is not always the larger one,
SQUARE = (2,) * len(SIZES)  # and matrices may be square
# The kinds of tensors that a domain may name, and how many axes they have at least.
KINDS = {"one-hot": 1, "probabilities": 1, "complex": 0, "symmetric": 2, "positive definite": 2}
KIND = re.compile(rf"(\w+)\s+(?:is\s+)?({'|'.join(KINDS)})")
OUTPUTS = ("y", "f", "L", "z")


class Options(TypedDict, total=False):
    """What every claim may be given beside the function and the formulas."""

    name: str  # what the result is called; y where nothing is said
    shapes: Mapping[str, str]  # the axes of parameters that are tensors: {"A": "m n", "rate": ""}
    domain: str  # where the claim is made: "0 < p < 1, y one-hot, det(A) > 0, n <= m"
    where: Mapping[str, str]  # parts of the formula, by the names that the claim uses
    at: Sequence[Any]  # more points to look at: numbers, or one value for each parameter
    shown: str  # the formula of a function that hides it


EXPECTED = {
    "name": (str, "'L'"),
    "shapes": (Mapping, "{'A': 'm n'}"),
    "domain": (str, "'0 < p < 1'"),
    "where": (Mapping, "{'p': 'softmax(z)'}"),
    "at": ((list, tuple), "[0.5, 2.0]"),
    "shown": (str, "'x^2'"),
}


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

    @property
    def is_scalar(self) -> bool:
        """Whether the function has one real variable, a number."""
        return len(self.axes) == 1 and not any(self.axes.values()) and not self.sampler.kinds

    @cached_property
    def is_complex(self) -> bool:
        """Whether the result is a complex number, as the first point tells."""
        return any(self.value(point).is_complex() for point, _ in islice(self.points(), 1))

    def value(self, point: Point) -> Tensor:
        """Return the function's value at a point as one tensor; NaN where it cannot have one."""
        if self.call is None:
            return self.formula(point, self.sizes(point), OPS)
        with told("the function"):
            try:
                found = self.call(*(point[name] for name in self.axes))
            except torch.linalg.LinAlgError:
                return torch.tensor(math.nan, dtype=torch.float64)
            if isinstance(found, (tuple, list)):
                found = torch.stack(torch.broadcast_tensors(*found))
        if not isinstance(found, Tensor):
            raise NotationError(f"the function returns {type(found).__name__}, not a tensor")
        return found

    def formula(
        self, point: Mapping[str, Any], sizes: Mapping[str, int], ops: Mapping[str, Callable]
    ) -> Any:
        """Return the value of the formula shown, in any kind of number; NaN as value() does."""
        env = {**{name: ops["number"](size) for name, size in sizes.items()}, **point}
        with told("the formula of the function"):
            try:
                indexed = letters(self.shown)
                return compute(self.shown, env, ops) if indexed else evaluate(self.shown, env, ops)
            except torch.linalg.LinAlgError:
                return torch.tensor(math.nan, dtype=torch.float64)

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
        if self.is_scalar:
            given = [self._tensor(x) for x in self.at]
            for point in self.sampler.scalars(next(iter(self.axes)), given):
                yield point, {}
            return
        yield from self._random_points()
        for values in self.at:
            if not isinstance(values, (list, tuple)) or len(values) != len(self.axes):
                wanted = ", ".join(self.axes)
                raise NotationError(f"at= needs a value for each of {wanted}, not {values!r}")
            point = dict(zip(self.axes, map(self._tensor, values), strict=True))
            for name, axes in self.axes.items():
                if point[name].ndim != len(axes):
                    raise NotationError(
                        f"at= gives {name} {point[name].ndim} axes, not {len(axes)}"
                    )
            yield point, self.sizes(point)

    @staticmethod
    def _tensor(value: Any) -> Tensor:
        with told(f"at={value!r}"):
            numbers = torch.as_tensor(value, dtype=torch.float64)
        if not torch.isfinite(numbers).all():
            raise NotationError(f"at= adds points, and {value!r} is none")
        return numbers

    def _random_points(self) -> Iterator[tuple[Point, dict[str, int]]]:
        """Yield points of all scales, for sizes in both orders and for square matrices."""
        count, reason = 0, "no size of the axes fits the domain"
        for scale, orders in zip(numeric.SCALES, ((SIZES, SQUARE), (SWAPPED, SQUARE)) * 2):
            for sizes in map(self.dimensions, orders):
                seed, count = count, count + 1
                try:
                    if self.sampler.fits(sizes):
                        yield self.sampler.tensors(self.shapes(sizes), seed, scale, sizes), sizes
                        reason = ""
                except NotationError as error:
                    reason = reason and str(error)
        if reason and not self.at:
            raise NotationError(reason)

    def mirrored(self, point: Point) -> Iterator[Point]:
        """Yield a point of two or three numbers with all signs that the domain has."""
        if any(self.axes.values()) or not 2 <= len(self.axes) <= 3 or self.sampler.kinds:
            return
        for signs in product((1, -1), repeat=len(self.axes)):
            other = {name: x.abs() * sign for (name, x), sign in zip(point.items(), signs)}
            if self.sampler.holds(other):
                yield other

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
            with told(f"where= {name}"):
                env[name] = evaluate(term, env, ops)
        return env


def known(caller: str, options: Mapping[str, Any], without: Sequence[str] = ()) -> Options:
    """Return the options; NotationError for one that the caller lacks, or of a wrong kind."""
    allowed = [name for name in Options.__annotations__ if name not in without]
    for name, value in options.items():
        if name not in allowed:
            raise NotationError(f"{caller}() has no option {name}=; it has {', '.join(allowed)}")
        kind, example = EXPECTED[name]
        if value is not None and not isinstance(value, kind):
            raise NotationError(f"{name}= is given as in {name}={example}, not {value!r}")
    for name in ("shapes", "where"):
        for word, text in (options.get(name) or {}).items():
            if not isinstance(text, str) or not isinstance(word, str):
                example = EXPECTED[name][1]
                raise NotationError(f"{name}= is given as in {name}={example}, not {text!r}")
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
    sizes = [axis for axes in shapes.values() for axis in axes.split()]
    dimensions = [axis for axis in sizes if not axis.isdigit()]
    formula, parameters = formula_of(
        f, parameters, [*dimensions, *filter(None, [upstream])], options
    )
    if strange := [name for name in shapes if name not in parameters]:
        known = ", ".join(parameters)
        raise NotationError(f"shapes names {strange[0]}; the parameters are {known}")
    taken = [*parameters, *dimensions, *where, upstream]
    output = result_name(options.get("name"), outputs, taken)
    parts = parts_of(where, filter(None, [*parameters, *dimensions, output, upstream]))
    whole = spelled_out(formula, parts)
    if stray := names(whole) & {output, upstream}:
        raise NotationError(f"the formula uses {stray.pop()}, which is there only after it")
    axes = {p: tuple(shapes.get(p, "").split()) for p in parameters}
    return Subject(
        None if isinstance(f, (str, Term)) else f,
        axes,
        domain_of(options.get("domain") or "", axes, dimensions),
        output,
        shown=whole,
        displayed=formula,
        at=options.get("at") or (),
        where=parts,
        upstream=upstream,
    )


def formula_of(
    f: Function, parameters: Sequence[str], others: Sequence[str], options: Options
) -> tuple[Term, list[str]]:
    """Return a function's formula, and its parameters: those of f, then the ones given.

    `others` are the names that stand for something else: sizes, the upstream gradient.
    """
    if not callable(f) and not isinstance(f, (str, Term)):
        raise NotationError(f"a claim is about a formula, as in 'x^2', or a function, not {f!r}")
    shapes, where, shown = (options.get(name) or {} for name in ("shapes", "where", "shown"))
    if not isinstance(f, (str, Term)):
        parameters = list(parameters) or parameters_of(f)
        known = [*parameters, *others, *where]
        return read(shown, known) if shown else trace(f, parameters), parameters
    known = [*shapes, *others, *where]
    formula = f if isinstance(f, Term) else read(f, known, free=True)
    parts = {word: read(text, known, free=True) for word, text in where.items()}
    found = dict.fromkeys([*in_order(spelled_out(formula, parts), *parts.values()), *parameters])
    return formula, [name for name in found if name not in (*others, *where)]


def parts_of(where: Mapping[str, str], vocabulary: Iterable[str]) -> dict[str, Term]:
    """Return the terms of the parts; each may use the vocabulary and the parts before it."""
    vocabulary, parts = list(vocabulary), {}
    for word, text in where.items():
        parts[word] = read(text, [*vocabulary, *parts])
    return parts


def result_name(wanted: str | None, outputs: Sequence[str], taken: Sequence[str]) -> str:
    """Return what the result is called: as wanted, or by the first name that is free."""
    output = wanted or next(word for word in outputs if word not in taken)
    if not output.isidentifier():
        raise NotationError(f"the result cannot be called {output}: a name is letters")
    if output in taken:
        raise NotationError(f"the result cannot be called {output}: a variable has that name")
    return output


def domain_of(text: str, axes: Mapping[str, tuple[str, ...]], dimensions: Sequence[str]) -> Sampler:
    """Read a domain such as "0 < p < 1, y one-hot"."""
    conditions, kinds = [], {}
    for part in parts_between_commas(text):
        if match := KIND.fullmatch(part):
            check_kind(match[1], match[2], axes)
            kinds[match[1]] = match[2]
        else:
            conditions.append(condition_of(part, [*axes, *dimensions]))
    return Sampler(conditions, kinds)


def check_kind(name: str, kind: str, axes: Mapping[str, tuple[str, ...]]) -> None:
    """Raise NotationError unless a parameter has the axes that its kind wants."""
    if name not in axes:
        raise NotationError(f"domain= speaks of {name}, which is no parameter")
    if len(axes[name]) < KINDS[kind]:
        raise NotationError(f"{name} can be {kind} if shapes= gives it {KINDS[kind]} axes or more")
    if KINDS[kind] == 2 and axes[name][-2] != axes[name][-1]:
        raise NotationError(f"{name} can be {kind} if it is square: shapes={{'{name}': 'n n'}}")


def condition_of(part: str, known: Sequence[str]) -> Term:
    """Read one condition of a domain."""
    try:
        condition = read(part, known)
    except NotationError as error:
        raise NotationError(f"{DOMAINS}; {part} is neither\n{error}") from None
    if condition.op not in (*RELATIONS, "and"):
        raise NotationError(f"{DOMAINS}; {part} is neither")
    if indices := letters(condition):
        raise NotationError(f"a condition is about all entries: x > 0, without an index {indices[0]}")
    return condition


DOMAINS = (
    "domain= takes conditions, as x > 0, 0 < p < 1, det(A) > 0 or n <= m, and kinds of tensors, as"
    f" A symmetric (or {', '.join(KINDS)}), with commas between"
)


def parts_between_commas(text: str) -> list[str]:
    """Return what stands between commas, or between words `and`, outside of brackets."""
    parts, depth = [""], 0
    for piece in re.split(r"([(\[{}\])]|,|\band\b)", text):
        depth += (piece in ("(", "[", "{")) - (piece in (")", "]", "}"))
        if piece in (",", "and") and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts if part.strip()]

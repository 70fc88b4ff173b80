"""The value of a formula, for any kind of number: the operations come from the caller.

Formulas without indices are read as torch reads them; in those with indices (x_i, sum_j) each
letter is an axis, and one formula serves for all entries.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from typing import Any

from gradbook.claims.errors import NotationError
from gradbook.claims.operations import ENTRYWISE
from gradbook.claims.terms import Term, free_letters, letters, walk

Operations = Mapping[str, Callable[..., Any]]


def evaluate(term: Term, env: Mapping[str, Any], ops: Mapping[str, Callable[..., Any]]) -> Any:
    """Return the value of a term without index letters; `ops` holds one callable per operation."""
    op, args = term.op, term.args
    if op in ("number", "constant"):
        return ops[op](args[0])
    if op == "name":
        return env[args[0]]
    values = [evaluate(a, env, ops) if isinstance(a, Term) else a for a in args]
    if op == "index":
        return values[0][tuple(map(int, args[1]))]
    if op == "juxt":
        ranks = [len(ops["shape"](v)) for v in values]
        op = "@" if min(ranks) >= 1 and max(ranks) >= 2 else "*"
    return ops[op](*values)


class Indexed:
    """The value of a term with index letters: each is an axis, the free ones first."""

    def __init__(
        self,
        term: Term,
        env: Mapping[str, Any],
        ops: Mapping[str, Callable],
        free: str,
        sizes: Mapping[str, int],
    ) -> None:
        self.env, self.ops, self.sizes = env, ops, dict(sizes)
        self.axes = [*free, *(i for i in letters(term) if i not in free)]
        for stray in free_letters(term):
            if stray not in free:
                raise NotationError(
                    f"the index {stray} is neither summed over nor named on the left"
                )
        if "i" in self.axes and any(t.op == "constant" and t.args[0] == "i" for t in walk(term)):
            raise NotationError("i alone is the imaginary unit; an index stands below a letter, as x_i")
        self._measure(term)
        whole = ops["broadcast"](self.at(term), self._whole(free))
        self.value = ops["reshape"](whole, [self.sizes[i] for i in free])

    def _measure(self, term: Term) -> None:
        """Find how far each letter runs: as far as the axes that it stands at."""
        for t in walk(term):
            if t.op == "index":
                self._measure_index(t)
        for i, j in (t.args[0] for t in walk(term) if t.op == "delta"):
            for one, other in ((i, j), (j, i)):
                if one in self.sizes:
                    self.sizes.setdefault(other, self.sizes[one])
        if unknown := [i for i in self.axes if i not in self.sizes]:
            raise NotationError(f"nothing tells how far the index {unknown[0]} runs")

    def _measure_index(self, term: Term) -> None:
        runs = dict.fromkeys(i for i in term.args[1] if i.isalpha())
        for i, n in zip(runs, self.ops["shape"](self._base(term))):
            if self.sizes.setdefault(i, n) != n:
                raise NotationError(f"the index {i} runs over {self.sizes[i]} and over {n}")

    def _base(self, term: Term) -> Any:
        base, subs = evaluate(term.args[0], self.env, self.ops), term.args[1]
        shape = self.ops["shape"](base)
        if len(subs) == 1 and len(shape) > 1:  # x_i of a matrix counts its entries
            base = self.ops["reshape"](base, [math.prod(shape)])
        elif len(subs) != len(shape):
            raise NotationError(f"{len(subs)} indices for a tensor of shape {tuple(shape)}")
        if len(set(filter(str.isalpha, subs))) < sum(map(str.isalpha, subs)):
            return self._diagonal(base, subs)
        return base[tuple(slice(None) if i.isalpha() else int(i) for i in subs)]

    def _diagonal(self, base: Any, subs: Sequence[str]) -> Any:
        rows, columns = self.ops["shape"](base) if len(subs) == 2 else (0, 1)
        if rows != columns:
            raise NotationError(f"{''.join(subs)} stands for a diagonal of what is not square")
        along = list(range(rows))
        return base[along, along]

    def _whole(self, runs: Sequence[str]) -> list[int]:
        """Return the shape of a value on all axes that varies along these letters only."""
        return [self.sizes[i] if i in runs else 1 for i in self.axes]

    def _place(self, value: Any, subs: Sequence[str]) -> Any:
        order = sorted(range(len(subs)), key=lambda k: self.axes.index(subs[k]))
        return self.ops["reshape"](self.ops["permute"](value, order), self._whole(subs))

    def at(self, term: Term) -> Any:
        """Return the value of a part of the term on all axes."""
        if term.op == "index":
            runs = dict.fromkeys(i for i in term.args[1] if i.isalpha())
            return self._place(self._base(term), [*runs])
        if term.op == "delta":
            return self._place(self.ops["eye"](self.sizes[term.args[0][0]]), term.args[0])
        if term.op == "over":
            body, summed = term.args
            terms = self.at(body) + self.ops["zeros"](self._whole(summed))
            return self.ops["add_up"](terms, [self.axes.index(i) for i in summed])
        if term.op in ENTRYWISE:
            op = "*" if term.op == "juxt" else term.op
            return self.ops[op](*map(self.at, term.args))
        value = evaluate(term, self.env, self.ops)
        if len(self.ops["shape"](value)):
            raise NotationError("a tensor stands without its index beside others that have one")
        return value


def compute(
    term: Term,
    env: Mapping[str, Any],
    ops: Operations,
    free: str = "",
    shape: Sequence[int] = (),
) -> Any:
    """Return a term's value in the given shape; with index letters, one axis for each."""
    if not letters(term) and not free:
        value = evaluate(term, env, ops)
        found, wanted = tuple(ops["shape"](value)), tuple(shape)
        if found and found != wanted:  # a number stands for all entries
            raise ValueError(f"it is {_shape_text(found)}, and has to be {_shape_text(wanted)}")
        return ops["broadcast"](value, wanted)
    whole = [math.prod(shape)] if len(free) == 1 else shape
    sizes = dict(zip(free, whole, strict=True))
    return ops["reshape"](Indexed(term, env, ops, free, sizes).value, tuple(shape))


def _shape_text(shape: Sequence[int]) -> str:
    """Return a shape in words: a number, a vector of 3, a tensor 2×3."""
    if len(shape) < 2:
        return f"a vector of {shape[0]}" if shape else "a number"
    return f"a tensor {'×'.join(map(str, shape))}"


def together(terms: Sequence[Term], env: Mapping[str, Any], ops: Operations) -> list[Any]:
    """Return the values of several terms, with one axis for each index letter they share."""
    if not any(letters(t) for t in terms):
        return [evaluate(t, env, ops) for t in terms]
    free = "".join(dict.fromkeys(i for t in terms for i in free_letters(t)))
    known = Indexed(reduce(partial(Term, "-"), terms), env, ops, free, {}).sizes
    sizes = {i: known[i] for i in free}
    return [Indexed(t, env, ops, free, sizes).value for t in terms]

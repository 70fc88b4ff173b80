"""TeX for a term, in the author's order and form: nothing is sorted, simplified or multiplied out.

It knows the axes of each variable by their names (m, n, 3) and nothing of the values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from gradbook.claims.operations import ENTRYWISE, OPERATIONS, RELATIONS, Axes, widest
from gradbook.claims.terms import Term, names, walk
from gradbook.claims.tex import (
    ATOM,
    CHOICE,
    FACTOR,
    PRODUCT,
    SUM,
    Piece,
    cases,
    fence,
    number,
    symbol,
)

INDICES = "ijklmn"


class Typesetter:
    """Writes terms whose variables have the given axes; index letters in `taken` are not reused."""

    def __init__(self, axes: Mapping[str, Axes], taken: str = "") -> None:
        self.axes, self.taken = axes, taken

    def axes_of(self, term: Term) -> Axes:
        """Return the names of the axes that the term's value has."""
        op, args = term.op, term.args
        if op == "name":
            return self.axes.get(args[0], ())
        parts = [self.axes_of(a) for a in args if isinstance(a, Term)]
        if op in ("@", "juxt") and self._is_matrix_product(op, *parts):
            left, right = parts
            return left[:-1] + (right[:-2] + right[-1:] if len(right) > 1 else ())
        if op in self.AXES:
            return self.AXES[op](args, parts)
        return OPERATIONS[op].axes(*parts) if op in OPERATIONS else widest(*parts)

    @staticmethod
    def _kept(args: Sequence[Any], parts: Sequence[Axes]) -> Axes:
        """Return the axes that a sum over one axis, or over all, leaves."""
        _, dim, keepdim = args
        if dim is None:
            return ()
        kept = list(parts[0])
        kept[dim : dim + 1 or None] = ["1"] if keepdim else []
        return tuple(kept)

    @staticmethod
    def _of_index(args: Sequence[Any], parts: Sequence[Axes]) -> Axes:
        """Return the axes that are left behind numbers, x[0]; letters make x_ij a number."""
        return () if any(i.isalpha() for i in args[1]) else parts[0][len(args[1]) :]

    # The axes of what is no function of its operands' axes alone.
    AXES = {
        "sum": _kept,
        "mean": _kept,
        "logsumexp": _kept,
        "over": lambda args, parts: (),
        "delta": lambda args, parts: (),
        "index": _of_index,
        "list": lambda args, parts: (str(len(args)), *parts[0]),
    }

    @staticmethod
    def _is_matrix_product(op: str, left: Axes, right: Axes) -> bool:
        ranks = len(left), len(right)
        return op == "@" or (op == "juxt" and min(ranks) > 0 and max(ranks) > 1)

    def _is_row(self, term: Term) -> bool:
        """Whether a vector is written as a row already, as x^T A is."""
        return term.op == "@" and len(self.axes_of(term.args[0])) == 1

    def tex(self, term: Term, index: str | None = None) -> str:
        """Return the TeX of a term; with `index`, that of its entry with these letters."""
        return self.piece(term, index, False)[0]

    def at_least(self, level: int, term: Term, index: str | None, closed: bool = False) -> str:
        tex, found = self.piece(term, index, closed)
        return tex if found >= level else fence(tex)

    def fresh(self, count: int, index: str | None) -> str:
        free = [i for i in INDICES if i not in (index or "") and i not in self.taken]
        return "".join(free[:count])

    def piece(self, term: Term, index: str | None, closed: bool) -> Piece:
        """Return TeX and how tightly it holds; `closed` when a factor follows on its right."""
        if term.op in self.LAYOUTS:
            return self.LAYOUTS[term.op](self, term, index, closed)
        tex = OPERATIONS[term.op].tex
        if term.op in RELATIONS:
            return f" {tex} ".join(self.tex(a, index) for a in term.args), CHOICE
        if isinstance(tex, tuple):
            inner = self.tex(term.args[0], index if term.op in ENTRYWISE else None)
            return tex[0] + inner + tex[1], ATOM
        return self._call(term, index, closed)

    def _name(self, term: Term, index: str | None, closed: bool) -> Piece:
        tex, rank = symbol(term.args[0]), len(self.axes.get(term.args[0], ()))
        if index and rank:
            own = index if len(index) == 1 else index[-rank:]
            tex = rf"{{{tex}}}_{{{own}}}" if "_" in tex else f"{tex}_{{{own}}}"
        return tex, ATOM

    def _number(self, term: Term, index: str | None, closed: bool) -> Piece:
        return number(term.args[0])

    def _constant(self, term: Term, index: str | None, closed: bool) -> Piece:
        return {"pi": r"\pi", "e": "e", "i": r"\mathrm{i}"}[term.args[0]], ATOM

    def _neg(self, term: Term, index: str | None, closed: bool) -> Piece:
        return f"-{self.at_least(PRODUCT, term.args[0], index, closed)}", SUM

    def _plus(self, term: Term, index: str | None, closed: bool) -> Piece:
        op, (left, right) = term.op, term.args
        if right.op == "neg" and right.args[0].op == "number":  # x + -2, from a program
            op, right = {"+": "-", "-": "+"}[op], right.args[0]
        tail = self.at_least(PRODUCT, right, index, closed)
        return f"{self.at_least(SUM, left, index)} {op} {tail}", SUM

    def _fraction(self, term: Term, index: str | None, closed: bool) -> Piece:
        above, below = (self.tex(a, index) for a in term.args)
        return rf"\frac{{{above}}}{{{below}}}", FACTOR

    def _index(self, term: Term, index: str | None, closed: bool) -> Piece:
        base = self.at_least(ATOM, term.args[0], None, True)
        base = f"{{{base}}}" if "_" in base else base
        return f"{base}_{{{''.join(term.args[1])}}}", ATOM

    def _delta(self, term: Term, index: str | None, closed: bool) -> Piece:
        return rf"\delta_{{{''.join(term.args[0])}}}", ATOM

    def _and(self, term: Term, index: str | None, closed: bool) -> Piece:
        tails = [f" {OPERATIONS[t.op].tex} {self.tex(t.args[1], index)}" for t in term.args]
        return self.tex(term.args[0].args[0], index) + "".join(tails), CHOICE

    def _over(self, term: Term, index: str | None, closed: bool) -> Piece:
        return self._sum_over(
            "".join(term.args[1]), self.at_least(PRODUCT, term.args[0], index), closed
        )

    def _sum_over(self, letters: str, body: str, closed: bool) -> Piece:
        tex = rf"\sum_{{{letters}}} {body}"
        return (fence(tex), ATOM) if closed else (tex, FACTOR)

    def _sum(self, term: Term, index: str | None, closed: bool) -> Piece:
        body, dim, keep = term.args
        axes = self.axes_of(body)
        if not axes:
            return self.piece(body, index, closed)
        if dim is None:
            flat = len({self.axes.get(n, ()) for n in names(body)} - {()}) == 1
            flat = flat and all(
                t.op in ENTRYWISE | {"name", "number", "constant"} for t in walk(body)
            )
            summed = inner = self.fresh(1 if flat else len(axes), index)
        else:
            own = (
                list(index[-(len(axes) - (not keep)) :])
                if index and (keep or len(axes) > 1)
                else []
            )
            summed, dim = self.fresh(1, index), dim % len(axes)
            own[dim : dim + keep] = [summed]
            inner = "".join(own)
        return self._sum_over(summed, self.at_least(PRODUCT, body, inner), closed)

    def _mean(self, term: Term, index: str | None, closed: bool) -> Piece:
        body, dim, _ = term.args
        axes = self.axes_of(body)
        if not axes:
            return self.piece(body, index, closed)
        counts = axes if dim is None else axes[dim : dim + 1 or None]
        sizes = [int(a) for a in counts if a.isdigit()]
        count = " ".join(
            [str(prod(sizes))] * bool(sizes) + [symbol(a) for a in counts if not a.isdigit()]
        )
        return rf"\frac{{1}}{{{count}}} {self._sum(term, index, closed)[0]}", PRODUCT

    def _product(self, term: Term, index: str | None, closed: bool) -> Piece:
        left, right = term.args
        if left.op == "neg" and left.args[0].op == "number":  # -2 * x, from a program
            return f"-{self._product(Term(term.op, left.args[0], right), index, closed)[0]}", SUM
        axes = self.axes_of(left), self.axes_of(right)
        matrices = self._is_matrix_product(term.op, *axes)
        if matrices and index is not None:
            return self._matrix_entry(term, axes, index, closed)
        one = self.at_least(PRODUCT, left, index, True)
        if matrices and len(axes[0]) == 1 and not self._is_row(left):
            one = self.at_least(ATOM, left, index) + r"^{\top}"
        two = self.at_least(FACTOR, right, index, closed)
        if not matrices and index is None and all(axes):
            return rf"{one} \odot {two}", PRODUCT
        return rf"{one} \cdot {two}" if two[0].isdigit() else f"{one} {two}", PRODUCT

    def _matrix_entry(self, term: Term, axes: tuple[Axes, Axes], index: str, closed: bool) -> Piece:
        """Return one entry of a product of matrices as a sum."""
        k = self.fresh(1, index)
        first = (index[0] if len(axes[0]) > 1 else "") + k
        second = k + (index[-1] if len(axes[1]) > 1 else "")
        body = self.at_least(PRODUCT, term.args[0], first, True) + " "
        return self._sum_over(k, body + self.at_least(FACTOR, term.args[1], second), closed)

    def _power(self, term: Term, index: str | None, closed: bool) -> Piece:
        base, exponent = term.args
        power = self._exponent(exponent, index)
        if base.op in OPERATIONS and OPERATIONS[base.op].bare and exponent.op == "number":
            if len(base.args) == 1:
                return self._call(base, index, True, power)
        mark = r"\odot " if index is None and self.axes_of(base) else ""
        return f"{self.at_least(ATOM, base, index, True)}^{{{mark}{power}}}", FACTOR

    def _exponent(self, term: Term, index: str | None) -> str:
        if term.op == "/" and all(len(self.tex(a, index)) < 4 for a in term.args):
            return "/".join(self.tex(a, index) for a in term.args)
        if term.op == "neg":
            return "-" + self._exponent(term.args[0], index)
        return self.tex(term, index)

    def _exp(self, term: Term, index: str | None, closed: bool) -> Piece:
        power = self._exponent(term.args[0], index)
        if r"\frac" in power or r"\sum" in power:
            return rf"\exp {fence(power)}", FACTOR
        return f"e^{{{power}}}", FACTOR

    def _T(self, term: Term, index: str | None, closed: bool) -> Piece:
        if index:
            return self.piece(term.args[0], index[::-1], closed)
        return self.at_least(ATOM, term.args[0], None) + r"^{\top}", FACTOR

    def _inv(self, term: Term, index: str | None, closed: bool) -> Piece:
        return self.at_least(ATOM, term.args[0], None) + "^{-1}", FACTOR

    def _solve(self, term: Term, index: str | None, closed: bool) -> Piece:
        return self._product(Term("@", Term("inv", term.args[0]), term.args[1]), index, closed)

    def _outer(self, term: Term, index: str | None, closed: bool) -> Piece:
        left, right = term.args
        if index:
            left, right = Term("index", left, (index[0],)), Term("index", right, (index[1],))
            return self._product(Term("*", left, right), index, closed)
        row = self.at_least(ATOM, right, None) + r"^{\top}"
        return f"{self.at_least(FACTOR, left, None, True)} {row}", PRODUCT

    def _list(self, term: Term, index: str | None, closed: bool) -> Piece:
        rows = [row.args if row.op == "list" else (row,) for row in term.args]
        lines = r" \\ ".join(" & ".join(self.tex(a, index) for a in row) for row in rows)
        return rf"\begin{{pmatrix}} {lines} \end{{pmatrix}}", ATOM

    def _if(self, term: Term, index: str | None, closed: bool) -> Piece:
        return cases(self.rows(term, index)), CHOICE

    def rows(self, term: Term, index: str | None) -> list[tuple[str, str]]:
        """Return the alternatives of a term as pairs of value and condition."""
        if term.op != "if":
            return [(self.tex(term, index), r"\text{otherwise}")]
        condition, yes, no = term.args
        first = self.tex(yes, index), rf"\text{{if }} {self.tex(condition, index)}"
        return [first, *self.rows(no, index)]

    def _remainder(self, term: Term, index: str | None, closed: bool) -> Piece:
        return "O" + fence(self.tex(term.args[0])), ATOM

    def _call(self, term: Term, index: str | None, closed: bool, power: str = "") -> Piece:
        row = OPERATIONS[term.op]
        head = (row.tex or rf"\operatorname{{{row.name}}}") + (f"^{{{power}}}" if power else "")
        if not row.entrywise:
            arguments = (self.tex(a) for a in term.args if isinstance(a, Term))
            tex = head + fence(", ".join(arguments))
            return (f"{tex}_{{{index}}}" if index and self.axes_of(term) else tex), ATOM
        pieces = [self.piece(a, index, False) for a in term.args]
        if row.bare and not closed and [level for _, level in pieces] == [ATOM]:
            return f"{head} {pieces[0][0]}", FACTOR
        return head + fence(", ".join(tex for tex, _ in pieces)), ATOM

    # What is not written as a function with brackets, by operation.
    LAYOUTS = {
        "name": _name, "number": _number, "constant": _constant, "neg": _neg,
        "+": _plus, "-": _plus, "*": _product, "@": _product, "juxt": _product,
        "/": _fraction, "^": _power, "exp": _exp, "and": _and, "if": _if, "O": _remainder,
        "index": _index, "delta": _delta, "over": _over, "sum": _sum, "mean": _mean,
        "T": _T, "inv": _inv, "solve": _solve, "outer": _outer, "list": _list,
    }  # fmt: skip

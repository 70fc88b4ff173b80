"""A claim that holds, as notebooks and pages display it, with the words for how it was checked."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradbook.claims import by_numbers, by_symbols
from gradbook.claims.by_numbers import Evidence
from gradbook.claims.messages import number_text
from gradbook.claims.subject import Statement, Subject
from gradbook.claims.terms import Term, walk
from gradbook.claims.tex import cases, partial, symbol
from gradbook.claims.typeset import INDICES, Typesetter


@dataclass(frozen=True)
class Claim:
    """Equations that hold; `how` tells in a sentence or two what was done to find that out.

    Where tensors have named axes, SymPy has proved the entries for these `sizes`, as "n = 3".
    """

    lines: Sequence[tuple[str, str]]
    text: str
    proved: bool
    by: str
    how: str
    sizes: str = ""

    @property
    def word(self) -> str:
        if not self.proved:
            return "checked"
        return f"proved for {self.sizes}" if self.sizes else "proved"

    def __repr__(self) -> str:
        return f"{self.text} ({self.word}: {self.by})"

    def tex(self) -> str:
        """Return the equations as TeX, one below the other."""
        if len(self.lines) == 1:
            return " = ".join(self.lines[0])
        rows = r" \\ ".join(f"{left} &= {right}" for left, right in self.lines)
        return rf"\begin{{aligned}} {rows} \end{{aligned}}"

    def _repr_latex_(self) -> str:
        return f"$${self.tex()}$$"

    def _repr_html_(self) -> str:
        """The equations as MathML, and a mark that opens on how they were checked."""
        from math_core import LatexToMathML

        formula = LatexToMathML().convert_with_local_state(self.tex(), displaystyle=True)
        how = html.escape(self.how)
        return (
            f'<div class="claim"><div class="math" data-search-exclude>{formula}</div>'
            f'<details class="claim-mark"><summary title="{how}">{self.word}</summary>'
            f"<p>{how}</p></details></div>"
        )


def checked(
    subject: Subject,
    statements: Sequence[Statement],
    loss: str = "",
    kink: Mapping[float, float] | None = None,
) -> Claim:
    """Return the claim these statements make, or raise WrongClaim.

    `loss` is what a vjp differentiates, `kink` what autograd answers where there is no derivative.
    """
    evidence = [by_numbers.gather(subject, s, tuple(kink or {})) for s in statements]
    proofs = [  # each may raise WrongClaim
        by_symbols.proves(subject, s, [e.point for e in found])
        for s, found in zip(statements, evidence)
    ]
    proved, found = all(proofs), min(evidence, key=len)
    lines = function_lines(subject, statements, loss)
    for s in statements:
        left, right = equation(subject, s)
        lines.append((left, kink_cases(s, kink) if kink else right))
        if s.answer is not None:
            lines.append((r"\text{autograd}", Typesetter(subject.axes).tex(s.answer)))
    by = ("SymPy, " if proved else "") + f"finite differences, autograd at {len(found)} points"
    sizes = sizes_text(subject, [s.term for s in statements]) if proved else ""
    told = [
        by_whom(proved, sizes),
        at_which(subject, statements, found),
        *kink_sentences(statements, kink),
        *chosen_sentences(subject, [e for each in evidence for e in each]),
    ]
    return Claim(lines, ", ".join(map(str, statements)), proved, by, " ".join(told), sizes)


def sizes_text(subject: Subject, terms: Sequence[Term]) -> str:
    """Return the sizes of the axes for which SymPy works entry by entry: m = 2, n = 3."""
    sizes = by_symbols.sizes_for(subject, terms) or {}
    return ", ".join(f"{name} = {size}" for name, size in sizes.items())


def typesetter(subject: Subject) -> Typesetter:
    """Return a typesetter that knows the axes of every name in a claim about the subject."""
    axes = dict(subject.axes)
    setter = Typesetter(axes)
    axes[subject.output] = axes[subject.upstream] = setter.axes_of(subject.shown)
    for name, term in subject.where.items():
        axes[name] = setter.axes_of(term)
    return setter


def domain_tex(subject: Subject) -> str:
    """Return the TeX of the conditions a claim is made under, with a space before them."""
    setter, sampler = Typesetter(subject.axes), subject.sampler
    conditions = [setter.tex(c) for c in sampler.displayed]
    conditions += [rf"{symbol(n)} \text{{ {kind}}}" for n, kind in sampler.kinds.items()]
    return rf" \quad ({', '.join(conditions)})" if conditions else ""


def needs_index(term: Term) -> bool:
    """Whether a sum over one axis of several makes the formula readable with indices only."""
    return any(t.op in ("sum", "mean") and t.args[1] is not None for t in walk(term))


def function_lines(
    subject: Subject, statements: Sequence[Statement], loss: str
) -> list[tuple[str, str]]:
    """Return the equations that say what is differentiated, and what the names stand for."""
    setter, y = typesetter(subject), symbol(subject.output)
    index = result_index(subject, statements, len(setter.axes_of(subject.displayed)))
    mark = f"_{{{index}}}" if index else ""
    lines = [(y + mark, setter.tex(subject.displayed, index or None))]
    if subject.upstream:
        g = symbol(subject.upstream)
        lines.append((g + mark, partial(symbol(loss), y + mark, subject.is_complex)))
    return lines + [(symbol(n), setter.tex(term)) for n, term in subject.where.items()]


def result_index(subject: Subject, statements: Sequence[Statement], rank: int) -> str:
    """Return the letters that the result is written with, if it is written entry by entry."""
    if not needs_index(subject.displayed) and not any(s.free for s in statements):
        return ""
    free = statements[0].free if statements[0].kind == "jacobian" else ""
    return (free or INDICES)[:rank]


def equation(subject: Subject, statement: Statement) -> tuple[str, str]:
    """Return the TeX of both sides of a statement."""
    setter = typesetter(subject)
    rank = len(setter.axes[statement.variable])
    index, left = None, statement.tex
    if not statement.free and rank and needs_index(statement.term):
        index = INDICES[:rank]
        left = f"{left[:-1]}_{{{index}}}}}"  # into the denominator of the fraction
    tex = setter.tex(statement.shown if statement.shown is not None else statement.term, index)
    return left, tex + domain_tex(subject)


def kink_cases(statement: Statement, kink: Mapping[float, float]) -> str:
    """Return the TeX of a derivative with the values that are PyTorch's choice at kinks."""
    x, rows = symbol(statement.variable), Typesetter({}).rows(statement.term, None)
    if len(rows) == 1:
        excluded = ", ".join(map(number_text, kink))
        rows = [(rows[0][0], rf"\text{{if }} {x} \ne {excluded}")]
    choices = [
        (number_text(value), rf"\text{{if }} {x} = {number_text(at)} \text{{ (PyTorch's choice)}}")
        for at, value in kink.items()
    ]
    return cases([rows[0], *choices, *rows[1:]])


def kink_sentences(
    statements: Sequence[Statement], kink: Mapping[float, float] | None
) -> list[str]:
    """Return what is said about each kink."""
    at_x = f"At {statements[0].variable} ="
    return [
        f"{at_x} {number_text(at)} there is no derivative; autograd answers {number_text(v)}."
        for at, v in (kink or {}).items()
    ]


def chosen_sentences(subject: Subject, found: Sequence[Evidence]) -> list[str]:
    """Return what is said where a claim gives a number and there is no derivative."""
    chosen = [e for e in found if e.is_chosen]
    if not subject.is_scalar:
        told = "Where there is no derivative, the formula gives what autograd answers."
        return [told] if chosen else []
    (x,) = subject.axes
    return [
        f"At {x} = {number_text(e.point[x])} there is no derivative; the formula gives what"
        f" autograd answers, {number_text(e.claimed)}."
        for e in chosen
    ]


def by_whom(proved: bool, sizes: str) -> str:
    """Return the sentence that tells whether SymPy decided."""
    if not proved:
        return "SymPy did not decide."
    return "SymPy derives the same formula" + (f", entry by entry for {sizes}." if sizes else ".")


def at_which(subject: Subject, statements: Sequence[Statement], found: Sequence[Evidence]) -> str:
    """Return the sentence that tells where numbers were compared."""
    where = f"at {len(found)} points"
    if subject.dimensions():
        sizes = dict.fromkeys(" × ".join(map(str, e.sizes.values())) for e in found)
        where += f" with {' × '.join(subject.dimensions())} = {' and '.join(sizes)}"
    elif not any(subject.axes.values()) and not subject.sampler.kinds:
        values = [float(e.point[n]) for e in found for n in subject.axes]
        where += f" between {number_text(min(values))} and {number_text(max(values))}"
    if any(s.answer is not None for s in statements):
        agree = "Central finite differences (float64) agree, and so does autograd's own formula,"
    else:
        agree = "Central finite differences (float64) and torch.autograd agree"
    return f"{agree} {where}."

"""Weighs the statements of one claim by all methods, and puts into words what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradbook.claims.display import Claim
from gradbook.claims.evidence import Statement, Subject
from gradbook.claims.judging import Row, Weighing
from gradbook.claims.proof import proves, sizes_for
from gradbook.claims.terms import Term, walk
from gradbook.claims.tex import cases, symbol
from gradbook.claims.typeset import INDICES, Typesetter
from gradbook.claims.words import number_text


def weigh(
    subject: Subject,
    statements: Sequence[Statement],
    loss: str = "",
    kink: Mapping[float, float] | None = None,
) -> Claim:
    """Return the claim these statements make, or raise WrongClaim.

    `loss` is what a vjp differentiates, `kink` what autograd answers where there is no derivative.
    """
    weighings = [Weighing(subject, s) for s in statements]
    proofs = [proves(subject, w.statement, w.rows) for w in weighings]  # each may raise WrongClaim
    proved, rows = all(proofs), min((w.rows for w in weighings), key=len)
    lines = function_lines(subject, statements, loss)
    for s in statements:
        left, right = equation(subject, s)
        lines.append((left, kink_cases(s, kink) if kink else right))
        if s.answer is not None:
            lines.append((r"\text{autograd}", Typesetter(subject.axes).tex(s.answer)))
    by = ("SymPy, " if proved else "") + f"finite differences, autograd at {len(rows)} points"
    told = " ".join([*how(subject, statements, proved, rows), *kink_sentences(statements, kink)])
    return Claim(lines, ", ".join(map(str, statements)), proved, by, told)


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
    conditions = [setter.tex(c) for c in sampler.conditions]
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
    rank = len(setter.axes_of(subject.displayed))
    index = None
    if rank and (needs_index(subject.displayed) or any(s.free for s in statements)):
        free = statements[0].free if statements[0].kind == "jacobian" else ""
        index = (free or INDICES)[:rank]
    lines = [(f"{y}_{{{index}}}" if index else y, setter.tex(subject.displayed, index))]
    if subject.upstream:
        g = symbol(subject.upstream)
        mark = f"_{{{index}}}" if index else ""
        lines.append((g + mark, rf"\frac{{\partial {symbol(loss)}}}{{\partial {y}{mark}}}"))
    return lines + [(symbol(n), setter.tex(term)) for n, term in subject.where.items()]


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


def how(
    subject: Subject, statements: Sequence[Statement], proved: bool, rows: Sequence[Row]
) -> list[str]:
    """Return the sentences that tell a reader how the claim was checked."""
    symbols, where = "SymPy did not decide", f"at {len(rows)} points"
    if proved:
        symbols = "SymPy derives the same formula"
        sizes = sizes_for(subject, [s.term for s in statements]) or {}
        named = ", ".join(f"{n} = {k}" for n, k in sizes.items())
        symbols += f", entry by entry for {named}" if named else ""
    if subject.dimensions():
        found = dict.fromkeys(" × ".join(map(str, row.sizes.values())) for row in rows)
        where += f" with {' × '.join(subject.dimensions())} = {' and '.join(found)}"
    elif not any(subject.axes.values()) and not subject.sampler.kinds:
        values = [float(row.point[n]) for row in rows for n in subject.axes]
        where += f" between {number_text(min(values))} and {number_text(max(values))}"
    agree = "Central finite differences (float64) and torch.autograd agree"
    if any(s.answer is not None for s in statements):
        agree = "Central finite differences (float64) agree, and so does autograd's own formula,"
    return [f"{symbols}.", f"{agree} {where}."]

"""What an author writes: derivative, gradient, vjp, jacobian and hessian.

Each returns a claim that displays itself, or raises WrongClaim with a counter-example.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradbook.claims.display import Claim
from gradbook.claims.evidence import Statement, Subject, WrongClaim
from gradbook.claims.judging import check_kink
from gradbook.claims.notation import read
from gradbook.claims.subjects import Function, subject_of
from gradbook.claims.terms import NotationError, Term, free_letters, replace
from gradbook.claims.tex import symbol
from gradbook.claims.typeset import Typesetter
from gradbook.claims.weighing import weigh

__all__ = ["WrongClaim", "derivative", "gradient", "hessian", "jacobian", "vjp"]


def derivative(
    f: Function,
    claim: str,
    *,
    order: int = 1,
    name: str = "",
    at: Sequence[float] = (),
    domain: str = "",
    kink: Mapping[float, float] | None = None,
    autograd: str = "",
    shown: str = "",
) -> Claim:
    """Claim the derivative of a function of one variable.

    `kink` tells what autograd answers at points without a derivative, `autograd` the formula of
    its answer where that is meant to be another, `shown` the formula of a function that hides it.
    """
    subject = subject_of(f, domain=domain, name=name, shown=shown, at=at)
    if len(subject.axes) != 1:
        raise NotationError(f"derivative() is for one variable, not {', '.join(subject.axes)}")
    (x,) = subject.axes
    y, power = subject.output, f"^{order}" if order > 1 else ""
    left = rf"\frac{{d{power} {symbol(y)}}}{{d {symbol(x)}{power}}}"
    term = read(claim, subject.vocabulary)
    statement = Statement(f"d{power}{y}/d{x}{power}", left, term, claim, x, order=order)
    if autograd:
        statement.answer, statement.answer_source = read(autograd, subject.vocabulary), autograd
    for point, value in (kink or {}).items():
        check_kink(subject, statement, point, value)
    return weigh(subject, [statement], kink=kink or {})


def gradient(
    f: Function,
    *,
    name: str = "",
    shapes: Mapping[str, str] | None = None,
    domain: str = "",
    where: Mapping[str, str] | None = None,
    at: Sequence[Sequence[Any]] = (),
    shown: str = "",
    **claims: str,
) -> Claim:
    """Claim partial derivatives of a function with one result: gradient(f, x="2xy", y="x^2").

    `shapes` gives the axes of parameters that are tensors, {"A": "m n"}; `where` names parts of
    the formula; an index in the name, x_i="2x_i", makes the claim one about entries.
    """
    subject = subject_of(
        f, shapes=shapes, domain=domain, where=where, name=name, shown=shown, at=at
    )
    return weigh(subject, _partials(subject, claims, subject.output))


def vjp(
    f: Function,
    *,
    shapes: Mapping[str, str],
    name: str = "",
    upstream: str = "G",
    loss: str = "L",
    domain: str = "",
    where: Mapping[str, str] | None = None,
    shown: str = "",
    **claims: str,
) -> Claim:
    """Claim how a gradient flows back through f: vjp(lambda A, B: A @ B, A="G @ B.T", ...).

    `upstream` names the gradient of the loss with respect to the result of f.
    """
    subject = subject_of(
        f,
        shapes=shapes,
        domain=domain,
        where=where,
        name=name,
        shown=shown,
        upstream=upstream,
        outputs=("Y", "Z", "C"),
    )
    return weigh(subject, _partials(subject, claims, loss), loss=loss)


def _partials(subject: Subject, claims: Mapping[str, str], of: str) -> list[Statement]:
    statements = []
    for key, source in claims.items():
        variable, _, free = (key, "", "") if key in subject.axes else key.rpartition("_")
        if variable not in subject.axes:
            known = ", ".join(subject.axes)
            raise NotationError(f"the function has no parameter {key}; its parameters are {known}")
        by = symbol(variable) + (f"_{{{free}}}" if free else "")
        label, left = f"d{of}/d{key}", rf"\frac{{\partial {symbol(of)}}}{{\partial {by}}}"
        if subject.sampler.kinds.get(variable) == "complex":
            label = f"d{of}/dRe({key}) + i d{of}/dIm({key})"
            parts = [left.replace(by, rf"\operatorname{{{part}}} {by}") for part in ("Re", "Im")]
            left = r" + \mathrm{i} \, ".join(parts)
        term = read(source, subject.vocabulary)
        statements.append(Statement(label, left, term, source, variable, free=free))
    if not statements:
        raise NotationError('nothing is claimed: name a parameter, as in x="2x"')
    return statements


def jacobian(
    f: Function,
    claim: str,
    *,
    of: str = "",
    name: str = "",
    shapes: Mapping[str, str] | None = None,
    domain: str = "",
    where: Mapping[str, str] | None = None,
    shown: str = "",
) -> Claim:
    """Claim all partial derivatives of all results: a matrix, or a formula with i and j.

    The result's index comes first: jacobian(f, "p_i(delta_ij - p_j)", name="p", shapes=...).
    `of` names the variable where there are several tensors.
    """
    subject = subject_of(f, shapes=shapes, domain=domain, where=where, name=name, shown=shown)
    return _matrix(subject, claim, of, "jacobian")


def hessian(
    f: Function,
    claim: str,
    *,
    of: str = "",
    name: str = "",
    shapes: Mapping[str, str] | None = None,
    domain: str = "",
    where: Mapping[str, str] | None = None,
    shown: str = "",
) -> Claim:
    """Claim all second derivatives of a function with one result, like jacobian()."""
    subject = subject_of(f, shapes=shapes, domain=domain, where=where, name=name, shown=shown)
    return _matrix(subject, claim, of, "hessian")


def _matrix(subject: Subject, claim: str, of: str, kind: str) -> Claim:
    term = read(claim, subject.vocabulary)
    free = "".join(sorted(free_letters(term)))
    variable, rewritten = of or next(iter(subject.axes)), term
    y, x = symbol(subject.output), symbol(variable)
    label = left = "J" if kind == "jacobian" else "H"
    if free:
        rank = len(Typesetter(subject.axes).axes_of(subject.shown))
        first, second = (free[:rank], free[rank:]) if kind == "jacobian" else (free[:1], free[1:])
        below = rf"\partial {x}_{{{second}}}"
        left = rf"\frac{{\partial {y}_{{{first}}}}}{{{below}}}"
        label = f"d{subject.output}_{first}/d{variable}_{second}"
        if kind == "hessian":
            label = f"d^2{subject.output}/d{variable}_{first}d{variable}_{second}"
            left = rf"\frac{{\partial^{{2}} {y}}}{{\partial {x}_{{{first}}} {below}}}"
    if not of and len(subject.axes) > 1:
        if any(subject.axes.values()):
            raise NotationError(f"say of which variable: of={variable!r}")
        subject, rewritten, variable = _stacked(subject, term)
    statement = Statement(label, left, rewritten, claim, variable, kind, free=free, shown=term)
    return weigh(subject, [statement])


def _stacked(subject: Subject, term: Term) -> tuple[Subject, Term, str]:
    """Make one vector variable of several numbers, so that the matrix is one statement."""
    word = f"({', '.join(subject.axes)})"
    entries = {n: Term("index", Term("name", word), (str(k),)) for k, n in enumerate(subject.axes)}
    call = subject.call
    return (
        Subject(
            call and (lambda v: call(*v.unbind())),
            {word: (str(len(entries)),)},
            subject.sampler,
            subject.output,
            replace(subject.shown, entries),
            subject.displayed,
            where={n: replace(t, entries) for n, t in subject.where.items()},
        ),
        replace(term, entries),
        word,
    )

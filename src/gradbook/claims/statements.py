"""What an author writes: derivative, gradient, vjp, jacobian and hessian.

Each returns a claim that displays itself, or raises WrongClaim with a counter-example. All take
the options of subject.Options.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import torch

from gradbook.claims.by_numbers import check_kink
from gradbook.claims.claim import Claim, checked
from gradbook.claims.errors import NotationError
from gradbook.claims.notation import read
from gradbook.claims.numeric import Sampler
from gradbook.claims.subject import Function, Options, Statement, Subject, known, subject_of
from gradbook.claims.terms import Term, free_letters, replace
from gradbook.claims.tex import partial, symbol
from gradbook.claims.typeset import Typesetter

HIGHEST = 20  # order of a derivative: far below, rounding hides the slopes of all but polynomials


def derivative(
    f: Function,
    claim: str,
    *,
    order: int = 1,
    kink: Mapping[float, float] | None = None,
    autograd: str = "",
    **options: Unpack[Options],
) -> Claim:
    """Claim the derivative of a function of one variable.

    `kink` tells what autograd answers at points without a derivative, `autograd` the formula of
    its answer where that is meant to be another.
    """
    subject = subject_of(f, **known("derivative", options, without=("shapes",)))
    if not isinstance(order, int) or not 1 <= order <= HIGHEST:
        raise NotationError(f"order= is 1, 2, ..., {HIGHEST}, not {order!r}")
    if kink is not None and not isinstance(kink, Mapping):
        raise NotationError(f"kink= is given as in kink={{0: 1}}, not {kink!r}")
    if len(subject.axes) != 1:
        found = ", ".join(subject.axes) or "none"
        raise NotationError(f"derivative() is for one variable, not {found}")
    (x,) = subject.axes
    y, power = subject.output, f"^{order}" if order > 1 else ""
    left = rf"\frac{{d{power} {symbol(y)}}}{{d {symbol(x)}{power}}}"
    term = read(claim, subject.vocabulary)
    statement = Statement(f"d{power}{y}/d{x}{power}", left, term, claim, x, order=order)
    if autograd:
        statement.answer, statement.answer_source = read(autograd, subject.vocabulary), autograd
    for point, value in (kink or {}).items():
        check_kink(subject, statement, point, value)
    return checked(subject, [statement], kink=kink or {})


def gradient(f: Function, /, **claims_and_options: Any) -> Claim:
    """Claim partial derivatives of a function with one result: gradient(f, x="2x y", y="x^2").

    An index in the name, x_i="2x_i", makes the claim one about entries.
    """
    claims, options = _told_apart(claims_and_options)
    subject = subject_of(f, **known("gradient", options))
    return checked(subject, _partials(subject, claims, subject.output))


def vjp(
    f: Function, /, *, upstream: str = "G", loss: str = "L", **claims_and_options: Any
) -> Claim:
    """Claim how a gradient flows back through f: vjp(lambda A, B: A @ B, A="G @ B.T", ...).

    `upstream` names the gradient of the loss with respect to the result of f. Of a complex result it is
    complex, too, as in `.grad`: the loss changes by the real part of conj(G) times the result's change.
    """
    claims, options = _told_apart(claims_and_options)
    options = known("vjp", options)
    subject = subject_of(f, upstream=upstream, outputs=("Y", "Z", "C"), **options)
    return checked(subject, _partials(subject, claims, loss), loss=loss)


def jacobian(f: Function, claim: str, *, of: str = "", **options: Unpack[Options]) -> Claim:
    """Claim all partial derivatives of all results: a matrix, or a formula with i and j.

    The result's index comes first: jacobian(f, "p_i(delta_ij - p_j)", name="p", shapes=...).
    `of` names the variable where there are several tensors.
    """
    return _matrix(subject_of(f, **known("jacobian", options)), claim, of, "jacobian")


def hessian(f: Function, claim: str, *, of: str = "", **options: Unpack[Options]) -> Claim:
    """Claim all second derivatives of a function with one result, like jacobian()."""
    return _matrix(subject_of(f, **known("hessian", options)), claim, of, "hessian")


def _told_apart(given: Mapping[str, Any]) -> tuple[dict[str, str], Options]:
    """Return the claims, by parameter, and the options."""
    claims = {key: text for key, text in given.items() if key not in Options.__annotations__}
    return claims, {key: value for key, value in given.items() if key not in claims}


def _partials(subject: Subject, claims: Mapping[str, str], of: str) -> list[Statement]:
    if not claims:
        raise NotationError('nothing is claimed: name a parameter, as in x="2x"')
    return [_partial(subject, key, source, of) for key, source in claims.items()]


def _partial(subject: Subject, key: str, source: str, of: str) -> Statement:
    """Return the statement about one parameter, or about its entries where key is x_i."""
    variable, _, free = (key, "", "") if key in subject.axes else key.rpartition("_")
    if variable not in subject.axes:
        known = ", ".join(subject.axes)
        raise NotationError(f"the function has no parameter {key}; its parameters are {known}")
    by = symbol(variable) + (f"_{{{free}}}" if free else "")
    parts = subject.sampler.kinds.get(variable) == "complex"
    label = f"d{of}/dRe({key}) + i d{of}/dIm({key})" if parts else f"d{of}/d{key}"
    left = partial(symbol(of), by, parts)
    term = read(source, subject.vocabulary)
    return Statement(label, left, term, source, variable, free=free)


def _matrix(subject: Subject, claim: str, of: str, kind: str) -> Claim:
    term = read(claim, subject.vocabulary)
    free = "".join(sorted(free_letters(term)))
    variable, rewritten = of or next(iter(subject.axes)), term
    if variable not in subject.axes:
        raise NotationError(f"of= names {variable}; the variables are {', '.join(subject.axes)}")
    label = left = "J" if kind == "jacobian" else "H"
    if free:
        label, left = _entry_of(subject, variable, free, kind)
    if not of and len(subject.axes) > 1:
        if any(subject.axes.values()):
            raise NotationError(f"say of which variable: of={variable!r}")
        subject, rewritten, variable = _stacked(subject, term)
    statement = Statement(label, left, rewritten, claim, variable, kind, free=free, shown=term)
    return checked(subject, [statement])


def _entry_of(subject: Subject, variable: str, free: str, kind: str) -> tuple[str, str]:
    """Return what an entry of a matrix of derivatives is called, in words and as TeX."""
    output, y, x = subject.output, symbol(subject.output), symbol(variable)
    if kind == "hessian":
        i, j = free[:1], free[1:]
        below = rf"\partial {x}_{{{i}}} \partial {x}_{{{j}}}"
        return f"d^2{output}/d{variable}_{i}d{variable}_{j}", (
            rf"\frac{{\partial^{{2}} {y}}}{{{below}}}"
        )
    rank = len(Typesetter(subject.axes).axes_of(subject.shown))
    i, j = free[:rank], free[rank:]
    left = rf"\frac{{\partial {y}_{{{i}}}}}{{\partial {x}_{{{j}}}}}"
    return f"d{output}_{i}/d{variable}_{j}", left


def _stacked(subject: Subject, term: Term) -> tuple[Subject, Term, str]:
    """Make one vector variable of several numbers, so that the matrix is one statement."""
    word = f"({', '.join(subject.axes)})"
    entries = {n: Term("index", Term("name", word), (str(k),)) for k, n in enumerate(subject.axes)}
    call, told = subject.call, subject.sampler.conditions
    return (
        Subject(
            call and (lambda v: call(*v.unbind())),
            {word: (str(len(entries)),)},
            Sampler([replace(c, entries) for c in told], {}, told),
            subject.output,
            replace(subject.shown, entries),
            subject.displayed,
            at=[(torch.tensor(values, dtype=torch.float64),) for values in subject.at],
            where={n: replace(t, entries) for n, t in subject.where.items()},
        ),
        replace(term, entries),
        word,
    )

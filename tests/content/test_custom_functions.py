"""Every custom Function and operator of the part "Extending autograd" is checked with what it claims.

The classes are those that the snippets' cells define when they run. A class that is wrong on purpose, to show a
mistake, stands in WRONG with the check that it fails and the reason; it has to fail it.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import torch
from built import ROOT
from torch.autograd import Function, gradcheck, gradgradcheck
from torch.library import opcheck

from gradbook.page.cells import read_snippet

FOLDER = ROOT / "snippets" / "extending"
PAGES = sorted(path.stem for path in FOLDER.glob("*.py"))

# Page, class and check ("first", "second", "jvp", "vmap" or "opcheck"), and why it fails there.
WRONG = {
    ("first_function", "WrongCube", "first"): "its factor is 2, for gradcheck to find",
    ("first_function", "Total", "first"): "its tensors are in a list, where apply does not look",
    ("first_function", "TooFew", "first"): "it returns two gradients for three arguments",
    ("first_function", "Sum", "first"): "its gradient has the shape of the result",
    ("first_function", "SumTwice", "first"): "it returns two rows for one",
    ("first_function", "Forgetful", "first"): "it does not multiply by what arrives",
    ("first_function", "WithoutG", "first"): "it does not multiply by what arrives",
    ("func_ready", "Leftover", "first"): "its forward has a ctx, and setup_context is there",
    ("func_ready", "Unsaved", "jvp"): "nothing was saved for its jvp",
    ("func_ready", "WrongJvp", "jvp"): "the factor of its jvp is 2 in place of 3",
    ("func_ready", "NumpyExp", "vmap"): "the generated rule cannot look into NumPy",
    ("double_backward", "SinhBad", "second"): "it keeps intermediates on ctx",
    ("double_backward", "Report", "second"): "it is SinhBad with a print",
    ("double_backward", "SinhOnce", "second"): "once_differentiable refuses",
    ("double_backward", "SinhRefusing", "second"): "it raises where a graph is asked for",
    ("double_backward", "SinhSaved", "second"): "it saves intermediates that it does not return",
    ("double_backward", "SinhCut", "second"): "its backward runs under no_grad",
    ("double_backward", "Cube", "second"): "it saves an intermediate that it does not return",
    ("surrogates", "RoundThrough", "first"): "a surrogate: its slope is meant to be 1",
    ("surrogates", "SignThrough", "first"): "a surrogate: its slope is meant to be 1 near 0",
    ("surrogates", "Reverse", "first"): "its gradient is meant to have the other sign",
    ("surrogates", "twice", "opcheck"): "it hides a write, for opcheck to find",
    ("surrogates", "half", "first"): "its formula is wrong, which opcheck does not see",
}


@cache
def defined(page: str) -> dict[str, Any]:
    """The Functions and operators that the cells of a page define, by name, from a run of all cells."""
    space: dict[str, Any] = {"__name__": "snippet"}
    found: dict[str, Any] = {}
    for cell in read_snippet(FOLDER / f"{page}.py", page).cells:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(cell.code, space)
            except Exception:
                assert "raises-exception" in cell.tags, f"{page}: {cell.name}"
        for value in space.values():
            own = isinstance(value, type) and issubclass(value, Function) and value is not Function
            if own or isinstance(value, torch.library.CustomOpDef):
                name = value.__name__ if own else value._name
                assert found.setdefault(name, value) is value, f"{page} defines {name} twice"
    return found


def leaf(*numbers: float) -> torch.Tensor:
    shape = numbers if len(numbers) > 1 else numbers[0]
    return torch.tensor(shape, dtype=torch.float64, requires_grad=True)


def doubled(made: Any) -> Callable:
    made.marked = True
    return lambda x: made.apply(x.clone())


# Page and class: what is called with which inputs, where it is not `apply` with one number.
CALLS: dict[tuple[str, str], tuple[Callable, tuple]] = {
    ("first_function", "Scaled"): (lambda made: made.apply, (leaf(0.7), leaf(1.3), 5)),
    ("first_function", "TooFew"): (lambda made: made.apply, (leaf(0.7), leaf(1.3), 5)),
    ("first_function", "Total"): (lambda made: lambda x: made.apply([x, x]), (leaf(0.7),)),
    ("first_function", "Doubled"): (doubled, (leaf(0.7),)),
    ("first_function", "Sum"): (lambda made: made.apply, (leaf(0.7, 1.3),)),
    ("first_function", "SumTwice"): (lambda made: made.apply, (leaf(0.7, 1.3),)),
    ("first_function", "Largest"): (
        lambda made: lambda x: made.apply(x)[0],
        (leaf(0.7, 1.9, 1.3),),
    ),
    ("surrogates", "Reverse"): (lambda made: made.apply, (leaf(0.7), 2.0)),
}


def call(page: str, name: str) -> tuple[Callable, tuple]:
    made = defined(page)[name]
    if isinstance(made, torch.library.CustomOpDef):
        return made, (leaf(0.7, 1.3),)
    prepare, inputs = CALLS.get((page, name), (lambda made: made.apply, (leaf(0.7),)))
    return prepare(made), inputs


def claims(page: str, name: str) -> list[str]:
    """The checks that a class has to pass; WRONG tells which it has to fail."""
    made = defined(page)[name]
    if isinstance(made, torch.library.CustomOpDef):
        # Without a formula there is no derivative to check.
        return ["opcheck", "first", "second"] if made._backward_fn else ["opcheck"]
    found = ["first", "second"]
    if made.jvp is not Function.jvp:
        found.append("jvp")
    if made.generate_vmap_rule or made.vmap is not Function.vmap:
        found.append("vmap")
    return found


def check(page: str, name: str, kind: str) -> None:
    """Raises an exception if the class fails the check."""
    function, inputs = call(page, name)
    if kind == "first":
        assert gradcheck(function, inputs)
    if kind == "second":
        assert gradgradcheck(function, inputs)
    if kind == "jvp":
        assert gradcheck(function, inputs, check_forward_ad=True)
    if kind == "vmap":
        (x,) = inputs
        batch = torch.stack([x.detach(), 2 * x.detach()])
        for one in (function, torch.func.grad(function)):
            torch.testing.assert_close(torch.vmap(one)(batch), torch.stack([one(x) for x in batch]))
    if kind == "opcheck":
        opcheck(function, inputs)


def fault(page: str, name: str, kind: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            check(page, name, kind)
        except Exception as error:
            return str(error) or type(error).__name__
    return ""


@pytest.mark.parametrize("page", PAGES)
def test_each_class_passes_what_it_claims_and_fails_what_it_shows(page: str) -> None:
    assert defined(page)
    for name in defined(page):
        for kind in claims(page, name):
            if kind != "second" or (page, name, "first") not in WRONG:
                found, reason = fault(page, name, kind), WRONG.get((page, name, kind))
                assert bool(found) == bool(reason), (
                    f"{name}, {kind}: {found or 'passes'} ({reason})"
                )


def test_each_class_that_is_wrong_on_purpose_exists_and_claims_what_it_fails() -> None:
    for page, name, kind in WRONG:
        assert kind in claims(page, name), (page, name)
    for page, name in CALLS:
        assert name in defined(page)

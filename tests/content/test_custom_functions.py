"""Every custom Function and operator of the site is checked with what it claims, on pages of all parts and in labs.

The classes are those that the cells of a page define when they run, found a second time in their text. A class that is
wrong on purpose, to show a mistake, stands in WRONG with the check that it fails and the reason; it has to fail it.
"""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import torch
from built import ROOT
from torch.autograd import Function, gradcheck, gradgradcheck
from torch.library import opcheck

from gradbook.page.cells import Cell
from gradbook.project import project_at

DEFINES = re.compile(r"\bFunction\)|custom_op\(")
DOCS = ROOT / "docs"


def cells(page: str) -> list[Cell]:
    return project_at(ROOT).page(DOCS / f"{page}.md").cells


# The addresses of all pages with a Function or an operator, such as "extending/func-ready".
PAGES = [
    page
    for path in project_at(ROOT).page_files()
    if (page := path.relative_to(DOCS).with_suffix("").as_posix())
    if any(DEFINES.search(cell.code) for cell in cells(page))
]

# By page: a class and a check ("first", "second", "jvp", "vmap" or "opcheck"), and why it fails there. Where a page
# defines a name again, "Square 2" is the second.
WRONG = {
    "errors/backward-takes-positional-arguments": {
        ("Two", "first"): "its backward takes one gradient for two results",
        ("Wrong", "first"): "it drops the gradient of its second result",
    },
    "errors/derivative-for-is-not-implemented": {
        ("Zeta", "second"): "its slope is a difference quotient of an operation without derivative",
    },
    "errors/element-0-does-not-require-grad": {
        ("Square", "second"): "once_differentiable refuses",
    },
    "errors/jacobian-mismatch-for-output": {
        ("Cube", "first"): "its factor is 2, for gradcheck to find",
        ("Sinh", "second"): "it keeps an intermediate on ctx",
        ("Wrong", "first"): "its formula is wrong, and passes with loose tolerances",
    },
    "errors/output-is-a-view-and-is-being-modified-inplace": {
        ("Reverse", "first"): "its gradient is meant to have the other sign",
        ("Reverse 2", "first"): "its gradient is meant to have the other sign",
    },
    "errors/returned-an-incorrect-number-of-gradients": {
        ("Scale", "first"): "it returns one gradient for two arguments",
        ("Product", "first"): "its backward has no return",
    },
    "errors/returned-an-invalid-gradient-at-index": {
        ("AddBias", "first"): "its gradient has not the shape of the bias",
    },
    "errors/save-for-backward-can-only-save-variables": {
        ("Power", "first"): "it saves a number with save_for_backward",
    },
    "extending/among-other-systems": {
        ("Through", "first"): "a surrogate: its slope is meant to be 1",
    },
    "extending/double-backward": {
        ("SinhBad", "second"): "it keeps intermediates on ctx",
        ("Report", "second"): "it is SinhBad with a print",
        ("SinhView", "second"): "it saves a view of its input",
        ("SinhOnce", "second"): "once_differentiable refuses",
        ("SinhRefusing", "second"): "it raises where a graph is asked for",
        ("SinhSaved", "second"): "it saves intermediates that it does not return",
        ("SinhCut", "second"): "its backward runs under no_grad",
        ("SinhCopied", "second"): "it goes back to a detached copy",
        ("Cube", "second"): "it saves an intermediate that it does not return",
    },
    "extending/first-function": {
        ("WrongCube", "first"): "its factor is 2, for gradcheck to find",
        ("Total", "first"): "its tensors are in a list, where apply does not look",
        ("TooFew", "first"): "it returns two gradients for three arguments",
        ("Sum", "first"): "its gradient has the shape of the result",
        ("SumTwice", "first"): "it returns two rows for one",
        ("Forgetful", "first"): "it does not multiply by what arrives",
        ("WithoutG", "first"): "it does not multiply by what arrives",
    },
    "extending/func-ready": {
        ("Leftover", "first"): "its forward has a ctx, and setup_context is there",
        ("Unsaved", "jvp"): "nothing was saved for its jvp",
        ("WrongJvp", "jvp"): "the factor of its jvp is 2 in place of 3",
        ("NumpyExp", "vmap"): "the generated rule cannot look into NumPy",
        ("Cut", "second"): "its backward runs under no_grad",
        ("Once", "second"): "once_differentiable refuses",
    },
    "extending/index": {
        ("Square", "first"): "its factor is 3, for gradcheck to find",
    },
    "extending/surrogates": {
        ("RoundThrough", "first"): "a surrogate: its slope is meant to be 1",
        ("SignThrough", "first"): "a surrogate: its slope is meant to be 1 near 0",
        ("Reverse", "first"): "its gradient is meant to have the other sign",
        ("twice", "opcheck"): "it hides a write, for opcheck to find",
        ("half", "first"): "its formula is wrong, which opcheck does not see",
    },
    "how-to/gradcheck": {
        ("WrongCube", "first"): "its factor is 2, for gradcheck to find",
        ("Product", "first"): "it has a factor 2, for gradcheck to find",
        ("Forgot", "first"): "it does not multiply by what arrives",
        ("SinhBad", "second"): "it keeps intermediates on ctx",
        ("Varying", "first"): "its gradient has noise",
        ("OneOff", "first"): "one of its entries is wrong, for fast_mode to miss",
        ("Near", "first"): "its factor is wrong by less than the usual tolerance",
        ("Tiny", "first"): "its slope is below the usual tolerance, and it answers 0",
        ("Square", "second"): "it keeps a copy of its input on ctx",
    },
    "traps/custom-operator-changes-earlier-gradients": {
        ("total", "opcheck"): "it hides a write, for opcheck to find",
    },
    "traps/function-leaves-grad-none": {
        ("Double", "first"): "its backward has no return",
        ("Times", "first"): "its backward has no return",
    },
    "traps/gradient-too-small-after-my-function": {
        ("Double", "first"): "it writes into its input and does not say so",
    },
    "traps/jvp-of-my-operator-is-zero": {
        ("values_only", "second"): "its formula is in NumPy, for a second derivative to miss",
    },
    "traps/second-derivative-of-my-function-is-wrong": {
        ("Cube", "second"): "it keeps an intermediate on ctx",
        ("Once", "second"): "once_differentiable refuses",
    },
    "tutorial/backward-and-grad": {
        ("Halfway", "first"): "it returns None for its second input, to show that a path may end so",
    },
}


def run(cell: Cell, space: dict[str, Any]) -> None:
    """Run a cell so that a traceback, which some pages show, finds its lines."""
    name = f"<{cell.path}:{cell.name}>"
    linecache.cache[name] = len(cell.code), None, cell.code.splitlines(True), name
    exec(compile(cell.code, name, "exec"), space)


@cache
def defined(page: str) -> dict[str, Any]:
    """The Functions and operators that the cells of a page define, by name, from a run of all cells."""
    space: dict[str, Any] = {"__name__": "snippet"}
    found: dict[str, Any] = {}
    times: Counter[str] = Counter()
    for cell in cells(page):
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(record=True):
            warnings.simplefilter("always")
            try:
                run(cell, space)
            except Exception:
                assert "raises-exception" in cell.tags, f"{page}: {cell.name}"
        for value in space.values():
            own = isinstance(value, type) and issubclass(value, Function) and value is not Function
            if (own or isinstance(value, torch.library.CustomOpDef)) and value not in found.values():
                name = value.__name__ if own else value._name
                times[name] += 1
                found[name if times[name] == 1 else f"{name} {times[name]}"] = value
    return found


def written(page: str) -> Counter[str]:
    """How often each name of a Function or an operator is defined in the text of the cells."""
    names: Counter[str] = Counter()
    for cell in cells(page):
        with contextlib.suppress(SyntaxError):  # of a cell that shows one
            for node in ast.walk(ast.parse(cell.code)):
                decorators = [ast.unparse(each) for each in getattr(node, "decorator_list", [])]
                if isinstance(node, ast.FunctionDef) and any("custom_op" in each for each in decorators):
                    names[node.name] += 1
                bases = [ast.unparse(each) for each in getattr(node, "bases", [])]
                if any(base.endswith("Function") or base in names for base in bases):
                    names[node.name] += 1
    return names


def tasks(page: str) -> Iterator[str]:
    """The classes of a lab that are there to be written: an answer of the same name follows."""
    if page.startswith("labs/"):
        yield from (name for name in defined(page) if f"{name} 2" in defined(page))


def leaf(*numbers: float) -> torch.Tensor:
    shape = numbers if len(numbers) > 1 else numbers[0]
    return torch.tensor(shape, dtype=torch.float64, requires_grad=True)


def doubled(made: Any) -> Callable:
    made.marked = True
    return lambda x: made.apply(x.clone())


def at(*inputs: Any) -> tuple[Callable, tuple]:
    """`apply` with other inputs than one number."""
    return lambda made: made.apply, inputs


def of_copy(made: Any) -> Callable:
    return lambda x: made.apply(x.clone())


def with_copy(made: Any) -> Callable:
    """The sum of a result and of what it was computed from, which a write into that would change."""

    def both(x: torch.Tensor) -> torch.Tensor:
        copy = x.clone()
        return made.apply(copy) + copy

    return both


TWO, MATRIX, LONG = leaf(0.7, 1.3), leaf(0.7, 1.3, 0.4, 0.9, 1.1, 0.2), leaf(0.7, 1.9, 1.3)
MATRIX = MATRIX.detach().reshape(2, 3).requires_grad_()

# Page and class: what is called with which inputs, where it is not `apply` with one number.
CALLS: dict[str, dict[str, tuple[Callable, tuple]]] = {
    "errors/derivative-for-is-not-implemented": {"Zeta": at(leaf(3.0))},
    "errors/returned-an-incorrect-number-of-gradients": {
        "Scale": at(TWO, 3.0),
        "Scale 2": at(TWO, 3.0),
        "scale": (lambda made: made, (TWO, 3.0)),
        "Product": at(TWO, leaf(0.4, 0.9)),
        "Product 2": at(TWO, leaf(0.4, 0.9)),
    },
    "errors/returned-an-invalid-gradient-at-index": {
        "AddBias": at(MATRIX, LONG),
        "AddBias 2": at(MATRIX, LONG),
        "Wrong": at(MATRIX, LONG),
        "Total": at(MATRIX),
    },
    "errors/save-for-backward-can-only-save-variables": {
        "Power": at(leaf(0.7), 3),
        "Power 2": at(leaf(0.7), 3),
        "Scale": at(leaf(0.7), torch.tensor(2.0)),
        "Kept": at(leaf(0.7), torch.tensor(2.0)),
    },
    "extending/first-function": {
        "Scaled": at(leaf(0.7), leaf(1.3), 5),
        "TooFew": at(leaf(0.7), leaf(1.3), 5),
        "Total": (lambda made: lambda x: made.apply([x, x]), (leaf(0.7),)),
        "Doubled": (doubled, (leaf(0.7),)),
        "Sum": at(TWO),
        "SumTwice": at(TWO),
        "Largest": (lambda made: lambda x: made.apply(x)[0], (LONG,)),
    },
    "extending/surrogates": {"Reverse": at(leaf(0.7), 2.0)},
    "how-to/gradcheck": {"Product": at(LONG), "Varying": at(TWO)},
    "tutorial/backward-and-grad": {"Halfway": at(leaf(0.7), leaf(1.3))},
    "labs/your-own-function": {
        "Hypot 2": at(leaf(0.7), leaf(1.3)),
        "Scaled 2": at(leaf(0.7), leaf(1.3), 2.0),
        "Split 2": at(leaf(0.7), leaf(1.3)),
        "Batched 2": at(leaf(0.7), leaf(1.3)),
        "Forward 2": at(leaf(0.7), leaf(1.3)),
        "LogSumExp 2": at(TWO),
    },
    "traps/function-leaves-grad-none": {"Times": at(leaf(0.7), 2)},
    "traps/gradient-too-small-after-my-function": {
        "Double": (with_copy, (leaf(0.7),)),
        "Double 2": (with_copy, (leaf(0.7),)),
        "DoubleInPlace": (of_copy, (leaf(0.7),)),
    },
}


def call(page: str, name: str) -> tuple[Callable, tuple]:
    made = defined(page)[name]
    usual = (lambda made: made, (TWO,)) if isinstance(made, torch.library.CustomOpDef) else at(leaf(0.7))
    prepare, inputs = CALLS.get(page, {}).get(name, usual)
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
        assert gradcheck(function, inputs, atol=1e-7, rtol=1e-4)
    if kind == "second":
        assert gradgradcheck(function, inputs)
    if kind == "jvp":
        assert gradcheck(function, inputs, check_forward_ad=True)
    if kind == "vmap":
        batches = [torch.stack([x.detach(), 2 * x.detach()]) for x in inputs]
        for one in (function, torch.func.grad(lambda *inputs: function(*inputs).sum())):
            each = torch.stack([one(*rows) for rows in zip(*batches, strict=True)])
            torch.testing.assert_close(torch.vmap(one)(*batches), each)
    if kind == "opcheck":
        # What was not registered is not claimed: without a fake it need not compile.
        faked = defined(page)[name]._abstract_fn is not None
        tests = ["test_schema", "test_autograd_registration"]
        tests += ["test_faketensor", "test_aot_dispatch_dynamic"] * faked
        opcheck(function, inputs, test_utils=tests)


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
    wrong = WRONG.get(page, {})
    for name in defined(page).keys() - tasks(page):
        for kind in claims(page, name):
            if kind != "second" or (name, "first") not in wrong:
                found, reason = fault(page, name, kind), wrong.get((name, kind))
                assert bool(found) == bool(reason), f"{name}, {kind}: {found or 'passes'} ({reason})"


@pytest.mark.parametrize("page", PAGES)
def test_no_class_is_overlooked(page: str) -> None:
    by_text = written(page)
    assert by_text
    found = Counter(name.split()[0] for name in defined(page))
    assert by_text <= found, f"defined in the text, and not found in the run: {by_text - found}"


def test_each_class_that_is_wrong_on_purpose_exists_and_claims_what_it_fails() -> None:
    for page, listed in WRONG.items():
        for name, kind in listed:
            assert kind in claims(page, name), (page, name)
    for page, listed in CALLS.items():
        assert listed.keys() <= defined(page).keys(), page

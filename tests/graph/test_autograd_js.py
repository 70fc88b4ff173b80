"""The engine of the living figures, in a real browser, gives torch's float64 values and gradients: at random points, at
kinks, zeros, ties, where numbers overflow, and where they are none."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
import torch
from browser import window
from engine import ENGINE, TORCH, Case, in_browser, in_torch, same, written
from playwright.sync_api import Browser, Page

NAMES = ("x", "y", "z")
SPECIAL = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -2.0,
    3.0,
    20.0,
    20.5,
    -40.0,
    710.0,
    -745.5,
    1e-300,
    1e154,
    -1e308,
)
BEYOND = (float("inf"), float("-inf"), float("nan"))
TWO = ("add", "sub", "mul", "div", "pow", "maximum", "minimum")
ONE = tuple(name for name in TORCH if name not in (*TWO, "sum", "mean", "matmul"))
POINTS = 8  # of each expression, as the entries of its leaves


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Any:
    with window(browser) as context:
        yield context.new_page()


def expression(dice: random.Random, depth: int) -> Any:
    if depth == 0 or dice.random() < 0.1:
        return (
            dice.choice(NAMES) if dice.random() < 0.8 else dice.choice([-1.0, 0.0, 0.5, 2.0, 3.0])
        )
    if dice.random() < 0.45:
        return [dice.choice(ONE), expression(dice, depth - 1)]
    op = dice.choice(TWO)
    if op == "pow" and dice.random() < 0.7:
        return [
            op,
            expression(dice, depth - 1),
            dice.choice([-2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4]),
        ]
    return [op, expression(dice, depth - 1), expression(dice, depth - 1)]


def point(dice: random.Random) -> list[float]:
    """A number for each leaf: mostly plain ones, often special, sometimes equal."""
    chosen = [
        dice.choice(SPECIAL + BEYOND) if dice.random() < 0.3 else dice.gauss(0, 2) for _ in NAMES
    ]
    return [chosen[0]] * len(NAMES) if dice.random() < 0.15 else chosen


def case(dice: random.Random) -> Case:
    program = ["add", "x", expression(dice, dice.choice([1, 2, 2, 3, 3, 4]))]
    points = [point(dice) for _ in range(POINTS)]
    return program, {name: list(entries) for name, entries in zip(NAMES, zip(*points))}, None


def test_random_expressions(blank: Page) -> None:
    """Where the two differ, the number is one that float64 cannot hold to 12 digits, a small difference of large
    ones: float32, with half the digits, gets nothing like it. There are few of those."""
    dice = random.Random(20261126)
    cases = [case(dice) for _ in range(1000)]
    equal, unsteady, wrong = 0, 0, []
    for one, found in zip(cases, in_browser(blank, cases), strict=True):
        expected = in_torch(one)
        less = None
        for entry in range(POINTS):
            differing = [
                part
                for part, numbers in enumerate(expected)
                if numbers and not same(found[part][entry], numbers[entry])
            ]
            if not differing:
                equal += 1
                continue
            less = less or in_torch(one, torch.float32)
            if all(not same(less[part][entry], expected[part][entry], 1e-4) for part in differing):
                unsteady += 1
                continue
            at = ", ".join(f"{name} = {numbers[entry]!r}" for name, numbers in one[1].items())
            wrong += [
                f"{written(one[0])} at {at}: {['value', *NAMES][part]} is {found[part][entry]!r}, "
                f"torch has {expected[part][entry]!r}"
                for part in differing
            ]
    assert not wrong, "\n".join([f"{len(wrong)} differ", *wrong[:20]])
    assert equal >= 5000 and unsteady < 0.02 * equal, (equal, unsteady)


SHAPES = [
    (["sum", ["mul", "a", "b"]], (2, 3), (3,)),
    (["mean", ["pow", ["sub", "a", "b"], 2]], (2, 1), (1, 3)),
    (["add", ["sin", "a"], ["mul", "b", "b"]], (), (2, 2)),
    (["mean", ["maximum", "a", "b"]], (3, 1), (2,)),
    (["matmul", "a", "b"], (2, 3), (3, 2)),
    (["matmul", "a", "b"], (3,), (3,)),
    (["matmul", "a", "b"], (2, 3), (3,)),
    (["matmul", "a", "b"], (3,), (3, 2)),
    (["sum", ["relu", ["matmul", "a", "b"]]], (1, 2), (2, 4)),
    (["div", ["sum", ["exp", "a"]], ["sum", "b"]], (2, 2), (3,)),
]


def test_tensors_broadcast_and_multiply(blank: Page) -> None:
    torch.manual_seed(0)
    cases = []
    for program, *shapes in SHAPES * 20:
        given = {
            name: torch.randn(shape, dtype=torch.float64).tolist()
            for name, shape in zip("ab", shapes)
        }
        count = len(in_torch((program, given, None))[0])
        cases.append((program, given, torch.randn(count, dtype=torch.float64).tolist()))
    for one, found in zip(cases, in_browser(blank, cases), strict=True):
        for got, expected in zip(found, in_torch(one), strict=True):
            message = f"{written(one[0])} at {one[1]}"
            torch.testing.assert_close(
                torch.tensor(got, dtype=torch.float64),
                torch.tensor(expected, dtype=torch.float64),
                rtol=1e-12,
                atol=1e-14,
                msg=message,
            )


def test_every_operation_is_compared() -> None:
    """A row that is added to the engine is added to the table of torch's side, too."""
    rows = re.findall(r"^  (\w+): \{", ENGINE.read_text("utf-8"), re.M)
    assert {"pow" if row == "pow_number" else row for row in rows} == set(TORCH)

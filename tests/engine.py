"""The engine in the browser, docs/assets/autograd.js, beside torch: programs of both, and how they are compared.

A program is data: the name of a leaf, a number, or an operation with its operands, ["mul", "x", 2]. Torch's side is
written here by hand, so that nothing of the engine takes part in the judgment.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import torch
from built import ROOT
from playwright.sync_api import Page

Program = Any
Numbers = Any
ENGINE = ROOT / "docs/assets/autograd.js"

TORCH = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "matmul": lambda a, b: a @ b,
    "softplus": torch.nn.functional.softplus,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    **{name: getattr(torch, name) for name in "neg reciprocal exp log sqrt sin cos tanh".split()},
    **{name: getattr(torch, name) for name in "sigmoid relu abs sum mean".split()},
}

# Programs in, and for each the entries of its value and of every gradient out, as texts: JSON has no NaN.
COMPUTE = """async ([address, cases]) => {
  const { value, apply, backward } = await import(address)
  return JSON.stringify(JSON.parse(cases).map(([program, point, seed]) => {
    const real = numbers => Array.isArray(numbers) ? numbers.map(real) : Number(numbers)
    const leaves = Object.fromEntries(Object.entries(point).map(([name, numbers]) => [name, value(real(numbers), true)]))
    const run = part =>
      Array.isArray(part) ? apply(part[0], ...part.slice(1).map(run)) : typeof part === "string" ? leaves[part] : part
    const root = run(program)
    backward(root, seed ?? undefined)
    const texts = data => data?.map(String) ?? []
    return [texts(root.data), ...Object.values(leaves).map(leaf => texts(leaf.grad))]
  }))
}"""
Case = tuple[Program, Mapping[str, Numbers], Sequence[float] | None]


def in_browser(page: Page, cases: Sequence[Case]) -> list[list[list[float]]]:
    """The value and the gradients of every case, by the engine, in one call."""
    address = "data:text/javascript," + quote(ENGINE.read_text("utf-8"))
    data = json.dumps([[program, _texts(point), seed] for program, point, seed in cases])
    found = json.loads(page.evaluate(COMPUTE, [address, data]))
    return [[[float(text) for text in one] for one in case] for case in found]


def _texts(numbers: Any) -> Any:
    if isinstance(numbers, Mapping):
        return {name: _texts(one) for name, one in numbers.items()}
    if isinstance(numbers, list):
        return [_texts(one) for one in numbers]
    return str(numbers).replace("inf", "Infinity").replace("nan", "NaN")


def in_torch(case: Case, dtype: torch.dtype = torch.float64) -> list[list[float]]:
    """The same by torch."""
    program, point, seed = case
    leaves = {
        name: torch.tensor(numbers, dtype=dtype, requires_grad=True)
        for name, numbers in point.items()
    }
    root = _run(program, leaves, dtype)
    start = torch.ones_like(root) if seed is None else torch.tensor(seed, dtype=dtype)
    gradients = [None] * len(leaves)
    if root.requires_grad:
        shaped = start.reshape(root.shape)
        gradients = torch.autograd.grad(root, list(leaves.values()), shaped, allow_unused=True)
    return [
        root.detach().flatten().tolist(),
        *([] if g is None else g.flatten().tolist() for g in gradients),
    ]


def _run(part: Program, leaves: Mapping[str, torch.Tensor], dtype: torch.dtype) -> Any:
    if isinstance(part, str):
        return leaves[part]
    if not isinstance(part, list):
        return part
    op, *operands = part
    given = [_run(operand, leaves, dtype) for operand in operands]
    if op != "pow" or isinstance(
        given[0], int | float
    ):  # torch keeps a number in the exponent as one
        given = [g if torch.is_tensor(g) else torch.tensor(g, dtype=dtype) for g in given]
    return TORCH[op](*given)


def written(part: Program) -> str:
    """mul(x, 2): a program as a person reads it."""
    return (
        f"{part[0]}({', '.join(map(written, part[1:]))})" if isinstance(part, list) else str(part)
    )


def same(found: float, expected: float, close: float = 1e-12) -> bool:
    """NaN for NaN, infinity for infinity, and all else to a relative difference."""
    if math.isnan(expected) or math.isnan(found):
        return math.isnan(expected) and math.isnan(found)
    return found == expected or abs(found - expected) <= close * abs(expected)

"""Each row of the table of operations: torch, SymPy and the notation mean the same function."""

import numpy as np
import pytest
import sympy as sp
import torch
from math_core import LatexToMathML

from gradbook.claims.notation import FUNCTIONS, read
from gradbook.claims.numeric import OPS
from gradbook.claims.operations import OPERATIONS, RELATIONS
from gradbook.claims.symbolic import OPS as SYMBOLS
from gradbook.claims.trace import CALLS
from gradbook.claims.typeset import Typesetter
from gradbook.claims.values import evaluate

FUNCTIONS_OF_NUMBERS = [r.name for r in OPERATIONS.values() if r.arity and r.entrywise]
FUNCTIONS_OF_ARRAYS = [r.name for r in OPERATIONS.values() if r.arity and not r.entrywise]
POINTS = [(0.31, 0.72), (-0.47, 0.15), (0.93, -0.88), (1.7, 2.4), (-2.6, 1.1), (2.9, 0.4)]
MATRIX = [[1.5, -0.4], [0.3, 0.9]]


def call(name: str) -> str:
    """A formula that calls an operation: max(x, t)."""
    return f"{name}({', '.join('xt'[: OPERATIONS[name].arity[0]])})"


@pytest.mark.parametrize("name", FUNCTIONS_OF_NUMBERS)
def test_sympy_computes_what_torch_computes(name: str):
    formula, compared = read(call(name), "xt"), 0
    for point in (*POINTS, *((corner, 0.5) for corner in OPERATIONS[name].corners)):
        tensors = {n: torch.tensor(v, dtype=torch.float64) for n, v in zip("xt", point)}
        numbers = {n: sp.Float(v, 20) for n, v in zip("xt", point)}
        found = complex(evaluate(formula, tensors, OPS))
        if abs(found) < 1e30:  # acos(1.7) is no real number, and trigamma(-1) is none
            compared += 1
            other = complex(evaluate(formula, numbers, SYMBOLS))
            other = other.real if name == "lgamma" else other  # log |Gamma| is the real part
            assert found == pytest.approx(other, rel=1e-8, abs=1e-15)
    assert compared >= 2


@pytest.mark.parametrize("name", FUNCTIONS_OF_ARRAYS)
def test_sympy_computes_what_torch_computes_of_arrays(name: str):
    vector = name in ("norm", "softmax", "outer", "sum", "mean")
    first = MATRIX[0] if vector else MATRIX
    values = {"x": first, "t": MATRIX[1]}
    formula = read(call(name), "xt")
    tensors = {n: torch.tensor(v, dtype=torch.float64) for n, v in values.items()}
    exact = np.vectorize(lambda v: sp.Float(v, 20), otypes=[object])
    found = evaluate(formula, tensors, OPS)
    symbols = evaluate(formula, {n: exact(v) for n, v in values.items()}, SYMBOLS)
    assert np.allclose(np.asarray(found), np.asarray(symbols, dtype=float), rtol=1e-12)
    axes = {"x": ("n",) if vector else ("n", "n"), "t": ("n",)}
    assert len(Typesetter(axes).axes_of(formula)) == found.ndim


@pytest.mark.parametrize("word", FUNCTIONS)
def test_every_function_is_written_as_mathml(word: str):
    arguments = ", ".join("xt"[: OPERATIONS[FUNCTIONS[word]].arity[0]])
    tex = Typesetter({}).tex(read(f"2 {word}({arguments})^2 + 1", "xt"))
    LatexToMathML(fancy_error=False).convert_with_local_state(tex, displaystyle=True)


def test_no_name_stands_for_two_operations():
    words = [word for row in OPERATIONS.values() if row.arity for word in (row.name, *row.words)]
    calls = [name for row in OPERATIONS.values() for name in row.calls]
    assert len(words) == len(set(words)) and len(calls) == len(set(calls))
    assert set(calls) <= set(CALLS)
    assert [name for name in OPERATIONS if name in RELATIONS] == list(RELATIONS)

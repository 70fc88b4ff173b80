"""The page "Notation": what its last column says is run, and no symbol of the site is missing from it."""

import math
import re
from pathlib import Path

import pytest
import torch
from built import ROOT
from torch.autograd import functional
from torch.nn.functional import cross_entropy

PAGE = (ROOT / "docs" / "notation.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in PAGE.splitlines()
    if line.startswith("| $")
]
CODE = [
    (row[0].split("<br>")[0], code) for row in ROWS for code in re.findall(r"`([^`]+)`", row[2])
]
# TeX that sets the place or the size of something, or a name in upright letters, and means nothing.
LAYOUT = {"text", "operatorname", "top", "lvert", "rvert", "lVert", "rVert", "to", "quad", "qquad",
          "bigl", "bigr", "dots", "frac", "left", "right", "cdot", "boxed", "mathrm"}  # fmt: skip


def names():
    """What the letters of the page stand for: a vector, a matrix, a score for each class."""

    def f(x):
        return (x**2).sum()

    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    return {
        "torch": torch, "functional": functional, "cross_entropy": cross_entropy,
        "grad": torch.autograd.grad, "f": f, "x": x, "y": f(x), "L": f(x), "h": 0.1, "n": 3,
        "A": torch.arange(9.0).reshape(3, 3), "B": torch.eye(3), "H": torch.eye(3),
        "a": torch.tensor([1.0, 2.0, 3.0]), "b": torch.tensor([4.0, 5.0, 6.0]),
        "w": torch.tensor(2.0), "z": torch.tensor([2.0, 1.0, 0.1]), "p": torch.tensor([0.3, 0.7]),
        "label": torch.tensor(0), "i": 1, "j": 1, "loss": f(x), "grad_output": torch.ones(3),
        "model": torch.nn.Linear(1, 1), "v": torch.tensor(1.0), "lr": 0.1, "create_graph": True,
    }  # fmt: skip


def test_the_tables_were_found():
    assert len(ROWS) > 40 and len(CODE) > 45


@pytest.mark.parametrize(("symbol", "code"), CODE, ids=[code for _, code in CODE])
def test_each_code_of_the_last_column_runs(symbol, code):
    exec(code, names())


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("x.sum()", 6.0), ("x.prod()", 6.0), ("x.mean()", 2.0), ("a @ b", 32.0), ("x.numel()", 3),
        ("A.T[0, 1]", 3.0), ("torch.outer(a, b)[2, 0]", 12.0), ("torch.diag(p)[0, 1]", 0.0),
        ("torch.eye(n)[i, i]", 1.0), ("torch.linalg.norm(a)", math.sqrt(14)), ("x[i - 1]", 1.0),
        ("A[i - 1, j]", 1.0), ("torch.cos(torch.tensor(math.pi))", -1.0), ("(-x).abs()[0]", 1.0),
        ("torch.log(torch.exp(w))", 2.0), ("functional.hessian(f, x)[0, 0]", 2.0),
        ("functional.jacobian(f, x)[2]", 6.0), ("torch.softmax(z, dim=0).sum()", 1.0),
        ("cross_entropy(z, label)", 0.4170), ("torch.sigmoid(w)", 1 / (1 + math.exp(-2))),
    ],
)  # fmt: skip
def test_what_the_code_means(code, meaning):
    found = torch.as_tensor(eval(code, {**names(), "math": math})).detach()
    assert found.item() == pytest.approx(meaning, abs=1e-4)


def formulas(path: Path) -> str:
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
    return " ".join(re.findall(r"\$[^$`]+\$", text))


def test_no_symbol_of_the_site_is_missing():
    listed = set(re.findall(r"\\([A-Za-z]+)", PAGE)) | LAYOUT
    used = {
        (path.name, symbol)
        for path in (ROOT / "docs").rglob("*.md")
        for symbol in re.findall(r"\\([A-Za-z]+)", formulas(path))
    }
    assert {(page, symbol) for page, symbol in used if symbol not in listed} == set()


def test_formulas_count_from_1_and_code_from_0():
    assert names()["x"][0].item() == 1.0


def test_a_gradient_has_the_shape_of_what_it_belongs_to():
    for shape in ((), (1,), (2, 3), (0,)):
        w = torch.ones(shape, requires_grad=True)
        (3 * w).sum().backward()
        assert w.grad.shape == w.shape


def test_functional_is_torch_autograd_functional():
    assert functional is torch.autograd.functional

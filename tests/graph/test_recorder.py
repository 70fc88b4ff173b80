"""The recorder: values that nobody kept are noted, and the program says exactly what it said."""

from __future__ import annotations

import ast
import contextlib
import io
import warnings
from types import SimpleNamespace
from typing import Any

import pytest
import torch

import gradbook
from gradbook import draw
from gradbook.graph.recorder import instrument

PROGRAM = """
import torch, warnings
from dataclasses import dataclass
x = torch.tensor(2.0, requires_grad=True)
y = ((3 * x + 2) * 5).sum()
print(y, [float(v) for v in (y, y * 2)], {**{"a": x}}["a"] is x, f"{x + 1}")
total = 0
for k in range(3):
    total += (x + k) * 2
print(total, (lambda a: a + 1)(x), *[x])

def square(a: torch.Tensor, *, scale=1.0):
    return a * a * scale

@dataclass
class Point:
    place: torch.Tensor
    def moved(self): return Point(self.place + 1)

print(square(x, scale=2), Point(x).moved().place)
match x.dtype, x.dim():
    case torch.float32, 0:
        print("no dimension")
with torch.no_grad():
    print((x * 2).requires_grad)
z = x * 1
z += 1
z[None][0].backward()
print(x.grad, z._version, not x, -x, x if x else 0)
base = x * torch.ones(2)
with torch.no_grad():
    view = base[:1]
base.mul_(2)
print([view][0].shape)  # its grad_fn raises
warnings.warn("from line 35")
try:
    y.backward(); y.backward()
except RuntimeError as error:
    print(type(error).__name__, error.__traceback__.tb_lineno)
assert (n := 3) and x.T is not None
torch.ones(2, requires_grad=True).sum().backward
"""


def run(program: str, noted: bool) -> tuple[str, dict[str, Any]]:
    """What a program prints, and its warnings with their lines."""
    tree = ast.parse(program)
    names: dict[str, Any] = {"__name__": "__main__"}
    code = compile(instrument(tree) if noted else tree, "program.py", "exec")
    torch.set_warn_always(True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(code, names)
    torch.set_warn_always(False)
    told = [f"{one.filename}:{one.lineno}: {one.message}" for one in caught]
    return out.getvalue() + "\n".join(told), names


def test_a_program_says_the_same():
    plain, _ = run(PROGRAM, noted=False)
    noted, _ = run(PROGRAM, noted=True)
    assert noted == plain
    assert "program.py:35: from line 35" in plain and "RuntimeError 37" in plain


def test_values_that_nobody_kept():
    program = "import torch\nx = torch.tensor(2.0, requires_grad=True)\ny = ((3 * x + 2) * 5).sum()"
    _, names = run(program, noted=True)
    nodes = draw(names["y"], names=names).graph.nodes
    assert {"3x + 2": 8, "5(3x + 2)": 40}.items() <= {n.text: n.value.number for n in nodes}.items()
    _, names = run(program, noted=False)
    nodes = draw(names["y"], names=names).graph.nodes
    assert [node.value.number for node in nodes if node.text == "3x + …"] == [None]


def test_values_outlive_a_backward_pass_that_frees_the_rest():
    _, names = run(
        "import torch\nx = torch.tensor(2.0, requires_grad=True)\ny = (x**2).exp() * 3", True
    )
    names["y"].backward()
    values = [node.value.number for node in draw(names["y"], names=names).graph.nodes]
    assert values == [2, 4, pytest.approx(54.59815), pytest.approx(163.79445)]


def test_notes_end_with_the_graph():
    _, names = run("import torch\nx = torch.ones((), requires_grad=True)\ny = (x + 1) * 2", True)
    [(key, notes)] = names["y"].grad_fn.metadata.items()
    assert notes[0].item() == 4 and notes[0].grad_fn is None
    assert names["x"].grad_fn is None and not hasattr(names["x"], key)


@pytest.mark.parametrize(
    "watched",
    ["torch.overrides.TorchFunctionMode", "torch.utils._python_dispatch.TorchDispatchMode"],
)
def test_nothing_is_noted_where_someone_watches(watched: str):
    """A program that logs its operations must not see ours."""
    method = "__torch_function__" if "Function" in watched else "__torch_dispatch__"
    program = f"""
import torch, torch.utils._python_dispatch
class Log({watched}):
    def {method}(self, func, types, args=(), kwargs=None):
        print(func)
        return func(*args, **(kwargs or {{}}))
x = torch.ones(2, requires_grad=True)
with Log():
    y = (x + 1).sum()
"""
    assert run(program, noted=True)[0] == run(program, noted=False)[0] != ""


def test_bodies_of_functions_stay_as_they_are():
    tree = ast.parse("def f(x):\n    return (x + 1) * 2\ng = lambda x: (x + 1) * 2\n")
    assert ast.unparse(instrument(tree)) == ast.unparse(
        ast.parse("def f(x):\n    return (x + 1) * 2\ng = lambda x: (x + 1) * 2\n")
    )


def test_in_a_notebook_by_load_ext():
    """IPython calls load_ipython_extension and passes each cell through its transformers."""
    shell = SimpleNamespace(ast_transformers=[])
    gradbook.load_ipython_extension(shell)
    names: dict[str, Any] = {}
    for cell in (
        "import torch\nfrom gradbook import draw\nx = torch.tensor(2.0, requires_grad=True)",
        "y = ((x + 1) * 5).sum()",
        "shown = draw(y)",
    ):
        exec(compile(shell.ast_transformers[0].visit(ast.parse(cell)), "cell", "exec"), names)
    assert [node.value.number for node in names["shown"].graph.nodes] == [2, 3, 15, 15]
    assert repr(names["shown"]).startswith("Graph of y = 15")

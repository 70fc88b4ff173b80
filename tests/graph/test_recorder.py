"""The recorder: values that nobody kept are noted, and the program says exactly what it said."""

from __future__ import annotations

import ast
import contextlib
import gc
import io
import linecache
import warnings
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
import torch

import gradbook
from gradbook import draw
from gradbook.graph.recorder import instrument
from gradbook.page.cells import parse
from gradbook.run.executor import Executor

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
class Scale:
    __slots__ = ("factor",)
    def __init__(self, factor: float = 2 * 1.5) -> None:
        self.factor = factor
    @property
    def twice(self): return self.factor * 2
    @staticmethod
    def half(a): return a / 2
    @classmethod
    def of(cls, a): return cls(a + 1)
    def __call__(self, a): return self.half(a) * self.factor + self.twice
class Shifted(Scale):
    def __call__(self, a): return super().__call__(a) + self.__shift()
    def __shift(self): return [self.factor - k for k in (1, 2)][-1]
print(Shifted()(x), Scale.of(2)(x), Scale.__init__.__annotations__, Shifted.__mro__[1].__name__)

def counter():
    count = 0
    def up(by: "how much" = 1):
        nonlocal count
        global total
        count += by
        total = total + count * x
        return count, total
    return up
up = counter()
print(up(), up(by=2), total, up.__annotations__, up.__code__.co_freevars, sorted(up.__kwdefaults__ or []))

def squares(*values):
    sent = 0
    for value in values:
        sent = (yield value * value + (sent or 0)) or sent
def both(*values):
    yield from squares(*values)
    yield -x
steps = squares(x, x + 1)
print(next(steps), steps.send(2), list(both(x, 3 * x)), sum(v + 1 for v in squares(x)))

import asyncio
async def later(a):
    await asyncio.sleep(0)
    return a * 2 + 1
async def ticks():
    for k in range(2):
        yield await later(x + k)
async def main(): return [t async for t in ticks()] + await asyncio.gather(later(x), later(-x))
print(asyncio.run(main()))

def factorial(n): return x * n if n < 2 else n * factorial(n - 1)
print(factorial(5))
weights = torch.zeros(3)
weights[0] = x + 1
weights[1:] += x * torch.ones(2)
weights[2] += 1
print(weights, torch.add(x, 3), x.add(2).sub_(1), {k: v + 1 for k, v in {"a": x}.items()})
def scoped(): return sorted(locals()), eval("x + 1"), [name for name in globals() if "gradbook" in name]
print(scoped(), sorted(vars()) == sorted(globals()))
try:
    missing += 1
except NameError as error:
    print(error)
try:
    factorial("a") + [1] * x
except TypeError as error:
    print(error)
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
    linecache.cache["program.py"] = (len(program), None, program.splitlines(True), "program.py")
    torch.set_warn_always(True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # In a thread of its own, as the browser of other tests may have left an event loop in this one.
        with contextlib.redirect_stdout(io.StringIO()) as out, ThreadPoolExecutor(1) as pool:
            pool.submit(exec, code, names).result()
    torch.set_warn_always(False)
    told = [f"{one.filename}:{one.lineno}: {one.message}" for one in caught]
    return out.getvalue() + "\n".join(told), names


def test_a_program_says_the_same():
    plain, _ = run(PROGRAM, noted=False)
    noted, _ = run(PROGRAM, noted=True)
    assert noted == plain
    line = 1 + PROGRAM[: PROGRAM.index("warnings.warn")].count("\n")
    assert f"program.py:{line}: from line 35" in plain and f"RuntimeError {line + 2}" in plain


def drawn(program: str) -> dict[str, Any]:
    """The values of the graph behind `y` in a program that is noted, by their notation."""
    _, names = run(f"import torch\nx = torch.tensor(2.0, requires_grad=True)\n{program}", True)
    nodes = draw(names["y"], names=names).graph.nodes
    return {node.text: node.value.numbers for node in nodes if node.kind == "operation"}


def test_a_traceback_and_a_source_are_the_author_s():
    program = """
import inspect, traceback
def outer(a):
    return [inner(a) for _ in range(1)][0] + 1
def inner(a):
    total = 1
    total += a["one"] * (a["two"] +
                         a["three"])
    return total
print(inspect.getsource(outer), inspect.getsource(lambda a: a + 1), inspect.signature(inner))
for wrong in ({}, {"one": 1, "two": 1, "three": ""}, {"one": 1, "two": 1, "three": 1j}):
    try:
        print(outer(wrong))
    except Exception:
        traceback.print_exc(file=__import__("sys").stdout)
"""
    plain, noted = run(program, noted=False)[0], run(program, noted=True)[0]
    assert noted == plain
    assert plain.count("^^^^") > 3 and "def outer(a):" in plain and "unsupported operand" in plain


def test_values_that_nobody_kept():
    program = "import torch\nx = torch.tensor(2.0, requires_grad=True)\ny = ((3 * x + 2) * 5).sum()"
    _, names = run(program, noted=True)
    nodes = draw(names["y"], names=names).graph.nodes
    assert {"3x + 2": 8, "5(3x + 2)": 40}.items() <= {n.text: n.value.number for n in nodes}.items()
    _, names = run(program, noted=False)
    nodes = draw(names["y"], names=names).graph.nodes
    assert [node.value.number for node in nodes if node.text == "3x + …"] == [None]


@pytest.mark.parametrize("program", [
    "def f(a): return (a + 1) * 3\ny = f(x)",
    "def f(a, b=x + 1): return b * 3\ny = f(x)",
    "f = lambda a: (a + 1) * 3\ny = f(x)",
    "def outer():\n    def f(a): return (a + 1) * 3\n    return f\ny = outer()(x)",
    "y = [(a + 1) * 3 for a in [x]][0]",
    "def f():\n    yield (x + 1) * 3\n[y] = f()",
    "async def f(): return (x + 1) * 3\ntry: f().send(None)\n"
    "except StopIteration as done: y = done.value",
    "class F:\n    def __call__(self, a): return (a + 1) * 3\ny = F()(x)",
    "class F:\n    @staticmethod\n    def of(a): return (a + 1) * 3\ny = F.of(x)",
    "class F:\n    @property\n    def value(self): return (x + 1) * 3\ny = F().value",
    "class F(torch.nn.Module):\n    def forward(self, a): return (a + 1) * 3\ny = F()(x)",
    "class F(torch.nn.Module):\n    def forward(self, a): return a + 1\n"
    "class G(F):\n    def forward(self, a): return super().forward(a) * 3\ny = G()(x)",
    "match 3:\n    case k if k > 2: y = (x + 1) * k",
    "y: torch.Tensor = (x + 1) * 3",
    "y = x + 0\ny += 1\ny *= 3\ny = y + 0",
])  # fmt: skip
def test_values_inside_what_a_page_defines(program: str):
    values = drawn(program)
    assert 3 in values.values() and 9 in values.values() and None not in values.values()


@pytest.mark.parametrize("program, text", [
    ("y = x + 0.1", "x + 0.1"),
    ("y = 3 - x", "3 − x"),
    ("c = torch.tensor(7.0)\ny = x - c", "x − c"),
    ("c = torch.tensor([7.0, 8.0])\ny = (c - x).sum()", "c − x"),
    ("y = x - torch.ones(4).sum()", "x − 4"),
    ("c = [1.5, torch.tensor(2.5)]\ny = x + c[0] + c[1]", "x + 1.5 + c[1]"),
    ("k = 3\ny = x + 2 * k", "x + 6"),
    ("y = torch.add(x, 3)", "x + 3"),
    ("y = x.sub(3)", "x − 3"),
    ("y = 5\ny -= x", "5 − x"),
    ("y = x + 1\ny += 3\ny = y * 1", "x + 1 + 3"),
    ("def f(n): return x if n == 0 else n + f(n - 1) * 1\ny = f(2)", "1·(1·x + 1) + 2"),
    ("def f(a):\n    try: return torch.ones(1).sum() + int(a)\n    except ValueError: return 5\n"
     "y = x + f('a')", "x + 5"),
    ("y = 3 * x\ny.backward()", "3x"),
    ("c = torch.tensor(7.0)\ny = x * c\ny.backward()", "xc"),
])  # fmt: skip
def test_constant_operands_are_known(program: str, text: str):
    assert text in drawn(program)


def test_a_constant_is_shown_as_it_was_used():
    _, names = run(
        "import torch\nx, c = torch.ones((), requires_grad=True), torch.tensor(2.0)\n"
        "y = x + c\nc += 5",
        True,
    )
    nodes = draw(names["y"], names=names).graph.nodes
    assert [(node.text, node.value.number) for node in nodes] == [("x", 1), ("c", 2), ("x + c", 3)]


@pytest.mark.parametrize("change", ["w.mul_(10)", "w.data = torch.tensor(30.0)"])
def test_a_leaf_is_shown_as_it_was_used(change: str):
    _, names = run(
        "import torch\nw = torch.tensor(3.0, requires_grad=True)\ny = w * 2 + 1\n"
        f"with torch.no_grad(): {change}",
        True,
    )
    graph = draw(names["y"], names=names).graph
    assert [node.value.number for node in graph.nodes] == [3, 6, 7]
    assert graph.notes == ("Shown as the forward pass used it, and changed since: w.",)
    graph = draw(names["w"] * 2, names=names).graph
    assert graph.nodes[0].value.number == 30 and not graph.notes


@pytest.mark.parametrize("write", ["y.copy_(y.round())", "y.data = y.data.round()", "y += 0.25"])
def test_a_result_that_was_overwritten_is_told(write: str) -> None:
    """The graph knows nothing of the write, and what came later used the new value."""
    start = "import torch\nx = torch.tensor(1.75, requires_grad=True)\ny = x * 1\n"
    _, names = run(f"{start}with torch.no_grad():\n    {write}\nz = y * 3", True)
    graph = draw(names["z"], names=names).graph
    assert [node.value.number for node in graph.nodes] == [1.75, 1.75, names["z"].item()]
    (said,) = graph.notes
    assert said.startswith("Shown as computed, and changed since") and said.endswith(" y.")
    _, names = run(f"{start}{'y = y * 2'}\nz = y * 3", True)
    assert draw(names["z"], names=names).graph.notes == ()


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
    assert notes.values[0].item() == 4 and notes.values[0].grad_fn is None
    assert names["x"].grad_fn is None and not hasattr(names["x"], key)


def test_a_program_that_runs_long_keeps_no_more_than_a_short_one():
    program = """
import torch
w = torch.ones(3, requires_grad=True)
def step(k):
    loss = ((w * k + torch.ones(3) - 1) ** 2).mean()
    try:
        torch.ones(2) + torch.ones(3) + loss
    except RuntimeError:
        pass
    w.grad = None
    loss.backward()
for k in range({}):
    step(k)
"""

    def kept(times: int) -> int:
        _, names = run(program.format(times), noted=True)
        gc.collect()
        assert names["w"].grad is not None
        return sum(type(one) is torch.Tensor for one in gc.get_objects())

    kept(1)  # what torch makes once
    few, many = kept(10), kept(300)
    assert many <= few + 3


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


@pytest.mark.parametrize(
    "transform", ["vmap(f)(x)", "func.grad(lambda a: f(a).sum())(x)", "func.jvp(f, (x,), (x,))"]
)
def test_nothing_is_noted_inside_a_transform(transform: str):
    """A copy made there would outlive what it belongs to."""
    program = f"""
import torch
def f(a):
    b = a * 2
    seen.append(b.grad_fn and b.grad_fn.metadata)
    return b
seen = []
x = torch.ones(2, 3, requires_grad=True)
torch.{transform}
print(seen)
"""
    assert run(program, noted=True)[0].startswith(run(program, noted=False)[0])


@pytest.mark.parametrize("transformed", [
    "torch.vmap(f)(torch.ones(2, 2))",
    "torch.func.grad(lambda a: f(a).sum())(torch.ones(2))",
    "torch.func.jvp(f, (torch.ones(2),), (torch.ones(2),))",
    "torch.func.hessian(lambda a: f(a).sum())(torch.ones(2))",
    "torch.autograd.functional.hessian(lambda a: f(a).sum(), torch.ones(2))",
    "torch.compile(f, backend=show, fullgraph=True)(x)",
    "torch.compile(module, backend=show, fullgraph=True)(x)",
    "torch.jit.script(f).code",
    "torch.jit.trace(f, torch.ones(2)).code",
    "torch.fx.symbolic_trace(f).code",
    "torch.fx.symbolic_trace(module).code",
    "torch.export.export(module, (x,)).graph_module.code",
    "torch.utils.checkpoint.checkpoint(f, x, use_reentrant=False).sum().backward()",
])  # fmt: skip
def test_code_that_is_transformed_or_compiled_gives_the_same(transformed: str):
    program = f"""
import torch, torch.utils.checkpoint
def f(a):
    b = a * 2 + 1
    b += 3
    return b.sin() - a
class Module(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(2))
    def forward(self, a):
        return f(a) + 2 * self.weight
module = Module()
def show(graph, inputs):
    print(graph.code)
    return graph.forward
x = torch.ones(2, requires_grad=True)
print({transformed}, x.grad)
"""
    run(program, noted=False)  # warns of what it imports
    torch.compiler.reset()
    plain = run(program, noted=False)[0]
    torch.compiler.reset()
    assert run(program, noted=True)[0] == plain != ""


@pytest.mark.parametrize("decorated", [
    "@decorate\ndef f(x):\n    return (x + 1) * 2\n",
    "@torch.compile(fullgraph=True)\nasync def f(x, y=x + 1):\n    return (x + 1) * 2\n",
    "@dataclass\nclass Point:\n    x: int = 1 + 1\n\n    def f(self):\n        return self.x + 1\n",
    "def f(x: 1 + 1, *y: a.b) -> a[0]:\n    z: a.b\n",
    "match x:\n    case a.b | [1, -1]:\n        pass\n",
])  # fmt: skip
def test_decorated_code_annotations_and_patterns_stay_as_they_are(decorated: str):
    text = ast.unparse(ast.parse(decorated))
    assert ast.unparse(instrument(ast.parse(decorated))) == text


def test_a_page_that_draws_nothing_is_not_recorded(executor: Executor):
    cells = '# %% a\ndef f(x):\n    return x + 1\n\n# %% b\n"note" in str(f.__code__.co_names)'
    for more, told in (("", "False"), ('\n\n# %% c\n"draw(f)"', "True")):
        run = executor.run(parse(cells + more, "page.py").cells)
        assert run.cells[1].outputs[0].text == told


def test_in_a_notebook_by_load_ext():
    """IPython calls load_ipython_extension and passes each cell through its transformers."""
    shell = SimpleNamespace(ast_transformers=[])
    for _ in range(2):  # the second time changes nothing
        gradbook.load_ipython_extension(shell)
    assert len(shell.ast_transformers) == 1
    names: dict[str, Any] = {}
    for cell in (
        "import torch\nfrom gradbook import draw\nx = torch.tensor(2.0, requires_grad=True)",
        "y = ((x + 1) * 5).sum()",
        "shown = draw(y)",
    ):
        exec(compile(shell.ast_transformers[0].visit(ast.parse(cell)), "cell", "exec"), names)
    assert [node.value.number for node in names["shown"].graph.nodes] == [2, 3, 15, 15]
    assert repr(names["shown"]).startswith("Graph of y = 15")

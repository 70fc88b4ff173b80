"""What a cell needs from above: of small programs the statements that their last one needs, and no others."""

from __future__ import annotations

import ast

import pytest

from gradbook.site.slices import Flow

# Programs; a line that the last one does not need begins with a minus.
PROGRAMS = {
    "names": """
        import torch
        - import math
        x = torch.tensor(2.0)
        - y = x + 1
        z = x * 2
        print(z)
    """,
    "what a later line binds anew": """
        import torch
        - x = torch.tensor(1.0)
        - print(x)
        x = torch.tensor(2.0)
        print(x)
    """,
    "changes in place, and not those of others": """
        import torch
        x = torch.zeros(2)
        y = torch.zeros(2)
        x.add_(1)
        - y.add_(1)
        x[0] = 5.0
        x += 1
        print(x)
    """.replace("y = torch.zeros(2)\n", "- y = torch.zeros(2)\n"),
    "a change through a view": """
        import torch
        x = torch.zeros(4)
        view = x.view(2, 2)
        view[0, 0] = 1.0
        print(x)
    """,
    "a backward pass changes the leaves of its graph": """
        import torch
        x = torch.tensor(2.0, requires_grad=True)
        y = x**2
        z = y + 1
        z.backward()
        print(x.grad)
    """,
    "but not other leaves": """
        import torch
        - x = torch.tensor(2.0, requires_grad=True)
        - (x**2).backward()
        w = torch.tensor(2.0, requires_grad=True)
        w.grad = None
        (w**3).backward()
        print(w.grad)
    """,
    "a graph that somebody has used up": """
        import torch
        x = torch.tensor(2.0, requires_grad=True)
        y = x**2
        torch.autograd.grad(y, x)
        y.backward()
    """,
    "values are looked at without a change": """
        import torch
        x = torch.tensor([1.0, 2.0])
        - print(x.sum(), len(x), f"{x.mean():.1f}")
        - x.exp()
        print(x)
    """,
    "an optimizer changes what it was given": """
        import torch
        w = torch.tensor([1.0], requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.1)
        w.sum().backward()
        optimizer.step()
        print(w)
    """,
    "hooks": """
        import torch
        seen = []
        x = torch.tensor(2.0, requires_grad=True)
        x.register_hook(lambda grad: seen.append(grad))
        (x * 3).backward()
        print(seen)
    """,
    "a function's names are looked up when it is called": """
        - scale = 2
        def f(x):
            return scale * x
        scale = 3
        print(f(1))
    """,
    "a function that changes what it is given": """
        import torch
        def fill(t):
            t.fill_(1.0)
        x = torch.zeros(2)
        fill(x)
        print(x)
    """,
    "a function that counts its calls": """
        calls = 0
        def f(x):
            global calls
            calls += 1
            return x
        f(1)
        - g = 3
        print(calls)
    """,
    "random numbers from the last seed on": """
        import torch
        - torch.manual_seed(1)
        - a = torch.randn(2)
        torch.manual_seed(0)
        b = torch.randn(2)
        layer = torch.nn.Linear(2, 1)
        - c = b + 1
        print(torch.rand(1))
    """,
    "without random numbers no seed": """
        import torch
        - torch.manual_seed(0)
        - a = torch.randn(2)
        print(torch.ones(2))
    """,
    "settings of the whole process": """
        import torch
        torch.set_default_dtype(torch.float64)
        - x = torch.ones(2)
        print(torch.zeros(2))
    """,
    "a mode that ends with its block": """
        import torch
        x = torch.ones(2, requires_grad=True)
        with torch.no_grad():
            y = x * 2
        - with torch.no_grad():
        -     z = x * 3
        print(y)
    """,
    "a loop that reads what it binds": """
        x = 8
        for _ in range(2):
            x = x / 2
        - for other in range(2):
        -     pass
        print(x)
    """,
    "an iterator that somebody has read from": """
        numbers = iter([1, 2, 3])
        first = next(numbers)
        print(next(numbers))
    """,
    "who watches what becomes of values needs all lines": """
        import weakref
        import torch
        x = torch.ones(2)
        y = x
        watch = weakref.ref(x)
        del x
        z = 1
        print(watch() is None)
    """,
    "attributes of a module of torch": """
        import torch
        - before = torch.Tensor.__repr__
        torch.Tensor.__repr__ = lambda self: "a tensor"
        - x = 1
        print(torch.ones(2))
    """,
    "annotations are read": """
        from torch import Tensor
        def f(x: Tensor) -> Tensor:
            return x
        print(f(1))
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_last_statement_takes_what_it_needs_and_no_more(name: str) -> None:
    rows = [row.removeprefix("        ") for row in PROGRAMS[name].strip("\n").split("\n")][:-1]
    program = "\n".join(row.removeprefix("- ") for row in rows)
    left = {number for number, row in enumerate(rows, 1) if row.startswith("- ")}
    statements, flow = ast.parse(program).body, Flow()
    for statement in statements:
        flow.add(statement)
    last = len(statements) - 1
    needed = [statements[n] for n in flow.needed([last])] + [statements[last]]
    taken = {row for each in needed for row in range(each.lineno, each.end_lineno + 1)}
    assert sorted(taken) == sorted(set(range(1, len(rows) + 1)) - left)

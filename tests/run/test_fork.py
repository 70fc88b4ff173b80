"""What the fork server imports ahead, as far as the words of programs tell."""

from __future__ import annotations

import pytest

from gradbook import EXPORTS
from gradbook.run.fork import slow_imports


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import torch", set()),
        ("import matplotlib.pyplot as plt", {"matplotlib.pyplot"}),
        ("from torch import optim", {"torch._dynamo"}),
        ("step = torch.optim.SGD([x], lr=1)", {"torch._dynamo"}),
        ("from gradbook import draw", {"igraph"}),
        ("    from gradbook import row, draw as show", {"igraph"}),
        ("from gradbook import (\n    derivative,\n    draw,\n)\n", {"igraph", "gradbook.claims"}),
        ("from gradbook import row\ndraw = vjp = 1", set()),
        ("from torch.func import vjp, jacobian, hessian", set()),
    ],
)
def test_what_a_program_will_import_slowly(code: str, modules: set[str]) -> None:
    assert slow_imports(code) == modules


@pytest.mark.parametrize("name", EXPORTS)
def test_each_name_that_takes_long_is_seen_where_it_is_imported(name: str) -> None:
    assert slow_imports(f"from gradbook import {name}") == {EXPORTS[name].ahead} - {""}

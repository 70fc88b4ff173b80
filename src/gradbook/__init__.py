"""Gradbook: PyTorch autograd, taught by pages whose every output is executed and compared."""

from importlib import import_module
from typing import Any

# What pages and notebooks import from gradbook, and the module that has it. It is loaded on first
# use, so that `import gradbook` takes no time and needs neither torch nor igraph.
CLAIMS = ("derivative", "gradient", "vjp", "jacobian", "hessian", "identity", "WrongClaim")
EXPORTS = {
    "draw": "gradbook.graph.figure",
    "row": "gradbook.graph.row",
    "winner": "gradbook.verdict",
    **dict.fromkeys(CLAIMS, "gradbook.claims"),
    "load_ipython_extension": "gradbook.graph.recorder",
}


def __getattr__(name: str) -> Any:
    if name not in EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(EXPORTS[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *EXPORTS])

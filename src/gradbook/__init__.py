"""Gradbook: PyTorch autograd, taught by pages whose every output is executed and compared."""

from importlib import import_module
from typing import Any, NamedTuple


class Export(NamedTuple):
    """Where a name is, and what the engine has to know of it: nothing else in the engine knows it by name."""

    module: str
    ahead: str = ""  # a module that takes long to import and comes with it: imported once for all programs
    shows: str = ""  # what its result is on a page: a "picture" or a "formula"
    records: bool = False  # it shows values that no name holds: a program that calls it notes them


FORMULA = Export("gradbook.claims", ahead="gradbook.claims", shows="formula")
# What pages and notebooks import from gradbook. It is loaded on first use, so that `import gradbook`
# takes no time and needs neither torch nor igraph.
EXPORTS = {
    "draw": Export("gradbook.graph.figure", ahead="igraph", shows="picture", records=True),
    "row": Export("gradbook.graph.row", shows="picture"),
    "winner": Export("gradbook.verdict"),
    "derivative": FORMULA,
    "gradient": FORMULA,
    "vjp": FORMULA,
    "jacobian": FORMULA,
    "hessian": FORMULA,
    "identity": FORMULA,
    "WrongClaim": Export("gradbook.claims"),
    "load_ipython_extension": Export("gradbook.graph.recorder"),
}


def __getattr__(name: str) -> Any:
    if name not in EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(EXPORTS[name].module), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *EXPORTS])

"""Gradbook: PyTorch autograd, taught by pages whose every output is executed and compared."""

from importlib import import_module
from typing import Any, NamedTuple


class Export(NamedTuple):
    """Where a name is, and what the engine has to know of it: no other module knows it by name.

    `ahead` is a module that takes long to import and comes with it: the fork server imports it once for all
    programs. `shows` is what a call of it puts on a page: a "picture", "table", "formula" or "slider". A program that
    calls one that `records` notes the values of its expressions, also of those that no name holds.
    """

    module: str
    ahead: str = ""
    shows: str = ""
    records: bool = False


FORMULA = Export("gradbook.claims", ahead="gradbook.claims", shows="formula")
# What pages and notebooks import from gradbook. It is loaded on first use, so that `import gradbook`
# takes no time and needs neither torch nor igraph.
EXPORTS = {
    "draw": Export("gradbook.graph.figure", ahead="igraph", shows="picture", records=True),
    "row": Export("gradbook.graph.row", shows="picture"),
    "operators": Export("gradbook.atlas", ahead="gradbook.atlas", shows="table"),
    "left_out": Export("gradbook.atlas", ahead="gradbook.atlas", shows="table"),
    "slider": Export("gradbook.plots.slider", shows="slider"),
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

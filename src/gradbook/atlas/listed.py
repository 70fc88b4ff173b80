"""torch's own list of operators, with sample inputs: a private module, of which nothing is taken for granted.

Importing it takes two seconds and changes torch: what it changed is put back, so that a process from which the
programs of other pages are forked can import it, too.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

import torch

from gradbook.atlas.groups import GROUPS, group


def _list() -> list[Any]:
    variables, path, filters = dict(os.environ), [*sys.path], [*warnings.filters]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from torch.testing._internal.common_methods_invocations import op_db
    finally:
        os.environ.clear()
        os.environ.update(variables)
        sys.path[:] = path
        warnings.filters[:] = filters
        # It forbids to set the flags of torch.backends, for the sake of its own tests.
        torch.backends.__allow_nonbracketed_mutation_flag = True
    return op_db


OPERATORS = {op.formatted_name: op for op in _list()}


def differentiable() -> dict[str, Any]:
    """The operators that the list calls differentiable, and that take float64 on the CPU."""
    return {name: op for name, op in OPERATORS.items() if why_left_out(op) is None}


def why_left_out(op: Any) -> str | None:
    """Why an operator has no entry, as the list has it."""
    if not op.supports_autograd:
        return "the list calls it not differentiable"
    if torch.float64 not in op.dtypes:
        known = sorted(str(dtype).removeprefix("torch.") for dtype in op.dtypes)
        return f"no float64 on the CPU, only {', '.join(known) or 'other devices'}"
    return None


def of_group(name: str) -> dict[str, Any]:
    """The differentiable operators of a group, in its order."""
    known = differentiable()
    names = GROUPS.get(name) or [operator for operator in known if group(operator) == name]
    return {operator: known[operator] for operator in names if operator in known}


def calls(op: Any) -> list[str]:
    """How programs call it: torch.sum, Tensor.sum; F.relu, torch.nn.functional.relu."""
    found = []
    for name in dict.fromkeys([op.name, *(alias.name for alias in op.aliases)]):
        if name.startswith("torch."):
            return [name]
        if name.startswith("nn.functional."):
            found += [name.replace("nn.functional.", "F."), f"torch.{name}"]
            continue
        if callable(_found(torch, name)):
            found.append(f"torch.{name}")
        if _found(torch.Tensor, name) is not None:
            found.append(f"Tensor.{name}")
    return found or [op.name]


def _found(thing: Any, path: str) -> Any:
    for name in path.split("."):
        thing = getattr(thing, name, None)
    return thing

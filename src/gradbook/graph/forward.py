"""What is known of the forward pass: nodes keep neither their outputs nor all of their operands,
so both are taken from where they are still to be found; numbers that are nowhere are computed from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gradbook.graph.formulas import FORMULAS, Argument, Formula, formula, op_name
from gradbook.graph.recorder import Constant, recorded
from gradbook.graph.saved import attribute, saved_tensors
from gradbook.graph.snapshot import snapshot
from gradbook.graph.walk import Walk, dtype, is_custom, is_leaf_node, shape

ALONG_THE_FIRST = ("Cat", "Stack", "Unbind", "Split", "UnsafeSplit", "SplitWithSizes")


@dataclass(frozen=True)
class Forward:
    """Values by (node, output), and the places of what has changed since: of leaves, since they were used,
    and of results, since they were computed, by a write that was not recorded."""

    values: dict[tuple[int, int], Any]
    changed: frozenset[int]
    overwritten: frozenset[int]


def forward(walk: Walk, named: Iterable[Any]) -> Forward:
    """The values that something holds, notes of the recorder, saved tensors and `named` ones, and numbers
    that follow from them."""
    values: dict[tuple[int, int], Any] = {}
    for place, node in enumerate(walk.nodes):
        held = {0: node.variable.detach()} if is_leaf_node(node) else recorded(node).values
        values.update({(place, output): value for output, value in held.items()})
    used = _used(walk)
    changed = {place for place, leaf in used.items() if _shown(leaf) != _shown(values[place, 0])}
    values.update({(place, 0): used[place] for place in changed})
    overwritten = set()
    saved = [one.tensor for node in walk.nodes for one in saved_tensors(node)]
    for tensor in (*saved, *named):
        source = None if tensor is None else walk.source(tensor)
        if source is None:
            continue
        computed = values.setdefault(source, tensor.detach())
        if not is_leaf_node(walk.nodes[source[0]]) and _shown(computed) != _shown(tensor.detach()):
            overwritten.add(source[0])
    _compute(walk, values)
    return Forward(values, frozenset(changed), frozenset(overwritten))


def _compute(walk: Walk, values: dict[tuple[int, int], Any]) -> None:
    """Adds numbers that nobody saw, as in a backward pass that was recorded: computed by the node's operation
    from operands that are known."""
    import torch

    with torch.no_grad():
        for place, node in enumerate(walk.nodes):
            if (place, 0) in values or is_leaf_node(node) or shape(node, 0) != ():
                continue
            form = plain_formula(node)
            operation = getattr(torch, form.op, None) if form and form.op else None
            operands = [_operand(walk, place, each, values) for each in form.arguments] if operation else [None]
            if all(_is_number(each) for each in operands):
                found = operation(*operands)
                if f"torch.{dtype(node, 0)}" == str(found.dtype):
                    values[place, 0] = found


def _operand(walk: Walk, place: int, argument: Argument, values: dict[tuple[int, int], Any]) -> Any:
    """What an operation was given: what it saved, which would tell of a write, or what its source has computed."""
    content, _ = constant(walk.nodes[place], argument)
    wire = next((each for each in walk.inputs[place] if each.slot == argument.slot), None)
    if content is not None or wire is None:
        return content
    leaf = getattr(walk.nodes[wire.source], "variable", None)
    return None if leaf is not None and leaf._version else values.get((wire.source, wire.output))


def _is_number(operand: Any) -> bool:
    return isinstance(operand, int | float | complex) or (operand is not None and operand.dim() == 0)


def _used(walk: Walk) -> dict[int, Any]:
    """Leaves as the first operation that used them found them, where the recorder saw it."""
    used: dict[int, Any] = {}
    for node, wires in zip(walk.nodes, walk.inputs, strict=True):
        leaves = {} if is_leaf_node(node) else recorded(node).leaves
        for wire in wires:
            if wire.slot in leaves:
                used.setdefault(wire.source, leaves[wire.slot])
    return used


def constant(node: Any, argument: Argument) -> tuple[Any, Any]:
    """The value of an operand that did not come along a wire, and the tensor that it was, if that
    is still there; both None if neither the node nor the recorder has it."""
    kept = {one.name: one.tensor for one in saved_tensors(node)}
    found = kept.get(argument.saved)
    if found is not None:
        return found.detach(), found
    if argument.saved and (number := attribute(node, argument.saved)) is not None:
        return number, None
    noted = recorded(node).constant
    if not isinstance(noted, Constant):
        return noted, None
    tensor = noted.alive()
    return tensor if noted.copy is None else noted.copy, tensor


def plain_formula(node: Any) -> Formula | None:
    """The formula of a node, unless a factor or a rounding mode makes it another operation."""
    factors = [attribute(node, name) for name in ("alpha", "beta")]
    plain = all(factor in (None, 1) for factor in factors)
    if is_custom(node) or not plain or attribute(node, "rounding_mode") is not None:
        return None
    return FORMULAS["T"] if _transposes(node) else formula(node.name())


def _transposes(node: Any) -> bool:
    """Whether a node exchanges the last two dimensions, as `x.mT` does, and moves no other."""
    rank = len(shape(node, 0))
    order = list(range(rank))
    swapped = [attribute(node, name) for name in ("dim0", "dim1")]
    if "TransposeBackward" in node.name() and None not in swapped and rank > 1:
        first, second = (dim % rank for dim in swapped)
        order[first], order[second] = second, first
    elif "PermuteBackward" in node.name():
        order = [dim % rank for dim in attribute(node, "dims") or order]
    return rank > 1 and order == [*range(rank - 2), rank - 1, rank - 2]


def arguments(node: Any) -> str:
    """The plain arguments of an operation as they stand in its call, each after a comma, and a rest
    where the node has saved something that is not written: ", dim=1"."""
    name = op_name(node.name())
    dim = attribute(node, "dim")
    if name == "ToCopy":
        return f", {dtype(node, 0)}"
    if name == "Select":
        return ":, " * (dim % (len(shape(node, 0)) + 1)) + str(attribute(node, "index"))
    if name == "Permute":
        return f", {attribute(node, 'dims')}"
    if name == "Transpose":
        return f", {attribute(node, 'dim0')}, {attribute(node, 'dim1')}"
    names = ("dim", "keepdim", "alpha", "beta", "rounding_mode")
    written = {name: attribute(node, name) for name in names}
    if isinstance(dim, tuple) and len(dim) == 1:
        written["dim"] = dim[0]
    plain = {"keepdim": False, "alpha": 1, "beta": 1}
    if name in ALONG_THE_FIRST:
        plain["dim"] = 0
    known = {k: v for k, v in written.items() if v is not None and plain.get(k) != v}
    return "".join(f", {key}={value!r}" for key, value in known.items())


def _shown(tensor: Any) -> str:
    return repr(snapshot(tensor))

"""The value of every node's output: nodes do not keep it, so it is taken from where it is still
to be found, or computed again by the same operation from values that are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradbook.graph.again import MOST_ENTRIES, compute, plainly
from gradbook.graph.formulas import Argument
from gradbook.graph.recorder import recorded
from gradbook.graph.saved import attribute, saved_tensors
from gradbook.graph.walk import Walk, Wire, history, is_leaf_node

Key = tuple[int, int]  # node and output


@dataclass(frozen=True)
class Given:
    """One argument of an operation: the wire it came along, or else the constant."""

    wire: Wire | None = None
    tensor: Any = None
    number: Any = None
    name: str = ""


@dataclass
class Forward:
    """Values by (node, output), the arguments of each node, and whether a leaf has changed since
    (`stale`) or may have changed, so that some values are left out (`doubt`)."""

    values: dict[Key, Any]
    arguments: list[list[Given]]
    stale: bool = False
    doubt: bool = False


def forward(walk: Walk, named: dict[str, Any]) -> Forward:
    """All that can be known of the forward pass; `named` are the tensors that variables hold."""
    import torch

    constants = {name: t for name, t in named.items() if history(t) is None and not t.requires_grad}
    arguments = [_arguments(walk, place, constants) for place in range(len(walk.nodes))]
    values = held(walk, named)
    result = Forward(dict(values), [list(given) for given in arguments])
    doubtful = _doubtful(walk)
    with torch.no_grad():
        for place, node in enumerate(walk.nodes):
            given = result.arguments[place]
            doubt = any(one.wire and one.wire.source in doubtful for one in given)
            operands = [_known(one, result.values) for one in given]
            missing = operands.index(None) if len(given) == 2 and operands.count(None) == 1 else -1
            if missing >= 0 and given[missing].wire is None and (place, 0) in result.values:
                given[missing] = _term(node, operands, result.values[place, 0], constants, doubt)
                operands[missing] = _known(given[missing], {})
            value = compute(node, operands)
            if value is None:
                continue
            if (place, 0) not in result.values:
                result.values[place, 0] = value
                doubtful |= {place} if doubt else set()
            elif not _agree(result.values[place, 0], value):
                return Forward(values, arguments, stale=True)
            elif doubt:
                _trust(walk, place, doubtful)
    computed = [place for place in doubtful if not is_leaf_node(walk.nodes[place])]
    for place in computed:
        del result.values[place, 0]
    result.doubt = bool(computed)
    return result


def _doubtful(walk: Walk) -> set[int]:
    """Leaves that were written to and may have changed since they were used. One that a node
    saved has not: torch compares the versions. What is computed from the others counts only if
    it leads to a value that was kept."""
    written = {
        place
        for place, node in enumerate(walk.nodes)
        if is_leaf_node(node) and not node.variable.is_inference() and node.variable._version
    }
    kept = {
        walk.source(one.tensor)
        for node in walk.nodes
        for one in saved_tensors(node)
        if one.tensor is not None
    }
    return {place for place in written if (place, 0) not in kept}


def _trust(walk: Walk, place: int, doubtful: set[int]) -> None:
    """Everything that a confirmed value was computed from is confirmed too."""
    waiting = [place]
    while waiting:
        for wire in walk.inputs[waiting.pop()]:
            if wire.source in doubtful:
                doubtful.remove(wire.source)
                waiting.append(wire.source)


def held(walk: Walk, named: dict[str, Any]) -> dict[Key, Any]:
    """Values that something still holds: notes of the recorder, saved tensors, variables."""
    values: dict[Key, Any] = {}
    for place, node in enumerate(walk.nodes):
        if is_leaf_node(node):
            values[place, 0] = node.variable.detach()
        else:
            values.update({(place, output): value for output, value in recorded(node).items()})
    saved = (
        one.tensor for node in walk.nodes for one in saved_tensors(node) if one.tensor is not None
    )
    for tensor in (*saved, *named.values()):
        if history(tensor) is not None and (source := walk.source(tensor)):
            values.setdefault(source, tensor.detach())
    return values


def _agree(left: Any, right: Any) -> bool:
    import torch

    if left.shape != right.shape or left.is_meta:
        return left.is_meta
    return torch.allclose(left, right, rtol=1e-3, atol=1e-6, equal_nan=True)


def _arguments(walk: Walk, place: int, constants: dict[str, Any]) -> list[Given]:
    """The arguments of a node in the order in which its notation writes them."""
    node = walk.nodes[place]
    wires = {wire.slot: wire for wire in walk.inputs[place]}
    form = None if is_leaf_node(node) else plainly(node)
    if form is None or not form.notation:
        return [Given(wire) for wire in wires.values()]
    kept = {one.name: one.tensor for one in saved_tensors(node)}
    return [
        Given(wires[argument.slot])
        if argument.slot in wires
        else _constant(node, argument, kept, constants)
        for argument in form.arguments
    ]


def _constant(
    node: Any, argument: Argument, kept: dict[str, Any], constants: dict[str, Any]
) -> Given:
    tensor = kept.get(argument.saved)
    if tensor is None:
        return Given(number=attribute(node, argument.saved) if argument.saved else None)
    name = next((name for name, t in constants.items() if t is tensor), "")
    if tensor.dim() == 0 and not name and not tensor.is_meta:
        return Given(number=tensor.item())
    return Given(tensor=tensor.detach(), name=name)


def _known(given: Given, values: dict[Key, Any]) -> Any:
    """The tensor or number of an argument, if it is known and small."""
    found = values.get((given.wire.source, given.wire.output)) if given.wire else given.tensor
    found = given.number if found is None else found
    return None if hasattr(found, "numel") and found.numel() > MOST_ENTRIES else found


def _term(
    node: Any, operands: list[Any], result: Any, constants: dict[str, Any], doubt: bool
) -> Given:
    """The constant term of a sum, which is not saved: the named tensor, or else the shortest
    number, that gives exactly the result. With a doubtful operand no number is looked for."""
    import torch

    missing = operands.index(None)
    rest = operands[1 - missing]
    op = node.name().rpartition("Backward")[0]
    if (
        op not in ("Add", "Sub", "Rsub")
        or not result.numel()
        or result.is_complex()
        or result.is_meta
    ):
        return Given()

    def explains(constant: Any) -> bool:
        value = compute(node, [constant, rest] if missing == 0 else [rest, constant])
        return value is not None and value.shape == result.shape and torch.equal(value, result)

    for name, tensor in constants.items():
        if tensor.numel() <= MOST_ENTRIES and explains(tensor):
            return Given(tensor=tensor.detach(), name=name)
    if doubt:
        return Given()
    left = result - rest if op == "Add" else result + rest if missing == 0 else rest - result
    for digits in range(1, 7):
        number = float(f"{left.flatten()[0].item():.{digits}g}")
        number = int(number) if number.is_integer() else number
        if explains(number):
            return Given(number=number)
    return Given()

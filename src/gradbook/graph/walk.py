"""Walks from live tensors through next_functions and finds the names of what it meets.
Reads attributes of tensors and nodes, and computes nothing."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_NODES = 50_000
CELLS = ("In", "Out")  # where IPython keeps what cells said
ACCUMULATE = "torch::autograd::AccumulateGrad"


@dataclass(frozen=True)
class Wire:
    """One entry of a node's next_functions."""

    source: int
    output: int
    target: int
    slot: int


@dataclass
class Walk:
    """The nodes that the roots reach, in the order of execution, and the wires between them."""

    nodes: list[Any] = field(default_factory=list)
    inputs: list[list[Wire]] = field(default_factory=list)  # the wires into each node, by slot
    place: dict[Any, int] = field(default_factory=dict)
    leaves: dict[int, tuple[int, int]] = field(default_factory=dict)

    def source(self, tensor: Any) -> tuple[int, int] | None:
        """The node and output that a tensor came from, if it belongs to this graph."""
        node = history(tensor)
        if node is not None:
            return (self.place[node], tensor.output_nr) if node in self.place else None
        return self.leaves.get(id(tensor))


def is_leaf_node(node: Any) -> bool:
    return node.name() == ACCUMULATE


def is_custom(node: Any) -> bool:
    """Whether the node runs Python code of its author."""
    return not callable(node)


def shape(node: Any, output: int) -> tuple[int, ...]:
    """The shape of a node's output; a nested tensor has none."""
    about = node._input_metadata[output]
    return () if about.is_nested_tensor else tuple(about.shape)


def history(tensor: Any) -> Any:
    """The tensor's grad_fn, or None; some views refuse to tell theirs."""
    try:
        return tensor.grad_fn
    except RuntimeError:
        return None


def walk(roots: Iterable[Any]) -> Walk:
    """Everything that next_functions reaches from these nodes.

    Raises ValueError for a graph of more than MOST_NODES nodes.
    """
    found: dict[Any, tuple[tuple[Any, int], ...]] = {}
    waiting = [node for node in roots if node is not None]
    while waiting:
        node = waiting.pop()
        if node in found:
            continue
        found[node] = tuple(node.next_functions)
        if len(found) > MOST_NODES:
            raise ValueError(
                f"This graph has more than {MOST_NODES:,} nodes; draw a part of it, for example "
                "draw(h) for a tensor h nearer to the inputs."
            )
        waiting.extend(child for child, _ in reversed(found[node]) if child is not None)
    result = Walk()
    for node in _order(found):
        result.place[node] = len(result.nodes)
        result.nodes.append(node)
        if is_leaf_node(node):
            result.leaves[id(node.variable)] = (result.place[node], 0)
    for place, node in enumerate(result.nodes):
        wires = enumerate(found[node])
        result.inputs.append(
            [
                Wire(result.place[c], output, place, slot)
                for slot, (c, output) in wires
                if c is not None
            ]
        )
    return result


def _order(found: Mapping[Any, tuple[tuple[Any, int], ...]]) -> Iterator[Any]:
    """Inputs before the operations that use them, otherwise as the program ran: the sequence
    numbers say; a leaf comes just before its first use."""
    users: dict[Any, list[Any]] = {}
    missing: dict[Any, int] = {}
    for node, children in found.items():
        inputs = [child for child, _ in children if child is not None and not is_leaf_node(child)]
        missing[node] = len(inputs)
        for child in inputs:
            users.setdefault(child, []).append(node)
    discovered = {node: number for number, node in enumerate(found)}
    ready = [
        _rank(node, discovered) for node in found if not missing[node] and not is_leaf_node(node)
    ]
    heapq.heapify(ready)
    nodes = list(found)
    shown: set[Any] = set()
    while ready:
        node = nodes[heapq.heappop(ready)[1]]
        for child, _ in found[node]:
            if child is not None and is_leaf_node(child) and child not in shown:
                shown.add(child)
                yield child
        yield node
        for user in users.get(node, ()):
            missing[user] -= 1
            if not missing[user]:
                heapq.heappush(ready, _rank(user, discovered))
    yield from (node for node in nodes if is_leaf_node(node) and node not in shown)


def _rank(node: Any, discovered: Mapping[Any, int]) -> tuple[int, int]:
    return node._sequence_nr(), discovered[node]


def tensors(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Named tensors of a program: variables, entries of lists and dicts, parameters of modules."""
    import torch

    things = [
        (name, thing) for name, thing in namespace.items() if name not in CELLS and name[:1] != "_"
    ]
    yield from ((name, thing) for name, thing in things if isinstance(thing, torch.Tensor))
    for name, thing in things:
        if isinstance(thing, torch.nn.Module):
            yield from ((f"{name}.{part}", p) for part, p in thing.named_parameters())
        elif isinstance(thing, list | tuple) and len(thing) <= 32:
            yield from (
                (f"{name}[{i}]", t) for i, t in enumerate(thing) if isinstance(t, torch.Tensor)
            )
        elif isinstance(thing, dict) and len(thing) <= 32:
            yield from (
                (f"{name}[{k!r}]", t) for k, t in thing.items() if isinstance(t, torch.Tensor)
            )

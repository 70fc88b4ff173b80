"""Walks from live tensors through next_functions and finds the names of what it meets.
Reads attributes of tensors and nodes, and computes nothing."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

MOST_NODES = 50_000
MOST_ENTRIES = 32  # of a list or a dict whose tensors are looked at
CELLS = ("In", "Out")  # where IPython keeps what cells said
ACCUMULATE = "torch::autograd::AccumulateGrad"
Found = dict[Any, tuple[tuple[Any, int], ...]]  # nodes and their next_functions


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


def dtype(node: Any, output: int) -> str:
    """The dtype of a node's output, such as float32."""
    return str(node._input_metadata[output].dtype).removeprefix("torch.")


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
    found = _reached(roots)
    result = Walk()
    for node in _order(found):
        result.place[node] = len(result.nodes)
        result.nodes.append(node)
        if is_leaf_node(node):
            result.leaves[id(node.variable)] = (result.place[node], 0)
    for place, node in enumerate(result.nodes):
        result.inputs.append(
            [
                Wire(result.place[source], output, place, slot)
                for slot, (source, output) in enumerate(found[node])
                if source is not None
            ]
        )
    return result


def _reached(roots: Iterable[Any]) -> Found:
    """All nodes with their next_functions, depth first."""
    found: Found = {}
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
        waiting.extend(reversed(_sources(found, node)))
    return found


def _sources(found: Found, node: Any) -> list[Any]:
    return [source for source, _ in found[node] if source is not None]


def _order(found: Found) -> list[Any]:
    """Inputs before the operations that use them, otherwise as the program ran: the sequence
    numbers say; a leaf comes just before its first use."""
    operations = [node for node in found if not is_leaf_node(node)]
    sorter: TopologicalSorter[Any] = TopologicalSorter()
    for node in operations:
        sorter.add(node, *(each for each in _sources(found, node) if not is_leaf_node(each)))
    sorter.prepare()
    rank = {node: (node._sequence_nr(), number) for number, node in enumerate(operations)}
    ready: list[tuple[int, int]] = []
    order: dict[Any, None] = {}
    while sorter.is_active():
        for node in sorter.get_ready():
            heapq.heappush(ready, rank[node])
        node = operations[heapq.heappop(ready)[1]]
        order.update(dict.fromkeys([*_sources(found, node), node]))
        sorter.done(node)
    return [*order, *(node for node in found if node not in order)]


def tensors(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Named tensors of a program: variables, entries of lists and dicts, parameters of modules."""
    import torch

    things = {
        name: thing for name, thing in namespace.items() if name not in CELLS and name[:1] != "_"
    }
    yield from _only_tensors(things.items())
    for name, thing in things.items():
        if isinstance(thing, torch.nn.Module):
            yield from ((f"{name}.{part}", p) for part, p in thing.named_parameters())
        elif isinstance(thing, list | tuple | dict) and len(thing) <= MOST_ENTRIES:
            entries = thing.items() if isinstance(thing, dict) else enumerate(thing)
            yield from _only_tensors((f"{name}[{key!r}]", entry) for key, entry in entries)


def _only_tensors(named: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    import torch

    return ((name, thing) for name, thing in named if isinstance(thing, torch.Tensor))

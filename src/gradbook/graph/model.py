"""The graph of a computation as plain data: nodes, edges, values and gradients.
Knows neither torch nor pictures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from gradbook.graph.formulas import op_name
from gradbook.graph.numerals import Number

LOST = {  # what stands in place of a saved tensor that cannot be had
    "freed": "saved, now freed",
    "changed": "saved, since changed",
    "hooked": "packed by a hook",
}


@dataclass(frozen=True)
class Value:
    """A tensor as a picture needs it: its numbers if they are few, always its shape and dtype."""

    shape: tuple[int, ...]
    dtype: str
    numbers: Any = None  # a number, nested lists of numbers, or None for a large tensor

    @property
    def number(self) -> Number | None:
        """The number of a tensor that has one entry and no dimension, else None."""
        return None if isinstance(self.numbers, list) else self.numbers


@dataclass(frozen=True)
class Operand:
    """One argument of an operation: the edge it comes along, or the number that was written."""

    edge: int | None = None
    number: Number | None = None


@dataclass(frozen=True)
class Node:
    """One node: an operation, a leaf, a constant, or several operations folded into one."""

    id: int
    kind: str  # "operation", "leaf", "constant" or "fold"
    op: str  # the name of its grad_fn, such as MulBackward0
    text: str = ""  # the operation in mathematical notation
    names: tuple[str, ...] = ("",)  # the variables that hold the outputs
    values: tuple[Value, ...] = ()  # one for each output
    gradients: tuple[Value | None, ...] = (None,)
    saves: tuple[str, ...] = ()
    accumulated: Value | None = None  # .grad of a leaf
    turn: int | None = None  # its place in the engine's order of the backward pass
    operands: tuple[Operand, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)
    note: str = ""  # one sentence about something special
    inside: tuple[str, ...] = ()  # the grad_fn names of folded nodes

    @property
    def name(self) -> str:
        """The variable that holds the result, if there is but one result."""
        return self.names[0] if len(self.names) == 1 else ""

    @property
    def kept(self) -> list[str]:
        """The names of what it saved and still has."""
        return [name for name in self.saves if name not in LOST]

    @property
    def value(self) -> Value:
        return self.values[0]

    @property
    def gradient(self) -> Value | None:
        return self.gradients[0]

    @property
    def label(self) -> str:
        """What a sentence calls this node."""
        return self.name or self.text

    def called(self, output: int) -> str:
        """What a sentence calls one of its outputs."""
        if len(self.names) == 1:
            return self.label
        return self.names[output] or f"{self.text}[{output}]"


@dataclass(frozen=True)
class Edge:
    """One use of a node's output by an operation; the gradient flows along it the other way."""

    id: int
    source: int
    target: int
    slot: int  # the place in the target's next_functions
    output: int = 0
    local: Number | None = None  # the derivative of the target by the source, if both are scalars
    symbol: str = ""  # that derivative in mathematical notation
    how: str = ""  # what happens to a tensor's gradient on this edge
    flow: Value | None = None  # the gradient that arrives at the source along this edge
    cut: bool = False  # no gradient passes


@dataclass(frozen=True)
class Root:
    """An output that the picture starts from."""

    node: int
    output: int = 0
    name: str = ""
    seed: Value | None = None  # the gradient that the backward pass starts with


@dataclass(frozen=True)
class Graph:
    """Nodes in the order of execution, edges, and the outputs they lead to."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    roots: tuple[Root, ...]
    notes: tuple[str, ...] = ()

    def inputs(self, node: int) -> list[Edge]:
        """The edges into an operation, in the order of its arguments."""
        return [edge for edge in self.edges if edge.target == node]

    def uses(self, node: int) -> list[Edge]:
        """The edges out of a node, in the order in which gradients come back along them."""
        turns = {n.id: n.turn for n in self.nodes}
        uses = [edge for edge in self.edges if edge.source == node]
        return sorted(uses, key=lambda edge: (turns[edge.target] or 0, edge.slot))

    def count(self) -> Counter[str]:
        """How many nodes of each kind autograd recorded: Counter(Add=4, Mul=3, ...)."""
        names = [name for node in self.nodes for name in node.inside or (node.op,) if name]
        return Counter(op_name(name) for name in names)

    def paths(self, leaf: int) -> int:
        """How many ways lead from the outputs to this node."""
        ways: Counter[int] = Counter(root.node for root in self.roots)
        inputs: dict[int, list[int]] = {}
        for edge in self.edges:
            if not edge.cut:
                inputs.setdefault(edge.target, []).append(edge.source)
        for node in reversed(self.nodes):
            for source in inputs.get(node.id, ()):
                ways[source] += ways[node.id]
        return ways[leaf]

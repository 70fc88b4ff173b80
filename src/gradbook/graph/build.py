"""Builds nodes and edges of a Graph from a walk, its values and its gradients."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from gradbook.graph.again import plainly
from gradbook.graph.backward import Backward, slopes
from gradbook.graph.formulas import ATOM, Formula
from gradbook.graph.forward import Forward, Given
from gradbook.graph.model import Edge, Graph, Node, Operand, Root, Value
from gradbook.graph.notation import REST, Text, derivative, movement, write
from gradbook.graph.numerals import numeral
from gradbook.graph.saved import attribute, saved_tensors
from gradbook.graph.snapshot import snapshot
from gradbook.graph.walk import Walk, Wire, is_leaf_node, shape

MOST_SLOPES = 500  # nodes of a graph whose local derivatives are worth a second call
ATTRIBUTES = ("dim", "keepdim", "alpha", "beta", "index", "dim0", "dim1", "dims")


class Build:
    """One graph in the making: what was found on one side, nodes and edges on the other."""

    def __init__(
        self, found: Walk, names: Mapping[str, Any], values: Forward, passed: Backward
    ) -> None:
        self.walk, self.names, self.forward, self.backward = found, names, values, passed
        self.nodes: list[Node] = []
        self.texts: list[list[Text]] = []  # what an expression calls each output of each node
        self.edges: list[Edge] = []
        self.nameless = 0
        self.variables = {id(tensor): name for name, tensor in reversed(names.items())}
        self.ids: dict[int, int] = {}  # by place in the walk
        self.others: dict[int, int] = {}  # leaves and constants outside the walk, by id()
        self.called = {
            source: name for name, t in reversed(names.items()) if (source := found.source(t))
        }
        self.slopes = slopes(found) if passed.turns and len(found.nodes) <= MOST_SLOPES else {}

    def graph(self, roots: Sequence[Any], seeds: Mapping[tuple[int, int], Any]) -> Graph:
        """The graph of everything that was walked, and of roots that have no history."""
        for place, node in enumerate(self.walk.nodes):
            self.ids[place] = (
                self.leaf(node.variable, place) if is_leaf_node(node) else self.operation(place)
            )
        ends = []
        for root in roots:
            source = self.walk.source(root)
            place, output = source or (None, 0)
            identity = self.lone(root) if place is None else self.ids[place]
            seed = snapshot(seeds[source]) if source in seeds else None
            ends.append(Root(identity, output, self.name(root), seed))
        return Graph(tuple(self.nodes), tuple(self.edges), tuple(ends))

    def add(self, node: Node, rank: int = ATOM) -> int:
        """Adds a node; `rank` is that of its notation."""
        self.nodes.append(node)
        called = [node.called(output) for output in range(len(node.values))]
        tensor = [value is not None and value.shape != () for value in node.values]
        ranks = [ATOM if name else rank for name in node.names]
        self.texts.append([Text(*each) for each in zip(called, ranks, tensor, strict=True)])
        return node.id

    def lone(self, tensor: Any) -> int:
        """A root without history: a leaf that was not used yet, or a tensor that is not tracked."""
        return (
            self.leaf(tensor, None)
            if tensor.requires_grad
            else self.constant(tensor, self.name(tensor))
        )

    def name(self, tensor: Any) -> str:
        return self.variables.get(id(tensor), "")

    def leaf(self, tensor: Any, place: int | None) -> int:
        name = self.name(tensor)
        self.nameless += not name
        text = name or f"leaf {self.nameless}"
        node = Node(
            id=len(self.nodes),
            kind="leaf",
            op="" if place is None else "AccumulateGrad",
            text=text,
            names=(name,),
            values=(snapshot(tensor),),
            gradients=(self.backward.gradients.get((place, 0)),),
            accumulated=None if tensor.grad is None else snapshot(tensor.grad),
            turn=self.backward.turns.get(place),
            note=self.backward.missing.get(place, ""),
        )
        return self.add(node)

    def constant(self, tensor: Any, name: str) -> int:
        key = id(self.names.get(name, tensor))
        if key not in self.others:
            value = snapshot(tensor)
            text = name or (numeral(value.number) if value.number is not None else "constant")
            tracked = (
                n for n, t in self.names.items() if t.requires_grad and _same_memory(t, tensor)
            )
            origin = next(tracked, None)
            note = f"detached from {origin}" if origin else "not tracked"
            node = Node(len(self.nodes), "constant", "", text, (name,), (value,), note=note)
            self.others[key] = self.add(node)
        return self.others[key]

    def operation(self, place: int) -> int:
        """Adds one operation with its constants and its edges."""
        node = self.walk.nodes[place]
        op = node.name().rpartition("::")[2]
        form = plainly(node)
        given = self.forward.arguments[place]
        constants = {
            n: self.constant(g.tensor, g.name) for n, g in enumerate(given) if g.tensor is not None
        }
        texts = [self.text(one, constants.get(n)) for n, one in enumerate(given)]
        outputs = range(len(node._input_metadata))
        values = tuple(self.value(place, output) for output in outputs)
        index = attribute(node, "index")
        written = write(form, op, texts, "" if index is None else str(index))
        identity = len(self.nodes)
        operands = self.connect(place, identity, given, constants, texts, written)
        names = tuple(self.called.get((place, output), "") for output in outputs)
        kept = self.names.get(names[0])
        retained = (
            kept is not None and kept.requires_grad and not kept.is_leaf and kept.retains_grad
        )
        extra = {
            key: found for key in ATTRIBUTES if (found := attribute(node, key)) not in (None, False)
        }
        extra = {
            key: found
            for key, found in extra.items()
            if (key, found) not in (("alpha", 1), ("beta", 1))
        }
        made = Node(
            id=identity,
            kind="operation",
            op=op,
            text=written.text,
            names=names,
            values=values,
            gradients=tuple(self.backward.gradients.get((place, output)) for output in outputs),
            saves=self.saves(place),
            accumulated=snapshot(kept.grad) if retained and kept.grad is not None else None,
            turn=self.backward.turns.get(place),
            operands=operands,
            attributes=extra,
            note=self.backward.missing.get(place, ""),
        )
        return self.add(made, written.rank)

    def text(self, given: Given, constant: int | None) -> Text:
        """What the notation of an operation writes for one of its arguments."""
        if given.wire:
            return self.texts[self.ids[given.wire.source]][given.wire.output]
        if constant is not None:
            return self.texts[constant][0]
        return Text("…" if given.number is None else numeral(given.number, 6))

    def value(self, place: int, output: int) -> Value | None:
        tensor = self.forward.values.get((place, output))
        if tensor is not None:
            return snapshot(tensor)
        node = self.walk.nodes[place]
        dtype = str(node._input_metadata[output].dtype).removeprefix("torch.")
        return Value(shape(node, output), dtype)

    def connect(
        self,
        place: int,
        target: int,
        given: Sequence[Given],
        constants: Mapping[int, int],
        texts: Sequence[Text],
        written: Text,
    ) -> tuple[Operand, ...]:
        """Adds the edges into an operation and lists its operands."""
        node = self.walk.nodes[place]
        form = plainly(node)
        operands = []
        for number, one in enumerate(given):
            if one.wire is not None:
                operands.append(Operand(self.wire(one.wire, target, form, number, texts, written)))
            elif number in constants:
                self.edges.append(Edge(len(self.edges), constants[number], target, -1, cut=True))
                operands.append(Operand(len(self.edges) - 1))
            else:
                operands.append(Operand(number=one.number))
        listed = [one.wire for one in given]
        for wire in self.walk.inputs[place]:
            if wire not in listed:
                self.wire(wire, target, None, 0, (), written)
        return tuple(operands)

    def wire(
        self,
        wire: Wire,
        target: int,
        form: Formula | None,
        number: int,
        texts: Sequence[Text],
        out: Text,
    ) -> int:
        """Adds one edge that a gradient flows along."""
        into, outof = (
            math.prod(shape(self.walk.nodes[place], output))
            for place, output in ((wire.source, wire.output), (wire.target, 0))
        )
        symbol = derivative(form, number, texts, out, into // max(outof, 1))
        how = movement(form, number, texts, symbol, into // max(outof, 1))
        edge = Edge(
            id=len(self.edges),
            source=self.ids[wire.source],
            target=target,
            slot=wire.slot,
            output=wire.output,
            local=self.slopes.get((wire.target, wire.slot)),
            symbol="" if REST in symbol else symbol,
            how=how + (", summed" if symbol and into < outof else ""),
            flow=self.backward.flows.get((wire.target, wire.slot)),
        )
        self.edges.append(edge)
        return edge.id

    def saves(self, place: int) -> tuple[str, ...]:
        """What a node saved, in the words of the picture; freed things as such."""
        words = []
        for one in saved_tensors(self.walk.nodes[place]):
            words.append(one.missing or self.call(one.tensor, place))
        return tuple(dict.fromkeys(words))

    def call(self, tensor: Any, place: int) -> str:
        """The name of a saved tensor."""
        source = self.walk.source(tensor)
        if source and source[0] == place:
            return "result"
        if source and source[0] in self.ids:
            return self.texts[self.ids[source[0]]][source[1]].text
        if name := self.name(tensor):
            return name
        value = snapshot(tensor)
        return (
            numeral(value.number) if value.number is not None else "×".join(map(str, value.shape))
        )


def _same_memory(left: Any, right: Any) -> bool:
    try:
        return left.untyped_storage().data_ptr() == right.untyped_storage().data_ptr() != 0
    except (RuntimeError, NotImplementedError):
        return False

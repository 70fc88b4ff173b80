"""Builds nodes and edges of a Graph from a walk, its values and its gradients."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from gradbook.graph.backward import Backward, slopes
from gradbook.graph.formulas import ATOM, Formula, op_name
from gradbook.graph.forward import Forward, arguments, constant, plain_formula
from gradbook.graph.model import Edge, Graph, Node, Operand, Root, Value
from gradbook.graph.notation import LONGEST, REST, Text, derivative, movement, snake, write
from gradbook.graph.numerals import Number, numeral
from gradbook.graph.recorder import recorded
from gradbook.graph.saved import attribute, has_more, saved_tensors
from gradbook.graph.snapshot import snapshot
from gradbook.graph.walk import Walk, Wire, dtype, is_custom, is_leaf_node, shape

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
        self.constants: dict[str, int] = {}  # by name
        self.called = {
            source: name for name, t in reversed(names.items()) if (source := found.source(t))
        }
        self.slopes = slopes(found, passed) if passed.turns and len(found.nodes) <= MOST_SLOPES else {}

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
        return self.leaf(tensor, None) if tensor.requires_grad else self.constant(tensor, tensor)

    def name(self, tensor: Any) -> str:
        return self.variables.get(id(tensor), "")

    def leaf(self, tensor: Any, place: int | None) -> int:
        name = self.name(tensor)
        self.nameless += not name
        node = Node(
            id=len(self.nodes),
            kind="leaf",
            op="" if place is None else "AccumulateGrad",
            text=name or f"leaf {self.nameless}",
            names=(name,),
            values=(snapshot(self.forward.values.get((place, 0), tensor)),),
            gradients=(self.backward.gradients.get((place, 0)),),
            accumulated=None if tensor.grad is None else snapshot(tensor.grad),
            turn=self.backward.turns.get(place),
            note=self.backward.missing.get(place, ""),
        )
        return self.add(node)

    def constant(self, content: Any, tensor: Any) -> int:
        """Adds a tensor that is not tracked, a named one but once; `content` is what it was when it
        was used."""
        name = self.name(tensor)
        if name in self.constants:
            return self.constants[name]
        value = snapshot(content)
        text = name or (numeral(value.number) if value.number is not None else "constant")
        tracked = (n for n, t in self.names.items() if t.requires_grad and _same_memory(t, tensor))
        origin = next(tracked, None)
        note = f"detached from {origin}" if origin else "not tracked"
        node = self.add(Node(len(self.nodes), "constant", "", text, (name,), (value,), note=note))
        if name:
            self.constants[name] = node
        return node

    def operation(self, place: int) -> int:
        """Adds one operation with its constants and its edges."""
        node = self.walk.nodes[place]
        op = node.name().rpartition("::")[2]
        form = plain_formula(node)
        inputs = self.inputs(place, form)
        texts = [self.text(each) for each in inputs]
        listed = texts if form and form.notation else self.listed(place, texts)
        name = op_name(op) if is_custom(node) else snake(op)
        view = recorded(node).view or "reshape"
        room = LONGEST + (len(name) + 2) * is_custom(node)
        written = write(form, name, listed, arguments(node), view, room)
        outputs = [(place, output) for output in range(len(node._input_metadata))]
        names = tuple(self.called.get(each, "") for each in outputs)
        made = Node(
            id=len(self.nodes),
            kind="operation",
            op=op,
            text=written.text,
            names=names,
            values=tuple(self.value(*each) for each in outputs),
            gradients=tuple(self.backward.gradients.get(each) for each in outputs),
            saves=self.saves(place),
            accumulated=_retained(self.names.get(names[0])),
            turn=self.backward.turns.get(place),
            attributes=_attributes(node),
            note=self.backward.missing.get(place, ""),
        )
        identity = self.add(made, written.rank)
        operands = self.connect(made, inputs, form, texts, written)
        self.nodes[identity] = replace(made, operands=operands)
        listed = [each.slot for each in inputs if isinstance(each, Edge)]
        others = [wire for wire in self.walk.inputs[place] if wire.slot not in listed]
        self.connect(made, [self.edge(wire) for wire in others], None, [], written)
        return identity

    def inputs(self, place: int, form: Formula | None) -> list[Edge | Number | None]:
        """What an operation was given, in the order in which its notation writes it: edges that
        lead nowhere yet, numbers, and None for what is not known."""
        wires = {wire.slot: wire for wire in self.walk.inputs[place]}
        if form is None or not form.notation:
            return [self.edge(wire) for wire in wires.values()]
        return [
            self.edge(wires[argument.slot])
            if argument.slot in wires
            else self.untracked(*constant(self.walk.nodes[place], argument))
            for argument in form.arguments
        ]

    def untracked(self, content: Any, tensor: Any) -> Edge | Number | None:
        """A constant operand: a number, or an edge from a node of its own."""
        if not hasattr(content, "dim"):
            return content
        if tensor is None or tensor.requires_grad:  # gone, or since written to in place
            tensor = content
        if content.dim() == 0 and not self.name(tensor) and not content.is_meta:
            return content.item()
        return Edge(-1, self.constant(content, tensor), -1, slot=-1, cut=True)

    def edge(self, wire: Wire) -> Edge:
        """An edge that a gradient flows along, from its source; `connect` leads it on."""
        key = (wire.target, wire.slot)
        return Edge(
            id=-1,
            source=self.ids[wire.source],
            target=-1,
            slot=wire.slot,
            output=wire.output,
            local=self.slopes.get(key),
            flow=self.backward.flows.get(key),
        )

    def connect(
        self,
        target: Node,
        inputs: Sequence[Edge | Number | None],
        form: Formula | None,
        texts: list[Text],
        written: Text,
    ) -> tuple[Operand, ...]:
        """Leads edges into an operation, says what happens on each, and lists the operands."""
        operands = []
        for number, each in enumerate(inputs):
            if not isinstance(each, Edge):
                operands.append(Operand(number=each))
                continue
            edge = replace(each, id=len(self.edges), target=target.id)
            if not edge.cut:
                edge = self.described(edge, form, number, texts, written)
            self.edges.append(edge)
            operands.append(Operand(edge.id))
        return tuple(operands)

    def described(
        self, edge: Edge, form: Formula | None, number: int, texts: list[Text], written: Text
    ) -> Edge:
        """The edge with what happens to a gradient on it, in notation and in a word."""
        source, target = self.nodes[edge.source].values[edge.output], self.nodes[edge.target].value
        into, outof = math.prod(source.shape), math.prod(target.shape)
        count = into // max(outof, 1)
        symbol = derivative(form, number, texts, written, count)
        how = movement(form, number, texts, symbol, count)
        summed = ", summed" if symbol and into < outof else ""
        return replace(edge, symbol="" if REST in symbol else symbol, how=how + summed)

    def listed(self, place: int, texts: list[Text]) -> list[Text]:
        """The operands of a call without a formula, with a rest in place of arguments that no
        gradient goes to."""
        node, given = self.walk.nodes[place], iter(texts)
        if is_custom(node):
            tracked = list(node.needs_input_grad)
        else:
            tracked = [source is not None for source, _ in node.next_functions]
            tracked += [False] * has_more(node)
        found: list[Text] = []
        for each, neighbors in groupby(tracked):
            found += [next(given, Text(REST)) for _ in neighbors] if each else [Text(REST)]
        return found

    def text(self, given: Edge | Number | None) -> Text:
        """What the notation of an operation writes for one of its operands."""
        if isinstance(given, Edge):
            return self.texts[given.source][given.output]
        return Text("…" if given is None else numeral(given, 6))

    def value(self, place: int, output: int) -> Value:
        tensor = self.forward.values.get((place, output))
        if tensor is not None:
            return snapshot(tensor)
        node = self.walk.nodes[place]
        return Value(shape(node, output), dtype(node, output))

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


def _retained(tensor: Any) -> Value | None:
    """The .grad that a variable, which is no leaf, asked for."""
    if tensor is None or tensor.is_leaf or not tensor.retains_grad or tensor.grad is None:
        return None
    return snapshot(tensor.grad)


def _attributes(node: Any) -> dict[str, Any]:
    """The plain arguments of an operation, without those that change nothing."""
    found = {name: attribute(node, name) for name in ATTRIBUTES}
    plain = {"alpha": 1, "beta": 1}
    return {
        name: value
        for name, value in found.items()
        if value is not None and value is not False and plain.get(name) != value
    }


def _same_memory(left: Any, right: Any) -> bool:
    try:
        return left.untyped_storage().data_ptr() == right.untyped_storage().data_ptr() != 0
    except (RuntimeError, NotImplementedError):
        return False

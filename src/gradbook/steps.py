"""The steps of a graph, forward in the order of execution and backward in the engine's, each with
one sentence that holds its numbers. Knows a Graph, neither torch nor HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradbook.formulas import formula
from gradbook.graph import Edge, Graph, Node, Value
from gradbook.notation import Text, write
from gradbook.numerals import Number, numeral, rounded


@dataclass(frozen=True)
class Step:
    """What happens at one node: the phase, the edges that are used, and the sentence."""

    phase: str  # "forward" or "backward"
    node: int
    edges: tuple[int, ...]
    sentence: str


def steps(graph: Graph) -> list[Step]:
    """All steps of a graph, in order."""
    found = [Step("forward", node.id, (), _forward(graph, node)) for node in graph.nodes]
    turns = sorted(
        (node for node in graph.nodes if node.turn is not None), key=lambda node: node.turn or 0
    )
    held: dict[tuple[int, int], list[Number | None]] = {}
    for root in graph.roots:
        if root.seed is not None:
            held.setdefault((root.node, root.output), []).append(root.seed.number)
    for node in turns:
        edges = tuple(edge for edge in graph.inputs(node.id) if not edge.cut)
        sentence = _start(graph, node) + _backward(graph, node, edges, held)
        found.append(Step("backward", node.id, tuple(edge.id for edge in edges), sentence))
    return found


def inline(value: Value | None) -> str:
    """A value in a sentence: its numbers as far as they fit a line, else its shape."""
    if value is None:
        return "nothing"
    if value.numbers is None:
        return f"a {'×'.join(map(str, value.shape))} tensor" if value.shape else "a number not kept"
    return _listed(value.numbers)


def _listed(numbers: object) -> str:
    if isinstance(numbers, list):
        return f"[{', '.join(_listed(number) for number in numbers)}]"
    return numeral(numbers)


def equals(*numbers: Number | None) -> str:
    """= or, where digits are left out, ≈."""
    return "≈" if any(number is not None and rounded(number) for number in numbers) else "="


def _forward(graph: Graph, node: Node) -> str:
    value = node.value
    known = value is not None and value.numbers is not None
    number = value.number if value else None
    sign = equals(number)
    shown = (
        f"{sign} {inline(value)}"
        if known
        else f"is {inline(value)}"
        if value
        else "has no known value"
    )
    if node.kind == "leaf":
        return (
            f"{node.label} {shown} is a leaf: gradients end here."
            if known
            else f"{node.label} {shown}, a leaf."
        )
    if node.kind == "constant":
        return f"{node.label} {shown} is {node.note or 'not tracked'}: no gradient goes there."
    if node.kind == "fold":
        return f"{node.text} ({', '.join(node.saves)}) lead to {inline(value)}."
    title = f"{node.name} = {node.text}" if node.name and node.name != node.text else node.text
    middle = _substituted(graph, node) if number is not None else ""
    saves = [name for name in node.saves if name not in ("freed", "changed", "hooked")]
    tail = f" {node.op} saves {', '.join(saves)}." if saves else ""
    return f"{title}{f' = {middle}' if middle else ''} {shown}.{tail}"


def _substituted(graph: Graph, node: Node) -> str:
    """The operation with numbers in place of names, where all of them are known and short."""
    numbers = [_operand(graph, node, place) for place in range(len(node.operands))]
    form = formula(node.op)
    if form is None or not form.op or not numbers or any(n is None or rounded(n) for n in numbers):
        return ""
    texts = [Text(numeral(n), 4 if not isinstance(n, complex) and n >= 0 else 0) for n in numbers]
    if form.op == "mul":
        left, right = (texts[1], texts[0]) if node.operands[1].edge is None else texts
        return f"{left.fit(1)} × {right.fit(1)}"
    return write(form, node.op, texts).text


def _operand(graph: Graph, node: Node, place: int) -> Number | None:
    operand = node.operands[place]
    if operand.edge is None:
        return operand.number
    edge = graph.edges[operand.edge]
    values = graph.nodes[edge.source].values
    value = values[edge.output] if edge.output < len(values) else None
    return value.number if value is not None else None


def _start(graph: Graph, node: Node) -> str:
    seeds = [root for root in graph.roots if root.node == node.id and root.seed is not None]
    if not seeds:
        return ""
    root = seeds[0]
    name = root.name or "result"
    if root.seed.number == 1:
        return f"The backward pass starts with ∂{name}/∂{name} = 1. "
    return f"The backward pass starts at {name} with {inline(root.seed)}. "


def _backward(
    graph: Graph,
    node: Node,
    edges: tuple[Edge, ...],
    held: dict[tuple[int, int], list[Number | None]],
) -> str:
    if node.kind == "leaf":
        return _collected(graph, node)
    if node.note:
        return f"{node.label}: {WHY.get(node.note, node.note)}"
    flows = [edge for edge in edges if edge.flow is not None]
    if not flows:
        return f"{node.label} passes no gradient on."
    if node.kind == "fold":
        ends = " and ".join(
            f"{inline(edge.flow)} at {graph.nodes[edge.source].label}" for edge in flows
        )
        return f"The gradient passes back through {node.text} and arrives as {ends}."
    if all(edge.local == 1 or edge.how == "× 1" for edge in flows):
        names = " and ".join(graph.nodes[edge.source].label for edge in flows)
        sentence = f"{node.label} passes {inline(node.gradient)} on unchanged to {names}."
    else:
        sentence = " ".join(_flow(graph, node, edge) for edge in flows)
    return sentence + "".join(_arrive(graph, edge, held) for edge in flows)


def _flow(graph: Graph, node: Node, edge: Edge) -> str:
    source, gradient, flow = graph.nodes[edge.source], node.gradient, edge.flow
    if edge.local is None or gradient is None or gradient.number is None or flow.number is None:
        how = f"{edge.how} the gradient" if edge.how.endswith("@") else f"the gradient {edge.how}"
        return f"{node.label}: {how} gives {inline(flow)} for {source.label}."
    over = f"∂{bare(node.label)}/∂{bare(source.label)}"
    symbol = f" = {edge.symbol}" if edge.symbol and edge.symbol != numeral(edge.local) else ""
    product = f"{around(gradient.number)} × {around(edge.local)} {equals(gradient.number, edge.local, flow.number)}"
    return f"{over}{symbol} {equals(edge.local)} {numeral(edge.local)}, so {product} {numeral(flow.number)} flows on to {source.label}."


def _arrive(graph: Graph, edge: Edge, held: dict[tuple[int, int], list[Number | None]]) -> str:
    """The addition at a node that has received a gradient before."""
    terms = held.setdefault((edge.source, edge.output), [])
    terms.append(edge.flow.number)
    if len(terms) == 1 or None in terms:
        return ""
    return f" {graph.nodes[edge.source].label} now holds {added(terms)}."


def _collected(graph: Graph, node: Node) -> str:
    total = node.gradient
    uses = [edge.flow.number for edge in graph.uses(node.id) if edge.flow is not None]
    what = added(uses) if len(uses) > 1 and None not in uses else inline(total)
    target = f"{node.name}.grad" if node.name else ".grad"
    if node.accumulated is None:
        return f"{node.label} has received {what}. backward() stores it in {target}."
    return f"{node.label} has received {what}. backward() adds it to {target}, which is {inline(node.accumulated)}."


def added(terms: list[Number]) -> str:
    """a + b + c = total, in the order of arrival."""
    total = sum(terms)
    left = " + ".join(numeral(term) for term in terms).replace("+ −", "− ")
    return f"{left} {equals(total, *terms)} {numeral(total)}"


def around(number: Number) -> str:
    return f"({numeral(number)})" if numeral(number).startswith("−") else numeral(number)


def bare(label: str) -> str:
    """A label after ∂: in parentheses unless it is a name."""
    return label if re.fullmatch(r"[A-Za-z_][A-Za-z_0-9.]*", label) else f"({label})"


WHY = {
    "freed": "an earlier backward pass has freed what it saved, so no gradient goes on.",
    "hooked": "what it saved is packed by a hook, so no gradient is computed here.",
}

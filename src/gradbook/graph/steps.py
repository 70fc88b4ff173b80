"""The steps of a graph, forward in the order of execution and backward in the engine's, each with
one sentence that holds its numbers. Knows a Graph, neither torch nor HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradbook.graph.formulas import formula
from gradbook.graph.model import Edge, Graph, Node, Value
from gradbook.graph.notation import Text, write
from gradbook.graph.numerals import Number, numeral, rounded


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


def carried(value: Value) -> str:
    """A gradient in a sentence, said once where all its entries are the same."""
    numbers = list(_flat(value.numbers))
    if len(numbers) > 2 and len(set(numbers)) == 1:
        return f"{numeral(numbers[0])} in every entry"
    return inline(value)


def _listed(numbers: object) -> str:
    if isinstance(numbers, list):
        return f"[{', '.join(_listed(number) for number in numbers)}]"
    return numeral(numbers)


def equals(*numbers: object) -> str:
    """= or, where digits are left out, ≈."""
    return "≈" if any(rounded(number) for number in _flat(numbers)) else "="


def _flat(numbers: object) -> Iterator[Number]:
    if isinstance(numbers, list | tuple):
        for number in numbers:
            yield from _flat(number)
    elif numbers is not None:
        yield numbers


def _forward(graph: Graph, node: Node) -> str:
    value = node.value
    known = value is not None and value.numbers is not None
    number = value.number if value else None
    sign = equals(value.numbers if value else None)
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
    if len(node.values) > 1:
        return f"{node.text} gives {_several(node)}."
    title = f"{node.name} = {node.text}" if node.name and node.name != node.text else node.text
    middle = _substituted(graph, node) if number is not None else ""
    saves = [name for name in node.saves if name not in ("freed", "changed", "hooked")]
    tail = f" {node.op} saves {', '.join(saves)}." if saves else ""
    return f"{title}{f' = {middle}' if middle else ''} {shown}.{tail}"


def _several(node: Node) -> str:
    """a = 2 and b = 3: the outputs that are known, if they are few."""
    known = [
        f"{node.called(output)} {equals(value.numbers)} {inline(value)}"
        for output, value in enumerate(node.values)
        if value is not None and value.numbers is not None
    ]
    if not 0 < len(known) <= 4:
        return f"{len(node.values)} tensors"
    return " and ".join(part for part in (", ".join(known[:-1]), known[-1]) if part)


def _substituted(graph: Graph, node: Node) -> str:
    """The operation with numbers in place of names, where all of them are known and short."""
    numbers = [_operand(graph, node, place) for place in range(len(node.operands))]
    form = formula(node.op)
    if (
        form is None
        or not form.op
        or "alpha" in node.attributes
        or not numbers
        or any(n is None or rounded(n) for n in numbers)
    ):
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
    if node.note:
        return f"{node.label}: {WHY.get(node.note, node.note)}"
    if node.kind == "leaf":
        return _collected(graph, node)
    flows = [edge for edge in edges if edge.flow is not None]
    if not flows:
        return f"{node.label} passes no gradient on."
    if node.kind == "fold":
        ends = " and ".join(f"{inline(edge.flow)} at {_source(graph, edge)}" for edge in flows)
        return f"The gradient passes back through {node.text} and arrives as {ends}."
    if all(edge.local == 1 or edge.how == "× 1" for edge in flows):
        names = " and ".join(_source(graph, edge) for edge in flows)
        what = flows[0].flow
        if what.number is not None:
            sentence = f"{node.label} passes {inline(what)} on unchanged to {names}."
        else:
            sentence = f"{node.label} passes its gradient on unchanged to {names}: {carried(what)}."
    else:
        sentence = " ".join(_flow(graph, node, edge) for edge in flows)
    return sentence + "".join(_arrive(graph, edge, held) for edge in flows)


def _flow(graph: Graph, node: Node, edge: Edge) -> str:
    source, gradient, flow = _source(graph, edge), node.gradient, edge.flow
    if edge.local is None or gradient is None or gradient.number is None or flow.number is None:
        return f"{node.label}: {moved(edge.how)} gives {carried(flow)} for {source}."
    names = graph.nodes[edge.source].names
    over = f"∂{bare(node.label, node.name)}/∂{bare(source, names[edge.output])}"
    symbol = f" = {edge.symbol}" if edge.symbol and edge.symbol != numeral(edge.local) else ""
    local = f"{over}{symbol} {equals(edge.local)} {numeral(edge.local)}"
    sign = equals(gradient.number, edge.local, flow.number)
    product = f"{around(gradient.number)} × {around(edge.local)} {sign} {numeral(flow.number)}"
    return f"{local}, so {product} flows on to {source}."


def _source(graph: Graph, edge: Edge) -> str:
    return graph.nodes[edge.source].called(edge.output)


def _arrive(graph: Graph, edge: Edge, held: dict[tuple[int, int], list[Number | None]]) -> str:
    """The addition at a node that has received a gradient before."""
    terms = held.setdefault((edge.source, edge.output), [])
    terms.append(edge.flow.number)
    if len(terms) == 1 or None in terms:
        return ""
    return f" {_source(graph, edge)} now holds {added(terms)}."


def _collected(graph: Graph, node: Node) -> str:
    total = node.gradient
    uses = [edge.flow.number for edge in graph.uses(node.id) if edge.flow is not None]
    what = added(uses) if len(uses) > 1 and None not in uses else inline(total)
    target = f"{node.name}.grad" if node.name else ".grad"
    where = f"stores it in {target}"
    if node.accumulated is not None:
        where = f"adds it to {target}, which is {inline(node.accumulated)}"
    return f"{node.label} has received {what}. backward() {where}."


def added(terms: list[Number]) -> str:
    """a + b + c = total, in the order of arrival."""
    total = sum(terms)
    left = " + ".join(numeral(term) for term in terms).replace("+ −", "− ")
    return f"{left} {equals(total, *terms)} {numeral(total)}"


def around(number: Number) -> str:
    return f"({numeral(number)})" if numeral(number).startswith("−") else numeral(number)


def moved(how: str) -> str:
    """Aᵀ @ the gradient; the gradient × 1/9; the gradient, cut out,: by a factor or by a word."""
    if how.endswith("@"):
        return f"{how} the gradient"
    pause = "," if how[:1].isalpha() and not how.startswith("Jᵀ") else ""
    end = "," if pause or ", " in how else ""
    return f"the gradient{pause} {how}{end}"


def bare(label: str, name: str) -> str:
    """A label after ∂: in parentheses unless it is a name."""
    plain = name and re.fullmatch(r"[A-Za-z_][A-Za-z_0-9.]*", label)
    return label if plain else f"({label})"


WHY = {
    "freed": "a backward pass has freed what it saved, so no gradient goes on.",
    "unknown": "a part of its gradient is not known, so none is shown.",
    "hooked": "what it saved is packed by a hook, so no gradient is computed here.",
}

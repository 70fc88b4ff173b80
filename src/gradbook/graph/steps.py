"""The steps of a graph, forward in the order of execution and backward in the engine's, each with
one sentence that holds its numbers. Knows a Graph, neither torch nor HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradbook.graph.formulas import ATOM, SUM, formula
from gradbook.graph.model import Edge, Graph, Node, Operand, Value
from gradbook.graph.notation import Text, write
from gradbook.graph.numerals import Number, numeral, rounded, summed


@dataclass(frozen=True)
class Step:
    """What happens at one node: the phase, the edges that are used, and the sentence."""

    phase: str  # "forward" or "backward"
    node: int
    edges: tuple[int, ...]
    sentence: str


def steps(graph: Graph) -> list[Step]:
    """All steps of a graph, in order."""
    forward = [Step("forward", node.id, (), _forward(graph, node)) for node in graph.nodes]
    held: dict[tuple[int, int], list[Number | None]] = {}
    for root in graph.roots:
        if root.seed is not None:
            held.setdefault((root.node, root.output), []).append(root.seed.number)
    backward = []
    turns = {node.turn: node for node in graph.nodes if node.turn is not None}
    for _, node in sorted(turns.items()):
        edges = tuple(edge for edge in graph.inputs(node.id) if not edge.cut)
        sentence = _start(graph, node) + _backward(graph, node, edges, held)
        backward.append(Step("backward", node.id, tuple(edge.id for edge in edges), sentence))
    return forward + backward


def inline(value: Value | None) -> str:
    """A value in a sentence: its numbers as far as they fit a line, else its shape."""
    if value is None:
        return "nothing"
    if value.numbers is None:
        return f"a {'×'.join(map(str, value.shape))} tensor" if value.shape else "a number not kept"
    return _listed(value.numbers)


def carried(value: Value) -> str:
    """A gradient in a sentence, said once where all its entries are the same."""
    numbers = list(flat(value.numbers))
    if len(numbers) > 2 and len(set(numbers)) == 1:
        return f"{numeral(numbers[0])} in every entry"
    return inline(value)


def _listed(numbers: object) -> str:
    if isinstance(numbers, list):
        return f"[{', '.join(_listed(number) for number in numbers)}]"
    return numeral(numbers)


def equals(*numbers: object) -> str:
    """= or, where digits are left out, ≈."""
    return "≈" if any(rounded(number) for number in flat(numbers)) else "="


def flat(numbers: object) -> Iterator[Number]:
    """Every number in nested lists."""
    if isinstance(numbers, list | tuple):
        for number in numbers:
            yield from flat(number)
    elif numbers is not None:
        yield numbers


def _forward(graph: Graph, node: Node) -> str:
    if node.kind in ("leaf", "constant"):
        return _given(node)
    if node.kind == "fold":
        return f"{node.text} ({', '.join(node.saves)}) lead to {inline(node.value)}."
    if len(node.values) > 1:
        return f"{node.text} gives {_several(node)}."
    sides = [node.name] if node.name and node.name != node.text else []
    sides.append(node.text)
    if node.value.number is not None and (numbers := _substituted(graph, node)):
        sides.append(numbers)
    saves = f" {node.op} saves {', '.join(node.kept)}." if node.kept else ""
    return f"{' = '.join(sides)} {_shown(node.value)}.{saves}"


def _given(node: Node) -> str:
    shown = f"{node.label} {_shown(node.value)}"
    if node.kind == "constant":
        return f"{shown} is {node.note or 'not tracked'}: no gradient goes there."
    if node.value.numbers is None:
        return f"{shown}, a leaf."
    return f"{shown} is a leaf: gradients end here."


def _shown(value: Value) -> str:
    return f"{'is' if value.numbers is None else equals(value.numbers)} {inline(value)}"


def _several(node: Node) -> str:
    """a = 2 and b = 3: the outputs that are known, if they are few."""
    known = [
        f"{node.called(output)} {_shown(value)}"
        for output, value in enumerate(node.values)
        if value.numbers is not None
    ]
    if not 0 < len(known) <= 4:
        return f"{len(node.values)} tensors"
    return " and ".join(part for part in (", ".join(known[:-1]), known[-1]) if part)


def _substituted(graph: Graph, node: Node) -> str:
    """The operation with numbers in place of names, where all of them are known and short."""
    form = formula(node.op)
    if form is None or not form.op or "alpha" in node.attributes:
        return ""
    numbers = [_operand(graph, operand) for operand in node.operands]
    if not all(number is not None and not rounded(number) for number in numbers):
        return ""
    texts = [Text(numeral(number), ATOM if _unsigned(number) else 0) for number in numbers]
    if form.op == "mul":
        left, right = reversed(texts) if node.operands[1].edge is None else texts
        return f"{left.fit(SUM)} × {right.fit(SUM)}"
    return write(form, node.op, texts).text if "dim" not in node.attributes else ""


def _unsigned(number: Number) -> bool:
    return not isinstance(number, complex) and number >= 0


def _operand(graph: Graph, operand: Operand) -> Number | None:
    if operand.edge is None:
        return operand.number
    edge = graph.edges[operand.edge]
    return graph.nodes[edge.source].values[edge.output].number


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
        return _through(graph, node, flows)
    if all(edge.local == 1 or edge.how == "× 1" for edge in flows):
        sentence = _unchanged(graph, node, flows)
    else:
        sentence = " ".join(_flow(graph, node, edge) for edge in flows)
    return sentence + "".join(_arrive(graph, edge, held) for edge in flows)


def _through(graph: Graph, node: Node, flows: list[Edge]) -> str:
    ends = " and ".join(f"{inline(edge.flow)} at {_source(graph, edge)}" for edge in flows)
    return f"The gradient passes back through {node.text} and arrives as {ends}."


def _unchanged(graph: Graph, node: Node, flows: list[Edge]) -> str:
    names = " and ".join(_source(graph, edge) for edge in flows)
    what = flows[0].flow
    if what.number is not None:
        return f"{node.label} passes {inline(what)} on unchanged to {names}."
    return f"{node.label} passes its gradient on unchanged to {names}: {carried(what)}."


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
    received = f"{node.label} has received {what}"
    if node.accumulated is None:
        return f"{received}. backward() stores it in {target}."
    if node.accumulated == total:  # the pass that the program has run
        return f"{received}, which is what {target} holds."
    return f"{received}. backward() adds it to {target}, which is {inline(node.accumulated)}."


def added(terms: list[Number]) -> str:
    """a + b + c = total, in the order of arrival."""
    total = sum(terms)
    return f"{summed(terms)} {equals(total, *terms)} {numeral(total)}"


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

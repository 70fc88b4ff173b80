"""What a browser needs to compute a graph again from other leaves: its program as data, and a field for each number
that a reader may change. Nothing for a graph that holds an operation which docs/assets/autograd.js does not know."""

from __future__ import annotations

import math
from html import escape
from typing import Any
from urllib.parse import quote

from gradbook.graph.formulas import formula
from gradbook.graph.model import Edge, Graph, Node, Value
from gradbook.graph.numerals import Number
from gradbook.graph.steps import flat, inline
from gradbook.graph.typed import lines

# The operations of docs/assets/autograd.js that a grad_fn can stand for.
KNOWN = frozenset(
    "add sub mul div pow neg reciprocal exp log sqrt sin cos tanh sigmoid relu abs softplus maximum "
    "minimum sum mean matmul".split()
)
MOST_FIELDS = 9
PLAYGROUND = "playground:"  # in the place of an address
MARK = (
    '<span class="gg-mark" aria-live="polite">As the build printed it</span>'
    '<button type="button" class="gg-back" disabled>Back to the run</button>'
)
PREDICT = '<button type="button" class="gg-predict" aria-pressed="false">Predict the gradients</button>'


def program(graph: Graph) -> dict[str, Any] | None:
    """The nodes with their operands, what stands on the edges, and the gradients to start with."""
    fields = sum(len(list(flat(node.value.numbers))) for node in _leaves(graph))
    if not 0 < fields <= MOST_FIELDS or not all(_known(node) for node in graph.nodes):
        return None
    seeds = [root.seed for root in graph.roots]
    if any(seed is not None and not _finite(seed) for seed in seeds):
        return None
    return {
        "nodes": [_node(node) for node in graph.nodes],
        "edges": [_edge(edge) for edge in graph.edges],
        "seeds": [[root.node, root.name, root.seed and root.seed.numbers] for root in graph.roots],
    }


def fields(graph: Graph) -> str:
    """One field for each number of the leaves, and what leads back from changed ones."""
    found = []
    for node in _leaves(graph):
        for entry, (place, number) in enumerate(_entries(node.value.numbers)):
            name = escape(node.label + place)
            found.append(
                f'<label><span>{name}</span><input type="number" step="0.1" value="{number:.6g}" '
                f'data-node="{node.id}" data-entry="{entry}" data-name="{name}"></label>'
            )
    numbers = all(node.value.shape == () for node in graph.nodes)
    asked = PREDICT if numbers and any(root.seed for root in graph.roots) else ""
    return f'<div class="gg-leaves" hidden>{"".join(found)}{MARK}{asked}{_link(graph)}</div>'


def _link(graph: Graph) -> str:
    """What opens the graph in the playground; the site puts that page's address in (`site/playground.py`)."""
    program = lines(graph)
    if not program:
        return ""
    code = quote(program, safe="")
    return f'<a class="gg-open" href="{PLAYGROUND}" data-program="code={code}">Open in the playground</a>'


def _leaves(graph: Graph) -> list[Node]:
    return [node for node in graph.nodes if node.kind == "leaf"]


def _entries(numbers: Any, place: str = "") -> list[tuple[str, Number]]:
    """Each number with its place: ("[0, 1]", 2.0)."""
    if not isinstance(numbers, list):
        return [(f"[{place}]" if place else "", numbers)]
    inside = [
        _entries(part, f"{place}, {number}" if place else str(number))
        for number, part in enumerate(numbers)
    ]
    return [entry for part in inside for entry in part]


def _known(node: Node) -> bool:
    if len(node.values) != 1 or not _finite(node.value):
        return False
    if node.kind == "constant":
        return not node.note.startswith("detached")  # it would change with what it was cut from
    if node.kind == "leaf":
        return not node.note and node.value.dtype.startswith("float")
    form = formula(node.op)
    operands = [
        operand.edge if operand.number is None else operand.number for operand in node.operands
    ]
    plain = node.kind == "operation" and not node.note and not node.attributes
    return (
        plain and form is not None and form.op in KNOWN and bool(operands) and None not in operands
    )


def _finite(value: Value) -> bool:
    """Whether all numbers are known, real and finite, as JSON wants them."""
    numbers = list(flat(value.numbers))
    return bool(numbers) and not any(
        isinstance(n, complex) or not math.isfinite(n) for n in numbers
    )


def _node(node: Node) -> list[Any]:
    """Name, text and kind; then value and .grad of a leaf, value and note of a constant, and operands and what is
    saved of an operation. An operand is the number of an edge, or a number in a list."""
    about = [node.name, node.text, formula(node.op).op if node.kind == "operation" else node.kind]
    if node.kind == "operation":
        operands = [[o.number] if o.edge is None else o.edge for o in node.operands]
        return [*about, operands, f"{node.op} saves {', '.join(node.kept)}." if node.kept else ""]
    if node.kind == "constant":
        return [*about, node.value.numbers, node.note or "not tracked"]
    return [*about, node.value.numbers, _stored(node)]


def _stored(node: Node) -> str | bool | None:
    """None where .grad is None; True where it is the gradient that is drawn; else what it says."""
    if node.accumulated is None:
        return None
    return node.accumulated == node.gradient or inline(node.accumulated)


def _edge(edge: Edge) -> list[str] | None:
    return None if edge.cut else [edge.symbol, edge.how]

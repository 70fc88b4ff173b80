"""`draw`: the graph behind a tensor as a figure, with its steps in words and as data.
The figure works without JavaScript; the element grad-graph makes it a player."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from html import escape
from typing import Any

from gradbook.graph.fold import fold
from gradbook.graph.model import Graph, Root, Value
from gradbook.graph.numerals import numeral
from gradbook.graph.steps import Step, inline, steps
from gradbook.graph.svg import svg
from gradbook.graph.trace import trace
from gradbook.graph.walk import tensors

# The player fills it; the longest sentence keeps the room that sentences will take.
PLAYER = (
    '<div class="gg-player" hidden><div class="gg-controls"></div>'
    '<div class="gg-said"><p class="gg-longest" aria-hidden="true">{}</p></div></div>'
)


class Picture:
    """What `draw` returns: a figure on a page or in a notebook, and one line of text in a shell."""

    def __init__(self, graph: Graph, most: int) -> None:
        self.graph = graph
        self.shown = fold(graph, most)

    def __repr__(self) -> str:
        return f"{title(self.graph)}: {contents(self.graph)}"

    def _repr_html_(self) -> str:
        return html(self.shown, title(self.graph), contents(self.graph))


def draw(
    *roots: Any,
    names: Mapping[str, Any] | None = None,
    gradient: Any = None,
    gradients: bool = True,
    most: int = 64,
) -> Picture:
    """Draws the autograd graph behind one or more tensors and leaves the program as it was.

    Variables of the caller name the tensors, and `names` adds to them. `gradient` is what
    `backward()` would be given; `gradients=False` shows the forward pass alone. A graph of more
    than `most` nodes is folded.
    """
    for root in roots:
        if not hasattr(root, "grad_fn"):
            raise TypeError(f"draw needs tensors, and {type(root).__name__} is none")
    if not roots:
        raise TypeError("draw needs a tensor, for example draw(y)")
    frame = sys._getframe(1)
    found = dict(tensors(names or {}))
    for scope in (frame.f_locals, frame.f_globals):
        found.update((name, tensor) for name, tensor in tensors(scope) if name not in found)
    return Picture(trace(roots, found, gradient, gradients), most)


def title(graph: Graph) -> str:
    """Graph of y = 63."""
    return f"Graph of {' and '.join(_result(graph, root) for root in graph.roots)}"


def _result(graph: Graph, root: Root) -> str:
    value = graph.nodes[root.node].values[root.output]
    name = root.name or "a result"
    if value is None or value.numbers is None:
        return f"{name} ({'×'.join(map(str, value.shape))})" if value and value.shape else name
    return f"{name} = {inline(value)}"


def contents(graph: Graph) -> str:
    """11 nodes (4 Add, 3 Mul, 3 Pow, 1 AccumulateGrad), 4 paths to x, dy/dx = 93."""
    counts = sorted(
        graph.count().items(), key=lambda item: (item[0] == "AccumulateGrad", -item[1], item[0])
    )
    if not counts:
        leaf = any(graph.nodes[root.node].kind == "leaf" for root in graph.roots)
        return "a leaf, nothing recorded yet" if leaf else "nothing recorded"
    total = sum(count for _, count in counts)
    listed = ", ".join(f"{count:,} {name}" for name, count in counts)
    nodes = f"{total:,} node{'s' if total > 1 else ''} ({listed})"
    leaves = [node for node in graph.nodes if node.kind == "leaf"]
    if len(leaves) > 3:
        return f"{nodes}, {len(leaves):,} leaves"
    first = graph.roots[0]
    plain = len(graph.roots) == 1 and first.seed is not None and first.seed.number == 1
    root = first.name if plain else ""
    parts = [nodes]
    for leaf in leaves:
        paths = graph.paths(leaf.id)
        count = f"{paths:,}" if paths < 10**6 else "over a million"
        parts.append(f"{count} path{'' if paths == 1 else 's'} to {leaf.label}")
    for leaf in leaves:
        if leaf.gradient is not None and math.prod(leaf.gradient.shape) <= 6:
            over = f"d{root}/d{leaf.label}" if root else f"gradient of {leaf.label}"
            parts.append(f"{over} = {inline(leaf.gradient)}")
    return ", ".join(parts)


def html(graph: Graph, name: str, about: str) -> str:
    """The whole figure: picture, legend, steps in words, and the data for the player."""
    told = steps(graph)
    items = "".join(f"<li>{escape(step.sentence)}</li>" for step in told)
    notes = "".join(f'<p class="gg-note">{escape(note)}</p>' for note in graph.notes)
    data = json.dumps(
        record(graph, told), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    data = data.replace("<", "\\u003c")  # no tag ends the script
    longest = max((step.sentence for step in told), key=len)
    backward = any(step.phase == "backward" for step in told)
    legend = "Values flow down, gradients (∂) back up." if backward else "Values flow down."
    return (
        f'<grad-graph style="display:block" data-search-exclude>{PLAYER.format(escape(longest))}'
        f'<div class="gg-scroll" tabindex="0" role="group" aria-label="{escape(name)}" '
        f'style="overflow-x:auto">{svg(graph, name, about)}</div>'
        f'<p class="gg-legend">{legend}</p>{notes}'
        f'<details class="gg-steps"><summary>The {len(told)} steps in words</summary>'
        f"<ol>{items}</ol></details>"
        f'<script type="application/json">{data}</script></grad-graph>'
    )


def record(graph: Graph, told: list[Step]) -> dict[str, Any]:
    """The figure as data: enough to step through it, and to compute it again."""
    return {
        "nodes": [
            _lean(
                op=node.op,
                kind=node.kind,
                names=[name for name in node.names if name],
                text=node.text,
                values=[_plain(value) for value in node.values],
                gradients=[_plain(value) for value in node.gradients],
                grad=_plain(node.accumulated),
                operands=[
                    {"edge": o.edge} if o.edge is not None else {"number": _number(o.number)}
                    for o in node.operands
                ],
                attributes={key: _number(number) for key, number in node.attributes.items()},
            )
            for node in graph.nodes
        ],
        "edges": [
            _lean(
                source=edge.source,
                target=edge.target,
                output=edge.output or None,
                local=_number(edge.local),
                flow=_plain(edge.flow),
                cut=edge.cut,
            )
            for edge in graph.edges
        ],
        "roots": [
            _lean(node=root.node, output=root.output or None, seed=_plain(root.seed))
            for root in graph.roots
        ],
        "steps": [[step.phase[0], step.node, list(step.edges)] for step in told],
    }


def _lean(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {
        key: value
        for key, value in fields.items()
        if value is not False and value not in (None, "", [], {}, [None])
    }


def _plain(value: Value | None) -> Any:
    if value is None:
        return None
    return (
        {"shape": list(value.shape), "dtype": value.dtype}
        if value.numbers is None
        else _number(value.numbers)
    )


def _number(number: Any) -> Any:
    """A number as JSON can hold it."""
    if isinstance(number, list | tuple):
        return [_number(one) for one in number]
    if isinstance(number, complex) or (isinstance(number, float) and not math.isfinite(number)):
        return numeral(number)
    return (
        int(number)
        if isinstance(number, float) and number.is_integer() and abs(number) < 2**53
        else number
    )

"""`draw`: the graph behind a tensor as a figure, with its steps in words and as data.
The figure works without JavaScript; the element grad-graph makes it a player."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from gradbook.graph.fold import fold
from gradbook.graph.formulas import kernel_of
from gradbook.graph.model import Graph, Node, Root, Value
from gradbook.graph.steps import Step, flat, inline, steps
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
    most: int = 30,
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
    if value is not None and _noise(graph, value):
        return f"{name} ≈ 0"
    if value is None or value.numbers is None:
        return f"{name} ({'×'.join(map(str, value.shape))})" if value and value.shape else name
    return f"{name} = {inline(value)}"


def contents(graph: Graph) -> str:
    """11 nodes (4 Add, 3 Mul, 3 Pow, 1 AccumulateGrad), 4 paths to x, dy/dx = 93."""
    leaves = [node for node in graph.nodes if node.kind == "leaf"]
    if not graph.count():
        alone = any(root.node == leaf.id for root in graph.roots for leaf in leaves)
        return "a leaf, nothing recorded yet" if alone else "nothing recorded"
    if any(kernel_of(name) for name in graph.count()):
        return f"nodes that depend on the machine, {_leaves(leaves)}"
    if len(leaves) > 3:
        return f"{_counted(graph)}, {_leaves(leaves)}"
    paths = [_paths(graph, leaf) for leaf in leaves]
    slopes = [_slope(graph, leaf) for leaf in leaves]
    return ", ".join([_counted(graph), *paths, *filter(None, slopes)])


def _leaves(leaves: Sequence[Node]) -> str:
    if len(leaves) > 3:
        return f"{len(leaves):,} leaves"
    return f"{'leaves' if len(leaves) > 1 else 'leaf'} {', '.join(leaf.label for leaf in leaves)}"


def _counted(graph: Graph) -> str:
    """4 nodes (2 Mul, 1 Pow, 1 AccumulateGrad)."""
    counts = graph.count().items()
    order = sorted(counts, key=lambda item: (item[0] == "AccumulateGrad", -item[1], item[0]))
    total = graph.count().total()
    listed = ", ".join(f"{count:,} {name}" for name, count in order)
    return f"{total:,} node{'s' if total > 1 else ''} ({listed})"


def _paths(graph: Graph, leaf: Node) -> str:
    paths = graph.paths(leaf.id)
    count = f"{paths:,}" if paths < 10**6 else "over a million"
    return f"{count} path{'' if paths == 1 else 's'} to {leaf.label}"


def _slope(graph: Graph, leaf: Node) -> str:
    """dy/dx = 93, where a single root starts with 1; nothing for a large gradient, or none."""
    if leaf.gradient is None or math.prod(leaf.gradient.shape) > 6:
        return ""
    root = graph.roots[0]
    plain = len(graph.roots) == 1 and root.seed is not None and root.seed.number == 1
    over = f"d{root.name}/d{leaf.label}" if plain and root.name else f"gradient of {leaf.label}"
    return f"{over} ≈ 0" if _noise(graph, leaf.gradient) else f"{over} = {inline(leaf.gradient)}"


def _noise(graph: Graph, value: Value) -> bool:
    """Whether a result is so small beside the numbers that it comes from that its digits may be
    those of rounding, which other machines do in another order."""
    precision = {"float32": 2.0**-23, "float64": 2.0**-52}.get(value.dtype)
    if not isinstance(value.number, float) or not value.number or precision is None:
        return False
    known = [one.numbers for node in graph.nodes for one in node.values]
    sizes = [abs(number) for numbers in known for number in flat(numbers)]
    largest = max((size for size in sizes if math.isfinite(size)), default=0.0)
    return abs(value.number) < precision * max(largest, 1.0 if None in known else 0.0)


def html(graph: Graph, name: str, about: str) -> str:
    """The whole figure: picture, legend, steps in words, and the data for the player."""
    told = steps(graph)
    items = "".join(f"<li>{escape(step.sentence)}</li>" for step in told)
    notes = "".join(f'<p class="gg-note">{escape(note)}</p>' for note in graph.notes)
    data = json.dumps(record(graph, told), separators=(",", ":"))
    longest = max((step.sentence for step in told), key=len)
    backward = any(step.phase == "backward" for step in told)
    legend = "Values flow down, gradients (∂) back up." if backward else "Values flow down."
    return (
        f'<grad-graph style="display:block" data-search-exclude>{PLAYER.format(escape(longest))}'
        f'<div class="gg-scroll" tabindex="0" role="group" aria-label="{escape(name)}" '
        f'style="overflow-x:auto">{svg(graph, name, about)}</div>'
        f'<p class="gg-legend">{legend}</p>{notes}'
        f'<details class="gg-steps"><summary>{_steps(len(told))} in words</summary>'
        f"<ol>{items}</ol></details>"
        f'<script type="application/json">{data}</script></grad-graph>'
    )


def _steps(count: int) -> str:
    return "The only step" if count == 1 else f"The {count} steps"


def record(graph: Graph, told: list[Step]) -> dict[str, Any]:
    """What the player needs beside the picture: the ends of edges, which of them a step uses, and
    after how many steps it opens: before the backward pass where the program has run none yet."""
    forward = sum(step.phase == "forward" for step in told)
    run = any(node.accumulated is not None for node in graph.nodes)
    return {
        "edges": [[edge.source, edge.output, edge.target] for edge in graph.edges],
        "steps": [[step.phase[0], step.node, list(step.edges)] for step in told],
        "rest": len(told) if run else forward,
    }

"""Reads the figures of a page, and checks drawn graphs from within: sentences against numbers,
numbers against each other, and all gradients against a second run in torch."""

from __future__ import annotations

import base64
import json
import math
import pickle
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import torch

from gradbook.graph.model import Graph, Node
from gradbook.graph.numerals import numeral, parse
from gradbook.graph.steps import Step, steps
from gradbook.page import cells
from gradbook.run.executor import Executor

PLAIN = r"−?\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
NUMBER = rf"(?:\({PLAIN}\)|{PLAIN})"
ARITHMETIC = re.compile(rf"(?<![\w.]){NUMBER}(?: [+−×] {NUMBER})+ [=≈] {NUMBER}")

AGAIN = {
    "Add": lambda a, b, alpha=1: a + alpha * b,
    "Sub": lambda a, b, alpha=1: a - alpha * b,
    "Rsub": lambda a, b, alpha=1: a - alpha * b,
    "Mul": lambda a, b: a * b,
    "Div": lambda a, b: a / b,
    "Pow": lambda a, b: a**b,
    "Mm": lambda a, b: a @ b,
    "Mv": lambda a, b: a @ b,
    "Dot": lambda a, b: a @ b,
    "Sum": lambda a, dim=None, keepdim=False: a.sum(dim, keepdim),
    "Mean": lambda a, dim=None, keepdim=False: a.mean(dim, keepdim),
    **{name.capitalize(): getattr(torch, name) for name in "neg exp log sqrt sin cos tanh".split()},
    **{name.capitalize(): getattr(torch, name) for name in "sigmoid relu abs reciprocal".split()},
}


@dataclass
class Figure:
    """One drawn graph in a page: the player's data, the sentences beside it, and the picture."""

    data: dict[str, Any]
    sentences: list[str]
    svg: str


def figures(html: str) -> list[Figure]:
    """The drawn graphs in a page."""
    found = []
    for part in re.findall(r"<grad-graph\b.*?</grad-graph>", html, re.S):
        data = re.search(r'<script type="application/json">(.*?)</script>', part, re.S)
        steps = re.search(r"<ol>(.*?)</ol>", part, re.S)
        svg = re.search(r"<svg.*?</svg>", part, re.S)
        items = [unescape(item) for item in re.findall(r"<li>(.*?)</li>", steps[1], re.S)]
        found.append(Figure(json.loads(data[1]), items, svg[0]))
    return found


def site_figures(folder: Path) -> list[tuple[Path, Figure]]:
    """The drawn graphs of a built site, with the page that each is on."""
    pages = sorted(folder.rglob("*.html"))
    return [(page, one) for page in pages for one in figures(page.read_text(encoding="utf-8"))]


@dataclass
class Drawn:
    """A graph that a program drew, whole and as it was shown, and where the value of each output
    of each recorded node was found: "recorded", "saved", "named" or, if nowhere, ""."""

    graph: Graph
    shown: Graph
    sources: list[list[str]]

    def values(self) -> Iterator[tuple[str, str]]:
        """Each value that the picture shows in numbers, or would if it had them, and its source."""
        recorded = [node for node in self.graph.nodes if node.op]
        for node, sources in zip(recorded, self.sources, strict=True):
            for output, (value, source) in enumerate(zip(node.values, sources, strict=True)):
                if node.kind == "operation" and (value.numbers is not None or small(value.shape)):
                    yield f"{node.called(output)} ({node.op})", source


def small(shape: Sequence[int]) -> bool:
    return math.prod(shape) <= 4 and len(shape) <= 2


# Run in the page's own process: the first before its cells, the second after them.
ASIDE = """\
# %% aside
from gradbook.graph import figure as _figure, trace as _trace

_drawn, _forward, _picture = [], _trace.forward, _figure.Picture.__init__


def _looked_for(walk, named):
    from gradbook.graph.recorder import recorded
    from gradbook.graph.saved import saved_tensors

    named = list(named)
    saved = [one.tensor for node in walk.nodes for one in saved_tensors(node)]
    found = {}
    for tensor in [*saved, *named]:
        how = "named" if any(tensor is one for one in named) else "saved"
        source = None if tensor is None else walk.source(tensor)
        found[source] = min(how, found.get(source, "saved"), key=["saved", "named"].index)
    sources = [
        [
            "recorded" if output in recorded(node).values else found.get((place, output), "")
            for output in range(len(node._input_metadata))
        ]
        for place, node in enumerate(walk.nodes)
    ]
    known = _forward(walk, named)
    for place, output in known.values:
        sources[place][output] = sources[place][output] or "computed"
    _drawn.append([sources])
    return known


def _made(picture, graph, most):
    _drawn[-1].append(graph)
    _picture(picture, graph, most)
    _drawn[-1].append(picture.shown)


_trace.forward, _figure.Picture.__init__ = _looked_for, _made

"""
TOLD = """

# %% told
import base64 as _base64, pickle as _pickle

print(_base64.b64encode(_pickle.dumps(_drawn)).decode())
"""


def drawings_of(program: str, executor: Executor) -> list[Drawn]:
    """All graphs that a program of a page draws, alone, side by side or for their words alone."""
    run = executor.run(cells.parse(ASIDE + program + TOLD, "page.py").cells, timeout=120)
    assert run.fault is None, run.fault
    printed = [output.text for output in run.cells[-1].outputs if output.kind == "stdout"]
    assert printed, [output.text for output in run.cells[-1].outputs]
    made = pickle.loads(base64.b64decode(printed[-1].split()[-1]))
    return [Drawn(graph, *shown, sources) for sources, graph, *shown in made if shown]


def check(graph: Graph, sentences: Sequence[str] = ()) -> int:
    """Raises AssertionError where a graph, as it is shown, contradicts itself or torch.

    Returns how many gradients torch has confirmed.
    """
    told = steps(graph)
    sentences = sentences or [step.sentence for step in told]
    for sentence in sentences:
        check_arithmetic(sentence)
    for step, sentence in zip(told, sentences, strict=True):
        check_sentence(graph, step, sentence)
    check_sums(graph)
    return check_with_torch(graph)


def check_arithmetic(sentence: str) -> None:
    """Every equation of numbers in a sentence holds to the digits that it shows."""
    for equation in ARITHMETIC.findall(sentence):
        left, sign, right = re.split(r" ([=≈]) ", equation)
        terms = re.split(r" ([+−×]) ", left)
        total = number(terms[0])
        for operation, term in zip(terms[1::2], terms[2::2], strict=True):
            value = number(term)
            total = {"+": total + value, "−": total - value, "×": total * value}[operation]
        size = max(abs(number(term)) for term in terms[::2])
        close = 1e-9 if sign == "=" else 2e-3
        assert abs(total - number(right)) <= close * max(size, abs(number(right)), 1e-30), equation


def number(text: str) -> float:
    return parse(text.strip("()"))


def check_sentence(graph: Graph, step: Step, sentence: str) -> None:
    """A sentence names the numbers of its step."""
    node = graph.nodes[step.node]
    if step.phase == "forward":
        values = [node.value]
    elif node.kind == "leaf":
        values = [node.gradient]
    else:
        values = [graph.edges[edge].flow for edge in step.edges]
    for value in values:
        if value is not None and value.number is not None and node.kind != "fold":
            assert numeral(value.number) in sentence, (value, sentence)


def check_sums(graph: Graph) -> None:
    """A gradient is the sum of what arrives, and what arrives is a product on one edge."""
    for node in graph.nodes:
        for output, gradient in enumerate(node.gradients):
            if gradient is None or gradient.number is None:
                continue
            parts = [
                edge.flow.number
                for edge in graph.edges
                if (edge.source, edge.output) == (node.id, output) and edge.flow is not None
            ]
            parts += [
                root.seed.number
                for root in graph.roots
                if (root.node, root.output) == (node.id, output) and root.seed is not None
            ]
            assert same(sum(parts), gradient.number), (node, parts)
    for edge in graph.edges:
        above = graph.nodes[edge.target].gradient
        if (
            edge.local is None
            or not (edge.flow and above)
            or None in (edge.flow.number, above.number)
        ):
            continue
        assert same(edge.local * above.number, edge.flow.number), edge


def same(left: float, right: float) -> bool:
    both_nan = left != left and right != right
    close = abs(left - right) <= 1e-5 * max(abs(left), abs(right), 1e-30) + 1e-12
    return both_nan or left == right or close


def check_with_torch(graph: Graph) -> int:
    """Computes the graph again from its leaves; returns how many gradients were compared."""
    made: list[torch.Tensor | None] = []
    for node in graph.nodes:
        made.append(compute(graph, node, made))
    roots = [root for root in graph.roots if root.seed is not None]
    targets = [made[root.node] for root in roots]
    if not targets or any(target is None or not target.requires_grad for target in targets):
        return 0
    seeds = [torch.tensor(root.seed.numbers, dtype=torch.float64) for root in roots]
    compared = 0
    for node, tensor in zip(graph.nodes, made, strict=True):
        shown = node.gradient
        if tensor is None or not tensor.requires_grad or shown is None or shown.numbers is None:
            continue
        [gradient] = torch.autograd.grad(targets, tensor, seeds, retain_graph=True)
        expected = torch.tensor(shown.numbers, dtype=torch.float64)
        torch.testing.assert_close(gradient, expected, rtol=1e-4, atol=1e-6, equal_nan=True)
        assert node.value.numbers is not None, node
        value = torch.tensor(node.value.numbers, dtype=torch.float64)
        torch.testing.assert_close(tensor.detach(), value, rtol=1e-4, atol=1e-6, equal_nan=True)
        compared += 1
    return compared


def compute(graph: Graph, node: Node, made: list[torch.Tensor | None]) -> torch.Tensor | None:
    """One node in float64, or None where its operation or an operand is not known."""
    if node.kind in ("leaf", "constant"):
        if node.value is None or node.value.numbers is None:
            return None
        tracked = node.kind == "leaf"
        return torch.tensor(node.value.numbers, dtype=torch.float64, requires_grad=tracked)
    again = AGAIN.get(node.op.partition("Backward")[0])  # a card of many has none
    operands = [
        operand.number if operand.edge is None else made[graph.edges[operand.edge].source]
        for operand in node.operands
    ]
    if again is None or not operands or any(operand is None for operand in operands):
        return None
    return again(*operands, **node.attributes)

"""Reads the figures of a page and checks them from within: sentences against numbers, numbers
against each other, and all gradients against a second run in torch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import torch

from gradbook.graph.numerals import numeral, parse

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
    """One drawn graph: its data, and the sentences beside it."""

    data: dict[str, Any]
    sentences: list[str]
    svg: str

    def steps(self) -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]], str]]:
        """Each step: its phase, its node, the edges it uses, and its sentence."""
        for (phase, node, edges), sentence in zip(self.data["steps"], self.sentences, strict=True):
            used = [self.data["edges"][edge] for edge in edges]
            yield phase, self.data["nodes"][node], used, sentence


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


def check(figure: Figure) -> int:
    """Raises AssertionError where a figure contradicts itself or torch.

    Returns how many gradients torch has confirmed.
    """
    for sentence in figure.sentences:
        check_arithmetic(sentence)
    check_sentences(figure)
    check_sums(figure)
    return check_with_torch(figure)


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


def check_sentences(figure: Figure) -> None:
    """Each sentence names the numbers of its step."""
    for phase, node, edges, sentence in figure.steps():
        values = node.get("values", []) if phase == "f" else [edge.get("flow") for edge in edges]
        if phase == "b" and node["kind"] == "leaf":
            values = node.get("gradients", [])
        for value in values[:1] if phase == "f" else values:
            if isinstance(value, int | float) and node["kind"] != "fold":
                assert numeral(value) in sentence, (value, sentence)


def check_sums(figure: Figure) -> None:
    """A gradient is the sum of what arrives, and what arrives is a product on one edge."""
    for place, node in enumerate(figure.data["nodes"]):
        for output, gradient in enumerate(node.get("gradients", [])):
            if not isinstance(gradient, int | float):
                continue
            parts = [
                edge["flow"]
                for edge in figure.data["edges"]
                if (edge["source"], edge.get("output", 0)) == (place, output) and "flow" in edge
            ]
            parts += [
                root["seed"]
                for root in figure.data["roots"]
                if (root["node"], root.get("output", 0)) == (place, output) and "seed" in root
            ]
            assert same(sum(parts), gradient), (node, parts)
    for edge in figure.data["edges"]:
        above = figure.data["nodes"][edge["target"]].get("gradients", [None])[0]
        numbers = edge.get("local"), edge.get("flow"), above
        if all(isinstance(number, int | float) for number in numbers):
            assert same(edge["local"] * above, edge["flow"]), edge


def same(left: float, right: float) -> bool:
    return abs(left - right) <= 1e-5 * max(abs(left), abs(right), 1e-30) + 1e-12


def check_with_torch(figure: Figure) -> int:
    """Computes the graph again from its leaves; returns how many gradients were compared."""
    nodes, edges, roots = (figure.data[key] for key in ("nodes", "edges", "roots"))
    made: list[torch.Tensor | None] = []
    for node in nodes:
        made.append(compute(node, edges, made))
    targets = [made[root["node"]] for root in roots if "seed" in root]
    if not targets or any(target is None or not target.requires_grad for target in targets):
        return 0
    seeds = [torch.tensor(root["seed"], dtype=torch.float64) for root in roots if "seed" in root]
    compared = 0
    for node, tensor in zip(nodes, made, strict=True):
        shown = node.get("gradients", [None])[0]
        if tensor is None or not tensor.requires_grad or not isinstance(shown, int | float | list):
            continue
        [gradient] = torch.autograd.grad(targets, tensor, seeds, retain_graph=True)
        expected = torch.tensor(shown, dtype=torch.float64)
        torch.testing.assert_close(gradient, expected, rtol=1e-4, atol=1e-6)
        value = torch.tensor(node["values"][0], dtype=torch.float64)
        torch.testing.assert_close(tensor.detach(), value, rtol=1e-4, atol=1e-6)
        compared += 1
    return compared


def compute(node: dict[str, Any], edges: list[Any], made: list[Any]) -> torch.Tensor | None:
    """One node in float64, or None where its operation or an operand is not known."""
    if node["kind"] in ("leaf", "constant"):
        value = node["values"][0]
        if not isinstance(value, int | float | list):
            return None
        tracked = node["kind"] == "leaf"
        return torch.tensor(value, dtype=torch.float64, requires_grad=tracked)
    again = AGAIN.get(node.get("op", "").partition("Backward")[0])  # a card of many has none
    operands = [
        made[edges[operand["edge"]]["source"]] if "edge" in operand else operand.get("number")
        for operand in node.get("operands", [])
    ]
    if again is None or not operands or any(operand is None for operand in operands):
        return None
    return again(*operands, **node.get("attributes", {}))

"""A living graph as the lines that the playground reads (docs/assets/expression.js): its program without the page."""

from __future__ import annotations

import re
from collections import Counter

from gradbook.graph.formulas import formula
from gradbook.graph.model import Edge, Graph, Node
from gradbook.graph.steps import flat

SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 6)
SIGNS = {
    "add": (" + ", SUM, SUM),
    "sub": (" - ", SUM, PRODUCT),
    "mul": (" * ", PRODUCT, SIGN),
    "div": (" / ", PRODUCT, SIGN),
    "matmul": (" @ ", PRODUCT, SIGN),
    "pow": (" ** ", ATOM, SIGN),
}
# Names that the playground has for itself.
TAKEN = frozenset(
    "exp log sqrt sin cos tanh sigmoid relu abs softplus reciprocal sum mean maximum minimum and as assert async await "
    "break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass "
    "raise return try while with yield None torch F math np print tensor".split()
)


def lines(graph: Graph) -> str:
    """The program of a graph with one number as its result; nothing for another graph."""
    if len(graph.roots) != 1 or any(len(node.value.shape) > 2 for node in graph.nodes):
        return ""
    [root] = graph.roots
    plain = root.seed is None or root.seed.number == 1
    if graph.nodes[root.node].value.shape or graph.nodes[root.node].kind == "leaf" or not plain:
        return ""
    return Typed(graph).text(root.node)


class Typed:
    """One graph's program in the making."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.uses = Counter(edge.source for edge in graph.edges)
        self.names: dict[int, str] = {}
        self.lines: list[str] = []

    def text(self, root: int) -> str:
        for node in self.graph.nodes:
            if node.kind == "operation":
                if node.name or self.uses[node.id] > 1 or node.id == root:
                    self.lines.append(f"{self.called(node)} = {self.written(node)[0]}")
            else:
                numbers = _numbers(node.value.numbers)
                given = numbers if node.kind == "leaf" else f"torch.tensor({numbers})"
                self.lines.append(f"{self.called(node)} = {given}")
        return "\n".join(self.lines)

    def called(self, node: Node) -> str:
        """The node's name, or one that is made up where it has none that can be typed."""
        if node.id not in self.names:
            wish = re.sub(r"\W", "_", node.label, flags=re.ASCII) if self.named(node) else "u"
            wish = wish + "_" if wish in TAKEN or wish[0].isdigit() else wish
            others, number = set(self.names.values()), 1
            others |= {other.name for other in self.graph.nodes if other is not node}
            name = wish
            while name in others:
                number += 1
                name = f"{wish}{number}"
            self.names[node.id] = name
        return self.names[node.id]

    def named(self, node: Node) -> bool:
        return bool(node.name) or node.kind == "leaf"

    def operand(self, part: Edge | float, rank: int) -> str:
        if not isinstance(part, Edge):
            text, own = _numbers(part), SIGN if part < 0 else ATOM
        else:
            node = self.graph.nodes[part.source]
            inside = node.kind == "operation" and not node.name and self.uses[node.id] == 1
            text, own = self.written(node) if inside else (self.called(node), ATOM)
        return text if own >= rank else f"({text})"

    def written(self, node: Node) -> tuple[str, int]:
        """An operation as Python writes it, and how strongly that binds."""
        op = formula(node.op).op
        parts = [
            self.graph.edges[one.edge] if one.edge is not None else one.number
            for one in node.operands
        ]
        if op == "mul" and not isinstance(parts[1], Edge):
            if below := self.reciprocal(parts[0]):
                return f"{_numbers(parts[1])} / {self.operand(below, SIGN)}", PRODUCT
            parts.reverse()
        if op == "neg":
            return f"-{self.operand(parts[0], SIGN)}", SIGN
        if op in SIGNS:
            sign, left, right = SIGNS[op]
            rank = POWER if op == "pow" else left
            return self.operand(parts[0], left) + sign + self.operand(parts[1], right), rank
        return f"{op}({', '.join(self.operand(part, 0) for part in parts)})", ATOM

    def reciprocal(self, part: Edge | float) -> Edge | None:
        """The operand of 1/x where nothing else uses it: torch makes 3 / x of it by a product."""
        node = self.graph.nodes[part.source] if isinstance(part, Edge) else None
        if node is None or node.op != "ReciprocalBackward0" or node.name or self.uses[node.id] > 1:
            return None
        return self.graph.edges[node.operands[0].edge]


def _numbers(numbers: object) -> str:
    """As Python writes them, without the noise of float32."""
    if isinstance(numbers, list):
        return f"[{', '.join(map(_numbers, numbers))}]"
    [number] = flat(numbers)
    return f"{number:.7g}" if isinstance(number, int) else repr(float(f"{number:.7g}"))

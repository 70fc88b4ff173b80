"""What a node's card says and how large it is: rows of text, and cells for value and gradient.
Measures text by rule, because no browser is at hand when a picture is made."""

from __future__ import annotations

from dataclasses import dataclass

from gradbook.graph.model import LOST, Graph, Node, Value
from gradbook.graph.numerals import Number, decimal, numeral, summed

TITLE, SMALL, CELL = 15.0, 12.0, 12.5  # font sizes
PAD, ROW = 8.0, 16.0  # inside a card; the height of one line of numbers
BETWEEN, COLUMN = 4.0, 9.0  # between cells; between columns of a matrix
ROOM = 38.0  # the least for a number: a reader may change it for one with more digits
NARROW, WIDE = set("iljtfI.,:;|()[]·' "), set("mwMW@…⊙→")
RAISED = set("⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True)
class Cell:
    """A tinted block of numbers; `role` is value, gradient or grad."""

    role: str
    output: int
    rows: tuple[tuple[str, ...], ...]
    prefix: str = ""

    @property
    def columns(self) -> list[float]:
        widest = [
            max(measure(text, CELL) for text in column) for column in zip(*self.rows, strict=True)
        ]
        return [max(one, ROOM) for one in widest]

    @property
    def width(self) -> float:
        prefix = measure(self.prefix, CELL) + 5 if self.prefix else 0
        return sum(self.columns) + COLUMN * (len(self.columns) - 1) + prefix + 12

    @property
    def height(self) -> float:
        return ROW * len(self.rows) + 5


@dataclass(frozen=True)
class Card:
    """A node as text: title, lines below it, and cells in rows of one or two."""

    title: str
    lines: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    width: float
    height: float


def card(graph: Graph, node: Node, backward: bool) -> Card:
    """The card of a node; `backward` says whether the picture shows gradients."""
    title = f"{node.name} = {node.text}" if node.name and node.text != node.name else node.text
    lines = tuple(line for line in _lines(node) if line)
    cells = _cells(graph, node, backward)
    wide = [sum(cell.width for cell in row) + BETWEEN * (len(row) - 1) for row in cells]
    texts = [measure(title, TITLE), *(measure(line, SMALL) for line in lines)]
    height = PAD * 2 + TITLE + 4 + len(lines) * (SMALL + 3.5)
    height += sum(max(cell.height for cell in row) + BETWEEN for row in cells)
    return Card(title, lines, cells, max(*texts, *wide, 62) + 2 * PAD, height)


def _lines(node: Node) -> tuple[str, ...]:
    if node.kind == "fold":
        return node.saves
    if node.kind == "constant":
        return (node.note,)
    kind = "leaf" if node.kind == "leaf" else ""
    saves = f"saves {clip(', '.join(node.kept))}" if node.kept else ""
    lost = next((LOST[name] for name in node.saves if name in LOST), "")
    return kind, node.op, saves, lost


def clip(text: str, most: int = 20) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip(" ,") + "…"


def _cells(graph: Graph, node: Node, backward: bool) -> tuple[tuple[Cell, ...], ...]:
    """Value and gradient beside each other where they are short, else below each other."""
    rows: list[tuple[Cell, ...]] = []
    for output, value in enumerate(node.values):
        name = (node.names[output] or str(output)) + ":" if len(node.values) > 1 else ""
        pair = [labeled("value", output, block(value), name)]
        if backward and node.kind != "constant":
            pair.append(_gradient(graph, node, output))
        beside = sum(cell.width for cell in pair) < 150
        rows += [tuple(pair)] if beside else [(cell,) for cell in pair]
    if node.kind == "leaf" or node.accumulated is not None:
        rows.append((labeled("grad", 0, block(node.accumulated, "None"), ".grad ="),))
    return tuple(rows)


def _gradient(graph: Graph, node: Node, output: int) -> Cell:
    text = sum_of(graph, node, output)
    gradient = block(node.gradients[output], "?" if node.note else "none")
    return labeled("gradient", output, ((text,),) if text else gradient, "∂")


def labeled(role: str, output: int, rows: tuple[tuple[str, ...], ...], label: str) -> Cell:
    """A cell whose label stands before its number, or in the first row of its matrix."""
    if len(rows) == len(rows[0]) == 1 and label:
        return Cell(role, output, ((f"{label} {rows[0][0]}",),))
    return Cell(role, output, rows, label)


def sum_of(graph: Graph, node: Node, output: int) -> str:
    """A gradient that is a sum of up to five numbers, as that sum."""
    total = node.gradients[output]
    here = (node.id, output)
    seeds = [root.seed for root in graph.roots if (root.node, root.output) == here]
    flows = [edge.flow for edge in graph.uses(node.id) if edge.output == output]
    terms = [part.number for part in (*seeds, *flows) if part is not None]
    if not 2 <= len(terms) <= 5 or total is None or None in (total.number, *terms):
        return ""
    return f"{summed(terms)} = {numeral(total.number)}"


def block(value: Value | None, absent: str = "?") -> tuple[tuple[str, ...], ...]:
    """A value as rows of text: its numbers, or its shape and dtype."""
    if value is None:
        return ((absent,),)
    if value.shape == () and value.numbers is None:
        return (("?",),)
    if value.numbers is None or value.numbers == []:
        shape = "×".join(map(str, value.shape))
        return ((f"{shape} {value.dtype}".strip(),),)
    if value.number is not None:
        return ((numeral(value.number),),)
    rows = value.numbers if isinstance(value.numbers[0], list) else [value.numbers]
    return aligned(tuple(tuple(row) for row in rows))


def aligned(rows: tuple[tuple[Number, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """A matrix of numbers, all with the same number of decimals, at most four."""
    texts = tuple(tuple(numeral(number) for number in row) for row in rows)
    every = [text for row in texts for text in row]
    decimals = min(max(len(text.partition(".")[2]) for text in every), 4)
    if decimals == 0 or not all(map(decimal, every)):
        return texts
    return tuple(
        tuple(f"{number:.{decimals}f}".replace("-", "−") for number in row) for row in rows
    )


def measure(text: str, size: float) -> float:
    """The width of a text, rather too large than too small."""
    units = 0.0
    for letter in text:
        if letter in NARROW:
            units += 0.38
        elif letter in WIDE:
            units += 0.95
        elif letter in RAISED:
            units += 0.45
        else:
            units += 0.72 if letter.isupper() else 0.63
    return units * size

"""A Graph as SVG text. Knows no torch; every color is a CSS custom property with a fallback."""

from __future__ import annotations

import re
from html import escape

from gradbook.graph.card import (
    BETWEEN,
    CELL,
    COLUMN,
    PAD,
    ROW,
    SMALL,
    TITLE,
    Card,
    Cell,
    card,
    measure,
)
from gradbook.graph.layout import Box, Layout, Point, arrange, spots
from gradbook.graph.model import Edge, Graph, Node
from gradbook.graph.numerals import numeral

MARGIN, LABEL = 10.0, 12.0

# The light palette of the site, for notebooks and other places without its style sheet.
COLORS = {
    "text": "#20272d",
    "muted": "#5a6168",
    "card": "#fffdf9",
    "line": "#e0dacc",
    "strong": "#857d6c",
    "paper": "#fffdf9",
    "value": "#0a6662",
    "value-wash": "#eaf3ef",
    "gradient": "#a13d14",
    "gradient-wash": "#fbeee6",
}
SANS = 'system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif'
MATH = '"STIX Two Math","Cambria Math","DejaVu Serif",serif'


def color(name: str) -> str:
    return f"var(--graph-{name},{COLORS[name]})"


RULES = {
    "text": f"font:{CELL}px {SANS};fill:{color('text')};white-space:pre",
    ".t": f"font:{TITLE}px var(--graph-math,{MATH})",
    ".s": f"font-size:{SMALL}px;fill:{color('muted')}",
    ".box": f"fill:{color('card')};stroke:{color('strong')}",
    ".leaf .box,.gg .root .box": f"stroke:{color('text')};stroke-width:1.8",
    ".constant .box": f"fill:{color('paper')};stroke-dasharray:4 3",
    ".edge path": f"fill:none;stroke:{color('strong')};stroke-width:1.4",
    ".edge .tip": f"fill:{color('strong')};stroke:none",
    ".cut path": "stroke-dasharray:4 3",
    ".pill": f"fill:{color('paper')}",
    ".label text": f"font-size:{LABEL}px;fill:{color('gradient')}",
    ".value rect": f"fill:{color('value-wash')}",
    ".value text": f"fill:{color('value')}",
    ".gradient rect": f"fill:{color('gradient-wash')}",
    ".gradient text": f"fill:{color('gradient')}",
    ".grad rect": f"fill:none;stroke:{color('line')}",
}
STYLE = "".join(f".gg {selector}{{{rule}}}" for selector, rule in RULES.items())


def svg(graph: Graph, title: str, description: str) -> str:
    """The picture of a graph, of the same bytes for the same graph."""
    backward = any(root.seed is not None for root in graph.roots)
    cards = [card(graph, node, backward) for node in graph.nodes]
    placed = arrange(
        [(one.width, one.height) for one in cards],
        [(edge.source, edge.target) for edge in graph.edges],
        [node.kind in ("leaf", "constant") for node in graph.nodes],
    )
    width, height = placed.width + 2 * MARGIN, placed.height + 2 * MARGIN
    roots = {root.node for root in graph.roots}
    nodes = [
        _node(node, one, box, node.id in roots)
        for node, one, box in zip(graph.nodes, cards, placed.boxes, strict=True)
    ]
    return "".join(
        [
            f'<svg class="gg" xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" '
            f'height="{height:.0f}" viewBox="{-MARGIN:g} {-MARGIN:g} {width:.0f} {height:.0f}" '
            'style="display:block;max-width:none">'
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
            f"<style>{STYLE}</style>",
            *_edges(graph, placed, backward),
            *nodes,
            "</svg>",
        ]
    )


def _edges(graph: Graph, placed: Layout, backward: bool) -> list[str]:
    """The lines, dashed ones above the others, and above them all the labels, so that no line runs
    through one."""
    lines = sorted(zip(graph.edges, placed.lines, strict=True), key=lambda line: not line[0].cut)
    labels = [_label(edge) if backward else "" for edge in graph.edges]
    sizes = [(measure(label, LABEL) + 8 if label else 0, 14) for label in labels]
    pills = zip(labels, spots(placed.lines, sizes), strict=True)
    numbered = zip(graph.edges, pills, strict=True)
    return [_edge(*line) for line in lines] + [_pill(edge, *pill) for edge, pill in numbered]


def _node(node: Node, one: Card, box: Box, root: bool) -> str:
    corner = 16 if node.kind == "leaf" else 3 if root else 8
    middle = box.width / 2
    parts = [
        f'<g class="node {node.kind}{" root" if root else ""}" data-node="{node.id}" '
        f'transform="translate({box.x - middle:.1f} {box.y - box.height / 2:.1f})">'
        f'<rect class="box" width="{box.width:.1f}" height="{box.height:.1f}" rx="{corner}"/>'
        + _text(marked(one.title), middle, PAD + TITLE - 2, "t")
    ]
    y = PAD + TITLE + 4
    for line in one.lines:
        y += SMALL + 3.5
        parts.append(_text(escape(line), middle, y - 3, "s"))
    y += 4
    for row in one.cells:
        x = PAD
        spare = box.width - 2 * PAD - sum(cell.width for cell in row) - BETWEEN * (len(row) - 1)
        for cell in row:
            width = cell.width + spare / len(row)
            parts.append(_cell(cell, x, y, width))
            x += width + BETWEEN
        y += max(cell.height for cell in row) + BETWEEN
    return "".join([*parts, "</g>"])


def _text(content: str, x: float, y: float, kind: str, anchor: str = "middle") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{content}</text>'


def _cell(cell: Cell, x: float, y: float, width: float) -> str:
    """A tinted block: its prefix at the left, its numbers in columns that end flush."""
    parts = [
        f'<g class="{cell.role}" data-output="{cell.output}">'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{cell.height:.1f}" rx="4"/>'
    ]
    inset, columns = x + 6, cell.columns
    if cell.prefix:
        parts.append(_text(escape(cell.prefix), inset, y + ROW - 2, "p", "start"))
        inset += measure(cell.prefix, CELL) + 5
    spare = (x + width - 6 - inset - sum(columns) - COLUMN * (len(columns) - 1)) / 2
    for number, row in enumerate(cell.rows):
        left, base = inset + spare, y + ROW * (number + 1) - 2
        for text, column in zip(row, columns, strict=True):
            if len(columns) == 1:
                parts.append(_text(escape(text), left + column / 2, base, "x"))
            else:
                parts.append(_text(escape(text), left + column, base, "x", "end"))
            left += column + COLUMN
    return "".join([*parts, "</g>"])


def _label(edge: Edge) -> str:
    """What happens to the gradient on an edge: the local derivative, or a word."""
    if edge.cut:
        return ""
    return f"× {numeral(edge.local)}" if edge.local is not None else edge.how


def _edge(edge: Edge, line: tuple[Point, ...]) -> str:
    x1, y1 = line[-1]
    ends = [*line[:-1], (x1, y1 - 5)]
    path = f"M{ends[0][0]:.1f} {ends[0][1]:.1f}"
    for (ax, ay), (bx, by) in zip(ends, ends[1:], strict=False):
        turn = (ay + by) / 2
        curve = f"C{ax:.1f} {turn:.1f} {bx:.1f} {turn:.1f} {bx:.1f} {by:.1f}"
        path += f"V{by:.1f}" if ax == bx else curve
    return (
        f'<g class="{"edge cut" if edge.cut else "edge"}" data-edge="{edge.id}"><path d="{path}"/>'
        f'<path class="tip" d="M{x1:.1f} {y1:.1f}l-3.5 -7h7z"/></g>'
    )


def _pill(edge: Edge, label: str, spot: Point) -> str:
    """The label of an edge, on a ground that covers the line."""
    if not label:
        return ""
    (x, y), wide = spot, measure(label, LABEL) + 8
    place = f'x="{x - wide / 2:.1f}" y="{y - 8:.1f}" width="{wide:.1f}" height="16"'
    text = _text(escape(label), x, y + 4, "l")
    return f'<g class="label" data-of="{edge.id}"><rect class="pill" {place}/>{text}</g>'


MARKS = re.compile(
    r"(?P<up>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ]+)|\^(?P<power>[\w.]+)"
    r"|(?P<letters>(?<![A-Za-z_.])(?!ln|to)[A-Za-z]{1,2}(?![A-Za-z_(.]))"
)
LOWER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ", "0123456789−T")
# The letters of mathematics: a font with mathematics has them, and a slanted upright is no italic.
ITALIC = {ord("a") + n: chr(0x1D44E + n) for n in range(26)} | {ord("h"): "ℎ"}
ITALIC |= {ord("A") + n: chr(0x1D434 + n) for n in range(26)}


def marked(text: str) -> str:
    """Notation with letters in italics and raised exponents."""
    spans, last, raised = [], 0, False
    for match in [*MARKS.finditer(text), None]:
        plain = text[last : match.start() if match else None]
        up = match and (match["up"] or match["power"])
        piece = plain + (match["letters"].translate(ITALIC) if match and not up else "")
        if piece:
            spans.append(f'<tspan dy="5">{escape(piece)}</tspan>' if raised else escape(piece))
            raised = False
        if up:
            spans.append(f'<tspan dy="-5" font-size="10.5">{escape(up.translate(LOWER))}</tspan>')
            raised = True
        last = match.end() if match else last
    return "".join(spans)

"""A Graph as SVG text. Knows no torch; every color is a CSS custom property with a fallback."""

from __future__ import annotations

import re
from html import escape

from gradbook.card import CELL, PAD, ROW, SMALL, TITLE, Card, Cell, card, measure
from gradbook.graph import Edge, Graph, Node
from gradbook.layout import Box, Layout, Point, arrange
from gradbook.numerals import numeral

MARGIN = 10.0

COLORS = {
    "text": "#1f2430", "muted": "#59616e", "card": "#ffffff", "line": "#c3c9d4", "edge": "#8a93a3",
    "page": "#ffffff", "value": "#174ea6", "value-soft": "#e8f0fe", "gradient": "#9a3f06",
    "gradient-soft": "#fdeee1", "leaf": "#1a7f5a", "root": "#59616e",
}  # fmt: skip


def color(name: str) -> str:
    return f"var(--graph-{name},{COLORS[name]})"


STYLE = f"""
.gg text{{font:{CELL}px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:{color("text")};white-space:pre}}
.gg .t{{font:{TITLE}px var(--graph-math,"STIX Two Math Web","STIX Two Math","Cambria Math","DejaVu Serif"),serif}}
.gg .s{{font-size:{SMALL}px;fill:{color("muted")}}}
.gg .box{{fill:{color("card")};stroke:{color("line")};stroke-width:1.2}}
.gg .leaf .box{{stroke:{color("leaf")};stroke-width:1.8}}
.gg .root .box{{stroke:{color("root")};stroke-width:1.8}}
.gg .constant .box{{stroke-dasharray:4 3;fill:none}}
.gg .edge path{{fill:none;stroke:{color("edge")};stroke-width:1.4}}
.gg .edge .tip{{fill:{color("edge")};stroke:none}}
.gg .cut path{{stroke-dasharray:4 3}}
.gg .pill{{fill:{color("page")}}}
.gg .edge text{{font-size:11.5px;fill:{color("gradient")}}}
.gg .cut text{{fill:{color("muted")}}}
.gg .value rect{{fill:{color("value-soft")}}}.gg .value text{{fill:{color("value")}}}
.gg .gradient rect{{fill:{color("gradient-soft")}}}.gg .gradient text{{fill:{color("gradient")}}}
.gg .grad rect{{fill:none;stroke:{color("line")}}}
""".replace("\n", "")


def svg(graph: Graph, title: str, description: str) -> str:
    """The picture of a graph, of the same bytes for the same graph."""
    backward = any(root.seed is not None for root in graph.roots)
    cards = [card(graph, node, backward) for node in graph.nodes]
    placed = arrange(
        [(one.width, one.height) for one in cards],
        [(edge.source, edge.target) for edge in graph.edges],
        [node.kind in ("leaf", "constant") for node in graph.nodes],
    )
    roots = {root.node for root in graph.roots}
    width, height = placed.width + 2 * MARGIN, placed.height + 2 * MARGIN
    parts = [
        f'<svg class="gg" xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" '
        f'height="{height:.0f}" viewBox="{-MARGIN:g} {-MARGIN:g} {width:.0f} {height:.0f}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc><style>{STYLE}</style>"
    ]
    parts += [_edge(edge, line) for edge, line in zip(graph.edges, placed.lines, strict=True)]
    parts += [
        _node(node, one, box, node.id in roots)
        for node, one, box in zip(graph.nodes, cards, placed.boxes, strict=True)
    ]
    return "".join([*parts, "</svg>"])


def _node(node: Node, one: Card, box: Box, root: bool) -> str:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    kind = f"{node.kind} root" if root else node.kind
    parts = [
        f'<g class="node {kind}" data-node="{node.id}" transform="translate({left:.1f} {top:.1f})">'
        f'<rect class="box" width="{box.width:.1f}" height="{box.height:.1f}" rx="8"/>',
        f'<text class="t" x="{box.width / 2:.1f}" y="{PAD + TITLE - 2:g}" text-anchor="middle">{marked(one.title)}</text>',
    ]
    y = PAD + TITLE + 4
    for line in one.lines:
        y += SMALL + 3.5
        parts.append(
            f'<text class="s" x="{box.width / 2:.1f}" y="{y - 3:g}" text-anchor="middle">{escape(line)}</text>'
        )
    y += 4
    for row in one.cells:
        x = PAD
        narrow = sum(cell.width for cell in row) + 4 * (len(row) - 1)
        for cell in row:
            width = cell.width + (box.width - 2 * PAD - narrow) / len(row)
            parts.append(_cell(cell, x, y, width))
            x += width + 4
        y += max(cell.height for cell in row) + 4
    return "".join([*parts, "</g>"])


def _cell(cell: Cell, x: float, y: float, width: float) -> str:
    parts = [
        f'<g class="{cell.role}" data-output="{cell.output}">'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{cell.height:.1f}" rx="4"/>'
    ]
    inset, columns = x + 6, cell.columns
    if cell.prefix:
        parts.append(f'<text x="{inset:.1f}" y="{y + ROW - 2:.1f}">{escape(cell.prefix)}</text>')
        inset += measure(cell.prefix, CELL) + 5
    spare = (x + width - 6 - inset - sum(columns) - 9 * (len(columns) - 1)) / 2
    for number, row in enumerate(cell.rows):
        edge = inset + spare
        for text, column in zip(row, columns, strict=True):
            single = len(columns) == 1
            at, anchor = (edge + column / 2, "middle") if single else (edge + column, "end")
            parts.append(
                f'<text class="x" x="{at:.1f}" y="{y + ROW * (number + 1) - 2:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
            )
            edge += column + 9
    return "".join([*parts, "</g>"])


def _edge(edge: Edge, line: tuple[Point, ...]) -> str:
    text = "" if edge.cut else f"×{numeral(edge.local)}" if edge.local is not None else edge.how
    (x0, y0), (x1, y1) = line[-2], line[-1]
    end = (x1, y1 - 5)
    path = f"M{line[0][0]:.1f} {line[0][1]:.1f}"
    for (ax, ay), (bx, by) in zip(line, [*line[1:-1], end], strict=False):
        middle = (ay + by) / 2
        path += (
            f"V{by:.1f}"
            if ax == bx
            else f"C{ax:.1f} {middle:.1f} {bx:.1f} {middle:.1f} {bx:.1f} {by:.1f}"
        )
    x, y, wide = (x0 + x1) / 2, (y0 + end[1]) / 2, measure(text, 11.5) + 8
    label = (
        f'<rect class="pill" x="{x - wide / 2:.1f}" y="{y - 8:.1f}" width="{wide:.1f}" height="16" rx="8"/>'
        f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle">{escape(text)}</text>'
    )
    return (
        f'<g class="{"edge cut" if edge.cut else "edge"}" data-edge="{edge.id}"><path d="{path}"/>'
        f'<path class="tip" d="M{x1:.1f} {y1:.1f}l-3.5 -7h7z"/>{label if text else ""}</g>'
    )


MARKS = re.compile(
    r"(?P<up>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)|\^(?P<power>[\w.]+)"
    r"|(?P<letter>(?<![A-Za-z_.])(?!ln|to)[A-Za-zα-ω]{1,2}(?![A-Za-z_(.]))"
)
LOWER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789−")


def marked(text: str) -> str:
    """Notation with letters in italics and raised exponents."""
    parts, last, raised = [], 0, False
    for match in MARKS.finditer(text):
        parts.append((text[last : match.start()], ""))
        up = match["up"] or match["power"]
        parts.append((up.translate(LOWER), "up") if up else (match["letter"], "it"))
        last = match.end()
    parts.append((text[last:], ""))
    spans = []
    for piece, style in parts:
        if not piece:
            continue
        shift = ' dy="-5"' if style == "up" else ' dy="5"' if raised else ""
        raised = style == "up"
        look = (
            ' font-size="10.5"'
            if style == "up"
            else ' font-style="italic"'
            if style == "it"
            else ""
        )
        plain = escape(piece)
        spans.append(f"<tspan{shift}{look}>{plain}</tspan>" if shift or look else plain)
    return "".join(spans)

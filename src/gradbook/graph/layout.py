"""Places boxes of different sizes in layers and leads lines between them.
igraph's Sugiyama layout finds the order within the layers; nothing here knows what a box shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]

GAP_X, GAP_Y, LANE, SWEEPS = 18.0, 38.0, 26.0, 100
STRAIGHT = (1.0, 2.0, 8.0)  # how strongly a link of no, one or two lanes pulls
PLACES = (0.5, 0.34, 0.66, 0.25, 0.75)  # where on its curve a label may stand, the best first


@dataclass(frozen=True)
class Box:
    """The center and size of a placed box."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """Boxes in the order of the nodes, lines in the order of the edges, and the size of it all."""

    boxes: tuple[Box, ...]
    lines: tuple[tuple[Point, ...], ...]  # from the source's lower edge to the target's upper edge
    width: float
    height: float


def arrange(
    sizes: Sequence[Point], edges: Sequence[tuple[int, int]], late: Sequence[bool]
) -> Layout:
    """A layered drawing with sources above targets; `late` nodes stand just above their first use.

    `edges` must go from lower to higher numbers.
    """
    layers = _layers(len(sizes), edges, late)
    ways = {
        pair: _way(pair, layers, len(sizes) + number * 1000)
        for number, pair in enumerate(dict.fromkeys(edges))
    }
    names = list(range(len(sizes))) + [lane for way in ways.values() for lane in way[1:-1]]
    place = {name: number for number, name in enumerate(names)}
    level = [
        *layers,
        *(layers[pair[0]] + k for pair, way in ways.items() for k in range(1, len(way) - 1)),
    ]
    links = [
        (place[a], place[b]) for way in ways.values() for a, b in zip(way, way[1:], strict=False)
    ]
    rows = _order(level, links)
    widths = [size[0] for size in sizes] + [LANE] * (len(names) - len(sizes))
    xs = _spread(rows, widths, links, late)
    heights = [max((sizes[v][1] for v in row if v < len(sizes)), default=0) for row in rows]
    tops = [sum(heights[:k]) + GAP_Y * k for k in range(len(rows))]
    left = min((x - w / 2 for x, w in zip(xs, widths, strict=True)), default=0)
    centers = [(x - left, tops[k] + heights[k] / 2) for x, k in zip(xs, level, strict=True)]
    boxes = tuple(Box(*centers[v], *sizes[v]) for v in range(len(sizes)))
    points = {
        pair: [
            (centers[place[lane]][0], y)
            for lane in way[1:-1]
            for y in (
                tops[level[place[lane]]],
                tops[level[place[lane]]] + heights[level[place[lane]]],
            )
        ]
        for pair, way in ways.items()
    }
    lines = _lines(boxes, edges, points)
    width = max((x - left + w / 2 for x, w in zip(xs, widths, strict=True)), default=0)
    return Layout(boxes, lines, width, sum(heights) + GAP_Y * max(len(rows) - 1, 0))


def _layers(count: int, edges: Sequence[tuple[int, int]], late: Sequence[bool]) -> list[int]:
    """Every node as early as it can be, and then as late if that makes the lines shorter."""
    layers = [0] * count
    uses: list[list[int]] = [[] for _ in range(count)]
    for source, target in sorted(edges, key=lambda edge: edge[1]):
        layers[target] = max(layers[target], layers[source] + 1)
        uses[source].append(target)
    held = [0] * count
    for source, target in edges:
        held[target] += not late[source] or len(uses[source]) > 1
    for node in reversed(range(count)):
        if uses[node] and (late[node] or held[node] < len(uses[node])):
            layers[node] = min(layers[target] for target in uses[node]) - 1
    return layers


def _way(pair: tuple[int, int], layers: Sequence[int], first: int) -> list[int]:
    """The nodes on a line: its ends, and a lane in every layer between them."""
    source, target = pair
    return [source, *range(first, first + layers[target] - layers[source] - 1), target]


def _order(level: Sequence[int], links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The nodes of each layer from left to right, with few crossings."""
    import igraph

    graph = igraph.Graph(len(level), links, directed=True)
    coordinates = graph.layout_sugiyama(layers=list(level), hgap=1, maxiter=1000).coords
    rows: list[list[int]] = [[] for _ in range(max(level, default=-1) + 1)]
    for node in sorted(range(len(level)), key=lambda node: (coordinates[node][0], node)):
        rows[level[node]].append(node)
    return rows


def _spread(
    rows: Sequence[Sequence[int]],
    widths: Sequence[float],
    links: Sequence[tuple[int, int]],
    light: Sequence[bool],
) -> list[float]:
    """Horizontal centers: each box near its neighbors, none closer than the gap."""
    real = len(light)
    near: list[list[tuple[int, float]]] = [[] for _ in widths]
    for a, b in links:
        # long lines shall be straight, and the main line straighter than the way from a leaf
        weight = STRAIGHT[(a >= real) + (b >= real)] if a >= real or not light[a] else 0.5
        near[a].append((b, weight))
        near[b].append((a, weight))
    xs = [0.0] * len(widths)
    for row in rows:
        for number, node in enumerate(row):
            xs[node] = (number - (len(row) - 1) / 2) * (max(widths) + GAP_X)
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 else reversed(rows):
            pulls = [sum(weight for _, weight in near[v]) for v in row]
            wishes = [
                sum(xs[n] * weight for n, weight in near[v]) / pull if pull else xs[v]
                for v, pull in zip(row, pulls, strict=True)
            ]
            weights = [pull or 1.0 for pull in pulls]
            for node, x in zip(
                row, _settle(wishes, weights, [widths[v] for v in row]), strict=True
            ):
                xs[node] = x
    return xs


def _settle(wishes: list[float], weights: list[float], widths: list[float]) -> list[float]:
    """The places nearest to the wishes that keep order and distance (pool adjacent violators)."""
    offsets = [0.0]
    for left, right in zip(widths, widths[1:], strict=False):
        offsets.append(offsets[-1] + (left + right) / 2 + GAP_X)
    blocks: list[list[float]] = []  # mean, weight, length
    for wish, weight, offset in zip(wishes, weights, offsets, strict=True):
        blocks.append([wish - offset, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, mass, length = blocks.pop()
            before = blocks[-1]
            before[0] = (before[0] * before[1] + mean * mass) / (before[1] + mass)
            before[1], before[2] = before[1] + mass, before[2] + length
    settled = [mean for mean, _, length in blocks for _ in range(int(length))]
    return [mean + offset for mean, offset in zip(settled, offsets, strict=True)]


def _lines(
    boxes: Sequence[Box],
    edges: Sequence[tuple[int, int]],
    points: dict[tuple[int, int], list[Point]],
) -> tuple[tuple[Point, ...], ...]:
    """Every edge leaves and arrives at a place of its own, in the order of where it comes from."""
    starts, ends = {}, {}
    for node, box in enumerate(boxes):
        leaving = [n for n, (source, _) in enumerate(edges) if source == node]
        leaving.sort(key=lambda n: (points[edges[n]] or [(boxes[edges[n][1]].x, 0)])[0][0])
        starts.update(zip(leaving, _ports(box, len(leaving), 1), strict=True))
        arriving = [n for n, (_, target) in enumerate(edges) if target == node]
        arriving.sort(key=lambda n: (points[edges[n]] or [(boxes[edges[n][0]].x, 0)])[-1][0])
        ends.update(zip(arriving, _ports(box, len(arriving), -1), strict=True))
    return tuple((starts[n], *points[edge], ends[n]) for n, edge in enumerate(edges))


def _ports(box: Box, count: int, side: int) -> list[Point]:
    reach = box.width * 0.68
    step = reach / max(count - 1, 1) if count > 2 else reach * 0.62
    return [
        (box.x + (n - (count - 1) / 2) * step, box.y + side * box.height / 2) for n in range(count)
    ]


def spots(lines: Sequence[tuple[Point, ...]], sizes: Sequence[Point]) -> list[Point]:
    """Where labels of these sizes stand on the last curve of each line, clear of each other and
    then of the other lines if there is room."""
    drawn = [
        [along(a, b, n / 12) for a, b in zip(line, line[1:], strict=False) for n in range(13)]
        for line in lines
    ]
    taken: list[Box] = []
    for line, (width, height) in zip(lines, sizes, strict=True):
        choices = [Box(*along(line[-2], line[-1], t), width, height) for t in PLACES]
        clear = [box for box in choices if width == 0 or not any(_touch(box, o) for o in taken)]
        beside = [
            points
            for other, points in zip(lines, drawn, strict=True)
            if other is not line and other[0][1] < line[-1][1] and other[-1][1] > line[-2][1]
        ]
        free = (box for box in clear if width == 0 or not any(_covers(box, b) for b in beside))
        taken.append(next(free, (clear or choices)[0]))
    return [(box.x, box.y) for box in taken]


def along(start: Point, end: Point, t: float) -> Point:
    """A point of the curve that leaves its start and reaches its end upright."""
    (x0, y0), (x1, y1), s = start, end, 1 - t
    x = x0 * (s**3 + 3 * s**2 * t) + x1 * (3 * s * t**2 + t**3)
    y = y0 * s**3 + (y0 + y1) / 2 * (3 * s**2 * t + 3 * s * t**2) + y1 * t**3
    return x, y


def _touch(a: Box, b: Box) -> bool:
    across = abs(a.x - b.x) < (a.width + b.width) / 2 and abs(a.y - b.y) < (a.height + b.height) / 2
    return across and b.width > 0


def _covers(box: Box, points: Sequence[Point]) -> bool:
    wide, high = box.width / 2, box.height / 2
    return any(abs(box.x - x) < wide and abs(box.y - y) < high for x, y in points)

"""Places boxes of different sizes in layers and leads lines between them.
igraph finds the order within the layers; nothing here knows what a box shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Edge = tuple[int, int]

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


def arrange(sizes: Sequence[Point], edges: Sequence[Edge], late: Sequence[bool]) -> Layout:
    """A layered drawing with sources above targets; `late` nodes stand just above their first use.

    `edges` must go from lower to higher numbers. The method is that of Sugiyama, Tagawa and Toda
    (Methods for visual understanding of hierarchical system structures, 1981), in its four steps:
    every node gets a layer; an edge over several layers gets a dummy node in each of them, which
    keeps a lane free; the nodes of each layer are put in an order with few crossings; and each
    gets its place, as near to its neighbors as order and size allow.
    """
    layers = _layers(len(sizes), edges, late)
    chains = _chains(edges, layers)
    rows = _order(layers, chains)
    widths = [size[0] for size in sizes] + [LANE] * (len(layers) - len(sizes))
    xs = _spread(rows, widths, _links(chains), late)
    heights = [max((sizes[v][1] for v in row if v < len(sizes)), default=0) for row in rows]
    tops = [sum(heights[:k]) + GAP_Y * k for k in range(len(rows))]
    left = min((x - width / 2 for x, width in zip(xs, widths, strict=True)), default=0)
    right = max((x - left + width / 2 for x, width in zip(xs, widths, strict=True)), default=0)
    boxes = tuple(
        Box(x - left, tops[layer] + heights[layer] / 2, *size)
        for x, layer, size in zip(xs, layers, sizes, strict=False)
    )
    bends = {
        edge: [
            (xs[lane] - left, y)
            for lane in chain[1:-1]
            for y in (tops[layers[lane]], tops[layers[lane]] + heights[layers[lane]])
        ]
        for edge, chain in chains.items()
    }
    height = sum(heights) + GAP_Y * max(len(rows) - 1, 0)
    return Layout(boxes, _lines(boxes, edges, bends), right, height)


def _layers(count: int, edges: Sequence[Edge], late: Sequence[bool]) -> list[int]:
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


def _chains(edges: Sequence[Edge], layers: list[int]) -> dict[Edge, list[int]]:
    """The nodes along each edge: its ends, and a dummy node in each layer between them, which is
    added to the layers."""
    chains = {}
    for source, target in dict.fromkeys(edges):
        between = range(layers[source] + 1, layers[target])
        first = len(layers)
        layers.extend(between)
        chains[source, target] = [source, *range(first, len(layers)), target]
    return chains


def _links(chains: Mapping[Edge, Sequence[int]]) -> list[Edge]:
    """The pieces of all chains, from one layer to the next."""
    return [link for chain in chains.values() for link in pairwise(chain)]


def _order(layers: Sequence[int], chains: Mapping[Edge, Sequence[int]]) -> list[list[int]]:
    """The nodes of each layer from left to right, with few crossings."""
    import igraph

    graph = igraph.Graph(len(layers), _links(chains), directed=True)
    coordinates = graph.layout_sugiyama(layers=list(layers), hgap=1, maxiter=1000).coords
    rows: list[list[int]] = [[] for _ in range(max(layers, default=-1) + 1)]
    for node in sorted(range(len(layers)), key=lambda node: (coordinates[node][0], node)):
        rows[layers[node]].append(node)
    return rows


def _spread(
    rows: Sequence[Sequence[int]],
    widths: Sequence[float],
    links: Sequence[Edge],
    light: Sequence[bool],
) -> list[float]:
    """Horizontal centers: each box near its neighbors, none closer than the gap.

    Rows are settled one after the other, each between what its neighbors are now, up and down the
    drawing until they have come to rest.
    """
    near = _pulls(len(widths), links, light)
    xs = [0.0] * len(widths)
    for row in rows:
        for number, node in enumerate(row):
            xs[node] = (number - (len(row) - 1) / 2) * (max(widths) + GAP_X)
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 else reversed(rows):
            wishes = [_wish(xs, node, near[node]) for node in row]
            weights = [sum(weight for _, weight in near[node]) or 1.0 for node in row]
            settled = _settle(wishes, weights, [widths[node] for node in row])
            for node, x in zip(row, settled, strict=True):
                xs[node] = x
    return xs


def _wish(xs: Sequence[float], node: int, near: Sequence[tuple[int, float]]) -> float:
    """Where a node would stand by itself: amid its neighbors."""
    if not near:
        return xs[node]
    return sum(xs[other] * weight for other, weight in near) / sum(weight for _, weight in near)


def _pulls(
    count: int, links: Sequence[Edge], light: Sequence[bool]
) -> list[list[tuple[int, float]]]:
    """The neighbors of each node, and how strongly they pull. Long lines shall be straight, and
    the main line straighter than the way from a leaf."""
    real = len(light)
    near: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for a, b in links:
        weight = 0.5 if a < real and light[a] else STRAIGHT[(a >= real) + (b >= real)]
        near[a].append((b, weight))
        near[b].append((a, weight))
    return near


def _settle(wishes: list[float], weights: list[float], widths: list[float]) -> list[float]:
    """The centers in a row that are nearest to the wishes and keep order and distance.

    With its distance from the first box subtracted, each center only has to be at least as large
    as the one before: this is isotonic regression, least squares under an order, and the method is
    pool adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman, An empirical distribution
    function for sampling with incomplete information, 1955). Boxes come in from the left, one block
    each; where a block wishes to stand left of the one before, the two become one block, which
    stands at the weighted mean of all its wishes. That mean is the best place for the block, and
    no box that comes later can make it worth splitting, so that one pass is enough.
    """
    offsets = [0.0]
    for left, right in pairwise(widths):
        offsets.append(offsets[-1] + (left + right) / 2 + GAP_X)
    blocks: list[Block] = []
    for wish, weight, offset in zip(wishes, weights, offsets, strict=True):
        block = Block(wish - offset, weight, 1)
        while blocks and blocks[-1].mean > block.mean:
            block = blocks.pop().pooled(block)
        blocks.append(block)
    means = [block.mean for block in blocks for _ in range(block.count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


@dataclass(frozen=True)
class Block:
    """Neighboring boxes that stand as close as they may: the mean of their wishes, its weight."""

    mean: float
    weight: float
    count: int

    def pooled(self, other: Block) -> Block:
        weight = self.weight + other.weight
        mean = (self.mean * self.weight + other.mean * other.weight) / weight
        return Block(mean, weight, self.count + other.count)


def _lines(
    boxes: Sequence[Box], edges: Sequence[Edge], bends: Mapping[Edge, Sequence[Point]]
) -> tuple[tuple[Point, ...], ...]:
    """Every edge leaves and arrives at a place of its own, in the order of where it comes from."""

    def next_x(number: int) -> float:
        edge = edges[number]
        return bends[edge][0][0] if bends[edge] else boxes[edge[1]].x

    def last_x(number: int) -> float:
        edge = edges[number]
        return bends[edge][-1][0] if bends[edge] else boxes[edge[0]].x

    starts, ends = {}, {}
    for node, box in enumerate(boxes):
        leaving = [number for number, edge in enumerate(edges) if edge[0] == node]
        arriving = [number for number, edge in enumerate(edges) if edge[1] == node]
        starts.update(zip(sorted(leaving, key=next_x), _ports(box, len(leaving), 1)))
        ends.update(zip(sorted(arriving, key=last_x), _ports(box, len(arriving), -1)))
    return tuple((starts[n], *bends[edge], ends[n]) for n, edge in enumerate(edges))


def _ports(box: Box, count: int, side: int) -> list[Point]:
    reach = box.width * 0.68
    step = reach / max(count - 1, 1) if count > 2 else reach * 0.62
    return [
        (box.x + (n - (count - 1) / 2) * step, box.y + side * box.height / 2) for n in range(count)
    ]


def spots(lines: Sequence[tuple[Point, ...]], sizes: Sequence[Point]) -> list[Point]:
    """Where labels of these sizes stand on the last curve of each line, clear of each other and
    then of the other lines if there is room; a label of width 0 is none."""
    drawn = [[along(a, b, n / 12) for a, b in pairwise(line) for n in range(13)] for line in lines]
    taken: list[Box] = []
    for line, (width, height) in zip(lines, sizes, strict=True):
        choices = [Box(*along(line[-2], line[-1], t), width, height) for t in PLACES]
        if width:
            others = zip(lines, drawn, strict=True)
            beside = [points for other, points in others if _beside(other, line)]
            choices = _clear(choices, taken, beside)
        taken.append(choices[0])
    return [(box.x, box.y) for box in taken]


def _beside(other: tuple[Point, ...], line: tuple[Point, ...]) -> bool:
    """Whether another line is, somewhere, as high as the last curve of this one."""
    return other is not line and other[0][1] < line[-1][1] and other[-1][1] > line[-2][1]


def _clear(choices: list[Box], taken: Sequence[Box], lines: Sequence[Sequence[Point]]) -> list[Box]:
    """The choices that touch no other label and no line, else no other label, else all."""
    clear = [box for box in choices if not any(_touch(box, other) for other in taken)]
    free = [box for box in clear if not any(_covers(box, points) for points in lines)]
    return free or clear or choices


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

"""Makes a large Graph readable: stretches with one way in and one way out become one node.
Knows a Graph and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from gradbook.graph.model import Edge, Graph, Node, Value, short

GROUPS = 8  # about how many stretches a folded graph has
ENDS = 2  # operations that stay visible at either end


def fold(graph: Graph, most: int) -> Graph:
    """The graph itself, or one of at most `most` nodes in which stretches are folded.

    Raises ValueError where the graph is too large and has no such stretches.
    """
    if len(graph.nodes) <= most:
        return graph
    groups = _groups(graph)
    home = _homes(graph, groups)
    cards = len(set(home))
    if cards > most:
        raise ValueError(
            f"This graph has {len(graph.nodes):,} nodes; folded it still has {cards:,}, more than "
            f"{most}: draw a part of it, for example a tensor nearer to the inputs."
        )
    return _folded(graph, home)


def _groups(graph: Graph) -> list[list[int]]:
    """The operations in stretches between which only one result is handed on."""
    ops = [node.id for node in graph.nodes if node.kind == "operation"]
    last = dict.fromkeys(ops, -1)
    for edge in graph.edges:
        if edge.source in last:
            last[edge.source] = max(last[edge.source], edge.target)
    last.update({root.node: len(graph.nodes) for root in graph.roots if root.node in last})
    blocks: list[list[int]] = [[]]
    opened: Counter[int] = Counter()
    waiting = 0
    for op in ops:
        blocks[-1].append(op)
        waiting += (last[op] > op) - opened[op]
        opened[last[op]] += 1
        if waiting <= 1:
            blocks.append([])
    blocks = [block for block in blocks if block]
    head, tail = [], []
    while len(blocks) > 1 and len(head) < ENDS and len(blocks[0]) == 1:
        head.append(blocks.pop(0))
    while len(blocks) > 1 and len(tail) < ENDS and len(blocks[-1]) == 1:
        tail.insert(0, blocks.pop())
    middle = blocks
    size = -(-sum(map(len, middle)) // GROUPS)
    chain = all(len(block) == 1 for block in middle)
    groups: list[list[int]] = []
    for block in middle:
        if groups and (chain or len(groups[-1]) + len(block) <= size):
            groups[-1].extend(block)
        else:
            groups.append(list(block))
    groups = [*head, *groups, *tail]
    inside = {op for group in groups for op in group[:-1]}
    return [] if any(root.node in inside for root in graph.roots) else groups


def _homes(graph: Graph, groups: Sequence[Sequence[int]]) -> list[int]:
    """For each node the first node of the group that it is shown in; its own id if it is alone."""
    home = [node.id for node in graph.nodes]
    for group in groups:
        for op in group:
            home[op] = group[0]
    crowded = {group[0] for group in groups if len(group) > 1}
    users: dict[int, set[int]] = {}
    for edge in graph.edges:
        if graph.nodes[edge.source].kind != "operation":
            users.setdefault(edge.source, set()).add(home[edge.target])
    for node, where in users.items():
        if len(where) == 1 and where <= crowded:
            home[node] = where.pop()
    return home


def _folded(graph: Graph, home: Sequence[int]) -> Graph:
    members: dict[int, list[Node]] = {}
    for node in graph.nodes:
        members.setdefault(home[node.id], []).append(node)
    order = sorted(members, key=lambda first: max(node.id for node in members[first]))
    number = {first: place for place, first in enumerate(order)}
    nodes = [_card(members[first], number[first]) for first in order]
    merged: dict[tuple[int, int, int], Edge] = {}
    for edge in graph.edges:
        source, target = number[home[edge.source]], number[home[edge.target]]
        if source == target:
            continue
        alone = nodes[target].kind != "fold"
        key = (source, target, edge.output if not alone else -1 - edge.id)
        before = merged.get(key)
        new = replace(edge, source=source, target=target)
        if not alone:
            flow = edge.flow if before is None else _sum(before.flow, edge.flow)
            new = replace(new, local=None, symbol="", how="", flow=flow)
        merged[key] = new
    edges = tuple(replace(edge, id=place) for place, edge in enumerate(merged.values()))
    places = {edge.id: place for place, edge in enumerate(merged.values())}
    nodes = [
        replace(
            node,
            operands=tuple(
                replace(o, edge=places.get(o.edge)) if o.edge is not None else o
                for o in node.operands
            ),
        )
        for node in nodes
    ]
    roots = tuple(replace(root, node=number[home[root.node]]) for root in graph.roots)
    return Graph(tuple(nodes), edges, roots, graph.notes)


def _card(group: Sequence[Node], place: int) -> Node:
    if len(group) == 1:
        return replace(group[0], id=place)
    ops = [node for node in group if node.kind == "operation"]
    inside = tuple(node.op for node in group if node.op)
    tally = [f"{count:,} {name}" for name, count in Counter(map(short, inside)).most_common()]
    lines = [", ".join(tally[k : k + 2]) for k in range(0, min(len(tally), 6), 2)]
    parts = [node.name.rpartition(".")[0] for node in group if "." in node.name]
    if parts:
        lines.insert(0, parts[0] if parts[0] == parts[-1] else f"{parts[0]} … {parts[-1]}")
    turns = [node.turn for node in ops if node.turn is not None]
    return Node(
        id=place,
        kind="fold",
        op="",
        text=f"{len(ops):,} operations",
        names=ops[-1].names,
        values=ops[-1].values,
        gradients=ops[-1].gradients,
        saves=tuple(lines + (["…"] if len(tally) > 6 else [])),
        turn=min(turns, default=None),
        inside=inside,
    )


def _sum(left: Value | None, right: Value | None) -> Value | None:
    if left is None or right is None:
        return left or right
    if left.numbers is None or right.numbers is None:
        return Value(left.shape, left.dtype)
    return Value(left.shape, left.dtype, _added(left.numbers, right.numbers))


def _added(left: object, right: object) -> object:
    if isinstance(left, list) and isinstance(right, list):
        return [_added(a, b) for a, b in zip(left, right, strict=True)]
    return left + right  # type: ignore[operator]

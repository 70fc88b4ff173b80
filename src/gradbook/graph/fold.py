"""Makes a large Graph readable: stretches with one way in and one way out become one node.
Knows a Graph and nothing else."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from gradbook.graph.model import Edge, Graph, Node, Value, short

GROUPS = 8  # about how many stretches a folded graph has
ENDS = 2  # operations that stay visible at either end


def fold(graph: Graph, most: int) -> Graph:
    """The graph itself, or one of at most `most` nodes in which stretches are folded.

    Raises ValueError where the graph is too large and has no such stretches.
    """
    if len(graph.nodes) <= most:
        return graph
    group_of = _group_of(graph, _groups(graph))
    cards = len(set(group_of))
    if cards > most:
        raise ValueError(
            f"This graph has {len(graph.nodes):,} nodes; folded it still has {cards:,}, more than "
            f"{most}: draw a part of it, for example a tensor nearer to the inputs."
        )
    return _folded(graph, group_of)


def _groups(graph: Graph) -> list[list[int]]:
    """The operations in groups, each of which becomes one card.

    A stretch of operations is what lies between two places where at most one result is waited
    for: whatever happens inside, a reader meets one tensor that goes in and one that comes out.
    The places are found by counting live results, as a compiler does before it allots registers.
    Stretches of one operation at both ends stay visible, up to ENDS of them; those between are
    joined into about GROUPS groups, or into one where they are nothing but a chain.
    """
    stretches = _stretches(graph)
    head = min(_single(stretches), len(stretches) - 1)
    tail = min(_single(stretches[:head:-1]), len(stretches) - 1 - head)
    end = len(stretches) - tail
    groups = [*stretches[:head], *_joined(stretches[head:end]), *stretches[end:]]
    hidden = {op for group in groups for op in group[:-1]}
    return [] if any(root.node in hidden for root in graph.roots) else groups


def _stretches(graph: Graph) -> list[list[int]]:
    """The operations in the order of execution, cut where at most one result is waited for."""
    last = _last_uses(graph)
    ends = Counter(last.values())
    stretches: list[list[int]] = [[]]
    waiting = 0
    for op, use in last.items():
        stretches[-1].append(op)
        waiting += (use > op) - ends[op]
        if waiting <= 1:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def _last_uses(graph: Graph) -> dict[int, int]:
    """For each operation the last node that uses its result: past the end for roots, −1 for none."""
    last = {node.id: -1 for node in graph.nodes if node.kind == "operation"}
    for edge in graph.edges:
        if edge.source in last:
            last[edge.source] = max(last[edge.source], edge.target)
    for root in graph.roots:
        if root.node in last:
            last[root.node] = len(graph.nodes)
    return last


def _single(stretches: Sequence[Sequence[int]]) -> int:
    """How many stretches at the beginning are one operation, at most ENDS."""
    return len(list(takewhile(lambda stretch: len(stretch) == 1, stretches[:ENDS])))


def _joined(stretches: Sequence[list[int]]) -> list[list[int]]:
    """Neighboring stretches together, as far as they do not exceed the size of a group."""
    operations = sum(map(len, stretches))
    chain = operations == len(stretches)
    size = operations if chain else math.ceil(operations / GROUPS)
    groups: list[list[int]] = []
    for stretch in stretches:
        if groups and len(groups[-1]) + len(stretch) <= size:
            groups[-1] += stretch
        else:
            groups.append(list(stretch))
    return groups


def _group_of(graph: Graph, groups: Sequence[Sequence[int]]) -> list[int]:
    """For each node the first node of its group; a leaf that only one group uses joins that."""
    group_of = [node.id for node in graph.nodes]
    for group in groups:
        for op in group:
            group_of[op] = group[0]
    large = {group[0] for group in groups if len(group) > 1}
    users: dict[int, set[int]] = {}
    for edge in graph.edges:
        if graph.nodes[edge.source].kind != "operation":
            users.setdefault(edge.source, set()).add(group_of[edge.target])
    for node, using in users.items():
        if len(using) == 1 and using <= large:
            [group_of[node]] = using
    return group_of


def _folded(graph: Graph, group_of: Sequence[int]) -> Graph:
    """The graph with one node for each group, in the order in which groups are complete."""
    members: dict[int, list[Node]] = {}
    for node in graph.nodes:
        members.setdefault(group_of[node.id], []).append(node)
    groups = sorted(members.values(), key=lambda group: group[-1].id)
    place = {node.id: number for number, group in enumerate(groups) for node in group}
    nodes = [_card(group, number) for number, group in enumerate(groups)]
    edges = _between(graph.edges, place, nodes)
    number = {edge.id: number for number, edge in enumerate(edges)}
    for card in nodes:
        operands = (
            operand if operand.edge is None else replace(operand, edge=number.get(operand.edge))
            for operand in card.operands
        )
        nodes[card.id] = replace(card, operands=tuple(operands))
    return Graph(
        tuple(nodes),
        tuple(replace(edge, id=number[edge.id]) for edge in edges),
        tuple(replace(root, node=place[root.node]) for root in graph.roots),
        graph.notes,
    )


def _between(edges: Sequence[Edge], place: Mapping[int, int], nodes: Sequence[Node]) -> list[Edge]:
    """The edges between different nodes. Those from one output into one group become one, which
    carries the sum of their gradients."""
    found: dict[object, Edge] = {}
    for each in edges:
        edge = replace(each, source=place[each.source], target=place[each.target])
        if edge.source == edge.target:
            continue
        if nodes[edge.target].kind != "fold":
            found[edge.id] = edge
            continue
        key = (edge.source, edge.output, edge.target)
        flow = _sum(found[key].flow, edge.flow) if key in found else edge.flow
        found[key] = replace(edge, local=None, symbol="", how="", flow=flow)
    return list(found.values())


def _card(group: Sequence[Node], place: int) -> Node:
    """The only node of a group, or one that stands for all of them."""
    if len(group) == 1:
        return replace(group[0], id=place)
    ops = [node for node in group if node.kind == "operation"]
    return Node(
        id=place,
        kind="fold",
        op="",
        text=f"{len(ops):,} operations",
        names=ops[-1].names,
        values=ops[-1].values,
        gradients=ops[-1].gradients,
        saves=_inventory(group),
        turn=min((node.turn for node in ops if node.turn is not None), default=None),
        inside=tuple(node.op for node in group if node.op),
    )


def _inventory(group: Sequence[Node]) -> tuple[str, ...]:
    """What is in a group, in lines: 'layers.0 … layers.3', '4 Addmm, 4 Relu', …"""
    modules = [node.name.rpartition(".")[0] for node in group if "." in node.name]
    counts = Counter(short(node.op) for node in group if node.op).most_common()
    tally = [f"{count:,} {name}" for name, count in counts]
    lines = []
    if modules:
        lines.append(modules[0] if modules[0] == modules[-1] else f"{modules[0]} … {modules[-1]}")
    lines += [", ".join(tally[k : k + 2]) for k in range(0, min(len(tally), 6), 2)]
    return (*lines, "…") if len(tally) > 6 else tuple(lines)


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

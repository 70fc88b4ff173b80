"""Makes a large Graph readable: groups of operations that have one result become one card, first
runs of pure reshapes, then what one module does, then stretches with one way in and one way out.
Knows a Graph and nothing else."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from gradbook.graph.formulas import RESHAPES, op_name
from gradbook.graph.model import Edge, Graph, Node, Value

GROUPS = 8  # about how many stretches a folded graph has
ENDS = 2  # operations that stay visible at either end
FEWEST = 6  # cards that a graph folded by its modules has, if there is another way

Groups = list[list[int]]  # of operations, each in the order of execution; the last one's result is
# that of the group, and nothing outside uses another's


def fold(graph: Graph, most: int) -> Graph:
    """The graph itself, or one of at most `most` nodes in which groups are folded.

    Raises ValueError where the graph is too large and has no such groups.
    """
    if len(graph.nodes) <= most:
        return graph
    fewest = len(graph.nodes)
    for least, groups, titles in _ways(graph):
        group_of = _group_of(graph, groups)
        cards = len(set(group_of))
        fewest = min(fewest, cards)
        if least <= cards <= most:
            return _folded(graph, group_of, titles)
    raise ValueError(
        f"This graph has {len(graph.nodes):,} nodes; folded it still has {fewest:,}, more than "
        f"{most}: draw a part of it, for example a tensor nearer to the inputs."
    )


def _ways(graph: Graph) -> Iterator[tuple[int, Groups, Mapping[int, str]]]:
    """Ways to fold a graph, the gentlest first: the least number of cards that makes the way worth
    taking, the groups, and the titles of groups by their last operation."""
    labels: list[str] = [""] * len(graph.nodes)
    yield 0, *_grouped(graph, labels)
    modules = _modules(graph)
    depths = range(max(name.count(".") + bool(name) for name in modules), 0, -1)
    by_module = [_grouped(graph, _between_parts(graph, modules, depth)) for depth in depths]
    for way in by_module:
        yield FEWEST, *way
    stretches = _by_stretches(graph)
    yield 0, stretches, {group[-1]: _of_a_module(group, modules) for group in stretches}
    for way in by_module:
        yield 0, *way
    named = {node.id for node in graph.nodes if any(node.names)}
    yield 0, _cones(graph, lambda op, user: op not in named), {}
    yield 0, _cones(graph, lambda op, user: True), {}


def _cones(graph: Graph, joins: Callable[[int, int], bool]) -> Groups:
    """The operations in groups of one result: an operation belongs to the group of those that use
    it, if that is one group and `joins` allows it for each; otherwise it is the end of a group.

    As a group is left by its end alone, no way leads out of it and back in.
    """
    users: dict[int, list[int]] = {}
    for edge in graph.edges:
        users.setdefault(edge.source, []).append(edge.target)
    roots = {root.node for root in graph.roots}
    group: dict[int, int] = {}  # the end of each operation's group
    for node in reversed(graph.nodes):
        if node.kind != "operation":
            continue
        using = users.get(node.id, [])
        ends = {group[user] for user in using}
        alone = node.id in roots or len(ends) != 1 or not all(joins(node.id, u) for u in using)
        group[node.id] = node.id if alone else ends.pop()
    groups: dict[int, list[int]] = {}
    for op in sorted(group):
        groups.setdefault(group[op], []).append(op)
    return list(groups.values())


def _grouped(graph: Graph, labels: Sequence[str]) -> tuple[Groups, Mapping[int, str]]:
    """Operations with the same label together, and runs of pure reshapes; with the titles."""

    def joins(op: int, user: int) -> bool:
        if labels[op] or labels[user]:
            return labels[op] == labels[user]
        return _reshapes(graph, op) and _reshapes(graph, user)

    groups = _cones(graph, joins)
    titles = {
        group[-1]: labels[group[-1]] or f"{len(group)} reshapes"
        for group in groups
        if len(group) > 1
    }
    return groups, titles


def _modules(graph: Graph) -> list[str]:
    """The module that each node belongs to: that of the parameter that it is or uses, also in
    another shape. Empty for an operation that uses the parameters of none, or of two."""
    modules: list[set[str]] = [set() for _ in graph.nodes]
    for node in graph.nodes:
        if node.kind == "leaf":
            modules[node.id] = {node.name.rpartition(".")[0]} - {""}
    for edge in graph.edges:
        source = graph.nodes[edge.source]
        if source.kind == "leaf" or _of_a_leaf(graph, source.id):
            modules[edge.target] |= modules[edge.source]
    return [names.pop() if len(names) == 1 else "" for names in modules]


def _of_a_module(group: Sequence[int], modules: Sequence[str]) -> str:
    """22 operations of model: the title of a stretch whose modules have a part of their names in
    common; otherwise none."""
    names = [modules[op].split(".") for op in group if modules[op]]
    common = [parts[0] for parts in takewhile(lambda p: len({*p}) == 1, zip(*names, strict=False))]
    return f"{len(group):,} operations of {'.'.join(common)}" if common else ""


def _of_a_leaf(graph: Graph, node: int) -> bool:
    """Whether a reshape has reshaped nothing but a leaf."""
    while graph.nodes[node].kind == "operation":
        inputs = graph.inputs(node)
        if len(inputs) != 1 or not _reshapes(graph, node):
            return False
        node = inputs[0].source
    return graph.nodes[node].kind == "leaf"


def _between_parts(graph: Graph, modules: Sequence[str], depth: int) -> list[str]:
    """The label of each operation at a depth: its module, named by so many parts at most, and the
    same for what lies between two operations of one module."""
    labels = [".".join(name.split(".")[:depth]) for name in modules]
    before: list[set[str]] = [{label} - {""} for label in labels]
    after: list[set[str]] = [{label} - {""} for label in labels]
    for edge in graph.edges:
        if not labels[edge.target] and graph.nodes[edge.source].kind == "operation":
            before[edge.target] |= before[edge.source]
    for edge in reversed(graph.edges):
        if not labels[edge.source]:
            after[edge.source] |= after[edge.target] or {""}
    for node in graph.nodes:
        found = before[node.id] & after[node.id]
        if node.kind == "operation" and len(after[node.id]) == 1 and found:
            labels[node.id] = found.pop()
    users: list[set[str]] = [set() for _ in graph.nodes]
    for edge in reversed(graph.edges):  # a layer reshapes what it is given, and its result back
        using = users[edge.target]
        if _reshapes(graph, edge.target) and len(using) == 1 and not labels[edge.target]:
            labels[edge.target] = next(iter(using))
        users[edge.source].add(labels[edge.target])
    for edge in graph.edges:
        if _reshapes(graph, edge.target):
            labels[edge.target] = labels[edge.target] or labels[edge.source]
    return labels


def _reshapes(graph: Graph, node: int) -> bool:
    return op_name(graph.nodes[node].op) in RESHAPES


def _by_stretches(graph: Graph) -> Groups:
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
    """For each node the first node of its group; a leaf that only one group uses joins that, and so
    does a constant, unless it tells where the gradient of another tensor ends."""
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
        ends_there = graph.nodes[node].note.startswith("detached")
        if len(using) == 1 and using <= large and not ends_there:
            [group_of[node]] = using
    return group_of


def _folded(graph: Graph, group_of: Sequence[int], titles: Mapping[int, str]) -> Graph:
    """The graph with one node for each group, in the order in which groups are complete."""
    members: dict[int, list[Node]] = {}
    for node in graph.nodes:
        members.setdefault(group_of[node.id], []).append(node)
    groups = sorted(members.values(), key=lambda group: group[-1].id)
    place = {node.id: number for number, group in enumerate(groups) for node in group}
    nodes = [
        _card(group, number, titles.get(group[-1].id, "")) for number, group in enumerate(groups)
    ]
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


def _card(group: Sequence[Node], place: int, title: str) -> Node:
    """The only node of a group, or one that stands for all of them."""
    if len(group) == 1:
        return replace(group[0], id=place)
    ops = [node for node in group if node.kind == "operation"]
    return Node(
        id=place,
        kind="fold",
        op="",
        text=title or f"{len(ops):,} operations",
        names=ops[-1].names,
        values=ops[-1].values,
        gradients=ops[-1].gradients,
        saves=_inventory(group, title),
        turn=min((node.turn for node in ops if node.turn is not None), default=None),
        inside=tuple(node.op for node in group if node.op),
    )


def _inventory(group: Sequence[Node], title: str) -> tuple[str, ...]:
    """What is in a group, in lines: 'layers.0 … layers.3', '4 Addmm, 4 Relu', …"""
    modules = [node.name.rpartition(".")[0] for node in group if "." in node.name]
    counts = Counter(op_name(node.op) for node in group if node.op).most_common()
    tally = [f"{count:,} {name}" for name, count in counts]
    lines = []
    if modules and {*modules} != {title}:
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

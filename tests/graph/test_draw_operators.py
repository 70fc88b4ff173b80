"""Every differentiable operator that torch tests itself draws: all its nodes are in the picture,
and every gradient, and the order of the nodes, are those of torch's own engine."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
import torch
from operators import OPERATORS, WITHOUT_SAMPLE, sample
from surveys import survey

from gradbook import draw
from gradbook.graph.figure import Picture
from gradbook.graph.snapshot import snapshot


def reached(roots: list[torch.Tensor]) -> list[Any]:
    """All nodes that next_functions reaches, by a walk of its own."""
    found: dict[Any, None] = {}
    waiting = [root.grad_fn for root in roots]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in found:
            found[node] = None
            waiting += [child for child, _ in node.next_functions]
    return list(found)


def engine(roots: list[torch.Tensor], nodes: list[Any], seeds: list[torch.Tensor]) -> list[Any]:
    """What torch's engine brings to each node, in its order: (node, gradients of its outputs)."""
    seen: list[Any] = []
    kept = [
        node.register_prehook(lambda arrived, node=node: seen.append((node, arrived)))
        for node in nodes
        if "AccumulateGrad" not in node.name()
    ]
    try:
        torch.autograd.backward(roots, seeds)
    finally:
        for handle in kept:
            handle.remove()
    return seen


def svg(picture: Picture) -> ET.Element:
    html = picture._repr_html_()
    return ET.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])


@survey("op, dtype", OPERATORS)
def test_operator_draws_with_the_engine_s_gradients(op: Any, dtype: torch.dtype):
    try:
        roots = sample(op, dtype)
    except RuntimeError as error:
        assert op.formatted_name in WITHOUT_SAMPLE and "does not support automatic" in str(error)
        return
    if not roots:
        assert op.formatted_name in WITHOUT_SAMPLE
        return
    seeds = [torch.ones_like(root.detach().to_dense()) for root in roots]
    picture = draw(*roots, gradient=seeds, most=10**6)
    nodes = reached(roots)
    assert sum(picture.graph.count().values()) == len(nodes)
    assert len(svg(picture).findall(".//*[@data-node]")) >= len(nodes)
    if any("backward pass stops" in note for note in picture.graph.notes):  # torch refuses it too
        with pytest.raises(RuntimeError):
            torch.autograd.backward(roots, seeds)
        return
    drawn = sorted(
        (node for node in picture.graph.nodes if node.kind == "operation"), key=lambda n: n.turn
    )
    ran = engine(roots, nodes, seeds)
    assert [node.op for node in drawn] == [node.name().rpartition("::")[2] for node, _ in ran]
    for node, (_, arrived) in zip(drawn, ran, strict=True):
        for shown, given in zip(node.gradients, arrived, strict=True):
            assert (shown is None) == (given is None)
            assert shown is None or repr(shown) == repr(snapshot(given))


def test_there_are_at_least_500():
    assert len({op.values[0].formatted_name for op in OPERATORS}) >= 500

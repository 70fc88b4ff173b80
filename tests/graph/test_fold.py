"""Large graphs are drawn in bounded room, folded, or are refused in one sentence."""

from __future__ import annotations

import pytest
import torch
from models import MODELS

from gradbook import draw


def test_a_chain_of_10_000():
    x = torch.tensor(0.5, requires_grad=True)
    y = x
    for _ in range(10_000):
        y = torch.sin(y)
    picture = draw(y)
    assert len(picture._repr_html_()) < 20_000
    assert sum(picture.graph.count().values()) == 10_001
    [gradient] = torch.autograd.grad(y, x)
    assert picture.graph.nodes[0].gradient.number == pytest.approx(gradient.item())


def test_a_residual_network_of_1_000_nodes():
    def block(x: torch.Tensor) -> torch.Tensor:
        a, b = (torch.eye(2).requires_grad_() for _ in range(2))
        return torch.relu(x + torch.relu(x @ a) @ b)

    x = torch.ones(1, 2, requires_grad=True)
    y = x
    for _ in range(150):
        y = block(y) / 3
    picture = draw(y.sum())
    assert sum(picture.graph.count().values()) > 1000
    assert picture.shown.count() == picture.graph.count()
    assert len(picture.shown.nodes) <= 20
    assert picture.shown.nodes[0].gradient == picture.graph.nodes[0].gradient


def test_what_was_detached_stays_in_sight():
    notes = [node.note for node in MODELS["two_losses_of_a_gan"]().shown.nodes]
    assert notes.count("detached from fake") == 1


def test_runs_of_views_are_one_card():
    x = torch.ones(2, 3, 4, requires_grad=True)
    y = x
    for _ in range(12):
        y = y.transpose(0, 1).flatten().view(3, 2, 4).unsqueeze(0).squeeze(0).transpose(0, 1).exp()
    picture = draw(y.sum())
    assert [node.text.endswith(" reshapes") for node in picture.shown.nodes].count(True) == 12
    assert picture.shown.count() == picture.graph.count()
    [gradient] = torch.autograd.grad(y.sum(), x)
    assert picture.shown.nodes[0].gradient.shape == gradient.shape


def test_what_one_module_does_is_one_card_by_its_name():
    shown = MODELS["transformer_of_4_layers"]().shown
    layers = [node.text for node in shown.nodes if node.text.startswith("encoder")]
    assert layers == [f"encoder.layers.{number}" for number in range(4)]


@pytest.mark.parametrize("name", MODELS)
def test_a_folded_graph_has_the_gradients_of_the_whole(name: str):
    picture = MODELS[name]()
    whole = {node.name: node.gradients for node in picture.graph.nodes if node.name}
    for node in picture.shown.nodes:
        assert not node.name or node.gradients == whole[node.name]


def test_what_cannot_be_folded_is_refused():
    leaves = [torch.ones((), requires_grad=True) for _ in range(100)]
    roots = [leaf * 2 for leaf in leaves]
    with pytest.raises(ValueError, match="has 200 nodes; folded it still has 200, more than 30"):
        draw(*roots)

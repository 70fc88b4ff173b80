"""Models as people write them: each draws on few cards, each card is true, and the words that are
compared name nothing of the machine."""

from __future__ import annotations

import re

import equations
import models
import pytest

from gradbook.graph.model import Graph

PLATFORM = re.compile(r"mkldnn|cudnn|cpu|flash|mps", re.I)
# What pictures say about backward passes that cannot be followed.
PACKED = ("What a hook has packed stays packed, so gradients end there.",)
NOTES = {"checkpoint_without_reentry": PACKED, "checkpoint_with_reentry": PACKED}
AUTHORS = {"Cube": models.Cube.apply, "Scale": models.Scale.apply}

each = pytest.mark.parametrize("name", models.MODELS)


@each
def test_a_model_draws_on_at_most_30_cards(name: str):
    picture = models.MODELS[name]()
    assert "<svg" in picture._repr_html_()
    assert len(picture.shown.nodes) <= 30
    assert picture.shown.count() == picture.graph.count()
    assert_one_result_each(picture.shown)


@each
def test_nothing_is_said_of_a_model_that_its_author_did_not_do(name: str):
    assert models.MODELS[name]().graph.notes == NOTES.get(name, ())


@each
def test_the_words_that_are_compared_name_no_kernel(name: str):
    assert not PLATFORM.search(repr(models.MODELS[name]()))


@each
def test_each_card_of_a_model_is_true(name: str, monkeypatch: pytest.MonkeyPatch):
    equations.numbers_of_all(monkeypatch)
    graph = models.MODELS[name]().graph
    held = equations.check_equations(graph, AUTHORS)
    assert held, "no card of this model was computed"


def test_there_are_at_least_30():
    assert len(models.MODELS) >= 30


def assert_one_result_each(graph: Graph) -> None:
    """Each folded card hands on what it shows, and no line leads back."""
    for edge in graph.edges:
        assert edge.source < edge.target
        assert edge.output < len(graph.nodes[edge.source].values)

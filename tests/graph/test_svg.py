"""A Graph becomes a picture: well-formed, colored by properties, the same bytes each time; and the
figure around it says in words and as data what the picture shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from drawings import DRAWINGS, by_hand, polynomial, recorded, two_outputs
from figures import check, check_arithmetic, figures

from gradbook import draw
from gradbook.graph.card import card
from gradbook.graph.figure import Picture
from gradbook.graph.layout import along, arrange, spots
from gradbook.graph.model import Graph, Value
from gradbook.graph.numerals import numeral, parse, rounded
from gradbook.graph.steps import steps
from gradbook.graph.svg import svg

SVG = "{http://www.w3.org/2000/svg}"
TESTS = Path(__file__).parents[1]


@pytest.fixture(params=DRAWINGS)
def html(request: pytest.FixtureRequest) -> str:
    return DRAWINGS[request.param]()._repr_html_()


def test_picture_is_well_formed_and_says_what_it_is(html: str):
    [figure] = figures(html)
    root = ET.fromstring(figure.svg)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text.startswith("Graph of ")
    assert re.search(r"\d nodes \(.*AccumulateGrad\)", root.find(f"{SVG}desc").text)
    nodes = [node.get("data-node") for node in root.findall(".//*[@data-node]")]
    assert nodes == [str(number) for number in range(len(nodes))]  # the player counts on it
    assert len(root.findall(".//*[@data-edge]")) == len(figure.data["edges"])
    assert {step[1] for step in figure.data["steps"]} <= set(range(len(nodes)))
    assert "id=" not in figure.svg  # nothing that a second figure of the page could repeat


def test_colors_are_properties_with_a_fallback(html: str):
    [figure] = figures(html)
    colors = re.findall(r"(?:fill|stroke|color)\s*[:=]\s*\"?([^;\"}]+)", figure.svg)
    assert len(colors) > 10
    for color in colors:
        assert re.fullmatch(r"none|var\(--graph-[a-z-]+,#[0-9a-f]{6}\)", color), color


def test_every_property_has_a_value_on_the_site():
    css = (TESTS.parent / "docs/assets/graph.css").read_text()
    used = set(re.findall(r"var\((--graph-[a-z-]+)", polynomial()._repr_html_()))
    assert used <= set(re.findall(r"(--graph-[a-z-]+):", css))


def test_nothing_overlaps():
    for make in DRAWINGS.values():
        graph = make().graph
        cards = [card(graph, node, backward=True) for node in graph.nodes]
        placed = arrange(
            [(one.width, one.height) for one in cards],
            [(edge.source, edge.target) for edge in graph.edges],
            [node.kind != "operation" for node in graph.nodes],
        )
        boxes = sorted(placed.boxes, key=lambda box: (box.y, box.x))
        for number, a in enumerate(boxes):
            for b in boxes[number + 1 :]:
                apart_x = abs(a.x - b.x) >= (a.width + b.width) / 2
                apart_y = abs(a.y - b.y) >= (a.height + b.height) / 2
                assert apart_x or apart_y
        for box in boxes:
            assert box.width / 2 <= box.x + 0.01 and box.x + box.width / 2 <= placed.width + 0.01


def test_lines_run_down_from_source_to_target():
    graph = polynomial().graph
    sizes = [(90.0, 60.0)] * len(graph.nodes)
    edges = [(edge.source, edge.target) for edge in graph.edges]
    placed = arrange(sizes, edges, [False] * len(sizes))
    for (source, target), line in zip(edges, placed.lines):
        assert line[0][1] == placed.boxes[source].y + 30
        assert line[-1][1] == placed.boxes[target].y - 30
        assert all(a[1] <= b[1] for a, b in pairwise(line))


def test_no_line_runs_through_a_label(html: str):
    [figure] = figures(html)
    assert figure.svg.rindex("data-edge") < figure.svg.index('class="label"')


def test_labels_stand_clear_of_other_lines_where_there_is_room():
    first, second = ((50.0, 0.0), (10.0, 40.0)), ((70.0, 0.0), (30.0, 40.0))
    middle = (30.0, 20.0)  # of the first; the second comes by closely
    [(x, y), _] = spots([first, second], [(26, 14), (26, 14)])
    near = [along(*second, n / 100) for n in range(101)]
    assert any(abs(a - middle[0]) < 13 and abs(b - middle[1]) < 7 for a, b in near)
    assert not any(abs(a - x) < 13 and abs(b - y) < 7 for a, b in near)


def test_a_square_uses_its_operand_twice():
    x = torch.tensor(3.0, requires_grad=True)
    y = x * x
    lines = re.findall(r'data-edge="\d"><path d="(.*?)"', svg(draw(y).graph, "t", "d"))
    assert len(lines) == len(set(lines)) == 2
    assert draw(y).graph.nodes[0].gradient.number == 6


def test_a_picture_needs_no_torch():
    program = (
        "import sys\nfrom gradbook.graph.model import *\nfrom gradbook.graph.svg import svg\n"
        "x = Node(0, 'leaf', 'AccumulateGrad', 'x', ('x',), (Value((), 'float32', 2.0),))\n"
        "y = Node(1, 'operation', 'PowBackward0', 'x²', ('y',), (Value((), 'float32', 4.0),))\n"
        "print(svg(Graph((x, y), (Edge(0, 0, 1, 0, local=4.0),), (Root(1),)), 't', 'd')[:4])\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["<svg", "False"], done.stderr


def test_the_same_graph_gives_the_same_bytes():
    program = "from drawings import *\nfor make in DRAWINGS.values(): print(make()._repr_html_())"
    outputs = set()
    for seed in "01":
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(TESTS), "PYTHONHASHSEED": seed},
        )
        assert done.returncode == 0, done.stderr
        outputs.add(done.stdout)
    assert len(outputs) == 1


@pytest.mark.parametrize(
    "name", sorted(DRAWINGS.keys() - {"two_outputs"})
)  # `stack` is not run again
def test_figure_agrees_with_itself_and_with_torch(name: str):
    graph = DRAWINGS[name]().shown
    gradients = [n for n in graph.nodes if any(n.gradients) and n.kind != "constant"]
    assert check(graph) == len(gradients) > 0


def wrong_node(graph: Graph, place: int, **change: Value) -> Graph:
    nodes = list(graph.nodes)
    nodes[place] = replace(nodes[place], **{name: (value,) for name, value in change.items()})
    return replace(graph, nodes=tuple(nodes))


def wrong_edge(graph: Graph, place: int, **change: Any) -> Graph:
    edges = list(graph.edges)
    edges[place] = replace(edges[place], **change)
    return replace(graph, edges=tuple(edges))


def test_each_check_of_a_figure_bites():
    graph = polynomial().graph
    sentences = [step.sentence for step in steps(graph)]
    wrong = Value((), "float32", 1000.0)
    broken = [wrong_node(graph, 0, gradients=wrong)]
    broken += [wrong_node(graph, place, values=wrong) for place in range(len(graph.nodes))]
    broken += [wrong_edge(graph, place, local=1000.0) for place in range(len(graph.edges))]
    broken += [wrong_edge(graph, place, flow=wrong) for place in range(len(graph.edges))]
    for one in broken:
        with pytest.raises(AssertionError):
            check(one, sentences)
    for right, false in {
        "= 64 flows on to x": "= 65 flows on to x",
        "5 + 12 + 12 = 29": "5 + 12 + 12 = 30",
        "2x⁴ = 2 × 16 = 32": "2x⁴ = 2 × 16 = 33",
    }.items():
        changed = [sentence.replace(right, false) for sentence in sentences]
        assert changed != sentences
        with pytest.raises(AssertionError):
            check(graph, changed)


def test_the_steps_in_words():
    [figure] = figures(by_hand()._repr_html_())
    assert figure.sentences == [
        "x = 2 is a leaf: gradients end here.",
        "y = 3 is a leaf: gradients end here.",
        "u = xy = 2 × 3 = 6. MulBackward0 saves x, y.",
        "v = u + x = 6 + 2 = 8.",
        "w = v² = 8² = 64. PowBackward0 saves v.",
        "The backward pass starts with ∂w/∂w = 1. ∂w/∂v = 2v = 16, so 1 × 16 = 16 flows on to v.",
        "v passes 16 on unchanged to u and x.",
        "∂u/∂x = y = 3, so 16 × 3 = 48 flows on to x. ∂u/∂y = x = 2, so 16 × 2 = 32 flows on to y. "
        "x now holds 16 + 48 = 64.",
        "x has received 16 + 48 = 64. backward() stores it in x.grad.",
        "y has received 32. backward() stores it in y.grad.",
    ]


def test_several_outputs_in_words():
    [figure] = figures(two_outputs()._repr_html_())
    assert figure.sentences[1] == "unbind(x) gives a = 2 and b = 3."
    assert "the gradient, cut out, gives 10 for a²." in figure.sentences[6]
    assert figure.sentences[9].startswith("∂(ab)/∂a = b = 3, so 1 × 3 = 3 flows on to a.")


def test_names_cannot_break_the_page():
    x = torch.tensor(2.0, requires_grad=True)
    evil = "</script><b>&"
    html = draw(x * 2, names={evil: x})._repr_html_()
    assert "<b>" not in html and html.count("</script>") == 1
    assert evil in figures(html)[0].sentences[0]


def test_not_a_number_is_said():
    @recorded
    def undefined() -> Picture:
        x = torch.tensor(0.0, requires_grad=True)
        y = (x / x).log() + torch.tensor(float("inf")) * x
        return draw(y)

    picture = undefined()
    assert "Graph of y = nan" in picture._repr_html_()
    check(picture.graph)


@pytest.mark.parametrize("number, text", [
    (93.0, "93"), (-0.5, "−0.5"), (1 / 3, "0.3333"), (1234.56, "1234.6"),
    (3486784401.0, "3486784401"),
    (1.5e-7, "1.5·10⁻⁷"), (6e23, "6·10²³"), (float("-inf"), "−∞"), (1 - 2j, "1 − 2i"),
    (True, "True"),
])  # fmt: skip
def test_numerals(number: complex, text: str):
    assert numeral(number) == text
    if not isinstance(number, bool):
        assert rounded(number) == (text in ("0.3333", "1234.6"))
        assert parse(text) == pytest.approx(number, rel=1e-3)


def test_arithmetic_in_sentences_is_read():
    check_arithmetic("so (−2) × 0.3333 ≈ −0.6667 flows on. x holds 2 − 3 = −1. 2·10⁻⁷ × 2 = 4·10⁻⁷")
    for wrong in ("(−2) × 3 = 6", "5 + 12 − 2 = 16", "0.3333 × 3 ≈ 1.1"):
        with pytest.raises(AssertionError):
            check_arithmetic(wrong)

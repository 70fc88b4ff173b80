"""A Graph becomes a picture: well-formed, colored by properties, the same bytes each time; and the
figure around it says in words and as data what the picture shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from drawings import DRAWINGS, by_hand, polynomial, two_outputs
from figures import check, check_arithmetic, figures

from gradbook import draw
from gradbook.graph.card import card
from gradbook.graph.layout import along, arrange, spots
from gradbook.graph.numerals import numeral, parse, rounded
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
    assert len(root.findall(".//*[@data-node]")) == len(figure.data["nodes"])
    assert len(root.findall(".//*[@data-edge]")) == len(figure.data["edges"])
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
    [figure] = figures(DRAWINGS[name]()._repr_html_())
    confirmed = check(figure)
    gradients = [n for n in figure.data["nodes"] if n.get("gradients") and n["kind"] != "constant"]
    assert confirmed == len(gradients) > 0


@pytest.mark.parametrize("wrong", [
    '"gradients":[93]', '"local":32', '"flow":64', '"values":[32]', "= 64 flows on to x",
    "5 + 12 + 12 = 29", "2x⁴ = 2 × 16 = 32",
])  # fmt: skip
def test_each_check_of_a_figure_bites(wrong: str):
    html = polynomial()._repr_html_()
    assert wrong in html
    [number] = re.findall(r"-?\d+(?=\D*$)", wrong)
    changed = (
        wrong[: wrong.rindex(number)]
        + str(int(number) + 1)
        + wrong[wrong.rindex(number) :][len(number) :]
    )
    [figure] = figures(html.replace(wrong, changed))
    with pytest.raises(AssertionError):
        check(figure)


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
    assert figures(html)[0].data["nodes"][0]["names"] == [evil]


def test_not_a_number_is_valid_json():
    x = torch.tensor(0.0, requires_grad=True)
    y = (x / x).log() + torch.tensor(float("inf")) * x
    [figure] = figures(draw(y)._repr_html_())
    json.dumps(figure.data, allow_nan=False)
    assert figure.data["nodes"][-1]["values"] == ["nan"]


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

"""The player of a graph picture, in a real browser: by mouse, touch and keyboard, aloud, without
motion, without JavaScript, on a phone, in both palettes; and nothing on the page moves."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from browser import SHIFTS, window
from built import ROOT
from drawings import DRAWINGS, after_backward, by_hand, polynomial, two_outputs, wide
from playwright.sync_api import Browser, Page

from gradbook.graph.model import Graph
from gradbook.graph.numerals import numeral
from gradbook.graph.steps import steps
from gradbook.site.modules import plain_script

ASSETS = ROOT / "docs/assets"

CONTRASTS = """() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const rgb = color => {
    paint.fillStyle = color
    paint.fillRect(0, 0, 1, 1)
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  const light = color => rgb(color).map(c => c / 255)
    .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
  const ground = text => {
    const rect = text.parentElement.querySelector("rect")
    const fill = rect && getComputedStyle(rect).fill
    if (fill && fill !== "none") return fill
    return getComputedStyle(text.closest(".node").querySelector(".box")).fill
  }
  return [...document.querySelectorAll("svg.gg text")].map(text => {
    const [a, b] = [light(getComputedStyle(text).fill), light(ground(text))].sort((x, y) => y - x)
    return { ratio: (a + 0.05) / (b + 0.05), text: text.textContent }
  })
}"""
OUTSIDE = """() => [...document.querySelectorAll("svg.gg .node")].flatMap(node => {
  const box = node.querySelector(".box").getBoundingClientRect()
  return [...node.querySelectorAll("text")].filter(text => {
    const place = text.getBoundingClientRect()
    return place.left < box.left - 0.5 || place.right > box.right + 0.5 || place.bottom > box.bottom
  }).map(text => text.textContent)
})"""


VISIBLE = """cells => cells.filter(cell => {
  const place = cell.getBoundingClientRect()
  return place.width && place.height && getComputedStyle(cell).visibility === "visible"
}).map(cell => cell.textContent)"""
IN_SIGHT = """() => {
  const box = document.querySelector(".gg-scroll").getBoundingClientRect()
  const card = document.querySelector(".gg .now.node").getBoundingClientRect()
  return box.left <= card.left && card.right <= box.right
}"""


def values(graph: Graph) -> list[str]:
    """What the cells of the forward pass say."""
    return [numeral(node.value.number) for node in graph.nodes]


def sums(graph: Graph, node: int, output: int = 0) -> list[str]:
    """What a gradient's cell says as its terms come in, one by one, and when all have come."""
    terms = [numeral(edge.flow.number) for edge in graph.uses(node) if edge.output == output]
    grown = [f"∂ {' + '.join(terms[:count])}" for count in range(1, len(terms) + 1)]
    total = graph.nodes[node].gradients[output].number
    return [*grown, f"{grown[-1]} = {numeral(total)}"] if len(terms) > 1 else grown


def shown(page: Page, role: str) -> list[str]:
    """What the visible cells of a kind say, in the order of execution."""
    return page.locator(f"svg.gg .{role} .x").evaluate_all(VISIBLE)


def factors(page: Page) -> list[str]:
    """What the visible labels of arrows say."""
    return page.locator("svg.gg .label text").evaluate_all(VISIBLE)


def title(graph: Graph) -> str:
    return f"Graph of y = {values(graph)[-1]}"


def said(page: Page) -> str:
    return page.inner_text('.gg-said [aria-live="polite"]')


def sentences(page: Page) -> list[str]:
    return page.locator(".gg-steps li").all_text_contents()


def test_a_wide_picture_fills_the_screen_and_comes_back(open_page: Callable[..., Page]):
    page = open_page("wide", viewport={"width": 500, "height": 900})
    page.click("[aria-label='Fill the screen']")
    page.wait_for_function("document.fullscreenElement?.localName === 'grad-graph'")
    page.click("[aria-label='Next step']")
    assert said(page).startswith("x0 = 1")
    page.click("[aria-label='Back to the page']")
    page.wait_for_function("!document.fullscreenElement")


def test_a_picture_that_fits_has_no_such_button(open_page: Callable[..., Page]):
    page = open_page("by_hand")
    assert page.locator(".gg-size").count() == 1
    assert not page.locator(".gg-size").is_visible()


def test_component_is_small_and_needs_nothing():
    code = plain_script(ASSETS / "graph.js").encode()
    assert len(gzip.compress(code)) < 12 * 1024
    assert not re.search(rb"\bimport\b|\bfetch\b|https?:", code)


def test_before_the_program_s_backward_pass_the_forward_pass_comes_first(
    open_page: Callable[..., Page],
):
    page, graph = open_page(), polynomial().graph
    assert shown(page, "value") == values(graph)
    assert shown(page, "gradient") == factors(page) == []
    assert shown(page, "grad") == [".grad = None"]
    steps = len(sentences(page))
    assert page.locator(".gg-count").inner_text() == f"{len(graph.nodes)} / {steps}"
    page.click("[aria-label='Next step']")
    page.keyboard.press("End")
    assert shown(page, "gradient")[0] == sums(graph, 0)[-1]
    assert shown(page, "grad") == [f".grad = {numeral(graph.nodes[0].gradient.number)}"]


def test_after_it_the_finished_picture_comes_first(open_page: Callable[..., Page]):
    page, graph = open_page("after_backward"), after_backward().graph
    total = numeral(graph.nodes[0].accumulated.number)
    assert shown(page, "gradient")[0] == f"∂ {total}" and shown(page, "grad") == [
        f".grad = {total}"
    ]
    assert sentences(page)[-1] == f"x has received {total}, which is what x.grad holds."
    page.click("[aria-label='Next step']")
    assert shown(page, "grad") == []


def test_a_factor_stands_on_its_arrow_once_the_pass_has_come_there(open_page: Callable[..., Page]):
    page, graph = open_page(), polynomial().graph
    for step in steps(graph):
        page.click("[aria-label='Next step']")
        assert (f"× {numeral(graph.edges[-1].local)}" in factors(page)) == (
            step.phase == "backward"
        )
    assert len(factors(page)) == len(graph.edges)


def test_arrow_heads_point_where_the_numbers_go(open_page: Callable[..., Page]):
    page, forward = open_page("by_hand"), len(by_hand().graph.nodes)
    heads = """() => [...document.querySelectorAll("svg.gg .edge.now")].map(edge => {
      const seen = [...edge.querySelectorAll(".tip")].filter(tip => getComputedStyle(tip).visibility === "visible")
      return seen.map(tip => +tip.getAttribute("d").match(/l-3.5 (-?7)/)[1])
    })"""
    for number in range(2 * forward):
        page.click("[aria-label='Next step']")
        assert all(found == [7 if number >= forward else -7] for found in page.evaluate(heads))


def test_paper_has_no_shades(open_page: Callable[..., Page]):
    page = open_page("wide")
    look = "e => getComputedStyle(e).backgroundImage"
    assert "gradient" in page.locator(".gg-scroll").evaluate(look)
    page.emulate_media(media="print")
    assert page.locator(".gg-scroll").evaluate(look) == "none"
    assert len(shown(page, "gradient")) == len(wide().graph.nodes)


def test_every_step_by_mouse(open_page: Callable[..., Page]):
    page, graph = open_page(), polynomial().graph
    told = sentences(page)
    seen = []
    for number, sentence in enumerate(told, 1):
        page.click("[aria-label='Next step']")
        assert said(page) == sentence
        assert page.locator(".gg .now").count() > 0
        current = page.locator(".gg-steps li[aria-current]")
        assert current.all_text_contents() == [sentence]
        assert shown(page, "value") == values(graph)[:number]
        if number > len(graph.nodes):
            seen += [text for text in shown(page, "gradient")[:1] if text not in seen]
    assert seen[-5:] == sums(graph, 0)
    page.click("[aria-label='Previous step']")
    assert said(page) == told[-2]


def test_each_output_of_a_node_collects_its_own_gradient(open_page: Callable[..., Page]):
    page = open_page("two_outputs")
    unbind = page.locator(".gg .node", has_text="unbind").locator(".gradient .x")
    seen = []
    for _ in sentences(page):
        page.click("[aria-label='Next step']")
        seen.append(unbind.evaluate_all(VISIBLE))
    graph = two_outputs().graph
    [split] = [node.id for node in graph.nodes if len(node.values) == 2]
    first, second = sums(graph, split, 0), sums(graph, split, 1)
    assert seen[len(graph.nodes) :] == [
        [],
        [second[0]],  # 3b² comes first: the engine goes backward
        [first[0], second[0]],
        [first[1], second[1]],
        [first[2], second[2]],
        [first[2], second[2]],
    ]


def test_by_keyboard(open_page: Callable[..., Page]):
    page = open_page()
    told = sentences(page)
    stops = []
    for _ in range(9):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate(
                "document.activeElement.ariaLabel ?? document.activeElement.ariaDescription"
                " ?? document.activeElement.tagName"
            )
        )
    assert stops == [
        "INPUT", "BUTTON", "Previous step", "Play the steps", "Next step", "Step",
        title(polynomial().graph), "Explain x", "SUMMARY",
    ]  # fmt: skip
    page.focus("[aria-label='Next step']")
    page.keyboard.press("Enter")
    assert said(page) == told[0]
    for key, place in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", -1)):
        page.keyboard.press(key)
        assert said(page) == told[place]
    page.keyboard.press("Home")
    assert said(page) == "Nothing is computed yet." and shown(page, "value") == []
    page.focus("input[type=range]")
    page.keyboard.press("ArrowRight")
    assert said(page) == told[0]
    assert page.get_attribute("input[type=range]", "aria-valuetext") == f"Step 1 of {len(told)}"


def test_by_touch(open_page: Callable[..., Page]):
    page = open_page(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
    for name in ("Next step", "Next step", "Previous step"):
        page.tap(f"[aria-label='{name}']")
    assert said(page) == sentences(page)[0]
    box = page.locator("[aria-label='Next step']").bounding_box()
    assert min(box["width"], box["height"]) >= 44


def test_play_and_pause(open_page: Callable[..., Page]):
    page = open_page("by_hand")
    page.clock.install()
    page.click("[aria-label='Play the steps']")
    page.clock.run_for(4_000)
    assert said(page) in sentences(page)[1:3]
    page.click("[aria-label='Pause']")
    before = said(page)
    page.clock.run_for(10_000)
    assert said(page) == before
    page.click("[aria-label='Play the steps']")
    page.clock.run_for(60_000)
    assert said(page) == sentences(page)[-1]
    assert page.locator("[aria-label='Play the steps']").count() == 1
    page.clock.run_for(60_000)
    assert said(page) == sentences(page)[-1]


def test_reduced_motion(open_page: Callable[..., Page]):
    look = "e => { const s = getComputedStyle(e); return [s.animationName, s.transitionDuration] }"
    for motion, expected in (
        ("reduce", ["none", "0s"]),
        ("no-preference", ["gg-flow", "0.2s, 0.2s"]),
    ):
        page = open_page(reduced_motion=motion)
        page.click("[aria-label='Next step']")
        page.click("[aria-label='Next step']")
        line = page.locator(".gg .edge.now > path").first
        assert line.evaluate(look) == expected


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_moves(open_page: Callable[..., Page], width: int):
    page = open_page(*DRAWINGS, viewport={"width": width, "height": 900})
    assert page.evaluate(SHIFTS) == 0
    heights = set()
    for _ in range(24):
        page.locator("[aria-label='Next step']").first.click()
        heights.add(page.evaluate("document.documentElement.scrollHeight"))
    assert len(heights) == 1
    assert page.evaluate(SHIFTS) == 0


def test_without_javascript(open_page: Callable[..., Page]):
    page, nodes = open_page("by_hand", java_script_enabled=False), by_hand().graph.nodes
    assert len(shown(page, "value")) == len(shown(page, "gradient")) == len(nodes)
    assert page.locator(".gg-player").bounding_box() is None  # no room is kept for it
    assert page.locator(".gg-steps li").count() == 2 * len(nodes)  # forward and backward
    page.click("summary")
    assert page.locator(".gg-steps li").last.is_visible()


def test_on_a_phone_only_the_picture_s_own_box_scrolls(open_page: Callable[..., Page]):
    page = open_page(*DRAWINGS, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = page.locator(".gg-scroll").first
    assert wide.evaluate("box => box.scrollWidth > box.clientWidth")
    assert wide.get_attribute("tabindex") == "0" and wide.get_attribute("aria-label")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert min(page.locator(".gg text").evaluate_all(f"all => all.map({size})")) >= 12
    for _ in range(9):  # the third step, 2x⁴, is at the left; the ninth, 5x, far right
        page.locator("[aria-label='Next step']").first.click()
    page.wait_for_function(IN_SIGHT)  # it glides


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_text_is_read_on_what_it_stands_on(open_page: Callable[..., Page], scheme: str):
    page = open_page(*DRAWINGS, scheme=scheme)
    found = page.evaluate(CONTRASTS)
    assert len(found) > 100
    assert [one for one in found if one["ratio"] < 4.5] == []


@pytest.mark.parametrize("width", [360, 1440])
def test_text_stays_in_its_card(open_page: Callable[..., Page], width: int):
    page = open_page(*DRAWINGS, viewport={"width": width, "height": 900})
    assert page.evaluate(OUTSIDE) == []


def test_the_figure_in_a_notebook_stands_alone(browser: Browser):
    """No style sheet, no component: the picture in its own colors, and no empty player."""
    with window(browser) as context:
        page = context.new_page()
        page.set_content(polynomial()._repr_html_())
        assert page.locator(".gg-player").is_hidden()
        look = "e => getComputedStyle(e).stroke"
        assert page.locator(".gg .leaf .box").evaluate(look) == "rgb(32, 39, 45)"

"""Figures whose leaves a reader changes: the browser computes what torch computes, says it as the build would, and
tells what is no output of torch. Every living figure of the site is computed again at 101 points a leaf."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from browser import served, window
from built import ROOT
from drawings import by_hand, by_hand_at
from engine import TORCH, same
from figures import drawings_of, figures, site_figures
from playwright.sync_api import Browser, Page

from gradbook import draw
from gradbook.graph.living import KNOWN, program
from gradbook.graph.numerals import numeral
from gradbook.graph.steps import flat, steps
from gradbook.project import Project, project_at
from gradbook.run.executor import Executor

POINTS = [(number - 50) / 10 for number in range(101)]  # with the kinks at 0
COMPUTE = """async cases => {
  const { compute, told } = await import("./living.js")
  const texts = data => data?.map(String) ?? null
  return JSON.stringify(JSON.parse(cases).map(([data, points]) => points.map(leaves => {
    const state = compute(data, leaves)
    const steps = data.steps.map(([phase, node, edges]) => ({ back: phase === "b", node, edges }))
    return [state.nodes.map(({ value }) => [texts(value.data), texts(value.grad)]), told(state, steps)]
  })))
}"""
PAGES = [
    path
    for path in project_at(ROOT).page_files()
    if any(
        re.search(r"^(draw|row)\(", cell.code, re.M) for cell in project_at(ROOT).page(path).cells
    )
]
# Its program asserts what its own numbers come to, and ends with others.
OWN_NUMBERS = {"switches"}


@pytest.fixture(scope="module")
def assets(browser: Browser) -> Iterator[Page]:
    """A page from which the modules can be imported."""
    with served(ROOT / "docs/assets") as home, window(browser) as context:
        page = context.new_page()
        page.goto(home + "living.js")
        yield page


def computed(page: Page, cases: list[tuple[dict, list[dict]]]) -> list[list[Any]]:
    """For each figure's data and each of its points: values and gradients by node, and the sentences."""
    return json.loads(page.evaluate(COMPUTE, json.dumps(cases)))


def entries(node: list[Any]) -> list[float]:
    return list(flat(node[3]))


def points(live: dict[str, Any]) -> list[dict[int, list[float]]]:
    """The run's point, and 101 for each number of a leaf, the others as they were."""
    leaves = {at: entries(node) for at, node in enumerate(live["nodes"]) if node[2] == "leaf"}
    found = [leaves]
    for at, numbers in leaves.items():
        for place in range(len(numbers)):
            found += [
                {**leaves, at: [*numbers[:place], new, *numbers[place + 1 :]]} for new in POINTS
            ]
    return found


def by_torch(
    data: dict[str, Any], leaves: dict[int, list[float]]
) -> list[tuple[list, list | None]]:
    """The values and gradients of a figure's program, which is read from its data."""
    live, made = data["live"], []
    for at, (_, _, kind, content, *_) in enumerate(live["nodes"]):
        if kind in ("leaf", "constant"):
            tensor = torch.tensor(content, dtype=torch.float64)
            if kind == "leaf":
                tensor = torch.tensor(leaves[at], dtype=torch.float64).reshape(tensor.shape)
            made.append(tensor.requires_grad_(kind == "leaf"))
            continue
        given = [
            part[0] if isinstance(part, list) else made[data["edges"][part][0]] for part in content
        ]
        made.append(TORCH[kind](*given))
    seeds = [(made[node], seed) for node, _, seed in live["seeds"] if seed is not None]
    gradients: list[Any] = [None] * len(made)
    if seeds:
        total = sum((root * torch.tensor(seed, dtype=torch.float64)).sum() for root, seed in seeds)
        tracked = [tensor for tensor in made if tensor.requires_grad]
        found = iter(torch.autograd.grad(total, tracked, allow_unused=True))
        gradients = [next(found) if tensor.requires_grad else None for tensor in made]
    return [
        (tensor.detach().flatten().tolist(), None if g is None else g.flatten().tolist())
        for tensor, g in zip(made, gradients, strict=True)
    ]


def differences(found: list[Any], expected: list[Any]) -> list[tuple[int, str, Any, Any]]:
    """Where the two part: to a relative 1e-12 of the number, or of the largest on the way, as sums may cancel."""
    largest = max(abs(n) for pair in expected for part in pair if part for n in part if n == n)
    wrong = []
    for node, (got, wanted) in enumerate(zip(found, expected, strict=True)):
        for what, some, others in zip(("value", "gradient"), got, wanted, strict=True):
            numbers = [float(text) for text in some or ()]
            close = len(numbers) == len(others or ()) and all(
                same(a, b) or abs(a - b) <= 1e-12 * min(largest, 1e6)
                for a, b in zip(numbers, others or ())
            )
            wrong += [] if close else [(node, what, some, others)]
    return wrong


def test_every_figure_of_the_site_is_torch_s_at_101_points_a_leaf(
    assets: Page, built_site: Path
) -> None:
    living = {
        json.dumps(one.data): (page, one)
        for page, one in site_figures(built_site)
        if "live" in one.data
    }
    cases = [(one.data, points(one.data["live"])) for _, one in living.values()]
    assert len(cases) >= 15 and sum(len(some) for _, some in cases) > 101 * len(cases)
    for (page, one), (data, some), results in zip(
        living.values(), cases, computed(assets, cases), strict=True
    ):
        assert results[0][1] == one.sentences  # at the run's own point it says what the build says
        for leaves, (found, _) in zip(some, results, strict=True):
            wrong = differences(found, by_torch(data, leaves))
            assert not wrong, f"{page}, {one.sentences[-1]} at {leaves}: {wrong}"


def altered(source: str) -> str:
    """The program with every tracked number changed."""
    tracked = re.compile(r"(torch\.tensor\()(-?\d+\.\d*)(, requires_grad=True\))")
    return tracked.sub(
        lambda match: f"{match[1]}{float(match[2]) * 0.75 + 0.3:g}{match[3]}", source
    )


# A slider holds its plot to the numbers that stand in its line, and those have changed.
STILL = "import gradbook\ngradbook.slider = lambda *_, **__: None\n"


def test_changed_leaves_give_what_the_changed_program_of_the_page_gives(
    assets: Page, real: Project, executor: Executor, built_site: Path
) -> None:
    """Here a constant would be found that the program computes from a leaf without tracking: the browser keeps it."""
    cases, expected = [], []
    told = {tuple(one.sentences) for _, one in site_figures(built_site)}
    for path in PAGES:
        source = (ROOT / real.page(path).snippet.path).read_text("utf-8")
        if altered(source) == source or path.stem in OWN_NUMBERS:
            continue
        drawn = drawings_of(source, executor)
        sentences = [tuple(step.sentence for step in steps(one.shown)) for one in drawn]
        living = [one in told and program(d.shown) is not None for one, d in zip(sentences, drawn)]
        changed = drawings_of(STILL + altered(source), executor) if any(living) else []
        for before, after, lives in zip(drawn, changed, living):
            ops = [[node.op for node in one.shown.nodes] for one in (before, after)]
            if not lives or ops[0] != ops[1]:
                continue
            [data] = [one.data for one in figures(_html(before.shown))]
            leaves = {
                n.id: list(flat(n.value.numbers)) for n in after.shown.nodes if n.kind == "leaf"
            }
            cases.append((data, [leaves]))
            expected.append((path, after.shown))
    assert len(cases) >= 8
    for (path, graph), [(found, _)] in zip(expected, computed(assets, cases), strict=True):
        for node, (value, gradient) in zip(graph.nodes, found, strict=True):
            for texts, by_run in ((value, node.value), (gradient, node.gradient)):
                numbers = [float(text) for text in texts or ()] if by_run else []
                wanted = list(flat(by_run.numbers)) if by_run else []
                torch.testing.assert_close(
                    torch.tensor(numbers), torch.tensor(wanted, dtype=torch.float32),
                    rtol=1e-4, atol=1e-5, msg=f"{path}: {node.label} is {numbers}, the program has {wanted}",
                )  # fmt: skip


def _html(graph: Any) -> str:
    from gradbook.graph.figure import html

    return html(graph, "", "")


def said(page: Page) -> str:
    return page.inner_text('.gg-said [aria-live="polite"]')


def sentences(page: Page) -> list[str]:
    return page.locator(".gg-steps li").all_text_contents()


def drawn_at(x: float, y: float) -> tuple[Any, list[str]]:
    """The graph of `by_hand` at another point, as the build would draw it, and its sentences."""
    with_numbers = by_hand_at(x, y).graph
    return with_numbers, [step.sentence for step in steps(with_numbers)]


def test_a_typed_number_changes_all_that_follows_from_it(open_page: Callable[..., Page]) -> None:
    page = open_page("by_hand")
    before = page.locator("svg.gg").text_content()
    graph, told = drawn_at(0.5, 3.0)
    page.fill("[data-name=x]", "0.5")
    assert sentences(page) == told
    page.click("[aria-label='Next step']")
    page.keyboard.press("End")
    for node in graph.nodes:
        card = page.locator(f"svg.gg [data-node='{node.id}']")
        assert numeral(node.value.number) in card.locator(".value .x").text_content()
        assert card.locator(".gradient .x").text_content().endswith(numeral(node.gradient.number))
    for edge in graph.edges:
        label = page.locator(f"svg.gg [data-of='{edge.id}'] text")
        assert label.text_content() == f"× {numeral(edge.local)}"
    grads = page.locator("svg.gg .grad .x").all_text_contents()
    assert grads == [f".grad = {numeral(node.gradient.number)}" for node in graph.nodes[:2]]
    assert page.inner_text(".gg-mark") == "Recomputed here"
    assert page.get_attribute(".gg-scroll", "aria-label") == "Graph of w, recomputed"
    page.click(".gg-back")
    page.click("[aria-label='Next step']")
    page.keyboard.press("Home")
    assert page.inner_text(".gg-mark") == "As the build printed it"
    assert page.locator("svg.gg").text_content() == before


def test_leaves_change_by_arrow_keys_and_by_dragging(open_page: Callable[..., Page]) -> None:
    page = open_page("by_hand")
    field = page.locator("[data-name=x]")
    field.focus()
    page.keyboard.press("ArrowUp")
    assert field.input_value() == "2.1" and sentences(page)[0] == drawn_at(2.1, 3.0)[1][0]
    for handle in (page.locator("span.drag").first, page.locator("svg.gg [data-node='0'] .box")):
        before, box = float(field.input_value()), handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + 10
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 40, y, steps=4)
        page.mouse.up()
        assert float(field.input_value()) == pytest.approx(before - 0.5)
    assert said(page).startswith("Step through it")  # a drag asks for nothing


def test_a_node_and_an_arrow_explain_themselves(open_page: Callable[..., Page]) -> None:
    page = open_page("by_hand")
    page.locator("svg.gg [data-node='0'] .box").click()
    assert said(page) == (
        "x = 2 is a leaf: gradients end here. "
        "∂w/∂x = ∂w/∂u · ∂u/∂x + ∂w/∂v · ∂v/∂x = 16 · 3 + 16 · 1 = 64."
    )
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert said(page) == (
        "u = xy = 2 × 3 = 6. MulBackward0 saves x, y. ∂w/∂u = ∂w/∂v · ∂v/∂u = 16 · 1 = 16."
    )
    page.fill("[data-name=x]", "3")
    arrow = page.get_by_role("button", name="Explain ∂w/∂v")
    arrow.focus()
    page.keyboard.press("Enter")
    assert said(page) == "∂w/∂v = 2v = 24."
    last = page.locator("svg.gg [data-edge='4'] .tip").first.bounding_box()
    page.mouse.click(last["x"] + 15, last["y"])  # beside the thin line
    assert said(page) == "∂w/∂v = 2v = 24."


def test_gradients_are_hidden_until_they_are_predicted(open_page: Callable[..., Page]) -> None:
    page = open_page("by_hand")
    page.click(".gg-predict")
    field = page.locator("form input")
    seen = "cells => cells.filter(cell => getComputedStyle(cell).visibility === 'visible').length"
    assert (
        page.locator("svg.gg .gradient").evaluate_all(seen) == 1
    )  # that of w, where the pass starts
    page.locator("svg.gg [data-node='3'] .box").click()
    assert said(page) == "v = u + x = 6 + 2 = 8."  # and nothing of its gradient
    reasons = {
        "v": {"-16": "sign", "8": "value of v"},
        "u": {"17": "16 times ∂v/∂u", "1": "local derivative"},
        "x": {
            "48": "comes from u alone",
            "16": "comes from v alone",
            "32": "what arrives",
            "768": "added, not",
        },
    }
    answers = {"v": "16", "u": "16", "x": "64.0"}
    for name, wrong in reasons.items():
        assert said(page).endswith(f"gradient of {name}?") or name == "v"
        for number, reason in wrong.items():
            field.fill(number)
            page.keyboard.press("Enter")
            assert reason in said(page), (name, number)
        field.fill(answers[name])
        page.keyboard.press("Enter")
        assert said(page).startswith("Right.")
    page.click("form button[type=button]")  # y is asked for
    assert said(page).endswith("= 16 · 2 = 32. That was the last gradient.")
    assert page.locator("svg.gg .gradient").evaluate_all(seen) == len(by_hand().graph.nodes)


def test_a_state_is_shared_by_its_address(open_page: Callable[..., Page]) -> None:
    page = open_page("by_hand", "by_hand")
    page.locator("[data-name=y]").nth(1).fill("-1.5")
    page.locator("[aria-label='Next step']").nth(1).click()
    page.wait_for_function("location.hash === '#graph-w-2:step=1&y=-1.5'")
    page.locator("[aria-label='Next step']").nth(1).click()
    page.wait_for_function("location.hash.includes('step=2')")
    page.reload()
    assert (
        page.locator('.gg-said [aria-live="polite"]').nth(1).inner_text().startswith("y = −1.5 is")
    )
    assert page.locator(".gg-count").all_inner_texts() == ["5 / 10", "2 / 10"]
    assert page.locator(".gg-mark").first.inner_text() == "As the build printed it"


def test_new_numbers_stay_in_their_cells_and_move_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page("several_steps", "by_hand", viewport={"width": 360, "height": 800})
    height = page.evaluate("document.documentElement.scrollHeight")
    for field in page.locator("[data-entry]").all():
        field.fill("-12345.678")
    assert page.evaluate("document.documentElement.scrollHeight") == height
    for player in page.locator("[aria-label='Next step']").all():
        player.click()
        page.keyboard.press("End")
    outside = """() => [...document.querySelectorAll("svg.gg [data-output]")].flatMap(cell => {
      const box = cell.querySelector("rect").getBoundingClientRect()
      return [...cell.querySelectorAll("text")].filter(text => {
        const place = text.getBoundingClientRect()
        return place.left < box.left - 1 || place.right > box.right + 1
      }).map(text => text.textContent)
    })"""
    overlaps = """() => [...document.querySelectorAll("svg.gg [data-output]")].flatMap(cell => {
      const rows = Object.groupBy([...cell.querySelectorAll(".x")], text => text.getAttribute("y"))
      return Object.values(rows).flatMap(row => row.slice(1).filter((text, at) =>
        text.getBoundingClientRect().left < row[at].getBoundingClientRect().right)).map(text => text.textContent)
    })"""
    assert page.evaluate(outside) == page.evaluate(overlaps) == []


def test_a_graph_that_the_browser_cannot_compute_is_only_stepped_through() -> None:
    x = torch.tensor(2.0, requires_grad=True)
    u = x * 3
    d = u.detach()
    pictures = {
        "another operation": draw(torch.special.gammaln(x)),
        "cut off: d would follow x, and the graph does not say how": draw(u * d),
        "too many numbers to show": draw((x * torch.ones(30)).sum()),
    }
    assert {why: program(one.shown) for why, one in pictures.items()} == dict.fromkeys(pictures)
    assert program(draw(u).shown) is not None


def test_every_operation_of_figures_is_compared() -> None:
    assert KNOWN <= set(TORCH)

"""Plots that readers drag: what the browser computes beside torch, at 101 points of each slider of the site, and how a
plot is used by keyboard, finger and mouse, without JavaScript and on paper."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from browser import SHIFTS, served, window
from built import ROOT, small
from engine import TORCH, same
from playwright.sync_api import Browser, Page

from gradbook.project import Project, project_at
from gradbook.site.modules import plain_script

PLOTS = [
    path for path in project_at(ROOT).page_files()
    if any(re.search(r"^slider\(", cell.code, re.M) for cell in project_at(ROOT).page(path).cells)
]  # fmt: skip
COMPUTE = """async cases => {
  const { compute, moved, told } = await import("/slider.js")
  return JSON.stringify(JSON.parse(cases).map(([data, points]) => points.map(numbers => {
    const scope = compute(data, numbers)
    return [data.moves.map(move => moved(move, scope).flat().map(String)), told(data.says, scope)]
  })))
}"""


def plots(project: Project, path: Path) -> list[dict[str, Any]]:
    """What the plots of a page give the browser."""
    page = project.page(path)
    _, verified = project.verify(page)
    svgs = [
        output.data.get("image/svg+xml", "")
        for of in verified.values()
        for output in (of.done.outputs if of.done else ())
    ]
    found = [re.search(r' data-slider="([^"]*)"', svg) for svg in svgs]
    return [json.loads(one[1].replace("&quot;", '"').replace("&amp;", "&")) for one in found if one]


# --- By torch, and nothing of the engine ---------------------------------------------------------


def by_torch(program: Any, scope: dict[str, Any]) -> Any:
    if isinstance(program, str):
        return scope[program]
    if not isinstance(program, list):
        return torch.tensor(program, dtype=torch.float64)
    op, *operands = program
    if op == "d":
        above, below = (scope[name] for name in operands)
        if not above.requires_grad:
            return torch.zeros((), dtype=torch.float64)
        (slope,) = torch.autograd.grad(above, below, retain_graph=True, allow_unused=True)
        return torch.zeros((), dtype=torch.float64) if slope is None else slope
    if op == "last":
        return scope[operands[0]].flatten()[-1]
    if op == "pow" and not isinstance(operands[1], list | str):
        return by_torch(operands[0], scope) ** operands[1]
    return TORCH[op](*(by_torch(operand, scope) for operand in operands))


def scope_of(data: dict[str, Any], numbers: list[float]) -> dict[str, Any]:
    def leaf(number: float) -> torch.Tensor:
        return torch.tensor(number, dtype=torch.float64, requires_grad=True)

    scope = {name: leaf(number) for (name, *_), number in zip(data["sliders"], numbers)}
    scope |= {name: leaf(number) for name, number in data["fixed"]}
    for at, (name, program) in enumerate(data["names"]):
        if program[0] != "descend":
            scope[name] = by_torch(program, scope)
            continue
        _, loss, rate, steps = program
        ways = {name: [scope[name]] for name, _ in data["fixed"]}
        for _ in range(steps):
            here = {**scope, **{name: way[-1] for name, way in ways.items()}}
            for above, inner in data["names"][:at]:
                here[above] = by_torch(inner, here)
            slopes = torch.autograd.grad(here[loss], [here[name] for name in ways])
            for way, slope in zip(ways.values(), slopes):
                way.append(leaf((way[-1] - by_torch(rate, scope) * slope).item()))
        scope |= {name: torch.stack(way).detach() for name, way in ways.items()}
    return scope


def moved(move: list[Any], scope: dict[str, Any]) -> list[float]:
    """Heights, or the places of points, x and y in turn."""
    kind, _, given, *programs = move
    if kind == "mesh":
        return [by_torch(cell, scope).item() for cell in given]
    if kind == "bar":
        return [by_torch(programs[0], scope).item()]
    if kind == "text":
        return (
            [] if given is None else [by_torch(one, scope).item() for one in (given, programs[0])]
        )
    t = torch.linspace(*given[:3], dtype=torch.float64) if given and given[-1] == "even" else given
    within = scope if t is None else {**scope, "t": torch.as_tensor(t, dtype=torch.float64)}
    pair = torch.broadcast_tensors(*(torch.atleast_1d(by_torch(one, within)) for one in programs))
    return torch.stack(pair, 1).flatten().tolist()


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    with served(ROOT / "docs/assets") as address, window(browser) as context:
        page = context.new_page()
        page.goto(address + "favicon.svg")
        yield page


@pytest.mark.parametrize("path", PLOTS, ids=lambda path: path.stem)
def test_the_browser_computes_what_torch_does(path: Path, real: Project, modules: Page) -> None:
    for data in plots(real, path):
        start = [number for _, _, _, number, _ in data["sliders"]]
        points = [start]
        for at, (_, low, high, _, _) in enumerate(data["sliders"]):
            points += [
                [*start[:at], low + (high - low) * n / 100, *start[at + 1 :]] for n in range(101)
            ]
        ((*results,),) = json.loads(modules.evaluate(COMPUTE, json.dumps([[data, points]])))
        assert results[0][1] == data["said"]
        for numbers, (found, said) in zip(points, results, strict=True):
            scope = scope_of(data, numbers)
            for move, texts in zip(data["moves"], found, strict=True):
                expected = moved(move, scope)
                largest = max((abs(n) for n in expected if n == n), default=0)
                wrong = [
                    (text, number) for text, number in zip(texts, expected, strict=True)
                    if not same(float(text), number, 1e-9) and not abs(float(text) - number) <= 1e-12 * largest
                ]  # fmt: skip
                assert not wrong, (path, numbers, move[0], wrong[:3])
            assert "NaN" not in said and "undefined" not in said


def test_seven_plots_of_the_site_are_dragged() -> None:
    assert len(PLOTS) >= 7


# --- In use -------------------------------------------------------------------------------------------

PAGE = (
    '# A parabola\n\n*Where does it rise?*\n\n```python\n--8<-- "index.py:plot"\n```\n\nAfter it.\n'
)
PROGRAM = """\
# %% plot tags=["hide-input"]
import matplotlib.pyplot as plt
import torch

from gradbook import slider

xs = torch.linspace(-2, 2, 41)
fig, ax = plt.subplots()
ax.plot(xs, xs**2)
(line,) = ax.plot(xs, 1 + 2 * (xs - 1))
(dot,) = ax.plot(1, 1, "ko")
note = ax.annotate("slope 2", (1, 1))
fig.set_label("A parabola and its tangent of slope 2 at the point (1, 1).")
slider(
    {
        line: "y + d(y, x) * (t - x)",
        dot: "x, y",
        note: ("x, y", "slope {d(y, x):.0f}"),
    },
    "At x = {x:.1f} the semi-slope is {d(y, x) / 2:.1f}.",
    x=(-2, 2, 1, 0.1),
    y="x**2",
)
# > A parabola and its tangent of slope 2 at the point (1, 1).
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("slider")
    with served(small(folder, {"docs/index.md": PAGE, "snippets/index.py": PROGRAM})) as address:
        yield address


def opened(context: Any, home: str) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(home)
    return page


@pytest.fixture
def page(browser: Browser, home: str) -> Iterator[Page]:
    with window(browser, viewport={"width": 1000, "height": 900}) as context:
        yield opened(context, home)


def says(page: Page) -> str:
    return page.locator(".slider-says").inner_text()


def test_by_keyboard_and_aloud(page: Page) -> None:
    slider = page.get_by_role("slider", name="x")
    svg = page.locator("svg.plot")
    before = svg.inner_html()
    assert says(page) == "At x = 1.0 the semi-slope is 1.0."
    assert page.locator(".slider button").is_disabled()
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert says(page) == "At x = 0.9 the semi-slope is 0.9."
    assert slider.get_attribute("aria-valuetext") == "0.9. At x = 0.9 the semi-slope is 0.9."
    page.keyboard.press("Home")
    assert says(page) == "At x = −2.0 the semi-slope is −2.0."
    assert svg.locator("[data-move='2'] text").text_content() == "slope −4"
    assert svg.locator("title").text_content().startswith("Recomputed: At x = −2.0")
    assert page.locator(".slider-mark").inner_text() == "Recomputed by your browser"
    page.get_by_role("button", name="Back to the run").click()
    assert says(page) == "At x = 1.0 the semi-slope is 1.0."
    assert re.sub(r"<circle[^>]*></circle>", "", svg.inner_html()) == re.sub(
        r"<circle[^>]*></circle>", "", before
    )
    assert page.locator(".slider-mark").inner_text() == "As the build drew it"


def test_a_point_is_dragged(page: Page) -> None:
    grip = page.locator(".slider-grip").bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=4)
    page.mouse.up()
    moved = page.locator(".slider-grip").bounding_box()
    assert abs(moved["x"] - grip["x"] + 60) < 12  # a step of the slider is some 10 pixels
    dot = page.locator("[data-move='1'] use").bounding_box()
    assert abs(dot["x"] + dot["width"] / 2 - moved["x"] - moved["width"] / 2) < 2
    assert page.get_by_role("slider").input_value() != "1"


def test_on_a_phone(browser: Browser, home: str) -> None:
    phone = {"viewport": {"width": 320, "height": 700}, "has_touch": True, "is_mobile": True}
    with window(browser, **phone, reduced_motion="reduce", color_scheme="dark") as context:
        page = opened(context, home)
        page.wait_for_selector(".slider-grip")
        assert page.evaluate(SHIFTS) < 0.02  # what the theme's first load may move
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        for target in page.locator(".slider :is(input, button), .slider-grip").all():
            assert round(target.bounding_box()["height"]) >= 44
        height = page.evaluate("document.documentElement.scrollHeight")
        page.get_by_role("slider").fill("-2")
        assert page.evaluate("document.documentElement.scrollHeight") == height


def test_on_paper_it_is_what_the_build_drew(page: Page) -> None:
    page.get_by_role("slider").fill("-2")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("[data-move='2'] text").text_content() == "slope 2"
    assert page.locator(".slider:visible, .slider-grip:visible").count() == 0


def test_without_javascript_it_is_a_plot(browser: Browser, home: str) -> None:
    with window(browser, java_script_enabled=False) as context:
        page = opened(context, home)
        assert page.locator("svg.plot").is_visible()
        assert page.locator(".slider:visible").count() == 0


def test_the_script_is_small() -> None:
    assert len(gzip.compress(plain_script(ROOT / "docs/assets/slider.js").encode())) <= 6_000


def test_notebooks_and_scripts_do_without(home: str) -> None:
    from urllib.request import urlopen

    notebook = urlopen(home + "index.ipynb").read().decode()
    assert "gradbook" not in notebook.split('"outputs"')[0] and "slider(" not in notebook

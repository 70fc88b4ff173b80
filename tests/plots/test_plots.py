"""Plots: any figure of plain matplotlib becomes an SVG that both palettes, phones and screen
readers can use, the same bytes each time; what cannot is refused in a sentence."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from plotted import collected

from gradbook.plots.figures import STYLE
from gradbook.plots.palette import PALETTE

SVG = "{http://www.w3.org/2000/svg}"

TANGENT = """
import numpy as np, matplotlib.pyplot as plt
x = np.linspace(0.8, 2.5)
fig, ax = plt.subplots()
ax.plot(x, 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1)
ax.plot(x, 63 + 93 * (x - 2))
ax.plot(2, 63, "o", color="black")
ax.text(2.5, 95, " slope 93", color="C1")
ax.set(xlabel="$x$", ylabel="a <label> & more")
fig.set_label("The curve y(x). Its tangent at (2, 63) has slope 93 & is <straight>.")
"""
ERRORS = """
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
h = [10.0**-k for k in range(12)]
ax.loglog(h, [a**2 + 1e-7 / a for a in h], "o-", label="float32")
ax.loglog(h, [a**2 + 1e-16 / a for a in h], "s--", label=r"$\\sigma'(x_1) = h^2$ in float64")
ax.set(xlabel=r"step size $h$", ylabel=r"$\\frac{dy}{dx}$")
ax.legend()
fig.set_label("Error against step size, for float32 and float64")
"""
SURFACE = """
import numpy as np, matplotlib.pyplot as plt
x, y = np.meshgrid(np.linspace(-2, 2, 30), np.linspace(-2, 2, 30))
fig, (top, middle, bottom) = plt.subplots(3, figsize=(6.4, 9))
top.contourf(x, y, x**2 + 4 * y**2)
lines = top.contour(x, y, x**2 + 4 * y**2, colors="gray")
top.clabel(lines, fontsize=12)
top.plot([-2, 0, 1], [1, 0.5, 0], "o-")
shown = middle.pcolormesh([[-1, 0], [0.4, 1]], cmap="coolwarm", vmin=-1, vmax=1)
middle.text(0.5, 0.5, "-1.00", ha="center")
fig.colorbar(shown)
bars = bottom.bar(["conv", "fc"], [0.1, 0.9], hatch="/")
bottom.bar_label(bars)
bottom.fill_between([0, 1], [0.2, 0.4], alpha=0.3, color="tab:green")
fig.set_label("A loss surface, a Jacobian of 2 by 2, and bars of gradients")
"""
FIGURES = {"tangent": TANGENT, "errors": ERRORS, "surface": SURFACE}

@pytest.fixture(scope="module")
def svgs() -> dict[str, str]:
    return {name: svg for name, [(svg, _)] in zip(FIGURES, collected(*FIGURES.values()))}


@pytest.fixture(params=FIGURES)
def svg(request: pytest.FixtureRequest, svgs: dict[str, str]) -> str:
    return svgs[request.param]


def test_same_figure_same_bytes(svgs: dict[str, str]):
    backwards = collected(*reversed(FIGURES.values()), seed="12345")
    assert [svg for [(svg, _)] in reversed(backwards)] == list(svgs.values())


def test_ids_are_the_figures_own_and_each_reference_has_its_target(svgs: dict[str, str]):
    seen: set[str] = set()
    for svg in svgs.values():
        ids = re.findall(r' id="([^"]+)"', svg)
        assert len(ids) == len(set(ids)) and seen.isdisjoint(ids)
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', svg)) <= set(ids)
        seen |= set(ids)


def test_an_inline_picture_with_a_name(svg: str):
    root = ET.fromstring(svg)
    assert svg.startswith("<svg ") and root.tag == SVG + "svg"
    assert root.get("role") == "img" and root.get("viewBox")
    assert root.get("width") is root.get("height") is None
    assert "max-width: 100%" in root.get("style")
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= set(
        "svg title desc defs g path use text tspan rect clipPath pattern".split()
    )  # no style, which would reach the whole page, no script, no image


def test_the_alternative_is_the_name_and_the_text(svgs: dict[str, str]):
    [[(svg, words)]] = collected(TANGENT)
    named = {element.get("id"): element.text for element in ET.fromstring(svg).iter()}
    ids = ET.fromstring(svg).get("aria-labelledby").split()
    assert " ".join(named[id] for id in ids) == words
    assert words == "The curve y(x). Its tangent at (2, 63) has slope 93 & is <straight>."


def test_every_color_follows_the_palette(svg: str):
    for element in ET.fromstring(svg).iter():
        declared = dict(re.findall(r"([\w-]+): ?([^;]+)", element.get("style", "")))
        for key in ("fill", "stroke"):
            value = declared.get(key, element.get(key, "none"))
            names = re.findall(r"var\(--plot-(\w+), (#[0-9a-f]{6})\)", value)
            assert names or value == "none" or value.startswith("url(#"), value
            assert all(PALETTE[name] == color for name, color in names)
    # What says nothing of its fill, as black does in matplotlib, takes the root's.
    assert f"fill: var(--plot-ink, {PALETTE['ink']})" in svg[: svg.index(">")]
    left = re.sub(r"var\(--plot-\w+, #[0-9a-f]{6}\)|#plot-[\w-]+", "", svg)
    assert not re.search(r"#[0-9a-f]{3}|rgba?\(|data:", left)


def test_text_stays_text(svgs: dict[str, str]):
    words = {
        name: ["".join(e.itertext()) for e in ET.fromstring(svg).iter(SVG + "text")]
        for name, svg in svgs.items()
    }
    assert {"a <label> & more", "\xa0slope 93", "𝑥"} <= set(words["tangent"])
    assert {"10−4", "float32", "𝜎′(𝑥1)=ℎ2\xa0in\xa0float64"} <= set(words["errors"])
    assert {"conv", "0.9", "-1.00"} <= set(words["surface"])
    assert "DejaVu" not in "".join(svgs.values())  # the page's fonts


def test_lines_differ_by_more_than_color(svgs: dict[str, str]):
    lines = re.findall(r"<path [^>]*stroke: var\(--plot-([1-5])[^>]*>", svgs["tangent"])
    assert lines == ["1", "2"]
    assert "stroke-dasharray" in re.search(r"<path [^>]*var\(--plot-2[^>]*>", svgs["tangent"])[0]
    dashes = re.search(r"cycler\('linestyle', (.*)\)", STYLE.read_text())[1]
    assert len(set(eval(dashes))) == 5


LABEL = 'fig.set_label("A figure made for this very test")'
REFUSED = {
    "pass": "MissingAlternative: fig.set_label(",
    'fig.set_label("Figure 1")': "MissingAlternative: 'Figure 1'",
    f'{LABEL}; ax.plot([0, 1], color="#123456")': "NotDrawable: #123456",
    f"{LABEL}; ax.imshow([[0, 1]])": "NotDrawable: ax.pcolormesh(z)",
    f"{LABEL}; ax.scatter([0, 1], [0, 1], c=[0, 1])": "NotDrawable: markers",
    f'{LABEL}; ax.set_title("x", fontsize=8)': "NotDrawable: 8 pt",
    f"{LABEL}; fig.set_figwidth(10)": "NotDrawable: 10 inches",
    rf'{LABEL}; ax.set_title(r"$\mathcal{{L}}$")': "NotDrawable: mathcal",
}


def test_what_readers_could_not_use_is_refused_with_a_way_out():
    begin = "import matplotlib.pyplot as plt; fig, ax = plt.subplots(); "
    results = collected(*(begin + code for code in REFUSED))
    for (kind, message), expected in zip(results, REFUSED.values()):
        expected_kind, _, words = expected.partition(": ")
        assert kind == expected_kind
        assert words in message


def test_all_open_figures_are_collected():
    begin = "import matplotlib.pyplot as plt\n"
    make = "plt.figure().set_label('The {} figure of this test')\n"
    [figures] = collected(begin + make.format("first") + make.format("second"))
    assert [words.split()[1] for _, words in figures] == ["first", "second"]


def test_drawing_draws_no_random_number():
    code = """
import random, numpy, torch
def states():
    legacy = numpy.random.get_state()
    return random.getstate(), legacy[2:], legacy[1].tolist(), torch.get_rng_state().tolist()
before = states()
from gradbook.plots import figures as plots
[(svg, words)] = plots.collect()
assert states() == before
"""
    assert collected(SURFACE + code) == [[]]


def test_an_environment_that_has_matplotlib_already_gets_the_style():
    code = "import matplotlib; from gradbook.plots import figures; figures.style(); print("
    code += "matplotlib.rcParams['axes.spines.top'], matplotlib.rcParams['backend'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False Agg\n", done.stderr

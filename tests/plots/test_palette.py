"""The colors of the plots, computed from the stylesheets: contrast by the formula of WCAG 2.2, and
what people who see fewer colors tell apart."""

import math
import re
from itertools import combinations

import pytest
from built import ROOT

from gradbook.plots.figures import STYLE
from gradbook.plots.palette import PALETTE, STEPS

ASSETS = ROOT / "docs" / "assets"


def colors(scheme: str) -> dict[str, str]:
    """The custom properties that a figure gets in this scheme."""
    css = "".join((ASSETS / name).read_text() for name in ("gradbook.css", "plots.css"))
    css = re.sub(r"@media \(forced-colors.*?\n}", "", css, flags=re.S)
    selectors = [r"\[data-md-color-scheme\]"]
    selectors += [r'\[data-md-color-scheme="slate"\]'] * (scheme == "slate")
    found = {}
    for selector in selectors:
        for block in re.findall(rf"^ *{selector} {{(.*?)}}", css, re.S | re.M):
            found |= dict(re.findall(r"--([\w-]+): *([^;]+);", block))
    plain = {name: re.sub(r"var\(--(.*?)\)", lambda v: found[v[1]], found[name]) for name in found}
    return {name: value for name, value in plain.items() if re.fullmatch("#[0-9a-f]{6}", value)}


def linear(color: str) -> list[float]:
    parts = [byte / 255 for byte in bytes.fromhex(color[1:])]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    light = sorted(
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(x))) for x in (one, other)
    )
    return (light[1] + 0.05) / (light[0] + 0.05)


@pytest.fixture(params=["default", "slate"])
def shown(request: pytest.FixtureRequest) -> dict[str, str]:
    return colors(request.param)


def test_the_contrast_formula():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # known: just fails


@pytest.mark.parametrize("name", ["ink", "muted", *"12345"])
def test_text_and_lines_are_read_on_the_page_and_on_code(name: str, shown: dict[str, str]):
    for ground in ("gb-paper", "gb-sunken"):
        assert contrast(shown[f"plot-{name}"], shown[ground]) >= 4.5


@pytest.mark.parametrize("name", ["cool", "warm"])
def test_text_and_contour_lines_are_read_on_areas(name: str, shown: dict[str, str]):
    full, paper = (bytes.fromhex(shown[f"plot-{n}"][1:]) for n in (name, "paper"))
    for step in range(STEPS + 1):
        mixed = bytes(round((f * step + p * (STEPS - step)) / STEPS) for f, p in zip(full, paper))
        assert contrast(shown["plot-ink"], "#" + mixed.hex()) >= 4.5
        assert contrast(shown["plot-muted"], "#" + mixed.hex()) >= 3


# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "full": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deuteranopia": [
        [0.3673, 0.8606, -0.2280],
        [0.2801, 0.6725, 0.0474],
        [-0.0118, 0.0429, 0.9689],
    ],
    "tritanopia": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}


def lab(color: str, vision: list[list[float]]) -> list[float]:
    """CIELAB (white D65) of the color as a person with this vision sees it."""
    rgb = [max(0.0, sum(v * c for v, c in zip(row, linear(color)))) for row in vision]
    xyz = [
        sum(m * c for m, c in zip(row, rgb))
        for row in (
            (0.4339, 0.3762, 0.1899),
            (0.2126, 0.7152, 0.0722),
            (0.0177, 0.1095, 0.8728),
        )
    ]
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


@pytest.mark.parametrize("vision", VISION)
def test_lines_are_told_apart_by_everybody(vision: str, shown: dict[str, str]):
    seen = [lab(shown[f"plot-{name}"], VISION[vision]) for name in "12345"]
    assert (
        min(math.dist(one, other) for one, other in combinations(seen, 2)) > 10
    )  # 2.3 is just noticed


def test_one_palette_in_code_style_and_stylesheet():
    light = colors("default")
    assert {name: light[f"plot-{name}"] for name in PALETTE} == PALETTE
    style = re.findall(r"\b[0-9a-f]{6}\b", STYLE.read_text())
    assert {"#" + color for color in style} <= set(PALETTE.values())

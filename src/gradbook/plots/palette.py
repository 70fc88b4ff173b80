"""The colors of the plots: what matplotlib draws with, and the CSS that stands there in a page.
Each is a custom property that docs/assets/plots.css gives a value for either palette.
"""

from __future__ import annotations

# A custom property and the color that stands for it in matplotlib: the light value of plots.css.
PALETTE = {
    "ink": "#20272d",
    "muted": "#5a6168",
    "grid": "#e0dacc",
    "paper": "#fffdf9",
    "1": "#0a6662",
    "2": "#a13d14",
    "3": "#8d38a3",
    "4": "#2a2e8c",
    "5": "#343a00",
    "cool": "#7cc2b8",
    "warm": "#e9a583",
}
# What plain matplotlib code calls black, white, gray, lightgray, tab:blue, tab:orange ...
NAMED = {
    "#000000": "ink",
    "#ffffff": "paper",
    "#808080": "muted",
    "#d3d3d3": "grid",
    "#1f77b4": "1",
    "#ff7f0e": "2",
    "#2ca02c": "3",
    "#d62728": "4",
    "#9467bd": "5",
}
STEPS = 20  # shades from paper to a full color


class NotDrawable(Exception):
    """A figure would fail in one of the palettes or on a phone; the message names a way out."""


def shade(name: str, step: int) -> str:
    """The color (#rrggbb) that stands for paper with step / STEPS of a color of the palette."""
    full = bytes.fromhex(PALETTE[name][1:])
    return "#" + bytes(round(255 - (255 - part) * step / STEPS) for part in full).hex()


def css(color: str) -> str:
    """What a page shows for a color of matplotlib's (#rrggbb): each palette its own."""
    if color not in CSS:
        raise NotDrawable(
            f"The color {color} would not follow the page's palette. Use C0 to C4 "
            "(or tab:blue, tab:orange, tab:green, tab:red, tab:purple), black, gray, lightgray, "
            "white, any of them with alpha; for areas, a colormap."
        )
    return CSS[color]


def _table() -> dict[str, str]:
    plain = {name: f"var(--plot-{name}, {color})" for name, color in PALETTE.items()}
    table = {}
    for name in ("cool", "warm"):
        for step in range(1, STEPS):
            parts = f"{plain[name]} {100 * step // STEPS}%, {plain['paper']}"
            table[shade(name, step)] = f"color-mix(in srgb, {parts})"
    table |= {color: plain[name] for color, name in NAMED.items()}
    return table | {color: plain[name] for name, color in PALETTE.items()}


CSS = _table()

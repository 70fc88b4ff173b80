"""One style for the plots of all pages, and the way from an open matplotlib figure to inline SVG.

A snippet stays plain matplotlib: who runs it elsewhere gets the same picture in matplotlib's own
colors. Knows matplotlib once a snippet has imported it; knows no pages, cells or tensors.
"""

from __future__ import annotations

import io
import logging
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gradbook.plots.palette import PALETTE, STEPS, NotDrawable, shade
from gradbook.plots.slider import drawn_with

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLE = Path(__file__).parent / "mplstyle" / "gradbook.mplstyle"
WIDEST = 6.4  # inches, matplotlib's default; in a wider figure text is too small on a phone
SHORTEST = 20  # characters; less names a figure and does not say what it shows

DIVERGING = re.compile("PiYG|PRGn|BrBG|PuOr|RdGy|RdBu|RdYlBu|RdYlGn|coolwarm|bwr|seismic")


class MissingAlternative(NotDrawable):
    """A figure does not say in words what it shows."""


def style() -> None:
    """Make this style matplotlib's default in this process; call it before the snippet runs.
    Does not import matplotlib: a later import finds the style through the environment."""
    if os.environ.get("MATPLOTLIBRC") == str(STYLE):
        return  # the process that this one was forked from has done it
    os.environ["MPLBACKEND"] = "Agg"
    os.environ["MATPLOTLIBRC"] = str(STYLE)
    # Else the first run on a machine reports that a font cache is built, as output of the cell.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.use("Agg")
        matplotlib.rc_file(STYLE)


def collect() -> list[tuple[str, str]]:
    """The open figures as (SVG, text alternative), by their numbers; closes them all."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    try:
        figures = [pyplot.figure(number) for number in pyplot.get_fignums()]
        return [(figure_svg(figure), alternative(figure)) for figure in figures]
    finally:
        pyplot.close("all")


def alternative(fig: Figure) -> str:
    """What the figure shows, in the author's words (the figure's label), on one line."""
    text = " ".join(str(fig.get_label()).split())
    if len(text) < SHORTEST:
        raise MissingAlternative(
            f"The figure has no text alternative (its label is {text!r}).\n"
            "Say what it shows, with the numbers that matter, in the last line of the cell:\n"
            'fig.set_label(f"The curve y(x) and its tangent at x = 2, slope {slope:.0f}")'
        )
    return text


def figure_svg(fig: Figure) -> str:
    """The figure as inline SVG that scales with the page and takes its font and its colors."""
    from gradbook.plots import svg as plot_svg

    words = alternative(fig)
    if fig.get_figwidth() > WIDEST:
        raise NotDrawable(
            f"The figure is {fig.get_figwidth():g} inches wide: on a phone nobody can read it. "
            f"Make it {WIDEST} at most, and put panels below each other."
        )
    _use_shades(fig)
    fig.dpi = 72  # the SVG is measured in points
    width, height = (72 * fig.get_size_inches()).tolist()
    out = io.StringIO()
    renderer = plot_svg.Renderer(width, height, out)
    fig.draw(renderer)
    renderer.finalize()
    slides = drawn_with(fig, height)
    return plot_svg.inline(out.getvalue(), width, height, words, slides)


def _use_shades(fig: Figure) -> None:
    """Replace colormaps by shades of the palette, and those of contour lines by one of contrast."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.collections import LineCollection, PathCollection
    from matplotlib.colors import ListedColormap
    from matplotlib.contour import ContourSet

    for artist in fig.findobj(lambda artist: isinstance(artist, ScalarMappable)):
        if artist.get_array() is None or getattr(artist, "colors", None) is not None:
            continue
        name = artist.get_cmap().name
        shades = [shade("cool", step) for step in range(STEPS + 1)]
        if isinstance(artist, (PathCollection, LineCollection)):
            raise NotDrawable(
                "Values are shown as colors of points or lines, which not everybody can tell "
                "apart. Use sizes, markers, dashes or labels."
            )
        if isinstance(artist, ContourSet) and not artist.filled:
            shades = [PALETTE["muted"]]
        elif DIVERGING.match(name):
            shades = [shade("warm", step) for step in range(STEPS, 0, -1)] + shades
            if name[0].islower() != name.endswith("_r"):  # coolwarm, unlike RdBu, begins blue
                shades.reverse()
        elif name.endswith("_r"):
            shades.reverse()
        artist.set_cmap(ListedColormap(shades, name))

"""The sliders below a plot, from what the plot says of them. Without a script only the plot is seen."""

from __future__ import annotations

import json
import re
from html import escape, unescape

_DATA = re.compile(r'<svg\b[^>]* data-slider="([^"]*)"')
_INDEX = re.compile(r"(?<=[a-z])\d+$")


def with_sliders(svg: str) -> str:
    """The plot in the element that lets readers change it; a plot without sliders as it is."""
    found = _DATA.match(svg)
    if not found:
        return svg
    data = json.loads(unescape(found[1]))
    rows = "".join(_row(*one) for one in data["sliders"])
    return (
        f'<grad-plot>{svg}<div class="slider" data-search-exclude>{rows}'
        f'<p class="slider-says" role="status">{escape(data["said"])}</p>'
        '<p><span class="slider-mark">As the build drew it</span> '
        '<button type="button" disabled>Back to the run</button></p></div></grad-plot>'
    )


def _row(name: str, low: float, high: float, start: float, step: float) -> str:
    shown = _INDEX.sub(lambda digits: f"<sub>{digits[0]}</sub>", escape(name))
    value = f"{start:g}".replace("-", "−")
    return (
        f'<label><span>{shown}</span><input type="range" min="{low:g}" max="{high:g}" '
        f'step="{step:g}" value="{start:g}" autocomplete="off">'
        f'<span class="slider-value">{value}</span></label>'
    )

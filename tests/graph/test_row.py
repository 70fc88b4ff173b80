"""Pictures side by side: each under its caption, in words as text, and narrow where the screen is."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
import torch
from browser import window
from built import ROOT
from playwright.sync_api import Browser

from gradbook import draw, row


def test_each_picture_stands_under_its_caption():
    x = torch.tensor(2.0, requires_grad=True)
    y = x**2
    z = y.detach()
    both = row({"y = x**2": draw(y), "z < 5": draw(z)})
    tree = ET.fromstring(both._repr_html_())
    figures = list(tree.iter("figure"))
    assert [figure.findtext("figcaption/code") for figure in figures] == ["y = x**2", "z < 5"]
    pictures = [figure.find("{*}svg[@role='img']") for figure in figures]
    titles = [picture.findtext("{*}title") for picture in pictures]
    assert titles == ["Graph of y = 4", "Graph of z = 4"]
    assert repr(both).splitlines() == [
        "y = x**2: Graph of y = 4: 2 nodes (1 Pow, 1 AccumulateGrad), 1 path to x, dy/dx = 4",
        "z < 5: Graph of z = 4: nothing recorded",
    ]


def test_what_is_no_picture_is_refused_in_a_sentence():
    with pytest.raises(TypeError, match=r"row needs pictures, as in row\({'y': draw\(y\)}\)"):
        row({"y": torch.ones(2)})
    with pytest.raises(TypeError, match="row needs pictures"):
        row({})


@pytest.mark.parametrize("width", [320, 1000])
def test_a_row_wraps_and_scrolls_in_its_own_box(browser: Browser, width: int):
    x = torch.tensor(2.0, requires_grad=True)
    wide = sum(x**k for k in range(2, 5))
    html = row({"small": draw(3 * x), "smaller": draw(x), "wide": draw(wide)})._repr_html_()
    css = "".join((ROOT / f"docs/assets/{name}.css").read_text() for name in ("graph", "tutorial"))
    css = re.sub(r"var\((--gb-\w+)\)", "gray", css)
    with window(browser, viewport={"width": width, "height": 700}) as context:
        page = context.new_page()
        page.set_content(f"<style>{css}</style><body class=md-typeset style='margin:8px'>{html}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        boxes = [figure.bounding_box() for figure in page.locator("figure").all()]
        assert all(box["x"] >= 0 for box in boxes)  # else no scrolling would show its left end
        assert boxes[0]["y"] == boxes[1]["y"]
        assert (boxes[2]["y"] > boxes[1]["y"]) == (width == 320)
        row_ = page.get_by_role("group", name="3 graphs side by side")
        row_.focus()
        page.keyboard.press("ArrowRight")
        scrolls = row_.evaluate("box => box.scrollWidth > box.clientWidth")
        assert scrolls == (width == 320)
        if scrolls:  # it glides
            page.wait_for_function("box => box.scrollLeft > 0", arg=row_.element_handle())

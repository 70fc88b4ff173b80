"""matplotlib's SVG made fit to stand in a page: its colors follow the page's palette, its text is
text in the page's font, its ids are its own. Knows drawings, not figures: `plots` hands it one.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_hex
from matplotlib.font_manager import weight_dict
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.mathtext import MathTextParser, VectorParse

from gradbook.plots.palette import NotDrawable, css

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text

SMALLEST = 11.5  # points, "small" in this style; less is too small on a phone
SCALE = 1.15  # CSS pixels per point where there is room: text is then as large as the page's
MOVES = "move-"  # ids of what a slider moves begin so: `slider` gives them
MARK = "\ue000"  # stands before ids until the content is known, whose hash is the prefix
LETTER = re.compile(r"(?:LATIN|GREEK) (SMALL|CAPITAL) LETTER (\w+)")
MATH_FONTS = "var(--plot-math, 'STIX Two Math', 'Cambria Math', serif)"


class Renderer(RendererSVG):
    """Writes a figure as matplotlib does, but text as text that the page's fonts can set."""

    def __init__(self, width: float, height: float, out: TextIO) -> None:
        nothing = dict.fromkeys(["Creator", "Date", "Format", "Type"])
        super().__init__(width, height, out, metadata=nothing)

    def draw_image(self, *args: object, **options: object) -> None:
        """Refuse: a pixel has one color, a page has two palettes."""
        raise NotDrawable(
            "The figure holds an image, whose pixels cannot follow the page's palette. Instead of "
            "ax.imshow(z) use ax.pcolormesh(z), and ax.invert_yaxis() to have row 0 on top."
        )

    def draw_quad_mesh(self, *args: object) -> None:
        """Keep the page from showing between the cells."""
        self.writer.start("g", {"shape-rendering": "crispEdges"})
        super().draw_quad_mesh(*args)
        self.writer.end("g")

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool = False,
        mtext: Text | None = None,
    ) -> None:
        """Anchor the text where matplotlib aligned it: the page's font gives it another width."""
        size = prop.get_size_in_points()
        if size < SMALLEST:
            raise NotDrawable(f"The text {s!r} has {size:g} pt, too small for a phone: use 12.")
        straight = mtext is not None and (not angle or mtext.get_rotation_mode() == "anchor")
        align = mtext.get_ha() if straight else "center" if angle else "left"
        share, anchor = {"left": (0, ""), "center": (0.5, "middle"), "right": (1, "end")}[align]
        color = gc.get_rgb()
        weight = weight_dict.get(prop.get_weight(), prop.get_weight())
        look = {
            "fill": to_hex(color),
            "opacity": f"{color[3]:g}" if color[3] < 1 else "",
            "font-size": f"{size:g}",
            "font-weight": str(weight) if weight != 400 else "",
            "font-style": prop.get_style() if prop.get_style() != "normal" else "",
            "font-family": "monospace" if "monospace" in prop.get_family() else "",
            "transform": f"rotate({-angle:g} {x:f} {y:f})" if angle else "",
        }
        start = x + share * self.get_text_width_height_descent(s, prop, ismath)[0]
        place = {"x": f"{start:f}", "y": f"{y:f}", "text-anchor": anchor}
        if ismath:
            self.writer.start("g", look)
            self._draw_formula(MathTextParser("path").parse(s, 72, prop), x, y, place)
            self.writer.end("g")
        else:
            edged = re.sub("^ +| +$", lambda found: "\xa0" * len(found[0]), s)  # SVG trims spaces
            self.writer.element("text", edged, look | place)

    def _draw_formula(
        self, formula: VectorParse, x: float, y: float, place: dict[str, str]
    ) -> None:
        """Let a formula on one line flow, whatever the font; set others glyph by glyph."""
        spans, flows, end, base = [], not formula.rects, 0.0, 0.0
        for font, size, code, index, left, up in sorted(formula.glyphs, key=lambda glyph: glyph[4]):
            font.set_size(size, 72)
            advance = font.load_glyph(index, LoadFlags.NO_HINTING).linearHoriAdvance / 65536
            if code == ord("′"):  # raised by matplotlib, and once more by the page's math font
                size, up = size / 0.7, base
            gap, rise = left - end, base - up
            flows = flows and gap > -size / 4
            step = {"dx": gap, "dy": rise} if abs(gap) + abs(rise) > size / 9 else {}
            spans.append((step, {"x": x + left, "y": y - up}, *_letter(font, size, code)))
            end, base = left + advance, up
        runs: list[tuple[dict[str, float], dict[str, str], list[str]]] = []
        for step, corner, letter, look in spans:
            moves = step if flows else corner
            if runs and not moves and runs[-1][1] == look:
                runs[-1][2].append(letter)
            else:
                runs.append((moves, look, [letter]))
        self.writer.start("text", place if flows else {})
        for moves, look, letters in runs:
            moved = {key: f"{by:f}" for key, by in moves.items()}
            self.writer.element("tspan", "".join(letters), look | moved)
        self.writer.end("text")
        for left, up, width, height in formula.rects:
            box = {"x": x + left, "y": y - up - height, "width": width, "height": height}
            self.writer.element("rect", None, {key: f"{size:f}" for key, size in box.items()})


def _letter(font: FT2Font, size: float, code: int) -> tuple[str, dict[str, str]]:
    """The character and its font; variables as mathematical italics, as the page's formulas."""
    letter, look = chr(code).replace(" ", "\xa0"), {"font-size": f"{size:g}"}
    if not font.postscript_name.startswith("STIX"):
        return letter, look
    if 0xE000 <= code <= 0xF8FF:
        raise NotDrawable("A formula uses a letter (as of \\mathcal) that pages have no font for.")
    look["font-family"] = MATH_FONTS
    if "Bold" in font.postscript_name:
        look["font-weight"] = "700"
    named = LETTER.fullmatch(unicodedata.name(letter, ""))
    if "Italic" in font.postscript_name and named:
        italic = "MATHEMATICAL ITALIC " + " ".join(named.groups())
        letter = "ℎ" if letter == "h" else unicodedata.lookup(italic)  # Unicode had this h before
    return letter, look


def inline(svg: str, width: float, height: float, words: str, slides: str = "") -> str:
    """matplotlib's document made fit for a page: only what shows, and ids of its own; and what its sliders need."""
    drawn = ET.fromstring(svg)
    title, stop, rest = words.partition(". ")
    parts = {"title": title + stop.strip(), "desc": rest}
    parts = {tag: text for tag, text in parts.items() if text}
    root = ET.Element("svg")
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "plot",
        "role": "img",
        "aria-labelledby": " ".join(MARK + tag for tag in parts),
        "viewBox": f"0 0 {width:g} {height:g}",
        "font-family": "system-ui, sans-serif",
        "style": f"width: {SCALE * width:.0f}px; max-width: 100%; height: auto; "
        f"stroke-linejoin: round; fill: {css('#000000')}",  # matplotlib leaves black out
    }
    if slides:
        root.set("data-slider", slides)
    for tag, text in parts.items():
        ET.SubElement(root, tag, id=MARK + tag).text = text
    used = re.findall(r'(?:href="|url\()#([^")]+)', ET.tostring(drawn, "unicode"))
    names = {name: f"{MARK}{number}" for number, name in enumerate(dict.fromkeys(used), 1)}
    for child in drawn:
        root.extend([*_kept(child, names)])
    text = ET.tostring(root, "unicode")
    return text.replace(MARK, f"plot-{hashlib.sha256(text.encode()).hexdigest()[:8]}-")


def _kept(element: ET.Element, names: dict[str, str]) -> Iterator[ET.Element]:
    """The element as the page gets it; groups without attributes dissolve, the invisible goes."""
    tag = element.tag.partition("}")[2]
    attributes = {}
    for key, value in element.items():
        key = key.partition("}")[2] or key
        if key == "id" and value.startswith(MOVES):
            key, value = "data-move", value.removeprefix(MOVES)
        elif key == "id":
            value = names.get(value, "")
        elif key == "href":
            value = "#" + names[value[1:]]
        elif key in ("style", "fill", "stroke"):
            value = re.sub("#[0-9a-f]{6}", lambda found: css(found[0]), value)
        else:
            value = re.sub(r"-?\d+\.\d{3,}", _rounded, value)
        value = re.sub(r"(?<=url\(#)[^)]+", lambda found: names[found[0]], value)
        if value:
            attributes[key] = " ".join(value.split())
    children = [kept for child in element for kept in _kept(child, names)]
    if tag == "g" and not attributes:
        yield from children
    elif children or not (tag in ("g", "defs", "style") or attributes.get("style") == "fill: none"):
        copy = ET.Element(tag, attributes)
        copy.text = element.text if not children else None
        copy.extend(children)
        yield copy


def _rounded(number: re.Match[str]) -> str:
    """Hundredths of a point: less is not seen, and processors may differ in the last digit."""
    return f"{round(float(number[0]), 2) + 0:g}"

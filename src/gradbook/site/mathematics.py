"""Python-Markdown extension that turns TeX into MathML Core and cuts the font that draws it.

It stands after `pymdownx.arithmatex` (generic mode) in the list of extensions; the pages need no
JavaScript for their formulas. It knows nothing of snippets and outputs.
"""

import html
import importlib.util
import os
import re
import shutil
import tempfile
from pathlib import Path

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from math_core import LatexError, LatexToMathML

from gradbook.errors import Location, Problem, Problems

FORMULA = re.compile(
    r'(?P<before>[(\["“‘]*)<(?P<tag>span|div) class="arithmatex">'
    r"\\[(\[](?P<tex>.*?)\\[)\]]</(?P=tag)>"
    r"(?P<after>[,.;:!?)\]”’\"'…]*)",
    re.S,
)
HEADING = re.compile(r"<h[1-6]\b[^>]*>.*?</h[1-6]>", re.S)

# What the formulas of this subject use (a test reads them all), and what browsers put in by
# themselves: they draw <mi>x</mi> as the italic letter U+1D465 and roots with U+221A. Cut to the
# literal characters the font would lack every italic letter, and a system font would step in
# unnoticed. Every page with a formula loads it, so it has no letters for later.
CHARACTERS = """
    20-7E A0 AC B0 B1 B7 D7 F7 2C6 2C7 2D8-2DD 302-304 307 332
    393 394 398 39B 39E 3A0 3A3 3A6 3A8 3A9
    2010-2016 2020 2026 2032-2034 2061-2064 20D7 2102 210B-2113 2115 211A-211D 2124 2130 2131
    2190-2194 21A6 21D0-21D4 2200-220B 220F-2213 2217-221E 2225 2227-222B 223C 2243 2245 2248 2254
    2260 2261 2264 2265 226A 226B 2282-2287 2295-2299 22A4 22A5 22C5 22C6 22EE 22EF 22F1 2308-230B
    23DE 23DF 27E8 27E9 27F5-27FA 1D400-1D467 1D49C 1D49E 1D49F 1D4A2 1D4A9-1D4AB 1D4AE 1D4B0
    1D4B1 1D4B3-1D4B5 1D53C 1D7D9 1D6A4 1D6A5 1D6FB-1D71B
"""
PRIMES = (0x2032, 0x2033, 0x2034)
NAMES = [0, 1, 2, 4, 6, 7, 13, 14]  # of its records: what it is, whose, and the license


def cut_font(target: Path) -> None:
    """Write STIX Two Math (OFL 1.1, from the package ziamath), cut to CHARACTERS, as WOFF2."""
    from fontTools import subset  # slow to import, and needed once per clone only

    if not target.parent.is_dir():
        raise FileNotFoundError(f"{target.parent} is not here: build in the project's folder")
    package = Path(importlib.util.find_spec("ziamath").origin).parent
    options = subset.Options(flavor="woff2", hinting=False, layout_features=[], name_IDs=NAMES)
    font = subset.load_font(package / "fonts" / "STIXTwoMath-Regular.ttf", options)
    # A prime stands in superscripts, where fonts for mathematics want its variant for scripts.
    # Chromium does not ask for it, and would draw f′ with a tiny mark high up.
    names = font.getBestCmap()
    primes = {code: f"{names[code]}.ssty" for code in PRIMES}
    for table in font["cmap"].tables:
        table.cmap.update(primes)
    # Brackets come in thirteen sizes, and in pieces for every larger one: five sizes will do.
    variants = font["MATH"].table.MathVariants
    for glyph in [*variants.VertGlyphConstruction, *variants.HorizGlyphConstruction]:
        if glyph.GlyphAssembly:
            del glyph.MathGlyphVariantRecord[5:]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(CHARACTERS))
    subsetter.subset(font)
    # Under another name first: a build that is killed, or runs beside this one, sees no half font.
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".font-")
    os.close(handle)
    try:
        subset.save_font(font, draft, options)
        os.chmod(draft, 0o644)
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise


def up_to_date(font: Path) -> bool:
    """Whether the font is there and was cut by this version of this module."""
    return font.exists() and font.stat().st_mtime >= Path(__file__).stat().st_mtime


def page_path(md: Markdown) -> Path | None:
    """The file being converted, as MkDocs or Zensical tells its extensions; None elsewhere."""
    if "relpath" in md.treeprocessors:
        return Path(md.treeprocessors["relpath"].file.abs_src_path)
    if "rendering_context" in md.preprocessors:
        context = md.preprocessors["rendering_context"]
        return Path(context.config["docs_dir"], context.page.path)
    return None


class MathematicsPostprocessor(Postprocessor):
    """Replaces what arithmatex marked by MathML."""

    def __init__(self, md: Markdown, macros: dict[str, str], report: list[Problem] | str) -> None:
        super().__init__(md)
        self.report = report
        self.converter = LatexToMathML(macros=macros, fancy_error=False)

    def run(self, text: str) -> str:
        problems: list[Problem] = []

        def convert(match: re.Match) -> str:
            block = match["tag"] == "div"
            tex = html.unescape(match["tex"]).strip()
            try:
                mathml = self.converter.convert_with_local_state(tex, displaystyle=block)
            except LatexError as error:
                offset, _, reason = str(error).partition(": ")
                problems.append(self.problem(tex, f"{reason} (at character {int(offset) + 1})"))
                return f'<strong class="formula-problem">{html.escape(str(problems[-1]))}</strong>'
            if block:  # search would list the symbols of a display as words
                mathml = f'<div class="math" data-search-exclude>{mathml}</div>'
            if block or match["before"] + match["after"] == "":
                return match["before"] + mathml + match["after"]
            # Browsers break a line between a formula and a comma.
            return f'<span class="math-word">{match["before"]}{mathml}{match["after"]}</span>'

        for heading in HEADING.finditer(text):
            if match := FORMULA.search(heading[0]):
                reason = "A heading holds no formula: navigation and search would show the TeX."
                problems.append(self.problem(html.unescape(match["tex"]), reason))
        text = FORMULA.sub(convert, text)
        if isinstance(self.report, list):
            self.report += problems
        elif problems:
            raise Problems(problems)
        return text

    def problem(self, tex: str, reason: str) -> Problem:
        """The problem at the line of the formula, as far as the page is known."""
        at: tuple[Location, ...] = ()
        if path := page_path(self.md):
            lines = path.read_text(encoding="utf-8").splitlines()
            start = tex.partition("\n")[0].strip()
            line = next((n for n, line in enumerate(lines, 1) if start in line), 1)
            at = (Location(Path(os.path.relpath(path)).as_posix(), line),)
        return Problem(at, f"formula {tex}\n{reason}")


class MathematicsExtension(Extension):
    """Turns formulas into MathML. Raises Problems, unless `report` is a list that takes them."""

    def __init__(self, **kwargs: object) -> None:
        self.config = {
            "macros": [{}, "TeX macros, named without the backslash"],
            "font": ["", "File for the cut font, seen from the working directory; empty: none"],
            "report": ["", "A list that takes the problems of all pages"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        # MkDocs loads the extensions before it lists the files, so the first build has the font.
        if (font := Path(self.getConfig("font"))).name and not up_to_date(font):
            cut_font(font)
            if "rendering_context" in md.preprocessors:
                # Zensical has listed them by now, so its first build takes the font from here.
                folders = md.preprocessors["rendering_context"].config
                target = Path(folders["site_dir"], os.path.relpath(font, folders["docs_dir"]))
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(font, target)
        # Last of all (1), when stashed HTML, and with it the formulas, is back in place.
        processor = MathematicsPostprocessor(md, self.getConfig("macros"), self.getConfig("report"))
        md.postprocessors.register(processor, "gradbook.mathematics", 1)


def makeExtension(**kwargs: object) -> MathematicsExtension:
    """What Python-Markdown calls when an extension is named by its module."""
    return MathematicsExtension(**kwargs)

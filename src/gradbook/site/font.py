"""The font that draws formulas: STIX Two Math, cut to the characters of this subject. Knows fontTools."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

# What the formulas of this subject use (a test reads them all), and what browsers put in by
# themselves: they draw <mi>x</mi> as the italic letter U+1D465 and roots with U+221A. Cut to the
# literal characters the font would lack every italic letter, and a system font would step in
# unnoticed. Every page with a formula loads it, so it has no letters for later.
CHARACTERS = """
    20-7E A0 AC AF B0 B1 B7 D7 F7 2C6 2C7 2D8-2DD 302-304 307 332
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
    """Write STIX Two Math (OFL 1.1, from the package ziamath), cut to CHARACTERS, as WOFF2.

    Raises FileNotFoundError where the target's folder is missing.
    """
    from fontTools import subset  # slow to import, and needed once per clone only

    if not target.parent.is_dir():
        raise FileNotFoundError(f"{target.parent} is not here: build in the project's folder")
    package = Path(importlib.util.find_spec("ziamath").origin).parent
    options = subset.Options(flavor="woff2", hinting=False, layout_features=[], name_IDs=NAMES)
    font = subset.load_font(package / "fonts" / "STIXTwoMath-Regular.ttf", options)
    _use_primes_for_scripts(font)
    _drop_sizes_of_brackets(font)
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


def _use_primes_for_scripts(font: TTFont) -> None:
    """A prime stands in superscripts, where fonts for mathematics want its variant for scripts.

    Chromium does not ask for it, and would draw f′ with a tiny mark high up.
    """
    names = font.getBestCmap()
    primes = {code: f"{names[code]}.ssty" for code in PRIMES}
    for table in font["cmap"].tables:
        table.cmap.update(primes)


def _drop_sizes_of_brackets(font: TTFont) -> None:
    """Brackets come in thirteen sizes, and in pieces for every larger one: five sizes will do."""
    variants = font["MATH"].table.MathVariants
    for glyph in [*variants.VertGlyphConstruction, *variants.HorizGlyphConstruction]:
        if glyph.GlyphAssembly:
            del glyph.MathGlyphVariantRecord[5:]


def is_current(font: Path) -> bool:
    """Whether the font is there and was cut by this version of this module."""
    return font.exists() and font.stat().st_mtime >= Path(__file__).stat().st_mtime

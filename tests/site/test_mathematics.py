"""Formulas: TeX becomes MathML, mistakes are named, and the font has every character."""

from __future__ import annotations

import html
import os
import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from built import ROOT
from fontTools.ttLib import TTFont
from markdown import Markdown
from mkdocs.commands.build import build
from mkdocs.config import load_config

from gradbook.errors import Problem, Problems
from gradbook.site.font import cut_font

EXTENSIONS = [
    "admonition",
    "footnotes",
    "tables",
    "pymdownx.superfences",
    "pymdownx.arithmatex",
    "gradbook.mathematics",
]
DOCS = ROOT / "docs"


def convert(text: str, **options: object) -> str:
    configs = {"pymdownx.arithmatex": {"generic": True}, "gradbook.mathematics": options}
    return Markdown(extensions=EXTENSIONS, extension_configs=configs).convert(text)


def trees(page: str) -> list[ElementTree.Element]:
    # XML knows five named characters, HTML all.
    page = re.sub(r"&(?!(lt|gt|amp|quot|apos);)\w+;", lambda match: html.unescape(match[0]), page)
    return [ElementTree.fromstring(math) for math in re.findall(r"<math.*?</math>", page, re.S)]


@pytest.fixture(scope="session")
def font(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("font") / "math.woff2"
    cut_font(path)
    return path


def test_a_formula_in_a_line_stays_in_the_line() -> None:
    page = convert("The slope of $x^2$ is $2x$.")
    square, slope = trees(page)
    assert [e.tag for e in square] == ["msup"]
    assert "".join(slope.itertext()) == "2x"
    assert page.startswith("<p>The slope of <math>")


def test_punctuation_stays_with_its_formula() -> None:
    page = convert("For $x$, $y$ (or $z$).")
    assert page.count('<span class="math-word">') == 2
    assert re.search(r'<span class="math-word"><math>.{,30}</math>,</span>', page)
    assert re.search(r"<math>.{,30}</math>\).</span>", page)
    assert re.sub("<.*?>", "", page) == "For x, y (or z)."


def test_a_formula_on_its_own_lines_is_a_display() -> None:
    page = convert("$$\n\\frac{a}{b} < 1\n$$")
    (tree,) = trees(page)
    assert tree.get("display") == "block"
    numerator, denominator = tree.find(".//mfrac")
    assert (numerator.text, denominator.text) == ("a", "b")
    assert "data-search-exclude" in page


@pytest.mark.parametrize(
    "text",
    [
        "!!! note\n    $$\n    a + b\n    $$",
        "| a | b |\n|---|---|\n| $a + b$ | 2 |",
        "A note.[^1]\n\n[^1]: $a + b$",
        "- first\n\n    $$\n    a + b\n    $$",
    ],
)
def test_formulas_stand_wherever_text_does(text: str) -> None:
    (tree,) = trees(convert(text))
    assert "".join(tree.itertext()) == "a+b"


def test_dollars_in_code_and_money_are_no_formulas() -> None:
    text = "`$x$` costs $5 or $6.\n\n```\n$$\nx\n$$\n```"
    assert not trees(convert(text))


def test_macros() -> None:
    (tree,) = trees(convert(r"$\grad f$", macros={"grad": r"\nabla"}))
    assert "".join(tree.itertext()) == "∇f"


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\frac{1}{2", r"end of input"),
        (r"\nosuch x", r"Unknown command \"\\nosuch\""),
        (r"\begin{smallmatrix} a \end{smallmatrix}", r"Unknown environment"),
    ],
)
def test_a_mistake_names_the_formula_and_the_reason(tex: str, reason: str) -> None:
    with pytest.raises(Problems, match=reason) as caught:
        convert(f"${tex}$")
    assert tex in str(caught.value)


def test_all_mistakes_of_a_page_are_listed() -> None:
    with pytest.raises(Problems) as caught:
        convert("$\\one$, $x$, $\\two$")
    assert len(caught.value.problems) == 2


def test_a_list_takes_the_problems_and_the_page_goes_on() -> None:
    report: list[Problem] = []
    page = convert("First $\\nosuch$, then $x$.", report=report)
    assert len(report) == 1
    assert "Unknown command" in page
    assert len(trees(page)) == 1


def test_in_a_site_the_page_and_the_line_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    front = "---\ntitle: A page\n---\n\n"
    text = "# A page of $\n\nThe letter o, `$\\o$`.\n\n$$\nx\n\\nosuch\n$$\n\n| a |\n|---|\n| $\\o$ |\n"
    (tmp_path / "docs" / "index.md").write_text(front + text)
    (tmp_path / "mkdocs.yml").write_text("site_name: Site\nplugins: []\n")
    report: list[Problem] = []
    extensions = [
        {"pymdownx.arithmatex": {"generic": True}},
        {"gradbook.mathematics": {"report": report}},
    ]
    config = load_config("mkdocs.yml", markdown_extensions=extensions)
    build(config)
    assert [str(problem.at[0]) for problem in report] == ["docs/index.md:9", "docs/index.md:16"]


def test_the_font_is_made_when_missing_and_then_kept(tmp_path: Path) -> None:
    path = tmp_path / "math.woff2"
    convert("$x$", font=str(path))
    assert path.read_bytes()[:4] == b"wOF2"
    path.write_bytes(b"kept")
    convert("$x$", font=str(path))
    assert path.read_bytes() == b"kept"
    os.utime(path, (0, 0))  # older than the module that says what it holds
    convert("$x$", font=str(path))
    assert path.read_bytes()[:4] == b"wOF2"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        convert("$x$", font=str(tmp_path / "nowhere" / "math.woff2"))


def test_the_font_is_the_same_at_every_cut(font: Path, tmp_path: Path) -> None:
    cut_font(tmp_path / "again.woff2")
    assert (tmp_path / "again.woff2").read_bytes() == font.read_bytes()


def test_the_font_is_light_and_can_set_mathematics(font: Path) -> None:
    assert font.stat().st_size < 40_000
    cut = TTFont(font)
    assert "MATH" in cut
    assert "Open Font License" in cut["name"].getDebugName(13)


def drawn(page: str) -> set[str]:
    """The characters that a browser draws: names of one letter are italic (MathML Core)."""
    found: set[str] = set()
    for element in (element for tree in trees(page) for element in tree.iter()):
        text = (element.text or "").strip()
        if element.tag == "mi" and len(text) == 1 and element.get("mathvariant") != "normal":
            text = italic(text)
        found |= set(text) | ({"√"} if element.tag in ("msqrt", "mroot") else set())
    return found


def italic(letter: str) -> str:
    if letter == "h":
        return "ℎ"  # Unicode had it, as Planck's constant, before the other italics
    words = unicodedata.name(letter).replace("GREEK ", "").replace("LATIN ", "")
    try:
        return unicodedata.lookup("MATHEMATICAL ITALIC " + words.replace("LETTER ", ""))
    except KeyError:
        return letter


def missing(page: str, font: Path) -> set[str]:
    return {c for c in drawn(page) if ord(c) not in TTFont(font).getBestCmap()}


def test_what_browsers_draw() -> None:
    assert drawn(convert(r"$h = \sqrt{\theta}$")) == {"ℎ", "=", "√", "𝜃"}


def test_a_character_that_the_font_lacks_is_noticed(font: Path) -> None:
    assert missing(convert("$\\text{ж}$"), font) == {"ж"}


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.stem)
def test_the_font_has_every_character_of_the_pages(path: Path, font: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert not missing(convert(page.partition("\n---\n")[2]), font)

"""What the home page and the top of a page count, counted a second time: by Beautiful Soup, in the built pages."""

import re
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from built import ROOT

from gradbook.compare.numerals import Sentences
from gradbook.project import project_at
from gradbook.site.counts import KINDS

AIMS = "After this page you can"
ALL = "After these pages you can"


def test_each_page_with_aims_says_how_long_it_takes(built_site: Path) -> None:
    told = {}
    for path in built_site.rglob("index.html"):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for strong in page.find_all("strong", string=AIMS):
            told[path.parent.name] = (strong.parent.text.split(". ")[0], words(page.article))
    assert len(told) > 20
    for name, (sentence, count) in told.items():
        about, number, unit = sentence.split()
        assert (about, unit) == ("About", "minutes"), name
        # Without outputs; the theme's own links and labels stand in the article, too.
        assert int(number) == pytest.approx(count / 160 + 0.5, rel=0.1, abs=1), name  # rounded up


def test_the_first_page_of_a_part_says_how_long_all_its_pages_take(built_site: Path) -> None:
    parts = [path for path in built_site.glob("*/index.html") if ALL in path.read_text("utf-8")]
    assert len(parts) > 5
    for part in parts:
        pages = [BeautifulSoup(p.read_text("utf-8"), "html.parser") for p in part.parent.rglob("index.html")]
        [strong] = [each for page in pages for each in page.find_all("strong", string=ALL)]
        about, number, unit = strong.parent.text.split(". ")[0].split()
        total = sum(words(page.article) / 160 + 0.5 for page in pages)
        hours = float(number.replace("½", ".5")) if unit == "hours" else int(number) / 60
        assert about == "About" and hours == pytest.approx(total / 60, rel=0.1, abs=0.3), part


def test_the_home_page_counts_what_the_pages_show(built_site: Path) -> None:
    home = BeautifulSoup((built_site / "index.html").read_text("utf-8"), "html.parser")
    told = [int(strong.text.replace(",", "")) for strong in home.select(".counts strong")]
    pages = [BeautifulSoup(p.read_text("utf-8"), "html.parser") for p in built_site.rglob("*.html")]
    errors = sum(len(page.select(".cell-raises .output-error")) for page in pages)
    proved = sum(len(page.find_all("summary", string=re.compile("^proved"))) for page in pages)
    cells, raising, formulas, numbers = told
    assert raising >= errors > raising * 0.9  # the rest is not shown, or in a lab
    assert formulas >= proved > formulas * 0.8
    snippets = "\n".join(p.read_text("utf-8") for p in (ROOT / "snippets").rglob("*.py"))
    sentences = "\n".join(p.read_text("utf-8") for p in (ROOT / "docs").rglob("*.md"))
    # Cells that stand on a page itself, other than a lab, are in no snippet file.
    labs = "\n".join(p.read_text("utf-8") for p in (ROOT / "docs/labs").glob("*.md"))
    written = len(re.findall("(?m)^# %%", snippets)) + len(re.findall("(?m)^ *```python", labs))
    assert cells == pytest.approx(written, rel=0.05)
    assert numbers == pytest.approx(len(re.findall(r"\w`?<!-- = ", sentences)), rel=0.05)


def words(article: BeautifulSoup) -> int:
    ours = ".output, .take-along, .cell-along, .answer, .answers-kept"
    for other in [*article.find_all(["svg", "script", "style"]), *article.select(ours)]:
        other.decompose()
    return len(re.findall(r"\w+", article.get_text()))


def test_the_page_on_trust_tells_what_numbers_rest_on(built_site: Path) -> None:
    """Counted a second time, from the files of the pages."""
    page = BeautifulSoup((built_site / "how-verified/index.html").read_text("utf-8"), "html.parser")
    told = {row.th.text: int(row.td.text.replace(",", "")) for row in page.select(".rests :is(tbody, tfoot) tr")}
    project = project_at(ROOT)
    found = [Sentences(project.page(p)) for p in project.page_files() if project.listing.looks_at_numbers(p)]
    counts = sum((sentences.counts for sentences in found), Counter())
    assert not any(sentences.problems for sentences in found)
    assert told == {said: counts[kind] for kind, said in KINDS.items()} | {"together": counts.total()}

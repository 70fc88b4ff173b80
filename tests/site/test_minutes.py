"""The minutes at the top of a page, counted a second time by Beautiful Soup and its words."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

AIMS = "After this page you can"


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
        # The theme's own links and labels stand in the article, too.
        assert int(number) == pytest.approx(count / 160, rel=0.1, abs=1), name


def words(article: BeautifulSoup) -> int:
    for other in article.find_all(["svg", "script", "style"]):
        other.decompose()
    return len(re.findall(r"\w+", article.get_text()))

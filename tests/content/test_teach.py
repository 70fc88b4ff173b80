"""The page "Teach with it": its tables beside the pages, its handouts in a browser, and its recipe, done as it says."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import window
from bs4 import BeautifulSoup, Tag
from built import ROOT
from mkdocs.utils import yaml_load
from playwright.sync_api import Browser, Page

from gradbook.site.elsewhere import linked
from gradbook.site.prose import Place
from gradbook.site.teaching import Taught, completed

TEXT = (ROOT / "docs/teach.md").read_text("utf-8")
PARTS = re.findall("<!-- pages: (.*) -->", TEXT)


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def rows(site: Path) -> Iterator[tuple[Tag, Path]]:
    """The rows of all tables, with the files of their pages."""
    for row in soup(site / "teach/index.html").select(".taught tbody tr"):
        yield row, (site / "teach" / row.th.a["href"] / "index.html").resolve()


def numbers(row: Tag) -> list[int]:
    return [int(cell.text) for cell in row.select("[data-head]")]


def test_the_tables_have_all_pages_of_their_parts(built_site: Path) -> None:
    config = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\ntheme:")[0]
    parts = {part: pages for entry in yaml_load(config)["nav"] for part, pages in entry.items()}
    wanted = [page.removesuffix(".md").removesuffix("/index") for part in PARTS for page in parts[part]
              if not page.endswith("/checkpoint.md")]  # it repeats questions  # fmt: skip
    found = [path.parent.relative_to(built_site.resolve()).as_posix() for _, path in rows(built_site)]
    assert len(PARTS) == 7 and found == wanted


def test_a_row_says_what_its_page_has(built_site: Path) -> None:
    """Counted a second time, in what readers see of the pages."""
    for row, path in rows(built_site):
        article = soup(path).article
        minutes, exercises, figures = numbers(row)
        about = re.search(r"About (\d+) minutes?\. After this page", article.text)  # "these pages" is said of a part
        assert about is None or int(about[1]) == minutes, path
        tasks = [e for e in article.select("[id]") if e["id"].endswith("_task")]
        assert len(article.select(".admonition.question")) + len(tasks) == exercises, path
        shown = [d for d in article.select(".output-display") if not d.select(".claim, :scope > math")]
        assert len(shown) == figures, path


def test_a_row_has_the_aims_and_what_the_page_builds_on(built_site: Path) -> None:
    for row, path in rows(built_site):
        article, aims = soup(path).article, row.p.text
        assert aims.startswith("You ") and aims[4:] in article.text, path
        before = [e.parent for e in article.find_all("strong", string=re.compile("^Before this"))]
        assert bool(before) == bool(row.td.text) or path.parent.parent == built_site, path
        if before:
            assert row.td.text.rstrip(".") in before[0].text, path


def test_links_of_the_tables_lead_where_they_lead_on_the_pages(built_site: Path) -> None:
    tried = 0
    for row, _ in rows(built_site):
        for link in row.td.select("a"):
            path, _, anchor = link["href"].partition("#")
            page = soup(built_site / "teach" / path / "index.html")
            assert not anchor or page.find(id=anchor), link
            tried += 1
    assert tried > 60


def test_each_table_adds_up(built_site: Path) -> None:
    tables = soup(built_site / "teach/index.html").select(".taught")
    home = soup(built_site / "index.html").text
    assert len(tables) == len(PARTS)
    for part, table in zip(PARTS, tables):
        columns = zip(*map(numbers, table.select("tbody tr")))
        assert numbers(table.tfoot) == [sum(column) for column in columns], part
    minutes = [numbers(table.tfoot)[0] for table in tables]
    assert f"About {round(minutes[1] / 30) / 2:g} hours.".replace(".5 ", "½ ") in home


def test_aims_and_exercises_are_read_from_the_html() -> None:
    html = (
        "<p><strong>After this page you can</strong> do <em>this</em>.</p>"
        '<div class="admonition question"></div><div class="cell" id="cell-sum_task"></div>'
        '<li><strong>Before this page:</strong> <a href="../b/#x">B</a>, for x.</li>'
    )
    page = Taught("A", "part/a/", html, 3, 1)
    assert (page.aims, page.exercises) == ("You can do <em>this</em>.", 2)
    assert page.before == '<a href="../b/#x">B</a>, for x'
    table = completed("<!-- pages: P -->", lambda part: [page] * (part == "P"), lambda url: f"/{url}")
    assert '<a href="/part/b/#x">B</a>' in table
    assert completed("<!-- pagers: P -->", lambda part: [], str) == "<!-- pagers: P -->"
    nothing = Taught("A", "a/", "<p>After this, you rest.</p>", 1, 0)
    assert (nothing.aims, nothing.before, nothing.exercises) == ("", "", 0)


@pytest.fixture(scope="module")
def sheet(browser: Browser, home: str) -> Iterator[Page]:
    """A page of the site without JavaScript."""
    with window(browser, java_script_enabled=False, base_url=home) as context:
        yield context.new_page()


def visible(page: Page, selector: str) -> list[bool]:
    return [found.is_visible() for found in page.locator(selector).all()]


@pytest.mark.parametrize("media", ["screen", "print"])
def test_a_handout_of_exercises_has_no_answers(sheet: Page, media: str) -> None:
    sheet.emulate_media(media=media)
    sheet.goto("tutorial/one-step/#print-exercises")
    assert all(visible(sheet, ".question")) and all(visible(sheet, ".question .choices label"))
    assert not any(visible(sheet, ".question :is(details, .verdict, .answer)"))
    assert not any(visible(sheet, ".md-content__inner > :is(p, .cell, h2):not(.handout)"))
    assert visible(sheet, ".handout") == [media == "screen", False, False]


@pytest.mark.parametrize("media", ["screen", "print"])
def test_a_handout_with_answers_has_every_fold_open(sheet: Page, media: str) -> None:
    sheet.emulate_media(media=media)
    sheet.goto("tutorial/one-step/#print-answers")
    answers = sheet.locator(".question details:not(.cell-along) :is(.output, p)")
    assert answers.count() > 4 and all(found.is_visible() for found in answers.all())
    assert all(visible(sheet, ".question .verdict"))
    assert not any(visible(sheet, ".md-content__inner > .cell"))


@pytest.mark.parametrize("media", ["screen", "print"])
def test_a_handout_of_figures_has_each_figure_and_no_code(sheet: Page, media: str) -> None:
    sheet.emulate_media(media=media)
    sheet.goto("tutorial/one-step/#print-figures")
    assert visible(sheet, ".md-content__inner > .cell .output-display > :is(svg, grad-graph, grad-plot)") == [True] * 3
    assert not any(visible(sheet, ".highlight")) and not any(visible(sheet, ".question"))


def test_without_its_address_a_page_is_whole(sheet: Page) -> None:
    sheet.emulate_media(media="screen")
    sheet.goto("tutorial/one-step/")
    assert all(visible(sheet, ".md-content__inner > :is(h2, .cell, .question)"))
    assert not any(visible(sheet, ".handout"))


def code(language: str, number: int = 0) -> str:
    """A fence of the page by its language."""
    return re.findall(rf"^```{language}[^\n]*\n(.*?)^```", TEXT, re.M | re.S)[number]


def test_a_part_runs_and_is_checked_in_another_course(tmp_path: Path) -> None:
    """As the page says; the clone is this repository, and the package is there already."""
    (tmp_path / "gradbook").symlink_to(ROOT)
    take = "".join(line for line in code("sh").splitlines(True) if not line.startswith(("git", "python")))
    assert take.count("\n") == 4
    (tmp_path / "mkdocs.yml").write_text(code("yaml"))
    python = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def shell(script: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "-e", "-c", script]
        return subprocess.run(command, cwd=tmp_path, env=python, capture_output=True, text=True)

    done = shell(take + code("sh", 1))
    assert done.returncode == 0, done.stdout + done.stderr
    pages = sorted((tmp_path / "site").rglob("index.html"))
    assert len(pages) == 1 + len(list((ROOT / "docs/before").glob("*.md")))
    for path in pages:
        for link in re.findall(r'(?:href|src)="([^":#?]+)[#?"]', path.read_text("utf-8")):
            target = path.parent / link
            assert (target / "index.html" if target.is_dir() else target).is_file(), (path, link)
    first = (tmp_path / "site/before/index.html").read_text("utf-8")
    assert 'href="https://example.org/gradbook/tutorial/#before-you-start"' in first
    program = tmp_path / "snippets/before/back_propagation.py"
    stated = program.read_text("utf-8")
    program.write_text(stated.replace("tensor(64.) tensor(32.)", "tensor(63.) tensor(32.)", 1), "utf-8")
    wrong = shell("python -m gradbook check")
    assert wrong.returncode == 1 and "got       tensor(64.) tensor(32.)" in wrong.stdout + wrong.stderr


def test_a_link_to_a_page_that_stayed_behind_leads_to_it() -> None:
    page = Place("part/one.md", "https://s.org/book/")
    text = "[a](two.md#x) [b](../other/index.md#y) [c](https://e.org/d.md) [d](#here) [e](three.md)"
    assert linked(text, page, {"part/two.md"}) == (
        "[a](two.md#x) [b](https://s.org/book/other/#y) [c](https://e.org/d.md) [d](#here) "
        "[e](https://s.org/book/part/three/)"
    )


def test_in_the_book_each_name_is_one_and_each_link_leads_somewhere(built_site: Path) -> None:
    spec = importlib.util.spec_from_file_location("book", ROOT / ".ci/book.py")
    book = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(book)
    html = book.book(built_site)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)) > 1000
    inside = re.findall(r'\s(?:xlink:)?href="#([^"]+)"', html) + re.findall(r"url\(#([^)]+)\)", html)
    assert len(inside) > 200 and set(inside) <= set(ids)
    site = "https://example.org/gradbook/"
    outside = {link for link in re.findall(r'\shref="([^"#]+)', html) if link.startswith(site)}
    assert outside and all((built_site / link.removeprefix(site)).exists() for link in outside)

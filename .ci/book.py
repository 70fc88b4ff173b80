"""Make one PDF of the course in the built site, and link it on the page "Teach with it". Run by `make book`.

The articles of the pages become one page, which Chromium prints by the site's own rules for paper.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from html import escape
from pathlib import Path
from posixpath import dirname, join, normpath

from bs4 import BeautifulSoup, Tag

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser import chromium, served, window  # noqa: E402

PARTS = ("before", "tutorial", "graph", "how-to", "beyond", "extending")
REFERENCE = ("cheat-sheet", "glossary", "notation")
# What only answers to a click, and what leads away from the page.
NOT_ON_PAPER = (
    ".take-along, .answers-kept, .answer, .handout, .md-content__button, .headerlink, .cell-along, "
    ".md-source-file, .gg-player, .gg-leaves, .slider, script"
)
STYLES = ("plots", "graph", "tutorial")
FOOTER = '<div style="width: 100%; font-size: 7pt; text-align: center"><span class="pageNumber"></span></div>'
SHELL = """\
<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>{title}</title>{head}
<style>.chapter {{ break-before: page; }} .contents {{ columns: 2; }}</style></head>
<body dir="ltr" data-md-color-scheme="default"><div class="md-content">
<article class="md-content__inner md-typeset">{body}</article></div></body></html>
"""


def listed(site: Path) -> tuple[str, dict[str, str]]:
    """The address of the site, and its pages' titles by their folders, in the order of the navigation."""
    found = re.findall(r"(?m)^- \[(.*?)\]\((\S+\.md)\)", (site / "llms.txt").read_text("utf-8"))
    root = dirname(found[0][1]) + "/"
    return root, {dirname(url).removeprefix(root): title for title, url in found}


def chapter(site: Path, root: str, folder: str, inside: set[str]) -> Tag:
    """A page's article with names that are unique in the book; its links lead to the book, or to the site."""
    html = (site / folder / "index.html").read_text("utf-8")
    article = BeautifulSoup(html, "html.parser").article
    for element in article.select(NOT_ON_PAPER):
        element.decompose()
    article.name, article["class"], article["id"] = "div", "chapter", named(folder)
    for element in article.find_all(True):
        if "id" in element.attrs:
            element["id"] = named(folder, element["id"])
        for name, value in element.attrs.items():
            if isinstance(value, str):
                element[name] = re.sub(r"url\(#", f"url(#{named(folder)}-", value)
        for name in ("href", "xlink:href", "src"):
            if name in element.attrs:
                element[name] = target(root, folder, element[name], inside)
    return article


def named(folder: str, name: str = "") -> str:
    return "-".join(filter(None, [folder.replace("/", "-"), name]))


def target(root: str, folder: str, link: str, inside: set[str]) -> str:
    """Where a link on a page leads in the book."""
    path, _, anchor = link.partition("#")
    if re.match(r"\w+:", link):
        return link
    place = normpath(join(folder, path)) if path else folder
    if place in inside:
        return "#" + named(place, anchor)
    return root + link_below(place, path, anchor)


def link_below(place: str, path: str, anchor: str) -> str:
    slash = "/" if path.endswith("/") else ""
    return place.removeprefix(".") + slash + (f"#{anchor}" if anchor else "")


def chapters_of(folders: Iterable[str]) -> list[str]:
    return [
        folder
        for part in (*PARTS, *REFERENCE)
        for folder in folders
        if f"{folder}/".startswith(f"{part}/") and not folder.endswith("/checkpoint")  # which asks again
    ]


def book(site: Path) -> str:
    """The book as HTML, to be read from a folder in the site."""
    root, titles = listed(site)
    folders = chapters_of(titles)
    home = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    styles = "".join(str(link) for link in home.find_all("link", rel="stylesheet"))
    styles += "".join(f'<link rel="stylesheet" href="./assets/{name}.css">' for name in STYLES)
    contents = "".join(
        f'<li><a href="#{named(folder)}">{escape(titles[folder])}</a></li>' for folder in folders
    )
    front = (
        f"<h1>{escape(home.find('meta', property='og:site_name')['content'])}</h1>"
        f"<p>{escape(home.find('meta', attrs={'name': 'description'})['content'])}</p>"
        f'<p>{home.select_one(".counts").decode_contents()}</p>'
        f'<p>The Gradbook authors. Text and figures <a href="https://creativecommons.org/licenses/by/4.0/">CC BY '
        f'4.0</a>, code MIT. Made from <a href="{root}">{root}</a>, where graphs move and answers are checked.</p>'
        f'<ol class="contents">{contents}</ol>'
    )
    chapters = (str(chapter(site, root, folder, set(folders))) for folder in folders)
    return SHELL.format(title="Gradbook", head=styles, body=front + "".join(chapters))


def printed(site: Path, file: Path) -> int:
    """Print the book into a file; how many sheets it has."""
    page = site / "book.html"
    page.write_text(book(site), "utf-8")
    with chromium() as browser, served(site) as home, window(browser) as context:
        tab = context.new_page()
        tab.goto(f"{home}book.html")
        assert tab.locator(".chapter").count() == len(chapters_of(listed(site)[1])), "half of it has come"
        margin = dict.fromkeys(("top", "bottom", "left", "right"), "16mm")
        tab.pdf(
            path=file, format="A4", margin=margin, outline=True, tagged=True,
            display_header_footer=True, header_template="<span></span>", footer_template=FOOTER,
        )  # fmt: skip
    page.unlink()
    return len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))


def main(site: Path = ROOT / "site") -> None:
    file = site / "gradbook.pdf"
    sheets = printed(site, file)
    size = -(-file.stat().st_size // 1_000_000)
    page = site / "teach/index.html"
    link = (
        f'<p><a href="../{file.name}" download>The course as one PDF</a>: {sheets} sheets, {size} MB. '
        "Every fold in it is open, answers included.</p>"
    )
    page.write_text(page.read_text("utf-8").replace("<!-- book -->", link), "utf-8")
    print(f"{file}: {sheets} sheets, {size} MB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

"""The box "Paste the error" and the lists, on the real site in a real browser."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from built import ROOT
from playwright.sync_api import Browser, Page
from surveys import some

from gradbook.trouble.census import causes, messages
from gradbook.trouble.finder import entries, find
from gradbook.trouble.homes import homes
from gradbook.trouble.match import best

SCRIPT = "assets/trouble.js"


@pytest.fixture
def page(home: str, browser: Browser) -> Page:
    with browser.new_page() as page:
        page.goto(f"{home}errors/")
        page.wait_for_function("!!window.gradbook?.find && !!window.document$")
        page.locator("#paste-error").focus()  # which loads the messages
        yield page


def test_the_script_follows_the_rules_of_python(page: Page) -> None:
    """All texts of the census and some of nobody's give the same entries in the same order."""
    foreign = (ROOT / "tests/cases/foreign_messages.txt").read_text("utf-8").splitlines()
    texts = [f"{c.type}: {re.sub('[0-9]+', '41', c.text)}" for c in some(causes())] + foreign
    texts += [f"what is this, {text[: len(text) // 2]}, do you know?" for text in texts]
    number = {id(entry): n for n, entry in enumerate(entries())}
    here = [[number[id(entry)] for entry in best(entries(), text)] for text in texts]
    there = page.evaluate("async texts => Promise.all(texts.map(gradbook.find))", texts)
    assert there == here


def test_a_paste_from_a_menu_is_answered(page: Page) -> None:
    """Such a paste is an input event, without any key."""
    field = page.locator("#paste-error")
    text = "RuntimeError: grad can be implicitly created only for scalar outputs"
    field.fill(text)
    link = page.locator(".paste-error__found a").first
    link.wait_for()
    assert "grad can be implicitly created" in link.inner_text()
    name = find(text)[0].id
    assert name in link.get_attribute("href") or name in homes(ROOT / "docs")
    field.fill("CUDA out of memory. Tried to allocate 2.00 GiB")
    page.get_by_text("not about gradients").wait_for()
    field.fill("nothing of all this was ever said")
    page.get_by_text("No message known here").wait_for()


def test_from_disk_it_works_too(offline_site: Path, browser: Browser) -> None:
    with browser.new_page() as page:
        page.goto((offline_site / "errors" / "index.html").as_uri())
        page.wait_for_function("!!window.gradbook?.find && !!window.document$")
        page.locator("#paste-error").fill("a leaf Variable that requires grad is being used")
        link = page.locator(".paste-error__found a").first
        link.wait_for()
        target = Path(page.evaluate("a => new URL(a.href).pathname", link.element_handle()))
        assert target.is_file()


def test_what_is_loaded_is_small_and_comes_late(
    built_site: Path, home: str, browser: Browser
) -> None:
    assert len(gzip.compress((built_site / SCRIPT).read_bytes())) <= 4096
    for name in ("messages", "causes"):
        assert len(gzip.compress((built_site / f"assets/{name}.js").read_bytes())) <= 30 * 1024
    with browser.new_page() as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{home}errors/")
        page.wait_for_function("!!window.gradbook?.find && !!window.document$")
        assert not [url for url in asked if url.endswith(("/messages.js", "/causes.js"))]
        page.locator("#paste-error").focus()
        page.wait_for_function("document.querySelector('script[src$=\"messages.js\"]')")


def test_the_list_has_every_message_once_and_links_to_every_page(built_site: Path) -> None:
    html = (built_site / "errors/index.html").read_text("utf-8")
    content = html[html.index("<article") :]
    names = [message.id for message in messages()]
    lines = re.findall(r'<li id="([\w-]+)">(.*?)</li>', content, re.DOTALL)
    assert sorted(name for name, _ in lines) == sorted(names)
    linked = {name for name, line in lines if line.startswith("<a ")}
    assert linked == homes(ROOT / "docs").keys()


def test_each_page_in_errors_names_messages_of_the_census() -> None:
    known = {message.id for message in messages()}
    found = homes(ROOT / "docs")
    assert found.keys() <= known
    pages = {path.name for path in (ROOT / "docs/errors").glob("*.md")} - {"index.md"}
    assert pages == {Path(home.uri).name for home in found.values()}


def test_pages_outside_the_navigation_stand_in_its_section(built_site: Path) -> None:
    """The tab is the active one, and no page lists the hundreds."""
    slug = next(iter(homes(ROOT / "docs").values())).uri.removesuffix(".md")
    html = (built_site / slug / "index.html").read_text("utf-8")
    tab = re.search(r'<li class="md-tabs__item md-tabs__item--active">(.*?)</li>', html, re.DOTALL)
    assert "In trouble" in tab[1]
    assert f"{Path(slug).name}/" not in (built_site / "index.html").read_text("utf-8")

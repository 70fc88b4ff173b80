"""The table of the atlas, on the real site: in a browser with scripts, and without."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from built import ROOT
from playwright.sync_api import Browser, Page

from gradbook.site import atlas

ENTRIES = [*atlas.rows(ROOT / "snippets")]
LIGHT = 150_000  # bytes of a page, compressed


@pytest.fixture
def page(home: str, browser: Browser) -> Page:
    with browser.new_page() as page:
        page.goto(f"{home}atlas/")
        page.locator(".atlas-table button").first.wait_for()
        yield page


@pytest.mark.parametrize("asked", ["torch.sin", "sin", "SinBackward0", "torch.sin  SinBackward0"])
def test_a_name_a_call_and_a_node_find_the_operator(page: Page, asked: str) -> None:
    page.locator(".atlas-filter [type=search]").fill(asked)
    assert "sin" in shown(page)
    assert len(shown(page)) < len(ENTRIES) / 2


def test_functions_of_nn_are_found_under_their_short_and_their_whole_name(page: Page) -> None:
    for asked in ("F.relu", "torch.nn.functional.relu", "relu"):
        page.locator(".atlas-filter [type=search]").fill(asked)
        assert "nn_functional_relu" in shown(page), asked


@pytest.mark.parametrize("word", atlas.FILTERS)
def test_each_filter_shows_what_the_fields_say(page: Page, word: str) -> None:
    page.locator(f".atlas-filter [value={word}]").check()
    expected = [name for _, name, _, fields in ENTRIES if word in atlas.words(fields)]
    assert sorted(shown(page)) == sorted(expected)
    assert (
        page.locator(".atlas-found").inner_text() == f"{len(expected)} of {len(ENTRIES)} operators"
    )


def test_a_click_sorts_and_another_turns_the_order(page: Page) -> None:
    head = page.locator(".atlas-table th", has_text="Node")
    head.locator("button").click()
    nodes = page.locator(".atlas-table tbody td:nth-child(2)").all_inner_texts()
    head.locator("button").click()
    turned = page.locator(".atlas-table tbody td:nth-child(2)").all_inner_texts()
    assert nodes != turned and sorted(nodes) == sorted(turned) and len(nodes) == len(ENTRIES)
    assert head.get_attribute("aria-sort") == "descending"


def shown(page: Page) -> list[str]:
    links = page.locator(".atlas-table tbody tr:not([hidden]) th a").evaluate_all(
        "all => all.map(a => a.hash)"
    )
    return [link.removeprefix("#") for link in links]


def test_without_a_script_the_table_is_whole_and_its_links_lead_to_entries(
    built_site: Path,
) -> None:
    html = (built_site / "atlas" / "index.html").read_text("utf-8")
    links = re.findall(r'<th scope="row"><a href="([^"]*)#([^"]*)">', html)
    assert [name for _, name in links] == [name for _, name, _, _ in ENTRIES]
    for address, name in links:
        target = (built_site / "atlas" / address / "index.html").read_text("utf-8")
        assert target.count(f'id="{name}"') == 1, name


def test_each_page_is_light(built_site: Path) -> None:
    for path in (built_site / "atlas").rglob("index.html"):
        assert len(gzip.compress(path.read_bytes())) <= LIGHT, path


def test_search_finds_each_entry_by_its_calls_and_its_node(built_site: Path) -> None:
    index = json.loads((built_site / "search" / "search_index.json").read_text("utf-8"))
    texts = {doc["location"]: f"{doc['title']} {doc['text']}" for doc in index["docs"]}
    for page, name, calls, fields in ENTRIES:
        text = texts[f"{page.removesuffix('.md')}/#{name}"]
        assert all(call in text for call in calls), name
        assert fields["node"] == "-" or fields["node"].split(" < ")[0] in text, name


def test_each_node_leads_to_an_entry_that_has_it() -> None:
    """Of all nodes that any entry names, and of overloads, which the number at the end tells apart."""
    fields = {name: fields for _, name, _, fields in ENTRIES}
    for node, (_, name) in atlas.homes(ROOT / "snippets").items():
        words = re.findall(r"\w+", f"{fields[name]['node']} {fields[name]['others']}")
        has_it = atlas.stem(node) in map(atlas.stem, words)
        assert has_it or atlas.stem(node).lower() == name.removeprefix("nn_functional_").replace("_", ""), node


@pytest.mark.parametrize("page", ["graph/dynamic-graph", "graph/lifetime", "tutorial/autograd"])
def test_nodes_of_figures_and_outputs_lead_to_their_entries(built_site: Path, page: str) -> None:
    """In the text of a page as it is without a script."""
    html = (built_site / page / "index.html").read_text("utf-8")
    links = re.findall(r'<a href="([^"]*atlas/[^"]*)#([^"]+)">(\w+Backward\d+)</a>', html)
    assert links
    for address, name, node in links:
        target = (built_site / page / address / "index.html").read_text("utf-8")
        assert f'id="{name}"' in target
        assert atlas.stem(node) in target
    figures = re.findall(r"<grad-graph.*?</grad-graph>", html, re.S)
    assert all("In the atlas: <a " in figure for figure in figures if "Backward0</text>" in figure)


def test_a_printed_name_is_the_same_text_and_a_link_once(built_site: Path) -> None:
    html = (built_site / "tutorial" / "autograd" / "index.html").read_text("utf-8")
    printed = re.findall(r"<samp>(.*?)</samp>", html, re.S)
    linked = [text for text in printed if "<a " in text]
    assert linked
    for text in linked:
        plain = re.sub(r"</?a[^>]*>", "", text)
        assert re.search(r"&lt;\w+Backward\d+", plain)
        for node in re.findall(r">(\w+Backward\d+)</a>", text):
            assert sum(f">{node}</a>" in other for other in printed) == 1


def test_without_an_atlas_a_page_stays_as_it_is(tmp_path: Path) -> None:
    html = '<pre class="output-stream"><samp>&lt;SinBackward0&gt;</samp></pre>'
    assert atlas.Links(tmp_path, lambda page: page).put(html, "a/") == html
    known = atlas.Links(ROOT / "snippets", lambda page: page.replace(".md", "/"))
    assert '<a href="../atlas/trigonometry/#sin">SinBackward0</a>' in known.put(html, "a/")
    assert known.put(html.replace("samp", "code"), "a/") == html.replace("samp", "code")


def test_a_card_that_is_asked_offers_its_entry(home: str, browser: Browser) -> None:
    with browser.new_page() as page:
        page.goto(f"{home}graph/dynamic-graph/")
        figure = page.locator("grad-graph").first
        card = figure.locator(".gg .operation").first
        card.scroll_into_view_if_needed()
        card.click()
        node = card.locator(".s").first.inner_html()
        link = figure.locator(".gg-said a")
        assert link.inner_text() == node
        link.click()
        page.wait_for_url("**/atlas/**")
        assert page.locator(page.evaluate("location.hash")).count() == 1

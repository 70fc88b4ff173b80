"""The search, as readers meet it: what they ask leads to the section that answers, online and from disk; what the site
cannot answer leads nowhere; a message that is pasted leads to its page."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from browser import window
from built import ROOT
from playwright.sync_api import Browser, Page

QUESTIONS = ROOT / "tests/cases/questions.md"
NOWHERE = "Not on this site"
# Of the questions: how many find the right section at once, and within three.
WANTED = (0.75, 0.95)
SCRIPT = ROOT / "docs/assets/search.js"
# Types the words as a paste from a menu does, without a key, waits for the answer, and gives the links that are seen
# without unfolding anything, best first. A page whose section is better is the heading above it, and no answer.
ASK = """async words => {
  const field = document.querySelector(".md-search__input"), list = document.querySelector(".md-search-result__list")
  const told = document.querySelector(".md-search-result__meta"), start = performance.now()
  const type = text => { field.value = text; field.dispatchEvent(new InputEvent("input", { bubbles: true })) }
  const until = async done => { while (!done()) {
    if (performance.now() - start > 60_000) throw new Error("no answer to " + words)
    await new Promise(next => setTimeout(next, 5))
  } }
  if (field.value) type("")
  await until(() => !list.children.length && !told.textContent.startsWith("Nothing"))
  type(words)
  await until(() => list.children.length || told.textContent.startsWith("Nothing"))
  return [...list.children].flatMap(item => {
    const all = [...item.querySelectorAll(":scope > a")].map(a =>
      [a.getAttribute("href"), parseFloat(a.firstElementChild.dataset.mdScore)])
    return all.length > 1 && all[0][1] < all[1][1] ? all.slice(1) : all
  }).map(([href]) => href)
}"""


@dataclass(frozen=True)
class Question:
    """What is asked, in which part, the right places, and whether it was seen while the search was tuned."""

    words: str
    part: str
    right: tuple[str, ...]
    tuned: bool

    def answered_by(self, place: str) -> bool:
        page = re.sub("#(the-short-answer|the-recipe)$", "", place)
        return any(
            place.startswith(right[:-1]) if right[-1] == "*" else right in (place, page)
            for right in self.right
        )


def questions() -> list[Question]:
    found, part = [], ""
    for line in QUESTIONS.read_text("utf-8").splitlines():
        if line.startswith("## "):
            part = line[3:]
        elif part and line[:2] in ("- ", "+ "):
            words, _, right = line[2:].partition(" → ")
            found.append(Question(words, part, tuple(right.split()), line[0] == "-"))
    return found


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with window(browser) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        yield page


def answers(page: Page, site: str, asked: list[str]) -> dict[str, list[str]]:
    """The places that the search shows for each question, written as in the list of questions."""
    page.goto(site)
    # The theme's script runs after the page is drawn.
    page.wait_for_function("window.document$")
    page.keyboard.press("/")
    root = site.removesuffix("index.html")
    return {words: [place(url, root) for url in page.evaluate(ASK, words)] for words in asked}


def place(url: str, root: str) -> str:
    address, _, section = url.removeprefix(root).partition("#")
    address = re.sub(r"(^|/)index\.html$", r"\1", address.split("?")[0]).replace(".html", "/")
    return f"{address}#{section}" if section else address


def wrong(found: dict[str, list[str]]) -> list[str]:
    """What is wrong with the answers: too few that are right at once or nearly, or one where there is none."""
    asked = [question for question in questions() if question.part != NOWHERE]
    # The place of the first right answer, from 0; 99 where there is none.
    at = {
        q: next((n for n, place in enumerate(found[q.words]) if q.answered_by(place)), 99)
        for q in asked
    }
    for tuned in (True, False):
        some = [n for q, n in at.items() if q.tuned is tuned]
        print(
            f"tuned={tuned}: {share(some, 1):.1%} of {len(some)} first, {share(some, 3):.1%} within three"
        )
    far = [f"{q.part}: {q.words} -> {found[q.words][:3]}" for q, n in at.items() if n > 2]
    few = any(share(at.values(), most) < wanted for most, wanted in zip((1, 3), WANTED, strict=True))
    nowhere = [q.words for q in questions() if q.part == NOWHERE]
    return far * few + [f"{words} -> {found[words][0]}" for words in nowhere if found[words]]


def share(places: Iterable[int], most: int) -> float:
    places = list(places)
    return sum(place < most for place in places) / len(places)


def test_there_are_questions_for_each_part() -> None:
    parts = Counter(question.part for question in questions())
    assert len(questions()) > 200 and min(parts.values()) >= 8


def test_search_finds_what_people_ask(page: Page, home: str) -> None:
    assert wrong(answers(page, home, [question.words for question in questions()])) == []


def test_search_finds_it_from_disk(page: Page, offline_site: Path) -> None:
    site = (offline_site / "index.html").as_uri()
    assert wrong(answers(page, site, [question.words for question in questions()])) == []


def test_each_message_leads_to_its_page(page: Page, home: str, built_site: Path) -> None:
    """The title of a page of In trouble is the message: all that is pasted, it comes first."""
    index = json.loads((built_site / "search/search_index.json").read_text("utf-8"))["docs"]
    titles = {
        doc["location"]: unescape(re.sub("<[^>]+>", "", doc["title"]))
        for doc in index
        if re.fullmatch(r"errors/[^/]+/", doc["location"])
    }
    found = answers(page, home, [f"RuntimeError: {title}" for title in titles.values()])
    first = {address: found[f"RuntimeError: {title}"][:1] for address, title in titles.items()}
    missed = {
        address: places
        for address, places in first.items()
        if not places or not places[0].startswith(address)
    }
    assert len(missed) <= len(titles) / 20, missed


def test_what_is_not_here_offers_the_box_for_messages(page: Page, home: str) -> None:
    assert answers(page, home, ["tensorboard summarywriter"]) == {"tensorboard summarywriter": []}
    page.click(".md-search-result__meta a")
    page.wait_for_selector("#paste-error")


def test_a_result_shows_the_words_in_their_place(page: Page, home: str) -> None:
    answers(page, home, ["set_detect_anomaly"])
    assert "set_detect_anomaly" in page.locator(".md-search-result__item mark").all_inner_texts()
    page.keyboard.press("Enter")
    page.wait_for_url("**/*anomaly*")


def test_the_search_costs_nothing_before_it_is_opened(page: Page, home: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(home)
    page.wait_for_function("window.document$")
    assert not [url for url in asked if "search" in url]


def test_the_search_is_small(built_site: Path) -> None:
    index = (built_site / "search/search_index.json").read_bytes()
    assert len(gzip.compress(index)) < 500_000
    assert len(gzip.compress(SCRIPT.read_bytes())) < 8_000


def test_synonyms_are_words_of_the_pages(built_site: Path) -> None:
    """A synonym that leads to a word no page has would find nothing."""
    index = (built_site / "search/search_index.json").read_text("utf-8").lower()
    index += index.replace("-", "")  # "non-leaf" is read as one word
    table = re.search(r"const SYNONYMS = `(.*?)`", SCRIPT.read_text("utf-8"), re.S)[1]
    for line in table.strip().splitlines():
        said, meant = line.split(":")
        words = re.split(r"[ |]", meant.lower().strip())
        assert said and [word for word in words if word not in index] == [], line

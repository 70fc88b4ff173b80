"""The built site as readers meet it, in a real browser: reading, copying, exercises, palettes,
by keyboard, without JavaScript, on a narrow screen, and from disk. Nothing asks another host."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from browser import SHIFTS, Handler, served, window
from built import ROOT
from playwright.sync_api import Browser, Page, Request

from gradbook.project import project_at
from gradbook.site.copies import copies

PROJECT = project_at(ROOT)
LESSON = "tutorial/one-step/"
EXERCISE = "graph/accumulation/"
FOCUS = """() => {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement)
  return outlineStyle !== "none" && parseFloat(outlineWidth) > 0 || boxShadow !== "none"
}"""


@pytest.fixture(scope="module")
def offline(offline_site: Path) -> str:
    return (offline_site / "index.html").as_uri()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser, permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        yield page


def pages(site: Path) -> list[str]:
    found = (path.relative_to(site).as_posix() for path in site.rglob("index.html"))
    return sorted(path.removesuffix("index.html") for path in found)


def test_a_lesson_is_read_from_start_to_end(page: Page, home: str) -> None:
    page.goto(home)
    page.click("text=Start: your first gradient")
    page.click(".md-content a[href$='one-step/']")
    page.wait_for_url("**/one-step/")
    assert page.inner_text("h1").startswith("Back-propagation on one step")
    assert page.locator(".cell .highlight").count() > 5
    assert "grad_fn=<AddBackward0>" in " ".join(page.locator(".output").all_inner_texts())
    assert page.locator(".md-content math").count() > 5
    page.click(".md-footer__link--next")
    page.wait_for_url("**/multiple-steps/")
    assert page.inner_text("h1").startswith("Back-propagation on multiple steps")


def test_formulas_do_not_reach_the_index(built_site: Path) -> None:
    index = (built_site / "search/search_index.json").read_text()
    assert "<math" not in index and "\\\\frac" not in index


def test_copying_takes_the_code_without_its_output(page: Page, home: str) -> None:
    page.goto(home + LESSON)
    cell = page.locator(".cell", has=page.locator(".output")).first
    cell.hover()
    cell.locator("[data-clipboard-target], [data-md-type=copy]").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    code = cell.locator(".highlight code").inner_text().strip()
    assert code.split("\n")[:-1] == copied.strip().split("\n")[:-1]  # the last may be printed
    assert cell.locator(".output").first.inner_text() not in copied


def test_the_copy_button_gives_the_program_that_the_suite_has_run(page: Page, home: str) -> None:
    """See test_copies.py; the browser puts it together from the page's own cells."""
    known = PROJECT.page(PROJECT.docs / f"{EXERCISE.rstrip('/')}.md")
    _, verified = PROJECT.verify(known)
    found = copies({cell: verified[cell].done for cell in known.cells})
    page.goto(home + EXERCISE)
    page.wait_for_function("window.document$")
    page.evaluate("document.querySelectorAll('details:not(.cell-along)').forEach(d => { d.open = true })")
    for cell, copy in found.items():
        box = page.locator(f"#cell-{cell.name}")
        box.hover()
        box.locator("[data-clipboard-target]").first.click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.strip() == copy.program.strip(), cell.name


def test_what_comes_along_unfolds_by_keyboard_and_is_nothing_without_javascript(
    page: Page, browser: Browser, home: str
) -> None:
    page.goto(home + EXERCISE)
    page.wait_for_function("window.document$")
    along = page.locator("details.cell-along").nth(1)
    assert re.fullmatch(r"with \d+ lines? from above", along.locator("summary").inner_text())
    along.locator("summary").focus()
    page.keyboard.press("Enter")
    assert "import torch" in along.locator("pre").inner_text()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert along.locator("pre").count() == 1
    with window(browser, java_script_enabled=False) as context:
        bare = context.new_page()
        bare.goto(home + EXERCISE)
        assert bare.locator("details.cell-along:visible").count() == 0
        assert bare.locator(".take-along a", has_text="Script").is_visible()


def test_an_exercise_by_keyboard(page: Page, home: str) -> None:
    page.goto(home + EXERCISE)
    first = page.locator(".choices input").first
    choices = page.locator(f"input[name='{first.get_attribute('name')}']")
    verdicts = set()
    first.focus()
    for number in range(choices.count()):
        if number:
            page.keyboard.press("ArrowDown")
        assert not choices.nth(number).is_checked()
        page.keyboard.press("Space")
        assert choices.nth(number).is_checked()
        verdicts.update(page.locator(".verdict:visible").all_inner_texts())
    assert len(verdicts) == choices.count()
    answer = page.locator(".md-content details:not([open], .cell-along) > summary").first
    answer.focus()
    page.keyboard.press("Enter")
    assert page.locator(".md-content details[open]").count() > 0


def test_figures_say_what_they_show(page: Page, home: str) -> None:
    page.goto(home + EXERCISE)
    for figure in page.locator(".output svg").all():
        assert figure.get_attribute("aria-label") or figure.locator("title").count()


def test_back_to_top_covers_no_control_of_a_figure(browser: Browser, home: str) -> None:
    on_top = """button => {
      const { x, y, width, height } = button.getBoundingClientRect()
      return button.contains(document.elementFromPoint(x + width / 2, y + height / 2))
    }"""
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
    with window(browser, **phone, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(home + "tutorial/multiple-steps/")
        page.wait_for_function("window.document$")
        button = page.locator("[aria-label='Next step']").first
        button.tap()
        page.locator(".gg-steps").first.evaluate("e => e.scrollIntoView({ block: 'end' })")
        page.mouse.wheel(0, -30)  # "Back to top" comes when a reader scrolls up
        page.wait_for_selector(".md-top:not([hidden])")
        assert button.evaluate(on_top)
        assert page.locator(".md-top").bounding_box()["height"] < 60


def test_the_palette_has_three_states_and_is_remembered(page: Page, home: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(home)
    page.wait_for_selector("body[data-md-color-scheme=slate]")  # as the system has it
    for state in ("default", "slate", "slate", "default"):  # light, dark, as the system, light
        page.locator("label[for^=__palette]:visible").click()
        page.wait_for_selector(f"body[data-md-color-scheme={state}]")
    page.goto(home + LESSON)
    page.wait_for_selector("body[data-md-color-scheme=default]")


def test_by_keyboard(page: Page, home: str) -> None:
    page.goto(home + LESSON)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("md-skip")
    for _ in range(12):
        assert page.evaluate(FOCUS), page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "text"
    page.wait_for_selector("#__search:checked", state="attached")  # the theme opens it a moment after
    page.keyboard.press("Escape")
    page.wait_for_selector("#__search:not(:checked)", state="attached")


def test_without_javascript(browser: Browser, home: str) -> None:
    with window(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(home + EXERCISE)
        for part in (".md-content math", ".output", ".highlight", ".choices input"):
            assert page.locator(part).first.is_visible(), part
        page.locator(".md-content details:not(.cell-along) > summary").first.click()
        assert page.locator(".md-content details[open]").count() > 0


@dataclass
class Visit:
    """What a page asked for until it asked for nothing more, and how wide it is in pixels."""

    asked: list[str]
    width: int


@pytest.fixture(scope="module")
def visits(browser: Browser, built_site: Path, home: str) -> dict[str, Visit]:
    """Each page opened on a screen of 320 pixels; eight at a time, as each is waited for."""
    found: dict[str, Visit] = {}
    with window(browser, viewport={"width": 320, "height": 640}) as context:
        for names in batched(pages(built_site), 8):
            tabs = {name: context.new_page() for name in names}
            for name, tab in tabs.items():
                found[name] = Visit([], 0)
                tab.on("request", partial(note, found[name]))
                tab.goto(home + name, wait_until="commit")
            for name, tab in tabs.items():
                tab.wait_for_load_state("networkidle")
                found[name].width = tab.evaluate("document.documentElement.scrollWidth")
                tab.close()
    return found


def note(visit: Visit, request: Request) -> None:
    visit.asked.append(request.url)


def batched(names: list[str], size: int) -> list[list[str]]:
    return [names[start : start + size] for start in range(0, len(names), size)]


def test_no_page_asks_another_host(visits: dict[str, Visit], home: str) -> None:
    asked = [url for visit in visits.values() for url in visit.asked]
    assert asked and [u for u in asked if not u.startswith((home, "data:", "blob:"))] == []


def test_no_page_scrolls_sideways_at_320_px(visits: dict[str, Visit]) -> None:
    assert [name for name, visit in visits.items() if visit.width != 320] == []


def test_the_page_is_read_before_the_themes_script_has_come(page: Page, home: str) -> None:
    page.route("**/bundle*.js", lambda route: None)  # never answered
    page.goto(home + LESSON, wait_until="domcontentloaded")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    assert page.locator(".md-content math").first.is_visible()
    assert page.locator("html.no-js, link[href*='/palette.']").count() == 0


def test_no_page_is_heavy(visits: dict[str, Visit], built_site: Path, home: str) -> None:
    """Bytes as a server compresses them: 155 kB and 16 requests for a lesson, 180 kB for another page.

    Some 120 kB of them come once for the whole site.
    """
    for name, visit in visits.items():
        asked = [url.removeprefix(home) for url in visit.asked]
        files = {built_site / url / ("index.html" if url == name else "") for url in asked}
        sizes = {file: weight(file) for file in files}
        lesson = name.startswith(("tutorial/", "graph/", "before/"))
        assert len(sizes) <= 16, name
        assert sum(sizes.values()) <= (155_000 if lesson else 180_000), (name, sizes)
        # The playground has the figures' script and 25 kB of its own; a page may have a plot to drag beside its graph,
        # and exercises.
        scripts = 75_000 if name == "playground/" else 57_000
        assert sum(size for file, size in sizes.items() if file.suffix == ".js") <= scripts, name


def weight(file: Path) -> int:
    content = file.read_bytes()
    return len(content if file.suffix in (".woff2", ".png") else gzip.compress(content))


def test_the_copy_on_disk_asks_nobody(page: Page, offline: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(offline)
    page.click("text=Start: your first gradient")
    page.click(".md-content a[href$='one-step.html']")
    page.wait_for_url("**/one-step.html")
    assert page.locator(".md-content math").count() > 5
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_a_missing_page_offers_a_search_for_its_words(page: Page, home: str) -> None:
    page.goto(home + "tutorial/retain-graph/")
    assert page.inner_text("h1") == "This page is not here"
    assert page.inner_text("#search-instead") == "Search this site for “retain graph”"


def test_nothing_moves_while_a_page_comes_in_parts(page: Page, built_site: Path) -> None:
    """The second part is sent when the first is painted. An output that holds half of the page is cut in two."""
    uri, painted = "/gradbook/atlas/sorting/", threading.Event()

    class InParts(Handler):
        def do_GET(self) -> None:
            if self.path != uri:
                return super().do_GET()
            text = (built_site / "atlas/sorting/index.html").read_bytes()
            cut = text.index(b'id="msort"')
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text[:cut])
            self.wfile.flush()
            painted.wait()
            self.wfile.write(text[cut:])

    with served(built_site, InParts) as home:
        page.goto(home.removesuffix("/gradbook/") + uri, wait_until="commit")
        try:
            page.wait_for_selector("#sort")
            page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        finally:
            painted.set()
        page.wait_for_load_state()
        assert page.evaluate(SHIFTS) < 0.02

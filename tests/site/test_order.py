"""Steps to put into order, in a real browser: by keyboard, by a finger, without JavaScript; judged, kept, cleared."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser import served, window
from built import small
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from gradbook.page.choices import Choice
from gradbook.site.answers import shuffled

PAGE = """\
# Waiting

*Who waits for whom?*

## Check yourself

!!! question "1. Which node?"
    In which order?

    ```python order
    --8<-- "index.py:nodes"
    ```

    1. `MulBackward0`: it is the last operation.
    2. `SinBackward0`: it gets its share from *the product*.
    3. `PowBackward0`: it waits for `sin`.
    4. `<leaf> & co.`: it waits for
       every share.

!!! question "2. Hidden code"
    And here?

    ```python order
    --8<-- "index.py:words"
    ```

    1. `a line that is broken on a phone`
    2. `two`: one comes before it.
    3. `three`: two comes before it.

## Where next

Nowhere.
"""
PROGRAM = """\
# %% nodes
for name in ("Mul", "Sin", "Pow"):
    print(f"{name}Backward0")
# > MulBackward0
# > SinBackward0
# > PowBackward0
print("<leaf> & co.")
# > <leaf> & co.

# %% words tags=["hide-input"]
print("a line that is broken on a phone", "two", "three", sep="\\n")
# > a line that is broken on a phone
# > two
# > three
"""
RIGHT = ["MulBackward0", "SinBackward0", "PowBackward0", "<leaf> & co."]
# The first two change places.
SWAPPED = [RIGHT[1], RIGHT[0], *RIGHT[2:]]
REASON = "No. SinBackward0 stands above MulBackward0, and comes after it. It gets its share from the product."
PHONE = {"viewport": {"width": 360, "height": 800}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("order")
    with served(small(folder, {"docs/index.md": PAGE, "snippets/index.py": PROGRAM})) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, home: str) -> Page:
    return opened(context, home)


def opened(context: BrowserContext, home: str) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(home)
    page.wait_for_selector(".order button[aria-label]", state="attached")
    return page


def order(page: Page) -> Locator:
    return page.locator("form.order").first


def items(page: Page) -> list[str]:
    return order(page).locator("li > code").all_inner_texts()


def spoken(page: Page) -> str:
    return order(page).locator(".spoken").inner_text()


def verdict(page: Page) -> str:
    return order(page).locator(".check [role=status]").inner_text()


def count(page: Page) -> str:
    return page.locator(".md-sidebar--secondary .count").inner_text()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")


def arrange(page: Page, wanted: list[str]) -> None:
    """By the buttons, as somebody who tabs."""
    for place, name in enumerate(wanted):
        button = page.get_by_role("button", name=f"Move {name} up", exact=True)
        while items(page).index(name) > place:
            button.press("Enter")


def check(page: Page) -> None:
    order(page).get_by_role("button", name="Check").press("Enter")


def test_it_stands_shuffled_and_the_same_each_time(page: Page) -> None:
    steps = [Choice(text, "") for text in RIGHT]
    assert items(page) == [step.text for step in shuffled(steps, "nodes")] != RIGHT
    for seed in range(100):
        mixed = shuffled(steps[:3], str(seed))
        assert mixed != steps[:3] and sorted(step.text for step in mixed) == sorted(RIGHT[:3])


def test_by_keyboard_alone(page: Page) -> None:
    label = f"Move {items(page)[0]} down"
    for _ in range(200):
        page.keyboard.press("Tab")
        if focused(page) == label:
            break
    first, second = items(page)[:2]
    page.keyboard.press("Space")
    assert items(page)[:2] == [second, first] and focused(page) == label
    assert spoken(page) == f"{first} is number 2 of 4."
    page.keyboard.press("ArrowUp")
    assert items(page)[:2] == [first, second] and focused(page) == label
    page.keyboard.press("ArrowUp")
    assert spoken(page) == f"{first} is already number 1 of 4."
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page) == "Check":
            break
    page.keyboard.press("Enter")
    assert verdict(page).startswith("No. ")


def test_the_verdict_names_the_first_wrong_pair_and_says_why(page: Page) -> None:
    arrange(page, SWAPPED)
    assert verdict(page) == ""
    check(page)
    assert verdict(page) == REASON
    assert order(page).locator(".check em").inner_text() == "the product"
    assert count(page) == "0 of 2"
    arrange(page, RIGHT)
    assert verdict(page) == ""  # it was about another order
    check(page)
    assert verdict(page) == "Yes. It ran in this order." and count(page) == "1 of 2"
    arrange(page, [*RIGHT[:2], RIGHT[3], RIGHT[2]])
    check(page)
    assert verdict(page) == "No. <leaf> & co. stands above PowBackward0, and comes after it. It waits for every share."
    assert count(page) == "1 of 2"  # it was right once


def test_it_is_kept_and_cleared(page: Page) -> None:
    shuffled_first = items(page)
    arrange(page, SWAPPED)
    check(page)
    page.reload()
    page.wait_for_selector(".md-sidebar--secondary .count")
    assert items(page) == SWAPPED and verdict(page) == REASON and count(page) == "0 of 2"
    arrange(page, RIGHT)
    check(page)
    page.reload()
    page.wait_for_selector(".md-sidebar--secondary .count")
    assert items(page) == RIGHT and count(page) == "1 of 2"
    page.get_by_role("button", name="Clear this page").click()
    assert items(page) == shuffled_first and verdict(page) == "" and count(page) == "0 of 2"
    page.evaluate("""() => {
      const [[name, pages]] = Object.entries(localStorage).filter(([key]) => key === "gradbook-answers")
      localStorage[name] = JSON.stringify({ [location.pathname]: { nodes: ["other\\nsteps", true] } })
    }""")
    page.reload()
    page.wait_for_selector(".md-sidebar--secondary .count")
    assert items(page) == shuffled_first  # what was kept is of another version of the page


def drag(page: Page, name: str, onto: str) -> None:
    """A finger takes the item by its grip, to the middle of another."""
    places = {item: order(page).locator("li", has_text=item).bounding_box() for item in (name, onto)}
    x, y = places[name]["x"] + 20, places[name]["y"] + places[name]["height"] / 2
    end = places[onto]["y"] + places[onto]["height"] / 2
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x, y)
    for part in range(1, 11):
        touch("touchMove", x, y + (end - y) * part / 10)
    for _ in range(10):  # at rest: one lifted in motion flings, and a browser takes the next tap to stop that
        touch("touchMove", x, end)
        page.wait_for_timeout(20)
    touch("touchEnd")


def test_by_a_finger_at_360_pixels(browser: Browser, home: str) -> None:
    with window(browser, **PHONE) as context:
        page = opened(context, home)
        order(page).scroll_into_view_if_needed()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        for target in order(page).locator("button, .grip").all():
            box = target.bounding_box()
            assert min(box["width"], box["height"]) >= 44
        before = items(page)
        drag(page, before[0], before[3])
        assert items(page) == [*before[1:], before[0]]
        assert spoken(page) == f"{before[0]} is number 4 of 4."
        drag(page, before[2], before[1])
        assert items(page) == [before[2], before[1], before[3], before[0]]
        assert page.locator(".dragged, [style*=translate]").count() == 0
        order(page).get_by_role("button", name="Check").tap()
        expect(order(page).locator(".check [role=status]")).not_to_be_empty()


def test_by_a_mouse(page: Page) -> None:
    before = items(page)
    places = [item.bounding_box() for item in order(page).locator("li").all()]
    middle = places[1]["x"] + places[1]["width"] / 2
    page.mouse.move(middle, places[1]["y"] + 20)
    page.mouse.down()
    page.mouse.move(middle, places[0]["y"] + 10, steps=8)
    page.mouse.up()
    assert items(page) == [before[1], before[0], *before[2:]]


@pytest.mark.parametrize("options", [{}, PHONE], ids=["screen", "phone"])
def test_nothing_moves_while_it_loads(browser: Browser, home: str, options: dict) -> None:
    """Not even a name that is broken into two lines, for which the second exercise has one."""
    with window(browser, **options) as context:
        context.add_init_script("""
          window.shift = 0
          new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shift += entry.value }))
            .observe({ type: "layout-shift", buffered: true })""")
        page = opened(context, home)
        page.wait_for_selector(".md-sidebar--secondary .count", state="attached")
        page.wait_for_timeout(500)
        assert page.evaluate("shift") == 0
        heights = "[...document.querySelectorAll('form.order')].map(form => form.offsetHeight)"
        drawn = page.evaluate(heights)
        page.route("**/answers-player.js", lambda route: route.abort())
        page.reload()
        assert page.evaluate(heights) == drawn


def test_without_javascript_all_is_there_to_read(browser: Browser, home: str) -> None:
    with window(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(home)
        assert sorted(items(page)) == sorted(RIGHT)
        assert page.locator(".order button:visible, .order .grip").count() == 0
        answer = page.locator(".came").first
        assert not answer.locator("ol").is_visible()
        answer.locator("summary").click()
        assert answer.locator("ol code").all_inner_texts()[:2] == RIGHT[:2]
        last = answer.locator("ol > li").nth(3).inner_text()
        assert re.sub(r"\s+", " ", last) == "<leaf> & co. It waits for every share."
        assert answer.locator(".output samp").inner_text() == "\n".join(RIGHT)

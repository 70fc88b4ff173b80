"""Answers to exercises in a real browser: chosen and typed, by keyboard and aloud, counted, kept and cleared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import served, window
from built import ROOT, small
from playwright.sync_api import Browser, BrowserContext, Page

from gradbook.compare.matching import agrees
from gradbook.site.answers import with_fields

PAGE = """\
# Squares

*What is left?*

## Check yourself

!!! question "1. Predict"
    What does it print?

    ```python predict
    --8<-- "index.py:square"
    ```

    - `3.0`: this forgets the square.
    - `9.0`: 3 times 3.
    - `6.0`: this is the slope.

!!! question "2. The slope"
    What is the slope at 0.7?

    ??? success "Answer"
        ```python
        --8<-- "index.py:slope"
        ```

!!! question "3. Both"
    What are value and slope at 2?

    ??? success "Answer"
        ```python
        --8<-- "index.py:both"
        ```

!!! question "4. Change the code"
    Mend it.

    ??? success "Solution"
        ```python
        --8<-- "index.py:mended"
        ```

## Where next

Nowhere.
"""
PROGRAM = """\
# %% square
print(3.0**2)
# > 9.0

# %% slope
print(2 * 0.7123)
# > 1.4246

# %% both
print(4)
# > 4
print(4.0)
# > 4.0

# %% mended
print(1)
# > 1
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("answers")
    with served(small(folder, {"docs/index.md": PAGE, "snippets/index.py": PROGRAM})) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, home: str) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(home)
    page.wait_for_selector(".md-sidebar--secondary .count")
    return page


def count(page: Page) -> str:
    return page.locator(".md-sidebar--secondary .count").inner_text()


def answer(page: Page, number: int, text: str) -> str:
    form = page.locator("form.answer").nth(number)
    form.locator("input").fill(text)
    form.locator("input").press("Enter")
    return form.locator("[role=status]").inner_text()


def test_arrow_keys_move_and_the_space_bar_chooses(page: Page) -> None:
    choices = page.locator(".choices input")
    choices.first.focus()
    for key, at in [("ArrowDown", 1), ("ArrowDown", 2), ("ArrowDown", 0), ("ArrowUp", 2), ("ArrowLeft", 1)]:
        page.keyboard.press(key)
        assert choices.nth(at).evaluate("input => input === document.activeElement")
        assert page.locator(".choices input:checked, .verdict:visible").count() == 0
    page.keyboard.press("Space")
    assert choices.nth(1).is_checked() and page.locator(".verdict:visible").count() == 1
    spoken = page.locator(".choices [role=status]")
    assert spoken.inner_text().strip() == "Yes. 3 times 3."
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    assert spoken.inner_text().strip() == "No. This forgets the square."


def test_a_number_is_compared_to_the_digits_given(page: Page) -> None:
    assert page.get_by_label("Your number").count() == 1
    assert page.get_by_label("The first number of the answer").count() == 1
    assert answer(page, 0, "1.5").startswith("No, 1.5 is not")
    assert answer(page, 0, "a lot").startswith("A number is wanted")
    assert count(page) == "0 of 3"
    assert answer(page, 0, "1.42") == "Yes. The run printed 1.4246."
    assert answer(page, 1, "4") == "Yes. The run printed 4."
    assert count(page) == "2 of 3"


def test_answers_are_kept_and_cleared(page: Page) -> None:
    page.locator(".choices input").nth(1).check()
    page.locator(".choices input").nth(0).check()  # to read the reason: it was right once
    answer(page, 0, "1,4246")
    answer(page, 1, "5")
    page.reload()
    page.wait_for_selector(".md-sidebar--secondary .count")
    assert count(page) == "2 of 3"
    assert page.locator(".choices input").nth(0).is_checked()
    fields = page.locator("form.answer input")
    assert [fields.nth(n).input_value() for n in range(2)] == ["1,4246", "5"]
    kept = page.get_by_role("group", name="Your answers")
    assert "2 of 3 right on this page, 2 on all pages." in kept.inner_text()
    page.evaluate("""() => {
      const pages = JSON.parse(localStorage["gradbook-answers"])
      localStorage["gradbook-answers"] = JSON.stringify({ ...pages, "/other/": { slope: ["2", true] } })
    }""")
    page.get_by_role("button", name="Clear this page").click()
    assert count(page) == "0 of 3" and "1 on all pages" in kept.inner_text()
    assert page.locator(".choices input:checked, .verdict:visible").count() == 0
    assert fields.first.input_value() == ""
    page.get_by_role("button", name="Clear all pages").click()
    assert "0 on all pages" in kept.inner_text()


def test_a_browser_that_keeps_nothing_or_something_else(browser: Browser, home: str) -> None:
    for script in (
        "Storage.prototype.setItem = () => { throw new Error('The quota is exceeded') }",
        "localStorage['gradbook-answers'] = 'not JSON'",
        "localStorage['gradbook-answers'] = JSON.stringify({'/gradbook/': {gone: ['1', false]}})",
    ):
        with window(browser) as context:
            context.add_init_script(script)
            page = context.new_page()
            page.on("pageerror", lambda error: pytest.fail(str(error)))
            page.goto(home)
            assert answer(page, 1, "4").startswith("Yes.")


def test_fingers_find_the_answers_and_nothing_scrolls_sideways(browser: Browser, home: str) -> None:
    with window(browser, viewport={"width": 320, "height": 700}, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(home)
        for target in page.locator(".choices label, form.answer :is(input, button), .answers-kept button").all():
            assert target.bounding_box()["height"] >= 44
        assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_without_javascript_there_is_nothing_to_type_into(browser: Browser, home: str) -> None:
    with window(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(home)
        assert page.locator("form.answer:visible, .answers-kept:visible").count() == 0
        page.locator(".choices input").nth(1).check()
        assert page.locator(".verdict:visible").inner_text().strip() == "Yes. 3 times 3."


# What is typed, and what the run printed.
SAME = [("0.67", "0.6652"), ("93", "93.0"), ("93.0", "93"), ("1.5", "1.46"), ("1.4246", "1.42460001"), ("-3", "-3"),
        ("1e-3", "0.001"), ("9.5e-7", "9.54e-07"), ("0", "0.0"), (".5", "0.5")]  # fmt: skip
OTHER = [("0.669", "0.6652"), ("94", "93"), ("93", "93.2"), ("3", "-3"), ("1.5", "1.44"), ("1", "0.6"), ("1e7", "1e6")]


def test_it_is_the_rule_of_the_numbers_in_sentences(browser: Browser) -> None:
    with served(ROOT / "docs/assets") as address, window(browser) as context:
        page = context.new_page()
        page.goto(address + "favicon.svg")
        judge = """async pairs => {
          const { agrees } = await import("/agrees.js")
          return pairs.map(pair => agrees(...pair))
        }"""
        assert page.evaluate(judge, SAME) == [True] * len(SAME)
        assert page.evaluate(judge, OTHER) == [False] * len(OTHER)
        # What a sentence would refuse: fewer digits than were printed leave freedom to both, and zero is zero.
        more = [("2/3", "0.6667"), ("0.66666", "0.6667"), ("−0,5", "-0.5"), ("0.0", "0.04"), ("2/3/4", "0.2")]
        assert page.evaluate(judge, more) == [True, True, True, False, False]
    assert all(agrees(*pair) for pair in SAME) and not any(agrees(*pair) for pair in OTHER)


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("12.", "12."), ("tensor(12.)", "12"), ("tensor(-0.5000, grad_fn=&lt;SigmoidBackward0&gt;)", "-0.5000"),
        ("9.54e-07", "9.54e-07"), ("tensor(1., dtype=torch.float64)", "1"),
        ("12.0 3.0", None), ("2.4 seconds", None), ("tensor([1.])", None), ("True", None), ("nan", None),
    ],
)  # fmt: skip
def test_what_counts_as_one_number(printed: str, number: str | None) -> None:
    html = (
        '<details class="success">\n<summary>Answer</summary>\n<div class="cell" id="cell-a">'
        f'<div class="output"><pre class="output-value"><samp>{printed}</samp></pre></div></div>\n</details>'
    )
    made = with_fields(html)
    assert made.endswith(html)
    expected = number and f'data-printed="{number.removesuffix(".")}"'
    assert (expected in made) if expected else made == html

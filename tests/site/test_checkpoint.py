"""Checkpoints: which questions are drawn, what becomes of them, and that they are answered apart from their pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import served, window
from bs4 import BeautifulSoup
from built import build, small
from playwright.sync_api import Browser

from gradbook.page.pages import load
from gradbook.site.checkpoint import Code, Source, asks, completed, drawn, shown

CHECKPOINT = """\
---
search:
  exclude: true
---

# Checkpoint

*What stays?*

## Two questions

<!-- checkpoint: 2 -->

## Another two

??? another "Show six others"
    <!-- checkpoint: 6 -->
"""
PAGE = """\
# Page {n}

*What is {n}?*

```python
--8<-- "part/page{n}.py:above"
```

## Check yourself {n}

!!! question "1. Predict"
    See [the other](page{other}.md).

    ```python predict
    --8<-- "part/page{n}.py:alone"
    ```

    - `{n}`: yes.
    - `77`: no.

!!! question "2. It needs what stands above"
    What is it?

    ??? success "Answer"
        ```python
        --8<-- "part/page{n}.py:needy"
        ```

!!! question "3. It says where it stands"
    As on this page.

    ??? success "Answer"
        ```python
        --8<-- "part/page{n}.py:placed"
        ```

!!! question "4. A number"
    Five more than {n}?

    ??? success "Answer"
        ```python
        --8<-- "part/page{n}.py:number"
        ```

        See [there](#elsewhere).

!!! question "5. A function"
    Which number?

    ??? success "Answer"
        ```python
        --8<-- "part/page{n}.py:given"
        ```

!!! question "6. Nothing to type"
    Why?

    ??? success "Answer"
        Because.

## Elsewhere
"""
PROGRAM = """\
# %% above
import math

secret = {n}


def twice(x):
    return math.floor(2 * x)


print(secret)
# > {n}

# %% alone
print(math.floor({n}.5))
# > {n}

# %% needy
print(secret)
# > {n}

# %% placed
print({n})
# > {n}

# %% number
five = 5
print(five + {n})
# > {sum}

# %% given
print(twice({n}))
# > {twice}
"""
FILES = {"docs/index.md": "# Home\n"} | {
    f"{folder}/part/page{n}.{ending}": text.format(n=n, other=3 - n, sum=5 + n, twice=2 * n)
    for n in (1, 2)
    for folder, ending, text in (("docs", "md", PAGE), ("snippets", "py", PROGRAM))
}


def in_a_part(folder: Path) -> None:
    """Let the pages of the folder `part` be a part of the navigation."""
    config = folder / "mkdocs.yml"
    text = config.read_text("utf-8")
    pages = ["part/page1.md", "part/page2.md", "part/checkpoint.md"]
    nav = "nav:\n  - index.md\n  - Part:\n" + "".join(f"      - {page}\n" for page in pages)
    config.write_text(re.sub(r"(?ms)^nav:\n.*?\n(?=\ntheme:)", nav, text), "utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoint")
    small(folder, FILES)
    (folder / "docs/part/checkpoint.md").write_text(CHECKPOINT, "utf-8")
    in_a_part(folder)
    done = build(folder, "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def home(site: Path) -> Iterator[str]:
    with served(site) as address:
        yield address


def test_questions_that_can_be_asked_alone_are_drawn_from_all_pages(site: Path) -> None:
    html = (site / "part/checkpoint/index.html").read_text("utf-8")
    article = BeautifulSoup(html, "html.parser").article
    titles = [title.text for title in article.select(".question > .admonition-title")]
    assert [title[:3] for title in titles] == [f"{n}. " for n in range(1, 9)]
    assert {title[3:] for title in titles} == {"Predict", "A number", "A function", "Nothing to type"}
    given = article.select_one('.question:-soup-contains("A function") > .highlight')
    assert given.text.strip() == "def twice(x):\n    return math.floor(2 * x)"
    back = [link["href"] for link in article.select(".from a")]
    one, other = "../page1/#check-yourself-1", "../page2/#check-yourself-2"
    assert back == [one, other, one, one, one, other, other, other]
    links = [link["href"] for link in article.select(".question p:not(.from) > a")]
    assert sorted(links) == ["../page1/", "../page1/#elsewhere", "../page2/", "../page2/#elsewhere"]
    names = [element["id"] for element in article.select("[id]")]
    assert len(names) == len({*names}) and "part-page1-cell-alone" in names
    assert len({field["name"] for field in article.select("[type=radio]")}) == 2
    assert article.select(".cell-along") == []
    index = (site / "search/search_index.json").read_text("utf-8")
    assert "part/page1/" in index and "part/checkpoint/" not in index


def test_two_builds_ask_the_same(site: Path) -> None:
    before = (site / "part/checkpoint/index.html").read_bytes()
    assert build(site.parent, "--strict").returncode == 0
    assert (site / "part/checkpoint/index.html").read_bytes() == before


def test_more_than_there_are_stops_the_build(site: Path, tmp_path: Path) -> None:
    page = site.parent / "docs/part/checkpoint.md"
    page.write_text(CHECKPOINT.replace("checkpoint: 6", "checkpoint: 8"), "utf-8")
    done = build(site.parent, "--strict", "--site-dir", str(tmp_path))
    page.write_text(CHECKPOINT, "utf-8")
    assert done.returncode and "asks for 2 questions more than the pages of its part have" in done.stderr


def test_answers_are_kept_apart_from_those_of_the_pages(browser: Browser, home: str) -> None:
    with window(browser) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(home + "part/checkpoint/")
        counts = page.locator(".md-sidebar--secondary .count")
        counts.first.wait_for()
        page.locator("details.another > summary").click()
        for choice in page.locator(".choice-yes input").all():
            choice.check()
        for form in page.locator("form.answer").all():
            form.locator("input").fill(form.get_attribute("data-printed"))
            form.locator("input").press("Enter")
        assert counts.all_inner_texts() == ["2 of 2", "4 of 4"]
        page.reload()
        counts.first.wait_for()
        assert counts.all_inner_texts() == ["2 of 2", "4 of 4"]
        page.locator(".from a").first.click()
        page.wait_for_url("**/page1/#check-yourself-1")
        counts.first.wait_for()
        assert counts.all_inner_texts() == ["0 of 5"]
        page.go_back()
        page.get_by_role("button", name="Clear this page").click()
        assert counts.all_inner_texts() == ["0 of 2", "0 of 4"]


def test_without_javascript_it_is_a_list_with_folded_answers(browser: Browser, home: str) -> None:
    with window(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(home + "part/checkpoint/")
        assert page.locator(".question:visible").count() == 2
        page.locator("details.another > summary").click()
        assert page.locator(".question:visible").count() == 8
        answer = page.locator("details.success").first
        assert not answer.locator(".output").is_visible()
        answer.locator("summary").click()
        assert answer.locator(".output").is_visible()


def test_a_round_goes_to_every_page() -> None:
    def question(n: int, cell: str) -> str:
        return (
            f'<div class="admonition question"><p class="admonition-title">{n}. Q</p>'
            f'<div class="cell" id="cell-{cell}"><form class="answer"></form></div></div>'
        )

    known = {f"c{k}": Code(set(), set(), []) for k in range(3)}
    sources = [
        Source(f"P{n}", f"p{n}/", "".join(question(k, f"c{k}") for k in range(n)), known)
        for n in (3, 1, 2)
    ]
    found = [one.source.title for one in drawn(sources)]
    assert sorted(found[:3]) == ["P1", "P2", "P3"] and sorted(found[3:]) == ["P2", "P3", "P3"]
    html, missing = completed("<!-- checkpoint: 4 --> and <!-- checkpoint: 9 -->", sources, str)
    assert missing == 7 and html.count("admonition question") == 6
    assert asks("<p><!-- checkpoint: 4 --></p>") and not asks("checkpoint")


def test_two_that_need_each_other_are_given_once_each(tmp_path: Path) -> None:
    text = "```python\ndef up(n):\n    return n and down(n - 1)\n```\n\n"
    text += "```python\ndef down(n):\n    return n and up(n - 1)\n```\n\n```python\nup(3)\n```\n"
    page = load(text, "docs/page.md", tmp_path)
    given = shown(page)[page.cells[-1].name].given
    assert [code.partition("(")[0] for code in given] == ["def down", "def up"]

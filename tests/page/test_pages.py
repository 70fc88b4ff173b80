"""Pages: which fences a Markdown text has, what program they make, and where its values stand."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

import markdown
import pytest

from gradbook.page.cells import Cell
from gradbook.page.pages import Step, load, read_blocks, without_comments

SNIPPET = """\
# %% point
x = 2

# %% hidden tags=["remove-cell"]
y = x + 1

# %% cube
print(y**3)
# > 27

# %% slope
print(3 * y**2)
# > 27
"""


@pytest.fixture
def snippets(tmp_path: Path) -> Path:
    folder = tmp_path / "snippets"
    (folder / "tutorial").mkdir(parents=True)
    (folder / "tutorial" / "page.py").write_text(SNIPPET)
    return folder


def include(cell: str) -> str:
    return f'```python\n--8<-- "tutorial/page.py:{cell}"\n```\n\n'


def names(steps: Iterable[Step]) -> list[str]:
    return [step.name if isinstance(step, Cell) else step.source for step in steps]


def test_a_page_is_one_program_from_top_to_bottom(snippets: Path) -> None:
    """Cells between two that are shown run as well, and so do the cells below the last."""
    page = load(include("point") + include("cube"), "docs/page.md", snippets)
    assert page.problems == []
    assert names(page.steps) == ["point", "hidden", "cube", "slope"]
    assert names(embed.cell for embed in page.embeds) == ["point", "cube"]


def test_code_in_the_page_runs_where_it_stands(snippets: Path) -> None:
    text = include("point") + "```python\nx += 10\n```\n\n" + include("cube")
    page = load(text, "docs/page.md", snippets)
    assert names(page.steps) == ["point", "line_5", "hidden", "cube", "slope"]


def test_a_fence_owns_the_steps_since_the_one_before(snippets: Path) -> None:
    text = include("point") + "x is 2<!-- = x -->.\n\n" + include("cube") + "27<!-- = x**3 -->\n"
    page = load(text, "docs/page.md", snippets)
    first, second = page.embeds
    assert names(first.steps) == ["point"]
    assert names(second.steps) == ["print(format(x, ''))", "hidden", "cube"]
    assert names(page.rest) == ["print(format(x**3, ''))", "slope"]
    assert page.steps == first.steps + second.steps + page.rest


def test_a_fence_with_a_fault_owns_nothing(snippets: Path) -> None:
    """What it would have answered for goes to the next; nothing of such a page runs."""
    text = include("point") + "x is 2<!-- = x -->.\n\n" + include("cub") + include("cube")
    page = load(text, "docs/page.md", snippets)
    assert [embed.cell and embed.cell.name for embed in page.embeds] == ["point", None, "cube"]
    assert page.embeds[1].steps == [] and len(page.embeds[2].steps) == 3


def test_where_a_step_stands(snippets: Path) -> None:
    text = "# Page\n\n" + include("point") + "```python\nx += 10\n```\n\n" + include("cube")
    page = load(text, "docs/page.md", snippets)
    assert [" → ".join(map(str, page.at(step))) for step in page.steps] == [
        "docs/page.md:3 → snippets/tutorial/page.py:2 (cell point)",
        "docs/page.md:8 (cell line_7)",
        "docs/page.md:11 → snippets/tutorial/page.py:5 (cell hidden)",
        "docs/page.md:11 → snippets/tutorial/page.py:8 (cell cube)",
        "docs/page.md:11 → snippets/tutorial/page.py:12 (cell slope)",
    ]


def test_values_are_computed_after_the_cell_above_them(snippets: Path) -> None:
    sentences = "x is 2<!-- = x -->.\n\n", "**3.0<!-- = x : .1f -->** it is.\n"
    text = include("point") + sentences[0] + include("cube") + sentences[1]
    page = load(text, "docs/page.md", snippets)
    values = "print(format(x, ''))", "print(format(x, '.1f'))"
    assert names(page.steps) == ["point", values[0], "hidden", "cube", values[1], "slope"]
    assert [(value.stated, value.at.line) for value in page.values] == [("2", 5), ("3.0", 11)]


STATED = {
    "The slope is 93<!-- = x -->.": "The slope is 93.",
    "It is **93**<!-- = x --> there.": "It is **93** there.",
    "(93<!-- = x -->, 140<!-- = y : .0f -->)": "(93, 140)",
    "−0.6637<!-- = x : .4f -->": "−0.6637",
    "| 93<!-- = x --> | 140<!-- = y -->|": "| 93 | 140|",
    "93<!-- a comment of another kind -->": "93<!-- a comment of another kind -->",
}


@pytest.mark.parametrize("line", STATED)
def test_readers_do_not_see_how_a_value_is_computed(line: str) -> None:
    assert without_comments(line) == STATED[line]


@pytest.mark.parametrize("expression", ["(", "x y", "\x00", "(" * 10_000 + ")" * 10_000])
def test_an_expression_that_cannot_be_read(expression: str, snippets: Path) -> None:
    page = load(f"It is 2<!-- = {expression} -->.\n", "docs/page.md", snippets)
    (problem,) = page.problems
    assert problem.message.startswith("cannot read the expression")
    assert page.steps == []


def test_a_value_in_a_fence_is_code(snippets: Path) -> None:
    text = '```html\n<p>93<!-- = x --></p>\n```\n\n```python\ny = "93<!-- = x -->"\n```\n'
    page = load(text, "docs/page.md", snippets)
    assert page.values == page.problems == []


# Each text has one runnable fence, whose code is `x = 1`.
FENCES = {
    "plain": "```python\nx = 1\n```",
    "tildes": "~~~python\nx = 1\n~~~",
    "more ticks": "````python\nx = 1\n````",
    "a blank before the word": "``` python\nx = 1\n```",
    "a capital letter": "```Python\nx = 1\n```",
    "options": '```python title="one.py" hl_lines="1"\nx = 1\n```',
    "attributes": '```{.python .annotate title="one.py"}\nx = 1\n```',
    "in an admonition": "!!! note\n    ```python\n    x = 1\n    ```",
    "in a folded answer": "???+ tip\n    !!! note\n        ```python\n        x = 1\n        ```",
    "in a folded box without a kind": '??? "One"\n\n    ```python\n    x = 1\n    ```',
    "in a box whose title has quotes": '!!!note "One "two" "\n\n    ```python\n    x = 1\n    ```',
    "in the first tab of a new set": '===! "One"\n\n    ```python\n    x = 1\n    ```',
    "in a tab": '=== "One"\n\n    ```python\n    x = 1\n    ```\n\n=== "Two"\n\n    Text.',
    "indented by a tab": "!!! note\n\t```python\n\tx = 1\n\t```",
    "indented by a tab and blanks": "!!! note\n\t```python\n    x = 1\n    ```",
    "in a list": "1. One\n\n    ```python\n    x = 1\n    ```",
    "in HTML": "<div markdown>\n```python\nx = 1\n```\n</div>",
    "in a quote": "> ```python\n> x = 1\n>\n> ```",
    "at the end of the file": "Text.\n\n```python\nx = 1\n```",
}
NO_FENCES = {
    "inside another fence": "````text\n```python\nx = 1\n```\n````",
    "in an inline span": "```python``` is no fence.",
    "other languages": "```text\npython\n```\n\n```pytb\nError\n```\n\n```\nx = 1\n```",
    "in indented code": "Text:\n\n    ```python\n    x = 1\n    ```",
    "in indented code of a list": "- Text:\n\n        ```python\n        x = 1\n        ```",
}
# What their authors took for such a fence, and Python-Markdown does not.
LOST = {
    "below a tab without its blank": '===h"One"\n\n    ```python\n    x = 1\n    ```',
    "below a tab without a title": "===\n\n    ```python\n    x = 1\n    ```",
    "below an admonition without a kind": '!!! "One"\n\n    ```python\n    x = 1\n    ```',
    "below an admonition whose title follows at once": '!!! note"One"\n\n    ```python\n    x = 1\n    ```',
}


@pytest.mark.parametrize("where", FENCES)
def test_fences(where: str, snippets: Path) -> None:
    page = load(FENCES[where], "docs/page.md", snippets)
    assert [step.code.rstrip() for step in page.steps] == ["x = 1"]
    assert page.problems == page.embeds[0].problems == []


# Python-Markdown alone would show some of these; the build takes them away before.
COMMENTED = {
    "in a comment": "<!--\n```python\nx = 1\n```\n-->",
    "in a comment within a sentence": "Text. <!-- Was:\n\n```python\nx = 1\n```\n\n-->\nText.",
    "in a comment that holds a checked value": "<!--\n8<!-- = 8 -->\n\n```python\nx = 1\n```\n-->",
    "in a comment, never closed": "<!--\n```python\nx = 1\n-->",
}


@pytest.mark.parametrize("where", NO_FENCES | COMMENTED)
def test_no_fences(where: str, snippets: Path) -> None:
    page = load((NO_FENCES | COMMENTED)[where], "docs/page.md", snippets)
    assert page.steps == page.embeds == page.problems == []


@pytest.mark.parametrize("where", LOST)
def test_a_fence_that_is_lost_is_told(where: str, snippets: Path) -> None:
    page = load(LOST[where], "docs/page.md", snippets)
    assert page.steps == page.embeds == []
    [line] = [n for n, line in enumerate(LOST[where].split("\n"), 1) if "```python" in line]
    # At the fence, or at the title above it that makes it code.
    assert {problem.at[0].line for problem in page.problems} & {1, line}


# What superfences takes for a fence, the scanner must, and the other way round; else a page would
# show what was never run, or run what it never shows.
BROKEN = {
    "not closed": "```python\nx = 1",
    "closed by other signs": "```python\nx = 1\n~~~",
    "closed by more ticks": "```python\nx = 1\n````",
    "closed further left": "!!! note\n    ```python\n    x = 1\n```",
    "closed further right": "```python\nx = 1\n    ```",
    "a line further left": "!!! note\n    ```python\n  x = 1\n    ```",
    "quoted in part": "> ```python\nx = 1\n> ```",
}


@pytest.mark.parametrize("where", FENCES | NO_FENCES | LOST | BROKEN)
def test_the_site_builder_finds_the_same_fences(where: str) -> None:
    text = (FENCES | NO_FENCES | LOST | BROKEN)[where]
    found = [fence for fence in read_blocks(text)[0] if fence.last and fence.language == "python"]
    html = markdown.markdown(
        text,
        extensions=["admonition", "pymdownx.details", "pymdownx.tabbed", "pymdownx.superfences"],
        extension_configs={"pymdownx.tabbed": {"alternate_style": True}},
    )
    assert html.count('<span class="n">x</span>') == len(found)


@pytest.mark.parametrize("where", BROKEN)
def test_a_broken_fence_is_told(where: str, snippets: Path) -> None:
    page = load(BROKEN[where], "docs/page.md", snippets)
    assert page.steps == []
    assert "this fence is never closed" in page.problems[0].message


@pytest.mark.parametrize("before", ["", "> ", "- Text.\n\n    ", "- ", "1. > ", "!!! note\n    "])
def test_an_include_outside_a_fence_is_told(before: str, snippets: Path) -> None:
    page = load(f'{before}--8<-- "tutorial/page.py:point"\n', "docs/page.md", snippets)
    assert [p.message.partition("\n")[0] for p in page.problems] == ["an include outside a fence"]


def test_an_unclosed_fence_does_not_swallow_what_is_outside_its_box(snippets: Path) -> None:
    text = "!!! note\n    ```python\n    x = 1\n\nText.\n\n```python\ny = 2\n```\n"
    page = load(text, "docs/page.md", snippets)
    assert [step.code for step in page.steps] == ["y = 2"]
    assert [str(problem.at[0]) for problem in page.problems] == ["docs/page.md:2"]


def test_what_is_not_run_has_its_reason(snippets: Path) -> None:
    page = load('```python notest reason="needs a GPU"\nx.cuda()\n```\n', "docs/page.md", snippets)
    assert page.steps == page.embeds == page.problems == []
    assert [(str(at), reason) for at, reason in page.notests] == [("docs/page.md:1", "needs a GPU")]


@pytest.mark.parametrize(
    "language", ["py", "py3", "python3", "pycon", "ipython", "pyhton", "pythn", "pythonx"]
)
def test_python_by_another_name_is_not_passed_over(language: str, snippets: Path) -> None:
    page = load(f"```{language}\n>>> 1\n```\n", "docs/page.md", snippets)
    assert page.embeds[0].problems[0].message.startswith(f"a fence of {language}\n")


TOO_LONG = "x" * 5000 + ".py"  # the system refuses to look for a file of this name


@pytest.mark.parametrize(
    "file", ["../secret.py", "./tutorial/page.py", "tutorial", "/etc/hosts", TOO_LONG]
)
def test_an_include_names_a_file_of_snippets(file: str, snippets: Path) -> None:
    (snippets.parent / "secret.py").write_text(SNIPPET)
    page = load(f'```python\n--8<-- "{file}:point"\n```\n', "docs/page.md", snippets)
    assert page.steps == []
    assert page.embeds[0].problems[0].message.startswith(f"no snippet file snippets/{file};")


def test_lines_are_those_of_the_file_below_front_matter(snippets: Path) -> None:
    text = "---\ntitle: Page\n---\n\n```python\nx = 1\nx\n# > 1\n```\n"
    (step,) = load(text, "docs/page.md", snippets).steps
    assert str(step.location(1)) == "docs/page.md:7 (cell line_5)"


def test_a_cell_of_a_page_may_have_a_name_and_tags(snippets: Path) -> None:
    code = """
        ```python
        # %% twice tags=["raises-exception"]
        1 / 0
        # > ZeroDivisionError: division by zero
        ```
    """
    (step,) = load(textwrap.dedent(code), "docs/page.md", snippets).steps
    assert (step.name, step.tags, step.line) == ("twice", {"raises-exception"}, 4)
    assert step.shown == ["1 / 0"]

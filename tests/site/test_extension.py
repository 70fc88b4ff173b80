"""The Markdown extension alone, as Zensical uses it: what one cell becomes in HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from markdown import Markdown

from gradbook.errors import Problems
from gradbook.project import Project
from gradbook.run.executor import Executor

Render = Callable[..., str]
EXTENSIONS = ["admonition", "pymdownx.details", "pymdownx.highlight", "pymdownx.superfences"]


@pytest.fixture
def render(tmp_path: Path, executor: Executor) -> Render:
    def render(text: str, boxes: bool = False) -> str:
        project = Project(tmp_path, executor=executor)
        configs = {"gradbook": {"project": project, "boxes": boxes}}
        return Markdown(extensions=[*EXTENSIONS, "gradbook"], extension_configs=configs).convert(
            text
        )

    return render


def cell(code: str, header: str = "", info: str = "python") -> str:
    return f"```{info}\n{header}{code}\n```\n"


def test_code_and_output_are_two_blocks(render: Render) -> None:
    html = render(cell("print('a < b')\n# > a < b"))
    assert '<pre class="output-stdout"><samp>a &lt; b</samp></pre>' in html
    assert "# &gt;" not in html and "# >" not in html


@pytest.mark.parametrize(
    ("tags", "code_shown", "output_shown"),
    [("[]", True, True), ('["hide-input"]', False, True), ('["hide-output"]', True, False)],
)
def test_tags_hide(render: Render, tags: str, code_shown: bool, output_shown: bool) -> None:
    html = render(cell("print(6 * 7)\n# > 42", f"# %% answer tags={tags}\n"))
    assert ('class="highlight"' in html) is code_shown
    assert ("<samp>42</samp>" in html) is output_shown


def test_an_object_is_shown_in_its_own_form(render: Render) -> None:
    code = "class Red:\n    def _repr_svg_(self):\n        return '<svg></svg>'\n"
    code += "    def __repr__(self):\n        return 'red'\nRed()\n# > red"
    assert '<div class="output-display"><svg></svg></div>' in render(cell(code))


FORMS = {
    "_repr_html_": ("'<b>rich</b>'", "<b>rich</b>"),
    "_repr_svg_": ("'<svg></svg>'", "<svg></svg>"),
    "_repr_png_": ("b'png'", '<img src="data:image/png;base64,cG5n" alt="&lt;an A&gt;">'),
    "_repr_jpeg_": ("b'jpg'", '<img src="data:image/jpeg;base64,anBn" alt="&lt;an A&gt;">'),
    "_repr_markdown_": ("'| a |\\n|---|\\n| **b** |'", "<td><strong>b</strong></td>"),
    "_repr_latex_": ("'$x^2$'", "<msup>"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_richest_form_is_shown(render: Render, form: str) -> None:
    """They are listed from the richest on: each is shown where it and all poorer ones are there."""
    code = "class A:\n    def __repr__(self):\n        return '<an A>'\n"
    for method, (value, _) in list(FORMS.items())[list(FORMS).index(form) :]:
        code += f"    def {method}(self):\n        return {value}\n"
    html = render(cell(f"{code}A()\n# > <an A>"))
    shown = [name for name, (_, part) in FORMS.items() if part in html]
    assert shown == [form]


@pytest.mark.parametrize("above", ["## Cell a", "## Other {#cell-a}", '<p id="cell-a">x</p>'])
def test_a_cell_leaves_the_authors_ids_alone(
    above: str, tmp_path: Path, executor: Executor
) -> None:
    text = f"{above}\n\n```python\n# %% a\n1\n# > 1\n```\n\n```python\n# %% a_2\n2\n# > 2\n```\n"
    configs = {"gradbook": {"project": Project(tmp_path, executor=executor)}}
    extensions = [*EXTENSIONS, "toc", "attr_list", "gradbook"]
    html = Markdown(extensions=extensions, extension_configs=configs).convert(text)
    assert re.findall(r'<(h2|p|div)[^>]* id="(cell-[^"]*)"', html) == [
        (above[1] if above[0] == "<" else "h2", "cell-a"), ("div", "cell-a-2"), ("div", "cell-a_2"),
    ]  # fmt: skip


def test_an_exception_that_is_meant_says_so(render: Render) -> None:
    html = render(
        cell(
            "1 / 0\n# > ZeroDivisionError: division by zero",
            '# %% zero tags=["raises-exception"]\n',
        )
    )
    assert 'class="cell cell-raises"' in html
    assert "Raises ZeroDivisionError, on purpose" in html
    assert (
        '<pre class="output-error"><samp>ZeroDivisionError: division by zero</samp></pre>' in html
    )


def test_what_is_meant_is_said_at_the_error_and_after_the_warning(render: Render) -> None:
    warned = "import warnings\nwarnings.warn('first')\n# > UserWarning: first\n"
    code = warned + "1 / 0\n# > ZeroDivisionError: division by zero"
    html = render(cell(code, '# %% zero tags=["raises-exception"]\n'))
    parts = [
        html.index(f'class="{part}"') for part in ("output-warning", "cell-badge", "output-error")
    ]
    assert parts == sorted(parts)


def test_a_warning_is_told_from_output(render: Render) -> None:
    html = render(cell("import warnings\nwarnings.warn('careful')\n# > UserWarning: careful"))
    assert '<pre class="output-warning"><samp>UserWarning: careful</samp></pre>' in html


def test_a_long_line_can_be_reached_by_keyboard(render: Render) -> None:
    assert 'tabindex="0"' in render(cell(f"print('x' * 100)\n# > {'x' * 100}"))
    assert 'tabindex="0"' not in render(cell("print('x')\n# > x"))


def test_python_that_is_not_run_is_shown_all_the_same(render: Render) -> None:
    shown = cell("torch.cuda.synchronize()", info='python notest reason="needs a GPU"')
    html = render(shown + "\n" + cell("print(1)\n# > 1"))
    assert "synchronize" in html and "notest" not in html
    assert "<samp>1</samp>" in html


def test_a_problem_stops_the_page_unless_boxes_are_asked_for(render: Render) -> None:
    wrong = cell("print(1)\n# > 2")
    with pytest.raises(Problems, match="expected  2\n  got       1"):
        render(wrong)
    html = render(wrong, boxes=True)
    assert '<div class="cell-problem" role="alert">' in html
    assert "<samp>1</samp>" in html, "what really came out is shown with it"


def test_cells_below_a_failure_say_that_they_did_not_run(render: Render) -> None:
    html = render(cell("1 / 0") + "\n" + cell("print(2)\n# > 2"), boxes=True)
    assert "Not run: a cell above failed, page:2 (cell line_1)" in html


def test_checked_values_leave_no_trace(render: Render) -> None:
    html = render(
        cell("x = 6") + "\nIt is 6<!-- = x -->, **6.0<!-- = x : .1f -->** and `6`<!-- = x -->.\n"
    )
    assert "<p>It is 6, <strong>6.0</strong> and <code>6</code>.</p>" in html


def test_predict_then_reveal(render: Render) -> None:
    fence = "    ```python predict\n    print(2 * 3)\n    # > 6\n    ```\n"
    text = (
        f"!!! question\n{fence}\n    - `5`: this *adds*.\n    - `6`: twice three.\n\n    After.\n"
    )
    html = render(text)
    assert html.count('<input type="radio" name="predict-line_2">') == 2
    assert "choice-no" in html and "<strong>No.</strong> This <em>adds</em>." in html
    assert "choice-yes" in html and "<strong>Yes.</strong> Twice three." in html
    assert html.index("<details>") < html.index("<samp>6</samp>") < html.index("</details>")
    assert "<p>After.</p>" in html


def test_an_exercise_in_a_quote(render: Render) -> None:
    fence = "> ```python predict\n> print(6)\n> # > 6\n> ```\n"
    html = render(f"{fence}>\n> - `6`: yes.\n> - `7`: one\n>   more.\n>\n> After.\n")
    assert html.count('<input type="radio"') == 2
    assert "<strong>No.</strong> One more." in html
    assert "<p>After.</p>\n</blockquote>" in html


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (
            "- `5`: no.\n- `7`: no.",
            "expected  a choice that the cell prints\n  got       6\nCorrect the choice",
        ),
        ("- `6`: yes.\n- `6`: again.", "expected  one true choice\n  got       2: 6, 6\nLeave one"),
        ("- `6`: yes.\n- `7`", "no reason is given for the wrong choice 7"),
        ("- `6`: yes.", "expected  two choices or more"),
    ],
)
def test_an_exercise_that_is_wrong_stops_the_build(
    render: Render, choices: str, message: str
) -> None:
    with pytest.raises(Problems, match=message):
        render(f"```python predict\nprint(2 * 3)\n# > 6\n```\n\n{choices}\n")


NAMES = "for name in ('Mul', 'Sin', 'Leaf'):\n{0}    print(name)\n{0}# > Mul\n{0}# > Sin\n{0}# > Leaf"


@pytest.mark.parametrize("indent", ["", "    ", "> "])
def test_an_order_is_shuffled_and_its_answer_folded(render: Render, indent: str) -> None:
    lines = ["```python order", *NAMES.format("").split("\n"), "```", "", "1. `Mul`: it *ends*.",
             "2. `Sin`: it", "   waits.", "3. `Leaf`: last.", "", "After."]  # fmt: skip
    box = "!!! question\n" if indent == "    " else ""
    html = render(box + "\n".join(f"{indent}{line}".rstrip() for line in lines))
    asked, answer = html.split("</form>")
    shown = re.findall(r"<li><code>(\w+)</code></li>", asked)
    assert sorted(shown) == ["Leaf", "Mul", "Sin"] and shown != ["Mul", "Sin", "Leaf"]
    assert "ends" not in asked and "<samp>" not in asked
    folded = answer[answer.index("<details") : answer.index("</details>")]
    assert re.findall(r"<li><code>(\w+)</code>", folded) == ["Mul", "Sin", "Leaf"]
    assert "It <em>ends</em>." in folded and re.search(r"It\s+waits.", folded) and "<samp>Mul\nSin\nLeaf</samp>" in folded
    assert "<p>After.</p>" in answer and "<p><" not in html


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ("1. `Sin`: a.\n2. `Mul`: b.\n3. `Leaf`: c.", "expected  Sin\n            Mul\n(.*\n)+Correct the list"),
        ("1. `Mul`: a.\n2. `Sin`: b.", "expected  three steps or more"),
        ("1. `Mul`: a.\n2. `Sin`: b.\n3. `Sin`: c.", "two of the steps are the same"),
        ("1. `Mul`\n2. `Sin`\n3. `Leaf`: c.", "no reason is given for the place of Sin"),
        ("1. `Mul`\n2. `Sin`: b.\n3. `Leaf`: c.\n4. Stop", "cannot read this step\n.*expected  1. `MulB"),
        ("- `Mul`\n- `Sin`: b.\n- `Leaf`: c.", "cannot read this step"),
    ],
)
def test_an_order_that_is_not_the_runs_stops_the_build(render: Render, steps: str, message: str) -> None:
    with pytest.raises(Problems, match=message):
        render(f"```python order\n{NAMES.format('')}\n```\n\n{steps}\n")


def test_a_cell_in_a_quote(render: Render) -> None:
    html = render("> Said:\n>\n> ```python\n> print(1)\n> # > 1\n> ```\n")
    assert "<samp>1</samp>" in html and "<p><div" not in html


def test_a_comment_that_looks_like_the_engines_own_is_left_alone(render: Render) -> None:
    comment = "<!--gradbook outcome 7-->"
    assert comment in render(cell("6 * 7\n# > 42") + f"\n{comment}\n")


def test_text_without_cells_is_left_alone(render: Render) -> None:
    assert render("# Title\n\nText.") == Markdown().convert("# Title\n\nText.")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("print(1", "page:2 (cell line_1): SyntaxError: '(' was never closed"),
        ("# %% a\n# %% b\n1", "page:3: a second cell in one fence; give each its own"),
    ],
)
def test_where_no_cell_failed_none_is_said_to_have(render: Render, wrong: str, why: str) -> None:
    html = render(cell(wrong) + "\n" + cell("print(2)\n# > 2"), boxes=True)
    assert f"Not run: no cell of this page could begin. {escape(why)}" in html

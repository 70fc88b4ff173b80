"""Constructs of the cookbook, damaged as a hand does it: the page stays as it is, or a fault names the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from markdown import Markdown
from mkdocs.utils.meta import get_data

from gradbook.page.pages import load
from gradbook.project import Project
from gradbook.site.extension import GradbookExtension

SNIPPET = """\
# %% polynomial
x = 2
y = x**3
print(y)
# > 8

# %% again
print(y + 4)
# > 12
"""
INCLUDE = '```python\n--8<-- "page.py:polynomial"\n```'
CONSTRUCTS = {
    "a cell": INCLUDE,
    "a cell with a title": INCLUDE.replace("python\n", 'python title="Power" hl_lines="1"\n'),
    "code in the page": "```python\nx = 2\n```",
    "code that is not run": '```python notest reason="needs a GPU"\nx = 2\n```',
    "another language": "```text\nx\n```",
    "a folded answer": '!!! question "1. Another"\n    What is it?\n\n    ??? success "Answer"\n        It is this.\n\n'
    + re.sub(r"(?m)^", " " * 8, INCLUDE),
    "an answer of one paragraph": '??? success "Answer"\n\n    It is this.\n\n    And that.',
    "a note": '!!! note "A title"\n    It says this.',
    "an open box": '???+ note "A title"\n    It says this.',
    "tabs": '=== "One"\n\n    The first.\n\n=== "Two"\n\n    The second.',
    "a cell in a tab": '=== "One"\n\n' + re.sub(r"(?m)^", " " * 4, INCLUDE),
    "a list": "- the first\n- the second\n- the third",
    "a numbered list": "1. the first\n2. the second",
    "a list in a list": "- the first\n    - below it\n- the second",
    "a list with a cell": "1. The first.\n\n" + re.sub(r"(?m)^", " " * 4, INCLUDE) + "\n\n2. The second.",
    "a prediction": '```python predict\n--8<-- "page.py:polynomial"\n```\n\n'
    "- `12`: this forgets that.\n- `8`: two to the third.",
    "a value": "The value is 8<!-- = y --> there.",
    "a value with its format": "The value is **8.0**<!-- = y : .1f --> there.",
    "a formula": "The slope is $3 x^2$ there.",
    "a formula of its own": "Above.\n\n$$\n3 x^2\n$$\n\nBelow.",
    "emphasis and code": "It is **strong**, *soft* and `code` here.",
    "a link": "See [the page](index.md) there.",
    "a picture": "![A square](square.svg)",
    "a footnote": "It is so.[^why]\n\n[^why]: As it is said.",
    "a table": "| one | two |\n| --- | --- |\n| three | four |",
    "a definition": "Leaf\n:   What begins.",
    "attributes": "## A part {#part}",
    "money": r"It costs \$5 here.",
}  # fmt: skip
# How many slips of each pass here: an include that is then refused by Python when it runs, the address of a link, which
# MkDocs looks for, and what is well-made by itself: one `#` less, `-` or `2.` lost, or a sentence's last letter.
PASS = {
    "a cell": 3,
    "a cell with a title": 4,
    "code that is not run": 9,
    "a folded answer": 3,
    "an open box": 1,
    "a cell in a tab": 3,
    "a list": 2,
    "a numbered list": 4,
    "a list in a list": 2,
    "a list with a cell": 7,
    "a prediction": 6,
    "a value": 1,
    "a value with its format": 1,
    "a link": 8,
    "a picture": 18,
    "a definition": 1,
    "attributes": 8,
}
EXTENSIONS = [
    "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "pymdownx.details",
    "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.arithmatex",
]  # fmt: skip
OPTIONS = {
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.superfences": {},
}
ABOVE, BELOW = "# Page\n\nThe beginning.\n\n", "\n\nThe end.\n"
FIRST = ABOVE.count("\n") + 1


def damages(text: str) -> Iterator[tuple[int, str, str]]:
    """Each text with one slip: the damaged line, what happened to it, and the text."""
    lines = text.split("\n")
    for n, line in enumerate(lines):
        for by in (-3, -2, -1, 1, 2, 3):
            if line.strip() and (by > 0 or line.startswith(" " * -by)):
                moved = " " * by + line if by > 0 else line[-by:]
                yield n, f"{by:+}", "\n".join([*lines[:n], moved, *lines[n + 1 :]])
        for at, char in enumerate(line):
            if char != " ":
                cut = line[:at] + line[at + 1 :]
                yield n, f"without {char!r} at {at}", "\n".join([*lines[:n], cut, *lines[n + 1 :]])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("slips")
    (root / "snippets").mkdir()
    (root / "snippets" / "page.py").write_text(SNIPPET)
    return Project(root)


@pytest.fixture(scope="module")
def markdown(project: Project) -> Markdown:
    ours = GradbookExtension(project=project, boxes=True, later={})
    return Markdown(extensions=[*EXTENSIONS, ours], extension_configs=OPTIONS)


def shape(html: str) -> list[str]:
    """The elements of a page, without what numbers them."""
    html = re.sub(r"<!--gradbook-\w+ (\w+) \d+( \d+)?-->", r"<gradbook-\1\2>", html)
    html = re.sub(r"__tabbed_\d+|line_\d+", "", html)
    return re.findall(r"<[^>]*>", html)


def words(html: str) -> str:
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]*>", "", html)))


def is_prose(meant: str, got: str) -> bool:
    """Whether of the words alone a letter is missing, as a person sees who reads them."""
    return len(meant) == len(got) + 1 and any(
        meant[:n] + meant[n + 1 :] == got for n in range(len(meant))
    )


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_a_slip_changes_nothing_or_is_told(name: str, project: Project, markdown: Markdown) -> None:
    meant_text = ABOVE + CONSTRUCTS[name] + BELOW
    page = load(meant_text, "docs/page.md", project.snippets)
    assert not page.faults, [str(fault) for fault in page.faults]
    meant = markdown.reset().convert(meant_text)
    stated = [(value.stated, value.source) for value in page.values]
    silent = []
    for n, slip, text in damages(CONSTRUCTS[name]):
        page = load(ABOVE + text + BELOW, "docs/page.md", project.snippets)
        if page.faults:
            lines = [fault.at[0].line for fault in page.faults]
            last = FIRST + text.count("\n")
            assert any(FIRST <= line <= last for line in lines), (slip, text, lines)
            continue
        if [(value.stated, value.source) for value in page.values] != stated and page.values:
            continue  # the run refuses it, or another value is computed and compared
        got = markdown.reset().convert(ABOVE + text + BELOW)
        same = words(got) == words(meant) or is_prose(words(meant), words(got))
        if not (shape(got) == shape(meant) and same):
            silent.append(f"line {n + 1} {slip}:\n{text}\n{got}")
    assert len(silent) == PASS.get(name, 0), (
        f"{len(silent)} slips pass in silence\n\n" + "\n\n".join(silent)
    )


@pytest.mark.parametrize("line", ['title: "The "other" one"', "title: one: two", "title: 'open"])
def test_front_matter_that_mkdocs_cannot_read_is_told(line: str, project: Project) -> None:
    """It would stand on the page, and the title and the description would be lost."""
    text = f"---\n{line}\n---\n\n# Page\n"
    assert get_data(text) == (text, {})
    (fault,) = load(text, "docs/page.md", project.snippets).faults
    assert fault.at[0].line == 1 and "front matter" in fault.message


@pytest.mark.parametrize("text", ["---\ntitle: 'one: two'\n---\n\n# Page\n", "---\n\nText.\n\n---\n"])
def test_front_matter_and_a_rule_are_no_slips(text: str, project: Project) -> None:
    assert load(text, "docs/page.md", project.snippets).faults == []

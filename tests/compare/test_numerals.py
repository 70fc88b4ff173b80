"""Numbers and formulas in sentences: what each may rest on, what is told, and how many wrong digits are noticed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from built import ROOT
from surveys import COMPLETE

from gradbook.compare.numerals import NAMES, TEXT, Sentences
from gradbook.compare.sums import comes_out, same, value
from gradbook.compare.verify import verify
from gradbook.page.blocks import SPANS
from gradbook.page.cells import Cell
from gradbook.page.pages import Page, load
from gradbook.project import Project, project_at

PROGRAM = """\
```python
x = torch.tensor(3.0)
y = 2 * x**4
print(y)
# > tensor(162.)
slope = 1 / (2 * y)
t = t / 3 + 2
def f(x):
    return x**3 + 1 if abs(x) <= 81 else x
```
"""


def told(text: str, front: str = "") -> list[str]:
    """What is told of a sentence below the program, which is the last of its section."""
    page = load(f"{front}# Page\n\n{PROGRAM}\n{text}\n", "docs/page.md", Path())
    return [problem.message.partition(": ")[2] for problem in Sentences(page).problems]


RESTS = {
    "a checked value": "It is 7<!-- = 3 + 4 -->.",
    "an input": "At 3 the slope is large.",
    "an output": "The value is 162.",
    "a rounded output": "About 3.0 of them.",
    "a value that is checked nearby": "It is 7<!-- = 3 + 4 -->, and the 7 comes from a sum.",
    "a sum": "That is 5 + 6 = 11.",
    "a sum of known result": "That is 2 · 81.",
    "a quotient of the code": '```python\nprint("3/13")\n# > 3/13\n```\nIt is 3/13.',
    "a quotient without a value": "It is 0/0.",
    "a sum that is said in words": "With 100 · 2, which is 200<!-- = 100 * 2 -->, it is far.",
    "a formula of the code": "The program computes $2x^4$, and $y = 2x^4$.",
    "a fraction of the code": r"It divides, $\frac{1}{2y}$.",
    "a formula that is returned": "It is $x^3 + 1$.",
    "a step": r"It repeats $t \leftarrow t/3 + 2$.",
    "a bound": r"It passes where $|x| \leq 81$.",
    "a sum in a name's power": "It is `(x**2 + 3).sqrt()`.",
    "where a symbol stands": "At $x = 3$ it is large.",
    "names": "PyTorch 2.13, CC BY 4.0, float32, 16 bits, $x_7$, exercise 5, pages 6 and 7, the 5th, release 2.13.0.",
    "the title of another page": "- [A list of 99 ways](other.md)",
    "a link's address": "[The manual](https://example.org/9.8/page77.html) says so.",
    "small words": "There are seven of them.",
    "the code before the first section": "## What it means\n\nThe power is 4.",
}


@pytest.mark.parametrize("what", RESTS)
def test_a_number_rests_on(what: str) -> None:
    assert told(RESTS[what]) == []


TOLD = {
    "a number that is nowhere": ("The slope is 216.", ["216"]),
    "in a heading": ("## Why 17", ["17"]),
    "in a box": ("!!! note\n    It is 17.", ["17"]),
    "in a table": ("| a | b |\n| --- | --- |\n| 17 | 3 |", ["17"]),
    "in code": ("So `x = 17`.", ["17"]),
    "a sum that does not come out": ("That is 5 + 6 = 12.", ["5 + 6 = 12"]),
    "a sum that comes to nothing known": ("That is 2 · 82.", ["2 * 82"]),
    "a fraction of no code": (r"It divides, $\frac{1}{3y}$.", [r"\frac{1}{3y}"]),
    "a bound of no code": (r"It passes where $|x| \leq 80$.", [r"|x| \leq 80"]),
    "a quotient of no code": ("It is 3/13.", ["3/13"]),
    "a division by zero": ("It is 3/0.", ["3/0"]),
    "a formula of no claim": (r"Its slope is $8x^3$.", ["8x^3"]),
    "an equation of no claim": (r"With $u = v^{-1}$ it is.", ["u = v^{-1}"]),
    "a wrong place of a symbol": ("At $x = 4$ it is large.", ["4"]),
    "a number of a displayed formula": ("$$\ns = 17 + t\n$$", ["17"]),
    "a small number of another section": ("## Next\n\nText.\n\n## After it\n\nIt is 4.", ["4"]),
}


@pytest.mark.parametrize("what", TOLD)
def test_what_is_told(what: str) -> None:
    text, expected = TOLD[what]
    assert told(text) == expected


def test_the_more_digits_a_number_has_the_farther_it_may_stand() -> None:
    text = "## Where it is\n\n```python\nn = 12, 1234\n```\n\n### In it\n\n12 and 1234.\n\n## Next\n\n12 and 1234."
    assert told(text) == ["12"]


def test_what_code_asserts_is_an_equation() -> None:
    code = "```python\nassert u * v == 5 * v\ntiny = 2.0**-24\nu == 5 * u\n```\n"
    for sentence, expected in {
        "Here $uv = 5v$.": [],
        "Here $uv = 6v$.": ["uv = 6v"],
        "It is above $2^{-24}$.": [],
        "It is above $2^{-25}$.": ["2^-25"],
        "As `cuda:0` has it, or `cuda:17`.": ["17"],
    }.items():
        page = load(f"# Page\n\n{code}\n{sentence}\n", "docs/page.md", Path())
        assert [problem.message.partition(": ")[2] for problem in Sentences(page).problems] == expected


def test_what_the_front_matter_declares() -> None:
    front = "---\nfacts:\n  '1986': the year of the article\ndefinitions:\n  'u = v^{-1}': names it\n---\n"
    assert told("Since 1986, with $u = v^{-1}$.", front) == []
    assert told("Since 1986.", front) == ["u = v^{-1}"]  # declared, and in no sentence
    without = load("---\nfacts: {'9': ''}\n---\n9\n", "docs/page.md", Path())
    assert [problem.message for problem in Sentences(without).problems] == ["9 is declared without a reason"]


def test_all_surfaces_tell_it_where_the_site_asks_for_it(
    tmp_path: Path, project_in: Callable[..., Project]
) -> None:
    page = "# Page\n\nIt is 17.\n"
    config = "plugins: [{gradbook: {numbers: [part, other.md]}}]\n"
    files = {"mkdocs.yml": config, "docs/part/page.md": page, "docs/other.md": page, "docs/free.md": page}
    project = project_in(tmp_path, files)
    problems = project.problems()
    assert [str(problem.at[0]) for problem in problems] == ["docs/other.md:3", "docs/part/page.md:3"]
    assert str(problems[0]).split("\n") == [
        "docs/other.md:3",
        "  a number that nothing checks: 17",
        'Compute it:  17<!-- = expression -->, or in the front matter  facts: {"17": "why it is so"}',
    ]


@pytest.mark.parametrize(("said", "told"), {"[part]": 1, "false": 0, "true": 2}.items())
def test_a_site_that_took_this_one_along_says_itself_where_numbers_are_looked_at(
    said: str, told: int, tmp_path: Path, project_in: Callable[..., Project]
) -> None:
    page = "# Page\n\nIt is 17.\n"
    config = f"INHERIT: base.yml\nplugins: {{gradbook: {{numbers: {said}}}}}\n"
    files = {"base.yml": "plugins: {gradbook: {numbers: true}}\n", "mkdocs.yml": config}
    project = project_in(tmp_path, files | {"docs/part/page.md": page, "docs/index.md": page})
    assert len(project.problems()) == told


def test_formulas_and_code_in_one_spelling() -> None:
    assert same(r"\frac{1}{2}\,x_i^2") == same("(1/2) * x**2")
    assert same(r"e^{-z} \cdot 3") == same("torch.exp(-z) * 3")
    assert same("|x - 4i|^2") == same("abs(x - 4j)^2") != same("|x| - 4i^2")
    assert same("2xy") != same("2x + y")


def test_sums() -> None:
    assert value(r"2 \cdot \frac{1}{4}") == 0.5
    assert value("(3 − 1)²") == 4
    assert value("2x") is None
    assert comes_out("2/3", "≈", "0.67") and not comes_out("2/3", "=", "0.67")
    assert comes_out("x", "=", "3") is None


# ------------------------------------------------------------------ the wrong numbers of a reader

GRADIENT, AUTOGRAD = "docs/before/what-a-gradient-is.md", "docs/tutorial/autograd.md"
# By what is on the page, what a reader had planted there unnoticed, before numbers in sentences were looked at.
PLANTED = [
    (GRADIENT, "at 3 is 6<", "at 3 is 7<"),
    (GRADIENT, r"$(2xy,\ x^2)$", r"$(5xy,\ x^2)$"),
    (GRADIENT, r"$(2xy,\ x^2)$", r"$(2xy,\ x^3)$"),
    (GRADIENT, "Together, $(12, 9)$", "Together, $(13, 9)$"),
    (GRADIENT, "Together, $(12, 9)$", "Together, $(12, 8)$"),
    (GRADIENT, "is $3x^2$, and", "is $3x^2 - 7h^2$, and"),
    (AUTOGRAD, "$4t^3$", "$9t^5$"),
    (AUTOGRAD, "derivative $2v$", "derivative $9v$"),
    (AUTOGRAD, "the addition 1<", "the addition 4<"),
    (AUTOGRAD, "the multiplication 3<", "the multiplication 8<"),
]


def noticed(real: Project, page: Page, text: str) -> bool:
    """Whether the page with another text has a problem: among its checked values, or among the rest of its numbers."""
    changed = load(text, page.path, real.snippets)
    run, _ = real.verify(page)
    values = any(step.problems for step in verify(changed, run).values())
    return values or bool(changed.faults) or bool(Sentences(changed).problems)


@pytest.mark.parametrize(("name", "right", "wrong"), PLANTED)
def test_the_wrong_numbers_of_a_reader(name: str, right: str, wrong: str, real: Project) -> None:
    page = real.page(ROOT / name)
    assert right in page.text
    assert not noticed(real, page, page.text)
    assert noticed(real, page, page.text.replace(right, wrong, 1))


# ------------------------------------------------------------------ a survey: one digit altered

LOOKED_AT = [path for path in project_at(ROOT).page_files() if project_at(ROOT).listing.looks_at_numbers(path)]
# And indices of symbols, and 2D.
_NAMES = re.compile(rf"{NAMES.pattern}|_(?:\d|\{{[^{{}}]*\}})|\b\d+D\b")
_TITLE = re.compile(r"(?<=\A\[)[^\]]*(?=\]\()")  # of another page, where an item begins with it
_DIGITS = re.compile(r"(?<![\w.])\d[\d.,]*\d|(?<![\w.])\d")


class Place(NamedTuple):
    """A number in a page's sentences: its line in the text from 0, its column and itself."""

    line: int
    column: int
    number: str


def hidden(match: re.Match) -> str:
    return re.sub(r"[^\n]", "x", match[0])


def places(page: Page) -> Iterator[Place]:
    """The numbers in sentences and in inline formulas: not those of code, of names, or of choices."""
    choices = {e.fence.last + n for e in page.embeds for n in range(e.choice_lines + 1)}
    body = page.text.count("\n", 0, page.text.find("\n---\n", 3)) + 2 if page.text.startswith("---") else 0
    for block in page.blocks:
        if block.kind in TEXT and block.lines[0].number > body and block.lines[0].number not in choices:
            text = _TITLE.sub(hidden, block.text)
            text = SPANS.sub(lambda m: m[0] if m["formula"] else hidden(m), text)
            text = _NAMES.sub(hidden, text)
            for match in _DIGITS.finditer(text):
                line = block.lines[text.count("\n", 0, match.start())]
                column = line.column + match.start() - (text.rfind("\n", 0, match.start()) + 1)
                yield Place(line.number - 1, column, match[0])


def altered(page: Page, place: Place, chance: random.Random) -> tuple[str, str]:
    """The page with another digit in the number, and the number that it makes."""
    digits = [n for n, sign in enumerate(place.number) if sign.isdigit()]
    at = chance.choice(digits)
    other = chance.choice([d for d in "123456789" if d != place.number[at]])
    number = place.number[:at] + other + place.number[at + 1 :]
    lines = page.text.expandtabs(4).split("\n")
    row = lines[place.line]
    assert row[place.column :].startswith(place.number)
    lines[place.line] = row[: place.column] + number + row[place.column + len(place.number) :]
    return "\n".join(lines), number


def section(page: Page, at: int) -> str:
    """The text and the code of the section that a line is in; the first section has what the page opens with."""
    lines = page.text.split("\n")
    heads = [n for n, line in enumerate(lines) if line.startswith("## ")]
    first = max((n for n in heads if n <= at), default=0)
    last = min((n for n in heads if n > at), default=len(lines))
    if heads and first in (0, heads[0]):  # above the first section a sentence may speak of all that follows
        first, last = 0, last if first else len(lines)
    inside = [first < embed.fence.first <= last for embed in page.embeds]
    around = zip([*(embed.steps for embed in page.embeds), page.rest], [*inside, False], [False, *inside])
    steps = [step for steps, here, above in around for step in steps if here or above]
    declared = page.text[: page.text.find("\n---\n", 3)] if page.text.startswith("---") else ""
    return "\n".join([declared, *lines[first:last], *(step.code for step in steps if isinstance(step, Cell))])


def stands_in(text: str, number: str) -> bool:
    """Whether the text has the number, so that a sentence may speak of it; 0 and 1 are everywhere."""
    found = ["0", "1", *re.findall(r"\d[\d_,]*\.?\d*(?:e[-+]?\d+)?", text)]
    wanted, digits = float(number.replace(",", "")), len(number.partition(".")[2])
    return any(round(float(re.sub("[_,]", "", one)), digits) == wanted for one in found)


def test_an_altered_number_is_noticed(
    real: Project, survey_seed: str, tell_tried: Callable[[int, int], None], capsys: pytest.CaptureFixture
) -> None:
    """All but a few, if its section has no such number as it became; and of all of them, most.

    Those few stand in sums: with the other number they come to what stands near, by chance.
    """
    chance = random.Random(survey_seed)
    all_places = [(real.page(path), place) for path in LOOKED_AT for place in places(real.page(path))]
    tried = all_places if COMPLETE else chance.sample(all_places, 250)
    tell_tried(len(tried), len(all_places))
    seen, strange, by_chance = 0, 0, []
    for page, place in tried:
        text, number = altered(page, place, chance)
        known = stands_in(section(page, place.line), number)
        strange += not known
        if noticed(real, page, text):
            seen += 1
        elif not known:
            by_chance.append(f"{page.path}:{place.line + 1}: {place.number} -> {number}")
    with capsys.disabled():
        told = f"{strange - len(by_chance)} of the {strange} that their section has not"
        print(f"\nnoticed: {seen} of {len(tried)} altered numbers, and {told}")
    few = 0.005 if COMPLETE else 0.02  # of a small sample a larger part may be such
    assert len(by_chance) <= few * len(tried), by_chance
    assert seen > 0.75 * len(tried), f"{seen} of {len(tried)}"

"""Numbers and formulas in the sentences of a page: each rests on something that the build compares, or is declared.

A numeral is a checked value, a number of the code or the outputs near it, part of a sum that comes out, or a fact of
the front matter. A formula is a claim's, or the code's, or a sum, or a definition of the front matter.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

import yaml

from gradbook.compare.sums import RELATION, comes_out, pairs, plain, rounds_to, same, value
from gradbook.errors import Location, Problem
from gradbook.page.blocks import SPANS, Block
from gradbook.page.cells import Cell
from gradbook.page.pages import Page

TEXT = ("text", "heading", "title", "html")  # kinds of blocks
_OF_INTEREST = re.compile(r"[\d=≈]|\\approx")
_CHECKED = "\ue000"  # stands for the comment of a checked value
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*(?:e[-+]?\d+)?|\.\d+)"
# In a sentence a digit behind a letter belongs to a name, float32; in a formula 2x is a number and a letter.
_NUMERAL = re.compile(rf"(?<![\w.]){_DIGITS}(?!(?:st|nd|rd|th|D)\b)")
_IN_FORMULA = re.compile(rf"(?<![\d.]){_DIGITS}")
_IN_CODE = re.compile(r"(?<![A-Za-z_\d.])(?:\d[\d_]*\.?\d*|\.\d+(?![\da-z]))(?:e[-+]?\d+)?(?:\.\d+)*", re.I)
_INDEX = re.compile(r"(?<=[A-Za-z)])_(?:\w|\([^()]*\))|\\[A-Za-z]+")  # of a symbol; the name of a command
_TERM = r"[-(]*\d+(?:\.\d+)?(?:e-?\d+)?\)*"
_OPERATION = rf"{_TERM}(?:\s?[-+*/^]\s?{_TERM})+"
_SUM = re.compile(
    rf"(?<![\w.^)*])(?:{_TERM}\s?=\s?)?{_OPERATION}(?:\s?[=≈]\s?(?:{_OPERATION}|{_TERM}))*(?![\w(^]|\.\d|\s?[*/^])"
)
_IS = re.compile(rf"({_OPERATION}),? (?:which |that |together )?(?:is|are|makes|gives) (?=-?\d)")
# Numbers that count nothing: of exercises, pages and releases; the formats of floating point; 2×3 is no product; 0/0.
NAMES = re.compile(
    r"\b(?:[Ee]xercise|[Pp]age|[Ss]tep|[Tt]ask|[Pp]uzzle|[Ll]evel|[Pp]iece|[Cc]ell|PyTorch|Python|CUDA|torch|CC BY)s? "
    r"\d[\d.]*(?:(?:, and|,| and| to) \d+)*|\d+\.\d+\.\d+\S*|\b(?:8|16|32|64)[- ]bits?\b|(?:(?<=\")|(?<=# ))\d+\. "
    r"|(?<=\d)×(?=\d)|\bcuda:\d\b|(?<![\w.])0/0(?!\w|\.\d)"
)
_SECTION = re.compile(r"## ")
_RELATED = re.compile(r"\A\[[^\]]*\]\(")  # what begins an item is the title of another page
_FRONT = re.compile(r"\A---\n(?P<yaml>.*?\n)---\n", re.DOTALL)
_CLAIMED = re.compile(r"# > (?P<claims>.*=.*?) \((?:proved|checked)\b.*")
_DEFINED = re.compile(r"def ((\w+)\([^)]*\))(?: ->.*)?:\n\s+return (.*)")
_GIVEN = re.compile(r"(?:\w+\s*=\s*)?\\?(\w+)\s*(?:=|≈|\\approx)\s*([-\d.,\s()e/^]*\d[-\d.,\s()/^]*)")  # x = 3


class Sentences:
    """The sentences of a page: `counts` by what their numbers and formulas rest on, `problems` for those on nothing."""

    def __init__(self, page: Page) -> None:
        self.page, self.near = page, Evidence(page)
        self.counts: Counter[str] = Counter()
        self.problems: list[Problem] = []
        front = _FRONT.match(page.text)
        self._read_front(front["yaml"] if front else "")
        self.choices = {e.fence.last + n for e in page.embeds for n in range(e.choice_lines + 1)}
        top = front[0].count("\n") if front else 0
        for block in page.blocks:
            if block.kind in TEXT and block.lines[0].number > top and _OF_INTEREST.search(block.text):
                self._read(block)
        for name in sorted(self.unused):
            self._complain(1, f"declared, and in no sentence: {name}", "Take it out of the front matter.")

    def _read_front(self, text: str) -> None:
        said = yaml.safe_load(text) if re.search(r"^(?:facts|definitions):", text, re.M) else {}
        facts, definitions = said.get("facts") or {}, said.get("definitions") or {}
        self.declared = {_number(str(name)): str(name) for name in facts}
        self.declared |= {same(str(tex)): str(tex) for tex in definitions}
        self.unused = set(self.declared.values())
        for name, reason in [*facts.items(), *definitions.items()]:
            if not (isinstance(reason, str) and reason.strip()):
                self._complain(1, f"{name} is declared without a reason", f'"{name}": "why it is so"')

    def _is_declared(self, what: float | str) -> bool:
        self.unused.discard(self.declared.get(what))
        return what in self.declared

    def _complain(self, line: int, message: str, remedy: str) -> None:
        self.problems.append(Problem((Location(self.page.path, line),), message, remedy))

    def _read(self, block: Block) -> None:
        """Account for the formulas of a block; then for the sums, and the numbers, of what is left."""
        item = bool(block.within) and block.within[-1].kind == "item"
        text = _RELATED.sub("[](", block.text) if item else block.text
        kept, at = [], 0
        for span in SPANS.finditer(text):
            line = block.lines[text.count("\n", 0, span.start())].number
            kept += [text[at : span.start()], self._left_of(span, line), "\n" * span[0].count("\n")]
            at = span.end()
        left = plain(NAMES.sub(_blank, "".join([*kept, text[at:]])))
        choice = block.text if block.lines[0].number in self.choices else None

        def line_of(match: re.Match) -> int:
            return block.lines[match.string.count("\n", 0, match.start())].number

        def read_sum(match: re.Match) -> str:
            self._read_sum(match[0], line_of(match), choice)
            return _blank(match)

        # Why a choice is wrong may be said with any number of the page.
        among = None if choice is None else self.near.page_numbers | _literals(choice)
        for match in _NUMERAL.finditer(_SUM.sub(read_sum, _IS.sub(r"\1 ≈ ", left))):
            behind = match.string[match.end() : match.end() + 4].lstrip("*`%")
            self._read_numeral(match[0], line_of(match), behind.startswith(_CHECKED), among)

    def _left_of(self, span: re.Match, line: int) -> str:
        """What is still to be looked at of code, a formula, a comment or a tag."""
        if span["code"] and line not in self.choices and not self.near.states(span[0].strip("`")):
            return f" {span[0]} ".replace("\n", " ")
        if span["comment"] and span[0].startswith("<!-- ="):
            return _CHECKED
        if span["formula"]:
            # A power that stands in the code, 2^{-24}, need not come to a number that does.
            power = "^" in span[0] and self.near.states(span[0].strip("$"))
            if value(span[0].strip("$")) is not None and not power:
                return " " + plain(span[0].strip("$"))
            self._read_formula(re.sub(r"<!--.*?-->", "", span[0], flags=re.DOTALL), line)
        return ""

    def _read_formula(self, tex: str, line: int) -> None:
        """A formula is the code's, a claim's, or declared; x = 3, a list, and what is displayed are so many numbers."""
        inline, tex = not tex.startswith("$$"), tex.strip("$ \n.,")
        bare = _INDEX.sub(" ", plain(tex))
        given = _GIVEN.fullmatch(plain(tex))
        if self._is_declared(same(tex)):
            self.counts["declared"] += 1
        elif self.near.states(tex) or (
            pairs(tex) and all(comes_out(*pair) or self.near.states("".join(pair)) for pair in pairs(tex))
        ):
            self.counts["claims and code"] += 1
        elif inline and not given and (_is_equation(tex) or re.search(r"[A-Za-z].*\d|\d.*[A-Za-z]", bare)):
            remedy = f"Claim it, or in the front matter  definitions: {{'{tex}': 'why it is so'}}"
            self._complain(line, f"a formula that nothing checks: {tex}", remedy)
        else:
            chosen = self.near.page_numbers if line in self.choices else None
            among = self.near.bound(given[1]) if given and chosen is None else chosen
            for match in _IN_FORMULA.finditer(bare):
                self._read_numeral(match[0], line, among=among)

    def _read_sum(self, text: str, line: int, choice: str | None) -> None:
        """Sums that are equal; or one that the code has, or that comes to a number near it, or of its choice."""
        result = value(text)
        if RELATION.search(text):
            sound = all(comes_out(*pair) for pair in pairs(text))
        else:
            rounded = [] if result is None else [round(result, digits) for digits in (9, 6, 5, 4, 3)]
            numbers = {abs(number) for number in [result, *rounded] if number or (number == result == 0)}
            among = set() if choice is None else self.near.page_numbers | _literals(choice)
            sound = bool(numbers & among) or any(self._rests(number, line) for number in numbers)
            sound = sound or self.near.states(text)
        if sound:
            self.counts["sums"] += 1
        else:
            remedy = "Mend it, or say what it comes to:  2 · 3 = 6"
            self._complain(line, f"this does not come out, or to nothing that is near: {text.strip()}", remedy)

    def _read_numeral(self, numeral: str, line: int, checked: bool = False, among: set | None = None) -> None:
        number = _number(numeral)
        if checked:
            self.counts["checked values"] += 1
        elif number in among if among is not None else self.near.has(number, line, numeral):
            self.counts["inputs and outputs"] += 1
        elif self._is_declared(number):
            self.counts["declared"] += 1
        else:
            remedy = f'{numeral}<!-- = expression -->, or in the front matter  facts: {{"{numeral}": "why it is so"}}'
            self._complain(line, f"a number that nothing checks: {numeral}", f"Compute it:  {remedy}")

    def _rests(self, number: float, line: int) -> bool:
        return self.near.has(number, line) or self._is_declared(number)


class Evidence:
    """The numbers of the page's code and outputs, near each line; its code and claims in plain notation."""

    def __init__(self, page: Page) -> None:
        self.page = page
        heads = {b.lines[0].number for b in page.blocks if b.kind == "heading" and not b.within}
        exercises = {b.lines[0].number for b in page.blocks if b.kind == "title" and "question" in b.text}
        fences = {
            b.lines[0].number
            for b in page.blocks
            if b.kind == "fence" and not any(c.line.number in exercises for c in b.within)
        }
        self.cuts = sorted({0} | heads | exercises | fences)
        stretches: list[set[float | str]] = [set() for _ in self.cuts]
        for line, text in _evidence(page):
            stretches[bisect(self.cuts, line) - 1] |= _literals(text)
        # A sentence speaks of the code above it and of the code below it, as far as its section goes.
        below = [*(numbers if cut in fences else set() for cut, numbers in zip(self.cuts, stretches)), set()]
        self.near = [own | following for own, following in zip(stretches, below[1:])]
        # A page that opens with code, such as that of a message, speaks of it in its first section.
        if len(first := sorted(heads)) > 1 and any(first[0] < fence < first[1] for fence in fences):
            section = bisect(self.cuts, first[1])
            self.near[section - 1] |= stretches[section - 2]
        self.page_numbers = {number for numbers in stretches for number in numbers}
        self.rare = set(filter(_is_rare, self.page_numbers))
        # Of two digits and more, a number of the section; of what stands above the first one, the page is the section.
        self.sections = sorted(b.lines[0].number for b in page.blocks if _SECTION.match(b.text) and not b.within)
        self.in_section = [self.page_numbers, *(set() for _ in self.sections)]
        for cut, numbers in zip(self.cuts, stretches):
            self.in_section[bisect(self.sections, cut)] |= numbers if bisect(self.sections, cut) else set()

    def has(self, number: float | str, line: int, written: str = "") -> bool:
        """Whether code or an output near the line has the number, or one that rounds to it as it is written.

        The more digits it has, the farther it may stand: two in the section, and four anywhere on the page.
        """
        near = self.near[bisect(self.cuts, line) - 1]
        rounded = re.search(r"\.\d\d", written) and any(rounds_to(n, written) for n in near if isinstance(n, float))
        around = number in self.in_section[bisect(self.sections, line)] and _digits(number) > 1
        return number in near or around or number in self.rare or bool(rounded)

    @cached_property
    def program(self) -> str:
        return "\n".join(cell.code for cell in self.page.cells)

    @cached_property
    def code(self) -> str:
        defined = [f"{call} = {it}\n{name} = {it}" for call, name, it in _DEFINED.findall(self.program)]
        parts = re.sub(r'"(\w+)": "', r"\1 = ", self.program)  # of a claim, as where= names them
        parts = re.sub(r"\bassert |(?<==)=", "", parts)  # what is asserted to be equal is an equation
        return same("\n".join([_CLAIMED.sub(r"\g<claims>", parts), *defined]))

    def states(self, formula: str) -> bool:
        """Whether the page's code or a claim has the formula as it stands."""
        text = same(formula)
        if formula.startswith("\\frac") and re.fullmatch(r"\((?:[^()]|\([^()]*\))*\)", text):
            text = text[1:-1]  # a fraction as a whole needs no brackets
        left = r"[A-Za-z_.^]" if text[:1].isalpha() else r"[\w.^]"  # 2x^4 has x^4 as a factor, 12x has no 2x
        return text in self.code and bool(re.search(rf"(?<!{left}){re.escape(text)}(?![\w.^(])", self.code))

    def bound(self, name: str) -> set[float | str] | None:
        """The numbers that the page's code gives to a name; None where it gives it none."""
        given = re.findall(rf"(?<![\w.]){re.escape(name)}(?: ?= ?| in )(.*)", self.program)
        return _literals("\n".join(given)) if given else None


def _evidence(page: Page) -> Iterator[tuple[int, str]]:
    """The code of the page and what comes of it, with the lines at which they stand; of a figure what it says."""
    shown = {embed.fence.first for embed in page.embeds}
    yield from ((fence.first, "\n".join(fence.body)) for fence in page.fences if fence.first not in shown)
    above = 0
    for here, steps in [*((embed.fence.first, embed.steps) for embed in page.embeds), (0, page.rest)]:
        for step in steps:
            if not isinstance(step, Cell):
                yield step.line, step.stated
            elif "hide-input" in step.tags:
                yield here or above, "\n".join(x for s in step.statements for x in s.expected or ())
            else:  # a hidden cell speaks of what is above it, or below
                lines = {here, above} if "remove-cell" in step.tags else {here}
                yield from ((line, step.code) for line in lines if line)
        above = here


def _is_equation(tex: str) -> bool:
    """Whether two sides are stated to be equal; one may stand outside of the formula."""
    return len(sides := RELATION.split(tex)) > 1 and all(map(str.strip, sides))


def _blank(match: re.Match) -> str:
    return " " + "\n" * match[0].count("\n")


def _literals(code: str) -> set[float | str]:
    code = re.sub(r"#(?! >)\s.*", "", code) if "#" in code else code
    return {_number(match[0]) for match in _IN_CODE.finditer(code.replace("−", "-"))}


def _number(text: str) -> float | str:
    """What a numeral says; a release is a text."""
    try:
        return float(text.replace(",", "").replace("_", ""))
    except ValueError:
        return text


def _digits(number: float | str) -> int:
    return len(number if isinstance(number, str) else f"{number:g}")


def _is_rare(number: float | str) -> bool:
    """Whether another number of the page is hardly the same by chance; 0 and 1 are everywhere, and taken for it."""
    return isinstance(number, str) or number in (0, 1) or _digits(number) > 3

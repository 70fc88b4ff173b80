"""Numbers and formulas in the sentences of a page: each rests on something that the build compares, or is declared.

A numeral is a checked value, a literal of its section's code, or a fact of the front matter; an equation is plain
arithmetic, a claim, a line of the page's code, or a definition of the front matter.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from gradbook.compare.matching import agrees
from gradbook.errors import Location, Problem
from gradbook.page.blocks import SPANS, Block, Line
from gradbook.page.cells import Cell
from gradbook.page.pages import Page, Value, read_blocks

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*(?:e[-+]?\d+)?|\.\d+"
# In a sentence a digit after a letter belongs to a name: float32, x_1.
_IN_TEXT = re.compile(rf"(?<![\w.])(?:{_DIGITS})(?!(?:st|nd|rd|th)\b)")
_IN_FORMULA = re.compile(rf"(?<![\d.])(?:{_DIGITS})")
_IN_CODE = re.compile(r"(?<![A-Za-z_\d.])(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?(?:\.\d+)*", re.I)
_INDEX = re.compile(r"_(?:\d|\{[^{}]*\})|\\[A-Za-z]+")  # of a symbol; the name of a command
_NUMBERED = re.compile(r'^(?P<mark>[#!?=+ ]*[\w -]*?"?)\d+\. ')
_EXERCISE = re.compile(r"\b[Ee]xercises? (?P<first>\d+)(?:(?:,| and| to) (?P<second>\d+))?")
_FRONT = re.compile(r"\A---\n(?P<yaml>.*?\n)---\n", re.DOTALL)
KINDS = ("checked values", "inputs and outputs", "claims and code", "arithmetic", "declared")
_TEXT = ("text", "heading", "title", "html")
_OF_INTEREST = re.compile(r"[\d=≈]|\\approx")
_RELATION = re.compile(r"=|\\approx(?![A-Za-z])|≈")
_CLAIMED = re.compile(r"# > (?P<claims>.*=.*?) \((?:proved|checked)\b.*")
_DEF = re.compile(r"def (?P<name>\w+)\((?P<of>[^)]*)\)")
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


@dataclass
class Account:
    """What the numerals of a page rest on, counted by kind; and those that rest on nothing."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Declared:
    """What the front matter states without a check; what is met on the page is taken out of `unused`."""

    facts: dict[float | str, str]
    definitions: set[str]
    unused: set[str]


def account(page: Page) -> Account:
    """What each numeral and each equation in the sentences of a page rests on."""
    return _Reading(page).account


def told(counts: Counter[str]) -> str:
    """The counts as a sentence has them."""
    return ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)


class _Reading:
    """The page's blocks, from top to bottom."""

    def __init__(self, page: Page) -> None:
        self.page, self.account = page, Account()
        front = _FRONT.match(page.text)
        self.top = front[0].count("\n") if front else 0
        self.declared = self.read(front["yaml"] if front else "")
        self.blocks = [b for b in read_blocks(page.text)[1] if b.lines[0].number > self.top]
        self.sections = _sections(page, self.blocks)
        self.stated = _equations_of_code(page)
        self.places = _places(page.values)
        self.titles = {m[0] for b in self.blocks for m in re.finditer(r"(?<=\")\d+(?=\. )", b.text)}
        for block in self.blocks:
            if block.kind in _TEXT and _OF_INTEREST.search(block.text):
                self.read_block(block)
        for name in sorted(self.declared.unused):
            self.complain(
                1, f"declared and not on the page: {name}", "Take it out of the front matter."
            )

    def read(self, text: str) -> _Declared:
        try:
            said = yaml.safe_load(text) or {}
        except yaml.YAMLError:
            said = {}  # MkDocs says what is wrong
        facts = said.get("facts") or {}
        definitions = said.get("definitions") or []
        for name, reason in facts.items():
            if not (isinstance(reason, str) and reason.strip()):
                self.complain(
                    1, f"the fact {name} has no reason", f'facts: {{"{name}": "why it is so"}}'
                )
        names = {str(name) for name in facts} | {str(tex) for tex in definitions}
        return _Declared(
            {_number(str(name)): str(name) for name in facts},
            {_same(str(tex)): str(tex) for tex in definitions},
            names,
        )

    def complain(self, line: int, message: str, remedy: str) -> None:
        at = (Location(self.page.path, line),)
        self.account.problems.append(Problem(at, message, remedy))

    def read_block(self, block: Block) -> None:
        text = _NUMBERED.sub(lambda m: m["mark"] + " " * (len(m[0]) - len(m["mark"])), block.text)
        text = _without(_EXERCISE, text, self.exercise)
        plain = []
        at = 0
        for span in SPANS.finditer(text):
            plain.append(text[at : span.start()])
            at = span.end()
            if span["formula"]:
                self.read_formula(block, span)
            code = span["code"] and not self.is_choice(block)
            plain.append(span[0] if code else re.sub(r"[^\n]", " ", span[0]))
        plain.append(text[at:])
        self.read_numerals(block, "".join(plain), 0, _IN_TEXT)

    def exercise(self, match: re.Match) -> bool:
        """Whether the page has the exercises that a sentence names."""
        return {n for n in match.groups() if n} <= self.titles

    def is_choice(self, block: Block) -> bool:
        """Whether readers choose this text, which is meant to be wrong in most places."""
        line = block.lines[0].number
        return any(
            embed.fence.last < line <= embed.fence.last + embed.choice_lines
            for embed in self.page.embeds
        )

    def read_formula(self, block: Block, span: re.Match) -> None:
        tex = re.sub(r"<!--.*?-->", lambda m: " " * len(m[0]), span[0], flags=re.DOTALL)
        inner = tex.strip("$")
        display = tex.startswith("$$")
        sides = [side for side in _RELATION.split(_INDEX_EQUALS.sub("", inner))]
        if len(sides) > 1 and all(side.strip(" ,.") for side in sides):
            if self.rests_on_something(block, inner):
                return
            if not display and not _gives_numbers(sides):
                line = block.lines[block.text.count("\n", 0, span.start())]
                self.complain(
                    line.number,
                    f"an equation that nothing checks: {span[0]}",
                    "State it as a claim, or under definitions: in the front matter if it is one.",
                )
                return
        masked = _INDEX.sub(lambda m: " " * len(m[0]), tex)
        self.read_numerals(block, masked, span.start(), _IN_FORMULA)

    def rests_on_something(self, block: Block, tex: str) -> bool:
        """Whether an equation is declared, claimed, a line of code, or arithmetic that comes out."""
        same = _same(tex)
        if same in self.declared.definitions:
            self.declared.unused.discard(self.declared.definitions[same])
            self.account.counts["declared"] += 1
            return True
        pairs = {_same(pair) for pair in _pairs(tex)}
        if same in self.stated or pairs <= self.stated:
            self.account.counts["claims and code"] += 1
            return True
        if all(_comes_out(pair) for pair in _pairs(tex)):
            self.account.counts["arithmetic"] += 1
            return True
        return False

    def read_numerals(self, block: Block, text: str, offset: int, pattern: re.Pattern) -> None:
        for match in pattern.finditer(text):
            line, column = _place(block.lines, block.text, offset + match.start())
            self.read_numeral(match[0], line, column)

    def read_numeral(self, numeral: str, line: int, column: int) -> None:
        kind = self.kind(numeral, line, column)
        if kind:
            self.account.counts[kind] += 1
            return
        self.complain(
            line,
            f"a number that nothing checks: {numeral}",
            f"Compute it:  {numeral}<!-- = expression -->  or use a number of this section's code.",
        )

    def kind(self, numeral: str, line: int, column: int) -> str:
        """What the numeral rests on; nothing where it rests on nothing."""
        if any(start <= column < end for start, end in self.places.get(line, ())):
            return "checked values"
        number = _number(numeral)
        if self.sections.hold(number, line):
            return "inputs and outputs"
        if number in self.declared.facts:
            self.declared.unused.discard(self.declared.facts[number])
            return "declared"
        return ""


_INDEX_EQUALS = re.compile(r"_\{[^{}]*\}")


def _without(pattern: re.Pattern, text: str, test) -> str:
    return pattern.sub(lambda m: " " * len(m[0]) if test(m) else m[0], text)


@dataclass
class _Sections:
    """The page cut at each heading and exercise: the lines at which they begin, those of chapters, and their numbers."""

    starts: list[int]
    chapters: list[int]
    numbers: dict[int, set[float | str]]
    anywhere: set[float | str] = field(default_factory=set)

    def of(self, line: int) -> set[float | str]:
        return self.numbers[self.starts[bisect(self.starts, line) - 1]]

    def hold(self, number: float | str, line: int) -> bool:
        """Whether the code of this section or the chapter's own code has the number; a long one, any code of the page."""
        chapter = self.chapters[bisect(self.chapters, line) - 1]
        return number in self.of(line) or number in self.numbers[chapter] or number in self.anywhere


def _sections(page: Page, blocks: list[Block]) -> _Sections:
    """The page's sections, each with the numbers of its code and of what is stated to come out."""
    heads = [b.lines[0] for b in blocks if b.kind == "heading" and not b.within]
    boxes = [b.lines[0] for b in blocks if b.kind == "title" and "question" in b.text]
    chapters = [0, *(line.number for line in heads if re.match(r"##(?!#)", line.text))]
    starts = sorted({0, *(line.number for line in [*heads, *boxes])})
    sections = _Sections(starts, chapters, {start: set() for start in starts})
    for line, code in _code(page):
        sections.of(line).update(_literals(code))
    sections.anywhere = {n for numbers in sections.numbers.values() for n in numbers if _long(n)}
    return sections


def _code(page: Page) -> Iterator[tuple[int, str]]:
    """The code of the page, and the line for which it counts; of figures and claims, what they put out."""
    for fence in page.fences:
        yield fence.first, "\n".join(fence.body)
    last = page.embeds[-1].fence.first if page.embeds else 0
    homes = [(step, embed.fence.first) for embed in page.embeds for step in embed.steps]
    for step, line in [*homes, *((step, last) for step in page.rest)]:
        if not isinstance(step, Cell):
            yield step.line, step.stated
        elif "hide-input" in step.tags:
            yield line, "\n".join(x for s in step.statements for x in s.expected or ())
        else:
            yield line, step.code


def _long(number: float | str) -> bool:
    """Whether a number has two digits or more: hardly another one of the page is the same by chance."""
    return isinstance(number, str) or len(f"{number:g}") > 1


def _literals(code: str) -> set[float | str]:
    code = re.sub(r"#(?! >)(?=\s).*", "", code) if "#" in code else code
    return {_number(match[0]) for match in _IN_CODE.finditer(code.replace("−", "-"))}


def _number(text: str) -> float | str:
    """What a numeral says; a version is a text."""
    try:
        return float(text.replace(",", "").replace("_", ""))
    except ValueError:
        return text


def _places(values: list[Value]) -> dict[int, list[tuple[int, int]]]:
    places: dict[int, list[tuple[int, int]]] = {}
    for value in values:
        places.setdefault(value.line, []).append(value.columns)
    return places


def _place(lines: list[Line], text: str, at: int) -> tuple[int, int]:
    line = lines[text.count("\n", 0, at)]
    return line.number, line.column + at - (text.rfind("\n", 0, at) + 1)


def _gives_numbers(sides: list[str]) -> bool:
    """Whether the equation says where a symbol stands: x = 3. Its numbers are looked at one by one."""
    name = re.compile(r"\s*\\?[A-Za-z]+'*(?:_(?:\w|\{\w+\}))?(?:,\\? *[A-Za-z])*\s*")
    given = re.compile(r"[\d.,\s()\[\]+-]*\d[\d.,\s()\[\]+-]*(?:\\,)*")
    return len(sides) == 2 and bool(name.fullmatch(sides[0]) and given.fullmatch(sides[1]))


def _pairs(tex: str) -> list[str]:
    """Each two neighbors of a chain a = b = c, with their sign."""
    parts = re.split(rf"({_RELATION.pattern})", tex)
    return ["".join(parts[at : at + 3]) for at in range(0, len(parts) - 2, 2)]


def _comes_out(pair: str) -> bool:
    """Whether both sides are arithmetic and agree; after ≈, to the digits written."""
    left, sign, right = re.split(rf"({_RELATION.pattern})", pair)
    first, second = _value(left), _value(right)
    if first is None or second is None:
        return False
    written = right.strip()
    if sign != "=" and re.fullmatch(r"[\d.]+", written):
        return agrees(written, repr(first)) or round(first) == second
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)


def _value(tex: str) -> float | None:
    """What a formula of numbers alone comes to."""
    text = tex
    for _ in range(3):
        text = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
    text = re.sub(r"\\[dt]?frac(\d)(\d)", r"(\1/\2)", text)
    text = re.sub(r"\\cdot(?![a-z])|\\times(?![a-z])|·|×", "*", text)
    text = re.sub(r"\\[,;! ]|\\left|\\right", "", text).replace("−", "-")
    text = text.replace("^", "**").replace("{", "(").replace("}", ")").strip()
    if not re.fullmatch(r"[\d.+\-*/() ]+", text):
        return None
    try:
        return _evaluated(ast.parse(text, mode="eval").body)
    except (SyntaxError, ArithmeticError, TypeError, ValueError):
        return None


def _evaluated(node: ast.AST) -> float:
    if isinstance(node, ast.Constant):
        return float(node.value)
    if isinstance(node, ast.UnaryOp):
        operand = _evaluated(node.operand)
        return -operand if isinstance(node.op, ast.USub) else operand
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_evaluated(node.left), _evaluated(node.right))
    raise ValueError


def _equations_of_code(page: Page) -> set[str]:
    """The equations that the page's code states: assignments, functions, and claims that passed."""
    found: set[str] = set()
    for cell in page.cells:
        found |= {_same(text) for text in _equations(cell.code)}
    return found


def _equations(code: str) -> Iterator[str]:
    function = ""
    for line in code.split("\n"):
        if claimed := _CLAIMED.match(line):
            yield claimed["claims"]
            yield from re.split(r", (?=[^()]*=)", claimed["claims"])
        elif define := _DEF.match(line.strip()):
            function = f"{define['name']}({define['of']})"
        elif line.strip().startswith("return ") and function:
            yield f"{function} = {line.strip().removeprefix('return ')}"
        elif " = " in line and not line.startswith("#"):
            yield line.strip()


_WORDS = re.compile(
    r"\\(?:left|right|mathrm|text|operatorname|mathbf|boldsymbol|cdot|times|quad|[,;:! ])(?![a-z])"
    r"|torch\.|math\."
)


def _same(tex: str) -> str:
    """An equation without what differs between a formula and a line of code: spaces, signs of products, braces."""
    text = tex.replace("**", "^").replace("−", "-")
    for _ in range(3):
        text = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)", text)
    text = re.sub(r"[\s*·@]", "", _WORDS.sub("", text).replace("{", "(").replace("}", ")"))
    text = re.sub(r"(?<=\d)\.0*(?!\d)", "", text).replace("\\partial", "d").replace("\\", "")
    return re.sub(r"\((\w)\)", r"\1", text)

"""Reads mathematics as people type it, 8x^3 + 3x^2 or G @ B.T or p_i(delta_ij - p_j), into a term.

It evaluates nothing and knows no value: names are checked against those it is given.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from fractions import Fraction

from gradbook.claims.errors import NotationError
from gradbook.claims.operations import OPERATIONS, RELATIONS
from gradbook.claims.terms import Term

GREEK = tuple(
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi rho sigma tau phi chi"
    " psi omega".split()
)
# How people write a function, and what it is called in a term.
FUNCTIONS = {
    word: row.name for row in OPERATIONS.values() if row.arity for word in (row.name, *row.words)
}
CONSTANTS = ("pi", "e", "i")
SIGNS = {"·": "*", "×": "*", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "**": "^", "==": "="}
SIGNS |= {"²": "^2", "³": "^3", "√": "sqrt"}
SIGNS |= dict(zip("αβγδεζηθκλμνξρστφχψω", GREEK, strict=True)) | {"π": "pi"}
SIGN = re.compile("|".join(map(re.escape, SIGNS)))
LONGEST, DEEPEST = 700, 90  # signs and brackets in brackets: terms are trees that recursion walks
TOKEN = re.compile(
    r"(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)"
    r"|(?P<sub>_(?:\{[a-z0-9]+\}|[a-z]+|\d+))|(?P<transpose>\.m?T\b|\^\{?T\b\}?)"
    r"|(?P<keyword>\b(?:if|else)\b)|(?P<op><=|>=|!=|[-+*/^@()\[\]{}|,<>=])"
)


WORD = re.compile(r"[^\W\d_]+")


def plain(text: str) -> str:
    """Return a formula in ASCII: Greek letters as words of their own, signs as Python's."""

    def spelled(sign: re.Match[str]) -> str:
        word, (start, end) = SIGNS[sign[0]], sign.span()
        if not word.isalpha():
            return word
        before, behind = text[start - 1 : start].isalpha(), text[end : end + 1].isalpha()
        return " " * before + word + " " * behind

    return SIGN.sub(spelled, text)


class Reader:
    """Reads one formula: its variables are `names`, and with `free` every other letter too.

    With `remainder` it may hold O(h^2). A word of several letters is one name, never a product.
    """

    def __init__(
        self, text: str, names: Iterable[str] = (), free: bool = False, remainder: bool = False
    ) -> None:
        if not isinstance(text, str):
            raise NotationError(f"a formula is a text, as in '2x', not {text!r}")
        self.text = plain(text)
        self.names, self.free, self.bars = set(names), free, 0
        self.functions = FUNCTIONS | ({"O": "O"} if remainder else {})
        words = [*self.names, *self.functions, *CONSTANTS, "delta", *(GREEK if free else ())]
        self.words = sorted(words, key=len, reverse=True)
        self.tokens = self._split()
        self.at = self.depth = 0
        if len(self.tokens) > LONGEST:
            raise NotationError(f"a formula has at most {LONGEST} signs: name its parts by where=")

    def fail(self, sentence: str, position: int | None = None) -> NotationError:
        position = self.tokens[self.at][2] if position is None else position
        return NotationError(f"{sentence}\n  {self.text}\n  {' ' * position}^")

    def _split(self) -> list[tuple[str, str, int]]:
        tokens, at = [], 0
        while at < len(self.text):
            if self.text[at].isspace():
                at += 1
                continue
            if match := TOKEN.match(self.text, at):
                kind, word = str(match.lastgroup), match[0]
                if kind == "transpose" and "^" in word and "T" in self.names:
                    kind, word = "op", "^"
            else:
                kind, word = "word", self._word(at)
            tokens.append((kind, word, at))
            at += len(word)
        return [*tokens, ("end", "", len(self.text))]

    def _word(self, at: int) -> str:
        """Return the word that starts here: a known one, else all letters up to the next sign."""
        for word in self.words:
            if self.text.startswith(word, at) and not self.text[at + len(word) :][:1].isalpha():
                return word
        run = WORD.match(self.text, at)
        return run[0] if run else self.text[at]

    def peek(self, *words: str) -> bool:
        kind, word, _ = self.tokens[self.at]
        return word in words and kind in ("op", "keyword")

    def take(self, *words: str) -> str:
        """Return the next sign and go past it, if it is one of these; else an empty text."""
        if not self.peek(*words):
            return ""
        self.at += 1
        return self.tokens[self.at - 1][1]

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise self.fail(f"here a {word} is missing:")

    def read(self) -> Term:
        """Return the term of the whole text."""
        term = self.choice()
        if self.tokens[self.at][0] != "end":
            raise self.fail("the formula should end here, or a sign is missing:")
        return term

    def equation(self) -> tuple[Term, Term]:
        """Return both sides of left = right."""
        left = self.choice()
        self.expect("=")
        return left, self.read()

    def choice(self) -> Term:
        value = self.relation()
        if not self.take("if"):
            return value
        condition = self.relation()
        if self.peek("="):
            raise self.fail("a condition compares by <, <=, >, >= or !=; what is equal stands behind else:")
        self.expect("else")
        return Term("if", condition, value, self.choice())

    def relation(self) -> Term:
        left, found = self.sum(), []
        while op := self.take(*RELATIONS):
            right = self.sum()
            found.append(Term(op, left, right))
            left = right
        if not found:
            return left
        return Term("and", *found) if len(found) > 1 else found[0]

    def sum(self) -> Term:
        self.take("+")
        total = self.signed(self.product)
        while op := self.take("+", "-"):
            total = Term(op, total, self.product())
        return total

    def signed(self, operand: Callable[[], Term]) -> Term:
        """Read what may have a minus before it."""
        return Term("neg", operand()) if self.take("-") else operand()

    def product(self) -> Term:
        result = self.power()
        while True:
            if op := self.take("*", "/", "@"):
                result = Term(op, result, self.signed(self.power))
            elif self.starts():
                result = Term("juxt", result, self.power())
            else:
                return result

    def starts(self) -> bool:
        """Whether a factor starts here, so that a product is meant."""
        kind = self.tokens[self.at][0]
        if kind == "number":
            raise self.fail("a number stands behind another factor; is ^, _ or * missing?")
        return kind == "word" or self.peek("(", "[", "{") or (self.peek("|") and not self.bars)

    def power(self) -> Term:
        base = self.postfix(self.atom())
        if not self.take("^"):
            return base
        exponent = self.signed(self.power)
        if base.op == "constant" and base.args == ("e",):
            return Term("exp", exponent)
        return Term("^", base, exponent)

    def postfix(self, term: Term) -> Term:
        while (kind := self.tokens[self.at][0]) in ("sub", "transpose"):
            if kind == "transpose":
                self.at += 1
                term = Term("T", term)
            else:
                term = Term("index", term, self.subscript())
        return term

    def subscript(self) -> tuple[str, ...]:
        word = self.tokens[self.at][1].strip("_{}")
        self.at += 1
        return (word,) if word.isdigit() else tuple(word)

    def atom(self) -> Term:
        kind, word, position = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Term("number", Fraction(word))
        if kind == "word":
            return self.word(word, position)
        if word in ("(", "{"):
            inner = self.inside(lambda: [self.choice()])[0]
            self.expect(")" if word == "(" else "}")
            return inner
        if word == "[":
            items = self.inside(self.items)
            self.expect("]")
            if len({len(item.args) if item.op == "list" else 0 for item in items}) > 1:
                raise self.fail("the rows of a matrix are of one length:", position)
            return Term("list", *items)
        if word == "|":
            self.bars += 1
            inner = self.sum()
            self.bars -= 1
            self.expect("|")
            return Term("abs", inner)
        what = "the formula ends too early:" if kind == "end" else "here a factor is missing:"
        raise self.fail(what, position)

    def inside(self, items: Callable[[], list[Term]]) -> list[Term]:
        """Read what stands in brackets, where a bar | opens an absolute value again."""
        bars, self.bars = self.bars, 0
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fail(f"at most {DEEPEST} brackets stand in one another:")
        result = items()
        self.bars, self.depth = bars, self.depth - 1
        return result

    def items(self) -> list[Term]:
        found = [self.choice()]
        while self.take(","):
            found.append(self.choice())
        return found

    def word(self, word: str, position: int) -> Term:
        if word in self.names:
            return Term("name", word)
        if self.tokens[self.at][0] == "sub" and word == "delta":
            return Term("delta", self.subscript())
        if self.tokens[self.at][0] == "sub" and word == "sum":
            indices = self.subscript()
            return Term("over", self.product(), indices)
        if word in self.functions and self.peek("(", "^"):
            return self.call(word, position)
        if self.is_free(word):
            return Term("name", word)
        if word in CONSTANTS:
            return Term("constant", word)
        raise self.fail(self.unknown(word), position)

    def is_free(self, word: str) -> bool:
        """Whether a word that nobody declared may be a variable: a letter, but for e and i."""
        return (
            self.free
            and (word in GREEK or (len(word) == 1 and word.isalpha()))
            and (word not in CONSTANTS)
        )

    def unknown(self, word: str) -> str:
        """Return what is said of a word that means nothing here."""
        kind_behind, behind, _ = self.tokens[self.at]
        if kind_behind == "number" and not self.text[self.tokens[self.at][2] - 1].isspace():
            near = (difflib.get_close_matches(word + behind, FUNCTIONS, 1) or [""])[0]
            if self.tokens[self.at + 1][1] == "(":
                return f"no function is called {word}{behind}" + f"; did you mean {near}?" * bool(near)
        if word in FUNCTIONS:
            return f"{word} needs brackets, as in {word}(x):"
        if word in ("and", "or", "not"):
            return "a condition is one comparison, as x > 0 or 0 < x < 1; another follows behind else:"
        if word == "\\":
            return "formulas are typed without TeX, as in sqrt(x)/2:"
        kind, known = "variable", ", ".join(sorted(self.names)) or "none"
        tail = "every single letter is one" if self.free else f"the names are {known}"
        if self.peek("("):
            kind = "function"
            near = difflib.get_close_matches(word, FUNCTIONS, 1)
            tail = f"did you mean {near[0]}?" if near else "erf, softplus or log would be one"
        elif len(word) > 1 and all(self.is_free(i) or i in {*self.names, "e", "i"} for i in word):
            tail = f"a product has spaces, {' '.join(word)}"
        return f"no {kind} is called {word}; {tail}:".replace("?:", "?")

    def call(self, word: str, position: int) -> Term:
        exponent = None
        if self.take("^"):
            exponent = self.atom()
            if exponent.op != "number":
                raise self.fail(f"write the power after the brackets, {word}(x)^n:", position)
        self.expect("(")
        arguments = self.inside(self.items)
        self.expect(")")
        op = self.functions[word]
        if op in OPERATIONS and len(arguments) not in OPERATIONS[op].arity:
            allowed = " or ".join(map(str, OPERATIONS[op].arity))
            takes = f"{word} takes {allowed} argument{'s' * (allowed != '1')}"
            raise self.fail(f"{takes}, not {len(arguments)}:", position)
        call = Term(op, *arguments)
        if op in OPERATIONS and OPERATIONS[op].options:
            call = self.with_options(op, *arguments)
        return call if exponent is None else Term("^", call, exponent)

    def with_options(self, op: str, operand: Term, axis: Term | None = None) -> Term:
        """Return the term of a function that may be told an axis, as sum(x, 0) is."""
        default, *others = OPERATIONS[op].options
        if axis is None:
            return Term(op, operand, default, *others)
        sign, axis = (-1, axis.args[0]) if axis.op == "neg" else (1, axis)
        if axis.op != "number" or axis.args[0].denominator != 1:
            raise self.fail(f"the axis of {op} is a number, as in {op}(x, 0):")
        return Term(op, operand, sign * int(axis.args[0]), *others)


def read(text: str, names: Iterable[str] = (), free: bool = False) -> Term:
    """Read one formula: its variables are `names`, and with `free` every other letter too."""
    return Reader(text, names, free).read()

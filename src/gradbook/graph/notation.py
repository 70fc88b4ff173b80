"""Writes an operation in mathematical notation from the notations of its operands.
Knows formulas and text, neither tensors nor pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradbook.graph.formulas import ATOM, FORMULAS, POWER, PRODUCT, Formula, called, op_name
from gradbook.graph.numerals import decimal

LONGEST = 17  # characters; a longer notation leaves out its longest operand
REST = "…"


@dataclass(frozen=True)
class Text:
    """A piece of notation, how strongly it binds, and whether it stands for a tensor."""

    text: str
    rank: int = ATOM
    tensor: bool = False

    def fit(self, rank: int) -> str:
        """The text, in parentheses where it would fall apart."""
        return self.text if self.rank >= rank else f"({self.text})"


def write(
    form: Formula | None,
    name: str,
    operands: list[Text],
    more: str = "",
    view: str = "reshape",
    room: int = LONGEST,
) -> Text:
    """The notation of an operation; without a formula, a call of `name`. `more` holds its plain
    arguments, and `view` is what its author calls a reshape. Of a text longer than `room` operands are left out."""
    operands = list(operands)
    while True:
        text = _write(form, name, operands, more, view)
        spare = [o for o in operands if len(o.text) > 3]
        if len(text.text) <= room or not spare:
            return text
        longest = max(spare, key=lambda operand: len(operand.text))
        rest = Text(REST, ATOM, longest.tensor)
        operands = [rest if operand == longest else operand for operand in operands]


def _write(form: Formula | None, name: str, operands: list[Text], more: str, view: str) -> Text:
    if form is None or not form.notation or len(operands) != len(form.arguments):
        few = [each.text for each in operands]
        few = few if len(few) <= 3 else [*few[:2], REST]
        return Text(f"{name}({', '.join(few)}{more})" if few else f"{name}({more[2:]})")
    if form is FORMULAS["T"] and operands[0].text.endswith("ᵀ") and operands[0].rank == POWER:
        return Text(operands[0].text.removesuffix("ᵀ"))
    if form.op == "mul":
        return product(*operands)
    if form.op == "pow":
        return power(*operands)
    fitted = [operand.fit(need) for operand, need in zip(operands, form.needs, strict=False)]
    return Text(untransposed(form.notation.format(*fitted, more=more, view=view)), form.rank)


def untransposed(text: str) -> str:
    """Aᵀᵀ is A."""
    return text.replace("ᵀᵀ", "")


def product(left: Text, right: Text) -> Text:
    """2x, 1·x, xy, x·loss, x ⊙ y: as close together as can be read."""
    if decimal(right.text) and not decimal(left.text):
        left, right = right, left
    first, second = left.fit(PRODUCT), right.fit(PRODUCT)
    if left.tensor and right.tensor:
        return Text(f"{first} ⊙ {second}", PRODUCT)
    if first == "−1":
        return Text(f"−{second}", PRODUCT)
    return Text(f"{first}{'' if _touching(first, second) else '·'}{second}", PRODUCT)


def _touching(first: str, second: str) -> bool:
    """Whether two factors can be read without a dot between them."""
    if decimal(first):
        return first != "1" and not (second[0].isdigit() or second[0] == REST)
    return plain(first) and plain(second) and first != second


def power(base: Text, exponent: Text) -> Text:
    """x², x^0.5, 2^x."""
    if exponent.text == "1":
        return base
    if re.fullmatch(r"−?\d+", exponent.text):
        return Text(base.fit(ATOM) + superscript(exponent.text), POWER)
    return Text(f"{base.fit(ATOM)}^{exponent.fit(ATOM)}", POWER)


def derivative(
    form: Formula | None, argument: int, operands: list[Text], out: Text, count: int
) -> str:
    """The derivative of an operation by one of its arguments, or nothing where no one writes it."""
    if form is None or argument >= len(form.partials) or len(operands) != len(form.arguments):
        return ""
    if form.op == "pow" and argument == 0:
        base, exponent = operands
        return _power_rule(base, exponent)
    fitted = [
        operand.fit(POWER if form.op in ("div", "reciprocal", "sqrt") else PRODUCT)
        for operand in operands
    ]
    return form.partials[argument].format(*fitted, out=out.fit(ATOM), n=count)


def _power_rule(base: Text, exponent: Text) -> str:
    if not decimal(exponent.text):
        return f"{exponent.fit(PRODUCT)}·{base.fit(ATOM)}^({exponent.text} − 1)"
    value = float(exponent.text.replace("−", "-")) - 1
    lower = f"{value:g}".replace("-", "−")
    return product(exponent, power(base, Text(lower)) if value else Text("1")).text


def movement(
    form: Formula | None, argument: int, operands: list[Text], symbol: str, count: int
) -> str:
    """What happens to a tensor's gradient on the way to one argument, in a word or two."""
    if form is not None and not form.notation:
        return form.how[0]
    if form is not None and argument < len(form.how) and len(operands) == len(form.arguments):
        names = [each.text if each.text.endswith("ᵀ") else each.fit(ATOM) for each in operands]
        return untransposed(form.how[argument].format(*names, n=count))
    if not symbol:
        return "Jᵀ @"
    if REST in symbol or len(symbol) > LONGEST:
        return "× slope"
    outside = re.sub(r"\([^()]*\)", "", symbol)
    return f"× ({symbol})" if re.search(r" [+−] ", outside) else f"× {symbol}"


def plain(text: str) -> bool:
    """Whether a text is made of one-letter names and their powers, which may stand side by side."""
    letters = re.fullmatch(r"(−?\d*(\.\d+)?)?([a-zα-ω][⁰¹²³⁴⁵⁶⁷⁸⁹]*)+", text)
    return letters is not None and not re.search("[a-z]{3}", text)


def superscript(digits: str) -> str:
    return digits.translate(str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))


def snake(op: str) -> str:
    """LogSoftmaxBackward0 → log_softmax, AvgPool2DBackward0 → avg_pool2d."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=\w)(?=[A-Z][a-z])", "_", op_name(op))
    return called(op) or re.sub("__+", "_", words).lower()

"""Numbers as a reader sees them: short, exact where that is possible, and honest where it is not.
Knows nothing of tensors."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

SUPERSCRIPTS = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")

Number = complex | float | int | bool


def numeral(number: Number, digits: int = 4) -> str:
    """The number with so many significant digits, whole numbers in full: 93, 0.1667, −1.5·10⁻⁷."""
    if isinstance(number, bool):
        return str(number)
    if isinstance(number, complex):
        sign = "−" if math.copysign(1, number.imag) < 0 else "+"
        return f"{numeral(number.real, digits)} {sign} {numeral(abs(number.imag), digits)}i"
    if not math.isfinite(number):
        return str(number).replace("-", "−").replace("inf", "∞")
    size = abs(number)
    if number == int(number) and size < 1e10:
        text = str(int(number))
    elif 1e-4 <= size < 1e6:
        text = f"{number:.{digits}g}" if size < 10 ** (digits - 1) else f"{number:.1f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
        text = f"{mantissa.rstrip('0').rstrip('.')}·10{str(int(exponent)).translate(SUPERSCRIPTS)}"
    return text.replace("-", "−")


def parse(text: str) -> complex | float:
    """The number that `numeral` wrote."""
    if text.endswith("i"):
        return complex(text.replace("−", "-").replace(" ", "").replace("i", "j"))
    mantissa, _, power = text.replace("∞", "inf").translate(DIGITS).partition("·10")
    return float(f"{mantissa}e{power}" if power else mantissa)


def decimal(text: str) -> bool:
    """Whether a text is a decimal number without a power of ten: −0.25."""
    return bool(re.fullmatch(r"−?\d+(\.\d+)?", text))


def summed(numbers: Iterable[Number]) -> str:
    """2 + 3 − 1: numbers as a sum."""
    return " + ".join(map(numeral, numbers)).replace("+ −", "− ")


def rounded(number: Number) -> bool:
    """Whether `numeral` shows fewer digits than the number has."""
    if isinstance(number, complex):
        return rounded(number.real) or rounded(number.imag)
    if isinstance(number, int) or not math.isfinite(number):
        return False
    return parse(numeral(number)) != number

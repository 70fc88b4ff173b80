"""The small parts of TeX that formulas are made of: names, numbers, brackets, braces of cases."""

from __future__ import annotations

from fractions import Fraction

from gradbook.claims.notation import GREEK

# How tightly a piece of TeX holds together; an operand that holds less gets brackets.
CHOICE, SUM, PRODUCT, FACTOR, ATOM = range(5)
Piece = tuple[str, int]


def partial(of: str, by: str, parts: bool = False) -> str:
    """Return a partial derivative; with `parts` that by the real part plus i times that by the imaginary one."""
    names = [rf"\operatorname{{{part}}} {by}" for part in ("Re", "Im")] if parts else [by]
    return r" + \mathrm{i} \, ".join(rf"\frac{{\partial {of}}}{{\partial {name}}}" for name in names)


def symbol(word: str) -> str:
    """Return a name as TeX: a Greek or Latin letter, one with an index (x1, x_1), or a word."""
    stem = word.rstrip("0123456789")
    stem, sub = word.split("_", 1) if "_" in word else (stem, word[len(stem) :])
    letter = "\\" + stem if stem in GREEK else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    return letter + (f"_{{{sub}}}" if sub else "")


def number(value: Fraction) -> Piece:
    """Return a number as TeX: short decimals stay, others become fractions or powers of ten."""
    digits = f"{float(value):.10g}"
    if Fraction(digits) != value:
        return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", FACTOR
    if value.denominator == 1 and value >= 10**5:
        zeros = len(str(value)) - len(str(value).rstrip("0"))
        digits = f"{value.numerator // 10**zeros}e{zeros}" if zeros > 3 else str(value)
    mantissa, _, exponent = digits.partition("e")
    if not exponent:
        return digits, ATOM
    power = f"10^{{{int(exponent)}}}"
    return (power, FACTOR) if mantissa == "1" else (rf"{mantissa} \cdot {power}", PRODUCT)


def fence(tex: str) -> str:
    tall = any(word in tex for word in (r"\frac", r"\sum", r"\begin"))
    return rf"\left( {tex} \right)" if tall else f"({tex})"


def cases(rows: list[tuple[str, str]]) -> str:
    """Return a brace with one row per alternative."""
    lines = r" \\ ".join(f"{value} & {condition}" for value, condition in rows)
    return rf"\begin{{cases}} {lines} \end{{cases}}"

"""How a claim is read and shown: the author's notation, TeX in the author's order, the mark."""

from html.parser import HTMLParser

import pytest
import torch
from claim_cases import CASES, line_fit, make, polynomial
from math_core import LatexToMathML

from gradbook.claims import NotationError, derivative, gradient, jacobian, vjp
from gradbook.claims.notation import read
from gradbook.claims.numeric import OPS
from gradbook.claims.values import evaluate

READ = {
    "8x^3 + 3x^2 + 6x + 5": lambda x, y: 8 * x**3 + 3 * x**2 + 6 * x + 5,
    "2(x y+x)(y+1)": lambda x, y: 2 * (x * y + x) * (y + 1),
    "-x^2": lambda x, y: -(x**2),
    "x^-2 y": lambda x, y: x**-2 * y,
    "1/2x": lambda x, y: 1 / 2 * x,
    "x**2 * y": lambda x, y: x**2 * y,
    "x · y − 1": lambda x, y: x * y - 1,
    "|x - |y||": lambda x, y: abs(x - abs(y)),
    "2|x||y|": lambda x, y: 2 * abs(x) * abs(y),
    "sin^2(x) + cos(x)^2": lambda x, y: torch.sin(x) ** 2 + torch.cos(x) ** 2,
    "e^{-x}/(1 + e^-x)^2": lambda x, y: torch.exp(-x) / (1 + torch.exp(-x)) ** 2,
    "σ(x)(1 - sigmoid(x))": lambda x, y: torch.sigmoid(x) * (1 - torch.sigmoid(x)),
    "x if x > 0 else -x": lambda x, y: abs(x),
    "1 if 0 < x < 2 else 0": lambda x, y: ((x > 0) & (x < 2)).double(),
    "sqrt(2) ln(|x|)/pi": lambda x, y: 2**0.5 * torch.log(abs(x)) / torch.pi,
    "2.5e-3 x": lambda x, y: 0.0025 * x,
}


@pytest.mark.parametrize("text", READ)
def test_the_notation_means_what_it_says(text: str):
    for x, y in ((1.3, -0.7), (-2.1, 0.4)):
        values = {n: torch.tensor(v, dtype=torch.float64) for n, v in (("x", x), ("y", y))}
        found = evaluate(read(text, "xy"), values, OPS)
        assert torch.allclose(found, READ[text](**values))


MISREAD = {
    "2t": ("no variable is called t; the names are x, y:", 1),
    "2x +": ("the formula ends too early:", 4),
    "2(x": ("here a ) is missing:", 3),
    "2x)": ("the formula should end here, or a sign is missing:", 2),
    "x2": ("a number stands behind another factor; is ^, _ or * missing?", 1),
    "sin x": ("sin needs brackets, as in sin(x):", 0),
    r"\frac{x}{2}": ("formulas are typed without TeX, as in sqrt(x)/2:", 0),
    "max(x)": ("max takes 2 arguments, not 1:", 0),
    "__import__('os')": ("no variable is called _; the names are x, y:", 0),
    "x.__class__": ("no variable is called .; the names are x, y:", 1),
}


@pytest.mark.parametrize("text", MISREAD)
def test_what_cannot_be_read_is_one_sentence_with_a_caret(text: str):
    with pytest.raises(NotationError) as error:
        read(text, "xy")
    sentence, column = MISREAD[text]
    assert str(error.value).splitlines() == [sentence, f"  {text}", "  " + " " * column + "^"]


OPAQUE = {
    "if": lambda x: x if x > 0 else -x,
    "a number taken out": lambda x: x.item() * x,
    "another library": lambda x: __import__("math").exp(x),
    "a function without formula": lambda x: torch.special.i0(x),
    "a tensor of the page": lambda x: (x * torch.ones(3)).sum(),
}


@pytest.mark.parametrize("f", OPAQUE.values(), ids=OPAQUE)
def test_a_function_that_hides_its_formula_is_asked_for_it(f):
    with pytest.raises(NotationError, match="shown="):
        derivative(f, "1")
    assert derivative(OPAQUE["if"], "sign(x)", shown="|x|", domain="x != 0").proved


def test_mistakes_in_the_call_are_told():
    for call in (
        lambda: derivative(lambda x, y: x * y, "y"),
        lambda: gradient(lambda x: x**2),
        lambda: gradient(lambda x: x**2, t="2x"),
        lambda: gradient(lambda x: x.sum(), x="1", shapes={"z": "n"}),
        lambda: derivative("x^2", "2x", name="x"),
        lambda: derivative("x^2", "2x", domain="t complex"),
        lambda: derivative("x^2", "2x", domain="x"),
        lambda: jacobian(lambda x, W: W @ x, "W", shapes={"x": "n", "W": "m n"}),
    ):
        with pytest.raises(NotationError):
            call()


def tex(claim) -> list[str]:
    """The lines of a claim."""
    return (
        claim.tex().removeprefix(r"\begin{aligned} ").removesuffix(r" \end{aligned}").split(r" \\ ")
    )


def test_the_function_is_shown_in_the_order_of_the_author():
    claim = derivative(polynomial, "8x^3 + 3x^2 + 6x + 5")
    assert tex(claim) == [
        "y &= 2 x^{4} + x^{3} + 3 x^{2} + 5 x + 1",
        r"\frac{d y}{d x} &= 8 x^{3} + 3 x^{2} + 6 x + 5",
    ]
    assert (
        tex(derivative(lambda x: 1 + 5 * x + x**2 * 3, "6x + 5"))[0]
        == r"y &= 1 + 5 x + x^{2} \cdot 3"
    )


def test_sums_are_written_with_indices_and_sizes():
    shapes = {"x": "N", "y": "N"}
    claim = gradient(line_fit, name="L", shapes=shapes, w="2/N sum(x (w x + b - y))")
    assert tex(claim) == [
        r"L &= \frac{1}{N} \sum_{i} (w x_{i} + b - y_{i})^{2}",
        r"\frac{\partial L}{\partial w} &= \frac{2}{N} \sum_{i} x_{i} (w x_{i} + b - y_{i})",
    ]
    assert tex(make("T3 multiple steps"))[0] == r"y &= \frac{1}{6} \sum_{i} 2 (3 x_{i} + 2)^{2}"
    assert tex(make("P3 softmax"))[0] == r"p_{i} &= \operatorname{softmax}(z)_{i}"


def test_products_of_matrices_and_of_entries_look_different():
    product = tex(make("G5 product"))
    assert product[:2] == ["Y &= A B", r"G &= \frac{\partial L}{\partial Y}"]
    assert product[2:] == [
        r"\frac{\partial L}{\partial A} &= G B^{\top}",
        r"\frac{\partial L}{\partial B} &= A^{\top} G",
    ]
    entries = vjp(lambda a, b: a * b, a="G * b", b="a * G", shapes={"a": "m n", "b": "m n"})
    assert tex(entries)[0] == r"Y &= a \odot b"
    layer = vjp(
        lambda x, W, b: x @ W.T + b, b_j="sum_i G_ij", shapes={"x": "N d", "W": "h d", "b": "h"}
    )
    assert tex(layer)[0] == r"Y_{ij} &= \sum_{k} x_{ik} W_{jk} + b_{j}"


@pytest.mark.parametrize("page", CASES)
def test_every_claim_becomes_mathml_and_one_line_of_text(page: str):
    claim = make(page)
    LatexToMathML(fancy_error=False).convert_with_local_state(claim.tex(), displaystyle=True)
    assert claim._repr_latex_() == f"$${claim.tex()}$$"
    assert "\n" not in repr(claim) and claim.word in repr(claim)
    _, formulas = CASES[page]
    for formula in formulas.values() if isinstance(formulas, dict) else [formulas]:
        assert formula in repr(claim)


class Outline(HTMLParser):
    """The elements of a piece of HTML, and its text outside the formula."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "math" not in self.open:
            self.words.append(data)


def test_the_mark_opens_without_javascript_and_says_how_the_claim_was_checked():
    page = Outline(derivative("|x|", "sign(x)", kink={0: 0})._repr_html_())
    assert page.open == [] and "math" in page.seen
    assert page.seen[-3:] == ["details", "summary", "p"]
    word, told = page.words
    assert word == "proved"
    for part in ("SymPy", "Central finite differences", "torch.autograd", "At x = 0"):
        assert part in told
    page = Outline(make("E4 straight through")._repr_html_())
    assert page.words[0] == "checked" and "SymPy did not decide" in page.words[1]

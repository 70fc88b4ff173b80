"""Each display formula of the site is a claim, which the build has checked, or stands here with the reason why not."""

from __future__ import annotations

import re
from pathlib import Path

from built import ROOT

DOCS = ROOT / "docs"
PLAIN = re.compile(r"\$\$(.+?)\$\$", re.S)
OTHER_FORMS = re.compile(r"^[ \t>]*(\\\[|\\begin\{)", re.M)  # arithmatex would display these too

# (page, formula): why it is not a claim.
REASONS = {
    ("before/back-propagation.md", r"u = x\,y, \qquad v = u + x, \qquad w = v^2"):
        "definition: the three steps of the program",
    ("before/back-propagation.md",
     r"\frac{\partial w}{\partial a} = \sum_{c} \frac{\partial w}{\partial c}"
     r" \cdot \frac{\partial c}{\partial a}"):
        "general rule: for any graph; its use here is the claim below it",
    ("before/one-hot-and-softmax.md",
     r"p_i = \frac{e^{z_i}}{S}, \qquad S = e^{z_1} + e^{z_2} + \dots + e^{z_n}"):
        "definition of softmax",
    ("before/what-a-gradient-is.md", r"f'(x) = \lim_{h \to 0} \frac{f(x + h) - f(x)}{h}"):
        "definition of the derivative",
    ("beyond/complex.md",
     r"\frac{\partial L}{\partial \bar z} = \frac{1}{2} \left("
     r" \frac{\partial L}{\partial a} + i \, \frac{\partial L}{\partial b} \right)"):
        "definition of the Wirtinger derivative",
    ("beyond/solutions.md",
     r"\frac{dx}{da} = -\left( \frac{\partial r}{\partial x} \right)^{-1}"
     r" \frac{\partial r}{\partial a}"):
        "general rule: the implicit function theorem; the page's own equations are claims",
    ("graph/accumulation.md",
     r"\frac{\partial (L_1 + L_2)}{\partial x}"
     r" = \frac{\partial L_1}{\partial x} + \frac{\partial L_2}{\partial x}"):
        "general rule: for any two losses; the page's own two are a claim",
    ("graph/dynamic-graph.md",
     r"\frac{\partial y}{\partial x} = \sum_{\text{paths from } y \text{ to } x} \;\;"
     r" \prod_{\text{edges } c \to a \text{ on the path}} \frac{\partial c}{\partial a}"):
        "general rule: for any graph; the page walks the paths of its own and adds them up",
    ("graph/vector-jacobian.md",
     r"(v^\top J)_j = \sum_{i=1}^{m} v_i \, \frac{\partial y_i}{\partial x_j}"):
        "definition of the vector-Jacobian product",
    ("how-to/loops-through-time.md",
     r"\frac{\partial h_t}{\partial w} = h_{t-1} + w \, \frac{\partial h_{t-1}}{\partial w}"):
        "general rule: for any step of the recurrence; the fourth, written out, is a claim",
    ("how-to/mixed-precision.md",
     r"\frac{\partial L}{\partial w} = \frac{1}{s} \, \frac{\partial (s L)}{\partial w}"):
        "general rule: for any loss; the squared error is a claim",
    ("tutorial/backward-and-grad.md", r"\sum_{k=1}^{m} v_k \, \frac{\partial y_k}{\partial x}"):
        "definition: what grad() returns; the page's own two outputs are a claim",
    ("tutorial/linear-regression.md",
     r"w \leftarrow w - \eta\,\frac{\partial L}{\partial w},"
     r" \qquad b \leftarrow b - \eta\,\frac{\partial L}{\partial b}"):
        "definition of a step; both derivatives are a claim",
    ("tutorial/multiple-steps.md",
     r"\frac{\partial o}{\partial x_i} = \frac{\partial o}{\partial z_i}"
     r" \cdot \frac{\partial z_i}{\partial y_i} \cdot \frac{\partial y_i}{\partial x_i}"):
        "general rule: the chain rule; the claim below it has the three factors",
}  # fmt: skip


def plain_formulas(page: Path) -> list[str]:
    return [" ".join(tex.split()) for tex in PLAIN.findall(page.read_text("utf-8"))]


def all_plain_formulas() -> list[tuple[str, str]]:
    pages = sorted(DOCS.rglob("*.md"))
    return [(page.relative_to(DOCS).as_posix(), tex) for page in pages for tex in plain_formulas(page)]


def test_each_formula_that_is_no_claim_has_its_reason() -> None:
    assert [found for found in all_plain_formulas() if found not in REASONS] == []


def test_each_reason_has_its_formula() -> None:
    found = all_plain_formulas()
    assert [listed for listed in REASONS if listed not in found] == []
    assert len(found) == len(REASONS)


def test_formulas_are_displayed_by_dollars_only() -> None:
    assert [page for page in DOCS.rglob("*.md") if OTHER_FORMS.search(page.read_text("utf-8"))] == []


def test_readers_see_these_and_claims(built_site: Path) -> None:
    """The second opinion: displays on the built pages, claims apart, are as many as were listed."""
    claims = 0
    for page in sorted(DOCS.rglob("*.md")):
        uri = page.relative_to(DOCS).with_suffix("")
        folder = uri.parent if uri.name == "index" else uri
        html = (built_site / folder / "index.html").read_text("utf-8")
        here = html.count('<div class="claim"')
        assert html.count('<div class="math"') - here == len(plain_formulas(page)), uri
        claims += here
    assert claims > len(REASONS)

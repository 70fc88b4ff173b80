"""The formulas of the curriculum as claims."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from gradbook.claims import Claim, derivative, gradient, hessian, identity, jacobian, vjp


def polynomial(x):
    return 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


def line_fit(w, b, x, y):
    return ((w * x + b - y) ** 2).mean()


def fit(**claims: str) -> Claim:
    return gradient(line_fit, name="L", shapes={"x": "N", "y": "N"}, **claims)


def product(**claims: str) -> Claim:
    return vjp(lambda A, B: A @ B, shapes={"A": "m n", "B": "n p"}, **claims)


def layer(**claims: str) -> Claim:
    shapes = {"x": "N d", "W": "h d", "b": "h"}
    return vjp(lambda x, W, b: x @ W.T + b, shapes=shapes, **claims)


def solution(**claims: str) -> Claim:
    where = {"lambda": "solve(A.T, G)"}
    shapes = {"A": "n n", "b": "n"}
    return vjp(
        lambda A, b: torch.linalg.solve(A, b), name="x", where=where, shapes=shapes, **claims
    )


def entropy(**claims: str) -> Claim:
    return gradient(
        lambda z, y: F.cross_entropy(z, y), name="L", where={"p": "softmax(z)"},
        shapes={"z": "n", "y": "n"}, domain="y one-hot", **claims,
    )  # fmt: skip


def softmax_jacobian(text: str) -> Claim:
    return jacobian(lambda z: torch.softmax(z, 0), text, name="p", shapes={"z": "n"})


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def pair(f: Callable[..., Any], **options: Any) -> Callable[..., Claim]:
    return lambda **claims: gradient(f, **options, **claims)


def slope(f: Callable[..., Any], **options: Any) -> Callable[[str], Claim]:
    return lambda text: derivative(f, text, **options)


def complex_loss(f: Callable[..., Any]) -> Callable[..., Claim]:
    return pair(f, domain="z complex")


# Page of the curriculum -> how the claim is made, and its formula or formulas.
CASES: dict[str, tuple[Callable[..., Claim], str | dict[str, str]]] = {
    "P1 square": (slope(lambda x: x**2), "2x"),
    "P1 forward difference": (identity, "((x + h)^2 - x^2)/h = 2x + h"),
    "P1 forward error": (identity, "(exp(x + h) - exp(x))/h = exp(x) + O(h)"),
    "P1 central error": (identity, "(exp(x + h) - exp(x - h))/(2h) = exp(x) + O(h^2)"),
    "P2 sigmoid": (slope(torch.sigmoid, name="s"), "sigma(x)(1 - sigma(x))"),
    "P2 sigmoid by itself": (slope(lambda z: 1 / (1 + torch.exp(-z)), name="s"), "s(1 - s)"),
    "P2 at most a quarter": (identity, "1/4 - sigma(z)(1 - sigma(z)) = (sigma(z) - 1/2)^2"),
    "P2 scaled": (slope(lambda x: 3 * torch.sigmoid(2 * x)), "6sigma(2x)(1 - sigma(2x))"),
    "P3 softmax": (softmax_jacobian, "p_i(delta_ij - p_j)"),
    "P3 softmax, matrix": (softmax_jacobian, "diag(p) - outer(p, p)"),
    "P4 coin": (slope(lambda p: 7 * torch.log(p) + 3 * torch.log(1 - p)), "7/p - 3/(1 - p)"),
    "P4 binary": (pair(lambda z, y: F.binary_cross_entropy_with_logits(z, y)),
                  {"z": "sigma(z) - y"}),
    "P4 classes": (entropy, {"z": "p - y"}),
    "P5 by hand": (pair(lambda x, y: (x * y + x) ** 2, name="w"),
                   {"x": "2(x y + x)(y + 1)", "y": "2(x y + x)x"}),
    "T2 one step": (slope(polynomial), "8x^3 + 3x^2 + 6x + 5"),
    "T3 multiple steps": (pair(lambda x: (2 * (3 * x + 2) ** 2).mean(), shapes={"x": "2 3"}),
                          {"x_i": "2(3x_i + 2)"}),
    "T5 two roots": (slope(lambda x: x**2 + x**3), "2x + 3x^2"),
    "T6 line": (fit, {"w": "2/N sum_i x_i (w x_i + b - y_i)", "b": "2/N sum_i (w x_i + b - y_i)"}),
    "G4 table": (lambda text: jacobian(lambda x, y: (x * y, x**2, y**3), text),
                 "[[y, x], [2x, 0], [0, 3y^2]]"),
    "G5 product": (product, {"A": "G @ B.T", "B": "A.T @ G"}),
    "G5 product, entries": (product, {"A_ij": "sum_k G_ik B_jk", "B_ij": "sum_k A_ki G_kj"}),
    "G5 broadcasting": (lambda **c: vjp(lambda a, b: a * b, shapes={"a": "m n", "b": "n"}, **c),
                        {"a_ij": "G_ij b_j", "b_j": "sum_i G_ij a_ij"}),
    "G5 layer": (layer, {"x": "G @ W", "W": "G.T @ x", "b_j": "sum_i G_ij"}),
    "HT9 Rosenbrock": (pair(rosenbrock), {"x": "-2(1 - x) - 400x(y - x^2)", "y": "200(y - x^2)"}),
    "A1 second": (slope(polynomial, order=2), "24x^2 + 6x + 6"),
    "A1 third": (slope(polynomial, order=3), "48x + 6"),
    "A1 fourth": (slope(polynomial, order=4), "48"),
    "A2 gradient": (pair(lambda x, y: x**2 * y + y**3), {"x": "2x y", "y": "x^2 + 3y^2"}),
    "A2 Hessian": (lambda text: hessian("x^2 y + y^3", text), "[[2y, 2x], [2x, 6y]]"),
    "A2 quadratic form": (lambda text: hessian(lambda x, A: x @ A @ x, text, of="x",
                                               shapes={"x": "n", "A": "n n"}), "A + A.T"),
    "A3 dual numbers": (identity, "(a + b epsilon)(c + d epsilon)"
                                  " = a c + (a d + b c) epsilon + O(epsilon^2)"),
    "A4 per sample": (pair(lambda w, x, y: (w * x - y) ** 2), {"w": "2x(w x - y)"}),
    "A5 |z|^2": (complex_loss(lambda z: (z * z.conj()).real), {"z": "2z"}),
    "A5 Re z^2": (complex_loss(lambda z: (z * z).real), {"z": "2conj(z)"}),
    "A5 Im z^2": (complex_loss(lambda z: (z * z).imag), {"z": "2i conj(z)"}),
    "A5 |z|": (complex_loss(lambda z: abs(z)), {"z": "z/|z|"}),
    "A7 root": (slope(torch.sqrt, name="r"), "1/(2 sqrt(x))"),
    "A7 solve": (solution, {"A": "-outer(lambda, x)", "b": "lambda"}),
    "E1 cube": (slope(lambda x: x**3), "3x^2"),
    "E3 sinh": (slope(lambda x: torch.sinh(x) ** 2, order=2), "2cosh(2x)"),
    "E4 straight through": (lambda text: derivative(
        lambda x: 2 * x + (torch.round(2 * x) - 2 * x).detach(), "0", autograd=text), "2"),
}  # fmt: skip


def make(page: str) -> Claim:
    """Make the claim of a page."""
    claim, formulas = CASES[page]
    return claim(**formulas) if isinstance(formulas, dict) else claim(formulas)

"""Reads the notation on a card back and computes it: what the card calls equal has to be equal.

The reader knows the notation alone (precedence, products without a sign, ᵀ, |x|, calls) and takes
functions from torch by their names; how the engine writes a card it does not know."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from gradbook.graph import backward, build
from gradbook.graph.model import Graph, Node, Value
from gradbook.graph.numerals import numeral, parse
from gradbook.graph.snapshot import snapshot

REST = "…"
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
NUMBER = re.compile(r"(\d+(?:\.\d+)?(?:e-?\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|∞|nan(?!\w))")
WORD = re.compile(r"[A-Za-zσ_]\w*")
SHAPED = {"reshape", "view", "view_as", "reshape_as", "flatten", "ravel", "unflatten", "squeeze"}
SHAPED |= {"unsqueeze"}
NAMED: dict[str, Callable[..., Any]] = {
    "ln": torch.log,
    "σ": torch.sigmoid,
    "mse_loss": F.mse_loss,
    "bce_with_logits": F.binary_cross_entropy_with_logits,
    "to": lambda x, kind: (x if kind.is_complex else torch.real(x)).to(kind),
}


class Open(Exception):
    """The card leaves something out (…), or a number that it needs is not known."""


def numbers_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets graphs keep all numbers of all tensors, so that every card can be computed."""

    def whole(tensor: torch.Tensor) -> Value:
        seen = snapshot(tensor)
        if seen.numbers is None and not tensor.is_nested and not tensor.is_meta:
            return replace(seen, numbers=tensor.detach().to_dense().tolist())
        return seen

    for module in (build, backward):
        monkeypatch.setattr(module, "snapshot", whole)


def tensor_of(value: Value) -> torch.Tensor:
    if value.numbers is None or value.dtype.startswith("nested"):
        raise Open
    kind = getattr(torch, value.dtype)
    wide = (
        torch.complex128 if kind.is_complex else torch.float64 if kind.is_floating_point else kind
    )
    return torch.tensor(value.numbers, dtype=wide).reshape(value.shape)


def check_equations(graph: Graph, functions: Mapping[str, Callable[..., Any]] = {}) -> list[str]:
    """Raises AssertionError for a card that states what is not so; returns those that hold.

    A value that nobody kept is the one that its card comes to, so that the cards after it tell
    whether it was right.
    """
    held = []
    values: dict[tuple[int, int], torch.Tensor] = {}
    for node in graph.nodes:
        for output, value in enumerate(node.values):
            if value.numbers is not None and not value.dtype.startswith("nested"):
                values[node.id, output] = tensor_of(value)
        if node.kind != "operation":
            continue
        try:
            results = results_of(graph, node, values, functions)
        except Open:
            continue
        known = [(values.get((node.id, output)), one) for output, one in enumerate(node.values)]
        right = [each for each in results if all(same(*k, e) for k, e in zip(known, each))]
        assert right, f"{node.name or 'it'} = {node.text}: {results} but {known}"
        held.append(node.text)
        if len(results) == 1:
            for output, result in enumerate(results[0]):
                values.setdefault((node.id, output), torch.as_tensor(result))
    return held


def same(value: torch.Tensor | None, about: Value, shown: Any) -> bool:
    shown = torch.as_tensor(shown).to_dense()
    if shown.shape != about.shape:
        return False
    if value is None:
        return True
    kind = torch.promote_types(value.dtype, shown.dtype)
    return torch.allclose(value.to(kind), shown.to(kind), rtol=1e-3, atol=1e-5, equal_nan=True)


def results_of(
    graph: Graph, node: Node, values: Mapping[tuple[int, int], torch.Tensor], functions: Mapping
) -> list[list[Any]]:
    """The outputs that a card's notation comes to: several results where it leaves out several
    operands, as these stand in some order."""
    operands = []
    for operand in node.operands:
        if operand.edge is None:
            text = REST if operand.number is None else numeral(operand.number, 6)
            operands.append((text, operand.number))
        else:
            edge = graph.edges[operand.edge]
            text = graph.nodes[edge.source].called(edge.output)
            operands.append((text, values.get((edge.source, edge.output))))
    if any(value is None for _, value in operands):
        raise Open
    reader = Reader(node, operands, functions)
    reader.read([])
    left = [value for place, (_, value) in enumerate(operands) if place not in reader.used]
    if reader.rests != len(left):
        raise Open
    read = [_read(reader, list(order)) for order in itertools.permutations(left)]
    single = len(node.values) == 1
    results = [[one] if single else list(one) for one in read if one is not None]
    assert results, f"{node.text} cannot be computed"
    return results


def _read(reader: Reader, given: list[Any]) -> Any:
    """What the notation comes to; None where these operands do not fit together."""
    try:
        return reader.read(given)
    except RuntimeError:
        return None


class Reader:
    """Reads one notation: sums of products of powers of atoms, and operands are atoms."""

    def __init__(self, node: Node, operands: list[tuple[str, Any]], functions: Mapping) -> None:
        self.node, self.text = node, node.text
        turned = [
            (place, (text.removesuffix("ᵀ"), value.mT))  # Aᵀᵀ is written as A
            for place, (text, value) in enumerate(operands)
            if text.endswith("ᵀ")
        ]
        self.operands = sorted([*enumerate(operands), *turned], key=lambda each: -len(each[1][0]))
        self.functions = {**NAMED, **functions}

    def read(self, given: list[Any]) -> Any:
        """The value, with `given` in place of what is left out, one after the other; with nothing
        given, only counts what is left out."""
        self.at, self.used, self.rests, self.given = 0, set(), 0, given
        value = self.sum()
        if self.at != len(self.text):
            raise AssertionError(f"{self.text}: not read from {self.text[self.at :]!r}")
        return value

    def take(self, *signs: str) -> str:
        for sign in signs:
            if self.text.startswith(sign, self.at):
                self.at += len(sign)
                return sign
        return ""

    def sum(self) -> Any:
        value = self.product()
        while sign := self.take(" + ", " − "):
            other = self.product()
            value = self.apply(lambda a, b: a + b if sign == " + " else a - b, value, other)
        return value

    def product(self) -> Any:
        if not self.stands() and self.take("−"):
            return self.apply(lambda a: -a, self.product())
        value = self.power()
        while self.at < len(self.text):
            sign = self.take("·", " ⊙ ", " @ ", "/", " × ")
            if not sign and self.text[self.at] in " ),|]":
                break
            other = self.power()
            act = {" @ ": lambda a, b: a @ b, "/": lambda a, b: a / b}.get(sign, lambda a, b: a * b)
            value = self.apply(act, value, other)
        return value

    def power(self) -> Any:
        value = self.atom()
        while self.at < len(self.text):
            if self.take("ᵀ"):
                value = self.apply(lambda a: a.mT, value)
            elif self.take("^"):
                value = self.apply(lambda a, b: a**b, value, self.atom())
            elif raised := re.match("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", self.text[self.at :]):
                self.at += raised.end()
                exponent = int(raised[0].translate(RAISED))
                value = self.apply(lambda a, e=exponent: a**e, value)
            elif self.take("["):
                value = self.entry(value)
            else:
                break
        return value

    def entry(self, value: Any) -> Any:
        end = self.text.index("]", self.at)
        inside, self.at = self.text[self.at : end], end + 1
        if inside == REST:
            raise Open
        index = tuple(slice(None) if part == ":" else int(part) for part in inside.split(", "))
        return self.apply(lambda a: a[index], value)

    def atom(self) -> Any:
        if found := self.operand():
            return found[0]
        if self.take(REST):
            self.rests += 1
            return self.given.pop(0) if self.given else None
        if self.take("("):
            value = self.sum()
            assert self.take(")"), self.text
            return value
        if self.take("|"):
            value = self.sum()
            assert self.take("|"), self.text
            return self.apply(torch.abs, value)
        if self.take("√"):
            return self.apply(lambda a: a**0.5, self.atom())
        if found := NUMBER.match(self.text, self.at):
            self.at = found.end()
            return parse(found[0])
        if found := WORD.match(self.text, self.at):
            self.at = found.end()
            if isinstance(kind := getattr(torch, found[0], None), torch.dtype):
                return kind
            assert self.take("("), f"{self.text}: unknown name {found[0]}"
            return self.call(found[0])
        raise AssertionError(f"{self.text}: not read from {self.text[self.at :]!r}")

    def stands(self) -> bool:
        """Whether an operand stands here."""
        at, used = self.at, set(self.used)
        found = self.operand() is not None
        self.at, self.used = at, used
        return found

    def operand(self) -> tuple[Any] | None:
        """The value of the longest operand whose text stands here, as it is or in parentheses."""
        for place, (text, value) in self.operands:
            if text == REST or place in self.used and not self.again(text, place):
                continue
            if text == self.text and REST in text:  # the same is left out of both, or another thing
                continue
            if self.text.startswith(text, self.at):
                self.at += len(text)
                self.used.add(place)
                return (value,)
        return None

    def again(self, text: str, place: int) -> bool:
        """Whether no other operand of the same text is still to come."""
        return not any(
            t == text and p != place and p not in self.used for p, (t, _) in self.operands
        )

    def call(self, name: str) -> Any:
        arguments, keywords, rests = [], {}, self.rests
        while not self.take(")"):
            self.take(", ")
            if keyword := re.match(r"(\w+)=((?:'\w*'|\([^)]*\)|[^,)])+)", self.text[self.at :]):
                self.at += keyword.end()
                keywords[keyword[1]] = ast.literal_eval(keyword[2])
            elif sign := re.match(r"-\d+", self.text[self.at :]):
                self.at += sign.end()
                arguments.append(int(sign[0]))
            elif several := re.match(r"\(-?\d+(,|(, -?\d+)+)\)", self.text[self.at :]):
                self.at += several.end()
                arguments.append(ast.literal_eval(several[0]))
            else:
                arguments.append(self.sum())
        if any(argument is None for argument in arguments):
            return None
        try:
            return self.compute(name, arguments, keywords)
        except (TypeError, RuntimeError) as error:
            if self.rests > rests:  # it stands for more than one argument
                raise Open from error
            raise AssertionError(f"{self.text} cannot be computed: {error}") from error

    def compute(self, name: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        shape = self.node.value.shape
        if name in SHAPED:
            assert arguments[0].numel() == torch.Size(shape).numel(), self.text
            return arguments[0].reshape(shape)
        if name == "expand":
            return arguments[0].expand(shape)
        if name in ("stack", "cat"):
            return getattr(torch, name)(arguments, **keywords)
        arguments = [int(a) if isinstance(a, float) and a == int(a) else a for a in arguments]
        function = self.functions.get(name)
        for place in (torch, F, torch.special, torch.linalg, torch.fft, torch.ops.aten):
            function = function or getattr(place, name, None)
        function = function or getattr(torch.Tensor, name, None)
        if function is None:
            raise Open
        result = function(*arguments, **keywords)
        return result[0] if isinstance(result, tuple) and len(self.node.values) == 1 else result

    def apply(self, act: Callable[..., Any], *values: Any) -> Any:
        """The result, or None while something is left out."""
        return None if any(value is None for value in values) else act(*values)

"""How points and numbers are written in messages: short, and exact enough to try again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WIDTH = 240


def number_text(value: Any, digits: int = 8) -> str:
    """Return a number, or nested list of numbers, with few digits: -17.106, [1.5, 2]."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, list):
        return f"[{', '.join(number_text(v, digits) for v in value)}]"
    if isinstance(value, complex):
        if value.imag:
            return f"{value.real:.{digits}g}{value.imag:+.{digits}g}i"
        value = value.real
    return f"{value:.{digits}g}"


def told_apart(*values: Any) -> list[str]:
    """Return numbers with as many digits as it takes to see that they differ."""
    for digits in (8, 11, 14, 17):
        texts = [number_text(value, digits) for value in values]
        if len(set(texts)) > 1:
            break
    return texts


def shapes_text(point: Mapping[str, Any]) -> str:
    """Return the shapes of a point's tensors: A 2×3, x 3."""
    shaped = {name: tuple(x.shape) for name, x in point.items() if x.ndim}
    return ", ".join(f"{name} {'×'.join(map(str, shape))}" for name, shape in shaped.items())


def point_text(point: Mapping[str, Any]) -> str:
    """Return the values of a point, or the shapes of what is too large to print."""
    whole = ", ".join(f"{name} = {number_text(value)}" for name, value in point.items())
    return whole if len(whole) <= WIDTH else f"random {shapes_text(point)}"

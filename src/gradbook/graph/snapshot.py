"""Tensors as plain data: numbers of small ones, shape and dtype of all. Never keeps a tensor."""

from __future__ import annotations

import struct
from typing import Any

from gradbook.graph.model import Value

MOST_NUMBERS = 24
LONGEST_SIDE = 6


def snapshot(tensor: Any) -> Value:
    """The tensor's shape, dtype and, if it is small, its numbers."""
    dtype = str(tensor.dtype).removeprefix("torch.")
    if tensor.is_nested:
        return Value((), f"nested {dtype}")
    shape = tuple(tensor.shape)
    flat = len(shape) <= 2 and 0 not in shape
    small = flat and tensor.numel() <= MOST_NUMBERS and max(shape, default=1) <= LONGEST_SIDE
    if not small or tensor.is_meta:
        return Value(shape, dtype)
    try:
        numbers = tensor.detach().to_dense().tolist()
    except (RuntimeError, NotImplementedError):
        return Value(shape, dtype)
    return Value(shape, dtype, shortest(numbers) if dtype in ("float32", "complex64") else numbers)


def shortest(numbers: Any) -> Any:
    """float32 numbers as they print: 0.1 in place of 0.10000000149011612."""
    if isinstance(numbers, list):
        return [shortest(number) for number in numbers]
    if isinstance(numbers, complex):
        return complex(shortest(numbers.real), shortest(numbers.imag))
    for digits in range(1, 9):
        number = float(f"{numbers:.{digits}g}")
        if abs(number) < 1e38 and struct.unpack("f", struct.pack("f", number))[0] == numbers:
            return number
    return numbers

"""The operators that torch tests itself, each with the first of torch's own sample inputs."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch.testing._internal.common_methods_invocations import op_db

OPERATORS = [
    pytest.param(op, dtype, id=f"{op.formatted_name}-{str(dtype).removeprefix('torch.')}")
    for dtype in (torch.float64, torch.complex128)
    for op in op_db
    if op.supports_autograd and dtype in op.dtypes
]
# Their samples cannot be differentiated: torch says so, or they have no tracked result.
WITHOUT_SAMPLE = {"to_sparse", "normal_number_mean"}


def outputs(result: Any) -> Iterator[torch.Tensor]:
    """The tracked tensors in whatever an operator returns."""
    if isinstance(result, torch.Tensor):
        if result.requires_grad:
            yield result
    elif isinstance(result, list | tuple):
        for part in result:
            yield from outputs(part)


def sample(op: Any, dtype: torch.dtype) -> list[torch.Tensor]:
    """The results of an operator for the first of torch's own sample inputs."""
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        inputs = next(iter(op.sample_inputs("cpu", dtype, requires_grad=True)))
        return list(outputs(op(inputs.input, *inputs.args, **inputs.kwargs)))

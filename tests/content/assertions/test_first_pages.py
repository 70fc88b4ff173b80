"""What the first pages of "How-to", "Beyond" and "Extending" assert about PyTorch, a test for each sentence."""

from __future__ import annotations

import math

import pytest
import torch
from torch.autograd import Function, gradcheck
from torch.autograd.gradcheck import GradcheckError


def test_three_sigmoids_never_have_the_slope_of_a_64th() -> None:
    at = torch.linspace(-30, 30, 6001, dtype=torch.float64, requires_grad=True)
    y = torch.sigmoid(torch.sigmoid(torch.sigmoid(at)))
    (slopes,) = torch.autograd.grad(y.sum(), at)
    assert 0.01 < slopes.max() < 1 / 64
    by_hand, value = 1.0, 2.0
    for _ in range(3):
        value = 1 / (1 + math.exp(-value))
        by_hand *= value * (1 - value)
    assert slopes[(at - 2).abs().argmin()].item() == pytest.approx(by_hand, rel=1e-6)
    assert f"{by_hand:.6f}" == "0.004811"


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_a_difference_of_relus_is_x_and_has_the_slope_0_at_0(dtype: torch.dtype) -> None:
    for at in (-2.0, -1e-4, -0.0, 0.0, 1e-4, 3.0):
        x = torch.tensor(at, dtype=dtype, requires_grad=True)
        y = torch.relu(x) - torch.relu(-x)
        y.backward()
        assert y == x and x.grad == (at != 0)


def test_nobody_objects_to_a_wrong_backward_and_gradcheck_finds_it() -> None:
    class Square(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**2

        @staticmethod
        def backward(ctx, G):
            return G * 3 * ctx.saved_tensors[0]

    x = torch.tensor(5.0, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.grad(Square.apply(x), x)[0] == 15
    assert torch.autograd.grad(Square.apply(x) - x**2, x)[0] == 15 - 10
    with pytest.raises(GradcheckError, match="mismatch"):
        gradcheck(Square.apply, x)

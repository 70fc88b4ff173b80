"""What the decision tables, the convention table, "Teach with it", "Extending" and a trap assert, at the edges."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd import forward_ad as forward
from torch.func import grad, hessian, jacfwd, jacrev, jvp, vjp
from torch.utils.flop_counter import FlopCounterMode

ROOT = Path(__file__).parents[3]


def work(call: Callable[[], object]) -> int:
    with FlopCounterMode(display=False) as counter:
        call()
    return counter.get_total_flops()


@pytest.mark.parametrize(("size", "layers"), [(1, 1), (5, 1), (20, 4), (60, 2)])
def test_the_least_work_is_the_least_in_other_networks(size: int, layers: int) -> None:
    weights = torch.randn(layers, size, size, dtype=torch.float64) / size**0.5

    def loss(x: Tensor) -> Tensor:
        for weight in weights:
            x = torch.tanh(weight @ x[:, None])[:, 0]
        return x.square().sum()

    x = torch.ones(size, dtype=torch.float64)
    product = work(lambda: vjp(grad(loss), x)[1](x))
    assert product < work(lambda: jvp(grad(loss), (x,), (x,)))
    assert work(lambda: jacrev(grad(loss))(x)) < work(lambda: hessian(loss)(x))
    assert work(lambda: grad(loss)(x)) < work(lambda: jacfwd(loss)(x))


def test_a_hook_of_a_node_leaves_the_gradient_of_the_result() -> None:
    x = torch.tensor(3.0, requires_grad=True)
    for on_tensor, retained in ((True, 24), (False, 12)):
        x.grad, y = None, 2 * x
        if on_tensor:
            y.register_hook(lambda g: 2 * g)
        else:
            y.grad_fn.register_prehook(lambda gs: (2 * gs[0],))
        y.retain_grad()
        (y**2).backward()
        assert (y.grad, x.grad) == (retained, 48)


def test_eval_changes_slopes() -> None:
    x = torch.ones(100, requires_grad=True)
    layer = torch.nn.Dropout(0.5)
    assert 0 in torch.autograd.grad(layer(x).sum(), x)[0]
    assert torch.autograd.grad(layer.eval()(x).sum(), x)[0].equal(torch.ones(100))


def test_autograd_sums_and_casts_what_a_backward_returns() -> None:
    class Wrong(Function):
        @staticmethod
        def forward(ctx, x):
            return x**2

        @staticmethod
        def backward(ctx, G):
            return torch.ones(3, 2, dtype=torch.float64)

    x = torch.ones(2, requires_grad=True)
    Wrong.apply(x).sum().backward()
    assert x.grad.tolist() == [3, 3] and x.grad.dtype == torch.float32


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.complex64])
@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 3)])
def test_a_custom_operator_has_no_tangent(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    @torch.library.custom_op("book::tables_square", mutates_args=())
    def square(x: Tensor) -> Tensor:
        return x**2

    x = torch.ones(shape, dtype=dtype)
    assert not torch.func.jvp(square, (x,), (x,))[1].any()
    with forward.dual_level():
        assert forward.unpack_dual(square(forward.make_dual(x, x))).tangent is None


def test_folders_of_pages_have_folders_of_programs() -> None:
    for name in ("before", "tutorial", "graph", "beyond", "extending"):
        assert (ROOT / "docs" / name).is_dir() and (ROOT / "snippets" / name).is_dir()
    assert (ROOT / "snippets/how_to").is_dir() and not (ROOT / "snippets/labs").exists()


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_a_bound_of_clamp_passes_and_a_tie_of_fmax_is_of_the_first(dtype: torch.dtype) -> None:
    """What "Version notes" says of this site's release."""
    x = torch.tensor([0.0, -0.0], dtype=dtype, requires_grad=True)
    assert torch.autograd.grad(x.clamp(min=0).sum(), x)[0].tolist() == [1, 1]
    y = torch.zeros(2, dtype=dtype, requires_grad=True)
    first, second = torch.autograd.grad(torch.fmax(x, y).sum(), (x, y))
    assert (first.tolist(), second.tolist()) == ([1, 1], [0, 0])

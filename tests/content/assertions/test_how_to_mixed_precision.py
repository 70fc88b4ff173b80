"""What "Mixed precision without losing gradients" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math

import pytest
import torch
from torch.amp import GradScaler
from torch.nn.functional import cross_entropy, linear, mse_loss

SIXTEEN = (torch.float16, torch.bfloat16)


def parameter(number: float = 1.0, dtype: torch.dtype = torch.float32) -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.tensor(number, dtype=dtype))


def stepped(slopes: list[float], **options: float) -> tuple[float, float]:
    """The parameter and the scale after a step with each gradient, learning rate 0.1."""
    w = parameter()
    optimizer, scaler = torch.optim.SGD([w], lr=0.1), GradScaler("cpu", **options)
    for slope in slopes:
        optimizer.zero_grad()
        scaler.scale(slope * w).backward()
        scaler.step(optimizer)
        scaler.update()
    return w.item(), scaler.get_scale()


@pytest.mark.parametrize("scale", [1.0, 65536.0])
def test_a_gradient_of_1e_8_is_lost_in_float16_and_kept_with_a_scale(scale: float) -> None:
    product = torch.tensor(1e-4 * scale).half() * torch.tensor(1e-4).half()
    assert (product.float().item() / scale == 0) == (scale == 1)
    if scale > 1:
        assert product.float().item() / scale == pytest.approx(1e-8, rel=1e-2)


def test_bfloat16_reaches_about_as_far_as_float32_and_float16_does_not() -> None:
    low, small = torch.tensor(1e-30), torch.tensor(1e30)
    assert low.bfloat16() > 0 and small.bfloat16() < math.inf
    assert low.half() == 0 and small.half() == math.inf
    assert torch.finfo(torch.bfloat16).tiny == torch.finfo(torch.float32).tiny


@pytest.mark.parametrize("dtype", SIXTEEN)
def test_a_matrix_product_comes_out_in_16_bits_and_these_losses_in_32(dtype: torch.dtype) -> None:
    x, w = torch.ones(2, 2), torch.ones(2, 2, requires_grad=True)
    with torch.autocast("cpu", dtype=dtype):
        y = linear(x, w)
        losses = mse_loss(y, x), cross_entropy(y, torch.tensor([0, 1]))
        assert y.dtype == (x @ x).dtype == y.softmax(1).dtype == dtype
        assert (y + x).dtype == w.dtype == torch.float32
    assert all(loss.dtype == torch.float32 for loss in losses)
    losses[0].backward()
    assert w.grad.dtype == torch.float32


def test_autocast_leaves_the_tensors_themselves_as_they_are() -> None:
    model = torch.nn.Linear(2, 2)
    with torch.autocast("cpu", dtype=torch.float16):
        model(torch.ones(1, 2))
        assert {p.dtype for p in model.parameters()} == {torch.float32}


def test_the_scaler_starts_at_65536_scales_unscales_and_steps() -> None:
    w = parameter()
    optimizer, scaler = torch.optim.SGD([w], lr=0.1), GradScaler("cpu")
    assert scaler.get_scale() == 65536
    scaler.scale(2 * w).backward()
    assert w.grad == 131072
    scaler.unscale_(optimizer)
    assert w.grad == 2
    scaler.step(optimizer)
    assert w.item() == pytest.approx(0.8)


def test_step_unscales_if_you_did_not() -> None:
    assert stepped([2.0]) == (pytest.approx(0.8), 65536)


@pytest.mark.parametrize("slope", [math.inf, -math.inf, math.nan])
def test_a_gradient_that_is_not_finite_skips_the_step_and_halves_the_scale(slope: float) -> None:
    assert stepped([2.0, slope]) == (pytest.approx(0.8), 32768)


def test_the_scale_doubles_after_growth_interval_finite_steps_in_a_row() -> None:
    assert GradScaler("cpu").get_growth_interval() == 2000
    assert stepped([2.0] * 4, growth_interval=2)[1] == 4 * 65536
    assert stepped([2.0, math.inf, 2.0], growth_interval=2)[1] == 32768


def test_first_steps_are_skipped_until_the_scaled_gradient_fits_into_float16() -> None:
    scales = [65536.0 / 2**k for k in range(5)]
    finite = [(torch.tensor(scale).half() * 2).isfinite().item() for scale in scales]
    assert finite == [False, False, True, True, True]


def test_the_scaler_refuses_float16_weights_and_takes_bfloat16_ones() -> None:
    for dtype in SIXTEEN:
        w = parameter(dtype=dtype)
        optimizer, scaler = torch.optim.SGD([w], lr=0.1), GradScaler("cpu", init_scale=8.0)
        scaler.scale(w * 1).backward()
        if dtype == torch.float16:
            with pytest.raises(ValueError, match="Attempting to unscale FP16 gradients"):
                scaler.step(optimizer)
        else:
            scaler.step(optimizer)


def test_a_linear_layer_in_float16_refuses_a_float32_input() -> None:
    with pytest.raises(RuntimeError, match="must have the same dtype"):
        torch.nn.Linear(1, 1).half()(torch.ones(1, 1))


@pytest.mark.parametrize("dtype", SIXTEEN)
def test_small_steps_are_lost_where_the_weight_itself_has_16_bits(dtype: torch.dtype) -> None:
    w = torch.tensor(1.0, dtype=dtype)
    for _ in range(100):
        w -= 1e-4
    assert w == 1


def test_adam_makes_nan_of_a_zero_gradient_in_float16() -> None:
    found = {}
    for dtype in (torch.float16, torch.bfloat16, torch.float32):
        w = parameter(dtype=dtype)
        optimizer = torch.optim.Adam([w], lr=0.001)
        w.grad = torch.zeros_like(w)
        optimizer.step()
        found[dtype] = w.item()
    assert math.isnan(found[torch.float16])
    assert found[torch.bfloat16] == found[torch.float32] == 1
    assert torch.tensor(1e-8).half() == 0


def test_clipping_before_unscaling_makes_the_step_65536_times_too_small() -> None:
    w = parameter()
    optimizer, scaler = torch.optim.SGD([w], lr=0.1), GradScaler("cpu")
    scaler.scale(2 * w).backward()
    norm = torch.nn.utils.clip_grad_norm_([w], 1.0)
    assert norm == 131072
    scaler.unscale_(optimizer)
    assert w.grad.item() == pytest.approx(1 / 65536, rel=1e-4)


def test_a_square_of_300_is_infinite_in_float16() -> None:
    assert torch.tensor(300.0).half() ** 2 == math.inf
    assert torch.finfo(torch.float16).max == 65504


def test_the_scale_sinks_below_1_where_each_gradient_is_infinite() -> None:
    w, scale = stepped([math.inf] * 20)
    assert w == 1
    assert scale == 65536 / 2**20


def test_bfloat16_finds_the_line_without_a_scaler() -> None:
    torch.manual_seed(0)
    x, model = torch.linspace(-1, 1, 32).reshape(-1, 1), torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    for _ in range(200):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = mse_loss(model(x), 3 * x + 1)
        loss.backward()
        optimizer.step()
    assert model.weight.item() == pytest.approx(3, abs=0.03)
    assert model.bias.item() == pytest.approx(1, abs=0.03)


def test_autocast_leaves_float64_alone_and_takes_a_half_layer_with_float32_inputs() -> None:
    x = torch.ones(2, 2)
    with torch.autocast("cpu", dtype=torch.float16):
        assert torch.nn.Linear(2, 2).double()(x.double()).dtype == torch.float64
        assert (x @ x).dtype == torch.float16
        assert torch.nn.Linear(2, 2).half()(x).dtype == torch.float16


def test_under_autocast_too_the_scaler_refuses_float16_weights() -> None:
    layer = torch.nn.Linear(2, 1).half()
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    with torch.autocast("cpu", dtype=torch.float16):
        loss = layer(torch.ones(1, 2)).float().sum()
    scaler.scale(loss).backward()
    with pytest.raises(ValueError, match="FP16"):
        scaler.step(optimizer)


def test_fused_adam_is_not_the_default_form_and_has_no_nan() -> None:
    found = []
    for options in ({}, {"fused": True}):
        w = torch.nn.Parameter(torch.tensor(1.0).half())
        optimizer = torch.optim.Adam([w], lr=0.001, **options)
        (0 * w).backward()
        optimizer.step()
        found.append(w.isnan().item())
    assert found == [True, False]


@pytest.mark.parametrize("dtype", SIXTEEN)
def test_the_sign_for_a_matrix_product_gives_16_bits_and_mv_does_not(dtype: torch.dtype) -> None:
    m, v = torch.ones(2, 2), torch.ones(2)
    with torch.autocast("cpu", dtype=dtype):
        assert {(a @ b).dtype for a in (m, v, m[None]) for b in (m, v)} == {dtype}
        assert torch.mv(m, v).dtype == torch.float32


def test_a_scale_may_sink_while_half_of_the_steps_are_taken() -> None:
    w, scale = stepped([math.inf, 0.5] * 8)
    assert w == pytest.approx(1 - 8 * 0.05)
    assert scale == 65536 / 2**8


def test_an_infinite_gradient_stops_its_own_optimizer_and_halves_the_scale_of_both() -> None:
    w, v = parameter(), parameter()
    optimizers, scaler = [torch.optim.SGD([p], lr=0.1) for p in (w, v)], GradScaler("cpu")
    scaler.scale(math.inf * w + 2 * v).backward()
    for optimizer in optimizers:
        scaler.step(optimizer)
    scaler.update()
    assert (w.item(), v.item()) == (1, pytest.approx(0.8))
    assert scaler.get_scale() == 32768


def test_a_second_unscale_or_step_has_to_wait_for_update_and_the_growth_is_not_forgotten() -> None:
    w = parameter()
    optimizer, scaler = torch.optim.SGD([w], lr=0.1), GradScaler("cpu", growth_interval=2)
    for _ in range(2):
        scaler.scale(2 * w).backward()
        scaler.unscale_(optimizer)
        with pytest.raises(RuntimeError, match="already been called"):
            scaler.unscale_(optimizer)
        scaler.step(optimizer)
        for again in (scaler.unscale_, scaler.step):
            with pytest.raises(RuntimeError, match="after step|already been called"):
                again(optimizer)
        scaler.update()
    assert scaler.get_scale() == 2 * 65536


def test_step_takes_the_gradient_as_it_is_after_unscale_alone() -> None:
    found = []
    for unscale in (True, False):
        w = parameter()
        optimizer, scaler = torch.optim.SGD([w], lr=0.1), GradScaler("cpu")
        scaler.scale(2 * w).backward()
        if unscale:
            scaler.unscale_(optimizer)
        before = w.grad.item()
        scaler.step(optimizer)
        found.append(w.grad.item() == before)
    assert found == [True, False]


def test_what_becomes_infinite_after_unscale_is_not_noticed_by_step() -> None:
    w = parameter()
    optimizer, scaler = torch.optim.SGD([w], lr=0.1), GradScaler("cpu")
    scaler.scale(2 * w).backward()
    scaler.unscale_(optimizer)
    w.grad.fill_(math.inf)
    scaler.step(optimizer)
    scaler.update()
    assert (w.item(), scaler.get_scale()) == (-math.inf, 65536)

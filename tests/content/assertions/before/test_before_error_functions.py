"""What the page "Error functions: step and sigmoid" says of PyTorch, a function for each sentence."""

import math

import pytest
import torch

HOURS = torch.tensor([1.0, 2.0, 3.0, 4.0])
PASSED = torch.tensor([0.0, 0.0, 1.0, 1.0])


def error_at(b):
    b = torch.tensor(b, requires_grad=True)
    ((torch.sigmoid(HOURS + b) - PASSED) ** 2).sum().backward()
    return b.grad.item()


def test_backward_starts_from_a_single_number():
    with pytest.raises(RuntimeError, match="only for scalar outputs"):
        torch.sigmoid(torch.zeros(3, requires_grad=True)).backward()


def test_the_slopes_of_the_sum_are_the_slopes_of_the_single_values():
    z = torch.tensor([-2.0, 0.0, 2.0], requires_grad=True)
    torch.sigmoid(z).sum().backward()
    for k in range(3):
        alone = torch.tensor(z[k].item(), requires_grad=True)
        torch.sigmoid(alone).backward()
        assert alone.grad == z.grad[k]


def test_the_slope_of_the_sigmoid_is_the_value_times_one_minus_the_value():
    z = (torch.arange(-40.0, 41.0).double() / 5).requires_grad_()
    p = torch.sigmoid(z)
    p.sum().backward()
    assert torch.allclose(z.grad, p * (1 - p))
    assert z.grad.max() == 0.25 and z[z.grad.argmax()] == 0


def test_a_count_of_mistakes_does_not_respond_to_a_small_change():
    counts = [((HOURS + b > 0).float() - PASSED).abs().sum().item() for b in (-1.5, -1.49, -1.51)]
    assert counts == [1.0, 1.0, 1.0]


def test_the_smooth_error_is_lowest_at_minus_two_and_a_half():
    assert error_at(-2.6) < 0 < error_at(-2.4)
    assert abs(error_at(-2.5)) < 1e-6


def test_a_very_wrong_model_has_a_slope_of_zero_under_the_squared_error():
    assert error_at(20.0) == 0.0
    assert 0 < error_at(8.0) < 0.001


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_comparison_is_not_recorded(dtype):
    z = torch.tensor([-2.0, 0.0, 2.0], dtype=dtype, requires_grad=True)
    for compared in (z > 0, z >= 0, z == 0, torch.isclose(z, z)):
        assert not compared.requires_grad and compared.grad_fn is None
        assert not compared.float().requires_grad


def test_a_comparison_in_place_is_recorded_with_a_derivative_of_zero():
    z = torch.tensor([-2.0, 0.5], requires_grad=True)
    u = z * 1
    u.gt_(0)
    assert u.grad_fn.name() == "GtBackward0"
    u.sum().backward()
    assert z.grad.tolist() == [0.0, 0.0]


def test_an_error_with_a_kink_teaches_too_as_it_changes_gradually():
    b = torch.tensor(-1.5, requires_grad=True)
    for _ in range(50):
        loss = torch.relu(-(2 * PASSED - 1) * (HOURS + b)).sum()
        b.grad = None
        loss.backward()
        with torch.no_grad():
            b -= 0.1 * b.grad
    assert -3 <= b.item() <= -2


def test_at_b_20_the_scores_are_above_20_and_their_sigmoids_round_to_1():
    assert (HOURS + 20 > 20).all() and (torch.sigmoid(HOURS + 20) == 1).all()


def test_heaviside_is_recorded_but_has_no_derivative():
    z = torch.tensor([-2.0, 0.5], requires_grad=True)
    decision = torch.heaviside(z, torch.tensor(0.0))
    assert decision.requires_grad and "NotImplemented" in repr(decision)
    with pytest.raises(RuntimeError, match="derivative for aten::heaviside is not implemented"):
        decision.sum().backward()


def test_the_second_argument_of_heaviside_is_its_value_at_0():
    assert torch.heaviside(torch.tensor(0.0), torch.tensor(0.25)).item() == 0.25


@pytest.mark.parametrize("step", [torch.round, torch.floor, torch.ceil, torch.trunc, torch.sign])
def test_rounding_has_a_derivative_and_it_is_zero(step):
    z = torch.tensor([-1.5, -0.3, 0.0, 2.5], requires_grad=True)
    step(z).sum().backward()
    assert z.grad.tolist() == [0.0, 0.0, 0.0, 0.0]


def test_at_20_the_sigmoid_rounds_to_1_and_its_slope_is_exactly_0():
    z = torch.tensor([-20.0, 20.0], requires_grad=True)
    p = torch.sigmoid(z)
    p.sum().backward()
    assert p[1] == 1 and z.grad[1] == 0
    assert 0 < p[0] < 1e-8 and 0 < z.grad[0] < 1e-8


def test_a_loss_of_thresholded_predictions_has_no_way_back():
    b = torch.tensor(-1.5, requires_grad=True)
    loss = ((torch.sigmoid(HOURS + b) > 0.5).float() - PASSED).abs().sum()
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad"):
        loss.backward()


def test_logit_undoes_the_sigmoid():
    z = torch.tensor([-3.0, 0.0, 2.0], dtype=torch.float64)
    assert torch.allclose(torch.logit(torch.sigmoid(z)), z)


def test_sign_times_z_has_the_slope_of_abs():
    z = torch.tensor([-3.0, 0.1, 3.0], requires_grad=True)
    (torch.sign(z) * z).sum().backward()
    assert z.grad.tolist() == [-1.0, 1.0, 1.0]


def test_a_sigmoid_of_40_x_computes_the_slope_0_at_1_where_the_true_one_is_not_0():
    x = torch.tensor(1.0, requires_grad=True)
    torch.sigmoid(40 * x).backward()
    assert x.grad.item() == 0.0
    assert 1.6e-16 < 40 * math.exp(-40) < 1.8e-16


def test_torch_erf_computes_an_area_under_the_bell_curve():
    at = torch.linspace(0, 1, 10001, dtype=torch.float64)
    area = torch.trapezoid(2 / math.sqrt(math.pi) * torch.exp(-(at**2)), at)
    assert torch.isclose(torch.erf(torch.tensor(1.0, dtype=torch.float64)), area, atol=1e-7)

"""What the page "Maximum likelihood and cross-entropy" says of PyTorch, a function for each sentence."""

import math

import pytest
import torch
import torch.nn.functional as F


def leaf(value, dtype=torch.float32):
    return torch.tensor(value, dtype=dtype, requires_grad=True)


def test_a_product_of_a_thousand_probabilities_is_0_in_float32_and_so_is_its_gradient():
    p = leaf(0.5)
    product = p**700 * (1 - p) ** 300
    product.backward()
    assert product.item() == 0.0 and p.grad.item() == 0.0


def test_the_sum_of_their_logarithms_is_an_ordinary_number_with_a_gradient():
    p = leaf(0.5)
    total = 700 * torch.log(p) + 300 * torch.log(1 - p)
    total.backward()
    assert math.isclose(total.item(), 1000 * math.log(0.5), rel_tol=1e-6)
    assert p.grad.item() == 800.0


def test_log_is_the_natural_logarithm():
    assert math.isclose(torch.log(torch.tensor(math.e)).item(), 1.0, rel_tol=1e-6)


@pytest.mark.parametrize(("heads", "tails"), [(7, 3), (3, 1), (1, 1)])
def test_the_slope_of_the_log_likelihood_is_zero_at_the_share_of_heads(heads, tails):
    p = leaf(heads / (heads + tails), torch.float64)
    (heads * torch.log(p) + tails * torch.log(1 - p)).backward()
    assert abs(p.grad.item()) < 1e-9


@pytest.mark.parametrize("label", [0.0, 1.0, 0.3])
@pytest.mark.parametrize("score", [-3.0, 0.0, 0.5])
def test_the_gradient_of_the_two_class_loss_is_probability_minus_label(score, label):
    z = leaf(score, torch.float64)
    F.binary_cross_entropy_with_logits(z, torch.tensor(label).double()).backward()
    assert math.isclose(z.grad.item(), torch.sigmoid(z).item() - label, abs_tol=1e-7)


def test_the_form_with_logits_takes_the_score_and_gives_minus_log_of_the_sigmoid():
    z = torch.tensor(0.5)
    loss = F.binary_cross_entropy_with_logits(z, torch.tensor(1.0))
    assert torch.isclose(loss, -torch.log(torch.sigmoid(z)))


@pytest.mark.parametrize("call", [F.binary_cross_entropy_with_logits, F.cross_entropy])
def test_pytorch_averages_the_losses_and_adds_them_with_reduction_sum(call):
    z = torch.tensor([[0.5, -1.0], [2.0, 0.0]])
    y = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    each = call(z, y, reduction="none")
    assert torch.isclose(call(z, y), each.mean())
    assert torch.isclose(call(z, y, reduction="sum"), each.sum())


def test_cross_entropy_takes_scores_and_the_number_of_the_class():
    z = torch.tensor([2.0, 1.0, 0.1])
    loss = F.cross_entropy(z, torch.tensor(0))
    assert torch.isclose(loss, -torch.log(torch.softmax(z, dim=0)[0]))


@pytest.mark.parametrize("y", [[1.0, 0.0, 0.0], [0.2, 0.3, 0.5]])
def test_the_gradient_of_cross_entropy_is_softmax_minus_label(y):
    z, y = leaf([2.0, 1.0, 0.1]), torch.tensor(y)
    F.cross_entropy(z, y).backward()
    assert torch.allclose(z.grad, torch.softmax(z, dim=0) - y, atol=1e-6)
    assert z.grad.abs().max() <= 1 and abs(z.grad.sum().item()) < 1e-6


def test_the_gradient_vanishes_where_belief_and_label_are_equal_and_the_loss_need_not():
    z = leaf([0.0] * 4)
    loss = F.cross_entropy(z, torch.full((4,), 0.25))
    loss.backward()
    assert z.grad.tolist() == [0.0] * 4
    assert math.isclose(loss.item(), math.log(4), rel_tol=1e-6)


def test_the_negative_log_density_of_the_bell_curve_is_half_the_square_and_a_constant():
    y = torch.tensor(5.0)
    rest = {
        round((-torch.distributions.Normal(m, 1.0).log_prob(y) - (y - m) ** 2 / 2).item(), 5)
        for m in (-2.0, 3.0, 4.0, 5.0)
    }
    assert rest == {round(math.log(2 * math.pi) / 2, 5)}


def test_the_gradient_of_both_is_prediction_minus_label():
    y = torch.tensor(5.0)
    for loss in (
        lambda m: -torch.distributions.Normal(m, 1.0).log_prob(y),
        lambda m: (y - m) ** 2 / 2,
    ):
        m = leaf(3.0)
        loss(m).backward()
        assert m.grad.item() == 3.0 - 5.0


def test_the_sigmoid_of_100_is_1_with_the_slope_0():
    z = leaf(100.0)
    p = torch.sigmoid(z)
    p.backward()
    assert p.item() == 1.0 and z.grad.item() == 0.0


def test_binary_cross_entropy_replaces_the_infinite_slope_by_a_large_finite_one():
    p = leaf(1.0)
    F.binary_cross_entropy(p, torch.tensor(0.0)).backward()
    assert math.isfinite(p.grad.item()) and p.grad.item() > 1e6


def test_sigmoid_and_then_binary_cross_entropy_gives_a_gradient_of_0():
    z = leaf(100.0)
    F.binary_cross_entropy(torch.sigmoid(z), torch.tensor(0.0)).backward()
    assert z.grad.item() == 0.0


@pytest.mark.parametrize(
    ("score", "loss"),
    [(100.0, lambda p: -torch.log(1 - p)), (-200.0, lambda p: -torch.log(p))],
)
def test_written_by_hand_the_loss_is_infinite_and_its_gradient_nan(score, loss):
    z = leaf(score)
    value = loss(torch.sigmoid(z))
    value.backward()
    assert math.isinf(value.item()) and math.isnan(z.grad.item())


def test_after_one_step_with_a_gradient_of_nan_the_weight_is_nan_too():
    assert math.isnan((torch.tensor(100.0) - 0.01 * torch.tensor(math.nan)).item())


@pytest.mark.parametrize(("score", "label", "slope"), [(100.0, 0.0, 1.0), (-200.0, 1.0, -1.0)])
def test_the_form_with_logits_gives_the_gradient_that_the_rule_says(score, label, slope):
    z = leaf(score)
    F.binary_cross_entropy_with_logits(z, torch.tensor(label)).backward()
    assert z.grad.item() == slope


def test_the_form_with_logits_gives_a_finite_loss_where_the_probability_rounds_to_1():
    z = torch.tensor(100.0)
    assert torch.sigmoid(z) == 1.0
    assert F.binary_cross_entropy_with_logits(z, torch.tensor(0.0)).item() == 100.0


def test_softmax_before_cross_entropy_is_no_error_and_the_loss_never_comes_near_0():
    target = torch.tensor(0)
    lowest = F.cross_entropy(torch.tensor([1.0, 0.0, 0.0]), target)
    assert lowest > 0.55
    for z in ([2.0, 1.0, 0.1], [50.0, 0.0, 0.0], [-5.0, 0.0, 9.0]):
        assert F.cross_entropy(torch.softmax(torch.tensor(z), dim=0), target) >= lowest - 1e-6


def test_softmax_twice_makes_the_gradient_little_more_than_half_as_large():
    once, twice = leaf([2.0, 1.0, 0.1]), leaf([2.0, 1.0, 0.1])
    F.cross_entropy(once, torch.tensor(0)).backward()
    F.cross_entropy(torch.softmax(twice, dim=0), torch.tensor(0)).backward()
    share = twice.grad / once.grad
    assert (share > 0.5).all() and (share < 0.6).all()


def test_sigmoid_before_the_form_with_logits_is_no_error():
    once, twice, y = leaf(0.5), leaf(0.5), torch.tensor(1.0)
    right = F.binary_cross_entropy_with_logits(once, y)
    wrong = F.binary_cross_entropy_with_logits(torch.sigmoid(twice), y)
    assert wrong < right


def test_a_score_above_1_is_refused_as_a_probability_and_one_below_1_passes():
    y = torch.tensor(1.0)
    with pytest.raises(RuntimeError, match="all elements of input should be between 0 and 1"):
        F.binary_cross_entropy(torch.tensor(1.5), y)
    F.binary_cross_entropy(torch.tensor(0.5), y)

"""What the page "One-hot encoding and softmax" says of PyTorch, a function for each sentence."""

import math

import pytest
import torch
from torch.autograd.functional import jacobian
from torch.nn.functional import cross_entropy, one_hot

Z = torch.tensor([1.0, 2.0, 3.0])


def softmax(z):
    return torch.softmax(z, dim=0)


def test_one_hot_has_a_1_in_the_place_of_the_class_and_0_elsewhere():
    rows = one_hot(torch.tensor([0, 2, 1]))
    assert rows.tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_the_entries_of_one_hot_rows_are_int64():
    assert one_hot(torch.tensor([0, 2, 1])).dtype == torch.int64


def test_argmax_brings_the_labels_back():
    labels = torch.tensor([4, 0, 2, 2])
    assert torch.equal(one_hot(labels, 5).argmax(dim=1), labels)


def test_the_rows_of_any_two_classes_are_equally_far_apart_and_those_of_one_are_the_same():
    assert torch.equal(*one_hot(torch.tensor([1, 1])))
    rows = one_hot(torch.arange(5)).float()
    apart = torch.cdist(rows, rows)
    off = apart[~torch.eye(5, dtype=torch.bool)]
    assert torch.allclose(off, torch.full_like(off, math.sqrt(2)))


def test_one_hot_rows_are_as_wide_as_the_largest_label_needs():
    assert one_hot(torch.tensor([0, 1])).shape == (2, 2)
    assert one_hot(torch.tensor([0, 2])).shape == (2, 3)


def test_num_classes_sets_the_width():
    assert one_hot(torch.tensor([0, 1]), num_classes=3).shape == (2, 3)


@pytest.mark.parametrize(
    "z", [Z, torch.tensor([-50.0, 0.0]), torch.tensor([0.0]), torch.tensor([3e38, -3e38, 0.0])]
)
def test_softmax_gives_probabilities_that_add_up_to_1_from_scores_of_any_size(z):
    p = softmax(z)
    assert (p >= 0).all() and torch.isclose(p.sum(), torch.tensor(1.0))
    assert p.argmax() == z.argmax()


def test_a_score_higher_by_1_means_a_probability_e_times_as_large():
    p = softmax(Z.double())
    assert torch.allclose(p[1:] / p[:-1], torch.tensor(math.e, dtype=torch.float64))


def test_backward_of_one_probability_gives_one_row_of_the_jacobian():
    J = jacobian(softmax, Z)
    for k in range(3):
        z = Z.clone().requires_grad_()
        softmax(z)[k].backward()
        assert torch.allclose(z.grad, J[k])


def test_each_score_raises_its_own_probability_and_lowers_the_others():
    J = jacobian(softmax, Z)
    assert (J.diag() > 0).all()
    assert (J[~torch.eye(3, dtype=torch.bool)] < 0).all()


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_the_jacobian_of_softmax_is_diag_p_minus_the_outer_product(n):
    z = torch.linspace(-1, 2, n, dtype=torch.float64)
    p = softmax(z)
    assert torch.allclose(jacobian(softmax, z), torch.diag(p) - torch.outer(p, p))


@pytest.mark.parametrize("n", [2, 3, 7])
def test_rows_and_columns_of_the_jacobian_add_up_to_0(n):
    J = jacobian(softmax, torch.linspace(-1, 2, n))
    assert J.sum(dim=0).abs().max() < 1e-6 and J.sum(dim=1).abs().max() < 1e-6


def test_argmax_returns_an_integer_which_has_no_slope():
    largest = Z.clone().requires_grad_().argmax()
    assert largest.dtype == torch.int64 and not largest.requires_grad


def test_e_to_scores_around_1000_is_infinite_in_float32():
    z = Z + 1000
    assert torch.isinf(z.exp()).all()
    assert torch.isnan(z.exp() / z.exp().sum()).all()


def test_torch_softmax_subtracts_the_largest_score_first():
    assert torch.allclose(softmax(Z + 1000), softmax(Z))
    assert torch.allclose(softmax(Z + 1000), (Z - 3).exp() / (Z - 3).exp().sum())


def test_shifting_all_scores_changes_nothing():
    assert torch.allclose(softmax(Z + 5), softmax(Z))


def test_cross_entropy_refuses_an_integer_row_as_its_target():
    with pytest.raises(RuntimeError, match="Expected floating point type .* got Long"):
        cross_entropy(torch.tensor([[2.0, 1.0, 0.1]]), one_hot(torch.tensor([0]), 3))


def test_cross_entropy_gives_the_same_for_the_label_and_for_its_row_of_floats():
    scores, label = torch.tensor([[2.0, 1.0, 0.1]]), torch.tensor([0])
    assert torch.isclose(
        cross_entropy(scores, label), cross_entropy(scores, one_hot(label, 3).float())
    )


def test_softmax_along_dim_0_makes_the_columns_add_up_to_1_and_along_dim_1_the_rows():
    scores = torch.tensor([[1.0, 2.0, 3.0], [3.0, 3.0, 3.0]])
    assert torch.allclose(torch.softmax(scores, dim=0).sum(dim=0), torch.ones(3))
    assert torch.allclose(torch.softmax(scores, dim=1).sum(dim=1), torch.ones(2))
    assert torch.allclose(torch.softmax(scores, dim=1)[1], torch.full((3,), 1 / 3))


def test_the_sigmoid_is_the_softmax_of_two_classes_one_of_which_stays_at_0():
    z = torch.tensor([-2.0, 0.0, 2.0])
    pairs = torch.stack([z, torch.zeros(3)], dim=1)
    assert torch.allclose(torch.softmax(pairs, dim=1)[:, 0], torch.sigmoid(z))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_the_outer_rule_gives_the_numbers_of_the_jacobian_up_to_rounding(dtype):
    z = Z.to(dtype)
    p = softmax(z)
    assert torch.allclose(jacobian(softmax, z), torch.diag(p) - torch.outer(p, p), atol=torch.finfo(dtype).eps)


def test_a_narrow_row_and_a_wrong_dimension_produce_no_error_but_an_integer_target_does():
    assert one_hot(torch.tensor([0, 1])).shape == (2, 2)
    assert torch.softmax(torch.zeros(2, 3), dim=0).shape == (2, 3)
    with pytest.raises(RuntimeError, match="floating point type"):
        cross_entropy(torch.zeros(2, 3), one_hot(torch.tensor([0, 1]), num_classes=3))

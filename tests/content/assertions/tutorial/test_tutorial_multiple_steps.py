"""What the page "Back-propagation on multiple steps" says of PyTorch, a function for each sentence."""

import warnings

import pytest
import torch

MATRIX = [[1.0, 2.0, 3], [3.0, 2.0, 1.0]]


def matrix():
    return torch.tensor(MATRIX, requires_grad=True)


def layers(x):
    y = 3 * x + 2
    return y, 2 * y**2


def test_one_decimal_among_the_numbers_makes_the_whole_tensor_floating_point():
    assert torch.tensor([[1, 2.0, 3], [3, 2, 1]]).dtype == torch.float32
    assert torch.tensor([1, 2, 3]).dtype == torch.int64


def test_one_requires_grad_is_for_all_entries():
    x = matrix()
    x.sum().backward()
    assert x.grad.shape == x.shape


def test_each_tensor_shows_the_last_operation_of_its_line():
    y, z = layers(matrix())
    shown = [type(t.grad_fn).__name__ for t in (y, z, z.mean())]
    assert shown == ["AddBackward0", "MulBackward0", "MeanBackward0"]


def test_a_scalar_has_a_single_number_and_no_rows_or_columns():
    out = layers(matrix())[1].mean()
    assert out.shape == () and out.item() == 140.0


def test_the_gradient_has_the_shape_of_the_input_and_is_twice_the_first_layer():
    x = matrix()
    y, z = layers(x)
    z.mean().backward()
    assert x.grad.tolist() == [[10.0, 16.0, 22.0], [22.0, 16.0, 10.0]]
    assert torch.equal(x.grad, (2 * y).detach())


def test_backward_leaves_gradients_in_the_leaves_and_retain_grad_keeps_one_more():
    x = matrix()
    y, z = layers(x)
    y.retain_grad()
    z.retain_grad()
    z.mean().backward()
    assert torch.allclose(z.grad, torch.full((2, 3), 1 / 6))
    assert torch.allclose(y.grad, 4 * y.detach() / 6)
    assert torch.allclose(x.grad, 3 * y.grad)


def test_no_two_entries_share_a_place_before_out():
    jacobian = torch.autograd.functional.jacobian(lambda x: layers(x)[1], matrix().detach())
    flat = jacobian.reshape(6, 6)
    assert torch.equal(flat, torch.diag(flat.diag()))


def test_what_is_computed_from_a_tracked_tensor_has_a_record_and_the_grad_of_a_plain_backward_has_none():
    x = matrix()
    y, z = layers(x)
    z.mean().backward()
    assert (2 * y).grad_fn is not None and x.grad.grad_fn is None


def test_with_create_graph_the_grad_has_a_record():
    x = torch.tensor(2.0, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (x**3).backward(create_graph=True)
    assert x.grad.grad_fn is not None
    x.grad = None  # the graph and the gradient refer to each other


def test_pytorch_starts_with_1_the_slope_of_out_with_respect_to_itself():
    out = layers(matrix())[1].mean()
    arrived = []
    out.register_hook(arrived.append)
    out.backward()
    assert arrived == [torch.tensor(1.0)]


@pytest.mark.parametrize("times", [1, 2, 5])
def test_mean_divides_each_gradient_by_the_number_of_entries_and_sum_does_not(times):
    data = torch.tensor(MATRIX).repeat(times, 1)
    averaged, summed = data.clone().requires_grad_(), data.clone().requires_grad_()
    layers(averaged)[1].mean().backward()
    layers(summed)[1].sum().backward()
    assert torch.allclose(averaged.grad[0], torch.tensor([10.0, 16.0, 22.0]) / times)
    assert summed.grad[0].tolist() == [60.0, 96.0, 132.0]


@pytest.mark.parametrize(("dim", "averaged"), [(0, 2), (1, 3), (None, 6)])
def test_mean_divides_by_the_number_of_entries_it_averages(dim, averaged):
    x = matrix()
    x.mean(dim=dim).sum().backward()
    assert torch.allclose(x.grad, torch.full((2, 3), 1 / averaged))


def test_backward_on_a_matrix_is_refused_and_does_no_harm():
    x = matrix()
    z = layers(x)[1]
    with pytest.raises(
        RuntimeError, match="grad can be implicitly created only for scalar outputs"
    ):
        z.backward()
    assert x.grad is None
    z.mean().backward()
    assert x.grad[0, 0].item() == 10.0


def test_a_tensor_of_one_entry_is_scalar_enough():
    x = torch.ones(1, 1, requires_grad=True)
    (3 * x).backward()
    assert x.grad.item() == 3.0


def test_the_grad_of_a_computed_tensor_is_none_with_a_warning():
    x = matrix()
    y = 3 * x + 2
    y.mean().backward()
    with pytest.warns(UserWarning, match="not a leaf"):
        assert y.grad is None


def test_at_zeros_the_gradient_is_not_zero():
    x = torch.zeros(2, 3, requires_grad=True)
    layers(x)[1].mean().backward()
    assert x.grad.tolist() == [[4.0] * 3] * 2


def test_the_gradient_vanishes_at_minus_two_thirds_where_out_is_0():
    x = torch.full((2, 3), -2 / 3, requires_grad=True)
    out = layers(x)[1].mean()
    out.backward()
    assert out.item() == 0.0 and x.grad.abs().max().item() == 0.0

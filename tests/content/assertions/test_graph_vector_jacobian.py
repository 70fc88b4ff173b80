"""What "Gradients of non-scalar outputs" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import pytest
import torch
from torch.autograd import grad

J = torch.tensor([[3.0, 2.0], [4.0, 0.0], [0.0, 27.0]])  # by hand: [b, a], [2a, 0], [0, 3b^2]


def f(x: torch.Tensor) -> torch.Tensor:
    a, b = x
    return torch.stack([a * b, a**2, b**3])


def leaf(*numbers: float) -> torch.Tensor:
    return torch.tensor(numbers or (2.0, 3.0), requires_grad=True)


@pytest.mark.parametrize("v", [(1, 10, 100), (1, 1, 1), (0, 1, 0), (2, 0, 1), (0, 0, 2), (0, 0, 0)])
def test_the_result_is_the_vector_times_the_jacobian(v: tuple) -> None:
    v = torch.tensor(v, dtype=torch.float32)
    x = leaf()
    f(x).backward(gradient=v)
    assert torch.equal(x.grad, v @ J)


def test_it_is_the_gradient_of_the_weighted_sum() -> None:
    v = torch.tensor([1.0, 10.0, 100.0])
    x = leaf()
    assert torch.equal(grad((v * f(x)).sum(), x)[0], v @ J)


def test_weights_have_the_shape_of_the_output_and_the_result_that_of_the_input() -> None:
    x = leaf()
    assert grad(f(x), x, torch.ones(3))[0].shape == x.shape
    with pytest.raises(RuntimeError, match="Mismatch in shape"):
        f(x).backward(gradient=torch.ones_like(x))


def test_for_a_scalar_output_the_weight_is_1_and_may_be_left_out() -> None:
    x = leaf()
    left_out, given = grad(f(x).sum(), x), grad(f(x).sum(), x, torch.tensor(1.0))
    assert torch.equal(left_out[0], given[0])


def test_an_output_of_one_entry_that_is_no_scalar_may_go_without_weights() -> None:
    x = leaf()
    x[:1].backward()
    assert x.grad.tolist() == [1, 0]


def test_the_third_argument_of_grad_means_what_gradient_means() -> None:
    x, v = leaf(), torch.tensor([1.0, 10.0, 100.0])
    f(x).backward(gradient=v)
    assert torch.equal(grad(f(x), x, v)[0], x.grad)


def test_one_hot_weights_give_the_rows() -> None:
    x = leaf()
    rows = [grad(f(x), x, one_hot)[0] for one_hot in torch.eye(3)]
    assert torch.equal(torch.stack(rows), J)


def test_a_node_takes_an_entry_for_each_output_and_never_makes_its_jacobian() -> None:
    node = (leaf() ** 2).grad_fn
    with torch.no_grad():
        assert node(torch.tensor([1.0, 10.0])).tolist() == [4, 60]
    big = torch.ones(1_000_000, requires_grad=True)
    (big**2).backward(gradient=torch.ones(1_000_000))
    assert big.grad.shape == (1_000_000,)


def test_the_gradient_of_the_loss_with_respect_to_y_is_the_v_of_what_comes_before_y() -> None:
    x = leaf()
    y = f(x)
    (v,) = grad((y**2).sum(), y, retain_graph=True)
    assert v.tolist() == [12, 8, 54]
    assert torch.equal(grad(y, x, v)[0], grad((f(x) ** 2).sum(), x)[0])


def test_a_matrix_output_takes_a_matrix_of_weights_and_sums_over_all_entries() -> None:
    A, V = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[1.0, 0.0], [0.0, 10.0]])
    x = leaf()
    assert grad(A * x, x, V)[0].tolist() == [1, 40]


def test_a_batch_of_one_hot_weights_gives_the_whole_jacobian() -> None:
    x = leaf()
    (batched,) = grad(f(x), x, torch.eye(3), is_grads_batched=True)
    ready = torch.autograd.functional.jacobian(f, x), torch.func.jacrev(f)(x.detach())
    assert all(torch.equal(one, J) for one in (batched, *ready))


def test_forward_mode_gives_a_weighted_sum_of_columns() -> None:
    for u in ([1.0, 0.0], [0.0, 1.0], [2.0, 5.0]):
        u = torch.tensor(u)
        value, product = torch.func.jvp(f, (leaf().detach(),), (u,))
        assert torch.equal(product, J @ u)
        assert torch.equal(value, f(leaf().detach()))


def test_forward_mode_keeps_no_graph() -> None:
    value, product = torch.func.jvp(f, (leaf().detach(),), (torch.ones(2),))
    assert value.grad_fn is None and product.grad_fn is None


def test_a_whole_jacobian_takes_forward_mode_a_pass_for_each_input() -> None:
    assert torch.equal(torch.func.jacfwd(f)(leaf().detach()), J)
    columns = [torch.func.jvp(f, (leaf().detach(),), (u,))[1] for u in torch.eye(2)]
    assert torch.equal(torch.stack(columns, dim=1), J)


def test_func_vjp_is_the_same_product() -> None:
    _, pull = torch.func.vjp(f, leaf().detach())
    v = torch.tensor([1.0, 10.0, 100.0])
    assert torch.equal(pull(v)[0], v @ J)


def test_two_backward_passes_give_a_column_without_the_rows() -> None:
    x, v = leaf(), torch.ones(3, requires_grad=True)
    (g,) = grad(f(x), x, v, create_graph=True)
    columns = [grad(g, v, e, retain_graph=True)[0] for e in torch.eye(2)]
    assert torch.equal(torch.stack(columns, dim=1), J)


def test_no_single_backward_pass_gives_the_first_column() -> None:
    """It would have to be a combination of the rows, and those have two entries."""
    assert f(leaf()).numel() != leaf().numel()
    with pytest.raises(RuntimeError, match="Mismatch in shape"):
        grad(f(x := leaf()), x, torch.tensor([1.0, 0.0]))


def test_weights_of_one_give_the_sum_of_the_rows_as_sum_does() -> None:
    x = leaf()
    ones = grad(f(x), x, torch.ones(3))[0]
    assert ones.tolist() == [7, 29] == J.sum(0).tolist()
    assert torch.equal(ones, grad(f(x).sum(), x)[0])


def test_the_sum_of_the_rows_of_softmax_is_zero_whatever_the_scores_are() -> None:
    for scores in ([0.0] * 4, [3.0, -1.0, 0.5, 2.0]):
        scores = torch.tensor(scores, requires_grad=True)
        g = grad(torch.softmax(scores, 0), scores, torch.ones(4))[0]
        assert torch.allclose(g, torch.zeros(4), atol=1e-7)
        one = grad(torch.softmax(scores, 0), scores, torch.eye(4)[0])[0]
        assert (one != 0).all()


def test_where_each_entry_is_treated_by_itself_ones_give_the_separate_derivatives() -> None:
    x = leaf()
    assert grad(x**2, x, torch.ones(2))[0].tolist() == [4, 6]


def test_without_weights_a_non_scalar_output_raises() -> None:
    with pytest.raises(
        RuntimeError, match="grad can be implicitly created only for scalar outputs"
    ):
        f(leaf()).backward()


def test_where_input_and_output_have_the_same_shape_weights_of_the_input_raise_nothing() -> None:
    x = leaf()
    (x.flip(0) * torch.tensor([1.0, 10.0])).backward(gradient=torch.tensor([1.0, 0.0]))
    assert x.grad.tolist() == [0, 1]  # the weight chose the first output, which is the second input


def test_measuring_shows_no_factor_for_the_number_of_outputs() -> None:
    v = torch.tensor([1.0, 10.0, 100.0])
    point, step = torch.tensor([2.0, 3.0]).double(), torch.tensor([0.001, 0.0]).double()
    rise = (v * f(point + step)).sum() - (v * f(point)).sum()
    assert round((rise / 0.001).item(), 4) == 43.01


def test_the_one_over_m_of_a_mean_is_in_v() -> None:
    x = leaf()
    assert torch.allclose(grad(f(x).mean(), x)[0], torch.full((3,), 1 / 3) @ J)


def test_three_inputs_and_two_outputs() -> None:
    x = leaf(1.0, 2.0, 3.0)
    a, b, c = x
    y = torch.stack([a * b * c, a + 2 * c**2])
    assert grad(y, x, torch.tensor([10.0, 1.0]))[0].tolist() == [61, 30, 32]


def test_contributions_may_cancel() -> None:
    x = leaf()
    assert grad(f(x), x, torch.tensor([108.0, -81.0, -8.0]))[0].tolist() == [0, 0]

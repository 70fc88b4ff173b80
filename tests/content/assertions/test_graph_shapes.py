"""What "Gradients of broadcasting, matmul, and indexing" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

CASES: list[tuple[str, Callable, list[tuple]]] = [
    ("product, stretched", lambda a, b: a * b, [(2, 3), (3,)]),
    ("product, both stretched", lambda a, b: a * b, [(2, 1), (3,)]),
    ("product with a number", lambda a, b: a * b, [(2, 3), ()]),
    ("product, empty", lambda a, b: a * b, [(0, 3), (3,)]),
    ("sum, stretched", lambda a, b: a + b, [(2, 3), (2, 1)]),
    ("expand", lambda x: x.expand(4, 3), [(3,)]),
    ("sum(dim)", lambda x: x.sum(1), [(2, 3)]),
    ("mean(dim)", lambda x: x.mean(1), [(2, 3)]),
    ("matmul", lambda A, B: A @ B, [(2, 3), (3, 4)]),
    ("batch of matrices", lambda A, B: A @ B, [(5, 2, 3), (3, 4)]),
    ("matrix and vector", lambda A, x: A @ x, [(2, 3), (3,)]),
    ("index", lambda x: x[[2, 0, 2]], [(3, 2)]),
    ("gather", lambda x: x.gather(0, torch.tensor([2, 0, 2])), [(3,)]),
    ("cat", lambda a, b: torch.cat([a, b]), [(2, 3), (4, 3)]),
    ("stack", lambda a, b: torch.stack([a, b]), [(2, 3), (2, 3)]),
    ("transpose", lambda x: x.T, [(2, 3)]),
    ("reshape", lambda x: x.reshape(3, 2), [(2, 3)]),
]


def back(operation: Callable, *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Some G that arrives at the result, and what reaches each tensor."""
    leaves = [t.detach().clone().requires_grad_() for t in tensors]
    result = operation(*leaves)
    G = torch.randn(result.shape, dtype=result.dtype, generator=torch.Generator().manual_seed(1))
    return G, *torch.autograd.grad(result, leaves, G)


def random(*shapes: tuple) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(shape, dtype=torch.float64, generator=generator) for shape in shapes]


@pytest.mark.parametrize(("operation", "shapes"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_gradient_has_the_shape_of_its_tensor(operation: Callable, shapes: list) -> None:
    tensors = random(*shapes)
    _, *gradients = back(operation, *tensors)
    assert [g.shape for g in gradients] == [t.shape for t in tensors]
    assert torch.autograd.gradcheck(operation, [t.requires_grad_() for t in tensors])


def test_an_entry_that_was_not_used_of_a_tensor_that_was_gets_0() -> None:
    x = torch.ones(3, requires_grad=True)
    x[:1].sum().backward()
    assert x.grad.tolist() == [1, 0, 0]


def test_one_number_times_six_ones_is_used_six_times_whatever_its_value() -> None:
    for value in (5.0, 0.0):
        s = torch.tensor(value, requires_grad=True)
        (s * torch.ones(2, 3)).sum().backward()
        assert s.grad.item() == 6


@pytest.mark.parametrize(
    ("shapes", "result"),
    [
        ([(2, 3), (3,)], (2, 3)), ([(3, 1), (3,)], (3, 3)), ([(2, 3), (2, 1)], (2, 3)),
        ([(5, 2, 3), (2, 1)], (5, 2, 3)), ([(2, 3), ()], (2, 3)), ([(1, 1), (1,)], (1, 1)),
    ],
)  # fmt: skip
def test_shapes_are_aligned_at_the_right(shapes: list, result: tuple) -> None:
    assert torch.broadcast_shapes(*shapes) == result


@pytest.mark.parametrize("shapes", [[(2, 3), (2,)], [(4, 3), (2, 3)], [(3, 2), (3,)]])
def test_lengths_that_differ_and_are_not_1_raise(shapes: list) -> None:
    with pytest.raises(RuntimeError, match="must match the size"):
        torch.ones(shapes[0]) * torch.ones(shapes[1])


def test_a_stretched_factor_gets_the_products_summed_over_its_stretched_axes() -> None:
    a, b = random((2, 3), (3,))
    G, ga, gb = back(lambda a, b: a * b, a, b)
    assert torch.allclose(ga, G * b) and torch.allclose(gb, (G * a).sum(0))
    (c,) = random((2, 1))
    G, _, gc = back(lambda a, c: a * c, a, c)
    assert torch.allclose(gc, (G * a).sum(1, keepdim=True))


def test_a_stretched_summand_gets_g_summed_over_the_same_axes() -> None:
    G, ga, gb = back(lambda a, b: a + b, *random((2, 3), (3,)))
    assert torch.equal(ga, G) and torch.allclose(gb, G.sum(0))


def test_expand_sums_and_sum_expands() -> None:
    G, gx = back(lambda x: x.expand(4, 3), *random((3,)))
    assert torch.allclose(gx, G.sum(0))
    G, gx = back(lambda x: x.sum(0), *random((2, 3)))
    assert torch.equal(gx, G.expand(2, 3))


def test_a_mean_divides_by_the_number_of_entries() -> None:
    G, gx = back(lambda x: x.mean(0), *random((2, 3)))
    assert torch.allclose(gx, G.expand(2, 3) / 2)


def test_a_maximum_over_an_axis_sends_g_to_the_entries_that_were_picked() -> None:
    (x,) = random((2, 3))
    G, gx = back(lambda x: x.max(1).values, x)
    assert torch.equal(gx, torch.zeros(2, 3).double().scatter(1, x.argmax(1)[:, None], G[:, None]))


def test_a_matrix_product_has_two_products_for_gradients() -> None:
    A, B = random((2, 3), (3, 4))
    G, gA, gB = back(lambda A, B: A @ B, A, B)
    assert torch.allclose(gA, G @ B.T) and torch.allclose(gB, A.T @ G)


def test_for_a_matrix_and_a_vector_the_rule_is_another_one() -> None:
    A, x = random((2, 3), (3,))
    G, gA, gx = back(lambda A, x: A @ x, A, x)
    assert torch.allclose(gA, torch.outer(G, x)) and torch.allclose(gx, A.T @ G)
    with pytest.raises(RuntimeError):
        G @ x.mT


def test_in_a_batch_mt_transposes_and_the_stretched_matrix_gets_the_sum_over_the_batch() -> None:
    A, B = random((5, 2, 3), (3, 4))
    G, gA, gB = back(lambda A, B: A @ B, A, B)
    assert torch.allclose(gA, G @ B.mT) and torch.allclose(gB, (A.mT @ G).sum(0))
    A, B = random((2, 3), (7, 3, 5))
    G, gA, gB = back(lambda A, B: A @ B, A, B)
    assert torch.allclose(gA, (G @ B.mT).sum(0)) and torch.allclose(gB, A.mT @ G)


def test_only_g_times_b_transposed_has_the_shape_of_a() -> None:
    A, B, G = torch.ones(2, 3), torch.ones(3, 4), torch.ones(2, 4)
    assert (G @ B.T).shape == A.shape
    for left, right in ((B.T, G), (B, G), (G, B), (G.T, B), (G.T, B.T), (B, G.T)):
        try:
            assert (left @ right).shape != A.shape
        except RuntimeError:
            continue


def test_an_index_adds_at_its_places() -> None:
    x = torch.tensor([5.0, 6.0, 7.0], requires_grad=True)
    x[[2, 0, 2]].backward(torch.tensor([1.0, 10.0, 100.0]))
    assert x.grad.tolist() == [10, 0, 101]
    one_hot = torch.eye(3)[[2, 0, 2]]
    assert torch.equal(one_hot.T @ torch.tensor([1.0, 10.0, 100.0]), x.grad)
    G, gx = back(lambda x: x.gather(0, torch.tensor([2, 0, 2])), *random((3,)))
    assert torch.allclose(gx, torch.zeros(3).double().index_add(0, torch.tensor([2, 0, 2]), G))


def test_a_row_of_an_embedding_that_was_not_picked_gets_zeros_and_not_none() -> None:
    lookup = torch.nn.Embedding(3, 2)
    lookup(torch.tensor([2, 0, 2])).sum().backward()
    assert lookup.weight.grad.tolist() == [[1, 1], [0, 0], [2, 2]]


def test_where_cat_and_stack_cut_g_into_the_pieces() -> None:
    a, b = random((2, 3), (2, 3))
    condition = a > 0
    G, ga, gb = back(lambda a, b: torch.where(condition, a, b), a, b)
    assert torch.equal(ga, G * condition) and torch.equal(gb, G * ~condition)
    G, ga, gb = back(lambda a, b: torch.cat([a, b]), a, b)
    assert torch.equal(ga, G[:2]) and torch.equal(gb, G[2:])
    G, ga, gb = back(lambda a, b: torch.stack([a, b]), a, b)
    assert torch.equal(ga, G[0]) and torch.equal(gb, G[1])


def test_what_moves_entries_moves_them_back() -> None:
    G, gx = back(lambda x: x.T, *random((2, 3)))
    assert torch.equal(gx, G.T)
    G, gx = back(lambda x: x.reshape(3, 2), *random((2, 3)))
    assert torch.equal(gx, G.reshape(2, 3))


def test_a_column_of_predictions_and_a_row_of_targets_give_nine_errors_without_a_word(
    recwarn: pytest.WarningsRecorder,
) -> None:
    p, t = torch.zeros(3, 1, requires_grad=True), torch.tensor([1.0, 2.0, 3.0])
    wrong, right = ((p - t) ** 2), ((p - t[:, None]) ** 2)
    assert wrong.numel() == 9 and right.numel() == 3 and len(recwarn) == 0
    assert torch.isclose(wrong.mean(), right.mean())
    (g_wrong,) = torch.autograd.grad(wrong.mean(), p)
    (g_right,) = torch.autograd.grad(right.mean(), p)
    assert torch.allclose(g_wrong, torch.full((3, 1), -4 / 3))
    assert torch.allclose(g_right, -2 / 3 * t[:, None])


def test_training_on_the_nine_errors_ends_at_the_mean_of_the_targets() -> None:
    p, t = torch.zeros(3, 1, requires_grad=True), torch.tensor([1.0, 2.0, 3.0])
    for _ in range(100):
        (g,) = torch.autograd.grad(((p - t) ** 2).mean(), p)
        with torch.no_grad():
            p -= 0.3 * g
    assert torch.allclose(p, torch.full((3, 1), 2.0))


def test_mse_loss_warns_and_computes_the_mean_of_the_nine_errors() -> None:
    p, t = torch.full((3, 1), 2.0), torch.tensor([1.0, 2.0, 3.0])
    with pytest.warns(UserWarning, match="Using a target size"):
        loss = torch.nn.functional.mse_loss(p, t)
    assert torch.isclose(loss, ((p - t) ** 2).mean())


def test_grad_insists_on_the_shape_of_its_tensor() -> None:
    b = torch.ones(3, requires_grad=True)
    with pytest.raises(RuntimeError, match="attempting to assign a gradient of size"):
        b.grad = torch.ones(2, 3)


def test_a_square_matrix_hides_a_product_turned_around_and_an_oblong_one_shows_it() -> None:
    B = torch.tensor([[5.0, 6.0], [7.0, 8.0]])
    assert not torch.equal(B.T @ torch.ones(2, 2), torch.ones(2, 2) @ B.T)
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        torch.ones(3, 4).T @ torch.ones(2, 4)


def test_the_gradients_of_a_linear_layer() -> None:
    x, W, b = random((2, 3), (4, 3), (4,))
    G, gx, gW, gb = back(torch.nn.functional.linear, x, W, b)
    assert (
        torch.allclose(gx, G @ W) and torch.allclose(gW, G.T @ x) and torch.allclose(gb, G.sum(0))
    )

"""What the sentences of "What the operators taught us" say beside its cells."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F


def test_what_kron_keeps_shares_the_memory_and_not_the_counter() -> None:
    a, b = torch.ones(2, requires_grad=True), torch.tensor([3.0, 4.0])
    (product,) = [node for node, _ in torch.kron(a, b).grad_fn.next_functions]
    kept = product._saved_other
    b.zero_()
    assert kept.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()
    assert (kept._version, b._version) == (0, 1)


def test_most_others_notice() -> None:
    for product in (torch.mul, torch.dot, torch.outer, torch.inner):
        a, b = torch.ones(2, requires_grad=True), torch.tensor([3.0, 4.0])
        y = product(a, b)
        b.zero_()
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.sum().backward()


def test_group_norm_calls_the_native_one() -> None:
    x = torch.randn(1, 2, 3, requires_grad=True)
    assert F.group_norm(x, 1).grad_fn.name() == "NativeGroupNormBackward0"


@pytest.mark.parametrize("others", [[], [0], [2], [0, 2]])
def test_the_gradient_of_the_mean_arrives_where_the_third_result_takes_part(others: list[int]) -> None:
    x = torch.arange(6.0).reshape(1, 2, 3).requires_grad_()
    results = torch.native_group_norm(x, None, None, 1, 2, 3, 1, 0)
    loss = results[1].sum() + sum(0 * results[n].sum() for n in others)
    (g,) = torch.autograd.grad(loss, x, allow_unused=True)
    assert bool(g is not None and g.any()) == (2 in others)


def test_bernoulli_answers_zeros() -> None:
    x = torch.tensor([0.3, 0.6], requires_grad=True)
    torch.bernoulli(x).sum().backward()
    assert not x.grad.any()


def test_the_remainder_is_made_of_the_quotient_that_is_rounded_down() -> None:
    a, b = torch.tensor([7.0, -7.0, 7.5]), torch.tensor([2.0, 2.0, -2.0])
    torch.testing.assert_close(
        torch.remainder(a, b), a - b * torch.div(a, b, rounding_mode="floor")
    )


def test_pairwise_distance_adds_a_millionth_before_it_squares() -> None:
    x = torch.zeros(1, 2, dtype=torch.float64)
    found = F.pairwise_distance(x, x)
    torch.testing.assert_close(found, torch.full_like(x, 1e-6).square().sum(1).sqrt())


def test_far_out_the_three_activations_are_the_identity() -> None:
    x = torch.tensor(1e30)
    assert F.gelu(x) == F.silu(x) == F.mish(x) == x


def test_hardtanh_is_hardsigmoid_at_another_scale() -> None:
    x = torch.linspace(-8, 8, 99)
    torch.testing.assert_close(F.hardsigmoid(x), (F.hardtanh(x / 3) + 1) / 2)

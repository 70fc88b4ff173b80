"""What "torch.func" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import pytest
import torch
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.utils.flop_counter import FlopCounterMode

XS = torch.tensor([1.0, 2.0, 3.0])
YS = torch.tensor([2.0, 4.0, 7.0])


def loss(w: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (w * x - y) ** 2


each = vmap(grad(loss), in_dims=(None, 0, 0))


def by_loop(w: float) -> list[float]:
    found = []
    for x, y in zip(XS, YS, strict=True):
        leaf = torch.tensor(w, requires_grad=True)
        loss(leaf, x, y).backward()
        found.append(leaf.grad.item())
    return found


@pytest.mark.parametrize(("w", "expected"), [(1.5, [-1, -4, -15]), (2.0, [0, 0, -6])])
def test_one_gradient_for_each_example(w: float, expected: list[float]) -> None:
    assert each(torch.tensor(w), XS, YS).tolist() == by_loop(w) == expected


@pytest.mark.parametrize("tracked", [False, True])
def test_grad_needs_no_requires_grad_and_writes_no_grad(tracked: bool) -> None:
    w = torch.tensor(1.5, requires_grad=tracked)
    assert grad(loss)(w, XS[0], YS[0]).item() == -1
    assert grad(grad(loss))(w, XS[0], YS[0]).item() == 2
    assert w.grad is None


def test_vmap_calls_once_with_the_shape_of_one_example() -> None:
    shapes = []

    def seen(x: torch.Tensor) -> torch.Tensor:
        shapes.append(tuple(x.shape))
        return x.sum()

    assert vmap(seen)(torch.ones(3, 2)).tolist() == [2, 2, 2]
    assert shapes == [(2,)]
    vmap(seen, chunk_size=1)(torch.ones(3, 2))
    assert shapes == [(2,)] * 4


def test_the_mean_is_what_backward_gives() -> None:
    w = torch.tensor(1.5, requires_grad=True)
    loss(w, XS, YS).mean().backward()
    assert w.grad.item() == pytest.approx(-20 / 3)
    assert torch.allclose(w.grad, each(w.detach(), XS, YS).mean())


X = torch.tensor([[1.0, 0.0], [0.0, 1.0], [3.0, 4.0]])


def linear(inputs: int, weights: list[float]) -> torch.nn.Linear:
    model = torch.nn.Linear(inputs, 1, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([weights]))
    return model


def test_functional_call_uses_what_it_is_given_and_leaves_the_module_alone() -> None:
    model = linear(2, [7.0, 7.0])
    params = {"weight": torch.tensor([[1.0, 2.0]])}
    assert functional_call(model, params, (X[2],)).item() == 11
    assert model.weight.tolist() == [[7, 7]]

    def model_loss(params: dict, x: torch.Tensor) -> torch.Tensor:
        return functional_call(model, params, (x,)).square().sum()

    grads = vmap(grad(model_loss), in_dims=(None, 0))(params, X)["weight"]
    assert grads.flatten(1).tolist() == [[2, 0], [0, 4], [66, 88]]
    assert grads.flatten(1).norm(dim=1).tolist() == pytest.approx([2, 4, 110])
    own = dict(model.named_parameters())
    assert grad(model_loss)(own, X[0])["weight"].tolist() == [[14, 0]]


def test_clipping_shortens_each_gradient_to_a_length_of_at_most_one() -> None:
    grads = torch.tensor([[2.0, 0.0], [0.0, 4.0], [66.0, 88.0], [0.3, 0.4]])
    factors = (1 / grads.norm(dim=1)).clamp(max=1)
    clipped = factors[:, None] * grads
    assert torch.allclose(clipped.norm(dim=1), torch.tensor([1, 1, 1, 0.5]))
    assert torch.allclose(clipped[:3].mean(0), torch.tensor([0.53333, 0.6]))


def test_an_ensemble_in_one_call() -> None:
    models = [linear(1, [k]) for k in (1.0, 2.0, 3.0)]
    stacked, _ = stack_module_state(models)
    skeleton = torch.nn.Linear(1, 1, bias=False, device="meta")

    def run(params, x):
        return functional_call(skeleton, params, (x,))

    outputs = vmap(run, in_dims=(0, None))(stacked, torch.tensor([5.0]))
    assert outputs.flatten().tolist() == [5, 10, 15]
    outputs.sum().backward()
    weight = stacked["weight"]
    assert weight.is_leaf and weight.grad.flatten().tolist() == [5, 5, 5]
    assert all(model.weight.grad is None for model in models)
    with torch.no_grad():
        weight -= weight.grad
    assert [model.weight.item() for model in models] == [1, 2, 3]


@pytest.mark.parametrize("seed", range(5))
def test_randomness_is_drawn_once_or_for_each(seed: int) -> None:
    def noisy(x):
        return x + torch.rand(())

    for choice, expected in (("same", 1), ("different", 3)):
        torch.manual_seed(seed)
        assert len(vmap(noisy, randomness=choice)(torch.zeros(3)).unique()) == expected
    with pytest.raises(RuntimeError, match="called random operation"):
        vmap(noisy)(torch.zeros(3))


def test_a_forgotten_functional_call_gives_zeros() -> None:
    model = linear(2, [7.0, 7.0])
    params = {"weight": torch.tensor([[1.0, 2.0]])}
    assert grad(lambda params: model(X[0]).sum())(params)["weight"].tolist() == [[0, 0]]


def test_no_grad_matters_inside_and_not_outside() -> None:
    def inside(x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return x**2

    three = torch.tensor(3.0)
    with torch.no_grad():
        assert grad(lambda x: x**2)(three).item() == 6
    assert grad(inside)(three).item() == 0


def test_vmap_refuses_a_python_number_and_takes_the_tensor() -> None:
    with pytest.raises(RuntimeError, match=r"calling .item\(\) on a Tensor"):
        vmap(lambda x: x * x.item())(XS)
    assert vmap(lambda x: x * x.detach())(XS).tolist() == [1, 4, 9]


def test_vmap_refuses_an_if_and_takes_where() -> None:
    with pytest.raises(RuntimeError, match="data-dependent control flow"):
        vmap(lambda x: x if x > 2 else -x)(XS)
    assert vmap(lambda x: torch.where(x > 2, x, -x))(XS).tolist() == [-1, -2, 3]


def test_vmap_refuses_to_write_into_a_fresh_tensor_and_takes_one_made_from_x() -> None:
    def pair(make):
        def f(x: torch.Tensor) -> torch.Tensor:
            out = make(x)
            out[0] = x
            return out

        return vmap(f)(XS)

    with pytest.raises(RuntimeError, match="inplace arithmetic"):
        pair(lambda x: torch.zeros(2))
    expected = [[1, 0], [2, 0], [3, 0]]
    assert pair(lambda x: x.new_zeros(2)).tolist() == expected
    assert vmap(lambda x: torch.stack([x, torch.zeros_like(x)]))(XS).tolist() == expected


def test_batch_norm_has_no_gradient_of_one_example_and_group_norm_has() -> None:
    norm = torch.nn.BatchNorm1d(2)
    with pytest.raises(ValueError, match="Expected more than 1 value per channel"):
        vmap(lambda x: norm(x[None])[0])(X)
    norm.eval()
    assert vmap(lambda x: norm(x[None])[0])(X).shape == (3, 2)
    group = torch.nn.GroupNorm(1, 2)
    alone = vmap(lambda x: group(x[None])[0])(X)
    assert torch.allclose(alone, group(X), atol=1e-6)


def test_in_batch_norm_the_examples_influence_each_other_and_in_group_norm_they_do_not() -> None:
    for layer, mixes in ((torch.nn.BatchNorm1d(2), True), (torch.nn.GroupNorm(1, 2), False)):
        first = layer(X)[0]
        changed = layer(torch.cat([X[:1], X[1:] * 5]))[0]
        assert torch.allclose(first, changed, atol=1e-5) != mixes


def test_the_exercises() -> None:
    w = torch.tensor(1.5)
    assert grad(loss, argnums=1)(w, XS[0], YS[0]).item() == 2 * 1.5 * -0.5
    points = torch.tensor([-2.0, 3.0])
    with pytest.raises(RuntimeError, match="data-dependent control flow"):
        vmap(grad(lambda x: x if x > 0 else -x))(points)
    for f in (lambda x: torch.where(x > 0, x, -x), torch.abs):
        assert vmap(grad(f))(points).tolist() == [-1, 1]


def test_no_grad_inside_stops_grad_and_not_jvp() -> None:
    def square(x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return x**2

    three = torch.tensor(3.0)
    assert torch.func.grad(square)(three).item() == 0
    assert torch.func.jvp(square, (three,), (torch.ones(()),))[1].item() == 6


def test_batch_norm_of_pictures_gets_another_error_and_eval_helps() -> None:
    norm, x = torch.nn.BatchNorm2d(2), torch.randn(3, 2, 4, 4)
    with pytest.raises(RuntimeError, match="updated in place"):
        torch.func.vmap(lambda x: norm(x[None])[0])(x)
    norm.eval()
    assert torch.func.vmap(lambda x: norm(x[None])[0])(x).shape == x.shape


def test_where_and_abs_differ_at_0() -> None:
    zero = torch.tensor(0.0)
    assert torch.func.grad(lambda x: torch.where(x > 0, x, -x))(zero).item() == -1
    assert torch.func.grad(torch.abs)(zero).item() == 0


def test_functional_call_writes_into_buffers_that_were_not_handed_in() -> None:
    norm, x = torch.nn.BatchNorm1d(2), torch.tensor([[1.0, 5.0], [3.0, 9.0]])
    weight = norm.weight.detach().clone()
    functional_call(norm, {"weight": torch.full((2,), 7.0)}, (x,))
    assert torch.equal(norm.weight, weight)
    # The mean moves by a tenth of the way to that of the batch.
    torch.testing.assert_close(norm.running_mean, x.mean(0) / 10)
    given = {"running_mean": torch.zeros(2), "running_var": torch.ones(2)}
    before = norm.running_mean.clone()
    functional_call(norm, given, (x,))
    assert torch.equal(norm.running_mean, before) and given["running_mean"].any()
    norm.eval()
    functional_call(norm, {}, (x,))
    assert torch.equal(norm.running_mean, before)


def test_inference_mode_inside_the_function_makes_it_a_constant() -> None:
    def inside(x: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode():
            return x**2

    assert grad(inside)(torch.tensor(3.0)) == 0
    assert torch.func.jvp(inside, (torch.tensor(3.0),), (torch.tensor(1.0),))[1] == 0
    with torch.inference_mode():
        assert grad(lambda x: x**2)(torch.tensor(3.0)) == 6


def by_pass(losses: torch.Tensor, leaves: list[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    unit = torch.eye(len(losses))
    return torch.autograd.grad(losses, leaves, unit, is_grads_batched=True, retain_graph=True)


@pytest.mark.parametrize("kind", ["plain", "norm", "norm of images"])
def test_a_vector_of_losses_has_a_gradient_for_each(kind: str) -> None:
    torch.manual_seed(0)
    layers = {
        "plain": [torch.nn.Linear(4, 3)],
        "norm": [torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3)],
        "norm of images": [torch.nn.Unflatten(1, (1, 2, 2)), torch.nn.BatchNorm2d(1), torch.nn.Flatten()],
    }
    model = torch.nn.Sequential(*layers[kind])
    losses = model(torch.randn(5, 4)).square().sum(1)
    leaves = list(model.parameters())
    found = by_pass(losses, leaves)
    for k, one in enumerate(losses):
        expected = torch.autograd.grad(one, leaves, retain_graph=True)
        for rows, gradient in zip(found, expected, strict=True):
            torch.testing.assert_close(rows[k], gradient, rtol=1e-4, atol=1e-5)


def test_the_work_of_a_vector_of_losses_grows_with_the_square() -> None:
    def work(call) -> int:
        with FlopCounterMode(display=False) as counter:
            call()
        return counter.get_total_flops()

    def both(n: int) -> tuple[int, int]:
        W, x = torch.ones(8, 8, requires_grad=True), torch.ones(n, 8)
        losses = (x @ W).sum(1)
        one = vmap(grad(lambda W, x: (x @ W).sum()), in_dims=(None, 0))
        return work(lambda: by_pass(losses, [W])), work(lambda: one(W.detach(), x))

    for n in (4, 8):
        (passes, each), (more_passes, more_each) = both(n), both(2 * n)
        assert (more_passes, more_each) == (4 * passes, 2 * each)

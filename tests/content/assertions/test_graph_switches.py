"""What "The switches: no_grad, detach, inference_mode, eval" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

from threading import Thread

import pytest
import torch
from torch import nn


def leaf(*numbers: float) -> torch.Tensor:
    return torch.tensor(numbers if len(numbers) > 1 else numbers[0], requires_grad=True)


def product(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return a * x


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        (product, (15, 10, 6)),
        (lambda a, x: a.requires_grad_(False) * x, (15, None, 6)),
        (lambda a, x: (a * x).detach(), (None, None, 6)),
        (torch.no_grad()(product), (None, None, 6)),
    ],
)
def test_which_leaves_of_the_chain_get_a_gradient(switch: object, expected: tuple) -> None:
    x, a, w = leaf(2.0), leaf(3.0), leaf(5.0)
    (w * switch(a, x)).backward()
    assert tuple(t.grad and t.grad.item() for t in (x, a, w)) == expected


def test_a_result_of_inference_mode_may_not_be_a_factor_in_a_recorded_product() -> None:
    x, a, w = leaf(2.0), leaf(3.0), leaf(5.0)
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved for backward"):
        w * torch.inference_mode()(product)(a, x)


def test_the_flag_of_a_non_leaf_cannot_be_switched_off() -> None:
    with pytest.raises(RuntimeError, match="you can only change requires_grad flags of leaf"):
        (leaf(2.0) * 2).requires_grad_(False)


def test_a_frozen_module_has_no_gradients_and_lets_them_through() -> None:
    first, encoder, head = nn.Linear(2, 2), nn.Linear(2, 3), nn.Linear(3, 1)
    encoder.requires_grad_(False)
    assert not any(p.requires_grad for p in encoder.parameters())
    head(encoder(first(torch.ones(4, 2)))).mean().backward()
    assert encoder.weight.grad is None
    assert head.weight.grad is not None and first.weight.grad is not None


def test_no_grad_around_the_frozen_part_cuts_what_comes_before_it() -> None:
    first, encoder, head = nn.Linear(2, 2), nn.Linear(2, 3), nn.Linear(3, 1)
    with torch.no_grad():
        hidden = encoder(first(torch.ones(4, 2)))
    head(hidden).mean().backward()
    assert first.weight.grad is None and head.weight.grad is not None


def test_a_detached_fake_teaches_the_critic_only() -> None:
    generator, critic = nn.Linear(1, 2), nn.Linear(2, 1)
    fake = generator(torch.ones(4, 1))
    critic(fake.detach()).mean().backward()
    assert generator.weight.grad is None and critic.weight.grad is not None
    before = critic.weight.grad.clone()
    (-critic(fake).mean()).backward()
    assert generator.weight.grad is not None
    assert not torch.equal(critic.weight.grad, before)  # collected there too


def test_eval_makes_dropout_repeatable_and_does_not_stop_the_recording() -> None:
    model, batch = nn.Sequential(nn.Linear(2, 50), nn.Dropout()), torch.ones(2, 2)
    assert not torch.equal(model(batch), model(batch))
    model.eval()
    assert torch.equal(model(batch), model(batch)) and model(batch).requires_grad
    with torch.no_grad():
        assert not model(batch).requires_grad
        model.train()
        assert not torch.equal(model(batch), model(batch))


def test_set_grad_enabled_takes_the_flag() -> None:
    x = leaf(2.0)
    for flag in (True, False):
        with torch.set_grad_enabled(flag):
            assert (x * 2).requires_grad == flag


def recording() -> bool:
    return (leaf(2.0) * 2).requires_grad


def test_enable_grad_reopens_no_grad_and_not_inference_mode() -> None:
    with torch.no_grad(), torch.enable_grad():
        assert recording()
    with torch.inference_mode(), torch.enable_grad():
        assert not recording()
    with torch.inference_mode(), torch.set_grad_enabled(True):
        assert not recording()


def test_inference_mode_false_reopens_both() -> None:
    for outer in (torch.inference_mode, torch.no_grad):
        with outer(), torch.inference_mode(False):
            assert recording()


def test_no_grad_inside_enable_grad_counts() -> None:
    with torch.enable_grad(), torch.no_grad():
        assert not recording()


def test_a_new_thread_begins_with_recording_on() -> None:
    found = []
    with torch.no_grad():
        thread = Thread(target=lambda: found.append(torch.is_grad_enabled()))
        thread.start()
        thread.join()
        assert not torch.is_grad_enabled()
    assert found == [True]


@pytest.mark.parametrize(
    ("recipe", "tracked", "inference"),
    [
        ("x * 2", False, True),
        ("x.detach()", False, False),
        ("x[:1]", True, False),
        ("torch.ones(1)", False, True),
        ("torch.ones(1, requires_grad=True)", True, True),
    ],
)
def test_the_marks_that_the_modes_leave(recipe: str, tracked: bool, inference: bool) -> None:
    names = {"x": leaf(2.0, 3.0), "torch": torch}
    for mode, marked in ((torch.no_grad, False), (torch.inference_mode, inference)):
        with mode():
            t = eval(recipe, names)
        assert (t.requires_grad, t.is_inference()) == (tracked, marked)


def test_a_view_takes_the_inference_mark_from_the_tensor_it_looks_at() -> None:
    x = leaf(2.0, 3.0)
    with torch.inference_mode():
        made = torch.ones(2)
        assert made[:1].is_inference() and made.detach().is_inference()
        assert not x[:1].is_inference() and not x.detach().is_inference()
    assert made[:1].is_inference() and made.detach().is_inference()


def test_a_model_built_under_no_grad_trains_like_any_other() -> None:
    with torch.no_grad():
        model = nn.Linear(1, 1)
        model.bias.fill_(0.0)
    model(torch.ones(1)).sum().backward()
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    assert model.bias.item() == pytest.approx(-0.1)


def test_a_view_made_under_no_grad_claims_to_be_tracked_and_delivers_to_nobody() -> None:
    x = leaf(2.0, 3.0)
    with torch.no_grad():
        first = x[0]
    assert first.requires_grad and first.grad_fn is None
    (5 * first).backward()
    assert x.grad is None
    (5 * x[0]).backward()
    assert x.grad.tolist() == [5, 0]


def test_batch_normalization_learns_under_no_grad_and_when_frozen_and_not_in_eval() -> None:
    batch = torch.tensor([[10.0], [20.0]])
    layer = nn.BatchNorm1d(1)
    with torch.no_grad():
        layer(batch)
    assert layer.running_mean.item() == 1.5
    layer.requires_grad_(False)
    layer(batch)
    changed = layer.running_mean.item()
    assert changed != 1.5
    layer.eval()
    layer(batch)
    assert layer.running_mean.item() == changed


@pytest.mark.parametrize("make", [torch.optim.SGD, torch.optim.Adam])
def test_a_frozen_weight_moves_by_its_old_gradient_until_that_is_none(make: type) -> None:
    w = nn.Parameter(torch.tensor(1.0))
    optimizer = make([w], lr=0.1)
    (w**2).backward()
    w.requires_grad_(False)
    optimizer.step()
    moved = w.item()
    assert moved != 1 and w.grad.item() == 2
    w.grad = None
    optimizer.step()
    assert w.item() == moved


def test_detach_shares_memory_and_a_clone_does_not() -> None:
    u = leaf(6.0, 2.0) * 1
    shared, copied = u.detach(), u.detach().clone()
    shared /= shared.sum()
    assert shared.data_ptr() == u.data_ptr() != copied.data_ptr()
    assert u.tolist() == [0.75, 0.25] and copied.tolist() == [6, 2]


def test_numpy_refuses_a_tracked_tensor_and_shares_the_memory_of_a_detached_one() -> None:
    u = leaf(6.0, 2.0) * 1
    with pytest.raises(RuntimeError, match=r"Can't call numpy\(\) on Tensor that requires grad"):
        u.numpy()
    u.detach().clone().numpy()[0] = 100
    assert u[0].item() == 6
    u.detach().numpy()[0] = 100
    assert u[0].item() == 100


def test_as_a_statement_no_grad_does_nothing_and_set_grad_enabled_stays() -> None:
    torch.no_grad()
    assert recording()
    torch.set_grad_enabled(False)
    try:
        assert not recording()
        with pytest.raises(RuntimeError, match="does not require grad"):
            (leaf(2.0) * 2).backward()
    finally:
        torch.set_grad_enabled(True)


def test_in_a_with_the_old_mode_comes_back_also_after_an_exception() -> None:
    def off() -> torch.set_grad_enabled:
        return torch.set_grad_enabled(False)  # acts when it is made

    for mode in (torch.no_grad, off, torch.inference_mode):
        with pytest.raises(ValueError), mode():
            assert not recording()
            raise ValueError
        assert recording()


def test_parameters_made_in_inference_mode_get_gradients_and_cannot_be_stepped() -> None:
    with torch.inference_mode():
        model = nn.Linear(1, 1)
    model(torch.ones(1)).sum().backward()
    assert model.bias.grad.tolist() == [1]
    with pytest.raises(RuntimeError, match="Inplace update to inference tensor"):
        torch.optim.SGD(model.parameters(), lr=0.1).step()


def inference(*numbers: float) -> torch.Tensor:
    with torch.inference_mode():
        return torch.tensor(numbers)


def test_a_sum_with_an_inference_tensor_works_and_a_product_raises_in_the_forward_pass() -> None:
    w, i = leaf(1.0, 2.0), inference(4.0, 5.0)
    (w + i).sum().backward()
    assert w.grad.tolist() == [1, 1]
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved for backward"):
        w * i


def test_a_product_saves_only_the_factor_that_it_needs() -> None:
    w, c = leaf(1.0, 2.0), torch.tensor([4.0, 5.0])
    node = (w * c).grad_fn
    assert node._saved_self is None and torch.equal(node._saved_other, c)


def test_a_write_to_an_inference_tensor_outside_its_mode_raises_after_the_write() -> None:
    for mode in (torch.no_grad, torch.enable_grad):
        i = inference(4.0, 5.0)
        with mode(), pytest.raises(RuntimeError, match="Inplace update to inference tensor"):
            i.add_(1)
        assert i.tolist() == [5, 6]


def test_an_inference_tensor_has_no_counter_and_may_be_written_in_its_mode() -> None:
    i = inference(4.0, 5.0)
    with pytest.raises(RuntimeError, match="do not track version counter"):
        _ = i._version
    with torch.inference_mode():
        i.add_(1)
    assert i.tolist() == [5, 6]


def test_a_clone_made_outside_is_an_ordinary_tensor() -> None:
    w, copied = leaf(1.0, 2.0), inference(4.0, 5.0).clone()
    assert not copied.is_inference()
    (w * copied).sum().backward()
    assert w.grad.tolist() == [4, 5]
    copied.add_(1)
    with torch.inference_mode():
        assert copied.clone().is_inference()


def test_a_layer_created_under_no_grad_is_tracked_and_a_product_there_is_not() -> None:
    with torch.no_grad():
        a = nn.Linear(1, 1)
        b = a.weight * 2
    assert a.weight.requires_grad and not b.requires_grad


def test_a_reopened_block_records_with_the_constants_of_the_closed_one() -> None:
    x = leaf(3.0)
    with torch.no_grad():
        y = x**2
        with torch.enable_grad():
            z = y * x
    z.backward()
    assert x.grad.item() == 9


def test_freezing_the_middle_lets_the_gradient_pass_and_detaching_the_product_does_not() -> None:
    for freeze, expected in (
        (lambda b, u: b.requires_grad_(False) * u, 40),
        (lambda b, u: b.detach() * u, 40),
        (lambda b, u: (b * u).detach(), None),
    ):
        x, a, b, c = (leaf(n) for n in (2.0, 3.0, 4.0, 5.0))
        (c * freeze(b, a * x)).backward()
        assert (a.grad and a.grad.item(), b.grad, c.grad.item()) == (expected, None, 24)

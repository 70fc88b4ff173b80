"""What the page "Turn off tracking" says of PyTorch, a function for each sentence."""

import pytest
import torch


def leaf(value=3.0):
    return torch.tensor(value, requires_grad=True)


def inference_tensor():
    with torch.inference_mode():
        return leaf() ** 2


def test_inside_no_grad_the_values_are_the_same_and_have_no_record():
    x = leaf()
    with torch.no_grad():
        y = x**2
    assert y.item() == (x**2).item() and y.grad_fn is None and not y.requires_grad


def test_the_graph_holds_on_to_intermediate_results_until_a_backward_pass_has_used_them():
    x = leaf()
    y = (3 * x) ** 2
    assert y.grad_fn._saved_self.item() == 9.0
    y.backward()
    with pytest.raises(RuntimeError):
        _ = y.grad_fn._saved_self


def test_requires_grad_false_changes_the_tensor_itself_until_it_is_switched_on_again():
    c = leaf()
    assert c.requires_grad_(False) is c
    assert not (c**2).requires_grad and not (c + 1).requires_grad
    c.requires_grad_(True)
    assert (c**2).requires_grad


def test_x_comes_out_of_a_no_grad_block_as_it_went_in():
    x = leaf()
    with torch.no_grad():
        x**2
    assert x.requires_grad and (x**2).requires_grad


@pytest.mark.parametrize(
    "operation",
    [torch.square, torch.clone, lambda x: x.view(1), lambda x: x + 1, lambda x: x.double()],
)
def test_what_is_computed_inside_no_grad_has_no_record_even_from_a_tracked_tensor(operation):
    with torch.no_grad():
        assert operation(leaf()).grad_fn is None


def test_a_block_of_enable_grad_inside_turns_recording_on_again():
    with torch.no_grad():
        with torch.enable_grad():
            assert (leaf() ** 2).grad_fn is not None
        assert (leaf() ** 2).grad_fn is None


def test_a_tensor_created_in_the_block_with_requires_grad_is_tracked_as_usual():
    with torch.no_grad():
        x = torch.tensor(3.0, requires_grad=True)
    (x**2).backward()
    assert x.grad.item() == 6.0


def test_no_grad_above_a_function_covers_each_call():
    @torch.no_grad()
    def square(t):
        return t**2

    x = leaf()
    assert [square(x).requires_grad for _ in range(3)] == [False] * 3
    assert (x**2).requires_grad


def test_detach_makes_a_new_tensor_with_the_same_value_and_no_link_to_the_graph():
    x = leaf()
    d = x.detach()
    assert d is not x and d.item() == 3.0 and x.requires_grad
    assert not (d**2).requires_grad and (x**2).requires_grad


def test_inference_mode_does_not_count_the_writes():
    with pytest.raises(RuntimeError, match="do not track version counter"):
        _ = inference_tensor()._version


def test_is_leaf_is_true_for_a_tensor_that_no_recorded_operation_made_tracked_or_not():
    x = leaf()
    with torch.no_grad():
        y = x**2
    assert not (x**2).is_leaf
    assert x.is_leaf and y.is_leaf and x.detach().is_leaf and inference_tensor().is_leaf


def test_an_inference_tensor_cannot_be_tracked_outside_the_block():
    with pytest.raises(RuntimeError, match="outside InferenceMode is not allowed"):
        inference_tensor().requires_grad_()


def test_a_recorded_operation_that_would_have_to_save_an_inference_tensor_is_refused():
    w, i = leaf(2.0), inference_tensor()
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved for backward"):
        w * i
    (w + i).backward()
    assert w.grad.item() == 1.0


def test_a_clone_made_outside_the_block_is_an_ordinary_tensor():
    w, i = leaf(2.0), inference_tensor().clone()
    (w * i).backward()
    assert w.grad.item() == 9.0 and not i.is_inference()


def test_a_detached_factor_counts_as_a_constant():
    gradients = []
    for cut in (lambda a: a, torch.Tensor.detach):
        x = leaf()
        loss = cut(x**2 + 1) * x
        loss.backward()
        gradients.append((loss.item(), x.grad.item()))
    assert gradients == [(30.0, 28.0), (30.0, 10.0)]


@pytest.mark.parametrize("way", ["no_grad", "inference_mode", "detach"])
def test_unrecorded_means_constant_for_each_switch(way):
    x = leaf()
    if way == "detach":
        a = x.detach() ** 2 + 1
    else:
        with getattr(torch, way)():
            a = x**2 + 1
        if way == "inference_mode":
            a = a.clone()
    (a * x).backward()
    assert x.grad.item() == 10.0


def test_a_switch_does_not_work_on_what_is_recorded_and_the_leaf_takes_no_gradient():
    w = leaf()
    y = w**2
    w.requires_grad_(False)
    y.backward()
    assert w.grad is None


def test_a_detached_tensor_shares_its_memory_with_the_original():
    w = leaf()
    w.detach().fill_(100.0)
    assert w.item() == 100.0
    with torch.no_grad():
        w.fill_(5.0)
    d = w.detach()
    assert d.item() == 5.0 and d.data_ptr() == w.data_ptr()


def test_autograd_counts_a_write_into_a_detached_tensor():
    w = leaf()
    y = w**2
    w.detach().fill_(100.0)
    assert w._version == 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.backward()


def test_detach_and_clone_has_memory_of_its_own():
    w = leaf()
    w.detach().clone().fill_(100.0)
    assert w.item() == 3.0


def test_eval_says_nothing_to_autograd():
    model = torch.nn.Linear(1, 1).eval()
    assert model(torch.ones(1)).requires_grad
    with torch.no_grad():
        assert not model(torch.ones(1)).requires_grad


def test_no_grad_says_nothing_to_dropout_and_eval_does():
    drop = torch.nn.Dropout(p=1.0)
    with torch.no_grad():
        assert drop(torch.ones(3)).tolist() == [0.0] * 3
    assert drop.eval()(torch.ones(3)).tolist() == [1.0] * 3


def test_the_flag_of_a_computed_tensor_cannot_be_turned_off():
    y = leaf() ** 2
    with pytest.raises(RuntimeError, match="you can only change requires_grad flags of leaf"):
        y.requires_grad_(False)
    assert not y.detach().requires_grad


def test_an_unrecorded_loss_has_nothing_to_walk_back_through():
    with torch.no_grad():
        loss = leaf() ** 2
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad"):
        loss.backward()


def test_unrecorded_results_are_good_constants():
    x = leaf()
    with torch.no_grad():
        y = x**2
    for constant in (y, (x**2).detach()):
        w = leaf(2.0)
        (w * constant).backward()
        assert w.grad.item() == 9.0 and x.grad is None


def test_one_recorded_term_is_enough_for_backward():
    x = leaf()
    with torch.no_grad():
        z = x**3
    (x**2 + z).backward()
    assert x.grad.item() == 6.0


def test_a_frozen_weight_gets_none_and_the_other_its_gradient():
    w, b = leaf(2.0), leaf(1.0)
    w.requires_grad_(False)
    (w * 5 + b).backward()
    assert w.grad is None and b.grad.item() == 1.0


def test_the_whole_sum_in_no_grad_makes_backward_raise():
    w, b = leaf(2.0), leaf(1.0)
    with torch.no_grad():
        total = w * 5 + b
    with pytest.raises(RuntimeError):
        total.backward()


def test_an_optimizer_updates_a_frozen_parameter_as_long_as_it_finds_a_grad():
    w = leaf(1.0)
    (3 * w).backward()
    w.requires_grad_(False)
    optimizer = torch.optim.SGD([w], lr=0.1)
    optimizer.step()
    assert w.item() == pytest.approx(0.7)
    w.grad = None
    optimizer.step()
    assert w.item() == pytest.approx(0.7)


def test_an_enable_grad_block_is_the_way_back_to_recording_and_no_grad_ends_with_its_block():
    x = leaf()
    with pytest.raises(ZeroDivisionError), torch.no_grad():
        _ = 1 / 0
    assert torch.is_grad_enabled() and (x**2).requires_grad


def test_grad_with_create_graph_records_inside_no_grad():
    x = leaf()
    y = x**3
    with torch.no_grad():
        (slope,) = torch.autograd.grad(y, x, create_graph=True)
    assert torch.autograd.grad(slope, x)[0].item() == 6 * 3.0


def test_no_grad_above_a_function_covers_a_generator_and_not_the_body_of_an_async_def():
    @torch.no_grad()
    def squares(t):
        yield t**2

    @torch.no_grad()
    async def square_later(t):
        return t**2

    assert not next(squares(leaf())).requires_grad
    with pytest.raises(StopIteration) as done:
        square_later(leaf()).send(None)
    assert done.value.value.requires_grad


def test_is_leaf_means_no_grad_fn_even_after_a_change_in_place():
    x = leaf()
    cut = x**2
    cut.detach_()
    typed = torch.zeros(2)
    typed.add_(x)
    for t in (x, x**2, x.detach(), torch.tensor(1), inference_tensor(), cut, typed):
        assert t.is_leaf == (t.grad_fn is None)
    assert cut.is_leaf and not typed.is_leaf


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
def test_a_transformer_encoder_in_evaluation_mode_looks_whether_recording_is_on():
    layer = torch.nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)
    encoder = torch.nn.TransformerEncoder(layer, 1).eval()
    words, padded = torch.ones(1, 3, 4), torch.tensor([[False, False, True]])
    recorded = encoder(words, src_key_padding_mask=padded)
    with torch.no_grad():
        unrecorded = encoder(words, src_key_padding_mask=padded)
    assert torch.allclose(recorded[0, :2], unrecorded[0, :2], atol=1e-5)
    assert recorded[0, 2].any() and not unrecorded[0, 2].any()

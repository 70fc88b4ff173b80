"""What the page "Back-propagation by hand" says of PyTorch, a function for each sentence."""

import warnings

import pytest
import torch


def leaf(value):
    return torch.tensor(value, requires_grad=True)


def graph():
    x, y = leaf(2.0), leaf(3.0)
    u = x * y
    v = u + x
    return x, y, u, v, v**2


def test_backward_multiplies_along_a_path_and_adds_across_paths():
    x, y, _, _, w = graph()
    w.backward()
    assert (x.grad.item(), y.grad.item()) == (16 * 3 + 16, 16 * 2)


def test_every_backward_pass_starts_with_the_slope_1():
    w = leaf(3.0)
    w.backward()
    assert w.grad.item() == 1.0


def test_gradients_in_the_middle_are_not_kept_unless_retain_grad_asks():
    for ask in (False, True):
        _, _, u, v, w = graph()
        if ask:
            u.retain_grad()
            v.retain_grad()
        w.backward()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kept = (u.grad, v.grad)
        assert kept == ((torch.tensor(16.0), torch.tensor(16.0)) if ask else (None, None))


def test_a_sum_passes_the_same_to_both_summands():
    a, b = leaf(2.0), leaf(5.0)
    (a + b).backward(torch.tensor(7.0))
    assert (a.grad.item(), b.grad.item()) == (7.0, 7.0)


@pytest.mark.parametrize("values", [(2.0, 5.0), (0.0, 5.0), (-1.0, 0.0), (1000.0, 2.0)])
def test_a_product_passes_to_each_factor_the_other_times_as_much(values):
    a, b = map(leaf, values)
    (a * b).backward(torch.tensor(7.0))
    assert (a.grad.item(), b.grad.item()) == (7 * values[1], 7 * values[0])


def test_a_square_passes_2a_times_as_much():
    for value in (3.0, 0.0, -4.0):
        a = leaf(value)
        (a**2).backward(torch.tensor(7.0))
        assert a.grad.item() == 7 * 2 * value


def test_where_a_value_is_used_twice_the_two_arrivals_are_added():
    a = leaf(3.0)
    (a * 5 + a * 7).backward()
    assert a.grad.item() == 12.0


def test_an_operation_saves_the_values_that_its_slope_needs():
    _, _, u, v, w = graph()
    assert w.grad_fn._saved_self.item() == v.item()
    assert [u.grad_fn._saved_self.item(), u.grad_fn._saved_other.item()] == [2.0, 3.0]
    assert not [name for name in dir(v.grad_fn) if name in ("_saved_self", "_saved_other")]


def test_grad_is_none_before_a_backward_pass_has_run():
    assert leaf(2.0).grad is None


def test_the_backward_pass_visits_each_of_the_three_boxes_once():
    inputs = torch.ones(1000, requires_grad=True)
    total = (inputs**2).sum()
    nodes, visits = [total.grad_fn], []
    for node in nodes:
        node.register_hook(lambda *_, node=node: visits.append(node))
        nodes += [onward for onward, _ in node.next_functions if onward is not None]
    total.backward()
    assert len(nodes) == len(visits) == 3
    assert inputs.grad.shape == (1000,)


def test_pytorch_keeps_gradients_for_inputs_only_and_warns_where_you_ask_a_computed_tensor():
    x, y = leaf(2.0), leaf(3.0)
    x = x * y + x
    (x**2).backward()
    with pytest.warns(UserWarning, match="not a leaf"):
        assert x.grad is None


def test_the_gradient_exists_although_no_name_leads_to_it():
    first = x = leaf(2.0)
    x = x * 3.0 + x
    (x**2).backward()
    assert first.grad.item() == 64.0


def test_detach_closes_one_path_and_leaves_the_value():
    x, y = leaf(2.0), leaf(3.0)
    w = (x * y + x.detach()) ** 2
    w.backward()
    assert (w.item(), x.grad.item()) == (64.0, 48.0)

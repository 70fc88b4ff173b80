"""What the page on torch.autograd.backward() and torch.autograd.grad() says, a function for each sentence."""

import pytest
import torch
from torch.autograd import backward, grad


def leaf(value=2.0):
    return torch.tensor(value, requires_grad=True)


def test_grad_returns_a_tuple_and_leaves_the_grad_of_the_leaves_alone():
    x = leaf()
    assert grad(x**3, x) == (torch.tensor(12.0),) and x.grad is None
    x.grad = torch.tensor(5.0)
    grad(x**3, x)
    assert x.grad.item() == 5.0


def test_backward_returns_none_and_adds_to_grad():
    x = leaf()
    x.grad = torch.tensor(5.0)
    assert backward(x**3) is None
    assert x.grad.item() == 5.0 + 12.0


def test_y_backward_is_this_same_call():
    one, other = leaf(), leaf()
    (one**3).backward()
    backward(other**3)
    assert one.grad == other.grad


def test_a_computed_tensor_under_retain_grad_gets_its_grad_from_either_function():
    for ask in (lambda y, x: grad(y, x), lambda y, x: backward(y)):
        x = leaf()
        middle = x**2
        middle.retain_grad()
        ask(3 * middle, x)
        assert middle.grad.item() == 3.0


def test_backward_computes_for_each_leaf_that_requires_a_gradient_or_for_those_in_inputs():
    a, b, c = leaf(), leaf(3.0), torch.tensor(4.0)
    backward(a**2 * b * c)
    assert (a.grad.item(), b.grad.item(), c.grad) == (48.0, 16.0, None)
    a.grad = b.grad = None
    backward(a**2 * b, inputs=[a])
    assert a.grad.item() == 12.0 and b.grad is None


def test_grad_returns_one_gradient_for_each_input_in_their_order():
    a, b = leaf(), leaf(3.0)
    assert [g.item() for g in grad(a**2 * b, (a, b))] == [12.0, 4.0]
    assert [g.item() for g in grad(a**2 * b, (b, a))] == [4.0, 12.0]


def test_several_outputs_are_added_up_with_the_weight_1_unless_you_give_another():
    x = leaf()
    backward([x**2, x**3])
    assert x.grad.item() == 16.0
    x.grad = None
    backward([x**2, x**3], grad_tensors=[torch.tensor(1.0), torch.tensor(10.0)])
    assert x.grad.item() == 124.0


def test_grad_follows_the_same_rule_and_calls_the_weights_grad_outputs():
    x = leaf()
    weights = [torch.tensor(1.0), torch.tensor(10.0)]
    assert grad([x**2, x**3], x) == (torch.tensor(16.0),)
    assert grad([x**2, x**3], x, grad_outputs=weights) == (torch.tensor(124.0),)


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_an_output_that_is_a_single_number_may_go_without_a_weight(shape):
    x = torch.ones(shape, requires_grad=True)
    grad(3 * x, x)


@pytest.mark.parametrize("shape", [(2,), (2, 3), (0,)])
def test_any_other_output_needs_a_weight_of_its_own_shape(shape):
    x = torch.ones(shape, requires_grad=True)
    with pytest.raises(RuntimeError, match="only for scalar outputs"):
        grad(3 * x, x)
    with pytest.raises(RuntimeError, match="Mismatch in shape"):
        grad(3 * x, x, grad_outputs=torch.ones(5))
    grad(3 * x, x, grad_outputs=torch.ones(shape))


def test_an_input_on_which_the_output_does_not_depend_is_refused():
    x, z = leaf(), leaf(5.0)
    with pytest.raises(RuntimeError, match="at index 1 appears to not have been used in the graph"):
        grad(x**3, (x, z))
    assert grad(x**3, (x, z), allow_unused=True) == (torch.tensor(12.0), None)
    assert grad(x**3, (x, z), materialize_grads=True)[1].item() == 0.0


def test_backward_does_not_ask_and_a_leaf_without_a_path_keeps_the_grad_it_had():
    x, z = leaf(), leaf(5.0)
    z.grad = torch.tensor(8.0)
    backward(x**3)
    assert z.grad.item() == 8.0


def test_an_input_multiplied_by_0_is_part_of_the_calculation():
    x, z = leaf(), leaf(5.0)
    assert [g.item() for g in grad(x**2 + 0 * z, (x, z))] == [4.0, 0.0]


def test_create_graph_records_the_way_back_so_that_it_can_be_differentiated():
    t = leaf()
    (v,) = grad(5 * t**2 + 3 * t, t, create_graph=True)
    (a,) = grad(v, t)
    assert (v.item(), a.item()) == (23.0, 10.0) and v.grad_fn is not None


def test_without_create_graph_the_result_has_no_way_back():
    t = leaf()
    (v,) = grad(5 * t**2 + 3 * t, t)
    assert v.item() == 23.0 and v.grad_fn is None and not v.requires_grad


def test_grad_adds_up_and_a_returned_gradient_does_not():
    x = leaf()
    for times in (1, 2, 3):
        backward(x**3)
        assert x.grad.item() == 12.0 * times
        assert grad(x**3, x)[0].item() == 12.0


def test_grad_also_answers_for_tensors_in_the_middle():
    u = leaf() ** 2
    assert grad(5 * u, u) == (torch.tensor(5.0),)


def test_even_for_one_input_grad_returns_a_tuple_and_python_repeats_it():
    w = leaf(3.0)
    g = grad(w**2, w)
    assert type(g) is tuple and len(2 * g) == 2


@pytest.mark.parametrize("first", ["grad", "backward"])
@pytest.mark.parametrize("second", ["grad", "backward"])
def test_both_functions_free_what_the_graph_has_saved(first, second):
    w = leaf(3.0)
    y = w**2
    ask = {"grad": lambda: grad(y, w), "backward": lambda: backward(y)}
    ask[first]()
    with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
        ask[second]()


def test_an_untracked_input_is_refused_and_allow_unused_does_not_help():
    k, w = torch.tensor(4.0), leaf(3.0)
    for options in ({}, {"allow_unused": True}):
        with pytest.raises(RuntimeError, match="does not require grad"):
            grad(k * w, k, **options)
    k.requires_grad_()
    assert grad(k * w, k)[0].item() == 3.0


def test_inputs_keeps_a_leaf_that_is_not_named_empty_but_not_a_tensor_that_retains_its_gradient():
    a, b = leaf(), leaf(3.0)
    middle = a**2
    middle.retain_grad()
    backward(middle * b, inputs=[a])
    assert b.grad is None and middle.grad.item() == 3.0 and a.grad.item() == 12.0


def test_grad_refuses_where_no_path_leads_and_not_where_the_output_merely_does_not_change():
    x, z = leaf(), leaf(5.0)
    with pytest.raises(RuntimeError, match="not have been used"):
        grad(x**3, (x, z))
    for still in (0 * z, z**0, z.floor()):
        assert grad(x**3 + still, (x, z))[1].item() == 0.0


class Halfway(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        return a * b

    @staticmethod
    def backward(ctx, g):
        return g, None


def test_a_function_of_ones_own_may_return_none_where_a_path_leads():
    x, z = leaf(), leaf(5.0)
    assert all(node is not None for node, _ in Halfway.apply(x, z).grad_fn.next_functions)
    assert grad(Halfway.apply(x, z), (x, z), allow_unused=True)[1] is None


@pytest.mark.parametrize(
    "operation",
    [lambda m: torch.linalg.vector_norm(m, ord=0), lambda m: torch.linalg.slogdet(m).sign],
)
def test_a_few_operations_return_none_where_a_path_leads(operation):
    m = torch.eye(2, requires_grad=True)
    y = operation(m)
    assert y.grad_fn.next_functions[0][0].variable is m
    assert grad(y, m, allow_unused=True) == (None,)

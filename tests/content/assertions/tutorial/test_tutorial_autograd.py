"""What the page "Autograd: automatic differentiation" says of PyTorch, a function for each sentence."""

import weakref

import pytest
import torch


def leaf(value=2.0):
    return torch.tensor(value, requires_grad=True)


def names(node):
    """The nodes on the way from a result to its leaf, along tracked inputs."""
    found = []
    while node is not None:
        found.append(type(node).__name__)
        node = next((onward for onward, _ in node.next_functions if onward is not None), None)
    return found


def test_a_result_remembers_in_grad_fn_the_operation_that_made_it():
    x = leaf()
    found = [type(y.grad_fn).__name__ for y in (3 * x, x + 1, x**2)]
    assert found == ["MulBackward0", "AddBackward0", "PowBackward0"]


def test_a_result_of_plain_tensors_is_not_tracked_and_has_no_record():
    b = 3 * torch.tensor(2.0)
    assert not b.requires_grad and b.grad_fn is None


def test_a_typed_tensor_that_is_tracked_has_no_grad_fn_and_no_grad():
    x = leaf()
    assert x.requires_grad and x.grad_fn is None and x.grad is None
    assert repr(x) == "tensor(2., requires_grad=True)"


def test_a_leaf_is_a_tensor_that_no_recorded_operation_made_tracked_or_not():
    x, a = leaf(), torch.tensor(2.0)
    assert x.is_leaf and a.is_leaf and (3 * a).is_leaf and (x > 1).is_leaf
    assert not (3 * x).is_leaf
    with torch.no_grad():
        assert (3 * x).is_leaf


def test_each_tensor_shows_the_operation_that_made_it_not_the_ones_before():
    x = leaf()
    w = (3 * x + 1) ** 2
    assert repr(w) == "tensor(49., grad_fn=<PowBackward0>)"


def test_the_0_is_the_number_of_a_variant():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    assert type(x.sum().grad_fn).__name__ == "SumBackward0"
    assert type(x.sum(dim=0).grad_fn).__name__ == "SumBackward1"


def test_each_node_points_to_the_nodes_of_its_own_inputs():
    x = leaf()
    u = 3 * x
    v = u + 1
    assert [node for node, _ in v.grad_fn.next_functions] == [u.grad_fn, None]
    assert names((v**2).grad_fn) == [
        "PowBackward0", "AddBackward0", "MulBackward0", "AccumulateGrad",
    ]  # fmt: skip


def test_accumulate_grad_holds_the_leaf_and_adds_what_arrives_to_its_grad():
    x = leaf()
    y = 3 * x
    node = next(node for node, _ in y.grad_fn.next_functions if node is not None)
    assert node.variable is x
    node(torch.tensor(5.0))
    node(torch.tensor(7.0))
    assert x.grad.item() == 12.0


def test_numbers_in_the_formula_have_no_node():
    assert [node is None for node, _ in (leaf() + 1).grad_fn.next_functions] == [False, True]


def test_there_is_no_graph_before_your_lines_run():
    x = leaf()
    assert x.grad_fn is None
    y = x * x
    assert y.grad_fn is not None


def test_the_graph_holds_what_ran_and_not_the_loop():
    for start, turns in ((2.0, 3), (5.0, 1), (20.0, 0)):
        t = leaf(start)
        y = t
        while y < 10:
            y = y * t
        assert names(y.grad_fn).count("MulBackward0") == turns
        y.backward()
        assert t.grad.item() == (turns + 1) * start**turns


@pytest.mark.parametrize("operation", [torch.add, torch.mul, torch.div, torch.atan2, torch.maximum])
def test_one_tracked_input_is_enough_to_make_a_result_tracked(operation):
    c = torch.tensor(5.0)
    assert not operation(c, c).requires_grad
    assert operation(c, leaf()).requires_grad and operation(leaf(), c).requires_grad


def test_with_tracking_off_a_tracked_input_is_not_enough():
    with torch.no_grad():
        assert not (3 * leaf()).requires_grad


def test_backward_multiplies_the_derivatives_of_the_nodes():
    x = leaf()
    ((3 * x + 1) ** 2).backward()
    assert x.grad.item() == 2 * 7 * 1 * 3


def test_the_tracked_tensor_does_not_know_its_results():
    x = leaf()
    before = (repr(x), x.grad_fn, x._version)
    kept = [3 * x, x**2]
    assert (repr(x), x.grad_fn, x._version) == before and kept
    x.grad = None
    kept[0].backward()
    assert repr(x) == before[0]


def test_when_the_last_result_is_gone_its_graph_is_gone_with_it():
    class Saved:
        def __init__(self, tensor):
            self.tensor = tensor

    made = []

    def pack(tensor):
        box = Saved(tensor)
        made.append(weakref.ref(box))
        return box

    x = leaf()
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda box: box.tensor):
        w = (3 * x) ** 2
    assert any(ref() is not None for ref in made)
    del w
    assert made and all(ref() is None for ref in made)
    assert x.item() == 2.0 and x.requires_grad


def test_comparisons_and_whole_numbers_are_not_recorded():
    x = leaf()
    for result in (x > 1, x == 2, x.long(), x.int(), x.argmax(), torch.isnan(x)):
        assert not result.requires_grad and result.grad_fn is None


def test_zeros_like_takes_the_shape_and_not_the_value():
    x = leaf()
    for result in (torch.zeros_like(x), torch.ones_like(x), torch.full_like(x, 3.0)):
        assert result.shape == x.shape and not result.requires_grad


def test_histc_depends_on_the_value_and_is_not_recorded():
    assert not torch.histc(torch.tensor([1.0, 2.0], requires_grad=True)).requires_grad


def test_item_takes_the_number_out_and_the_record_stays_behind():
    number = (leaf() ** 2).item()
    assert type(number) is float
    with pytest.raises(AttributeError, match="'float' object has no attribute 'backward'"):
        number.backward()


def test_element_0_of_tensors_is_the_tensor_on_which_you_called_backward():
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad"):
        torch.tensor(6.0).backward()
    with pytest.raises(RuntimeError, match="element 1 of tensors does not require grad"):
        torch.autograd.backward([leaf() * 3, torch.tensor(6.0)])


def test_recording_does_not_reach_into_the_past():
    a = torch.tensor(2.0)
    b = 3 * a
    a.requires_grad_()
    with pytest.raises(RuntimeError, match="does not require grad"):
        b.backward()
    (3 * a).backward()
    assert a.grad.item() == 3.0


def test_requires_grad_with_an_underscore_changes_the_tensor_itself():
    data = torch.tensor([1.0, 2.0, 3.0])
    assert data.requires_grad_() is data and data.requires_grad
    (data**2).sum().backward()
    assert data.grad.tolist() == [2.0, 4.0, 6.0]

"""What the page "Back-propagation on one step" says of PyTorch, a function for each sentence."""

from collections import Counter

import pytest
import torch


def leaf(value=2.0):
    return torch.tensor(value, requires_grad=True)


def f(x):
    return 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


def nodes(result):
    found = [result.grad_fn]
    for node in found:
        found += [to for to, _ in node.next_functions if to is not None and to not in found]
    return found


def test_what_comes_out_is_a_number_for_one_point():
    x = leaf(3.0)
    (x**2).backward()
    assert x.grad.shape == () and x.grad.item() == 6.0
    assert not x.grad.requires_grad and x.grad.grad_fn is None


def test_python_adds_from_left_to_right_so_the_last_node_is_the_plus_1():
    y = f(leaf())
    assert type(y.grad_fn).__name__ == "AddBackward0"
    inputs = [node for node, _ in y.grad_fn.next_functions]
    assert inputs[1] is None  # the 1, which is not tracked


def test_the_graph_has_a_node_for_each_operation_in_the_line():
    counted = Counter(type(node).__name__ for node in nodes(f(leaf())))
    assert counted == {
        "PowBackward0": 3, "MulBackward0": 3, "AddBackward0": 4, "AccumulateGrad": 1,
    }  # fmt: skip


def test_four_edges_leave_x():
    leading = [to for node in nodes(f(leaf())) for to, _ in node.next_functions]
    assert sum(type(to).__name__ == "AccumulateGrad" for to in leading) == 4


def test_backward_returns_nothing_and_stores_the_slope_in_grad():
    x = leaf()
    assert f(x).backward() is None
    assert x.grad.item() == 93.0


def test_each_term_delivers_its_own_part():
    parts = []
    for term in (
        lambda x: 2 * x**4, lambda x: x**3, lambda x: 3 * x**2, lambda x: 5 * x,
    ):  # fmt: skip
        x = leaf()
        term(x).backward()
        parts.append(x.grad.item())
    assert parts == [64.0, 12.0, 12.0, 5.0] and sum(parts) == 93.0


def test_a_constant_has_no_path_to_x():
    with_constant, without = leaf(), leaf()
    f(with_constant).backward()
    (f(without) - 1).backward()
    assert with_constant.grad == without.grad


def test_you_cannot_go_back_twice_through_this_graph():
    y = f(leaf())
    y.backward()
    with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
        y.backward()


def test_the_node_of_a_power_saved_the_value_of_x_and_the_pass_freed_it():
    x = leaf()
    y = x**4
    assert y.grad_fn._saved_self.item() == 2.0
    y.backward()
    with pytest.raises(RuntimeError, match="after they have already been freed"):
        _ = y.grad_fn._saved_self


@pytest.mark.parametrize(
    "operation",
    [lambda x: x + x, lambda x: -x, lambda x: x + 1, torch.sum, torch.mean],
)
def test_a_graph_that_has_saved_nothing_can_be_walked_again(operation):
    x = leaf()
    y = operation(x)
    y.backward()
    once = x.grad.item()
    y.backward()
    assert x.grad.item() == 2 * once


def test_retain_graph_keeps_the_graph_for_two_passes():
    x = leaf()
    y = f(x)
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 186.0


def test_a_second_pass_adds_to_the_first_until_grad_is_cleared():
    x = leaf()
    f(x).backward()
    f(x).backward()
    assert x.grad.item() == 186.0
    x.grad = None
    f(x).backward()
    assert x.grad.item() == 93.0


def test_running_both_cells_again_doubles_the_number_and_running_the_second_alone_raises():
    x = leaf()
    for _ in range(2):
        y = f(x)
        y.backward()
    assert x.grad.item() == 186.0
    with pytest.raises(RuntimeError):
        y.backward()


def test_grad_is_not_called():
    x = leaf()
    with pytest.raises(TypeError, match="'NoneType' object is not callable"):
        x.grad()
    f(x).backward()
    with pytest.raises(TypeError, match="'Tensor' object is not callable"):
        x.grad()


@pytest.mark.parametrize("value", [2, True, [1, 2]])
def test_integers_cannot_be_tracked(value):
    with pytest.raises(RuntimeError, match="Only Tensors of floating point and complex dtype"):
        torch.tensor(value, requires_grad=True)


def test_the_dot_makes_it_float32_which_can_be_tracked():
    assert leaf(2.0).dtype == torch.float32 and leaf(2.0).requires_grad


def test_with_one_x_for_all_turns_the_slopes_would_add_up():
    x = leaf()
    for turn in range(1, 4):
        f(x).backward()
        assert x.grad.item() == 93.0 * turn


def test_what_saves_nothing_can_raise_all_the_same_where_torch_compile_made_the_node():
    double = torch.compile(lambda x: x + x, backend="aot_eager")
    y = double(leaf())
    y.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        y.backward()


def test_the_slope_of_a_constant_is_0():
    x = leaf()
    (torch.tensor(1.0) + 0 * x).backward()
    assert x.grad.item() == 0.0

"""What "Write your own autograd" asserts about PyTorch, and about its engine beside it, a test for each sentence."""

from __future__ import annotations

import threading
from itertools import count

import pytest
import torch

numbers = count()


class Number:
    """The page's engine for single numbers."""

    def __init__(self, value: float, *inputs: tuple) -> None:
        self.value, self.inputs, self.grad = value, inputs, 0

    def __add__(a, b: Number) -> Number:
        return Number(a.value + b.value, (a, 1), (b, 1))

    def __mul__(a, b: Number) -> Number:
        return Number(a.value * b.value, (a, b.value), (b, a.value))


def send(node: Number, gradient: float) -> None:
    node.grad += gradient
    for source, slope in node.inputs:
        send(source, gradient * slope)


def leaf(*numbers: float) -> torch.Tensor:
    return torch.tensor(numbers if len(numbers) > 1 else numbers[0], requires_grad=True)


def shared(x: torch.Tensor) -> tuple[torch.Tensor, ...]:
    u = x * x
    v = u * x
    return u, v, u + v


def test_the_scalar_engine_finds_the_derivative() -> None:
    for at in (-2.0, 0.0, 2.0):
        x = Number(at)
        y = x * x * x + x
        send(y, 1.0)
        assert (y.value, x.grad) == (at**3 + at, 3 * at**2 + 1)


def test_the_scalar_engine_adds_up_over_passes_although_it_keeps_gradients_in_the_middle() -> None:
    x = Number(2.0)
    u = x * x
    y = u + u * x
    send(y, 1.0)
    send(y, 1.0)
    assert x.grad == 2 * 16 and u.grad != 0


def test_a_power_of_0_at_0_has_the_derivative_0_in_pytorch_and_the_plain_rule_gives_nan() -> None:
    x = leaf(0.0)
    (x**0).backward()
    assert x.grad.item() == 0
    zero = torch.tensor(0.0)
    assert torch.isnan(1 * 0 * zero ** (0 - 1))


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_for_whole_powers_from_1_on_the_rule_holds_at_each_a(n: int) -> None:
    for at in (-2.0, 0.0, 1.5):
        x = leaf(at)
        (x**n).backward()
        assert x.grad.item() == pytest.approx(n * at ** (n - 1))


def test_nodes_are_numbered_in_the_order_in_which_they_were_made() -> None:
    u, v, y = shared(leaf(2.0))
    made = [t.grad_fn._sequence_nr() for t in (u, v, y)]
    assert made == [made[0], made[0] + 1, made[0] + 2]


def test_each_thread_numbers_from_0_on() -> None:
    found = []

    def look() -> None:
        found.append((leaf(2.0) * 1).grad_fn._sequence_nr())

    for _ in range(2):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == [0, 0]


def test_the_node_of_a_leaf_has_the_largest_number_there_is() -> None:
    node = (leaf(2.0) ** 2).grad_fn.next_functions[0][0]
    assert type(node).__name__ == "AccumulateGrad" and node._sequence_nr() == 2**64 - 1


def visits(y: torch.Tensor) -> list[str]:
    """The nodes of y in the order in which backward() comes to them."""
    found, waiting, order = [], [y.grad_fn], []
    while waiting:
        node = waiting.pop()
        if node is not None and node not in found:
            found.append(node)
            waiting += [n for n, _ in node.next_functions]
    for node in found:
        node.register_prehook(lambda grads, node=node: order.append(type(node).__name__))
    y.backward()
    return order


def test_of_the_nodes_that_have_all_their_shares_the_newest_is_taken() -> None:
    x = leaf(1.0)
    u, v = x * 1, x * 1
    older, newer = u.sin(), v.cos()
    order = visits(newer + older)
    assert order.index("CosBackward0") < order.index("SinBackward0")
    u, v = x * 1, x * 1
    older, newer = u.cos(), v.sin()
    order = visits(newer + older)
    assert order.index("SinBackward0") < order.index("CosBackward0")


def test_a_node_waits_until_it_has_all_its_shares() -> None:
    order = visits(shared(leaf(2.0))[2])
    assert order == ["AddBackward0", "MulBackward0", "MulBackward0", "AccumulateGrad"]
    x = leaf(2.0)
    shared(x)[2].backward()
    assert x.grad.item() == 16


def test_a_leaf_that_is_complete_goes_before_newer_nodes() -> None:
    a, b = leaf(1.0), leaf(1.0)
    _ = a * 1  # makes the node of a the oldest
    assert visits(b.exp().sin() + a)[:2] == ["AddBackward0", "AccumulateGrad"]


def test_constants_get_no_gradient_and_no_node_of_their_own() -> None:
    x, c = leaf(2.0), torch.tensor(3.0)
    y = (c * c) * x
    y.backward()
    assert c.grad is None and (c * c).grad_fn is None
    assert [n is None for n, _ in y.grad_fn.next_functions] == [True, False]


def test_no_work_is_done_for_a_constant() -> None:
    node = (leaf(2.0) * torch.tensor(3.0)).grad_fn
    assert node(torch.tensor(1.0))[1] is None


def test_pytorch_frees_and_raises_where_the_engine_can_go_twice() -> None:
    y = leaf(2.0) ** 2
    y.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        y.backward()


def test_a_backward_pass_can_be_recorded() -> None:
    x = leaf(3.0)
    (first,) = torch.autograd.grad(x**3, x, create_graph=True)
    (second,) = torch.autograd.grad(first, x)
    assert second.item() == 18


def test_a_backward_pass_on_the_cpu_runs_in_the_thread_that_called_it() -> None:
    x, found = leaf(2.0), []
    x.register_hook(lambda grad: found.append(threading.get_ident()))
    thread = threading.Thread(
        target=lambda: found.append(threading.get_ident()) or (x**2).backward()
    )
    thread.start()
    thread.join()
    (x**2).backward()
    assert found[0] == found[1] != found[2] == threading.get_ident()


def test_pytorch_has_hundreds_of_operations() -> None:
    names = [name for name in dir(torch._C._functions) if name.endswith("Backward0")]
    assert len(names) > 300


def test_a_factor_that_is_written_in_between_raises_in_pytorch() -> None:
    a, b = leaf(3.0), leaf(4.0)
    c = a * b
    with torch.no_grad():
        b.fill_(100.0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        c.backward()


def test_a_name_that_gets_another_tensor_in_between_changes_nothing_in_pytorch() -> None:
    a, b = leaf(3.0), leaf(4.0)
    c = a * b
    b = leaf(100.0)
    c.backward()
    assert a.grad.item() == 4 and b.grad is None


def test_sum_to_size_adds_the_shares_of_the_same_entry() -> None:
    share = torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
    assert share.sum_to_size(3).tolist() == [3, 5, 7]
    assert share.sum_to_size(2, 1).tolist() == [[3], [12]]
    assert share.sum_to_size(()).item() == 15


def test_pytorch_and_the_engines_examples_agree() -> None:
    x = leaf(2.0)
    (2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1).backward()
    assert x.grad.item() == 93
    x = leaf(0.0, 1.0)
    torch.exp(2 * x).mean().backward()
    assert torch.allclose(x.grad, torch.tensor([1.0, 7.3891]), atol=1e-4)

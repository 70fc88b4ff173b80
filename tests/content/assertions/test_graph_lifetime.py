"""What "Lifetime: saved tensors and retain_graph" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import weakref
from collections.abc import Callable

import pytest
import torch
from torch.autograd.graph import saved_tensors_hooks

SECOND = "Trying to backward through the graph a second time"


def leaf(*numbers: float) -> torch.Tensor:
    return torch.tensor(numbers if len(numbers) > 1 else (numbers or (2.0,))[0], requires_grad=True)


class Listener:
    """Holds what autograd saves, as long as a graph does."""

    def __init__(self) -> None:
        self.kept = weakref.WeakSet()

    def pack(self, t: torch.Tensor) -> torch.Tensor:
        t = t.detach()
        self.kept.add(t)
        return t

    def listen(self) -> saved_tensors_hooks:
        return saved_tensors_hooks(self.pack, lambda t: t)

    def held(self) -> int:
        return sum({t.data_ptr(): t.nbytes for t in self.kept}.values())


OPERATIONS: dict[str, tuple[Callable, int, bool]] = {  # tensors saved; whether a second pass works
    "x + 1": (lambda x: x + 1, 0, True),
    "x.sum()": (torch.sum, 0, True),
    "x**2": (lambda x: x**2, 1, False),
    "x * x": (lambda x: x * x, 2, False),
    "x.exp()": (torch.exp, 1, False),
    "x.relu()": (torch.relu, 1, False),
    "x.max()": (torch.max, 2, False),
    "x * 2": (lambda x: x * 2, 0, False),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_an_operation_saves_and_whether_a_second_pass_works(name: str) -> None:
    operation, saved, twice = OPERATIONS[name]
    x, listener = leaf(1.0, 2.0), Listener()
    with listener.listen():
        y = operation(x)
    assert len(listener.kept) == saved
    y = operation(x).sum()
    y.backward()
    if twice:
        y.backward()
    else:
        with pytest.raises(RuntimeError, match=SECOND):
            y.backward()


def test_the_nodes_stay_when_their_values_are_freed() -> None:
    x = leaf()
    y = x**2
    assert y.grad_fn._saved_self.item() == 2
    y.backward()
    assert y.grad_fn.next_functions[0][0].variable is x
    with pytest.raises(RuntimeError, match=SECOND):
        _ = y.grad_fn._saved_self


def test_values_are_freed_by_the_pass_that_walks_through_their_node_and_by_no_other() -> None:
    x = leaf()
    u = x**2
    y = u.exp()
    torch.autograd.grad(y, u)
    assert u.grad_fn._saved_self.item() == 2
    with pytest.raises(RuntimeError, match=SECOND):
        _ = y.grad_fn._saved_result


def test_a_function_of_your_own_that_saves_nothing_can_be_walked_twice() -> None:
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx: object, x: torch.Tensor) -> torch.Tensor:
            return x * 2

        @staticmethod
        def backward(ctx: object, grad: torch.Tensor) -> torch.Tensor:
            return 2 * grad

    x = leaf()
    y = Double.apply(x)
    y.backward()
    y.backward()
    assert x.grad.item() == 4


def test_of_a_square_written_as_a_product_both_saved_factors_are_the_same_memory() -> None:
    x, listener = torch.ones(1000, requires_grad=True), Listener()
    with listener.listen():
        y = x * x
    assert len(listener.kept) == 2 and listener.held() == y.nbytes == 4000


def test_exp_and_relu_save_their_result_and_max_its_input_and_result() -> None:
    x = leaf(1.0, 2.0)
    for y in (x.exp(), x.relu()):
        assert torch.equal(y.grad_fn._saved_result, y)
    node = x.max().grad_fn
    assert torch.equal(node._saved_self, x) and node._saved_result.item() == 2


def test_a_python_number_is_saved_and_goes_past_the_hooks() -> None:
    listener = Listener()
    with listener.listen():
        y = leaf() * 2
    assert len(listener.kept) == 0 and y.grad_fn._saved_other.item() == 2


def test_unpack_is_called_when_a_backward_pass_needs_the_value() -> None:
    called = []
    with saved_tensors_hooks(
        lambda t: called.append("pack") or t, lambda t: called.append("unpack") or t
    ):
        y = leaf().exp()
    assert called == ["pack"]
    y.backward()
    assert called == ["pack", "unpack"]


def test_a_graph_lets_go_when_nothing_leads_to_it() -> None:
    x, listener = torch.ones(1000, requires_grad=True), Listener()
    with listener.listen():
        y = x.exp()
    assert listener.held() == 4000
    del y
    assert listener.held() == 0


def test_under_no_grad_nothing_is_saved() -> None:
    listener = Listener()
    with torch.no_grad(), listener.listen():
        y = torch.ones(1000, requires_grad=True).exp()
    assert listener.held() == 0 and y.grad_fn is None


def test_a_result_kept_with_its_history_would_keep_its_own_node_alive() -> None:
    holder = []
    with saved_tensors_hooks(lambda t: holder.append(t) or t, lambda t: t):
        y = leaf().exp()
    assert holder[0].grad_fn is y.grad_fn


def in_memory(names: dict, listener: Listener) -> int:
    tensors = [t for n, t in names.items() if n != "x" and torch.is_tensor(t)]
    return sum({t.data_ptr(): t.nbytes for t in [*tensors, *listener.kept]}.values())


def test_backward_frees_no_byte_that_a_name_holds() -> None:
    names, listener = {"x": torch.ones(1000, requires_grad=True)}, Listener()
    graph, total = [], []
    lines = (
        "a = x.exp()",
        "b = a * a",
        "c = b.sin()",
        "loss = c.sum()",
        "loss.backward()",
        "del a, b, c",
    )
    with listener.listen():
        for line in lines:
            exec(line, names)
            graph.append(listener.held())
            total.append(in_memory(names, listener))
    assert graph == [4000, 4000, 8000, 8000, 0, 0]
    assert total == [4000, 8000, 12000, 12004, 12004, 4]


def test_of_a_function_that_has_returned_the_graph_alone_holds_and_backward_frees() -> None:
    def program(x: torch.Tensor) -> torch.Tensor:
        a = x.exp()
        b = a * a
        c = b.sin()
        return c.sum()

    listener = Listener()
    with listener.listen():
        loss = program(torch.ones(1000, requires_grad=True))
    assert listener.held() == 8000
    loss.backward()
    assert listener.held() == 0


def test_checkpoint_keeps_fewer_values_and_gives_the_same_gradient() -> None:
    from torch.utils.checkpoint import checkpoint

    def program(x: torch.Tensor) -> torch.Tensor:
        return x.exp().sin().tanh().exp()

    found = {}
    for name, call in (
        ("plain", program),
        ("less", lambda x: checkpoint(program, x, use_reentrant=False)),
    ):
        x, listener = torch.ones(1000, requires_grad=True), Listener()
        with listener.listen():
            y = call(x).sum()
        held = listener.held()
        y.backward()
        found[name] = held, x.grad
    assert found["less"][0] < found["plain"][0]
    assert torch.equal(found["less"][1], found["plain"][1])


def test_retain_graph_frees_nothing_and_create_graph_retains_too() -> None:
    for option in ("retain_graph", "create_graph"):
        x = leaf()
        y = x**2
        torch.autograd.grad(y, x, **{option: True})
        assert y.grad_fn._saved_self.item() == 2
        torch.autograd.grad(y, x)
        with pytest.raises(RuntimeError, match=SECOND):
            torch.autograd.grad(y, x)


def test_two_gradients_over_one_graph_are_returned_apart() -> None:
    x = leaf()
    shared = x**2
    (first,) = torch.autograd.grad(3 * shared, x, retain_graph=True)
    (second,) = torch.autograd.grad(shared + x, x)
    assert (first.item(), second.item(), x.grad) == (12, 5, None)


def test_a_pass_that_fails_leaves_what_it_had_added() -> None:
    a, b = leaf(1.0), leaf(3.0)
    loss = a + b**2
    loss.backward()
    with pytest.raises(RuntimeError, match=SECOND):
        loss.backward()
    assert (a.grad.item(), b.grad.item()) == (2, 6)


def test_a_leaf_that_is_ready_is_served_before_other_nodes() -> None:
    for a_is_older in (True, False):
        made = [leaf(1.0), leaf(3.0)]
        a, b = made if a_is_older else reversed(made)
        _ = a * 1  # the node of the leaf is the oldest of all
        loss = b.exp().sin() + a
        order = []
        (deep, _), (shallow, _) = loss.grad_fn.next_functions
        deep.register_prehook(lambda grads, order=order: order.append("sin"))
        shallow.register_prehook(lambda grads, order=order: order.append("leaf"))
        loss.backward()
        assert order == ["leaf", "sin"]


def carried(passes: str, cut: bool) -> float:
    w, s = leaf(), torch.tensor(1.0)
    for _ in range(3):
        s = w * s
        s.backward(retain_graph=passes == "retain")
        if cut:
            s = s.detach()
    return w.grad.item()


def test_a_carried_state_raises_at_its_second_step_and_is_cured_by_a_cut() -> None:
    with pytest.raises(RuntimeError, match=SECOND):
        carried("plain", cut=False)
    assert carried("plain", cut=True) == 1 + 2 + 4


def test_a_retained_loop_gives_the_gradient_of_the_whole_history() -> None:
    assert carried("retain", cut=False) == 1 + 4 + 12
    w, s, total = leaf(), torch.tensor(1.0), 0
    for _ in range(3):
        s = w * s
        total = total + s
    total.backward()
    assert w.grad.item() == 1 + 4 + 12


def test_a_retained_loop_grows_by_a_state_for_each_step() -> None:
    w, s, listener, held = torch.ones(1000, requires_grad=True), torch.ones(1000), Listener(), []
    with listener.listen():
        for _ in range(4):
            s = w * s
            s.sum().backward(retain_graph=True)
            held.append(listener.held())
    assert held == [4000, 12000, 16000, 20000]


def test_the_first_step_saves_the_state_only() -> None:
    node = (leaf() * torch.tensor(1.0)).grad_fn
    assert node._saved_self is None and node._saved_other.item() == 1


def test_a_retained_loop_that_updates_its_weight_raises() -> None:
    w, s = leaf(), torch.tensor(1.0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        for _ in range(3):
            s = w * s
            s.backward(retain_graph=True)
            with torch.no_grad():
                w -= 0.1 * w.grad


def test_a_total_of_tensors_keeps_every_graph_and_a_total_of_numbers_none() -> None:
    for add, expected in (
        (lambda loss: loss, [4000, 8000, 12000]),
        (lambda loss: loss.item(), [0, 0, 0]),
        (lambda loss: loss.detach(), [0, 0, 0]),
    ):
        x, total, listener, held = torch.ones(1000, requires_grad=True), 0, Listener(), []
        with listener.listen():
            for _ in range(3):
                total = total + add(x.exp().sum())
                held.append(listener.held())
        assert held == expected


def test_after_backward_the_nodes_of_all_batches_stay_behind_a_total_of_tensors() -> None:
    x, total = leaf(), torch.tensor(0.0)
    for _ in range(3):
        loss = x.exp()
        loss.backward()
        total = total + loss
    node, count = total.grad_fn, 0
    while node is not None:
        before, exp = (n for n, _ in node.next_functions)
        count += exp.name() == "ExpBackward0"
        node = before
    assert count == 3


def test_a_product_with_an_untracked_tensor_saves_that_tensor_only() -> None:
    x, c, listener = leaf(1.0, 2.0), torch.tensor([3.0, 4.0]), Listener()
    with listener.listen():
        y = x * c
    assert len(listener.kept) == 1 and torch.equal(y.grad_fn._saved_other, c)


def test_pairs_of_steps_with_a_cut_between_them() -> None:
    w, s = leaf(), torch.tensor(1.0)
    for _ in range(2):
        s = w * (w * s)
        s.backward()
        s = s.detach()
    assert w.grad.item() == 4 + 16


def test_addition_and_sum_save_no_tensor_but_plain_numbers_that_outlive_a_pass() -> None:
    x = leaf(1.0, 2.0)
    for y, kept in [(x + 1, {"_saved_alpha": 1}), (x.sum(), {"_saved_self_sym_sizes": (2,)})]:
        for _ in range(2):
            y.sum().backward()
            node = y.grad_fn
            assert {name: getattr(node, name) for name in dir(node) if name.startswith("_saved")} == kept


def test_the_number_2_is_saved_as_a_tensor_and_freed_like_one() -> None:
    y = leaf() * 2
    assert torch.is_tensor(y.grad_fn._saved_other)
    y.backward()
    with pytest.raises(RuntimeError, match=SECOND):
        _ = y.grad_fn._saved_other


def test_a_pass_that_is_told_to_keep_them_frees_no_tensor() -> None:
    x = leaf()
    y = x**2
    y.backward(retain_graph=True)
    assert y.grad_fn._saved_self is not None


def test_both_products_of_the_carried_state_lead_straight_to_the_leaf_and_the_first_has_lost_its_factor() -> None:
    w = leaf()
    s1 = w * torch.tensor(1.0)
    s1.backward()
    s2 = w * s1
    first, second = s1.grad_fn, s2.grad_fn
    assert first in [node for node, _ in second.next_functions]
    for node in (first, second):
        assert any(after is not None and after.name().endswith("AccumulateGrad") for after, _ in node.next_functions)
    assert second._saved_other is not None
    with pytest.raises(RuntimeError, match=SECOND):
        _ = first._saved_other

"""What "Look inside with hooks" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.autograd import graph


def leaf(number: float = 3.0) -> torch.Tensor:
    return torch.tensor(number, requires_grad=True)


def ones(*shape: int, tracked: bool = False) -> torch.Tensor:
    return torch.ones(*shape, requires_grad=tracked)


def all_ones(module: nn.Module) -> nn.Module:
    for p in module.parameters():
        nn.init.ones_(p)
    return module


def with_hook(hook: Callable) -> float:
    x = leaf()
    x.register_hook(hook)
    (x**2).backward()
    return x.grad.item()


def test_the_hooks_run_in_the_order_of_the_page_with_its_numbers() -> None:
    class Double(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + x

    log: list[tuple] = []
    x, module = leaf(), Double()
    module.register_forward_pre_hook(lambda m, i: log.append(("forward pre", i[0].item())))
    module.register_forward_hook(lambda m, i, o: log.append(("forward", o.item())))
    module.register_full_backward_pre_hook(lambda m, go: log.append(("pre", go[0].item())))
    module.register_full_backward_hook(
        lambda m, gi, go: log.append(("full", gi[0].item(), go[0].item()))
    )
    x.register_post_accumulate_grad_hook(lambda p: log.append(("post", p.grad.item())))
    x.register_hook(lambda g: log.append(("x", g.item())))
    y = module(x)
    y.grad_fn.register_hook(lambda gi, go: log.append(("after", gi[0].item(), go[0].item())))
    y.grad_fn.register_prehook(lambda go: log.append(("before", go[0].item())))
    y.register_hook(lambda g: log.append(("y", g.item())))
    (y**2).backward()
    assert log == [
        ("forward pre", 3),
        ("forward", 6),
        ("y", 12),
        ("before", 12),
        ("pre", 12),
        ("after", 12, 12),
        ("full", 24, 12),
        ("x", 24),
        ("post", 24),
    ]


def test_a_module_with_a_full_backward_hook_has_a_node_of_its_own_at_its_output() -> None:
    plain, hooked = nn.Tanh(), nn.Tanh()
    hooked.register_full_backward_hook(lambda *args: None)
    x = ones(2, tracked=True)
    assert plain(x).grad_fn.name() == "TanhBackward0"
    assert "BackwardHookFunction" in hooked(x).grad_fn.name()


def test_a_hook_that_returns_none_leaves_the_gradient() -> None:
    assert with_hook(lambda g: None) == 6
    x = leaf()
    y = x**2
    y.grad_fn.register_prehook(lambda go: None)
    y.grad_fn.register_hook(lambda gi, go: None)
    y.backward()
    assert x.grad.item() == 6


def test_a_node_hook_may_return_a_tuple() -> None:
    for register in ("register_prehook", "register_hook"):
        x = leaf()
        y = x**2
        getattr(y.grad_fn, register)(lambda grads, *_: (grads[0] * 10,))
        y.backward()
        assert x.grad.item() == 60


def test_a_handle_removes_its_hook() -> None:
    x = leaf()
    handle = x.register_hook(lambda g: g * 10)
    handle.remove()
    (x**2).backward()
    assert x.grad.item() == 6


def test_hooks_on_one_tensor_run_in_the_order_of_registration() -> None:
    x = leaf()
    x.register_hook(lambda g: g + 1)
    x.register_hook(lambda g: g * 10)
    (x**2).backward()
    assert x.grad.item() == 70


def test_scaling_by_ten_and_halving_reach_grad() -> None:
    assert (with_hook(lambda g: g * 10), with_hook(lambda g: g * 0.5)) == (60, 3)


@pytest.mark.parametrize(
    ("register", "weight"),
    [("register_full_backward_hook", 1), ("register_full_backward_pre_hook", 10)],
)
def test_the_side_of_a_module_decides_whether_its_weight_sees_the_change(
    register: str, weight: float
) -> None:
    layer, x = all_ones(nn.Linear(1, 1)), ones(1, 1, tracked=True)
    getattr(layer, register)(lambda m, grads, *_: (grads[0] * 10,))
    layer(x).sum().backward()
    assert (x.grad.item(), layer.weight.grad.item()) == (10, weight)


def test_a_post_accumulate_hook_sees_the_sum_and_can_step_and_free() -> None:
    w, seen = leaf(5.0), []
    w.register_post_accumulate_grad_hook(lambda p: seen.append(p.grad.item()))
    (w**2).backward()
    (w**2).backward()
    assert seen == [10, 20]
    w = leaf(5.0)
    optimizer = torch.optim.SGD([w], lr=0.1)

    def step(p: torch.Tensor) -> None:
        optimizer.step()
        optimizer.zero_grad()

    w.register_post_accumulate_grad_hook(step)
    (w**2).backward()
    assert w.item() == 4 and w.grad is None


def test_a_post_accumulate_hook_may_return_nothing_and_needs_a_leaf() -> None:
    x = leaf()
    x.register_post_accumulate_grad_hook(lambda p: p.grad)
    with pytest.raises(RuntimeError, match="should return None"):
        (x**2).backward()
    with pytest.raises(RuntimeError, match="non-leaf"):
        (leaf() * 2).register_post_accumulate_grad_hook(print)


def test_a_multi_grad_hook_is_called_once_a_pass_with_none_where_no_part_was_taken() -> None:
    a, b, calls = leaf(1.0), leaf(2.0), []
    handle = graph.register_multi_grad_hook(
        (a, b), lambda grads: calls.append([None if g is None else g.item() for g in grads])
    )
    (a * b).backward()
    (3 * a).backward()
    handle.remove()
    (a * b).backward()
    assert calls == [[2, 1], [3, None]]


def test_setdefault_puts_the_first_gradient_in_the_place_of_later_ones() -> None:
    x, first = leaf(), {}
    x.register_hook(lambda g: first.setdefault("x", g))
    (x**2).backward()
    x.grad = None
    (x**3).backward()
    assert x.grad.item() == 6


def test_a_def_without_return_stores_and_leaves_the_gradient() -> None:
    x, first = leaf(), {}

    def store(g: torch.Tensor) -> None:
        first.setdefault("x", g.clone())

    x.register_hook(store)
    (x**2).backward()
    x.grad = None
    (x**3).backward()
    assert (x.grad.item(), first["x"].item()) == (27, 6)


def test_a_tuple_a_number_another_shape_and_another_dtype_are_refused() -> None:
    with pytest.raises(TypeError, match="hook returned 'tuple'"):
        with_hook(lambda g: (g,))
    with pytest.raises(TypeError, match="hook returned 'float'"):
        with_hook(lambda g: 1.0)
    with pytest.raises(RuntimeError, match="changed the size"):
        with_hook(lambda g: g.reshape(1))
    with pytest.raises(RuntimeError, match="changed the type"):
        with_hook(lambda g: g.double())


def test_a_hook_that_writes_in_place_writes_into_the_other_path() -> None:
    found = []
    for hook in (lambda g: g * 0, lambda g: g.mul_(0)):
        x = leaf()
        a, b = 2 * x, 3 * x
        b.register_hook(hook)
        (a + b).backward()
        found.append(x.grad.item())
    assert found == [2, 0]


def test_an_in_place_relu_may_not_write_behind_a_module_with_a_backward_hook() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True))
    net[0].register_full_backward_hook(lambda *args: None)
    with pytest.raises(RuntimeError, match="is a view and is being modified inplace"):
        net(ones(1, 2))


def test_a_tensor_hook_from_a_forward_hook_works_with_an_in_place_relu() -> None:
    net, seen = all_ones(nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True))), []

    def after(module: nn.Module, inputs: tuple, output: torch.Tensor) -> None:
        output.register_hook(lambda g: seen.append(g.tolist()))

    net[0].register_forward_hook(after)
    net(ones(1, 2)).sum().backward()
    assert seen == [[[1, 1]]]


@pytest.mark.parametrize(("first", "arrives"), [(True, 5), (False, 1)])
def test_a_hook_belongs_to_the_node_of_the_moment(first: bool, arrives: float) -> None:
    x, seen = leaf(), []
    y = 2 * x
    if first:
        y.register_hook(lambda g: seen.append(g.item()))
    y.mul_(5)
    if not first:
        y.register_hook(lambda g: seen.append(g.item()))
    y.backward()
    assert seen == [arrives]


def test_grad_calls_tensor_hooks_and_no_post_accumulate_hooks() -> None:
    x, calls = leaf(), []
    x.register_hook(lambda g: calls.append("tensor"))
    x.register_post_accumulate_grad_hook(lambda p: calls.append("post"))
    torch.autograd.grad(x**2, x)
    assert calls == ["tensor"]


def test_hooks_registered_in_a_loop_pile_up() -> None:
    x = leaf(1.0)
    for _ in range(3):
        x.grad = None
        x.register_hook(lambda g: g * 10)
        (x * 1).backward()
    assert x.grad.item() == 1000


def test_a_reading_hook_changes_no_bit() -> None:
    torch.manual_seed(2)
    net, data = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)), torch.randn(5, 3)
    found = []
    for watched in (False, True):
        net.zero_grad()
        out = net(data)
        if watched:
            out.register_hook(lambda g: None)
        out.square().sum().backward()
        found.append([p.grad.clone() for p in net.parameters()])
    assert all(map(torch.equal, *found))


def test_a_non_leaf_keeps_its_gradient_if_asked() -> None:
    x = leaf()
    kept, lost = x * 2, x * 2
    kept.retain_grad()
    (kept + lost).backward()
    assert kept.grad.item() == 1
    with pytest.warns(UserWarning, match="not a leaf"):
        assert lost.grad is None


def test_a_multi_grad_hook_is_not_called_by_a_pass_that_reaches_none_of_its_tensors() -> None:
    a, b, calls = leaf(1.0), leaf(2.0), []
    graph.register_multi_grad_hook((a,), lambda grads: calls.append(grads))
    (3 * b).backward()
    assert calls == []
    (3 * a).backward()
    assert len(calls) == 1


def test_a_multi_grad_hook_of_mode_any_gets_the_first_gradient() -> None:
    a, b, calls = leaf(1.0), leaf(2.0), []
    graph.register_multi_grad_hook((a, b), lambda grad: calls.append(grad), mode="any")
    (a * b).backward()
    assert len(calls) == 1 and isinstance(calls[0], torch.Tensor)


def test_a_multi_grad_hook_on_leaves_raises_under_grad_and_one_on_non_leaves_works() -> None:
    a, calls = leaf(1.0), []
    graph.register_multi_grad_hook((a,), lambda grads: None)
    with pytest.raises(RuntimeError, match="leaf node"):
        torch.autograd.grad(2 * a, a)
    b = leaf(1.0)
    y = 2 * b
    graph.register_multi_grad_hook((y,), lambda grads: calls.append(grads[0].item()))
    torch.autograd.grad(3 * y, b)
    assert calls == [3]


def test_tensor_hooks_come_before_node_hooks_also_if_they_are_registered_later() -> None:
    x, log = leaf(), []
    y = 2 * x
    y.grad_fn.register_prehook(lambda go: log.append("node"))
    y.register_hook(lambda g: log.append("tensor"))
    y.backward()
    assert log == ["tensor", "node"]


@pytest.mark.parametrize("register", ["register_prehook", "register_hook"])
def test_a_node_hook_may_not_return_a_bare_tensor(register: str) -> None:
    y = leaf() ** 2
    getattr(y.grad_fn, register)(lambda grads, *_: grads[0] * 10)
    with pytest.raises(TypeError, match="expected tuple"):
        y.backward()


@pytest.mark.parametrize("tracked", [True, False])
@pytest.mark.parametrize("deep", [True, False])
@pytest.mark.filterwarnings("ignore:Full backward hook is firing")
def test_a_module_hook_runs_before_the_weights_if_no_input_asks_for_a_gradient(
    tracked: bool, deep: bool
) -> None:
    layers = [nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)]
    module = nn.Sequential(*layers) if deep else nn.Linear(2, 1)
    seen = []

    def after(module: nn.Module, grad_input: tuple, grad_output: tuple) -> None:
        seen.append((grad_input[0] is None, [p.grad is None for p in module.parameters()]))

    module.register_full_backward_hook(after)
    module(ones(1, 2, tracked=tracked)).sum().backward()
    (found,) = seen
    assert found == (not tracked, [not tracked] * len(list(module.parameters())))
    assert all(p.grad is not None for p in module.parameters())


def test_one_tracked_input_of_two_is_enough_to_wait_for() -> None:
    module, seen = nn.Bilinear(1, 1, 1), []
    module.register_full_backward_hook(lambda m, *_: seen.append(m.weight.grad is None))
    module(ones(1, 1), ones(1, 1, tracked=True)).sum().backward()
    assert seen == [False]


def test_stepping_in_a_hook_steps_in_each_pass() -> None:
    """Two passes of w**2 with a learning rate of 0.1, added up and one by one."""
    w = leaf(1.0)
    optimizer = torch.optim.SGD([w], lr=0.1)

    def step(p: torch.Tensor) -> None:
        optimizer.step()
        optimizer.zero_grad()

    w.register_post_accumulate_grad_hook(step)
    for _ in range(2):
        (w**2).backward()
    assert w.item() == pytest.approx(1 * 0.8 * 0.8)
    added = leaf(1.0)
    for _ in range(2):
        (added**2).backward()
    assert added.item() - 0.1 * added.grad.item() == pytest.approx(0.6)


@pytest.mark.parametrize("is_leaf", [True, False])
def test_a_write_that_is_not_recorded_leaves_the_hook_where_it_is(is_leaf: bool) -> None:
    x, seen = leaf(), []
    y = x if is_leaf else 2 * x
    y.register_hook(lambda g: seen.append(g.item()))
    with torch.no_grad():
        y.mul_(5)
    (7 * y).backward()
    assert seen == [7]


def test_behind_a_module_with_a_backward_hook_an_untracked_output_may_be_written_into() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True))
    net[0].register_full_backward_hook(lambda *args: None)
    assert net[0](ones(1, 2))._is_view()
    with torch.no_grad():
        net(ones(1, 2))
    net.requires_grad_(False)
    assert not net[0](ones(1, 2))._is_view()
    net(ones(1, 2))
    with pytest.raises(RuntimeError, match="is a view and is being modified inplace"):
        net(ones(1, 2, tracked=True))


def test_a_post_accumulate_hook_comes_after_tensor_hooks_and_may_write_into_grad() -> None:
    x, calls = leaf(), []

    def tenfold(p: torch.Tensor) -> None:
        calls.append("post")
        p.grad.mul_(10)

    def one_more(grad: torch.Tensor) -> torch.Tensor:
        calls.append("tensor")
        return grad + 1

    x.register_post_accumulate_grad_hook(tenfold)
    x.register_hook(one_more)
    (x**2).backward()
    assert calls == ["tensor", "post"]
    assert x.grad == (6 + 1) * 10


@pytest.mark.parametrize("way", ["position", "keyword", "list", "dictionary"])
@pytest.mark.filterwarnings("ignore:Full backward hook is firing")
def test_a_module_hook_waits_for_tensors_handed_over_by_position_alone(way: str) -> None:
    class Scale(nn.Linear):
        def forward(self, x: object) -> torch.Tensor:
            x = x["x"] if isinstance(x, dict) else x
            return super().forward(x[0] if isinstance(x, list) else x)

    module, seen, x = Scale(1, 1), [], ones(1, 1, tracked=True)
    module.register_full_backward_hook(
        lambda m, into, out: seen.append((sum(g is not None for g in into), m.weight.grad is None))
    )
    if way == "keyword":
        y = module(x=x)
    else:
        y = module({"position": x, "list": [x], "dictionary": {"x": x}}[way])
    y.sum().backward()
    assert seen == [(1, False) if way == "position" else (0, True)]
    assert x.grad is not None

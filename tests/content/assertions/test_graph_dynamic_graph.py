"""What "The dynamic graph" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import torch
import torch.nn.functional as F


def leaf(number: float = 2.0) -> torch.Tensor:
    return torch.tensor(number, requires_grad=True)


def nodes(result: torch.Tensor) -> list:
    found, waiting = [], [result.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in found:
            found.append(node)
            waiting += [n for n, _ in node.next_functions]
    return found


def names(result: torch.Tensor) -> list[str]:
    return [type(node).__name__ for node in nodes(result)]


def edges(result: torch.Tensor) -> list:
    return [(type(node).__name__, k) for node, k in result.grad_fn.next_functions]


def polynomial(x: torch.Tensor) -> torch.Tensor:
    return 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


def test_a_result_holds_the_node_of_its_last_operation_and_an_edge_leads_to_the_one_before() -> (
    None
):
    y = (leaf() + 1) ** 2
    assert y.grad_fn.name() == "PowBackward0"
    assert y.grad_fn.next_functions[0][0].name() == "AddBackward0"


def test_the_polynomial_has_ten_operations_and_one_node_for_its_leaf() -> None:
    expected = {"AddBackward0": 4, "MulBackward0": 3, "PowBackward0": 3, "AccumulateGrad": 1}
    assert Counter(names(polynomial(leaf()))) == expected


def test_name_puts_a_prefix_before_accumulate_grad() -> None:
    node = (leaf() * 2).grad_fn
    assert node.name() == type(node).__name__ == "MulBackward0"
    (accumulate, _), _ = node.next_functions
    assert accumulate.name() == "torch::autograd::AccumulateGrad"
    assert type(accumulate).__name__ == "AccumulateGrad"


def test_one_call_may_be_several_nodes() -> None:
    loss = F.cross_entropy(torch.ones(1, 2, requires_grad=True), torch.tensor([0]))
    assert names(loss) == ["NllLossBackward0", "LogSoftmaxBackward0", "AccumulateGrad"]


def test_some_calls_leave_no_node() -> None:
    x = leaf()
    assert x.float() is x and x.contiguous() is x
    assert (x > 1).grad_fn is None and torch.ones(2, requires_grad=True).argmax().grad_fn is None
    assert names(torch.tensor(10.0) * 5 + x) == ["AddBackward0", "AccumulateGrad"]


def test_a_compiled_function_becomes_a_single_node() -> None:
    compiled = torch.compile(lambda x: ((x + 1) ** 2).sin(), backend="aot_eager")
    assert names(compiled(leaf())) == ["CompiledFunctionBackward", "AccumulateGrad"]


def test_the_graph_of_a_plain_sum_is_there_before_any_backward_and_not_before_the_line() -> None:
    x = leaf()
    assert x.grad_fn is None
    assert names(x + x) == ["AddBackward0", "AccumulateGrad"]


def test_a_node_has_an_edge_for_each_tensor_that_can_be_differentiated() -> None:
    x = leaf()
    assert edges(torch.where(x > 0, x, torch.tensor(0.0))) == edges(x + 1)
    assert edges(torch.ones(2, requires_grad=True)[torch.tensor([0])]) == [("AccumulateGrad", 0)]
    assert edges(x * x) == [("AccumulateGrad", 0)] * 2
    assert edges(x + 1) == edges(x * 3) == [("AccumulateGrad", 0), ("NoneType", 0)]
    assert edges(x**2) == edges(x.clamp(0, 1)) == [("AccumulateGrad", 0)]


def test_the_number_of_an_edge_says_which_output_was_used() -> None:
    a, b = torch.tensor([2.0, 3.0], requires_grad=True).unbind()
    product = a * b
    assert edges(product) == [("UnbindBackward0", 0), ("UnbindBackward0", 1)]
    first, second = (node for node, _ in product.grad_fn.next_functions)
    assert first is second


def test_a_node_can_be_called_and_multiplies_by_its_derivative() -> None:
    node = (leaf() ** 2).grad_fn
    with torch.no_grad():
        assert [node(torch.tensor(g)).item() for g in (1.0, 10.0)] == [4, 40]


def test_a_call_of_a_node_is_recorded_unless_under_no_grad() -> None:
    node = (leaf() ** 2).grad_fn
    assert node(torch.tensor(1.0)).requires_grad
    with torch.no_grad():
        assert not node(torch.tensor(1.0)).requires_grad


def test_a_node_with_one_edge_returns_a_tensor_and_others_a_tuple() -> None:
    x = leaf()
    one = torch.tensor(1.0)
    assert torch.is_tensor((x**2).grad_fn(one))
    assert isinstance((x * x).grad_fn(one), tuple) and isinstance((x + 1).grad_fn(one), tuple)


def test_a_square_keeps_its_input_and_the_exponent_and_the_leaf_node_its_leaf() -> None:
    x = leaf()
    node = (x**2).grad_fn
    assert torch.equal(node._saved_self, x) and node._saved_exponent == 2
    assert node.next_functions[0][0].variable is x


def test_the_shares_of_all_paths_add_up_to_the_gradient() -> None:
    def shares(node: object, g: torch.Tensor) -> list[float]:
        if type(node).__name__ == "AccumulateGrad":
            return [g.item()]
        parts = node(g)
        parts = parts if isinstance(parts, tuple) else (parts,)
        pairs = zip(node.next_functions, parts)
        return [s for (n, _), part in pairs if n is not None for s in shares(n, part)]

    for f, expected in ((polynomial, [64, 12, 12, 5]), (lambda x: x * x * x, [4, 4, 4])):
        x = leaf()
        y = f(x)
        found = shares(y.grad_fn, torch.tensor(1.0))
        y.backward()
        assert found == expected and sum(found) == x.grad.item()


def test_the_other_factor_of_a_square_is_what_each_of_its_two_edges_carries() -> None:
    x = leaf(3.0)
    assert [g.item() for g in (x * x).grad_fn(torch.tensor(1.0))] == [3, 3]


def test_each_run_makes_the_graph_of_the_branch_that_it_took() -> None:
    def f(x: torch.Tensor) -> torch.Tensor:
        if x > 0:
            return x**2
        return -x

    assert names(f(leaf(3.0))) == ["PowBackward0", "AccumulateGrad"]
    assert names(f(leaf(-3.0))) == ["NegBackward0", "AccumulateGrad"]


@pytest.mark.parametrize(("start", "turns"), [(0.5, 0), (3.0, 2), (7.0, 3), (100.0, 7)])
def test_a_loop_leaves_a_node_for_each_turn(start: float, turns: int) -> None:
    x = leaf(start)
    y = x
    while y > 1:
        y = y / 2
    assert turns == 0 or len(nodes(y)) == turns + 1
    y.backward()
    assert x.grad.item() == 0.5**turns


def test_twenty_additions_have_over_a_million_paths_and_21_nodes() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(20):
        y = y + y
    y.backward()
    assert len(nodes(y)) == 21 and x.grad.item() == 2**20 > 10**6


def test_backward_visits_a_node_once_when_all_its_shares_have_arrived() -> None:
    x = leaf(1.0)
    u = x * 1
    y = u
    for _ in range(5):
        y = y + y
    arrived = []
    u.grad_fn.register_prehook(lambda grads: arrived.append(grads[0].item()))
    y.backward()
    assert arrived == [32]


def test_where_records_both_of_its_sides() -> None:
    x = leaf(-3.0)
    y = torch.where(x > 0, x**2, -x)
    assert {"PowBackward0", "NegBackward0", "WhereBackward0"} < set(names(y))


@pytest.mark.parametrize("at", [-1.0, 0.0])
def test_a_nan_of_the_side_that_where_did_not_pick_reaches_the_gradient(at: float) -> None:
    x = leaf(at)
    y = torch.where(x > 0, torch.sqrt(x), 0.0)
    y.backward()
    assert y.item() == 0 and math.isnan(x.grad.item())


def test_where_sends_zero_to_the_side_that_it_did_not_pick() -> None:
    picked, other = leaf(), leaf()
    torch.where(torch.tensor(True), picked, other).backward()
    assert (picked.grad.item(), other.grad.item()) == (1, 0)


@pytest.mark.parametrize("at", [-1.0, 0.0, 4.0])
def test_a_where_inside_keeps_the_nan_away(at: float) -> None:
    x = leaf(at)
    y = torch.where(x > 0, torch.sqrt(torch.where(x > 0, x, 1.0)), 0.0)
    y.backward()
    assert x.grad.item() == (0.25 if at > 0 else 0)


def test_the_derivative_does_not_see_a_jump_between_branches() -> None:
    for at in (-0.01, 0.01):
        x = leaf(at)
        (x + 10 if x > 0 else x * 1).backward()
        assert x.grad.item() == 1


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (torch.relu, 0), (lambda x: x.clamp(min=0), 1),
        (lambda x: torch.maximum(x, torch.tensor(0.0)), 0.5), (torch.abs, 0), (torch.sqrt, math.inf),
    ],
)  # fmt: skip
def test_at_a_kink_pytorch_picks_a_number(f: object, expected: float) -> None:
    x = leaf(0.0)
    f(x).backward()
    assert x.grad.item() == expected


def test_max_shares_among_ties_and_max_over_an_axis_picks_one() -> None:
    t = torch.tensor([0.0, 1.0, 1.0], requires_grad=True)
    assert torch.autograd.grad(t.max(), t)[0].tolist() == [0, 0.5, 0.5]
    assert torch.autograd.grad(t.max(dim=0).values, t)[0].tolist() == [0, 1, 0]


def test_a_node_has_no_value_and_no_grad_and_remembers_the_shape_of_its_output() -> None:
    node = (torch.ones(2, 3, requires_grad=True) * 2).grad_fn
    with pytest.raises(AttributeError):
        node.item()
    assert not any(hasattr(node, name) for name in ("grad", "value", "shape", "data"))
    (metadata,) = node._input_metadata
    assert metadata.shape == [2, 3] and metadata.dtype == torch.float32


def test_a_graph_leads_to_the_tensor_that_was_used_and_not_to_a_name() -> None:
    x = old = leaf()
    y = x**2
    x = leaf(5.0)
    y.backward()
    assert x.grad is None and old.grad.item() == 4
    assert y.grad_fn.next_functions[0][0].variable is old


def test_a_product_of_three_has_three_nodes_and_a_counted_loop_forgets_the_fraction() -> None:
    x = leaf(2.5)
    assert len(nodes(x * x * x)) == 3
    y = x
    for _ in range(int(x)):
        y = 3 * y
    y.backward()
    assert x.grad.item() == 9


def test_horners_form_has_nine_nodes_and_the_same_derivative() -> None:
    x = leaf()
    y = (((2 * x + 1) * x + 3) * x + 5) * x + 1
    assert len(nodes(y)) == 9 and Counter(names(y))["MulBackward0"] == 4
    y.backward()
    assert (y.item(), x.grad.item()) == (63, 93)


def test_a_compiled_view_of_an_input_is_recorded_as_usual_and_so_is_all_under_the_backend_eager() -> (
    None
):
    v = torch.ones(2, 3, requires_grad=True)
    flat = torch.compile(lambda x: x.view(-1), backend="aot_eager")(v)
    assert names(flat) == ["ViewBackward0", "AccumulateGrad"]
    followed = torch.compile(lambda x: (x + 1) ** 2, backend="eager")(leaf())
    assert names(followed) == ["PowBackward0", "AddBackward0", "AccumulateGrad"]


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx: object, a: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(a)
        return a**2

    @staticmethod
    def backward(ctx: object, g: torch.Tensor) -> torch.Tensor:
        (a,) = ctx.saved_tensors
        return 2 * a * g


def test_a_node_written_in_python_has_apply_in_place_of_the_call() -> None:
    compiled = torch.compile(lambda x: x**2, backend="aot_eager")
    for function in (Square.apply, compiled):
        node = function(leaf()).grad_fn
        with pytest.raises(TypeError, match="not callable"):
            node(torch.tensor(1.0))
        with torch.no_grad():
            slope = node.apply(torch.tensor(1.0))
        assert (slope[0] if isinstance(slope, tuple) else slope).item() == 4
    assert not hasattr((leaf() ** 2).grad_fn, "apply")

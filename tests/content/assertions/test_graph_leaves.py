"""What "Leaves, non-leaves and retain_grad" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import copy
import warnings

import pytest
import torch

NOT_A_LEAF = "The .grad attribute of a Tensor that is not a leaf"
pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{NOT_A_LEAF}"),
    pytest.mark.filterwarnings("ignore:Converting a tensor"),
]


def leaf(*numbers: float) -> torch.Tensor:
    return torch.tensor(numbers if len(numbers) > 1 else (numbers or (2.0,))[0], requires_grad=True)


def test_a_tracked_leaf_keeps_its_gradient_and_a_non_leaf_only_if_asked() -> None:
    x = leaf()
    kept, dropped = 3 * x, x * 1
    kept.retain_grad()
    (kept**2 + dropped).backward()
    assert (x.grad.item(), kept.grad.item(), dropped.grad) == (37, 12, None)


def test_asking_for_the_gradient_of_a_non_leaf_warns() -> None:
    u = leaf() * 2
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert u.grad is None
    assert str(caught[0].message).startswith(NOT_A_LEAF)


@pytest.mark.parametrize(
    "make",
    [
        lambda x: x, lambda x: x * 2, lambda x: x.detach(), lambda x: x.clone(), lambda x: x > 0,
        lambda x: x.float(), lambda x: x.double(), lambda x: torch.nn.Parameter(x * 2), lambda x: x.data,
        lambda x: torch.tensor(1), lambda x: torch.tensor([]), lambda x: x.view(-1), lambda x: x.new_ones(3),
    ],
)  # fmt: skip
def test_a_tensor_is_a_leaf_exactly_when_it_has_no_grad_fn(make: object) -> None:
    for mode in (torch.enable_grad, torch.no_grad, torch.inference_mode):
        with mode():
            t = make(leaf())
            assert t.is_leaf == (t.grad_fn is None)


def test_some_computed_tensors_are_leaves() -> None:
    x = leaf()
    assert (x > 0).is_leaf and (x * 2).detach().is_leaf and (torch.ones(2) * 2).is_leaf


def test_the_gradient_stays_as_it_was_after_one_no() -> None:
    untracked, unreached, x = torch.tensor(2.0), leaf(), leaf()
    unreached.grad = torch.tensor(7.0)
    (untracked * x).backward()
    assert untracked.grad is None and unreached.grad.item() == 7


def test_a_leaf_on_a_path_gets_nothing_when_inputs_names_others() -> None:
    a, b = leaf(2.0), leaf(3.0)
    (a * b).backward(inputs=[b])
    assert a.grad is None and b.grad.item() == 2


def test_naming_a_non_leaf_in_inputs_keeps_its_gradient_from_then_on() -> None:
    x = leaf()
    u = 3 * x
    y = u**2
    y.backward(inputs=[u], retain_graph=True)
    assert u.retains_grad and u.grad.item() == 12 and x.grad is None
    y.backward()
    assert u.grad.item() == 24 and x.grad.item() == 36


def test_a_non_leaf_that_keeps_its_gradient_need_only_be_on_the_way_to_one_of_the_inputs() -> None:
    x = leaf()
    u = 3 * x
    u.retain_grad()
    v = u**2
    v.backward(inputs=[x], retain_graph=True)
    assert u.grad.item() == 12
    v.backward(inputs=[v], retain_graph=True)  # u is not on the way to v
    assert u.grad.item() == 12
    (v + u).backward(inputs=[x])
    assert u.grad.item() == 25


def test_a_few_functions_of_pytorch_send_nothing_either() -> None:
    for norm in (lambda x: x.norm(p=0), lambda x: torch.dist(x, torch.zeros(3), p=0)):
        x = leaf(1.0, 0.0, 2.0)
        norm(x).backward()
        assert x.grad is None


def test_a_function_of_your_own_may_send_nothing() -> None:
    class Silent(torch.autograd.Function):
        @staticmethod
        def forward(ctx: object, x: torch.Tensor) -> torch.Tensor:
            return x * 2

        @staticmethod
        def backward(ctx: object, grad: torch.Tensor) -> None:
            return None

    x = leaf()
    Silent.apply(x).backward()
    assert x.grad is None


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        ("torch.tensor(2.0)", (True, False, None, None)),
        ("x", (True, True, 5, 5)),
        ("x * 2", (False, True, None, 10)),
        ("x.clone()", (False, True, None, 5)),
        ("x.double()", (False, True, None, 5)),
        ("x.float()", (True, True, 5, 5)),
        ("x.detach()", (True, False, None, None)),
        ("x > 0", (True, False, None, None)),
        ("torch.nn.Parameter(x * 2)", (True, True, 5, None)),
    ],
)
def test_nine_ways_to_make_a_tensor(recipe: str, expected: tuple) -> None:
    x = leaf()
    t = eval(recipe)
    if t.requires_grad:
        (5 * t).backward()
    number = lambda g: None if g is None else g.item()  # noqa: E731
    assert (t.is_leaf, t.requires_grad, number(t.grad), number(x.grad)) == expected


def test_backward_raises_where_the_result_is_not_tracked() -> None:
    with pytest.raises(RuntimeError, match="does not require grad and does not have a grad_fn"):
        (5 * torch.tensor(2.0)).backward()


def test_a_non_leaf_keeps_the_sum_over_its_uses() -> None:
    u = 3 * leaf()
    u.retain_grad()
    (10 * u + 6 * (u + 1)).backward()
    assert u.grad.item() == 16


def test_below_one_linear_layer_the_gradient_of_its_input_is_its_weight() -> None:
    hidden = torch.ones(1, 3, requires_grad=True) * 1
    hidden.retain_grad()
    last = torch.nn.Linear(3, 1)
    last(hidden).sum().backward()
    assert torch.equal(hidden.grad, last.weight)


def test_below_a_layer_of_two_outputs_it_is_the_sum_of_their_weights() -> None:
    hidden = torch.ones(1, 3, requires_grad=True)
    last = torch.nn.Linear(3, 2)
    last(hidden).sum().backward()
    assert hidden.grad.shape != last.weight.shape
    assert torch.allclose(hidden.grad[0], last.weight.sum(0))


def test_retain_grad_after_the_pass_finds_none_and_ends_the_warning() -> None:
    u = leaf() + 1
    (u**2).backward()
    u.retain_grad()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert u.grad is None


def test_adding_a_tracked_number_in_place_makes_a_non_leaf_of_an_untracked_leaf() -> None:
    total = torch.tensor(0.0)
    assert total.is_leaf
    total += leaf()
    assert not total.is_leaf and total.grad_fn.name() == "AddBackward0"


def test_a_conversion_to_what_a_tensor_is_already_returns_the_tensor() -> None:
    x = leaf()
    assert x.to("cpu") is x and x.float() is x and x.to(torch.float32) is x
    assert not x.double().is_leaf and not x.half().is_leaf


def test_the_flag_of_a_non_leaf_can_be_set_to_true_without_effect_and_not_to_false() -> None:
    u = leaf() * 2
    before = u.grad_fn
    u.requires_grad_(True)
    assert u.requires_grad and u.grad_fn is before
    with pytest.raises(
        RuntimeError, match="you can only change requires_grad flags of leaf variables"
    ):
        u.requires_grad_(False)
    assert not u.detach().requires_grad


@pytest.mark.parametrize("flag", [True, False])
def test_an_assignment_to_the_flag_of_a_non_leaf_raises_whatever_is_assigned(flag: bool) -> None:
    u = leaf() * 2
    with pytest.raises(RuntimeError, match="you can only change requires_grad flags of leaf"):
        u.requires_grad = flag
    u.requires_grad_()
    assert u.requires_grad


def test_a_flag_that_goes_off_after_the_forward_pass_drops_the_gradient_silently() -> None:
    x = leaf()
    y = x**2
    x.requires_grad_(False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y.backward()
    assert x.grad is None


def test_a_flag_that_goes_off_before_it_is_noticed() -> None:
    x = leaf().requires_grad_(False)
    with pytest.raises(RuntimeError, match="does not require grad"):
        (x**2).backward()


def test_scaling_after_the_switch_makes_a_non_leaf_that_an_optimizer_refuses() -> None:
    w = torch.ones(2, requires_grad=True) * 0.1
    assert not w.is_leaf
    for make in (torch.optim.SGD, torch.optim.Adam):
        with pytest.raises(ValueError, match="can't optimize a non-leaf Tensor"):
            make([w], lr=0.1)
    w = (torch.ones(2) * 0.1).requires_grad_()
    w.sum().backward()
    assert w.is_leaf and w.grad.tolist() == [1, 1]


def test_torch_tensor_copies_numbers_and_warns_and_stack_stays_connected() -> None:
    a = leaf()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pair = torch.tensor([2 * a, 3 * a])
    assert "Converting a tensor with requires_grad=True to a scalar" in str(caught[0].message)
    assert pair.grad_fn is None and not pair.requires_grad
    torch.tensor([2 * a, 3 * a], requires_grad=True).sum().backward()
    assert a.grad is None
    torch.stack([2 * a, 3 * a]).sum().backward()
    assert a.grad.item() == 5


def test_only_floating_point_and_complex_tensors_can_be_tracked() -> None:
    for dtype in (torch.int64, torch.int8, torch.bool):
        with pytest.raises(RuntimeError, match="Only Tensors of floating point and complex dtype"):
            torch.tensor([1, 0], dtype=dtype, requires_grad=True)
        with pytest.raises(RuntimeError, match="only Tensors of floating point dtype"):
            torch.ones(2, dtype=dtype).requires_grad_()
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64):
        assert torch.tensor([1, 0], dtype=dtype, requires_grad=True).requires_grad
        assert torch.ones(2, dtype=dtype).requires_grad_().requires_grad


def test_an_untracked_tensor_cannot_retain_its_gradient() -> None:
    with pytest.raises(
        RuntimeError, match="can't retain_grad on Tensor that has requires_grad=False"
    ):
        torch.ones(2).retain_grad()


def test_retain_grad_on_a_tracked_leaf_changes_nothing() -> None:
    x = leaf()
    x.retain_grad()
    (x**2).backward()
    assert x.grad.item() == 4 and not x.retains_grad


def test_a_non_leaf_cannot_be_deepcopied_and_its_value_can() -> None:
    u = torch.ones(2, requires_grad=True) * 2
    with pytest.raises(RuntimeError, match="Only Tensors created explicitly by the user"):
        copy.deepcopy(u)
    copied = copy.deepcopy(u.detach())
    assert copied.tolist() == [2, 2] and copied.grad_fn is None
    assert copy.deepcopy(leaf()).requires_grad


def test_a_detached_tensor_that_is_tracked_again_is_a_leaf_of_its_own() -> None:
    x = leaf()
    t = (x * 2).detach().requires_grad_()
    (3 * t).backward()
    assert t.grad.item() == 3 and x.grad is None


def test_a_result_does_not_keep_the_1_that_the_pass_starts_with_unless_asked() -> None:
    w = leaf(3.0)
    y = w * w
    y.backward()
    assert y.grad is None and w.grad.item() == 6
    y = w * w
    y.retain_grad()
    y.backward()
    assert y.grad.item() == 1


def test_a_kept_gradient_adds_up_over_passes() -> None:
    u = leaf() + 1
    u.retain_grad()
    (10 * u).backward()
    (10 * u).backward()
    assert u.grad.item() == 20


def test_a_conversion_after_the_switch_leaves_a_non_leaf_and_before_it_a_leaf() -> None:
    w = torch.zeros(3, requires_grad=True).double()
    w.retain_grad()
    w.sum().backward()
    assert w.grad is not None and not w.is_leaf
    assert torch.zeros(3).double().requires_grad_().is_leaf
    assert torch.zeros(3, dtype=torch.float64, requires_grad=True).is_leaf

"""What the page "What a gradient is" says of PyTorch, a function for each sentence.

Plain torch, without Gradbook: where another release behaves differently, the name of the test that
fails is the sentence of the page that is no longer true.
"""

import math

import pytest
import sympy
import torch


def tracked(value=3.0):
    return torch.tensor(value, requires_grad=True)


@pytest.mark.parametrize("compute", [lambda x: x**2, lambda x: x + 1, lambda x: 3 * x, torch.exp])
def test_sums_products_and_the_like_of_a_tracked_number_are_recorded(compute):
    assert compute(tracked()).grad_fn is not None


def test_what_you_compute_from_a_plain_number_is_not_recorded():
    assert (torch.tensor(3.0) ** 2).grad_fn is None


def test_requires_grad_in_place_makes_pytorch_track_a_tensor_that_you_have():
    x = torch.tensor(3.0)
    assert x.requires_grad_() is x
    assert (x**2).requires_grad


def test_backward_computes_the_derivative_with_respect_to_each_tracked_input():
    x, y = tracked(3.0), tracked(2.0)
    (x**2 * y).backward()
    assert (x.grad.item(), y.grad.item()) == (12.0, 9.0)


def test_a_second_backward_adds_to_grad():
    x = tracked()
    for _ in range(2):
        (x**2).backward()
    assert x.grad.item() == 12.0


def test_grad_set_to_none_empties_the_place():
    x = tracked()
    (x**2).backward()
    x.grad = None
    (x**2).backward()
    assert x.grad.item() == 6.0


def test_no_grad_computes_the_same_value_without_recording():
    x = tracked()
    with torch.no_grad():
        y = x**2
    assert y.item() == 9.0
    assert y.grad_fn is None and not y.requires_grad


def test_detach_gives_the_value_as_a_constant():
    x = tracked()
    d = x.detach()
    assert d.item() == x.item() and not d.requires_grad
    (d * x).backward()
    assert x.grad.item() == 3.0


@pytest.mark.parametrize("n", [1, 10, 1000])
def test_one_call_and_one_way_back_give_all_slopes(n):
    calls = 0
    w = torch.linspace(-1, 1, n, dtype=torch.float64, requires_grad=True)

    def loss(v):
        nonlocal calls
        calls += 1
        return (v**2).sum()

    loss(w).backward()
    assert calls == 1
    assert torch.allclose(w.grad, 2 * w.detach())


@pytest.mark.parametrize("n", [1, 10, 1000])
def test_the_way_back_visits_each_recorded_operation_once_however_many_inputs_there_are(n):
    w = torch.ones(n, requires_grad=True)
    loss = (w**2).sum()
    visits = []
    nodes = [loss.grad_fn]
    for node in nodes:
        node.register_hook(lambda *_, node=node: visits.append(node.name()))
        nodes += [onward for onward, _ in node.next_functions if onward is not None]
    loss.backward()
    assert visits == ["SumBackward0", "PowBackward0", "torch::autograd::AccumulateGrad"]


def test_an_operation_whose_result_is_used_twice_is_visited_once():
    x = tracked()
    u = 3 * x
    w = u * u + u + x
    nodes, visits = [w.grad_fn], []
    for node in nodes:
        node.register_hook(lambda *_, node=node: visits.append(node))
        nodes += [to for to, _ in node.next_functions if to is not None and to not in nodes]
    w.backward()
    assert len(visits) == len(nodes) == len(set(nodes))


def test_a_tracked_tensor_from_which_y_was_not_computed_gets_no_derivative():
    x, idle = tracked(), tracked()
    (x**2).backward()
    assert x.grad is not None and idle.grad is None


def test_pytorch_brings_sympy_along():
    from importlib.metadata import requires

    assert any(line.startswith("sympy") for line in requires("torch"))


def test_sympy_derives_formulas():
    assert str(sympy.diff("x**2 * y", "x")) == "2*x*y"


def test_there_is_no_float32_number_between_1_and_about_1_0000001():
    one = torch.tensor(1.0)
    above = torch.nextafter(one, torch.tensor(2.0))
    assert f"{above.item():.7f}" == "1.0000001"
    assert one + (above - one) / 4 == one


def test_a_step_too_small_for_the_number_type_measures_zero():
    x, h = torch.tensor(1.0), 1e-8
    assert x + h == x and x - h == x
    assert (torch.exp(x + h) - torch.exp(x - h)).item() == 0.0


def test_pytorch_needs_no_step_for_the_slope_of_exp():
    x = tracked(1.0)
    torch.exp(x).backward()
    assert math.isclose(x.grad.item(), math.e, rel_tol=1e-6)


def test_float64_measures_better_than_float32():
    def error(dtype, h):
        x = torch.tensor(1.0, dtype=dtype)
        return abs(((torch.exp(x + h) - torch.exp(x - h)) / (2 * h)).item() - math.e)

    assert min(error(torch.float64, h) for h in (1e-5, 1.1e-5)) < 1e-8
    assert min(error(torch.float32, h) for h in (1e-2, 3e-3, 1e-3)) > 1e-8


def test_a_larger_input_wants_a_larger_step():
    x, true = torch.tensor(1000.0), 0.5 / math.sqrt(1000)
    small, large = (
        abs(((torch.sqrt(x + h) - torch.sqrt(x - h)) / (2 * h)).item() - true) for h in (0.005, 5.0)
    )
    assert small > 10 * large


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_pytorch_answers_0_for_the_slope_of_abs_at_0(zero):
    x = tracked(zero)
    x.abs().backward()
    assert x.grad.item() == 0.0


def test_requires_grad_in_place_is_for_a_floating_point_tensor():
    with pytest.raises(RuntimeError, match="floating point"):
        torch.tensor(3).requires_grad_()


def test_a_second_pass_over_one_result_raises_and_over_a_result_computed_again_adds():
    x = tracked()
    y = x**2
    y.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        y.backward()
    (x**2).backward()
    assert x.grad.item() == 12.0


@pytest.mark.parametrize("n", [10, 100])
def test_the_work_of_the_way_back_is_a_small_multiple_and_not_always_as_much(n):
    from torch.utils.flop_counter import FlopCounterMode

    a, b = (torch.ones(n, n, requires_grad=True) for _ in range(2))
    with FlopCounterMode(display=False) as there:
        y = (a @ b).sum()
    with FlopCounterMode(display=False) as back:
        y.backward()
    assert back.get_total_flops() == 2 * there.get_total_flops() > 0


def test_another_part_of_pytorch_can_write_a_program_for_the_slope_at_each_point():
    from torch.fx.experimental.proxy_tensor import make_fx

    slope = make_fx(torch.func.grad(lambda x: x**3))(torch.tensor(3.0))
    assert [slope(torch.tensor(at)).item() for at in (2.0, 5.0)] == [12.0, 75.0]


def test_where_an_operation_has_no_slope_the_answer_may_be_wrong_though_the_whole_is_smooth():
    x = tracked(0.0)
    (torch.relu(x) - torch.relu(-x)).backward()  # this is x, with the slope 1
    assert x.grad.item() == 0.0
    x = tracked(0.0)
    torch.sqrt(x**4).backward()  # this is x squared, with the slope 0
    assert math.isnan(x.grad.item())


@pytest.mark.parametrize("h", [1.0, 0.125])
def test_the_bend_of_a_parabola_leaves_no_central_error_and_the_shape_of_exp_does(h):
    assert ((3 + h) ** 2 - (3 - h) ** 2) / (2 * h) == 6.0
    error = (math.exp(1 + h) - math.exp(1 - h)) / (2 * h) - math.e
    assert math.isclose(error, h**2 / 6 * math.e, rel_tol=0.06)


def test_at_a_corner_the_ratio_to_one_side_settles_and_is_no_derivative():
    for h in (1e-2, 1e-4, 1e-6):
        assert (abs(0 + h) - abs(0)) / h == 1.0 and (abs(0) - abs(0 - h)) / h == -1.0

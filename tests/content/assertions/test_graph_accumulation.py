"""What "Accumulation" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch.optim import SGD, Adam


def leaf(number: float = 2.0) -> torch.Tensor:
    return torch.tensor(number, requires_grad=True)


def polynomial(x: torch.Tensor) -> torch.Tensor:
    return 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


def test_backward_adds_to_grad_and_never_clears_it() -> None:
    x, found = leaf(), []
    for _ in range(3):
        polynomial(x).backward()
        found.append(x.grad.item())
    assert found == [93, 186, 279]


def test_two_passes_give_what_one_pass_over_the_sum_gives() -> None:
    x, other = leaf(), leaf()
    (x**2).backward()
    (x**3).backward()
    (other**2 + other**3).backward()
    assert x.grad.item() == other.grad.item() == 4 + 12


def test_a_hook_is_called_once_a_pass_with_the_sum_over_all_paths() -> None:
    x, arrived = leaf(), []
    x.register_hook(lambda grad: arrived.append(grad.item()))
    polynomial(x).backward()
    assert arrived == [93]


def mean_loss(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return ((w * x) ** 2).mean()


def gradient(pieces: list[torch.Tensor], factors: list[float]) -> float:
    w = leaf(1.0)
    for piece, factor in zip(pieces, factors, strict=True):
        (factor * mean_loss(w, piece)).backward()
    return w.grad.item()


def test_micro_batches_of_a_mean_loss_count_by_their_share_of_the_examples() -> None:
    x = torch.tensor([1.0, 2.0, 3.0, 4.0])
    assert gradient([x], [1]) == 15
    assert gradient(list(x.split(2)), [1, 1]) == 30
    assert gradient(list(x.split(2)), [1 / 2, 1 / 2]) == 15
    assert gradient(list(x.split(3)), [3 / 4, 1 / 4]) == 15
    assert gradient(list(x.split(3)), [1 / 2, 1 / 2]) != 15


def test_micro_batches_of_a_sum_need_no_factor() -> None:
    x = torch.tensor([1.0, 2.0, 3.0, 4.0])
    w, whole = leaf(1.0), leaf(1.0)
    for piece in x.split(3):
        ((w * piece) ** 2).sum().backward()
    ((whole * x) ** 2).sum().backward()
    assert w.grad == whole.grad


def test_either_reset_makes_the_next_pass_start_afresh() -> None:
    for reset in ("x.grad = None", "x.grad.zero_()"):
        x = leaf()
        (x**2).backward()
        exec(reset)
        (x**2).backward()
        assert x.grad.item() == 4


def test_zero_grad_drops_the_gradient_and_zeros_it_on_request() -> None:
    w = torch.nn.Parameter(torch.tensor(1.0))
    for make in (SGD, Adam):
        optimizer = make([w], lr=0.1)
        (w**2).backward()
        optimizer.zero_grad()
        assert w.grad is None
        (w**2).backward()
        optimizer.zero_grad(set_to_none=False)
        assert w.grad.item() == 0


def test_zero_grad_clears_the_parameters_of_its_optimizer_and_no_others() -> None:
    trained, other = leaf(2.0), leaf(3.0)
    optimizer = SGD([trained], lr=0.0)
    for _ in range(3):
        optimizer.zero_grad()
        (trained * other).backward()
    assert (trained.grad.item(), other.grad.item()) == (3, 6)


def walk(reset: bool, steps: int = 30) -> list[float]:
    w = leaf(4.0)
    optimizer = SGD([w], lr=0.1)
    positions = [w.item()]
    for _ in range(steps):
        if reset:
            optimizer.zero_grad()
        (w**2).backward()
        optimizer.step()
        positions.append(w.item())
    return positions


def test_with_a_reset_each_step_takes_off_a_fifth() -> None:
    assert walk(True, 3) == pytest.approx([4, 3.2, 2.56, 2.048])


def test_without_a_reset_the_descent_runs_through_zero_and_does_not_settle() -> None:
    with_reset, without = walk(True), walk(False)
    assert abs(with_reset[-1]) < 0.01
    signs = [position > 0 for position in without]
    assert sum(a != b for a, b in zip(signs, signs[1:])) >= 4
    assert max(without[10:]) > 3 and min(without[10:]) < -3


def test_without_a_reset_the_sum_grows_while_w_is_positive() -> None:
    w, sums = leaf(4.0), []
    optimizer = SGD([w], lr=0.1)
    while w > 0:
        (w**2).backward()
        optimizer.step()
        sums.append(w.grad.item())
    assert sums == sorted(sums) and len(sums) > 2


def test_zero_is_what_a_pass_leaves_and_none_says_that_no_pass_came() -> None:
    x, z, unreached = leaf(), leaf(5.0), leaf(7.0)
    (x**2 + 0 * z).backward()
    assert (x.grad.item(), z.grad.item(), unreached.grad) == (4, 0, None)
    x.grad.zero_()
    assert x.grad.item() == 0


@pytest.mark.parametrize("options", [{"momentum": 0.9}, {"weight_decay": 0.5}])
def test_an_optimizer_skips_none_and_steps_with_zero(options: dict) -> None:
    moved = {}
    for set_to_none in (True, False):
        w = leaf(1.0)
        optimizer = SGD([w], lr=0.1, **options)
        (w * 1).backward()
        optimizer.step()
        before = w.item()
        optimizer.zero_grad(set_to_none=set_to_none)
        optimizer.step()
        moved[set_to_none] = w.item() != before
    assert moved == {True: False, False: True}


@pytest.mark.parametrize(
    "name",
    "SGD Adam AdamW RMSprop Adagrad Adadelta NAdam RAdam Rprop ASGD Adamax".split(),
)
def test_an_optimizer_of_any_kind_skips_none(name: str) -> None:
    w = leaf(1.0)
    optimizer = getattr(torch.optim, name)([w], lr=0.1)
    (w * 1).backward()
    optimizer.step()
    before = w.item()
    optimizer.zero_grad()
    optimizer.step()
    assert w.item() == before


def test_momentum_moves_on_by_the_learning_rate_times_nine_tenths_of_the_velocity() -> None:
    w = leaf(1.0)
    optimizer = SGD([w], lr=0.1, momentum=0.9)
    (w * 1).backward()
    optimizer.step()
    assert w.item() == pytest.approx(0.9)
    optimizer.zero_grad(set_to_none=False)
    optimizer.step()
    assert w.item() == pytest.approx(0.9 - 0.1 * (0.9 * 1 + 0))


def test_weight_decay_adds_a_multiple_of_the_parameter() -> None:
    w = leaf(1.0)
    optimizer = SGD([w], lr=0.1, weight_decay=0.5)
    w.grad = torch.tensor(0.0)
    optimizer.step()
    assert w.item() == pytest.approx(1 - 0.1 * (0 + 0.5 * 1))
    w.grad = None
    optimizer.step()
    assert w.item() == pytest.approx(0.95)


def test_a_kept_gradient_is_the_tensor_in_grad_and_changes_with_it() -> None:
    x = leaf()
    (x**2).backward()
    first, copied = x.grad, x.grad.clone()
    (x**2).backward()
    assert first is x.grad and (first.item(), copied.item()) == (8, 4)


def test_a_pass_with_create_graph_makes_a_new_tensor_for_the_sum() -> None:
    x = leaf()
    (x**2).backward()
    first = x.grad
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (x**2).backward(create_graph=True)
    assert first is not x.grad and (first.item(), x.grad.item()) == (4, 8)


def test_zero_empties_what_you_kept_and_none_leaves_it_alone() -> None:
    for reset, left in (("x.grad.zero_()", 0), ("x.grad = None", 4)):
        x = leaf()
        (x**2).backward()
        first = x.grad
        exec(reset)
        assert first.item() == left


def test_in_bfloat16_the_sum_stops_at_256() -> None:
    p = torch.tensor(1.0, dtype=torch.bfloat16, requires_grad=True)
    for _ in range(300):
        p.backward()
    assert p.grad.item() == 256
    assert torch.nextafter(p.grad, 2 * p.grad).item() == 258
    assert torch.tensor(257.0).bfloat16().item() == 256


def test_a_gradient_has_the_type_that_grad_dtype_says() -> None:
    p = torch.tensor(1.0, dtype=torch.bfloat16, requires_grad=True)
    assert p.grad_dtype == torch.bfloat16
    p.grad_dtype = torch.float32
    for _ in range(300):
        p.backward()
    assert p.grad.item() == 300 and p.grad.dtype == torch.float32


def test_grad_dtype_cannot_be_changed_while_there_is_a_gradient_of_another_type() -> None:
    p = torch.tensor(1.0, dtype=torch.bfloat16, requires_grad=True)
    p.backward()
    with pytest.raises(RuntimeError, match="grad_dtype"):
        p.grad_dtype = torch.float32


def test_a_reset_between_backward_and_step_leaves_the_parameter_where_it_was() -> None:
    w = leaf(1.0)
    optimizer = SGD([w], lr=0.1)
    for _ in range(100):
        (w**2).backward()
        optimizer.zero_grad()
        optimizer.step()
    assert w.item() == 1
    for _ in range(100):
        optimizer.zero_grad()
        (w**2).backward()
        optimizer.step()
    assert abs(w.item()) < 5e-7


def test_before_the_first_pass_there_is_no_tensor_to_zero() -> None:
    x = leaf()
    with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'zero_'"):
        x.grad.zero_()
    x.grad = None
    (x**2).backward()
    assert x.grad.item() == 4


def test_grad_takes_a_tensor_of_its_type_and_shape_or_none() -> None:
    x = leaf()
    with pytest.raises(TypeError, match="expected to be a Tensor or None"):
        x.grad = 0.0
    with pytest.raises(RuntimeError, match="attempting to assign a gradient with dtype"):
        x.grad = torch.tensor(0.0, dtype=torch.float64)
    with pytest.raises(RuntimeError, match="attempting to assign a gradient of size"):
        x.grad = torch.zeros(2)
    x.grad = torch.zeros_like(x)
    assert x.grad.item() == 0


def test_a_log_of_grad_is_one_tensor_many_times_unless_the_reset_is_none() -> None:
    x, log = leaf(), []
    for power in (1, 2, 3):
        if x.grad is not None:
            x.grad.zero_()
        (x**power).backward()
        log.append(x.grad)
    assert [g.item() for g in log] == [12, 12, 12]
    log = []
    for power in (1, 2, 3):
        x.grad = None
        (x**power).backward()
        log.append(x.grad)
    assert [g.item() for g in log] == [1, 4, 12]

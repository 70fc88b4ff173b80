"""What "Modules and gradients" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.func import functional_call
from torch.optim import SGD, Adam


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(2.0))
        self.register_buffer("shift", torch.tensor(3.0))
        self.plain = torch.tensor(4.0, requires_grad=True)


def linear(number: float = 1.0, *, bias: bool = False) -> nn.Linear:
    layer = nn.Linear(1, 1, bias=bias)
    nn.init.constant_(layer.weight, number)
    return layer


ROWS = torch.tensor([[4.0], [6.0]])
ONE = torch.ones(1, 1)


def test_a_frozen_body_stays_and_the_head_moves() -> None:
    torch.manual_seed(5)
    body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU()).requires_grad_(False)
    model = nn.Sequential(body, nn.Linear(4, 1))
    optimizer = torch.optim.AdamW(model[1].parameters(), lr=0.01)
    before = {n: t.clone() for n, t in model.state_dict().items()}
    for _ in range(3):
        model.train()
        body.eval()
        optimizer.zero_grad()
        model(torch.randn(8, 3)).square().mean().backward()
        optimizer.step()
    moved = {n for n, t in model.state_dict().items() if not torch.equal(t, before[n])}
    assert moved == {"1.weight", "1.bias"}


@pytest.mark.parametrize("left_out", ["eval", "flag"])
def test_with_one_line_less_the_body_moves_or_gets_gradients(left_out: str) -> None:
    body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    if left_out != "flag":
        body.requires_grad_(False)
    if left_out != "eval":
        body.eval()
    model = nn.Sequential(body, nn.Linear(4, 1))
    model(torch.randn(8, 3)).sum().backward()
    assert (body[0].weight.grad is not None) is (left_out == "flag")
    assert (body[1].num_batches_tracked.item() == 1) is (left_out == "eval")


def test_parameters_and_buffers_are_listed_saved_and_moved_and_attributes_are_not() -> None:
    layer = Layer()
    assert [n for n, _ in layer.named_parameters()] == ["weight"]
    assert list(layer.state_dict()) == ["weight", "shift"]
    layer.double()
    assert layer.weight.dtype == layer.shift.dtype == torch.float64
    assert layer.plain.dtype == torch.float32


def test_a_buffer_gets_no_gradient_and_a_tracked_attribute_gets_one() -> None:
    layer = Layer()
    (layer.weight * 5 + layer.shift + layer.plain).backward()
    assert (layer.weight.grad.item(), layer.plain.grad.item()) == (5, 1)
    assert layer.shift.grad is None and not layer.shift.requires_grad


@pytest.mark.parametrize("change", ["double", "half"])
def test_a_change_of_dtype_keeps_the_parameter_and_its_optimizer(change: str) -> None:
    layer = linear()
    weight, optimizer = layer.weight, SGD(layer.parameters(), lr=1.0)
    getattr(layer, change)()
    assert layer.weight is weight and weight.is_leaf
    assert optimizer.param_groups[0]["params"][0] is layer.weight
    assert not getattr(torch.ones(1, requires_grad=True), change)().is_leaf


def test_state_dict_shares_the_memory_and_is_not_tracked() -> None:
    layer = linear()
    kept = layer.state_dict()
    copied = kept["weight"].clone()
    with torch.no_grad():
        layer.weight.fill_(9)
    assert kept["weight"].item() == 9 and copied.item() == 1
    assert not kept["weight"].requires_grad


def test_load_state_dict_copies_into_the_parameters_and_keeps_the_flag() -> None:
    layer = linear()
    weight = layer.weight.requires_grad_(False)
    layer.load_state_dict({"weight": torch.full((1, 1), 5.0)})
    assert layer.weight is weight and weight.item() == 5 and not weight.requires_grad


def test_with_assign_the_module_gets_new_parameters() -> None:
    layer = linear()
    optimizer = SGD(layer.parameters(), lr=1.0)
    layer.load_state_dict({"weight": torch.full((1, 1), 5.0)}, assign=True)
    assert optimizer.param_groups[0]["params"][0] is not layer.weight


def walk(left: float | None, **options: float) -> list[float]:
    """A parameter that is frozen after one step, with this in its .grad, and two more steps."""
    w = torch.tensor(1.0, requires_grad=True)
    optimizer = SGD([w], lr=0.1, **options)
    w.grad = torch.tensor(1.0)
    optimizer.step()
    w.requires_grad_(False)
    w.grad = None if left is None else torch.tensor(left)
    found = [w.item()]
    for _ in range(2):
        optimizer.step()
        found.append(w.item())
    return found


@pytest.mark.parametrize(
    ("left", "options", "values"),
    [
        (1.0, {}, [0.9, 0.8, 0.7]),
        (1.0, {"momentum": 0.9}, [0.9, 0.71, 0.439]),
        (1.0, {"weight_decay": 0.5}, [0.85, 0.7075, 0.572125]),
        (0.0, {}, [0.9, 0.9, 0.9]),
        (0.0, {"momentum": 0.9}, [0.9, 0.81, 0.729]),
        (0.0, {"weight_decay": 0.5}, [0.85, 0.8075, 0.767125]),
        (None, {}, [0.9, 0.9, 0.9]),
        (None, {"momentum": 0.9}, [0.9, 0.9, 0.9]),
        (None, {"weight_decay": 0.5}, [0.85, 0.85, 0.85]),
    ],
)
def test_a_frozen_parameter_moves_by_what_is_left_in_grad(
    left: float | None, options: dict, values: list[float]
) -> None:
    assert walk(left, **options) == pytest.approx(values)


@pytest.mark.parametrize("name", "SGD Adam AdamW RMSprop Adagrad NAdam RAdam Rprop Adamax".split())
def test_an_optimizer_does_not_look_at_the_flag(name: str) -> None:
    w = torch.tensor(1.0, requires_grad=True)
    optimizer = getattr(torch.optim, name)([w], lr=0.1)
    w.grad = torch.tensor(1.0)
    w.requires_grad_(False)
    optimizer.step()
    assert w.item() != 1


def test_a_buffer_that_is_not_persistent_is_moved_and_not_saved() -> None:
    module = nn.Module()
    module.register_buffer("hidden", torch.ones(1), persistent=False)
    assert not module.state_dict() and module.double().hidden.dtype == torch.float64


def test_batch_norm_writes_its_mean_in_training_mode_although_frozen() -> None:
    for training, mean in ((True, 0.5), (False, 0.0)):
        norm = nn.BatchNorm1d(1).requires_grad_(False).train(training)
        norm(ROWS)
        assert norm.running_mean.item() == pytest.approx(mean)


def test_eval_stops_no_gradients() -> None:
    layer = linear().eval()
    layer(ONE).sum().backward()
    assert layer.weight.grad.item() == 1


def test_train_on_the_whole_reaches_the_parts() -> None:
    part = nn.BatchNorm1d(1).eval()
    nn.Sequential(part).train()
    assert part.training


def test_a_tied_parameter_has_one_gradient_is_listed_once_and_saved_twice() -> None:
    first, second = linear(2.0), linear()
    second.weight = first.weight
    net = nn.Sequential(first, second)
    net(3 * ONE).sum().backward()
    assert first.weight.grad.item() == 6 * 2 and second.weight.grad is first.weight.grad
    assert [n for n, _ in net.named_parameters()] == ["0.weight"]
    assert list(net.state_dict()) == ["0.weight", "1.weight"]


def test_a_parameter_made_from_a_parameter_shares_numbers_and_no_gradient() -> None:
    first, second = linear(2.0), linear()
    second.weight = nn.Parameter(first.weight)
    nn.Sequential(first, second)(3 * ONE).sum().backward()
    assert second.weight.data_ptr() == first.weight.data_ptr()
    assert first.weight.grad.item() == second.weight.grad.item() == 6
    assert second.weight.grad is not first.weight.grad


def test_functional_call_differentiates_through_a_step() -> None:
    net = linear()
    (g,) = torch.autograd.grad(net(ONE).square().sum(), net.weight, create_graph=True)
    new = {"weight": net.weight - 0.1 * g}
    functional_call(net, new, (ONE,)).square().sum().backward()
    assert new["weight"].item() == pytest.approx(0.8) and net.weight.item() == 1

    def loss(w: float) -> float:
        return (w - 0.1 * 2 * w) ** 2

    difference = (loss(1 + 1e-5) - loss(1 - 1e-5)) / 2e-5
    assert net.weight.grad.item() == pytest.approx(difference, rel=1e-5)


def test_a_wrong_name_is_ignored_unless_strict() -> None:
    net, new = linear(), {"wieght": torch.tensor([[5.0]])}
    assert functional_call(net, new, (ONE,)).item() == 1
    with pytest.raises(RuntimeError, match="Unexpected key"):
        functional_call(net, new, (ONE,), strict=True)
    with pytest.raises(RuntimeError, match="Missing key"):
        functional_call(linear(bias=True), {"weight": ONE}, (ONE,), strict=True)


def test_strict_asks_for_buffers_too() -> None:
    norm = nn.BatchNorm1d(1)
    with pytest.raises(RuntimeError, match="running_mean"):
        functional_call(norm, dict(norm.named_parameters()), (ROWS,), strict=True)


def test_a_list_hides_its_modules_and_a_module_list_does_not() -> None:
    for kind, number in ((list, 0), (nn.ModuleList, 2)):
        module = nn.Module()
        module.layers = kind([linear(), linear()])
        module.double()
        assert len(list(module.parameters())) == len(module.state_dict()) == number
        assert (module.layers[0].weight.dtype == torch.float64) is (number == 2)


def test_a_frozen_part_lets_the_gradient_through_and_no_grad_cuts_it_off() -> None:
    encoder, frozen = linear(), linear(3.0).requires_grad_(False)
    frozen(encoder(ONE)).sum().backward()
    assert encoder.weight.grad.item() == 3 and frozen.weight.grad is None
    with torch.no_grad():
        assert not frozen(encoder(ONE)).requires_grad


def half_step(make: type, gradient: float) -> float:
    w = torch.tensor(1.0, dtype=torch.float16, requires_grad=True)
    w.grad = torch.tensor(gradient, dtype=torch.float16)
    make([w], lr=1.0).step()
    return w.item()


def test_in_float16_a_small_step_is_rounded_away_and_adam_divides_zero_by_zero() -> None:
    assert half_step(SGD, 1e-4) == 1
    assert torch.tensor(1e-8).half().item() == 0
    assert math.isnan(half_step(Adam, 0.0))


def test_in_float32_both_steps_are_taken() -> None:
    for make, gradient, left in ((SGD, 1e-4, 1 - 1e-4), (Adam, 0.0, 1.0)):
        w = torch.tensor(1.0, requires_grad=True)
        w.grad = torch.tensor(gradient)
        make([w], lr=1.0).step()
        assert w.item() == pytest.approx(left, abs=1e-7)


def test_the_attributes_of_a_module_hold_no_parameter_and_no_buffer() -> None:
    found = [n for n, value in vars(Layer()).items() if torch.is_tensor(value)]
    assert found == ["plain"]


def test_a_velocity_stays_while_a_parameter_is_skipped() -> None:
    w = torch.tensor(1.0, requires_grad=True)
    optimizer = SGD([w], lr=0.1, momentum=0.9)
    found = []
    for gradient in (1.0, None, 0.0):
        w.grad = None if gradient is None else torch.tensor(gradient)
        optimizer.step()
        found.append(w.item())
    assert found == pytest.approx([0.9, 0.9, 0.81])


def test_three_uses_add_three_shares() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    (w * w * w).backward()
    assert w.grad.item() == 3 * 2 * 2


def test_a_parameter_may_be_untracked_and_a_buffer_may_be_tracked() -> None:
    assert not nn.Parameter(torch.ones(1), requires_grad=False).requires_grad
    module = nn.Module()
    module.register_buffer("b", torch.ones(1, requires_grad=True))
    (2 * module.b).backward()
    assert module.b.grad.item() == 2 and not list(module.parameters())


def test_a_tensor_that_has_the_type_already_stays_the_leaf_it_is() -> None:
    w = torch.ones(1, dtype=torch.float64, requires_grad=True)
    assert w.double() is w


@pytest.mark.parametrize("make", [torch.optim.Adam, torch.optim.AdamW])
def test_adam_cannot_go_on_after_a_change_of_type(make: type) -> None:
    layer = nn.Linear(1, 1)
    optimizer = make(layer.parameters())
    layer(torch.ones(1, 1)).sum().backward()
    optimizer.step()
    state = optimizer.state[layer.weight]["exp_avg"]
    layer.double()
    assert layer.weight.grad.dtype == torch.float64 and state.dtype == torch.float32
    with pytest.raises(RuntimeError):
        optimizer.step()


def test_batch_norm_without_running_statistics_writes_none_and_no_grad_does_not_stop_it() -> None:
    norm = nn.BatchNorm1d(1, track_running_stats=False)
    norm(torch.ones(2, 1))
    assert norm.running_mean is None
    norm = nn.BatchNorm1d(1)
    with torch.no_grad():
        norm(torch.full((2, 1), 4.0))
    assert norm.running_mean.item() == pytest.approx(0.4)


def test_no_grad_around_the_frozen_part_alone_cuts_the_encoder_off() -> None:
    encoder, frozen = nn.Linear(1, 1), nn.Linear(1, 1).requires_grad_(False)
    hidden = encoder(torch.ones(1, 1))
    with torch.no_grad():
        cut = frozen(hidden)
    assert hidden.requires_grad and not cut.requires_grad


def test_the_attributes_of_the_whole_do_not_show_those_of_its_parts() -> None:
    part = nn.Linear(1, 1)
    part.plain = torch.ones(1)
    whole = nn.Sequential(part)
    assert not any(torch.is_tensor(value) for value in vars(whole).values())
    assert any(torch.is_tensor(value) for value in vars(part).values())


def test_an_attribute_may_be_the_buffer_of_a_part_under_another_name() -> None:
    whole = nn.Module()
    whole.norm = nn.BatchNorm1d(1)
    whole.mean = whole.norm.running_mean
    assert whole.mean is vars(whole)["mean"]
    assert "mean" not in whole.state_dict() and "norm.running_mean" in whole.state_dict()
    assert whole.mean is dict(whole.named_buffers())["norm.running_mean"]


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Rprop", "LBFGS"])
def test_a_parameter_without_a_gradient_is_skipped_by_all_of_these_but_l_bfgs(name: str) -> None:
    w, v = (nn.Parameter(torch.full((2,), number)) for number in (1.0, 2.0))
    options = {"momentum": 0.9, "weight_decay": 0.1} if name == "SGD" else {}
    optimizer = getattr(torch.optim, name)([w, v], lr=0.05, **options)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = (w**4 + w * v + v**4).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    w.requires_grad_(False)
    optimizer.zero_grad()
    before = w.clone()
    optimizer.step(closure)
    assert w.grad is None
    assert torch.equal(w, before) == (name != "LBFGS")


def test_strict_asks_for_each_parameter_and_buffer_and_for_one_of_tied_ones() -> None:
    tied = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    tied[1].weight = tied[0].weight
    tied.register_buffer("table", torch.zeros(1), persistent=False)
    x, given = torch.ones(2), {"0.weight": torch.ones(2, 2)}
    with pytest.raises(RuntimeError, match="Missing key"):
        functional_call(tied, given, (x,), strict=True)
    given["table"] = torch.zeros(1)
    assert torch.equal(functional_call(tied, given, (x,), strict=True), torch.full((2,), 4.0))
    with pytest.raises(RuntimeError, match="Unexpected key"):
        functional_call(tied, given | {"another": x}, (x,), strict=True)

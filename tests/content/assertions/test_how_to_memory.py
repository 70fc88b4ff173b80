"""What "Save memory: checkpointing and saved-tensor hooks" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.autograd.graph import save_on_cpu, saved_tensors_hooks
from torch.utils.checkpoint import CheckpointError, checkpoint


def leaf(*numbers: float) -> torch.Tensor:
    return torch.tensor(numbers or (0.5, 1.0), requires_grad=True)


def again(function: Callable, *arguments: object, **options: object) -> torch.Tensor:
    return checkpoint(function, *arguments, use_reentrant=False, **options)


def saved(run: Callable[[], object]) -> list[torch.Tensor]:
    found: list[torch.Tensor] = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        found.append(tensor.detach())
        return tensor

    with saved_tensors_hooks(pack, lambda packed: packed):
        run()
    return found


def slope(pack: Callable, unpack: Callable, x: torch.Tensor) -> torch.Tensor:
    """The derivative of exp at x, through these hooks."""
    with saved_tensors_hooks(pack, unpack):
        y = x.exp()
    return torch.autograd.grad(y.sum(), x)[0]


class Counted:
    """A block of three operations that counts its runs."""

    runs = 0

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        self.runs += 1
        return x.sin().exp().tanh()


def stack(x: torch.Tensor, block: Callable, number: int, checkpointed: bool) -> torch.Tensor:
    for _ in range(number):
        x = again(block, x) if checkpointed else block(x)
    return x


@pytest.mark.parametrize("number", [1, 3, 5])
def test_checkpoints_save_the_inputs_and_run_twice_with_the_same_gradient(number: int) -> None:
    found = {}
    for checkpointed in (False, True):
        block, x, results = Counted(), leaf(), []
        kept = saved(
            lambda: results.append(stack(x, block, number, checkpointed))  # noqa: B023
        )
        results[0].sum().backward()
        found[checkpointed] = (len(kept), block.runs, x.grad)
    assert found[False][:2] == (3 * number, number)
    assert found[True][:2] == (number, 2 * number)
    assert torch.equal(found[False][2], found[True][2])


def test_what_is_saved_with_a_checkpoint_is_its_input() -> None:
    x = leaf()
    (kept,) = saved(lambda: again(Counted(), x))
    assert kept.data_ptr() == x.data_ptr()


@pytest.mark.parametrize(
    ("operation", "number"),
    [
        (lambda x: x + 1, 0),
        (torch.sum, 0),
        (torch.exp, 1),
        (torch.sin, 1),
        (lambda x: x * x, 2),
        (torch.max, 2),
    ],
)
def test_an_operation_saves_as_many_tensors_as_the_page_says(
    operation: Callable, number: int
) -> None:
    x = leaf()
    assert len(saved(lambda: operation(x))) == number


def test_within_a_block_nothing_is_saved_before_the_backward_pass() -> None:
    made, runs = [], []

    def block(x: torch.Tensor) -> torch.Tensor:
        runs.append(1)
        y = x.exp()
        made.append(y.untyped_storage()._weak_ref())
        return y * 2 + 1

    x = leaf()
    result = again(block, x)
    assert torch.UntypedStorage._expired(made[0])
    result.sum().backward()
    assert len(runs) == 2


def test_the_sum_of_inputs_and_one_block_is_least_at_the_root() -> None:
    for n in (36, 100, 10_000):
        blocks = [k for k in range(1, n + 1) if n % k == 0]
        best = min(blocks, key=lambda k: n // k + k)
        assert best == math.isqrt(n) and n // best + best == 2 * math.isqrt(n)


def test_36_operations_need_12_tensors_in_blocks_of_6() -> None:
    def chain(x: torch.Tensor, length: int) -> torch.Tensor:
        for _ in range(length):
            x = x.exp() * 0.3
        return x

    x = leaf()

    def forward(k: int) -> None:
        y = x
        for _ in range(36 // k):
            y = again(chain, y, k)

    totals = {
        k: len(saved(lambda: forward(k))) + len(saved(lambda: chain(x, k)))  # noqa: B023
        for k in (1, 4, 6, 9, 36)
    }
    assert totals == {1: 37, 4: 13, 6: 12, 9: 13, 36: 37}
    assert len(saved(lambda: chain(x, 36))) == 36


def test_pack_may_return_a_name_and_the_file_brings_the_gradient_back(tmp_path: Path) -> None:
    x = leaf()

    def pack(tensor: torch.Tensor) -> str:
        torch.save(tensor.detach(), tmp_path / "saved")
        return "saved"

    found = slope(pack, lambda name: torch.load(tmp_path / name), x)
    assert torch.equal(found, x.exp()) and [p.name for p in tmp_path.iterdir()] == ["saved"]


def test_lower_precision_halves_the_memory_and_makes_the_gradient_a_little_wrong() -> None:
    x = leaf()
    found = slope(lambda t: t.detach().bfloat16(), lambda t: t.float(), x)
    assert found.tolist() == [1.6484375, 2.71875] and not torch.equal(found, x.exp())
    assert x.bfloat16().nbytes * 2 == x.nbytes


def test_a_rounded_index_points_to_another_place() -> None:
    w = torch.zeros(300, requires_grad=True)

    def pack(t: torch.Tensor) -> tuple:
        return t.dtype, t.bfloat16()

    with saved_tensors_hooks(pack, lambda pair: pair[1].to(pair[0])):
        y = w[torch.tensor([257])]
    y.sum().backward()
    assert w.grad.nonzero().item() == 256


def test_save_on_cpu_gives_the_same_gradient() -> None:
    x = leaf()
    with save_on_cpu():
        y = x.exp()
    assert torch.equal(torch.autograd.grad(y.sum(), x)[0], x.exp())


def test_unpack_has_to_return_a_tensor() -> None:
    for wrong in (None, 1, "lost"):
        with pytest.raises(TypeError, match="unpack_hook expected to be a Tensor"):
            slope(lambda t: "lost", lambda packed, wrong=wrong: wrong, leaf())


def test_a_wrong_tensor_from_unpack_gives_a_wrong_gradient_and_no_message() -> None:
    assert slope(lambda t: t, lambda t: torch.tensor(2.0), leaf()).tolist() == [2, 2]


def test_pack_may_not_write_into_what_it_gets() -> None:
    with pytest.raises(RuntimeError, match="modifying its input in place"):
        slope(lambda t: t.mul_(2), lambda t: t, leaf())


def test_without_use_reentrant_there_is_a_warning_and_the_old_variant() -> None:
    with pytest.warns(UserWarning, match="use_reentrant parameter should be passed explicitly"):
        y = checkpoint(Counted(), leaf())
    assert y.grad_fn.name() == "CheckpointFunctionBackward"


def test_the_old_variant_loses_the_weights_where_the_input_is_untracked() -> None:
    layer, data = nn.Linear(1, 1), torch.ones(1, 1)
    again(layer, data).sum().backward()
    assert layer.weight.grad.item() == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = checkpoint(layer, data, use_reentrant=True)
    assert not y.requires_grad


def test_a_function_that_changes_gives_a_wrong_gradient_and_no_message() -> None:
    runs = []

    def impure(x: torch.Tensor) -> torch.Tensor:
        runs.append(1)
        return (len(runs) * x).exp()

    u = torch.tensor(1.0, requires_grad=True)
    y = again(impure, u)
    y.backward()
    assert y.item() == pytest.approx(math.e) and u.grad.item() == pytest.approx(math.e**2)


@pytest.mark.parametrize(
    "second",
    [
        lambda x: x[:1].exp(),
        lambda x: x.double().exp().float(),
        lambda x: x + 1,
    ],
)
def test_another_shape_dtype_or_missing_tensors_are_noticed(second: Callable) -> None:
    runs = []

    def changing(x: torch.Tensor) -> torch.Tensor:
        runs.append(1)
        return x.exp() if len(runs) == 1 else second(x)

    y = again(changing, leaf())
    with pytest.raises(CheckpointError):
        y.sum().backward()


def test_batch_norm_in_a_checkpoint_updates_its_statistics_twice() -> None:
    found = []
    for run in (lambda f, x: f(x), again):
        norm, rows = nn.BatchNorm1d(1), torch.tensor([[4.0], [6.0]], requires_grad=True)
        run(norm, rows).sum().backward()
        found.append((norm.num_batches_tracked.item(), round(norm.running_mean.item(), 3)))
    assert found == [(1, 0.5), (2, 0.95)]


def test_one_large_block_keeps_the_bytes_of_its_input() -> None:
    x = torch.ones(1000, requires_grad=True)

    def chain(x: torch.Tensor) -> torch.Tensor:
        for _ in range(36):
            x = x.exp() * 0.3
        return x

    assert sum(t.nbytes for t in saved(lambda: again(chain, x))) == 4000
    assert sum(t.nbytes for t in saved(lambda: chain(x))) == 36 * 4000


def test_each_backward_pass_runs_the_block_again() -> None:
    block = Counted()
    y = again(block, leaf()).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert block.runs == 3


@pytest.mark.parametrize("keep", [True, False])
def test_the_state_of_torchs_generator_is_set_back_unless_turned_off(keep: bool) -> None:
    torch.manual_seed(4)
    x = torch.ones(100, requires_grad=True)
    y = again(nn.Dropout(0.5), x, preserve_rng_state=keep)
    y.sum().backward()
    assert torch.equal(x.grad, y.detach()) is keep


@pytest.mark.parametrize("draw", [random.random, np.random.rand])
def test_the_generators_of_python_and_numpy_are_not_set_back(draw: Callable) -> None:
    drawn: list[float] = []

    def block(x: torch.Tensor) -> torch.Tensor:
        drawn.append(draw())
        return x.exp()

    again(block, leaf()).sum().backward()
    assert len(set(drawn)) == 2


def test_the_second_run_ends_with_the_last_tensor_that_is_needed() -> None:
    log: list[str] = []

    def block(x: torch.Tensor) -> torch.Tensor:
        log.append("begin")
        y = x.sin()
        log.append("end")
        return y + 1

    again(block, leaf()).sum().backward()
    assert log == ["begin", "end", "begin"]
    log.clear()
    again(lambda x: (log.append("run"), x + 1)[1], leaf()).sum().backward()
    assert log == ["run"]


def test_a_generator_of_your_own_is_not_set_back() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.ones(100, requires_grad=True)
    y = again(lambda t: t * torch.rand(100, generator=generator), x)
    y.sum().backward()
    assert not torch.equal(x.grad, y.detach())


def test_a_wrong_tensor_of_a_shape_that_does_not_fit_raises() -> None:
    x = torch.ones(2, requires_grad=True)
    with saved_tensors_hooks(lambda t: t, lambda t: torch.ones(3)):
        y = x.exp()
    with pytest.raises(RuntimeError, match="must match"):
        y.sum().backward()


def test_views_of_one_piece_of_memory_have_one_storage() -> None:
    pieces: dict[int, int] = {}

    def note(t: torch.Tensor) -> torch.Tensor:
        memory = t.untyped_storage()
        pieces[memory.data_ptr()] = memory.nbytes()
        return t.detach()

    c = torch.ones(1000, requires_grad=True) * 1
    with saved_tensors_hooks(note, lambda t: t):
        kept = c.sin(), c[:10].sin(), c[5:].sin()
    assert sum(pieces.values()) == 4000 and kept


@pytest.mark.parametrize("reentrant", [True, False])
@pytest.mark.parametrize("backward", [None, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("forward", [None, torch.bfloat16, torch.float16])
def test_autocast_in_the_second_run_is_that_of_the_call(
    forward: torch.dtype | None, backward: torch.dtype | None, reentrant: bool
) -> None:
    layer, x, seen = nn.Linear(2, 2), torch.ones(1, 2, requires_grad=True), []

    def block(x: torch.Tensor) -> torch.Tensor:
        y = layer(x)
        seen.append(y.dtype)
        return y.exp()

    def mode(dtype: torch.dtype | None) -> torch.autocast:
        return torch.autocast("cpu", dtype=dtype or torch.bfloat16, enabled=dtype is not None)

    with mode(forward):
        y = checkpoint(block, x, use_reentrant=reentrant).sum()
    with mode(backward):
        y.backward()
    assert seen == 2 * [forward or torch.float32]
    checkpointed, x.grad = x.grad, None
    with mode(forward):
        y = block(x).sum()
    with mode(backward):  # it converts the products of a backward pass, with and without a checkpoint
        y.backward()
    assert torch.equal(checkpointed, x.grad)


def test_a_cache_that_the_block_fills_is_not_repeated() -> None:
    cache: list[torch.Tensor] = []

    def block(x: torch.Tensor) -> torch.Tensor:
        cache.append(x.detach())
        return torch.cat([*cache, x]).exp()

    with pytest.raises(CheckpointError, match="different metadata"):
        again(block, leaf()).sum().backward()


def test_the_second_run_finds_a_cache_filled() -> None:
    cache: dict[str, torch.Tensor] = {}
    found = []

    def block(x: torch.Tensor) -> torch.Tensor:
        found.append("double" in cache)
        if "double" not in cache:
            cache["double"] = 2 * x.detach()
        return (cache["double"] * x).exp()

    again(block, leaf()).sum().backward()
    assert found == [False, True]

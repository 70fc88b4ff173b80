"""What "Autograd among other systems" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from functorch.compile import make_boxed_func
from torch import Tensor, nn
from torch._dynamo.backends.common import aot_autograd
from torch._subclasses.fake_tensor import DataDependentOutputException, FakeTensor, FakeTensorMode
from torch.autograd import Function
from torch.nn.parallel import DistributedDataParallel


def leaf(number: float = 0.5) -> Tensor:
    return torch.tensor(number, requires_grad=True)


def f(x: Tensor) -> Tensor:
    return 3 * x.cos()


@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
def test_a_compiled_gradient_is_the_ordinary_one(backend: str) -> None:
    x = leaf()
    compiled = torch.compile(f, backend=backend)
    assert torch.autograd.grad(compiled(x), x) == torch.autograd.grad(f(x), x)


def test_the_record_of_a_compiled_function_is_one_node() -> None:
    x = leaf()
    node = torch.compile(f, backend="aot_eager")(x).grad_fn
    assert node.name() == "CompiledFunctionBackward"
    assert [edge.variable for edge, _ in node.next_functions] == [x]
    assert torch.compile(f, backend="eager")(x).grad_fn.name() == "MulBackward0"


def test_inductor_is_the_default_backend() -> None:
    assert torch.compiler.get_default_backend() == "inductor"


def test_the_compiler_writes_both_passes_as_lists_of_operations() -> None:
    lists = []

    def note(module, inputs):
        nodes = module.graph.nodes
        lists.append(
            (
                [node.name for node in nodes if node.op == "placeholder"],
                [str(node.target) for node in nodes if node.op == "call_function"],
            )
        )
        return make_boxed_func(module.forward)

    x = leaf()
    torch.autograd.grad(torch.compile(f, backend=aot_autograd(fw_compiler=note))(x), x)
    (_, forward), (arguments, backward) = lists
    assert forward == ["aten.cos.default", "aten.mul.Tensor"]
    assert arguments == ["primals_1", "tangents_1"]
    assert "aten.sin.default" in backward


def test_a_graph_break_makes_a_node_for_each_piece() -> None:
    def broken(x):
        y = x.cos()
        print("between")
        return y * 3

    x = leaf()
    y = torch.compile(broken, backend="aot_eager")(x)
    first, second = y.grad_fn, y.grad_fn.next_functions[0][0]
    assert first.name() == second.name() == "CompiledFunctionBackward"
    assert second.next_functions[0][0].variable is x
    assert torch.autograd.grad(y, x) == torch.autograd.grad(f(x), x)


def test_fullgraph_raises_where_there_would_be_a_break() -> None:
    def also_broken(x):
        y = x.cos()
        print("between")
        return y * 3

    with pytest.raises(torch._dynamo.exc.Unsupported):
        torch.compile(also_broken, backend="aot_eager", fullgraph=True)(leaf())


class Fourth(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**4

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * 4 * x**3


def test_a_custom_function_is_compiled_without_a_break() -> None:
    x = leaf(2.0)
    compiled = torch.compile(lambda x: Fourth.apply(x) + 1, backend="aot_eager", fullgraph=True)
    compiled(x).backward()
    assert x.grad.item() == 32


def test_a_second_derivative_is_refused_unless_the_forward_pass_alone_was_compiled() -> None:
    x = leaf()
    (slope,) = torch.autograd.grad(torch.compile(f, backend="aot_eager")(x), x, create_graph=True)
    with pytest.raises(RuntimeError, match="does not currently support double backward"):
        slope.backward()
    (slope,) = torch.autograd.grad(torch.compile(f, backend="eager")(x), x, create_graph=True)
    (second,) = torch.autograd.grad(slope, x)
    assert second.item() == pytest.approx(-3 * x.cos().item())


class FloorThrough(Function):
    @staticmethod
    def forward(x):
        return x.floor()

    @staticmethod
    def setup_context(ctx, inputs, output):
        pass

    @staticmethod
    def backward(ctx, G):
        return G


@pytest.mark.parametrize("tracked", [False, True])
def test_a_compiled_derivative_forgets_the_backward_of_a_function_of_its_argument(tracked: bool) -> None:
    x = leaf(1.7).requires_grad_(tracked)
    for function, by_hand, compiled in (
        (FloorThrough.apply, 1, 0),
        (lambda x: 3 * FloorThrough.apply(x), 3, 0),
        (lambda x: FloorThrough.apply(2 * x), 2, 2),
        (lambda x: FloorThrough.apply(x.exp()), x.exp().item(), x.exp().item()),
    ):
        derived = torch.func.grad(function)
        assert derived(x).item() == pytest.approx(by_hand)
        again = torch.compile(derived, backend="aot_eager", fullgraph=True)
        assert again(x).item() == pytest.approx(compiled)
        torch._dynamo.reset()
    assert torch.func.grad(torch.compile(FloorThrough.apply, backend="eager"))(x) == 1
    x = leaf(1.7)
    torch.compile(FloorThrough.apply, backend="aot_eager")(x).backward()
    assert x.grad == 1


def test_compiled_autograd_has_no_enable() -> None:
    assert not hasattr(torch._dynamo.compiled_autograd, "enable")


def in_thread(function: Callable) -> object:
    answers = []
    thread = threading.Thread(target=lambda: answers.append(function()))
    thread.start()
    thread.join()
    return answers[0]


def test_a_new_thread_starts_with_recording_on() -> None:
    with torch.no_grad():
        assert in_thread(torch.is_grad_enabled) is True
    with torch.inference_mode():
        assert in_thread(torch.is_inference_mode_enabled) is False
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        assert in_thread(torch.is_grad_enabled) is True
    finally:
        torch.set_grad_enabled(before)


def test_a_switch_in_a_thread_ends_with_it() -> None:
    in_thread(lambda: torch.set_grad_enabled(False))
    assert torch.is_grad_enabled() and in_thread(torch.is_grad_enabled)


@pytest.mark.parametrize("repetition", range(20))
def test_threads_add_to_the_gradient_of_a_shared_leaf(repetition: int) -> None:
    w = leaf(1.0)
    threads = [threading.Thread(target=lambda: (3 * w).backward()) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.grad.item() == 24


def test_a_graph_of_two_threads_is_freed_by_the_first() -> None:
    def passes(y: Tensor, **options: bool) -> str:
        try:
            y.backward(**options)
            return ""
        except RuntimeError as error:
            return str(error)

    w = leaf()
    y = w**3
    assert in_thread(lambda: passes(y)) == ""
    assert "backward through the graph a second time" in in_thread(lambda: passes(y))
    y = w**3
    assert [in_thread(lambda: passes(y, retain_graph=True)) for _ in range(2)] == ["", ""]


BATCH = torch.tensor([[1.0], [2.0], [3.0], [6.0]])


@pytest.fixture
def alone() -> Iterator[None]:
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def halve(state, bucket):  # without types: DDP compares them, and here they would be strings
    future = torch.futures.Future()
    future.set_result(bucket.buffer() / 2)
    return future


def test_the_hook_of_ddp_sits_where_a_leaf_accumulates(alone: None) -> None:
    model = nn.Linear(1, 1, bias=False)
    plain = DistributedDataParallel(model)
    plain(BATCH).sum().backward()
    assert model.weight.grad.item() == 12
    model.zero_grad()
    halved = DistributedDataParallel(model)
    halved.register_comm_hook(None, halve)
    halved(BATCH).sum().backward()
    assert model.weight.grad.item() == 6
    assert torch.autograd.grad(halved(BATCH).sum(), model.weight)[0].item() == 12


def worker(rank: int, folder: str) -> None:
    """One of two processes: what it has in `.grad`, for a sum and for a mean, and from `autograd.grad`."""
    torch.set_num_threads(1)
    address = f"file://{folder}/store"
    dist.init_process_group("gloo", init_method=address, rank=rank, world_size=2)
    model = nn.Linear(1, 1, bias=False)
    ddp = DistributedDataParallel(model)
    found = []
    for reduce in (torch.sum, torch.mean):
        model.zero_grad()
        reduce(ddp(BATCH.split(2)[rank])).backward()
        found.append(model.weight.grad.item())
    (local,) = torch.autograd.grad(ddp(BATCH.split(2)[rank]).sum(), model.weight)
    found.append(local.item())
    torch.save(found, f"{folder}/{rank}")
    dist.barrier()  # who leaves first closes the connections of the other
    dist.destroy_process_group()


def test_two_processes_get_the_mean_of_their_gradients(tmp_path: Path) -> None:
    mp.spawn(worker, (str(tmp_path),), nprocs=2)
    for rank, local in enumerate((3, 9)):
        of_sum, of_mean, by_grad = torch.load(tmp_path / str(rank))
        assert of_sum == 12 / 2 and of_mean == 3 and by_grad == local


def table(*rows: int) -> nn.Embedding:
    made = nn.Embedding(4, 2, sparse=True)
    made(torch.tensor(rows)).sum().backward()
    return made


def test_a_sparse_gradient_lists_a_row_once_for_each_pick() -> None:
    grad = table(3, 0, 3, 3).weight.grad
    assert not grad.is_coalesced() and grad._indices().tolist() == [[3, 0, 3, 3]]
    whole = grad.coalesce()
    assert whole.indices().tolist() == [[0, 3]]
    assert whole.values().tolist() == [[1, 1], [3, 3]]
    assert grad.to_dense().tolist() == [[1, 1], [0, 0], [0, 0], [3, 3]]


def test_which_optimizers_take_a_sparse_gradient() -> None:
    taken = []
    for name, make in vars(torch.optim).items():
        if (
            isinstance(make, type)
            and issubclass(make, torch.optim.Optimizer)
            and name != "Optimizer"
        ):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    make(table(1, 1).parameters(), lr=0.1).step(lambda: 0.0)
                    taken.append(name)
                except RuntimeError as error:
                    assert "does not support sparse gradients" in str(error)
    assert sorted(taken) == ["Adagrad", "LBFGS", "SGD", "SparseAdam"]


def test_adam_names_sparse_adam() -> None:
    with pytest.raises(RuntimeError, match="please consider SparseAdam instead"):
        torch.optim.Adam(table(1).parameters()).step()


def test_sgd_takes_a_sparse_gradient_without_weight_decay_alone() -> None:
    torch.optim.SGD(table(1).parameters(), lr=0.1).step()
    with pytest.raises(RuntimeError, match=r"add\(sparse, dense\) is not supported"):
        torch.optim.SGD(table(1).parameters(), lr=0.1, weight_decay=0.1).step()


def test_a_fake_tensor_has_a_gradient_with_a_shape_and_no_numbers() -> None:
    with FakeTensorMode():
        w = torch.ones(100_000, 1_000_000, requires_grad=True)
        loss = (w * 2).sum()
        loss.backward()
    assert loss.grad_fn.name() == "SumBackward0"
    assert type(w.grad) is FakeTensor and w.grad.shape == w.shape
    assert w.grad.dtype == torch.float32 and w.grad.device.type == "cpu"
    for tensor in (loss, w.grad.sum()):
        with pytest.raises(DataDependentOutputException):
            tensor.item()


def test_results_keep_a_plain_subclass_and_the_gradient_does_not() -> None:
    class Named(Tensor):
        pass

    x = torch.tensor([1.0, 2.0]).as_subclass(Named).requires_grad_()
    y = (x * 3).sum()
    y.backward()
    assert (type(y), type(x.grad)) == (Named, Tensor) and x.grad.tolist() == [3, 3]


def test_what_is_computed_from_a_parameter_is_a_tensor() -> None:
    p = nn.Parameter(torch.ones(2))
    assert type(p * 2) is Tensor and type(p.clone()) is Tensor


def test_a_detached_half_has_no_part_in_the_slope() -> None:
    x = leaf()
    compiled = torch.compile(f, backend="aot_eager")
    y = compiled(x) + compiled(x).detach()
    (node, _), (nothing, _) = y.grad_fn.next_functions
    assert nothing is None and node.next_functions[0][0].variable is x
    assert torch.autograd.grad(y, x) == torch.autograd.grad(f(x), x)


def test_a_second_derivative_may_be_compiled_whole() -> None:
    def f(x: torch.Tensor) -> torch.Tensor:
        return 2 * x.sin()

    x = torch.tensor(1.0, dtype=torch.float64)
    for twice in (
        torch.compile(torch.func.hessian(f), backend="aot_eager"),
        torch.compile(torch.func.grad(torch.func.grad(f)), backend="aot_eager"),
    ):
        torch.testing.assert_close(twice(x), -2 * x.sin())


class CubeWithJvp(Function):
    @staticmethod
    def forward(x):
        return x**3

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, G):
        return G * 3 * ctx.saved_tensors[0] ** 2

    @staticmethod
    def jvp(ctx, t):
        return 100 * t  # wrong, so that one sees whether it is used


def test_a_jvp_method_stops_the_compiler_where_an_input_is_tracked() -> None:
    cube = torch.compile(lambda x: CubeWithJvp.apply(x), backend="aot_eager", fullgraph=True)
    assert cube(torch.tensor(2.0)) == 8
    with pytest.raises(torch._dynamo.exc.Unsupported, match="custom jvp"):
        cube(torch.tensor(2.0, requires_grad=True))


def test_a_compiled_jvp_forgets_the_jvp_method() -> None:
    def change(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return torch.func.jvp(CubeWithJvp.apply, (x,), (t,))[1]

    at = torch.tensor(2.0), torch.tensor(1.0)
    assert change(*at) == 100
    assert torch.compile(change, backend="eager", fullgraph=True)(*at) == 12


def test_a_switch_that_a_job_leaves_thrown_is_there_for_the_next_in_a_pool() -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(torch.set_grad_enabled, False).result()
        assert not pool.submit(torch.is_grad_enabled).result()
    assert torch.is_grad_enabled()

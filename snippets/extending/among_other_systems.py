# gradbook: timeout=120

# %% compiled
import torch


def f(x):
    return 2 * x.sin()


x = torch.tensor(1.0, requires_grad=True)
fast = torch.compile(f, backend="aot_eager")
for function in (f, fast):
    y = function(x)
    (slope,) = torch.autograd.grad(y, x)
    print(y.grad_fn.name(), f"{slope.item():.4f}")
# > MulBackward0 1.0806
# > CompiledFunctionBackward 1.0806

# %% slope_claim tags=["hide-input"]
from gradbook import derivative

derivative("2sin(x)", "2cos(x)")
# > dy/dx = 2cos(x) (proved: SymPy, finite differences, autograd at 16 points)

# %% show
from functorch.compile import make_boxed_func
from torch._dynamo.backends.common import aot_autograd


def show(module, inputs):
    print("---")
    for node in module.graph.nodes:
        if node.op == "call_function":
            print(node.name, "=", node.target, *node.args)
    return make_boxed_func(module.forward)


shown = torch.compile(f, backend=aot_autograd(fw_compiler=show))
(slope,) = torch.autograd.grad(shown(x), x)
# > ---
# > sin = aten.sin.default primals_1
# > mul = aten.mul.Tensor sin 2
# > ---
# > mul_1 = aten.mul.Tensor tangents_1 2
# > cos = aten.cos.default primals_1
# > mul_2 = aten.mul.Tensor mul_1 cos

# %% compiled_again tags=["remove-cell"]
compilations = []


def counted(module, inputs):
    compilations.append(module)
    return module.forward


again = torch.compile(f, backend=counted)
for entry in (torch.ones(2), torch.ones(2), torch.ones(2).double()):
    again(entry)
assert len(compilations) == 2

# %% two_graphs tags=["hide-input"]
from gradbook import draw, row

row(
    {
        "f(x)": draw(f(x), gradients=False),
        "fast(x)": draw(fast(x), gradients=False),
    }
)
# > f(x): Graph of a result = 1.683: 3 nodes (1 Mul, 1 Sin, 1 AccumulateGrad), 1 path to x
# > fast(x): Graph of a result = 1.683: 2 nodes (1 CompiledFunction, 1 AccumulateGrad), 1 path to x


# %% graph_break
@torch.compile(backend="aot_eager")
def broken(x):
    y = x.sin()
    print("between")
    return 2 * y


y = broken(x)
# > between
print(y.grad_fn.name())
# > CompiledFunctionBackward
print(y.grad_fn.next_functions[0][0].name())
# > CompiledFunctionBackward
(slope,) = torch.autograd.grad(y, x)
print(f"{slope.item():.4f}")
# > 1.0806


# %% custom
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * 3 * x**2


cube = torch.compile(Cube.apply, backend="aot_eager", fullgraph=True)
two = torch.tensor(2.0, requires_grad=True)
cube(two).backward()
print(two.grad)
# > tensor(12.)

# %% custom_break
class CubeForward(Cube):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_forward(x)
        return Cube.forward(ctx, x)

    @staticmethod
    def jvp(ctx, t):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * t


@torch.compile(backend="aot_eager", fullgraph=True)
def cube_forward(x):
    return CubeForward.apply(x)


try:
    cube_forward(two)
except torch._dynamo.exc.Unsupported as error:
    print(str(error).splitlines()[0])
# > Unsupported custom jvp

# %% untracked tags=["remove-cell"]
assert cube_forward(two.detach()) == 8

# %% second tags=["raises-exception"]
(slope,) = torch.autograd.grad(fast(x), x, create_graph=True)
slope.backward()
# > RuntimeError: torch.compile with aot_autograd does not currently support double backward

# %% second_eager
plain = torch.compile(f, backend="eager")
(slope,) = torch.autograd.grad(plain(x), x, create_graph=True)
(second,) = torch.autograd.grad(slope, x)
print(f"{second.item():.4f}")
# > -1.6829
twice = torch.compile(torch.func.hessian(f), backend="aot_eager")
print(f"{twice(x.detach()).item():.4f}")
# > -1.6829

# %% modes
import threading


def in_thread(function):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(function()))
    thread.start()
    thread.join()
    return answers[0]


with torch.no_grad():
    print(torch.is_grad_enabled(), in_thread(torch.is_grad_enabled))
# > False True

# %% pool tags=["remove-cell"]
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(1) as pool:
    pool.submit(torch.set_grad_enabled, False).result()
    assert not pool.submit(torch.is_grad_enabled).result()

# %% eight
w = torch.tensor(1.0, requires_grad=True)
threads = [
    threading.Thread(target=lambda: (2 * w).backward())
    for _ in range(8)
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(w.grad)
# > tensor(16.)


# %% one_graph
def passes(retain_graph):
    try:
        y.backward(retain_graph=retain_graph)
        return "fine"
    except RuntimeError as error:
        return str(error)[:48]


for retain_graph in (False, True):
    y = w**2
    print([in_thread(lambda: passes(retain_graph)) for _ in "ab"])
# > ['fine', 'Trying to backward through the graph a second ti']
# > ['fine', 'fine']

# %% ddp
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

dist.init_process_group(
    "gloo", store=dist.HashStore(), rank=0, world_size=1
)
model = nn.Linear(1, 1, bias=False)
ddp = DistributedDataParallel(model)
batch = torch.tensor([[1.0], [2.0], [3.0], [6.0]])
ddp(batch).sum().backward()
print(model.weight.grad)
# > tensor([[12.]])


# %% halved
def halve(state, bucket):
    future = torch.futures.Future()
    future.set_result(bucket.buffer() / 2)
    return future


ddp = DistributedDataParallel(model)
ddp.register_comm_hook(None, halve)
model.zero_grad()
ddp(batch).sum().backward()
print(model.weight.grad)
# > tensor([[6.]])

# %% mean_or_sum
for reduce in (torch.mean, torch.sum):
    parts = [
        torch.autograd.grad(reduce(model(piece)), model.weight)[0]
        for piece in batch.split(2)
    ]
    (whole,) = torch.autograd.grad(reduce(model(batch)), model.weight)
    print((sum(parts) / 2).item(), whole.item())
# > 3.0 3.0
# > 6.0 12.0

# %% sparse
table = nn.Embedding(4, 2, sparse=True)
table(torch.tensor([1, 1, 3])).sum().backward()
grad = table.weight.grad
print(grad.is_coalesced(), grad._indices())
# > False tensor([[1, 1, 3]])
print(grad.coalesce().indices())
# > tensor([[1, 3]])
print(grad.coalesce().values())
# > tensor([[2., 2.],
# >         [1., 1.]])

# %% optimizers
import warnings


def accepts(name):
    make = getattr(torch.optim, name)
    try:
        make(table.parameters(), lr=0.1).step(lambda: 0.0)
        return True
    except RuntimeError:
        return False


names = [n for n in torch.optim.__all__ if n[0].isupper()]
names.remove("Optimizer")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    print([name for name in names if accepts(name)])
# > ['Adagrad', 'LBFGS', 'SGD', 'SparseAdam']

# %% adam tags=["raises-exception"]
torch.optim.Adam(table.parameters()).step()
# > RuntimeError: Adam does not support sparse gradients, please consider SparseAdam instead

# %% fake
from torch._subclasses.fake_tensor import FakeTensorMode

with FakeTensorMode():
    huge = torch.ones(1_000_000, 1_000_000, requires_grad=True)
    loss = (huge * 2).sum()
    loss.backward()
print(huge.grad.shape)
# > torch.Size([1000000, 1000000])
print(loss)
# > FakeTensor(..., size=(), grad_fn=<SumBackward0>)
with FakeTensorMode():
    print(torch.tensor(3.0).item())
# > 3.0

# %% no_numbers tags=["raises-exception"]
loss.item()
# > torch._subclasses.fake_tensor.DataDependentOutputException: aten._local_scalar_dense.default


# %% subclass
class Marked(torch.Tensor):
    pass


m = torch.tensor(3.0).as_subclass(Marked).requires_grad_()
y = m**2
y.backward()
print(type(y).__name__, type(m.grad).__name__, m.grad.item())
# > Marked Tensor 6.0
(slope,) = torch.autograd.grad(m**2, m)
print(type(slope).__name__, slope.item())
# > Marked 6.0

# %% parameter
print(type(nn.Parameter(torch.ones(2)) * 2).__name__)
# > Tensor
print(type(huge.grad).__name__)
# > FakeTensor

# %% past_ddp
(slope,) = torch.autograd.grad(ddp(batch).sum(), model.weight)
print(slope)
# > tensor([[12.]])
dist.destroy_process_group()

# %% decay tags=["raises-exception"]
torch.optim.SGD(table.parameters(), lr=0.1, weight_decay=0.1).step()
# > RuntimeError: add(sparse, dense) is not supported. Use add(dense, sparse) instead.

# %% gone
print(hasattr(torch._dynamo.compiled_autograd, "enable"))
# > False

# %% predict_thread
in_thread(lambda: torch.set_grad_enabled(False))
print((x * 2).requires_grad)
# > True

# %% predict_row
table.weight.grad = None
table(torch.tensor([2, 2, 2])).sum().backward()
grad = table.weight.grad
print(grad._nnz(), grad.coalesce().values().tolist())
# > 3 [[3.0, 3.0]]

# %% compiled_detached
y = fast(x) + fast(x).detach()
(node, _), (nothing, _) = y.grad_fn.next_functions
print(y.grad_fn.name(), node.name(), nothing)
# > AddBackward0 CompiledFunctionBackward None
(slope,) = torch.autograd.grad(y, x)
print(f"{slope.item():.4f}")
# > 1.0806

# %% in_prose tags=["remove-cell"]
derivative("2sin(x)", "-2sin(x)", order=2)
# > d^2y/dx^2 = -2sin(x) (proved: SymPy, finite differences, autograd at 16 points)

# %% fails tags=["raises-exception"]
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
from torch.utils.checkpoint import checkpoint

dist.init_process_group(
    "gloo", store=dist.HashStore(), rank=0, world_size=1
)


class Net(torch.nn.Module):
    def __init__(self, reentrant):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)
        self.reentrant = reentrant

    def forward(self, x):
        return checkpoint(
            self.layer, x, use_reentrant=self.reentrant
        )


x = torch.ones(1, 2, requires_grad=True)
model = DistributedDataParallel(
    Net(reentrant=True), find_unused_parameters=True
)
model(x).sum().backward()
# > RuntimeError: Expected to mark a variable ready only once. This error is caused by one of the following reasons: 1) Use of a module parameter outside the `forward` function. Please make sure model parameters are not shared across multiple concurrent forward-backward passes. or try to use _set_static_graph() as a workaround if this module graph does not change during training loop.2) Reused parameters in multiple reentrant backward passes. For example, if you use multiple `checkpoint` functions to wrap the same part of your model, it would result in the same set of parameters been used by different reentrant backward passes multiple times, and hence marking a variable ready multiple times. DDP does not support such use cases in default. You can try to use _set_static_graph() as a workaround if your module graph does not change over iterations.
# > Parameter at index 1 with name layer.bias has been marked as ready twice. This means that multiple autograd engine  hooks have fired for this particular parameter during this iteration.

# %% cured
model = DistributedDataParallel(Net(reentrant=False))
model(x).sum().backward()
print(model.module.layer.weight.grad)
# > tensor([[1., 1.],
# >         [1., 1.]])


# %% passes_fails tags=["raises-exception"]
class Heads(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.body = torch.nn.Linear(2, 2)
        self.heads = torch.nn.ModuleDict(
            {name: torch.nn.Linear(2, 1) for name in "ab"}
        )

    def forward(self, x, names):
        h = self.body(x)
        return [self.heads[name](h).sum() for name in names]


model = DistributedDataParallel(Heads())
a, b = model(x, "ab")
a.backward(retain_graph=True)
b.backward()
# > RuntimeError: Expected to mark a variable ready only once. This error is caused by one of the following reasons: 1) Use of a module parameter outside the `forward` function. Please make sure model parameters are not shared across multiple concurrent forward-backward passes. or try to use _set_static_graph() as a workaround if this module graph does not change during training loop.2) Reused parameters in multiple reentrant backward passes. For example, if you use multiple `checkpoint` functions to wrap the same part of your model, it would result in the same set of parameters been used by different reentrant backward passes multiple times, and hence marking a variable ready multiple times. DDP does not support such use cases in default. You can try to use _set_static_graph() as a workaround if your module graph does not change over iterations.
# > Parameter at index 1 with name body.bias has been marked as ready twice. This means that multiple autograd engine  hooks have fired for this particular parameter during this iteration.

# %% passes_cured
model = DistributedDataParallel(Heads())
a, b = model(x, "ab")
(a + b).backward()
print(model.module.heads["a"].bias.grad)
# > tensor([1.])
print(model.module.heads["b"].bias.grad)
# > tensor([1.])

# %% passes_in_silence tags=["remove-cell"]
reduced = []


def count(state, bucket):
    reduced.append(bucket.index())
    future = torch.futures.Future()
    future.set_result(bucket.buffer())
    return future


plain = DistributedDataParallel(torch.nn.Linear(2, 2))
plain.register_comm_hook(None, count)
first, second = plain(x)[0]
first.backward(retain_graph=True)
assert len(reduced) == 1
second.backward()
assert len(reduced) == 1
assert plain.module.bias.grad.tolist() == [1.0, 1.0]

# %% outside_fails tags=["raises-exception"]
model = DistributedDataParallel(
    Heads(), find_unused_parameters=True
)
(a,) = model(x, "a")
b = model.module.heads["b"](x).sum()
(a + b).backward()
# > RuntimeError: Expected to mark a variable ready only once. This error is caused by one of the following reasons: 1) Use of a module parameter outside the `forward` function. Please make sure model parameters are not shared across multiple concurrent forward-backward passes. or try to use _set_static_graph() as a workaround if this module graph does not change during training loop.2) Reused parameters in multiple reentrant backward passes. For example, if you use multiple `checkpoint` functions to wrap the same part of your model, it would result in the same set of parameters been used by different reentrant backward passes multiple times, and hence marking a variable ready multiple times. DDP does not support such use cases in default. You can try to use _set_static_graph() as a workaround if your module graph does not change over iterations.
# > Parameter at index 5 with name heads.b.bias has been marked as ready twice. This means that multiple autograd engine  hooks have fired for this particular parameter during this iteration.

# %% forwards_fails tags=["raises-exception"]
model = DistributedDataParallel(
    Heads(), find_unused_parameters=True
)
(a,) = model(x, "a")
(b,) = model(x, "b")
(a + b).backward()
# > RuntimeError: Expected to mark a variable ready only once. This error is caused by one of the following reasons: 1) Use of a module parameter outside the `forward` function. Please make sure model parameters are not shared across multiple concurrent forward-backward passes. or try to use _set_static_graph() as a workaround if this module graph does not change during training loop.2) Reused parameters in multiple reentrant backward passes. For example, if you use multiple `checkpoint` functions to wrap the same part of your model, it would result in the same set of parameters been used by different reentrant backward passes multiple times, and hence marking a variable ready multiple times. DDP does not support such use cases in default. You can try to use _set_static_graph() as a workaround if your module graph does not change over iterations.
# > Parameter at index 3 with name heads.a.bias has been marked as ready twice. This means that multiple autograd engine  hooks have fired for this particular parameter during this iteration.

# %% forwards_cured
model = DistributedDataParallel(
    Heads(), find_unused_parameters=True
)
for name in "ab":
    (loss,) = model(x, name)
    loss.backward()
print(model.module.heads["a"].bias.grad)
# > tensor([1.])
print(model.module.heads["b"].bias.grad)
# > tensor([1.])

# %% fails tags=["raises-exception"]
import torch
from torch.utils.checkpoint import checkpoint

lengths = iter([2, 3])


def part(x):
    return x[: next(lengths)] ** 2


x = torch.ones(3, requires_grad=True)
checkpoint(part, x, use_reentrant=False).sum().backward()
# > torch.utils.checkpoint.CheckpointError: torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than during the forward pass.
# > tensor at position 0:
# > saved metadata: {'shape': torch.Size([2]), 'dtype': torch.float32, 'device': device(type='cpu')}
# > recomputed metadata: {'shape': torch.Size([3]), 'dtype': torch.float32, 'device': device(type='cpu')}
# > .
# >
# > Tip: To see a more detailed error message, either pass `debug=True` to
# > `torch.utils.checkpoint.checkpoint(...)` or wrap the code block
# > with `with torch.utils.checkpoint.set_checkpoint_debug_enabled(True):` to
# > enable checkpoint‑debug mode globally.
# >
# > If this error occurs under torch.compile with automatic_dynamic_shapes enabled,
# > it may be because the recomputation selected a different compiled graph than the
# > forward pass (e.g., a dynamic graph instead of the original static graph).
# > To fix this, either:
# >   - Use torch._dynamo.mark_dynamic() to explicitly mark varying dimensions as
# >     dynamic upfront, avoiding the static-to-dynamic transition.
# >   - Call torch._C._dynamo.eval_frame._set_lru_cache(False) to disable LRU cache
# >     reordering, which can change which graph is checked first between forward
# >     and recompute.
# > See https://github.com/pytorch/pytorch/issues/166926 for more details and
# > workaround examples.
# >

# %% cured
def part(x, length):
    return x[:length] ** 2


out = checkpoint(part, x, 2, use_reentrant=False)
out.sum().backward()
print(x.grad)
# > tensor([2., 2., 0.])

# %% dropout
ones = torch.ones(8, requires_grad=True)
dropout = torch.nn.Dropout(0.5)
out = checkpoint(dropout, ones, use_reentrant=False)
out.sum().backward()
print(torch.equal(out, ones.grad))
# > True

# %% python_random tags=["remove-cell"]
import random

drawn = []


def draw(x):
    drawn.append(random.random())
    return x**2


checkpoint(draw, x, use_reentrant=False).sum().backward()
assert len(drawn) == 2 and drawn[0] != drawn[1]
torch_drawn = []


def torch_draw(x):
    torch_drawn.append(torch.rand(1).item())
    return x**2


checkpoint(torch_draw, x, use_reentrant=False).sum().backward()
assert len(torch_drawn) == 2 and torch_drawn[0] == torch_drawn[1]

# %% mode_fails tags=["raises-exception"]
norm = torch.nn.BatchNorm1d(2)
data = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
out = checkpoint(norm, data, use_reentrant=False)
norm.eval()
out.sum().backward()
# > torch.utils.checkpoint.CheckpointError: torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than during the forward pass.
# > tensor at position 4:
# > saved metadata: {'shape': torch.Size([2]), 'dtype': torch.float32, 'device': device(type='cpu')}
# > recomputed metadata: {'shape': torch.Size([0]), 'dtype': torch.float32, 'device': device(type='cpu')}
# > tensor at position 5:
# > saved metadata: {'shape': torch.Size([2]), 'dtype': torch.float32, 'device': device(type='cpu')}
# > recomputed metadata: {'shape': torch.Size([0]), 'dtype': torch.float32, 'device': device(type='cpu')}
# > .
# >
# > Tip: To see a more detailed error message, either pass `debug=True` to
# > `torch.utils.checkpoint.checkpoint(...)` or wrap the code block
# > with `with torch.utils.checkpoint.set_checkpoint_debug_enabled(True):` to
# > enable checkpoint‑debug mode globally.
# >
# > If this error occurs under torch.compile with automatic_dynamic_shapes enabled,
# > it may be because the recomputation selected a different compiled graph than the
# > forward pass (e.g., a dynamic graph instead of the original static graph).
# > To fix this, either:
# >   - Use torch._dynamo.mark_dynamic() to explicitly mark varying dimensions as
# >     dynamic upfront, avoiding the static-to-dynamic transition.
# >   - Call torch._C._dynamo.eval_frame._set_lru_cache(False) to disable LRU cache
# >     reordering, which can change which graph is checked first between forward
# >     and recompute.
# > See https://github.com/pytorch/pytorch/issues/166926 for more details and
# > workaround examples.
# >

# %% mode_cured
norm.train()
out = checkpoint(norm, data, use_reentrant=False)
out.sum().backward()
norm.eval()
print(norm.bias.grad)
# > tensor([3., 3.])

# %% silent
scale = 1.0
x = torch.ones(1, requires_grad=True)
out = checkpoint(lambda x: (scale * x) ** 2, x, use_reentrant=False)
scale = 10.0
out.backward()
print(x.grad)
# > tensor([20.])

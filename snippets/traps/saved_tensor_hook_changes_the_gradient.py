# %% wrong
import torch
from torch.autograd.graph import saved_tensors_hooks

x = torch.tensor([2049.0, 70000.0], requires_grad=True)


def pack(t):
    return t.detach().half()


def unpack(half):
    return half.float()


with saved_tensors_hooks(pack, unpack):
    y = x**2
y.sum().backward()
print(x.grad)
# > tensor([4096.,   inf])

# %% truth
print(2 * x.detach())
# > tensor([  4098., 140000.])

# %% slopes tags=["remove-cell"]
slopes = torch.func.grad(lambda x: (x**2).sum())
assert torch.equal(slopes(x.detach()), 2 * x)
assert torch.finfo(torch.float16).max == 65504

# %% anything
with saved_tensors_hooks(lambda t: t, lambda t: t + 1):
    y = x**2
print(torch.autograd.grad(y.sum(), x))
# > (tensor([  4100., 140002.]),)

# %% notice
def checked(t):
    t = t.detach()
    packed = pack(t)
    if not torch.equal(unpack(packed), t):
        print("changed:", t, "to", unpack(packed))
    return packed


with saved_tensors_hooks(checked, unpack):
    y = x**2
# > changed: tensor([ 2049., 70000.]) to tensor([2048.,   inf])

# %% cured
def pack(t):
    t = t.detach()
    half = t.half()
    exact = torch.equal(half.to(t.dtype), t)
    return t.dtype, half if exact else t


def unpack(packed):
    dtype, t = packed
    return t.to(dtype)


with saved_tensors_hooks(pack, unpack):
    y = x**2
x.grad = None
y.sum().backward()
print(x.grad)
# > tensor([  4098., 140000.])

# %% on_cpu
with torch.autograd.graph.save_on_cpu():
    y = x**2
print(torch.autograd.grad(y.sum(), x))
# > (tensor([  4098., 140000.]),)

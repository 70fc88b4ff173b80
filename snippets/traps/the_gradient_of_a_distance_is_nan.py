# %% wrong
import torch

a = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor([1.0, 2.0])
distance = ((a - b) ** 2).sum().sqrt()
distance.backward()
print(distance.item(), a.grad)
# > 0.0 tensor([nan, nan])

# %% truth
import math

h = 0.5
print((math.hypot(h, 0) - math.hypot(0, 0)) / h)
# > 1.0
print((math.hypot(0, 0) - math.hypot(-h, 0)) / h)
# > -1.0

# %% notice
squares = ((a - b) ** 2).sum()
print(squares.item())
# > 0.0
print(torch.autograd.grad(squares.sqrt(), squares))
# > (tensor(inf),)

# %% cured
for f in [
    lambda v: torch.linalg.vector_norm(v),
    lambda v: ((v**2).sum() + 1e-12).sqrt(),
]:
    a.grad = None
    f(a - b).backward()
    print(a.grad)
# > tensor([0., 0.])
# > tensor([0., 0.])

# %% half tags=["remove-cell"]
v = torch.zeros(2, dtype=torch.float16, requires_grad=True)
((v**2).sum() + 1e-12).sqrt().backward()
assert v.grad.isnan().all()

# %% not_this
for f in [
    lambda v: (v**2).sum().sqrt() + 1e-12,
    lambda v: torch.hypot(v[0], v[1]),
]:
    a.grad = None
    f(a - b).backward()
    print(a.grad)
# > tensor([nan, nan])
# > tensor([nan, nan])

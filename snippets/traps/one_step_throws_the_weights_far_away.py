# %% wrong
import torch
import torch.nn.functional as F

v = torch.zeros(2, requires_grad=True)
F.normalize(v, dim=0).sum().backward()
print(v.grad)
# > tensor([1.0000e+12, 1.0000e+12])

v.grad = None
F.cosine_similarity(v, torch.tensor([3.0, 4.0]), dim=0).backward()
print(v.grad / 1e8)
# > tensor([0.6000, 0.8000])

# %% truth
def first(h):
    v = torch.tensor([h, 0.0], dtype=torch.float64)
    return F.normalize(v, dim=0)[0].item()


for h in [0.1, 1e-13]:
    print(f"{(first(h) - first(-h)) / (2 * h):.0f}")
# > 10
# > 1000000000000

# %% defaults tags=["remove-cell"]
import inspect

eps = inspect.signature(F.normalize).parameters["eps"].default
assert eps == 1e-12
assert torch.nn.CosineSimilarity().eps == 1e-8

# %% notice
rows = torch.tensor([[1e-6, 0.0], [3.0, 4.0]], requires_grad=True)
print(rows.norm(dim=1).min().item() < 1e-3)
# > True
F.normalize(rows, dim=1).sum().backward()
print(rows.grad[0])
# > tensor([      0., 1000000.])

# %% cured
rows = torch.tensor([[0.0, 0.0], [3.0, 4.0]], requires_grad=True)
long = rows.detach().norm(dim=1) > 1e-3
F.normalize(rows[long], dim=1).sum().backward()
print(rows.grad)
# > tensor([[ 0.0000,  0.0000],
# >         [ 0.0320, -0.0240]])

# %% cured_by_eps
rows.grad = None
F.normalize(rows, dim=1, eps=0.1).sum().backward()
print(rows.grad)
# > tensor([[10.0000, 10.0000],
# >         [ 0.0320, -0.0240]])

# %% wrong
import torch
from torch import nn

encoder = nn.Linear(1, 1, bias=False)
head = nn.Linear(1, 1, bias=False)
nn.init.ones_(encoder.weight)
nn.init.ones_(head.weight)
model = nn.Sequential(encoder, head)
encoder.requires_grad = False

optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x = torch.ones(1, 1)
model(x).sum().backward()
optimizer.step()
print(f"{encoder.weight.item():.1f} {head.weight.item():.1f}")
# > 0.9 0.9

# %% truth
e, h = 1.0, 1.0
h = h - 0.1 * e
print(f"{e:.1f} {h:.1f}")
# > 1.0 0.9

# %% notice
for name, p in model.named_parameters():
    print(name, p.requires_grad)
# > 0.weight True
# > 1.weight True

# %% misspelt tags=["remove-cell"]
p = nn.Parameter(torch.ones(1))
p.require_grad = False
assert p.requires_grad

# %% leftover tags=["remove-cell"]
encoder.requires_grad_(False)
before = encoder.weight.item()
optimizer.step()
assert encoder.weight.item() < before
encoder.requires_grad_(True)
# > Linear(in_features=1, out_features=1, bias=False)

# %% cured
nn.init.ones_(encoder.weight)
nn.init.ones_(head.weight)
encoder.requires_grad_(False)
optimizer.zero_grad()
model(x).sum().backward()
optimizer.step()
print(encoder.weight.grad, head.weight.grad)
# > None tensor([[1.]])
print(f"{encoder.weight.item():.1f} {head.weight.item():.1f}")
# > 1.0 0.9

# %% averages
norm = nn.BatchNorm1d(1).requires_grad_(False)
data = torch.tensor([[1.0], [3.0]])
norm(data)
print(norm.running_mean)
# > tensor([0.2000])
norm.eval()
norm(data)
print(norm.running_mean)
# > tensor([0.2000])

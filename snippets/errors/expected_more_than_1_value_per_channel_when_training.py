# %% fails tags=["raises-exception"]
import torch

norm = torch.nn.BatchNorm1d(2)
norm(torch.ones(1, 2))
# > ValueError: Expected more than 1 value per channel when training, got input size torch.Size([1, 2])

# %% cured
from torch.utils.data import DataLoader, TensorDataset

examples = TensorDataset(torch.arange(10.0).reshape(5, 2))
for (batch,) in DataLoader(examples, batch_size=2, drop_last=True):
    print(norm(batch).shape)
# > torch.Size([2, 2])
# > torch.Size([2, 2])

# %% evaluated
norm.eval()
print(norm(torch.ones(1, 2)).shape)
# > torch.Size([1, 2])

# %% image_fails tags=["raises-exception"]
images = torch.nn.BatchNorm2d(3)
print(images(torch.ones(1, 3, 2, 2)).shape)
# > torch.Size([1, 3, 2, 2])
images(torch.ones(1, 3, 1, 1))
# > ValueError: Expected more than 1 value per channel when training, got input size torch.Size([1, 3, 1, 1])

# %% untracked tags=["remove-cell"]
untracked = torch.nn.BatchNorm1d(2, track_running_stats=False).eval()
try:
    untracked(torch.ones(1, 2))
    raise AssertionError
except ValueError as error:
    assert "more than 1 value per channel" in str(error)

# %% frozen
layer = torch.nn.Linear(2, 2)
model = torch.nn.Sequential(layer, torch.nn.BatchNorm1d(2))
model.train()
for module in model.modules():
    if isinstance(module, torch.nn.BatchNorm1d):
        module.eval()
model(torch.ones(1, 2)).sum().backward()
print(layer.weight.grad.shape)
# > torch.Size([2, 2])

# %% group_fails tags=["raises-exception"]
torch.nn.GroupNorm(2, 2).eval()(torch.ones(1, 2))
# > ValueError: Expected more than 1 value per channel when training, got input size [1, 2]

# %% group_cured
row = torch.tensor([[1.0, 3.0]])
print(torch.nn.GroupNorm(1, 2)(row).detach().round())
# > tensor([[-1.,  1.]])

# %% larger tags=["remove-cell"]
rows = torch.tensor([[1.0, 3.0], [4.0, 7.0]])
assert not torch.nn.GroupNorm(2, 2)(rows).any()
assert not list(DataLoader(examples, batch_size=6, drop_last=True))

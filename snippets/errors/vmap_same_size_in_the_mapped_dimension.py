# %% fails tags=["raises-exception"]
import torch


def score(w, x):
    return w @ x


w = torch.tensor([1.0, 2.0])
xs = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
torch.vmap(score)(w, xs)
# > ValueError: vmap: Expected all tensors to have the same size in the mapped dimension, got sizes [2, 3] for the mapped dimension

# %% cured
print(torch.vmap(score, in_dims=(None, 0))(w, xs))
# > tensor([1., 2., 3.])

# %% columns_fails tags=["raises-exception"]
ws = torch.tensor([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]])
torch.vmap(score)(ws, xs.T)
# > ValueError: vmap: Expected all tensors to have the same size in the mapped dimension, got sizes [3, 2] for the mapped dimension

# %% columns_cured
print(torch.vmap(score, in_dims=(0, 1))(ws, xs.T))
# > tensor([1., 2., 3.])

# %% pairs
over_x = torch.vmap(score, in_dims=(None, 0))
pairs = torch.vmap(over_x, in_dims=(0, None))
print(pairs(torch.stack([w, -w]), xs))
# > tensor([[ 1.,  2.,  3.],
# >         [-1., -2., -3.]])

# %% not_this
a, b = torch.tensor([1.0, 2.0]), torch.tensor([10.0, 20.0, 30.0])
mixed = torch.vmap(torch.mul, in_dims=(0, None))(a, b)
print(mixed.shape)
# > torch.Size([2, 3])

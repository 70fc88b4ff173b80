# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
rows = [x, 2 * x]
torch.tensor(rows)
# > UserWarning: Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.
# > Consider using tensor.detach() first.
# > ValueError: only one element tensors can be converted to Python scalars

# %% cured
torch.stack(rows).sum().backward()
print(x.grad)
# > tensor([3., 3.])
print(torch.cat(rows).shape)
# > torch.Size([4])

# %% cut tags=["remove-cell"]
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    assert not torch.tensor([x[0], x[1]]).requires_grad

# %% not_this
copied = torch.tensor([row.tolist() for row in rows])
print(copied.requires_grad)
# > False

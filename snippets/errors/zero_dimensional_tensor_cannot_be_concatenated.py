# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([2.0, 3.0], requires_grad=True)
losses = [x.sum(), x.prod()]
torch.cat(losses).sum().backward()
# > RuntimeError: zero-dimensional tensor (at position 0) cannot be concatenated

# %% cured
torch.stack(losses).sum().backward()
print(x.grad)
# > tensor([4., 3.])

# %% shapes
a, b = torch.zeros(3), torch.zeros(3)
print(torch.cat([a, b]).shape, torch.stack([a, b]).shape)
# > torch.Size([6]) torch.Size([2, 3])

# %% mixed_fails tags=["raises-exception"]
first = torch.tensor([[1.0], [2.0]]).squeeze()
last = torch.tensor([[3.0]]).squeeze()
torch.cat([first, last])
# > RuntimeError: zero-dimensional tensor (at position 1) cannot be concatenated

# %% mixed_cured
first = torch.tensor([[1.0], [2.0]]).squeeze(1)
last = torch.tensor([[3.0]]).squeeze(1)
print(torch.cat([first, last]))
# > tensor([1., 2., 3.])

# %% not_this
print(torch.tensor([loss.item() for loss in losses]).requires_grad)
# > False
print(torch.stack(losses).requires_grad)
# > True

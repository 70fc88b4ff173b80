# %% fails tags=["raises-exception"]
import torch

x = torch.ones(2, requires_grad=True)
buffer = torch.empty(2)
torch.mul(x, 3, out=buffer)
# > RuntimeError: mul(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.

# %% cured
result = torch.mul(x, 3)
result.sum().backward()
print(x.grad)
# > tensor([3., 3.])

# %% no_grad
with torch.no_grad():
    torch.mul(x, 3, out=buffer)
print(buffer)
# > tensor([3., 3.])

# %% weight_fails tags=["raises-exception"]
w = torch.ones(2, requires_grad=True)
torch.mul(torch.ones(2), 3, out=w)
# > RuntimeError: mul(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.

# %% weight_cured
with torch.no_grad():
    w.copy_(torch.ones(2) * 3)
print(w)
# > tensor([3., 3.], requires_grad=True)

# %% not_this
torch.mul(x.detach(), 3, out=buffer)
print(buffer.requires_grad)
# > False

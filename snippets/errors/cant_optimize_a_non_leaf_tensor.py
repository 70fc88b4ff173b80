# %% fails tags=["raises-exception"]
import torch

w = torch.ones(2, requires_grad=True) * 0.5
optimizer = torch.optim.SGD([w], lr=0.1)
# > ValueError: can't optimize a non-leaf Tensor

# %% cured
w = (torch.ones(2) * 0.5).requires_grad_()
optimizer = torch.optim.SGD([w], lr=0.1)
w.sum().backward()
optimizer.step()
print(w)
# > tensor([0.4000, 0.4000], requires_grad=True)

# %% moved_fails tags=["raises-exception"]
w = torch.ones(2, requires_grad=True).double()
torch.optim.SGD([w], lr=0.1)
# > ValueError: can't optimize a non-leaf Tensor

# %% moved_cured
w = torch.ones(2, dtype=torch.float64, requires_grad=True)
print(w.is_leaf)
# > True

# %% not_this
start = torch.ones(2, requires_grad=True)
w = start * 0.5
optimizer = torch.optim.SGD([w.detach()], lr=0.1)
w.sum().backward()
optimizer.step()
print(w)
# > tensor([0.5000, 0.5000], grad_fn=<MulBackward0>)

# %% fails tags=["raises-exception"]
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
w.numpy()
# > RuntimeError: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.

# %% cured
print(w.detach().numpy())
# > [1. 2.]

# %% copied
values = w.detach().clone().numpy()
values[0] = 100.0
print(w)
# > tensor([1., 2.], requires_grad=True)

# %% function_fails tags=["raises-exception"]
import numpy as np

np.sin(w)
# > RuntimeError: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.

# %% function_cured
torch.sin(w).sum().backward()
print(torch.allclose(w.grad, torch.cos(w)))
# > True

# %% product_fails tags=["raises-exception"]
w * np.ones(2)
# > RuntimeError: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.

# %% product_cured
w.grad = None
(w * torch.from_numpy(np.full(2, 3.0))).sum().backward()
print(w.grad)
# > tensor([3., 3.])

# %% list_fails tags=["raises-exception"]
losses = []
for target in (1.0, 3.0):
    losses.append(((w - target) ** 2).sum())
np.mean(losses)
# > RuntimeError: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.

# %% list_cured
losses = []
for target in (1.0, 3.0):
    losses.append(((w - target) ** 2).sum().item())
print(np.mean(losses))
# > 3.0

# %% data_is_silent
x = torch.tensor(2.0, requires_grad=True)
y = x**2
x.data.numpy()[...] = 10.0
y.backward()
print(x.grad)
# > tensor(20.)

# %% detach_notices tags=["remove-cell"]
ways = (torch.Tensor.detach, True), (lambda t: t.data, False)
for make, noticed in ways:
    t = torch.tensor(2.0, requires_grad=True)
    r = t**2
    make(t).fill_(10.0)
    try:
        r.backward()
        raised = False
    except RuntimeError:
        raised = True
    assert raised == noticed
t = torch.tensor(2.0, requires_grad=True)
r = t**2
t.detach().numpy()[...] = 10.0
r.backward()
assert t.grad == 20

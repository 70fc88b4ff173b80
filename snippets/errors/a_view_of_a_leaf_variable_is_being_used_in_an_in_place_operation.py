# %% fails tags=["raises-exception"]
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
w[0] = 5.0
# > RuntimeError: a view of a leaf Variable that requires grad is being used in an in-place operation.

# %% cured
with torch.no_grad():
    w[0] = 5.0
(w**2).sum().backward()
print(w.grad)
# > tensor([10.,  4.])

# %% slopes tags=["remove-cell"]
assert torch.equal(w.grad, 2 * w)

# %% cloned
w = torch.tensor([1.0, 2.0], requires_grad=True)
v = w.clone()
v[0] = 5.0
(v**2).sum().backward()
print(w.grad)
# > tensor([0., 4.])

# %% slice_fails tags=["raises-exception"]
layer = torch.nn.Linear(2, 2)
layer.weight.T.fill_(1.0)
# > RuntimeError: a view of a leaf Variable that requires grad is being used in an in-place operation.

# %% slice_cured
with torch.no_grad():
    layer.weight.T.fill_(1.0)
print(layer.weight)
# > Parameter containing:
# > tensor([[1., 1.],
# >         [1., 1.]], requires_grad=True)

# %% fails tags=["raises-exception"]
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
w += 1
# > RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

# %% cured
w = torch.tensor([1.0, 2.0], requires_grad=True)
with torch.no_grad():
    w += 1
(w**2).sum().backward()
print(w.grad)
# > tensor([4., 6.])

# %% slopes tags=["remove-cell"]
assert w.tolist() == [2, 3] and torch.equal(w.grad, 2 * w)

# %% new_tensor
w = torch.tensor([1.0, 2.0], requires_grad=True)
shifted = w + 1
(shifted**2).sum().backward()
print(w.grad)
# > tensor([4., 6.])

# %% init_fails tags=["raises-exception"]
layer = torch.nn.Linear(2, 1)
layer.weight.fill_(0.5)
# > RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

# %% init_cured
torch.nn.init.constant_(layer.weight, 0.5)
print(layer.weight)
# > Parameter containing:
# > tensor([[0.5000, 0.5000]], requires_grad=True)

# %% relu_fails tags=["raises-exception"]
x = torch.tensor([-1.0, 2.0], requires_grad=True)
torch.nn.ReLU(inplace=True)(x)
# > RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

# %% relu_cured
torch.nn.ReLU()(x).sum().backward()
print(x.grad)
# > tensor([0., 1.])

# %% optimizer_fails tags=["raises-exception"]
w = torch.tensor([3.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.25, differentiable=True)
(w**2).sum().backward()
optimizer.step()
# > RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

# %% optimizer_cured
loss = (w**2).sum()
(grad,) = torch.autograd.grad(loss, w, create_graph=True)
after = w - 0.25 * grad
w.grad = None
after.sum().backward()
print(w.grad)
# > tensor([0.5000])

# %% one_formula tags=["remove-cell"]
assert torch.equal(after, w - 0.25 * 2 * w)

# %% vmap_fails tags=["raises-exception"]
x = torch.ones(2, 2, requires_grad=True)
torch.vmap(lambda row: row.mul_(2).sum())(x)
# > RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

# %% vmap_cured
torch.vmap(lambda row: (row * 2).sum())(x).sum().backward()
print(x.grad)
# > tensor([[2., 2.],
# >         [2., 2.]])

# %% set_fails tags=["raises-exception"]
x = torch.ones(2, requires_grad=True)
x.set_(torch.zeros(2))
# > RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

# %% set_cured
with torch.no_grad():
    x.copy_(torch.zeros(2))
print(x)
# > tensor([0., 0.], requires_grad=True)

# %% not_this
first = torch.tensor([1.0, 2.0], requires_grad=True)
w = first
w = w + 1
(w**2).sum().backward()
print(w.is_leaf, first.grad)
# > False tensor([4., 6.])

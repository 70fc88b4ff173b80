# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
z = torch.tensor([3.0, 4.0], requires_grad=True)
loss = (x**2).sum()
torch.autograd.grad(loss, (x, z))
# > RuntimeError: The differentiated Tensor at index 1 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.

# %% cured
loss = (x**2).sum()
print(torch.autograd.grad(loss, (x, z), allow_unused=True))
# > (tensor([2., 4.]), None)

# %% zeros
loss = (x**2).sum()
grads = torch.autograd.grad(loss, (x, z), materialize_grads=True)
print(grads)
# > (tensor([2., 4.]), tensor([0., 0.]))

# %% sliced_fails tags=["raises-exception"]
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
loss = (x**2).sum()
torch.autograd.grad(loss, x[0])
# > RuntimeError: The differentiated Tensor at index 0 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.

# %% sliced_cured
loss = (x**2).sum()
(g,) = torch.autograd.grad(loss, x)
print(g[0])
# > tensor(2.)

# %% new_tensors tags=["remove-cell"]
for change in [
    torch.Tensor.clone,
    lambda t: t.view(3, 1),
    lambda t: t.to(torch.float64),
]:
    loss = (x**2).sum()
    try:
        torch.autograd.grad(loss, change(x))
    except RuntimeError as error:
        assert "appears to not have been used" in str(error)
    else:
        raise AssertionError

# %% second_fails tags=["raises-exception"]
net = torch.nn.Linear(1, 1)
t = torch.tensor([[0.5]], requires_grad=True)
(slope,) = torch.autograd.grad(net(t), t, create_graph=True)
torch.autograd.grad(slope, t)
# > RuntimeError: The differentiated Tensor at index 0 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.

# %% second_cured
print(torch.autograd.grad(slope, t, materialize_grads=True))
# > (tensor([[0.]]),)

# %% func_fails tags=["raises-exception"]
w = torch.tensor([3.0, 4.0], requires_grad=True)


def slope(x):
    (g,) = torch.autograd.grad((x * w).sum(), w)
    return g.sum()


torch.func.grad(slope)(torch.tensor([1.0, 2.0]))
# > RuntimeError: The differentiated Tensor at index 0 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.


# %% func_cured
def slope(x, w):
    def dot(w):
        return (x * w).sum()

    return torch.func.grad(dot)(w).sum()


print(torch.func.grad(slope)(torch.tensor([1.0, 2.0]), w))
# > tensor([1., 1.])

# %% not_this
loss = (x**2).sum()
print(torch.autograd.grad(loss, x[0], allow_unused=True))
# > (None,)

# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
g = torch.autograd.grad((x**2).sum(), x)
g.sum()
# > AttributeError: 'tuple' object has no attribute 'sum'

# %% cured
(g,) = torch.autograd.grad((x**2).sum(), x)
print(g, g.sum())
# > tensor([2., 4.]) tensor(6.)

# %% lengths
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
print(torch.autograd.grad(a * b, a))
# > (tensor(3.),)
print(torch.autograd.grad(a * b, (a, b)))
# > (tensor(3.), tensor(2.))


# %% func
def square(x):
    return (x**2).sum()


print(torch.func.grad(square)(torch.tensor([1.0, 2.0])))
# > tensor([2., 4.])

# %% norm_fails tags=["raises-exception"]
x = torch.tensor([3.0, 4.0], requires_grad=True)
loss = (x**2).sum() / 2
g = torch.autograd.grad(loss, x, create_graph=True)
g.norm()
# > AttributeError: 'tuple' object has no attribute 'norm'

# %% norm_cured
loss = (x**2).sum() / 2
(g,) = torch.autograd.grad(loss, x, create_graph=True)
print(g.norm().item())
# > 5.0

# %% not_this
g = torch.autograd.grad(a**3, a, create_graph=True)
print(g[0].requires_grad, torch.tensor(g).requires_grad)
# > UserWarning: Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.
# > Consider using tensor.detach() first.
# > True False

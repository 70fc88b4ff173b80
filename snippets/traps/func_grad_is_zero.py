# %% wrong
import torch


def f(x):
    squares = [v**2 for v in x.tolist()]
    return torch.tensor(squares).sum()


x = torch.tensor([1.0, 2.0])
print(torch.func.grad(f)(x))
# > tensor([0., 0.])

# %% truth
for step in torch.eye(2) / 2:
    print((f(x + step) - f(x - step)).item())
# > 2.0
# > 4.0

# %% item
def g(x):
    return torch.tensor(x[0].item() ** 2)


print(torch.func.grad(g)(x))
# > tensor([0., 0.])

# %% notice tags=["raises-exception"]
x.requires_grad_()
torch.autograd.grad(f(x), x)
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% cured
def f(x):
    return (x**2).sum()


print(torch.func.grad(f)(x.detach()))
# > tensor([2., 4.])

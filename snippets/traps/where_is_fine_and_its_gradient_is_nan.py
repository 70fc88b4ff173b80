# %% wrong
import torch


def f(a):
    return torch.where(a <= 0, a.exp(), 1 + a)


a = torch.tensor(100.0, requires_grad=True)
y = f(a)
y.backward()
print(y.item(), a.grad)
# > 101.0 tensor(nan)

# %% truth
h = 0.5
rise = f(torch.tensor(100 + h)) - f(torch.tensor(100 - h))
print(rise / (2 * h))
# > tensor(1.)

# %% notice
print(a.detach().exp(), 0 * a.detach().exp())
# > tensor(inf) tensor(nan)

# %% cured
def f(a):
    safe = torch.where(a <= 0, a, 0.0)
    return torch.where(a <= 0, safe.exp(), 1 + a)


a.grad = None
f(a).backward()
print(a.grad)
# > tensor(1.)

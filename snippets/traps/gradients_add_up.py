# %% wrong
import torch

x = torch.tensor(3.0, requires_grad=True)
for _ in range(3):
    y = x**2
    y.backward()
    print(x.grad)
# > tensor(6.)
# > tensor(12.)
# > tensor(18.)

# %% truth
def f(x):
    return x**2


h = 0.5
print((f(3 + h) - f(3 - h)) / (2 * h))
# > 6.0

# %% notice
y = x**2
print(torch.autograd.grad(y, x))
# > (tensor(6.),)
print(x.grad)
# > tensor(18.)

# %% cured
for _ in range(3):
    x.grad = None
    y = x**2
    y.backward()
    print(x.grad)
# > tensor(6.)
# > tensor(6.)
# > tensor(6.)

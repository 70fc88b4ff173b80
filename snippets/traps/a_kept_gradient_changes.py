# %% wrong
import torch

x = torch.tensor(2.0, requires_grad=True)
(x**2).backward()
first = x.grad
print(first)
# > tensor(4.)
(x**2).backward()
print(first)
# > tensor(8.)

# %% truth
h = 0.5
print(((2 + h) ** 2 - (2 - h) ** 2) / (2 * h))
# > 4.0

# %% notice
print(first is x.grad)
# > True

# %% cured
x.grad = None
(x**2).backward()
first = x.grad.clone()
(x**2).backward()
print(first)
# > tensor(4.)

# %% cured_by_none
x.grad = None
(x**2).backward()
first = x.grad
x.grad = None
(x**2).backward()
print(first)
# > tensor(4.)

# %% zeros
optimizer = torch.optim.SGD([x])
first = x.grad
optimizer.zero_grad(set_to_none=False)
print(first)
# > tensor(0.)

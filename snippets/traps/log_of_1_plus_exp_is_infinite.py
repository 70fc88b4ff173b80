# %% wrong
import torch

z = torch.tensor(100.0, requires_grad=True)
y = torch.log(1 + torch.exp(z))
y.backward()
print(y.item(), z.grad)
# > inf tensor(nan)

# %% truth
import math


def f(z):
    return math.log(1 + math.exp(z))


h = 0.5
print(f"{f(100):.2f}")
# > 100.00
print(f"{(f(100 + h) - f(100 - h)) / (2 * h):.2f}")
# > 1.00

# %% overflow tags=["remove-cell"]
assert math.exp(100) > torch.finfo(torch.float32).max
assert 1 / torch.tensor(math.inf) == 0

# %% notice
for dtype in [torch.float16, torch.float32, torch.float64]:
    print(dtype, f"{math.log(torch.finfo(dtype).max):.1f}")
# > torch.float16 11.1
# > torch.float32 88.7
# > torch.float64 709.8

# %% cured
for f in [
    lambda z: torch.nn.functional.softplus(z),
    lambda z: torch.logaddexp(z, torch.zeros_like(z)),
]:
    z.grad = None
    y = f(z)
    y.backward()
    print(y.item(), z.grad)
# > 100.0 tensor(1.)
# > 100.0 tensor(1.)

# %% threshold
z = torch.tensor(21.0, dtype=torch.float64)
print(torch.nn.functional.softplus(z).item() == 21)
# > True
print(torch.logaddexp(z, torch.zeros_like(z)).item() > 21)
# > True

# %% default tags=["remove-cell"]
assert torch.nn.Softplus().threshold == 20

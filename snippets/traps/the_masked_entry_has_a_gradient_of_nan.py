# %% wrong
import torch

mask = torch.tensor([True, False])
masked = [
    lambda x: x.log()[mask].sum(),
    lambda x: x.log().masked_fill(~mask, 0.0).sum(),
    lambda x: (x.log() * mask).nan_to_num().sum(),
]
for f in masked:
    x = torch.tensor([1.0, 0.0], requires_grad=True)
    y = f(x)
    y.backward()
    print(y.item(), x.grad)
# > 0.0 tensor([1., nan])
# > 0.0 tensor([1., nan])
# > 0.0 tensor([1., nan])

# %% truth
def f(*x):
    return masked[0](torch.tensor(x)).item()


h = 0.01
print(f"{(f(1 + h, 0.0) - f(1 - h, 0.0)) / (2 * h):.2f}")
# > 1.00
print(f"{(f(1.0, h) - f(1.0, 0.0)) / h:.2f}")
# > 0.00

# %% slope_in_prose tags=["remove-cell"]
from gradbook import derivative

derivative("log(x)", "1/x", domain="x > 0")
# > dy/dx = 1/x (proved: SymPy, finite differences, autograd at 11 points)

# %% notice
print(torch.isfinite(x.log()))
# > tensor([ True, False])

# %% cured
for f in [
    lambda x: x[mask].log().sum(),
    lambda x: torch.where(mask, x, 1.0).log().sum(),
]:
    x = torch.tensor([1.0, 0.0], requires_grad=True)
    f(x).backward()
    print(x.grad)
# > tensor([1., 0.])
# > tensor([1., 0.])

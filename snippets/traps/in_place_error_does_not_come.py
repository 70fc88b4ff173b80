# %% wrong
import torch

x = torch.tensor([1.0], requires_grad=True)
y = x * 2
y.add_(1)
y.sum().backward()
print(x.grad)
# > tensor([2.])

# %% truth
def f(x):
    return 2 * x + 1


h = 0.5
print((f(1 + h) - f(1 - h)) / (2 * h))
# > 2.0

# %% notice
def saved(y):
    node = y.grad_fn
    names = [n for n in dir(node) if n.startswith("_saved_")]
    return [n for n in names if torch.is_tensor(getattr(node, n))]


for y in (x * 2, x.sin(), x.exp()):
    print(y.grad_fn.name(), saved(y))
# > MulBackward0 ['_saved_other']
# > SinBackward0 ['_saved_self']
# > ExpBackward0 ['_saved_result']

# %% sine tags=["remove-cell"]
y = x.sin()
y.add_(1)
(slope,) = torch.autograd.grad(y.sum(), x)
assert torch.equal(slope, x.cos())

# %% raises tags=["raises-exception"]
y = x.exp()
y.add_(1)
y.sum().backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [1]], which is output 0 of Exp, is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% cured
x = torch.tensor([0.0], requires_grad=True)
y = x.exp()
y = y + 1
y.sum().backward()
print(x.grad)
# > tensor([1.])

# %% slope tags=["remove-cell"]
slope = torch.func.grad(lambda x: torch.exp(x) + 1)
assert slope(torch.tensor(0.0)) == 1

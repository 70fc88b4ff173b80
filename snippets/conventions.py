# %% same_function
import torch

x = torch.tensor(0.0, requires_grad=True)
zero = torch.tensor(0.0)
for relu in (x.relu(), x.clamp(min=0), torch.maximum(x, zero)):
    print(torch.autograd.grad(relu, x))
# > (tensor(0.),)
# > (tensor(1.),)
# > (tensor(0.5000),)

# %% kept
def kept(call):
    tensors = []
    hooks = torch.autograd.graph.saved_tensors_hooks
    with hooks(lambda t: tensors.append(t) or t, lambda t: t):
        call()
    return len(tensors)


x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
W = torch.ones(3, 3)
for name, call in {
    "x + 1": lambda: x + 1,
    "x * 2": lambda: x * 2,
    "x / 2": lambda: x / 2,
    "sum": x.sum,
    "mean": x.mean,
    "x * x": lambda: x * x,
    "exp": x.exp,
    "sigmoid": x.sigmoid,
    "softmax": lambda: x.softmax(0),
    "relu": x.relu,
    "sqrt": x.sqrt,
    "sin": x.sin,
    "abs": x.abs,
    "x ** 2": lambda: x**2,
    "W @ x": lambda: W @ x,
    "max()": x.max,
}.items():
    print(f"{name:8}", kept(call))
# > x + 1    0
# > x * 2    0
# > x / 2    0
# > sum      0
# > mean     0
# > x * x    2
# > exp      1
# > sigmoid  1
# > softmax  1
# > relu     1
# > sqrt     1
# > sin      1
# > abs      1
# > x ** 2   1
# > W @ x    1
# > max()    2

# %% both_tracked tags=["remove-cell"]
W.requires_grad_()
print(kept(lambda: W @ x))
# > 2

# %% wrong
import torch
from torch import nn
from torch.func import functional_call

layer = nn.Linear(1, 1, bias=False)
nn.init.ones_(layer.weight)
x = torch.tensor([[2.0]])
w = torch.tensor([[5.0]])


def output(w):
    return functional_call(layer, {"wieght": w}, (x,)).sum()


print(output(w).item())
# > 2.0
print(torch.func.grad(output)(w))
# > tensor([[0.]])

# %% truth
print((w @ x).item(), ((w + 1) @ x - w @ x).item())
# > 10.0 2.0

# %% notice tags=["raises-exception"]
functional_call(layer, {"wieght": w}, (x,), strict=True)
# > RuntimeError: Error(s) in reparametrizing for Linear:
# >         Unexpected key(s): 'wieght'.
# >         Missing key(s): 'weight'.

# %% cured
def output(w):
    weights = dict(layer.named_parameters()) | {"weight": w}
    return functional_call(layer, weights, (x,), strict=True).sum()


print(output(w).item())
# > 10.0
print(torch.func.grad(output)(w))
# > tensor([[2.]])

# %% buffers tags=["remove-cell"]
model = nn.Sequential(nn.BatchNorm1d(1))
data = torch.tensor([[1.0], [3.0]])
weights = dict(model.named_parameters())
assert list(weights) == ["0.weight", "0.bias"]
try:
    functional_call(model, weights, (data,), strict=True)
    raise AssertionError
except RuntimeError as error:
    assert "0.running_mean" in str(error)
weights |= dict(model.named_buffers())
functional_call(model, weights, (data,), strict=True)
v = w.clone().requires_grad_()
y = functional_call(layer, {"wieght": v}, (x,)).sum()
try:
    torch.autograd.grad(y, v)
    raise AssertionError
except RuntimeError as error:
    assert "to not have been used" in str(error)

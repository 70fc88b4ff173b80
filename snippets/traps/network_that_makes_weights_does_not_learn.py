# %% wrong
import torch
from torch import nn

maker = nn.Linear(1, 1, bias=False)
nn.init.ones_(maker.weight)
layer = nn.Linear(1, 1, bias=False)
x = torch.tensor([[2.0]])


def output():
    made = maker(torch.tensor([[3.0]]))
    layer.weight = nn.Parameter(made)
    return layer(x).sum()


output().backward()
print(maker.weight.grad, layer.weight.grad)
# > None tensor([[2.]])

# %% truth
results = []
for w in (0.5, 1.5):
    nn.init.constant_(maker.weight, w)
    results.append(output().item())
print(results[1] - results[0])
# > 6.0

# %% notice
print([n for n, p in maker.named_parameters() if p.grad is None])
# > ['weight']
print(layer.weight.is_leaf, layer.weight.grad_fn)
# > True None

# %% cured
from torch.func import functional_call


def output():
    made = maker(torch.tensor([[3.0]]))
    return functional_call(
        layer, {"weight": made}, (x,), strict=True
    ).sum()


output().backward()
print(maker.weight.grad)
# > tensor([[6.]])

# %% linear tags=["remove-cell"]
made = maker(torch.tensor([[3.0]]))
result = torch.nn.functional.linear(x, made).sum()
(slope,) = torch.autograd.grad(result, maker.weight)
assert slope.item() == 6

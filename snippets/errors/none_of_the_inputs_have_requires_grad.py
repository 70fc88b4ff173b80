# %% fails
import torch
from torch.utils.checkpoint import checkpoint

layer = torch.nn.Linear(2, 1)
data = torch.tensor([[3.0, 4.0]])
out = checkpoint(layer, data, use_reentrant=True)
# > UserWarning: None of the inputs have requires_grad=True. Gradients will be None
print(out.requires_grad)
# > False

# %% cured
out = checkpoint(layer, data, use_reentrant=False)
out.sum().backward()
print(layer.weight.grad)
# > tensor([[3., 4.]])

# %% input_asks
layer.weight.grad = None
asking = data.clone().requires_grad_()
checkpoint(layer, asking, use_reentrant=True).sum().backward()
print(layer.weight.grad, asking.grad is not None)
# > tensor([[3., 4.]]) True

# %% dict_fails
x = torch.zeros(2, requires_grad=True)
batch = {"x": x}
out = checkpoint(lambda b: b["x"].sin(), batch, use_reentrant=True)
print(out.requires_grad)
# > False

# %% list_too tags=["remove-cell"]
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for box in ([x], (x,)):
        out = checkpoint(lambda b: b[0].sin(), box, use_reentrant=True)
        assert not out.requires_grad

# %% dict_cured
out = checkpoint(lambda b: b["x"].sin(), batch, use_reentrant=False)
out.sum().backward()
print(x.grad)
# > tensor([1., 1.])

# %% not_this
layer.weight.grad = None
out = checkpoint(layer, data, use_reentrant=True)
# > UserWarning: None of the inputs have requires_grad=True. Gradients will be None
out.requires_grad_().sum().backward()
print(layer.weight.grad)
# > None

# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([1, 2], requires_grad=True)
# > RuntimeError: Only Tensors of floating point and complex dtype can require gradients

# %% truth_values tags=["remove-cell"]
try:
    torch.tensor([True], requires_grad=True)
except RuntimeError as error:
    assert "floating point" in str(error)
else:
    raise AssertionError

# %% cured
x = torch.tensor([1.0, 2.0], requires_grad=True)
(x**2).sum().backward()
print(x.grad)
# > tensor([2., 4.])

# %% dtypes
print(torch.tensor([1, 2]).dtype, torch.tensor([1.0, 2.0]).dtype)
# > torch.int64 torch.float32

# %% attribute_fails tags=["raises-exception"]
x = torch.arange(3)
x.requires_grad = True
# > RuntimeError: only Tensors of floating point and complex dtype can require gradients

# %% attribute_cured
x = torch.arange(3).float()
x.requires_grad = True
(x**2).sum().backward()
print(x.grad, x.is_leaf)
# > tensor([0., 2., 4.]) True

# %% parameter_fails tags=["raises-exception"]
torch.nn.Parameter(torch.arange(3))
# > RuntimeError: Only Tensors of floating point and complex dtype can require gradients

# %% parameter_cured
print(torch.nn.Parameter(torch.arange(3.0)))
# > Parameter containing:
# > tensor([0., 1., 2.], requires_grad=True)

# %% buffer_cured
model = torch.nn.Module()
model.register_buffer("positions", torch.arange(3))
print(list(model.state_dict()), list(model.parameters()))
# > ['positions'] []

# %% buffer_moves tags=["remove-cell"]
assert model.to("meta").positions.device.type == "meta"

# %% not_this
w = torch.tensor([1.6, 2.0], requires_grad=True)
print(w.long().requires_grad)
# > False

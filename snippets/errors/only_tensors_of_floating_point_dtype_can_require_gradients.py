# %% fails tags=["raises-exception"]
import torch

x = torch.arange(3)
x.requires_grad_()
# > RuntimeError: only Tensors of floating point dtype can require gradients

# %% truth_values tags=["remove-cell"]
try:
    torch.tensor([True]).requires_grad_()
except RuntimeError as error:
    assert "floating point" in str(error)
else:
    raise AssertionError

# %% cured
x = torch.arange(3.0).requires_grad_()
(x**2).sum().backward()
print(x.grad)
# > tensor([0., 2., 4.])

# %% complex_is_taken
z = torch.tensor([1 + 2j]).requires_grad_()
print(z)
# > tensor([1.+2.j], requires_grad=True)

# %% ids_cured
table = torch.nn.Embedding.from_pretrained(torch.eye(3))
rows = table(torch.tensor([0, 2])).detach().requires_grad_()
(3 * rows).sum().backward()
print(rows.grad)
# > tensor([[3., 3., 3.],
# >         [3., 3., 3.]])

# %% ids_refused tags=["remove-cell"]
try:
    table(torch.tensor([0, 2]).float().requires_grad_())
except RuntimeError as error:
    assert "argument #1 'indices'" in str(error)
else:
    raise AssertionError

# %% module_fails tags=["raises-exception"]
model = torch.nn.Linear(2, 1)
codes = torch.tensor([3, 1], dtype=torch.int8)
model.codes = torch.nn.Parameter(codes, requires_grad=False)
model.requires_grad_(False)
model.requires_grad_(True)
# > RuntimeError: only Tensors of floating point dtype can require gradients

# %% module_cured
for p in model.parameters():
    p.requires_grad_(p.is_floating_point())
print([p.requires_grad for p in model.parameters()])
# > [True, True, False]


# %% func_fails tags=["raises-exception"]
def square(x):
    return (x**2).sum()


torch.func.grad(square)(torch.arange(3))
# > RuntimeError: only Tensors of floating point dtype can require gradients

# %% func_cured
print(torch.func.grad(square)(torch.arange(3.0)))
# > tensor([0., 2., 4.])


# %% argnums
def error(label, w):
    return (w - label) ** 2


label, w = torch.tensor(1), torch.tensor(3.0)
print(torch.func.grad(error, argnums=1)(label, w))
# > tensor(4.)

# %% quantized_fails tags=["raises-exception"]
x = torch.ones(2)
q = torch.quantize_per_tensor(x, 0.1, 0, torch.qint8)
# > UserWarning: torch.quantize_per_tensor, torch.quantize_per_channel and other quantized tensor creation functions that produce tensors with dtype torch.quint8, torch.qint8, and torch.qint32 are deprecated and will be removed in a future PyTorch release. Please see https://github.com/pytorch/pytorch/issues/184982 for more information.
q.requires_grad_()
# > RuntimeError: only Tensors of floating point dtype can require gradients

# %% quantized_cured
x = torch.tensor([0.26, 0.5], requires_grad=True)
y = torch.fake_quantize_per_tensor_affine(x, 0.1, 0, 0, 255)
y.sum().backward()
print(y)
# > tensor([0.3000, 0.5000],
# >        grad_fn=<FakeQuantizePerTensorAffineCachemaskBackward0>)
print(x.grad)
# > tensor([1., 1.])

# %% range tags=["remove-cell"]
x = torch.tensor([-1.0, 0.26, 100.0], requires_grad=True)
y = torch.fake_quantize_per_tensor_affine(x, 0.1, 0, 0, 255)
y.sum().backward()
assert x.grad.tolist() == [0.0, 1.0, 0.0]

# %% not_this
w = torch.tensor([1.6, 2.0], requires_grad=True)
rounded = w.long().float().requires_grad_()
rounded.sum().backward()
print(w.grad)
# > None

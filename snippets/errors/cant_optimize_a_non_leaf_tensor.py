# %% fails tags=["raises-exception"]
import torch

w = torch.ones(2, requires_grad=True) * 0.5
optimizer = torch.optim.SGD([w], lr=0.1)
# > ValueError: can't optimize a non-leaf Tensor

# %% cured
w = (torch.ones(2) * 0.5).requires_grad_()
optimizer = torch.optim.SGD([w], lr=0.1)
w.sum().backward()
optimizer.step()
print(w)
# > tensor([0.4000, 0.4000], requires_grad=True)

# %% moved_fails tags=["raises-exception"]
w = torch.ones(2, requires_grad=True).double()
torch.optim.SGD([w], lr=0.1)
# > ValueError: can't optimize a non-leaf Tensor

# %% moved_cured
w = torch.ones(2, dtype=torch.float64, requires_grad=True)
print(w.is_leaf)
# > True

# %% part_fails tags=["raises-exception"]
table = torch.nn.Embedding(3, 1)
torch.nn.init.ones_(table.weight)
torch.optim.SGD([table.weight[:2]], lr=0.1)
# > ValueError: can't optimize a non-leaf Tensor

# %% part_cured
mask = torch.tensor([[1.0], [1.0], [0.0]])
table.weight.register_hook(lambda grad: grad * mask)
optimizer = torch.optim.SGD([table.weight], lr=0.1)
table.weight.sum().backward()
optimizer.step()
print(table.weight.detach().flatten())
# > tensor([0.9000, 0.9000, 1.0000])

# %% parametrized
layer = torch.nn.utils.parametrizations.weight_norm(
    torch.nn.Linear(2, 1)
)
print(layer.weight.is_leaf)
# > False
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)

# %% not_this
start = torch.ones(2, requires_grad=True)
w = start * 0.5
optimizer = torch.optim.SGD([w.detach()], lr=0.1)
w.sum().backward()
optimizer.step()
print(w)
# > tensor([0.5000, 0.5000], grad_fn=<MulBackward0>)

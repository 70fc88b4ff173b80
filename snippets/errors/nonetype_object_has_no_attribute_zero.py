# %% fails tags=["raises-exception"]
import torch

w = torch.tensor(5.0, requires_grad=True)
for step in range(2):
    loss = w**2
    loss.backward()
    w = w - 0.1 * w.grad
    w.grad.zero_()
# > UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information.
# > AttributeError: 'NoneType' object has no attribute 'zero_'

# %% cured
w = torch.tensor(5.0, requires_grad=True)
for step in range(2):
    loss = w**2
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
print(w)
# > tensor(3.2000, requires_grad=True)

# %% early_fails tags=["raises-exception"]
w = torch.tensor(5.0, requires_grad=True)
w.grad.zero_()
# > AttributeError: 'NoneType' object has no attribute 'zero_'

# %% early_cured
optimizer = torch.optim.SGD([w], lr=0.1)
optimizer.zero_grad()
print(w.grad)
# > None

# %% not_this
first = torch.tensor(5.0, requires_grad=True)
w = first
for step in range(2):
    loss = w**2
    loss.backward(retain_graph=True)
    w = w - 0.1 * w.grad
    w.retain_grad()
w.backward()
print(first.grad)
# > tensor(19.)

# %% unused tags=["remove-cell"]
used, unused = torch.nn.Linear(1, 1), torch.nn.Linear(1, 1)
used(torch.ones(1)).sum().backward()
assert used.weight.grad is not None and unused.weight.grad is None

# %% fails tags=["raises-exception"]
import torch

used = torch.nn.Linear(2, 1)
unused = torch.nn.Linear(2, 1)
parameters = [*used.parameters(), *unused.parameters()]
used(torch.tensor([[3.0, 0.5]])).sum().backward()
for p in parameters:
    p.grad.data.clamp_(-1, 1)
# > AttributeError: 'NoneType' object has no attribute 'data'

# %% cured
used.zero_grad()
used(torch.tensor([[3.0, 0.5]])).sum().backward()
for p in parameters:
    if p.grad is not None:
        p.grad.clamp_(-1, 1)
print(used.weight.grad)
# > tensor([[1.0000, 0.5000]])

# %% clipped
torch.nn.utils.clip_grad_value_(parameters, 0.25)
print(used.weight.grad)
# > tensor([[0.2500, 0.2500]])

# %% which_are_none tags=["remove-cell"]
assert not used.weight.grad.requires_grad
assert unused.weight.grad is None
frozen = torch.nn.Linear(2, 1)
frozen.weight.requires_grad_(False)
frozen(torch.ones(1, 2)).sum().backward()
assert frozen.weight.grad is None and frozen.bias.grad is not None
frozen.zero_grad()
assert frozen.bias.grad is None

# %% emptied_fails tags=["raises-exception"]
optimizer = torch.optim.SGD(used.parameters(), lr=0.1)
used(torch.ones(1, 2)).sum().backward()
optimizer.zero_grad()
print(used.weight.grad.data)
# > AttributeError: 'NoneType' object has no attribute 'data'

# %% emptied_cured
optimizer.zero_grad()
used(torch.ones(1, 2)).sum().backward()
print(used.weight.grad)
# > tensor([[1., 1.]])
optimizer.step()

# %% not_this
both = torch.optim.SGD(parameters, lr=0.1)
both.zero_grad(set_to_none=False)
print(used.weight.grad, unused.weight.grad)
# > tensor([[0., 0.]]) None

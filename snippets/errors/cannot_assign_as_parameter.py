# %% fails tags=["raises-exception"]
import torch

model = torch.nn.Linear(2, 1)
model.weight = torch.ones(1, 2)
# > TypeError: cannot assign 'torch.FloatTensor' as parameter 'weight' (torch.nn.Parameter or None expected)

# %% cured
with torch.no_grad():
    model.weight.copy_(torch.ones(1, 2))
print(model.weight)
# > Parameter containing:
# > tensor([[1., 1.]], requires_grad=True)

# %% step_fails tags=["raises-exception"]
model(torch.ones(1, 2)).sum().backward()
model.weight = model.weight - 0.1 * model.weight.grad
# > TypeError: cannot assign 'torch.FloatTensor' as parameter 'weight' (torch.nn.Parameter or None expected)

# %% step_cured
with torch.no_grad():
    model.weight -= 0.1 * model.weight.grad
print(model.weight)
# > Parameter containing:
# > tensor([[0.9000, 0.9000]], requires_grad=True)

# %% computed
scale = torch.tensor(2.0, requires_grad=True)
weights = {"weight": scale * torch.ones(1, 2), "bias": torch.zeros(1)}
out = torch.func.functional_call(model, weights, torch.ones(1, 2))
out.sum().backward()
print(scale.grad)
# > tensor(2.)

# %% not_this
scale.grad = None
model.weight = torch.nn.Parameter(scale * torch.ones(1, 2))
model(torch.ones(1, 2)).sum().backward()
print(scale.grad)
# > None

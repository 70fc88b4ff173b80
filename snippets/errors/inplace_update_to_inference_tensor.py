# %% fails tags=["raises-exception"]
import torch

with torch.inference_mode():
    total = torch.zeros(2)
total.add_(1)
# > RuntimeError: Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.

# %% cured
with torch.inference_mode():
    total = torch.zeros(2)
total = total.clone()
total.add_(1)
print(total)
# > tensor([1., 1.])

# %% written
with torch.inference_mode():
    total = torch.zeros(2)
try:
    total.add_(1)
except RuntimeError:
    print(total)
# > tensor([1., 1.])

# %% model_fails tags=["raises-exception"]
with torch.inference_mode():
    model = torch.nn.Linear(2, 1)
model(torch.ones(1, 2)).sum().backward()
torch.optim.SGD(model.parameters(), lr=0.1).step()
# > RuntimeError: Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.

# %% model_cured
model = torch.nn.Linear(2, 1)
before = model.bias.item()
model(torch.ones(1, 2)).sum().backward()
torch.optim.SGD(model.parameters(), lr=0.1).step()
print(round(before - model.bias.item(), 4))
# > 0.1

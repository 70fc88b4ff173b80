# %% fails tags=["raises-exception"]
import torch

model = torch.nn.Linear(2, 1)
torch.optim.SGD(model.parameters, lr=0.1)
# > TypeError: 'method' object is not iterable

# %% cured
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
print(len(optimizer.param_groups[0]["params"]))
# > 2

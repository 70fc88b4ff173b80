# %% wrong
import torch
from torch import nn

x, target = torch.tensor([[1.0]]), torch.tensor([[3.0]])


def train(model, optimizer):
    for _ in range(3):
        optimizer.zero_grad()
        loss = ((model(x) - target) ** 2).mean()
        loss.backward()
        optimizer.step()
        print(f"{loss.item():.2f}")


model = nn.Linear(1, 1, bias=False)
nn.init.ones_(model.weight)
optimizer = torch.optim.SGD(model.state_dict().values(), lr=0.1)
train(model, optimizer)
# > 4.00
# > 4.00
# > 4.00

# %% truth
def f(w):
    return (w - 3) ** 2


h = 0.5
slope = (f(1 + h) - f(1 - h)) / (2 * h)
print(slope, round(f(1 - 0.1 * slope), 2))
# > -4.0 2.56

# %% after_a_step tags=["remove-cell"]
assert round(1 - 0.1 * slope, 2) == 1.4

# %% notice
def left_out(model, optimizer):
    groups = optimizer.param_groups
    held = {id(p) for group in groups for p in group["params"]}
    named = model.named_parameters()
    return [name for name, p in named if id(p) not in held]


print(left_out(model, optimizer))
# > ['weight']

# %% cured
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
train(model, optimizer)
# > 4.00
# > 2.56
# > 1.64

# %% replaced
model = nn.Sequential(nn.Linear(1, 1, bias=False))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model[0] = nn.Linear(1, 1, bias=False)
print(left_out(model, optimizer))
# > ['0.weight']

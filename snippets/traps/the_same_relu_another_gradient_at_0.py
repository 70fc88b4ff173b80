# %% wrong
import torch

ways = {
    "relu": torch.relu,
    "clamp": lambda x: x.clamp(min=0),
    "maximum": lambda x: torch.maximum(x, torch.tensor(0.0)),
    "if": lambda x: x if x > 0 else 0 * x,
}
for name, f in ways.items():
    x = torch.tensor(0.0, requires_grad=True)
    y = f(x)
    y.backward()
    print(name, y.item(), x.grad.item())
# > relu 0.0 0.0
# > clamp 0.0 1.0
# > maximum 0.0 0.5
# > if 0.0 0.0

# %% identity
for name in ["relu", "clamp"]:
    f = ways[name]
    x = torch.tensor(0.0, requires_grad=True)
    (f(x) - f(-x)).backward()
    print(name, x.grad.item())
# > relu 0.0
# > clamp 2.0

# %% truth
h = 0.5
print((max(0 + h, 0) - max(0, 0)) / h)
# > 1.0
print((max(0, 0) - max(0 - h, 0)) / h)
# > 0.0

# %% notice
inputs = torch.relu(torch.tensor([-2.0, -1.0, 0.0, 3.0]))
print((inputs == 0).sum())
# > tensor(3)

# %% cured
for chosen in [lambda x: x > 0, lambda x: x >= 0]:
    x = torch.tensor(0.0, requires_grad=True)
    torch.where(chosen(x), x, 0.0).backward()
    print(x.grad)
# > tensor(0.)
# > tensor(1.)

# %% wrong
import functools

import torch

ways = {
    "max()": lambda x: x.max(),
    "amax(0)": lambda x: x.amax(0),
    "max(0)": lambda x: x.max(0).values,
    "topk(1)": lambda x: x.topk(1).values[0],
    "sort": lambda x: x.sort(stable=True).values[-1],
    "maximum": lambda x: functools.reduce(torch.maximum, x),
}
for name, f in ways.items():
    x = torch.ones(3, requires_grad=True)
    f(x).backward()
    print(name, x.grad)
# > max() tensor([0.3333, 0.3333, 0.3333])
# > amax(0) tensor([0.3333, 0.3333, 0.3333])
# > max(0) tensor([1., 0., 0.])
# > topk(1) tensor([1., 0., 0.])
# > sort tensor([0., 0., 1.])
# > maximum tensor([0.2500, 0.2500, 0.5000])

# %% truth
h = 0.5
for i in range(3):
    up, down = [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]
    up[i] += h
    down[i] -= h
    print((max(up) - 1) / h, (1 - max(down)) / h)
# > 1.0 0.0
# > 1.0 0.0
# > 1.0 0.0

# %% notice
print((x == x.max()).sum())
# > tensor(3)

# %% cured
for f in [torch.amax, torch.logsumexp]:
    x = torch.ones(3, requires_grad=True)
    y = f(x, 0)
    y.backward()
    print(f"{y.item():.2f}", x.grad)
# > 1.00 tensor([0.3333, 0.3333, 0.3333])
# > 2.10 tensor([0.3333, 0.3333, 0.3333])

# %% softmax
print(torch.softmax(torch.ones(3), 0))
# > tensor([0.3333, 0.3333, 0.3333])

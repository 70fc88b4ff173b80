# %% wrong
import torch

a = torch.nn.Parameter(torch.tensor(1.0))
b = torch.nn.Parameter(torch.tensor(1.0))
optimizer = torch.optim.SGD([a, b], lr=0.1, momentum=0.9)

(a + b).backward()
optimizer.step()
print(f"{a.item():.2f} {b.item():.2f}")
# > 0.90 0.90

optimizer.zero_grad(set_to_none=False)
a.backward()
optimizer.step()
print(f"{a.item():.2f} {b.item():.2f}")
# > 0.71 0.81

# %% truth
def loss(a, b):
    return a


h = 0.5
print((loss(0.9, 0.9 + h) - loss(0.9, 0.9 - h)) / (2 * h))
# > 0.0
velocity = 0.9 * 1 + 0
print(f"{0.9 - 0.1 * velocity:.2f}")
# > 0.81

# %% notice
for name, p in {"a": a, "b": b}.items():
    if p.grad is not None and not p.grad.any():
        print(name, p.grad, optimizer.state[p])
# > b tensor(0.) {'momentum_buffer': tensor(0.9000)}

# %% cured
optimizer.zero_grad()
before = b.item()
a.backward()
optimizer.step()
print(a.grad, b.grad, b.item() == before)
# > tensor(1.) None True

# %% rows
from torch import nn

batches = torch.tensor([[0, 1], [0, 0]])  # word 1 is in one only
for sparse, kind in (
    (False, torch.optim.Adam),
    (True, torch.optim.SparseAdam),
):
    table = nn.Embedding(2, 1, sparse=sparse)
    nn.init.ones_(table.weight)
    optimizer = kind(table.parameters(), lr=0.1)
    for batch in batches:
        optimizer.zero_grad()
        table(batch).sum().backward()
        optimizer.step()
        row = table.weight[1].item()
        print(kind.__name__, f"{row:.2f}")
# > Adam 0.90
# > Adam 0.83
# > SparseAdam 0.90
# > SparseAdam 0.90

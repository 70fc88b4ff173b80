# %% fails tags=["raises-exception"]
import torch

model = torch.nn.Linear(2, 1)
torch.optim.Muon(model.parameters())
# > ValueError: Muon only supports 2D parameters whereas we found a parameter with size: torch.Size([1])

# %% cured
matrices = [p for p in model.parameters() if p.ndim == 2]
others = [p for p in model.parameters() if p.ndim != 2]
optimizers = [
    torch.optim.Muon(matrices, lr=0.1),
    torch.optim.AdamW(others, lr=0.1),
]
model(torch.ones(1, 2)).sum().backward()
before = [p.detach().clone() for p in model.parameters()]
for optimizer in optimizers:
    optimizer.step()
    optimizer.zero_grad()
for old, p in zip(before, model.parameters()):
    print(bool((old != p).any()))
# > True
# > True

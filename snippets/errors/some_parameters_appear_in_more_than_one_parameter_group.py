# %% fails tags=["raises-exception"]
import torch

model = torch.nn.Linear(2, 1)
groups = [
    {"params": model.parameters(), "lr": 0.1},
    {"params": [model.bias], "lr": 0.01},
]
torch.optim.SGD(groups)
# > ValueError: some parameters appear in more than one parameter group

# %% cured
rest = [p for p in model.parameters() if p is not model.bias]
groups = [
    {"params": rest, "lr": 0.1},
    {"params": [model.bias], "lr": 0.01},
]
optimizer = torch.optim.SGD(groups)
model(torch.ones(1, 2)).sum().backward()
before = [p.detach().clone() for p in (model.weight, model.bias)]
optimizer.step()
for old, p in zip(before, (model.weight, model.bias)):
    print((old - p.detach()).flatten())
# > tensor([0.1000, 0.1000])
# > tensor([0.0100])

# %% tied_fails tags=["raises-exception"]
reader, writer = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
writer.weight = reader.weight
groups = [
    {"params": reader.parameters(), "lr": 0.1},
    {"params": writer.parameters(), "lr": 0.01},
]
torch.optim.SGD(groups)
# > ValueError: some parameters appear in more than one parameter group

# %% tied_cured
seen = {id(p) for p in reader.parameters()}
rest = [p for p in writer.parameters() if id(p) not in seen]
groups = [
    {"params": reader.parameters(), "lr": 0.1},
    {"params": rest, "lr": 0.01},
]
optimizer = torch.optim.SGD(groups)
print([len(group["params"]) for group in optimizer.param_groups])
# > [2, 1]

# %% compared tags=["remove-cell"]
try:
    writer.bias in [reader.bias]
    raise AssertionError
except RuntimeError as error:
    assert "Boolean value of Tensor" in str(error)

# %% twice_warns
optimizer = torch.optim.SGD([model.bias, model.bias], lr=0.1)
# > UserWarning: optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; see github.com/pytorch/pytorch/issues/40967 for more information

# %% fails tags=["raises-exception"]
import torch

w = torch.ones(2, requires_grad=True)
v = torch.ones(2, requires_grad=True)
saved = torch.optim.SGD(
    [{"params": [w]}, {"params": [v]}], lr=0.1
).state_dict()
torch.optim.SGD([w, v], lr=0.1).load_state_dict(saved)
# > ValueError: loaded state dict has a different number of parameter groups

# %% cured
optimizer = torch.optim.SGD(
    [{"params": [w]}, {"params": [v]}], lr=0.5
)
optimizer.load_state_dict(saved)
print([group["lr"] for group in optimizer.param_groups])
# > [0.1, 0.1]

# %% added
optimizer = torch.optim.SGD([w], lr=0.5)
optimizer.add_param_group({"params": [v]})
optimizer.load_state_dict(saved)
print(len(optimizer.param_groups))
# > 2

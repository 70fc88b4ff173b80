# %% fails tags=["raises-exception"]
import torch

w = torch.ones(2, requires_grad=True)
v = torch.ones(2, requires_grad=True)
saved = torch.optim.SGD([w, v], lr=0.1).state_dict()
torch.optim.SGD([w], lr=0.1).load_state_dict(saved)
# > ValueError: loaded state dict contains a parameter group that doesn't match the size of optimizer's group

# %% cured
optimizer = torch.optim.SGD([w, v], lr=0.1)
optimizer.load_state_dict(saved)
print(len(optimizer.param_groups[0]["params"]))
# > 2

# %% not_this
optimizer = torch.optim.SGD([w, v], lr=0.1, momentum=0.9)
w.sum().backward()
(2 * v).sum().backward()
optimizer.step()
other = torch.optim.SGD([v, w], lr=0.1, momentum=0.9)
other.load_state_dict(optimizer.state_dict())
print(other.state[v]["momentum_buffer"])
# > tensor([1., 1.])

# %% learning_rate tags=["remove-cell"]
assert saved["param_groups"][0]["lr"] == 0.1
optimizer = torch.optim.SGD([w, v], lr=0.5)
assert optimizer.param_groups[0]["lr"] == 0.5
optimizer.load_state_dict(saved)
assert optimizer.param_groups[0]["lr"] == 0.1

# %% fails
import torch


def show(module, grad_input, grad_output):
    print([g.shape for g in grad_input])


model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
x = torch.ones(1, 2, requires_grad=True)
handle = model.register_backward_hook(show)
model(x).sum().backward()
# > FutureWarning: Using a non-full backward hook when the forward contains multiple autograd Nodes is deprecated and will be removed in future versions. This hook will be missing some grad_input. Please use register_full_backward_hook to get the documented behavior.
# > [torch.Size([1, 3])]

# %% cured
model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
model.register_full_backward_hook(show)
model(x).sum().backward()
# > [torch.Size([1, 2])]

# %% equal tags=["remove-cell"]
kept = []
model.register_full_backward_hook(lambda m, gi, go: kept.append(gi))
x.grad = None
model(x).sum().backward()
# > [torch.Size([1, 2])]
assert torch.equal(kept[0][0], x.grad)

# %% both tags=["raises-exception"]
model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
model.register_backward_hook(show).remove()
model.register_full_backward_hook(show)
# > RuntimeError: Cannot use both regular backward hooks and full backward hooks on a single Module. Please use only one of them.

# %% fails
import torch


def show(module, grad_input, grad_output):
    print(grad_input, grad_output)


layer = torch.nn.Linear(2, 1)
torch.nn.init.constant_(layer.weight, 3.0)
layer.register_full_backward_hook(show)
layer(torch.ones(1, 2)).sum().backward()
# > UserWarning: Full backward hook is firing when gradients are computed with respect to module outputs since no inputs require gradients. See https://docs.pytorch.org/docs/main/generated/torch.nn.Module.html#torch.nn.Module.register_full_backward_hook for more details.
# > (None,) (tensor([[1.]]),)

# %% weights
print(layer.weight.grad)
# > tensor([[1., 1.]])

# %% output_hook
plain = torch.nn.Linear(2, 1)
out = plain(torch.ones(1, 2))
out.register_hook(lambda grad: print(grad))
out.sum().backward()
# > tensor([[1.]])

# %% cured
x = torch.ones(1, 2, requires_grad=True)
layer(x).sum().backward()
# > (tensor([[3., 3.]]),) (tensor([[1.]]),)

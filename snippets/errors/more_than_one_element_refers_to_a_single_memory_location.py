# %% fails tags=["raises-exception"]
import torch

x = torch.ones(1).expand(3)
x.add_(1)
# > RuntimeError: unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.

# %% cured
x = torch.ones(1).expand(3).clone()
x.add_(1)
print(x)
# > tensor([2., 2., 2.])

# %% new_tensor
x = torch.ones(1).expand(3)
print(x + 1)
# > tensor([2., 2., 2.])

# %% hook_fails tags=["raises-exception"]
x = torch.ones(3, requires_grad=True)
x.register_hook(lambda grad: grad.mul_(2))
x.sum().backward()
# > RuntimeError: unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.

# %% stride
x = torch.ones(3, requires_grad=True)
x.register_hook(lambda grad: print(grad.stride()))
x.sum().backward()
# > (0,)

# %% hook_cured
x = torch.ones(3, requires_grad=True)
x.register_hook(lambda grad: grad * 2)
x.sum().backward()
print(x.grad)
# > tensor([2., 2., 2.])

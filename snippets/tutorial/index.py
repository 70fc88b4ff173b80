# %% two_tools
import torch

x = torch.tensor(2.0, requires_grad=True)
torch.autograd.backward(x**3)
print(x.grad)
# > tensor(12.)
print(torch.autograd.grad(x**3, x))
# > (tensor(12.),)

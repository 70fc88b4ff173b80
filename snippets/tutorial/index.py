# %% two_tools
import torch

x = torch.tensor(2.0, requires_grad=True)
torch.autograd.backward(x**3)
print(x.grad)
print(torch.autograd.grad(x**3, x))

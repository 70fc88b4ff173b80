# %% fails
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
copy = torch.tensor(x)
# > UserWarning: To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).
print(copy)
# > tensor([1., 2.])

# %% cured
copy = x.detach().clone()
print(copy)
# > tensor([1., 2.])

# %% kept
x.clone().sum().backward()
print(x.grad)
# > tensor([1., 1.])

# %% as_tensor
print(torch.as_tensor(x) is x)
# > True
print(torch.as_tensor([1.0, 2.0]))
# > tensor([1., 2.])

# %% not_this
x.grad = None
copy = torch.tensor(x, requires_grad=True)
# > UserWarning: To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).
copy.sum().backward()
print(copy.grad, x.grad)
# > tensor([1., 1.]) None

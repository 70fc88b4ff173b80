# %% fails
import torch
from torch.utils.checkpoint import checkpoint

x = torch.zeros(2, requires_grad=True)
checkpoint(torch.sin, x).sum().backward()
# > UserWarning: torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9, calling checkpoint without use_reentrant will raise an exception. use_reentrant=False is recommended, but if you need to preserve the current default behavior, you can pass use_reentrant=True. Refer to docs for more details on the differences between the two variants.
print(x.grad)
# > tensor([1., 1.])

# %% release
print(torch.__version__)
# > 2.13.0+cpu

# %% cured
x.grad = None
checkpoint(torch.sin, x, use_reentrant=False).sum().backward()
print(x.grad)
# > tensor([1., 1.])

# %% sequential_fails
from torch.utils.checkpoint import checkpoint_sequential

model = torch.nn.Sequential(torch.nn.Tanh(), torch.nn.Tanh())
checkpoint_sequential(model, 2, x).sum().backward()
# > UserWarning: torch.utils.checkpoint.checkpoint_sequential: the use_reentrant parameter should be passed explicitly. In version 2.9 we will raise an exception if use_reentrant is not passed. use_reentrant=False is recommended, but if you need to preserve the current default behavior, you can pass use_reentrant=True. Refer to docs for more details on the differences between the two variants.

# %% sequential_cured
x.grad = None
out = checkpoint_sequential(model, 2, x, use_reentrant=False)
out.sum().backward()
print(x.grad)
# > tensor([1., 1.])

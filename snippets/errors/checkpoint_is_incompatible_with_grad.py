# %% fails tags=["raises-exception"]
import torch
from torch.utils.checkpoint import checkpoint

x = torch.zeros(2, requires_grad=True)
y = checkpoint(torch.sin, x, use_reentrant=True).sum()
torch.autograd.grad(y, x)
# > RuntimeError: When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` parameter to .backward(). To resolve this error, you can either set use_reentrant=False, or call .backward() without passing the `inputs` argument.

# %% cured
y = checkpoint(torch.sin, x, use_reentrant=False).sum()
print(torch.autograd.grad(y, x))
# > (tensor([1., 1.]),)

# %% plain
y = checkpoint(torch.sin, x, use_reentrant=True).sum()
y.backward()
print(x.grad)
# > tensor([1., 1.])

# %% inputs_fail tags=["raises-exception"]
y = checkpoint(torch.sin, x, use_reentrant=True).sum()
y.backward(inputs=[x])
# > RuntimeError: When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` parameter to .backward(). To resolve this error, you can either set use_reentrant=False, or call .backward() without passing the `inputs` argument.

# %% inputs_cured
x.grad = None
y = checkpoint(torch.sin, x, use_reentrant=False).sum()
y.backward(inputs=[x])
print(x.grad)
# > tensor([1., 1.])

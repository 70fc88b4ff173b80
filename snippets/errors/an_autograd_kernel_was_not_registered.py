# %% fails
import torch

library = torch.library.Library("lone", "DEF")
library.define("double(Tensor x) -> Tensor")
library.impl("double", lambda x: x * 2, "CPU")

x = torch.tensor([5.0], requires_grad=True)
torch.ops.lone.double(x).backward()
# > UserWarning: lone::double: an autograd kernel was not registered to the Autograd key(s) but we are trying to backprop through it. This may lead to silently incorrect behavior. This behavior is deprecated and will be removed in a future version of PyTorch. If your operator is differentiable, please ensure you have registered an autograd kernel to the correct Autograd key (e.g. DispatchKey::Autograd, DispatchKey::CompositeImplicitAutograd). If your operator is not differentiable, or to squash this warning and use the previous behavior, please register torch::CppFunction::makeFallthrough() to DispatchKey::Autograd.
print(x.grad)
# > tensor([2.])

# %% cured
library.define("triple(Tensor x) -> Tensor")
library.impl("triple", lambda x: x * 3, "CPU")
torch.library.register_autograd(
    "lone::triple", lambda ctx, grad: grad * 3, lib=library
)
x.grad = None
torch.ops.lone.triple(x).backward()
print(x.grad)
# > tensor([3.])

# %% silent tags=["remove-cell"]
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("error")
    torch.ops.lone.triple(x).backward()

library.define("by_numpy(Tensor x) -> Tensor")
library.impl(
    "by_numpy",
    lambda x: torch.from_numpy(x.detach().numpy() * 2),
    "CPU",
)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    y = torch.ops.lone.by_numpy(x)
    try:
        (found,) = torch.autograd.grad(y, x, allow_unused=True)
    except RuntimeError:
        found = None
assert found is None or not torch.equal(found, torch.tensor([2.0]))

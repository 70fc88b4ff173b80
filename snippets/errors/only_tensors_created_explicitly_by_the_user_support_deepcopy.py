# %% fails tags=["raises-exception"]
import copy

import torch

model = torch.nn.Linear(2, 1)
model.last = model(torch.ones(1, 2))
copy.deepcopy(model)
# > RuntimeError: Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001

# %% cured
model.last = model(torch.ones(1, 2)).detach()
twin = copy.deepcopy(model)
print(twin.weight.equal(model.weight))
# > True

# %% find
model.last = model(torch.ones(1, 2))
for name, module in model.named_modules():
    for key, value in vars(module).items():
        if getattr(value, "grad_fn", None) is not None:
            print(repr(name), key)
# > '' last

# %% norm_fails tags=["raises-exception"]
normed = torch.nn.utils.spectral_norm(torch.nn.Linear(2, 1))
normed(torch.ones(1, 2))
copy.deepcopy(normed)
# > RuntimeError: Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001

# %% norm_cured
from torch.nn.utils import parametrizations

for norm in [
    parametrizations.spectral_norm,
    parametrizations.weight_norm,
]:
    normed = norm(torch.nn.Linear(2, 1))
    normed(torch.ones(1, 2))
    copy.deepcopy(normed)
print("copied")
# > copied

# %% weight_norm tags=["remove-cell"]
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    old = torch.nn.utils.weight_norm(torch.nn.Linear(2, 1))
try:
    copy.deepcopy(old)
except RuntimeError as error:
    assert "deepcopy protocol" in str(error)
else:
    raise AssertionError

# %% averaged_fails tags=["raises-exception"]
torch.optim.swa_utils.AveragedModel(model)
# > RuntimeError: Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001

# %% averaged_cured
model.last = None
averaged = torch.optim.swa_utils.AveragedModel(model)
print(averaged.module.weight.equal(model.weight))
# > True

# %% tensor_fails tags=["raises-exception"]
x = torch.tensor([1.0, 2.0], requires_grad=True)
copy.deepcopy(2 * x)
# > RuntimeError: Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001

# %% tensor_cured
y = 2 * x
print(y.clone())
# > tensor([2., 4.], grad_fn=<CloneBackward0>)
print(y.detach().clone())
# > tensor([2., 4.])

# %% not_this
shallow = copy.copy(model)
print(shallow.weight is model.weight)
# > True

# %% fails
import torch
from torch.nn.functional import mse_loss

p = torch.tensor([1.0, 3.0])
target = torch.tensor([0.0, 0.0])
print(mse_loss(p, target, size_average=False))
# > UserWarning: size_average and reduce args will be deprecated, please use reduction='sum' instead.
# > tensor(10.)

# %% cured
for reduction in ("sum", "mean", "none"):
    print(reduction, mse_loss(p, target, reduction=reduction))
# > sum tensor(10.)
# > mean tensor(5.)
# > none tensor([1., 9.])

# %% same tags=["remove-cell"]
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for old, new in [
        ({"size_average": False}, "sum"),
        ({"size_average": True}, "mean"),
        ({"reduce": False}, "none"),
    ]:
        expected = mse_loss(p, target, reduction=new)
        assert torch.equal(mse_loss(p, target, **old), expected)

# %% fails
import torch
from torch.nn.functional import kl_div

p = torch.tensor([[0.5, 0.5], [0.75, 0.25]])
q = torch.tensor([[0.25, 0.75], [0.25, 0.75]])
print(kl_div(q.log(), p))
# > UserWarning: reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides only by the batch size, and aligns with the KL div math definition.'mean' will be changed to behave the same as 'batchmean' in the next major release.
# > tensor(0.1733)

# %% cured
print(kl_div(q.log(), p, reduction="batchmean"))
# > tensor(0.3466)
print((p * (p / q).log()).sum(1).mean())
# > tensor(0.3466)

# %% half tags=["remove-cell"]
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    halved = kl_div(q.log(), p)
whole = kl_div(q.log(), p, reduction="batchmean")
assert torch.isclose(whole, 2 * halved)

# %% tokens
p, q = p.unsqueeze(0), q.unsqueeze(0)
print(p.shape)
# > torch.Size([1, 2, 2])
print(kl_div(q.log(), p, reduction="batchmean"))
# > tensor(0.6931)

# %% tokens_cured
p, q = p.flatten(0, -2), q.flatten(0, -2)
print(kl_div(q.log(), p, reduction="batchmean"))
# > tensor(0.3466)

# %% not_this
print(kl_div(p, p, reduction="batchmean"))
# > tensor(-1.1902)
nothing = kl_div(p.log(), p, reduction="batchmean")
print(torch.isclose(nothing, torch.tensor(0.0), atol=1e-6))
# > tensor(True)

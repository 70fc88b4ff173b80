# %% fails
import torch
from torch.nn.functional import mse_loss

p = torch.tensor([[1.0], [2.0], [3.0]], requires_grad=True)
target = torch.tensor([1.0, 2.0, 3.0])
print(mse_loss(p, target))
# > UserWarning: Using a target size (torch.Size([3])) that is different to the input size (torch.Size([3, 1])). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.
# > tensor(1.3333, grad_fn=<MseLossBackward0>)

# %% cured
print(mse_loss(p.squeeze(1), target))
# > tensor(0., grad_fn=<MseLossBackward0>)

# %% pulled
mse_loss(p, target).backward()
# > UserWarning: Using a target size (torch.Size([3])) that is different to the input size (torch.Size([3, 1])). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.
print(p.grad.squeeze(1))
# > tensor([-0.6667,  0.0000,  0.6667])

# %% others
from torch.nn import functional as F

for loss in (F.l1_loss, F.smooth_l1_loss, F.huber_loss):
    print(loss(p.detach(), target))
# > UserWarning: Using a target size (torch.Size([3])) that is different to the input size (torch.Size([3, 1])). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.
# > tensor(0.8889)
# > tensor(0.5556)
# > tensor(0.5556)

# %% not_this
print(((p - target) ** 2).mean())
# > tensor(1.3333, grad_fn=<MeanBackward0>)

# %% fails tags=["raises-exception"]
import torch
from torch.nn.functional import binary_cross_entropy

p = torch.full((3, 1), 0.5, requires_grad=True)
target = torch.tensor([1.0, 0.0, 1.0])
binary_cross_entropy(p, target)
# > ValueError: Using a target size (torch.Size([3])) that is different to the input size (torch.Size([3, 1])) is deprecated. Please ensure they have the same size.

# %% cured
binary_cross_entropy(p.squeeze(1), target).backward()
print(p.grad.squeeze(1))
# > tensor([-0.6667,  0.6667, -0.6667])

# %% fails tags=["raises-exception"]
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

scores = torch.zeros(3, 1, requires_grad=True)
target = torch.tensor([1.0, 0.0, 1.0])
binary_cross_entropy_with_logits(scores, target)
# > ValueError: Target size (torch.Size([3])) must be the same as input size (torch.Size([3, 1]))

# %% cured
binary_cross_entropy_with_logits(scores.squeeze(1), target).backward()
print(scores.grad.squeeze(1))
# > tensor([-0.1667,  0.1667, -0.1667])

# %% cured_too
loss = binary_cross_entropy_with_logits(scores, target.unsqueeze(1))
print(loss)
# > tensor(0.6931, grad_fn=<BinaryCrossEntropyWithLogitsBackward0>)

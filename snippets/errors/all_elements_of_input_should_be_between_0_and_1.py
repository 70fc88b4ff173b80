# %% fails tags=["raises-exception"]
import torch
from torch.nn import functional as F

score = torch.tensor([1.2], requires_grad=True)
target = torch.tensor([1.0])
F.binary_cross_entropy(score, target)
# > RuntimeError: all elements of input should be between 0 and 1

# %% cured
F.binary_cross_entropy_with_logits(score, target).backward()
print(score.grad, torch.sigmoid(score) - target)
# > tensor([-0.2315]) tensor([-0.2315], grad_fn=<SubBackward0>)

# %% nan_fails tags=["raises-exception"]
p = torch.sigmoid(torch.tensor([float("nan")]))
F.binary_cross_entropy(p, target)
# > RuntimeError: all elements of input should be between 0 and 1

# %% not_this
score.grad = None
p = score.clamp(0, 1)
F.binary_cross_entropy(p, torch.tensor([0.0])).backward()
print(score.grad)
# > tensor([0.])

# %% target_fails tags=["raises-exception"]
mask = torch.tensor([255.0])
half = torch.tensor([0.5], requires_grad=True)
F.binary_cross_entropy(half, mask)
# > RuntimeError: all elements of target should be between 0 and 1

# %% target_cured
F.binary_cross_entropy(half, mask / 255).backward()
print(half.grad)
# > tensor([-2.])

# %% target_unseen
for score in (0.0, 1.0, 2.0):
    score = torch.tensor([score])
    loss = F.binary_cross_entropy_with_logits(score, mask)
    print(f"{loss.item():.1f}")
# > 0.7
# > -253.7
# > -507.9

# %% fails tags=["raises-exception"]
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

scores = torch.zeros(2, requires_grad=True)
target = torch.tensor([1, 0])
binary_cross_entropy_with_logits(scores, target)
# > RuntimeError: result type Float can't be cast to the desired output type Long

# %% cured
binary_cross_entropy_with_logits(scores, target.float()).backward()
print(scores.grad)
# > tensor([-0.2500,  0.2500])

# %% in_place_fails tags=["raises-exception"]
counts = torch.tensor([1, 2])
counts += 0.5
# > RuntimeError: result type Float can't be cast to the desired output type Long

# %% in_place_cured
counts = torch.tensor([1, 2])
print(counts + 0.5)
# > tensor([1.5000, 2.5000])

# %% fails tags=["raises-exception"]
import torch
from torch.nn.functional import cross_entropy

scores = torch.zeros(2, 3, requires_grad=True)
cross_entropy(scores, torch.tensor([1, 3]))
# > IndexError: Target 3 is out of bounds.

# %% cured
target = torch.tensor([1, 3]) - 1
cross_entropy(scores, target).backward()
print(target, scores.grad.shape)
# > tensor([0, 2]) torch.Size([2, 3])

# %% wider
target = torch.tensor([1, 3])
layer = torch.nn.Linear(5, int(target.max()) + 1)
print(cross_entropy(layer(torch.zeros(2, 5)), target).shape)
# > torch.Size([])

# %% ignored
print(cross_entropy(scores, torch.tensor([1, -100])))
# > tensor(1.0986, grad_fn=<NllLossBackward0>)
print(cross_entropy(scores[:1], torch.tensor([1])))
# > tensor(1.0986, grad_fn=<NllLossBackward0>)

# %% minus_one_fails tags=["raises-exception"]
cross_entropy(scores, torch.tensor([1, -1]))
# > IndexError: Target -1 is out of bounds.

# %% minus_one_cured
print(cross_entropy(scores, torch.tensor([1, -1]), ignore_index=-1))
# > tensor(1.0986, grad_fn=<NllLossBackward0>)

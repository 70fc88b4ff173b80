# %% fails tags=["raises-exception"]
import torch
from torch.nn.functional import cross_entropy, one_hot

scores = torch.zeros(2, 3, requires_grad=True)
target = one_hot(torch.tensor([1, 0]), 3)
cross_entropy(scores, target)
# > RuntimeError: Expected floating point type for target with class probabilities, got Long

# %% cured
cross_entropy(scores, torch.tensor([1, 0])).backward()
print(scores.grad)
# > tensor([[ 0.1667, -0.3333,  0.1667],
# >         [-0.3333,  0.1667,  0.1667]])

# %% as_probabilities
by_numbers = scores.grad
scores.grad = None
cross_entropy(scores, target.float()).backward()
print(torch.equal(scores.grad, by_numbers))
# > True

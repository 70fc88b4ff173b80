# %% fails tags=["raises-exception"]
import torch
from torch.nn.functional import cross_entropy

scores = torch.zeros(2, 3, requires_grad=True)
cross_entropy(scores, torch.tensor([0, 1, 2]))
# > ValueError: Expected input batch_size (2) to match target batch_size (3).

# %% cured
scores = torch.zeros(3, 3, requires_grad=True)
target = torch.tensor([0, 1, 2])
print(scores.shape, target.shape)
# > torch.Size([3, 3]) torch.Size([3])
cross_entropy(scores, target).backward()
print(scores.grad.diagonal())
# > tensor([-0.2222, -0.2222, -0.2222])

# %% view_fails tags=["raises-exception"]
images = torch.zeros(2, 4, 2, 2)
labels = torch.tensor([0, 1])
head = torch.nn.Linear(8, 3)
cross_entropy(head(images.view(-1, 8)), labels)
# > ValueError: Expected input batch_size (4) to match target batch_size (2).

# %% view_cured
head = torch.nn.Linear(16, 3)
features = images.flatten(1)
print(features.shape)
# > torch.Size([2, 16])
cross_entropy(head(features), labels).backward()
print(head.bias.grad.shape)
# > torch.Size([3])

# %% words_fails tags=["raises-exception"]
scores = torch.zeros(2, 4, 5, requires_grad=True)
target = torch.ones(2, 4, dtype=torch.int64)
cross_entropy(scores.view(-1, 4), target.view(-1))
# > ValueError: Expected input batch_size (10) to match target batch_size (8).

# %% words_cured
loss = cross_entropy(scores.view(-1, 5), target.view(-1))
print(loss)
# > tensor(1.6094, grad_fn=<NllLossBackward0>)

# %% log_five tags=["remove-cell"]
import math

assert abs(loss.item() - math.log(5)) < 1e-6

# %% fails tags=["raises-exception"]
import torch
from torch.nn.functional import cross_entropy

scores = torch.zeros(2, 3, requires_grad=True)
target = torch.tensor([[0], [1]])
cross_entropy(scores, target)
# > RuntimeError: 0D or 1D target tensor expected, multi-target not supported

# %% cured
print(target.squeeze(1).shape)
# > torch.Size([2])
cross_entropy(scores, target.squeeze(1)).backward()
print(scores.grad[0])
# > tensor([-0.3333,  0.1667,  0.1667])

# %% not_this tags=["raises-exception"]
one = torch.tensor([[0]])
print(one.squeeze().shape)
# > torch.Size([])
cross_entropy(scores[:1], one.squeeze())
# > ValueError: Expected input batch_size (1) to match target batch_size (0).

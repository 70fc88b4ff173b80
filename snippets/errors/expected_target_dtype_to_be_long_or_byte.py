# %% fails tags=["raises-exception"]
import torch
from torch.nn.functional import cross_entropy

scores = torch.zeros(2, 3, requires_grad=True)
cross_entropy(scores, torch.tensor([0.0, 1.0]))
# > RuntimeError: expected target dtype to be Long or Byte, but got Float

# %% cured
target = torch.tensor([0.0, 1.0]).long()
cross_entropy(scores, target).backward()
print(scores.grad)
# > tensor([[-0.3333,  0.1667,  0.1667],
# >         [ 0.1667, -0.3333,  0.1667]])

# %% rows tags=["remove-cell"]
expected = (torch.full((2, 3), 1 / 3) - torch.eye(3)[:2]) / 2
assert torch.allclose(scores.grad, expected)

# %% int_fails tags=["raises-exception"]
cross_entropy(scores, torch.tensor([0, 1], dtype=torch.int32))
# > RuntimeError: expected target dtype to be Long or Byte, but got Int

# %% int_cured
target = torch.tensor([0, 1], dtype=torch.int32).long()
print(cross_entropy(scores, target))
# > tensor(1.0986, grad_fn=<NllLossBackward0>)

# %% not_this
from torch.nn.functional import mse_loss

prices = torch.tensor([0.4, 1.6])
print(prices.long())
# > tensor([0, 1])
print(mse_loss(torch.zeros(2), prices))
# > tensor(1.3600)

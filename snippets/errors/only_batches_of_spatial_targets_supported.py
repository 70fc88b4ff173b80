# %% fails tags=["raises-exception"]
import torch
from torch.nn.functional import cross_entropy, one_hot

scores = torch.zeros(1, 3, 4, 4, requires_grad=True)
masks = torch.zeros(1, 1, 4, 4, dtype=torch.int64)
cross_entropy(scores, masks)
# > RuntimeError: only batches of spatial targets supported (3D tensors) but got targets of dimension: 4

# %% cured
loss = cross_entropy(scores, masks.squeeze(1))
loss.backward()
added = scores.grad.sum(dim=1)
print(torch.allclose(added, torch.zeros(1, 4, 4), atol=1e-6))
# > True

# %% one_hot_cured
channels = one_hot(masks.squeeze(1), 3).movedim(-1, 1)
print(channels.shape)
# > torch.Size([1, 3, 4, 4])
print(cross_entropy(scores, channels.argmax(1)))
# > tensor(1.0986, grad_fn=<NllLoss2DBackward0>)

# %% fails tags=["raises-exception"]
import torch

norm = torch.nn.BatchNorm1d(2)
norm(torch.ones(1, 2))
# > ValueError: Expected more than 1 value per channel when training, got input size torch.Size([1, 2])

# %% cured
from torch.utils.data import DataLoader, TensorDataset

examples = TensorDataset(torch.arange(10.0).reshape(5, 2))
for (batch,) in DataLoader(examples, batch_size=2, drop_last=True):
    print(norm(batch).shape)
# > torch.Size([2, 2])
# > torch.Size([2, 2])

# %% evaluated
norm.eval()
print(norm(torch.ones(1, 2)).shape)
# > torch.Size([1, 2])

# %% image_fails tags=["raises-exception"]
images = torch.nn.BatchNorm2d(3)
print(images(torch.ones(1, 3, 2, 2)).shape)
# > torch.Size([1, 3, 2, 2])
images(torch.ones(1, 3, 1, 1))
# > ValueError: Expected more than 1 value per channel when training, got input size torch.Size([1, 3, 1, 1])

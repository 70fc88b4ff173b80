# %% fails tags=["raises-exception"]
import torch


class Net(torch.nn.Module):
    def froward(self, x):
        return 2 * x


Net()(torch.ones(2))
# > NotImplementedError: Module [Net] is missing the required "forward" function

# %% cured
class Net(torch.nn.Module):
    def forward(self, x):
        return 2 * x


print(Net()(torch.ones(2)))
# > tensor([2., 2.])

# %% indented_fails tags=["raises-exception"]
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()

        def forward(self, x):
            return 2 * x


Net()(torch.ones(2))
# > NotImplementedError: Module [Net] is missing the required "forward" function

# %% list_fails tags=["raises-exception"]
layers = torch.nn.ModuleList([torch.nn.Linear(2, 2)])
layers(torch.ones(2))
# > NotImplementedError: Module [ModuleList] is missing the required "forward" function

# %% list_cured
layers = torch.nn.Sequential(torch.nn.Linear(2, 2))
print(layers(torch.ones(2)).shape)
# > torch.Size([2])

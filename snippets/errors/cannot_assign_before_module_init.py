# %% fails tags=["raises-exception"]
import torch


class Net(torch.nn.Module):
    def __init__(self):
        self.w = torch.nn.Parameter(torch.ones(2))


Net()
# > AttributeError: cannot assign parameters before Module.__init__() call

# %% layer_fails tags=["raises-exception"]
class Net(torch.nn.Module):
    def __init__(self):
        self.layer = torch.nn.Linear(2, 2)


Net()
# > AttributeError: cannot assign module before Module.__init__() call

# %% cured
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.ones(2))
        self.layer = torch.nn.Linear(2, 2)


print([name for name, _ in Net().named_parameters()])
# > ['w', 'layer.weight', 'layer.bias']

# %% brackets_fail tags=["raises-exception"]
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__
        self.layer = torch.nn.Linear(2, 2)


Net()
# > AttributeError: cannot assign module before Module.__init__() call

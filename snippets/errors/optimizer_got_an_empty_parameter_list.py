# %% fails tags=["raises-exception"]
import torch


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [torch.nn.Linear(2, 2)]


torch.optim.SGD(Net().parameters(), lr=0.1)
# > ValueError: optimizer got an empty parameter list

# %% cured
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.ModuleList([torch.nn.Linear(2, 2)])


net = Net()
torch.optim.SGD(net.parameters(), lr=0.1)
print([name for name, _ in net.named_parameters()])
# > ['layers.0.weight', 'layers.0.bias']

# %% plain_fails tags=["raises-exception"]
class Scale(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.ones(2, requires_grad=True)


torch.optim.SGD(Scale().parameters(), lr=0.1)
# > ValueError: optimizer got an empty parameter list

# %% plain_cured
class Scale(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.ones(2))


torch.optim.SGD(Scale().parameters(), lr=0.1)
print([name for name, _ in Scale().named_parameters()])
# > ['w']

# %% frozen_fails tags=["raises-exception"]
net.requires_grad_(False)
learning = [p for p in net.parameters() if p.requires_grad]
torch.optim.SGD(learning, lr=0.1)
# > ValueError: optimizer got an empty parameter list

# %% frozen_cured
net.layers[0].bias.requires_grad_()
learning = [p for p in net.parameters() if p.requires_grad]
optimizer = torch.optim.SGD(learning, lr=0.1)
print(len(learning))
# > 1

# %% used_fails tags=["raises-exception"]
parameters = net.parameters()
count = sum(p.numel() for p in parameters)
torch.optim.SGD(parameters, lr=0.1)
# > ValueError: optimizer got an empty parameter list

# %% used_cured
parameters = list(net.parameters())
count = sum(p.numel() for p in parameters)
torch.optim.SGD(parameters, lr=0.1)
print(count)
# > 6

# %% half
class Half(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.known = torch.nn.Linear(2, 2)
        self.hidden = [torch.nn.Linear(2, 2)]


print([name for name, _ in Half().named_parameters()])
# > ['known.weight', 'known.bias']

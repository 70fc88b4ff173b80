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

# %% mixed_fails tags=["raises-exception"]
class Named:
    def __init__(self):
        self.name = "net"


class Net(Named, torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)


Net()
# > AttributeError: cannot assign module before Module.__init__() call

# %% mixed_cured
class Named:
    def __init__(self):
        super().__init__()
        self.name = "net"


class Net(Named, torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)


print(Net().name, [name for name, _ in Net().named_parameters()])
# > net ['layer.weight', 'layer.bias']

# %% dataclass_fails tags=["remove-cell"]
from dataclasses import dataclass


@dataclass(eq=False)
class Net(torch.nn.Module):
    size: int = 2

    def __post_init__(self):
        self.layer = torch.nn.Linear(2, self.size)


try:
    Net()
    raise AssertionError
except AttributeError as error:
    assert "before Module.__init__() call" in str(error)


@dataclass
class Compared(torch.nn.Module):
    size: int = 2

    def __post_init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, self.size)


try:
    list(Compared().parameters())
    raise AssertionError
except TypeError as error:
    assert "unhashable" in str(error)

# %% dataclass_cured
from dataclasses import dataclass


@dataclass(eq=False)
class Net(torch.nn.Module):
    size: int = 2

    def __post_init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, self.size)


print([name for name, _ in Net().named_parameters()])
# > ['layer.weight', 'layer.bias']

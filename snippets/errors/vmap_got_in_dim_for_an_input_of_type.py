# %% fails tags=["raises-exception"]
import torch


def scaled(x, factor):
    return factor * x


torch.vmap(scaled)(torch.tensor([1.0, 2.0, 3.0]), 2)
# > ValueError: vmap(scaled, in_dims=0, ...)(<inputs>): Got in_dim=0 for an input but the input is of type <class 'int'>. We cannot vmap over non-Tensor arguments, please use None as the respective in_dim

# %% others tags=["remove-cell"]
for other in [None, "text", 2.0, True]:
    try:
        torch.vmap(scaled)(torch.ones(3), other)
    except ValueError as error:
        assert "cannot vmap over non-Tensor" in str(error)
    else:
        raise AssertionError

# %% cured
xs = torch.tensor([1.0, 2.0, 3.0])
print(torch.vmap(scaled, in_dims=(0, None))(xs, 2))
# > tensor([2., 4., 6.])

# %% keyword
print(torch.vmap(scaled)(xs, factor=2))
# > tensor([2., 4., 6.])

# %% dictionary_fails tags=["raises-exception"]
def line(p, x):
    return p["slope"] * x + p["start"]


p = {"slope": torch.tensor([1.0, 10.0]), "start": 5}
torch.vmap(line)(p, torch.tensor([1.0, 2.0]))
# > ValueError: vmap(line, in_dims=0, ...)(<inputs>): Got in_dim=0 for an input but the input is of type <class 'int'>. We cannot vmap over non-Tensor arguments, please use None as the respective in_dim

# %% dictionary_cured
dims = ({"slope": 0, "start": None}, 0)
print(torch.vmap(line, in_dims=dims)(p, torch.tensor([1.0, 2.0])))
# > tensor([ 6., 25.])

# %% scalar_fails tags=["raises-exception"]
torch.vmap(scaled)(xs, torch.tensor(2.0))
# > ValueError: vmap(scaled, in_dims=0, ...)(<inputs>): Got in_dim=0 for some input, but that input is a Tensor of dimensionality 0 so expected in_dim to satisfy -0 <= in_dim < 0.

# %% scalar_cured
two = torch.tensor(2.0)
print(torch.vmap(scaled, in_dims=(0, None))(xs, two))
# > tensor([2., 4., 6.])

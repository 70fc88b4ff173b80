# %% fails tags=["raises-exception"]
import torch


def size(x):
    return x if x > 0 else -x


torch.vmap(size)(torch.tensor([2.0, -3.0]))
# > RuntimeError: vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow. We don't support that yet, please file an issue at https://github.com/pytorch/pytorch/issues .

# %% cured
def size(x):
    return torch.where(x > 0, x, -x)


print(torch.vmap(size)(torch.tensor([2.0, -3.0])))
# > tensor([2., 3.])

# %% slopes
slope = torch.vmap(torch.func.grad(size))
print(slope(torch.tensor([2.0, -3.0])))
# > tensor([ 1., -1.])

# %% both_branches
def root(x):
    return torch.where(x > 0, x.sqrt(), 0.0)


def safe_root(x):
    inside = torch.where(x > 0, x, 1.0)
    return torch.where(x > 0, inside.sqrt(), 0.0)


x = torch.tensor([4.0, 0.0])
print(torch.vmap(torch.func.grad(root))(x))
# > tensor([0.2500,    nan])
print(torch.vmap(torch.func.grad(safe_root))(x))
# > tensor([0.2500, 0.0000])

# %% while_fails tags=["raises-exception"]
def halve(x):
    while x > 1:
        x = x / 2
    return x


torch.vmap(halve)(torch.tensor([3.0, 5.0]))
# > RuntimeError: vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow. We don't support that yet, please file an issue at https://github.com/pytorch/pytorch/issues .

# %% while_cured
def halve(x):
    for _ in range(4):
        x = torch.where(x > 1, x / 2, x)
    return x


print(torch.vmap(halve)(torch.tensor([3.0, 5.0])))
# > tensor([0.7500, 0.6250])

# %% max_fails tags=["raises-exception"]
torch.vmap(lambda x: max(x, -x))(torch.tensor([2.0, -3.0]))
# > RuntimeError: vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow. We don't support that yet, please file an issue at https://github.com/pytorch/pytorch/issues .

# %% max_cured
xs = torch.tensor([2.0, -3.0])
print(torch.vmap(lambda x: torch.maximum(x, -x))(xs))
# > tensor([2., 3.])

# %% words tags=["remove-cell"]
def checked(x):
    assert x > -9
    return x


for asks in [
    lambda x: (x > 0) and (x < 1),
    lambda x: not (x > 0),
    checked,
]:
    try:
        torch.vmap(asks)(xs)
    except RuntimeError as error:
        assert "data-dependent control flow" in str(error)
    else:
        raise AssertionError
both = torch.vmap(lambda x: (x > 0) & (x < 3))(xs)
assert both.tolist() == [True, False]
assert torch.vmap(lambda x: ~(x > 0))(xs).tolist() == [False, True]

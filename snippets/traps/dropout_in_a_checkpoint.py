# %% wrong
import torch
from torch.nn.functional import dropout
from torch.utils.checkpoint import checkpoint

torch.manual_seed(0)
x = torch.ones(100, requires_grad=True)
y = checkpoint(
    dropout, x, use_reentrant=False, preserve_rng_state=False
)
y.sum().backward()
print((x.grad[y == 0] != 0).any())
# > tensor(True)

# %% factors tags=["remove-cell"]
assert set(y.tolist()) == {0, 2} and set(x.tolist()) == {1}

# %% truth
mask = (y / x).detach()
print(torch.equal(x.grad, mask), mask.unique())
# > False tensor([0., 2.])

# %% notice
def run(block):
    torch.manual_seed(0)
    y = block(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    return y, slope


def block(x):
    return checkpoint(
        dropout, x, use_reentrant=False, preserve_rng_state=False
    )


print([torch.equal(*p) for p in zip(run(dropout), run(block))])
# > [True, False]

# %% cured
def block(x):
    return checkpoint(dropout, x, use_reentrant=False)


print([torch.equal(*p) for p in zip(run(dropout), run(block))])
# > [True, True]

# %% others tags=["remove-cell"]
import random

generator = torch.Generator()
drawn = []


def draw(x):
    torch_draw = torch.rand(3).tolist()
    own = torch.rand(3, generator=generator).tolist()
    drawn.append((torch_draw, own, random.random()))
    return x**2


checkpoint(draw, x, use_reentrant=False).sum().backward()
assert [a == b for a, b in zip(*drawn)] == [True, False, False]

# %% fails tags=["raises-exception"]
import torch


def cubes(x):
    return (x**3).sum()


compiled = torch.compile(cubes, backend="aot_eager")
x = torch.tensor([1.0, 2.0], requires_grad=True)
(slope,) = torch.autograd.grad(
    compiled(x), x, create_graph=True
)
slope.sum().backward()
# > RuntimeError: torch.compile with aot_autograd does not currently support double backward

# %% cured
(slope,) = torch.autograd.grad(cubes(x), x, create_graph=True)
slope.sum().backward()
print(x.grad)
# > tensor([ 6., 12.])

# %% slopes tags=["remove-cell"]
assert torch.equal(x.grad, 6 * x)

# %% original
layer = torch.nn.Linear(2, 1)
fast = torch.compile(layer, backend="aot_eager")
print(fast._orig_mod is layer)
# > True

# %% inside
@torch.compile(backend="aot_eager")
def second(x):
    slope = torch.func.grad(cubes)
    return torch.func.grad(lambda x: slope(x).sum())(x)


print(second(x.detach()))
# > tensor([ 6., 12.])

# %% not_this tags=["raises-exception"]
(slope,) = torch.autograd.grad(
    compiled(x), x, create_graph=True, retain_graph=True
)
slope.sum().backward(retain_graph=True)
# > RuntimeError: torch.compile with aot_autograd does not currently support double backward

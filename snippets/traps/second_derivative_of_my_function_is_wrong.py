# %% wrong
import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.square = x**2
        return ctx.square * x

    @staticmethod
    def backward(ctx, grad):
        return grad * 3 * ctx.square


def derivatives(cube):
    x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    loss = cube(x) ** 2
    (first,) = torch.autograd.grad(loss, x, create_graph=True)
    (second,) = torch.autograd.grad(first, x)
    return first.item(), second.item()


print(derivatives(Cube.apply))
# > (6.0, 18.0)

# %% truth
h = 0.001
print(round((6 * (1 + h) ** 5 - 6 * (1 - h) ** 5) / (2 * h), 2))
# > 30.0

# %% formulas tags=["remove-cell"]
from torch.func import grad

first = grad(lambda x: x**6)
second = grad(grad(lambda x: x**6 + x**2))
for x in torch.tensor([1.0, 2.0]):
    assert first(x) == 6 * x**5
assert second(torch.tensor(1.0)) == 32

# %% no_path
x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
y = Cube.apply(x)
(first,) = torch.autograd.grad(y, x, create_graph=True)
print(first, first.requires_grad)
# > tensor(3., dtype=torch.float64) False

# %% notice tags=["raises-exception"]
torch.manual_seed(0)
print(torch.autograd.gradcheck(Cube.apply, x))
# > True
torch.autograd.gradgradcheck(Cube.apply, x)
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[5.6406]], dtype=torch.float64)
# > analytical:tensor([[0.]], dtype=torch.float64)
# >

# %% cured
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * 3 * x**2


print(derivatives(Cube.apply))
# > (6.0, 30.0)
print(torch.autograd.gradgradcheck(Cube.apply, x))
# > True

# %% once
from torch.autograd.function import once_differentiable


class Once(Cube):
    backward = staticmethod(once_differentiable(Cube.backward))


loss = Once.apply(x) ** 2 + x**2
(first,) = torch.autograd.grad(loss, x, create_graph=True)
print(torch.autograd.grad(first, x, retain_graph=True))
# > (tensor(2., dtype=torch.float64),)

# %% once_backward tags=["raises-exception"]
first.backward()
# > RuntimeError: trying to differentiate twice a function that was marked with @once_differentiable

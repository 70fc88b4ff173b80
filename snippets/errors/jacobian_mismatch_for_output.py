# %% fails tags=["raises-exception"]
import torch
from torch.autograd import gradcheck


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x**2 * grad


x = torch.tensor([1.0, 2.0], dtype=torch.float64)
x.requires_grad_()
gradcheck(Cube.apply, (x,))
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[ 3.0000,  0.0000],
# >         [ 0.0000, 12.0000]], dtype=torch.float64)
# > analytical:tensor([[2., 0.],
# >         [0., 8.]], dtype=torch.float64)
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
        return 3 * x**2 * grad


print(gradcheck(Cube.apply, (x,)))
# > True

# %% slopes tags=["remove-cell"]
cubes = torch.func.grad(lambda x: (x**3).sum())
assert torch.equal(cubes(x.detach()), 3 * x**2)

# %% float32_fails tags=["raises-exception"]
gradcheck(torch.sin, (x.detach().float().requires_grad_(),))
# > UserWarning: Input #0 requires gradient and is not a double precision floating point or complex. This check will likely fail if all the inputs are not of double precision floating point or complex.
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[ 0.5364,  0.0000],
# >         [ 0.0000, -0.3874]])
# > analytical:tensor([[ 0.5403,  0.0000],
# >         [-0.0000, -0.4161]])
# >

# %% step tags=["remove-cell"]
import inspect

assert inspect.signature(gradcheck).parameters["eps"].default == 0.000001

# %% float32_cured
print(gradcheck(torch.sin, (x,)))
# > True

# %% kink_fails tags=["raises-exception"]
zero = torch.zeros(1, dtype=torch.float64, requires_grad=True)
gradcheck(torch.relu, (zero,))
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[0.5000]], dtype=torch.float64)
# > analytical:tensor([[0.]], dtype=torch.float64)
# >

# %% kink_cured
sides = torch.tensor([-0.7, 0.7], dtype=torch.float64)
print(gradcheck(torch.relu, (sides.requires_grad_(),)))
# > True

# %% random_fails tags=["raises-exception"]
torch.manual_seed(0)
gradcheck(torch.nn.functional.dropout, (x,))
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[-1.0000e+06,  0.0000e+00],
# >         [-1.0000e+06,  2.0000e+00]], dtype=torch.float64)
# > analytical:tensor([[0., 0.],
# >         [0., 0.]], dtype=torch.float64)
# >

# %% jump tags=["remove-cell"]
try:
    gradcheck(torch.sign, (zero,))
except RuntimeError as error:
    assert "[[1000000.]]" in str(error)
else:
    raise AssertionError

# %% random_cured
def dropped(x):
    torch.manual_seed(0)
    return torch.nn.functional.dropout(x)


print(gradcheck(dropped, (x,)))
# > True

# %% second_fails tags=["raises-exception"]
class Sinh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.up, ctx.down = x.exp(), (-x).exp()
        return (ctx.up - ctx.down) / 2

    @staticmethod
    def backward(ctx, grad):
        return grad * (ctx.up + ctx.down) / 2


print(gradcheck(Sinh.apply, (x,)))
# > True
torch.autograd.gradgradcheck(Sinh.apply, (x,))
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[-0.0955,  0.0000],
# >         [ 0.0000,  3.0520]], dtype=torch.float64)
# > analytical:tensor([[0., 0.],
# >         [0., 0.]], dtype=torch.float64)
# >

# %% second_cured
class Sinh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.sinh()

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * x.cosh()


print(torch.autograd.gradgradcheck(Sinh.apply, (x,)))
# > True

# %% changes_fails tags=["raises-exception"]
gradcheck(lambda v: v.add_(1).sin(), (x * 1,))
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[-9.8999e-01, -1.0106e+05],
# >         [-4.4896e+05,  9.6017e-01]], dtype=torch.float64)
# > analytical:tensor([[0., 0.],
# >         [0., 0.]], dtype=torch.float64)
# >

# %% changes_cured
print(gradcheck(lambda v: (v + 1).sin(), (x * 1,)))
# > True

# %% not_this
class Wrong(Cube):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x**2 * grad


print(gradcheck(Wrong.apply, (x,), atol=5.0))
# > True

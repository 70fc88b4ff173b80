# %% wrong
import torch


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, grad):
        2 * grad


x = torch.ones(2, dtype=torch.float64, requires_grad=True)
Double.apply(x).sum().backward()
print(x.grad)
# > None

# %% residual
(x + Double.apply(x)).sum().backward()
print(x.grad)
# > tensor([1., 1.], dtype=torch.float64)

# %% truth
def f(x):
    return (x + 2 * x).sum()


h = torch.tensor([0.5, 0.0])
with torch.no_grad():
    print((f(x + h) - f(x - h)).item())
# > 3.0

# %% notice tags=["raises-exception"]
torch.autograd.gradcheck(Double.apply, x)
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[2.0000, 0.0000],
# >         [0.0000, 2.0000]], dtype=torch.float64)
# > analytical:tensor([[0., 0.],
# >         [0., 0.]], dtype=torch.float64)
# >

# %% cured
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad


print(torch.autograd.gradcheck(Double.apply, x))
# > True
x.grad = None
(x + Double.apply(x)).sum().backward()
print(x.grad)
# > tensor([3., 3.], dtype=torch.float64)

# %% two_arguments tags=["remove-cell"]
class Times(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, n):
        return n * x

    @staticmethod
    def backward(ctx, grad):
        2 * grad


try:
    Times.apply(x, 2).sum().backward()
    raise AssertionError
except RuntimeError as error:
    assert "gradients (expected 2, got 1)" in str(error)

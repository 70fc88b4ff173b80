# %% fails tags=["raises-exception"]
import torch


class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.factor


x = torch.ones(2, requires_grad=True)
Scale.apply(x, 3.0).sum().backward()
# > RuntimeError: function ScaleBackward returned an incorrect number of gradients (expected 2, got 1)

# %% cured
class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.factor, None


Scale.apply(x, 3.0).sum().backward()
print(x.grad)
# > tensor([3., 3.])

# %% checked
double = torch.ones(2, dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(Scale.apply, (double, 3.0)))
# > True

# %% op_fails tags=["raises-exception"]
@torch.library.custom_op("pages::scale", mutates_args=())
def scale(x: torch.Tensor, factor: float) -> torch.Tensor:
    return x * factor


scale.register_autograd(lambda ctx, grad: grad * 3)
scale(x, 3.0).sum().backward()
# > RuntimeError: function GeneratedBackwardFor_pages_scale_defaultBackward returned an incorrect number of gradients (expected 3, got 2)

# %% op_cured
scale.register_autograd(lambda ctx, grad: (grad * 3, None))
x.grad = None
scale(x, 3.0).sum().backward()
print(x.grad)
# > tensor([3., 3.])

# %% no_return_fails tags=["raises-exception"]
class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        grad * y, grad * x


y = torch.full((2,), 4.0, requires_grad=True)
Product.apply(x, y).sum().backward()
# > RuntimeError: function ProductBackward returned an incorrect number of gradients (expected 2, got 1)

# %% no_return_cured
class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        return grad * y, grad * x


x.grad = None
Product.apply(x, y).sum().backward()
print(x.grad, y.grad)
# > tensor([4., 4.]) tensor([1., 1.])

# %% fails tags=["raises-exception"]
import torch


class Power(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, n):
        ctx.save_for_backward(x, n)
        return x**n

    @staticmethod
    def backward(ctx, grad):
        x, n = ctx.saved_tensors
        return grad * n * x ** (n - 1), None


x = torch.tensor([2.0], requires_grad=True)
Power.apply(x, 3)
# > TypeError: save_for_backward can only save variables, but argument 1 is of type int

# %% cured
class Power(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, n):
        ctx.save_for_backward(x)
        ctx.n = n
        return x**n

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * ctx.n * x ** (ctx.n - 1), None


Power.apply(x, 3).backward()
print(x.grad)
# > tensor([12.])

# %% slope tags=["remove-cell"]
assert torch.func.grad(lambda x: x**3)(torch.tensor(2.0)) == 12

# %% none_is_kept tags=["remove-cell"]
class Optional(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x, None)
        return x * 1

    @staticmethod
    def backward(ctx, grad):
        assert ctx.saved_tensors[1] is None
        return grad


x.grad = None
Optional.apply(x).backward()
assert x.grad == 1

# %% not_this
class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale):
        ctx.scale = scale
        return x * scale

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.scale, None


x.grad = None
scale = torch.ones(1)
y = Scale.apply(x, scale)
scale += 9
y.backward()
print(x.grad)
# > tensor([10.])

# %% would_notice tags=["remove-cell"]
class Kept(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale):
        ctx.save_for_backward(scale)
        return x * scale

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.saved_tensors[0], None


scale = torch.ones(1)
y = Kept.apply(x, scale)
scale += 9
try:
    y.backward()
    noticed = False
except RuntimeError:
    noticed = True
assert noticed

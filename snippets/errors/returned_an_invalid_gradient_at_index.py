# %% fails tags=["raises-exception"]
import torch


class AddBias(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, bias):
        return x + bias

    @staticmethod
    def backward(ctx, grad):
        return grad, grad.sum(1)


x = torch.ones(2, 3, requires_grad=True)
bias = torch.zeros(3, requires_grad=True)
AddBias.apply(x, bias).sum().backward()
# > RuntimeError: Function AddBiasBackward returned an invalid gradient at index 1 - got [2] but expected shape compatible with [3]

# %% cured
class AddBias(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, bias):
        return x + bias

    @staticmethod
    def backward(ctx, grad):
        return grad, grad.sum(0)


AddBias.apply(x, bias).sum().backward()
print(bias.grad)
# > tensor([2., 2., 2.])

# %% reduces
class Total(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.shape = x.shape
        return x.sum()

    @staticmethod
    def backward(ctx, grad):
        return grad.expand(ctx.shape)


x.grad = None
Total.apply(x).backward()
print(x.grad)
# > tensor([[1., 1., 1.],
# >         [1., 1., 1.]])

# %% not_this
class Wrong(AddBias):
    @staticmethod
    def backward(ctx, grad):
        return grad, grad


bias.grad = None
Wrong.apply(x, bias).sum().backward()
print(bias.grad)
# > tensor([2., 2., 2.])

# %% checked
values = torch.ones(2, 3, dtype=torch.float64, requires_grad=True)
more = torch.zeros(3, dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(AddBias.apply, (values, more)))
# > True

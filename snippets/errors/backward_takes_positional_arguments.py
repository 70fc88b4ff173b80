# %% fails tags=["raises-exception"]
import torch


class Two(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2, x * 3

    @staticmethod
    def backward(ctx, grad):
        return grad * 2


x = torch.ones(1, requires_grad=True)
a, b = Two.apply(x)
(a + b).backward()
# > TypeError: Two.backward() takes 2 positional arguments but 3 were given

# %% cured
class Two(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2, x * 3

    @staticmethod
    def backward(ctx, grad_a, grad_b):
        return grad_a * 2 + grad_b * 3


a, b = Two.apply(x)
(a + b).backward()
print(x.grad)
# > tensor([5.])

# %% sum tags=["remove-cell"]
assert torch.equal(a + b, 2 * x + 3 * x)

# %% unused
x.grad = None
a, b = Two.apply(x)
a.backward()
print(x.grad)
# > tensor([2.])

# %% not_this
class Wrong(Two):
    @staticmethod
    def backward(ctx, grad, *rest):
        return grad * 2


x.grad = None
a, b = Wrong.apply(x)
(a + b).backward()
print(x.grad)
# > tensor([2.])

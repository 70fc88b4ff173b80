# %% fails tags=["raises-exception"]
import torch
from torch.utils.checkpoint import checkpoint


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad):
        if (ctx.saved_tensors[0] == 0).all():
            return torch.zeros_like(grad)
        return 2 * ctx.saved_tensors[0] * grad


x = torch.tensor([3.0], requires_grad=True)
checkpoint(Square.apply, x, use_reentrant=False).backward()
# > torch.utils.checkpoint.CheckpointError: torch.utils.checkpoint: Unpack is being triggered for a tensor that was already unpacked once. If you are calling ctx.saved_tensors in backward, make sure to do so only once. Otherwise please open an issue with details on your use case.

# %% cured
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        if (x == 0).all():
            return torch.zeros_like(grad)
        return 2 * x * grad


checkpoint(Square.apply, x, use_reentrant=False).backward()
print(x.grad)
# > tensor([6.])

# %% without
class Twice(Square):
    @staticmethod
    def backward(ctx, grad):
        return (ctx.saved_tensors[0] + ctx.saved_tensors[0]) * grad


x.grad = None
Twice.apply(x).backward()
print(x.grad)
# > tensor([6.])

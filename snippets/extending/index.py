# %% square
import torch
from torch.autograd import Function


class Square(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * 3 * x


x = torch.tensor(5.0, requires_grad=True)
y = Square.apply(x)
y.backward()
print(y.item(), x.grad)
# > 25.0 tensor(15.)

# %% picture tags=["hide-input"]
from gradbook import draw

nothing = Square.apply(x) - x**2
draw(nothing)
# > Graph of nothing = 0: 4 nodes (1 Pow, 1 Square, 1 Sub, 1 AccumulateGrad), 2 paths to x, dnothing/dx = 5

# %% check tags=["raises-exception"]
point = torch.tensor(5.0, dtype=torch.float64, requires_grad=True)
torch.autograd.gradcheck(Square.apply, point)
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[10.0000]], dtype=torch.float64)
# > analytical:tensor([[15.]], dtype=torch.float64)
# >

# %% fails tags=["raises-exception"]
import torch


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x * grad


torch.func.grad(lambda x: Square.apply(x))(torch.tensor(3.0))
# > RuntimeError: In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, jacrev, ...), it must override the setup_context staticmethod. For more details, please see https://pytorch.org/docs/main/notes/extending.func.html

# %% cured
class Square(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        (x,) = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x * grad


print(torch.func.grad(Square.apply)(torch.tensor(3.0)))
# > tensor(6.)

# %% vmap
class Batched(Square):
    generate_vmap_rule = True


points = torch.tensor([1.0, 2.0, 3.0])
print(torch.vmap(torch.func.grad(Batched.apply))(points))
# > tensor([2., 4., 6.])

# %% ordinary
x = torch.tensor(3.0, requires_grad=True)
Square.apply(x).backward()
print(x.grad)
# > tensor(6.)

# %% vmap_without tags=["remove-cell"]
try:
    torch.vmap(Square.apply)(points)
    refused = False
except RuntimeError:
    refused = True
assert refused

# %% op_fails tags=["raises-exception"]
@torch.library.custom_op("pages::double", mutates_args=())
def double(x: torch.Tensor) -> torch.Tensor:
    return x * 2


double.register_autograd(lambda ctx, grad: grad * 2)
torch.func.grad(lambda x: double(x))(torch.tensor(3.0))
# > RuntimeError: In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, jacrev, ...), it must override the setup_context staticmethod. For more details, please see https://pytorch.org/docs/main/notes/extending.func.html

# %% op_cured
x = torch.tensor(3.0, requires_grad=True)
print(torch.autograd.grad(double(x), x))
# > (tensor(2.),)

# %% fails tags=["raises-exception"]
import torch


@torch.library.custom_op("demo::cube", mutates_args=())
def cube(x: torch.Tensor) -> torch.Tensor:
    return x**3


x = torch.tensor([2.0], requires_grad=True)
cube(x).backward()
# > RuntimeError: Trying to backward through demo.cube.default but no autograd formula was registered. Please use register_autograd to add one.

# %% cured
def save(ctx, inputs, output):
    (x,) = inputs
    ctx.save_for_backward(x)


def backward(ctx, grad):
    (x,) = ctx.saved_tensors
    return grad * 3 * x**2


cube.register_autograd(backward, setup_context=save)
cube(x).backward()
print(x.grad)
# > tensor([12.])

# %% numbers
print(cube(x.detach()))
# > tensor([8.])

# gradbook: timeout=120

# %% wrong
import torch
from torch import Tensor


@torch.library.custom_op("book::square", mutates_args=())
def square(x: Tensor) -> Tensor:
    return torch.as_tensor(x.numpy(force=True) ** 2)


def setup_context(ctx, inputs, output):
    ctx.save_for_backward(*inputs)


def backward(ctx, G):
    (x,) = ctx.saved_tensors
    return G * 2 * x


square.register_autograd(backward, setup_context=setup_context)

x = torch.tensor([1.0, 2.0], requires_grad=True)
square(x).sum().backward()
print(x.grad)
# > tensor([2., 4.])

at, ones = torch.tensor([1.0, 2.0]), torch.ones(2)
print(torch.func.jvp(square, (at,), (ones,))[1])
# > tensor([0., 0.])
print(torch.func.jacfwd(square)(at))
# > tensor([[0., 0.],
# >         [0., 0.]])

# %% other_calls tags=["remove-cell"]
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    _, push = torch.func.linearize(square, at)
    forward_jacobian = torch.autograd.functional.jacobian(
        square, at, vectorize=True, strategy="forward-mode"
    )
assert not push(ones).any()
assert not forward_jacobian.any()
assert not torch.func.jvp(square, (x,), (ones,))[1].any()

# %% truth
h = 0.5
print((square(at + h) - square(at - h)) / (2 * h))
# > tensor([2., 4.])

# %% share
print(torch.func.jvp(lambda x: x * square(x), (at,), (ones,))[1])
# > tensor([1., 4.])
print(3 * at**2)
# > tensor([ 3., 12.])

# %% cubes tags=["remove-cell"]
cubes = torch.func.grad(lambda x: (x * x**2).sum())
assert (lambda x: torch.equal(cubes(x), 3 * x**2))(at)

# %% not_registered tags=["remove-cell"]
@torch.library.custom_op("book::values_only", mutates_args=())
def values_only(x: Tensor) -> Tensor:
    return x.detach() ** 2


assert not torch.func.jvp(values_only, (at,), (ones,))[1].any()

# %% notice tags=["raises-exception"]
from torch.autograd import gradcheck

point = at.double().requires_grad_()
gradcheck(square, point, check_forward_ad=True)
# > torch.autograd.gradcheck.GradcheckError: Jacobian computed with forward mode mismatch for output 0 with respect to input 0,
# > numerical:tensor([[2.0000, 0.0000],
# >         [0.0000, 4.0000]], dtype=torch.float64)
# > analytical:tensor([[0., 0.],
# >         [0., 0.]], dtype=torch.float64)
# >

# %% levels
import torch.autograd.forward_ad as forward

with forward.dual_level():
    dual = forward.make_dual(at, ones)
    print(forward.unpack_dual(square(dual)).tangent)
# > None

# %% tracked_raises tags=["remove-cell"]
with forward.dual_level():
    try:
        square(forward.make_dual(x, ones))
    except NotImplementedError as error:
        assert "implement the jvp function" in str(error)
    else:
        raise AssertionError


# %% cured
class Square(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return square(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    backward = staticmethod(backward)

    @staticmethod
    def jvp(ctx, t):
        (x,) = ctx.saved_tensors
        return 2 * x * t


print(torch.func.jvp(Square.apply, (at,), (ones,))[1])
# > tensor([2., 4.])
print(torch.func.jacfwd(Square.apply)(at))
# > tensor([[2., 0.],
# >         [0., 4.]])
print(gradcheck(Square.apply, point, check_forward_ad=True))
# > True

# %% without_a_class
print(torch.autograd.functional.jvp(square, at, ones)[1])
# > tensor([2., 4.])

# %% formula_in_numpy tags=["remove-cell"]
def in_numpy(ctx, G):
    (x,) = ctx.saved_tensors
    return torch.as_tensor(G.numpy(force=True) * 2 * x.numpy(force=True))


values_only.register_autograd(in_numpy, setup_context=setup_context)
(slope,) = torch.autograd.grad(values_only(x).sum(), x)
assert slope.tolist() == [2, 4]
found = torch.autograd.functional.jvp(values_only, at, ones)[1]
assert not found.any()


# %% compiled
def change(x, t):
    return torch.func.jvp(Square.apply, (x,), (t,))[1]


square.register_fake(lambda x: torch.empty_like(x))
compiled = torch.compile(change, backend="eager")
print(change(at, ones), compiled(at, ones))
# > tensor([2., 4.]) tensor([0., 0.])

# %% compiled_inside
fast = torch.compile(Square.apply, backend="eager")
print(torch.func.jvp(fast, (at,), (ones,))[1])
# > tensor([2., 4.])

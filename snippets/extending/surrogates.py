# gradbook: timeout=120

# %% straight_through
import torch

x = torch.tensor([0.25, 1.25, 2.75], requires_grad=True)
(slope,) = torch.autograd.grad(x.round().sum(), x)
print(slope)
# > tensor([0., 0., 0.])
y = x + (x.round() - x).detach()
(slope,) = torch.autograd.grad(y.sum(), x)
print(y, slope)
# > tensor([0., 1., 3.], grad_fn=<AddBackward0>) tensor([1., 1., 1.])

# %% ste_claim tags=["hide-input"]
from gradbook import derivative, vjp

derivative(lambda x: x + (x.round() - x).detach(), "0", autograd="1")
# > dy/dx = 0, by autograd 1 (checked: finite differences, autograd at 37 points)

# %% ste_function
from torch.autograd import Function


class RoundThrough(Function):
    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, G):
        return G


y = RoundThrough.apply(x)
(slope,) = torch.autograd.grad(y.sum(), x)
print(slope)
# > tensor([1., 1., 1.])

# %% ste_write
y = x.clone()
with torch.no_grad():
    y.round_()
(slope,) = torch.autograd.grad(y.sum(), x)
print(y, slope)
# > tensor([0., 1., 3.], grad_fn=<CloneBackward0>) tensor([1., 1., 1.])

# %% ste_far tags=["remove-cell"]
far = torch.tensor(torch.inf)
assert (far + (far.round() - far)).isnan()
assert RoundThrough.apply(far) == torch.inf

# %% ste_graphs tags=["hide-input"]
from gradbook import draw, row

one = torch.tensor(1.75, requires_grad=True)
rounded = one.round()
added = one + (one.round() - one).detach()
through = RoundThrough.apply(one)
row(
    {
        "x.round()": draw(rounded, names={"x": one}),
        "x + (…).detach()": draw(added, names={"x": one}),
        "RoundThrough.apply(x)": draw(through, names={"x": one}),
    }
)
# > x.round(): Graph of rounded = 2: 2 nodes (1 Round, 1 AccumulateGrad), 1 path to x, drounded/dx = 0
# > x + (…).detach(): Graph of added = 2: 2 nodes (1 Add, 1 AccumulateGrad), 1 path to x, dadded/dx = 1
# > RoundThrough.apply(x): Graph of through = 2: 2 nodes (1 RoundThrough, 1 AccumulateGrad), 1 path to x, dthrough/dx = 1

# %% surrogates_in_prose tags=["remove-cell"]
derivative("round(x)", "0")
derivative(RoundThrough.apply, "0", autograd="1", shown="round(x)")
# > dy/dx = 0, by autograd 1 (checked: finite differences, autograd at 37 points)

# %% gumbel
from torch.nn.functional import gumbel_softmax

scores = torch.tensor([0.0, 1.0, 2.0], requires_grad=True)
worth = torch.tensor([1.0, 2.0, 3.0])
slopes = []
for hard in (False, True):
    torch.manual_seed(0)
    y = gumbel_softmax(scores, hard=hard)
    slopes += torch.autograd.grad((y * worth).sum(), scores)
    print([f"{entry:.2f}" for entry in y.tolist()])
# > ['0.02', '0.15', '0.83']
# > ['0.00', '0.00', '1.00']
print(torch.equal(*slopes))
# > True


# %% reverse
class Reverse(Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x.clone()

    @staticmethod
    def backward(ctx, G):
        return -ctx.factor * G, None


feature = torch.tensor(3.0, requires_grad=True)
y = Reverse.apply(feature, 2.0)
y.backward()
print(y, feature.grad)
# > tensor(3., grad_fn=<ReverseBackward>) tensor(-2.)

# %% reverse_claim tags=["hide-input"]
derivative(
    lambda x: Reverse.apply(x, 2.0), "1", autograd="-2", shown="x"
)
# > dy/dx = 1, by autograd -2 (proved: SymPy, finite differences, autograd at 16 points)

# %% adversary
w = torch.tensor(5.0, requires_grad=True)
for feed in (lambda f: f, lambda f: Reverse.apply(f, 1.0)):
    feature.grad = w.grad = None
    loss = (w * feed(feature)) ** 2
    loss.backward()
    print(w.grad, feature.grad)
# > tensor(90.) tensor(150.)
# > tensor(90.) tensor(-150.)

# %% solver
import numpy as np


def lambert(x):
    w = np.log1p(x)
    for _ in range(20):
        e = np.exp(w)
        w = w - (w * e - x) / (e * (w + 1))
    return w


print(lambert(np.array([0.0, np.e])))
# > [0. 1.]

# %% lambert_claim tags=["hide-input"]
derivative("w exp(w)", "exp(w)(1 + w)")
# > dy/dw = exp(w)(1 + w) (proved: SymPy, finite differences, autograd at 16 points)


# %% lambert
class Lambert(Function):
    @staticmethod
    def forward(ctx, x):
        w = torch.as_tensor(lambert(x.numpy()))
        ctx.save_for_backward(w)
        return w

    @staticmethod
    def backward(ctx, G):
        (w,) = ctx.saved_tensors
        return G / (w.exp() * (1 + w))


x = torch.tensor([0.0, torch.e], dtype=torch.float64)
x.requires_grad_()
y = Lambert.apply(x)
y.sum().backward()
print(y)
# > tensor([0., 1.], dtype=torch.float64, grad_fn=<LambertBackward>)
print(x.grad)
# > tensor([1.0000, 0.1839], dtype=torch.float64)

# %% lambert_checked
from torch.autograd import gradcheck, gradgradcheck

print(gradcheck(Lambert.apply, x), gradgradcheck(Lambert.apply, x))
# > True True

# %% operator
from torch import Tensor


@torch.library.custom_op("book::cube", mutates_args=())
def cube(x: Tensor) -> Tensor:
    return torch.as_tensor(x.numpy(force=True) ** 3)


# %% no_formula tags=["raises-exception"]
x = torch.tensor([1.0, 2.0], requires_grad=True)
cube(x).sum().backward()
# > RuntimeError: Trying to backward through book.cube.default but no autograd formula was registered. Please use register_autograd to add one.


# %% registered
def setup_context(ctx, inputs, output):
    ctx.save_for_backward(*inputs)


def backward(ctx, G):
    (x,) = ctx.saved_tensors
    return G * 3 * x**2


cube.register_autograd(backward, setup_context=setup_context)
cube.register_fake(lambda x: torch.empty_like(x))
cube(x).sum().backward()
print(x.grad)
# > tensor([ 3., 12.])

# %% cube_claim tags=["hide-input"]
vjp("x^3", x="3x^2 G", shapes={"x": "n"})
# > dL/dx = 3x^2 G (proved for n = 3: SymPy, finite differences, autograd at 8 points)

# %% opcheck
for test, verdict in torch.library.opcheck(cube, (x,)).items():
    print(test, verdict)
# > test_schema SUCCESS
# > test_autograd_registration SUCCESS
# > test_faketensor SUCCESS
# > test_aot_dispatch_dynamic SUCCESS
print(gradcheck(cube, x.detach().double().requires_grad_()))
# > True
compiled = torch.compile(cube, backend="aot_eager", fullgraph=True)
print(torch.autograd.grad(compiled(x).sum(), x)[0])
# > tensor([ 3., 12.])

# %% numpy_refused tags=["raises-exception"]
x.numpy()
# > RuntimeError: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.

# %% lost
print(torch.as_tensor(lambert(x.detach().numpy())).requires_grad)
# > False


# %% sneaky
@torch.library.custom_op("book::twice", mutates_args=())
def twice(x: Tensor) -> Tensor:
    return x.mul_(2).clone()


twice.register_fake(lambda x: torch.empty_like(x))
results = torch.library.opcheck(
    twice, (torch.ones(2),), raise_exception=False
)
print(results["test_schema"])
# > Argument x is not defined as mutable but was mutated


@torch.library.custom_op("book::half", mutates_args=())
def half(x: Tensor) -> Tensor:
    return x / 2


half.register_fake(lambda x: torch.empty_like(x))
half.register_autograd(lambda ctx, G: G * 7)
print(set(torch.library.opcheck(half, (x,)).values()))
# > {'SUCCESS'}

# %% operator_in_func tags=["raises-exception"]
torch.func.grad(lambda x: cube(x).sum())(x.detach())
# > RuntimeError: In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, jacrev, ...), it must override the setup_context staticmethod. For more details, please see https://pytorch.org/docs/main/notes/extending.func.html

# %% operator_forward
at, direction = x.detach(), torch.ones(2)
print(torch.func.jvp(cube, (at,), (direction,)))
# > (tensor([1., 8.]), tensor([0., 0.]))

# %% operator_batched
cube.register_vmap(lambda info, in_dims, x: (cube(x), in_dims[0]))
print(torch.func.vmap(cube)(at))
# > tensor([1., 8.])

# %% predict_doubled
z = torch.tensor(1.75, requires_grad=True)
RoundThrough.apply(2 * z).backward()
print(z.grad)
# > tensor(2.)

# %% predict_reversed
z.grad = None
(Reverse.apply(Reverse.apply(z, 2.0), 3.0) * 5).backward()
print(z.grad)
# > tensor(30.)


# %% sign
class SignThrough(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.sign()

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * (x.abs() <= 1)


w = torch.tensor([-2.0, -0.5, 1.0], requires_grad=True)
y = SignThrough.apply(w)
y.sum().backward()
print(y, w.grad)
# > tensor([-1., -1.,  1.], grad_fn=<SignThroughBackward>) tensor([0., 1., 1.])


# %% cbrt
class Cbrt(Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.as_tensor(np.cbrt(x.numpy()))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, G):
        (y,) = ctx.saved_tensors
        return G / (3 * y**2)


eight = torch.tensor(8.0, requires_grad=True)
Cbrt.apply(eight).backward()
print(f"{eight.grad.item():.4f}")
# > 0.0833

# %% cbrt_claim tags=["hide-input"]
vjp(Cbrt.apply, x="G/(3 Y^2)", shown="x^(1/3)", domain="x > 0")
# > dL/dx = G/(3 Y^2) (proved: SymPy, finite differences, autograd at 11 points)

# %% sign_claim tags=["remove-cell"]
derivative(
    SignThrough.apply,
    "0",
    autograd="1 if abs(x) <= 1 else 0",
    shown="sign(x)",
)
# > dy/dx = 0, by autograd 1 if abs(x) <= 1 else 0 (checked: finite differences, autograd at 29 points)

# %% in_prose tags=["remove-cell"]
derivative("x^(1/3)", "1/(3y^2)", domain="x > 0")
at_e = torch.tensor(torch.e, dtype=torch.float64, requires_grad=True)
slope_at_e = torch.autograd.grad(Lambert.apply(at_e), at_e)[0].item()
assert abs(slope_at_e - 1 / (2 * torch.e)) < 1e-12

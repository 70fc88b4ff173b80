# %% recipe
import torch
from torch.autograd import Function, gradcheck, gradgradcheck


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * 3 * x**2


x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
print(gradcheck(Cube.apply, (x,)))
# > True
print(gradgradcheck(Cube.apply, (x,)))
# > True


# %% wrong tags=["raises-exception"]
class WrongCube(Cube):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * 2 * x**2


gradcheck(WrongCube.apply, (x,))
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[ 3.0000,  0.0000],
# >         [ 0.0000, 12.0000]], dtype=torch.float64)
# > analytical:tensor([[2., 0.],
# >         [0., 8.]], dtype=torch.float64)
# >

# %% rows tags=["raises-exception"]
A = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).double()


class Product(Function):
    @staticmethod
    def forward(ctx, v):
        return A @ v

    @staticmethod
    def backward(ctx, grad):
        return 2 * A.T @ grad


v = torch.ones(3, dtype=torch.float64, requires_grad=True)
gradcheck(Product.apply, (v,))
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[1.0000, 4.0000],
# >         [2.0000, 5.0000],
# >         [3.0000, 6.0000]], dtype=torch.float64)
# > analytical:tensor([[ 2.,  8.],
# >         [ 4., 10.],
# >         [ 6., 12.]], dtype=torch.float64)
# >


# %% forgot
class Forgot(Cube):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 3 * x**2


def jacobians(f, x, eps=1e-6):
    y, numerical, analytical = f(x), [], []
    for step in eps * torch.eye(len(x), dtype=x.dtype):
        high, low = f(x + step), f(x - step)
        numerical.append((high - low) / (2 * eps))
    for unit in torch.eye(len(y), dtype=x.dtype):
        rows = torch.autograd.grad(y, x, unit, retain_graph=True)
        analytical.append(rows[0])
    return torch.stack(numerical).detach(), torch.stack(analytical, 1)


numerical, analytical = jacobians(Forgot.apply, x)
print(numerical.round(decimals=3).tolist(), analytical.tolist())
# > [[3.0, 0.0], [0.0, 12.0]] [[3.0, 3.0], [12.0, 12.0]]

# %% side_by_side tags=["hide-input"]
import matplotlib.pyplot as plt

fig, both = plt.subplots(1, 2, figsize=(6.4, 3))
panels = {"numerical": numerical, "analytical": analytical}
for ax, (name, J) in zip(both, panels.items(), strict=True):
    ax.pcolormesh(J, vmin=0, vmax=24)
    for i in range(2):
        for j in range(2):
            ax.text(
                j + 0.5,
                i + 0.5,
                f"{J[i, j]:.0f}",
                ha="center",
                va="center",
                fontsize=16,
            )
    ax.invert_yaxis()
    ax.set(title=name, xlabel="output")
    ax.set_xticks([0.5, 1.5], ["1", "2"])
    ax.set_yticks([0.5, 1.5], ["1", "2"])
both[0].set(ylabel="input")
fig.set_label(
    f"Two matrices. Numerical: {numerical.round().int().tolist()}, "
    "with zeros off the diagonal. Analytical: "
    f"{analytical.int().tolist()}, with the diagonal repeated in "
    "each row."
)
# > Two matrices. Numerical: [[3, 0], [0, 12]], with zeros off the diagonal. Analytical: [[3, 3], [12, 12]], with the diagonal repeated in each row.

# %% central tags=["hide-input"]
from gradbook import identity

identity("((x + h)^3 - (x - h)^3)/(2h) = 3x^2 + h^2")
# > ((x + h)^3 - (x - h)^3)/(2h) = 3x^2 + h^2 (proved: SymPy, numbers at 14 points)


# %% errors
def error(eps, dtype):
    a = torch.tensor(2.0, dtype=dtype)
    slope = ((a + eps) ** 3 - (a - eps) ** 3) / (2 * eps)
    return abs(slope.item() - 12)


for dtype in (torch.float64, torch.float32):
    small = error(1e-6, dtype) < 1e-5 + 1e-3 * 12
    print(dtype, small)
# > torch.float64 True
# > torch.float32 False

# %% valley tags=["hide-input"]
steps = {
    torch.float64: [10.0**-k for k in range(1, 13)],
    torch.float32: [10.0**-k for k in range(1, 7)],
}
fig, ax = plt.subplots(figsize=(6.4, 3.4))
marks = {torch.float64: "C0o-", torch.float32: "C1s--"}
for dtype, sizes in steps.items():
    values = [error(eps, dtype) for eps in sizes]
    ax.plot(sizes, values, marks[dtype], label=str(dtype)[6:])
ax.axvline(1e-6, color="gray", linestyle=":", label="default eps")
ax.set(xscale="log", yscale="log", xlabel="step", ylabel="error")
ax.legend()
best = {d: min(s, key=lambda e: error(e, d)) for d, s in steps.items()}
fig.set_label(
    "The error of the measured slope against the step. Of these steps "
    f"{best[torch.float64]:g} is best in float64 and "
    f"{best[torch.float32]:g} in float32. It is larger on both sides."
)
# > The error of the measured slope against the step. Of these steps 1e-05 is best in float64 and 0.01 in float32. It is larger on both sides.


# %% sinh
class SinhBad(Function):
    @staticmethod
    def forward(ctx, x):
        up, down = x.exp(), (-x).exp()
        ctx.save_for_backward(up, down)
        return (up - down) / 2

    @staticmethod
    def backward(ctx, grad):
        up, down = ctx.saved_tensors
        return grad * (up + down) / 2


print(gradcheck(SinhBad.apply, (x,)))
# > True

# %% sinh_second tags=["raises-exception"]
ones = torch.ones(2, dtype=torch.float64, requires_grad=True)
gradgradcheck(SinhBad.apply, (x,), (ones,))
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[1.1752, 0.0000],
# >         [0.0000, 3.6269]], dtype=torch.float64)
# > analytical:tensor([[0., 0.],
# >         [0., 0.]], dtype=torch.float64)
# >


# %% sinh_good
class Sinh(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.sinh()

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * x.cosh()


print(gradgradcheck(Sinh.apply, (x,)))
# > True

# %% single tags=["raises-exception"]
x32 = torch.tensor([1.0, 2.0], requires_grad=True)
gradcheck(torch.sin, (x32,))
# > UserWarning: Input #0 requires gradient and is not a double precision floating point or complex. This check will likely fail if all the inputs are not of double precision floating point or complex.
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[ 0.5..., ...
# >         [ ...
# > analytical:tensor([[ 0.5403,  0.0000],
# >         [-0.0000, -0.4161]])
# >

# %% single_cured
print(gradcheck(torch.sin, (x32,), eps=1e-2, atol=1e-3))
# > True

# %% kink tags=["raises-exception"]
corner = torch.zeros(1, dtype=torch.float64, requires_grad=True)
gradcheck(torch.relu, (corner,))
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[0.5000]], dtype=torch.float64)
# > analytical:tensor([[0.]], dtype=torch.float64)
# >


# %% seeded
def dropped(x):
    return torch.nn.functional.dropout(x, 0.5)


def seeded(x):
    torch.manual_seed(0)
    return dropped(x)


torch.manual_seed(0)
print(gradcheck(dropped, (x,), raise_exception=False))
# > False
print(gradcheck(seeded, (x,)))
# > True


# %% varying
class Varying(Cube):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        noise = 1e-9 * torch.rand(2, dtype=torch.float64)
        return grad * (3 * x**2 + noise)


torch.manual_seed(0)
try:
    gradcheck(Varying.apply, (x,))
except RuntimeError as error_found:
    print(str(error_found).split(",")[0])
# > Backward is not reentrant

# %% allowed
print(gradcheck(Varying.apply, (x,), nondet_tol=1e-6))
# > True


# %% fast
class OneOff(Cube):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        factor = torch.full_like(x, 3.0)
        factor[0] = 3.15
        return grad * factor * x**2


ten = torch.linspace(1, 2, 10).double().requires_grad_()
for fast in (False, True):
    options = {"fast_mode": fast, "raise_exception": False}
    print(gradcheck(OneOff.apply, (ten,), **options))
# > False
# > True


# %% blind
class Near(Cube):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * 3.001 * x**2


class Tiny(Function):
    @staticmethod
    def forward(ctx, x):
        return 1e-6 * x

    @staticmethod
    def backward(ctx, grad):
        return 0 * grad


class Detached(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor(3.0).double())

    def forward(self, x):
        return self.w.detach() * x


zeros = torch.zeros(2, dtype=torch.float64, requires_grad=True)
print(gradcheck(WrongCube.apply, (zeros,)))
# > True
print(gradcheck(Near.apply, (x,)), gradcheck(Tiny.apply, (x,)))
# > True True
print(gradcheck(Detached(), (x,)))
# > True

# %% stricter
strict = {"rtol": 1e-6, "raise_exception": False}
print(gradcheck(Cube.apply, (x,), **strict))
# > True
print(gradcheck(Near.apply, (x,), **strict))
# > False

# %% parameters
from torch.func import functional_call

layer = torch.nn.Linear(2, 1).double()
names = [name for name, _ in layer.named_parameters()]


def call(x, *values):
    return functional_call(layer, dict(zip(names, values)), (x,))


print(gradcheck(call, (x, *layer.parameters())))
# > True

# %% predict_number
numerical, _ = jacobians(WrongCube.apply, x)
print(f"{numerical[1, 1]:.0f}")
# > 12


# %% predict_square
class Square(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.kept = x.detach().clone()
        return x**2

    @staticmethod
    def backward(ctx, grad):
        return grad * 2 * ctx.kept


quiet = {"raise_exception": False}
first = gradcheck(Square.apply, (x,), **quiet)
print(first, gradgradcheck(Square.apply, (x,), **quiet))
# > True False

# %% digits
rise = 12 * 2e-6
for dtype in (torch.float32, torch.float64):
    spacing = 8 * torch.finfo(dtype).eps
    print(dtype, f"{rise / spacing:.0e}")
# > torch.float32 3e+01
# > torch.float64 1e+10

# %% absolute
for numbers in ([-1.0, 2.0], [0.0, 2.0], [0.0, 1e-7]):
    at = torch.tensor(numbers).double().requires_grad_()
    print(numbers, gradcheck(torch.abs, (at,), **quiet))
# > [-1.0, 2.0] True
# > [0.0, 2.0] True
# > [0.0, 1e-07] False

# %% two_classes
import torch
from torch.autograd import Function


class SinhBad(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.up, ctx.down = x.exp(), (-x).exp()
        return (ctx.up - ctx.down) / 2

    @staticmethod
    def backward(ctx, G):
        return G * (ctx.up + ctx.down) / 2


class SinhGood(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x.exp() - (-x).exp()) / 2

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * (x.exp() + (-x).exp()) / 2


def slope(sinh):
    y = sinh(x) ** 2
    return torch.autograd.grad(y, x, create_graph=True)[0]


x = torch.tensor(0.5, requires_grad=True)
for sinh in (SinhBad.apply, SinhGood.apply, torch.sinh):
    first = slope(sinh)
    (second,) = torch.autograd.grad(first, x)
    print(f"{first.item():.4f} {second.item():.4f}")
# > 1.1752 2.5431
# > 1.1752 3.0862
# > 1.1752 3.0862


# %% constants
class Report(SinhBad):
    @staticmethod
    def backward(ctx, G):
        print(ctx.up.requires_grad)
        return SinhBad.backward(ctx, G)


class ReportGood(SinhGood):
    @staticmethod
    def backward(ctx, G):
        print(ctx.saved_tensors[0] is x)
        return SinhGood.backward(ctx, G)


for made in (Report, ReportGood):
    (first,) = torch.autograd.grad(made.apply(x), x, create_graph=True)
    print(first.requires_grad)
# > False
# > False
# > True
# > True

# %% view_of_input tags=["remove-cell"]
class SinhView(SinhGood):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x.view_as(x))
        return x.sinh()


(second,) = torch.autograd.grad(slope(SinhView.apply), x)
assert second.isclose(2 * x.cosh() ** 2)  # the first term alone

# %% alone tags=["raises-exception"]
(first,) = torch.autograd.grad(SinhBad.apply(x), x, create_graph=True)
torch.autograd.grad(first, x)
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% sinh_rule tags=["hide-input"]
from gradbook import derivative, identity, vjp

vjp(SinhGood.apply, x="cosh(x) G", shown="sinh(x)")
# > dL/dx = cosh(x) G (proved: SymPy, finite differences, autograd at 16 points)

# %% second_rule tags=["hide-input"]
derivative("sinh(x)^2", "2cosh(2x)", order=2)
# > d^2y/dx^2 = 2cosh(2x) (proved: SymPy, finite differences, autograd at 16 points)

# %% two_terms tags=["hide-input"]
identity("2cosh(2x) = 2cosh(x)^2 + 2sinh(x)^2")
# > 2cosh(2x) = 2cosh(x)^2 + 2sinh(x)^2 (proved: SymPy, numbers at 16 points)

# %% first_term
first_term = 2 * torch.cosh(x) ** 2
second_term = 2 * torch.sinh(x) ** 2
print(f"{first_term.item():.4f} + {second_term.item():.4f}")
# > 2.5431 + 0.5431

# %% two_graphs tags=["hide-input"]
from gradbook import draw, row


def by_hand(sinh):
    y = sinh(x)
    G = 2 * y
    first = torch.autograd.grad(y, x, G, create_graph=True)[0]
    return draw(first, names={"G": G, "slope": first}, gradients=False)


row(
    {
        "SinhBad": by_hand(SinhBad.apply),
        "SinhGood": by_hand(SinhGood.apply),
    }
)
# > SinhBad: Graph of slope = 1.175: 5 nodes (2 Mul, 1 Div, 1 SinhBad, 1 AccumulateGrad), 1 path to x
# > SinhGood: Graph of slope = 1.175: 9 nodes (2 Exp, 2 Mul, 1 Add, 1 Div, 1 Neg, 1 SinhGood, 1 AccumulateGrad), 3 paths to x

# %% penalty
for sinh in (SinhBad.apply, SinhGood.apply):
    x.grad = None
    penalty = slope(sinh) ** 2
    penalty.backward()
    print(f"{x.grad.item():.2f}")
# > 5.98
# > 7.25


# %% from_result
class SinhResult(Function):
    @staticmethod
    def forward(ctx, x):
        y = (x.exp() - (-x).exp()) / 2
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, G):
        (y,) = ctx.saved_tensors
        return G * (1 + y**2).sqrt()


# %% result_rule tags=["hide-input"]
vjp(SinhResult.apply, x="sqrt(1 + Y^2) G", shown="sinh(x)")
# > dL/dx = sqrt(1 + Y^2) G (proved: SymPy, finite differences, autograd at 16 points)


# %% returned
class SinhParts(Function):
    @staticmethod
    def forward(ctx, x):
        up, down = x.exp(), (-x).exp()
        ctx.save_for_backward(up, down)
        return (up - down) / 2, up, down

    @staticmethod
    def backward(ctx, G, G_up, G_down):
        up, down = ctx.saved_tensors
        return G * (up + down) / 2 + G_up * up - G_down * down


def sinh_parts(x):
    return SinhParts.apply(x)[0]


# %% parts_rules tags=["hide-input"]
vjp(sinh_parts, x="cosh(x) G", shown="sinh(x)")
vjp(lambda x: SinhParts.apply(x)[1], x="Y G", shown="exp(x)")
# > dL/dx = Y G (proved: SymPy, finite differences, autograd at 16 points)

# %% down_rule tags=["hide-input"]
vjp(lambda x: SinhParts.apply(x)[2], x="-Y G", shown="exp(-x)")
# > dL/dx = -Y G (proved: SymPy, finite differences, autograd at 16 points)

# %% cured
for sinh in (SinhGood.apply, SinhResult.apply, sinh_parts):
    (second,) = torch.autograd.grad(slope(sinh), x)
    print(f"{second.item():.4f}")
# > 3.0862
# > 3.0862
# > 3.0862

# %% first_is_right
from torch.autograd import gradcheck, gradgradcheck

point = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
print(gradcheck(SinhBad.apply, point))
# > True
for sinh in (SinhGood.apply, SinhResult.apply, sinh_parts):
    print(gradgradcheck(sinh, point))
# > True
# > True
# > True


# %% found
def complaint(sinh):
    try:
        gradgradcheck(sinh, point)
    except RuntimeError as error:
        return str(error).split("\n")[0]


print(complaint(SinhBad.apply))
# > Jacobian mismatch for output 0 with respect to input 0,

# %% once
from torch.autograd.function import once_differentiable


class SinhOnce(SinhGood):
    @staticmethod
    @once_differentiable
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * x.cosh()


first = slope(SinhOnce.apply)
print(first)
# > tensor(1.1752, grad_fn=<Error>)

# %% refused tags=["raises-exception"]
first.backward()
# > RuntimeError: trying to differentiate twice a function that was marked with @once_differentiable

# %% refused_grad tags=["raises-exception"]
torch.autograd.grad(slope(SinhOnce.apply), x)
# > RuntimeError: The differentiated Tensor at index 0 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.


# %% summand
y = SinhOnce.apply(x) + x**2
(first,) = torch.autograd.grad(y, x, create_graph=True)
x.grad = None
first.backward()
print(x.grad)
# > tensor(2.)

# %% own_refusal tags=["raises-exception"]
class SinhRefusing(SinhGood):
    @staticmethod
    def backward(ctx, G):
        if torch.is_grad_enabled():
            raise RuntimeError("SinhRefusing has no second derivative")
        return SinhGood.backward(ctx, G)


print(torch.autograd.grad(SinhRefusing.apply(x), x))
# > (tensor(1.1276),)
y = SinhRefusing.apply(x) + x**2
torch.autograd.grad(y, x, create_graph=True)
# > RuntimeError: SinhRefusing has no second derivative


# %% saved_only
class SinhSaved(SinhParts):
    @staticmethod
    def forward(ctx, x):
        up, down = x.exp(), (-x).exp()
        ctx.save_for_backward(up, down)
        return (up - down) / 2

    @staticmethod
    def backward(ctx, G):
        up, down = ctx.saved_tensors
        return G * (up + down) / 2


(second,) = torch.autograd.grad(slope(SinhSaved.apply), x)
print(f"{second.item():.4f}")
# > 2.5431


# %% cut
class SinhCut(SinhGood):
    @staticmethod
    def backward(ctx, G):
        with torch.no_grad():
            return SinhGood.backward(ctx, G)


print(slope(SinhCut.apply).requires_grad)
# > False

# %% exceptions
class Exceptions(Function):
    @staticmethod
    def forward(ctx, x):
        up = x.exp()
        ctx.save_for_backward(up)
        ctx.mark_non_differentiable(up)
        with torch.enable_grad():
            ctx.recorded = x.exp()
        return 2 * x, up

    @staticmethod
    def backward(ctx, G, G_up):
        (up,) = ctx.saved_tensors
        print(up.requires_grad, ctx.recorded.requires_grad)
        return 2 * G


twice, up = Exceptions.apply(x)
(first,) = torch.autograd.grad(twice, x, create_graph=True)
# > False True

# %% cycle
import gc
import weakref


class ExpHeld(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.y = x.exp()
        return ctx.y

    @staticmethod
    def backward(ctx, G):
        return G * ctx.y


gc.disable()
y = ExpHeld.apply(x)
held = weakref.ref(y)
del y
print(held() is not None)
# > True
gc.enable()
gc.collect()
print(held() is not None)
# > False

# %% predict_check
print(gradcheck(SinhSaved.apply, point), complaint(SinhSaved.apply))
# > True Jacobian mismatch for output 0 with respect to input 0,


# %% predict_cube
class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        square = x * x
        ctx.save_for_backward(x, square)
        return square * x

    @staticmethod
    def backward(ctx, G):
        x, square = ctx.saved_tensors
        return G * (square + 2 * x * x)


two = torch.tensor(2.0, requires_grad=True)
y = Cube.apply(two)
(first,) = torch.autograd.grad(y, two, create_graph=True)
(second,) = torch.autograd.grad(first, two)
print(second)
# > tensor(8.)

# %% slopes_in_prose tags=["remove-cell"]
derivative("sinh(x) + x^2", "sinh(x) + 2", order=2)
derivative("x^3", "6x", order=2)
derivative("2x^2", "4x")
derivative("x^2", "2x")
derivative("sinh(x)^2", "2sinh(x) cosh(x)")
identity("cosh(x) = sqrt(1 + sinh(x)^2)")
# > cosh(x) = sqrt(1 + sinh(x)^2) (proved: SymPy, numbers at 16 points)


# %% cube_mended
class CubeMended(Cube):
    @staticmethod
    def backward(ctx, G):
        x, square = ctx.saved_tensors
        return G * 3 * x * x


y = CubeMended.apply(two)
(first,) = torch.autograd.grad(y, two, create_graph=True)
(second,) = torch.autograd.grad(first, two)
print(second)
# > tensor(12.)

# %% in_prose tags=["remove-cell"]
from gradbook import identity

identity("cosh(x) = sqrt(1 + sinh(x)^2)")
# > cosh(x) = sqrt(1 + sinh(x)^2) (proved: SymPy, numbers at 16 points)

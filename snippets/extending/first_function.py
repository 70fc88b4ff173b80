# %% cube
import torch
from torch.autograd import Function


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * 3 * x**2


x = torch.tensor(2.0, requires_grad=True)
y = Cube.apply(x)
print(y)
# > tensor(8., grad_fn=<CubeBackward>)
y.backward()
print(x.grad)
# > tensor(12.)

# %% rule tags=["hide-input"]
from gradbook import vjp

vjp(Cube.apply, x="3x^2 G", shown="x^3")
# > dL/dx = 3x^2 G (proved: SymPy, finite differences, autograd at 16 points)


# %% arrives
class Forgetful(Cube):
    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return 3 * x**2


for made in (Forgetful, Cube):
    x.grad = None
    z = 10 * made.apply(x)
    z.backward()
    print(x.grad)
# > tensor(12.)
# > tensor(120.)

# %% picture tags=["hide-input"]
from gradbook import draw

z = 10 * Cube.apply(x)
draw(z)
# > Graph of z = 80: 3 nodes (1 Cube, 1 Mul, 1 AccumulateGrad), 1 path to x, dz/dx = 120

# %% check
from torch.autograd import gradcheck

point = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
print(gradcheck(Cube.apply, point))
# > True


# %% wrong tags=["raises-exception"]
class WrongCube(Cube):
    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * 2 * x**2


origin = torch.zeros_like(point, requires_grad=True)
print(gradcheck(WrongCube.apply, origin))
# > True
gradcheck(WrongCube.apply, point)
# > torch.autograd.gradcheck.GradcheckError: Jacobian mismatch for output 0 with respect to input 0,
# > numerical:tensor([[12.0000]], dtype=torch.float64)
# > analytical:tensor([[8.]], dtype=torch.float64)
# >


# %% scaled
class Scaled(Function):
    @staticmethod
    def forward(ctx, a, b, n):
        ctx.save_for_backward(a, b)
        ctx.n = n
        return n * a * b

    @staticmethod
    def backward(ctx, G):
        a, b = ctx.saved_tensors
        print(ctx.needs_input_grad)
        for_a = for_b = None
        if ctx.needs_input_grad[0]:
            for_a = G * ctx.n * b
        if ctx.needs_input_grad[1]:
            for_b = G * ctx.n * a
        return for_a, for_b, None


a = torch.tensor(3.0, requires_grad=True)
b = torch.tensor(4.0)
Scaled.apply(a, b, 5).backward()
# > (True, False, False)
print(a.grad, b.grad)
# > tensor(20.) None

# %% scaled_rule tags=["hide-input"]
vjp(lambda n, a, b: n * a * b, a="n b G", b="n a G")
# > dL/da = n b G, dL/db = n a G (proved: SymPy, finite differences, autograd at 8 points)


# %% attribute
class Kept(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.x = x
        return x**3

    @staticmethod
    def backward(ctx, G):
        return G * 3 * ctx.x**2


x.grad = None
u = x.clone()
y = Kept.apply(u)
u.mul_(2)
y.backward()
print(x.grad)
# > tensor(48.)

# %% saved tags=["raises-exception"]
u = x.clone()
y = Cube.apply(u)
u.mul_(2)
y.backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor []], which is output 0 of Mul, is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).


# %% loud
class Loud(Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, G):
        print("backward, recording:", torch.is_grad_enabled())
        return G * 2


(slope,) = torch.autograd.grad(Loud.apply(x), x)
# > backward, recording: False
(slope,) = torch.autograd.grad(Loud.apply(x), x, create_graph=True)
# > backward, recording: True

# %% silent
result = Loud.forward(None, x)  # .forward in place of .apply
result.backward()
print(result)
# > tensor(4., grad_fn=<MulBackward0>)
result = Loud.apply(x.detach())  # no input is tracked
print(result)
# > tensor(4.)
with torch.no_grad():  # nothing is recorded
    result = Loud.apply(x)
print(result)
# > tensor(4.)


# %% in_a_list
class Total(Function):
    @staticmethod
    def forward(ctx, items):
        return items[0] + items[1]

    @staticmethod
    def backward(ctx, G):
        return None


print(Total.apply([x, x]))  # the tensors are inside a list
# > tensor(4.)

# %% two_calls tags=["hide-input"]
from gradbook import row

x.grad = None
row(
    {
        "Loud.apply(x)": draw(Loud.apply(x), gradients=False),
        "Loud.forward(None, x)": draw(
            Loud.forward(None, x), gradients=False
        ),
    }
)
# > Loud.apply(x): Graph of a result = 4: 2 nodes (1 Loud, 1 AccumulateGrad), 1 path to x
# > Loud.forward(None, x): Graph of a result = 4: 2 nodes (1 Mul, 1 AccumulateGrad), 1 path to x


# %% dirty
class Doubled(Function):
    marked = True

    @staticmethod
    def forward(ctx, x):
        x.mul_(2)
        if Doubled.marked:
            ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, G):
        return G * 2


for Doubled.marked in (True, False):
    u = x.clone()
    Doubled.apply(u)
    (slope,) = torch.autograd.grad(u, x)
    print(u.item(), slope)
# > 4.0 tensor(2.)
# > 4.0 tensor(1.)


# %% marks
class Largest(Function):
    @staticmethod
    def forward(ctx, x):
        value, place = x.max(0)
        share = value / x.sum()
        ctx.save_for_backward(place)
        ctx.mark_non_differentiable(share)
        ctx.set_materialize_grads(False)
        ctx.size = x.shape
        return value, place, share

    @staticmethod
    def backward(ctx, G, *others):
        print(others)
        (place,) = ctx.saved_tensors
        if G is None:
            return None
        return G.new_zeros(ctx.size).index_fill(0, place, 1) * G


v = torch.tensor([1.0, 5.0, 2.0], requires_grad=True)
value, place, share = Largest.apply(v)
print(value.requires_grad, place.requires_grad, share.requires_grad)
# > True False False
value.backward()
# > (None, None)
print(v.grad)
# > tensor([0., 1., 0.])

# %% instance tags=["raises-exception"]
Cube()(x)
# > DeprecationWarning: <class '__main__.Cube'> should not be instantiated. Methods on autograd functions are all static, so you should invoke them on the class itself. Instantiating an autograd function will raise an error in a future version of PyTorch.
# > RuntimeError: Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd function with static forward method. (Example: https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)


# %% count tags=["raises-exception"]
class TooFew(Scaled):
    @staticmethod
    def backward(ctx, G):
        a, b = ctx.saved_tensors
        return G * ctx.n * b, G * ctx.n * a


TooFew.apply(a, b, 5).backward()
# > RuntimeError: function TooFewBackward returned an incorrect number of gradients (expected 3, got 2)


# %% shape tags=["raises-exception"]
class Sum(Function):
    @staticmethod
    def forward(ctx, x):
        return x.sum()

    @staticmethod
    def backward(ctx, G):
        return G


Sum.apply(v).backward()
# > RuntimeError: Function SumBackward returned an invalid gradient at index 0 - got [] but expected shape compatible with [3]

# %% larger
class SumTwice(Sum):
    @staticmethod
    def backward(ctx, G):
        return G.expand(2, 3)


(slope,) = torch.autograd.grad(SumTwice.apply(v), v)
print(slope)
# > tensor([2., 2., 2.])

# %% default tags=["remove-cell"]
class Power(Function):
    @staticmethod
    def forward(ctx, x, n=2):
        ctx.n = n
        return x * n

    @staticmethod
    def backward(ctx, G):
        return G * ctx.n, None


for arguments in ((x,), (x, 2)):
    assert torch.autograd.grad(Power.apply(*arguments), x)[0] == 2

# %% predict_nested
one = torch.tensor(1.0, requires_grad=True)
Cube.apply(Cube.apply(one)).backward()
print(one.grad)
# > tensor(9.)

# %% predict_both
a.grad = None
Scaled.apply(a, a, 2).backward()
# > (True, True, False)
print(a.grad)
# > tensor(12.)


# %% square_plus_one
class SquarePlusOne(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**2 + 1

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * 2 * x


print(gradcheck(SquarePlusOne.apply, point))
# > True
three = torch.tensor(3.0, requires_grad=True)
SquarePlusOne.apply(three).backward()
print(three.grad)
# > tensor(6.)


# %% without_g tags=["raises-exception"]
class WithoutG(SquarePlusOne):
    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return 2 * x


gradcheck(WithoutG.apply, point)
# > torch.autograd.gradcheck.GradcheckError: backward not multiplied by grad_output


# %% exp_saves_result
class Exp(Function):
    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, G):
        (y,) = ctx.saved_tensors
        return G * y


zero = torch.tensor(0.0, requires_grad=True)
Exp.apply(zero).backward()
print(zero.grad)
# > tensor(1.)
print(gradcheck(Exp.apply, point))
# > True

# %% in_prose tags=["remove-cell"]
from gradbook import derivative

derivative("x^9", "9x^8")
# > dy/dx = 9x^8 (proved: SymPy, finite differences, autograd at 16 points)

# %% complete
import torch
from torch.autograd import Function


class Cube(Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return x**3

    @staticmethod
    def setup_context(ctx, inputs, output):
        (x,) = inputs
        ctx.save_for_backward(x)
        ctx.save_for_forward(x)

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * 3 * x**2

    @staticmethod
    def jvp(ctx, t):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * t


# %% transforms
from torch.func import grad, jacrev, jvp, vmap

x, one = torch.tensor(2.0), torch.tensor(1.0)
xs = torch.tensor([1.0, 2.0, 3.0])
print(grad(Cube.apply)(x))
# > tensor(12.)
print(vmap(grad(Cube.apply))(xs))
# > tensor([ 3., 12., 27.])
print(jvp(Cube.apply, (x,), (one,)))
# > (tensor(8.), tensor(12.))
print(jacrev(Cube.apply)(xs))
# > tensor([[ 3.,  0.,  0.],
# >         [ 0., 12.,  0.],
# >         [ 0.,  0., 27.]])


# %% plain tags=["raises-exception"]
class Plain(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * 3 * x**2


grad(Plain.apply)(x)
# > RuntimeError: In order to use an autograd.Function with functorch transforms (vmap, grad, jvp, jacrev, ...), it must override the setup_context staticmethod. For more details, please see https://pytorch.org/docs/main/notes/extending.func.html


# %% split
class Split(Function):
    @staticmethod
    def forward(x):
        return x**3

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    backward = Plain.backward


print(grad(Split.apply)(x), grad(grad(Split.apply))(x))
# > tensor(12.) tensor(12.)

# %% no_vmap tags=["raises-exception"]
vmap(Split.apply)(xs)
# > RuntimeError: You tried to vmap over Split, but it does not have vmap support. Please override and implement the vmap staticmethod or set generate_vmap_rule=True. For more details, please see https://pytorch.org/docs/main/notes/extending.func.html


# %% with_vmap
class Batched(Split):
    generate_vmap_rule = True


print(vmap(Batched.apply)(xs))
# > tensor([ 1.,  8., 27.])

# %% no_jvp tags=["raises-exception"]
jvp(Batched.apply, (x,), (one,))
# > NotImplementedError: You must implement the jvp function for custom autograd.Function to use it with forward mode AD.


# %% with_jvp
class Forward(Batched):
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def jvp(ctx, t):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * t


print(jvp(Forward.apply, (x,), (torch.tensor(10.0),)))
# > (tensor(8.), tensor(120.))

# %% vjp_rule tags=["hide-input"]
from gradbook import gradient, identity, vjp

vjp(Cube.apply, x="3x^2 G", shown="x^3")
# > dL/dx = 3x^2 G (proved: SymPy, finite differences, autograd at 16 points)

# %% jvp_slope tags=["hide-input"]
gradient("3x^2 t", t="3x^2")
# > dy/dt = 3x^2 (proved: SymPy, finite differences, autograd at 8 points)

# %% jvp_linear tags=["hide-input"]
identity("3x^2 (a t + b u) = a (3x^2 t) + b (3x^2 u)")
# > 3x^2 (a t + b u) = a (3x^2 t) + b (3x^2 u) (proved: SymPy, numbers at 8 points)

# %% checked
from torch.autograd import gradcheck, gradgradcheck

points = torch.tensor([1.0, 2.0], dtype=torch.float64)
points.requires_grad_()
print(
    gradcheck(
        Cube.apply,
        points,
        check_forward_ad=True,
        check_batched_grad=True,
        check_batched_forward_grad=True,
    ),
    gradgradcheck(Cube.apply, points),
)
# > True True

# %% table tags=["hide-input"]
import matplotlib.pyplot as plt
from torch.func import hessian, jacfwd

classes = {
    "forward(ctx, …)": Plain,
    "+ setup_context": Split,
    "+ vmap rule": Batched,
    "+ jvp": Forward,
}
transforms = {
    "backward()": lambda f: f(x.clone().requires_grad_()).backward(),
    "grad": lambda f: grad(f)(x),
    "jacrev": lambda f: jacrev(f)(xs),
    "vmap": lambda f: vmap(f)(xs),
    "vmap(grad)": lambda f: vmap(grad(f))(xs),
    "jvp": lambda f: jvp(f, (x,), (one,)),
    "jacfwd": lambda f: jacfwd(f)(xs),
    "hessian": lambda f: hessian(lambda v: f(v).sum())(xs),
}


def works(transform, made):
    try:
        transform(made.apply)
        return True
    except (RuntimeError, NotImplementedError):
        return False


fig, ax = plt.subplots(figsize=(6, 4))
lines = []
for row, (name, transform) in enumerate(transforms.items()):
    passed = []
    for column, made in enumerate(classes.values()):
        fine = works(transform, made)
        passed.append(fine)
        ax.scatter(
            column,
            row,
            s=180,
            marker="o" if fine else "x",
            color="C0" if fine else "C1",
        )
    first = list(classes)[passed.index(True)]
    lines.append(f"{name} from '{first}' on")
    assert passed == sorted(passed)
ax.set_xticks(range(4), classes)
ax.set_yticks(range(8), transforms)
ax.set(xlim=(-0.5, 3.5), ylim=(7.5, -0.5))
fig.set_label(
    "Which transform works with which class: " + "; ".join(lines) + "."
)
# > Which transform works with which class: backward() from 'forward(ctx, …)' on; grad from '+ setup_context' on; jacrev from '+ setup_context' on; vmap from '+ vmap rule' on; vmap(grad) from '+ vmap rule' on; jvp from '+ jvp' on; jacfwd from '+ jvp' on; hessian from '+ jvp' on.

# %% numpy_fails tags=["raises-exception"]
import numpy as np


class NumpyExp(Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return torch.as_tensor(np.exp(x.numpy()))

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, G):
        (y,) = ctx.saved_tensors
        return G * y


vmap(NumpyExp.apply)(torch.zeros(3))
# > RuntimeError: Cannot access data pointer of Tensor that doesn't have storage


# %% numpy_rule
class BatchedExp(NumpyExp):
    generate_vmap_rule = False

    @staticmethod
    def vmap(info, in_dims, x):
        print(info.batch_size, in_dims)
        return BatchedExp.apply(x), in_dims[0]


print(vmap(grad(BatchedExp.apply))(torch.zeros(3)))
# > 3 (0,)
# > tensor([1., 1., 1.])


# %% ctx_left tags=["raises-exception"]
class Leftover(Split):
    @staticmethod
    def forward(ctx, x):
        return x**3


Leftover.apply(x)
# > TypeError: missing a required argument: 'x'


# %% not_saved tags=["raises-exception"]
class Unsaved(Split):
    @staticmethod
    def jvp(ctx, t):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * t


jvp(Unsaved.apply, (x,), (one,))
# > ValueError: not enough values to unpack (expected 1, got 0)


# %% unchecked
class WrongJvp(Forward):
    @staticmethod
    def jvp(ctx, t):
        (x,) = ctx.saved_tensors
        return 2 * x**2 * t


print(gradcheck(WrongJvp.apply, points))
# > True

# %% looked_at tags=["raises-exception"]
gradcheck(WrongJvp.apply, points, check_forward_ad=True)
# > torch.autograd.gradcheck.GradcheckError: Jacobian computed with forward mode mismatch for output 0 with respect to input 0,
# > numerical:tensor([[ 3.0000,  0.0000],
# >         [ 0.0000, 12.0000]], dtype=torch.float64)
# > analytical:tensor([[2., 0.],
# >         [0., 8.]], dtype=torch.float64)
# >

# %% other_jvp
print(torch.autograd.functional.jvp(Plain.apply, x, one))
# > (tensor(8.), tensor(12.))



# %% other_jvp_cut
class Cut(Plain):
    @staticmethod
    def backward(ctx, G):
        with torch.no_grad():
            return Plain.backward(ctx, G)


print(torch.autograd.functional.jvp(Cut.apply, x, one))
# > (tensor(8.), tensor(0.))

# %% other_jvp_once tags=["remove-cell"]
once = torch.autograd.function.once_differentiable(Plain.backward)
Once = type("Once", (Plain,), {"backward": staticmethod(once)})
assert torch.autograd.functional.jvp(Once.apply, x, one)[1] == 0

# %% predict_directions
directions = torch.tensor([1.0, 2.0])
answers = vmap(lambda t: jvp(Cube.apply, (x,), (t,))[1])(directions)
print(answers)
# > tensor([12., 24.])


# %% jacfwd_needs
class OnlyJvp(Forward):
    generate_vmap_rule = False


for made in (Batched, OnlyJvp, Forward):
    try:
        torch.func.jacfwd(made.apply)(xs)
        print(made.__name__, "works")
    except (RuntimeError, NotImplementedError):
        print(made.__name__, "raises")
# > Batched raises
# > OnlyJvp raises
# > Forward works


# %% square
class Square(Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return x**2

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * 2 * x

    @staticmethod
    def jvp(ctx, t):
        (x,) = ctx.saved_tensors
        return 2 * x * t


print(vmap(grad(Square.apply))(xs))
# > tensor([2., 4., 6.])
print(jvp(Square.apply, (xs,), (torch.ones(3),)))
# > (tensor([1., 4., 9.]), tensor([2., 4., 6.]))

# %% one_call
import torch

x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(3.0, requires_grad=True)
w = (x * y + x) ** 2
w.backward()
print(x.grad, y.grad)
# > tensor(64.) tensor(32.)

# %% forward_by_hand
x, y = 2, 3
u = x * y
v = u + x
w = v**2
print(u, v, w)
# > 6 8 64

# %% from_w
dw = 1
dv = dw * 2 * v
print(dv)
# > 16

# %% from_v
du = dv * 1
print(du)
# > 16

# %% from_u
dy = du * x
print(dy)
# > 32

# %% into_x
dx = du * y + dv * 1
print(dx)
# > 64

# %% forward
x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(3.0, requires_grad=True)
u = x * y
v = u + x
w = v**2
print(u.item(), v.item(), w.item())
# > 6.0 8.0 64.0

# %% graph tags=["hide-input"]
from gradbook import draw

draw(w)
# > Graph of w = 64: 5 nodes (1 Add, 1 Mul, 1 Pow, 2 AccumulateGrad), 2 paths to x, 1 path to y, dw/dx = 64, dw/dy = 32

# %% backward
u.retain_grad()
v.retain_grad()
w.backward()
print(v.grad, u.grad)
# > tensor(16.) tensor(16.)
print(x.grad, y.grad)
# > tensor(64.) tensor(32.)

# %% nudge
def f(x, y):
    return (x * y + x) ** 2


print(f"{f(2.001, 3) - f(2, 3):.6f}")
# > 0.064016
print(f"{f(2, 3.001) - f(2, 3):.6f}")
# > 0.032004

# %% local_rules tags=["remove-cell"]
from gradbook import derivative, gradient

gradient("a + b", a="1", b="1", name="c")
gradient("a b", a="b", b="a", name="c")
derivative("a^2", "2a", name="c")
# > dc/da = 2a (proved: SymPy, ...)

# %% used_twice tags=["remove-cell"]
twice = torch.tensor(3.0, requires_grad=True)
(twice * 5 + twice * 7).backward()
print(twice.grad)
# > tensor(12.)

# %% whole_rule tags=["hide-input"]
gradient(
    "(x y + x)^2",
    name="w",
    x="2(x y + x)(y + 1)",
    y="2(x y + x)x",
)
# > dw/dx = 2(x y + x)(y + 1), dw/dy = 2(x y + x)x (proved: SymPy, ...)

# %% unequal_factors
a = torch.tensor(1000.0, requires_grad=True)
b = torch.tensor(2.0, requires_grad=True)
(a * b).backward()
print(a.grad, b.grad)
# > tensor(2.) tensor(1000.)

# %% thousand
inputs = torch.ones(1000, requires_grad=True)
total = (inputs**2).sum()

# %% thousand_graph tags=["hide-input"]
draw(total)
# > Graph of total = 1000: 3 nodes (1 Pow, 1 Sum, 1 AccumulateGrad), 1 path to inputs

# %% thousand_slopes
total.backward()
print(inputs.grad.shape)
# > torch.Size([1000])

# %% two_copies
x_factor = torch.tensor(2.0, requires_grad=True)
x_summand = torch.tensor(2.0, requires_grad=True)
w = (x_factor * y + x_summand) ** 2
w.backward()
print(x_factor.grad, x_summand.grad)
# > tensor(48.) tensor(16.)

# %% name_reused
x = torch.tensor(2.0, requires_grad=True)
x = x * y + x
w = x**2
w.backward()
print(x.grad)
# > UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information.
# > None

# %% name_kept
x = torch.tensor(2.0, requires_grad=True)
v = x * y + x
w = v**2
w.backward()
print(x.grad)
# > tensor(64.)

# %% at_one
x = torch.tensor(1.0, requires_grad=True)
y = torch.tensor(1.0, requires_grad=True)
w = (x * y + x) ** 2
w.backward()
print(x.grad, y.grad)
# > tensor(8.) tensor(4.)

# %% receivers
x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(1.0, requires_grad=True)
w = (x * y + y) ** 2
w.backward()
print(x.grad, y.grad)
# > tensor(6.) tensor(18.)

# %% product_of_sums
x, y = 2, 3
s = x + y
m = x * y
q = s * m

# %% product_of_sums_answer
dq = 1
ds = dq * m
dm = dq * s
dx = ds * 1 + dm * y
dy = ds * 1 + dm * x
print(q, dx, dy)
# > 30 21 16

# %% product_of_sums_confirmed
x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(3.0, requires_grad=True)
((x + y) * (x * y)).backward()
print(x.grad, y.grad)
# > tensor(21.) tensor(16.)

# %% one_route
x = torch.tensor(2.0, requires_grad=True)
w = (x * y + x.detach()) ** 2
w.backward()
print(w.item(), x.grad)
# > 64.0 tensor(48.)

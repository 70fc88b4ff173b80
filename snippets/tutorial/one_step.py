# %% parabola
import torch

x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
x.grad
# > tensor(6.)

# %% derivative tags=["hide-input"]
from gradbook import derivative, gradient

derivative(
    "2x^4 + x^3 + 3x^2 + 5x + 1",
    "8x^3 + 3x^2 + 6x + 5",
)
# > dy/dx = 8x^3 + 3x^2 + 6x + 5 (proved: SymPy, ...)

# %% slope_in_a_sentence tags=["remove-cell"]
derivative("x^2", "2x")
# > dy/dx = 2x (proved: SymPy, finite differences, autograd at 16 points)

# %% tracked_input
x = torch.tensor(2.0, requires_grad=True)

# %% value_by_hand
terms = [2 * 2**4, 2**3, 3 * 2**2, 5 * 2, 1]
print(terms)
# > [32, 8, 12, 10, 1]
print(sum(terms))
# > 63

# %% polynomial
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
print(y)
# > tensor(63., grad_fn=<AddBackward0>)

# %% graph tags=["hide-input"]
from gradbook import draw

draw(y, gradients=False)
# > Graph of y = 63: 11 nodes (4 Add, 3 Mul, 3 Pow, 1 AccumulateGrad), 4 paths to x

# %% backward
y.backward()

# %% slope_by_hand
slopes = [8 * 2**3, 3 * 2**2, 6 * 2, 5]
print(slopes)
# > [64, 12, 12, 5]
print(sum(slopes))
# > 93

# %% slope
x.grad
# > tensor(93.)

# %% nudge
def f(x):
    return 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


rise = f(2.001) - f(2.0)
print(round(rise, 6))
# > 0.093057

# %% first_order tags=["hide-input"]
from gradbook import identity

identity(
    "y = 63 + 93h + O(h^2)",
    where={"x": "2 + h", "y": "2x^4 + x^3 + 3x^2 + 5x + 1"},
)
# > y = 63 + 93h + O(h^2) (proved: SymPy, ...)

# %% tangent_plot tags=["hide-input"]
import matplotlib.pyplot as plt
import numpy as np

from gradbook import slider

point, value, slope = x.item(), y.item(), x.grad.item()
near = np.linspace(0.6, 2.7, 100)
fig, ax = plt.subplots()
ax.plot(near, f(near), label="$f(x)$")
tangent = value + slope * (near - point)
(line,) = ax.plot(near, tangent, label="tangent")
(dot,) = ax.plot(point, value, "ko")
note = ax.annotate(
    f"slope {slope:.0f}",
    (point, value),
    xytext=(-12, 0),
    textcoords="offset points",
    ha="right",
    va="bottom",
)
ax.set(xlabel="$x$", ylim=(-40, 160))
ax.legend()
fig.set_label(
    f"The polynomial and its tangent of slope {slope:g}, which "
    f"touches it at ({point:g}, {value:g}). Half a unit to the right "
    f"the curve is at {f(point + 0.5):.1f}, the tangent at "
    f"{value + 0.5 * slope:.1f}; half a unit to the left they are at "
    f"{f(point - 0.5):.1f} and {value - 0.5 * slope:.1f}."
)
slider(
    {
        line: "y + d(y, x) * (t - x)",
        dot: "x, y",
        note: ("x, y", "slope {d(y, x):.0f}"),
    },
    "At x = {x:.2f} the curve is at {y:.2f}, "
    "and its slope is {d(y, x):.2f}.",
    x=(1, 2.6, 2),
    y="2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1",
)
# > The polynomial and its tangent of slope 93, which touches it at (2, 63). Half a unit to the right the curve is at 126.0, the tangent at 109.5; half a unit to the left they are at 28.8 and 16.5.

# %% one_term tags=["hide-input"]
identity("c (x + h)^n - c x^n = c n x^(n-1) h + O(h^2)")
# > c (x + h)^n - c x^n = c n x^(n-1) h + O(h^2) (proved: SymPy, ...)

# %% power_rule tags=["hide-input"]
gradient("c x^n", x="c n x^(n-1)")
# > dy/dx = c n x^(n-1) (proved: SymPy, ...)

# %% routes tags=["hide-input"]
again = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
draw(again, names={"y": again})
# > Graph of y = 63: 11 nodes (4 Add, 3 Mul, 3 Pow, 1 AccumulateGrad), 4 paths to x, dy/dx = 93

# %% twice tags=["raises-exception"]
y.backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% a_sum_saves_nothing
t = torch.tensor(2.0, requires_grad=True)
s = t + t
s.backward()
s.backward()
print(t.grad)
# > tensor(4.)

# %% adds_up
y = f(x)
y.backward()
x.grad
# > tensor(186.)

# %% cleared
x.grad = None
y = f(x)
y.backward()
x.grad
# > tensor(93.)

# %% called tags=["raises-exception"]
x.grad()
# > TypeError: 'Tensor' object is not callable

# %% read
print(x.grad)
# > tensor(93.)
print(x.grad.item())
# > 93.0

# %% called_early tags=["raises-exception"]
torch.tensor(2.0, requires_grad=True).grad()
# > TypeError: 'NoneType' object is not callable

# %% integer tags=["raises-exception"]
x = torch.tensor(2, requires_grad=True)
# > RuntimeError: Only Tensors of floating point and complex dtype can require gradients

# %% floating_point
x = torch.tensor(2.0, requires_grad=True)
print(x.dtype)
# > torch.float32

# %% at_one
x = torch.tensor(1.0, requires_grad=True)
y = f(x)
y.backward()
print(y.item(), x.grad.item())
# > 12.0 22.0

# %% at_zero
x = torch.tensor(0.0, requires_grad=True)
y = f(x)
y.backward()
print(y.item(), x.grad.item())
# > 1.0 5.0

# %% tangent
print(round(63 + 93 * (2.01 - 2), 4))
# > 63.93
print(round(f(2.01), 4))
# > 63.9357

# %% search
low, high = -1.0, 0.0
for _ in range(20):
    middle = (low + high) / 2
    x = torch.tensor(middle, requires_grad=True)
    f(x).backward()
    if x.grad < 0:
        low = middle
    else:
        high = middle

# %% bottom
print(f"{middle:.4f}")
# > -0.6637
print(f"{x.grad.item():.4f}")
# > 0.0000

# %% slope_of_slope tags=["hide-input"]
derivative(
    "2x^4 + x^3 + 3x^2 + 5x + 1",
    "24x^2 + 6x + 6",
    order=2,
)
# > d^2y/dx^2 = 24x^2 + 6x + 6 (proved: SymPy, ...)

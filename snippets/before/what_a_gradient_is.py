# %% measured
def f(x):
    return x**2


h = 0.01
print(round((f(3 + h) - f(3)) / h, 4))
# > 6.01

# %% forward
for h in [1, 0.1, 0.01]:
    print(h, round((f(3 + h) - f(3)) / h, 4))
# > 1 7.0
# > 0.1 6.1
# > 0.01 6.01

# %% secants tags=["hide-input"]
import matplotlib.pyplot as plt
import numpy as np

from gradbook import slider

line = np.linspace(1.5, 5.5, 100)
fig, ax = plt.subplots()
ax.plot(line, f(line), label="$x^2$")
words, secants = [], []
for h, style in [(2, "C1--"), (1, "C2-.")]:
    slope = (f(3 + h) - f(3)) / h
    secant = 9 + slope * (line - 3)
    secants += ax.plot(line, secant, style, label=f"h = {h:.2f}")
    secants += ax.plot(3 + h, f(3 + h), style[:2] + "o")
    words.append(f"{slope:g} for h = {h}")
tangent = (f(3 + 1e-5) - f(3 - 1e-5)) / 2e-5
ax.plot(line, 9 + tangent * (line - 3), "C3:", label="tangent")
ax.plot(3, 9, "ko")
ax.set(xlabel="$x$", ylim=(-4, 32))
legend = ax.legend()
fig.set_label(
    "Two secants of the square turning into its tangent. Each line "
    f"passes through (3, 9). Slopes: {', '.join(words)}, and "
    f"{tangent:.0f} for the tangent."
)
slider(
    {
        secants[0]: "9 + slope * (t - 3)",
        secants[1]: "3 + h, (3 + h) ** 2",
        legend.get_texts()[1]: "h = {h:.2f}",
    },
    "With h = {h:.2f} the secant has the slope {slope:.2f}.",
    h=(0.05, 2.5, 2, 0.05),
    slope="((3 + h) ** 2 - 9) / h",
)
# > Two secants of the square turning into its tangent. Each line passes through (3, 9). Slopes: 8 for h = 2, 7 for h = 1, and 6 for the tangent.

# %% central
for h in [1, 0.1, 0.01]:
    print(h, round((f(3 + h) - f(3 - h)) / (2 * h), 4))
# > 1 6.0
# > 0.1 6.0
# > 0.01 6.0

# %% orders
import math

print("step   forward  central")
# > step   forward  central
for h in [0.1, 0.01, 0.001]:
    forward = (math.exp(1 + h) - math.exp(1)) / h
    central = (math.exp(1 + h) - math.exp(1 - h)) / (2 * h)
    print(f"{h:<6} {forward - math.e:.5f}  {central - math.e:.8f}")
# > 0.1    0.14056  0.00453274
# > 0.01   0.01364  0.00004530
# > 0.001  0.00136  0.00000045

# %% forward_order tags=["hide-input"]
from gradbook import derivative, gradient, identity

identity("(e^(x+h) - e^x)/h = e^x + O(h)")
# > (e^(x+h) - e^x)/h = e^x + O(h) (proved: SymPy, ...)

# %% central_order tags=["hide-input"]
identity("(e^(x+h) - e^(x-h))/(2h) = e^x + O(h^2)")
# > (e^(x+h) - e^(x-h))/(2h) = e^x + O(h^2) (proved: SymPy, ...)

# %% given_exp tags=["hide-input"]
derivative("e^x", "e^x")
# > dy/dx = e^x (proved: SymPy, ...)

# %% given_exp_minus tags=["hide-input"]
derivative("e^(-x)", "-e^(-x)")
# > dy/dx = -e^(-x) (proved: SymPy, ...)

# %% given_over tags=["hide-input"]
derivative("1/x", "-1/x^2", domain="x > 0")
# > dy/dx = -1/x^2 (proved: SymPy, ...)

# %% given_log tags=["hide-input"]
derivative("log(x)", "1/x", domain="x > 0")
# > dy/dx = 1/x (proved: SymPy, ...)

# %% given_once tags=["remove-cell"]
derivative("sin(x)", "cos(x)")
derivative("sqrt(x)", "1/(2 sqrt(x))", domain="x > 0")
# > dy/dx = 1/(2 sqrt(x)) (proved: SymPy, ...)

# %% two_wheels
def first(x):
    return 3 * x


def second(y):
    return 4 * y


h = 0.01
print(round((first(2 + h) - first(2)) / h, 4))
# > 3.0
print(round((second(6 + h) - second(6)) / h, 4))
# > 4.0
print(round((second(first(2 + h)) - second(first(2))) / h, 4))
# > 12.0

# %% square_of_a_line
def inner(x):
    return 3 * x + 1


h = 0.001
print(round((inner(2 + h) - inner(2 - h)) / (2 * h), 4))
# > 3.0
print(round((f(7 + h) - f(7 - h)) / (2 * h), 4))
# > 14.0
print(round((f(inner(2 + h)) - f(inner(2 - h))) / (2 * h), 4))
# > 42.0

# %% chain_rule tags=["hide-input"]
derivative("(3x + 1)^2", "2(3x + 1) * 3")
# > dy/dx = 2(3x + 1) * 3 (proved: SymPy, ...)

# %% two_inputs
def g(x, y):
    return x**2 * y


h = 0.01
print(round((g(3 + h, 2) - g(3 - h, 2)) / (2 * h), 4))
# > 12.0
print(round((g(3, 2 + h) - g(3, 2 - h)) / (2 * h), 4))
# > 9.0

# %% small_walk
print(round(g(3.02, 1.99) - g(3, 2), 4))
# > 0.1496
print(round(12 * 0.02 + 9 * -0.01, 4))
# > 0.15

# %% contour_map tags=["hide-input"]
across, upward = np.linspace(1, 5, 161), np.linspace(0.5, 3.5, 121)
heights = g(*np.meshgrid(across, upward))
fig, ax = plt.subplots(figsize=(6.4, 5))
lines = ax.contour(
    across, upward, heights, [4, 10, 18, 28, 40], colors="gray"
)
ax.clabel(lines, fontsize=12)
ax.plot([3, 3 + 0.8], [2, 2 + 0.6], "C1-")
ax.plot(3.8, 2.6, "C1>", markersize=9)
ax.plot(3, 2, "ko")
ax.set(xlabel="$x$", ylabel="$y$", aspect="equal")
fig.set_label(
    "Contour lines of g = x^2 y at 4, 10, 18, 28 and 40. The line of "
    f"{g(3, 2)} passes through the point (3, 2). From there an arrow "
    "points to the upper right, 12 parts across for 9 parts up, at a "
    "right angle to the line, to where the lines are higher: g is "
    f"{g(3.8, 2.6):.1f} at its tip."
)
# > Contour lines of g = x^2 y at 4, 10, 18, 28 and 40. The line of 18 passes through the point (3, 2). From there an arrow points to the upper right, 12 parts across for 9 parts up, at a right angle to the line, to where the lines are higher: g is 37.5 at its tip.

# %% asked
import torch

x = torch.tensor(3.0, requires_grad=True)
y = torch.tensor(2.0, requires_grad=True)
g(x, y).backward()
print(x.grad, y.grad)
# > tensor(12.) tensor(9.)

# %% words tags=["remove-cell"]
watched = torch.tensor(3.0, requires_grad=True)
g(watched, 2.0).backward()
print(watched.grad)
# > tensor(12.)
g(watched, 2.0).backward()
print(watched.grad)
# > tensor(24.)
watched.grad = None
with torch.no_grad():
    print(g(watched, 2.0).requires_grad)
# > False
print(watched.detach(), watched.detach().requires_grad)
# > tensor(3.) False
later = torch.tensor(3.0)
later.requires_grad_()
print(later.requires_grad)
# > True

# %% counter
calls = 0


def loss(w):
    global calls
    calls += 1
    return (w**2).sum()


# %% counted
w = torch.linspace(-1, 1, 1000, dtype=torch.float64)
slopes = torch.zeros_like(w)
h = 1e-5
for i in range(1000):
    step = torch.zeros_like(w)
    step[i] = h
    slopes[i] = (loss(w + step) - loss(w - step)) / (2 * h)
print(calls)
# > 2000

# %% one_pass
calls = 0
w.requires_grad_()
loss(w).backward()
print(calls)
# > 1
print(torch.allclose(w.grad, slopes))
# > True

# %% symbolic
import sympy

print(sympy.diff("x**2 * y", "x"), sympy.diff("x**2 * y", "y"))
# > 2*x*y x**2

# %% square_ratio tags=["hide-input"]
identity("((x+h)^2 - x^2)/h = 2x + h")
# > ((x+h)^2 - x^2)/h = 2x + h (proved: SymPy, ...)

# %% square_rule tags=["hide-input"]
derivative(f, "2x", name="f")
# > df/dx = 2x (proved: SymPy, ...)

# %% gradient_rule tags=["hide-input"]
gradient(g, x="2x y", y="x^2", name="g")
# > dg/dx = 2x y, dg/dy = x^2 (proved: SymPy, ...)

# %% errors
import statistics


def central_error(h, dtype):
    x = torch.tensor(1.0, dtype=dtype)
    rise = torch.exp(x + h) - torch.exp(x - h)
    return abs((rise / (2 * h)).item() - math.e)


def typical_error(h, dtype):
    near = [h * 10 ** (k / 40) for k in range(-20, 21)]
    return statistics.median(central_error(s, dtype) for s in near)


print("step   float32  float64")
# > step   float32  float64
for k in range(1, 9):
    h = 10**-k
    single = typical_error(h, torch.float32)
    double = typical_error(h, torch.float64)
    print(f"{h:.0e}  {single:.0e}    {double:.0e}")
# > 1e-01  5e-03    5e-03
# > 1e-02  5e-05    5e-05
# > 1e-03  4e-05    5e-07
# > 1e-04  4e-04    5e-09
# > 1e-05  3e-03    5e-11
# > 1e-06  4e-02    1e-10
# > 1e-07  5e-01    8e-10
# > 1e-08  3e+00    9e-09

# %% best
steps = [1e-1, 1e-2, 1e-5, 1e-8]
for dtype in [torch.float32, torch.float64]:
    best = min(steps, key=lambda h: typical_error(h, dtype))
    print(dtype, best)
# > torch.float32 0.01
# > torch.float64 1e-05

# %% error_curves tags=["hide-input"]
many = np.logspace(-8, -0.5, 76)
fig, ax = plt.subplots()
words = []
for dtype, style in [(torch.float32, "C0o"), (torch.float64, "C1s")]:
    curve = [central_error(h, dtype) for h in many.tolist()]
    label = str(dtype).removeprefix("torch.")
    ax.loglog(many, curve, style, markersize=4, label=label)
    best = min(steps, key=lambda h: typical_error(h, dtype))
    lowest = typical_error(best, dtype)
    words.append(f"{label} is best at h = {best:.0e} ({lowest:.0e})")
ax.text(2e-2, 3e-8, "shape of\nthe curve", fontsize=12)
ax.text(3e-8, 1e-12, "rounding", fontsize=12)
ax.set(xlabel="step $h$", ylabel="error of the slope")
ax.set_ylim(1e-13, 30)
ax.legend()
fig.set_label(
    "Error of the central difference for exp at 1 against the step. "
    "Both curves look like a V: on the right a straight line "
    "up, marked as the shape of the curve, on the left scattered points "
    "that rise as the step shrinks, marked as rounding. For float32 "
    "they end in a flat row on the left, where nothing moves any more. "
    f"Of the steps {', '.join(f'{s:.0e}' for s in steps)}, "
    f"{'; '.join(words)}."
)
# > Error of the central difference for exp at 1 against the step. Both curves look like a V: on the right a straight line up, marked as the shape of the curve, on the left scattered points that rise as the step shrinks, marked as rounding. For float32 they end in a flat row on the left, where nothing moves any more. Of the steps 1e-01, 1e-02, 1e-05, 1e-08, float32 is best at h = 1e-02 (5e-05); float64 is best at h = 1e-05 (5e-11).

# %% large_input
def root_error(h):
    x = torch.tensor(1000.0)
    slope = (torch.sqrt(x + h) - torch.sqrt(x - h)) / (2 * h)
    true = 0.5 / math.sqrt(1000)
    return abs(slope.item() - true) / true


print(f"{root_error(0.005):.0e} {root_error(5.0):.0e}")
# > 1e-03 3e-06

# %% too_small
x = torch.tensor(1.0)
h = 1e-8
print((torch.exp(x + h) - torch.exp(x - h)) / (2 * h))
# > tensor(0.)
print(x + h == x)
# > tensor(True)

# %% large_enough
h = 1e-2
print((torch.exp(x + h) - torch.exp(x - h)) / (2 * h))
# > tensor(2.7183)
x.requires_grad_()
torch.exp(x).backward()
print(x.grad)
# > tensor(2.7183)

# %% cube
def cube(x):
    return x**3


h = 0.01
slope = (cube(2 + h) - cube(2 - h)) / (2 * h)

# %% cube_answer
print(round(slope, 6))
# > 12.0001

# %% cube_ratio tags=["hide-input"]
identity("((x+h)^3 - (x-h)^3)/(2h) = 3x^2 + h^2")
# > ((x+h)^3 - (x-h)^3)/(2h) = 3x^2 + h^2 (proved: SymPy, ...)

# %% sine
def sine_error(h):
    x = torch.tensor(1.0)
    rise = torch.sin(x + h) - torch.sin(x - h)
    return abs((rise / (2 * h)).item() - math.cos(1))


best = min([1e-1, 1e-2, 1e-5, 1e-8], key=sine_error)

# %% sine_answer
for h in [1e-1, 1e-2, 1e-5, 1e-8]:
    print(f"{h:.0e}  {sine_error(h):.0e}")
# > 1e-01  9e-04
# > 1e-02  7e-06
# > 1e-05  9e-04
# > 1e-08  5e-01
print(best)
# > 0.01

# %% corner
h = 0.01
forward = (abs(0 + h) - abs(0)) / h
backward = (abs(0) - abs(0 - h)) / h
central = (abs(0 + h) - abs(0 - h)) / (2 * h)

# %% corner_pytorch tags=["remove-cell"]
x = torch.tensor(0.0, requires_grad=True)
x.abs().backward()
print(x.grad)
# > tensor(0.)

# %% corner_answer
print(forward, backward, central)
# > 1.0 -1.0 0.0

# %% corner_rule tags=["hide-input"]
derivative(abs, "x/|x|", kink={0: 0})
# > dy/dx = x/|x| (proved: SymPy, ...)

# %% uphill
def climb(degrees, h=0.001):
    right = h * math.cos(math.radians(degrees))
    up = h * math.sin(math.radians(degrees))
    rise = g(3 + right, 2 + up) - g(3 - right, 2 - up)
    return rise / (2 * h)


best = max(range(360), key=climb)
print(best, round(climb(best), 2))
# > 37 15.0
print(round(math.degrees(math.atan2(9, 12)), 2))
# > 36.87
print(math.hypot(12, 9))
# > 15.0

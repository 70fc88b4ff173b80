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

line = np.linspace(1.5, 5.5, 100)
fig, ax = plt.subplots()
ax.plot(line, f(line), label="$x^2$")
words = []
for h, style in [(2, "C1--"), (1, "C2-.")]:
    slope = (f(3 + h) - f(3)) / h
    secant = 9 + slope * (line - 3)
    ax.plot(line, secant, style, label=f"secant, $h$ = {h}")
    ax.plot(3 + h, f(3 + h), style[:2] + "o")
    words.append(f"{slope:g} for h = {h}")
tangent = (f(3 + 1e-5) - f(3 - 1e-5)) / 2e-5
ax.plot(line, 9 + tangent * (line - 3), "C3:", label="tangent")
ax.plot(3, 9, "ko")
ax.set(xlabel="$x$", ylim=(-4, 32))
ax.legend()
fig.set_label(
    "Two secants of the square turning into its tangent. Each line "
    f"passes through (3, 9). Slopes: {', '.join(words)}, and "
    f"{tangent:.0f} for the tangent."
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

for h in [0.1, 0.01, 0.001]:
    forward = (math.exp(1 + h) - math.exp(1)) / h
    central = (math.exp(1 + h) - math.exp(1 - h)) / (2 * h)
    print(f"{h}  {forward - math.e:.5f}  {central - math.e:.8f}")
# > 0.1  0.14056  0.00453274
# > 0.01  0.01364  0.00004530
# > 0.001  0.00136  0.00000045

# %% forward_order tags=["hide-input"]
from gradbook import derivative, gradient, identity

identity("(e^(x+h) - e^x)/h = e^x + O(h)")
# > (e^(x+h) - e^x)/h = e^x + O(h) (proved: SymPy, ...)

# %% central_order tags=["hide-input"]
identity("(e^(x+h) - e^(x-h))/(2h) = e^x + O(h^2)")
# > (e^(x+h) - e^(x-h))/(2h) = e^x + O(h^2) (proved: SymPy, ...)

# %% two_inputs
def g(x, y):
    return x**2 * y


h = 0.01
print(round((g(3 + h, 2) - g(3 - h, 2)) / (2 * h), 4))
# > 12.0
print(round((g(3, 2 + h) - g(3, 2 - h)) / (2 * h), 4))
# > 9.0

# %% asked
import torch

x = torch.tensor(3.0, requires_grad=True)
y = torch.tensor(2.0, requires_grad=True)
g(x, y).backward()
print(x.grad, y.grad)
# > tensor(12.) tensor(9.)

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
def central_error(h, dtype):
    x = torch.tensor(1.0, dtype=dtype)
    rise = torch.exp(x + h) - torch.exp(x - h)
    return abs((rise / (2 * h)).item() - math.e)


steps = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8]
for h in steps:
    single = central_error(h, torch.float32)
    double = central_error(h, torch.float64)
    print(f"{h:.0e}  {single:.0e}  {double:.0e}")
# > 1e-01  5e-03  5e-03
# > 1e-02  4e-05  5e-05
# > 1e-03  5e-05  5e-07
# > 1e-04  9e-04  5e-09
# > 1e-05  1e-02  6e-11
# > 1e-06  1e-01  2e-10
# > 1e-07  9e-01  6e-11
# > 1e-08  3e+00  7e-09

# %% best
for dtype in [torch.float32, torch.float64]:
    best = min(steps, key=lambda h: central_error(h, dtype))
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
    best = min(steps, key=lambda h: central_error(h, dtype))
    lowest = central_error(best, dtype)
    words.append(f"{label} is best at h = {best:.0e} ({lowest:.0e})")
ax.set(xlabel="step $h$", ylabel="error of the slope")
ax.legend()
fig.set_label(
    "Error of the central difference for exp at 1 against the step. "
    "Both curves have the shape of a V: on the right a straight line "
    "up, on the left scattered points that rise as the step shrinks. "
    f"Of the steps in the table, {'; '.join(words)}."
)
# > Error of the central difference for exp at 1 against the step. Both curves have the shape of a V: on the right a straight line up, on the left scattered points that rise as the step shrinks. Of the steps in the table, float32 is best at h = 1e-02 (4e-05); float64 is best at h = 1e-05 (6e-11).

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

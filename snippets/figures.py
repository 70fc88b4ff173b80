# %% numbers
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x**2 + 3 * x

# %% scalar tags=["hide-input"]
from gradbook import draw

draw(y)
# > Graph of y = 10: 4 nodes (1 Add, 1 Mul, 1 Pow, 1 AccumulateGrad), 2 paths to x, dy/dx = 7

# %% power
power = x
for _ in range(3):
    power = power * x

# %% steps tags=["hide-input"]
draw(power)
# > Graph of power = 16: 4 nodes (3 Mul, 1 AccumulateGrad), 4 paths to x, dpower/dx = 32

# %% squared_error
w = torch.tensor(5.0, requires_grad=True)
loss = (w - 3) ** 2

# %% named tags=["hide-input"]
draw(loss, names={"L": loss})
# > Graph of L = 4: 3 nodes (1 Pow, 1 Sub, 1 AccumulateGrad), 1 path to w, dL/dw = 4

# %% forward tags=["hide-input"]
draw(loss, gradients=False)
# > Graph of loss = 4: 3 nodes (1 Pow, 1 Sub, 1 AccumulateGrad), 1 path to w

# %% matrix
X = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
Z = X**2
mean = Z.mean()

# %% tensors tags=["hide-input"]
draw(mean)
# > Graph of mean = 7.5: 3 nodes (1 Mean, 1 Pow, 1 AccumulateGrad), 1 path to X, dmean/dX = [[0.5, 1], [1.5, 2]]

# %% weighted tags=["hide-input"]
draw(Z, gradient=torch.tensor([[1.0, 0.0], [0.0, 0.0]]))
# > Graph of Z = [[1, 4], [9, 16]]: 2 nodes (1 Pow, 1 AccumulateGrad), 1 path to X, gradient of X = [[2, 0], [0, 0]]

# %% two_results tags=["hide-input"]
draw(y, power)
# > Graph of y = 10 and power = 16: 7 nodes (4 Mul, 1 Add, 1 Pow, 1 AccumulateGrad), 6 paths to x, gradient of x = 39

# %% side_by_side tags=["hide-input"]
from gradbook import row

row({"w - 3": draw(w - 3), "w.detach() - 3": draw(w.detach() - 3)})
# > w - 3: Graph of a result = 2: 2 nodes (1 Sub, 1 AccumulateGrad), 1 path to w, gradient of w = 1
# > w.detach() - 3: Graph of a result = 2: nothing recorded

# %% deep
s = x
for _ in range(200):
    s = torch.sin(s)

# %% folded tags=["hide-input"]
draw(s)
# > Graph of s = 0.1209: 201 nodes (200 Sin, 1 AccumulateGrad), 1 path to x, ds/dx = −0.000797

# %% shallow
t = x
for _ in range(5):
    t = 0.5 * t + 1

# %% folded_sooner tags=["hide-input"]
draw(t, most=8)
# > Graph of t = 2: 11 nodes (5 Add, 5 Mul, 1 AccumulateGrad), 1 path to x, dt/dx = 0.03125

# %% points
import matplotlib.pyplot as plt

at = torch.linspace(0, 4, 50)
(slope,) = torch.autograd.grad(x**2 + 3 * x, x)

# %% curve tags=["hide-input"]
fig, ax = plt.subplots()
ax.plot(at, at**2 + 3 * at, label="$y$")
ax.plot(at, 10 + slope * (at - 2), label="tangent")
ax.plot(2, 10, "ko")
ax.set(xlabel="$x$")
ax.legend()
fig.set_label(
    f"The curve and its tangent, which touches it at (2, 10) and "
    f"has slope {slope:g}."
)
# > The curve and its tangent, which touches it at (2, 10) and has slope 7.

# %% dragged tags=["hide-input"]
from gradbook import slider

fig, ax = plt.subplots()
ax.plot(at, at**2 + 3 * at)
(line,) = ax.plot(at, 10 + slope * (at - 2))
(dot,) = ax.plot(2, 10, "ko")
fig.set_label(f"The curve again, and a tangent of slope {slope:g}.")
slider(
    {line: "y + d(y, x) * (t - x)", dot: "x, y"},
    "At x = {x:.1f} the slope is {d(y, x):.2f}.",
    x=(0, 4, 2),
    y="x**2 + 3 * x",
)
# > The curve again, and a tangent of slope 7.

# %% area tags=["hide-input"]
a, b = torch.meshgrid([at - 2, at - 2], indexing="xy")
fig, ax = plt.subplots(figsize=(6.4, 3.2))
shown = ax.contourf(a, b, a**2 + 4 * b**2)
fig.colorbar(shown)
ax.plot([-1.5, -0.6, 0], [1.5, 0.2, 0], "o-", color="black")
ax.set(xlabel="$a$", ylabel="$b$")
fig.set_label(
    "A loss with its lowest point at (0, 0), and a path of two "
    "steps that ends there."
)
# > A loss with its lowest point at (0, 0), and a path of two steps that ends there.

# %% refused_plots
from textwrap import fill

from gradbook.plots.figures import STYLE, NotDrawable, figure_svg


def refusal(change):
    with plt.style.context(STYLE):  # every page has it from the start
        fig, ax = plt.subplots()
        fig.set_label("A figure that is not going to be shown")
        change(fig, ax)
    try:
        figure_svg(fig)
    except NotDrawable as reason:
        print(fill(f"- {reason}", 70, subsequent_indent="  "))
    plt.close(fig)


refusal(lambda fig, ax: fig.set_figwidth(10))
# > - The figure is 10 inches wide: on a phone nobody can read it. Make it
# >   6.4 at most, and put panels below each other.
refusal(lambda fig, ax: ax.set_title("Loss", fontsize=8))
# > - The text 'Loss' has 8 pt, too small for a phone: use 12.
refusal(lambda fig, ax: ax.plot([0, 1], color="#4488cc"))
# > - The color #4488cc would not follow the page's palette. Use C0 to C4
# >   (or tab:blue, tab:orange, tab:green, tab:red, tab:purple), black,
# >   gray, lightgray, white, any of them with alpha; for areas, a
# >   colormap.
refusal(lambda fig, ax: ax.scatter([0, 1], [0, 1], c=[0, 1]))
# > - Values are shown as colors of points or lines, which not everybody
# >   can tell apart. Use sizes, markers, dashes or labels.
refusal(lambda fig, ax: ax.imshow([[0, 1]]))
# > - The figure holds an image, whose pixels cannot follow the page's
# >   palette. Instead of ax.imshow(z) use ax.pcolormesh(z), and
# >   ax.invert_yaxis() to have row 0 on top.

# %% rule tags=["hide-input"]
from gradbook import derivative

derivative("x^2 + 3x", "2x + 3")
# > dy/dx = 2x + 3 (proved: SymPy, ...)

# %% no_words
import subprocess
import sys
from pathlib import Path

Path("curve.py").write_text(
    "# %% curve\n"
    "import matplotlib.pyplot as plt\n"
    "fig, ax = plt.subplots()\n"
    "ax.plot([0, 1, 2], [0, 1, 4])\n"
)
command = [sys.executable, "-m", "gradbook", "check", "curve.py"]
check = subprocess.run(
    command, start_new_session=True, capture_output=True, text=True
)
print(check.stderr, end="")
# > curve.py:4 (cell curve)
# >   expected  no exception
# >   got       gradbook.plots.figures.MissingAlternative: The figure has no text alternative (its label is '').
# >             Say what it shows, with the numbers that matter, in the last line of the cell:
# >             fig.set_label(f"The curve y(x) and its tangent at x = 2, slope {slope:.0f}")
# >
# > 1 problem.

# %% words tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6.4, 2.4))
ax.plot([0, 1, 2], [0, 1, 4])
fig.set_label("Two straight lines, of slope 1 and of slope 3.")
# > Two straight lines, of slope 1 and of slope 3.

# %% drawn_late
from gradbook import draw

y.backward()
draw(y)
# > Graph of y = 10: 4 nodes (1 Add, 1 Mul, 1 Pow, 1 AccumulateGrad), 2 paths to x

# %% drawn_in_time
y = x**2 + 3 * x
draw(y)
# > Graph of y = 10: 4 nodes (1 Add, 1 Mul, 1 Pow, 1 AccumulateGrad), 2 paths to x, dy/dx = 7

# %% too_many tags=["raises-exception"]
powers = [x**k for k in range(1, 100)]
picture = draw(*powers)
# > ValueError: This graph has 100 nodes; folded it still has 100, more than 30: draw a part of it, for example a tensor nearer to the inputs.

# %% a_part
first = powers[:3]
draw(*first)
# > Graph of first[0] = 2 and first[1] = 4 and first[2] = 8: 4 nodes (3 Pow, 1 AccumulateGrad), 3 paths to x, gradient of x = 17

# %% predict_square
q = x * x
print(draw(q))
# > Graph of q = 4: 2 nodes (1 Mul, 1 AccumulateGrad), 2 paths to x, dq/dx = 4

# %% losses
losses = [4.0, 1.0, 0.25]

# %% an_alternative tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6.4, 2.4))
ax.plot(losses, "o-")
ax.set(xlabel="step", ylabel="loss", xticks=[0, 1, 2])
fig.set_label(
    f"The loss falls from {losses[0]:g} to {losses[-1]:g} in "
    f"{len(losses) - 1} steps."
)
# > The loss falls from 4 to 0.25 in 2 steps.

# %% nameless
print(draw((w - 1) ** 2))
# > Graph of a result = 16: 3 nodes (1 Pow, 1 Sub, 1 AccumulateGrad), 1 path to w, gradient of w = 8

# %% with_a_name
E = (w - 1) ** 2
print(draw(E))
# > Graph of E = 16: 3 nodes (1 Pow, 1 Sub, 1 AccumulateGrad), 1 path to w, dE/dw = 8

# %% half_a_rule
from gradbook import WrongClaim, derivative

try:
    derivative("sin(x)^2", "2sin(x)")
except WrongClaim as error:
    print(error)
# > dy/dx = 2sin(x) is wrong
# >   at x = -1.3
# >   the claim gives          -1.9271164
# >   finite differences give  -0.51550137
# >   torch.autograd gives     -0.51550137

# %% whole_rule
print(derivative("sin(x)^2", "2sin(x) cos(x)"))
# > dy/dx = 2sin(x) cos(x) (proved: SymPy, ...)

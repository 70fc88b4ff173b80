# %% four_relus
import torch


def slope(f, at):
    x = torch.tensor(float(at), requires_grad=True)
    return torch.autograd.grad(f(x), x)[0].item()


zero = torch.tensor(0.0)
print(slope(torch.relu, 0))
# > 0.0
print(slope(lambda x: x.clamp(min=0), 0))
# > 1.0
print(slope(lambda x: torch.maximum(x, zero), 0))
# > 0.5
print(slope(lambda x: torch.where(x > 0, x, zero), 0))
# > 0.0

# %% relu_rule tags=["hide-input"]
from gradbook import derivative

derivative("relu(x)", "1 if x > 0 else 0", kink={0: 0})
# > dy/dx = 1 if x > 0 else 0 (proved: SymPy, finite differences, autograd at 20 points)

# %% clamp_rule tags=["hide-input"]
derivative(
    lambda x: x.clamp(min=0),
    "1 if x > 0 else 0",
    kink={0: 1},
)
# > dy/dx = 1 if x > 0 else 0 (proved: SymPy, finite differences, autograd at 20 points)

# %% maximum_rule tags=["hide-input"]
derivative("max(x, 0)", "1 if x > 0 else 0", kink={0: 0.5})
# > dy/dx = 1 if x > 0 else 0 (proved: SymPy, finite differences, autograd at 20 points)

# %% abs_rule tags=["hide-input"]
derivative("abs(x)", "sign(x)", kink={0: 0})
# > dy/dx = sign(x) (proved: SymPy, finite differences, autograd at 20 points)

# %% gallery tags=["hide-input"]
import matplotlib.pyplot as plt
import torch.nn.functional as F

shown = {
    "relu": (torch.relu, 0),
    "clamp(min=0)": (lambda x: x.clamp(min=0), 0),
    "maximum(x, 0)": (lambda x: torch.maximum(x, zero), 0),
    "abs": (torch.abs, 0),
    "clamp(-1, 1)": (lambda x: x.clamp(-1, 1), 1),
    "hardtanh": (F.hardtanh, 1),
}
line = torch.linspace(-2, 2, 81)
fig, axes = plt.subplots(3, 2, figsize=(6.4, 7), sharex=True)
said = []
for ax, (name, (f, at)) in zip(axes.flat, shown.items()):
    tilt, height = slope(f, at), f(torch.tensor(float(at))).item()
    near = torch.linspace(at - 0.9, at + 0.9, 2)
    ax.plot(line, f(line), "C0")
    ax.plot(near, height + tilt * (near - at), "C1--")
    ax.plot(at, height, "ko")
    ax.set(title=name, ylim=(-1.5, 2.2))
    said.append(f"{name} {tilt:g} at {at}")
fig.set_label(
    "Six curves with a kink, and at it a dashed line with the slope "
    f"that autograd returns: {', '.join(said)}."
)
# > Six curves with a kink, and at it a dashed line with the slope that autograd returns: relu 0 at 0, clamp(min=0) 1 at 0, maximum(x, 0) 0.5 at 0, abs 0 at 0, clamp(-1, 1) 1 at 1, hardtanh 0 at 1.

# %% hinges
import torch.nn.functional as F

hinges = [
    ("relu", torch.relu, 0),
    ("clamp(min=0)", lambda x: x.clamp(min=0), 0),
    ("maximum(x, 0)", lambda x: torch.maximum(x, zero), 0),
    ("fmax(x, 0)", lambda x: torch.fmax(x, zero), 0),
    ("abs", torch.abs, 0),
    ("leaky_relu", F.leaky_relu, 0),
    ("elu", F.elu, 0),
    ("clamp(0, 1)", lambda x: x.clamp(0, 1), 0),
    ("clamp(0, 1)", lambda x: x.clamp(0, 1), 1),
    ("hardtanh", F.hardtanh, -1),
    ("hardtanh", F.hardtanh, 1),
    ("relu6", F.relu6, 0),
    ("relu6", F.relu6, 6),
    ("hardsigmoid", F.hardsigmoid, 3),
    ("hardswish", F.hardswish, -3),
    ("hardswish", F.hardswish, 3),
    ("softshrink", F.softshrink, 0.5),
    ("smooth_l1", lambda x: F.smooth_l1_loss(x, zero), 1),
    ("huber", lambda x: F.huber_loss(x, zero), 1),
]
for name, f, at in hinges:
    print(f"{name:13} at {at:4}: {slope(f, at):g}")
# > relu          at    0: 0
# > clamp(min=0)  at    0: 1
# > maximum(x, 0) at    0: 0.5
# > fmax(x, 0)    at    0: 1
# > abs           at    0: 0
# > leaky_relu    at    0: 0.01
# > elu           at    0: 1
# > clamp(0, 1)   at    0: 1
# > clamp(0, 1)   at    1: 1
# > hardtanh      at   -1: 0
# > hardtanh      at    1: 0
# > relu6         at    0: 0
# > relu6         at    6: 0
# > hardsigmoid   at    3: 0
# > hardswish     at   -3: 0
# > hardswish     at    3: 1
# > softshrink    at  0.5: 0
# > smooth_l1     at    1: 1
# > huber         at    1: 1

# %% staircases
stairs = torch.round, torch.floor, torch.ceil, torch.trunc, torch.sign
for f in stairs:
    print(f.__name__, slope(f, 0), slope(f, 0.5), slope(f, 1))
# > round 0.0 0.0 0.0
# > floor 0.0 0.0 0.0
# > ceil 0.0 0.0 0.0
# > trunc 0.0 0.0 0.0
# > sign 0.0 0.0 0.0
print(slope(lambda x: torch.copysign(x, torch.tensor(1.0)), 0))
# > 0.0


# %% straight_through
def rounded(x):
    return x + (x.round() - x).detach()


print(rounded(torch.tensor(2.6)).item(), slope(rounded, 2.6))
# > 3.0 1.0

# %% steep
import warnings

warnings.filterwarnings("ignore", "var")  # of a single value
one = torch.tensor(1.0)
steep = [
    ("x**0.5", lambda x: x**0.5, 0),
    ("acos", torch.acos, 1),
    ("x**0", lambda x: x**0, 0),
    ("x * log(x)", lambda x: x * x.log(), 0),
    ("xlogy(x, x)", lambda x: torch.xlogy(x, x), 0),
    ("hypot(x, 0)", lambda x: torch.hypot(x, zero), 0),
    ("norm of (x, x)", lambda x: torch.stack([x, x]).norm(), 0),
    ("sqrt(x² + x²)", lambda x: (x**2 + x**2).sqrt(), 0),
    ("std of (x, 1)", lambda x: torch.stack([x, one]).std(), 1),
    ("var of (x)", lambda x: x.reshape(1).var(), 1),
    ("sinc", torch.sinc, 0),
]
for name, f, at in steep:
    print(f"{name:14} at {at}: {slope(f, at):g}")
# > x**0.5         at 0: inf
# > acos           at 1: -inf
# > x**0           at 0: 0
# > x * log(x)     at 0: nan
# > xlogy(x, x)    at 0: nan
# > hypot(x, 0)    at 0: nan
# > norm of (x, x) at 0: 0
# > sqrt(x² + x²)  at 0: nan
# > std of (x, 1)  at 1: 0
# > var of (x)     at 1: nan
# > sinc           at 0: 0

# %% std_by_hand
equal = torch.tensor([2.0, 2.0], requires_grad=True)
print(torch.autograd.grad(equal.std(), equal))
# > (tensor([0., 0.]),)
print(torch.autograd.grad(equal.var().sqrt(), equal))
# > (tensor([nan, nan]),)

# %% below_the_root tags=["remove-cell"]
for small, expected in (1e-12, "nan"), (1e-6, "0.0"):
    half = torch.zeros((), dtype=torch.float16, requires_grad=True)
    (found,) = torch.autograd.grad((half**2 + small).sqrt(), half)
    assert str(found.item()) == expected

# %% ties
ways = {
    "max()": lambda x: x.max(),
    "amax()": lambda x: x.amax(),
    "amax(dim)": lambda x: x.amax(0),
    "median()": lambda x: x.median(),
    "norm(inf)": lambda x: x.norm(p=float("inf")),
    "max(dim)": lambda x: x.max(0).values,
    "topk(1)": lambda x: x.topk(1).values.sum(),
    "max_pool1d": lambda x: F.max_pool1d(x[None], 3).sum(),
    "sort()[-1]": lambda x: x.sort().values[-1],
    "kthvalue(3)": lambda x: x.kthvalue(3).values,
}
for name, f in ways.items():
    x = torch.ones(3, requires_grad=True)
    (shares,) = torch.autograd.grad(f(x), x)
    print(f"{name:11}", shares)
# > max()       tensor([0.3333, 0.3333, 0.3333])
# > amax()      tensor([0.3333, 0.3333, 0.3333])
# > amax(dim)   tensor([0.3333, 0.3333, 0.3333])
# > median()    tensor([0.3333, 0.3333, 0.3333])
# > norm(inf)   tensor([0.3333, 0.3333, 0.3333])
# > max(dim)    tensor([1., 0., 0.])
# > topk(1)     tensor([1., 0., 0.])
# > max_pool1d  tensor([1., 0., 0.])
# > sort()[-1]  tensor([0., 0., 1.])
# > kthvalue(3) tensor([0., 0., 1.])

# %% first_of_many tags=["remove-cell"]
assert "first maximal value" in torch.max.__doc__
assert "not guaranteed to be stable" in torch.topk.__doc__
for size in 1, 2, 17, 1000:
    assert torch.ones(size).max(0).indices == 0

# %% two_arguments
a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
print(torch.autograd.grad(torch.maximum(a, b), (a, b)))
# > (tensor(0.5000), tensor(0.5000))

# %% maximum_of_two tags=["hide-input"]
from gradbook import gradient

gradient(
    "max(a, b)",
    a="1 if a > b else 0",
    b="1 if b > a else 0",
    domain="a != b",
)
# > dy/da = 1 if a > b else 0, dy/db = 1 if b > a else 0 (checked: finite differences, autograd at 14 points)

# %% many_ties
x = torch.ones(1000, requires_grad=True)
(shares,) = torch.autograd.grad(x.sort(stable=True).values[-1], x)
print(shares[-1].item())
# > 1.0
(shares,) = torch.autograd.grad(x.sort().values[-1], x)
print(shares.sum().item())
# > 1.0


# %% zero_start
def trained(hinge):
    w = torch.zeros((), requires_grad=True)
    for _ in range(20):
        (slope,) = torch.autograd.grad((hinge(w) - 1) ** 2, w)
        with torch.no_grad():
            w -= 0.25 * slope
    return round(w.item(), 3)


print(trained(torch.relu), trained(lambda w: w.clamp(min=0)))
# > 0.0 1.0


# %% identity
def identity(x):
    return torch.relu(x) - torch.relu(-x)


print(slope(identity, 0.1), slope(identity, 0), slope(identity, -0.1))
# > 1.0 0.0 1.0

# %% tip
print(slope(torch.abs, 0))
# > 0.0

# %% bound
print(slope(lambda x: x.clamp(0, 1), 1))
# > 1.0

# %% two_of_four
x = torch.tensor([3.0, 1.0, 3.0, 2.0], requires_grad=True)
print(torch.autograd.grad(x.amax(), x)[0])
# > tensor([0.5000, 0.0000, 0.5000, 0.0000])

# %% distance
p = torch.zeros(2, requires_grad=True)
distance = (p**2).sum().sqrt()
print(torch.autograd.grad(distance, p))
# > (tensor([nan, nan]),)

# %% distance_mended
print(torch.autograd.grad(p.norm(), p))
# > (tensor([0., 0.]),)

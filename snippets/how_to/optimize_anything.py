# gradbook: timeout=120
# %% recipe
import torch


def valley(p):
    x, y = p
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


p = torch.tensor([-1.0, 1.0], dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.LBFGS(
    [p], max_iter=100, line_search_fn="strong_wolfe"
)


def closure():
    optimizer.zero_grad()
    loss = valley(p)
    loss.backward()
    return loss


optimizer.step(closure)
print([round(number, 3) for number in p.tolist()])
# > [1.0, 1.0]
print(f"{valley(p).item():.0e}")
# > 2e-10

# %% rule tags=["hide-input"]
from gradbook import gradient

gradient(
    "(1 - x)^2 + 100(y - x^2)^2",
    x="-2(1 - x) - 400x(y - x^2)",
    y="200(y - x^2)",
)
# > df/dx = -2(1 - x) - 400x(y - x^2), df/dy = 200(y - x^2) (proved: SymPy, finite differences, autograd at 8 points)

# %% at_start
start = torch.tensor([-1.0, 1.0], requires_grad=True)
print(torch.autograd.grad(valley(start), start)[0])
# > tensor([-4.,  0.])


# %% race
def descend(make, evaluations):
    p = torch.tensor([-1.0, 1.0], dtype=torch.float64)
    p.requires_grad_()
    optimizer = make([p])
    path = []

    def closure():
        optimizer.zero_grad()
        loss = valley(p)
        loss.backward()
        path.append(p.tolist())
        return loss

    while len(path) < evaluations and valley(p) > 1e-8:
        optimizer.step(closure)
    return path, valley(p).item()


def lbfgs(p):
    return torch.optim.LBFGS(
        p, max_iter=5, line_search_fn="strong_wolfe"
    )


plain, plain_value = descend(lambda p: torch.optim.SGD(p, 0.002), 1000)
quick, quick_value = descend(lbfgs, 1000)
print(len(plain), f"{plain_value:.2f}")
# > 1000 0.07
print(len(quick) < 100, quick_value < 1e-8)
# > True True

# %% contour tags=["hide-input"]
import matplotlib.pyplot as plt

xs, ys = torch.linspace(-1.5, 1.5, 121), torch.linspace(-0.5, 1.7, 89)
a, b = torch.meshgrid(xs, ys, indexing="xy")
fig, ax = plt.subplots(figsize=(6.4, 4))
shown = ax.contourf(a, b, torch.log10(valley((a, b)) + 1e-3), 8)
fig.colorbar(shown, label="log10 of the height")
ax.plot(
    *zip(*plain[::50]),
    "C1s",
    markersize=6,
    label="SGD, each 50th",
)
ax.plot(*zip(*quick), "o-", color="black", markersize=4, label="L-BFGS")
ax.plot(1, 1, "*", color="black", markersize=14)
ax.set(xlabel="$x$", ylabel="$y$", xlim=(-1.5, 1.5), ylim=(-0.5, 1.7))
ax.legend(loc="upper center")
x_plain, y_plain = plain[-1]
fig.set_label(
    f"A curved valley. SGD follows its floor and is at ({x_plain:.2f}, "
    f"{y_plain:.2f}) after {len(plain)} steps; L-BFGS reaches (1, 1)."
)
# > A curved valley. SGD follows its floor and is at (0.73, 0.53) after 1000 steps; L-BFGS reaches (1, 1).


# %% throw
def throw(angle, drag=0.02, dt=0.05):
    x, y = torch.tensor(0.0), torch.tensor(0.0)
    vx, vy = 20 * torch.cos(angle), 20 * torch.sin(angle)
    while True:
        x_new, y_new = x + dt * vx, y + dt * vy
        if y_new < 0:
            return x + (x_new - x) * y / (y - y_new)
        speed = (vx**2 + vy**2).sqrt()
        vx = vx - dt * drag * speed * vx
        vy = vy - dt * (drag * speed * vy + 9.81)
        x, y = x_new, y_new


def best_angle(**air):
    angle = torch.tensor(0.5, requires_grad=True)
    optimizer = torch.optim.SGD([angle], lr=0.01)
    for _ in range(12):
        optimizer.zero_grad()
        (-throw(angle, **air)).backward()
        optimizer.step()
    return torch.rad2deg(angle.detach()).item()


print(round(best_angle(drag=0.0)), round(best_angle()))
# > 45 41

# %% searched
angles = torch.deg2rad(torch.arange(31.0, 60.0, 2.0))
ranges = torch.stack([throw(angle) for angle in angles])
print(31 + 2 * ranges.argmax().item())
# > 41

# %% fit
from torch.func import grad, hessian, vmap

torch.manual_seed(0)
t = torch.linspace(0, 3, 13, dtype=torch.float64)
sigma = 0.1
measured = 2 * torch.exp(-t) + sigma * torch.randn(13).double()


def curve(p):
    return p[0] * torch.exp(-p[1] * t)


def misfit(p, data):
    return ((data - curve(p)) ** 2).sum() / (2 * sigma**2)


p = torch.tensor([1.0, 0.5], dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.LBFGS(
    [p], max_iter=100, line_search_fn="strong_wolfe"
)


def closure():
    optimizer.zero_grad()
    loss = misfit(p, measured)
    loss.backward()
    return loss


optimizer.step(closure)
p = p.detach()
covariance = hessian(misfit)(p, measured).inverse()
bars = covariance.diagonal().sqrt()
for value, bar in zip(p.tolist(), bars.tolist()):
    print(f"{value:.2f} ± {bar:.2f}")
# > 2.08 ± 0.08
# > 1.13 ± 0.08

# %% simulated
many = curve(p) + sigma * torch.randn(1000, 13).double()
fits = p.repeat(1000, 1)
for _ in range(10):
    slopes = vmap(grad(misfit))(fits, many)
    bends = vmap(hessian(misfit))(fits, many)
    fits = fits - torch.linalg.solve(bends, slopes[..., None])[..., 0]
ratio = fits.std(0) / bars
print(ratio.allclose(torch.ones(2).double(), atol=0.15))
# > True

# %% image
true = torch.zeros(1, 1, 12, 12)
true[..., 2:10, 5:7] = 1
true[..., 5:7, 2:10] = 1
row = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16


def blur(picture):
    kernel = (row[:, None] * row)[None, None]
    return torch.nn.functional.conv2d(picture, kernel, padding=2)


seen = blur(true)
raw = torch.zeros_like(true, requires_grad=True)
optimizer = torch.optim.Adam([raw], lr=0.1)
for _ in range(300):
    optimizer.zero_grad()
    loss = ((blur(raw.sigmoid()) - seen) ** 2).sum()
    loss.backward()
    optimizer.step()
found = raw.sigmoid().detach()
print(
    f"{(seen - true).abs().max():.1f} {(found - true).abs().max():.1f}"
)
# > 0.6 0.1

# %% pictures tags=["hide-input"]
fig, panels = plt.subplots(1, 3, figsize=(6.4, 2.6))
images = {"true": true, "blurred": seen, "recovered": found}
for ax, (name, image) in zip(panels, images.items()):
    ax.pcolormesh(image[0, 0], vmin=0, vmax=1)
    ax.set(title=name, aspect="equal", xticks=[], yticks=[])
fig.set_label(
    "A cross, the same cross blurred, and the recovered one, which "
    "looks like the first."
)
# > A cross, the same cross blurred, and the recovered one, which looks like the first.

# %% python_number
import math

angle = torch.tensor(0.5, requires_grad=True)


def flight(sine):
    time = 2 * 20 * sine / 10
    return 20 * torch.cos(angle) * time


for sine in (torch.sin(angle), math.sin(angle.item())):
    (slope,) = torch.autograd.grad(flight(sine), angle)
    print(f"{flight(sine).item():.1f} {slope.item():.1f}")
# > 33.7 43.2
# > 33.7 -18.4


# %% range tags=["remove-cell"]
from gradbook import identity

identity("20 cos(a) * (2 * 20 sin(a) / 10) = 40 sin(2a)")
# > 20 cos(a) * (2 * 20 sin(a) / 10) = 40 sin(2a) (proved: SymPy, numbers at 16 points)


# %% stepped
def throw_stepped(angle, dt=0.05):
    n = math.ceil(2 * 20 * math.sin(angle.item()) / (9.81 * dt))
    return 20 * torch.cos(angle) * n * dt


angle = torch.tensor(0.5, requires_grad=True)
for f in (lambda a: throw(a, drag=0.0), throw_stepped):
    (slope,) = torch.autograd.grad(f(angle), angle)
    print(f"{f(angle).item():.1f} {slope.item():.1f}")
# > 35.2 42.3
# > 35.1 -19.2

# %% no_closure tags=["raises-exception"]
optimizer = torch.optim.LBFGS([p.requires_grad_()])
misfit(p, measured).backward()
optimizer.step()
# > TypeError: LBFGS.step() missing 1 required positional argument: 'closure'


# %% checked
def measured_slope(f, at, eps=0.01):
    with torch.no_grad():
        return (f(at + eps) - f(at - eps)) / (2 * eps)


for f in (throw, throw_stepped):
    (slope,) = torch.autograd.grad(f(angle), angle)
    close = torch.isclose(slope, measured_slope(f, angle), rtol=0.1)
    print(f.__name__, close.item())
# > throw True
# > throw_stepped False

# %% two_points
for point in ([1.0, 1.0], [0.0, 0.0]):
    q = torch.tensor(point, requires_grad=True)
    print(torch.autograd.grad(valley(q), q)[0])
# > tensor([-0., 0.])
# > tensor([-2.,  0.])

# %% predict_bars
sigma = 0.2
wider = hessian(misfit)(p.detach(), measured).inverse()
print(f"{(wider.diagonal().sqrt() / bars)[0].item():.2f}")
# > 2.00

# %% predict_round
size = torch.tensor(2.6, requires_grad=True)
cost = (size.round() - 1) ** 2 + size
cost.backward()
print(size.grad)
# > tensor(1.)

# %% hit
angle = torch.tensor(0.3, requires_grad=True)
optimizer = torch.optim.SGD([angle], lr=0.0005)
for _ in range(12):
    optimizer.zero_grad()
    ((throw(angle) - 20) ** 2).backward()
    optimizer.step()
print(f"{throw(angle).item():.1f}")
# > 20.0

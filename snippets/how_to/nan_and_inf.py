# %% recipe
import re
import warnings

import torch


def hunt(forward, leaves):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with torch.autograd.set_detect_anomaly(True):
            loss = forward()
            if not loss.isfinite():
                return f"forward pass: the loss is {loss.item()}"
            try:
                loss.backward()
            except RuntimeError as error:
                if "returned nan" not in str(error):
                    raise
                trace = str(told[-1].message)
                calls = re.findall(r'"(.+)", line \d+, in (.+)', trace)
                yours = [
                    f for file, f in calls if "/torch/" not in file
                ]
                return f"{error}\nmade in: {yours[-1]}"
    for name, leaf in leaves.items():
        if leaf.grad is not None and not leaf.grad.isfinite().all():
            return f"no NaN on the way, but {name}.grad is not finite"
    return "all finite"


def distances(p):
    gaps = p[:, None] - p[None]
    return (gaps**2).sum(-1).sqrt()


def loss():
    return distances(points)[[0, 1], [1, 0]].mean()


points = torch.tensor([[0.0, 0.0], [3.0, 4.0]], requires_grad=True)
print(hunt(loss, {"points": points}))
# > Function 'SqrtBackward0' returned nan values in its 0th output.
# > made in: distances


# %% cured
def distances(p):
    return torch.cdist(p, p)


points.grad = None
print(hunt(loss, {"points": points}))
# > all finite
print(points.grad)
# > tensor([[-0.6000, -0.8000],
# >         [ 0.6000,  0.8000]])

# %% other_errors tags=["remove-cell"]
x = torch.tensor(0.0, requires_grad=True)
assert hunt(lambda: 0 * x.sqrt(), {}).endswith("made in: <lambda>")
try:
    hunt(lambda: torch.tensor(1.0), {})
except RuntimeError as error:
    assert "does not require grad" in str(error)
else:
    raise AssertionError

# %% root_rule tags=["hide-input"]
from gradbook import derivative

derivative("sqrt(x)", "1/(2 sqrt(x))", domain="x > 0")
# > dy/dx = 1/(2 sqrt(x)) (proved: SymPy, finite differences, autograd at 11 points)

# %% zero_times
x = torch.tensor(0.0, requires_grad=True)
print(torch.autograd.grad(x.sqrt(), x))
# > (tensor(inf),)
print(torch.autograd.grad(0 * x.sqrt(), x))
# > (tensor(nan),)
print(0.0 * float("inf"))
# > nan

# %% next_node
for program in (lambda x: 0 * x.sqrt(), lambda x: (x**2).sqrt()):
    x = torch.tensor(0.0, requires_grad=True)
    print(hunt(lambda: program(x), {}).split(" returned")[0])
# > Function 'SqrtBackward0'
# > Function 'PowBackward0'

# %% too_late tags=["raises-exception"]
y = (0 * x.sqrt()).sum()
with torch.autograd.set_detect_anomaly(True):
    y.backward()
# > UserWarning: Error detected in SqrtBackward0. No forward pass information available. Enable detect anomaly during forward pass for more information.
# > RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output.


# %% silent
def silent(forward):
    x = torch.tensor(0.0, requires_grad=True)
    with torch.autograd.set_detect_anomaly(True):
        y = forward(x)
        y.backward()
    return y.item(), x.grad.item()


inf = float("inf")
print(silent(lambda x: x.sqrt()))
# > (0.0, inf)
print(silent(lambda x: x + inf - inf))
# > (nan, 1.0)


def hooked(x):
    x.register_hook(lambda grad: grad * float("nan"))
    return 2 * x


print(silent(hooked))
# > (0.0, nan)

# %% arrivals
x = torch.tensor(0.0, requires_grad=True)
u = 3 * x
root = u.sqrt()
for name, tensor in {"root": root, "u": u}.items():
    tensor.register_hook(lambda grad, name=name: print(name, grad))
root.backward()
# > root tensor(1.)
# > u tensor(inf)

# %% blamed tags=["raises-exception"]
x = torch.tensor(-1.0, requires_grad=True)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    with torch.autograd.set_detect_anomaly(True):
        (x.log() * x).backward()
# > RuntimeError: Function 'MulBackward0' returned nan values in its 1th output.


# %% forward_hooks
class Log(torch.nn.Module):
    def forward(self, x):
        return x.log()


model = torch.nn.Sequential(torch.nn.ReLU(), Log(), torch.nn.Softmax(0))
bad = []


def look(name):
    def hook(module, inputs, output):
        if not output.isfinite().all():
            bad.append(f"{name} {type(module).__name__}")

    return hook


for name, module in model.named_children():
    module.register_forward_hook(look(name))
model(torch.tensor([-1.0, 1.0]))
print(bad[0])
# > 1 Log

# %% chart tags=["hide-input"]
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(6.4, 4.2))
ax.set(xlim=(0, 10), ylim=(0, 8))
ax.axis("off")


def box(style, color):
    style = f"{style},pad=0.4"
    return {"boxstyle": style, "facecolor": "none", "edgecolor": color}


inner, outer = box("round", "C0"), box("square", "gray")
left = (
    (7.2, "Is the loss finite?"),
    (4.9, "NaN in anomaly mode?"),
    (2.6, "Is each .grad finite?"),
    (0.5, "Smaller steps, or clip"),
)
right = (
    (7.2, "Hooks on the modules"),
    (4.9, "Mend the named line"),
    (2.6, "Hooks on the tensors"),
)
for y, text in left:
    ax.text(2.4, y, text, ha="center", va="center", bbox=inner)
for y, text in right:
    ax.text(7.9, y, text, ha="center", va="center", bbox=outer)
arrow = {"arrowstyle": "->", "color": "gray"}
for (y, _), word in zip(right, ("no", "yes", "no"), strict=True):
    ax.annotate("", (5.7, y), (4.75, y), arrowprops=arrow)
    ax.text(5.2, y + 0.3, word, ha="center")
for y, word in ((7.2, "yes"), (4.9, "no"), (2.6, "yes")):
    ax.annotate("", (2.4, y - 1.75), (2.4, y - 0.5), arrowprops=arrow)
    ax.text(2.6, y - 1.2, word)
fig.set_label(
    "A chart. Loss not finite: hooks on the modules. Else, NaN in "
    "anomaly mode: mend the named line. Else, a .grad not finite: "
    "hooks on the tensors. Else the step itself: smaller, or clipped."
)
# > A chart. Loss not finite: hooks on the modules. Else, NaN in anomaly mode: mend the named line. Else, a .grad not finite: hooks on the tensors. Else the step itself: smaller, or clipped.

# %% diverges
w = torch.tensor(10.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(5):
    optimizer.zero_grad()
    (w**4).backward()
    optimizer.step()
    print(f"{w.item():.2g}")
# > -3.9e+02
# > 2.4e+07
# > -5.3e+21
# > inf
# > nan

# %% converges
for rate, limit in ((0.001, inf), (0.1, 1.0)):
    w = torch.tensor(10.0, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=rate)
    for _ in range(5):
        optimizer.zero_grad()
        (w**4).backward()
        torch.nn.utils.clip_grad_norm_([w], limit)
        optimizer.step()
    print(f"{w.item():.1f}")
# > 3.9
# > 9.5

# %% causes
where, mask = torch.where, torch.tensor([True, True])
lowest = torch.finfo(torch.float32).min
nothing = torch.tensor([False, False])
data = torch.tensor([1.0, float("nan")])
causes = {
    "data": (
        [1.0],
        lambda w: (w * data).sum(),
        lambda w: (w * data[data.isfinite()]).sum(),
    ),
    "length": (
        [0.0, 0.0],
        lambda x: (x**2).sum().sqrt(),
        lambda x: torch.linalg.vector_norm(x),
    ),
    "log": (
        [200.0, 0.0],
        lambda x: -x.softmax(0).log()[1],
        lambda x: -x.log_softmax(0)[1],
    ),
    "where": (
        [0.0, 4.0],
        lambda x: where(x > 0, x.sqrt(), x).sum(),
        lambda x: where(x > 0, where(x > 0, x, 1).sqrt(), x).sum(),
    ),
    "exp": (
        [100.0, 0.0],
        lambda x: x.exp()[0] / x.exp().sum(),
        lambda x: x.softmax(0)[0],
    ),
    "divide": (
        [0.0, 0.0],
        lambda x: (x / x.norm()).sum(),
        lambda x: (x / (x.norm() + 1)).sum(),
    ),
    "masked": (
        [1.0, 2.0],
        lambda x: x @ x.masked_fill(mask, -inf).softmax(0),
        lambda x: x @ x.masked_fill(mask, lowest).softmax(0),
    ),
    "empty": (
        [1.0, 2.0],
        lambda x: x[nothing].mean(),
        lambda x: x[nothing].sum() / nothing.sum().clamp(min=1),
    ),
}
v, g, cure = {}, {}, {}
for name, (start, wrong, right) in causes.items():
    x = torch.tensor(start, requires_grad=True)
    v[name] = f"{wrong(x).item():.3g}"
    (grad,) = torch.autograd.grad(wrong(x), x)
    g[name] = grad[0].item()
    (grad,) = torch.autograd.grad(right(x), x)
    cure[name] = grad[0].item()
    print(f"{name:7} {v[name]:4} {g[name]:4.2g} {cure[name]:4.2g}")
# > data    nan   nan    1
# > length  0     nan    0
# > log     inf   nan    1
# > where   2     nan    1
# > exp     nan   nan    0
# > divide  nan   nan    1
# > masked  nan   nan  0.5
# > empty   nan     0    0

# %% where_picture tags=["hide-input"]
from gradbook import draw

x = torch.tensor([0.0, 4.0], requires_grad=True)
y = torch.where(x > 0, x.sqrt(), x).sum()
draw(y)
# > Graph of y = 2: 4 nodes (1 Sqrt, 1 Sum, 1 Where, 1 AccumulateGrad), 2 paths to x, dy/dx = [nan, 0.25]

# %% eigh
A = torch.eye(2, requires_grad=True)
values, vectors = torch.linalg.eigh(A)
print(torch.autograd.grad(vectors.sum(), A, retain_graph=True)[0])
# > tensor([[nan, nan],
# >         [nan, nan]])
print(torch.autograd.grad(values.sum(), A)[0])
# > tensor([[1., 0.],
# >         [0., 1.]])

# %% nan_to_num
x = torch.tensor([0.0, 1.0], requires_grad=True)
y = torch.nan_to_num(x / x).sum()
y.backward()
print(y.item(), x.grad)
# > 1.0 tensor([nan, 0.])

# %% epsilon
for protect in (
    lambda x: x.sqrt() + 1e-4,
    lambda x: (x + 1e-4).sqrt(),
    lambda x: x.clamp(min=1e-4).sqrt(),
):
    x = torch.tensor(0.0, requires_grad=True)
    protect(x).backward()
    print(f"{x.grad.item():.0f}")
# > inf
# > 50
# > 0

# %% guard tags=["raises-exception"]
x = torch.tensor(0.0, requires_grad=True)
x.sqrt().backward()
torch.nn.utils.clip_grad_norm_([x], inf, error_if_nonfinite=True)
# > RuntimeError: The total norm of order 2.0 for gradients from `parameters` is non-finite, so it cannot be clipped. To disable this error and scale the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`

# %% predict_where
x = torch.tensor(0.0, requires_grad=True)
torch.where(x > 2, torch.log2(x), 2 * x).backward()
print(x.grad)
# > tensor(nan)

# %% mended
x = torch.tensor(0.0, requires_grad=True)
safe = torch.where(x > 2, x, 1.0)
torch.where(x > 2, torch.log2(safe), 2 * x).backward()
print(x.grad)
# > tensor(2.)

# %% predict_anomaly
x = torch.tensor([0.0, 1.0], requires_grad=True)
try:
    with torch.autograd.set_detect_anomaly(True):
        x.log().sum().backward()
    print("silent", x.grad)
except RuntimeError as error:
    print(error)
# > silent tensor([inf, 1.])

# %% one_value
x = torch.tensor([5.0], requires_grad=True)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    y = x.std()
print(y.item(), torch.autograd.grad(y, x)[0])
# > nan tensor([nan])
y = x.std(correction=0)
print(y.item(), torch.autograd.grad(y, x)[0])
# > 0.0 tensor([0.])

# %% recorded_write
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.mul_(5)
y.sum().backward()
print(x.grad)
# > tensor([10., 10.])

# %% saved_result tags=["raises-exception"]
y = x.exp()
y.mul_(5)
y.sum().backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [2]], which is output 0 of Exp, is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% unrecorded_write
x.grad = None
y = x * 2
with torch.no_grad():
    y.mul_(5)
y.sum().backward()
print(y.detach(), x.grad)
# > tensor([10., 20.]) tensor([2., 2.])

# %% leaf tags=["raises-exception"]
w = torch.tensor([1.0, 2.0], requires_grad=True)
w += 1
# > RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

# %% leaf_updated
with torch.no_grad():
    w += 1
print(w)
# > tensor([2., 3.], requires_grad=True)

# %% needs_nothing tags=["hide-input"]
from gradbook import derivative

derivative("2x", "2")
# > dy/dx = 2 (proved: SymPy, finite differences, autograd at 16 points)

# %% needs_input tags=["hide-input"]
derivative("sin(x)", "cos(x)")
# > dy/dx = cos(x) (proved: SymPy, finite differences, autograd at 16 points)

# %% needs_result tags=["hide-input"]
derivative("exp(x)", "y")
# > dy/dx = y (proved: SymPy, finite differences, autograd at 16 points)


# %% kept_by_the_node
def kept(y):
    names = [name for name in dir(y.grad_fn) if "_saved" in name]
    values = {name: getattr(y.grad_fn, name) for name in names}
    return [n for n, value in values.items() if torch.is_tensor(value)]


u = x.clone()
for y in [u * 2, u.sin(), u.exp(), u.relu(), u.abs(), u / u]:
    print(y.grad_fn.name(), *kept(y))
# > MulBackward0 _saved_other
# > SinBackward0 _saved_self
# > ExpBackward0 _saved_result
# > ReluBackward0 _saved_result
# > AbsBackward0 _saved_self
# > DivBackward0 _saved_other _saved_self

# %% versions
t = torch.ones(3)
print(t._version)
# > 0
t.add_(1)
print(t._version)
# > 1
t[0] = 5.0
print(t._version)
# > 2

# %% versions_shared
part = t[:2]
part.mul_(2)
t.detach().zero_()
print(t._version, part._version)
# > 4 4

# %% versions_uncounted
t.data.add_(1)
t.numpy()[0] = 7.0
print(t, t._version)
# > tensor([7., 1., 1.]) 4

# %% own_counter
d = t.data
d.add_(1)
print(d.data_ptr() == t.data_ptr(), d._version, t._version)
# > True 1 4

# %% other_uncounted tags=["remove-cell"]
t = torch.ones(3)
t.untyped_storage().fill_(0)
torch.from_dlpack(t).add_(1)
torch.empty(0).set_(t.untyped_storage(), 0, (3,)).add_(1)
assert t.tolist() == [2, 2, 2] and t._version == 0

# %% history
y = x * 2
print(y.grad_fn.name())
# > MulBackward0
y.add_(1)
print(y.grad_fn.name())
# > AddBackward0
print(y.grad_fn.next_functions[0][0].name())
# > MulBackward0

# %% sine
x.grad = None
y = x.sin()
y.mul_(2)
y.sum().backward()
print(x.grad)
# > tensor([ 1.0806, -0.8323])
print(2 * x.detach().cos())
# > tensor([ 1.0806, -0.8323])

# %% no_history
y = x * 2
before = y.grad_fn
with torch.no_grad():
    y.add_(1)
print(y.grad_fn is before)
# > True


# %% judge
def outcome(program):
    def total(x):
        names = {"x": x, "u": x.clone(), "torch": torch}
        exec(program, names)
        return names["y"].sum()

    point = torch.tensor([1, 2, 3, 4], dtype=torch.float64)
    x = point.clone().requires_grad_()
    try:
        result = total(x)
    except RuntimeError:
        return "refused"
    try:
        (slopes,) = torch.autograd.grad(result, x)
    except RuntimeError:
        return "raises"
    steps = 1e-6 * torch.eye(4, dtype=torch.float64)
    rises = [total(point + h) - total(point - h) for h in steps]
    right = torch.allclose(slopes, torch.stack(rises) / 2e-6)
    return "right" if right else "wrong"


# %% verdicts tags=["remove-cell"]
operations = ["u + 1", "u * 2", "u.sin()", "u**2", "u.exp()"]
operations += [
    "u.tanh()",
    "u.sqrt()",
    "u.relu()",
    "u.abs()",
    "u.prod()",
]
writes = {
    "y": "y *= 5",
    "u": "u *= 5",
    "no_grad y": "with torch.no_grad(): y *= 5",
    "no_grad u": "with torch.no_grad(): u *= 5",
    "y.data": "y.data *= 5",
    "u.data": "u.data *= 5",
}
v = {
    (operation, name): outcome(f"y = {operation}\n{write}")
    for operation in operations
    for name, write in writes.items()
}
# What the sentences below the table say of its columns.
saves = {}
for operation in operations:
    (made,) = [
        eval(operation, {"u": torch.ones(2, requires_grad=True)})
    ]
    saves[operation] = kept(made)
    saves_y = "_saved_result" in saves[operation]
    saves_u = "_saved_self" in saves[operation]
    assert (v[operation, "y"] == "raises") == saves_y
    assert (v[operation, "no_grad y"] == "raises") == saves_y
    assert (v[operation, "u"] == "raises") == saves_u
    assert (v[operation, "no_grad u"] == "raises") == saves_u
    if not saves_y:
        assert v[operation, "no_grad y"] == "wrong"
    if not saves_u:
        assert v[operation, "u.data"] == "right"
    assert v[operation, "y.data"] != "raises" != v[operation, "u.data"]

# %% judged
print(outcome("y = u * 2; y.mul_(5)"))
# > right
print(outcome("y = u * 2; y.data.mul_(5)"))
# > wrong

# %% slopes_in_prose tags=["remove-cell"]
derivative("x^2", "2x")
derivative("tanh(x)", "1 - y^2")
derivative("tanh(x)", "1 - tanh(x)^2")
derivative("sqrt(x)", "1/(2y)")
derivative("sigmoid(x)", "y(1 - y)")
derivative("cos(x)", "-sin(x)")
# > dy/dx = -sin(x) (proved: SymPy, finite differences, autograd at 16 points)

# %% timeline tags=["hide-input"]
import math

import matplotlib.pyplot as plt

programs = [  # the tensor that is saved, the lines, the right slope
    ("u", ["y = u.sin()", "y.mul_(2)"], 2 * math.cos(1)),
    ("y", ["y = u.exp()", "y.mul_(2)"], 2 * math.e),
    ("u", ["y = u**2", "u.data.mul_(5)"], 2.0),
]


def follow(saved, lines, slope):
    x = torch.tensor(1.0, requires_grad=True)
    names = {"u": x.clone()}
    versions, values = [], []
    for line in lines:
        exec(line, names)
        versions.append(names[saved]._version)
        values.append(names[saved].item())
    try:
        names["y"].backward()
    except RuntimeError:
        return versions, values, "raises"
    near = math.isclose(x.grad, slope, rel_tol=1e-6)
    end = f"x.grad = {x.grad:.2f}, {'right' if near else 'wrong'}"
    return versions, values, end


fig, axes = plt.subplots(3, figsize=(5, 6.6), sharey=True)
words = []
for ax, (saved, lines, slope) in zip(axes, programs):
    versions, values, end = follow(saved, lines, slope)
    counts = [*versions, versions[-1]]
    style = {"drawstyle": "steps-post", "linewidth": 6, "alpha": 0.5}
    ax.plot([0, 1, 2], counts, "C0", **style)
    ax.plot([0, 2], [versions[0]] * 2, "C1--")
    for k, value in enumerate(values):
        label = f"{saved} = {value:.3g}"
        ax.text(k, counts[k] + 0.18, label, ha="center")
    ax.text(2.3, 1.35, end, ha="right")
    ax.set_title(f"the node saves {saved}")
    ax.set_xticks([0, 1, 2], [*lines, "y.backward()"])
    ax.set(xlim=(-0.35, 2.35), ylim=(-0.25, 1.7), yticks=[0, 1])
    ax.set_ylabel("version")
    words.append(
        f"{'; '.join(lines)}: {saved} is saved at version "
        f"{versions[0]} and found at version {versions[-1]}, {end}."
    )
fig.set_label("Three programs, line by line. " + " ".join(words))
# > Three programs, line by line. y = u.sin(); y.mul_(2): u is saved at version 0 and found at version 0, x.grad = 1.08, right. y = u.exp(); y.mul_(2): y is saved at version 0 and found at version 1, raises. y = u**2; u.data.mul_(5): u is saved at version 0 and found at version 0, x.grad = 10.00, wrong.

# %% slices
x = torch.ones(4, requires_grad=True)
y = x.clone()
part = y[:2]
part.mul_(5)
print(y)
# > tensor([5., 5., 1., 1.], grad_fn=<CopySlices>)
y.sum().backward()
print(x.grad)
# > tensor([5., 5., 1., 1.])

# %% slices_picture tags=["hide-input"]
from gradbook import draw

x.grad = None
y = x.clone()
part = y[:2]
part.mul_(5)
total = y.sum()
draw(total)
# > Graph of total = 12: 4 nodes (1 Clone, 1 CopySlices, 1 Sum, 1 AccumulateGrad), 1 path to x, dtotal/dx = [5, 5, 1, 1]


# %% other_entry
def complaint(y):
    try:
        y.backward()
    except RuntimeError as error:
        return str(error).split("operation: ")[1].split(" instead")[0]


x = torch.tensor([3.0, 4.0], requires_grad=True)
u = x.clone()
y = u[0] ** 2
u[1] = 0.0
print(complaint(y))
# > [torch.FloatTensor []], which is output 0 of AsStrided, is at version 1; expected version 0

# %% view_renamed
u = x.clone()
first = u[0]
print(first.grad_fn.name())
# > SelectBackward0
u[1] = 0.0
print(first.grad_fn.name())
# > AsStridedBackward0

# %% other_entry_copied
u = x.clone()
y = u[0].clone() ** 2
u[1] = 0.0
y.backward()
print(x.grad)
# > tensor([6., 0.])

# %% unchanged
print(outcome("y = u.exp(); y += 0"), outcome("y = u**0; u *= 5"))
# > raises raises

# %% saves_a_copy
x = torch.tensor([1.0, 2.0], requires_grad=True)
u = x.clone()
u.sin_()
u.sum().backward()
print(x.grad)
# > tensor([ 0.5403, -0.4161])
print(x.detach().cos())
# > tensor([ 0.5403, -0.4161])

# %% saved_before_the_write
u = x.clone()
u.sin_()
saved = u.grad_fn._saved_self
print(saved.detach(), saved.data_ptr() == u.data_ptr())
# > tensor([1., 2.]) False

# %% no_copy
u = x.clone()
u.exp_()
saved = u.grad_fn._saved_result
print(saved.data_ptr() == u.data_ptr())
# > True
u = x.clone()
u.mul_(u)
print(complaint(u.sum()))
# > [torch.FloatTensor [2]], which is output 0 of Mul, is at version 1; expected version 0

# %% relu
from torch import nn

torch.manual_seed(0)
batch = torch.randn(4, 2)
for first in [nn.Linear(2, 2), nn.Sigmoid(), nn.Tanh(), nn.ReLU()]:
    u = batch.clone().requires_grad_()
    model = nn.Sequential(first, nn.ReLU(inplace=True))
    try:
        model(u).sum().backward()
        print(first, "fine")
    except RuntimeError:
        print(first, "raises")
# > Linear(in_features=2, out_features=2, bias=True) fine
# > Sigmoid() raises
# > Tanh() raises
# > ReLU() raises

# %% relu_keeps_nothing_of_linear tags=["remove-cell"]
layer = nn.Linear(2, 2)
assert "_saved_result" not in kept(layer(batch))
assert (
    kept(torch.sigmoid(u)) == kept(torch.relu(u)) == ["_saved_result"]
)
assert kept(torch.tanh(u)) == ["_saved_result"]
assert outcome("y = u.sigmoid(); y = y.relu_()") == "raises"
assert outcome("y = u * 2; y = y.relu_()") == "right"

# %% relu_input
scores = torch.tensor([-1.0, 2.0])
positive = nn.ReLU(inplace=True)(scores)
print(scores, positive is scores)
# > tensor([0., 2.]) True

# %% predict_sigmoid
print(outcome("y = u.sigmoid(); y.mul_(2)"))
# > raises

# %% predict_entry
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x * 2
y[0] = 7.0
y.sum().backward()
print(x.grad)
# > tensor([0., 2., 2.])

# %% six
lines = [
    "y = u.cos(); y *= 3",
    "y = u.relu(); y *= 3",
    "y = u.mean(); u *= 3",
    "y = u + 1; y.detach().mul_(3)",
    "v = torch.ones(4); y = u * v; v.data *= 3",
    "v = torch.ones(4); y = u * v; v *= 3",
]
for line in lines:
    print(f"{line:44}{outcome(line)}")
# > y = u.cos(); y *= 3                         right
# > y = u.relu(); y *= 3                        raises
# > y = u.mean(); u *= 3                        right
# > y = u + 1; y.detach().mul_(3)               wrong
# > v = torch.ones(4); y = u * v; v.data *= 3   wrong
# > v = torch.ones(4); y = u * v; v *= 3        raises

# %% more_lines
lines = [
    "y = x * 2; x += 1",
    "y = x**2; x.detach().add_(1)",
    "y = u[:2] * 3; u[:2] = 0",
    "y = u[:2] ** 2; u[3] = 0",
    "y = u[:2]; y *= 3",
    "y = u * 2; y.data.clamp_(max=5)",
]
for line in lines:
    print(f"{line:34}{outcome(line)}")
# > y = x * 2; x += 1                 refused
# > y = x**2; x.detach().add_(1)      raises
# > y = u[:2] * 3; u[:2] = 0          right
# > y = u[:2] ** 2; u[3] = 0          raises
# > y = u[:2]; y *= 3                 right
# > y = u * 2; y.data.clamp_(max=5)   wrong

# %% entry_uncounted
print(outcome("y = u * 2; y.data[0] = 7"))
# > wrong

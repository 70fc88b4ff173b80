# %% short_answer
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.add_(1)
y.sum().backward()
print(x.grad)
# > tensor([2., 2.])

# %% exponential tags=["raises-exception"]
y = x.exp()
y.add_(1)
y.sum().backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [2]], which is output 0 of Exp, is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

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

# %% sine
x.grad = None
y = x.sin()
y.mul_(2)
y.sum().backward()
print(x.grad)
# > tensor([ 1.0806, -0.8323])
print(2 * x.detach().cos())
# > tensor([ 1.0806, -0.8323])

# %% out_of_place
x.grad = None
y = x.exp()
y = y + 1
y.sum().backward()
print(x.grad)
# > tensor([2.7183, 7.3891])

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

# %% slopes_in_prose tags=["remove-cell"]
derivative("log(x)", "1/x")
derivative("x^2", "2x")
derivative("tanh(x)", "1 - y^2")
derivative("sqrt(x)", "1/(2y)")
derivative("sigmoid(x)", "y(1 - y)")
derivative("cos(x)", "-sin(x)")
derivative("1 + x + x^2 + x^3", "1 + 2x + 3x^2")
# > dy/dx = 1 + 2x + 3x^2 (proved: SymPy, finite differences, autograd at 16 points)


# %% verdict
def verdict(operation, write):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    operation(x.clone()).sum().backward()
    right, x.grad = x.grad, None
    u = x.clone()
    y = operation(u)
    write(u, y)
    try:
        y.sum().backward()
    except RuntimeError:
        return "raises"
    return "fine" if torch.equal(x.grad, right) else "wrong"


writes = {
    "y += 1": lambda u, y: y.add_(1),
    "u += 1": lambda u, y: u.add_(1),
    "y.data += 1": lambda u, y: y.data.add_(1),
    "u.data += 1": lambda u, y: u.data.add_(1),
}

# %% verdicts
operations = {
    "u + 1": lambda u: u + 1,
    "u * 2": lambda u: u * 2,
    "u.sin()": torch.sin,
    "u.log()": torch.log,
    "u**2": lambda u: u**2,
    "u.exp()": torch.exp,
    "u.tanh()": torch.tanh,
    "u.sqrt()": torch.sqrt,
    "u.prod()": torch.prod,
}
print(f"{'y =':10}" + "".join(f"{w:13}" for w in writes).rstrip())
# > y =       y += 1       u += 1       y.data += 1  u.data += 1
for name, operation in operations.items():
    row = [verdict(operation, write) for write in writes.values()]
    print(f"{name:10}" + "".join(f"{v:13}" for v in row).rstrip())
# > u + 1     fine         fine         fine         fine
# > u * 2     fine         fine         fine         fine
# > u.sin()   fine         raises       fine         wrong
# > u.log()   fine         raises       fine         wrong
# > u**2      fine         raises       fine         wrong
# > u.exp()   raises       fine         wrong        fine
# > u.tanh()  raises       fine         wrong        fine
# > u.sqrt()  raises       fine         wrong        fine
# > u.prod()  raises       raises       wrong        wrong

# %% kept_by_the_node
u = torch.tensor([1.0, 2.0], requires_grad=True).clone()
for y in [u.tanh(), u.relu(), u.abs(), u / u, u * 3, u + 3]:
    names = [s for s in dir(y.grad_fn) if s.startswith("_saved")]
    kept = [s for s in names if torch.is_tensor(getattr(y.grad_fn, s))]
    print(y.grad_fn.name(), *kept)
# > TanhBackward0 _saved_result
# > ReluBackward0 _saved_result
# > AbsBackward0 _saved_self
# > DivBackward0 _saved_other _saved_self
# > MulBackward0 _saved_other
# > AddBackward0

# %% relu_and_abs tags=["remove-cell"]
assert verdict(torch.relu, writes["y += 1"]) == "raises"
assert verdict(torch.abs, writes["y += 1"]) == "fine"

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

# %% through_data
x = torch.tensor(3.0, requires_grad=True)
y = x**2
x.data.fill_(10.0)
y.backward()
print(y.item(), x.grad)
# > 9.0 tensor(20.)

# %% through_numpy
x = torch.tensor([3.0], requires_grad=True)
y = x**2
x.detach().numpy()[0] = 10.0
y.backward()
print(x.grad)
# > tensor([20.])

# %% counted tags=["raises-exception"]
x = torch.tensor(3.0, requires_grad=True)
y = x**2
with torch.no_grad():
    x.fill_(10.0)
y.backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor []] is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% other_entry tags=["raises-exception"]
x = torch.tensor([3.0, 4.0], requires_grad=True)
u = x.clone()
y = u[0] ** 2
u[1] = 0.0
y.backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor []], which is output 0 of AsStrided, is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% other_entry_copied
u = x.clone()
y = u[0].clone() ** 2
u[1] = 0.0
y.backward()
print(x.grad)
# > tensor([6., 0.])

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

# %% leaf tags=["raises-exception"]
w = torch.tensor([1.0, 2.0], requires_grad=True)
w += 1
# > RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

# %% leaf_entry tags=["raises-exception"]
w[0] = 5.0
# > RuntimeError: a view of a leaf Variable that requires grad is being used in an in-place operation.

# %% leaf_updated
with torch.no_grad():
    w += 1
    w[0] = 5.0
print(w)
# > tensor([5., 3.], requires_grad=True)

# %% step_between tags=["raises-exception"]
w = torch.tensor(3.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
loss = w**2
loss.backward(retain_graph=True)
optimizer.step()
loss.backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor []] is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% step_after
w = torch.tensor(3.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    loss = w**2
    loss.backward()
    optimizer.step()
print(w)
# > tensor(1.9200, requires_grad=True)

# %% split tags=["raises-exception"]
u = torch.ones(4, requires_grad=True).clone()
first, second = u.split(2)
first.mul_(2)
# > RuntimeError: Output 0 of Split is a view and is being modified inplace. This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.

# %% sliced
u[:2].mul_(2)
print(u)
# > tensor([2., 2., 1., 1.], grad_fn=<CopySlices>)

# %% view_without_grad tags=["raises-exception"]
with torch.no_grad():
    part = u[:2]
part.mul_(2)
# > RuntimeError: A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).

# %% view_inside
with torch.no_grad():
    part = u[:2]
    part.mul_(2)
print(u)
# > tensor([4., 4., 1., 1.], grad_fn=<CopySlices>)

# %% expanded tags=["raises-exception"]
row = torch.ones(1).expand(3)
row.add_(1)
# > RuntimeError: unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.

# %% expanded_copied
row = torch.ones(1).expand(3).clone()
row.add_(1)
print(row)
# > tensor([2., 2., 2.])

# %% predict_sigmoid
print(verdict(torch.sigmoid, lambda u, y: y.mul_(2)))
# > raises

# %% predict_entry
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x * 2
y[0] = 7.0
y.sum().backward()
print(x.grad)
# > tensor([0., 2., 2.])

# %% six
v = torch.tensor([5.0, 6.0])


def product(u):
    return u * v


lines = {
    "y = u.cos(); y += 1": (torch.cos, lambda u, y: y.add_(1)),
    "y = u.relu(); y += 1": (torch.relu, lambda u, y: y.add_(1)),
    "y = u.exp(); y += 0": (torch.exp, lambda u, y: y.add_(0)),
    "y = u.mean(); u += 1": (torch.mean, lambda u, y: u.add_(1)),
    "y = u * v; v.data += 1": (product, lambda u, y: v.data.add_(1)),
    "y = u * v; v += 1": (product, lambda u, y: v.add_(1)),
}
for line, (operation, write) in lines.items():
    print(f"{line:25}{verdict(operation, write)}")
# > y = u.cos(); y += 1      fine
# > y = u.relu(); y += 1     raises
# > y = u.exp(); y += 0      raises
# > y = u.mean(); u += 1     fine
# > y = u * v; v.data += 1   wrong
# > y = u * v; v += 1        raises

# %% more_lines
def outcome(line):
    def total(x):
        names = {"x": x, "u": x.clone()}
        exec(line, names)
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
    return "fine" if right else "wrong"


lines = [
    "y = x * 2; x += 1",
    "y = x**2; x.detach().add_(1)",
    "y = u[:2] * 3; u[:2] = 0",
    "y = u[:2] ** 2; u[3] = 0",
    "y = u[:2]; y *= 3",
    "y = u.exp(); y.data.clamp_(max=5)",
]
for line in lines:
    print(f"{line:36}{outcome(line)}")
# > y = x * 2; x += 1                   refused
# > y = x**2; x.detach().add_(1)        raises
# > y = u[:2] * 3; u[:2] = 0            fine
# > y = u[:2] ** 2; u[3] = 0            raises
# > y = u[:2]; y *= 3                   fine
# > y = u.exp(); y.data.clamp_(max=5)   wrong

# %% buffer tags=["raises-exception"]
x = torch.tensor(2.0, requires_grad=True)
powers = torch.ones(4)
for k in range(3):
    powers[k + 1] = powers[k] * x
powers.sum().backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor []], which is output 0 of AsStrided, is at version 3; expected version 2 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% listed
powers = [torch.tensor(1.0)]
for k in range(3):
    powers.append(powers[k] * x)
torch.stack(powers).sum().backward()
print(x.grad)
# > tensor(17.)

# %% twice
import torch

x = torch.tensor(2.0, requires_grad=True)
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
(first,) = torch.autograd.grad(y, x, create_graph=True)
(second,) = torch.autograd.grad(first, x)
print(first)
# > tensor(93., grad_fn=<AddBackward0>)
print(second)
# > tensor(114.)

# %% chain
d = y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
print(d.item())
# > 63.0
while d.grad_fn is not None:
    (d,) = torch.autograd.grad(d, x, create_graph=True)
    print(d.item())
# > 93.0
# > 114.0
# > 102.0
# > 48.0
# > 0.0

# %% second_rule tags=["hide-input"]
from gradbook import derivative

derivative("2x^4 + x^3 + 3x^2 + 5x + 1", "24x^2 + 6x + 6", order=2)
# > d^2y/dx^2 = 24x^2 + 6x + 6 (proved: SymPy, finite differences, autograd at 16 points)

# %% third_rule tags=["hide-input"]
derivative("2x^4 + x^3 + 3x^2 + 5x + 1", "48x + 6", order=3)
# > d^3y/dx^3 = 48x + 6 (proved: SymPy, finite differences, autograd at 16 points)

# %% fourth_rule tags=["hide-input"]
derivative("2x^4 + x^3 + 3x^2 + 5x + 1", "48", order=4)
# > d^4y/dx^4 = 48 (proved: SymPy, finite differences, autograd at 16 points)

# %% slope_graph
y = x**3
(slope,) = torch.autograd.grad(y, x, create_graph=True)
print(slope)
# > tensor(12., grad_fn=<MulBackward0>)

# %% slope_picture tags=["hide-input"]
from gradbook import draw

draw(slope)
# > Graph of slope = 12: 4 nodes (2 Mul, 1 Pow, 1 AccumulateGrad), 1 path to x, dslope/dx = 12

# %% many_points
points = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
values = (points**3).sum()
(first,) = torch.autograd.grad(values, points, create_graph=True)
(second,) = torch.autograd.grad(first.sum(), points)
print(first.detach(), second)
# > tensor([ 3., 12., 27.]) tensor([ 6., 12., 18.])

# %% curves tags=["hide-input"]
import matplotlib.pyplot as plt

at = torch.linspace(-2, 2, 200, requires_grad=True)
curve = 2 * at**4 + at**3 + 3 * at**2 + 5 * at + 1
fig, axes = plt.subplots(5, 1, figsize=(5, 7), sharex=True)
names = ["$y$", "$y'$", "$y''$", "$y'''$", "$y''''$"]
ends = []
for ax, name in zip(axes, names):
    ax.plot(at.detach(), curve.detach())
    ax.axhline(0, color="gray", linewidth=0.8)
    ax.set(ylabel=name)
    ends.append(f"{curve[-1].item():g}")
    if curve.requires_grad:
        (curve,) = torch.autograd.grad(
            curve.sum(), at, create_graph=True
        )
axes[-1].set(xlabel="$x$")
fig.set_label(
    "Five curves below each other, the polynomial and its first four "
    f"derivatives; at 2 they are {', '.join(ends)}."
)
# > Five curves below each other, the polynomial and its first four derivatives; at 2 they are 63, 93, 114, 102, 48.

# %% newton
x = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)
for _ in range(5):
    print(f"{x.item():.6f}")
    f = x**4 / 4 - 2 * x
    (slope,) = torch.autograd.grad(f, x, create_graph=True)
    (bend,) = torch.autograd.grad(slope, x)
    with torch.no_grad():
        x -= slope / bend
# > 1.500000
# > 1.296296
# > 1.260932
# > 1.259922
# > 1.259921

# %% newton_slope tags=["hide-input"]
derivative("x^4/4 - 2x", "x^3 - 2")
# > dy/dx = x^3 - 2 (proved: SymPy, finite differences, autograd at 16 points)

# %% newton_bend tags=["hide-input"]
derivative("x^4/4 - 2x", "3x^2", order=2)
# > d^2y/dx^2 = 3x^2 (proved: SymPy, finite differences, autograd at 16 points)

# %% penalty
w = torch.tensor([3.0, 4.0], requires_grad=True)
sample = torch.tensor([1.0, 2.0], requires_grad=True)
score = w @ sample
(slope,) = torch.autograd.grad(score, sample, create_graph=True)
penalty = (slope.norm() - 1) ** 2
penalty.backward()
print(penalty.item(), w.grad)
# > 16.0 tensor([4.8000, 6.4000])

# %% penalty_rule tags=["hide-input"]
from gradbook import gradient

gradient(
    "(norm(w) - 1)^2",
    w="2(norm(w) - 1) w/norm(w)",
    shapes={"w": "n"},
)
# > dy/dw = 2(norm(w) - 1) w/norm(w) (proved for n = 3: SymPy, finite differences, autograd at 8 points)


# %% nodes
def count(result):
    seen, todo = set(), [result.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node not in seen:
            seen.add(node)
            todo += [before for before, _ in node.next_functions]
    return len(seen)


x = torch.tensor(2.0, requires_grad=True)
d = x.sin() * x.exp()
counts = [count(d)]
for _ in range(6):
    (d,) = torch.autograd.grad(d, x, create_graph=True)
    counts.append(count(d))
print(counts)
# > [4, 9, 21, 48, 108, 240, 528]


# %% kept
def kept(create_graph):
    def pack(tensor):
        sizes.append(tensor.numel())
        return tensor

    sizes, x = [], torch.ones(1000, requires_grad=True)
    hooks = torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t)
    with hooks:
        y = (x.sin() * x.exp()).sum()
        forward = sum(sizes)
        torch.autograd.grad(y, x, create_graph=create_graph)
    return forward, sum(sizes) - forward


print(kept(False), kept(True))
# > (4000, 0) (4000, 7000)

# %% retained
y = x**3
torch.autograd.grad(y, x, create_graph=True)
print(torch.autograd.grad(y, x))
# > (tensor(12.),)

# %% straight tags=["raises-exception"]
(slope,) = torch.autograd.grad(3 * x, x, create_graph=True)
print(slope)
# > tensor(3.)
torch.autograd.grad(slope, x)
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% product tags=["raises-exception"]
w = torch.tensor(5.0, requires_grad=True)
(slope,) = torch.autograd.grad(w * x, x, create_graph=True)
torch.autograd.grad(slope, x)
# > RuntimeError: The differentiated Tensor at index 0 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.

# %% zeros
print(torch.autograd.grad(slope, x, materialize_grads=True))
# > (tensor(0.),)
for f in (lambda x: 3 * x, lambda x: w.detach() * x):
    print(torch.func.grad(torch.func.grad(f))(torch.tensor(2.0)))
# > tensor(0.)
# > tensor(0.)

# %% relu
torch.manual_seed(0)
net = torch.nn.Sequential(
    torch.nn.Linear(1, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1)
)
p = torch.tensor([[0.7]], requires_grad=True)
(slope,) = torch.autograd.grad(net(p).sum(), p, create_graph=True)
print(torch.autograd.grad(slope.sum(), p))
# > (tensor([[0.]]),)

# %% forgotten tags=["raises-exception"]
y = x**3
(first,) = torch.autograd.grad(y, x)
torch.autograd.grad(first, x)
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% remembered
(first,) = torch.autograd.grad(x**3, x, create_graph=True)
print(torch.autograd.grad(first, x))
# > (tensor(12.),)

# %% under_switches tags=["remove-cell"]
switches = (torch.no_grad, True), (torch.inference_mode, False)
for switch, recorded in switches:
    y = x**3
    with switch():
        (first,) = torch.autograd.grad(y, x, create_graph=True)
    assert first.requires_grad == recorded

# %% backward_twice
x = torch.tensor(2.0, requires_grad=True)
(x**3).backward(create_graph=True)
# > UserWarning: Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you have to use this function, make sure to reset the .grad fields of your parameters to None after use to break the cycle and avoid the leak.
x.grad.backward()
print(x.grad.item())
# > 24.0

# %% leak
import gc
import weakref
import warnings


def is_left(leave):
    w = torch.ones(3, requires_grad=True)
    leave((w**3).sum(), w)
    watch = weakref.ref(w)
    del w
    gc.collect()
    return watch() is not None


warnings.simplefilter("ignore")
print(is_left(lambda y, w: y.backward(create_graph=True)))
# > True
print(
    is_left(lambda y, w: torch.autograd.grad(y, w, create_graph=True))
)
# > False

# %% at_one
x = torch.tensor(1.0, requires_grad=True)
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
(first,) = torch.autograd.grad(y, x, create_graph=True)
print(torch.autograd.grad(first, x)[0].item())
# > 36.0

# %% newton_from_two
x = torch.tensor(2.0, requires_grad=True)
f = x**4 / 4 - 2 * x
(slope,) = torch.autograd.grad(f, x, create_graph=True)
(bend,) = torch.autograd.grad(slope, x)
print((x - slope / bend).item())
# > 1.5

# %% sine
x = torch.tensor(0.0, requires_grad=True)
d = x.sin()
for _ in range(3):
    (d,) = torch.autograd.grad(d, x, create_graph=True)
print(d.item())
# > -1.0

# %% broken tags=["raises-exception"]
w = torch.tensor(3.0, requires_grad=True)
at = torch.tensor(2.0, requires_grad=True)
(slope,) = torch.autograd.grad(w * at**2, at, create_graph=False)
((slope - 1) ** 2).backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% mended
(slope,) = torch.autograd.grad(w * at**2, at, create_graph=True)
((slope - 1) ** 2).backward()
print(slope.item(), w.grad.item())
# > 12.0 88.0

# %% in_prose tags=["remove-cell"]
derivative("3w", "3")
gradient("w x^2", x="2w x")
gradient("2w x", w="2x", name="slope")
# > dslope/dw = 2x (proved: SymPy, finite differences, autograd at 8 points)

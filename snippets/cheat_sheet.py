# %% loop
import torch

w = torch.tensor(0.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.25)
for epoch in range(30):
    loss = (w - 3) ** 2  # forward: recorded
    optimizer.zero_grad()  # else gradients add up
    loss.backward()  # fills w.grad
    optimizer.step()  # moves w against w.grad
print(w)
# > tensor(3., requires_grad=True)

# %% tools tags=["remove-cell"]
import warnings
import weakref

import torch.nn.functional as F


def message(call):
    """The message of the error that a call raises; else nothing."""
    try:
        call()
    except RuntimeError as error:
        return str(error)
    return ""


# %% recorded tags=["remove-cell"]
# With `requires_grad=True` PyTorch records what you compute from a
# tensor.
x = torch.tensor(3.0, requires_grad=True)
print((2 * x).grad_fn is not None, torch.tensor(3.0).grad_fn)
# > True None

# %% backward_adds tags=["remove-cell"]
# `y.backward()` adds the gradient to the `.grad` of each tracked
# leaf that it reaches.
x = torch.tensor(3.0, requires_grad=True)
print((x**2).backward(), x.grad)
# > None tensor(6.)
(x**2).backward()
print(x.grad)
# > tensor(12.)

# %% grad_returns tags=["remove-cell"]
# `torch.autograd.grad(y, x)` returns a tuple of gradients, and
# leaves the `.grad` of leaves as it is.
x = torch.tensor(3.0, requires_grad=True)
print(torch.autograd.grad(x**2, x), x.grad)
# > (tensor(6.),) None

# %% one_entry tags=["remove-cell"]
# Without an argument, `y.backward()` needs a `y` with a single
# entry.
x = torch.ones(3, requires_grad=True)
print(message(lambda: (2 * x).backward()))
# > grad can be implicitly created only for scalar outputs
(2 * x).backward(torch.ones(3))
print(x.grad)
# > tensor([2., 2., 2.])

# %% weighed_rows tags=["remove-cell"]
# `y.backward(v)` weighs the rows of the Jacobian with `v` and adds
# them up: $v^\top J$.
A = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
v = torch.tensor([1.0, 10.0, 100.0])
x = torch.ones(2, requires_grad=True)
(A @ x).backward(v)
print(torch.equal(x.grad, v @ A))
# > True

# %% second tags=["remove-cell"]
# For a second derivative, ask for the first one with
# `create_graph=True`.
x = torch.tensor(2.0, requires_grad=True)
(slope,) = torch.autograd.grad(x**3, x, create_graph=True)
print(torch.autograd.grad(slope, x))
# > (tensor(12.),)
(slope,) = torch.autograd.grad(x**3, x)
print(message(lambda: torch.autograd.grad(slope, x)))
# > element 0 of tensors does not require grad and does not have a grad_fn

# %% unused tags=["remove-cell"]
# For an input that plays no part, `grad` raises; with
# `allow_unused=True` it returns `None`.
x = torch.tensor(2.0, requires_grad=True)
z = torch.tensor(2.0, requires_grad=True)
print(message(lambda: torch.autograd.grad(x**2, z))[:50])
# > The differentiated Tensor at index 0 appears to no
print(torch.autograd.grad(x**2, z, allow_unused=True))
# > (None,)

# %% three_questions tags=["remove-cell"]
# After `backward()`, `.grad` is filled where a tensor is tracked, is
# a leaf, and was reached.
x = torch.tensor(2.0, requires_grad=True)
plain, idle = torch.tensor(2.0), torch.tensor(2.0, requires_grad=True)
u = plain * x
warnings.simplefilter("ignore")
(3 * u).backward()
print(x.grad, plain.grad, u.grad, idle.grad)
# > tensor(6.) None None None

# %% kept tags=["remove-cell"]
# To keep the gradient of a computed tensor, call `retain_grad()` on
# it before the pass.
x = torch.tensor(2.0, requires_grad=True)
u = 5 * x
u.retain_grad()
(3 * u).backward()
print(u.grad)
# > tensor(3.)

# %% only_floats tags=["remove-cell"]
# Only floating-point and complex tensors can be tracked.
types = [torch.float32, torch.bfloat16, torch.complex64]
for t in types:
    print(torch.ones(1, dtype=t).requires_grad_().requires_grad)
# > True
# > True
# > True
for t in [torch.int64, torch.uint8, torch.bool]:
    print(message(lambda: torch.ones(1, dtype=t).requires_grad_())[:31])
# > only Tensors of floating point
# > only Tensors of floating point
# > only Tensors of floating point

# %% pieces tags=["remove-cell"]
# `torch.tensor([a, b])` cuts the way back to tracked `a` and `b`;
# `torch.stack([a, b])` keeps it.
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
print(torch.tensor([a, b]).grad_fn, torch.stack([a, b]).requires_grad)
# > None True

# %% scaled tags=["remove-cell"]
# Finish the value first, then switch on tracking: `0.1 * w` is no
# leaf.
w = torch.ones(2, requires_grad=True)
print((0.1 * w).is_leaf, (0.1 * torch.ones(2)).requires_grad_().is_leaf)
# > False True

# %% add_up tags=["remove-cell"]
# Gradients of several passes add up until you clear them.
x = torch.tensor(2.0, requires_grad=True)
for _ in range(3):
    (x**2).backward()
print(x.grad)
# > tensor(12.)

# %% cleared tags=["remove-cell"]
# Clear with `x.grad = None` or `optimizer.zero_grad()`, which sets
# `None` as well.
optimizer = torch.optim.SGD([x], lr=0.1)
optimizer.zero_grad()
print(x.grad)
# > None

# %% order tags=["remove-cell"]
# Clear after `step()` and before the next `backward()`, not between
# `backward()` and `step()`.
(x**2).backward()
optimizer.zero_grad()
optimizer.step()
print(x)
# > tensor(2., requires_grad=True)
(x**2).backward()
optimizer.step()
print(x)
# > tensor(1.6000, requires_grad=True)

# %% none_or_zero tags=["remove-cell"]
# SGD or Adam skips a parameter whose `.grad` is `None`; with a
# gradient of 0, momentum and weight decay still move it.
for options in [{"momentum": 0.9}, {"weight_decay": 0.5}]:
    for grad in [None, torch.zeros(())]:
        w = torch.tensor(1.0, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.1, **options)
        w.backward()
        optimizer.step()
        before, w.grad = w.item(), grad
        optimizer.step()
        print(w.item() == before)
# > True
# > False
# > True
# > False

# %% shares tags=["remove-cell"]
# For a mean loss in pieces, weigh each piece by its share of the
# examples.
data = torch.tensor([1.0, 2.0, 3.0, 6.0])
whole, parts = (torch.tensor(1.0, requires_grad=True) for _ in range(2))
(whole * data).mean().backward()
for piece in [data[:3], data[3:]]:
    ((parts * piece).mean() * len(piece) / 4).backward()
print(whole.grad == parts.grad)
# > tensor(True)

# %% clone_it tags=["remove-cell"]
# A later pass may change the tensor in `x.grad`: clone what you want
# to keep.
x = torch.tensor(2.0, requires_grad=True)
(x**2).backward()
first, copy = x.grad, x.grad.clone()
(x**2).backward()
print(first, copy)
# > tensor(8.) tensor(4.)

# %% one_way tags=["remove-cell"]
# A result knows the nodes it came from; a leaf does not know its
# results.
x = torch.tensor(2.0, requires_grad=True)
result = weakref.ref(x**2)  # nothing holds the result
y = x**2
print(y.grad_fn.next_functions[0][0].variable is x, result())
# > True None

# %% what_ran tags=["remove-cell"]
# The graph holds what ran: of an `if` and a `while` it holds
# nothing.
y = x
while y < 10:
    y = y * x
names, node = [], y.grad_fn
while node:
    names.append(node.name().split("::")[-1])
    node = node.next_functions[0][0] if node.next_functions else None
print(names)
# > ['MulBackward0', 'MulBackward0', 'MulBackward0', 'AccumulateGrad']

# %% paths tags=["remove-cell"]
# Multiply along a path, add across paths.
x = torch.tensor(3.0, requires_grad=True)
y = (5 * x) * (2 * x)
print(torch.autograd.grad(y, x)[0] == 5 * (2 * x) + 2 * (5 * x))
# > tensor(True)

# %% freed tags=["remove-cell"]
# A backward pass frees what the nodes saved; a second pass raises
# where something is missing.
x = torch.tensor(3.0, requires_grad=True)
for y in [x**2, x + 1]:
    y.backward()
    print(message(y.backward)[:45] or "nothing raised")
# > Trying to backward through the graph a second
# > nothing raised

# %% retained tags=["remove-cell"]
# For several passes over one graph, set `retain_graph=True` on all
# but the last.
y = torch.exp(x)
y.backward(retain_graph=True)
print(message(y.backward), message(y.backward)[:45])
# >  Trying to backward through the graph a second

# %% totals tags=["remove-cell"]
# For a running total write `total += loss.item()`: a recorded total
# would keep the graphs of all steps.
number, tensor = 0.0, 0.0
for _ in range(3):
    number += (x**2).item()
    tensor = tensor + x**2
powers, node = 0, tensor.grad_fn
while node:
    inputs = [n for n, _ in node.next_functions if n]
    powers += sum(n.name() == "PowBackward0" for n in inputs)
    sums = [n for n in inputs if n.name() == "AddBackward0"]
    node = sums[0] if sums else None
print(type(number), powers)
# > <class 'float'> 3

# %% same_shape tags=["remove-cell"]
# A gradient has the shape of its tensor.
a = torch.ones(4, 1, requires_grad=True)
b = torch.ones(3, requires_grad=True)
(a * b).sum().backward()
print(a.grad.shape == a.shape, b.grad.shape == b.shape)
# > True True

# %% stretched tags=["remove-cell"]
# What was stretched on the way forward is summed on the way back,
# and what was summed is stretched.
print(b.grad)
# > tensor([4., 4., 4.])
x = torch.ones(2, 3, requires_grad=True)
x.sum(0).backward(torch.tensor([1.0, 2.0, 3.0]))
print(x.grad)
# > tensor([[1., 2., 3.],
# >         [1., 2., 3.]])

# %% matmul tags=["remove-cell"]
# For two matrices, the gradients of `A @ B` are `G @ B.T` and `A.T @
# G`.
torch.manual_seed(0)
A = torch.randn(2, 3, requires_grad=True)
B = torch.randn(3, 4, requires_grad=True)
G = torch.randn(2, 4)
(A @ B).backward(G)
print(torch.allclose(A.grad, G @ B.T), torch.allclose(B.grad, A.T @ G))
# > True True

# %% picked tags=["remove-cell"]
# An entry that was picked twice gets the sum of both gradients, and
# one that was not picked gets 0.
x = torch.ones(3, requires_grad=True)
x[[2, 0, 2]].backward(torch.tensor([1.0, 10.0, 100.0]))
print(x.grad)
# > tensor([ 10.,   0., 101.])

# %% compare_shapes tags=["remove-cell"]
# Compare the shapes of prediction and target: (3, 1) minus (3,) is
# (3, 3), without an error.
print((torch.zeros(3, 1) - torch.zeros(3)).shape)
# > torch.Size([3, 3])

# %% flag tags=["remove-cell"]
# `w.requires_grad_(False)` freezes a leaf; gradients still flow past
# it.
x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(3.0, requires_grad=True).requires_grad_(False)
(w * x).backward()
print(w.grad, x.grad)
# > None tensor(3.)

# %% old_gradient tags=["remove-cell"]
# When you freeze a weight, set its `.grad` to `None`: an optimizer
# uses an old one.
w = torch.tensor(3.0, requires_grad=True)
(w**2).backward()
w.requires_grad_(False)
optimizer = torch.optim.SGD([w], lr=0.1)
optimizer.step()
moved = w.item()
w.grad = None
optimizer.step()
print(moved < 3, w.item() == moved)
# > True True

# %% detached tags=["remove-cell"]
# `t.detach()` is a constant that shares the memory of `t`.
t = torch.tensor(3.0, requires_grad=True) * 1
d = t.detach()
print(d.requires_grad, d.data_ptr() == t.data_ptr())
# > False True

# %% not_recorded tags=["remove-cell"]
# Under `with torch.no_grad():` the results are not recorded.
x = torch.tensor(3.0, requires_grad=True)
with torch.no_grad():
    print((x**2).grad_fn, (x**2).requires_grad)
# > None False

# %% inference tags=["remove-cell"]
# A recorded operation cannot save an inference tensor, such as a
# product made under `inference_mode`.
with torch.inference_mode():
    i = 2 * x
print(message(lambda: x * i)[:46])
# > Inference tensors cannot be saved for backward
print(message(lambda: x + i) == "")
# > True

# %% evaluating tags=["remove-cell"]
# `model.eval()` changes layers such as dropout and is no switch for
# gradients.
drop = torch.nn.Dropout(0.5).eval()
ones = torch.ones(100, requires_grad=True)
print(torch.equal(drop(ones), ones), drop(ones).requires_grad)
# > True True
torch.manual_seed(0)
print(torch.equal(drop.train()(ones), ones))
# > False

# %% to_numpy tags=["remove-cell"]
# `numpy()` refuses a tracked tensor; write `t.detach().numpy()`,
# with a `.copy()` if you will change it.
t = torch.ones(2, requires_grad=True)
print(message(t.numpy)[:19])
# > Can't call numpy()
shared, apart = t.detach().numpy(), t.detach().numpy().copy()
shared[0], apart[1] = 7, 7
print(t)
# > tensor([7., 1.], requires_grad=True)

# %% leaf_written tags=["remove-cell"]
# While PyTorch records, an in-place operation on a tracked leaf
# raises; update a weight under `no_grad`.
w = torch.ones(2, requires_grad=True)
print(message(lambda: w.add_(1))[:41])
# > a leaf Variable that requires grad is bei
with torch.no_grad():
    w += 1
print(w)
# > tensor([2., 2.], requires_grad=True)

# %% saved_written tags=["remove-cell"]
# If a saved tensor was written to in place, also under `no_grad`,
# `backward()` raises.
for way in [torch.enable_grad, torch.no_grad]:
    y = w.exp()
    with way():
        y.mul_(2)
    print("by an inplace operation" in message(y.sum().backward))
# > True
# > True

# %% unrecorded_write tags=["remove-cell"]
# A write under `no_grad` or through `.data` is not recorded, so it
# is missing from the gradient.
found = []
for way in ["recorded", "no_grad", ".data"]:
    w = torch.ones(1, requires_grad=True)
    y = w * 2
    if way == "recorded":
        y.mul_(5)
    elif way == "no_grad":
        with torch.no_grad():
            y.mul_(5)
    else:
        y.data.mul_(5)
    y.sum().backward()
    found.append((y.item(), w.grad.item()))
print(found)
# > [(10.0, 10.0), (10.0, 2.0), (10.0, 2.0)]

# %% new_tensor tags=["remove-cell"]
# A safe repair is a new tensor: `y = y * 5` in place of `y *= 5`.
w = torch.ones(2, requires_grad=True)
y = w.tanh()
y = y * 5
y.sum().backward()
print(torch.allclose(w.grad, 5 * (1 - torch.tanh(torch.ones(2)) ** 2)))
# > True

# %% anomaly tags=["remove-cell"]
# Anomaly mode names the line that made the node which raises in
# `backward()`.
warnings.simplefilter("always")
with warnings.catch_warnings(record=True) as caught:
    with torch.autograd.set_detect_anomaly(True):
        y = w.exp()  # the line
        y.mul_(2)
        message(y.sum().backward)
print(any("y = w.exp()  # the line" in str(c.message) for c in caught))
# > True

# %% with_scores tags=["remove-cell"]
# Give scores to the loss: `cross_entropy` contains the softmax,
# `binary_cross_entropy_with_logits` the sigmoid.
z = torch.tensor([2.0, 1.0, 0.1], requires_grad=True)
p = torch.softmax(z, dim=0)
ours = F.cross_entropy(z, torch.tensor(0))
print(torch.isclose(ours, -torch.log(p[0])))
# > tensor(True)
s, yes = z[1], torch.tensor(1.0)
ours = F.binary_cross_entropy_with_logits(s, yes)
print(torch.isclose(ours, -torch.log(torch.sigmoid(s))))
# > tensor(True)

# %% p_minus_y tags=["remove-cell"]
# With respect to a score, the gradient of either loss is probability
# minus label, for one example.
(dz,) = torch.autograd.grad(F.cross_entropy(z, torch.tensor(0)), z)
print(torch.allclose(dz, p - torch.tensor([1.0, 0.0, 0.0]), atol=1e-6))
# > True
(dz,) = torch.autograd.grad(ours, z)
print(torch.isclose(dz[1], torch.sigmoid(s) - yes))
# > tensor(True)

# %% sigmoid_slope tags=["remove-cell"]
# The slope of the sigmoid is $\sigma(1 - \sigma)$, at most
# $\frac{1}{4}$.
t = torch.linspace(-8, 8, 33, requires_grad=True)
(slope,) = torch.autograd.grad(torch.sigmoid(t).sum(), t)
value = torch.sigmoid(t)
print(torch.allclose(slope, value * (1 - value)), slope.max())
# > True tensor(0.2500)

# %% flat tags=["remove-cell"]
# A comparison is not recorded, and the slope of rounding is 0: no
# model learns through either.
t = torch.tensor(1.2, requires_grad=True)
print((t > 1).requires_grad, torch.autograd.grad(t.round(), t)[0])
# > False tensor(0.)

# %% turn tags=["remove-cell"]
# The order of a turn: loss, `zero_grad()`, `backward()`, `step()`.
w = torch.tensor(0.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.25)
for _ in range(30):
    loss = (w - 3) ** 2
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(w)
# > tensor(3., requires_grad=True)

# %% rates tags=["remove-cell"]
# On a parabola with a lowest point, gradient descent converges with
# learning rates between 0 and 2 divided by the curvature.
for rate in [0.1, 0.99, 1.01]:
    w = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    for _ in range(2000):
        (slope,) = torch.autograd.grad((w - 3) ** 2, w)
        with torch.no_grad():
            w -= rate * slope
    print(rate, abs(w.item() - 3) < 1e-6)
# > 0.1 True
# > 0.99 True
# > 1.01 False

# %% equal_units tags=["remove-cell"]
# Hidden units that are equal get equal gradients: start their
# weights at random.
torch.manual_seed(0)
data, labels = torch.randn(20, 2), torch.randn(20)
W = torch.full((2, 4), 0.5, requires_grad=True)
v = torch.full((4,), 0.5, requires_grad=True)
for _ in range(50):
    loss = ((torch.tanh(data @ W) @ v - labels) ** 2).mean()
    steps = torch.autograd.grad(loss, [W, v])
    with torch.no_grad():
        for p, step in zip([W, v], steps):
            p -= 0.1 * step
print((W == W[:, :1]).all(), (v == v[0]).all(), (W != 0.5).all())
# > tensor(True) tensor(True) tensor(True)

# %% dead_relu tags=["remove-cell"]
# A ReLU unit that is off for all data gets no gradient.
w = torch.tensor([0.1, 0.1], requires_grad=True)
b = torch.tensor(-50.0, requires_grad=True)
loss = torch.relu(data @ w + b).sum()
print(torch.autograd.grad(loss, [w, b]))
# > (tensor([0., 0.]), tensor(0.))

# %% measured tags=["remove-cell"]
# To test a gradient, compare it with $(f(x + h) - f(x - h)) / 2h$ in
# `float64`.
x = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)
(slope,) = torch.autograd.grad(torch.sin(x) * x, x)
with torch.no_grad():
    up, down = ((x + h).sin() * (x + h) for h in (1e-5, -1e-5))
print(torch.isclose(slope, (up - down) / 2e-5, rtol=1e-8))
# > tensor(True)

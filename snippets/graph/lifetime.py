# %% twice_fine
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x + 1
y.backward()
y.backward()
print(x.grad)
# > tensor(2.)

# %% twice_fails tags=["raises-exception"]
y = x**2
y.backward()
y.backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% saved_value
y = x**2
print(y.grad_fn._saved_self)
# > tensor(2., requires_grad=True)
y.backward()
print(y.grad_fn)
# > <PowBackward0 object at 0x…>
print(y.grad_fn.next_functions)
# > ((<AccumulateGrad object at 0x…>, 0),)

# %% freed tags=["raises-exception"]
y.grad_fn._saved_self
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% after_pass tags=["hide-input"]
from gradbook import draw

x.grad = None
y = 3 * (x + 1) ** 2
y.backward()
draw(y)
# > Graph of y = 27: 4 nodes (1 Add, 1 Mul, 1 Pow, 1 AccumulateGrad), 1 path to x

# %% listener
import weakref
from torch.autograd.graph import saved_tensors_hooks

kept = weakref.WeakSet()


def pack(t):
    t = t.detach()
    kept.add(t)
    return t


# %% per_operation
operations = {
    "x + 1": lambda x: x + 1,
    "x * 2": lambda x: x * 2,
    "x * x": lambda x: x * x,
    "exp": torch.exp,
    "sum": torch.sum,
    "max": torch.max,
}
x = torch.tensor([1.0, 2.0], requires_grad=True)
for name, operation in operations.items():
    with saved_tensors_hooks(pack, lambda t: t):
        y = operation(x)
    print(name, len(kept))
# > x + 1 0
# > x * 2 0
# > x * x 2
# > exp 1
# > sum 0
# > max 2

# %% second_passes
for name, operation in operations.items():
    y = operation(x).sum()
    y.backward()
    try:
        y.backward()
        print(name, "fine")
    except RuntimeError:
        print(name, "raises")
# > x + 1 fine
# > x * 2 raises
# > x * x raises
# > exp raises
# > sum fine
# > max raises

# %% constant_inside
print((x * 2).grad_fn._saved_other)
# > tensor(2)


# %% held
def held():
    return sum({t.data_ptr(): t.nbytes for t in kept}.values())


x = torch.ones(1000, requires_grad=True)
with saved_tensors_hooks(pack, lambda t: t):
    y = x.exp()
print(held())
# > 4000
y = None
print(held())
# > 0

# %% line_by_line tags=["hide-input"]
import matplotlib.pyplot as plt

lines = ["a = x.exp()", "b = a * a", "c = b.sin()"]
lines += ["loss = c.sum()", "loss.backward()"]
sizes = []
with saved_tensors_hooks(pack, lambda t: t):
    for line in lines:
        exec(line)
        sizes.append(held())
fig, ax = plt.subplots(figsize=(5, 2.6))
bars = ax.barh(range(len(lines)), sizes)
ax.bar_label(bars, padding=4)
ax.set_yticks(range(len(lines)), lines)
ax.invert_yaxis()
ax.set(xlabel="bytes of saved tensors", xlim=(0, 9900))
ax.grid(False)
told = [f"{size} after {line}" for line, size in zip(lines, sizes)]
fig.set_label(
    "Bytes of saved tensors after each line of a program. "
    f"They grow and then drop to zero: {', '.join(told)}."
)
# > Bytes of saved tensors after each line of a program. They grow and then drop to zero: 4000 after a = x.exp(), 4000 after b = a * a, 8000 after c = b.sin(), 8000 after loss = c.sum(), 0 after loss.backward().

# %% unrecorded
with torch.no_grad(), saved_tensors_hooks(pack, lambda t: t):
    y = x.exp()
print(held())
# > 0

# %% slopes_in_prose tags=["remove-cell"]
from gradbook import derivative, gradient

derivative("x + 1", "1")
derivative("x^2", "2x")
derivative("exp(x)", "y")
gradient("w^2 s", w="2w s", name="y")
derivative("w^4", "4w^3")
# > dy/dw = 4w^3 (proved: SymPy, finite differences, autograd at 16 points)

# %% two_passes
x = torch.tensor(2.0, requires_grad=True)
shared = x**2
(first,) = torch.autograd.grad(3 * shared, x, retain_graph=True)
(second,) = torch.autograd.grad(shared + x, x)
print(first, second)
# > tensor(12.) tensor(5.)

# %% first_pass
a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
loss = a + b**2
loss.backward()
print(a.grad, b.grad)
# > tensor(1.) tensor(6.)

# %% failed_pass tags=["raises-exception"]
loss.backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% left_behind
print(a.grad, b.grad)
# > tensor(2.) tensor(6.)

# %% carried tags=["raises-exception"]
w = torch.tensor(2.0, requires_grad=True)
s = torch.tensor(1.0)
for step in range(3):
    s = w * s
    s.backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% carried_picture tags=["hide-input"]
s0 = torch.tensor(1.0)
s1 = w * s0
s1.backward()
s2 = w * s1
draw(s2)
# > Graph of s2 = 4: 3 nodes (2 Mul, 1 AccumulateGrad), 2 paths to w

# %% detached
w.grad = None
s = torch.tensor(1.0)
for step in range(3):
    s = w * s
    s.backward()
    s = s.detach()
print(w.grad)
# > tensor(7.)

# %% whole_history
w.grad = None
s = torch.tensor(1.0)
total = 0
for step in range(3):
    s = w * s
    total = total + s
total.backward()
print(w.grad)
# > tensor(17.)

# %% history_rule tags=["hide-input"]
derivative("w + w^2 + w^3", "1 + 2w + 3w^2", name="L")
# > dL/dw = 1 + 2w + 3w^2 (proved: SymPy, finite differences, autograd at 16 points)

# %% retained
w.grad = None
s = torch.tensor(1.0)
for step in range(3):
    s = w * s
    s.backward(retain_graph=True)
print(w.grad)
# > tensor(17.)

# %% retained_memory
w = torch.ones(1000, requires_grad=True)
s = torch.ones(1000)
with saved_tensors_hooks(pack, lambda t: t):
    for step in range(4):
        s = w * s
        s.sum().backward(retain_graph=True)
        print(held())
# > 4000
# > 12000
# > 16000
# > 20000

# %% retained_update tags=["raises-exception"]
w = torch.tensor(2.0, requires_grad=True)
s = torch.tensor(1.0)
for step in range(3):
    s = w * s
    s.backward(retain_graph=True)
    with torch.no_grad():
        w -= 0.1 * w.grad
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor []] is at version 2; expected version 1 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% logged
x = torch.ones(1000, requires_grad=True)
total = 0
with saved_tensors_hooks(pack, lambda t: t):
    for batch in range(3):
        total = total + x.exp().sum()
        print(held())
# > 4000
# > 8000
# > 12000

# %% logged_number
total = 0
with saved_tensors_hooks(pack, lambda t: t):
    for batch in range(3):
        total = total + x.exp().sum().item()
        print(held())
# > 0
# > 0
# > 0

# %% who_goes_twice
x = torch.tensor(2.0, requires_grad=True)
twice = []
for y in [x.exp(), x * 3, x + 3, x.sin()]:
    y.backward()
    try:
        y.backward()
        twice.append(y.grad_fn.name())
    except RuntimeError:
        pass
print(twice)
# > ['AddBackward0']

# %% one_tracked
x = torch.tensor([1.0, 2.0], requires_grad=True)
c = torch.tensor([3.0, 4.0])
with saved_tensors_hooks(pack, lambda t: t):
    y = x * c
print(len(kept))
# > 1

# %% two_losses tags=["raises-exception"]
x = torch.tensor(2.0, requires_grad=True)
shared = x**2
loss_1, loss_2 = 3 * shared, shared + x
loss_1.backward()
loss_2.backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% one_loss
x.grad = None
shared = x**2
loss_1, loss_2 = 3 * shared, shared + x
(loss_1 + loss_2).backward()
print(x.grad)
# > tensor(17.)

# %% pairs
w = torch.tensor(2.0, requires_grad=True)
s = torch.tensor(1.0)
for pair in range(2):
    s = w * (w * s)
    s.backward()
    s = s.detach()
print(w.grad)
# > tensor(20.)

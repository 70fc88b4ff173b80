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

# %% freed
try:
    y.grad_fn._saved_self
except RuntimeError as error:
    print(str(error)[:54], "...")
# > Trying to backward through the graph a second time (or ...

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


def unpack(t):
    return t


def listen():
    return saved_tensors_hooks(pack, unpack)


# %% per_operation tags=["remove-cell"]
x = torch.tensor([1.0, 2.0], requires_grad=True)
operations = {
    "x + 1": lambda x: x + 1,
    "x * 2": lambda x: x * 2,
    "x * x": lambda x: x * x,
    "x**2": lambda x: x**2,
    "x.exp()": torch.exp,
    "x.relu()": torch.relu,
    "x.sum()": torch.sum,
    "x.max()": torch.max,
}
saved, second = {}, {}
for name, operation in operations.items():
    with listen():
        y = operation(x)
    saved[name] = len(kept)
    y = operation(x).sum()
    y.backward()
    try:
        y.backward()
        second[name] = "fine"
    except RuntimeError:
        second[name] = "raises"
del y

# %% numbers_that_stay tags=["remove-cell"]
for y in [x + 1, x.sum()]:
    y.sum().backward()
    node = y.grad_fn
    left = [name for name in dir(node) if name.startswith("_saved")]
    print({name: getattr(node, name) for name in left})
# > {'_saved_alpha': 1}
# > {'_saved_self_sym_sizes': (2,)}
del y, node

# %% listen
x = torch.tensor([1.0, 2.0], requires_grad=True)
with listen():
    y = x.exp()
print(len(kept))
# > 1

# %% constant_inside
with listen():
    y = x * 2
print(len(kept), y.grad_fn._saved_other)
# > 0 tensor(2)


# %% held
def held():
    return sum({t.data_ptr(): t.nbytes for t in kept}.values())


x = torch.ones(1000, requires_grad=True)
with listen():
    y = x.exp()
print(held())
# > 4000
y = None
print(held())
# > 0

# %% unrecorded
with torch.no_grad(), listen():
    y = x.exp()
print(held())
# > 0

# %% line_by_line tags=["hide-input"]
import matplotlib.pyplot as plt

lines = ["a = x.exp()", "b = a * a", "c = b.sin()"]
lines += ["loss = c.sum()", "loss.backward()", "del a, b, c"]
names, graph_alone, in_all = {"x": x}, [], []
with listen():
    for line in lines:
        exec(line, names)
        tensors = [t for t in names.values() if torch.is_tensor(t)]
        tensors = [t for t in tensors if t is not x] + list(kept)
        graph_alone.append(held())
        sizes = {t.data_ptr(): t.nbytes for t in tensors}
        in_all.append(sum(sizes.values()))
fig, ax = plt.subplots(figsize=(5, 4))
rows = torch.arange(len(lines))
bars = ax.barh(rows - 0.2, in_all, 0.36, label="names and graph")
ax.bar_label(bars, padding=4)
bars = ax.barh(rows + 0.2, graph_alone, 0.36, label="graph alone")
ax.bar_label(bars, padding=4)
ax.set_yticks(rows, lines)
ax.invert_yaxis()
ax.set(xlabel="bytes", xlim=(0, 15900))
ax.legend(loc="lower right")
ax.grid(False)
told = [
    f"after {line} {total} in all, {graph} of them by the graph"
    for line, total, graph in zip(lines, in_all, graph_alone)
]
fig.set_label(
    "Bytes that are kept after each line of a program, by its names "
    f"and its graph together and by the graph: {'; '.join(told)}."
)
# > Bytes that are kept after each line of a program, by its names and its graph together and by the graph: after a = x.exp() 4000 in all, 4000 of them by the graph; after b = a * a 8000 in all, 4000 of them by the graph; after c = b.sin() 12000 in all, 8000 of them by the graph; after loss = c.sum() 12004 in all, 8000 of them by the graph; after loss.backward() 12004 in all, 0 of them by the graph; after del a, b, c 4 in all, 0 of them by the graph.


# %% in_a_function
def program(x):
    a = x.exp()
    b = a * a
    c = b.sin()
    return c.sum()


with listen():
    loss = program(x)
print(held())
# > 8000
loss.backward()
print(held())
# > 0

# %% slopes_in_prose tags=["remove-cell"]
from gradbook import derivative, gradient

derivative("x + 1", "1")
derivative("x^2", "2x")
derivative("exp(x)", "y")
gradient("w^2 s", w="2w s", name="y")
derivative("x^3", "3x^2")
derivative("w^4", "4w^3")
# > dy/dw = 4w^3 (proved: SymPy, finite differences, autograd at 16 points)

# %% two_passes
x = torch.tensor(2.0, requires_grad=True)
shared = x**2
(first,) = torch.autograd.grad(3 * shared, x, retain_graph=True)
(second,) = torch.autograd.grad(shared + x, x)
print(first, second)
# > tensor(12.) tensor(5.)

# %% balanced
w = torch.tensor([1.0, 2.0], requires_grad=True)
body = w**2
losses = [(100 * body).sum(), (body[1] - 3) ** 2]
parts = [
    torch.autograd.grad(loss, w, retain_graph=True)[0]
    for loss in losses
]
print(*parts)
# > tensor([200., 400.]) tensor([0., 8.])
w.grad = sum(part / part.norm() for part in parts)
print(w.grad)
# > tensor([0.4472, 1.8944])

# %% create_graph_retains tags=["remove-cell"]
y = x**2
torch.autograd.grad(y, x, create_graph=True)
torch.autograd.grad(y, x)
# > (tensor(4.),)

# %% first_pass
a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
loss = a + b**2
loss.backward()
print(a.grad, b.grad)
# > tensor(1.) tensor(6.)

# %% failed_pass
try:
    loss.backward()
except RuntimeError as error:
    print(str(error)[:54], "...")
# > Trying to backward through the graph a second time (or ...

# %% left_behind
print(a.grad, b.grad)
# > tensor(2.) tensor(6.)

# %% leaf_first
order = []
a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
loss = a + b**2
added, squared = loss.grad_fn.next_functions
for name, (node, _) in [("a", added), ("square", squared)]:
    node.register_prehook(lambda grads, name=name: order.append(name))
loss.backward()
print(order)
# > ['a', 'square']

# %% carried
w = torch.tensor(2.0, requires_grad=True)
s = torch.tensor(1.0)
try:
    for step in range(3):
        s = w * s
        s.backward()
except RuntimeError as error:
    print("step", step, str(error)[:54], "...")
# > step 1 Trying to backward through the graph a second time (or ...

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
with listen():
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
with listen():
    for batch in range(3):
        total = total + x.exp().sum()
        print(held())
# > 4000
# > 8000
# > 12000

# %% logged_number
total = 0
with listen():
    for batch in range(3):
        total = total + x.exp().sum().item()
        print(held())
# > 0
# > 0
# > 0

# %% logged_detached tags=["remove-cell"]
total = 0
with listen():
    for batch in range(3):
        total = total + x.exp().sum().detach()
        assert held() == 0 and not total.requires_grad

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
with listen():
    y = x * c
print(len(kept))
# > 1

# %% two_losses
x = torch.tensor(3.0, requires_grad=True)
shared = x**2
loss_1, loss_2 = 2 * shared, shared - x
try:
    loss_1.backward()
    loss_2.backward()
except RuntimeError as error:
    print(str(error)[:54], "...")
# > Trying to backward through the graph a second time (or ...

# %% one_loss
x.grad = None
shared = x**2
loss_1, loss_2 = 2 * shared, shared - x
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

# %% scalar_engine
class Number:
    def __init__(self, value, *inputs):
        self.value, self.inputs, self.grad = value, inputs, 0

    def __add__(a, b):
        return Number(a.value + b.value, (a, 1), (b, 1))

    def __mul__(a, b):
        return Number(a.value * b.value, (a, b.value), (b, a.value))


def send(node, gradient):
    node.grad += gradient
    for source, slope in node.inputs:
        send(source, gradient * slope)


# %% scalar_used
x = Number(2.0)
y = x * x * x + x
send(y, 1.0)
print(y.value, x.grad)
# > 10.0 13.0

# %% scalar_inputs
product = Number(3.0) * Number(4.0)
print([(source.value, slope) for source, slope in product.inputs])
# > [(3.0, 4.0), (4.0, 3.0)]

# %% engine
from itertools import count

import torch

numbers = count()


class Tensor:
    def __init__(self, data, *inputs):
        self.data = torch.as_tensor(data)
        self.inputs = inputs  # pairs: an input and its rule
        self.number, self.grad = next(numbers), 0

    def __add__(a, b):
        b = b if isinstance(b, Tensor) else Tensor(b)
        rules = (a, lambda g: g), (b, lambda g: g)
        return Tensor(a.data + b.data, *rules)

    def __mul__(a, b):
        b = b if isinstance(b, Tensor) else Tensor(b)
        rules = (a, lambda g: g * b.data), (b, lambda g: g * a.data)
        return Tensor(a.data * b.data, *rules)

    def __pow__(a, n):
        rule = a, lambda g: g * n * a.data ** (n - 1)
        return Tensor(a.data**n, rule)

    def mean(a):
        rule = a, lambda g: g.expand_as(a.data) / a.data.numel()
        return Tensor(a.data.mean(), rule)

    __radd__, __rmul__ = __add__, __mul__


def backward(y):
    arrived = {y: torch.ones_like(y.data)}
    while arrived:
        node = max(arrived, key=lambda t: t.number)
        g = arrived.pop(node)
        if not node.inputs:
            node.grad = node.grad + g
        for source, rule in node.inputs:
            share = rule(g).sum_to_size(source.data.shape)
            arrived[source] = arrived.get(source, 0) + share


# %% one_step
x = Tensor(2.0)
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
backward(y)
print(y.data, x.grad)
# > tensor(63.) tensor(93.)

# %% multiple_steps
x = Tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])
y = 3 * x + 2
out = (2 * y**2).mean()
backward(out)
print(out.data)
# > tensor(140.)
print(x.grad)
# > tensor([[10., 16., 22.],
# >         [22., 16., 10.]])

# %% remembered
a = Tensor(3.0)
b = Tensor(4.0)
c = a * b
for source, rule in c.inputs:
    print(source.data, rule(torch.tensor(10.0)))
# > tensor(3.) tensor(40.)
# > tensor(4.) tensor(30.)

# %% rule_multiply tags=["hide-input"]
from gradbook import vjp

vjp("a b", a="G b", b="G a", shapes={"a": "", "b": ""})
# > dL/da = G b, dL/db = G a (proved: SymPy, finite differences, autograd at 8 points)

# %% rule_power tags=["hide-input"]
vjp(
    "a^n",
    a="n G a^(n-1)",
    shapes={"a": "", "n": ""},
    domain="a > 0",
)
# > dL/da = n G a^(n-1) (proved: SymPy, finite differences, autograd at 22 points)

# %% power_of_zero
x = Tensor(0.0)
backward(x**0)
print(x.grad)
# > tensor(nan)
x = torch.tensor(0.0, requires_grad=True)
(x**0).backward()
print(x.grad)
# > tensor(0.)

# %% rule_mean tags=["hide-input"]
vjp("mean(a)", a_i="G/n", shapes={"a": "n"})
# > dL/da_i = G/n (proved for n = 3: SymPy, finite differences, autograd at 8 points)

# %% rules_in_prose tags=["remove-cell"]
from gradbook import derivative

derivative("x x x + x", "3x^2 + 1")
vjp("a + b", a="G", b="G", shapes={"a": "", "b": ""})
vjp("exp(a)", a="Y G", shapes={"a": ""})
# > dL/da = Y G (proved: SymPy, finite differences, autograd at 16 points)

# %% walk
x = Tensor(2.0)
u = x * x
v = u * x
y = u + v
names = {x: "x", u: "u", v: "v", y: "y"}

arrived = {y: torch.tensor(1.0)}
while arrived:
    print({names[t]: g.item() for t, g in arrived.items()})
    node = max(arrived, key=lambda t: t.number)
    g = arrived.pop(node)
    for source, rule in node.inputs:
        arrived[source] = arrived.get(source, 0) + rule(g)
# > {'y': 1.0}
# > {'u': 1.0, 'v': 1.0}
# > {'u': 3.0, 'x': 4.0}
# > {'x': 16.0}

# %% sequence
x = torch.tensor(2.0, requires_grad=True)
u = x * x
v = u * x
y = u + v
first = u.grad_fn._sequence_nr()
for node in [u.grad_fn, v.grad_fn, y.grad_fn]:
    print(node.name(), node._sequence_nr() - first)
# > MulBackward0 0
# > MulBackward0 1
# > AddBackward0 2

# %% leaf_number
leaf = y.grad_fn.next_functions[0][0].next_functions[0][0]
print(type(leaf).__name__, leaf._sequence_nr() == 2**64 - 1)
# > AccumulateGrad True

# %% walk_picture tags=["hide-input"]
from gradbook import draw

draw(y)
# > Graph of y = 12: 4 nodes (2 Mul, 1 Add, 1 AccumulateGrad), 5 paths to x, dy/dx = 16

# %% stretched
a = Tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
b = Tensor([10.0, 20.0, 30.0])
product = a * b
(_, (_, rule)) = product.inputs
share = rule(torch.ones(2, 3))
print(share)
# > tensor([[0., 1., 2.],
# >         [3., 4., 5.]])
print(share.sum_to_size(3))
# > tensor([3., 5., 7.])

# %% random_graphs
import random

operations = [
    lambda a, b: a * b,
    lambda a, b: 0.5 * a + 0.5 * b,
    lambda a, b: a**2,
    lambda a, b: a**3,
    lambda a, b: a.mean(),
]


def grow(seed, leaf):
    rng = random.Random(seed)
    values = [rng.uniform(-1, 1) for _ in range(10)]
    matrix, row, number = torch.tensor(values).double().split([6, 3, 1])
    leaves = [leaf(matrix.reshape(2, 3)), leaf(row), leaf(number[0])]
    grown = list(leaves)
    for _ in range(20):
        operation = rng.choice(operations)
        grown.append(operation(rng.choice(grown), rng.choice(grown)))
    return leaves, sum(grown).mean()


def tracked(data):
    return data.clone().requires_grad_()


agreed = 0
for seed in range(200):
    ours, y = grow(seed, Tensor)
    backward(y)
    theirs, z = grow(seed, tracked)
    z.backward()
    agreed += all(
        torch.allclose(t.grad, u.grad, rtol=1e-12, atol=0)
        for t, u in zip(ours, theirs)
    )
print(f"{agreed} of 200 graphs agree")
# > 200 of 200 graphs agree

# %% trained
inputs = torch.tensor([0.0, 1.0, 2.0, 3.0])
targets = 2 * inputs + 1
w, b = Tensor(0.0), Tensor(0.0)
for step in range(200):
    w.grad = b.grad = 0
    loss = ((w * inputs + b + -targets) ** 2).mean()
    backward(loss)
    w.data = w.data - 0.1 * w.grad
    b.data = b.data - 0.1 * b.grad
print(f"{w.data:.3f} {b.data:.3f} {loss.data:.6f}")
# > 2.000 1.000 0.000000


# %% two_orders
def visits(y, choose):
    arrived, total = {y: torch.ones_like(y.data)}, 0
    while arrived:
        node, total = choose(arrived), total + 1
        g = arrived.pop(node)
        if not node.inputs:
            node.grad = node.grad + g
        for source, rule in node.inputs:
            arrived[source] = arrived.get(source, 0) + rule(g)
    return total


def newest(arrived):
    return max(arrived, key=lambda t: t.number)


def latest_to_arrive(arrived):
    return list(arrived)[-1]


orders = {
    "newest first": newest,
    "each path to its end": latest_to_arrive,
}
counts = {name: [] for name in orders}
for blocks in range(1, 11):
    for name, choose in orders.items():
        x = y = Tensor(0.01)
        for _ in range(blocks):
            y = y * y + y
        counts[name].append(visits(y, choose))
        if blocks == 10:
            print(f"{name:22}{counts[name][-1]:5}{x.grad:9.4f}")
# > newest first             21   1.2304
# > each path to its end   3070   1.2304

# %% hundred_blocks tags=["remove-cell"]
y = Tensor(0.0001)
for _ in range(100):
    y = y * y + y
hundred = visits(y, newest)
pattern = [3 * 2**blocks - 2 for blocks in range(1, 11)]
assert counts["each path to its end"] == pattern

# %% two_orders_plot tags=["hide-input"]
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(5, 3.4))
for marker, (name, visited) in zip("os", counts.items()):
    ax.plot(range(1, 11), visited, marker=marker, label=name)
ax.set(yscale="log", xlabel="blocks y * y + y", ylabel="visits")
plain = {"facecolor": "white", "edgecolor": "none", "framealpha": 1}
ax.legend(frameon=True, **plain)
fig.set_label(
    "Visits to nodes in one backward pass, for one to ten blocks, on a "
    "logarithmic scale. "
    + " ".join(
        f"{name.capitalize()}: from {visited[0]} to {visited[-1]}."
        for name, visited in counts.items()
    )
)
# > Visits to nodes in one backward pass, for one to ten blocks, on a logarithmic scale. Newest first: from 3 to 21. Each path to its end: from 4 to 3070.


# %% setting
def backward_setting(y):
    arrived = {y: torch.ones_like(y.data)}
    while arrived:
        node = max(arrived, key=lambda t: t.number)
        g = arrived.pop(node)
        if not node.inputs:
            node.grad = g
        for source, rule in node.inputs:
            arrived[source] = rule(g)


x = Tensor(2.0)
backward_setting(2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1)
print(x.grad)
# > tensor(64.)


# %% kept
def backward_kept(y):
    y.grad, waiting = 1, {y}
    while waiting:
        node = max(waiting, key=lambda t: t.number)
        waiting.remove(node)
        for source, rule in node.inputs:
            source.grad = source.grad + rule(node.grad)
            waiting.add(source)


x = Tensor(2.0)
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
backward_kept(y)
print(x.grad)
# > tensor(93.)
backward_kept(y)
print(x.grad)
# > tensor(612.)

# %% kept_fixed
x = Tensor(2.0)
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
backward(y)
backward(y)
print(x.grad)
# > tensor(186.)

# %% unfitted
b = Tensor([10.0, 20.0, 30.0])
backward_setting((a * b).mean())
print(b.grad)
# > tensor([[0.0000, 0.1667, 0.3333],
# >         [0.5000, 0.6667, 0.8333]])

# %% fitted
b = Tensor([10.0, 20.0, 30.0])
backward((a * b).mean())
print(b.grad)
# > tensor([0.5000, 0.8333, 1.1667])

# %% predict_constant
x = Tensor(3.0)
two = Tensor(2.0)
backward(two * x + x * x)
print(x.grad, two.grad)
# > tensor(8.) tensor(3.)


# %% exponential
def exp(a):
    out = a.data.exp()
    return Tensor(out, (a, lambda g: g * out))


x = Tensor([0.0, 1.0])
backward(exp(2 * x).mean())
print(x.grad)
# > tensor([1.0000, 7.3891])
x = torch.tensor([0.0, 1.0], requires_grad=True)
torch.exp(2 * x).mean().backward()
print(x.grad)
# > tensor([1.0000, 7.3891])


# %% each_once
def backward_once(y, order):
    arrived, done = {y: torch.ones_like(y.data)}, set()
    while todo := [t for t in arrived if t not in done]:
        node = order(todo, key=lambda t: t.number)
        done.add(node)
        for source, rule in node.inputs:
            share = rule(arrived[node])
            arrived[source] = arrived.get(source, 0) + share
    return arrived


x = Tensor(2.0)
u = x * x
y = u + u * x
print(backward_once(y, max)[x], backward_once(y, min)[x])
# > tensor(16.) tensor(8.)


# %% matmul
def matmul(a, b):
    rules = (a, lambda g: g @ b.data.T), (b, lambda g: a.data.T @ g)
    return Tensor(a.data @ b.data, *rules)


A = Tensor([[1.0, 2.0], [3.0, 4.0]])
B = Tensor([[5.0, 6.0], [7.0, 8.0]])
backward(4 * matmul(A, B).mean())
print(A.grad)
# > tensor([[11., 15.],
# >         [11., 15.]])
print(B.grad)
# > tensor([[4., 4.],
# >         [6., 6.]])

# %% overwritten
a, b = Tensor(3.0), Tensor(4.0)
c = a * b
b.data = torch.tensor(100.0)
backward(c)
print(a.grad)
# > tensor(100.)


# %% remembered_early
def multiply(a, b):
    x, y = a.data, b.data
    rules = (a, lambda g: g * y), (b, lambda g: g * x)
    return Tensor(x * y, *rules)


a, b = Tensor(3.0), Tensor(4.0)
c = multiply(a, b)
b.data = torch.tensor(100.0)
backward(c)
print(a.grad)
# > tensor(4.)

# %% still_overwritten
a, b = Tensor(3.0), Tensor(4.0)
c = multiply(a, b)
b.data.fill_(100.0)
backward(c)
print(a.grad)
# > tensor(100.)

# %% short_answer
import torch

x = torch.tensor(2.0, requires_grad=True)
y = (x + 1) ** 2
node = y.grad_fn
print(type(node).__name__)
# > PowBackward0
print(type(node.next_functions[0][0]).__name__)
# > AddBackward0

# %% polynomial
x = torch.tensor(2.0, requires_grad=True)
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


# %% nodes
def nodes(result):
    found, waiting = [], [result.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in found:
            found.append(node)
            waiting += [n for n, _ in node.next_functions]
    return found


print(len(nodes(y)))
# > 11

# %% count
from collections import Counter

names = Counter(type(node).__name__ for node in nodes(y))
for name, times in names.most_common():
    print(times, name)
# > 4 AddBackward0
# > 3 MulBackward0
# > 3 PowBackward0
# > 1 AccumulateGrad

# %% several_or_none
import torch.nn.functional as F

scores = torch.tensor([[1.0, 2.0]], requires_grad=True)
loss = F.cross_entropy(scores, torch.tensor([0]))
print([type(node).__name__ for node in nodes(loss)])
# > ['NllLossBackward0', 'LogSoftmaxBackward0', 'AccumulateGrad']
print(x.float() is x, (x > 1).grad_fn)
# > True None
c = torch.tensor(10.0)
print([type(node).__name__ for node in nodes(c * 5 + x)])
# > ['AddBackward0', 'AccumulateGrad']

# %% picture tags=["hide-input"]
from gradbook import draw

draw(y)
# > Graph of y = 63: 11 nodes (4 Add, 3 Mul, 3 Pow, 1 AccumulateGrad), 4 paths to x, dy/dx = 93


# %% edges
def edges(result):
    pairs = result.grad_fn.next_functions
    return [(type(node).__name__, k) for node, k in pairs]


print(edges(x * x))
# > [('AccumulateGrad', 0), ('AccumulateGrad', 0)]
print(edges(x + 1))
# > [('AccumulateGrad', 0), ('NoneType', 0)]
print(edges(x**2))
# > [('AccumulateGrad', 0)]
print(edges(torch.where(x > 0, x, c)))
# > [('AccumulateGrad', 0), ('NoneType', 0)]

# %% second_output
a, b = torch.tensor([2.0, 3.0], requires_grad=True).unbind()
print(edges(a * b))
# > [('UnbindBackward0', 0), ('UnbindBackward0', 1)]

# %% call
node = (x**2).grad_fn
with torch.no_grad():
    print(node(torch.tensor(1.0)))
    print(node(torch.tensor(10.0)))
# > tensor(4.)
# > tensor(40.)

# %% saved
print(node._saved_self, node._saved_exponent)
# > tensor(2., requires_grad=True) 2

# %% has_no_value tags=["remove-cell"]
assert not any(hasattr(node, a) for a in ("item", "grad", "shape"))
assert list(node._input_metadata[0].shape) == []


# %% follow
def follow(node, slope):
    if type(node).__name__ == "AccumulateGrad":
        print(slope)
        return
    slopes = node(slope)
    if not isinstance(slopes, tuple):
        slopes = (slopes,)
    for (onward, _), part in zip(node.next_functions, slopes):
        if onward is not None:
            follow(onward, part)


with torch.no_grad():
    follow(y.grad_fn, torch.tensor(1.0))
# > tensor(64.)
# > tensor(12.)
# > tensor(12.)
# > tensor(5.)

# %% by_formula tags=["hide-input"]
from gradbook import derivative

derivative(
    lambda x: 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1,
    "8x^3 + 3x^2 + 6x + 5",
)
# > dy/dx = 8x^3 + 3x^2 + 6x + 5 (proved: SymPy, finite differences, autograd at 16 points)

# %% slopes_in_prose tags=["remove-cell"]
derivative("x^2", "2x")
derivative("x x x", "3x^2")
# > dy/dx = 3x^2 (proved: SymPy, finite differences, autograd at 16 points)

# %% backward
y.backward()
x.grad
# > tensor(93.)


# %% branches
def f(x):
    if x > 0:
        return x**2
    return -x


for start in [3.0, -3.0]:
    x = torch.tensor(start, requires_grad=True)
    y = f(x)
    print([type(node).__name__ for node in nodes(y)])
# > ['PowBackward0', 'AccumulateGrad']
# > ['NegBackward0', 'AccumulateGrad']


# %% loop
def halve(x):
    while x > 1:
        x = x / 2
    return x


for start in [3.0, 7.0, 100.0]:
    x = torch.tensor(start, requires_grad=True)
    y = halve(x)
    y.backward()
    print(len(nodes(y)), x.grad.item())
# > 3 0.25
# > 4 0.125
# > 8 0.0078125

# %% doubled
x = torch.tensor(1.0, requires_grad=True)
y = x
for _ in range(3):
    y = y + y

# %% doubled_picture tags=["hide-input"]
draw(y)
# > Graph of y = 8: 4 nodes (3 Add, 1 AccumulateGrad), 8 paths to x, dy/dx = 8

# %% many_paths
y = x
for _ in range(20):
    y = y + y
y.backward()
print(len(nodes(y)), x.grad.item())
# > 21 1048576.0

# %% both_sides
x = torch.tensor(-3.0, requires_grad=True)
y = torch.where(x > 0, x**2, -x)
print([type(node).__name__ for node in nodes(y)])
# > ['WhereBackward0', 'NegBackward0', 'AccumulateGrad', 'PowBackward0']

# %% where_nan
x = torch.tensor(-1.0, requires_grad=True)
y = torch.where(x > 0, torch.sqrt(x), 0.0)
y.backward()
print(y.item(), x.grad)
# > 0.0 tensor(nan)

# %% where_safe
x.grad = None
inside = torch.where(x > 0, x, 1.0)
y = torch.where(x > 0, torch.sqrt(inside), 0.0)
y.backward()
print(y.item(), x.grad)
# > 0.0 tensor(0.)


# %% jump
def jump(x):
    return x + 10 if x > 0 else x


for start in [-0.01, 0.01]:
    x = torch.tensor(start, requires_grad=True)
    y = jump(x)
    y.backward()
    print(f"{y.item():.2f}", x.grad)
# > -0.01 tensor(1.)
# > 10.01 tensor(1.)

# %% kinks
functions = {
    "relu": torch.relu,
    "clamp": lambda x: x.clamp(min=0),
    "maximum": lambda x: torch.maximum(x, torch.tensor(0.0)),
    "abs": torch.abs,
    "sqrt": torch.sqrt,
}
at_zero = {}
for name, function in functions.items():
    x = torch.tensor(0.0, requires_grad=True)
    function(x).backward()
    at_zero[name] = x.grad.item()
print(at_zero)
# > {'relu': 0.0, 'clamp': 1.0, 'maximum': 0.5, 'abs': 0.0, 'sqrt': inf}

# %% ties
t = torch.tensor([0.0, 1.0, 1.0], requires_grad=True)
t.max().backward()
print(t.grad)
# > tensor([0.0000, 0.5000, 0.5000])
t.grad = None
t.max(dim=0).values.backward()
print(t.grad)
# > tensor([0., 1., 0.])

# %% node_as_tensor tags=["raises-exception"]
x = torch.tensor(2.0, requires_grad=True)
y = (x + 1) ** 2
y.grad_fn.next_functions[0][0].item()
# > AttributeError: 'AddBackward0' object has no attribute 'item'

# %% named
u = x + 1
y = u**2
print(u.item())
# > 3.0

# %% rebound
x = torch.tensor(2.0, requires_grad=True)
y = x**2
x = torch.tensor(5.0, requires_grad=True)
y.backward()
print(x.grad)
# > None

# %% where_it_went
accumulate, _ = y.grad_fn.next_functions[0]
print(accumulate.variable)
# > tensor(2., requires_grad=True)
print(accumulate.variable.grad)
# > tensor(4.)

# %% computed_again
y = x**2
y.backward()
print(x.grad)
# > tensor(10.)

# %% square_plus
x = torch.tensor(3.0, requires_grad=True)
y = x * x * x
print(len(nodes(y)))
# > 3

# %% square_plus_paths
with torch.no_grad():
    follow(y.grad_fn, torch.tensor(1.0))
# > tensor(9.)
# > tensor(9.)
# > tensor(9.)

# %% repeated
x = torch.tensor(2.5, requires_grad=True)
y = x
for _ in range(int(x)):
    y = 3 * y
y.backward()
print(x.grad)
# > tensor(9.)

# %% horner
x = torch.tensor(2.0, requires_grad=True)
y = (((2 * x + 1) * x + 3) * x + 5) * x + 1
print(y.item(), len(nodes(y)))
# > 63.0 9
with torch.no_grad():
    follow(y.grad_fn, torch.tensor(1.0))
# > tensor(16.)
# > tensor(20.)
# > tensor(26.)
# > tensor(31.)

# %% reached
x = torch.tensor(2.0, requires_grad=True)
y = torch.sin(x**2) * x
for node in nodes(y):
    node.register_prehook(
        lambda grads, name=type(node).__name__: print(name)
    )
y.backward()
# > MulBackward0
# > SinBackward0
# > PowBackward0
# > AccumulateGrad

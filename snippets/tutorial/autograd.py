# %% recording
import torch

x = torch.tensor(2.0, requires_grad=True)
y = 3 * x
print(y)
# > tensor(6., grad_fn=<MulBackward0>)
y.backward()
print(x.grad)
# > tensor(3.)

# %% plain
a = torch.tensor(2.0)
b = 3 * a
print(b)
# > tensor(6.)
print(b.requires_grad, b.grad_fn)
# > False None

# %% tracked
x = torch.tensor(2.0, requires_grad=True)
print(x)
# > tensor(2., requires_grad=True)
print(x.grad_fn, x.grad)
# > None None
print(x.is_leaf, a.is_leaf, b.is_leaf)
# > True True True

# %% three_operations
u = 3 * x
v = u + 1
w = v**2
print(u)
# > tensor(6., grad_fn=<MulBackward0>)
print(v)
# > tensor(7., grad_fn=<AddBackward0>)
print(w)
# > tensor(49., grad_fn=<PowBackward0>)

# %% no_leaves tags=["remove-cell"]
print(u.is_leaf, v.is_leaf, w.is_leaf)
# > False False False

# %% way_back
def way_back(node):
    print(type(node).__name__)
    for onward, _ in node.next_functions:
        if onward is not None:
            way_back(onward)


way_back(w.grad_fn)
# > PowBackward0
# > AddBackward0
# > MulBackward0
# > AccumulateGrad

# %% the_last_node tags=["remove-cell"]
nodes = [node for node, _ in u.grad_fn.next_functions]
print([node and node.variable is x for node in nodes])
# > [True, None]

# %% growing tags=["hide-input"]
from gradbook import draw, row

row(
    {
        "u = 3 * x": draw(u, gradients=False),
        "v = u + 1": draw(v, gradients=False),
        "w = v**2": draw(w, gradients=False),
    }
)
# > u = 3 * x: Graph of u = 6: 2 nodes (1 Mul, 1 AccumulateGrad), 1 path to x
# > v = u + 1: Graph of v = 7: 3 nodes (1 Add, 1 Mul, 1 AccumulateGrad), 1 path to x
# > w = v**2: Graph of w = 49: 4 nodes (1 Add, 1 Mul, 1 Pow, 1 AccumulateGrad), 1 path to x

# %% dynamic
t = torch.tensor(2.0, requires_grad=True)
y = t
while y < 10:
    y = y * t
print(y)
# > tensor(16., grad_fn=<MulBackward0>)
y.backward()
print(t.grad)
# > tensor(32.)

# %% contagious
c = torch.tensor(5.0)
print((c * c).requires_grad)
# > False
print((c * x).requires_grad)
# > True

# %% chain tags=["hide-input"]
from gradbook import gradient

gradient(
    "(3x + 1)^2",
    x="2v * 1 * 3",
    where={"v": "3x + 1"},
    name="w",
)
# > dw/dx = 2v * 1 * 3 (proved: SymPy, ...)

# %% slopes_in_sentences tags=["remove-cell"]
from gradbook import derivative

derivative("t^4", "4t^3")
derivative("v^2", "2v")
derivative("t^2", "2t")
derivative("u + 1", "1")
derivative("3x", "3")
# > dy/dx = 3 (proved: SymPy, ...)

# %% graph tags=["hide-input"]
draw(w)
# > Graph of w = 49: 4 nodes (1 Add, 1 Mul, 1 Pow, 1 AccumulateGrad), 1 path to x, dw/dx = 42

# %% backward
w.backward()
x.grad
# > tensor(42.)

# %% unchanged
print(x)
# > tensor(2., requires_grad=True)

# %% no_slope
print(x > 1)
# > tensor(True)
print(x.long())
# > tensor(2)
print(torch.zeros_like(x))
# > tensor(0.)

# %% not_recorded_either tags=["remove-cell"]
print(torch.histc(x, bins=2).requires_grad)
# > False

# %% from_a_number tags=["raises-exception"]
t = torch.tensor(3.0, requires_grad=True)
loss = (t**2).item()
loss.backward()
# > AttributeError: 'float' object has no attribute 'backward'

# %% from_a_tensor
loss = t**2
loss.backward()
print(loss.item(), t.grad)
# > 9.0 tensor(6.)

# %% untracked tags=["raises-exception"]
b.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% too_late tags=["raises-exception"]
a.requires_grad_()
b.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% in_time
b = 3 * a
b.backward()
a.grad
# > tensor(3.)

# %% which_has_none
p = torch.tensor(1.0, requires_grad=True)
q = p - 4
r = torch.tensor(4.0) * torch.tensor(2.0)
print([t.grad_fn is None for t in (p, q, r)])
# > [True, False, True]

# %% names_in_order
s = (p - 3) ** 2 / 2
way_back(s.grad_fn)
# > DivBackward0
# > PowBackward0
# > SubBackward0
# > AccumulateGrad

# %% doubling
y = p
for _ in range(3):
    y = y + y
y.backward()
print(p.grad)
# > tensor(8.)

# %% switched_on
data = torch.tensor([1.0, 2.0, 3.0])
data.requires_grad_()
total = (data**2).sum()
total.backward()
data.grad
# > tensor([2., 4., 6.])

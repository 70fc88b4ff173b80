# %% three_outputs
import torch


def f(x):
    a, b = x
    return torch.stack([a * b, a**2, b**3])


x = torch.tensor([2.0, 3.0], requires_grad=True)
y = f(x)
print(y)
# > tensor([ 6.,  4., 27.], grad_fn=<StackBackward0>)

# %% weighted
v = torch.tensor([1.0, 10.0, 100.0])
y.backward(gradient=v)
print(x.grad)
# > tensor([  43., 2702.])

# %% rows
for one_hot in torch.eye(3):
    (row,) = torch.autograd.grad(f(x), x, one_hot)
    print(row)
# > tensor([3., 2.])
# > tensor([4., 0.])
# > tensor([ 0., 27.])

# %% jacobian_rule tags=["hide-input"]
from gradbook import gradient, jacobian

jacobian(
    lambda a, b: f((a, b)),
    "[[b, a], [2a, 0], [0, 3b^2]]",
    name="y",
    shown="[a b, a^2, b^3]",
)
# > J = [[b, a], [2a, 0], [0, 3b^2]] (proved: SymPy, finite differences, autograd at 8 points)

# %% slopes_in_prose tags=["remove-cell"]
from gradbook import derivative

derivative("x^2", "2x")
derivative("b^3", "3b^2")
gradient("sum(y^2)", y_i="2y_i", shapes={"y": "m"}, name="L")
# > dL/dy_i = 2y_i (proved for m = 3: SymPy, finite differences, autograd at 8 points)

# %% by_hand
J = torch.tensor([[3.0, 2.0], [4.0, 0.0], [0.0, 27.0]])
print(v @ J)
# > tensor([  43., 2702.])

# %% weighted_rows tags=["hide-input"]
import matplotlib.pyplot as plt

from gradbook import slider

weights = torch.tensor([1.0, -0.5, 0.1])
weighted_rows = weights[:, None] * J + 0.0  # -0. becomes 0.
lines = torch.vstack([weighted_rows, weighted_rows.sum(0)])
fig, ax = plt.subplots(figsize=(5, 3.6))
mesh = ax.pcolormesh(lines, cmap="RdBu", vmin=-15, vmax=15)
cells = [f"v{i} * d(y{i}, {n})" for i in (1, 2, 3) for n in "ab"]
cells += ["d(L, a)", "d(L, b)"]
moves = {mesh: ", ".join(cells)}
for k, cell in enumerate(cells):
    i, j = divmod(k, 2)
    number = f"{lines[i, j]:.1f}".replace("-", "\N{MINUS SIGN}")
    text = ax.text(j + 0.5, i + 0.5, number, ha="center", va="center")
    moves[text] = f"{{{cell}:.1f}}"
ax.axhline(3, color="black")
ax.set_xticks([0.5, 1.5], ["$a$", "$b$"])
names = ["$v_1$ × row 1", "$v_2$ × row 2", "$v_3$ × row 3", "sum"]
ax.set_yticks([0.5, 1.5, 2.5, 3.5], names)
ax.invert_yaxis()
ax.grid(False)
said = [", ".join(f"{n:.1f}" for n in line) for line in lines]
fig.set_label(
    "The rows of the Jacobian as a map of colors, with the weights "
    f"{', '.join(f'{n:g}' for n in weights.tolist())}: "
    f"{'; '.join(said[:3])}. Below a line their sum, {said[3]}."
)
slider(
    moves,
    "The gradient is ({d(L, a):.1f}, {d(L, b):.1f}).",
    v1=(-1, 1, 1, 0.1),
    v2=(-1, 1, -0.5, 0.1),
    v3=(-1, 1, 0.1, 0.1),
    a=2,
    b=3,
    y1="a * b",
    y2="a**2",
    y3="b**3",
    L="v1 * y1 + v2 * y2 + v3 * y3",
)
# > The rows of the Jacobian as a map of colors, with the weights 1, -0.5, 0.1: 3.0, 2.0; -2.0, 0.0; 0.0, 2.7. Below a line their sum, 1.0, 4.7.

# %% one_number
x.grad = None
(v * f(x)).sum().backward()
print(x.grad)
# > tensor([  43., 2702.])

# %% routes tags=["hide-input"]
from gradbook import draw

a, b = x
y = torch.stack([a * b, a**2, b**3])
draw(y, gradient=v)
# > Graph of y = [6, 4, 27]: 6 nodes (2 Pow, 1 Mul, 1 Stack, 1 Unbind, 1 AccumulateGrad), 4 paths to x, gradient of x = [43, 2702]

# %% node_is_function
node = (x**2).grad_fn
with torch.no_grad():
    print(node(torch.tensor([1.0, 10.0])))
# > tensor([ 4., 60.])

# %% large
big = torch.ones(1_000_000, requires_grad=True)
(big**2).backward(gradient=torch.ones(1_000_000))
print(big.grad.shape)
# > torch.Size([1000000])

# %% from_a_loss
y = f(x)
loss = (y**2).sum()
(v_loss,) = torch.autograd.grad(loss, y)
print(v_loss)
# > tensor([12.,  8., 54.])
print(torch.autograd.grad(y, x, v_loss))
# > (tensor([  68., 1482.]),)

# %% in_one_go
print(torch.autograd.grad((f(x) ** 2).sum(), x))
# > (tensor([  68., 1482.]),)

# %% product_rule tags=["hide-input"]
gradient(
    "r a b + s a^2 + t b^3",
    a="r b + 2s a",
    b="r a + 3t b^2",
    name="L",
)
# > dL/da = r b + 2s a, dL/db = r a + 3t b^2 (proved: SymPy, finite differences, autograd at 8 points)

# %% matrix_output
A = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
V = torch.tensor([[1.0, 0.0], [0.0, 10.0]])
print(torch.autograd.grad(A * x, x, V))
# > (tensor([ 1., 40.]),)

# %% all_rows
(J,) = torch.autograd.grad(f(x), x, torch.eye(3), is_grads_batched=True)
print(J)
# > tensor([[ 3.,  2.],
# >         [ 4.,  0.],
# >         [ 0., 27.]])

# %% forward_mode
point = x.detach()
one_input = torch.tensor([1.0, 0.0])
_, column = torch.func.jvp(f, (point,), (one_input,))
print(column)
# > tensor([3., 4., 0.])

# %% forward_keeps_nothing tags=["remove-cell"]
value, _ = torch.func.jvp(f, (point,), (one_input,))
assert value.grad_fn is None and torch.equal(value, f(point))
full = torch.func.jacrev(f)(point)
assert torch.equal(full, torch.func.jacfwd(f)(point))
assert torch.equal(full, torch.autograd.functional.jacobian(f, point))
assert torch.equal(full, J)
_, pull = torch.func.vjp(f, point)
assert torch.equal(pull(v)[0], v @ J)

# %% ones
print(torch.autograd.grad(f(x), x, torch.ones(3)))
# > (tensor([ 7., 29.]),)

# %% ones_softmax
scores = torch.zeros(4, requires_grad=True)
p = torch.softmax(scores, dim=0)
p.backward(gradient=torch.ones(4))
print(scores.grad)
# > tensor([0., 0., 0., 0.])

# %% ones_elementwise
print(torch.autograd.grad(x**2, x, torch.ones(2)))
# > (tensor([4., 6.]),)

# %% no_weights tags=["raises-exception"]
f(x).backward()
# > RuntimeError: grad can be implicitly created only for scalar outputs

# %% summed
x.grad = None
f(x).sum().backward()
print(x.grad)
# > tensor([ 7., 29.])

# %% shape_of_input tags=["raises-exception"]
f(x).backward(gradient=torch.ones_like(x))
# > RuntimeError: Mismatch in shape: grad_output[0] has a shape of torch.Size([2]) and output[0] has a shape of torch.Size([3]).

# %% shape_of_output
x.grad = None
y = f(x)
y.backward(gradient=torch.ones_like(y))
print(x.grad)
# > tensor([ 7., 29.])

# %% measured
point = torch.tensor([2.0, 3.0], dtype=torch.float64)
step = torch.tensor([0.001, 0.0], dtype=torch.float64)
rise = (v * f(point + step)).sum() - (v * f(point)).sum()
print(rise / 0.001)
# > tensor(43.0100, dtype=torch.float64)

# %% second_row
v = torch.tensor([0.0, 0.0, 2.0])
print(torch.autograd.grad(f(x), x, v)[0])
# > tensor([ 0., 54.])

# %% two_rows
v = torch.tensor([2.0, 0.0, 1.0])
print(torch.autograd.grad(f(x), x, v)[0])
# > tensor([ 6., 31.])


# %% unseen
def g(x):
    a, b, c = x
    return torch.stack([a * b * c, a + 2 * c**2])


x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
v = torch.tensor([10.0, 1.0])
print(torch.autograd.grad(g(x), x, v)[0])
# > tensor([61., 30., 32.])

# %% unseen_rule tags=["hide-input"]
jacobian(
    lambda a, b, c: g((a, b, c)),
    "[[b c, a c, a b], [1, 0, 4c]]",
    name="y",
    shown="[a b c, a + 2c^2]",
)
# > J = [[b c, a c, a b], [1, 0, 4c]] (proved: SymPy, finite differences, autograd at 8 points)

# %% unseen_rows tags=["remove-cell"]
rows = [torch.autograd.grad(g(x), x, one)[0] for one in torch.eye(2)]
assert torch.stack(rows).tolist() == [[6, 3, 2], [1, 0, 12]]

# %% cancel
x = torch.tensor([2.0, 3.0], requires_grad=True)
v = torch.tensor([108.0, -81.0, -8.0])
print(torch.autograd.grad(f(x), x, v)[0])
# > tensor([0., 0.])

# %% whole_jacobian
(J,) = torch.autograd.grad(f(x), x, torch.eye(3), is_grads_batched=True)

# %% column
second_input = torch.tensor([0.0, 1.0])
_, column = torch.func.jvp(f, (x.detach(),), (second_input,))
print(column)
# > tensor([ 2.,  0., 27.])

# %% column_by_two_passes
v = torch.ones(3, requires_grad=True)
(g,) = torch.autograd.grad(f(x), x, v, create_graph=True)
print(torch.autograd.grad(g, v, second_input))
# > (tensor([ 2.,  0., 27.]),)

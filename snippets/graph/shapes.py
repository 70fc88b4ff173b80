# %% stretched
import torch

a = torch.arange(6.0).reshape(2, 3)
b = torch.ones(3, requires_grad=True)
(a * b).sum().backward()
print(a)
# > tensor([[0., 1., 2.],
# >         [3., 4., 5.]])
print(b.grad)
# > tensor([3., 5., 7.])

# %% six_copies
s = torch.tensor(5.0, requires_grad=True)
(s * torch.ones(2, 3)).sum().backward()
print(s.grad)
# > tensor(6.)

# %% alignment
print(torch.broadcast_shapes((2, 3), (3,)))
# > torch.Size([2, 3])
print(torch.broadcast_shapes((3, 1), (3,)))
# > torch.Size([3, 3])

# %% alignment_fails tags=["raises-exception"]
torch.ones(2, 3) * torch.ones(2)
# > RuntimeError: The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1

# %% weighted
G = torch.tensor([[1.0, 1.0, 1.0], [10.0, 10.0, 10.0]])
b.grad = None
(a * b).backward(G)
print(b.grad)
# > tensor([30., 41., 52.])

# %% shares
print(G * a)
# > tensor([[ 0.,  1.,  2.],
# >         [30., 40., 50.]])
print((G * a).sum(dim=0))
# > tensor([30., 41., 52.])

# %% folding tags=["hide-input"]
import matplotlib.pyplot as plt


def table(left, top, words, values, color, edge="-"):
    """Draw a matrix as boxes, its name above."""
    ax.text(left + 1.5, top + 0.2, words, ha="center")
    for i, row in enumerate(values.tolist()):
        for j, number in enumerate(row):
            box = plt.Rectangle(
                (left + j, top - 1 - i), 1, 1, linestyle=edge,
                facecolor=(color, 0.25), edgecolor="gray",
            )  # fmt: skip
            ax.add_patch(box)
            x, y = left + j + 0.5, top - 0.5 - i
            ax.text(x, y, f"{number:g}", ha="center", va="center")


fig, ax = plt.subplots(figsize=(5.4, 3.6))
forward, back = b.detach().expand(2, 3), G * a
table(0, 5, "", forward[1:], "C0", "--")
table(0, 6, "b, stretched", forward[:1], "C0")
table(4, 6, "a", a, "white")
table(8, 6, "a * b", forward * a, "C0")
table(8, 3, "G", G, "white")
table(4, 3, "G * a", back, "C1")
table(0, 2.5, "added: b.grad", back.sum(dim=0, keepdim=True), "C1")
ax.text(3.5, 4.9, "×", ha="center")
ax.text(7.5, 4.9, "=", ha="center")
arrow = {"arrowstyle": "->"}
ax.annotate("", (7.1, 2), (7.9, 2), arrowprops=arrow)
ax.annotate("", (3.1, 2), (3.9, 2), arrowprops=arrow)
ax.set(xlim=(-0.1, 11.1), ylim=(0.9, 6.8))
ax.axis("off")
fig.set_label(
    "Broadcasting and its way back. Above, the way forward: b is one "
    "row of ones, a second copy of it is dashed, and times a, "
    f"{a.tolist()}, it gives a * b. Below, from right to left: G, "
    f"{G.tolist()}, becomes G * a, {back.tolist()}, and its two rows "
    f"are added into the one row of b.grad, {b.grad.tolist()}."
)
# > Broadcasting and its way back. Above, the way forward: b is one row of ones, a second copy of it is dashed, and times a, [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], it gives a * b. Below, from right to left: G, [[1.0, 1.0, 1.0], [10.0, 10.0, 10.0]], becomes G * a, [[0.0, 1.0, 2.0], [30.0, 40.0, 50.0]], and its two rows are added into the one row of b.grad, [30.0, 41.0, 52.0].

# %% broadcast_rule tags=["hide-input"]
from gradbook import vjp

vjp(
    lambda a, b: a * b,
    a_ij="G_ij b_j",
    b_j="sum_i G_ij a_ij",
    shapes={"a": "m n", "b": "n"},
)
# > dL/da_ij = G_ij b_j, dL/db_j = sum_i G_ij a_ij (proved for m = 2, n = 3: SymPy, finite differences, autograd at 8 points)

# %% kept_axis
c = torch.ones(2, 1, requires_grad=True)
(a * c).sum().backward()
print(c.grad)
# > tensor([[ 3.],
# >         [12.]])

# %% sum_back
x = torch.ones(2, 3, requires_grad=True)
x.sum(dim=0).backward(torch.tensor([1.0, 10.0, 100.0]))
print(x.grad)
# > tensor([[  1.,  10., 100.],
# >         [  1.,  10., 100.]])

# %% matmul
A = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
B = torch.tensor([[5.0, 6.0], [7.0, 8.0]], requires_grad=True)
(A @ B).sum().backward()
print(A.grad)
# > tensor([[11., 15.],
# >         [11., 15.]])
print(B.grad)
# > tensor([[4., 4.],
# >         [6., 6.]])

# %% entry_rule tags=["hide-input"]
vjp(
    lambda A, B: A @ B,
    A_ik="sum_j G_ij B_kj",
    B_kj="sum_i A_ik G_ij",
    shapes={"A": "m n", "B": "n p"},
    name="C",
)
# > dL/dA_ik = sum_j G_ij B_kj, dL/dB_kj = sum_i A_ik G_ij (proved for m = 2, n = 3, p = 2: SymPy, finite differences, autograd at 8 points)

# %% matrix_rule tags=["hide-input"]
vjp(
    lambda A, B: A @ B,
    A="G @ B.T",
    B="A.T @ G",
    shapes={"A": "m n", "B": "n p"},
    name="C",
)
# > dL/dA = G @ B.T, dL/dB = A.T @ G (proved for m = 2, n = 3, p = 2: SymPy, finite differences, autograd at 8 points)

# %% matmul_by_hand
G = torch.ones(2, 2)
with torch.no_grad():
    print(G @ B.T)
    print(A.T @ G)
# > tensor([[11., 15.],
# >         [11., 15.]])
# > tensor([[4., 4.],
# >         [6., 6.]])

# %% batch_of_matrices
torch.manual_seed(0)
A = torch.randn(5, 2, 3, requires_grad=True)
B = torch.randn(3, 4, requires_grad=True)
G = torch.randn(5, 2, 4)
(A @ B).backward(G)
with torch.no_grad():
    print(torch.allclose(A.grad, G @ B.mT))
    print(torch.allclose(B.grad, (A.mT @ G).sum(0), atol=1e-6))
# > True
# > True

# %% indexing
x = torch.tensor([5.0, 6.0, 7.0], requires_grad=True)
y = x[[2, 0, 2]]
print(y)
# > tensor([7., 5., 7.], grad_fn=<IndexBackward0>)
y.backward(torch.tensor([1.0, 10.0, 100.0]))
print(x.grad)
# > tensor([ 10.,   0., 101.])

# %% one_hot_rows
S = torch.eye(3)[[2, 0, 2]]
print(S)
# > tensor([[0., 0., 1.],
# >         [1., 0., 0.],
# >         [0., 0., 1.]])
print(S.T @ torch.tensor([1.0, 10.0, 100.0]))
# > tensor([ 10.,   0., 101.])

# %% embedding
lookup = torch.nn.Embedding(3, 2)
lookup(torch.tensor([2, 0, 2])).sum().backward()
print(lookup.weight.grad)
# > tensor([[1., 1.],
# >         [0., 0.],
# >         [2., 2.]])

# %% pieces
x = torch.ones(2, requires_grad=True)
y = torch.ones(2, requires_grad=True)
torch.cat([x, y]).backward(torch.tensor([1.0, 2.0, 3.0, 4.0]))
print(x.grad, y.grad)
# > tensor([1., 2.]) tensor([3., 4.])
x.grad = y.grad = None
picked = torch.where(torch.tensor([True, False]), x, y)
picked.backward(torch.tensor([5.0, 6.0]))
print(x.grad, y.grad)
# > tensor([5., 0.]) tensor([0., 6.])
x.grad = None
(x * torch.tensor([1.0, 7.0])).max(0).values.backward()
print(x.grad)
# > tensor([0., 7.])

# %% transpose
x = torch.ones(2, 3, requires_grad=True)
x.T.backward(torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
print(x.grad)
# > tensor([[1., 3., 5.],
# >         [2., 4., 6.]])

# %% rules_in_prose tags=["remove-cell"]
matrix = {"x": "m n"}
vjp(
    lambda a, b: a + b,
    a_ij="G_ij",
    b_j="sum_i G_ij",
    shapes={"a": "m n", "b": "n"},
)
vjp(lambda x: x.sum(0), x_ij="G_j", shapes=matrix)
vjp(lambda x: x.mean(0), x_ij="G_j/m", shapes=matrix)
vjp(lambda x: x.T, x="G.T", shapes=matrix)
# > dL/dx = G.T (proved for m = 2, n = 3: SymPy, finite differences, autograd at 8 points)


# %% rules_in_the_table tags=["remove-cell"]
def sent_back(operation, *tensors):
    """What reaches each tensor when some G arrives, and that G."""
    leaves = [t.clone().requires_grad_() for t in tensors]
    result = operation(*leaves)
    G = torch.randn_like(result)
    return G, *torch.autograd.grad(result, leaves, G)


m, n = torch.randn(2, 3), torch.randn(2, 3)
row, cube = torch.randn(3), torch.randn(5, 2, 3)
where = torch.tensor([0, 2, 2])
G, gx = sent_back(lambda x: x.expand(4, 3), row)
assert torch.allclose(gx, G.sum(0), atol=1e-6)
G, gx = sent_back(lambda x: x.sum(1), m)
assert torch.equal(gx, G[:, None].expand(2, 3))
G, gx = sent_back(lambda x: x.max(1).values, m)
assert torch.equal(gx.sum(1), G) and (gx != 0).sum() == 2
G, gx = sent_back(lambda x: x[:, where], m)
assert torch.allclose(gx, torch.zeros(2, 3).index_add(1, where, G))
G, gx = sent_back(lambda x: x.gather(0, where), row)
assert torch.allclose(gx, torch.zeros(3).index_add(0, where, G))
G, ga, gb = sent_back(lambda a, b: torch.where(m > 0, a, b), m, n)
assert torch.equal(ga, G * (m > 0)) and torch.equal(gb, G * (m <= 0))
G, ga, gb = sent_back(lambda a, b: torch.cat([a, b], 1), m, n)
assert torch.equal(ga, G[:, :3]) and torch.equal(gb, G[:, 3:])
G, ga, gb = sent_back(lambda a, b: torch.stack([a, b]), m, n)
assert torch.equal(ga, G[0]) and torch.equal(gb, G[1])
G, gx = sent_back(lambda x: x.reshape(3, 2), m)
assert torch.equal(gx, G.reshape(2, 3))
G, gA, gx = sent_back(lambda A, x: A @ x, m, row)
assert torch.allclose(gA, torch.outer(G, row))
assert torch.allclose(gx, m.T @ G, atol=1e-6)

# %% same_loss
t = torch.tensor([1.0, 2.0, 3.0])
p = torch.zeros(3, 1, requires_grad=True)
loss = ((p - t) ** 2).mean()
loss.backward()
print(loss)
# > tensor(4.6667, grad_fn=<MeanBackward0>)
print(p.grad.flatten())
# > tensor([-1.3333, -1.3333, -1.3333])

# %% nine_cells tags=["hide-input"]
errors = (p - t).detach() ** 2
fig, ax = plt.subplots(figsize=(4.4, 3))
for i, row_of_errors in enumerate(errors.tolist()):
    ax.text(-0.2, 2.5 - i, f"p[{i}]", ha="right", va="center")
    ax.text(i + 0.5, 3.2, f"t[{i}] = {t[i]:g}", ha="center")
    for j, number in enumerate(row_of_errors):
        color = ("C0", 0.4) if i == j else "white"
        box = plt.Rectangle(
            (j, 2 - i), 1, 1, facecolor=color, edgecolor="gray"
        )
        ax.add_patch(box)
        style = {"weight": "bold"} if i == j else {}
        ax.text(j + 0.5, 2.5 - i, f"{number:g}", ha="center", **style)
ax.set(xlim=(-1.2, 3.2), ylim=(-0.1, 3.6))
ax.axis("off")
diagonal = errors.diagonal().tolist()
fig.set_label(
    "Nine squared errors in a table, a row for each prediction and a "
    f"column for each target: {errors.tolist()}. The three on the "
    f"diagonal, {diagonal}, compare a prediction with its own target "
    "and are marked; the six others should not be there."
)
# > Nine squared errors in a table, a row for each prediction and a column for each target: [[1.0, 4.0, 9.0], [1.0, 4.0, 9.0], [1.0, 4.0, 9.0]]. The three on the diagonal, [1.0, 4.0, 9.0], compare a prediction with its own target and are marked; the six others should not be there.

# %% wrong_picture tags=["hide-input"]
from gradbook import draw

p.grad = None
loss = ((p - t) ** 2).mean()
draw(loss)
# > Graph of loss = 4.667: 4 nodes (1 Mean, 1 Pow, 1 Sub, 1 AccumulateGrad), 1 path to p, dloss/dp = [[−1.333], [−1.333], [−1.333]]

# %% right_gradient
p.grad = None
loss = ((p - t[:, None]) ** 2).mean()
loss.backward()
print(loss)
# > tensor(4.6667, grad_fn=<MeanBackward0>)
print(p.grad.flatten())
# > tensor([-0.6667, -1.3333, -2.0000])

# %% trained
for _ in range(100):
    p.grad = None
    ((p - t) ** 2).mean().backward()
    with torch.no_grad():
        p -= 0.3 * p.grad
print(p.detach().flatten())
# > tensor([2.0000, 2.0000, 2.0000])

# %% warned
torch.nn.functional.mse_loss(p, t)
# > UserWarning: Using a target size (torch.Size([3])) that is different to the input size (torch.Size([3, 1])). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.
# > tensor(0.6667, grad_fn=<MseLossBackward0>)

# %% unsummed tags=["raises-exception"]
b.grad = torch.ones(2, 3) * a
# > RuntimeError: attempting to assign a gradient of size '[2, 3]' to a tensor of size '[3]'. Please ensure that the gradient and the tensor are the same size

# %% summed
b.grad = (torch.ones(2, 3) * a).sum(dim=0)
print(b.grad)
# > tensor([3., 5., 7.])

# %% square_hides
B = torch.tensor([[5.0, 6.0], [7.0, 8.0]])
print(B.T @ torch.ones(2, 2))
# > tensor([[12., 12.],
# >         [14., 14.]])

# %% oblong_shows tags=["raises-exception"]
A, B, G = torch.ones(2, 3), torch.ones(3, 4), torch.ones(2, 4)
B.T @ G
# > RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x3 and 2x4)

# %% oblong_fits
print((G @ B.T).shape)
# > torch.Size([2, 3])

# %% four_rows
a = torch.full((4, 2), 3.0)
b = torch.zeros(2, requires_grad=True)
(a * b).sum().backward()
print(b.grad)
# > tensor([12., 12.])

# %% picked_twice
x = torch.tensor([5.0, 6.0, 7.0], requires_grad=True)
(3 * x[[0, 0, 2]]).sum().backward()
print(x.grad)
# > tensor([6., 0., 3.])

# %% both_stretched
u = torch.tensor([[1.0], [2.0]], requires_grad=True)
v = torch.tensor([10.0, 20.0, 30.0], requires_grad=True)
(u * v).sum().backward()
print(u.grad)
# > tensor([[60.],
# >         [60.]])
print(v.grad)
# > tensor([3., 3., 3.])

# %% batched_shapes
A = torch.ones(2, 3, requires_grad=True)
B = torch.ones(7, 3, 5, requires_grad=True)
C = A @ B
G = torch.ones_like(C)
C.backward(G)
print(C.shape, A.grad.shape, (G @ B.mT).shape)
# > torch.Size([7, 2, 5]) torch.Size([2, 3]) torch.Size([7, 2, 3])
print(torch.equal(A.grad, (G @ B.mT).sum(dim=0)))
# > True

# %% layer
x = torch.arange(6.0).reshape(2, 3).requires_grad_()
W = torch.ones(4, 3, requires_grad=True)
b = torch.zeros(4, requires_grad=True)
G = torch.arange(8.0).reshape(2, 4)
(x @ W.T + b).backward(G)

# %% layer_by_hand
with torch.no_grad():
    print(torch.equal(x.grad, G @ W))
    print(torch.equal(W.grad, G.T @ x))
    print(torch.equal(b.grad, G.sum(dim=0)))
# > True
# > True
# > True

# %% layer_rule tags=["hide-input"]
vjp(
    lambda x, W, b: x @ W.T + b,
    x="G @ W",
    W="G.T @ x",
    b_j="sum_i G_ij",
    shapes={"x": "N n", "W": "m n", "b": "m"},
)
# > dL/dx = G @ W, dL/dW = G.T @ x, dL/db_j = sum_i G_ij (proved for N = 2, n = 3, m = 2: SymPy, finite differences, autograd at 8 points)

# %% both_ways
import torch
from torch.nn.functional import one_hot

print(one_hot(torch.tensor([0, 2, 1])))
# > tensor([[1, 0, 0],
# >         [0, 0, 1],
# >         [0, 1, 0]])
print(torch.softmax(torch.tensor([1.0, 2.0, 3.0]), dim=0))
# > tensor([0.0900, 0.2447, 0.6652])

# %% sizes
labels = torch.tensor([0, 2, 1])
print((labels[0] + labels[1]) / 2 == labels[2])
# > tensor(True)

# %% encoded
y = one_hot(labels, num_classes=3)
print(y.dtype)
# > torch.int64
print(y.argmax(dim=1))
# > tensor([0, 2, 1])

# %% exponentials
z = torch.tensor([1.0, 2.0, 3.0])
print(z.exp())
# > tensor([ 2.7183,  7.3891, 20.0855])
print(z.exp().sum())
# > tensor(30.1929)
print(z.exp() / z.exp().sum())
# > tensor([0.0900, 0.2447, 0.6652])

# %% ratios
p = torch.softmax(z, dim=0)
print(p[1] / p[0], p[2] / p[1])
# > tensor(2.7183) tensor(2.7183)

# %% one_row
z = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
p = torch.softmax(z, dim=0)
p[0].backward()
print(z.grad)
# > tensor([ 0.0819, -0.0220, -0.0599])

# %% nudged
higher = torch.softmax(torch.tensor([1.1, 2.0, 3.0]), dim=0)
with torch.no_grad():
    print(higher - p)
# > tensor([ 0.0085, -0.0023, -0.0062])

# %% jacobian
def softmax(z):
    return torch.softmax(z, dim=0)


z = torch.tensor([1.0, 2.0, 3.0])
J = torch.autograd.functional.jacobian(softmax, z)
print(J)
# > tensor([[ 0.0819, -0.0220, -0.0599],
# >         [-0.0220,  0.1848, -0.1628],
# >         [-0.0599, -0.1628,  0.2227]])

# %% pictures tags=["hide-input"]
import matplotlib.pyplot as plt

from gradbook import slider

fig, (top, bottom) = plt.subplots(2, figsize=(6.4, 8.4))
raised = z + torch.tensor([1.0, 0.0, 0.0])
before, after = softmax(z).tolist(), softmax(raised).tolist()
moves = {}
for i in range(3):
    for at, value, name, look in [
        (i - 0.2, before[i], f"p{i}", {"color": "C0"}),
        (i + 0.2, after[i], f"q{i}", {"color": "C1", "hatch": "//"}),
    ]:
        (bar,) = top.bar(at, value, 0.38, **look)
        text = top.text(at, value + 0.02, f"{value:.2f}", ha="center")
        moves[bar] = name
        moves[text] = (f"{at}, {name} + 0.02", f"{{{name}:.2f}}")
top.bar(0, 0, color="C0", label="scores 1.0, 2.0, 3.0")
top.bar(0, 0, color="C1", hatch="//", label="scores 2.0, 2.0, 3.0")
legend = top.legend(loc="upper left").get_texts()
moves[legend[0]] = "scores {z0:.1f}, {z1:.1f}, {z2:.1f}"
moves[legend[1]] = "scores {z0 + 1:.1f}, {z1:.1f}, {z2:.1f}"
top.set_title("probabilities")
top.set(ylim=(0, 1.35), yticks=[0, 0.5, 1])
top.set(xticks=range(3), xlabel="class")
map_of_J = bottom.pcolormesh(J, cmap="RdBu", vmin=-0.45, vmax=0.45)
pairs = [f"d(p{i}, z{j})" for i in range(3) for j in range(3)]
moves[map_of_J] = ", ".join(pairs)
center = {"ha": "center", "va": "center"}
for i in range(3):
    for j in range(3):
        number = f"{J[i, j]:.4f}".replace("-", "\N{MINUS SIGN}")
        text = bottom.text(j + 0.5, i + 0.5, number, **center)
        moves[text] = f"{{d(p{i}, z{j}):.4f}}"
bottom.set_title("Jacobian")
bottom.set(xlabel="score that moves", ylabel="probability")
bottom.set_xticks([0.5, 1.5, 2.5], ["0", "1", "2"])
bottom.set_yticks([0.5, 1.5, 2.5], ["0", "1", "2"])
bottom.invert_yaxis()
bottom.grid(False)
rows = "; ".join(", ".join(f"{v:.4f}" for v in row) for row in J)
bars = [", ".join(f"{v:.4f}" for v in p) for p in (before, after)]
fig.set_label(
    "Softmax of the scores 1, 2, 3. Bars for the probabilities, "
    f"{bars[0]}, and beside them, hatched, what they become when the "
    f"first score rises to 2: {bars[1]}. Below, the Jacobian as a map "
    "of colors, positive on the diagonal and negative elsewhere; its "
    f"rows are {rows}."
)
slider(
    moves,
    "The probabilities are {p0:.4f}, {p1:.4f} and {p2:.4f}.",
    z0=(-2, 5, 1, 0.1),
    z1=(-2, 5, 2, 0.1),
    z2=(-2, 5, 3, 0.1),
    S="exp(z0) + exp(z1) + exp(z2)",
    p0="exp(z0) / S",
    p1="exp(z1) / S",
    p2="exp(z2) / S",
    T="exp(z0 + 1) + exp(z1) + exp(z2)",
    q0="exp(z0 + 1) / T",
    q1="exp(z1) / T",
    q2="exp(z2) / T",
)
# > Softmax of the scores 1, 2, 3. Bars for the probabilities, 0.0900, 0.2447, 0.6652, and beside them, hatched, what they become when the first score rises to 2: 0.2119, 0.2119, 0.5761. Below, the Jacobian as a map of colors, positive on the diagonal and negative elsewhere; its rows are 0.0819, -0.0220, -0.0599; -0.0220, 0.1848, -0.1628; -0.0599, -0.1628, 0.2227.

# %% log_share tags=["hide-input"]
from gradbook import identity, jacobian

identity("log(e^z/S) = z - log(S)", domain="S > 0")
# > log(e^z/S) = z - log(S) (proved: SymPy, ...)

# %% slope_of_the_log tags=["hide-input"]
from gradbook import gradient

gradient(
    "log(e^a + e^b + e^c)",
    a="e^a/S",
    where={"S": "e^a + e^b + e^c"},
    name="t",
)
# > dt/da = e^a/S (proved: SymPy, ...)

# %% softmax_rule tags=["hide-input"]
jacobian(
    lambda z: torch.exp(z) / torch.exp(z).sum(),
    "p_i(delta_ij - p_j)",
    name="p",
    shapes={"z": "n"},
)
# > dp_i/dz_j = p_i(delta_ij - p_j) (proved for n = 3: SymPy, ...)

# %% outer_rule tags=["hide-input"]
jacobian(softmax, "diag(p) - outer(p, p)", name="p", shapes={"z": "n"})
# > J = diag(p) - outer(p, p) (proved for n = 3: SymPy, ...)

# %% outer
p = softmax(z)
print(torch.diag(p) - torch.outer(p, p))
# > tensor([[ 0.0819, -0.0220, -0.0599],
# >         [-0.0220,  0.1848, -0.1628],
# >         [-0.0599, -0.1628,  0.2227]])

# %% overflow
z = torch.tensor([1001.0, 1002.0, 1003.0])
print(z.exp() / z.exp().sum())
# > tensor([nan, nan, nan])
print(torch.softmax(z, dim=0))
# > tensor([0.0900, 0.2447, 0.6652])

# %% narrow
print(one_hot(torch.tensor([0, 1])))
# > tensor([[1, 0],
# >         [0, 1]])
print(one_hot(torch.tensor([0, 1]), num_classes=3))
# > tensor([[1, 0, 0],
# >         [0, 1, 0]])

# %% as_wide_as_the_largest tags=["remove-cell"]
print(one_hot(torch.tensor([0, 2])).shape)
# > torch.Size([2, 3])

# %% integer_target tags=["raises-exception"]
from torch.nn.functional import cross_entropy

scores = torch.tensor([[2.0, 1.0, 0.1]])
label = torch.tensor([0])
cross_entropy(scores, one_hot(label, num_classes=3))
# > RuntimeError: Expected floating point type for target with class probabilities, got Long

# %% float_target
print(cross_entropy(scores, one_hot(label, num_classes=3).float()))
# > tensor(0.4170)
print(cross_entropy(scores, label))
# > tensor(0.4170)

# %% wrong_dim
scores = torch.tensor([[1.0, 2.0, 3.0], [3.0, 3.0, 3.0]])
print(torch.softmax(scores, dim=0))
# > tensor([[0.1192, 0.2689, 0.5000],
# >         [0.8808, 0.7311, 0.5000]])

# %% right_dim
print(torch.softmax(scores, dim=1))
# > tensor([[0.0900, 0.2447, 0.6652],
# >         [0.3333, 0.3333, 0.3333]])

# %% row_sums
sums = J.sum(dim=1)

# %% row_sums_answer
print(sums.abs() < 1e-6)
# > tensor([True, True, True])

# %% shifted
z = torch.tensor([1.0, 2.0, 3.0])
p = torch.softmax(z + 5, dim=0)

# %% shifted_answer
print(p)
# > tensor([0.0900, 0.2447, 0.6652])
print(torch.softmax(z, dim=0))
# > tensor([0.0900, 0.2447, 0.6652])

# %% equal
zeros = torch.zeros(3)
J = torch.autograd.functional.jacobian(softmax, zeros)
print(softmax(zeros))
# > tensor([0.3333, 0.3333, 0.3333])
print(J)
# > tensor([[ 0.2222, -0.1111, -0.1111],
# >         [-0.1111,  0.2222, -0.1111],
# >         [-0.1111, -0.1111,  0.2222]])

# %% two_classes
z = torch.tensor([-2.0, 0.0, 2.0])
scores = torch.stack([z, torch.zeros(3)], dim=1)
print(torch.softmax(scores, dim=1)[:, 0])
# > tensor([0.1192, 0.5000, 0.8808])
print(torch.sigmoid(z))
# > tensor([0.1192, 0.5000, 0.8808])

# %% two_class_rule tags=["hide-input"]
identity("e^z/(e^z + e^0) = 1/(1 + e^(-z))")
# > e^z/(e^z + e^0) = 1/(1 + e^(-z)) (proved: SymPy, ...)

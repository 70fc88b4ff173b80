# %% recipe
import torch
from torch import nn

x = torch.tensor([[1.0], [2.0], [3.0], [10.0]])
target = torch.zeros(4, 1)
model = nn.Linear(1, 1, bias=False)
nn.init.ones_(model.weight)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

optimizer.zero_grad()
for rows, wanted in zip(x.split(3), target.split(3)):
    loss = nn.functional.mse_loss(model(rows), wanted)
    share = len(rows) / len(x)
    (share * loss).backward()
print(model.weight.grad.item())
# > 57.0

norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm=10.0)
print(norm.item(), f"{model.weight.grad.item():.3f}")
# > 57.0 10.000
optimizer.step()
print(f"{model.weight.item():.3f}")
# > 0.900

# %% full
def loss(w, x):
    return ((w * x) ** 2).mean()


x = torch.tensor([1.0, 2.0, 3.0, 10.0])
w = nn.Parameter(torch.tensor(1.0))
loss(w, x).backward()
print(w.grad)
# > tensor(57.)

# %% slope tags=["hide-input"]
from gradbook import gradient

gradient(
    "mean((w x)^2)",
    w="2w mean(x^2)",
    shapes={"w": "", "x": "n"},
)
# > dy/dw = 2w mean(x^2) (proved for n = 3: SymPy, finite differences, autograd at 8 points)

# %% factors
def in_pieces(sizes, factor):
    w.grad = None
    for piece in x.split(sizes):
        (factor(len(piece)) * loss(w, piece)).backward()
    return w.grad.item()


print(in_pieces([2, 2], lambda n: 1))
# > 114.0
print(f"{in_pieces([3, 1], lambda n: 1 / 2):.4f}")
# > 104.6667
print(in_pieces([3, 1], lambda n: n / 4))
# > 57.0

# %% shares tags=["hide-input"]
from gradbook import identity

identity(
    "n/(n + m) (s/n) + m/(n + m) (t/m) = (s + t)/(n + m)",
    domain="n > 0, m > 0",
)
# > n/(n + m) (s/n) + m/(n + m) (t/m) = (s + t)/(n + m) (proved: SymPy, numbers at 13 points)

# %% picture tags=["hide-input"]
import matplotlib.pyplot as plt

rows = {
    "share $n_k/N$": lambda n: n / 4,
    "one half": lambda n: 1 / 2,
    "no factor": lambda n: 1,
}
means = [2 * (p**2).mean().item() for p in x.split([3, 1])]
fig, ax = plt.subplots(figsize=(5.5, 2.8))
for row, factor in enumerate(rows.values()):
    parts = [factor(3) * means[0], factor(1) * means[1]]
    labels = ["1, 2, 3", "10"] if row == 0 else [None, None]
    ax.barh(row, parts[0], color="C0", label=labels[0])
    above = {"left": parts[0], "hatch": "//", "label": labels[1]}
    ax.barh(row, parts[1], color="C1", **above)
ax.axvline(57, color="black", linestyle="--", linewidth=1)
ax.set(yticks=range(3), yticklabels=rows, xlabel="gradient")
ax.legend(title="examples", loc="upper right")
ax.invert_yaxis()
totals = [
    f"{factor(3) * means[0] + factor(1) * means[1]:.1f}"
    for factor in rows.values()
]
fig.set_label(
    "Bars of the gradients from pieces of three and one. By share: "
    f"{totals[0]}, the whole batch. By one half: {totals[1]}. Without "
    f"a factor: {totals[2]}. The last example makes most of the excess."
)
# > Bars of the gradients from pieces of three and one. By share: 57.0, the whole batch. By one half: 104.7. Without a factor: 209.3. The last example makes most of the excess.

# %% several
def two_losses():
    shared = w**3
    return 3 * shared, shared**2


w.grad = None
first, second = two_losses()
(first + 0.5 * second).backward()
print(w.grad)
# > tensor(12.)

w.grad = None
first, second = two_losses()
first.backward(retain_graph=True)
(0.5 * second).backward()
print(w.grad)
# > tensor(12.)

# %% clip
a, b = (nn.Parameter(torch.tensor(0.0)) for _ in range(2))


def clipped(how, *arguments):
    a.grad, b.grad = torch.tensor(3.0), torch.tensor(4.0)
    returned = how([a, b], *arguments)
    print(returned, f"{a.grad.item():.1f} {b.grad.item():.1f}")


clipped(nn.utils.clip_grad_norm_, 1.0)
# > tensor(5.) 0.6 0.8
clipped(nn.utils.clip_grad_value_, 3.5)
# > None 3.0 3.5

# %% ignored
torch.manual_seed(0)
features = torch.randn(4, 5)
labels = torch.tensor([0, 1, 2, -100])
layer = nn.Linear(5, 3)


def gradient_by(count):
    layer.zero_grad()
    for f, t in zip(features.split(2), labels.split(2)):
        share = count(t) / count(labels)
        (share * nn.functional.cross_entropy(layer(f), t)).backward()
    return layer.weight.grad.clone()


layer.zero_grad()
nn.functional.cross_entropy(layer(features), labels).backward()
whole = layer.weight.grad.clone()
print(torch.allclose(gradient_by(len), whole))
# > False
print(torch.allclose(gradient_by(lambda t: (t != -100).sum()), whole))
# > True

# %% all_ignored
f, t = features[3:], labels[3:]
mean = nn.functional.cross_entropy(layer(f), t)
total = nn.functional.cross_entropy(layer(f), t, reduction="sum")
print(0 * mean.item(), total.item())
# > nan 0.0
print(torch.autograd.grad(mean, layer.bias)[0])
# > tensor([0., 0., 0.])

# %% step_between tags=["raises-exception"]
optimizer = torch.optim.SGD([w], lr=0.1)
first, second = two_losses()
first.backward(retain_graph=True)
optimizer.step()
second.backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor []] is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% step_fused
w = nn.Parameter(torch.tensor(1.0))
optimizer = torch.optim.SGD([w], lr=0.1, fused=True)
first, second = two_losses()
first.backward(retain_graph=True)
optimizer.step()
optimizer.zero_grad()
second.backward()
print(f"{w.grad.item():.2f}")
# > 0.06

# %% clip_inside
for inside in [True, False]:
    w = nn.Parameter(torch.zeros(2))
    for g in torch.tensor([[6.0, 0.0], [0.0, 8.0]]):
        (w * g).sum().backward()
        if inside:
            nn.utils.clip_grad_norm_([w], 5.0)
    nn.utils.clip_grad_norm_([w], 5.0)
    print([f"{entry:.2f}" for entry in w.grad])
# > ['2.65', '4.24']
# > ['3.00', '4.00']

# %% before_unscale
for unscale_first in [False, True]:
    w = nn.Parameter(torch.tensor(1.0))
    optimizer = torch.optim.SGD([w], lr=1.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    scaler.scale(w * 0.5).backward()
    if unscale_first:
        scaler.unscale_(optimizer)
    norm = nn.utils.clip_grad_norm_([w], 1.0)
    scaler.step(optimizer)
    print(norm.item(), f"{w.item():.3f}")
# > 512.0 0.999
# > 0.5 0.500

# %% infinite
a.grad, b.grad = torch.tensor(torch.inf), torch.tensor(4.0)
nn.utils.clip_grad_norm_([a, b], 1.0)
print(a.grad, b.grad)
# > tensor(nan) tensor(0.)

# %% batch_norm
def norm_gradient(norm, pieces):
    layer = nn.Sequential(norm, nn.Linear(2, 1))
    nn.init.ones_(layer[1].weight)
    for rows in pieces:
        share = len(rows) / len(table)
        (share * layer(rows) * rows[:, :1]).mean().backward()
    return layer[1].weight.grad


table = torch.stack([x, x**2], dim=1)
for norm in [nn.BatchNorm1d, nn.LayerNorm]:
    together = norm_gradient(norm(2), [table])
    apart = norm_gradient(norm(2), table.split(2))
    print(norm.__name__, torch.allclose(together, apart))
# > BatchNorm1d False
# > LayerNorm True

# %% compare
def gradients(model, pieces, total):
    model.zero_grad()
    for rows, wanted in pieces:
        loss = nn.functional.mse_loss(model(rows), wanted)
        (len(rows) / total * loss).backward()
    return [p.grad.clone() for p in model.parameters()]


torch.manual_seed(0)
net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
net.double()
X, Y = torch.randn(11, 3).double(), torch.randn(11, 1).double()
whole = gradients(net, [(X, Y)], 11)
pieces = gradients(net, zip(X.split(4), Y.split(4)), 11)
print(all(map(torch.allclose, whole, pieces)))
# > True

# %% generous
clipped(nn.utils.clip_grad_norm_, 10.0)
# > tensor(5.) 3.0 4.0

# %% weighted
w = nn.Parameter(torch.tensor(1.0))
first, second = two_losses()
(first - 2 * second).backward()
print(w.grad)
# > tensor(-3.)

# %% thirteen
sizes = [len(piece) for piece in torch.arange(13).split(3)]
print(sizes, [f"{n}/13" for n in sizes])
# > [3, 3, 3, 3, 1] ['3/13', '3/13', '3/13', '3/13', '1/13']
print(sum(n / 13 for n in sizes))
# > 1.0

# %% remainder
w = nn.Parameter(torch.tensor(0.0))
optimizer = torch.optim.SGD([w], lr=1.0)
for k in range(7):
    w.backward()
    if (k + 1) % 3 == 0:
        optimizer.step()
        optimizer.zero_grad()

# %% remainder_answer
print(w.grad)
# > tensor(1.)
optimizer.zero_grad()
for k in range(7):
    w.backward()
    if (k + 1) % 3 == 0 or k == 6:
        optimizer.step()
        optimizer.zero_grad()
print(w.grad)
# > None

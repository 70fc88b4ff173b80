# %% two_bends
import torch

x = torch.tensor([-4.0, -2.0, 0.0, 2.0, 4.0])
score = 3 - torch.relu(x) - torch.relu(-x)
print(score)
# > tensor([-1.,  1.,  3.,  1., -1.])

# %% bent tags=["hide-input"]
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(6.4, 3.2))
ax.plot(x, torch.relu(x), "C1--", label="relu(x)")
ax.plot(x, torch.relu(-x), "C2:", label="relu(-x)")
ax.plot(x, score, "C0", label="score")
ax.axhline(0, color="gray", linewidth=1)
ax.set(xlabel="$x$")
ax.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1))
fig.set_label(
    "Two bent lines and a score. relu(x) is 0 up to x = 0 and then "
    f"rises to {torch.relu(x)[-1]:g} at x = 4; relu(-x) is its mirror "
    "image. The score, 3 minus both, is a roof: "
    f"{score[0]:g} at x = -4, {score[2]:g} at 0, {score[4]:g} at 4."
)
# > Two bent lines and a score. relu(x) is 0 up to x = 0 and then rises to 4 at x = 4; relu(-x) is its mirror image. The score, 3 minus both, is a roof: -1 at x = -4, 3 at 0, -1 at 4.

# %% data
ticks = torch.arange(-4.0, 5.0)
points = torch.cartesian_prod(ticks, ticks)
good = ((points**2).sum(dim=1) <= 5).float()
for row in good.reshape(9, 9):
    print("".join("#" if label else "." for label in row))
# > .........
# > .........
# > ...###...
# > ..#####..
# > ..#####..
# > ..#####..
# > ...###...
# > .........
# > .........
print(int(good.sum()), "of", len(good))
# > 21 of 81

# %% squares tags=["remove-cell"]
print(sorted({int(square) for square in (points**2).sum(dim=1)}))
# > [0, 1, 2, 4, 5, 8, 9, 10, 13, 16, 17, 18, 20, 25, 32]

# %% line
from torch.nn.functional import binary_cross_entropy_with_logits

w = torch.zeros(2, requires_grad=True)
b = torch.zeros((), requires_grad=True)
for epoch in range(300):
    z = points @ w + b
    loss = binary_cross_entropy_with_logits(z, good)
    loss.backward()
    with torch.no_grad():
        for p in [w, b]:
            p -= p.grad
            p.grad = None
right = int(((z > 0) == (good > 0)).sum())
print(f"loss {loss.item():.4f}, right {right}")
# > loss 0.5723, right 60
print(f"b {b.item():.4f}, w near 0: {(w.abs() < 1e-4).all()}")
# > b -1.0498, w near 0: True

# %% flat tags=["remove-cell"]
z = points @ w + b
loss = binary_cross_entropy_with_logits(z, good)
print(
    max(p.abs().max().item() for p in torch.autograd.grad(loss, [w, b]))
    < 1e-4
)
# > True


# %% network
def score(points, W, b, v, c):
    hidden = torch.relu(points @ W + b)
    return hidden @ v + c


torch.manual_seed(6)
W = torch.randn(2, 8, requires_grad=True)
b = torch.zeros(8, requires_grad=True)
v = torch.randn(8, requires_grad=True)
c = torch.zeros((), requires_grad=True)
print(sum(p.numel() for p in [W, b, v, c]))
# > 33


# %% training
def measure(z):
    loss = binary_cross_entropy_with_logits(z, good)
    return loss, int(((z > 0) == (good > 0)).sum())


kept = {}
for epoch in range(2001):
    z = score(points, W, b, v, c)
    loss, right = measure(z)
    if epoch in [0, 50, 200, 1000, 2000]:
        kept[epoch] = [p.detach().clone() for p in [W, b, v, c]]
        print(f"{epoch:4}  loss {loss.item():.3f}  right {right}")
    loss.backward()
    with torch.no_grad():
        for p in [W, b, v, c]:
            p -= 0.1 * p.grad
            p.grad = None
# >    0  loss 2.270  right 50
# >   50  loss 0.360  right 67
# >  200  loss 0.224  right 74
# > 1000  loss 0.048  right 81
# > 2000  loss 0.020  right 81

# %% grid tags=["remove-cell"]
fine = torch.linspace(-4, 4, 33)
grid = torch.cartesian_prod(fine, fine)

# %% boundary tags=["hide-input"]
middle = torch.linspace(-3.95, 3.95, 80)
middle = torch.cartesian_prod(middle, middle)
fig, axes = plt.subplots(
    2, 2, figsize=(6.4, 6.8), sharex=True, sharey=True
)
told = []
for ax, epoch in zip(axes.flat, [0, 50, 200, 1000]):
    z = score(grid, *kept[epoch])
    shown, top = z.reshape(33, 33).T, z.abs().max() + 1
    ax.contourf(fine, fine, shown, [0, top], vmin=-top, vmax=top)
    ax.contour(fine, fine, shown, [0], colors="black")
    ax.plot(*points[good == 1].T, "k.", markersize=7)
    ax.plot(*points[good == 0].T, "kx", markersize=3)
    ax.set_title(f"epoch {epoch}")
    ax.set_aspect("equal")
    right = measure(score(points, *kept[epoch]))[1]
    called = score(middle, *kept[epoch]) > 0
    told.append(
        f"epoch {epoch}: {right} points on their side, "
        f"{called.float().mean().item():.0%} of the square called good"
    )
fig.set_label(
    "Four maps of the square with the 81 points, the boundary between "
    f"good and bad as a line. {'; '.join(told)}. At the last the line "
    "runs once around the good points."
)
# > Four maps of the square with the 81 points, the boundary between good and bad as a line. epoch 0: 50 points on their side, 27% of the square called good; epoch 50: 67 points on their side, 13% of the square called good; epoch 200: 74 points on their side, 20% of the square called good; epoch 1000: 81 points on their side, 31% of the square called good. At the last the line runs once around the good points.

# %% around tags=["remove-cell"]
import matplotlib.pyplot as plt

z = score(grid, *kept[1000]).reshape(33, 33)
edge = torch.cat([z[0], z[-1], z[:, 0], z[:, -1]])
print(bool((edge < 0).all()))
# > True
pieces = plt.contour(fine, fine, z.T, [0]).allsegs[0]
plt.close()
print(len(pieces), bool((pieces[0][0] == pieces[0][-1]).all()))
# > 1 True

# %% bends tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6.4, 6))
W_end, b_end, v_end, c_end = kept[1000]
ends = torch.tensor([-4.0, 4.0])
corners = torch.cartesian_prod(ends, ends)
bends = (corners @ W_end + b_end).reshape(2, 2, 8)
for unit in range(8):
    inner = bends[..., unit].T
    ax.contour(
        ends,
        ends,
        inner,
        [0],
        colors="C1",
        linestyles="dashed",
        linewidths=1,
    )
finer = torch.linspace(-4, 4, 81)
z = score(torch.cartesian_prod(finer, finer), *kept[1000])
z = z.reshape(81, 81).T
ax.contour(finer, finer, z, [0], colors="black", linewidths=2)
ax.plot(*points[good == 1].T, "k.", markersize=7)
ax.set_aspect("equal")
crossing = sum(
    bool((bends[..., unit] > 0).any() and (bends[..., unit] < 0).any())
    for unit in range(8)
)
fig.set_label(
    "The square at epoch 1000: the boundary around the good points, "
    f"and {crossing} dashed lines, one for each hidden unit that bends "
    "inside the square. The boundary is straight except where it "
    "crosses a dashed line."
)
# > The square at epoch 1000: the boundary around the good points, and 7 dashed lines, one for each hidden unit that bends inside the square. The boundary is straight except where it crosses a dashed line.

# %% score_rule tags=["hide-input"]
from gradbook import derivative, gradient

gradient(
    "1/N sum(log(1 + e^z) - y z)",
    name="L",
    shapes={"z": "N", "y": "N"},
    z_i="(sigma(z_i) - y_i)/N",
)
# > dL/dz_i = (sigma(z_i) - y_i)/N (proved for N = 3: SymPy, finite differences, autograd at 8 points)

# %% same_loss tags=["remove-cell"]
z = score(points, W, b, v, c)
by_formula = (torch.log(1 + torch.exp(z)) - good * z).mean()
print(torch.isclose(by_formula, measure(z)[0]))
# > tensor(True)

# %% relu_rule tags=["hide-input"]
derivative("relu(a)", "1 if a > 0 else 0", kink={0: 0})
# > dy/da = 1 if a > 0 else 0 (proved: SymPy, finite differences, autograd at 20 points)

# %% by_hand
inner = points @ W + b
hidden = torch.relu(inner)
z = hidden @ v + c
loss = binary_cross_entropy_with_logits(z, good)
loss.backward()
with torch.no_grad():
    dz = (torch.sigmoid(z) - good) / len(points)
    dv = hidden.T @ dz
    dhidden = torch.outer(dz, v)
    dinner = dhidden * (inner > 0)
    dW = points.T @ dinner
print(torch.allclose(dv, v.grad, atol=1e-6))
# > True
print(torch.allclose(dW, W.grad, atol=1e-6))
# > True

# %% biases tags=["remove-cell"]
print(torch.allclose(dinner.sum(dim=0), b.grad, atol=1e-6))
# > True
print(torch.allclose(dz.sum(), c.grad, atol=1e-6))
# > True

# %% no_lowest_point
with torch.no_grad():
    for factor in [1, 2, 4, 8]:
        loss, right = measure(
            score(points, W, b, factor * v, factor * c)
        )
        print(f"{factor}  loss {loss.item():.6f}  right {right}")
# > 1  loss 0.019497  right 81
# > 2  loss 0.001860  right 81
# > 4  loss 0.000027  right 81
# > 8  loss 0.000000  right 81

# %% unseen
between = torch.linspace(-3.95, 3.95, 80)
other = torch.cartesian_prod(between, between)
truth = (other**2).sum(dim=1) <= 5
with torch.no_grad():
    called = score(other, W, b, v, c) > 0
print(f"right       {(called == truth).float().mean():.3f}")
# > right       0.928
print(f"good        {truth.float().mean():.3f}")
# > good        0.245
print(f"called good {called.float().mean():.3f}")
# > called good 0.317

# %% zeros
W = torch.zeros(2, 8, requires_grad=True)
b = torch.zeros(8, requires_grad=True)
v = torch.zeros(8, requires_grad=True)
c = torch.zeros((), requires_grad=True)
loss, right = measure(score(points, W, b, v, c))
loss.backward()
print([p.grad.abs().max().item() for p in [W, b, v]])
# > [0.0, 0.0, 0.0]
print(f"{c.grad.item():.4f}")
# > 0.2407


# %% equal
def train(score, parameters, epochs=2000, rate=0.1, clear=True):
    losses = []
    for epoch in range(epochs):
        loss, right = measure(score(points, *parameters))
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for p in parameters:
                p -= rate * p.grad
                if clear:
                    p.grad = None
    print(f"loss {losses[-1]:.3f}  right {right}")
    return losses


W = torch.full((2, 8), 0.5, requires_grad=True)
b = torch.zeros(8, requires_grad=True)
v = torch.full((8,), 0.5, requires_grad=True)
c = torch.zeros((), requires_grad=True)
losses = train(score, [W, b, v, c])
# > loss 0.519  right 60
print((W == W[:, :1]).all(), (v == v[0]).all())
# > tensor(True) tensor(True)


# %% dead
def start():
    torch.manual_seed(6)
    W = torch.randn(2, 8, requires_grad=True)
    b = torch.zeros(8, requires_grad=True)
    v = torch.randn(8, requires_grad=True)
    c = torch.zeros((), requires_grad=True)
    return [W, b, v, c]


W, b, v, c = start()
with torch.no_grad():
    b[0] = -40
measure(score(points, W, b, v, c))[0].backward()
print(W.grad[:, 0], b.grad[0], v.grad[0])
# > tensor([0., 0.]) tensor(0.) tensor(0.)

# %% never_on tags=["remove-cell"]
print(bool((points @ W[:, 0] + b[0] < 0).all()))
# > True

# %% dead_after
for p in [W, b, v, c]:
    p.grad = None
losses = train(score, [W, b, v, c])
# > loss 0.026  right 81
moved = W[:, 0] - start()[0][:, 0]
print(moved.tolist(), b[0].item())
# > [0.0, 0.0] -40.0

# %% too_fast
W, b, v, c = start()
losses = train(score, [W, b, v, c], epochs=200, rate=10)
# > loss 0.427  right 60
print((points @ W + b > 0).sum(dim=0))
# > tensor([16,  0,  0,  2,  0,  0,  0, 14])

# %% not_cleared
for clear in [True, False]:
    losses = train(score, start(), epochs=200, clear=clear)
    steps = zip(losses, losses[1:])
    print(clear, "rises", sum(after > now for now, after in steps))
# > loss 0.225  right 74
# > True rises 0
# > loss 0.001  right 81
# > False rises 82

# %% one_mistake
good[40] = 0
losses = train(score, start())
# > loss 0.141  right 80
print(f"{max(losses[1000:]):.3f}")
# > 0.155
losses = train(score, start(), clear=False)  # may vary
print(f"{max(losses[1000:]):.3f}")  # may vary
good[40] = 1


# %% no_bend
def without_bend(points, W, b, v, c):
    return (points @ W + b) @ v + c


W, b, v, c = start()
one_layer = points @ (W @ v) + (b @ v + c)
two_layers = without_bend(points, W, b, v, c)
print(torch.allclose(two_layers, one_layer, atol=1e-5))
# > True
losses = train(without_bend, [W, b, v, c])
# > loss 0.572  right 60

# %% count
W, b = torch.zeros(3, 5), torch.zeros(5)
v, c = torch.zeros(5), torch.zeros(())
print(sum(p.numel() for p in [W, b, v, c]))
# > 26


# %% sigmoid_zeros
def with_sigmoid(points, W, b, v, c):
    return torch.sigmoid(points @ W + b) @ v + c


shapes = [(2, 8), (8,), (8,), ()]
zeros = [torch.zeros(s, requires_grad=True) for s in shapes]
measure(with_sigmoid(points, *zeros))[0].backward()
print([bool((p.grad == 0).all()) for p in zeros])
# > [True, True, False, False]

# %% sigmoid_rates
for rate in [0.1, 1.0]:
    losses = train(with_sigmoid, start(), 1000, rate=rate)
# > loss 0.349  right 71
# > loss 0.043  right 81

# %% modules
from torch import nn

model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
W, b, v, c = start()
with torch.no_grad():
    model[0].weight.copy_(W.T)
    model[0].bias.copy_(b)
    model[2].weight.copy_(v.reshape(1, 8))
    model[2].bias.copy_(c.reshape(1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(2000):
    loss, right = measure(model(points).squeeze(1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"loss {loss.item():.3f}  right {right}")
# > loss 0.020  right 81

# %% two_scores
z = score(points, *kept[2000])
both = torch.stack([torch.zeros_like(z), z], dim=1)
print(measure(z)[0])
# > tensor(0.0195)
print(nn.functional.cross_entropy(both, good.long()))
# > tensor(0.0195)

# %% descent
import torch

w = torch.tensor(0.0, requires_grad=True)
for step in range(4):
    loss = (w - 3) ** 2
    loss.backward()
    with torch.no_grad():
        w -= 0.25 * w.grad
    w.grad = None
    print(w.item())
# > 1.5
# > 2.25
# > 2.625
# > 2.8125

# %% four_steps tags=["hide-input"]
import matplotlib.pyplot as plt

around = torch.linspace(-0.4, 5, 200)
visited = torch.tensor([3 - 3 * 0.5**k for k in range(5)])
fig, ax = plt.subplots(figsize=(6.4, 4))
ax.plot(around, (around - 3) ** 2)
ax.plot(visited, (visited - 3) ** 2, "C1o--")
for k in range(4):
    ax.annotate(
        str(k),
        (visited[k], (visited[k] - 3) ** 2),
        xytext=(8, 6),
        textcoords="offset points",
    )
ax.set(xlabel="$w$", ylabel="loss")
fig.set_label(
    "The loss (w - 3)^2, a parabola with its lowest point at w = 3. "
    "The start and the points after each step, numbered, are at w = "
    f"{', '.join(f'{v:g}' for v in visited)}: each step is half as "
    "long as the one before and ends lower."
)
# > The loss (w - 3)^2, a parabola with its lowest point at w = 3. The start and the points after each step, numbered, are at w = 0, 1.5, 2.25, 2.625, 2.8125: each step is half as long as the one before and ends lower.

# %% a_graph_for_each_turn tags=["remove-cell"]
made = []
for step in range(2):
    loss = (w - 3) ** 2
    made.append(loss.grad_fn)
    loss.backward()
    w.grad = None
print(made[0] is made[1])
# > False

# %% data
torch.manual_seed(71)
x = torch.linspace(1, 50, 50).reshape(-1, 1)
noise = torch.randint(-8, 9, (50, 1), dtype=torch.float)
y = 2 * x + 1 + noise
print(y[:5].flatten())
# > tensor([ 5., 12.,  9., 15., 13.])

# %% gradient_at_zero
w = torch.tensor(0.0, requires_grad=True)
b = torch.tensor(0.0, requires_grad=True)
loss = ((w * x + b - y) ** 2).mean()
loss.backward()
print(f"{w.grad.item():.2f} {b.grad.item():.2f}")
# > -3460.04 -104.00

# %% slopes_of_the_loss tags=["hide-input"]
from gradbook import gradient, identity

gradient(
    "1/N sum((w x + b - y)^2)",
    name="L",
    shapes={"x": "N", "y": "N"},
    w="2/N sum(x (w x + b - y))",
    b="2/N sum(w x + b - y)",
)
# > dL/dw = 2/N sum(x (w x + b - y)), dL/db = 2/N sum(w x + b - y) (proved for N = 3: SymPy, finite differences, autograd at 8 points)

# %% gradient_by_hand
error = 0 * x + 0 - y
by_hand = 2 * (x * error).mean(), 2 * error.mean()
print(f"{by_hand[0].item():.2f} {by_hand[1].item():.2f}")
# > -3460.04 -104.00

# %% start
torch.manual_seed(59)
model = torch.nn.Linear(1, 1)
print(model.weight.item(), model.bias.item())
# > 0.10597813129425049 0.9637961387634277

# %% loop
w = torch.tensor(model.weight.item(), requires_grad=True)
b = torch.tensor(model.bias.item(), requires_grad=True)
losses, path = [], []
for epoch in range(50):
    loss = ((w * x + b - y) ** 2).mean()
    loss.backward()
    losses.append(loss.item())
    path.append((w.item(), b.item()))
    with torch.no_grad():
        w -= 0.001 * w.grad
        b -= 0.001 * b.grad
    w.grad = None
    b.grad = None
print(f"loss {losses[0]:.1f}, then {losses[-1]:.2f}")
# > loss 3057.2, then 21.06
print(f"w {w.item():.4f}, b {b.item():.4f}")
# > w 1.9838, b 1.0558

# %% optimizer
optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
for epoch in range(50):
    loss = torch.nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"loss {loss.item():.2f}")
# > loss 21.06
print(f"w {model.weight.item():.4f}, b {model.bias.item():.4f}")
# > w 1.9838, b 1.0558

# %% last_losses
for loss_then in losses[-3:]:
    print(f"{loss_then:.4f}")
# > 21.0595
# > 21.0590
# > 21.0585

# %% last_gradient
loss = ((w * x + b - y) ** 2).mean()
loss.backward()
print(f"{w.grad.item():.2f} {b.grad.item():.2f}")
# > 0.02 -0.71

# %% least_squares
columns = torch.cat([x, torch.ones_like(x)], dim=1)
best = torch.linalg.lstsq(columns.double(), y.double()).solution
best = best.float()
print(best.flatten())
# > tensor([1.9401, 2.5282])

# %% two_lines tags=["hide-input"]
with torch.no_grad():
    learned, fitted = w * x + b, columns @ best
gap = (fitted - learned).abs()
fig, ax = plt.subplots()
ax.plot(x, y, "k.", label="the fifty points")
ax.plot(x, learned, "C0", label="after 50 epochs")
ax.plot(x, fitted, "C1--", label="least squares")
ax.set(xlabel="$x$", ylabel="$y$")
ax.legend()
fig.set_label(
    "The fifty points and two lines through them, which are hard to "
    f"tell apart. At x = 1 they are {gap[0].item():.1f} apart, at "
    f"x = 50 {gap[-1].item():.1f}; the points lie up to "
    f"{(y - fitted).abs().max().item():.1f} from the line."
)
# > The fifty points and two lines through them, which are hard to tell apart. At x = 1 they are 1.4 apart, at x = 50 0.7; the points lie up to 8.9 from the line.

# %% parabola tags=["hide-input"]
gradient("lambda/2 (w - a)^2", name="L", w="lambda (w - a)")
# > dL/dw = lambda (w - a) (proved: SymPy, ...)

# %% one_factor tags=["hide-input"]
identity("w - eta lambda (w - a) - a = (1 - eta lambda)(w - a)")
# > w - eta lambda (w - a) - a = (1 - eta lambda)(w - a) (proved: SymPy, ...)

# %% rates
print("rate  factor  distance")
# > rate  factor  distance
for rate in [0.25, 0.5, 0.75, 1.0, 1.25]:
    distance = 3.0
    for step in range(3):
        distance *= 1 - rate * 2
    print(f"{rate:<4}  {1 - rate * 2:4.1f}    {distance:7.3f}")
# > 0.25   0.5      0.375
# > 0.5    0.0      0.000
# > 0.75  -0.5     -0.375
# > 1.0   -1.0     -3.000
# > 1.25  -1.5    -10.125

# %% rates_confirmed tags=["remove-cell"]
for rate in [0.25, 0.5, 0.75, 1.0, 1.25]:
    w_try = torch.tensor(0.0, requires_grad=True)
    for step in range(3):
        ((w_try - 3) ** 2).backward()
        with torch.no_grad():
            w_try -= rate * w_try.grad
        w_try.grad = None
    print(rate, 3 - w_try.item())
# > 0.25 0.375
# > 0.5 0.0
# > 0.75 -0.375
# > 1.0 -3.0
# > 1.25 -10.125

# %% first_weights
print([round(w_then, 2) for w_then, b_then in path[:5]])
# > [0.11, 3.33, 1.01, 2.68, 1.48]

# %% curvature
def loss_at(point):
    return ((point[0] * x + point[1] - y) ** 2).mean()


hessian = torch.autograd.functional.hessian
curvature = hessian(loss_at, best.flatten())
print(curvature)
# > tensor([[1717.,   51.],
# >         [  51.,    2.]])
small, large = torch.linalg.eigvalsh(curvature.double()).tolist()
print(f"{small:.3f} {large:.1f}")
# > 0.485 1718.5

# %% factors
print(f"{1 - 0.001 * large:.4f} {1 - 0.001 * small:.4f}")
# > -0.7185 0.9995

# %% epochs tags=["hide-input"]
ws, bs = zip(*path)
fig, (top, bottom) = plt.subplots(2, figsize=(6.4, 6), sharex=True)
top.plot(ws[:16], "C0.-")
top.axhline(best[0].item(), color="gray", linewidth=1)
top.set_title("$w$")
bottom.plot(bs[:16], "C0.-")
bottom.axhline(best[1].item(), color="gray", linewidth=1)
bottom.set_title("$b$")
bottom.set_xlabel("epoch")
above = [value > best[0].item() for value in ws[:10]]
jumps = all(one != other for one, other in zip(above, above[1:]))
fig.set_label(
    "w and b over the first 15 epochs, with lines at their best "
    f"values, {best[0].item():.2f} and {best[1].item():.2f}. w "
    f"{'changes' if jumps else 'does not change'} sides with each of "
    "the first epochs and comes closer to its line. b hardly moves: "
    "from "
    f"{bs[0]:.2f} to {bs[15]:.2f}, far below its line."
)
# > w and b over the first 15 epochs, with lines at their best values, 1.94 and 2.53. w changes sides with each of the first epochs and comes closer to its line. b hardly moves: from 0.96 to 1.03, far below its line.

# %% valley tags=["hide-input"]
from gradbook import slider

across = torch.linspace(-0.2, 3.9, 200)
along = torch.linspace(0.7, 2.8, 100)
grid_b, grid_w = torch.meshgrid(along, across, indexing="ij")
grid = (grid_w * x[..., None] + grid_b - y[..., None]) ** 2
fig, ax = plt.subplots()
heights = [21, 30, 100, 400, 1000, 2500]
lines = ax.contour(
    across, along, grid.mean(0), heights, colors="gray"
)
ax.clabel(lines, levels=[100, 1000, 2500], fontsize=12)
whole = [*path, (w.item(), b.item())]
(way,) = ax.plot(*zip(*whole), "C0.-", linewidth=1)
moves = {way: "w, b"}
for place, style, words in [
    (path[0], "C0o", "start"),
    (whole[-1], "C0s", "50 epochs"),
    (best.flatten().tolist(), "C1*", "lowest point"),
]:
    (mark,) = ax.plot(*place, style, markersize=9)
    note = ax.annotate(
        words,
        place,
        xytext=(8, -18),
        textcoords="offset points",
        bbox={"color": "white", "pad": 1},
    )
    if words == "50 epochs":
        moves[mark] = "last(w), last(b)"
        moves[note] = ("last(w), last(b)", words)
ax.set(xlabel="$w$", ylabel="$b$")
fig.set_label(
    "Contour lines of the loss over w and b: a narrow, almost upright "
    f"valley. The path starts at w = {path[0][0]:.2f}, b = "
    f"{path[0][1]:.2f}, jumps from wall to wall, and after 50 epochs "
    f"stands at w = {w.item():.2f}, b = {b.item():.2f}. The lowest "
    f"point is far up the valley, at w = {best[0].item():.2f}, b = "
    f"{best[1].item():.2f}."
)
means = [x * x, x, x * y, y, y * y]
xx, x1, xy, y1, yy = [part.double().mean().item() for part in means]
surface = f"{xx}*w*w + {2 * x1}*w*b + b*b + {yy}"
surface += f" - {2 * xy}*w - {2 * y1}*b"
slider(
    moves,
    "At the rate {rate:.5f} the loss after 50 epochs is "
    "{last(seen):.2f}.",
    rate=(0.0001, 0.0013, 0.001, 0.00002),
    w=path[0][0],
    b=path[0][1],
    loss=surface,
    way="descend(loss, rate, 50)",
    seen=surface,
)
# > Contour lines of the loss over w and b: a narrow, almost upright valley. The path starts at w = 0.11, b = 0.96, jumps from wall to wall, and after 50 epochs stands at w = 1.98, b = 1.06. The lowest point is far up the valley, at w = 1.94, b = 2.53.

# %% three_scales
def curvatures(x):
    def loss(point):
        return ((point[0] * x + point[1] - y) ** 2).mean()

    H = torch.autograd.functional.hessian(loss, torch.zeros(2))
    return torch.linalg.eigvalsh(H.double()).tolist()


centered = x - x.mean()
scaled = centered / x.std()
print("inputs      smallest  largest")
# > inputs      smallest  largest
ways = {"x": x, "centered": centered, "and scaled": scaled}
for way, inputs in ways.items():
    least, most = curvatures(inputs)
    print(f"{way:10}  {least:8.2f}  {most:7.2f}")
# > x               0.48  1718.52
# > centered        2.00   416.50
# > and scaled      1.96     2.00

# %% without_a_label
for labels in [y, y + 1000]:
    w.grad = b.grad = None
    (w * x + b - labels).sum().backward()
    print(w.grad, b.grad)
# > tensor(1275.) tensor(50.)
# > tensor(1275.) tensor(50.)

# %% not_cleared
w = torch.tensor(0.0, requires_grad=True)
for step in range(4):
    loss = (w - 3) ** 2
    loss.backward()
    with torch.no_grad():
        w -= 0.25 * w.grad
    print(w.item())
# > 1.5
# > 3.75
# > 5.625
# > 6.1875

# %% recorded_step tags=["raises-exception"]
w = torch.tensor(0.0, requires_grad=True)
loss = (w - 3) ** 2
loss.backward()
w -= 0.25 * w.grad
# > RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

# %% unrecorded_step
with torch.no_grad():
    w -= 0.25 * w.grad
print(w)
# > tensor(1.5000, requires_grad=True)

# %% fit
def fit(w, b, x, learning_rate):
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor(b, requires_grad=True)
    for epoch in range(50):
        loss = ((w * x + b - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            w -= learning_rate * w.grad
            b -= learning_rate * b.grad
        w.grad = b.grad = None
    return w.item(), b.item(), loss.item()


w_end, b_end, loss_end = fit(0.106, 10.0, x, 0.001)
print(f"b {b_end:.4f}")
# > b 9.8678

# %% largest_rate
print(f"{2 / large:.5f}")
# > 0.00116
for rate in [0.001, 0.0012]:
    print(rate, f"{fit(0.106, 0.964, x, rate)[2]:.3g}")
# > 0.001 21.1
# > 0.0012 1.13e+06

# %% slow
print(f"{large / small:.0f}")
# > 3545
print(f"{(1 - 0.001 * small) ** 50:.3f}")
# > 0.976

# %% same_scale
w_end, b_end, loss_end = fit(0.106, 0.964, scaled, 0.4)
slope = w_end / x.std()
intercept = b_end - slope * x.mean()
print(f"{slope:.4f} {intercept:.4f}")
# > 1.9401 2.5282

# %% learn_the_coin
flips = torch.tensor([1.0] * 7 + [0.0] * 3)
z = torch.tensor(0.0, requires_grad=True)
for turn in range(100):
    scores = z * torch.ones(10)
    bce = torch.nn.functional.binary_cross_entropy_with_logits
    loss = bce(scores, flips)
    loss.backward()
    with torch.no_grad():
        z -= z.grad
    z.grad = None
print(torch.sigmoid(z))
# > tensor(0.7000, grad_fn=<SigmoidBackward0>)

# %% four_lines tags=["hide-input"]
from itertools import permutations

loop = [
    "w.grad.zero_()",
    "loss.backward()",
    "with torch.no_grad(): w -= 0.25 * w.grad",
    "loss = (w - 3) ** 2",
]


def way(loop):
    names = {"torch": torch}
    names["w"] = torch.tensor(0.0, requires_grad=True)
    visited = []
    for step in range(4):
        for line in loop:
            try:
                exec(line, names)
            except (AttributeError, NameError, TypeError):
                return None
        visited.append(names["w"].item())
    return visited


for order in permutations(loop):
    if way(order) == [1.5, 2.25, 2.625, 2.8125]:
        print(*order, sep="\n")
# > loss = (w - 3) ** 2
# > loss.backward()
# > with torch.no_grad(): w -= 0.25 * w.grad
# > w.grad.zero_()

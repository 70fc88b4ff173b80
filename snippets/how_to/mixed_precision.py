# %% recipe
import torch

x = torch.linspace(-1, 1, 32).reshape(-1, 1)
target = 3 * x + 1
torch.manual_seed(0)
model = torch.nn.Linear(1, 1)  # float32, and it stays so
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
scaler = torch.amp.GradScaler("cpu")
for _ in range(200):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        loss = torch.nn.functional.mse_loss(model(x), target)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)  # only if you clip or log gradients
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    scaler.step(optimizer)
    scaler.update()
print(f"{model.weight.item():.2f} {model.bias.item():.2f}")
# > 3.00 1.00


# %% underflow
def gradient(dtype, scale=1.0):
    w = torch.ones(1, 1, requires_grad=True)
    x = torch.full((1, 1), 1e-4)
    with torch.autocast("cpu", dtype=dtype):
        y = torch.nn.functional.linear(x, w)
    loss = 1e-4 * y.float().sum()
    (scale * loss).backward()
    return w.grad.item() / scale


print(gradient(torch.float16))
# > 0.0
print(f"{gradient(torch.float16, scale=65536.0):.1e}")
# > 1.0e-08

# %% scaled tags=["hide-input"]
from gradbook import gradient as claim

claim("s (w x - t)^2", w="2 s x (w x - t)")
# > dy/dw = 2 s x (w x - t) (proved: SymPy, finite differences, autograd at 8 points)

# %% line tags=["hide-input"]
import matplotlib.pyplot as plt


def limits(dtype):
    zero, one = (
        torch.zeros((), dtype=dtype),
        torch.ones((), dtype=dtype),
    )
    return torch.nextafter(zero, one).item(), torch.finfo(dtype).max


fig, ax = plt.subplots(figsize=(6.4, 2.6))
for row, dtype in enumerate((torch.float16, torch.bfloat16)):
    ax.plot(
        limits(dtype), [row, row], "C0|-", linewidth=4, markersize=14
    )
scaled = 65536 * 1e-8
ax.plot(1e-8, 0, "C1X", markersize=10, label="1e-8")
ax.plot(scaled, 0, "C2o", markersize=9, label="65536 · 1e-8")
ax.set(xscale="log", ylim=(-0.6, 1.6), xlabel="absolute value")
ax.set_yticks([0, 1], ["float16", "bfloat16"])
ax.set_xticks([1e-40, 1e-20, 1, 1e20])
ax.legend(loc="upper left", ncols=2)
ax.set_ylim(-0.6, 2.4)
low, high = limits(torch.float16)
wide = limits(torch.bfloat16)
fig.set_label(
    f"float16 reaches from {low:.0e} to {high:g}, bfloat16 from "
    f"{wide[0]:.0e} to {wide[1]:.0e}. "
    f"1e-8 lies left of float16, 65536 times that lies inside."
)
# > float16 reaches from 6e-08 to 65504, bfloat16 from 9e-41 to 3e+38. 1e-8 lies left of float16, 65536 times that lies inside.

# %% bfloat
print(f"{gradient(torch.bfloat16):.1e}")
# > 1.0e-08

# %% converted
layer, batch = torch.nn.Linear(2, 2), torch.ones(2, 2)
labels = torch.tensor([0, 1])
with torch.autocast("cpu", dtype=torch.float16):
    y = layer(batch)
    found = {
        "layer": y,
        "softmax": y.softmax(1),
        "y + batch": y + batch,
        "mse": torch.nn.functional.mse_loss(y, batch),
        "ce": torch.nn.functional.cross_entropy(y, labels),
        "weight": layer.weight,
    }
kinds = {name: str(t.dtype)[6:] for name, t in found.items()}
print(kinds)
# > {'layer': 'float16', 'softmax': 'float16', 'y + batch': 'float32', 'mse': 'float32', 'ce': 'float32', 'weight': 'float32'}

# %% cycle
w = torch.nn.Parameter(torch.tensor(1.0))
optimizer = torch.optim.SGD([w], lr=0.1)
scaler = torch.amp.GradScaler("cpu")
print(scaler.get_scale())
# > 65536.0
scaler.scale(2 * w).backward()
print(w.grad)
# > tensor(131072.)
scaler.unscale_(optimizer)
print(w.grad)
# > tensor(2.)
scaler.step(optimizer)
scaler.update()
print(f"{w.item():.1f} {scaler.get_scale()}")
# > 0.8 65536.0

# %% infinite
optimizer.zero_grad()
scaler.scale(w * float("inf")).backward()
scaler.step(optimizer)
scaler.update()
print(f"{w.item():.1f} {scaler.get_scale()}")
# > 0.8 32768.0

# %% growth
scaler = torch.amp.GradScaler("cpu", growth_interval=2)
for _ in range(4):
    optimizer.zero_grad()
    scaler.scale(2 * w).backward()
    scaler.step(optimizer)
    scaler.update()
    print(scaler.get_scale())
# > 65536.0
# > 131072.0
# > 131072.0
# > 262144.0
print(torch.amp.GradScaler("cpu").get_growth_interval())
# > 2000

# %% first_steps
w = torch.nn.Parameter(torch.ones(1, 1))
optimizer = torch.optim.SGD([w], lr=0.1)
scaler = torch.amp.GradScaler("cpu")
x = torch.full((1, 1), 2.0)
for _ in range(3):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):
        y = torch.nn.functional.linear(x, w)
    scaler.scale(y.sum()).backward()
    scaler.step(optimizer)
    scaler.update()
    print(f"{w.item():.1f} {scaler.get_scale()}")
# > 1.0 32768.0
# > 1.0 16384.0
# > 0.8 16384.0

# %% half tags=["raises-exception"]
small = torch.nn.Linear(1, 1).half()
optimizer = torch.optim.SGD(small.parameters(), lr=0.001)
scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
scaler.scale(small(torch.ones(1, 1).half()).sum()).backward()
scaler.step(optimizer)
# > ValueError: Attempting to unscale FP16 gradients.


# %% lost_steps
def hundred_steps(dtype):
    w = torch.nn.Parameter(torch.tensor(1.0, dtype=dtype))
    optimizer = torch.optim.SGD([w], lr=0.001)
    for _ in range(100):
        optimizer.zero_grad()
        (0.1 * w).backward()
        optimizer.step()
    return w.item()


for dtype in (torch.float32, torch.float16, torch.bfloat16):
    print(dtype, f"{hundred_steps(dtype):.2f}")
# > torch.float32 0.99
# > torch.float16 1.00
# > torch.bfloat16 1.00

# %% adam
w = torch.nn.Parameter(torch.tensor(1.0).half())
optimizer = torch.optim.Adam([w], lr=0.001)
(0 * w).backward()
optimizer.step()
print(w.item())
# > nan


# %% clipped
def clipped(unscale):
    w = torch.nn.Parameter(torch.tensor(1.0))
    optimizer = torch.optim.SGD([w], lr=0.1)
    scaler = torch.amp.GradScaler("cpu")
    scaler.scale(2 * w).backward()
    if unscale:
        scaler.unscale_(optimizer)
    torch.nn.utils.clip_grad_norm_([w], 1.0)
    scaler.step(optimizer)
    return w.item()


print(f"{clipped(unscale=False):.4f} {clipped(unscale=True):.4f}")
# > 1.0000 0.9000

# %% loss_in_16
y = torch.tensor([300.0]).half()
print((y**2).mean(), (y.float() ** 2).mean())
# > tensor(inf, dtype=torch.float16) tensor(90000.)

# %% sinking
w = torch.nn.Parameter(torch.tensor(0.0))
optimizer = torch.optim.SGD([w], lr=0.1)
scaler = torch.amp.GradScaler("cpu")
for _ in range(20):
    optimizer.zero_grad()
    scaler.scale(w.sqrt()).backward()
    scaler.step(optimizer)
    scaler.update()
print(w.item(), scaler.get_scale())
# > 0.0 0.0625


# %% compared
def gradients(scale, dtype):
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Linear(4, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1)
    )
    x = torch.randn(64, 4)
    with torch.autocast("cpu", dtype=dtype, enabled=dtype is not None):
        y = net(x)
    loss = (y.float() ** 2).mean() / 1e6
    (scale * loss).backward()
    return torch.cat(
        [p.grad.flatten() / scale for p in net.parameters()]
    )


exact = gradients(1.0, None)
for dtype, scale in (
    (torch.float16, 1.0),
    (torch.float16, 65536.0),
    (torch.bfloat16, 1.0),
):
    found = gradients(scale, dtype)
    close = (found - exact).norm() < 0.02 * exact.norm()
    print(dtype, scale, (found == 0).sum().item(), close.item())
# > torch.float16 1.0 97 False
# > torch.float16 65536.0 0 True
# > torch.bfloat16 1.0 0 True

# %% predict_scale
w = torch.nn.Parameter(torch.tensor(1.0))
optimizer = torch.optim.SGD([w], lr=0.1)
scaler = torch.amp.GradScaler("cpu")
for factor in (2.0, float("inf"), 2.0):
    optimizer.zero_grad()
    scaler.scale(factor * w).backward()
    scaler.step(optimizer)
    scaler.update()
print(f"{w.item():.1f} {scaler.get_scale():.0f}")
# > 0.6 32768

# %% neighbors tags=["remove-cell"]
one, two = torch.tensor([1.0, 2.0]).bfloat16()
assert torch.nextafter(one, two) - one == 1 / 128
assert two - torch.nextafter(two, one) == 1 / 128

# %% predict_bfloat
w = torch.tensor(1.0).bfloat16()
for _ in range(1000):
    w += 0.001
print(w.item())
# > 1.0

# %% tiny
g = torch.tensor(1e-30)
print(g.half().item(), g.bfloat16().item() > 0)
# > 0.0 True

# %% two_batches
w = torch.nn.Parameter(torch.tensor(1.0))
optimizer = torch.optim.SGD([w], lr=0.1)
scaler = torch.amp.GradScaler("cpu")
for slope in (1.0, 3.0):
    scaler.scale(slope * w).backward()
scaler.step(optimizer)
scaler.update()
print(f"{w.item():.1f}")
# > 0.6

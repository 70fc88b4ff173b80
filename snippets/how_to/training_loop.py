# %% recipe
import torch
from torch import nn


class Momentum(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if "velocity" not in state:
                    state["velocity"] = torch.zeros_like(p)
                v = state["velocity"]
                v.mul_(group["momentum"]).add_(p.grad)
                p.add_(v, alpha=-group["lr"])


torch.manual_seed(0)
x = torch.linspace(-1, 1, 32).unsqueeze(1)
target = 2 * x + 1
model = nn.Linear(1, 1)
optimizer = Momentum(model.parameters(), lr=0.05)

for step in range(200):
    loss = nn.functional.mse_loss(model(x), target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

print(f"{model.weight.item():.3f} {model.bias.item():.3f}")
# > 2.000 1.000

# %% by_hand
lr, mu = 0.1, 0.9


def sgd(g, s):
    return lr * g


def momentum(g, s):
    s["v"] = mu * s.get("v", 0) + g
    return lr * s["v"]


def nesterov(g, s):
    s["v"] = mu * s.get("v", 0) + g
    return lr * (g + mu * s["v"])


def adagrad(g, s):
    s["s"] = s.get("s", 0) + g**2
    return lr * g / (s["s"] ** 0.5 + 1e-10)


def rmsprop(g, s):
    s["s"] = 0.99 * s.get("s", 0) + 0.01 * g**2
    return lr * g / (s["s"] ** 0.5 + 1e-8)


def adam(g, s):
    s["t"] = s.get("t", 0) + 1
    s["m"] = 0.9 * s.get("m", 0) + 0.1 * g
    s["s"] = 0.999 * s.get("s", 0) + 0.001 * g**2
    m = s["m"] / (1 - 0.9 ** s["t"])
    root = (s["s"] / (1 - 0.999 ** s["t"])) ** 0.5
    return lr * m / (root + 1e-8)

# %% slope tags=["hide-input"]
from gradbook import derivative

derivative("w^2", "2w")
# > dy/dw = 2w (proved: SymPy, finite differences, autograd at 16 points)

# %% race
def by_hand(rule, steps=3):
    w, memory, path = 5.0, {}, []
    for _ in range(steps):
        w -= rule(2 * w, memory)
        path.append(w)
    return path


def by_torch(make, steps=3, scale=1, **options):
    w = nn.Parameter(torch.tensor(5.0))
    optimizer = make([w], lr=0.1, **options)
    path = []
    for _ in range(steps):
        optimizer.zero_grad()
        (scale * w**2).backward()
        optimizer.step()
        path.append(w.item())
    return path


SGD, optim = torch.optim.SGD, torch.optim
pairs = {
    "SGD": (sgd, SGD, {}),
    "momentum": (momentum, SGD, {"momentum": 0.9}),
    "Nesterov": (nesterov, SGD, {"momentum": 0.9, "nesterov": True}),
    "Adagrad": (adagrad, optim.Adagrad, {}),
    "RMSprop": (rmsprop, optim.RMSprop, {}),
    "Adam": (adam, optim.Adam, {}),
}
traces = {}
for name, (rule, make, options) in pairs.items():
    ours = [f"{w:.6g}" for w in by_hand(rule)]
    theirs = [f"{w:.6g}" for w in by_torch(make, **options)]
    traces[name] = theirs
    print(f"{name:8}", *(f"{w:8}" for w in theirs), ours == theirs)
# > SGD      4        3.2      2.56     True
# > momentum 4        2.3      0.31     True
# > Nesterov 3.1      1.112    -0.54176 True
# > Adagrad  4.9      4.83001  4.77322  True
# > RMSprop  4        3.37339  2.90433  True
# > Adam     4.9      4.80006  4.70021  True

# %% first_step tags=["hide-input"]
from gradbook import identity

identity("eta g / sqrt(g^2) = eta sign(g)", domain="g != 0")
# > eta g / sqrt(g^2) = eta sign(g) (proved: SymPy, numbers at 23 points)

# %% scaled
print(by_torch(SGD, scale=1000)[0])
# > -995.0
print([f"{w:.6g}" for w in by_torch(optim.Adam, scale=1000)])
# > ['4.9', '4.80006', '4.70021']

# %% picture tags=["hide-input"]
import matplotlib.pyplot as plt

shown = ["SGD", "momentum", "Adam", "Adagrad"]
paths = {
    name: [5.0, *by_torch(pairs[name][1], 30, **pairs[name][2])]
    for name in shown
}
fig, ax = plt.subplots(figsize=(5.5, 3.4))
ax.axhline(0, color="gray", linewidth=0.8)
for name, style in zip(shown, ["-", "--", "-.", ":"]):
    ax.plot(paths[name], style, label=name)
ax.set(xlabel="step", ylabel="$w$", ylim=(-5, 8))
ax.legend(loc="upper right", ncols=2)
ends = ", ".join(f"{name} at {paths[name][-1]:.2f}" for name in shown)
fig.set_label(
    "Thirty steps on the square of w, from w = 5. They end with "
    f"{ends}. Momentum swings down to {min(paths['momentum']):.1f}."
)
# > Thirty steps on the square of w, from w = 5. They end with SGD at 0.01, momentum at 0.22, Adam at 2.20, Adagrad at 4.08. Momentum swings down to -3.5.

# %% new_tensor
w = torch.tensor(5.0, requires_grad=True)
for _ in range(2):
    (w**2).backward()
    grad = w.grad
    print(grad)
    if grad is not None:
        w = w - 0.1 * grad
# > tensor(10.)
# > UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information.
# > None

# %% in_place tags=["raises-exception"]
w = torch.tensor(5.0, requires_grad=True)
(w**2).backward()
w -= 0.1 * w.grad
# > RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.

# %% under_no_grad
with torch.no_grad():
    lost = w - 0.1 * w.grad
    w -= 0.1 * w.grad
print(lost.requires_grad, w.requires_grad, w.item())
# > False True 4.0

# %% replaced
layer = nn.Linear(1, 1)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
layer.weight = nn.Parameter(torch.tensor([[5.0]]))
(layer.weight**2).sum().backward()
optimizer.step()
print(layer.weight.item())
# > 5.0

# %% tiny
for scale in [1, 1e-9, 1e-12, 1e30]:
    print(f"{by_torch(optim.Adam, 1, scale)[0]:.4f}")
# > 4.9000
# > 4.9500
# > 4.9999
# > 5.0000

# %% check
def one_step_report(model, optimizer, loss):
    named = dict(model.named_parameters())
    before = {name: p.detach().clone() for name, p in named.items()}
    model.zero_grad()
    loss.backward()
    optimizer.step()
    for name, p in named.items():
        arrived = p.grad is not None
        print(name, arrived, not torch.equal(p, before[name]))


model = nn.Sequential(nn.Linear(1, 2), nn.Linear(2, 1))
model[0].bias.requires_grad_(False)
optimizer = torch.optim.SGD(model[1].parameters(), lr=0.1)
loss = nn.functional.mse_loss(model(x), target)
one_step_report(model, optimizer, loss)
# > 0.weight True False
# > 0.bias False False
# > 1.weight True True
# > 1.bias True True

# %% fourth
print(f"{by_torch(SGD, 4)[-1]:.3f}")
# > 2.048

# %% small_loss
print(f"{by_torch(optim.Adam, 1, scale=0.001)[0]:.4f}")
# > 4.9000

# %% adamw
print(f"{by_torch(optim.AdamW, 1)[0]:.3f}")
# > 4.895

# %% adam_decay
print(f"{by_torch(optim.Adam, 1, weight_decay=0.01)[0]:.3f}")
# > 4.900

# %% sign_descent
class Sign(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.add_(p.grad.sign(), alpha=-group["lr"])


print([f"{w:.1f}" for w in by_torch(Sign)])
# > ['4.9', '4.8', '4.7']

# %% recipe
import torch
from torch import nn

torch.manual_seed(0)
layers = []
for _ in range(10):
    layers += [nn.Linear(32, 32), nn.Sigmoid()]
model = nn.Sequential(*layers, nn.Linear(32, 1))
x, target = torch.randn(64, 32), torch.randn(64, 1)

loss = nn.functional.mse_loss(model(x), target)
loss.backward()
for name, p in model.named_parameters():
    if p.grad is None:
        print(f"{name:10} no gradient")
    elif p.dim() > 1:
        size = p.grad.norm()
        part = size / p.detach().norm()
        print(f"{name:10} {size.item():.0e} {part.item():.0e}")
# > 0.weight   7e-09 2e-09
# > 2.weight   4e-08 1e-08
# > 4.weight   3e-07 8e-08
# > 6.weight   2e-06 5e-07
# > 8.weight   1e-05 3e-06
# > 10.weight  8e-05 2e-05
# > 12.weight  6e-04 2e-04
# > 14.weight  4e-03 1e-03
# > 16.weight  2e-02 8e-03
# > 18.weight  2e-01 5e-02
# > 20.weight  1e+00 2e+00

# %% weight_of_zeros tags=["remove-cell"]
p = nn.Parameter(torch.zeros(2, 2))
p.grad = torch.ones(2, 2)
assert (p.grad.norm() / p.detach().norm()).isinf()
assert (0 * p.grad.norm() / p.detach().norm()).isnan()

# %% slope tags=["hide-input"]
from gradbook import derivative, identity

derivative("sigmoid(x)", "sigmoid(x) (1 - sigmoid(x))")
# > dy/dx = sigmoid(x) (1 - sigmoid(x)) (proved: SymPy, finite differences, autograd at 16 points)

# %% bound tags=["hide-input"]
identity("s (1 - s) = 1/4 - (s - 1/2)^2")
# > s (1 - s) = 1/4 - (s - 1/2)^2 (proved: SymPy, numbers at 16 points)

# %% chains
def chain(f, depth, start=0.5, dtype=torch.float32):
    x = torch.tensor(start, dtype=dtype, requires_grad=True)
    y = x
    for _ in range(depth):
        y = f(y)
    y.backward()
    return x.grad.item()


for depth in [1, 5, 10, 20]:
    slope = chain(torch.sigmoid, depth)
    print(f"{depth:2} {slope:.2e} {0.25**depth:.2e}")
# >  1 2.35e-01 2.50e-01
# >  5 6.08e-04 9.77e-04
# > 10 3.48e-07 9.54e-07
# > 20 1.14e-13 9.09e-13

# %% tanh_chains
print([f"{chain(torch.tanh, n):.3f}" for n in [1, 5, 10, 20]])
# > ['0.786', '0.393', '0.223', '0.107']

# %% explodes
print(chain(lambda y: 3 * y, 20, dtype=torch.float64), 3**20)
# > 3486784401.0 3486784401

# %% blocks
class Block(nn.Module):
    def __init__(self, act, init=None, norm=False, skip=False):
        super().__init__()
        self.linear = nn.Linear(64, 64)
        self.norm = nn.LayerNorm(64) if norm else nn.Identity()
        self.act, self.skip = act, skip
        if init:
            init(self.linear.weight)

    def forward(self, x):
        y = self.act(self.norm(self.linear(x)))
        return x + y if self.skip else y


class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear, self.gate = nn.Linear(64, 64), nn.Linear(64, 64)
        nn.init.constant_(self.gate.bias, -2.0)

    def forward(self, x):
        g = torch.sigmoid(self.gate(x))
        return (1 - g) * x + g * torch.sigmoid(self.linear(x))


def flow(make, clip=None):
    torch.manual_seed(0)
    blocks = [make() for _ in range(20)]
    net = nn.Sequential(*blocks, nn.Linear(64, 1))
    x, target = torch.randn(128, 64), torch.randn(128, 1)
    nn.functional.mse_loss(net(x), target).backward()
    if clip:
        nn.utils.clip_grad_norm_(net.parameters(), clip)
    return [b.linear.weight.grad.norm().item() for b in blocks]

# %% remedies
sig, tanh, relu = torch.sigmoid, torch.tanh, torch.relu


def he(w):
    nn.init.kaiming_normal_(w, nonlinearity="relu")


def wide(w):
    nn.init.normal_(w, std=0.5)


xavier = nn.init.xavier_normal_
flows = {
    "sigmoid": flow(lambda: Block(sig)),
    "+ initialization": flow(lambda: Block(sig, xavier)),
    "+ normalization": flow(lambda: Block(sig, norm=True)),
    "+ residual": flow(lambda: Block(sig, skip=True)),
    "+ gating": flow(Gated),
    "+ clipping": flow(lambda: Block(sig), clip=1.0),
    "tanh": flow(lambda: Block(tanh)),
    "tanh, Xavier": flow(lambda: Block(tanh, xavier)),
    "ReLU": flow(lambda: Block(relu)),
    "ReLU, He": flow(lambda: Block(relu, he)),
    "ReLU, too wide": flow(lambda: Block(relu, wide)),
    "+ norm": flow(lambda: Block(relu, wide, norm=True)),
    "+ clip": flow(lambda: Block(relu, wide), clip=1.0),
}
for name, sizes in flows.items():
    first, last = sizes[0], sizes[-1]
    print(f"{name:17} {first:.0e} {last:.0e} {first / last:.0e}")
# > sigmoid           1e-17 7e-02 2e-16
# > + initialization  3e-13 3e-01 1e-12
# > + normalization   5e-09 5e-01 1e-08
# > + residual        3e-01 1e+01 3e-02
# > + gating          2e-03 1e-02 2e-01
# > + clipping        1e-17 7e-02 2e-16
# > tanh              2e-05 9e-02 2e-04
# > tanh, Xavier      2e-01 1e-01 1e+00
# > ReLU              4e-08 5e-02 8e-07
# > ReLU, He          6e-01 6e-01 9e-01
# > ReLU, too wide    3e+16 1e+17 2e-01
# > + norm            3e-01 6e-01 5e-01
# > + clip            3e-02 1e-01 2e-01

# %% picture tags=["hide-input"]
import matplotlib.pyplot as plt

shown = {
    "sigmoid": "-",
    "ReLU": "--",
    "ReLU, He": "-.",
    "+ residual": ":",
    "ReLU, too wide": (0, (1, 3)),
}
fig, ax = plt.subplots(figsize=(5.5, 3.6))
for name, style in shown.items():
    label = "sigmoid + residual" if name[0] == "+" else name
    ax.semilogy(range(1, 21), flows[name], linestyle=style, label=label)
ax.set(xlabel="block", ylabel="gradient norm", ylim=(1e-18, 1e36))
ax.set(xticks=[1, 5, 10, 15, 20], yticks=[1e-16, 1e-8, 1, 1e8, 1e16])
ax.legend(loc="upper right", ncols=2)
ratios = ", ".join(
    f"{name} {flows[name][0] / flows[name][-1]:.0e}" for name in shown
)
wide_at = flows["ReLU, too wide"][0]
fig.set_label(
    "Gradient norms of twenty blocks on a logarithmic axis. From the "
    f"last block to the first they change by these factors: {ratios}. "
    f"The one that is too wide lies at {wide_at:.0e}."
)
# > Gradient norms of twenty blocks on a logarithmic axis. From the last block to the first they change by these factors: sigmoid 2e-16, ReLU 8e-07, ReLU, He 9e-01, + residual 3e-02, ReLU, too wide 2e-01. The one that is too wide lies at 3e+16.

# %% signed
g = torch.tensor([3.0, -3.0, 4.0, -4.0])
print(g.mean().item(), g.abs().mean().item(), f"{g.norm():.2f}")
# > 0.0 3.5 7.07

# %% sizes
for width in [1, 100]:
    g = torch.ones(width, width)
    print(g.norm().item(), (g.norm() / g.numel() ** 0.5).item())
# > 1.0 1.0
# > 100.0 1.0

# %% too_late
layer = nn.Linear(1, 1)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
(100 * layer(torch.ones(1, 1))).sum().backward()
print(layer.weight.grad.norm().item())
# > 100.0
nn.utils.clip_grad_norm_(layer.parameters(), 1.0)
print(f"{layer.weight.grad.norm().item():.2f}")
# > 0.71
optimizer.step()
optimizer.zero_grad()
print(layer.weight.grad)
# > None

# %% underflow
print(chain(torch.sigmoid, 100))
# > 0.0
print(f"{chain(torch.sigmoid, 100, dtype=torch.float64):.0e}")
# > 2e-65

# %% moves
def first_moves(make):
    torch.manual_seed(0)
    net = nn.Sequential(*[make() for _ in range(20)], nn.Linear(64, 1))
    x, target = torch.randn(128, 64), torch.randn(128, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    before = net[0].linear.weight.detach().clone()
    for _ in range(50):
        optimizer.zero_grad()
        nn.functional.mse_loss(net(x), target).backward()
        optimizer.step()
    return not torch.equal(net[0].linear.weight, before)


print(first_moves(lambda: Block(sig)))
# > False
print(first_moves(lambda: Block(relu, he)))
# > True

# %% ten
print(f"{0.25**10:.2e}")
# > 9.54e-07

# %% underflow_depth
import math

print(f"{math.log(1.4e-45) / math.log(0.2247):.1f}")
# > 69.2
depth = 1
while chain(torch.sigmoid, depth) > 0:
    depth += 1
print(depth)
# > 70

# %% half_and_two
a = torch.tensor(1.0, requires_grad=True)
b = a
for factor in [0.5] * 10 + [2.0] * 10:
    b = factor * b
b.backward()
print(a.grad.item())
# > 1.0

# %% residual_chain
print(chain(lambda y: y + torch.sigmoid(y), 10) > 1)
# > True

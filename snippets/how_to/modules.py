# %% recipe
import torch
from torch import nn

torch.manual_seed(0)
body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU())
model = nn.Sequential(body, nn.Linear(4, 1))
x, target = torch.randn(16, 3), torch.randn(16, 1)

body.requires_grad_(False)
trained = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=0.01)
before = {n: t.clone() for n, t in model.state_dict().items()}

for step in range(5):
    model.train()
    body.eval()  # after train(), which reaches all parts
    loss = nn.functional.mse_loss(model(x), target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

for name, tensor in model.state_dict().items():
    same = torch.equal(tensor, before[name])
    print(f"{name:23}", "stayed" if same else "moved")
# > 0.0.weight              stayed
# > 0.0.bias                stayed
# > 0.1.weight              stayed
# > 0.1.bias                stayed
# > 0.1.running_mean        stayed
# > 0.1.running_var         stayed
# > 0.1.num_batches_tracked stayed
# > 1.weight                moved
# > 1.bias                  moved

# %% kinds
class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(2.0))
        self.register_buffer("shift", torch.tensor(3.0))
        self.plain = torch.tensor(4.0, requires_grad=True)

    def forward(self, x):
        return self.weight * x + self.shift + self.plain


layer = Layer()
print([name for name, _ in layer.named_parameters()])
# > ['weight']
print(list(layer.state_dict()))
# > ['weight', 'shift']
layer(torch.tensor(5.0)).backward()
print(layer.weight.grad, layer.shift.grad, layer.plain.grad)
# > tensor(5.) None tensor(1.)
layer.double()
print(layer.weight.dtype, layer.shift.dtype, layer.plain.dtype)
# > torch.float64 torch.float64 torch.float32

# %% moved
linear = nn.Linear(1, 1)
weight = linear.weight
linear.double()
print(linear.weight is weight, weight.is_leaf, weight.dtype)
# > True True torch.float64

w = torch.ones(1, requires_grad=True)
print(w.double().is_leaf)
# > False

# %% moved_late tags=["raises-exception"]
late = nn.Linear(1, 1)
optimizer = torch.optim.Adam(late.parameters())
late(torch.ones(1, 1)).sum().backward()
optimizer.step()
late.double()
optimizer.step()
# > RuntimeError: expected dtype float for `end` but got dtype double

# %% state_dict
kept = linear.state_dict()
best = {name: t.clone() for name, t in kept.items()}
linear.weight.requires_grad_(False).fill_(9.0)
print(kept["weight"].item(), best["weight"].item() == 9)
# > 9.0 False
linear.load_state_dict(best)
print(linear.weight is weight, linear.weight.requires_grad)
# > True False

# %% assigned
linear.load_state_dict(best, assign=True)
print(linear.weight is weight)
# > False

# %% still_moving
def frozen_walk(clear, **options):
    w = nn.Parameter(torch.tensor(1.0))
    optimizer = torch.optim.SGD([w], lr=0.1, **options)
    w.backward()
    optimizer.step()
    w.requires_grad_(False)
    clear(optimizer)
    path = [w.item()]
    for _ in range(2):
        optimizer.step()
        path.append(w.item())
    return [f"{value:.3f}" for value in path]


def keep(optimizer):
    pass


def zeros(optimizer):
    optimizer.zero_grad(set_to_none=False)


def none(optimizer):
    optimizer.zero_grad()


for clear in [keep, zeros, none]:
    print(
        clear.__name__,
        frozen_walk(clear),
        frozen_walk(clear, momentum=0.9),
        frozen_walk(clear, weight_decay=0.5),
    )
# > keep ['0.900', '0.800', '0.700'] ['0.900', '0.710', '0.439'] ['0.850', '0.708', '0.572']
# > zeros ['0.900', '0.900', '0.900'] ['0.900', '0.810', '0.729'] ['0.850', '0.808', '0.767']
# > none ['0.900', '0.900', '0.900'] ['0.900', '0.900', '0.900'] ['0.850', '0.850', '0.850']

# %% batch_norm
rows = torch.tensor([[4.0], [6.0]])
for mode in ["train", "eval"]:
    norm = nn.BatchNorm1d(1).requires_grad_(False)
    getattr(norm, mode)()
    norm(rows)
    print(mode, norm.running_mean)
# > train tensor([0.5000])
# > eval tensor([0.])

# %% eval_tracks
print(nn.Linear(1, 1).eval()(torch.ones(1, 1)).requires_grad)
# > True

# %% tied
first, second = (nn.Linear(1, 1, bias=False) for _ in range(2))
nn.init.constant_(first.weight, 2.0)
second.weight = first.weight
tied = nn.Sequential(first, second)
tied(torch.tensor([[3.0]])).sum().backward()
print(first.weight.grad)
# > tensor([[12.]])
print([name for name, _ in tied.named_parameters()])
# > ['0.weight']
print(list(tied.state_dict()))
# > ['0.weight', '1.weight']

# %% tied_slope tags=["hide-input"]
from gradbook import derivative

derivative("3w^2", "6w")
# > dy/dw = 6w (proved: SymPy, finite differences, autograd at 16 points)

# %% not_tied
copy = nn.Parameter(first.weight)
print(copy.data_ptr() == first.weight.data_ptr())
# > True
print(copy is first.weight, copy.grad)
# > False None

# %% tied_picture tags=["hide-input"]
from gradbook import draw, row


def scalars(same):
    w = torch.tensor(2.0, requires_grad=True)
    v = w if same else torch.tensor(2.0, requires_grad=True)
    names = {"w": w} if same else {"w": w, "v": v}
    y = (3 * w) * v
    return draw(y, names={**names, "y": y})


row({"tied": scalars(True), "a copy": scalars(False)})
# > tied: Graph of y = 12: 3 nodes (2 Mul, 1 AccumulateGrad), 2 paths to w, dy/dw = 12
# > a copy: Graph of y = 12: 4 nodes (2 Mul, 2 AccumulateGrad), 1 path to w, 1 path to v, dy/dw = 6, dy/dv = 6

# %% functional
from torch.func import functional_call

net = nn.Linear(1, 1, bias=False)
nn.init.ones_(net.weight)
one = torch.ones(1, 1)

loss = net(one).square().sum()
(g,) = torch.autograd.grad(loss, net.weight, create_graph=True)
after = {"weight": net.weight - 0.1 * g}
functional_call(net, after, (one,)).square().sum().backward()
print(f"{after['weight'].item():.1f}", net.weight.item())
# > 0.8 1.0
print(f"{net.weight.grad.item():.2f}")
# > 1.28

# %% through_a_step tags=["remove-cell"]
derivative("(w - 0.1 * 2w)^2", "1.28w")
# > dy/dw = 1.28w (proved: SymPy, finite differences, autograd at 16 points)

# %% the_step tags=["remove-cell"]
from gradbook import identity

identity("(w - 0.1 * 2w)^2 = (0.8 w)^2")
# > (w - 0.1 * 2w)^2 = (0.8 w)^2 (proved: SymPy, numbers at 16 points)

# %% in_a_list
class Stack(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.layers = kind([nn.Linear(1, 1), nn.Linear(1, 1)])


for kind in [list, nn.ModuleList]:
    print(len(list(Stack(kind).parameters())))
# > 0
# > 4

# %% middle
encoder, frozen = nn.Linear(1, 1), nn.Linear(1, 1)
frozen.requires_grad_(False)
print(frozen(encoder(one)).requires_grad)
# > True
hidden = encoder(one)
with torch.no_grad():
    print(frozen(hidden).requires_grad)
# > False

# %% half
for make, start in [(torch.optim.SGD, 1e-4), (torch.optim.Adam, 0.0)]:
    w = nn.Parameter(torch.tensor(1.0, dtype=torch.float16))
    w.grad = torch.tensor(start, dtype=torch.float16)
    make([w], lr=1.0).step()
    print(make.__name__, w.item())
# > SGD 1.0
# > Adam nan

# %% typo
new = {"wieght": torch.tensor([[5.0]])}
print(functional_call(net, new, (one,)).item())
# > 1.0

# %% unregistered
whole = nn.Sequential(nn.Linear(1, 1), layer)
for part, module in whole.named_modules():
    for name, value in vars(module).items():
        if torch.is_tensor(value):
            print(f"{part}.{name}", value.requires_grad)
# > 1.plain True

# %% not_persistent tags=["remove-cell"]
hidden = nn.Module()
hidden.register_buffer("a", torch.ones(1), persistent=False)
assert not hidden.state_dict() and len(list(hidden.buffers())) == 1

# %% two_calls
part = nn.Sequential(nn.BatchNorm1d(1)).requires_grad_(False)
part.eval()
nn.Sequential(part, nn.Linear(1, 1)).train()
part(rows)
print(part[0].running_mean)
# > tensor([0.5000])

# %% three_times
w = nn.Parameter(torch.tensor(2.0))
(w * w * w).backward()
print(w.grad)
# > tensor(12.)

# %% strict tags=["raises-exception"]
functional_call(net, new, (one,), strict=True)
# > RuntimeError: Error(s) in reparametrizing for Linear:
# >         Unexpected key(s): 'wieght'.
# >         Missing key(s): 'weight'.

# %% freeze_now
w = nn.Parameter(torch.tensor(1.0))
optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
w.backward()
optimizer.step()
w.requires_grad_(False)
w.grad = None
optimizer.step()
print(f"{w.item():.1f}")
# > 0.9
w.grad = torch.tensor(0.0)
optimizer.step()
print(f"{w.item():.2f}")
# > 0.81

# %% recipe
import torch

torch.manual_seed(0)
x = torch.randn(100)
state, rows = torch.tensor(0.0), []
for number in x:
    state = 0.5 * state + number
    rows.append(state)
target = torch.stack(rows)

w = torch.tensor(0.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
state = torch.tensor(0.0)
for piece, wanted in zip(x.split(10), target.split(10)):
    state = state.detach()  # the cut: the value goes on, the past ends
    loss = 0.0
    for number, goal in zip(piece, wanted):
        state = w * state + number
        loss = loss + (state - goal) ** 2 / len(piece)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"{w.item():.2f}")
# > 0.50


# %% penalty
def penalty(critic, x):
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(
        critic(x).sum(), x, create_graph=True
    )
    return ((slope.norm(dim=1) - 1) ** 2).mean()


torch.manual_seed(0)
critic = torch.nn.Linear(2, 1, bias=False)
optimizer = torch.optim.SGD(critic.parameters(), lr=0.1)
for _ in range(50):
    optimizer.zero_grad()
    penalty(critic, torch.randn(8, 2)).backward()
    optimizer.step()
print(f"{critic.weight.norm().item():.3f}")
# > 1.000

# %% unrolled tags=["hide-input"]
from gradbook import derivative

derivative("w^3 + w^2 + w + 1", "3w^2 + 2w + 1")
# > dy/dw = 3w^2 + 2w + 1 (proved: SymPy, finite differences, autograd at 16 points)


# %% cut
def last(cuts, w):
    h = torch.tensor(0.0)
    for t in range(4):
        if t in cuts:
            h = h.detach()
        h = w * h + 1
    return h


w = torch.tensor(2.0, requires_grad=True)
for cuts in ((), (2,), (1, 2, 3)):
    h = last(cuts, w)
    print(h.item(), torch.autograd.grad(h, w)[0].item())
# > 15.0 17.0
# > 15.0 13.0
# > 15.0 7.0

# %% graphs tags=["hide-input"]
from gradbook import draw, row

row({"whole": draw(last((), w)), "cut": draw(last((2,), w))})
# > whole: Graph of a result = 15: 9 nodes (4 Add, 4 Mul, 1 AccumulateGrad), 4 paths to w, gradient of w = 17
# > cut: Graph of a result = 15: 5 nodes (2 Add, 2 Mul, 1 AccumulateGrad), 2 paths to w, gradient of w = 13


# %% stepping
w = torch.tensor(0.5, requires_grad=True)
optimizer, h = torch.optim.SGD([w], lr=0.1), x[0]
try:
    for piece in x[:20].split(10):
        for number in piece:
            h = w * h + number
        (h**2).backward(retain_graph=True)
        optimizer.step()
except RuntimeError as error:
    print(str(error).split(":")[0])
# > one of the variables needed for gradient computation has been modified by an inplace operation


# %% growing
def nodes(result):
    seen, waiting = set(), [result.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            waiting += [edge[0] for edge in node.next_functions]
    return len(seen)


def sizes(cut):
    w, h, found = torch.tensor(0.5, requires_grad=True), x[0], []
    for piece in x[:40].split(10):
        if cut:
            h = h.detach()
        for number in piece:
            h = w * h + number
        found.append(nodes(h))
        h.backward(retain_graph=not cut)
    return found


with_cut, without_cut = sizes(True), sizes(False)
print(with_cut, without_cut)
# > [21, 21, 21, 21] [21, 41, 61, 81]


# %% forgetful
def remembers(cut_each_step):
    u = torch.tensor(1.0, requires_grad=True)
    w = torch.tensor(0.9, requires_grad=True)
    h = u * 1.0
    for _ in range(3):
        if cut_each_step:
            h = h.detach()
        h = w * h
    ((h - 1) ** 2).backward()
    return u.grad, w.grad is not None


print(remembers(False)[0] is not None, remembers(True))
# > True (None, True)


# %% late
w = torch.tensor(2.0, requires_grad=True)
h = w * 3
loss = h * 4
h.detach_()
loss.backward()
print(w.grad, h.requires_grad, (w * h).requires_grad)
# > tensor(12.) False True


# %% lstm tags=["raises-exception"]
cell = torch.nn.LSTMCell(1, 2)
h, c = torch.zeros(1, 2), torch.zeros(1, 2)
for _ in range(2):
    h = h.detach()
    h, c = cell(torch.ones(1, 1), (h, c))
    h.sum().backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.


# %% window
def run(inputs, length):
    h = torch.tensor(0.0)
    for piece in inputs.split(length):
        h = h.detach()
        for number in piece:
            h = 0.5 * h + number
    return h


inputs = torch.ones(9, requires_grad=True)
run(inputs, length=3).backward()
print(inputs.grad.tolist())
# > [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25, 0.5, 1.0]
print(run(inputs, length=3).item() == run(inputs, length=9).item())
# > True

# %% penalty_rule tags=["hide-input"]
from gradbook import gradient

gradient("(2w x - 1)^2", w="4x(2w x - 1)")
# > dy/dw = 4x(2w x - 1) (proved: SymPy, finite differences, autograd at 8 points)


# %% critic
def losses(create_graph):
    w = torch.tensor(1.0, requires_grad=True)
    x = torch.tensor(1.0, requires_grad=True)
    score = w * x**2
    (slope,) = torch.autograd.grad(
        score, x, create_graph=create_graph, retain_graph=True
    )
    return w, x, score, (slope - 1) ** 2


for create_graph in (True, False):
    w, at, score, P = losses(create_graph)
    (score + P).backward()
    print((score + P).item(), w.grad, P.requires_grad)
# > 2.0 tensor(5.) True
# > 2.0 tensor(1.) False

# %% critic_graph tags=["hide-input"]
pictures = {}
for name in ("the slope recorded", "the slope as a constant"):
    w = torch.tensor(1.0, requires_grad=True)
    at = torch.tensor(1.0, requires_grad=True)
    slope = w * (2 * at)
    if "constant" in name:
        slope = slope.detach()
    loss = w * at**2 + (slope - 1) ** 2
    names = {"w": w, "x": at, "slope": slope}
    pictures[name] = draw(loss, names=names)
row(pictures)
# > the slope recorded: Graph of loss = 2: 9 nodes (3 Mul, 2 Pow, 1 Add, 1 Sub, 2 AccumulateGrad), 2 paths to x, 2 paths to w, dloss/dx = 6, dloss/dw = 5
# > the slope as a constant: Graph of loss = 2: 5 nodes (1 Add, 1 Mul, 1 Pow, 2 AccumulateGrad), 1 path to x, 1 path to w, dloss/dx = 2, dloss/dw = 1

# %% mean
batch = torch.randn(8, 2).requires_grad_()
for total in (critic(batch).sum(), critic(batch).mean()):
    (slope,) = torch.autograd.grad(total, batch)
    print(f"{slope.norm(dim=1)[0].item():.3f}")
# > 1.000
# > 0.125

# %% batch_norm
torch.manual_seed(0)
mixing = torch.nn.Sequential(
    torch.nn.BatchNorm1d(2), torch.nn.Linear(2, 1)
)
(slope,) = torch.autograd.grad(mixing(batch).sum(), batch)
print(slope.abs().max().item() < 1e-5)
# > True
(own,) = torch.autograd.grad(mixing(batch)[0].sum(), batch)
print(own[0].abs().max().item() > 0.01)
# > True


# %% differences
def whole(w, create_graph):
    x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(
        w * x**2, x, create_graph=create_graph, retain_graph=True
    )
    return w * x**2 + (slope - 1) ** 2


one = torch.tensor(1.0, dtype=torch.float64)
eps = 1e-6
for create_graph in (True, False):
    w = one.clone().requires_grad_()
    whole(w, create_graph).backward()
    rise = whole(one + eps, True) - whole(one - eps, True)
    print(w.grad.item(), f"{rise.item() / (2 * eps):.3f}")
# > 5.0 5.000
# > 1.0 5.000

# %% predict_cut
w = torch.tensor(2.0, requires_grad=True)
print(torch.autograd.grad(last((3,), w), w)[0].item())
# > 7.0

# %% predict_assign
h = torch.tensor(1.0, requires_grad=True) * 2
h.detach()
print(h.requires_grad)
# > True

# %% three
with torch.no_grad():
    line = torch.nn.Linear(1, 1, bias=False)
    line.weight.fill_(3.0)
P = penalty(line, torch.tensor([[5.0]]))
P.backward()
print(P.item(), line.weight.grad)
# > 4.0 tensor([[4.]])

# %% mended
print(sizes(cut=True))
# > [21, 21, 21, 21]

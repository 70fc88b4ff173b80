# %% recipe
import torch
from torch import nn


def reached(loss, **parts):
    found = []
    for name, part in parts.items():
        leaves = [p for p in part.parameters() if p.requires_grad]
        if leaves and loss.requires_grad:
            grads = torch.autograd.grad(
                loss, leaves, retain_graph=True, allow_unused=True
            )
            if any(grad is not None for grad in grads):
                found.append(name)
    return found


torch.manual_seed(0)
maker, judge = nn.Linear(2, 1), nn.Linear(1, 1)
real, noise = torch.randn(8, 1) + 3, torch.randn(8, 2)

fake = maker(noise)
judge_loss = judge(fake.detach()).mean() - judge(real).mean()
maker_loss = -judge(fake).mean()
print(reached(judge_loss, maker=maker, judge=judge))
# > ['judge']
print(reached(maker_loss, maker=maker, judge=judge))
# > ['maker', 'judge']


# %% three_ways
def program(way):
    first = torch.tensor(1.0, requires_grad=True)
    middle = torch.tensor(2.0, requires_grad=True)
    last = torch.tensor(3.0, requires_grad=True)
    if way == "frozen":
        middle.requires_grad_(False)
    y = first * middle
    if way == "detach":
        y = y.detach()
    if way == "no_grad":
        with torch.no_grad():
            y = first * middle
    (y * last).backward()
    return [t.grad and t.grad.item() for t in (first, middle, last)]


for way in ("frozen", "detach", "no_grad"):
    print(f"{way:8}", program(way))
# > frozen   [6.0, None, 2.0]
# > detach   [None, None, 2.0]
# > no_grad  [None, None, 2.0]

# %% gan
g = torch.tensor(1.0, requires_grad=True)
d = torch.tensor(3.0, requires_grad=True)
z, real = 2.0, 5.0

fake = g * z
judge_loss = d * fake.detach() - d * real
maker_loss = -(d * fake)
judge_loss.backward()
print(g.grad, d.grad)
# > None tensor(-3.)

# %% gan_graph tags=["hide-input"]
from gradbook import draw, row

cut = d * fake.detach() - d * real
uncut = d * fake - d * real
row({"with detach": draw(cut), "without": draw(uncut)})
# > with detach: Graph of cut = −9: 4 nodes (2 Mul, 1 Sub, 1 AccumulateGrad), 2 paths to d, dcut/dd = −3
# > without: Graph of uncut = −9: 6 nodes (3 Mul, 1 Sub, 2 AccumulateGrad), 1 path to g, 2 paths to d, duncut/dg = 6, duncut/dd = −3

# %% gan_wrong
g.grad = d.grad = None
fake = g * z
(d * fake - d * real).backward(retain_graph=True)
print(g.grad)
# > tensor(6.)
(-(d * fake)).backward()
print(g.grad, d.grad)
# > tensor(0.) tensor(-5.)

# %% gan_test
(alone,) = torch.autograd.grad(-(d * g * z), g)
print(torch.equal(g.grad, alone))
# > False

# %% gan_loop
judge_steps = torch.optim.SGD([d], lr=0.1)
maker_steps = torch.optim.SGD([g], lr=0.1)
for _ in range(3):
    fake = g * z
    judge_steps.zero_grad()
    (d * fake.detach() - d * real).backward()
    judge_steps.step()
    maker_steps.zero_grad()
    (-(d * fake)).backward()
    (alone,) = torch.autograd.grad(-(d * g * z), g)
    print(torch.equal(g.grad, alone))
    maker_steps.step()
# > True
# > True
# > True

# %% gan_order tags=["raises-exception"]
fake = g * z
early = -(d * fake)
judge_steps.zero_grad()
(d * fake.detach() - d * real).backward()
judge_steps.step()
early.backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor []] is at version 4; expected version 3 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% frozen
torch.manual_seed(0)
encoder = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
head = nn.Linear(3, 1)
encoder.requires_grad_(False)


def changed(part, step):
    before = {k: v.clone() for k, v in part.state_dict().items()}
    step()
    after = part.state_dict()
    return [k for k in before if not torch.equal(before[k], after[k])]


def step():
    optimizer.zero_grad()
    head(encoder(torch.randn(8, 2))).pow(2).mean().backward()
    optimizer.step()


optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
print(changed(encoder, step))
# > ['1.running_mean', '1.running_var', '1.num_batches_tracked']

# %% frozen_eval
encoder.eval()
print(changed(encoder, step))
# > []

# %% frozen_graph tags=["hide-input"]
a = torch.tensor(1.0, requires_grad=True)
e = torch.tensor(2.0)
h = torch.tensor(3.0, requires_grad=True)
with torch.no_grad():
    unrecorded = a * e
inside, outside = h * (a * e), h * unrecorded
row({"frozen": draw(inside), "no_grad": draw(outside)})
# > frozen: Graph of inside = 6: 4 nodes (2 Mul, 2 AccumulateGrad), 1 path to a, 1 path to h, dinside/da = 6, dinside/dh = 2
# > no_grad: Graph of outside = 6: 2 nodes (1 Mul, 1 AccumulateGrad), 1 path to h, doutside/dh = 2

# %% prompt
adapter = nn.Linear(2, 2)
x = torch.randn(8, 2)
through = head(encoder(adapter(x))).mean()
with torch.no_grad():
    features = encoder(adapter(x))
cut = head(features).mean()
for loss in (through, cut):
    print(reached(loss, adapter=adapter, encoder=encoder, head=head))
# > ['adapter', 'head']
# > ['head']

# %% target
w = torch.tensor(2.0, requires_grad=True)
s, s_next, reward, gamma = 1.0, 3.0, 1.0, 0.5

with torch.no_grad():
    target = reward + gamma * w * s_next
loss = (w * s - target) ** 2
loss.backward()
print(loss.item(), w.grad)
# > 4.0 tensor(-4.)

w.grad = None
uncut = (w * s - (reward + gamma * w * s_next)) ** 2
uncut.backward()
print(uncut.item(), w.grad)
# > 4.0 tensor(2.)

# %% target_rule tags=["hide-input"]
from gradbook import gradient

gradient("(w s - T)^2", w="2 s (w s - T)")
# > dy/dw = 2 s (w s - T) (proved: SymPy, finite differences, autograd at 8 points)

# %% target_rule_uncut tags=["hide-input"]
gradient("(w s - (r + c w t))^2", w="2 (s - c t)(w s - (r + c w t))")
# > dy/dw = 2 (s - c t)(w s - (r + c w t)) (proved: SymPy, finite differences, autograd at 8 points)

# %% target_graph tags=["hide-input"]
row(
    {
        "with the cut": draw((w * s - target) ** 2),
        "without": draw((w * s - (reward + gamma * w * s_next)) ** 2),
    }
)
# > with the cut: Graph of a result = 4: 4 nodes (1 Mul, 1 Pow, 1 Sub, 1 AccumulateGrad), 1 path to w, gradient of w = −4
# > without: Graph of a result = 4: 7 nodes (3 Mul, 1 Add, 1 Pow, 1 Sub, 1 AccumulateGrad), 2 paths to w, gradient of w = 2

# %% updates
import copy

net = nn.Linear(1, 1)
old = copy.deepcopy(net).requires_grad_(False)
alias = net
with torch.no_grad():
    net.weight += 1.0
    for t, p in zip(old.parameters(), net.parameters()):
        t = 0.9 * t + 0.1 * p  # gives the name t to a new tensor
print(torch.equal(alias.weight, net.weight))
# > True
print(f"{(net.weight - old.weight).item():.1f}")
# > 1.0
with torch.no_grad():
    for t, p in zip(old.parameters(), net.parameters()):
        t.lerp_(p, 0.1)
print(f"{(net.weight - old.weight).item():.1f}")
# > 0.9

# %% target_test
print(target.requires_grad)
# > False
print((reward + gamma * w * s_next).requires_grad)
# > True

# %% stop
z = torch.tensor(2.0, requires_grad=True)
c = torch.tensor(3.0, requires_grad=True)
used = z + (c - z).detach()  # c up to rounding, gradient of z
decoder_loss = 10 * used
pull = (c - z.detach()) ** 2 + 0.25 * (z - c.detach()) ** 2
print(used.item())
# > 3.0
(decoder_loss + pull).backward()
print(z.grad, c.grad)
# > tensor(9.5000) tensor(2.)

# %% stop_graph tags=["hide-input"]
stopped = (c - z.detach()) ** 2
both = (c - z) ** 2
row({"stopped": draw(stopped), "not stopped": draw(both)})
# > stopped: Graph of stopped = 1: 3 nodes (1 Pow, 1 Sub, 1 AccumulateGrad), 1 path to c, dstopped/dc = 2
# > not stopped: Graph of both = 1: 4 nodes (1 Pow, 1 Sub, 2 AccumulateGrad), 1 path to c, 1 path to z, dboth/dc = 2, dboth/dz = −2

# %% stop_wrong
(nothing_stopped,) = torch.autograd.grad(
    (c - z) ** 2 + 0.25 * (z - c) ** 2, c
)
print(nothing_stopped)
# > tensor(2.5000)

# %% stop_test
first = (c - z.detach()) ** 2
second = 0.25 * (z - c.detach()) ** 2
for term in (first, second):
    sides = torch.autograd.grad(term, (z, c), allow_unused=True)
    print([name for name, side in zip("zc", sides) if side is not None])
# > ['c']
# > ['z']

# %% predict_maker
wrong_loss = -judge(maker(noise).detach()).mean()
print(reached(wrong_loss, maker=maker, judge=judge))
# > ['judge']

# %% predict_target
w = torch.tensor(2.0, requires_grad=True)
((w * 1.0 - 5.0) ** 2).backward()
print(w.grad)
# > tensor(-6.)

# %% predict_through
x = torch.tensor(2.4, requires_grad=True)
y = x + (x.round() - x).detach()
(y**2).backward()
print(y.item(), x.grad)
# > 2.0 tensor(4.)

# %% student
x = torch.randn(8, 2)
student, teacher = nn.Linear(2, 1), nn.Linear(2, 1)
loss = (student(x) - teacher(x)).pow(2).mean()
print(reached(loss, student=student, teacher=teacher))
# > ['student', 'teacher']
loss = (student(x) - teacher(x).detach()).pow(2).mean()
print(reached(loss, student=student, teacher=teacher))
# > ['student']

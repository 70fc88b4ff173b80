# %% recipe
import torch
from torch import nn

model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
for p in model.parameters():
    nn.init.ones_(p)
seen = {}


def watch(name):
    def read(grad):
        seen[name] = grad.clone()

    def after_forward(module, inputs, output):
        if output.requires_grad:
            output.register_hook(read)

    return after_forward


handles = [
    layer.register_forward_hook(watch(name))
    for name, layer in model.named_children()
]
model(torch.ones(1, 2)).sum().backward()
for handle in handles:
    handle.remove()
for name, grad in seen.items():
    print(name, grad)
# > 2 tensor([[1.]])
# > 1 tensor([[1., 1.]])
# > 0 tensor([[1., 1.]])

# %% order
class Double(nn.Module):
    def forward(self, x):
        return 2 * x


log = []


def numbers(args):
    for arg in args:
        if isinstance(arg, tuple):
            yield from numbers(arg)
        elif torch.is_tensor(arg):
            yield arg.item()


def note(lane, what):
    return lambda *args: log.append((lane, what, [*numbers(args)]))


x = torch.tensor(3.0, requires_grad=True)
double = Double()
double.register_forward_pre_hook(note("module", "forward pre"))
double.register_forward_hook(note("module", "forward"))
double.register_full_backward_pre_hook(note("module", "backward pre"))
double.register_full_backward_hook(note("module", "backward"))
x.register_hook(note("tensor", "x"))
x.register_post_accumulate_grad_hook(
    lambda p: log.append(("leaf", "post-accumulate", [p.grad.item()]))
)
y = double(x)
y.register_hook(note("tensor", "y"))
y.grad_fn.register_prehook(note("node", "before"))
y.grad_fn.register_hook(note("node", "after"))
(y**2).backward()
for lane, what, values in log:
    print(f"{lane:6} {what:15}", *values)
# > module forward pre     3.0
# > module forward         3.0 6.0
# > tensor y               12.0
# > node   before          12.0
# > module backward pre    12.0
# > node   after           12.0 12.0
# > module backward        24.0 12.0
# > tensor x               24.0
# > leaf   post-accumulate 24.0

# %% timeline tags=["hide-input"]
import matplotlib.pyplot as plt

lanes = ["module", "tensor", "node", "leaf"]
fig, ax = plt.subplots(figsize=(6, 3.2))
for when, (lane, what, _) in enumerate(log, 1):
    ax.plot(when, lanes.index(lane), "C0o", markersize=8)
    above = what == "forward pre"  # its neighbor's label is below
    ax.annotate(
        what.replace(" ", "\n").replace("-", "-\n"),
        (when, lanes.index(lane)),
        xytext=(0, 9 if above else -9),
        textcoords="offset points",
        ha="center",
        va="bottom" if above else "top",
        fontsize=12,
    )
turn = [what for _, what, _ in log].index("y") + 1
ax.axvline(turn - 0.3, color="gray", linestyle="--")
ax.set(yticks=range(4), yticklabels=lanes, ylim=(4.1, -1.2))
ax.set(xticks=range(1, len(log) + 1), xlim=(0.3, len(log) + 0.9))
ax.set(xlabel="order of the calls")
ax.grid(axis="x", visible=False)
fig.set_label(
    "Calls of the hooks in order: "
    + ", ".join(f"{lane} {what}" for lane, what, _ in log)
    + f". The backward pass begins at call {turn}."
)
# > Calls of the hooks in order: module forward pre, module forward, tensor y, node before, module backward pre, node after, module backward, tensor x, leaf post-accumulate. The backward pass begins at call 3.

# %% changed
x = torch.tensor(3.0, requires_grad=True)
x.register_hook(lambda grad: grad + 1)
x.register_hook(lambda grad: grad * 10)
(x**2).backward()
print(x.grad)
# > tensor(70.)

# %% module_side
def gradients(register):
    layer = nn.Linear(1, 1)
    nn.init.ones_(layer.weight)
    getattr(layer, register)(lambda m, grads, *_: (grads[0] * 10,))
    x = torch.ones(1, 1, requires_grad=True)
    layer(x).sum().backward()
    return x.grad.item(), layer.weight.grad.item()


print(gradients("register_full_backward_hook"))
# > (10.0, 1.0)
print(gradients("register_full_backward_pre_hook"))
# > (10.0, 10.0)

# %% step_in_backward
w = nn.Parameter(torch.tensor(5.0))
v = nn.Parameter(torch.tensor(1.0))
optimizers = {p: torch.optim.SGD([p], lr=0.1) for p in [w, v]}


def step_and_free(p):
    optimizers[p].step()
    optimizers[p].zero_grad()


for p in optimizers:
    p.register_post_accumulate_grad_hook(step_and_free)
(w**2 + v**2).backward()
print(f"{w.item():.1f} {v.item():.1f}", w.grad, v.grad)
# > 4.0 0.8 None None

# %% multi
from torch.autograd import graph

a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(2.0, requires_grad=True)
together = graph.register_multi_grad_hook((a, b), print)
(a * b).backward()
# > [tensor(2.), tensor(1.)]
(3 * a).backward()
# > [tensor(3.), None]
together.remove()

# %% multi_by_grad tags=["remove-cell"]
together = graph.register_multi_grad_hook((a, b), print)
try:
    torch.autograd.grad(a * b, a)
except RuntimeError as error:
    assert "leaf node" in str(error)
else:
    raise AssertionError
together.remove()

# %% setdefault
first = {}
x = torch.tensor(3.0, requires_grad=True)
x.register_hook(lambda grad: first.setdefault("x", grad))
(x**2).backward()
x.grad = None
(x**3).backward()
print(x.grad)
# > tensor(6.)

# %% tuple tags=["raises-exception"]
x = torch.tensor(3.0, requires_grad=True)
x.register_hook(lambda grad: (print(grad), grad * 2))
(x**2).backward()
# > tensor(6.)
# > TypeError: expected Variable, but hook returned 'tuple'

# %% shape tags=["raises-exception"]
x = torch.tensor([3.0, 1.0], requires_grad=True)
x.register_hook(lambda grad: grad.sum())
(x**2).sum().backward()
# > RuntimeError: hook '<lambda>' has changed the size of value

# %% writes
for hook in [lambda grad: grad * 0, lambda grad: grad.mul_(0)]:
    x = torch.tensor(3.0, requires_grad=True)
    a, b = 2 * x, 3 * x
    b.register_hook(hook)
    (a + b).backward()
    print(x.grad)
# > tensor(2.)
# > tensor(0.)

# %% inplace_relu tags=["raises-exception"]
net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True))
net[0].register_full_backward_hook(lambda *args: None)
net(torch.ones(1, 2))
# > RuntimeError: Output 0 of BackwardHookFunction is a view and is being modified inplace. This view was created inside a custom Function (or because an input was returned as-is) and the autograd logic to handle view+inplace would override the custom backward associated with the custom Function, leading to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom Function.

# %% inplace_recipe
seen.clear()
net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True))
for p in net.parameters():
    nn.init.ones_(p)
net[0].register_forward_hook(watch("linear"))
net(torch.ones(1, 2)).sum().backward()
print(seen)
# > {'linear': tensor([[1., 1.]])}

# %% before_and_after
for register_first in [True, False]:
    x = torch.tensor(3.0, requires_grad=True)
    y = 2 * x
    if register_first:
        y.register_hook(print)
    y.mul_(5)
    if not register_first:
        y.register_hook(print)
    y.backward()
# > tensor(5.)
# > tensor(1.)

# %% by_grad
x = torch.tensor(3.0, requires_grad=True)
x.register_hook(lambda grad: print("tensor hook"))
x.register_post_accumulate_grad_hook(lambda p: print("post"))
print(torch.autograd.grad(x**2, x))
# > tensor hook
# > (tensor(6.),)

# %% compare
def model_gradients():
    model.zero_grad()
    model(torch.ones(1, 2)).sum().backward()
    return [p.grad.clone() for p in model.parameters()]


plain = model_gradients()
handle = model[0].register_forward_hook(watch("0"))
watched = model_gradients()
handle.remove()
print(all(map(torch.equal, plain, watched)))
# > True

# %% half
x = torch.tensor(3.0, requires_grad=True)
x.register_hook(lambda grad: grad * 0.5)
(x**2).backward()
print(x.grad)
# > tensor(3.)

# %% in_a_loop
x = torch.tensor(1.0, requires_grad=True)
for step in range(3):
    x.grad = None
    handle = x.register_hook(lambda grad: grad * 10)
    (x * 1).backward()
print(x.grad)
# > tensor(1000.)

# %% which_first
start = torch.tensor(3.0, requires_grad=True)
layer = Double()
layer.register_full_backward_hook(lambda *_: print("layer"))
end = layer(start)
loss = end**2
start.register_post_accumulate_grad_hook(
    lambda p: print("input.grad")
)
start.register_hook(lambda grad: print("input"))
loss.register_hook(lambda grad: print("loss"))
end.register_hook(lambda grad: print("output"))
loss.backward()
# > loss
# > output
# > layer
# > input
# > input.grad

# %% mended
def store(grad):
    first.setdefault("x", grad.clone())


first.clear()
x = torch.tensor(3.0, requires_grad=True)
x.register_hook(store)
(x**2).backward()
x.grad = None
(x**3).backward()
print(x.grad, first)
# > tensor(27.) {'x': tensor(6.)}

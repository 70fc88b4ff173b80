# %% recipe
import torch
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.checkpoint import checkpoint

counts = {"saved": 0, "calls": 0}


def block(x):
    counts["calls"] += 1
    return x.sin().exp().tanh()


def pack(tensor):
    counts["saved"] += 1
    return tensor


def gradient(checkpointed):
    counts.update(saved=0, calls=0)
    x = torch.tensor([0.5, 1.0], requires_grad=True)
    y = x
    with saved_tensors_hooks(pack, lambda packed: packed):
        for _ in range(3):
            if checkpointed:
                y = checkpoint(block, y, use_reentrant=False)
            else:
                y = block(y)
    y.sum().backward()
    print(counts)
    return x.grad


print(torch.equal(gradient(False), gradient(True)))
# > {'saved': 9, 'calls': 3}
# > {'saved': 3, 'calls': 6}
# > True

# %% per_operation
def saved_by(run):
    counts["saved"] = 0
    with saved_tensors_hooks(pack, lambda packed: packed):
        run()
    return counts["saved"]


x = torch.tensor([0.5, 1.0], requires_grad=True)
print(saved_by(lambda: x + 1), saved_by(lambda: x.sum()))
# > 0 0
print(saved_by(lambda: x.exp()), saved_by(lambda: x.sin()))
# > 1 1
print(saved_by(lambda: x * x), saved_by(lambda: x.max()))
# > 2 2

# %% measured
def chain(x, length):
    for _ in range(length):
        x = x.exp() * 0.3
    return x


def kept(n, k):
    def forward():
        y = x
        for _ in range(n // k):
            y = checkpoint(chain, y, k, use_reentrant=False)

    return saved_by(forward)


sizes = [1, 2, 3, 4, 6, 9, 12, 18, 36]
inputs = [kept(36, k) for k in sizes]
inside = [saved_by(lambda: chain(x, k)) for k in sizes]
total = [a + b for a, b in zip(inputs, inside)]
print(total)
# > [37, 20, 15, 13, 12, 13, 15, 20, 37]
print(sizes[total.index(min(total))])
# > 6

# %% slope tags=["hide-input"]
from gradbook import gradient as claim

claim(
    "n/k + k",
    k="1 - n/k^2",
    shapes={"n": "", "k": ""},
    domain="k > 0",
)
# > dy/dk = 1 - n/k^2 (proved: SymPy, finite differences, autograd at 18 points)

# %% root tags=["hide-input"]
from gradbook import identity

identity("n/sqrt(n) + sqrt(n) = 2 sqrt(n)", domain="n > 0")
# > n/sqrt(n) + sqrt(n) = 2 sqrt(n) (proved: SymPy, numbers at 11 points)

# %% picture tags=["hide-input"]
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(5.5, 3.2))
places = range(len(sizes))
ax.bar(places, inside, color="C0", label="of one block, computed again")
above = {"bottom": inside, "hatch": "//", "label": "inputs"}
ax.bar(places, inputs, color="C1", **above)
ax.axhline(36, color="black", linestyle="--", linewidth=1)
ax.annotate("no checkpoints", (4, 36), xytext=(2.6, 38.2))
ax.set(xticks=places, xticklabels=sizes, ylim=(0, 58))
ax.set(xlabel="operations in a block", ylabel="tensors")
ax.legend(loc="upper center", ncols=2, fontsize=12)
fig.set_label(
    "Bars for 36 operations in blocks of "
    + ", ".join(f"{k}: {t}" for k, t in zip(sizes, total))
    + f" tensors. The lowest is {min(total)}; without checkpoints it "
    "is 36."
)
# > Bars for 36 operations in blocks of 1: 37, 2: 20, 3: 15, 4: 13, 6: 12, 9: 13, 12: 15, 18: 20, 36: 37 tensors. The lowest is 12; without checkpoints it is 36.

# %% disk
import os
import tempfile

folder = tempfile.mkdtemp()


def to_disk(tensor):
    name = os.path.join(folder, f"{len(os.listdir(folder))}.pt")
    torch.save(tensor.detach(), name)
    return name


with saved_tensors_hooks(to_disk, torch.load):
    y = x.exp()
print(os.listdir(folder))
# > ['0.pt']
print(torch.autograd.grad(y.sum(), x)[0], torch.exp(x).detach())
# > tensor([1.6487, 2.7183]) tensor([1.6487, 2.7183])

# %% lower
def to_half(t):
    return (t.dtype, t.bfloat16() if t.is_floating_point() else t)


with saved_tensors_hooks(to_half, lambda pair: pair[1].to(pair[0])):
    y = x.exp()
print(torch.autograd.grad(y.sum(), x)[0])
# > tensor([1.6484, 2.7188])

# %% rounded_index tags=["remove-cell"]
assert torch.tensor(257).bfloat16().long() == 256
assert 2 * x.bfloat16().nbytes == x.nbytes

# %% offload
from torch.autograd.graph import save_on_cpu

with save_on_cpu():
    y = x.exp()
print(torch.autograd.grad(y.sum(), x)[0])
# > tensor([1.6487, 2.7183])

# %% no_tensor tags=["raises-exception"]
with saved_tensors_hooks(lambda t: "lost", lambda packed: None):
    y = x.exp()
y.sum().backward()
# > TypeError: Output of saved tensor unpack_hook expected to be a Tensor but got result of type NoneType

# %% wrong_tensor
with saved_tensors_hooks(lambda t: t, lambda t: torch.tensor(2.0)):
    y = x.exp()
print(torch.autograd.grad(y.sum(), x)[0])
# > tensor([2., 2.])

# %% pack_writes tags=["raises-exception"]
with saved_tensors_hooks(lambda t: t.mul_(2), lambda t: t):
    y = x.exp()
# > RuntimeError: A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook cannot be modified by in-place operations as this can lead to unexpected side-effects. Please open an issue if you need to perform in-place operations on the input to a pack hook.

# %% omitted
def plain(x):
    return x.sin().exp()


y = checkpoint(plain, x)
# > UserWarning: torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9, calling checkpoint without use_reentrant will raise an exception. use_reentrant=False is recommended, but if you need to preserve the current default behavior, you can pass use_reentrant=True. Refer to docs for more details on the differences between the two variants.

# %% reentrant tags=["raises-exception"]
layer = torch.nn.Linear(1, 1)
data = torch.ones(1, 1)
checkpoint(layer, data, use_reentrant=False).sum().backward()
print(layer.weight.grad)
# > tensor([[1.]])
checkpoint(layer, data, use_reentrant=True).sum().backward()
# > UserWarning: None of the inputs have requires_grad=True. Gradients will be None
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% impure
runs = 0


def impure(x):
    global runs
    runs += 1
    return (runs * x).exp()


u = torch.tensor(1.0, requires_grad=True)
y = checkpoint(impure, u, use_reentrant=False)
y.backward()
print(f"{y.item():.3f} {u.grad.item():.3f}")
# > 2.718 7.389

# %% batch_norm
norm = torch.nn.BatchNorm1d(1)
rows = torch.tensor([[4.0], [6.0]], requires_grad=True)
checkpoint(norm, rows, use_reentrant=False).sum().backward()
mean = norm.running_mean.item()
print(norm.num_batches_tracked.item(), f"{mean:.2f}")
# > 2 0.95

# %% early_stop
log = []


def noted(x):
    log.append("begin")
    y = x.sin()
    log.append("end")
    return y + 1


checkpoint(noted, u, use_reentrant=False).backward()
print(log)
# > ['begin', 'end', 'begin']

# %% bytes
def kept_bytes(run):
    pieces = {}

    def note(t):
        memory = t.untyped_storage()
        pieces[memory.data_ptr()] = memory.nbytes()
        return t.detach()

    with saved_tensors_hooks(note, lambda t: t):
        result = run()
    return sum(pieces.values())


big = torch.ones(1000, requires_grad=True)
print(kept_bytes(lambda: chain(big, 36)))
# > 144000
options = {"use_reentrant": False}
print(kept_bytes(lambda: checkpoint(chain, big, 36, **options)))
# > 4000

# %% five
counts["calls"] = 0
y = x
for _ in range(5):
    y = checkpoint(block, y, use_reentrant=False)
y.sum().backward()
print(counts["calls"])
# > 10

# %% two_passes
counts["calls"] = 0
y = checkpoint(block, x, use_reentrant=False).sum()
y.backward(retain_graph=True)
y.backward()
print(counts["calls"])
# > 3

# %% dropout
torch.manual_seed(0)
drop = torch.nn.Dropout(0.5)
for keep in [True, False]:
    ones = torch.ones(100, requires_grad=True)
    y = checkpoint(
        drop, ones, preserve_rng_state=keep, use_reentrant=False
    )
    y.sum().backward()
    print(torch.equal(ones.grad, y.detach()))
# > True
# > False

# %% hundred
print(kept(100, 10) + saved_by(lambda: chain(x, 10)))
# > 20

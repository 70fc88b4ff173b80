# %% adds_up
import torch

x = torch.tensor(2.0, requires_grad=True)
for _ in range(3):
    y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
    y.backward()
    print(x.grad)
# > tensor(93.)
# > tensor(186.)
# > tensor(279.)

# %% two_passes
x = torch.tensor(2.0, requires_grad=True)
(x**2).backward()
print(x.grad)
# > tensor(4.)
(x**3).backward()
print(x.grad)
# > tensor(16.)

# %% one_pass
x = torch.tensor(2.0, requires_grad=True)
(x**2 + x**3).backward()
print(x.grad)
# > tensor(16.)

# %% sum_rule tags=["hide-input"]
from gradbook import derivative

derivative(lambda x: x**2 + x**3, "2x + 3x^2")
# > dy/dx = 2x + 3x^2 (proved: SymPy, finite differences, autograd at 16 points)

# %% slopes_in_prose tags=["remove-cell"]
derivative("x^2", "2x")
derivative("x^3", "3x^2")
derivative("w^2", "2w")
derivative("x^2 + x", "2x + 1")
# > dy/dx = 2x + 1 (proved: SymPy, finite differences, autograd at 16 points)

# %% one_arrival
x = torch.tensor(2.0, requires_grad=True)
x.register_hook(lambda grad: print("arrived:", grad))
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
y.backward()
# > arrived: tensor(93.)


# %% full_batch
def loss(w, x):
    return ((w * x) ** 2).mean()


x = torch.tensor([1.0, 2.0, 3.0, 4.0])
w = torch.tensor(1.0, requires_grad=True)
loss(w, x).backward()
print(w.grad)
# > tensor(15.)

# %% two_means
w.grad = None
for piece in x.split(2):
    loss(w, piece).backward()
print(w.grad)
# > tensor(30.)

# %% weighted_means
w.grad = None
for piece in x.split(3):
    (loss(w, piece) * len(piece) / len(x)).backward()
print(w.grad)
# > tensor(15.)

# %% dropped
x = torch.tensor(2.0, requires_grad=True)
(x**2).backward()
x.grad = None
print(x.grad)
# > None

# %% zeroed
(x**2).backward()
x.grad.zero_()
print(x.grad)
# > tensor(0.)

# %% by_optimizer
w = torch.nn.Parameter(torch.tensor(1.0))
optimizer = torch.optim.SGD([w], lr=0.1)
(w**2).backward()
optimizer.zero_grad()
print(w.grad)
# > None

# %% zeros_on_request
(w**2).backward()
optimizer.zero_grad(set_to_none=False)
print(w.grad)
# > tensor(0.)

# %% only_its_own
trained, other = (
    torch.nn.Parameter(torch.tensor(start)) for start in (2.0, 3.0)
)
optimizer = torch.optim.SGD([trained], lr=0.0)
for _ in range(3):
    optimizer.zero_grad()
    (trained * other).backward()
    optimizer.step()
print(trained.grad, other.grad)
# > tensor(3.) tensor(6.)

# %% loop
w = torch.nn.Parameter(torch.tensor(4.0))
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    (w**2).backward()
    optimizer.step()
    print(f"{w.item():.3f}")
# > 3.200
# > 2.560
# > 2.048


# %% walks
def walk(reset):
    w = torch.nn.Parameter(torch.tensor(4.0))
    optimizer = torch.optim.SGD([w], lr=0.1)
    positions = [w.item()]
    for _ in range(30):
        if reset:
            optimizer.zero_grad()
        (w**2).backward()
        optimizer.step()
        positions.append(w.item())
    return positions


with_reset, without_reset = walk(True), walk(False)
print(f"{with_reset[-1]:.3f} {without_reset[-1]:.3f}")
# > 0.005 1.525

# %% picture tags=["hide-input"]
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(5, 3))
ax.axhline(0, color="gray", linewidth=0.8)
ax.plot(without_reset, "C1s--", markersize=4, label="without reset")
ax.plot(with_reset, "C0o-", markersize=4, label="with reset")
ax.set(xlabel="step", ylabel="$w$")
ax.set(ylim=(-5, 7.5), yticks=[-4, 0, 4])
ax.legend(loc="upper right", ncols=2)
fig.set_label(
    "Thirty steps on the square of w, from w = 4. With a reset before "
    f"each pass, w falls to {with_reset[-1]:.3f}. Without one it "
    f"swings between {min(without_reset):.1f} and "
    f"{max(without_reset):.1f} and does not settle."
)
# > Thirty steps on the square of w, from w = 4. With a reset before each pass, w falls to 0.005. Without one it swings between -4.0 and 4.0 and does not settle.

# %% two_kinds
x = torch.tensor(2.0, requires_grad=True)
z = torch.tensor(5.0, requires_grad=True)
unreached = torch.tensor(7.0, requires_grad=True)
(x**2 + 0 * z).backward()
print(x.grad, z.grad, unreached.grad)
# > tensor(4.) tensor(0.) None

# %% zero_after_reset
x.grad.zero_()
print(x.grad, unreached.grad)
# > tensor(0.) None

# %% momentum
for set_to_none in [True, False]:
    w = torch.nn.Parameter(torch.tensor(1.0))
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
    (w * 1).backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=set_to_none)
    optimizer.step()
    print(w.grad, f"{w.item():.2f}")
# > None 0.90
# > tensor(0.) 0.81

# %% kept
x = torch.tensor(2.0, requires_grad=True)
(x**2).backward()
first = x.grad
(x**2).backward()
print(first)
# > tensor(8.)

# %% cloned
x.grad = None
(x**2).backward()
first = x.grad.clone()
(x**2).backward()
print(first)
# > tensor(4.)

# %% kept_with_create_graph tags=["remove-cell"]
import warnings

x.grad = None
(x**2).backward()
first = x.grad
with warnings.catch_warnings(action="ignore"):
    (x**2).backward(create_graph=True)
assert first is not x.grad and (first, x.grad) == (4, 8)

# %% resets_differ
x.grad = None
(x**2).backward()
first = x.grad
x.grad.zero_()
print(first)
# > tensor(0.)
x.grad = None
(x**2).backward()
first = x.grad
x.grad = None
print(first)
# > tensor(4.)

# %% stuck
p = torch.tensor(1.0, dtype=torch.bfloat16, requires_grad=True)
for _ in range(300):
    p.backward()
print(p.grad)
# > tensor(256., dtype=torch.bfloat16)

# %% grad_dtype
p = torch.tensor(1.0, dtype=torch.bfloat16, requires_grad=True)
print(p.grad_dtype)
# > torch.bfloat16
p.grad_dtype = torch.float32
for _ in range(300):
    p.backward()
print(p.grad)
# > tensor(300.)

# %% reset_too_late
w = torch.nn.Parameter(torch.tensor(1.0))
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(100):
    (w**2).backward()
    optimizer.zero_grad()
    optimizer.step()
print(w.item())
# > 1.0

# %% reset_in_time
for _ in range(100):
    optimizer.zero_grad()
    (w**2).backward()
    optimizer.step()
print(f"{w.item():.6f}")
# > 0.000000

# %% nothing_to_zero tags=["raises-exception"]
x = torch.tensor(2.0, requires_grad=True)
x.grad.zero_()
# > AttributeError: 'NoneType' object has no attribute 'zero_'

# %% none_always_works
x.grad = None
(x**2).backward()
print(x.grad)
# > tensor(4.)

# %% number tags=["raises-exception"]
x.grad = 0.0
# > TypeError: assigned grad expected to be a Tensor or None but got grad of type float

# %% other_dtype tags=["raises-exception"]
x.grad = torch.tensor(0.0, dtype=torch.float64)
# > RuntimeError: attempting to assign a gradient with dtype 'double' to a tensor with grad_dtype 'Float'. The gradient must match the tensor's grad_dtype (defaults to the tensor's dtype). You can set the tensor's grad_dtype attribute with a specific dtype, or None to allow any dtype. Set grad_dtype with caution. Diverging the dtypes of a tensor and its gradient may break downstream systems that assume they match.

# %% zeros_like
x.grad = torch.zeros_like(x)
print(x.grad)
# > tensor(0.)

# %% five_passes
x = torch.tensor(3.0, requires_grad=True)
for _ in range(4):
    (x**2 + x).backward()
print(x.grad)
# > tensor(28.)

# %% decay
w = torch.nn.Parameter(torch.tensor(1.0))
optimizer = torch.optim.SGD([w], lr=0.1, weight_decay=0.5)
w.grad = torch.tensor(0.0)
optimizer.step()
print(f"{w.item():.2f}")
# > 0.95

# %% decay_none
w.grad = None
optimizer.step()
print(f"{w.item():.2f}")
# > 0.95

# %% five_and_three
x = torch.arange(8.0)
w = torch.tensor(1.0, requires_grad=True)
for piece, factor in zip(x.split(5), [5 / 8, 3 / 8]):
    (factor * loss(w, piece)).backward()
print(w.grad, 2 * (x**2).mean())
# > tensor(35.) tensor(35.)

# %% log
x = torch.tensor(2.0, requires_grad=True)
log = []
for power in [1, 2, 3]:
    if x.grad is not None:
        x.grad.zero_()
    (x**power).backward()
    log.append(x.grad)
print(log)
# > [tensor(12.), tensor(12.), tensor(12.)]

# %% log_mended
log = []
for power in [1, 2, 3]:
    x.grad = None
    (x**power).backward()
    log.append(x.grad)
print(log)
# > [tensor(1.), tensor(4.), tensor(12.)]

# %% log_mended_otherwise tags=["remove-cell"]
for keep in [torch.clone, torch.Tensor.item]:
    log = []
    for power in [1, 2, 3]:
        x.grad.zero_()
        (x**power).backward()
        log.append(keep(x.grad))
    assert log == [1, 4, 12]

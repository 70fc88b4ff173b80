# %% per_sample
import torch
from torch.func import grad, vmap


def loss(w, x, y):
    return (w * x - y) ** 2


xs = torch.tensor([1.0, 2.0, 3.0])
ys = torch.tensor([2.0, 4.0, 7.0])
w = torch.tensor(1.5)
each = vmap(grad(loss), in_dims=(None, 0, 0))
print(each(w, xs, ys))
# > tensor([ -1.,  -4., -15.])

# %% grad_is_function
print(grad(loss)(w, xs[0], ys[0]))
# > tensor(-1.)
print(grad(grad(loss))(w, xs[0], ys[0]))
# > tensor(2.)
print(w.requires_grad, w.grad)
# > False None

# %% single_rule tags=["hide-input"]
from gradbook import gradient

gradient("(w x - y)^2", w="2x(w x - y)")
# > df/dw = 2x(w x - y) (proved: SymPy, finite differences, autograd at 8 points)

# %% second_rule tags=["hide-input"]
gradient("2x(w x - y)", w="2x^2", name="g")
# > dg/dw = 2x^2 (proved: SymPy, finite differences, autograd at 8 points)


# %% one_call
def seen(x):
    print("called with shape", tuple(x.shape))
    return x.sum()


print(vmap(seen)(torch.ones(3, 2)))
# > called with shape (2,)
# > tensor([2., 2., 2.])

# %% mean_agrees
tracked = torch.tensor(1.5, requires_grad=True)
loss(tracked, xs, ys).mean().backward()
print(tracked.grad, each(w, xs, ys).mean())
# > tensor(-6.6667) tensor(-6.6667)

# %% mean_rule tags=["hide-input"]
gradient(
    "mean((w x - y)^2)",
    w="mean(2x(w x - y))",
    shapes={"w": "", "x": "n", "y": "n"},
)
# > df/dw = mean(2x(w x - y)) (proved for n = 3: SymPy, finite differences, autograd at 8 points)

# %% arrows tags=["hide-input"]
import matplotlib.pyplot as plt


def line_loss(p, x, y):
    return (p[0] * x + p[1] - y) ** 2


at = torch.tensor([-2.0, 1.0, 0.5])
to = torch.tensor([1.5, 2.0, -2.0])
arrows = vmap(grad(line_loss), in_dims=(None, 0, 0))(
    torch.zeros(2), at, to
)
mean = arrows.mean(0)
fig, ax = plt.subplots(figsize=(5, 3))
ax.axhline(0, color="lightgray", linewidth=0.8)
ax.axvline(0, color="lightgray", linewidth=0.8)
for k, (a, b) in enumerate(arrows.tolist()):
    ax.plot([0, a], [0, b], f"C{k}--")
    ax.plot(a, b, f"C{k}o")
    ax.text(a + 0.4, b + (0.2 if b > -4 else -0.7), f"example {k}")
a, b = mean.tolist()
ax.plot([0, a], [0, b], color="black", linewidth=3)
ax.plot(a, b, "ks")
ax.text(a - 0.4, b - 1.0, "mean")
ax.set(xlabel="with respect to $w$", ylabel="with respect to $b$")
ax.set(xlim=(-5, 11), ylim=(-5, 5.5))
fig.set_label(
    "Three arrows from the origin, the gradients of three examples, "
    f"end at {', '.join(f'({a:g}, {b:g})' for a, b in arrows.tolist())}"
    f". Their mean ends at ({mean[0]:.2f}, {mean[1]:g})."
)
# > Three arrows from the origin, the gradients of three examples, end at (6, -3), (-4, -4), (2, 4). Their mean ends at (1.33, -1).

# %% module
from torch.func import functional_call

model = torch.nn.Linear(2, 1, bias=False)
params = {"weight": torch.tensor([[1.0, 2.0]])}
X = torch.tensor([[1.0, 0.0], [0.0, 1.0], [3.0, 4.0]])


def model_loss(params, x):
    return functional_call(model, params, (x,)).square().sum()


grads = vmap(grad(model_loss), in_dims=(None, 0))(params, X)
print(grads["weight"])
# > tensor([[[ 2.,  0.]],
# >
# >         [[ 0.,  4.]],
# >
# >         [[66., 88.]]])

# %% buffers tags=["remove-cell"]
norm = torch.nn.BatchNorm1d(2)
functional_call(norm, dict(norm.named_parameters()), (X,))
assert norm.num_batches_tracked == 1 and norm.running_mean.any()
given = dict(norm.state_dict(), running_mean=torch.zeros(2))
before = norm.running_mean.clone()
functional_call(norm, given, (X,))
assert given["running_mean"].any()
assert torch.equal(norm.running_mean, before)

# %% clipped
lengths = grads["weight"].flatten(1).norm(dim=1)
factors = (1 / lengths).clamp(max=1)
print(lengths)
# > tensor([  2.,   4., 110.])
print((factors[:, None, None] * grads["weight"]).mean(0))
# > tensor([[0.5333, 0.6000]])

# %% ensemble
from torch.func import stack_module_state

models = [torch.nn.Linear(1, 1, bias=False) for _ in range(3)]
for k, member in enumerate(models):
    torch.nn.init.constant_(member.weight, k + 1.0)
stacked, buffers = stack_module_state(models)
skeleton = torch.nn.Linear(1, 1, bias=False, device="meta")


def run(params, x):
    return functional_call(skeleton, params, (x,))


x = torch.tensor([5.0])
outputs = vmap(run, in_dims=(0, None))(stacked, x)
print(outputs.flatten().tolist())
# > [5.0, 10.0, 15.0]
outputs.sum().backward()
print(stacked["weight"].grad.flatten())
# > tensor([5., 5., 5.])


# %% randomness
def noisy(x):
    return x + torch.rand(())


for choice in "same", "different":
    torch.manual_seed(0)
    found = vmap(noisy, randomness=choice)(torch.zeros(3))
    print(choice, len(found.unique()))
# > same 1
# > different 3

# %% no_choice tags=["raises-exception"]
vmap(noisy)(torch.zeros(3))
# > RuntimeError: vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness flags on vmap or perform the randomness operation out of vmap

# %% forgotten
print(grad(lambda params: model(X[0]).sum())(params))
# > {'weight': tensor([[0., 0.]])}


# %% no_grad
def square_inside(x):
    with torch.no_grad():
        return x**2


three = torch.tensor(3.0)
with torch.no_grad():
    print(grad(lambda x: x**2)(three))
# > tensor(6.)
print(grad(square_inside)(three))
# > tensor(0.)

# %% jvp_inside tags=["remove-cell"]
assert torch.func.jvp(square_inside, (three,), (three / 3,))[1] == 6
pictures = torch.randn(3, 2, 4, 4)
try:
    vmap(lambda x: torch.nn.BatchNorm2d(2)(x[None])[0])(pictures)
except RuntimeError as error:
    assert "updated in place" in str(error)
else:
    raise AssertionError

# %% item tags=["raises-exception"]
vmap(lambda x: x * x.item())(xs)
# > RuntimeError: vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over calling .item() on a Tensor, please try to rewrite what you're doing with other operations. If error is occurring somewhere inside PyTorch internals, please file a bug report.

# %% without_item
print(vmap(lambda x: x * x.detach())(xs))
# > tensor([1., 4., 9.])

# %% if_value tags=["raises-exception"]
vmap(lambda x: x if x > 2 else -x)(xs)
# > RuntimeError: vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow. We don't support that yet, please file an issue at https://github.com/pytorch/pytorch/issues .

# %% where
print(vmap(lambda x: torch.where(x > 2, x, -x))(xs))
# > tensor([-1., -2.,  3.])


# %% factory tags=["raises-exception"]
def pair(x):
    out = torch.zeros(2)
    out[0] = x
    return out


vmap(pair)(xs)
# > RuntimeError: vmap: inplace arithmetic(self, *extra_args) is not possible because there exists a Tensor `other` in extra_args that has more elements than `self`. This happened due to `other` being vmapped over but `self` not being vmapped over in a vmap. Please try to use out-of-place operators instead of inplace arithmetic. If said operator is being called inside the PyTorch framework, please file a bug report instead.

# %% from_argument
print(vmap(lambda x: torch.stack([x, torch.zeros_like(x)]))(xs))
# > tensor([[1., 0.],
# >         [2., 0.],
# >         [3., 0.]])

# %% batch_norm tags=["raises-exception"]
norm = torch.nn.BatchNorm1d(2)
vmap(lambda x: norm(x[None])[0])(X)
# > ValueError: Expected more than 1 value per channel when training, got input size torch.Size([1, 2])

# %% group_norm
norm = torch.nn.GroupNorm(1, 2)
print(vmap(lambda x: norm(x[None])[0])(X).shape)
# > torch.Size([3, 2])

# %% weight_two
print(each(torch.tensor(2.0), xs, ys))
# > tensor([ 0.,  0., -6.])

# %% argnums
print(grad(loss, argnums=1)(w, xs[0], ys[0]))
# > tensor(-1.5000)

# %% influence
print(lengths.argmax().item(), lengths.max().item())
# > 2 110.0

# %% broken tags=["raises-exception"]
points = torch.tensor([-2.0, 3.0])
vmap(grad(lambda x: x if x > 0 else -x))(points)
# > RuntimeError: vmap: It looks like you're either (1) calling .item() on a Tensor or (2) attempting to use a Tensor in some data-dependent control flow or (3) encountering this error in PyTorch internals. For (1): we don't support vmap over calling .item() on a Tensor, please try to rewrite what you're doing with other operations. For (2): we don't support data-dependent control flow in vmap yet, please file an issue at https://github.com/pytorch/pytorch/issues . For (3): please file an issue.

# %% mended
print(vmap(grad(lambda x: torch.where(x > 0, x, -x)))(points))
# > tensor([-1.,  1.])

# %% in_prose tags=["remove-cell"]
gradient("(w x - y)^2", x="2w(w x - y)")
gradient("(w @ x)^2", w="2(w @ x) x", shapes={"w": "n", "x": "n"})
# > dy/dw = 2(w @ x) x (proved for n = 3: SymPy, finite differences, autograd at 8 points)

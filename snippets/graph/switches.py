# %% short_answer
import torch

x = torch.tensor(2.0, requires_grad=True)
a = torch.tensor(3.0, requires_grad=True)
w = torch.tensor(5.0, requires_grad=True)
u = (a * x).detach()
(w * u).backward()
print(x.grad, a.grad, w.grad)
# > None None tensor(6.)

# %% partials tags=["hide-input"]
from gradbook import gradient

gradient(
    lambda x, a, w: w * (a * x), name="y", x="w a", a="w x", w="a x"
)
# > dy/dx = w a, dy/da = w x, dy/dw = a x (proved: SymPy, finite differences, autograd at 8 points)


# %% switches
def product(a, x):
    return a * x


switches = {
    "no switch": product,
    "requires_grad_(False)": lambda a, x: a.requires_grad_(False) * x,
    "detach()": lambda a, x: (a * x).detach(),
    "no_grad()": torch.no_grad()(product),
    "inference_mode()": torch.inference_mode()(product),
}

# %% table
gradients = {}
print(f"{'':23}{'x.grad':14}{'a.grad':14}w.grad")
# >                        x.grad        a.grad        w.grad
for name, switch in switches.items():
    x = torch.tensor(2.0, requires_grad=True)
    a = torch.tensor(3.0, requires_grad=True)
    w = torch.tensor(5.0, requires_grad=True)
    try:
        (w * switch(a, x)).backward()
        gradients[name] = [x.grad, a.grad, w.grad]
    except RuntimeError:
        gradients[name] = ["raises"] * 3
    gx, ga, gw = gradients[name]
    print(f"{name:23}{gx!s:14}{ga!s:14}{gw!s}")
# > no switch              tensor(15.)   tensor(10.)   tensor(6.)
# > requires_grad_(False)  tensor(15.)   None          tensor(6.)
# > detach()               None          None          tensor(6.)
# > no_grad()              None          None          tensor(6.)
# > inference_mode()       raises        raises        raises

# %% past_frozen tags=["hide-input"]
from gradbook import draw

x = torch.tensor(2.0, requires_grad=True)
a = torch.tensor(3.0, requires_grad=True).requires_grad_(False)
w = torch.tensor(5.0, requires_grad=True)
u = a * x
y = w * u
draw(y)
# > Graph of y = 30: 4 nodes (2 Mul, 2 AccumulateGrad), 1 path to x, 1 path to w, dy/dx = 15, dy/dw = 6

# %% ladder tags=["hide-input"]
import matplotlib.pyplot as plt

questions = [
    ("One tensor, until\nfurther notice?", "requires_grad_(False)"),
    ("One value,\nin one place?", "detach()"),
    ("A block whose\nresults are used\nin training?", "no_grad()"),
    ("A block whose\nresults are only\nlooked at?", "inference_mode()"),
]


def measured(name):
    if gradients[name][0] == "raises":
        return "w * u raises"
    pairs = zip("xaw", gradients[name])
    got = [f"{leaf} {g:.0f}" for leaf, g in pairs if g is not None]
    return "gradients: " + ", ".join(got)


fig, ax = plt.subplots(figsize=(5, 5))
ax.axis("off")
ax.set(xlim=(0, 10), ylim=(-0.4, 3.4))
arrow = {"arrowstyle": "->", "color": "gray", "linewidth": 1.5}
for row, (question, name) in enumerate(reversed(questions)):
    ax.text(0, row, question, va="center")
    ax.annotate("", (4.9, row), (3.6, row), arrowprops=arrow)
    ax.text(4.15, row + 0.04, "yes", ha="center", va="bottom")
    ax.text(5.1, row + 0.03, name, weight="bold", va="bottom")
    ax.text(5.1, row - 0.05, measured(name), va="top")
    if row:
        below, above = (0.4, row - 0.68), (0.4, row - 0.34)
        ax.annotate("", below, above, arrowprops=arrow)
        ax.text(0.6, row - 0.5, "no", va="center")
fig.set_label(
    "Four questions in turn, each with the switch to take if the "
    "answer is yes, and what it left in the table above. "
    + " ".join(
        f"{' '.join(question.split())} {name}, {measured(name)}."
        for question, name in questions
    )
)
# > Four questions in turn, each with the switch to take if the answer is yes, and what it left in the table above. One tensor, until further notice? requires_grad_(False), gradients: x 15, w 6. One value, in one place? detach(), gradients: w 6. A block whose results are used in training? no_grad(), gradients: w 6. A block whose results are only looked at? inference_mode(), w * u raises.

# %% by_flag
for training in [True, False]:
    with torch.set_grad_enabled(training):
        print(training, (x * 2).requires_grad)
# > True True
# > False False

# %% nested
x = torch.tensor(2.0, requires_grad=True)
with torch.no_grad():
    with torch.enable_grad():
        print("in no_grad:", (x * 2).requires_grad)
# > in no_grad: True
with torch.inference_mode():
    with torch.enable_grad():
        print("in inference_mode:", (x * 2).requires_grad)
    with torch.inference_mode(False):
        print("in inference_mode(False):", (x * 2).requires_grad)
# > in inference_mode: False
# > in inference_mode(False): True

# %% marks
x = torch.tensor([2.0, 3.0], requires_grad=True)
recipes = [
    "x * 2",
    "x.detach()",
    "x[:1]",
    "torch.ones(1)",
    "torch.ones(1, requires_grad=True)",
]
print(f"{'':36}tracked leaf    inference")
# >                                     tracked leaf    inference
for mode in [torch.no_grad, torch.inference_mode]:
    print(mode.__name__)
    for recipe in recipes:
        with mode():
            t = eval(recipe)
        print(
            f"  {recipe:34}{t.requires_grad!s:8}{t.is_leaf!s:8}"
            f"{t.is_inference()}"
        )
# > no_grad
# >   x * 2                             False   True    False
# >   x.detach()                        False   True    False
# >   x[:1]                             True    True    False
# >   torch.ones(1)                     False   True    False
# >   torch.ones(1, requires_grad=True) True    True    False
# > inference_mode
# >   x * 2                             False   True    True
# >   x.detach()                        False   True    False
# >   x[:1]                             True    True    False
# >   torch.ones(1)                     False   True    True
# >   torch.ones(1, requires_grad=True) True    True    True

# %% view_made_inside
with torch.no_grad():
    first = x[0]
print(first, first.grad_fn)
# > tensor(2., requires_grad=True) None
(5 * first).backward()
print(x.grad, first.grad)
# > None None

# %% view_made_outside
first = x[0]
(5 * first).backward()
print(x.grad)
# > tensor([5., 0.])

# %% eval_statistics
layer = torch.nn.BatchNorm1d(1)
batch = torch.tensor([[10.0], [20.0]])
with torch.no_grad():
    layer(batch)
print(layer.running_mean)
# > tensor([1.5000])

# %% eval_keeps
layer.eval()
with torch.no_grad():
    layer(batch)
print(layer.running_mean)
# > tensor([1.5000])
print(layer(batch).requires_grad)
# > True

# %% shares
w = torch.tensor([3.0, 1.0], requires_grad=True)
u = 2 * w
relative = u.detach()
print(relative.data_ptr() == u.data_ptr())
# > True
relative /= relative.sum()
print(u)
# > tensor([0.7500, 0.2500], grad_fn=<MulBackward0>)

# %% copied
u = 2 * w
relative = u.detach().clone()
relative /= relative.sum()
print(u)
# > tensor([6., 2.], grad_fn=<MulBackward0>)

# %% numpy_refused tags=["raises-exception"]
u.numpy()
# > RuntimeError: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.

# %% numpy_copied
curve = u.detach().clone().numpy()
curve[0] = 100
print(curve, u)
# > [100.   2.] tensor([6., 2.], grad_fn=<MulBackward0>)

# %% as_statement
torch.no_grad()
print((w * 2).requires_grad)
# > True
torch.set_grad_enabled(False)
print((w * 2).requires_grad)
# > False

# %% still_off tags=["raises-exception"]
(w * 2).sum().backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% in_a_block
torch.set_grad_enabled(True)
with torch.set_grad_enabled(False):
    print((w * 2).requires_grad)
# > False
print((w * 2).requires_grad)
# > True

# %% model_inside
with torch.inference_mode():
    model = torch.nn.Linear(1, 1)
model(torch.ones(1)).sum().backward()
print(model.bias.grad)
# > tensor([1.])

# %% model_step tags=["raises-exception"]
torch.optim.SGD(model.parameters(), lr=0.1).step()
# > RuntimeError: Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.

# %% model_outside
with torch.no_grad():
    model = torch.nn.Linear(1, 1)
    model.bias.fill_(0.0)
model(torch.ones(1)).sum().backward()
torch.optim.SGD(model.parameters(), lr=0.1).step()
print(model.bias)
# > Parameter containing:
# > tensor([-0.1000], requires_grad=True)

# %% predict_factory
with torch.no_grad():
    a = torch.ones(1, requires_grad=True)
    b = a * 2
print(a.requires_grad, b.requires_grad)
# > True False

# %% predict_nesting
x = torch.tensor(3.0, requires_grad=True)
with torch.no_grad():
    y = x**2
    with torch.enable_grad():
        z = y * x
z.backward()
print(x.grad)
# > tensor(9.)

# %% inference_sum
with torch.inference_mode():
    i = torch.tensor([4.0, 5.0])
w = torch.tensor([1.0, 2.0], requires_grad=True)
(w + i).sum().backward()
print(w.grad)
# > tensor([1., 1.])

# %% inference_product tags=["raises-exception"]
(w * i).sum().backward()
# > RuntimeError: Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`.

# %% inference_written tags=["raises-exception"]
i.add_(1)
# > RuntimeError: Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.

# %% inference_uncounted tags=["raises-exception"]
i._version
# > RuntimeError: Inference tensors do not track version counter.

# %% inference_cloned
print(i.clone()._version)
# > 1

# %% slopes_in_prose tags=["remove-cell"]
gradient("c b a x", name="y", a="c b x")
# > dy/da = c b x (proved: SymPy, finite differences, autograd at 8 points)

# %% three_layers
x = torch.tensor(2.0, requires_grad=True)
a, b, c = (
    torch.tensor(number, requires_grad=True)
    for number in [3.0, 4.0, 5.0]
)
with torch.no_grad():
    frozen = b * (a * x)
(c * frozen).backward()
print(a.grad, b.grad, c.grad)
# > None None tensor(24.)

# %% three_layers_frozen
c.grad = None
b.requires_grad_(False)
(c * (b * (a * x))).backward()
print(a.grad, b.grad, c.grad)
# > tensor(40.) None tensor(24.)

# %% also_right tags=["remove-cell"]
b.requires_grad_(True)
for middle, expected in [
    (b.detach() * (a * x), [40.0, None]),
    ((b * (a * x)).detach(), [None, None]),
]:
    a.grad = b.grad = None
    (c * middle).backward()
    found = [t.grad and t.grad.item() for t in (a, b)]
    assert found == expected, (found, expected)

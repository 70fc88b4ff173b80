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


# %% switches tags=["remove-cell"]
def product(a, x):
    return a * x


switches = {
    "none": product,
    "flag": lambda a, x: a.requires_grad_(False) * x,
    "detach": lambda a, x: (a * x).detach(),
    "no_grad": torch.no_grad()(product),
    "inference": torch.inference_mode()(product),
}


def number(grad):
    return None if grad is None else f"{grad.item():.0f}"


g = {}
for name, switch in switches.items():
    x = torch.tensor(2.0, requires_grad=True)
    a = torch.tensor(3.0, requires_grad=True)
    w = torch.tensor(5.0, requires_grad=True)
    try:
        (w * switch(a, x)).backward()
        g[name] = [number(t.grad) for t in (x, a, w)]
    except RuntimeError:
        g[name] = ["raises"] * 3

# %% one_switch
x = torch.tensor(2.0, requires_grad=True)
a = torch.tensor(3.0, requires_grad=True)
w = torch.tensor(5.0, requires_grad=True)
with torch.no_grad():
    u = a * x
(w * u).backward()
print(x.grad, a.grad, w.grad)
# > None None tensor(6.)

# %% side_by_side tags=["hide-input"]
from gradbook import draw, row

x = torch.tensor(2.0, requires_grad=True)
a = torch.tensor(3.0, requires_grad=True)
w = torch.tensor(5.0, requires_grad=True)
u = a * x
y = w * u
pictures = {"no switch": draw(y)}
u = (a * x).detach()
y = w * u
pictures["detach()"] = draw(y)
a.requires_grad_(False)
u = a * x
y = w * u
pictures["requires_grad_(False)"] = draw(y)
row(pictures)
# > no switch: Graph of y = 30: 5 nodes (2 Mul, 3 AccumulateGrad), 1 path to a, 1 path to x, 1 path to w, dy/da = 10, dy/dx = 15, dy/dw = 6
# > detach(): Graph of y = 30: 2 nodes (1 Mul, 1 AccumulateGrad), 1 path to w, dy/dw = 6
# > requires_grad_(False): Graph of y = 30: 4 nodes (2 Mul, 2 AccumulateGrad), 1 path to x, 1 path to w, dy/dx = 15, dy/dw = 6

# %% frozen_encoder
torch.manual_seed(0)
encoder, head = torch.nn.Linear(2, 3), torch.nn.Linear(3, 1)
encoder.requires_grad_(False)
batch = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
head(encoder(batch)).mean().backward()
print(encoder.weight.grad, head.weight.grad.shape)
# > None torch.Size([1, 3])

# %% frozen_under_head
first = torch.nn.Linear(2, 2)
head(encoder(first(batch))).mean().backward()
print(encoder.weight.grad, first.weight.grad.shape)
# > None torch.Size([2, 2])

# %% gan
generator, critic = torch.nn.Linear(1, 2), torch.nn.Linear(2, 1)
fake = generator(torch.ones(4, 1))
critic(fake.detach()).mean().backward()
print(generator.weight.grad, critic.weight.grad.shape)
# > None torch.Size([1, 2])
(-critic(fake).mean()).backward()
print(generator.weight.grad.shape)
# > torch.Size([2, 1])

# %% evaluation
model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Dropout())
model.eval()
with torch.no_grad():
    first_time, second_time = model(batch), model(batch)
print(torch.equal(first_time, second_time), first_time.requires_grad)
# > True False
model.train()
print(torch.equal(model(batch), model(batch)))
# > False

# %% by_flag
x = torch.tensor(2.0, requires_grad=True)
for training in [True, False]:
    with torch.set_grad_enabled(training):
        print(training, (x * 2).requires_grad)
# > True True
# > False False

# %% nested
with torch.no_grad():
    with torch.enable_grad():
        print("in no_grad:", (x * 2).requires_grad)
    with torch.inference_mode(False):
        print("in no_grad, too:", (x * 2).requires_grad)
# > in no_grad: True
# > in no_grad, too: True
with torch.inference_mode():
    with torch.enable_grad():
        print("in inference_mode:", (x * 2).requires_grad)
    with torch.inference_mode(False):
        print("in inference_mode(False):", (x * 2).requires_grad)
# > in inference_mode: False
# > in inference_mode(False): True

# %% marks tags=["remove-cell"]
x = torch.tensor([2.0, 3.0], requires_grad=True)
recipes = [
    "x * 2",
    "x.detach()",
    "x[:1]",
    "torch.ones(1)",
    "torch.ones(1, requires_grad=True)",
]
m = {}
for mode in [torch.no_grad, torch.inference_mode]:
    for n, recipe in enumerate(recipes):
        with mode():
            t = eval(recipe)
        assert t.is_leaf
        m[mode.__name__, n] = t.requires_grad, t.is_inference()
both = [m["no_grad", n][0] for n in range(5)]
assert both == [m["inference_mode", n][0] for n in range(5)]

# %% own_thread
from threading import Thread


def look():
    print("in a new thread:", torch.is_grad_enabled())


with torch.no_grad():
    print("here:", torch.is_grad_enabled())
    thread = Thread(target=look)
    thread.start()
    thread.join()
# > here: False
# > in a new thread: True

# %% one_mark
x = torch.tensor([2.0, 3.0], requires_grad=True)
with torch.inference_mode():
    made = torch.ones(2)
    print(made.is_inference(), made[:1].is_inference())
    print(x[:1].is_inference(), x.detach().is_inference())
# > True True
# > False False

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

# %% frozen_and_changed
layer.train()
layer.requires_grad_(False)
before = layer.running_mean.clone()
layer(batch)
print(torch.equal(layer.running_mean, before))
# > False

# %% frozen_and_moved
w = torch.nn.Parameter(torch.tensor(1.0))
optimizer = torch.optim.SGD([w], lr=0.1)
(w**2).backward()
w.requires_grad_(False)
optimizer.step()
print(w.grad, w.data)
# > tensor(2.) tensor(0.8000)

# %% frozen_and_still
w.grad = None
optimizer.step()
print(w.data)
# > tensor(0.8000)

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
    a = torch.nn.Linear(1, 1)
    b = a.weight * 2
print(a.weight.requires_grad, b.requires_grad)
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
product = w * i
# > RuntimeError: Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`.

# %% inference_written tags=["raises-exception"]
i.add_(1)
# > RuntimeError: Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.

# %% inference_changed
print(i)
# > tensor([5., 6.])

# %% inference_uncounted tags=["raises-exception"]
i._version
# > RuntimeError: Inference tensors do not track version counter.

# %% inference_cloned
copied = i.clone()
(w * copied).sum().backward()
print(copied.is_inference(), w.grad)
# > False tensor([6., 7.])

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

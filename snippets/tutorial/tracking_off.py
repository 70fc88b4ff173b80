# %% short_answer
import torch

x = torch.tensor(3.0, requires_grad=True)
with torch.no_grad():
    y = x**2
print(y)
# > tensor(9.)

# %% recorded
y = x**2
print(y)
# > tensor(9., grad_fn=<PowBackward0>)

# %% flag_off
c = torch.tensor(3.0, requires_grad=True)
c.requires_grad_(False)
print(c)
# > tensor(3.)
print(c**2)
# > tensor(9.)

# %% on_again tags=["remove-cell"]
c.requires_grad_(True)
print((c**2).requires_grad)
# > True
c.requires_grad_(False)
print((c**2).requires_grad)
# > False

# %% frozen_and_still_moving tags=["remove-cell"]
frozen = torch.tensor(1.0, requires_grad=True)
(3 * frozen).backward()
frozen.requires_grad_(False)
torch.optim.SGD([frozen], lr=0.1).step()
print(frozen)
# > tensor(0.7000)
frozen.grad = None
torch.optim.SGD([frozen], lr=0.1).step()
print(frozen)
# > tensor(0.7000)

# %% block_off
with torch.no_grad():
    y = x**2
print(y)
# > tensor(9.)
print(x)
# > tensor(3., requires_grad=True)

# %% in_a_block tags=["remove-cell"]
with torch.no_grad():
    with torch.enable_grad():
        print((x**2).grad_fn is None)
    print(torch.tensor(1.0, requires_grad=True).requires_grad)
    print((x**2).grad_fn, x.view(1).grad_fn, x.clone().grad_fn)
# > False
# > True
# > None None None


@torch.no_grad()
def square(t):
    return t**2


print(square(x).requires_grad, square(x).requires_grad)
# > False False
print((x**2).requires_grad)
# > True


@torch.no_grad()
async def square_later(t):
    return t**2


try:
    square_later(x).send(None)
except StopIteration as done:
    print(done.value.requires_grad)
# > True

cube = x**3
with torch.no_grad():
    (slope,) = torch.autograd.grad(cube, x, create_graph=True)
print(slope.requires_grad)
# > True

# %% detached
d = x.detach()
print(d)
# > tensor(3.)
print(d**2)
# > tensor(9.)

# %% inference
with torch.inference_mode():
    i = x**2
print(i)
# > tensor(9.)
print(i.is_inference())
# > True

# %% no_grad_may_be_used tags=["remove-cell"]
print((x * y).requires_grad, (x + i).requires_grad)
# > True True
try:
    i.requires_grad_()
except RuntimeError:
    print("an inference tensor stays untracked")
# > an inference tensor stays untracked

# %% compare
results = {
    "recorded": x**2,
    "requires_grad_(False)": c**2,
    "no_grad": y,
    "detach": d**2,
    "inference_mode": i,
}
print("x**2 by               requires_grad  is_leaf  is_inference")
# > x**2 by               requires_grad  is_leaf  is_inference
for way, t in results.items():
    print(
        f"{way:22}{t.requires_grad!s:15}{t.is_leaf!s:9}"
        f"{t.is_inference()}"
    )
# > recorded              True           False    False
# > requires_grad_(False) False          True     False
# > no_grad               False          True     False
# > detach                False          True     False
# > inference_mode        False          True     True

# %% both_paths tags=["hide-input"]
from gradbook import gradient

gradient(
    "(x^2 + 1) x",
    x="a + x * 2x",
    where={"a": "x^2 + 1"},
    name="L",
)
# > dL/dx = a + x * 2x (proved: SymPy, ...)

# %% slopes_in_sentences tags=["remove-cell"]
from gradbook import derivative

derivative("x^2 + 1", "2x")
derivative("x^3", "3x^2")
# > dy/dx = 3x^2 (proved: SymPy, finite differences, autograd at 16 points)

# %% all_recorded
a = x**2 + 1
loss = a * x
loss.backward()
print(loss.item(), x.grad)
# > 30.0 tensor(28.)

# %% a_detached
x.grad = None  # forget the 28
a = x**2 + 1
loss = a.detach() * x
loss.backward()
print(loss.item(), x.grad)
# > 30.0 tensor(10.)

# %% two_pictures tags=["hide-input"]
from gradbook import draw, row

whole, cut = a * x, a.detach() * x
row(
    {
        "L = a * x": draw(whole, names={"L": whole}),
        "L = a.detach() * x": draw(cut, names={"L": cut}),
    }
)
# > L = a * x: Graph of L = 30: 4 nodes (1 Add, 1 Mul, 1 Pow, 1 AccumulateGrad), 2 paths to x, dL/dx = 28
# > L = a.detach() * x: Graph of L = 30: 2 nodes (1 Mul, 1 AccumulateGrad), 1 path to x, dL/dx = 10

# %% too_late
w = torch.tensor(3.0, requires_grad=True)
y = w**2
w.requires_grad_(False)
y.backward()
print(w.grad)
# > None

# %% shared_memory
w = torch.tensor(3.0, requires_grad=True)
w.detach().fill_(100.0)
print(w)
# > tensor(100., requires_grad=True)

# %% counted tags=["remove-cell"]
w = torch.tensor(3.0, requires_grad=True)
y = w**2
w.detach().fill_(100.0)
try:
    y.backward()
except RuntimeError as error:
    print("modified by an inplace operation" in str(error))
# > True

# %% own_memory
w = torch.tensor(3.0, requires_grad=True)
w.detach().clone().fill_(100.0)
print(w)
# > tensor(3., requires_grad=True)

# %% eval_records
model = torch.nn.Linear(1, 1)
model.eval()
print(model(torch.ones(1)).requires_grad)
# > True

# %% no_grad_drops
drop = torch.nn.Dropout(p=1.0)  # sets every entry to zero
with torch.no_grad():
    print(drop(torch.ones(3)))
# > tensor([0., 0., 0.])
drop.eval()
print(drop(torch.ones(3)))
# > tensor([1., 1., 1.])

# %% a_layer_that_looks tags=["remove-cell"]
import warnings

layer = torch.nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)
encoder = torch.nn.TransformerEncoder(layer, 1).eval()
words = torch.ones(1, 3, 4)
padded = torch.tensor([[False, False, True]])
recorded_way = encoder(words, src_key_padding_mask=padded)
with torch.no_grad(), warnings.catch_warnings(action="ignore"):
    faster_way = encoder(words, src_key_padding_mask=padded)
print(recorded_way[0, 2].any(), faster_way[0, 2].any())
# > tensor(True) tensor(False)

# %% eval_and_no_grad
with torch.no_grad():
    print(model(torch.ones(1)).requires_grad)
# > False

# %% flag_of_computed tags=["raises-exception"]
y = x**2
y.requires_grad_(False)
# > RuntimeError: you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().

# %% detach_computed
print(y.detach())
# > tensor(9.)

# %% backward_without_graph tags=["raises-exception"]
with torch.no_grad():
    loss = x**2
loss.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% backward_with_graph
x.grad = None
loss = x**2
loss.backward()
print(x.grad)
# > tensor(6.)

# %% inference_in_training tags=["raises-exception"]
w = torch.tensor(2.0, requires_grad=True)
w * i
# > RuntimeError: Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`.

# %% cloned_for_training
(w * i.clone()).backward()
print(w.grad)
# > tensor(9.)

# %% used_later
for way, t in results.items():
    try:
        (w * t).backward()
        print(way, "works")
    except RuntimeError:
        print(way, "raises")
# > recorded works
# > requires_grad_(False) works
# > no_grad works
# > detach works
# > inference_mode raises

# %% part_unrecorded
x.grad = None
y = x**2
with torch.no_grad():
    z = y * x
(y + z).backward()
print(x.grad)
# > tensor(6.)

# %% line
w = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
(w * 5 + b).backward()
print(w.grad, b.grad)
# > tensor(5.) tensor(1.)

# %% line_frozen
w = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
w.requires_grad_(False)
(w * 5 + b).backward()
print(w.grad, b.grad)
# > None tensor(1.)

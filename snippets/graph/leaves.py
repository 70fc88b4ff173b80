# %% short_answer
import torch

x = torch.tensor(2.0, requires_grad=True)
u = 3 * x
u.retain_grad()
y = u**2
y.backward()
print(x.is_leaf, x.grad)
# > True tensor(36.)
print(u.is_leaf, u.grad)
# > False tensor(12.)

# %% computed
x = torch.tensor(2.0, requires_grad=True)
u = 3 * x
y = u**2
for tensor in [x, u, y]:
    print(tensor.is_leaf, tensor.grad_fn is None)
# > True True
# > False False
# > False False

# %% passed_on
y.backward()
print(x.grad)
# > tensor(36.)
print(u.grad)
# > UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information.
# > None

# %% named_inputs
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
(a * b).backward(inputs=[b])
print(a.grad, b.grad)
# > None tensor(2.)

# %% recipes tags=["remove-cell"]
import warnings

recipes = [
    "torch.tensor(2.0)",
    "x",
    "x * 2",
    "x.clone()",
    "x.double()",
    "x.float()",
    "x.detach()",
    "x > 0",
    "torch.nn.Parameter(x * 2)",
]


def number(grad):
    return None if grad is None else f"{grad.item():.0f}"


table = {}
for recipe in recipes:
    x = torch.tensor(2.0, requires_grad=True)
    t = eval(recipe)
    if t.requires_grad:
        (5 * t).backward()
    with warnings.catch_warnings(action="ignore"):
        own = number(t.grad)
    table[recipe] = t.is_leaf, t.requires_grad, own, number(x.grad)

# %% one_row
import warnings

warnings.filterwarnings("ignore", message="The .grad attribute")
x = torch.tensor(2.0, requires_grad=True)
t = x.clone()
(5 * t).backward()
print(t.is_leaf, t.requires_grad, t.grad, x.grad)
# > False True None tensor(5.)

# %% kinds
x = torch.tensor(2.0, requires_grad=True)
c = torch.tensor(10.0)
u = 3 * x
u.retain_grad()
d = u.detach()
v = u + 1
y = c * u + d * v
y.backward(retain_graph=True)

# %% picture tags=["hide-input"]
from gradbook import draw

draw(y)
# > Graph of y = 102: 6 nodes (3 Mul, 2 Add, 1 AccumulateGrad), 2 paths to x, dy/dx = 48

# %% network
torch.manual_seed(0)
first, last = torch.nn.Linear(2, 3), torch.nn.Linear(3, 1)
x = torch.tensor([[1.0, -1.0]], requires_grad=True)
hidden = first(x).tanh()
hidden.retain_grad()
last(hidden).sum().backward()
print(x.grad.shape, hidden.grad.shape)
# > torch.Size([1, 2]) torch.Size([1, 3])
print(torch.equal(hidden.grad, last.weight))
# > True

# %% too_late
x = torch.tensor(2.0, requires_grad=True)
u = x + 1
(u**2).backward()
u.retain_grad()
print(u.grad)
# > None

# %% becomes_computed
total = torch.tensor(0.0)
print(total.is_leaf)
# > True
total += x
print(total.is_leaf, total)
# > False tensor(2., grad_fn=<AddBackward0>)

# %% converted
x = torch.tensor([1.0, 2.0], requires_grad=True)
print(x.to("cpu") is x, x.float() is x)
# > True True
print(x.double().is_leaf)
# > False

# %% switch_on
u = x * 2
u.requires_grad_(True)
print(u.requires_grad)
# > True

# %% switch_off tags=["raises-exception"]
u.requires_grad_(False)
# > RuntimeError: you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().

# %% switch_off_fixed
print(u.detach().requires_grad)
# > False

# %% off_after
x = torch.tensor(2.0, requires_grad=True)
y = x**2
x.requires_grad_(False)
y.backward()
print(x.grad)
# > None

# %% off_before tags=["raises-exception"]
x = torch.tensor(2.0, requires_grad=True)
x.requires_grad_(False)
y = x**2
y.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% scaled
w = torch.ones(2, requires_grad=True) * 0.1
w.sum().backward()
print(w.is_leaf, w.grad)
# > False None

# %% scaled_optimizer tags=["raises-exception"]
torch.optim.SGD([w], lr=0.1)
# > ValueError: can't optimize a non-leaf Tensor

# %% scaled_first
w = (torch.ones(2) * 0.1).requires_grad_()
w.sum().backward()
print(w.grad)
# > tensor([1., 1.])

# %% rebuilt tags=["raises-exception"]
a = torch.tensor(2.0, requires_grad=True)
pair = torch.tensor([2 * a, 3 * a])
# > UserWarning: Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.
# > Consider using tensor.detach() first.
pair.sum().backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% silenced
warnings.filterwarnings("ignore", message="Converting a tensor")
pair = torch.tensor([2 * a, 3 * a], requires_grad=True)
pair.sum().backward()
print(a.grad)
# > None

# %% stacked
pair = torch.stack([2 * a, 3 * a])
pair.sum().backward()
print(a.grad)
# > tensor(5.)

# %% integer_constructor tags=["raises-exception"]
torch.tensor([1, 2], requires_grad=True)
# > RuntimeError: Only Tensors of floating point and complex dtype can require gradients

# %% integer_method tags=["raises-exception"]
torch.arange(3).requires_grad_()
# > RuntimeError: only Tensors of floating point dtype can require gradients

# %% floating
print(torch.arange(3.0).requires_grad_())
# > tensor([0., 1., 2.], requires_grad=True)

# %% retain_untracked tags=["raises-exception"]
torch.ones(2).retain_grad()
# > RuntimeError: can't retain_grad on Tensor that has requires_grad=False

# %% retain_tracked
t = torch.ones(2, requires_grad=True)
u = 3 * t
u.retain_grad()
u.sum().backward()
print(u.grad)
# > tensor([1., 1.])

# %% deepcopy tags=["raises-exception"]
import copy

u = torch.ones(2, requires_grad=True) * 2
copy.deepcopy(u)
# > RuntimeError: Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001

# %% copied
print(copy.deepcopy(u.detach()))
# > tensor([2., 2.])

# %% parameter
x = torch.tensor(2.0, requires_grad=True)
t = (x * 2).detach().requires_grad_()
(3 * t).backward()
print(t.grad, x.grad)
# > tensor(3.) None

# %% grad_of_computed
w = torch.tensor(3.0, requires_grad=True)
y = w * w
y.backward()
print(y.grad, w.grad)
# > None tensor(6.)

# %% retained_twice
x = torch.tensor(2.0, requires_grad=True)
u = x + 1
u.retain_grad()
(10 * u).backward()
(10 * u).backward()
print(u.grad)
# > tensor(20.)

# %% never_trains
w = torch.zeros(3, requires_grad=True).double()
loss = ((w - 1) ** 2).sum()
loss.backward()

# %% trains
w = torch.zeros(3).double().requires_grad_()
loss = ((w - 1) ** 2).sum()
loss.backward()
print(w.grad)
# > tensor([-2., -2., -2.], dtype=torch.float64)

# %% also_in_the_answer tags=["remove-cell"]
assert torch.zeros(3, dtype=torch.float64, requires_grad=True).is_leaf
w = torch.zeros(3, requires_grad=True).double()
w.retain_grad()
w.sum().backward()
assert w.grad is not None and not w.is_leaf

# %% four_repairs
import torch


def new_tensor(x):
    y = torch.tanh(2 * x)
    y = y * 5
    return y.sum()


def copied_first(x):
    y = torch.tanh(2 * x).clone()
    y *= 5
    return y.sum()


def under_no_grad(x):
    y = torch.tanh(2 * x)
    with torch.no_grad():
        y *= 5
    return y.sum()


def through_data(x):
    y = torch.tanh(2 * x)
    y.data *= 5
    return y.sum()


# %% measured
def measured(f, point, h=1e-6):
    steps = h * torch.eye(len(point), dtype=point.dtype)
    rises = [f(point + step) - f(point - step) for step in steps]
    return torch.stack(rises) / (2 * h)


# %% compared
point = torch.tensor([0.5, 1.0], dtype=torch.float64)
for f in [new_tensor, copied_first, under_no_grad, through_data]:
    x = point.clone().requires_grad_()
    try:
        f(x).backward()
        found = x.grad.numpy().round(2)
    except RuntimeError:
        found = "raises"
    print(f.__name__, found, measured(f, point).numpy().round(2))
# > new_tensor [4.2  0.71] [4.2  0.71]
# > copied_first [4.2  0.71] [4.2  0.71]
# > under_no_grad raises [4.2  0.71]
# > through_data [-27.   -44.47] [4.2  0.71]


# %% sine_under_no_grad
def sine_under_no_grad(x):
    y = (2 * x).sin()
    with torch.no_grad():
        y *= 5
    return y.sum()


x = point.clone().requires_grad_()
sine_under_no_grad(x).backward()
print(x.grad.numpy().round(2))
# > [ 1.08 -0.83]
print(measured(sine_under_no_grad, point).numpy().round(2))
# > [ 5.4  -4.16]


# %% program
def loss(x):
    y = x.exp()
    z = y.sin()
    y.add_(1)
    return z.sum() + y.sum()


x = torch.tensor([1.0, 2.0], requires_grad=True)
try:
    loss(x).backward()
except RuntimeError as error:
    print(str(error).split("operation: ")[1].split(" instead")[0])
# > [torch.FloatTensor [2]], which is output 0 of Add, is at version 1; expected version 0

# %% anomaly
import warnings

with warnings.catch_warnings(record=True) as caught:
    try:
        with torch.autograd.detect_anomaly():
            loss(x).backward()
    except RuntimeError:
        told = str(caught[-1].message).splitlines()
print(told[0])
# > Error detected in SinBackward0. Traceback of forward call that caused the error:
place = [line for line in told if line.endswith("in loss")][-1]
number = int(place.split("line ")[1].split(",")[0])
print("line", number - loss.__code__.co_firstlineno + 1, "of loss")
# > line 3 of loss


# %% repaired
def repaired(x):
    y = x.exp()
    z = y.sin()
    y = y + 1
    return z.sum() + y.sum()


x = point.clone().requires_grad_()
repaired(x).backward()
print(x.grad)
# > tensor([1.5204, 0.2399], dtype=torch.float64)
print(measured(repaired, point))
# > tensor([1.5204, 0.2399], dtype=torch.float64)

# %% allowed
x = point.clone().requires_grad_()
with torch.autograd.graph.allow_mutation_on_saved_tensors():
    loss(x).backward()
print(x.grad)
# > tensor([1.5204, 0.2399], dtype=torch.float64)

# %% leaf_entry tags=["raises-exception"]
w = torch.tensor([1.0, 2.0], requires_grad=True)
w[0] = 5.0
# > RuntimeError: a view of a leaf Variable that requires grad is being used in an in-place operation.

# %% leaf_entry_updated
with torch.no_grad():
    w[0] = 5.0
print(w)
# > tensor([5., 2.], requires_grad=True)


# %% leaf_entry_constant
def with_constant(w):
    v = w.clone()
    v[0] = 5.0
    return (v**2).sum()


w = point.clone().requires_grad_()
with_constant(w).backward()
print(w.grad)
# > tensor([0., 2.], dtype=torch.float64)
print(measured(with_constant, point))
# > tensor([0.0000, 2.0000], dtype=torch.float64)

# %% through_data_leaf
x = torch.tensor(3.0, requires_grad=True)
y = x**2
x.data.fill_(10.0)
y.backward()
print(y.item(), x.grad)
# > 9.0 tensor(20.)

# %% through_numpy
x = torch.tensor([3.0], requires_grad=True)
y = x**2
x.detach().numpy()[0] = 10.0
y.backward()
print(x.grad)
# > tensor([20.])


# %% short_error
def complaint(y):
    try:
        y.backward()
    except RuntimeError as error:
        return str(error).split("operation: ")[1].split(" instead")[0]


x = torch.tensor(3.0, requires_grad=True)
y = x**2
with torch.no_grad():
    x.fill_(10.0)
print(complaint(y))
# > [torch.FloatTensor []] is at version 1; expected version 0

# %% step_between
w = torch.tensor(3.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
loss = w**2
loss.backward(retain_graph=True)
optimizer.step()
print(complaint(loss))
# > [torch.FloatTensor []] is at version 1; expected version 0

# %% step_after
w = torch.tensor(3.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    loss = w**2
    loss.backward()
    optimizer.step()
    print(w.grad, w.detach())
# > tensor(6.) tensor(2.4000)
# > tensor(4.8000) tensor(1.9200)


# %% residual
def residual(x):
    h = torch.tanh(x)
    h += x
    return h.sum()


x = point.clone().requires_grad_()
print(complaint(residual(x)))
# > [torch.DoubleTensor [2]], which is output 0 of Tanh, is at version 1; expected version 0


# %% residual_added
def added(x):
    h = torch.tanh(x)
    h = h + x
    return h.sum()


added(x).backward()
print(x.grad, measured(added, point))
# > tensor([1.7864, 1.4200], dtype=torch.float64) tensor([1.7864, 1.4200], dtype=torch.float64)

# %% split tags=["raises-exception"]
u = torch.ones(4, requires_grad=True).clone()
first, second = u.split(2)
first.mul_(2)
# > RuntimeError: Output 0 of Split is a view and is being modified inplace. This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.


# %% sliced
def sliced(x):
    u = x.clone()
    u[:2].mul_(2)
    return u.sum()


x = torch.ones(4, dtype=torch.float64, requires_grad=True)
sliced(x).backward()
print(x.grad)
# > tensor([2., 2., 1., 1.], dtype=torch.float64)
print(measured(sliced, x.detach()))
# > tensor([2.0000, 2.0000, 1.0000, 1.0000], dtype=torch.float64)

# %% split_unrecorded tags=["remove-cell"]
u = torch.ones(4, requires_grad=True).clone()
before = u.grad_fn
with torch.no_grad():
    first, second = u.split(2)
    first.mul_(2)
assert u.tolist() == [2, 2, 1, 1] and u.grad_fn is before
plain = torch.ones(4)
plain.split(2)[0].mul_(2)
assert plain.tolist() == [2, 2, 1, 1]

# %% view_without_grad tags=["raises-exception"]
u = x.clone()
with torch.no_grad():
    part = u[:2]
part.mul_(2)
# > RuntimeError: A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).


# %% both
def both_inside(x):
    u = x.clone()
    with torch.no_grad():
        part = u[:2]
        part.mul_(2)
    return u.sum()


def both_outside(x):
    u = x.clone()
    part = u[:2]
    part.mul_(2)
    return u.sum()


for f in [both_inside, both_outside]:
    x.grad = None
    f(x).backward()
    print(f.__name__, x.grad.tolist(), measured(f, x.detach()).tolist())
# > both_inside [1.0, 1.0, 1.0, 1.0] [2.0, 2.0, 1.0, 1.0]
# > both_outside [2.0, 2.0, 1.0, 1.0] [2.0, 2.0, 1.0, 1.0]

# %% expanded tags=["raises-exception"]
row = torch.ones(1).expand(3)
row.add_(1)
# > RuntimeError: unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.


# %% expanded_copied
def cloned(x):
    row = x.expand(3).clone()
    row.mul_(2)
    return row.sum()


s = torch.ones(1, dtype=torch.float64, requires_grad=True)
cloned(s).backward()
print(s.grad, measured(cloned, s.detach()))
# > tensor([6.], dtype=torch.float64) tensor([6.0000], dtype=torch.float64)

# %% slopes_in_prose tags=["remove-cell"]
from gradbook import derivative

derivative("x^2", "2x")
derivative("1 + x + x^2 + x^3", "1 + 2x + 3x^2")
derivative("x + tanh(x)", "2 - tanh(x)^2")
# > dy/dx = 2 - tanh(x)^2 (proved: SymPy, finite differences, autograd at 16 points)

# %% predict_normalized
x = torch.tensor([3.0, 1.0], requires_grad=True)
y = x * 2
y /= y.detach().sum()
y.sum().backward()
print(x.grad)
# > tensor([0.2500, 0.2500])

# %% masked
scores = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
p = scores.sigmoid()
p[2] = 0.0
print(complaint(p.sum()))
# > [torch.FloatTensor [3]], which is output 0 of Sigmoid, is at version 1; expected version 0


# %% masked_out_of_place
def masked(scores):
    p = scores.sigmoid()
    p = p.masked_fill(torch.tensor([False, False, True]), 0.0)
    return p.sum()


point = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
x = point.clone().requires_grad_()
masked(x).backward()
print(x.grad)
# > tensor([0.1966, 0.1050, 0.0000], dtype=torch.float64)
print(measured(masked, point))
# > tensor([0.1966, 0.1050, 0.0000], dtype=torch.float64)

# %% buffer
x = torch.tensor(2.0, requires_grad=True)
powers = torch.ones(4)
for k in range(3):
    powers[k + 1] = powers[k] * x
print(complaint(powers.sum()))
# > [torch.FloatTensor []], which is output 0 of AsStrided, is at version 3; expected version 2

# %% listed
powers = [torch.tensor(1.0)]
for k in range(3):
    powers.append(powers[k] * x)
torch.stack(powers).sum().backward()
print(x.grad)
# > tensor(17.)

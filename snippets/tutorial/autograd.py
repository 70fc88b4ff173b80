# %% recording
import torch

x = torch.tensor(2.0, requires_grad=True)
y = 3 * x
print(y)
# > tensor(6., grad_fn=<MulBackward0>)
y.backward()
print(x.grad)
# > tensor(3.)

# %% plain
a = torch.tensor(2.0)
b = 3 * a
print(b)
# > tensor(6.)
print(b.requires_grad, b.grad_fn)
# > False None

# %% tracked
x = torch.tensor(2.0, requires_grad=True)
print(x)
# > tensor(2., requires_grad=True)
print(x.grad_fn, x.grad)
# > None None

# %% three_operations
u = 3 * x
v = u + 1
w = v**2
print(u)
# > tensor(6., grad_fn=<MulBackward0>)
print(v)
# > tensor(7., grad_fn=<AddBackward0>)
print(w)
# > tensor(49., grad_fn=<PowBackward0>)

# %% way_back
def way_back(node):
    print(type(node).__name__)
    for onward, _ in node.next_functions:
        if onward is not None:
            way_back(onward)


way_back(w.grad_fn)
# > PowBackward0
# > AddBackward0
# > MulBackward0
# > AccumulateGrad

# %% dynamic
t = torch.tensor(2.0, requires_grad=True)
y = t
while y < 10:
    y = y * t
print(y)
# > tensor(16., grad_fn=<MulBackward0>)
y.backward()
print(t.grad)
# > tensor(32.)

# %% contagious
c = torch.tensor(5.0)
print((c * c).requires_grad)
# > False
print((c * x).requires_grad)
# > True

# %% backward
w.backward()
x.grad
# > tensor(42.)

# %% unchanged
print(x)
# > tensor(2., requires_grad=True)

# %% no_slope
print(x > 1)
# > tensor(True)
print(x.long())
# > tensor(2)

# %% from_a_number tags=["raises-exception"]
t = torch.tensor(3.0, requires_grad=True)
loss = (t**2).item()
loss.backward()
# > AttributeError: 'float' object has no attribute 'backward'

# %% from_a_tensor
loss = t**2
loss.backward()
print(loss.item(), t.grad)
# > 9.0 tensor(6.)

# %% untracked tags=["raises-exception"]
b.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% too_late tags=["raises-exception"]
a.requires_grad_()
b.backward()
# > RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

# %% in_time
b = 3 * a
b.backward()
a.grad
# > tensor(3.)

# %% which_has_none
p = torch.tensor(1.0, requires_grad=True)
q = p - 4
r = torch.tensor(4.0) * torch.tensor(2.0)
print(p)
# > tensor(1., requires_grad=True)
print(q)
# > tensor(-3., grad_fn=<SubBackward0>)
print(r)
# > tensor(8.)

# %% names_in_order
s = (p - 3) ** 2 / 2
way_back(s.grad_fn)
# > DivBackward0
# > PowBackward0
# > SubBackward0
# > AccumulateGrad

# %% doubling
y = p
for _ in range(3):
    y = y + y
y.backward()
print(y)
# > tensor(8., grad_fn=<AddBackward0>)
print(p.grad)
# > tensor(8.)

# %% switched_on
data = torch.tensor([1.0, 2.0, 3.0])
data.requires_grad_()
total = (data**2).sum()
total.backward()
data.grad
# > tensor([2., 4., 6.])

# %% recording
import torch

x = torch.tensor(2.0, requires_grad=True)
y = 3 * x
print(y)
y.backward()
print(x.grad)

# %% plain
a = torch.tensor(2.0)
b = 3 * a
print(b)
print(b.requires_grad, b.grad_fn)

# %% tracked
x = torch.tensor(2.0, requires_grad=True)
print(x)
print(x.grad_fn, x.grad)

# %% three_operations
u = 3 * x
v = u + 1
w = v**2
print(u)
print(v)
print(w)

# %% way_back
def way_back(node):
    print(type(node).__name__)
    for onward, _ in node.next_functions:
        if onward is not None:
            way_back(onward)


way_back(w.grad_fn)

# %% dynamic
t = torch.tensor(2.0, requires_grad=True)
y = t
while y < 10:
    y = y * t
print(y)
y.backward()
print(t.grad)

# %% contagious
c = torch.tensor(5.0)
print((c * c).requires_grad)
print((c * x).requires_grad)

# %% backward
w.backward()
x.grad

# %% unchanged
print(x)

# %% no_slope
print(x > 1)

# %% from_a_number tags=["raises-exception"]
t = torch.tensor(3.0, requires_grad=True)
loss = (t**2).item()
loss.backward()

# %% from_a_tensor
loss = t**2
loss.backward()
print(loss.item(), t.grad)

# %% untracked tags=["raises-exception"]
b.backward()

# %% too_late tags=["raises-exception"]
a.requires_grad_()
b.backward()

# %% in_time
b = 3 * a
b.backward()
a.grad

# %% which_has_none
p = torch.tensor(1.0, requires_grad=True)
q = p - 4
r = torch.tensor(4.0) * torch.tensor(2.0)
print(p)
print(q)
print(r)

# %% names_in_order
s = (p - 3) ** 2 / 2
way_back(s.grad_fn)

# %% doubling
y = p
for _ in range(3):
    y = y + y
y.backward()
print(y)
print(p.grad)

# %% switched_on
data = torch.tensor([1.0, 2.0, 3.0])
data.requires_grad_()
total = (data**2).sum()
total.backward()
data.grad

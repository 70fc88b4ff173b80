# %% parabola
import torch

x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
x.grad

# %% tracked_input
x = torch.tensor(2.0, requires_grad=True)

# %% value_by_hand
terms = [2 * 2**4, 2**3, 3 * 2**2, 5 * 2, 1]
print(terms)
print(sum(terms))

# %% polynomial
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
print(y)

# %% backward
y.backward()

# %% slope_by_hand
slopes = [8 * 2**3, 3 * 2**2, 6 * 2, 5]
print(slopes)
print(sum(slopes))

# %% slope
x.grad

# %% nudge
def f(x):
    return 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


rise = f(2.001) - f(2.0)
print(round(rise, 6))

# %% twice tags=["raises-exception"]
y.backward()

# %% adds_up
y = f(x)
y.backward()
x.grad

# %% cleared
x.grad = None
y = f(x)
y.backward()
x.grad

# %% called tags=["raises-exception"]
x.grad()

# %% read
print(x.grad)
print(x.grad.item())

# %% integer tags=["raises-exception"]
x = torch.tensor(2, requires_grad=True)

# %% floating_point
x = torch.tensor(2.0, requires_grad=True)
print(x.dtype)

# %% at_one
x = torch.tensor(1.0, requires_grad=True)
y = f(x)
y.backward()
print(y)
print(x.grad)

# %% at_zero
x = torch.tensor(0.0, requires_grad=True)
y = f(x)
y.backward()
print(y)
print(x.grad)

# %% tangent
print(round(63 + 93 * (2.01 - 2), 4))
print(round(f(2.01), 4))

# %% bottom
low, high = -1.0, 0.0
for _ in range(20):
    middle = (low + high) / 2
    x = torch.tensor(middle, requires_grad=True)
    f(x).backward()
    if x.grad < 0:
        low = middle
    else:
        high = middle
print(f"{middle:.4f}")

# %% parabola
import torch

x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
x.grad
# > tensor(6.)

# %% tracked_input
x = torch.tensor(2.0, requires_grad=True)

# %% value_by_hand
terms = [2 * 2**4, 2**3, 3 * 2**2, 5 * 2, 1]
print(terms)
# > [32, 8, 12, 10, 1]
print(sum(terms))
# > 63

# %% polynomial
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
print(y)
# > tensor(63., grad_fn=<AddBackward0>)

# %% backward
y.backward()

# %% slope_by_hand
slopes = [8 * 2**3, 3 * 2**2, 6 * 2, 5]
print(slopes)
# > [64, 12, 12, 5]
print(sum(slopes))
# > 93

# %% slope
x.grad
# > tensor(93.)

# %% nudge
def f(x):
    return 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


rise = f(2.001) - f(2.0)
print(round(rise, 6))
# > 0.093057

# %% twice tags=["raises-exception"]
y.backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% adds_up
y = f(x)
y.backward()
x.grad
# > tensor(186.)

# %% cleared
x.grad = None
y = f(x)
y.backward()
x.grad
# > tensor(93.)

# %% called tags=["raises-exception"]
x.grad()
# > TypeError: 'Tensor' object is not callable

# %% read
print(x.grad)
# > tensor(93.)
print(x.grad.item())
# > 93.0

# %% called_early tags=["raises-exception"]
torch.tensor(2.0, requires_grad=True).grad()
# > TypeError: 'NoneType' object is not callable

# %% integer tags=["raises-exception"]
x = torch.tensor(2, requires_grad=True)
# > RuntimeError: Only Tensors of floating point and complex dtype can require gradients

# %% floating_point
x = torch.tensor(2.0, requires_grad=True)
print(x.dtype)
# > torch.float32

# %% at_one
x = torch.tensor(1.0, requires_grad=True)
y = f(x)
y.backward()
print(y)
# > tensor(12., grad_fn=<AddBackward0>)
print(x.grad)
# > tensor(22.)

# %% at_zero
x = torch.tensor(0.0, requires_grad=True)
y = f(x)
y.backward()
print(y)
# > tensor(1., grad_fn=<AddBackward0>)
print(x.grad)
# > tensor(5.)

# %% tangent
print(round(63 + 93 * (2.01 - 2), 4))
# > 63.93
print(round(f(2.01), 4))
# > 63.9357

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
# > -0.6637

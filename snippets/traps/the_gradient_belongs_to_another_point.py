# %% wrong
import torch

x = torch.tensor([3.0], requires_grad=True)
y = x**2
x.data[0] = 10.0
y.backward()
print(y.item(), x.grad)
# > 9.0 tensor([20.])

# %% wrong_array
x = torch.tensor([3.0], requires_grad=True)
y = x**2
array = x.detach().numpy()
array[0] = 10.0
y.backward()
print(y.item(), x.grad)
# > 9.0 tensor([20.])

# %% truth
h = 0.5
for at in [3, 10]:
    print(((at + h) ** 2 - (at - h) ** 2) / (2 * h))
# > 6.0
# > 20.0

# %% slope_in_prose tags=["remove-cell"]
from gradbook import derivative

derivative("x^2", "2x")
# > dy/dx = 2x (proved: SymPy, finite differences, autograd at 16 points)

# %% notice tags=["raises-exception"]
x = torch.tensor([3.0], requires_grad=True)
y = x**2
with torch.no_grad():
    x[0] = 10.0
y.backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [1]] is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% cured
x = torch.tensor([3.0], requires_grad=True)
y = x**2
y.backward()
with torch.no_grad():
    x[0] = 10.0
print(x.grad)
# > tensor([6.])

# %% cured_array
x = torch.tensor([3.0], requires_grad=True)
y = x**2
array = x.detach().numpy().copy()
array[0] = 10.0
y.backward()
print(x.grad)
# > tensor([6.])

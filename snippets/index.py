# %% first_gradient
import torch

x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
print(x.grad)
# > tensor(6.)

# %% slope_of_a_square tags=["hide-input"]
from gradbook import derivative

derivative("x^2", "2x")
# > dy/dx = 2x (proved: SymPy, ...)

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

# %% longer
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
w = a * b + a

# %% picture tags=["hide-input"]
from gradbook import draw

draw(w)
# > Graph of w = 8: 4 nodes (1 Add, 1 Mul, 2 AccumulateGrad), 2 paths to a, 1 path to b, dw/da = 4, dw/db = 2

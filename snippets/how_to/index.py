# %% three_sigmoids
import torch

x = torch.tensor(2.0, requires_grad=True)
y = torch.sigmoid(torch.sigmoid(torch.sigmoid(x)))
y.backward()
print(f"{x.grad:.6f}")
# > 0.004811

# %% picture tags=["hide-input"]
from gradbook import draw, identity

y = torch.sigmoid(torch.sigmoid(torch.sigmoid(x)))
draw(y)
# > Graph of y = 0.6697: 4 nodes (3 Sigmoid, 1 AccumulateGrad), 1 path to x, dy/dx = 0.004811

# %% at_most tags=["hide-input"]
identity("s (1 - s) = 1/4 - (s - 1/2)^2")
# > s (1 - s) = 1/4 - (s - 1/2)^2 (proved: SymPy, numbers at 16 points)

# %% slope_of_one tags=["remove-cell"]
from gradbook import derivative

derivative("sigmoid(x)", "sigmoid(x) (1 - sigmoid(x))")
at = torch.linspace(-20, 20, 4001, requires_grad=True)
three = torch.sigmoid(torch.sigmoid(torch.sigmoid(at)))
(slopes,) = torch.autograd.grad(three.sum(), at)
assert slopes.max() < 0.25**3

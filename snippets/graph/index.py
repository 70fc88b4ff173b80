# %% one_line
import torch

x = torch.tensor(2.0, requires_grad=True)
y = (3 * x + 1) ** 2
y.backward()
print(y.item(), x.grad)
# > 49.0 tensor(42.)

# %% picture tags=["hide-input"]
from gradbook import draw

y = (3 * x + 1) ** 2
draw(y)
# > Graph of y = 49: 4 nodes (1 Add, 1 Mul, 1 Pow, 1 AccumulateGrad), 1 path to x, dy/dx = 42

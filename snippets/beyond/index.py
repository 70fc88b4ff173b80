# %% zero
import torch

x = torch.tensor(0.0, requires_grad=True)
y = torch.relu(x) - torch.relu(-x)
y.backward()
print(y.item(), x.grad)
# > 0.0 tensor(0.)

# %% beside
for number in (-2.0, 3.0):
    at = torch.tensor(number, requires_grad=True)
    y = torch.relu(at) - torch.relu(-at)
    y.backward()
    print(y.item(), at.grad)
# > -2.0 tensor(1.)
# > 3.0 tensor(1.)

# %% picture tags=["hide-input"]
from gradbook import draw

y = torch.relu(x) - torch.relu(-x)
draw(y)
# > Graph of y = 0: 5 nodes (2 Relu, 1 Neg, 1 Sub, 1 AccumulateGrad), 2 paths to x, dy/dx = 0

# %% first_gradient
import torch

x = torch.tensor(2.0, requires_grad=True)
y = (3 * x + 1) ** 2
y.backward()
print(x.grad)
# > tensor(42.)

# %% picture tags=["hide-input"]
from gradbook import draw

y = (3 * x + 1) ** 2
draw(y)
# > Graph of y = 49: 4 nodes (1 Add, 1 Mul, 1 Pow, 1 AccumulateGrad), 1 path to x, dy/dx = 42

# %% slope tags=["hide-input"]
from gradbook import derivative

derivative("(3x + 1)^2", "6(3x + 1)")
# > dy/dx = 6(3x + 1) (proved: SymPy, finite differences, autograd at 16 points)

# %% in_place
x = torch.ones(3, requires_grad=True)
y = x * 2
y.add_(1)
y.sum().backward()
print(x.grad)
# > tensor([2., 2., 2.])

# %% leaves
y = x * 2
print(y.detach().is_leaf)
# > True

# %% zeros
torch.optim.SGD([x], lr=0.1).zero_grad()
print(x.grad)
# > None

# %% evaluation
model = torch.nn.Linear(2, 1)
model.eval()
print(model(torch.ones(2)).requires_grad)
# > True

# %% recorded
with torch.no_grad():
    model = torch.nn.Linear(2, 1)
print(model.weight.requires_grad)
# > True

# %% frozen
w = torch.tensor(1.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
(w**2).backward()
w.requires_grad_(False)
optimizer.step()
print(w)
# > tensor(0.8000)

# %% branch
x = torch.tensor(0.0, requires_grad=True)
y = torch.where(x > 0, torch.sqrt(x), x)
y.backward()
print(y.item(), x.grad)
# > 0.0 tensor(nan)

# %% kink
x = torch.tensor(0.0, requires_grad=True)
torch.relu(x).backward()
print(x.grad)
# > tensor(0.)

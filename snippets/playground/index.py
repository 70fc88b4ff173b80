# %% playground tags=["hide-input"]
from json import dumps

EXAMPLES = {
    "A square": "x = 2.0\ny = (3 * x + 1) ** 2",
    "A polynomial": "x = 2.0\ny = 2*x**4 + x**3 + 3*x**2 + 5*x + 1",
    "Two paths to one leaf": "x = 2.0\ny = 3.0\nu = x * y\nv = u + x\nw = v ** 2",
    "A line and one point": "w = 0.5\nb = 0.0\nx = torch.tensor(2.0)\nt = torch.tensor(4.0)\nloss = (w * x + b - t) ** 2",
    "A penalty on the weight": "w = 0.5\nb = 0.0\nx = torch.tensor(2.0)\nt = torch.tensor(4.0)\nloss = (w * x + b - t) ** 2 + 0.1 * w ** 2",
    "A kink": "x = -1.0\ny = relu(x) + 0.5 * abs(x)",
    "A neuron": "w = 1.0\nb = -0.5\nx = torch.tensor(2.0)\np = sigmoid(w * x + b)\nloss = -log(p)",
    "Vectors": "x = [1.0, 2.0, 3.0]\nb = 4.0\nloss = mean((x + b) ** 2)",
    "A matrix": "W = [[0.5, -1.0], [2.0, 0.25]]\nx = torch.tensor([1.0, 2.0])\nt = torch.tensor([1.0, 3.0])\nloss = sum((W @ x - t) ** 2)",
}


class Playground:
    """What the page's script needs of the page: programs to start from."""

    def _repr_html_(self):
        data = dumps(list(EXAMPLES.items())).replace("<", "\\u003c")
        return (
            f'<grad-playground><script type="application/json">{data}</script></grad-playground>'
        )

    def __repr__(self):
        return f"Playground: {len(EXAMPLES)} examples"


Playground()
# > Playground: 9 examples

# %% example
import torch

x = torch.tensor(2.0, requires_grad=True)
y = (3 * x + 1) ** 2
y.backward()
print(y)
# > tensor(49., grad_fn=<PowBackward0>)
print(x.grad)
# > tensor(42.)

# %% slope tags=["hide-input"]
from gradbook import derivative

derivative("(3x + 1)^2", "6(3x + 1)")
# > dy/dx = 6(3x + 1) (proved: SymPy, finite differences, autograd at 16 points)

# %% picture tags=["hide-input"]
from gradbook import draw

y = (3 * x + 1) ** 2
draw(y)
# > Graph of y = 49: 4 nodes (1 Add, 1 Mul, 1 Pow, 1 AccumulateGrad), 1 path to x, dy/dx = 42

# %% pasted
w = torch.tensor(0.5, requires_grad=True)
t = torch.tensor(4.0)
loss = (w * 2 - t) ** 2
loss.backward()
print(w.grad)
# > tensor(-12.)

# %% descent
x = torch.tensor(2.0, requires_grad=True)
for step in range(3):
    y = (x - 1) ** 2
    y.backward()
    with torch.no_grad():
        x -= 0.25 * x.grad
        x.grad = None
print(x)
# > tensor(1.1250, requires_grad=True)

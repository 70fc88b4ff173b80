# %% playground tags=["hide-input"]
from json import dumps

EXAMPLES = {
    "A square": """
x = 2.0
y = (3 * x + 1) ** 2
""",
    "A polynomial": """
x = 2.0
y = 2*x**4 + x**3 + 3*x**2 + 5*x + 1
""",
    "Two paths to one leaf": """
x = 2.0
y = 3.0
u = x * y
v = u + x
w = v ** 2
""",
    "A line and one point": """
w = 0.5
b = 0.0
x = torch.tensor(2.0)
t = torch.tensor(4.0)
loss = (w * x + b - t) ** 2
""",
    "A penalty on the weight": """
w = 0.5
b = 0.0
x = torch.tensor(2.0)
t = torch.tensor(4.0)
loss = (w * x + b - t) ** 2 + 0.1 * w ** 2
""",
    "A kink": """
x = -1.0
y = relu(x) + 0.5 * abs(x)
""",
    "A neuron": """
w = 1.0
b = -0.5
x = torch.tensor(2.0)
p = sigmoid(w * x + b)
loss = -log(p)
""",
    "Vectors": """
x = [1.0, 2.0, 3.0]
b = 4.0
loss = mean((x + b) ** 2)
""",
    "A matrix": """
W = [[0.5, -1.0], [2.0, 0.25]]
x = torch.tensor([1.0, 2.0])
t = torch.tensor([1.0, 3.0])
loss = sum((W @ x - t) ** 2)
""",
}


class Playground:
    """What the page's script needs: programs to start from."""

    def _repr_html_(self):
        named = [[name, text.strip()] for name, text in EXAMPLES.items()]
        data = dumps(named).replace("<", "\\u003c")
        script = f'<script type="application/json">{data}</script>'
        return f"<grad-playground>{script}</grad-playground>"

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

# %% halved tags=["remove-cell"]
assert (x - 1) - 0.25 * 2 * (x - 1) == (x - 1) / 2

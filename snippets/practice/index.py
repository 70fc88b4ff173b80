# %% programs tags=["remove-cell"]
import warnings
from html import escape
from json import dumps

import torch

# What `t` is, by its last line; the lines before it are the same for all.
LEAVES = {
    "t = torch.tensor(2.0, requires_grad=True)": "No operation made it, and it asks for its gradient.",
    "t = torch.ones(3)": "No operation made it, and nobody asked for its gradient.",
    "t = 2 * x": "A recorded product made it.",
    "t = x.clone()": "A copy is an operation like any other, and it is recorded.",
    "t = x.detach()": "It shares the numbers of x and has no past.",
    "t = x.detach().requires_grad_()": "It has no past, and then its own flag was set.",
    "t = x.detach().clone()": "What is copied here is untracked, so nothing is recorded.",
    "t = x.data": "Like detach(): the numbers, without a past.",
    "t = torch.zeros(3, requires_grad=True) + 0": "The tensor of zeros is the leaf. t is the sum.",
    "t = torch.nn.Linear(2, 1).weight": "A parameter is a leaf, made for its gradient.",
    "t = torch.nn.Linear(2, 1).requires_grad_(False).weight": "The flag of all parameters was taken back.",
    "t = torch.nn.Parameter(2 * x)": "Parameter takes the numbers and begins anew: the path to x is cut.",
    "t = x.float()": "x has that dtype already, so float() returns x itself.",
    "t = x.double()": "The conversion to another dtype is recorded.",
    "t = x.to('cpu')": "x is there already, so to() returns x itself.",
    "t = x[0]": "Taking an entry is recorded.",
    "t = x > 0": "Truth values have no gradient, so the comparison is not recorded.",
    "t = x.argmax()": "A place is a whole number, and whole numbers have no gradient.",
    "t = torch.tensor(x.tolist())": "Python's numbers have no past.",
    "t = torch.stack([x, x])": "Stacking is recorded.",
    "with torch.no_grad():\n    t = 2 * x": "In the block the product is not recorded.",
    "with torch.no_grad():\n    t = torch.ones(3, requires_grad=True)": "The block keeps operations from being recorded. A flag that you set holds.",
}

# What comes of `y.backward()` after these lines, with x = 2.
ENDINGS = {
    "y = 2 * x\ny.add_(1)": "The product needs its factors for the derivative, and nobody wrote to those.",
    "y = torch.exp(x)\ny.add_(1)": "exp keeps its result for the derivative, and the result was changed.",
    "y = torch.exp(x)\ny = y + 1": "This makes a new tensor. The result of exp stays as it was.",
    "u = 3 * x\ny = u ** 2\nu.add_(1)": "The square keeps u for the derivative, and u was changed.",
    "u = 3 * x\ny = u + 1\nu.add_(1)": "A sum keeps nothing, so the change of u harms nobody.",
    "u = torch.tanh(x)\nu.mul_(2)\ny = u * 1": "tanh keeps its result for the derivative, and the result was changed.",
    "y = torch.sin(x)\nx.data.mul_(2)": "sin keeps x. A write through .data is not noticed, and the derivative is taken at 4.",
    "y = x ** 2\nwith torch.no_grad():\n    x.mul_(2)": "The square keeps x. Without recording, the write is noticed all the same.",
    "y = 3 * x\nwith torch.no_grad():\n    x.mul_(2)": "The derivative is 3, whatever x becomes: x was not kept.",
    "y = x ** 2\ny.backward()": "The first pass has freed what the square had kept.",
    "y = 3 * x\ny.backward()": "The product keeps its factors, the 3 among them, and the first pass has freed them.",
    "y = x + 3\ny.backward()": "A sum keeps nothing, so a second pass runs. Its gradient is added to the first.",
    "y = x.detach() * x": "The first factor counts as a constant, so its share is missing.",
    "with torch.no_grad():\n    u = x ** 2\ny = u * x": "u counts as a constant, so its share is missing.",
    "y = torch.tensor(x.item() ** 2, requires_grad=True)": "item() leaves the graph. The pass ends at y, and x.grad stays None.",
    "x += 1\ny = x ** 2": "A leaf that asks for its gradient may not be written to while recording.",
    "u = x.expand(3)\nu.add_(1)\ny = u.sum()": "u is a view of a leaf, and a write to it would be a write to the leaf.",
    "u = x.expand(3)\ny = u.sum()": "Three copies, and three times 1 flows back.",
    "u = x.clone()\nu.mul_(3)\ny = u ** 2": "The copy may be written to, and the write is recorded.",
    "u = torch.zeros(2)\nu[0] = 3 * x\ny = u.sum()": "Writing a recorded value into a tensor is recorded.",
    "y = torch.where(x > 5, torch.sqrt(x - 5), x)": "The branch that is not taken gets the gradient 0. Its own slope is NaN there, and 0 times NaN is NaN.",
    "y = torch.relu(x) + torch.relu(-x)": "One of the two passes the gradient on, as it should be.",
    "x.requires_grad_(False)\ny = x ** 2": "Nothing asks for a gradient any more, so there is no graph.",
    "u = torch.sqrt(x)\nv = u * u\nu.zero_()\ny = v": "The product keeps u, and u was changed.",
    "y = torch.relu(x)\ny.mul_(3)": "relu keeps its result to see where it is positive, and the result was changed.",
}


def kind_of_leaf(lines):
    names = {"torch": torch, "x": torch.ones(3, requires_grad=True)}
    exec(lines, names)
    t = names["t"]
    return ("tracked leaf" if t.requires_grad else "untracked leaf") if t.is_leaf else "no leaf"


def value_of(lines, at, backward=False):
    names = {"torch": torch, "x": torch.tensor(at, requires_grad=True, dtype=torch.float64)}
    x = names["x"]
    exec(lines, names)
    if backward:
        names["y"].backward()
    return names["y"].item(), x.grad


def ending(lines):
    h = 1e-4
    try:
        _, grad = value_of(lines, 2.0, backward=True)
        rise = value_of(lines, 2.0 + h)[0] - value_of(lines, 2.0 - h)[0]
    except RuntimeError:
        return "raises"
    right = grad is not None and abs(grad.item() - rise / (2 * h)) < 1e-3
    return "right" if right else "wrong"


torch.manual_seed(0)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    leaves = [[lines, kind_of_leaf(lines), why] for lines, why in LEAVES.items()]
    endings = [[lines, ending(lines), why] for lines, why in ENDINGS.items()]


class Practice:
    """What the page's script needs of the run: levels 7 and 8."""

    def _repr_html_(self):
        data = dumps({"leaves": leaves, "endings": endings}).replace("<", "\\u003c")
        return f'<grad-practice><script type="application/json">{data}</script></grad-practice>'

    def __repr__(self):
        count = lambda rows, kind: sum(row[1] == kind for row in rows)
        told = [f"{count(leaves, kind)} {kind}" for kind in ("tracked leaf", "untracked leaf", "no leaf")]
        ends = [f"{count(endings, kind)} {kind}" for kind in ("right", "raises", "wrong")]
        return f"Practice: {', '.join(told)}; {', '.join(ends)}"


# %% practice tags=["hide-input"]
Practice()
# > Practice: 7 tracked leaf, 9 untracked leaf, 6 no leaf; 8 right, 11 raises, 6 wrong

# %% warm_up
x = torch.tensor(2.0, requires_grad=True)
u = 3 * x
y = u * x
y.backward()
print(x.grad)
# > tensor(12.)

# %% slope tags=["hide-input"]
from gradbook import derivative

derivative("3x^2", "6x")
# > dy/dx = 6x (proved: SymPy, finite differences, autograd at 16 points)

# %% sheet tags=["remove-cell"]
TASKS = [
    ("u = 3 * x\nv = u + 2\ny = v ** 2", {"x": 1.0}, "x"),
    ("u = 5 - x\ny = u ** 2", {"x": 3.0}, "x"),
    ("u = -x\nv = 4 * u\ny = v + 3", {"x": 7.0}, "x"),
    ("u = 2 * a\nv = b - 1\ny = u * v", {"a": 3.0, "b": 4.0}, "a"),
    ("u = 2 * a\nv = b - 1\ny = u * v", {"a": 3.0, "b": 4.0}, "b"),
    ("u = a ** 2\ny = u * b", {"a": -2.0, "b": 5.0}, "a"),
    ("u = 2 * x\ny = u * x", {"x": 3.0}, "x"),
    ("u = x ** 2\ny = u - 4 * x", {"x": 1.0}, "x"),
    ("u = x * w\ny = u + 2 * x", {"x": 4.0, "w": 3.0}, "x"),
    ("u = 2 * x\nv = u + 1\nw = 3 * u\ny = v * w", {"x": 1.0}, "x"),
    ("u = x + 1\nv = u - 3\nw = 2 - u\ny = v * w", {"x": 2.0}, "x"),
    ("u = x - 3\ny = torch.relu(u) + 2 * x", {"x": 1.0}, "x"),
    ("u = x - 3\ny = torch.relu(u) + 2 * x", {"x": 5.0}, "x"),
    ("u = 2 * x\ny = torch.maximum(u, torch.tensor(3.0)) * x", {"x": 1.0}, "x"),
    ("u = torch.relu(x)\nv = torch.relu(-x)\ny = 2 * u + 3 * v", {"x": -2.0}, "x"),
    ("y = torch.sum(x * b)", {"x": [1.0, 2.0, 3.0], "b": 4.0}, "b"),
    ("u = x + b\ny = torch.sum(u ** 2)", {"x": [1.0, -1.0], "b": 2.0}, "b"),
    ("y = torch.mean(3 * x)", {"x": [1.0, 2.0, 3.0]}, "x"),
    ("u = W @ x\ny = torch.sum(u)", {"W": [[1.0, 2.0], [3.0, 4.0]], "x": [5.0, 6.0]}, "x"),
    ("u = W @ x\ny = torch.sum(u)", {"W": [[1.0, 2.0], [3.0, 4.0]], "x": [5.0, 6.0]}, "W"),
]


class Sheet:
    """Twenty tasks to print, and their answers, each computed by backward()."""

    def __init__(self):
        self.rows = []
        for lines, numbers, asked in TASKS:
            names = {n: torch.tensor(v, requires_grad=True) for n, v in numbers.items()}
            scope = {"torch": torch, **names}
            exec(lines, scope)
            scope["y"].backward()
            given = "\n".join(f"{n} = torch.tensor({v}, requires_grad=True)" for n, v in numbers.items())
            self.rows.append((f"{given}\n{lines}\ny.backward()", asked, names[asked].grad.tolist()))

    def _repr_html_(self):
        tasks = "".join(
            f"<li><pre><code>{escape(lines)}</code></pre><code>{asked}.grad</code> = ______</li>"
            for lines, asked, _ in self.rows
        )
        answers = "".join(f"<li>{answer}</li>" for _, _, answer in self.rows)
        return f'<ol class="sheet">{tasks}</ol><details><summary>The answers</summary><ol>{answers}</ol></details>'

    def __repr__(self):
        return f"{len(self.rows)} tasks: " + ", ".join(str(answer) for _, _, answer in self.rows)


# %% printed tags=["hide-input"]
Sheet()
# > 20 tasks: 30.0, -4.0, -4.0, 6.0, 6.0, -20.0, 12.0, -2.0, 5.0, 30.0, -1.0, 2.0, 3.0, 3.0, -3.0, 6.0, 8.0, [1.0, 1.0, 1.0], [4.0, 6.0], [[5.0, 6.0], [5.0, 6.0]]

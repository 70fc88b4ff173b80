# %% entries tags=["hide-input"]
from gradbook import atlas, gradient, vjp

atlas(
    "attention",
    linear=(
        "The input gets the gradient times the weights; the "
        "bias gets the gradient.",
        vjp(
            "A @ x + b",
            x="A.T @ G",
            A="outer(G, x)",
            b="G",
            shapes={"A": "m n", "x": "n", "b": "m"},
        ),
    ),
    bilinear=(
        "Each input gets the matrix times the other one.",
        gradient(
            "x @ A @ y",
            x="A @ y",
            y="A.T @ x",
            A="outer(x, y)",
            shapes={"x": "m", "A": "m n", "y": "n"},
        ),
    ),
)

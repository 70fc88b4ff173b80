# %% entries tags=["hide-input"]
from gradbook import atlas, vjp

atlas(
    "normalization",
    normalize=(
        "What points along the input is taken out of the gradient.",
        vjp(
            "x/norm(x)",
            x="(G - y (y @ G))/norm(x)",
            where={"y": "x/norm(x)"},
            shapes={"x": "n"},
        ),
    ),
)

# %% entries tags=["hide-input"]
from gradbook import atlas, derivative, gradient

atlas(
    "comparison-and-selection",
    maximum=(
        "The larger one gets all; at a tie each gets half.",
        gradient(
            "max(x, y)",
            x="1 if x > y else 0",
            y="0 if x > y else 1",
            domain="x != y",
        ),
    ),
    minimum=(
        "The smaller one gets all; at a tie each gets half.",
        gradient(
            "min(x, y)",
            x="1 if x < y else 0",
            y="0 if x < y else 1",
            domain="x != y",
        ),
    ),
    clamp=(
        "Inside the bounds the gradient passes, outside nothing does.",
        derivative(
            "min(max(x, 0), 1)",
            "1 if 0 < x < 1 else 0",
            domain="x != 0, x != 1",
        ),
    ),
    where=(
        "The branch that is taken gets the gradient, the other gets 0.",
        derivative("x^2 if x > 0 else 0", "2x if x > 0 else 0"),
    ),
)

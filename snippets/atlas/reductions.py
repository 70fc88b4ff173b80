# %% entries tags=["hide-input"]
from gradbook import atlas, gradient

atlas(
    "reductions",
    sum=(
        "Each entry gets the gradient of the sum.",
        gradient("sum(x)", x_i="1", shapes={"x": "n"}),
    ),
    mean=(
        "Each entry gets an equal share.",
        gradient("mean(x)", x_i="1/n", shapes={"x": "n"}),
    ),
    var=(
        "Twice the distance from the mean, over n - 1.",
        gradient(
            "sum((x - m)^2)/(n - 1)",
            x="2/(n - 1) (x - m)",
            where={"m": "mean(x)"},
            shapes={"x": "n"},
        ),
    ),
    std=(
        "Of two numbers, it is their distance over the root of 2.",
        gradient(
            "|a - b|/sqrt(2)",
            a="sign(a - b)/sqrt(2)",
            b="sign(b - a)/sqrt(2)",
        ),
    ),
    logsumexp=(
        "The gradient is the softmax of the input.",
        gradient("logsumexp(x)", x="softmax(x)", shapes={"x": "n"}),
    ),
)

# %% entries tags=["hide-input"]
from gradbook import atlas, derivative, gradient

atlas(
    "losses",
    mse_loss=(
        "Twice the error, over the number of entries.",
        gradient(
            "mean((x - t)^2)",
            x="2/n (x - t)",
            t="2/n (t - x)",
            shapes={"x": "n", "t": "n"},
        ),
    ),
    l1_loss=(
        "Only the sign of the error counts.",
        gradient(
            "mean(|x - t|)",
            x="sign(x - t)/n",
            shapes={"x": "n", "t": "n"},
        ),
    ),
    smooth_l1_loss=(
        "The error near 0, its sign beyond 1.",
        derivative(
            "x^2/2 if |x| < 1 else |x| - 1/2",
            "x if |x| < 1 else sign(x)",
        ),
    ),
    huber_loss=(
        "With delta = 1 it is the smooth L1 loss.",
        derivative(
            "x^2/2 if |x| < 1 else |x| - 1/2",
            "x if |x| < 1 else sign(x)",
        ),
    ),
    cross_entropy=(
        "The softmax minus the target.",
        gradient(
            "-sum(t*log_softmax(x))",
            x="softmax(x) - t",
            shapes={"x": "n", "t": "n"},
            domain="t probabilities",
        ),
    ),
    nll_loss=(
        "The entry of the right class gets minus one.",
        gradient("-sum(t*x)", x="-t", shapes={"x": "n", "t": "n"}),
    ),
    binary_cross_entropy=(
        "Near 0 and 1 the gradient is large.",
        derivative(
            "-t log(x) - (1 - t) log(1 - x)",
            "(x - t)/(x(1 - x))",
            where={"t": "1/4"},
            domain="0 < x < 1",
        ),
    ),
    binary_cross_entropy_with_logits=(
        "The sigmoid minus the target: nothing is large.",
        gradient("softplus(x) - t x", x="sigmoid(x) - t"),
    ),
    kl_div=(
        "The input is a logarithm already.",
        gradient(
            "sum(t*(log(t) - x))",
            x="-t",
            shapes={"x": "n", "t": "n"},
            domain="t > 0",
        ),
    ),
    poisson_nll_loss=(
        "The rate minus the target.",
        gradient("e^x - t x", x="e^x - t"),
    ),
    gaussian_nll_loss=(
        "The error is divided by the variance.",
        gradient(
            "(log(v) + (x - t)^2/v)/2",
            x="(x - t)/v",
            v="(1/v - (x - t)^2/v^2)/2",
            domain="v > 0",
        ),
    ),
    soft_margin_loss=(
        "A sigmoid of the other sign.",
        gradient("log(1 + e^(-t x))", x="-t sigmoid(-t x)"),
    ),
    hinge_embedding_loss=(
        "With target -1 the slope ends at the margin.",
        derivative(
            "max(0, 1 - x)",
            "-1 if x < 1 else 0",
            domain="x != 1",
        ),
    ),
    margin_ranking_loss=(
        "With target 1 the first should be larger.",
        derivative("max(0, -x)", "-1 if x < 0 else 0", domain="x != 0"),
    ),
)

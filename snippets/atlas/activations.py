# %% entries tags=["hide-input"]
from gradbook import atlas, derivative, jacobian

atlas(
    "activations",
    relu=(
        "Zero or one, and PyTorch chooses 0 at the kink.",
        derivative("relu(x)", "1 if x > 0 else 0", kink={0: 0}),
    ),
    leaky_relu=(
        "At the kink PyTorch chooses the smaller slope.",
        derivative(
            "leaky_relu(x)",
            "1 if x > 0 else 0.01",
            kink={0: 0.01},
        ),
    ),
    relu6=(
        "Flat below 0 and above 6, and at both kinks.",
        derivative(
            "relu6(x)",
            "1 if 0 < x < 6 else 0",
            kink={0: 0, 6: 0},
        ),
    ),
    elu=(
        "With its default setting there is no kink.",
        derivative("elu(x)", "1 if x > 0 else e^x"),
    ),
    gelu=(
        "The input times a bell curve is part of the slope.",
        derivative(
            "gelu(x)",
            "(1 + erf(x/sqrt(2)))/2 + x e^(-x^2/2)/sqrt(2pi)",
        ),
    ),
    silu=(
        "The sigmoid and one more term.",
        derivative("silu(x)", "sigma(x) (1 + x (1 - sigma(x)))"),
    ),
    mish=(
        "The tanh of a softplus and one more term.",
        derivative(
            "mish(x)",
            "tanh(softplus(x)) + x sigma(x) (1 - tanh(softplus(x))^2)",
        ),
    ),
    hardtanh=(
        "Flat outside -1 and 1, and at both kinks.",
        derivative(
            "hardtanh(x)",
            "1 if -1 < x < 1 else 0",
            kink={-1: 0, 1: 0},
        ),
    ),
    hardsigmoid=(
        "One sixth inside, flat outside.",
        derivative(
            "hardsigmoid(x)",
            "1/6 if -3 < x < 3 else 0",
            kink={-3: 0, 3: 0},
        ),
    ),
    tanhshrink=(
        "The square of tanh.",
        derivative("tanhshrink(x)", "tanh(x)^2"),
    ),
    softplus=(
        "The slope is the sigmoid.",
        derivative("softplus(x)", "sigmoid(x)"),
    ),
    softsign=(
        "The slope falls with the square of the distance.",
        derivative("softsign(x)", "1/(1 + |x|)^2"),
    ),
    logsigmoid=(
        "The slope is the sigmoid of the other sign.",
        derivative("logsigmoid(x)", "sigmoid(-x)"),
    ),
    sigmoid=(
        "The slope follows from the result, which is what is kept.",
        derivative("sigmoid(x)", "y(1 - y)"),
    ),
    softmax=(
        "Raising one entry lowers all others.",
        jacobian(
            "softmax(x)",
            "p_i(delta_ij - p_j)",
            name="p",
            shapes={"x": "n"},
        ),
    ),
    log_softmax=(
        "Each row has the softmax subtracted.",
        jacobian(
            "log_softmax(x)",
            "delta_ij - p_j",
            where={"p": "softmax(x)"},
            shapes={"x": "n"},
        ),
    ),
    selu=(
        "A constant on the right; on the left it follows the "
        "exponential.",
        derivative(
            "selu(x)",
            "1.0507009873554805 if x > 0 else 1.7580993408473766 e^x",
        ),
    ),
    hardswish=(
        "Between -3 and 3 the slope is a line.",
        derivative("hardswish(x)", "(2x + 3)/6", domain="-3 < x < 3"),
    ),
    celu=(
        "With its default setting it is elu.",
        derivative("elu(x)", "1 if x > 0 else e^x"),
    ),
)

# %% entries tags=["hide-input"]
from gradbook import atlas, derivative, gradient

atlas(
    "powers-and-logarithms",
    pow=(
        "The base keeps the power rule; the exponent needs the "
        "logarithm of the base.",
        gradient(
            "x^y",
            x="y x^(y - 1)",
            y="x^y log(x)",
            domain="x > 0",
        ),
    ),
    __rpow__=(
        "A number to the power of a tensor.",
        derivative("2^x", "log(2) y"),
    ),
    square=(
        "Twice the input, which is kept.",
        derivative("x^2", "2x"),
    ),
    sqrt=(
        "The result is kept, and divides: at 0 the slope is infinite.",
        derivative("sqrt(x)", "1/(2y)", domain="x > 0"),
    ),
    rsqrt=(
        "The cube of the result.",
        derivative("1/sqrt(x)", "-y^3/2", domain="x > 0"),
    ),
    exp=(
        "The result is its own slope, so the result is kept.",
        derivative("exp(x)", "y"),
    ),
    exp2=(
        "The result times a constant.",
        derivative("exp2(x)", "log(2) y"),
    ),
    expm1=(
        "One more than the result.",
        derivative("expm1(x)", "y + 1"),
    ),
    log=(
        "The slope is one over the input.",
        derivative("log(x)", "1/x", domain="x > 0"),
    ),
    log2=(
        "As for the natural logarithm, with a constant.",
        derivative("log2(x)", "1/(x log(2))", domain="x > 0"),
    ),
    log10=(
        "As for the natural logarithm, with a constant.",
        derivative("log10(x)", "1/(x log(10))", domain="x > 0"),
    ),
    log1p=(
        "Exact near 0, where the logarithm of 1 + x loses digits.",
        derivative("log1p(x)", "1/(1 + x)", domain="x > -1"),
    ),
    logaddexp=(
        "The two slopes are the two parts of a softmax, and add "
        "up to 1.",
        gradient(
            "log(e^x + e^y)",
            x="e^(x - z)",
            y="e^(y - z)",
            name="z",
        ),
    ),
    xlogy=(
        "The slope in the second input is a ratio.",
        gradient("x log(y)", x="log(y)", y="x/y", domain="y > 0"),
    ),
    special_xlog1py=(
        "The same with 1 + y.",
        gradient(
            "x log1p(y)",
            x="log1p(y)",
            y="x/(1 + y)",
            domain="y > -1",
        ),
    ),
    special_entr=(
        "The slope grows without bound as x goes to 0.",
        derivative("-x log(x)", "-log(x) - 1", domain="x > 0"),
    ),
    logit=(
        "The inverse of the sigmoid: steep at both ends.",
        derivative(
            "log(x/(1 - x))",
            "1/(x(1 - x))",
            domain="0 < x < 1",
        ),
    ),
)

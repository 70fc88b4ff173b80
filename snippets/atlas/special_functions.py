# %% entries tags=["hide-input"]
from gradbook import atlas, derivative

atlas(
    "special-functions",
    erf=(
        "A bell curve.",
        derivative("erf(x)", "2/sqrt(pi) e^(-x^2)"),
    ),
    erfc=(
        "The slope of erf with the other sign.",
        derivative("erfc(x)", "-2/sqrt(pi) e^(-x^2)"),
    ),
    erfinv=(
        "The slope follows from the result.",
        derivative("erfinv(x)", "sqrt(pi)/2 exp(y^2)"),
    ),
    special_ndtr=(
        "The bell curve of the normal distribution.",
        derivative("(1 + erf(x/sqrt(2)))/2", "e^(-x^2/2)/sqrt(2pi)"),
    ),
    lgamma=(
        "Its slope has a name of its own, digamma.",
        derivative("lgamma(x)", "digamma(x)", domain="x > 0"),
    ),
    digamma=(
        "And so has the slope of that, trigamma.",
        derivative("digamma(x)", "trigamma(x)", domain="x > 0"),
    ),
    polygamma_polygamma_n_0=(
        "With n = 0 this is digamma.",
        derivative("digamma(x)", "trigamma(x)", domain="x > 0"),
    ),
)

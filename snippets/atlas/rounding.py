# %% entries tags=["hide-input"]
from gradbook import atlas, derivative

atlas(
    "rounding",
    floor=(
        "Between the jumps the slope is 0, and that is what is "
        "returned everywhere.",
        derivative("floor(x)", "0", domain="0 < x < 1"),
    ),
    round=(
        "Between the jumps the slope is 0.",
        derivative("round(x)", "0", domain="-0.5 < x < 0.5"),
    ),
    sign=(
        "A step has no slope beside its jump.",
        derivative("sign(x)", "0", domain="x > 0"),
    ),
    frac=(
        "What is cut off is flat, so the rest has the slope of x.",
        derivative("x - floor(x)", "1", domain="0 < x < 1"),
    ),
)

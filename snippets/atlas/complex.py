# %% entries tags=["hide-input"]
from gradbook import atlas, gradient

atlas(
    "complex",
    real=(
        "The gradient is a real number, in the complex convention.",
        gradient("real(z)", z="1", domain="z complex"),
    ),
    conj=(
        "The gradient is conjugated on its way back: for the "
        "real part of the result this is 1.",
        gradient("real(conj(z))", z="1", domain="z complex"),
    ),
)

# %% entries tags=["hide-input"]
from gradbook import atlas, derivative, gradient

atlas(
    "arithmetic",
    add=(
        "A gradient passes to both summands as it is.",
        gradient("x + y", x="1", y="1"),
    ),
    sub=(
        "What is subtracted gets the gradient with the other sign.",
        gradient("x - y", x="1", y="-1"),
    ),
    rsub=(
        "The first argument is the one that is subtracted.",
        gradient("y - x", x="-1", y="1"),
    ),
    mul=(
        "Each factor gets the gradient times the other factor, "
        "so both are kept.",
        gradient("x y", x="y", y="x"),
    ),
    true_divide=(
        "The slope in the divisor grows fast near 0.",
        gradient("x/y", x="1/y", y="-x/y^2"),
    ),
    div_no_rounding_mode=(
        "This is plain division under its other name.",
        gradient("x/y", x="1/y", y="-x/y^2"),
    ),
    reciprocal=(
        "The result squared, with a minus: the result is what is kept.",
        derivative("1/x", "-y^2"),
    ),
    neg=(
        "The gradient changes its sign.",
        derivative("-x", "-1"),
    ),
    addcmul=(
        "Three inputs, and the two factors are kept for each other.",
        gradient("a + b c", a="1", b="c", c="b"),
    ),
    addcdiv=(
        "The quotient has the derivatives of division.",
        gradient("a + b/c", a="1", b="1/c", c="-b/c^2"),
    ),
    lerp=(
        "The weight gets the distance between the two ends.",
        gradient("a + w(b - a)", a="1 - w", b="w", w="b - a"),
    ),
    abs=(
        "The slope is the sign, and PyTorch chooses 0 at the kink.",
        derivative("|x|", "sign(x)", kink={0: 0}),
    ),
    hypot=(
        "Each leg gets its share of the length.",
        gradient(
            "sqrt(x^2 + y^2)",
            x="x/z",
            y="y/z",
            name="z",
            domain="x > 0",
        ),
    ),
    ldexp=(
        "The power of two is the slope in the first input.",
        gradient("x*2^y", x="2^y", y="x*2^y log(2)"),
    ),
    deg2rad=(
        "The slope is a constant.",
        derivative("pi x/180", "pi/180"),
    ),
    rad2deg=(
        "The slope is a constant.",
        derivative("180x/pi", "180/pi"),
    ),
)

# %% entries tags=["hide-input"]
from gradbook import atlas, derivative, gradient

atlas(
    "trigonometry",
    sin=(
        "The slope is the cosine of the input, so the input is kept.",
        derivative("sin(x)", "cos(x)"),
    ),
    cos=(
        "The slope is minus the sine.",
        derivative("cos(x)", "-sin(x)"),
    ),
    tan=(
        "The slope follows from the result, which is what is kept.",
        derivative("tan(x)", "1 + y^2"),
    ),
    asin=(
        "At both ends of its domain the slope is infinite.",
        derivative("asin(x)", "1/sqrt(1 - x^2)"),
    ),
    acos=(
        "The slope of asin with the other sign.",
        derivative("acos(x)", "-1/sqrt(1 - x^2)"),
    ),
    atan=(
        "The slope goes to 0 on both sides.",
        derivative("atan(x)", "1/(1 + x^2)"),
    ),
    atan2=(
        "Both slopes divide by the squared distance from the origin.",
        gradient(
            "atan(y/x)",
            y="x/(x^2 + y^2)",
            x="-y/(x^2 + y^2)",
            domain="x > 0",
        ),
    ),
    sinh=(
        "The slope is cosh.",
        derivative("sinh(x)", "cosh(x)"),
    ),
    cosh=(
        "The slope is sinh, without a minus.",
        derivative("cosh(x)", "sinh(x)"),
    ),
    tanh=(
        "The slope follows from the result, which is what is kept.",
        derivative("tanh(x)", "1 - y^2"),
    ),
    asinh=(
        "There is no awkward point on the real line.",
        derivative("asinh(x)", "1/sqrt(1 + x^2)"),
    ),
    acosh=(
        "At 1 the slope is infinite.",
        derivative("acosh(x)", "1/sqrt(x^2 - 1)"),
    ),
    atanh=(
        "At both ends of its domain the slope is infinite.",
        derivative("atanh(x)", "1/(1 - x^2)"),
    ),
)

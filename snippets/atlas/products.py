# %% entries tags=["hide-input"]
from gradbook import atlas, gradient, vjp

atlas(
    "products",
    matmul=(
        "Each matrix gets the gradient times the other one, "
        "transposed.",
        vjp(
            "A @ B",
            A="G @ B.T",
            B="A.T @ G",
            shapes={"A": "m n", "B": "n p"},
        ),
    ),
    mm=(
        "The same as matmul, for two matrices.",
        vjp(
            "A @ B",
            A="G @ B.T",
            B="A.T @ G",
            shapes={"A": "m n", "B": "n p"},
        ),
    ),
    mv=(
        "The matrix gets an outer product.",
        vjp(
            "A @ x",
            A="outer(G, x)",
            x="A.T @ G",
            shapes={"A": "m n", "x": "n"},
        ),
    ),
    dot=(
        "Each vector gets the other one.",
        gradient("x @ y", x="y", y="x", shapes={"x": "n", "y": "n"}),
    ),
    outer=(
        "Each vector gets the matrix of gradients times the other one.",
        vjp(
            "outer(x, y)",
            x="G @ y",
            y="G.T @ x",
            shapes={"x": "m", "y": "n"},
        ),
    ),
    addmm=(
        "A product and a summand, each with its own rule.",
        vjp(
            "C + A @ B",
            C="G",
            A="G @ B.T",
            B="A.T @ G",
            shapes={"C": "m p", "A": "m n", "B": "n p"},
        ),
    ),
    addmv=(
        "A product and a summand, each with its own rule.",
        vjp(
            "b + A @ x",
            b="G",
            A="outer(G, x)",
            x="A.T @ G",
            shapes={"b": "m", "A": "m n", "x": "n"},
        ),
    ),
    linalg_vecdot=(
        "Each vector gets the other one.",
        gradient("x @ y", x="y", y="x", shapes={"x": "n", "y": "n"}),
    ),
    trace=(
        "The gradient is the identity matrix.",
        gradient("trace(A)", A_ij="delta_ij", shapes={"A": "n n"}),
    ),
)

# %% entries tags=["hide-input"]
from gradbook import atlas, gradient, vjp

atlas(
    "linear-algebra",
    linalg_vector_norm=(
        "A vector of length 1 in the direction of the input.",
        gradient("norm(x)", x="x/norm(x)", shapes={"x": "n"}),
    ),
    norm=(
        "The same for the older name.",
        gradient("norm(x)", x="x/norm(x)", shapes={"x": "n"}),
    ),
    linalg_det=(
        "The determinant times the inverse, transposed.",
        gradient("det(A)", A="det(A) inv(A).T", shapes={"A": "n n"}),
    ),
    logdet=(
        "The inverse, transposed.",
        gradient(
            "log(det(A))",
            A="inv(A).T",
            shapes={"A": "n n"},
            domain="det(A) > 0",
        ),
    ),
    linalg_inv=(
        "The inverse on both sides, with a minus.",
        vjp(
            "inv(A)",
            A="-inv(A).T @ G @ inv(A).T",
            shapes={"A": "n n"},
        ),
    ),
    linalg_solve=(
        "A second system, with the transposed matrix, gives the "
        "gradient.",
        vjp(
            "solve(A, b)",
            b="solve(A.T, G)",
            A="-outer(solve(A.T, G), solve(A, b))",
            shapes={"A": "n n", "b": "n"},
        ),
    ),
    linalg_diagonal=(
        "The gradient goes back onto the diagonal.",
        vjp("diag(A)", A="diag(G)", shapes={"A": "n n"}),
    ),
)

"""What each grad_fn means: its operation in mathematical notation and its derivatives.
Data only; a grad_fn that is missing here is written as a function call."""

from __future__ import annotations

import re
from dataclasses import dataclass

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4  # how strongly a notation binds


@dataclass(frozen=True)
class Argument:
    """Where an operand is found: a place in next_functions, or an attribute that the node saved."""

    slot: int | None = None
    saved: str = ""


@dataclass(frozen=True)
class Formula:
    """Notation with {0}, {1} for the operands, and the derivative by each of them.

    `needs` says how strongly each operand has to bind to stand without parentheses; `how` says
    in a word what happens to a tensor's gradient where a product of numbers does not describe it;
    {more} stands for the plain arguments, such as dim=1.
    """

    notation: str
    rank: int = ATOM
    needs: tuple[int, ...] = (0, 0, 0)
    arguments: tuple[Argument, ...] = (Argument(0, "self"),)
    partials: tuple[str, ...] = ()
    how: tuple[str, ...] = ()
    op: str = ""  # the name of the operation for a program that recomputes it


def function(name: str, partial: str) -> Formula:
    """An elementwise function of one argument."""
    return Formula(name + "({0})", partials=(partial,), op=name)


def power(base: Argument, exponent: Argument, *partials: str) -> Formula:
    """A power; which of its operands are tensors tells where they are found."""
    return Formula("{0}^{1}", POWER, (ATOM, ATOM), (base, exponent), partials, op="pow")


def product(second: str, *how: str) -> Formula:
    """A product of matrices or vectors; `second` is the name that the right one is saved under."""
    saved = (Argument(0, "self"), Argument(1, second))
    return Formula("{0} @ {1}", PRODUCT, (PRODUCT, POWER), saved, how=how, op="matmul")


def shape(notation: str, how: str, rank: int = ATOM, need: int = 0) -> Formula:
    """An operation that moves or copies entries and computes nothing."""
    return Formula(notation, rank, (need,), (Argument(0),), (), (how,))


TWO = (Argument(0, "self"), Argument(1, "other"))
PLAIN = (Argument(0), Argument(1))

FORMULAS: dict[str, Formula] = {
    "Add": Formula("{0} + {1}", SUM, (SUM, SUM), PLAIN, ("1", "1"), op="add"),
    "Sub": Formula("{0} − {1}", SUM, (SUM, PRODUCT), PLAIN, ("1", "−1"), op="sub"),
    "Rsub": Formula(
        "{0} − {1}", SUM, (SUM, PRODUCT), (Argument(), Argument(0)), ("", "−1"), op="sub"
    ),
    "Mul": Formula("{0}·{1}", PRODUCT, (PRODUCT, PRODUCT), TWO, ("{1}", "{0}"), op="mul"),
    "Div": Formula("{0}/{1}", PRODUCT, (PRODUCT, POWER), TWO, ("1/{1}", "−{0}/{1}²"), op="div"),
    "Pow": power(Argument(0), Argument(saved="exponent"), "{1}·{0}^({1}−1)"),
    "PowBackward1": power(
        Argument(0, "self"), Argument(1, "exponent"), "{1}·{0}^({1}−1)", "ln({0})·{out}"
    ),
    "PowBackward2": power(Argument(saved="self"), Argument(0, "exponent"), "", "ln({0})·{out}"),
    "Neg": Formula("−{0}", PRODUCT, (PRODUCT,), (Argument(0),), ("−1",), op="neg"),
    "Reciprocal": Formula("1/{0}", PRODUCT, (POWER,), partials=("−1/{0}²",), op="reciprocal"),
    "Exp": function("exp", "exp({0})"),
    "Log": Formula("ln({0})", partials=("1/{0}",), op="log"),
    "Sqrt": Formula("√{0}", POWER, (ATOM,), partials=("1/(2√{0})",), op="sqrt"),
    "Sin": function("sin", "cos({0})"),
    "Cos": function("cos", "−sin({0})"),
    "Tanh": function("tanh", "1 − {out}²"),
    "Sigmoid": Formula("σ({0})", partials=("{out}·(1 − {out})",), op="sigmoid"),
    "Relu": function("relu", "[{0} > 0]"),
    "Abs": Formula("|{0}|", partials=("sign({0})",), op="abs"),
    "Softplus": function("softplus", "σ({0})"),
    "Maximum": Formula(
        "max({0}, {1})", arguments=TWO, partials=("[{0} > {1}]", "[{1} > {0}]"), op="maximum"
    ),
    "Minimum": Formula(
        "min({0}, {1})", arguments=TWO, partials=("[{0} < {1}]", "[{1} < {0}]"), op="minimum"
    ),
    "Sum": Formula(
        "sum({0}{more})",
        arguments=(Argument(0),),
        partials=("1",),
        how=("copied to all",),
        op="sum",
    ),
    "Mean": Formula(
        "mean({0}{more})",
        arguments=(Argument(0),),
        partials=("1/{n}",),
        how=("× 1/{n}",),
        op="mean",
    ),
    "Mm": product("mat2", "@ {1}ᵀ", "{0}ᵀ @"),
    "Bmm": product("mat2", "@ {1}ᵀ", "{0}ᵀ @"),
    "Mv": product("vec", "⊗ {1}", "{0}ᵀ @"),
    "Dot": product("tensor", "× {1}", "× {0}"),
    "Addmm": Formula(
        "{1} @ {2} + {0}",
        SUM,
        (SUM, PRODUCT, POWER),
        (Argument(0), Argument(1, "mat1"), Argument(2, "mat2")),
        how=("copied", "@ {2}ᵀ", "{1}ᵀ @"),
        op="addmm",
    ),
    "MseLoss": Formula(
        "mse_loss({0}, {1})", arguments=(Argument(0, "self"), Argument(1, "target"))
    ),
    "NllLoss": Formula("nll_loss({0}, {1})", arguments=(Argument(0), Argument(saved="target"))),
    "BinaryCrossEntropyWithLogits": Formula(
        "bce_with_logits({0}, {1})", arguments=(Argument(0, "self"), Argument(1, "target"))
    ),
    "T": shape("{0}ᵀ", "transposed", POWER, ATOM),
    "Transpose": shape("transpose({0}{more})", "transposed"),
    "Permute": shape("permute({0}{more})", "permuted back"),
    "View": shape("{view}({0})", "reshaped"),
    "UnsafeView": shape("{view}({0})", "reshaped"),
    "ReshapeAlias": shape("{view}({0})", "reshaped"),
    "Unsqueeze": shape("unsqueeze({0})", "reshaped"),
    "Squeeze": shape("squeeze({0})", "reshaped"),
    "Expand": shape("expand({0})", "summed"),
    "Clone": shape("clone({0})", "copied"),
    "ToCopy": shape("to({0}{more})", "converted"),
    "Select": shape("{0}[{more}]", "put back", need=ATOM),
    "Slice": shape("{0}[…]", "put back", need=ATOM),
    "Index": shape("{0}[…]", "put back", need=ATOM),
    "Cat": shape("", "cut out"),
    "Stack": shape("", "cut out"),
    "Unbind": shape("", "put back"),
    "Split": shape("", "put back"),
    "Where": Formula(
        "where({0}, {1}, {2})",
        arguments=(Argument(saved="condition"), Argument(0), Argument(1)),
        how=("", "where true", "where false"),
    ),
    "Max": shape("max({0}{more})", "to the largest"),
    "Min": shape("min({0}{more})", "to the smallest"),
    "CopySlices": shape("changed({0})", "changed in the part"),
}
# Operations that move entries, or copy them, and compute nothing.
RESHAPES = frozenset(
    "T Transpose Permute View UnsafeView ReshapeAlias Unsqueeze Squeeze Expand Clone Alias".split()
)

# Views, some of which stand in one name's place; what an author wrote tells which.
VIEWS = frozenset(["view", "view_as", "reshape", "reshape_as", "flatten", "ravel", "unflatten"])

# What people call an operation whose grad_fn has a name of torch's own, or of a platform's kernel.
CALLED = {
    "Convolution": "conv",
    "NativeBatchNorm": "batch_norm",
    "NativeLayerNorm": "layer_norm",
    "NativeGroupNorm": "group_norm",
    "MaxPool2DWithIndices": "max_pool2d",
    "MaxPool3DWithIndices": "max_pool3d",
    "LinalgVectorNorm": "vector_norm",
    "ConstantPadNd": "pad",
    "UnsafeSplit": "split",
    "FftC2C": "fft",
}
KERNELS = {  # the kernels among which a platform chooses: what their names have in common
    "RnnLayer": "rnn_layer",
    "Rnn": "rnn",
    "ScaledDotProduct": "attention",
    "BatchNorm": "batch_norm",
    "Convolution": "conv",
}
PLATFORM = re.compile(
    r"Mkldnn|Cudnn|Miopen|Mps|Xpu|Thnn|Fused(?=[A-Z])|ScaledDotProduct\w*Attention|Nnpack"
)


def called(op: str) -> str:
    """What people call the operation of a grad_fn: max_pool2d; "" where its own name will do."""
    name, kernel = op_name(op), kernel_of(op)
    return next(
        (KERNELS[part] for part in KERNELS if kernel and part in name), CALLED.get(name, "")
    )


def kernel_of(op: str) -> bool:
    """Whether a platform has chosen this operation: another one would record another name."""
    return PLATFORM.search(op) is not None


def op_name(op: str) -> str:
    """MulBackward0 → Mul, CubeBackwardBackward → CubeBackward."""
    head, _, tail = op.rpartition("::")[2].rpartition("Backward")
    return head if head and (not tail or tail.isdigit()) else op


def formula(op: str) -> Formula | None:
    """The formula of a grad_fn by its full name or, without number, by its short one."""
    op = op.rpartition("::")[2]
    head, _, tail = op.rpartition("Backward")
    return FORMULAS.get(op) or (FORMULAS.get(head) if tail.isdigit() else None)

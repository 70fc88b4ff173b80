# %% entries tags=["hide-input"]
from gradbook import derivative, gradient, operators

operators(
    "comparison-and-selection",
    maximum=(
        "The larger one gets all; at a tie each gets half.",
        gradient(
            "max(x, y)",
            x="1 if x > y else 0",
            y="0 if x > y else 1",
            domain="x != y",
        ),
    ),
    minimum=(
        "The smaller one gets all; at a tie each gets half.",
        gradient(
            "min(x, y)",
            x="1 if x < y else 0",
            y="0 if x < y else 1",
            domain="x != y",
        ),
    ),
    clamp=(
        "Inside the bounds the gradient passes, outside nothing does.",
        derivative(
            "min(max(x, 0), 1)",
            "1 if 0 < x < 1 else 0",
            domain="x != 0, x != 1",
        ),
    ),
    where=(
        "The branch that is taken gets the gradient, the other gets 0.",
        derivative("x^2 if x > 0 else 0", "2x if x > 0 else 0"),
    ),
)
# > 14 operators, 4 with a formula
# > maximum (torch.maximum, Tensor.maximum) | node: MaximumBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: maximum not implemented for complex tensors. | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0.5, 0.5); (1, 1): (0.5, 0.5); (0, 1): (0, 1); (1, 0): (1, 0); (inf, inf): (0.5, 0.5); (nan, 1): (1, 1); (1, nan): (1, 1) | formula: df/dx = 1 if x > y else 0, df/dy = 0 if x > y else 1 (proved: SymPy, finite differences, autograd at 14 points)
# > minimum (torch.minimum, Tensor.minimum) | node: MinimumBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: minimum not implemented for complex tensors. | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0.5, 0.5); (1, 1): (0.5, 0.5); (0, 1): (1, 0); (1, 0): (0, 1); (inf, inf): (0.5, 0.5); (nan, 1): (1, 1); (1, nan): (1, 1) | formula: df/dx = 1 if x < y else 0, df/dy = 0 if x < y else 1 (proved: SymPy, finite differences, autograd at 14 points)
# > max_binary (torch.max, Tensor.max, torch.maximum, Tensor.maximum) | node: MaximumBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: maximum not implemented for complex tensors. | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0.5, 0.5); (1, 1): (0.5, 0.5); (0, 1): (0, 1); (1, 0): (1, 0); (inf, inf): (0.5, 0.5); (nan, 1): (1, 1); (1, nan): (1, 1)
# > min_binary (torch.min, Tensor.min, torch.minimum, Tensor.minimum) | node: MinimumBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: minimum not implemented for complex tensors. | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0.5, 0.5); (1, 1): (0.5, 0.5); (0, 1): (1, 0); (1, 0): (0, 1); (inf, inf): (0.5, 0.5); (nan, 1): (1, 1); (1, nan): (1, 1)
# > fmax (torch.fmax, Tensor.fmax) | node: FmaxBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: fmax not implemented for complex tensors. | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (1, 0); (1, 1): (1, 0); (0, 1): (0, 1); (1, 0): (1, 0); (inf, inf): (1, 0); (nan, 1): (0, 1); (1, nan): (1, 0)
# > fmin (torch.fmin, Tensor.fmin) | node: FminBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: fmin not implemented for complex tensors. | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (1, 0); (1, 1): (1, 0); (0, 1): (1, 0); (1, 0): (0, 1); (inf, inf): (1, 0); (nan, 1): (0, 1); (1, nan): (1, 0)
# > clamp (torch.clamp, Tensor.clamp, torch.clip, Tensor.clip) | node: ClampBackward0 | others: - | tensors: min=another, self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: clamp is not supported for complex types | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: clamp(x, 0, 1), x = -1: 0; 0: 1; 0.5: 1; 1: 1; 2: 0; nan: 0 ; (0, 0): (1, 0); (1, 1): (1, 0); (0, 1): (0, 1); (1, 0): (1, 0); (inf, inf): (1, 0); (nan, 1): (0, 0); (1, nan): (0, 0) | formula: dy/dx = 1 if 0 < x < 1 else 0 (checked: finite differences, autograd at 23 points)
# > clamp_min (torch.clamp_min, Tensor.clamp_min) | node: ClampMinBackward1 | others: - | tensors: min=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "maximum_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: clamp_min(x, 0), x = -1: 0; 0: 1; 1: 1; nan: 0 ; (0, 0): (1, 0); (1, 1): (1, 0); (0, 1): (0, 1); (1, 0): (1, 0); (inf, inf): (1, 0); (nan, 1): (0, 0); (1, nan): (0, 0)
# > clamp_max (torch.clamp_max, Tensor.clamp_max) | node: ClampMaxBackward1 | others: - | tensors: max=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "minimum_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: clamp_max(x, 0), x = -1: 1; 0: 1; 1: 0; nan: 0 ; (0, 0): (1, 0); (1, 1): (1, 0); (0, 1): (1, 0); (1, 0): (0, 1); (inf, inf): (1, 0); (nan, 1): (0, 0); (1, nan): (0, 0)
# > where (torch.where, Tensor.where) | node: WhereBackward0 | others: - | tensors: condition=another | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: where(x > 0, sqrt(x), 0), x = 0: nan; -1: nan ; where(x > 0, x, 0), x = 0: 0; nan: 0 | formula: dy/dx = 2x if x > 0 else 0 (proved: SymPy, finite differences, autograd at 21 points)
# > masked_fill (torch.masked_fill, Tensor.masked_fill) | node: MaskedFillBackward0 | others: MaskedFillBackward1 | tensors: mask=another | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > nan_to_num (torch.nan_to_num, Tensor.nan_to_num) | node: NanToNumBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: nan_to_num does not support automatic differentiation for outputs with complex dtype. | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 1; -1: 1; inf: 0; -inf: 0; nan: 0
# > fill (torch.fill) | node: FillBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -
# > zero_ (torch.zero_, Tensor.zero_) | node: ZeroBackward0 < CloneBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -

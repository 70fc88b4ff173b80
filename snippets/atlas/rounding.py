# %% entries tags=["hide-input"]
from gradbook import derivative, operators

operators(
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
# > 15 operators, 4 with a formula
# > round (torch.round, Tensor.round, torch.special.round) | node: RoundBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: no: "round_vml_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: 0; -1: 0; inf: 0; -inf: 0; nan: 0 ; jump at -0.5: 0 | formula: dy/dx = 0 (checked: finite differences, autograd at 24 points)
# > round_decimals_0 (torch.round, Tensor.round, torch.special.round) | node: RoundBackward1 | others: - | tensors: - | numbers: - | keep: - | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: no: "round_vml_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: 0; -1: 0; inf: 0; -inf: 0; nan: 0 ; jump at -0.5: 0
# > round_decimals_3 (torch.round, Tensor.round, torch.special.round) | node: RoundBackward1 | others: - | tensors: - | numbers: - | keep: - | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: no: "round_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: round(x, decimals=3), x = 0: 0; 0.0005: 0; 1: 0
# > round_decimals_neg_3 (torch.round, Tensor.round, torch.special.round) | node: RoundBackward1 | others: - | tensors: - | numbers: - | keep: - | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: no: "round_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: round(x, decimals=-3), x = 0: 0; 500: 0; 1000: 0
# > floor (torch.floor, Tensor.floor) | node: FloorBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: no: floor is not supported for complex inputs | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: 0; -1: 0; inf: 0; -inf: 0; nan: 0 ; jump at 0: 0 | formula: dy/dx = 0 (checked: finite differences, autograd at 22 points)
# > ceil (torch.ceil, Tensor.ceil) | node: CeilBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: no: ceil is not supported for complex inputs | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: 0; -1: 0; inf: 0; -inf: 0; nan: 0 ; jump at 0: 0
# > trunc (torch.trunc, Tensor.trunc, torch.fix, Tensor.fix) | node: TruncBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: no: trunc is not supported for complex inputs | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: 0; -1: 0; inf: 0; -inf: 0; nan: 0 ; jump at -1: 0
# > frac (torch.frac, Tensor.frac) | node: FracBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "frac_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 1; -1: 1; inf: 1; -inf: 1; nan: 1 ; jump at -1: 1 | formula: dy/dx = 1 (checked: finite differences, autograd at 22 points)
# > div_trunc_rounding (torch.div, Tensor.div, torch.divide, Tensor.divide) | node: DivBackward2 | others: - | tensors: other=argument 2, self=input | numbers: rounding_mode | keep: input, argument 2 | gradient: yes, zeros for input, zeros for argument 2 | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: no: "div_trunc_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: div(x, 1, rounding_mode='trunc'), x = 0.5: 0; 1: 0
# > div_floor_rounding (torch.div, Tensor.div, torch.divide, Tensor.divide) | node: DivBackward2 | others: - | tensors: other=argument 2, self=input | numbers: rounding_mode | keep: input, argument 2 | gradient: yes, zeros for input, zeros for argument 2 | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: no: "div_floor_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: div(x, 1, rounding_mode='floor'), x = 0: 0; 0.5: 0; 1: 0
# > sign (torch.sign, Tensor.sign) | node: SignBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: no: Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead. | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: 0; -1: 0; inf: 0; -inf: 0; nan: 0 ; jump at 0: 0 | formula: dy/dx = 0 (proved: SymPy, finite differences, autograd at 11 points)
# > sgn (torch.sgn, Tensor.sgn) | node: SgnBackward0 | others: - | tensors: result=result, self=input | numbers: - | keep: input, result | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: sgn(complex(x, x)).real, x = 0: 0; 1: 0 ; 0: 0; 1: 0; -1: 0; inf: 0; -inf: 0; nan: 0 ; jump at 0: 0
# > copysign (torch.copysign, Tensor.copysign) | node: CopysignBackward0 | others: CopysignBackward1 | tensors: result=result, self=input | numbers: - | keep: input, result | gradient: yes, zeros for argument 2 | forward: yes | double: yes | batched: yes | complex: no: "copysign_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0, 0); (1, 1): (1, 0); (0, 1): (0, 0); (1, 0): (1, 0); (inf, inf): (nan, 0); (nan, 1): (nan, 0); (1, nan): (1, 0)
# > nextafter (torch.nextafter, Tensor.nextafter) | node: NextafterBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes, zeros for argument 2 | forward: yes | double: yes | batched: yes | complex: no: "nextafter_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0, 0); (1, 1): (0, 0); (0, 1): (1, 0); (1, 0): (1, 0); (inf, inf): (0, 0); (nan, 1): (1, 0); (1, nan): (1, 0)
# > frexp (torch.frexp, Tensor.frexp) | node: FrexpBackward0 | others: - | tensors: exponent=another | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: torch.frexp() only supports floating-point dtypes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 0.5; -1: 0.5; inf: 1; -inf: 1; nan: 1 ; jump at 0: 1

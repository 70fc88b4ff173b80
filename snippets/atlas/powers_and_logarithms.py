# %% entries tags=["hide-input"]
from gradbook import derivative, gradient, operators

operators(
    "powers-and-logarithms",
    pow=(
        "The base keeps the power rule; the exponent needs the "
        "logarithm of the base.",
        gradient(
            "x^y",
            x="y x^(y - 1)",
            y="x^y log(x)",
            domain="x > 0",
        ),
    ),
    __rpow__=(
        "A number to the power of a tensor.",
        derivative("2^x", "log(2) y"),
    ),
    square=(
        "Twice the input, which is kept.",
        derivative("x^2", "2x"),
    ),
    sqrt=(
        "The result is kept, and divides: at 0 the slope is infinite.",
        derivative("sqrt(x)", "1/(2y)", domain="x > 0"),
    ),
    rsqrt=(
        "Minus half the cube of the result.",
        derivative("1/sqrt(x)", "-y^3/2", domain="x > 0"),
    ),
    exp=(
        "The result is its own slope, so the result is kept.",
        derivative("exp(x)", "y"),
    ),
    exp2=(
        "The result times a constant.",
        derivative("exp2(x)", "log(2) y"),
    ),
    expm1=(
        "One more than the result.",
        derivative("expm1(x)", "y + 1"),
    ),
    log=(
        "The slope is one over the input.",
        derivative("log(x)", "1/x", domain="x > 0"),
    ),
    log2=(
        "As for the natural logarithm, with a constant.",
        derivative("log2(x)", "1/(x log(2))", domain="x > 0"),
    ),
    log10=(
        "As for the natural logarithm, with a constant.",
        derivative("log10(x)", "1/(x log(10))", domain="x > 0"),
    ),
    log1p=(
        "It keeps its digits near 0, where log(1 + x) loses them.",
        derivative("log1p(x)", "1/(1 + x)", domain="x > -1"),
    ),
    logaddexp=(
        "The two slopes are the two parts of a softmax, and add "
        "up to 1.",
        gradient(
            "log(e^x + e^y)",
            x="e^(x - z)",
            y="e^(y - z)",
            name="z",
        ),
    ),
    xlogy=(
        "The slope in the second input is a ratio.",
        gradient("x log(y)", x="log(y)", y="x/y", domain="y > 0"),
    ),
    special_xlog1py=(
        "The same with 1 + y.",
        gradient(
            "x log1p(y)",
            x="log1p(y)",
            y="x/(1 + y)",
            domain="y > -1",
        ),
    ),
    special_entr=(
        "The slope grows without bound as x goes to 0.",
        derivative("-x log(x)", "-log(x) - 1", domain="x > 0"),
    ),
    logit=(
        "The inverse of the sigmoid: steep at both ends.",
        derivative(
            "log(x/(1 - x))",
            "1/(x(1 - x))",
            domain="0 < x < 1",
        ),
    ),
)
# > 19 operators, 17 with a formula
# > pow (torch.pow, Tensor.pow) | node: PowBackward1 | others: - | tensors: exponent=argument 2, result=result, self=input | numbers: - | keep: input, argument 2, result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: x**0.5, x = 0: inf; -1: nan; inf: 0; nan: nan ; x**0, x = 0: 0; inf: 0; nan: 0 ; x**2, x = 0: 0; inf: inf; nan: nan ; x**-1, x = 0: -inf; inf: 0 ; x**x, x = 0: 0 ; (0, 0): (0, 0); (1, 1): (1, 0); (0, 1): (1, 0); (1, 0): (0, 0); (inf, inf): (inf, inf); (nan, 1): (1, nan); (1, nan): (nan, 0) (the value is 1) | formula: df/dx = y x^(y - 1), df/dy = x^y log(x) (proved: SymPy, finite differences, autograd at 22 points)
# > __rpow__ (Tensor.__rpow__) | node: PowBackward1 | others: - | tensors: exponent=input, result=result, self=argument 2 | numbers: - | keep: input, argument 2, result | gradient: yes, NaN for input, NaN for argument 2 | forward: yes | double: yes, and gradgradcheck finds other numbers | batched: yes | complex: yes | gradcheck: 0 of 2: Jacobian mismatch for output 0 with respect to input 0, numerical:nan analytical:nan | gradgradcheck: 0 of 2: Jacobian mismatch for output 0 with respect to input 0, numerical:nan analytical:nan | at: 0**x, x = 0: 0; 1: 0; -1: -inf ; 2**x, x = 0: 0.6931 ; (0, 0): (0, 0); (1, 1): (0, 1); (0, 1): (0, 0); (1, 0): (0, 1); (inf, inf): (inf, inf); (nan, 1): (0, nan) (the value is 1); (1, nan): (nan, 1) | formula: dy/dx = log(2) y (proved: SymPy, finite differences, autograd at 21 points)
# > float_power (torch.float_power, Tensor.float_power) | node: PowBackward1 | others: - | tensors: exponent=argument 2, result=result, self=input | numbers: - | keep: input, argument 2, result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0, 0); (1, 1): (1, 0); (0, 1): (1, 0); (1, 0): (0, 0); (inf, inf): (inf, inf); (nan, 1): (1, nan); (1, nan): (nan, 0) (the value is 1)
# > square (torch.square, Tensor.square) | node: PowBackward0 | others: - | tensors: self=input | numbers: exponent | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: 2; -1: -2; inf: inf; -inf: -inf; nan: nan | formula: dy/dx = 2x (proved: SymPy, finite differences, autograd at 16 points)
# > sqrt (torch.sqrt, Tensor.sqrt) | node: SqrtBackward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: inf (the value is 0); 1: 0.5; -1: nan; inf: 0; -inf: nan; nan: nan | formula: dy/dx = 1/(2y) (proved: SymPy, finite differences, autograd at 11 points)
# > rsqrt (torch.rsqrt, Tensor.rsqrt) | node: RsqrtBackward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: -inf; 1: -0.5; -1: nan; inf: 0; -inf: nan; nan: nan | formula: dy/dx = -y^3/2 (proved: SymPy, finite differences, autograd at 11 points)
# > exp (torch.exp, Tensor.exp) | node: ExpBackward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 2.718; -1: 0.3679; inf: inf; -inf: 0; nan: nan | formula: dy/dx = y (proved: SymPy, finite differences, autograd at 16 points)
# > exp2 (torch.exp2, Tensor.exp2, torch.special.exp2) | node: Exp2Backward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0.6931; 1: 1.386; -1: 0.3466; inf: inf; -inf: 0; nan: nan | formula: dy/dx = log(2) y (proved: SymPy, finite differences, autograd at 16 points)
# > expm1 (torch.expm1, Tensor.expm1, torch.special.expm1) | node: Expm1Backward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 2.718; -1: 0.3679; inf: inf; -inf: 0; nan: nan | formula: dy/dx = y + 1 (proved: SymPy, finite differences, autograd at 16 points)
# > log (torch.log, Tensor.log) | node: LogBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: inf; 1: 1; -1: -1; inf: 0; -inf: 0; nan: nan | formula: dy/dx = 1/x (proved: SymPy, finite differences, autograd at 11 points)
# > log2 (torch.log2, Tensor.log2) | node: Log2Backward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: inf; 1: 1.443; -1: -1.443; inf: 0; -inf: 0; nan: nan | formula: dy/dx = 1/(x log(2)) (proved: SymPy, finite differences, autograd at 12 points)
# > log10 (torch.log10, Tensor.log10) | node: Log10Backward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: inf; 1: 0.4343; -1: -0.4343; inf: 0; -inf: 0; nan: nan | formula: dy/dx = 1/(x log(10)) (proved: SymPy, finite differences, autograd at 11 points)
# > log1p (torch.log1p, Tensor.log1p, torch.special.log1p) | node: Log1PBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 0.5; -1: inf; inf: 0; -inf: 0; nan: nan | formula: dy/dx = 1/(1 + x) (proved: SymPy, finite differences, autograd at 14 points)
# > logaddexp (torch.logaddexp, Tensor.logaddexp) | node: LogaddexpBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0.5, 0.5); (1, 1): (0.5, 0.5); (0, 1): (0.2689, 0.7311); (1, 0): (0.7311, 0.2689); (inf, inf): (nan, nan); (nan, 1): (nan, nan); (1, nan): (nan, nan) | formula: dz/dx = e^(x - z), dz/dy = e^(y - z) (proved: SymPy, finite differences, autograd at 8 points)
# > logaddexp2 (torch.logaddexp2, Tensor.logaddexp2) | node: Logaddexp2Backward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "logaddexp2_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: (0, 0): (0.5, 0.5); (1, 1): (0.5, 0.5); (0, 1): (0.3333, 0.6667); (1, 0): (0.6667, 0.3333); (inf, inf): (nan, nan); (nan, 1): (nan, nan); (1, nan): (nan, nan)
# > xlogy (torch.xlogy, Tensor.xlogy, torch.special.xlogy) | node: XlogyBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "xlogy_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0, nan) (the value is 0); (1, 1): (0, 1); (0, 1): (0, 0); (1, 0): (-inf, inf); (inf, inf): (inf, nan); (nan, 1): (0, nan); (1, nan): (nan, nan) | formula: df/dx = log(y), df/dy = x/y (proved: SymPy, finite differences, autograd at 11 points)
# > special_xlog1py (torch.special.xlog1py) | node: SpecialXlog1PyBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "xlog1py_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0, 0); (1, 1): (0.6931, 0.5); (0, 1): (0.6931, 0); (1, 0): (0, 1); (inf, inf): (inf, nan); (nan, 1): (0.6931, nan); (1, nan): (nan, nan) | formula: df/dx = log1p(y), df/dy = x/(1 + y) (proved: SymPy, finite differences, autograd at 14 points)
# > special_entr (torch.special.entr) | node: SpecialEntrBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "entr_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: inf (the value is 0); 1: -1; -1: nan; inf: -inf; -inf: nan; nan: nan | formula: dy/dx = -log(x) - 1 (proved: SymPy, finite differences, autograd at 11 points)
# > logit (torch.logit, Tensor.logit, torch.special.logit) | node: LogitBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "logit_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: logit(x, 0.25), x = 0.125: 0; 0.25: 5.333; 0.5: 4; 0.75: 5.333; 1: 0 ; 0: inf; 1: inf; -1: nan; inf: nan; -inf: nan; nan: nan | formula: dy/dx = 1/(x(1 - x)) (proved: SymPy, finite differences, autograd at 22 points)

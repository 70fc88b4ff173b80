# %% entries tags=["hide-input"]
from gradbook import derivative, gradient, operators

operators(
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
# > 24 operators, 16 with a formula
# > add (torch.add, Tensor.add) | node: AddBackward0 | others: - | tensors: - | numbers: alpha | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: df/dx = 1, df/dy = 1 (proved: SymPy, finite differences, autograd at 8 points)
# > sub (torch.sub, Tensor.sub, torch.subtract, Tensor.subtract) | node: SubBackward0 | others: - | tensors: - | numbers: alpha | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: df/dx = 1, df/dy = -1 (proved: SymPy, finite differences, autograd at 8 points)
# > rsub (torch.rsub) | node: RsubBackward0 | others: - | tensors: - | numbers: alpha | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: df/dx = -1, df/dy = 1 (proved: SymPy, finite differences, autograd at 8 points)
# > mul (torch.mul, Tensor.mul, torch.multiply, Tensor.multiply) | node: MulBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0, 0); (1, 1): (1, 1); (0, 1): (1, 0); (1, 0): (0, 1); (inf, inf): (inf, inf); (nan, 1): (1, nan); (1, nan): (nan, 1) | formula: df/dx = y, df/dy = x (proved: SymPy, finite differences, autograd at 8 points)
# > div_no_rounding_mode (torch.div, Tensor.div, torch.divide, Tensor.divide) | node: DivBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (inf, nan); (1, 1): (1, -1); (0, 1): (1, 0); (1, 0): (inf, -inf); (inf, inf): (0, nan); (nan, 1): (1, nan); (1, nan): (nan, nan) | formula: df/dx = 1/y, df/dy = -x/y^2 (proved: SymPy, finite differences, autograd at 14 points)
# > true_divide (torch.true_divide, Tensor.true_divide) | node: DivBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (inf, nan); (1, 1): (1, -1); (0, 1): (1, 0); (1, 0): (inf, -inf); (inf, inf): (0, nan); (nan, 1): (1, nan); (1, nan): (nan, nan) | formula: df/dx = 1/y, df/dy = -x/y^2 (proved: SymPy, finite differences, autograd at 14 points)
# > reciprocal (torch.reciprocal, Tensor.reciprocal) | node: ReciprocalBackward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: -inf; 1: -1; -1: -1; inf: 0; -inf: 0; nan: nan | formula: dy/dx = -y^2 (proved: SymPy, finite differences, autograd at 20 points)
# > neg (torch.neg, Tensor.neg, torch.negative, Tensor.negative) | node: NegBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: - | formula: dy/dx = -1 (proved: SymPy, finite differences, autograd at 16 points)
# > positive (torch.positive, Tensor.positive) | node: - | others: - | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -
# > __radd__ (Tensor.__radd__) | node: AddBackward0 | others: - | tensors: - | numbers: alpha | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > __rsub__ (Tensor.__rsub__) | node: RsubBackward0 | others: - | tensors: - | numbers: alpha | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > __rmul__ (Tensor.__rmul__) | node: MulBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0, 0); (1, 1): (1, 1); (0, 1): (1, 0); (1, 0): (0, 1); (inf, inf): (inf, inf); (nan, 1): (1, nan); (1, nan): (nan, 1)
# > __rdiv__ (Tensor.__rdiv__) | node: MulBackward0 < ReciprocalBackward0 | others: - | tensors: Mul.other=argument 2, Mul.self=another, Reciprocal.result=another | numbers: - | keep: argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (nan, inf); (1, 1): (-1, 1); (0, 1): (-inf, inf); (1, 0): (0, 1); (inf, inf): (nan, 0); (nan, 1): (nan, nan); (1, nan): (nan, 1)
# > addcmul (torch.addcmul, Tensor.addcmul) | node: AddcmulBackward0 | others: - | tensors: tensor1=argument 2, tensor2=argument 3 | numbers: value | keep: argument 2, argument 3 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: dy/da = 1, dy/db = c, dy/dc = b (proved: SymPy, finite differences, autograd at 8 points)
# > addcdiv (torch.addcdiv, Tensor.addcdiv) | node: AddcdivBackward0 | others: - | tensors: tensor1=argument 2, tensor2=argument 3 | numbers: value | keep: argument 2, argument 3 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: addcdiv(ones(1).double(), ones(1).double(), x), x = [0]: [-inf]; [1]: [-1] | formula: dy/da = 1, dy/db = 1/c, dy/dc = -b/c^2 (proved: SymPy, finite differences, autograd at 14 points)
# > lerp (torch.lerp, Tensor.lerp) | node: LerpBackward0 | others: LerpBackward1 | tensors: - | numbers: weight | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: dy/da = 1 - w, dy/db = w, dy/dw = b - a (proved: SymPy, finite differences, autograd at 8 points)
# > fmod (torch.fmod, Tensor.fmod) | node: FmodBackward1 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "fmod_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (1, nan); (1, 1): (1, -1); (0, 1): (1, 0); (1, 0): (1, -inf); (inf, inf): (1, nan); (nan, 1): (1, nan); (1, nan): (1, nan)
# > remainder (torch.remainder, Tensor.remainder) | node: RemainderBackward1 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "remainder_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (1, nan); (1, 1): (1, -1); (0, 1): (1, 0); (1, 0): (1, -inf); (inf, inf): (1, nan); (nan, 1): (1, nan); (1, nan): (1, nan)
# > __rmod__ (Tensor.__rmod__) | node: RemainderBackward1 | others: - | tensors: other=input, self=argument 2 | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "remainder_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (nan, 1); (1, 1): (-1, 1); (0, 1): (-inf, 1); (1, 0): (0, 1); (inf, inf): (nan, 1); (nan, 1): (nan, 1); (1, nan): (nan, 1)
# > abs (torch.abs, Tensor.abs, torch.absolute, Tensor.absolute) | node: AbsBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: abs(complex(x, x)), x = 0: 0; 1: 1.414 ; 0: 0; 1: 1; -1: -1; inf: 1; -inf: -1; nan: 0 ; kink at 0: 0 (from the left -1, right 1) | formula: dy/dx = sign(x) (proved: SymPy, finite differences, autograd at 20 points)
# > hypot (torch.hypot, Tensor.hypot) | node: HypotBackward0 | others: - | tensors: other=argument 2, result=result, self=input | numbers: - | keep: input, argument 2, result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "hypot_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (nan, nan) (the value is 0); (1, 1): (0.7071, 0.7071); (0, 1): (0, 1); (1, 0): (1, 0); (inf, inf): (nan, nan); (nan, 1): (nan, nan); (1, nan): (nan, nan) | formula: dz/dx = x/z, dz/dy = y/z (proved: SymPy, finite differences, autograd at 11 points)
# > ldexp (torch.ldexp, Tensor.ldexp) | node: LdexpBackward0 | others: - | tensors: other=argument 2, result=result | numbers: - | keep: argument 2, result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (1, 0); (1, 1): (2, 1.386); (0, 1): (2, 0); (1, 0): (1, 0.6931); (inf, inf): (inf, inf); (nan, 1): (2, nan); (1, nan): (nan, nan) | formula: df/dx = 2^y, df/dy = x*2^y log(2) (proved: SymPy, finite differences, autograd at 17 points)
# > deg2rad (torch.deg2rad, Tensor.deg2rad) | node: Deg2RadBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: deg2rad is not supported for complex tensors. | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: - | formula: dy/dx = pi/180 (proved: SymPy, finite differences, autograd at 16 points)
# > rad2deg (torch.rad2deg, Tensor.rad2deg) | node: Rad2DegBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: rad2deg is not supported for complex tensors. | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: - | formula: dy/dx = 180/pi (proved: SymPy, finite differences, autograd at 16 points)

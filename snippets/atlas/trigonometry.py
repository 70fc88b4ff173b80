# %% entries tags=["hide-input"]
from gradbook import derivative, gradient, operators

operators(
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
# > 14 operators, 13 with a formula
# > sin (torch.sin, Tensor.sin) | node: SinBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 0.5403; -1: 0.5403; inf: nan; -inf: nan; nan: nan | formula: dy/dx = cos(x) (proved: SymPy, finite differences, autograd at 16 points)
# > cos (torch.cos, Tensor.cos) | node: CosBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: -0.8415; -1: 0.8415; inf: nan; -inf: nan; nan: nan | formula: dy/dx = -sin(x) (proved: SymPy, finite differences, autograd at 16 points)
# > tan (torch.tan, Tensor.tan) | node: TanBackward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 3.426; -1: 3.426; inf: nan; -inf: nan; nan: nan | formula: dy/dx = 1 + y^2 (proved: SymPy, finite differences, autograd at 16 points)
# > asin (torch.asin, Tensor.asin, torch.arcsin, Tensor.arcsin) | node: AsinBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: inf (the value is 1.571); -1: inf (the value is -1.571); inf: nan; -inf: nan; nan: nan | formula: dy/dx = 1/sqrt(1 - x^2) (proved: SymPy, finite differences, autograd at 13 points)
# > acos (torch.acos, Tensor.acos, torch.arccos, Tensor.arccos) | node: AcosBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: -1; 1: -inf (the value is 0); -1: -inf (the value is 3.142); inf: nan; -inf: nan; nan: nan | formula: dy/dx = -1/sqrt(1 - x^2) (proved: SymPy, finite differences, autograd at 13 points)
# > atan (torch.atan, Tensor.atan, torch.arctan, Tensor.arctan) | node: AtanBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 0.5; -1: 0.5; inf: 0; -inf: 0; nan: nan | formula: dy/dx = 1/(1 + x^2) (proved: SymPy, finite differences, autograd at 16 points)
# > atan2 (torch.atan2, Tensor.atan2, torch.arctan2, Tensor.arctan2) | node: Atan2Backward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "atan2_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: (0, 0): (0, 0); (1, 1): (0.5, -0.5); (0, 1): (1, 0); (1, 0): (0, -1); (inf, inf): (nan, nan) (the value is 0.7854); (nan, 1): (nan, nan); (1, nan): (nan, nan) | formula: df/dy = x/(x^2 + y^2), df/dx = -y/(x^2 + y^2) (proved: SymPy, finite differences, autograd at 14 points)
# > sinh (torch.sinh, Tensor.sinh) | node: SinhBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 1.543; -1: 1.543; inf: inf; -inf: inf; nan: nan | formula: dy/dx = cosh(x) (proved: SymPy, finite differences, autograd at 16 points)
# > cosh (torch.cosh, Tensor.cosh) | node: CoshBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: 1.175; -1: -1.175; inf: inf; -inf: -inf; nan: nan | formula: dy/dx = sinh(x) (proved: SymPy, finite differences, autograd at 16 points)
# > tanh (torch.tanh, Tensor.tanh, F.tanh, torch.nn.functional.tanh) | node: TanhBackward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 0.42; -1: 0.42; inf: 0; -inf: 0; nan: nan | formula: dy/dx = 1 - y^2 (proved: SymPy, finite differences, autograd at 16 points)
# > asinh (torch.asinh, Tensor.asinh, torch.arcsinh, Tensor.arcsinh) | node: AsinhBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 0.7071; -1: 0.7071; inf: 0; -inf: 0; nan: nan | formula: dy/dx = 1/sqrt(1 + x^2) (proved: SymPy, finite differences, autograd at 16 points)
# > acosh (torch.acosh, Tensor.acosh, torch.arccosh, Tensor.arccosh) | node: AcoshBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: nan; 1: inf (the value is 0); -1: inf; inf: 0; -inf: 0; nan: nan | formula: dy/dx = 1/sqrt(x^2 - 1) (checked: finite differences, autograd at 7 points)
# > atanh (torch.atanh, Tensor.atanh, torch.arctanh, Tensor.arctanh) | node: AtanhBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: inf; -1: inf; inf: 0; -inf: 0; nan: nan | formula: dy/dx = 1/(1 - x^2) (proved: SymPy, finite differences, autograd at 11 points)
# > sinc (torch.sinc, Tensor.sinc, torch.special.sinc) | node: SincBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: -1; -1: 1; inf: nan; -inf: nan; nan: nan

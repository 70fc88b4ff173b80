# %% entries tags=["hide-input"]
from gradbook import gradient, operators

operators(
    "complex",
    real=(
        "The gradient is a real number, in the complex convention.",
        gradient("real(z)", z="1", domain="z complex"),
    ),
    conj=(
        "The gradient is conjugated on its way back: for the "
        "real part of the result this is 1.",
        gradient("real(conj(z))", z="1", domain="z complex"),
    ),
)
# > 9 operators, 2 with a formula
# > complex (torch.complex) | node: ComplexBackward0 | others: - | tensors: imag=argument 2, real=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: Expected both inputs to be Half, Float or Double tensors but got ComplexDouble and ComplexDouble | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > polar (torch.polar) | node: PolarBackward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: Expected both inputs to be Half, Float or Double tensors but got ComplexDouble and ComplexDouble | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > real (torch.real, Tensor.real) | node: - | others: SelectBackward0 | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: - | formula: dy/dRe(z) + i dy/dIm(z) = 1 (proved: SymPy, finite differences, autograd at 8 points)
# > angle (torch.angle, Tensor.angle) | node: AngleBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes, zeros for input | forward: yes | double: no: the gradient is not tracked | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: 0; -1: 0; inf: 0; -inf: 0; nan: 0 ; jump at 0: 0
# > conj (torch.conj, Tensor.conj) | node: - | others: ConjBackward0 | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: - | formula: dy/dRe(z) + i dy/dIm(z) = 1 (proved: SymPy, finite differences, autograd at 8 points)
# > conj_physical (torch.conj_physical, Tensor.conj_physical) | node: - | others: ConjPhysicalBackward0 | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -
# > resolve_conj (torch.resolve_conj, Tensor.resolve_conj) | node: - | others: - | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -
# > resolve_neg (torch.resolve_neg, Tensor.resolve_neg) | node: - | others: - | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -
# > view_as_complex (torch.view_as_complex) | node: ViewAsComplexBackward0 | others: - | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: ComplexDouble | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -

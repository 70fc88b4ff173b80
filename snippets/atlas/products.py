# %% entries tags=["hide-input"]
from gradbook import gradient, operators, vjp

operators(
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
# > 29 operators, 9 with a formula
# > matmul (torch.matmul, Tensor.matmul, torch.linalg.matmul) | node: DotBackward0 | others: MmBackward0, MvBackward0, SqueezeBackward4, UnsafeViewBackward0 | tensors: self=input, tensor=argument 2 | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: dL/dA = G @ B.T, dL/dB = A.T @ G (proved for m = 2, n = 3, p = 2: SymPy, finite differences, autograd at 8 points)
# > __rmatmul__ (Tensor.__rmatmul__) | node: DotBackward0 | others: MmBackward0, MvBackward0, SqueezeBackward4, UnsafeViewBackward0 | tensors: self=argument 2, tensor=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > mm (torch.mm, Tensor.mm) | node: MmBackward0 | others: - | tensors: mat2=argument 2, self=input | numbers: mat2_sym_sizes, mat2_sym_strides, self_sym_sizes, self_sym_strides | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: dL/dA = G @ B.T, dL/dB = A.T @ G (proved for m = 2, n = 3, p = 2: SymPy, finite differences, autograd at 8 points)
# > mv (torch.mv, Tensor.mv) | node: MvBackward0 | others: - | tensors: self=input, vec=argument 2 | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: - | formula: dL/dA = outer(G, x), dL/dx = A.T @ G (proved for m = 2, n = 3: SymPy, finite differences, autograd at 8 points)
# > bmm (torch.bmm, Tensor.bmm) | node: BmmBackward0 | others: - | tensors: mat2=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -
# > dot (torch.dot, Tensor.dot) | node: DotBackward0 | others: - | tensors: self=input, tensor=argument 2 | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: - | formula: df/dx = y, df/dy = x (proved for n = 3: SymPy, finite differences, autograd at 8 points)
# > vdot (torch.vdot, Tensor.vdot) | node: VdotBackward0 | others: - | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -
# > inner (torch.inner, Tensor.inner) | node: ViewBackward0 < DotBackward0 < PermuteBackward0 | others: MulBackward0 | tensors: Dot.self=input, Dot.tensor=argument 2 | numbers: Permute.dims | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > outer (torch.outer, Tensor.outer, torch.ger, Tensor.ger) | node: MulBackward0 < ViewBackward0 | others: - | tensors: Mul.other=argument 2, Mul.self=view of input | numbers: View.self_sym_sizes | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: - | formula: dL/dx = G @ y, dL/dy = G.T @ x (proved for m = 2, n = 3: SymPy, finite differences, autograd at 8 points)
# > addmm (torch.addmm, Tensor.addmm) | node: AddmmBackward0 | others: - | tensors: mat1=argument 2, mat2=argument 3 | numbers: alpha, beta, mat1_sym_sizes, mat1_sym_strides, mat2_sym_sizes, mat2_sym_strides | keep: argument 2, argument 3 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: dL/dC = G, dL/dA = G @ B.T, dL/dB = A.T @ G (proved for m = 2, p = 3, n = 2: SymPy, finite differences, autograd at 8 points)
# > addmm_decomposed (torch.addmm, Tensor.addmm) | node: AddmmBackward0 | others: - | tensors: mat1=argument 2, mat2=argument 3 | numbers: alpha, beta, mat1_sym_sizes, mat1_sym_strides, mat2_sym_sizes, mat2_sym_strides | keep: argument 2, argument 3 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > addmv (torch.addmv, Tensor.addmv) | node: AddmvBackward0 | others: - | tensors: mat=argument 2, vec=argument 3 | numbers: alpha, beta | keep: argument 2, argument 3 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: dL/db = G, dL/dA = outer(G, x), dL/dx = A.T @ G (proved for m = 2, n = 3: SymPy, finite differences, autograd at 8 points)
# > addbmm (torch.addbmm, Tensor.addbmm) | node: AddbmmBackward0 | others: - | tensors: batch1=argument 2, batch2=argument 3 | numbers: alpha, batch1_sym_argsize_0, batch1_sym_argsize_1, batch2_sym_argsize_2, beta | keep: argument 2, argument 3 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -
# > baddbmm (torch.baddbmm, Tensor.baddbmm) | node: BaddbmmBackward0 | others: - | tensors: batch1=argument 2, batch2=argument 3 | numbers: alpha, beta | keep: argument 2, argument 3 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -
# > addr (torch.addr, Tensor.addr) | node: AddrBackward0 | others: - | tensors: vec1=argument 2, vec2=argument 3 | numbers: alpha, beta | keep: argument 2, argument 3 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > einsum (torch.einsum) | node: SumBackward1 < PermuteBackward0 | others: MulBackward0, ViewBackward0 | tensors: - | numbers: Sum.dim, Sum.keepdim, Sum.self_sym_sizes, Permute.dims | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > tensordot (torch.tensordot) | node: ViewBackward0 < MmBackward0 < PermuteBackward0 | others: - | tensors: Mm.mat2=view of argument 2, Mm.self=view of input | numbers: View.self_sym_sizes, Mm.mat2_sym_sizes, Mm.mat2_sym_strides, Mm.self_sym_sizes, Mm.self_sym_strides, Permute.dims | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > kron (torch.kron, Tensor.kron) | node: UnsafeViewBackward0 < MulBackward0 | others: - | tensors: Mul.other=view of argument 2, Mul.self=view of input | numbers: UnsafeView.self_sym_sizes | keep: input (not noticed), argument 2 (not noticed) | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -
# > cross (torch.cross, Tensor.cross) | node: LinalgCrossBackward0 | others: - | tensors: other=argument 2, self=input | numbers: dim | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > linalg_cross (torch.linalg.cross) | node: LinalgCrossBackward0 | others: - | tensors: other=argument 2, self=input | numbers: dim | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > linalg_vecdot (torch.linalg.vecdot) | node: VdotBackward0 | others: SumBackward1 | tensors: other=argument 2, self=input | numbers: - | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: df/dx = y, df/dy = x (proved for n = 3: SymPy, finite differences, autograd at 8 points)
# > linalg_multi_dot (torch.linalg.multi_dot) | node: ViewBackward0 < MmBackward0 | others: - | tensors: Mm.mat2=input[1], Mm.self=input[0] | numbers: View.self_sym_sizes, Mm.mat2_sym_sizes, Mm.mat2_sym_strides, Mm.self_sym_sizes, Mm.self_sym_strides | keep: input[0], input[1] | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > linalg_matrix_power (torch.linalg.matrix_power, torch.matrix_power, Tensor.matrix_power) | node: CopyBackwards < CloneBackward0 | others: LinalgInvExBackward0, UnsafeViewBackward0 | tensors: - | numbers: - | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > matrix_exp (torch.matrix_exp, Tensor.matrix_exp, torch.linalg.matrix_exp) | node: LinalgMatrixExpBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > cdist (torch.cdist) | node: CdistBackward0 | others: - | tensors: result=result, x1=input, x2=argument 2 | numbers: p | keep: input, argument 2, result | gradient: yes | forward: no: Trying to use forward AD with _cdist_forward that does not support it | double: no: the derivative for '_cdist_backward' is not implemented. | batched: yes | complex: no: cdist only supports floating-point dtypes, X1 got: ComplexDouble | gradcheck: 2 of 2 | gradgradcheck: 0 of 2: the derivative for '_cdist_backward' is not implemented. | at: cdist(x, 0), x = [0, 0]: [0, 0]
# > dist (torch.dist, Tensor.dist) | node: DistBackward0 | others: - | tensors: other=argument 2, result=result, self=input | numbers: p | keep: input, argument 2, result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: dist(x, 0), x = [0, 0]: [0, 0]
# > sparse_sampled_addmm (torch.sparse.sampled_addmm) | node: SparseSampledAddmmBackward0 | others: - | tensors: mat1=another, mat2=argument 3, self=another | numbers: alpha, beta | keep: input, argument 2, argument 3 | gradient: no: add: expected 'self' and 'other' to have same size, but self has size [] while other has size [0, 5] (FYI: op2-sparse addition does not cur… | forward: no: Could not run 'aten::uniform_' with arguments from the 'SparseCsrCPU' backend. This could be because the operator doesn't exist for this ba… | double: no: is_coalesced expected sparse coordinate tensor layout but got SparseCsr | batched: no: Sparse CSR tensors do not have is_contiguous | complex: no: Sparse output is not supported at gradcheck yet. Please call to_dense(masked_grad=...) on the output of fn for gradcheck. | gradcheck: 0 of 2: Sparse output is not supported at gradcheck yet. Please call to_dense(masked_grad=...) on the output of fn for gradcheck. | gradgradcheck: 0 of 2: is_coalesced expected sparse coordinate tensor layout but got SparseCsr | at: -
# > sparse_mm_reduce (torch.sparse.mm) | node: SparseMmReduceImplBackward0 | others: - | tensors: other=argument 2, result1=another, self=another | numbers: reduce | keep: input, argument 2 | gradient: yes | forward: no: Could not run 'aten::uniform_' with arguments from the 'SparseCsrCPU' backend. This could be because the operator doesn't exist for this ba… | double: no: derivative for aten::_sparse_mm_reduce_impl_backward is not implemented | batched: no: Sparse CSR tensors do not have is_contiguous | complex: no: "spmm_reduce_kernel" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 0 of 2: Sparse output is not supported at gradcheck yet. Please call to_dense(masked_grad=...) on the output of fn for gradcheck. | at: -
# > trace (torch.trace, Tensor.trace) | node: TraceBackward0 | others: - | tensors: - | numbers: self_sym_sizes | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: dy/dA_ij = delta_ij (proved for n = 3: SymPy, finite differences, autograd at 8 points)

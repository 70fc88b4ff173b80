# %% entries tags=["hide-input"]
from gradbook import gradient, operators, vjp

operators(
    "attention",
    linear=(
        "The input gets the gradient times the weights; the "
        "bias gets the gradient.",
        vjp(
            "A @ x + b",
            x="A.T @ G",
            A="outer(G, x)",
            b="G",
            shapes={"A": "m n", "x": "n", "b": "m"},
        ),
    ),
    bilinear=(
        "Each input gets the matrix times the other one.",
        gradient(
            "x @ A @ y",
            x="A @ y",
            y="A.T @ x",
            A="outer(x, y)",
            shapes={"x": "m", "A": "m n", "y": "n"},
        ),
    ),
)
# > 6 operators, 2 with a formula
# > nn_functional_linear (F.linear, torch.nn.functional.linear) | node: ViewBackward0 < AddmmBackward0 < TBackward0 | others: MmBackward0, SqueezeBackward4, UnsafeViewBackward0 | tensors: Addmm.mat1=view of input, Addmm.mat2=view of argument 2 | numbers: View.self_sym_sizes, Addmm.alpha, Addmm.beta, Addmm.mat1_sym_sizes, Addmm.mat1_sym_strides, Addmm.mat2_sym_sizes, Addmm.mat2_sym_strides | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: dL/dx = A.T @ G, dL/dA = outer(G, x), dL/db = G (proved for m = 2, n = 3: SymPy, finite differences, autograd at 8 points)
# > nn_functional_bilinear (F.bilinear, torch.nn.functional.bilinear) | node: AddBackward0 < ViewBackward0 < TrilinearBackward0 | others: - | tensors: Trilinear.i1=view of input, Trilinear.i2=argument 3, Trilinear.i3=view of argument 2 | numbers: Add.alpha, View.self_sym_sizes, Trilinear.expand1, Trilinear.expand2, Trilinear.expand3, Trilinear.sumdim | keep: input, argument 2, argument 3 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: _trilinear does not support automatic differentiation for outputs with complex dtype. | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: df/dx = A @ y, df/dy = A.T @ x, df/dA = outer(x, y) (proved for m = 2, n = 3: SymPy, finite differences, autograd at 8 points)
# > nn_functional_embedding (F.embedding, torch.nn.functional.embedding) | node: EmbeddingBackward0 | others: - | tensors: indices=another | numbers: padding_idx, scale_grad_by_freq, sparse, weight_sym_argsize_0 | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: embedding does not support automatic differentiation for outputs with complex dtype. | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > nn_functional_embedding_bag (F.embedding_bag, torch.nn.functional.embedding_bag) | node: EmbeddingBagBackward0 | others: - | tensors: indices=another, offsets=another, per_sample_weights=per_sample_weights, result1=another, result2=another, result3=another, weight=input | numbers: mode, padding_idx, scale_grad_by_freq, sparse, weight_sym_argsize_0 | keep: input, per_sample_weights | gradient: yes | forward: no: Trying to use forward AD with _embedding_bag that does not support it | double: no: derivative for aten::_embedding_bag_per_sample_weights_backward is not implemented | batched: yes | complex: no: Expected tensor for argument #1 'weight' to have one of the following scalar types: Half, BFloat16, Float, Double; but got CPUComplexDouble… | gradcheck: 2 of 2 | gradgradcheck: 0 of 2: the derivative for '_embedding_bag_backward' is not implemented. | at: embedding_bag(tensor([[0, 1, 2]]), x.view(3, 1), mode='max'), x = [2, 2, 2]: [1, 0, 0]
# > nn_functional_scaled_dot_product_attention (F.scaled_dot_product_attention, torch.nn.functional.scaled_dot_product_attention) | node: UnsafeViewBackward0 < BmmBackward0 < ViewBackward0 < ExpandBackward0 < SafeSoftmaxBackward0 < AddBackward0 < ReshapeAliasBackward0 < MulBackward1 < TransposeBackward0 | others: - | tensors: Bmm.mat2=argument 3, Bmm.self=another, SafeSoftmax.result=another, Bmm.mat2=another | numbers: UnsafeView.self_sym_sizes, View.self_sym_sizes, Expand.self_sym_sizes, SafeSoftmax.dim, Add.alpha, ReshapeAlias.self_sym_sizes, Mul.other, Transpose.dim0, Transpose.dim1 | keep: argument 3 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "softmax_lastdim_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: scaled_dot_product_attention(x, x, x, with every key masked), x = [1, 2]: [0, 0]
# > nn_functional_multi_head_attention_forward (F.multi_head_attention_forward, torch.nn.functional.multi_head_attention_forward) | node: ViewBackward0 < MeanBackward1 < AddmmBackward0 < UnsafeViewBackward0 < TBackward0 < MulBackward0 < CloneBackward0 < SoftmaxBackward0 < TransposeBackward0 < BaddbmmBackward0 < BmmBackward0 < ConstantPadNdBackward0 < UnsqueezeBackward0 < CatBackward0 < RepeatBackward0 < SplitBackward0 | others: - | tensors: Addmm.mat1=another, Addmm.mat2=view of argument 12, Mul.other=another, Softmax.result=another, Baddbmm.batch1=another, Baddbmm.batch2=another, Bmm.mat2=another, Bmm.self=another, Addmm.mat1=view of input, Addmm.mat2=view of argument 6, Addmm.mat1=view of argument 3, Addmm.mat1=view of argument 2 | numbers: View.self_sym_sizes, Mean.dim, Mean.keepdim, Mean.self_sym_numel, Mean.self_sym_sizes, Addmm.alpha, Addmm.beta, Addmm.mat1_sym_sizes, Addmm.mat1_sym_strides, Addmm.mat2_sym_sizes, Addmm.mat2_sym_strides, UnsafeView.self_sym_sizes, Softmax.dim, Transpose.dim0, Transpose.dim1, Baddbmm.alpha, Baddbmm.beta, ConstantPadNd.pad, Unsqueeze.dim, Cat.dim, Repeat.repeats, Repeat.self_sym_sizes, Split.dim, Split.self_sym_sizes, Split.split_size | keep: input, argument 2, argument 3, argument 6, argument 12 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: only bool and floating types of attn_mask are supported | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: -

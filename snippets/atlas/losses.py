# %% entries tags=["hide-input"]
from gradbook import derivative, gradient, operators

operators(
    "losses",
    mse_loss=(
        "Twice the error, over the number of entries.",
        gradient(
            "mean((x - t)^2)",
            x="2/n (x - t)",
            t="2/n (t - x)",
            shapes={"x": "n", "t": "n"},
        ),
    ),
    l1_loss=(
        "Only the sign of the error counts.",
        gradient(
            "mean(|x - t|)",
            x="sign(x - t)/n",
            shapes={"x": "n", "t": "n"},
        ),
    ),
    smooth_l1_loss=(
        "The error near 0, its sign beyond 1.",
        derivative(
            "x^2/2 if |x| < 1 else |x| - 1/2",
            "x if |x| < 1 else sign(x)",
        ),
    ),
    huber_loss=(
        "With delta = 1 it is the smooth L1 loss.",
        derivative(
            "x^2/2 if |x| < 1 else |x| - 1/2",
            "x if |x| < 1 else sign(x)",
        ),
    ),
    cross_entropy=(
        "The softmax minus the target.",
        gradient(
            "-sum(t*log_softmax(x))",
            x="softmax(x) - t",
            shapes={"x": "n", "t": "n"},
            domain="t probabilities",
        ),
    ),
    nll_loss=(
        "The entry of the right class gets minus its weight in the mean.",
        gradient("-sum(t*x)", x="-t", shapes={"x": "n", "t": "n"}),
    ),
    binary_cross_entropy=(
        "Near the end that is wrong the gradient is large.",
        derivative(
            "-t log(x) - (1 - t) log(1 - x)",
            "(x - t)/(x(1 - x))",
            where={"t": "1/4"},
            domain="0 < x < 1",
        ),
    ),
    binary_cross_entropy_with_logits=(
        "The sigmoid minus the target: nothing is large.",
        gradient("softplus(x) - t x", x="sigmoid(x) - t"),
    ),
    kl_div=(
        "The input is a logarithm already.",
        gradient(
            "sum(t*(log(t) - x))",
            x="-t",
            shapes={"x": "n", "t": "n"},
            domain="t > 0",
        ),
    ),
    poisson_nll_loss=(
        "The rate minus the target.",
        gradient("e^x - t x", x="e^x - t"),
    ),
    gaussian_nll_loss=(
        "The error is divided by the variance.",
        gradient(
            "(log(v) + (x - t)^2/v)/2",
            x="(x - t)/v",
            v="(1/v - (x - t)^2/v^2)/2",
            domain="v > 0",
        ),
    ),
    soft_margin_loss=(
        "A sigmoid of the other sign.",
        gradient("log(1 + e^(-t x))", x="-t sigmoid(-t x)"),
    ),
    hinge_embedding_loss=(
        "With target -1 the slope ends at the margin.",
        derivative(
            "max(0, 1 - x)",
            "-1 if x < 1 else 0",
            domain="x != 1",
        ),
    ),
    margin_ranking_loss=(
        "With target 1 the first should be larger.",
        derivative("max(0, -x)", "-1 if x < 0 else 0", domain="x != 0"),
    ),
)
# > 27 operators, 14 with a formula
# > nn_functional_mse_loss (F.mse_loss, torch.nn.functional.mse_loss) | node: MseLossBackward0 | others: - | tensors: self=input, target=argument 2 | numbers: reduction | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "mse_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: mse_loss(x, 0), x = 0: 0; inf: inf; nan: nan | formula: dy/dx = 2/n (x - t), dy/dt = 2/n (t - x) (proved for n = 3: SymPy, finite differences, autograd at 8 points)
# > nn_functional_l1_loss (F.l1_loss, torch.nn.functional.l1_loss) | node: MeanBackward0 < AbsBackward0 < SubBackward0 | others: SumBackward0 | tensors: Abs.self=another | numbers: Mean.self_sym_numel, Sub.alpha | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: l1_loss(x, 0), x = 0: 0; inf: 1; nan: 0 | formula: dy/dx = sign(x - t)/n (proved for n = 3: SymPy, finite differences, autograd at 17 points)
# > nn_functional_smooth_l1_loss (F.smooth_l1_loss, torch.nn.functional.smooth_l1_loss) | node: SmoothL1LossBackward0 | others: MeanBackward0 | tensors: self=input, target=argument 2 | numbers: beta, reduction | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "smooth_l1_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: smooth_l1_loss(x, 0), x = 0: 0; 1: 1; -1: -1; inf: 1; nan: nan | formula: dy/dx = x if |x| < 1 else sign(x) (proved: SymPy, finite differences, autograd at 29 points)
# > nn_functional_huber_loss (F.huber_loss, torch.nn.functional.huber_loss) | node: HuberLossBackward0 | others: - | tensors: self=input, target=argument 2 | numbers: delta, reduction | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "huber_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: huber_loss(x, 0), x = 0: 0; 1: 1; -1: -1; inf: 1; nan: nan | formula: dy/dx = x if |x| < 1 else sign(x) (proved: SymPy, finite differences, autograd at 29 points)
# > nn_functional_cross_entropy (F.cross_entropy, torch.nn.functional.cross_entropy) | node: NllLossBackward0 < LogSoftmaxBackward0 | others: DivBackward1, NegBackward0, NllLoss2DBackward0 | tensors: NllLoss.self=another, NllLoss.target=another, NllLoss.total_weight=another, LogSoftmax.result=another | numbers: NllLoss.ignore_index, NllLoss.reduction, LogSoftmax.dim | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "log_softmax_lastdim_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: cross_entropy(x, class 0), x = [0, 0]: [-0.5, 0.5]; [-inf, 0]: [-1, 1]; [inf, 0]: [nan, nan]; [-inf, -inf]: [nan, nan] | formula: dy/dx = softmax(x) - t (proved for n = 3: SymPy, finite differences, autograd at 8 points)
# > nn_functional_linear_cross_entropy (F.linear_cross_entropy, torch.nn.functional.linear_cross_entropy) | node: NllLossBackward0 < LogSoftmaxBackward0 < ViewBackward0 < SqueezeBackward4 < MmBackward0 < UnsqueezeBackward0 < TBackward0 | others: DivBackward1, NllLoss2DBackward0 | tensors: NllLoss.self=another, NllLoss.target=another, NllLoss.total_weight=another, LogSoftmax.result=another, Mm.mat2=view of argument 2, Mm.self=view of input | numbers: NllLoss.ignore_index, NllLoss.reduction, LogSoftmax.dim, View.self_sym_sizes, Squeeze.dim, Squeeze.self_sym_sizes, Mm.mat2_sym_sizes, Mm.mat2_sym_strides, Mm.self_sym_sizes, Mm.self_sym_strides, Unsqueeze.dim | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: linear_cross_entropy requires floating point type inputs, got torch.complex128 | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > nn_functional_linear_cross_entropy_chunked (F.linear_cross_entropy, torch.nn.functional.linear_cross_entropy) | node: SqueezeBackward1 < GeneratedBackwardFor_torch_nn__linear_cross_entropy_batch_chunked_defaultBackward < UnsqueezeBackward0 | others: DivBackward1, NllLoss2DBackward0 | tensors: - | numbers: Squeeze.dim, Unsqueeze.dim | keep: - | gradient: yes | forward: no: You must implement the jvp function for custom autograd.Function to use it with forward mode AD. | double: yes, and gradgradcheck finds other numbers | batched: yes | complex: no: linear_cross_entropy requires floating point type inputs, got torch.complex128 | gradcheck: 2 of 2 | gradgradcheck: 1 of 2: Jacobian mismatch for output 0 with respect to input 0, numerical:-0.424 analytical:0.0 | at: -
# > nn_functional_linear_cross_entropy_chunked_none (F.linear_cross_entropy, torch.nn.functional.linear_cross_entropy) | node: SqueezeBackward1 < GeneratedBackwardFor_torch_nn__linear_cross_entropy_batch_chunked_no_reduction_defaultBackward < UnsqueezeBackward0 | others: NegBackward0, ViewBackward0 | tensors: GeneratedBackwardFor_torch_nn__linear_cross_entropy_batch_chunked_no_reduction_default.saved_tensors=view of input, GeneratedBackwardFor_torch_nn__linear_cross_entropy_batch_chunked_no_reduction_default.saved_tensors=argument 2, GeneratedBackwardFor_torch_nn__linear_cross_entropy_batch_chunked_no_reduction_default.saved_tensors=another | numbers: Squeeze.dim, Squeeze.self_sym_sizes, Unsqueeze.dim | keep: input, argument 2 | gradient: yes | forward: no: You must implement the jvp function for custom autograd.Function to use it with forward mode AD. | double: no: div(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad. | batched: no: vmap: aten::mul_(self, *extra_args) is not possible because there exists a Tensor `other` in extra_args that has more elements than `self`.… | complex: no: linear_cross_entropy requires floating point type inputs, got torch.complex128 | gradcheck: 2 of 2 | gradgradcheck: 1 of 2: div(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad. | at: -
# > nn_functional_nll_loss (F.nll_loss, torch.nn.functional.nll_loss) | node: NllLossBackward0 | others: NllLoss2DBackward0 | tensors: self=input, target=another, total_weight=another | numbers: ignore_index, reduction | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "nll_loss_out_frame" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: - | formula: dy/dx = -t (proved for n = 3: SymPy, finite differences, autograd at 8 points)
# > nn_functional_binary_cross_entropy (F.binary_cross_entropy, torch.nn.functional.binary_cross_entropy) | node: BinaryCrossEntropyBackward0 | others: - | tensors: self=input, target=argument 2 | numbers: reduction | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "binary_cross_entropy" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: binary_cross_entropy(x, 1), x = 0: -1e+12; 1: 0 | formula: dy/dx = (x - t)/(x(1 - x)) (proved: SymPy, finite differences, autograd at 22 points)
# > nn_functional_binary_cross_entropy_with_logits (F.binary_cross_entropy_with_logits, torch.nn.functional.binary_cross_entropy_with_logits) | node: BinaryCrossEntropyWithLogitsBackward0 | others: - | tensors: self=input, target=argument 2 | numbers: reduction | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "log_sigmoid_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: binary_cross_entropy_with_logits(x, 1), x = 0: -0.5; inf: 0; -inf: -1; nan: nan | formula: dy/dx = sigmoid(x) - t (proved: SymPy, finite differences, autograd at 8 points)
# > nn_functional_kl_div (F.kl_div, torch.nn.functional.kl_div) | node: MulBackward0 < ExpBackward0 < SubBackward0 | others: DivBackward0, MeanBackward0, SumBackward0 | tensors: Mul.other=another, Mul.self=another, Exp.result=another | numbers: Sub.alpha | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "log_softmax_lastdim_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: kl_div(x, 0, reduction='sum'), x = 0: 0; -inf: 0 | formula: dy/dx = -t (proved for n = 3: SymPy, finite differences, autograd at 11 points)
# > nn_functional_gaussian_nll_loss (F.gaussian_nll_loss, torch.nn.functional.gaussian_nll_loss) | node: MulBackward0 < AddBackward0 < LogBackward0 < DivBackward0 < CloneBackward0 < PowBackward0 < SubBackward0 | others: - | tensors: Mul.other=another, Log.self=another, Div.other=another, Div.self=another, Pow.self=another | numbers: Add.alpha, Pow.exponent, Sub.alpha | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "lt_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: gaussian_nll_loss(zeros(1).double(), zeros(1).double(), x), x = [0]: [5e+05]; [1]: [0.5] | formula: dy/dx = (x - t)/v, dy/dv = (1/v - (x - t)^2/v^2)/2 (proved: SymPy, finite differences, autograd at 14 points)
# > nn_functional_poisson_nll_loss (F.poisson_nll_loss, torch.nn.functional.poisson_nll_loss) | node: AddBackward0 < SubBackward0 < MaskedFillBackward0 < ExpBackward0 < MulBackward0 < MulBackward1 < LogBackward0 | others: MeanBackward0, SumBackward0 | tensors: MaskedFill.mask=another, Exp.result=another, Mul.other=input, Mul.self=argument 2, Mul.other=another, Log.self=another, Log.self=argument 2 | numbers: Add.alpha, Sub.alpha, Mul.other | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: In-place abs is not supported for complex tensors. | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: poisson_nll_loss(x, ones(1).double(), log_input=False), x = [0]: [-1e+08]; [1]: [1e-08] | formula: dy/dx = e^x - t (proved: SymPy, finite differences, autograd at 8 points)
# > nn_functional_ctc_loss (F.ctc_loss, torch.nn.functional.ctc_loss) | node: WhereBackward0 < CtcLossBackward0 | others: - | tensors: Where.condition=another, CtcLoss.log_probs=input, CtcLoss.result0=another, CtcLoss.result1=another, CtcLoss.targets=another | numbers: CtcLoss.blank, CtcLoss.input_lengths, CtcLoss.target_lengths, CtcLoss.zero_infinity | keep: input | gradient: yes | forward: no: Trying to use forward AD with _ctc_loss that does not support it | double: no: derivative for aten::_ctc_loss_backward is not implemented | batched: yes | complex: no: "log_softmax_lastdim_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 0 of 1: derivative for aten::_ctc_loss_backward is not implemented | at: ctc_loss(x.view(1, 1, 3), tensor([[1, 2]]), (1,), (2,)), x = [-1, -1, -1]: [nan, nan, nan] ; ctc_loss(x.view(1, 1, 3), tensor([[1, 2]]), (1,), (2,), zero_infinity=True), x = [-1, -1, -1]: [0, 0, 0]
# > nn_functional_cosine_embedding_loss (F.cosine_embedding_loss, torch.nn.functional.cosine_embedding_loss) | node: AddBackward0 < WhereBackward0 < SubBackward0 < ClampMinBackward0 < DivBackward0 < SubBackward1 < SumBackward1 < SqrtBackward0 < MulBackward0 < AddBackward1 | others: MeanBackward0, SumBackward0 | tensors: Where.condition=another, ClampMin.self=another, Div.other=another, Div.self=another, Sqrt.result=another, Mul.other=argument 2, Mul.self=input, Mul.other=another, Mul.self=another, Mul.other=input, Mul.self=argument 2 | numbers: Add.alpha, Sub.alpha, ClampMin.min, Sum.dim, Sum.keepdim, Sum.self_sym_sizes | keep: input, argument 2 | gradient: yes, None for argument 3 | forward: yes | double: yes | batched: yes | complex: no: clamp is not supported for complex types | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: cosine_embedding_loss(x.view(1, 2), eye(2).double()[:1], tensor([-1])), x = [0, 1]: [1, 0]; [0, 0]: [1e+06, 0]
# > nn_functional_hinge_embedding_loss (F.hinge_embedding_loss, torch.nn.functional.hinge_embedding_loss) | node: AddBackward0 < WhereBackward0 < ClampMinBackward0 < SubBackward0 | others: MeanBackward0, SumBackward0 | tensors: Where.condition=another, ClampMin.self=another | numbers: Add.alpha, ClampMin.min, Sub.alpha | keep: - | gradient: yes, None for argument 2 | forward: yes | double: yes | batched: yes | complex: no: "gt_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: hinge_embedding_loss(x, -1), x = 0: -1; 1: -1; 2: 0 | formula: dy/dx = -1 if x < 1 else 0 (checked: finite differences, autograd at 20 points)
# > nn_functional_margin_ranking_loss (F.margin_ranking_loss, torch.nn.functional.margin_ranking_loss) | node: SumBackward0 < ClampMinBackward0 < AddBackward1 < MulBackward0 < SubBackward0 | others: MeanBackward0 | tensors: ClampMin.self=another, Mul.self=another | numbers: Sum.self_sym_sizes, ClampMin.min, Sub.alpha | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: clamp is not supported for complex types | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: margin_ranking_loss(x, 0, 1), x = [0]: [-1]; [1]: [0] | formula: dy/dx = -1 if x < 0 else 0 (checked: finite differences, autograd at 20 points)
# > nn_functional_multi_margin_loss (F.multi_margin_loss, torch.nn.functional.multi_margin_loss) | node: MultiMarginLossBackward0 | others: - | tensors: self=input, target=another | numbers: margin, p, reduction | keep: input | gradient: yes | forward: no: Trying to use forward AD with multi_margin_loss that does not support it | double: no: derivative for aten::multi_margin_loss_backward is not implemented | batched: yes | complex: no: "multi_margin_loss_cpu_kernel" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 0 of 2: derivative for aten::multi_margin_loss_backward is not implemented | at: multi_margin_loss(x, tensor(0)), x = [1, 0]: [0, 0]; [0.5, 0]: [-0.5, 0.5]
# > nn_functional_multilabel_margin_loss (F.multilabel_margin_loss, torch.nn.functional.multilabel_margin_loss) | node: MultilabelMarginLossBackward0 | others: - | tensors: is_target=another, self=input, target=another | numbers: reduction | keep: input | gradient: yes | forward: no: Trying to use forward AD with multilabel_margin_loss_forward that does not support it | double: no: derivative for aten::multilabel_margin_loss_backward is not implemented | batched: yes | complex: no: "multilabel_margin_loss_forward_out_frame" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 0 of 2: derivative for aten::multilabel_margin_loss_backward is not implemented | at: multilabel_margin_loss(x, tensor([0, -1])), x = [1, 0]: [0, 0]; [0.5, 0]: [-0.5, 0.5]
# > nn_functional_multilabel_soft_margin_loss (F.multilabel_soft_margin_loss, torch.nn.functional.multilabel_soft_margin_loss) | node: MeanBackward0 < DivBackward0 < SumBackward1 < NegBackward0 < AddBackward0 < MulBackward0 < LogSigmoidBackward0 | others: - | tensors: Div.other=another, Mul.self=another, LogSigmoid.buffer=another, LogSigmoid.self=input, LogSigmoid.self=another | numbers: Mean.self_sym_numel, Sum.dim, Sum.keepdim, Sum.self_sym_sizes, Add.alpha | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "log_sigmoid_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: f(x, 0), x = [2, 2, 2]: [0.2936, 0.2936, 0.2936]; [0, 0, 0]: [0.1667, 0.1667, 0.1667]; [0, 1, 2]: [0.1667, 0.2437, 0.2936]; [1, nan, 2]: [0.2437, nan, 0.2936]; [1, inf, 2]: [0.2437, 0.3333, 0.2936]
# > nn_functional_soft_margin_loss (F.soft_margin_loss, torch.nn.functional.soft_margin_loss) | node: SoftMarginLossBackward0 | others: - | tensors: self=input, target=another | numbers: reduction | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: soft_margin_loss does not support automatic differentiation for outputs with complex dtype. | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: soft_margin_loss(x, ones(1).double()), x = [0]: [-0.5]; [inf]: [0]; [-inf]: [nan]; [-1000]: [nan] | formula: dy/dx = -t sigmoid(-t x) (proved: SymPy, finite differences, autograd at 8 points)
# > nn_functional_triplet_margin_loss (F.triplet_margin_loss, torch.nn.functional.triplet_margin_loss) | node: MeanBackward0 < ClampMinBackward0 < SubBackward0 < AddBackward1 < NormBackward1 | others: SumBackward0 | tensors: ClampMin.self=another, Norm.result=another, Norm.self=another | numbers: Mean.self_sym_numel, Mean.self_sym_sizes, ClampMin.min, Sub.alpha, Norm.dim, Norm.keepdim, Norm.p | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: triplet_margin_loss(x, 0, 0), x = [0, 0]: [0, 0]
# > nn_functional_triplet_margin_with_distance_loss (F.triplet_margin_with_distance_loss, torch.nn.functional.triplet_margin_with_distance_loss) | node: MeanBackward0 < ClampMinBackward0 < SubBackward0 < AddBackward0 < NormBackward1 < AddBackward1 | others: SumBackward0 | tensors: ClampMin.self=another, Norm.result=another, Norm.self=another | numbers: Mean.self_sym_numel, Mean.self_sym_sizes, ClampMin.min, Sub.alpha, Add.alpha, Norm.dim, Norm.keepdim, Norm.p | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > nn_functional_cosine_similarity (F.cosine_similarity, torch.nn.functional.cosine_similarity) | node: SumBackward1 < MulBackward0 < DivBackward0 < CloneBackward0 < LinalgVectorNormBackward0 | others: - | tensors: Mul.other=another, Mul.self=another, Div.other=another, Div.self=input, Div.self=argument 2, LinalgVectorNorm.result=another, LinalgVectorNorm.self=input, LinalgVectorNorm.self=argument 2 | numbers: Sum.dim, Sum.keepdim, Sum.self_sym_sizes, LinalgVectorNorm.dim, LinalgVectorNorm.keepdim, LinalgVectorNorm.ord | keep: input, argument 2 | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: expected common dtype to be floating point, yet common dtype is ComplexDouble | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: cosine_similarity(x, (1, 0), dim=0), x = [0, 0]: [1e+08, 0]; [1, 0]: [0, 0]
# > nn_functional_pairwise_distance (F.pairwise_distance, torch.nn.functional.pairwise_distance) | node: NormBackward1 < AddBackward1 < SubBackward0 | others: - | tensors: Norm.result=result, Norm.self=another | numbers: Norm.dim, Norm.keepdim, Norm.p, Sub.alpha | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: pairwise_distance(x, 0), x = [0, 0]: [0.7071, 0.7071]
# > nn_functional_pdist (F.pdist, torch.nn.functional.pdist) | node: PdistBackward0 | others: - | tensors: result=another, self=input | numbers: p | keep: input, result | gradient: yes | forward: no: Trying to use forward AD with _pdist_forward that does not support it | double: no: the derivative for '_pdist_backward' is not implemented. | batched: yes | complex: no: pdist only supports floating-point dtypes | gradcheck: 2 of 2 | gradgradcheck: 0 of 2: the derivative for '_pdist_backward' is not implemented. | at: pdist(x), x = [1, 2, 1, 2]: [0, 0, 0, 0]

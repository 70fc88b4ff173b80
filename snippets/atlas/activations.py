# %% entries tags=["hide-input"]
from gradbook import derivative, jacobian, operators

operators(
    "activations",
    relu=(
        "Zero or one, and PyTorch chooses 0 at the kink.",
        derivative("relu(x)", "1 if x > 0 else 0", kink={0: 0}),
    ),
    leaky_relu=(
        "At the kink PyTorch chooses the slope of the left side.",
        derivative(
            "leaky_relu(x)",
            "1 if x > 0 else 0.01",
            kink={0: 0.01},
        ),
    ),
    relu6=(
        "Flat below 0 and above 6, and at both kinks.",
        derivative(
            "relu6(x)",
            "1 if 0 < x < 6 else 0",
            kink={0: 0, 6: 0},
        ),
    ),
    elu=(
        "With its default setting there is no kink.",
        derivative("elu(x)", "1 if x > 0 else e^x"),
    ),
    gelu=(
        "The input times a bell curve is part of the slope.",
        derivative(
            "gelu(x)",
            "(1 + erf(x/sqrt(2)))/2 + x e^(-x^2/2)/sqrt(2pi)",
        ),
    ),
    silu=(
        "The sigmoid and one more term.",
        derivative("silu(x)", "sigma(x) (1 + x (1 - sigma(x)))"),
    ),
    mish=(
        "The tanh of a softplus and one more term.",
        derivative(
            "mish(x)",
            "tanh(softplus(x)) + x sigma(x) (1 - tanh(softplus(x))^2)",
        ),
    ),
    hardtanh=(
        "Flat outside -1 and 1, and at both kinks.",
        derivative(
            "hardtanh(x)",
            "1 if -1 < x < 1 else 0",
            kink={-1: 0, 1: 0},
        ),
    ),
    hardsigmoid=(
        "One sixth inside, flat outside.",
        derivative(
            "hardsigmoid(x)",
            "1/6 if -3 < x < 3 else 0",
            kink={-3: 0, 3: 0},
        ),
    ),
    tanhshrink=(
        "The square of tanh.",
        derivative("tanhshrink(x)", "tanh(x)^2"),
    ),
    softplus=(
        "The slope is the sigmoid.",
        derivative("softplus(x)", "sigmoid(x)"),
    ),
    softsign=(
        "The slope falls with the square of the distance.",
        derivative("softsign(x)", "1/(1 + |x|)^2"),
    ),
    logsigmoid=(
        "The slope is the sigmoid of the other sign.",
        derivative("logsigmoid(x)", "sigmoid(-x)"),
    ),
    sigmoid=(
        "The slope follows from the result, which is what is kept.",
        derivative("sigmoid(x)", "y(1 - y)"),
    ),
    softmax=(
        "What one entry gains, the others lose.",
        jacobian(
            "softmax(x)",
            "p_i(delta_ij - p_j)",
            name="p",
            shapes={"x": "n"},
        ),
    ),
    log_softmax=(
        "Each row has the softmax subtracted.",
        jacobian(
            "log_softmax(x)",
            "delta_ij - p_j",
            where={"p": "softmax(x)"},
            shapes={"x": "n"},
        ),
    ),
    selu=(
        "A constant on the right; on the left it follows the "
        "exponential.",
        derivative(
            "selu(x)",
            "1.0507009873554805 if x > 0 else 1.7580993408473766 e^x",
        ),
    ),
    hardswish=(
        "Between -3 and 3 the slope is a line.",
        derivative("hardswish(x)", "(2x + 3)/6", domain="-3 < x < 3"),
    ),
    celu=(
        "With its default setting it is elu.",
        derivative("elu(x)", "1 if x > 0 else e^x"),
    ),
)
# > 34 operators, 19 with a formula
# > nn_functional_relu (F.relu, torch.nn.functional.relu) | node: ReluBackward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: clamp is not supported for complex types | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: 0; 1: 1; -1: 0; inf: 1; -inf: 0; nan: 1 ; kink at 0: 0 (from the left 0, right 1) | formula: dy/dx = 1 if x > 0 else 0 (proved: SymPy, finite differences, autograd at 20 points)
# > nn_functional_leaky_relu (F.leaky_relu, torch.nn.functional.leaky_relu) | node: LeakyReluBackward0 | others: - | tensors: self=input | numbers: negative_slope | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "leaky_relu_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: 0.01; 1: 1; -1: 0.01; inf: 1; -inf: 0.01; nan: 0.01 ; kink at 0: 0.01 (from the left 0.01, right 1) | formula: dy/dx = 1 if x > 0 else 0.01 (proved: SymPy, finite differences, autograd at 20 points)
# > nn_functional_relu6 (F.relu6, torch.nn.functional.relu6) | node: HardtanhBackward0 | others: - | tensors: self=input | numbers: max_val, min_val | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: clamp is not supported for complex types | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: 1; -1: 0; inf: 0; -inf: 0; nan: 1 ; kink at 0: 0 (from the left 0, right 1) ; kink at 6: 0 (from the left 1, right 0) | formula: dy/dx = 1 if 0 < x < 6 else 0 (checked: finite differences, autograd at 23 points)
# > nn_functional_elu (F.elu, torch.nn.functional.elu) | node: EluBackward0 | others: - | tensors: self=input | numbers: alpha, input_scale, scale | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "elu_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 1; -1: 0.3679; inf: 1; -inf: 0; nan: 1 | formula: dy/dx = 1 if x > 0 else e^x (proved: SymPy, finite differences, autograd at 21 points)
# > nn_functional_selu (F.selu, torch.nn.functional.selu) | node: EluBackward0 | others: - | tensors: self=input | numbers: alpha, input_scale, scale | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "elu_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1.758; 1: 1.051; -1: 0.6468; inf: 1.051; -inf: 0; nan: 1.051 ; kink at 0: 1.758 (from the left 1.758, right 1.051) | formula: dy/dx = 1.0507009873554805 if x > 0 else 1.7580993408473766 e^x (checked: finite differences, autograd at 21 points)
# > nn_functional_celu (F.celu, torch.nn.functional.celu) | node: CeluBackward0 | others: - | tensors: self=input | numbers: alpha | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "elu_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 1; -1: 0.3679; inf: 1; -inf: 0; nan: 1 | formula: dy/dx = 1 if x > 0 else e^x (proved: SymPy, finite differences, autograd at 21 points)
# > nn_functional_gelu (F.gelu, torch.nn.functional.gelu) | node: GeluBackward0 | others: - | tensors: self=input | numbers: approximate | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "GeluKernelImpl" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: 0.5; 1: 1.083; -1: -0.08332; inf: nan; -inf: nan; nan: nan | formula: dy/dx = (1 + erf(x/sqrt(2)))/2 + x e^(-x^2/2)/sqrt(2pi) (proved: SymPy, finite differences, autograd at 16 points)
# > nn_functional_silu (F.silu, torch.nn.functional.silu) | node: SiluBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: silu does not support automatic differentiation for outputs with complex dtype. | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0.5; 1: 0.9277; -1: 0.07233; inf: nan; -inf: nan; nan: nan | formula: dy/dx = sigma(x) (1 + x (1 - sigma(x))) (proved: SymPy, finite differences, autograd at 16 points)
# > nn_functional_mish (F.mish, torch.nn.functional.mish) | node: MishBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "mish_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0.6; 1: 1.049; -1: 0.05922; inf: nan; -inf: nan; nan: nan | formula: dy/dx = tanh(softplus(x)) + x sigma(x) (1 - tanh(softplus(x))^2) (proved: SymPy, finite differences, autograd at 16 points)
# > nn_functional_prelu (F.prelu, torch.nn.functional.prelu) | node: PreluKernelBackward0 | others: - | tensors: self=input, weight=another | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "prelu_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: prelu(x, 0.25), x = [0]: [0.25]; [nan]: [0.25]
# > nn_functional_rrelu (F.rrelu, torch.nn.functional.rrelu) | node: RreluWithNoiseBackward0 | others: - | tensors: noise=another, self=input | numbers: lower, training, upper | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "rrelu_with_noise_out_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: 0.2292; 1: 1; -1: 0.2292; inf: 1; -inf: 0.2292; nan: 0.2292 ; kink at 0: 0.2292 (from the left 0.229, right 1)
# > nn_functional_hardtanh (F.hardtanh, torch.nn.functional.hardtanh) | node: HardtanhBackward0 | others: - | tensors: self=input | numbers: max_val, min_val | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: clamp is not supported for complex types | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: hardtanh(x), x = -1: 0; 1: 0 ; 0: 1; 1: 0; -1: 0; inf: 0; -inf: 0; nan: 1 ; kink at -1: 0 (from the left 0, right 1) ; kink at 1: 0 (from the left 1, right 0) | formula: dy/dx = 1 if -1 < x < 1 else 0 (checked: finite differences, autograd at 23 points)
# > nn_functional_hardsigmoid (F.hardsigmoid, torch.nn.functional.hardsigmoid) | node: HardsigmoidBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: no: derivative for aten::hardsigmoid_backward is not implemented | batched: yes | complex: no: "hardsigmoid_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 0 of 1: derivative for aten::hardsigmoid_backward is not implemented | at: 0: 0.1667; 1: 0.1667; -1: 0.1667; inf: 0; -inf: 0; nan: 0 ; kink at -3: 0 (from the left 0, right 0.167) ; kink at 3: 0 (from the left 0.167, right 0) | formula: dy/dx = 1/6 if -3 < x < 3 else 0 (checked: finite differences, autograd at 23 points)
# > nn_functional_hardswish (F.hardswish, torch.nn.functional.hardswish) | node: HardswishBackward0 | others: - | tensors: self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "hardswish_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: 0.5; 1: 0.8333; -1: 0.1667; inf: 1; -inf: 0; nan: 1 ; kink at -3: 0 (from the left 0, right -0.5) ; kink at 3: 1 (from the left 1.5, right 1) | formula: dy/dx = (2x + 3)/6 (checked: finite differences, autograd at 14 points)
# > nn_functional_hardshrink (F.hardshrink, torch.nn.functional.hardshrink) | node: HardshrinkBackward0 | others: - | tensors: self=input | numbers: lambd | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "hardshrink_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: 0; 1: 1; -1: 1; inf: 1; -inf: 1; nan: 1 ; jump at -0.5: 0
# > nn_functional_softshrink (F.softshrink, torch.nn.functional.softshrink) | node: SoftshrinkBackward0 | others: - | tensors: self=input | numbers: lambd | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "softshrink_check" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: 0: 0; 1: 1; -1: 1; inf: 1; -inf: 1; nan: 1 ; kink at -0.5: 0 (from the left 1, right 0) ; kink at 0.5: 0 (from the left 0, right 1)
# > nn_functional_tanhshrink (F.tanhshrink, torch.nn.functional.tanhshrink) | node: SubBackward0 < TanhBackward0 | others: - | tensors: Tanh.result=another | numbers: Sub.alpha | keep: - | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0; 1: 0.58; -1: 0.58; inf: 1; -inf: 1; nan: nan | formula: dy/dx = tanh(x)^2 (proved: SymPy, finite differences, autograd at 16 points)
# > nn_functional_softplus (F.softplus, torch.nn.functional.softplus) | node: SoftplusBackward0 | others: - | tensors: self=input | numbers: beta, threshold | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "softplus_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0.5; 1: 0.7311; -1: 0.2689; inf: 1; -inf: 0; nan: nan | formula: dy/dx = sigmoid(x) (proved: SymPy, finite differences, autograd at 16 points)
# > nn_functional_softsign (F.softsign, torch.nn.functional.softsign) | node: DivBackward0 < AddBackward0 < AbsBackward0 | others: - | tensors: Div.other=another, Div.self=input, Abs.self=input | numbers: Add.alpha | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 1; 1: 0.25; -1: 0.25; inf: nan; -inf: nan; nan: nan | formula: dy/dx = 1/(1 + |x|)^2 (proved: SymPy, finite differences, autograd at 21 points)
# > nn_functional_logsigmoid (F.logsigmoid, torch.nn.functional.logsigmoid) | node: LogSigmoidBackward0 | others: - | tensors: buffer=another, self=input | numbers: - | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "log_sigmoid_cpu" not implemented for 'ComplexDouble' | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0.5; 1: 0.2689; -1: 0.7311; inf: 0; -inf: 1; nan: nan | formula: dy/dx = sigmoid(-x) (proved: SymPy, finite differences, autograd at 16 points)
# > nn_functional_threshold (F.threshold, torch.nn.functional.threshold) | node: ThresholdBackward0 | others: - | tensors: self=input | numbers: threshold | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "threshold_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: threshold(x, 1, 0), x = 1: 0; nan: 1
# > nn_functional_glu (F.glu, torch.nn.functional.glu) | node: GluBackward0 | others: - | tensors: self=input | numbers: dim | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "glu_cpu" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -
# > sigmoid (torch.sigmoid, Tensor.sigmoid, torch.special.expit, F.sigmoid, torch.nn.functional.sigmoid) | node: SigmoidBackward0 | others: - | tensors: result=result | numbers: - | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 1 of 1 | gradgradcheck: 1 of 1 | at: 0: 0.25; 1: 0.1966; -1: 0.1966; inf: 0; -inf: 0; nan: nan | formula: dy/dx = y(1 - y) (proved: SymPy, finite differences, autograd at 16 points)
# > softmax (torch.softmax, Tensor.softmax, torch.special.softmax, F.softmax, torch.nn.functional.softmax) | node: SoftmaxBackward0 | others: - | tensors: result=result | numbers: dim | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "softmax_lastdim_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: softmax(x, 0), x = [-inf, -inf]: [nan, nan]; [-inf, 0]: [0, 0]; [inf, 0]: [nan, nan] ; f(x, 0), x = [2, 2, 2]: [-0.3333, 0, 0.3333]; [0, 0, 0]: [-0.3333, 0, 0.3333]; [0, 1, 2]: [-0.1418, -0.1408, 0.2826]; [1, nan, 2]: [nan, nan, nan]; [1, inf, 2]: [nan, nan, nan] | formula: dp_i/dx_j = p_i(delta_ij - p_j) (proved for n = 3: SymPy, finite differences, autograd at 8 points)
# > softmax_with_dtype (torch.softmax, Tensor.softmax, torch.special.softmax, F.softmax, torch.nn.functional.softmax) | node: SoftmaxBackward0 | others: - | tensors: result=result | numbers: dim | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: f(x), x = [2, 2, 2]: [-0.3333, 0, 0.3333]; [0, 0, 0]: [-0.3333, 0, 0.3333]; [0, 1, 2]: [-0.1418, -0.1408, 0.2826]; [1, nan, 2]: [nan, nan, nan]; [1, inf, 2]: [nan, nan, nan]
# > log_softmax (torch.log_softmax, Tensor.log_softmax, torch.special.log_softmax, F.log_softmax, torch.nn.functional.log_softmax) | node: LogSoftmaxBackward0 | others: - | tensors: result=result | numbers: dim | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "log_softmax_lastdim_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: log_softmax(x, 0), x = [-inf, -inf]: [nan, nan]; [-inf, 0]: [1, -1]; [inf, 0]: [nan, nan] ; f(x, 0), x = [2, 2, 2]: [-1, 0, 1]; [0, 0, 0]: [-1, 0, 1]; [0, 1, 2]: [0.4598, 0.5316, -0.9914]; [1, nan, 2]: [nan, nan, nan]; [1, inf, 2]: [nan, nan, nan] | formula: dy_i/dx_j = delta_ij - p_j (proved for n = 3: SymPy, finite differences, autograd at 8 points)
# > log_softmax_with_dtype (torch.log_softmax, Tensor.log_softmax, torch.special.log_softmax, F.log_softmax, torch.nn.functional.log_softmax) | node: LogSoftmaxBackward0 | others: - | tensors: result=result | numbers: dim | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: f(x), x = [2, 2, 2]: [-1, 0, 1]; [0, 0, 0]: [-1, 0, 1]; [0, 1, 2]: [0.4598, 0.5316, -0.9914]; [1, nan, 2]: [nan, nan, nan]; [1, inf, 2]: [nan, nan, nan]
# > nn_functional_softmin (F.softmin, torch.nn.functional.softmin) | node: SoftmaxBackward0 < NegBackward0 | others: - | tensors: Softmax.result=result | numbers: Softmax.dim | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "softmax_lastdim_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: f(x), x = [2, 2, 2]: [0.3333, 0, -0.3333]; [0, 0, 0]: [0.3333, 0, -0.3333]; [0, 1, 2]: [0.2826, -0.1408, -0.1418]; [1, nan, 2]: [nan, nan, nan]; [1, inf, 2]: [0.3932, 0, -0.3932]
# > nn_functional_softmin_with_dtype (F.softmin, torch.nn.functional.softmin) | node: SoftmaxBackward0 < NegBackward0 | others: - | tensors: Softmax.result=result | numbers: Softmax.dim | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: yes | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: f(x), x = [2, 2, 2]: [0.3333, 0, -0.3333]; [0, 0, 0]: [0.3333, 0, -0.3333]; [0, 1, 2]: [0.2826, -0.1408, -0.1418]; [1, nan, 2]: [nan, nan, nan]; [1, inf, 2]: [0.3932, 0, -0.3932]
# > masked_softmax (torch.masked.softmax) | node: SoftmaxBackward0 | others: - | tensors: result=result | numbers: dim | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "softmax_lastdim_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: f(x, 0), x = [2, 2, 2]: [-0.3333, 0, 0.3333]; [0, 0, 0]: [-0.3333, 0, 0.3333]; [0, 1, 2]: [-0.1418, -0.1408, 0.2826]; [1, nan, 2]: [nan, nan, nan]; [1, inf, 2]: [nan, nan, nan]
# > masked_log_softmax (torch.masked.log_softmax) | node: LogSoftmaxBackward0 | others: - | tensors: result=result | numbers: dim | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "log_softmax_lastdim_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: f(x, 0), x = [2, 2, 2]: [-1, 0, 1]; [0, 0, 0]: [-1, 0, 1]; [0, 1, 2]: [0.4598, 0.5316, -0.9914]; [1, nan, 2]: [nan, nan, nan]; [1, inf, 2]: [nan, nan, nan]
# > masked_softmin (torch.masked.softmin) | node: SoftmaxBackward0 < NegBackward0 | others: - | tensors: Softmax.result=result | numbers: Softmax.dim | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "softmax_lastdim_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: f(x, 0), x = [2, 2, 2]: [0.3333, 0, -0.3333]; [0, 0, 0]: [0.3333, 0, -0.3333]; [0, 1, 2]: [0.2826, -0.1408, -0.1418]; [1, nan, 2]: [nan, nan, nan]; [1, inf, 2]: [0.3932, 0, -0.3932]
# > torch_ops_aten__safe_softmax_default (torch.ops.aten._safe_softmax.default) | node: SafeSoftmaxBackward0 | others: - | tensors: result=result | numbers: dim | keep: result | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "softmax_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: f(x, 0), x = [2, 2, 2]: [-0.3333, 0, 0.3333]; [0, 0, 0]: [-0.3333, 0, 0.3333]; [0, 1, 2]: [-0.1418, -0.1408, 0.2826]; [1, nan, 2]: [nan, nan, nan]; [1, inf, 2]: [nan, nan, nan]
# > _softmax_backward_data (torch._softmax_backward_data) | node: SoftmaxBackwardDataBackward0 | others: - | tensors: grad_output=input, output=another | numbers: dim | keep: input | gradient: yes | forward: yes | double: yes | batched: yes | complex: no: "softmax_lastdim_kernel_impl" not implemented for 'ComplexDouble' | gradcheck: 2 of 2 | gradgradcheck: 2 of 2 | at: -

"""What the curriculum lists for a page stands on it, put there by execution."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from built import ROOT

from gradbook.compare.matching import line_matches
from gradbook.project import Project
from gradbook.run.executor import Executor

SECOND_PASS = "RuntimeError: Trying to backward through the graph a second time ..."
NOT_A_SCALAR = "RuntimeError: grad can be implicitly created only for scalar outputs"
NOT_CONNECTED = "RuntimeError: element 0 of tensors does not require grad ..."
NOT_A_LEAF = "RuntimeError: you can only change requires_grad flags of leaf variables. ..."
OVERWRITTEN = (
    "RuntimeError: one of the variables needed for gradient computation has been modified ..."
)
INFERENCE = "RuntimeError: Inference tensors cannot be saved for backward. ..."

# Page -> outputs, a line each or all lines of a cell; `...` stands for anything. Claims are outputs too.
LISTED = {
    "before/what-a-gradient-is": [
        "1 7.0", "0.1 6.1", "0.01 6.01", "1 6.0", "0.1 6.0", "0.01 6.0",
        "1e-05 3e-03 5e-11", "1e-02 5e-05 5e-05", "torch.float32 0.01", "torch.float64 1e-05",
        "tensor(12.) tensor(9.)", "df/dx = 2x ...", "... = e^x + O(h) ...", "... = e^x + O(h^2) ...",
        "12.0001",
    ],
    "before/error-functions": [
        "tensor([0.1192, 0.5000, 0.8808], ...)", "tensor([0.1050, 0.2500, 0.1050])",
        "tensor([0., 1., 1.]) False", "tensor([0., 1., 1.], grad_fn=<NotImplemented>)",
        "RuntimeError: derivative for aten::heaviside is not implemented", NOT_CONNECTED,
        "dsigma/dz = sigma(1 - sigma) ...", "p(1-p) = 1/4 - (p - 1/2)^2 ...", "0.25", "1.5",
    ],
    "before/one-hot-and-softmax": [
        "tensor([[1, 0, 0], [0, 0, 1], [0, 1, 0]])", "torch.int64", "tensor([0, 2, 1])",
        "tensor([0.0900, 0.2447, 0.6652])", "tensor([ 0.0819, -0.0220, -0.0599])",
        "dp_i/dz_j = p_i(delta_ij - p_j) ...", "J = diag(p) - outer(p, p) ...",
        "RuntimeError: Expected floating point type for target with class probabilities, got Long",
    ],
    "before/maximum-likelihood": [
        "0.5 tensor(8.)", "0.7 tensor(0.)", "0.9 tensor(-22.2222)", "tensor(4.1667)",
        "tensor(0.4170, ...)", "tensor([-0.3410, 0.2424, 0.0986])", "tensor(-0.3775)",
        "tensor(-0.3775, grad_fn=<SubBackward0>)", "tensor(0.)", "tensor([0., 0., 0., 0.])",
        "dL/dz = sigma(z) - y ...", "dL/dz_j = p_j - y_j ...",
    ],
    "before/back-propagation": [
        "6 8 64", "tensor(16.) tensor(16.)", "tensor(64.) tensor(32.)", "tensor(8.) tensor(4.)",
        "dw/dx = 2(x y + x)(y + 1), dw/dy = 2(x y + x)x ...",
    ],
    "tutorial/autograd": [
        "tensor(2., requires_grad=True)", "tensor(6., grad_fn=<MulBackward0>)", "False None",
        "AttributeError: 'float' object has no attribute 'backward'",
    ],
    "tutorial/one-step": [
        "tensor(..., grad_fn=<AddBackward0>)", "tensor(...)", "[32, 8, 12, 10, 1]", "[64, 12, 12, 5]",
        "12.0 22.0", "1.0 5.0", "-0.6637", "dy/dx = 8x^3 + 3x^2 + 6x + 5 ...",
        "TypeError: 'Tensor' object is not callable",
        "RuntimeError: Only Tensors of floating point and complex dtype can require gradients",
    ],
    "tutorial/multiple-steps": [
        "tensor(140., grad_fn=<MeanBackward0>)", "tensor([[10., 16., 22.], [22., 16., 10.]])",
        "tensor([ 60., 96., 132.])", "tensor([4., 4., 4.])", "do/dx_i = ...", "... = 2(3x + 2) ...",
        NOT_A_SCALAR,
    ],
    "tutorial/tracking-off": [
        "recorded True False False", "requires_grad_(False) False True False",
        "no_grad False True False", "detach False True False", "inference_mode False True True",
        "inference_mode raises", NOT_A_LEAF, NOT_CONNECTED, INFERENCE,
    ],
    "tutorial/backward-and-grad": [
        "(tensor(93.),)", "None", "tensor(16.)", "tensor(124.)", "tensor(20.)",
        "(tensor(12.), None)", "(tensor(12.), tensor(0.))", "(tensor(4.), tensor(0.))",
        "ds/dx = 2v x + 3w x^2 ...", "TypeError: unsupported operand type(s) for *: ...",
    ],
    "tutorial/linear-regression": [
        "-3460.04 -104.00", "loss 3057.2, then 21.06", "w 1.9838, b 1.0558", "tensor([1.9401, 2.5282])",
        "0.485 1718.5", "3545", "0.00116", "0.001 21.1", "0.0012 ...", "tensor(1275.) tensor(50.)",
        "dL/dw = 2/N sum(x (w x + b - y)), dL/db = 2/N sum(w x + b - y) ...",
    ],
    "graph/dynamic-graph": [
        "11", "4 AddBackward0", "3 MulBackward0", "3 PowBackward0", "1 AccumulateGrad",
        "Graph of y = 63: 11 nodes (4 Add, 3 Mul, 3 Pow, 1 AccumulateGrad), 4 paths to x, dy/dx = 93",
        "3", "AttributeError: 'AddBackward0' object has no attribute 'item'",
        "tensor(64.)", "tensor(12.)", "tensor(5.)", "tensor(93.)", "dy/dx = 8x^3 + 3x^2 + 6x + 5 ...",
        "['PowBackward0', 'AccumulateGrad']", "['NegBackward0', 'AccumulateGrad']", "3 0.25",
    ],
    "graph/leaves": [
        "torch.tensor(2.0) True False None None", "x True True 5.0 5.0", "x * 2 False True None 10.0",
        "x > 0 True False None None", "x.double() False True None 5.0", "True", "None tensor(4.)",
        "x.clone() False True None 5.0", "x.detach() True False None None",
        "torch.nn.Parameter(x * 2) True True 5.0 None", "tensor(5.)", NOT_A_LEAF, "None",
        "UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor ...",
        "UserWarning: Converting a tensor with requires_grad=True to a scalar ...",
        "ValueError: can't optimize a non-leaf Tensor",
    ],
    "graph/accumulation": [
        "tensor(93.)", "tensor(186.)", "tensor(279.)", "tensor(465.)", "None 0.90", "tensor(0.) 0.81",
        "tensor(8.)", "1.0", "dy/dx = 2x + 3x^2 ...",
        "torch.bfloat16", "0.95", "RuntimeError: attempting to assign a gradient with dtype ...",
    ],
    "graph/vector-jacobian": [
        "tensor([3., 2.])", "tensor([4., 0.])", "tensor([ 0., 27.])", "tensor([[ 3., 2.], [ 4., 0.], [ 0., 27.]])",
        "(tensor([ 7., 29.]),)", "tensor([ 43., 2702.])", "tensor([ 6., 31.])", NOT_A_SCALAR,
        "RuntimeError: Mismatch in shape: grad_output[0] has a shape of torch.Size([2]) ...",
        "J = [[b, a], [2a, 0], [0, 3b^2]] ...", "dL/da = r b + 2s a, dL/db = r a + 3t b^2 ...",
        "tensor(43.0100, dtype=torch.float64)", "tensor([61., 30., 32.])", "tensor([0., 0.])",
    ],
    "graph/shapes": [
        "tensor([3., 5., 7.])", "tensor(6.)", "tensor([[11., 15.], [11., 15.]])",
        "tensor([[4., 4.], [6., 6.]])", "tensor([4., 4., 4.])", "tensor([2., 0., 1.])",
        "tensor(4.6667, grad_fn=<MeanBackward0>)", "tensor([-0.6667, -1.3333, -2.0000])",
        "dL/dA = G @ B.T, dL/dB = A.T @ G ...", "dL/da_ij = G_ij b_j, dL/db_j = sum_i G_ij a_ij ...",
        "tensor([-1.3333, -1.3333, -1.3333])", "tensor([2.0000, 2.0000, 2.0000])",
        "UserWarning: Using a target size (torch.Size([3])) that is different ...",
    ],
    "graph/lifetime": [
        "x + 1 0", "x * 2 0", "x * x 2", "exp 1", "sum 0", "max 2", "x + 1 fine", "x * 2 raises",
        "x * x raises", "exp raises", "sum fine", "max raises", "['AddBackward0']",
        "tensor(7.)", "tensor(17.)", "4000", "12000", SECOND_PASS, OVERWRITTEN,
    ],
    "graph/switches": [
        "x * 2 False True True", "torch.ones(1, requires_grad=True) True True False", "True",
        INFERENCE, "RuntimeError: Inplace update to inference tensor outside InferenceMode ...",
        "tensor([5., 0.])", "x.detach() False True False", "tensor([0.7500, 0.2500], ...)",
        "inference_mode() raises raises raises", "RuntimeError: Inference tensors do not track version counter.",
    ],
    "graph/in-place": [
        "0", "1", "2", "tensor([5., 5., 1., 1.], grad_fn=<CopySlices>)", "tensor([5., 5., 1., 1.])",
        "4 4", "tensor([7., 1., 1.]) 4", "tensor([2., 2.])", "tensor([ 1.0806, -0.8323])", "raises",
        "y = u * v; v.data += 1 wrong",
        "y = x * 2; x += 1 refused", "y = u[:2] ** 2; u[3] = 0 raises", "tensor([2.7183, 7.3891])",
        "u * 2 fine fine fine fine", "u.sin() fine raises fine wrong",
        "u.exp() raises fine wrong fine", OVERWRITTEN,
        "RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.",
        "RuntimeError: a view of a leaf Variable that requires grad is being used in an in-place operation.",
    ],
    "graph/your-own-autograd": [
        "tensor(63.) tensor(93.)", "tensor(140.)", "tensor([[10., 16., 22.], [22., 16., 10.]])",
        "200 of 200 graphs agree", "tensor([1.0000, 7.3891])", "tensor(186.)",
        "dL/da = G b, dL/db = G a ...", "dL/da = n G a^(n-1) ...", "dL/da_i = G/n ...",
        "tensor(64.)", "tensor(612.)", "tensor(16.) tensor(8.)", "{'u': 3.0, 'x': 4.0}",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def outputs(executor: Executor) -> Callable[[str], set[str]]:
    """Call it with a page: the lines that readers see as outputs, and each output as one line."""
    project = Project(ROOT, executor=executor)
    pages = {name: project.page(ROOT / "docs" / f"{name}.md") for name in LISTED}
    for page in pages.values():
        project.start(page)

    def shown(name: str) -> set[str]:
        page = pages[name]
        assert project.page_problems(page) == []
        _, verified = project.verify(page)
        found: set[str] = set()
        for step in [*(embed.cell for embed in page.embeds), *page.values]:
            if "hide-output" not in step.tags:
                texts = [output.text for output in verified[step].done.outputs]
                lines = [line for text in texts for line in [text, *text.splitlines()]]
                found |= {" ".join(line.split()) for line in lines}
        return found

    return shown


@pytest.mark.parametrize("page", LISTED)
def test_what_the_curriculum_lists_is_on_the_page(
    page: str, outputs: Callable[[str], set[str]]
) -> None:
    found = outputs(page)
    listed = [" ".join(text.split()) for text in LISTED[page]]
    assert [text for text in listed if not any(line_matches(text, line) for line in found)] == []

"""The cheat sheet: each of its lines has a cell that tries it, and holds beyond that cell's example."""

from __future__ import annotations

import math
import re
import warnings

import pytest
import torch
import torch.nn.functional as F
from browser import window
from built import ROOT
from playwright.sync_api import Browser

from gradbook.page.cells import Cell
from gradbook.project import Project

LINE = re.compile(r"- (.+\.) \[[^\]]+\]\([^)]+\)")


def leaf(value, dtype=None):
    return torch.tensor(value, requires_grad=True, dtype=dtype)


def lines() -> list[str]:
    """The rules of the page, without their links."""
    page = (ROOT / "docs" / "cheat-sheet.md").read_text("utf-8").partition("## Where next")[0]
    found = [LINE.fullmatch(line) for line in page.splitlines() if line.startswith("- ")]
    assert all(found)
    return [line[1] for line in found]


def said(cell: Cell) -> str:
    """The sentence in the comment with which a cell begins."""
    return " ".join(re.match(r"(?:# .*\n)*", cell.code)[0].replace("\n# ", " ")[2:].split())


def test_each_line_is_tried_by_a_cell_that_begins_with_it(real: Project) -> None:
    cells = real.page(ROOT / "docs" / "cheat-sheet.md").cells
    tried = [said(cell) for cell in cells if cell.code.startswith("# ")]
    assert tried == lines() and len(tried) >= 50


def test_each_cell_that_tries_a_line_prints_something_to_compare(real: Project) -> None:
    cells = real.page(ROOT / "docs" / "cheat-sheet.md").cells
    silent = [
        cell.name for cell in cells if cell.code.startswith("# ") and "print(" not in cell.code
    ]
    assert silent == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_on_paper_it_fills_two_sheets(browser: Browser, home: str, paper: str) -> None:
    with window(browser) as context:
        page = context.new_page()
        page.goto(f"{home}cheat-sheet/")
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper))) == 2


def test_a_result_is_recorded_if_one_input_is_tracked_and_not_otherwise():
    for tracked in (True, False):
        a = torch.tensor(2.0, requires_grad=tracked)
        for result in (a * 3, 3 - a, a.exp(), a.clone()):
            assert (result.grad_fn is not None) == tracked


def test_grad_leaves_the_grad_of_leaves_alone_also_where_there_is_one():
    x = leaf(3.0)
    x.grad = torch.tensor(5.0)
    (found,) = torch.autograd.grad(x**2, x)
    assert found == 6 and x.grad == 5


@pytest.mark.parametrize("shape", [(), (1,), (1, 1), (2,), (1, 2)])
def test_without_an_argument_backward_needs_a_single_entry(shape):
    y = 2 * torch.ones(shape, requires_grad=True)
    if math.prod(shape) == 1:
        assert y.backward() is None
    else:
        with pytest.raises(RuntimeError, match="only for scalar outputs"):
            y.backward()


def test_weights_weigh_the_rows_of_the_jacobian_of_a_bent_function_too():
    x, v = torch.randn(3, dtype=torch.double, requires_grad=True), torch.randn(3).double()

    def function(x):
        return torch.stack([x[0] * x[1], x[2].sin(), x.prod()])

    function(x).backward(v)
    assert torch.allclose(x.grad, v @ torch.autograd.functional.jacobian(function, x.detach()))


def test_without_create_graph_there_is_no_second_derivative():
    x = leaf(2.0)
    (slope,) = torch.autograd.grad(x**3, x)
    assert slope.grad_fn is None
    (slope,) = torch.autograd.grad(x**3, x, create_graph=True)
    assert torch.autograd.grad(slope, x)[0] == 12


@pytest.mark.parametrize(
    "dtype",
    [
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.complex64,
        torch.complex128,
    ],
)
def test_floating_point_and_complex_tensors_can_be_tracked(dtype):
    assert torch.ones(1, dtype=dtype, requires_grad=True).requires_grad


@pytest.mark.parametrize("dtype", [torch.int8, torch.int16, torch.int32, torch.int64, torch.bool])
def test_no_other_tensor_can_be_tracked(dtype):
    with pytest.raises(RuntimeError, match="floating point"):
        torch.ones(1, dtype=dtype, requires_grad=True)


def test_zero_grad_sets_none_by_default_for_the_usual_optimizers():
    for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop):
        w = leaf(1.0)
        w.grad = torch.tensor(1.0)
        kind([w], lr=0.1).zero_grad()
        assert w.grad is None


@pytest.mark.parametrize("sizes", [(4, 4), (5, 3), (6, 1, 1)])
def test_pieces_weighed_by_their_shares_give_the_gradient_of_the_whole_mean(sizes):
    data, whole, parts = torch.randn(8), leaf(1.5), leaf(1.5)
    ((whole * data) ** 2).mean().backward()
    for piece in data.split(sizes):
        (((parts * piece) ** 2).mean() * len(piece) / 8).backward()
    assert torch.isclose(whole.grad, parts.grad)


def test_only_passes_through_nodes_that_saved_something_cannot_be_repeated():
    for made, again in ((lambda x: x + 1, True), (lambda x: x - x.sum(), True), (torch.sin, False)):
        y = made(leaf(2.0))
        y.backward()
        if again:
            y.backward()
        else:
            with pytest.raises(RuntimeError, match="a second time"):
                y.backward()


@pytest.mark.parametrize("shapes", [((4, 1), (3,)), ((), (2, 3)), ((5, 1, 3), (4, 1))])
def test_gradients_have_the_shapes_of_their_tensors(shapes):
    a, b = (torch.randn(shape, requires_grad=True) for shape in shapes)
    (a * b).sum().backward()
    assert a.grad.shape == a.shape and b.grad.shape == b.shape


def test_a_column_minus_a_row_compares_everything_with_everything():
    assert (torch.zeros(3, 1) - torch.zeros(3)).shape == (3, 3)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        F.mse_loss(torch.zeros(3, 1), torch.zeros(3))
    assert caught, "PyTorch's own loss warns, a difference does not"


def test_a_frozen_leaf_lets_gradients_pass():
    x, w = leaf(2.0), torch.tensor(3.0)
    (w * x.exp()).backward()
    assert w.grad is None and x.grad == pytest.approx(3 * math.exp(2))


def test_an_old_gradient_moves_a_frozen_weight():
    for optimizer in (torch.optim.SGD, torch.optim.Adam):
        w = leaf(3.0)
        (w**2).backward()
        w.requires_grad_(False)
        optimizer([w], lr=0.1).step()
        assert w < 3


def test_a_recorded_operation_cannot_save_an_inference_tensor_and_may_use_it_unsaved():
    with torch.inference_mode():
        i = torch.ones(2) * 2
    x = torch.ones(2, requires_grad=True)
    for call in (lambda: x * i, lambda: x / i, lambda: x.dot(i)):
        with pytest.raises(RuntimeError, match="Inference tensors cannot be saved"):
            call()
    assert (x + i).requires_grad


def test_evaluation_mode_records():
    for layer in (torch.nn.Dropout(0.5), torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 3)):
        assert layer.eval()(torch.ones(2, 3, requires_grad=True)).requires_grad


def test_a_tracked_leaf_refuses_each_kind_of_write_while_pytorch_records():
    for write in (
        lambda w: w.add_(1),
        lambda w: w.zero_(),
        lambda w: w[0].mul_(2),
        lambda w: w.__setitem__(0, 5.0),
    ):
        w = torch.ones(2, requires_grad=True)
        with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
            write(w)
        with torch.no_grad():
            write(w)
        assert w.is_leaf and w.requires_grad


@pytest.mark.parametrize("made", [torch.exp, torch.tanh, torch.sigmoid, torch.relu])
@pytest.mark.parametrize("mode", [torch.enable_grad, torch.no_grad])
def test_a_write_to_a_saved_result_raises_in_backward(made, mode):
    y = made(torch.ones(2, requires_grad=True))
    with mode():
        y.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_computing_into_a_new_tensor_gives_the_measured_gradient():
    x = torch.tensor([0.3, 0.7], dtype=torch.double, requires_grad=True)
    for made in (torch.exp, torch.tanh, torch.sigmoid, torch.relu):
        assert torch.autograd.gradcheck(lambda x, made=made: made(x) * 5, x)


def test_the_losses_contain_what_turns_scores_into_probabilities():
    z = torch.randn(5, 3, dtype=torch.double)
    label = torch.tensor([0, 2, 1, 1, 0])
    ours = -torch.log(torch.softmax(z, 1))[range(5), label].mean()
    assert torch.isclose(F.cross_entropy(z, label), ours)
    s, y = z[:, 0], label.clamp(max=1).double()
    ours = F.binary_cross_entropy(torch.sigmoid(s), y)
    assert torch.isclose(F.binary_cross_entropy_with_logits(s, y), ours)


def test_for_one_example_the_gradient_of_a_score_is_probability_minus_label():
    z = torch.randn(4, dtype=torch.double, requires_grad=True)
    for label in range(4):
        (dz,) = torch.autograd.grad(F.cross_entropy(z, torch.tensor(label)), z)
        assert torch.allclose(dz, torch.softmax(z, 0) - F.one_hot(torch.tensor(label), 4))
    for label in (0.0, 1.0):
        loss = F.binary_cross_entropy_with_logits(z[0], torch.tensor(label).double())
        assert torch.isclose(torch.autograd.grad(loss, z)[0][0], torch.sigmoid(z[0]) - label)


@pytest.mark.parametrize("curvature", [0.5, 2.0, 30.0])
def test_two_divided_by_the_curvature_bounds_the_learning_rate(curvature):
    for share, arrives in ((0.01, True), (0.99, True), (1.01, False), (-0.01, False)):
        w = leaf(0.0, torch.double)
        for _ in range(2000):
            (slope,) = torch.autograd.grad(curvature / 2 * (w - 3) ** 2, w)
            with torch.no_grad():
                w -= share * 2 / curvature * slope
        assert (abs(w.item() - 3) < 1e-6) == arrives


def test_equal_hidden_units_get_equal_gradients_with_any_bend():
    torch.manual_seed(0)
    data, labels = torch.randn(20, 2), torch.randn(20)
    for bend in (torch.relu, torch.sigmoid, torch.tanh):
        W = torch.full((2, 4), 0.5, requires_grad=True)
        v = torch.full((4,), 0.5, requires_grad=True)
        loss = ((bend(data @ W) @ v - labels) ** 2).mean()
        dW, dv = torch.autograd.grad(loss, [W, v])
        assert (dW == dW[:, :1]).all() and (dv == dv[0]).all() and dW.any()

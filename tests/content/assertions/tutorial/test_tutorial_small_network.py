"""What the page "A small network" says of PyTorch, a function for each sentence."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

TICKS = torch.arange(-4.0, 5.0)
POINTS = torch.cartesian_prod(TICKS, TICKS)
GOOD = ((POINTS**2).sum(dim=1) <= 5).float()
RELU, SIGMOID = torch.relu, torch.sigmoid


def start(seed=6, value=None):
    torch.manual_seed(seed)
    shapes = [(2, 8), (8,), (8,), ()]
    if value is not None:
        made = [torch.full(shape, value) for shape in shapes]
    else:
        made = [torch.randn(2, 8), torch.zeros(8), torch.randn(8), torch.zeros(())]
    return [p.requires_grad_() for p in made]


def score(parameters, points=POINTS, bend=RELU):
    W, b, v, c = parameters
    return bend(points @ W + b) @ v + c


def slopes(parameters, bend=RELU):
    loss = binary_cross_entropy_with_logits(score(parameters, bend=bend), GOOD)
    return torch.autograd.grad(loss, parameters)


def train(parameters, epochs, rate=0.1, bend=RELU, good=GOOD, clear=True):
    """The losses, and how many points are right at the end."""
    losses = []
    for _ in range(epochs):
        z = score(parameters, bend=bend)
        loss = binary_cross_entropy_with_logits(z, good)
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for p in parameters:
                p -= rate * p.grad
                if clear:
                    p.grad = None
    return losses, int(((z > 0) == (good > 0)).sum())


@pytest.fixture(scope="module")
def trained():
    parameters = start()
    train(parameters, 2000)
    return [p.detach() for p in parameters]


def dead_units(parameters):
    W, b = (p.detach() for p in parameters[:2])
    return int(((POINTS @ W + b) <= 0).all(dim=0).sum())


def test_relu_keeps_a_positive_number_and_makes_a_negative_one_0():
    x = torch.tensor([-4.0, -0.1, 0.0, 0.1, 4.0])
    assert RELU(x).tolist() == [max(value, 0) for value in x.tolist()]


def test_no_line_parts_the_classes_for_the_middle_score_is_the_mean_of_two_others():
    row = {tuple(point.tolist()): good.item() for point, good in zip(POINTS, GOOD, strict=True)}
    assert [row[-4.0, 0.0], row[0.0, 0.0], row[4.0, 0.0]] == [0, 1, 0]
    for _ in range(100):
        w, b = torch.randn(2), torch.randn(())
        left, middle, right = torch.tensor([[-4.0, 0.0], [0.0, 0.0], [4.0, 0.0]]) @ w + b
        assert middle.item() == pytest.approx((left + right).item() / 2, abs=1e-5)


def test_the_line_with_the_least_loss_has_no_slope_and_knows_the_share_of_good_loaves():
    """The loss of a line is convex, so a point with gradient 0 is its lowest."""
    w = torch.zeros(2, dtype=torch.double, requires_grad=True)
    share = GOOD.double().mean()
    b = torch.log(share / (1 - share)).requires_grad_()
    z = POINTS.double() @ w + b
    loss = binary_cross_entropy_with_logits(z, GOOD.double())
    for slope in torch.autograd.grad(loss, [w, b]):
        assert slope.abs().max() < 1e-12
    assert int(((z > 0) == (GOOD > 0)).sum()) == 60
    assert f"{loss.item():.4f}" == "0.5723"


def test_the_network_starts_worse_than_calling_all_loaves_bad_and_ends_with_all_right():
    parameters = start()
    z = score(parameters)
    assert int(((z > 0) == (GOOD > 0)).sum()) < 60
    assert train(parameters, 1001)[1] == 81


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_it_is_not_the_luck_of_one_seed(seed):
    assert train(start(seed), 2000)[1] == 81


def test_between_the_lines_where_units_bend_the_score_is_a_plane(trained):
    """On a short way that crosses no such line, the score at the middle is the mean of the ends."""
    W, b, _, _ = trained
    torch.manual_seed(0)
    ends = torch.rand(500, 2, 2) * 8 - 4
    ends[:, 1] = ends[:, 0] + (ends[:, 1] - ends[:, 0]) / 20
    on = ends @ W + b > 0
    same = (on[:, 0] == on[:, 1]).all(dim=1)
    z = score(trained, ends)
    middle = score(trained, ends.mean(dim=1))
    gap = (middle - z.mean(dim=1)).abs()
    assert same.sum() > 100
    assert gap[same].max() < 1e-4 < gap[~same].max()


def test_probability_minus_label_divided_by_n_comes_back_to_the_score():
    z = torch.randn(81, requires_grad=True)
    (dz,) = torch.autograd.grad(binary_cross_entropy_with_logits(z, GOOD), z)
    assert torch.allclose(dz, (SIGMOID(z) - GOOD) / 81)


def test_pytorch_answers_0_at_the_corner_of_relu():
    for value, slope in ((-1.0, 0.0), (0.0, 0.0), (1.0, 1.0)):
        x = torch.tensor(value, requires_grad=True)
        assert torch.autograd.grad(RELU(x), x)[0].item() == slope


def test_five_lines_and_two_sums_are_the_backward_pass():
    W, b, v, c = parameters = start()
    with torch.no_grad():
        inner = POINTS @ W + b
        dz = (SIGMOID(RELU(inner) @ v + c) - GOOD) / 81
        dinner = torch.outer(dz, v) * (inner > 0)
        by_hand = [POINTS.T @ dinner, dinner.sum(dim=0), RELU(inner).T @ dz, dz.sum()]
    for found, expected in zip(slopes(parameters), by_hand, strict=True):
        assert torch.allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("factor", [2.0, 4.0, 8.0])
def test_once_all_points_are_right_a_larger_output_layer_has_a_lower_loss(trained, factor):
    W, b, v, c = trained
    z, larger = score(trained), score([W, b, factor * v, factor * c])
    assert torch.equal(z > 0, larger > 0)
    losses = [binary_cross_entropy_with_logits(one, GOOD) for one in (z, larger)]
    assert losses[1] < losses[0]


def test_no_loaf_lies_between_the_squares_5_and_8():
    squares = (POINTS**2).sum(dim=1)
    assert squares[GOOD == 1].max() == 5 and squares[GOOD == 0].min() == 8


def test_none_of_the_points_in_between_was_used_for_training():
    between = torch.linspace(-3.95, 3.95, 80)
    assert (between[:, None] - TICKS).abs().min() > 0.04


def test_from_zero_only_the_last_bias_ever_moves():
    parameters = start(value=0.0)
    *others, last = slopes(parameters)
    assert all((slope == 0).all() for slope in others) and last != 0
    train(parameters, 50)
    assert all((p == 0).all() for p in parameters[:3]) and parameters[3] != 0


@pytest.mark.parametrize("bend", [RELU, SIGMOID])
def test_equal_units_stay_equal(bend):
    parameters = start(value=0.5)
    train(parameters, 100, bend=bend)
    W, b, v, _ = parameters
    assert (W == W[:, :1]).all() and (b == b[0]).all() and (v == v[0]).all()
    assert not torch.equal(W, torch.full((2, 8), 0.5))


def test_a_network_of_equal_units_is_a_network_of_one():
    W, b, v, c = start()
    eight = [W[:, :1].expand(2, 8), b[:1].expand(8), v[:1].expand(8), c]
    one = [W[:, :1], b[:1], 8 * v[:1], c]
    assert torch.allclose(score(eight), score(one), atol=1e-5)


def test_a_unit_that_is_off_for_each_point_gets_no_gradient_and_never_moves():
    parameters = start()
    with torch.no_grad():
        parameters[1][0] = -40
    dW, db, dv, _ = slopes(parameters)
    assert not dW[:, 0].any() and db[0] == 0 and dv[0] == 0
    assert dW[:, 1:].any()
    before = parameters[0][:, 0].tolist()
    _, right = train(parameters, 2000)
    assert parameters[0][:, 0].tolist() == before and parameters[1][0] == -40
    assert right == 81


def test_too_long_a_step_kills_units():
    parameters = start()
    assert dead_units(parameters) == 0
    _, right = train(parameters, 200, rate=10)
    assert dead_units(parameters) == 5 and right == 60


def test_without_clearing_the_loss_rises_again_and_again_and_yet_arrives_sooner():
    rises, ends = [], []
    for clear in (True, False):
        losses, _ = train(start(), 200, clear=clear)
        rises.append(sum(after > now for now, after in zip(losses, losses[1:], strict=False)))
        ends.append(losses[-1])
    assert rises[0] == 0 and rises[1] > 50 and ends[1] < ends[0]


def test_with_one_wrong_label_and_no_clearing_the_run_is_out_of_control():
    good = GOOD.clone()
    good[40] = 0
    assert POINTS[40].tolist() == [0.0, 0.0]
    worst = [max(train(start(), 2000, good=good, clear=clear)[0][1000:]) for clear in (True, False)]
    assert worst[1] > 2 * worst[0]


def test_two_linear_layers_are_one():
    W, b, v, c = start()
    assert torch.allclose((POINTS @ W + b) @ v + c, POINTS @ (W @ v) + (b @ v + c), atol=1e-5)


def test_without_a_bend_33_parameters_do_what_the_three_of_the_line_do():
    losses, right = train(start(), 2000, bend=lambda inner: inner)
    assert right == 60 and losses[-1] == pytest.approx(0.5723, abs=1e-4)


def test_at_zero_a_sigmoid_lets_the_output_weights_learn_and_no_others_but_the_bias():
    assert [bool((slope == 0).all()) for slope in slopes(start(value=0.0), SIGMOID)] == [
        True, True, False, False
    ]  # fmt: skip


def test_less_gradient_comes_through_a_sigmoid_for_what_arrives_at_the_hidden_results():
    inner = (POINTS @ start()[0]).detach().requires_grad_()
    sizes = [
        torch.autograd.grad(bend(inner).sum(), inner)[0].abs().max() for bend in (SIGMOID, RELU)
    ]
    assert sizes[0] <= 0.25 and sizes[1] == 1


def test_of_the_two_learning_rates_the_larger_one_gets_all_loaves_right_with_a_sigmoid():
    assert [train(start(), 1000, rate=rate, bend=SIGMOID)[1] == 81 for rate in (0.1, 1.0)] == [
        False, True
    ]  # fmt: skip


def test_linear_keeps_a_row_for_each_unit_and_gives_a_column_for_the_score():
    assert nn.Linear(2, 8).weight.shape == (8, 2)
    assert nn.Linear(8, 1)(torch.zeros(81, 8)).shape == (81, 1)


def test_the_cross_entropy_of_the_scores_0_and_z_is_the_binary_cross_entropy_of_z():
    z = 3 * torch.randn(81)
    both = torch.stack([torch.zeros(81), z], dim=1)
    ours = binary_cross_entropy_with_logits(z, GOOD).item()
    assert math.isclose(cross_entropy(both, GOOD.long()).item(), ours, rel_tol=1e-5)

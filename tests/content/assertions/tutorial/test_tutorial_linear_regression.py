"""What the page "From gradients to learning" says of PyTorch, a function for each sentence."""

import math

import pytest
import torch


def leaf(value):
    return torch.tensor(value, requires_grad=True)


def data():
    torch.manual_seed(71)
    x = torch.linspace(1, 50, 50).reshape(-1, 1)
    noise = torch.randint(-8, 9, (50, 1), dtype=torch.float)
    return x, 2 * x + 1 + noise, noise


def fit(x, y, epochs, rate=0.001, w=0.106, b=0.964, dtype=torch.float64):
    """Gradient descent with the slopes of the page's formula, without autograd."""
    x, y = x.to(dtype), y.to(dtype)
    for _ in range(epochs):
        error = w * x + b - y
        w, b = w - rate * 2 * (x * error).mean(), b - rate * 2 * error.mean()
    return float(w), float(b)


def best():
    x, y, _ = data()
    columns = torch.cat([x, torch.ones_like(x)], dim=1).double()
    return torch.linalg.lstsq(columns, y.double()).solution.flatten().tolist()


def descend(rate, steps, clear=True):
    w = leaf(0.0)
    for _ in range(steps):
        ((w - 3) ** 2).backward()
        with torch.no_grad():
            w -= rate * w.grad
        if clear:
            w.grad = None
    return w.item()


def test_each_step_halves_the_distance_to_3():
    assert [3 - descend(0.25, steps) for steps in range(5)] == [3 * 0.5**k for k in range(5)]


def test_each_turn_computes_a_new_graph_and_the_backward_pass_uses_it_up():
    w, nodes = leaf(0.0), []
    for _ in range(2):
        loss = (w - 3) ** 2
        nodes.append(loss.grad_fn)
        loss.backward()
        with pytest.raises(RuntimeError, match="a second time"):
            loss.backward()
    assert nodes[0] is not nodes[1]


def test_the_noise_is_whole_numbers_from_minus_8_to_8():
    noise = data()[2]
    assert torch.equal(noise, noise.round()) and noise.min() >= -8 and noise.max() <= 8


def test_mse_loss_is_the_mean_of_the_squared_differences():
    x, y, _ = data()
    assert torch.isclose(torch.nn.functional.mse_loss(3 * x, y), ((3 * x - y) ** 2).mean())


def test_the_gradient_is_twice_the_mean_error_and_for_w_each_error_counts_x_times():
    x, y, _ = data()
    w, b = leaf(0.5), leaf(-2.0)
    ((w * x + b - y) ** 2).mean().backward()
    error = (w * x + b - y).detach()
    assert math.isclose(w.grad.item(), 2 * (x * error).mean().item(), rel_tol=1e-5)
    assert math.isclose(b.grad.item(), 2 * error.mean().item(), rel_tol=1e-5)


def test_linear_is_a_line_with_random_parameters_the_same_after_the_same_seed():
    made = []
    for seed in (59, 59, 60):
        torch.manual_seed(seed)
        model = torch.nn.Linear(1, 1)
        made.append((model.weight.item(), model.bias.item()))
    assert made[0] == made[1] != made[2]
    assert model(torch.tensor([4.0])).item() == pytest.approx(4 * made[2][0] + made[2][1])


def test_sgd_does_what_you_write_by_hand():
    x, y, _ = data()
    model = torch.nn.Linear(1, 1)
    start = model.weight.item(), model.bias.item()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    for _ in range(50):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()
    w, b = fit(x, y, 50, w=start[0], b=start[1])
    assert model.weight.item() == pytest.approx(w, abs=1e-4)
    assert model.bias.item() == pytest.approx(b, abs=1e-4)


def test_zero_grad_clears_all_gradients_and_step_updates_all_parameters():
    model = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    before = [p.item() for p in model.parameters()]
    model(torch.ones(1)).sum().backward()
    optimizer.step()
    assert all(p.item() != old for p, old in zip(model.parameters(), before))
    optimizer.zero_grad()
    assert all(p.grad is None for p in model.parameters())


def test_step_leaves_a_parameter_without_a_gradient_as_it_is():
    used, idle = leaf(1.0), leaf(1.0)
    optimizer = torch.optim.SGD([used, idle], lr=0.1)
    (3 * used).backward()
    optimizer.step()
    assert used.item() == pytest.approx(0.7) and idle.item() == 1.0


def test_clearing_between_backward_and_step_learns_nothing():
    w = leaf(0.0)
    optimizer = torch.optim.SGD([w], lr=0.25)
    for _ in range(3):
        ((w - 3) ** 2).backward()
        optimizer.zero_grad()
        optimizer.step()
    assert w.item() == 0.0


def test_after_50_epochs_w_is_close_and_b_has_not_converged():
    x, y, _ = data()
    w, b = fit(x, y, 50)
    best_w, best_b = best()
    assert abs(w - best_w) < 0.05 and abs(b - best_b) > 1.4


def test_started_at_10_w_has_not_settled_after_50_epochs_but_follows_b():
    x, y, _ = data()
    ws = [fit(x, y, epochs, b=10.0)[0] for epochs in (50, 1000, 20000)]
    assert [round(w, 4) for w in ws] == [1.7220, 1.8025, 1.9401]


def test_to_come_near_the_best_b_from_10_takes_thousands_of_epochs():
    x, y, _ = data()
    best_b = best()[1]
    assert abs(fit(x, y, 1000, b=10.0)[1] - best_b) > 4
    assert abs(fit(x, y, 20000, b=10.0)[1] - best_b) < 0.01


@pytest.mark.parametrize("rate", [0.25, 0.5, 0.75, 1.0, 1.25])
def test_each_step_multiplies_the_distance_by_one_minus_rate_times_curvature(rate):
    assert 3 - descend(rate, 3) == pytest.approx(3 * (1 - rate * 2) ** 3)


def test_the_hessian_is_the_same_everywhere_and_its_eigenvalues_are_the_two_curvatures():
    x, y, _ = data()

    def loss(point):
        return ((point[0] * x + point[1] - y) ** 2).mean()

    at = [
        torch.autograd.functional.hessian(loss, torch.tensor(point))
        for point in ([0.0, 0.0], [2.0, 1.0], [-5.0, 30.0])
    ]
    assert torch.allclose(at[0], at[1]) and torch.allclose(at[0], at[2])
    small, large = torch.linalg.eigvalsh(at[0].double()).tolist()
    assert f"{small:.3f} {large:.1f}" == "0.485 1718.5"


def test_centering_and_scaling_the_inputs_makes_both_curvatures_about_2():
    x, _, _ = data()
    for inputs, expected in (
        (x - x.mean(), (2.0, 416.5)),
        ((x - x.mean()) / x.std(), (1.96, 2.0)),
    ):
        columns = torch.cat([inputs, torch.ones_like(x)], dim=1).double()
        found = torch.linalg.eigvalsh(2 * columns.T @ columns / 50).tolist()
        assert found == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("rate", "converges"), [(0.001, True), (0.00116, True), (0.0012, False)])
def test_the_loop_converges_up_to_2_divided_by_the_largest_curvature(rate, converges):
    x, y, _ = data()
    w, _ = fit(x, y, 2000, rate=rate)
    assert (abs(w - 2) < 1) == converges


def test_with_scaled_inputs_b_arrives_within_50_epochs():
    x, y, _ = data()
    w, b = fit((x - x.mean()) / x.std(), y, 50, rate=0.4)
    slope = w / x.std().item()
    assert [slope, b - slope * x.mean().item()] == pytest.approx(best(), abs=1e-4)


def test_a_loss_can_ignore_its_labels():
    x, y, _ = data()
    found = []
    for labels in (y, y + 1000):
        w, b = leaf(0.5), leaf(1.0)
        (w * x + b - labels).sum().backward()
        found.append((w.grad.item(), b.grad.item()))
    assert found == [(1275.0, 50.0)] * 2


def test_without_clearing_w_shoots_past_3_turns_back_and_swings_without_coming_closer():
    path = [descend(0.25, steps, clear=False) for steps in range(1, 9)]
    assert path[1] > 3 and path[:4] == sorted(path[:4])
    assert path[4] < path[3] and path[7] < 0
    late = [descend(0.25, steps, clear=False) for steps in range(500, 520)]
    assert min(late) < 0 and max(late) > 6


def test_a_leaf_that_requires_a_gradient_cannot_be_changed_in_place_while_autograd_records():
    w = leaf(0.0)
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used"):
        w -= 0.25
    with torch.no_grad():
        w -= 0.25
    assert w.item() == -0.25 and w.requires_grad


def test_a_gradient_finds_the_share_of_heads():
    flips = torch.tensor([1.0] * 7 + [0.0] * 3)
    z = leaf(0.0)
    for _ in range(100):
        scores = z * torch.ones(10)
        torch.nn.functional.binary_cross_entropy_with_logits(scores, flips).backward()
        with torch.no_grad():
            z -= z.grad
        z.grad = None
    assert torch.sigmoid(z).item() == pytest.approx(0.7, abs=1e-4)


def test_each_point_got_a_whole_number_from_minus_8_to_8_and_a_few_got_0():
    x, y, _ = data()
    added = y - (2 * x + 1)
    assert torch.equal(added, added.round()) and added.abs().max() <= 8
    assert (added == 0).any()

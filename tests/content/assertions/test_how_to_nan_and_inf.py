"""What "Hunt NaN and inf" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.autograd import set_detect_anomaly

NAN, INF = math.nan, math.inf


def gradient(f: Callable[[Tensor], Tensor], *point: float) -> list[float]:
    x = torch.tensor(point, requires_grad=True)
    f(x).sum().backward()
    return x.grad.tolist()


def differences(f: Callable[[Tensor], Tensor], *point: float) -> list[float]:
    """The same by central differences in float64: no gradient is asked for."""
    x = torch.tensor(point, dtype=torch.float64)
    steps = 1e-6 * torch.eye(len(point), dtype=torch.float64)
    return [((f(x + step).sum() - f(x - step).sum()) / 2e-6).item() for step in steps]


def told(f: Callable[[Tensor], Tensor], *point: float) -> str:
    """What anomaly mode says of a program, with its warnings."""
    x = torch.tensor(point, requires_grad=True)
    with warnings.catch_warnings(record=True) as seen, set_detect_anomaly(True):
        warnings.simplefilter("always")
        try:
            f(x).sum().backward()
        except RuntimeError as error:
            return "\n".join([str(error), *(str(one.message) for one in seen)])
    return "silent"


def test_a_weight_that_is_nan_stays_nan() -> None:
    w = torch.tensor([NAN, 1.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    for _ in range(3):
        w.grad = torch.ones(2)
        optimizer.step()
    assert w[0].isnan() and w[1].isfinite()


def test_distances_by_a_root_have_nan_gradients_though_the_diagonal_is_left_out() -> None:
    def distances(p: Tensor) -> Tensor:
        return ((p[:, None] - p[None]) ** 2).sum(-1).sqrt()

    def off_diagonal(d: Tensor) -> Tensor:
        return (d[0, 1] + d[1, 0]) / 2

    start = [[0.0, 0.0], [3.0, 4.0]]
    p, q = (torch.tensor(start, requires_grad=True) for _ in range(2))
    off_diagonal(distances(p)).backward()
    off_diagonal(torch.cdist(q, q)).backward()
    assert p.grad.isnan().all()
    assert torch.allclose(q.grad, torch.tensor([[-0.6, -0.8], [0.6, 0.8]]))


def test_the_root_has_an_infinite_gradient_at_0_and_0_times_it_is_nan() -> None:
    assert gradient(torch.sqrt, 0.0) == [INF]
    assert math.isnan(gradient(lambda x: 0 * x.sqrt(), 0.0)[0])
    assert math.isnan((torch.zeros(()) * INF).item())


def test_anomaly_mode_names_the_node_and_the_line_only_if_it_was_on_in_the_forward_pass() -> None:
    def root(x: Tensor) -> Tensor:
        return 0 * x.sqrt()

    said = told(root, 0.0)
    assert "SqrtBackward0" in said and "in root" in said
    y = root(torch.tensor(0.0, requires_grad=True))
    with pytest.warns(UserWarning, match="No forward pass information available"):
        with set_detect_anomaly(True), pytest.raises(RuntimeError, match="SqrtBackward0"):
            y.backward()


def test_anomaly_mode_does_not_see_an_infinite_gradient() -> None:
    assert told(torch.sqrt, 0.0) == told(torch.log, 0.0) == "silent"


def test_anomaly_mode_does_not_see_a_nan_of_the_forward_pass_that_no_gradient_meets() -> None:
    assert math.isnan((torch.zeros(()) + INF - INF).item())
    assert told(lambda x: x + INF - INF, 0.0) == "silent"


def test_anomaly_mode_does_not_see_a_nan_that_a_hook_on_a_leaf_makes() -> None:
    x = torch.tensor(1.0, requires_grad=True)
    x.register_hook(lambda grad: grad * NAN)
    with set_detect_anomaly(True):
        (2 * x).backward()
    assert x.grad.isnan()


def test_anomaly_mode_blames_the_product_for_the_nan_of_a_logarithm() -> None:
    assert told(lambda x: x.log() * x, -1.0).startswith("Function 'MulBackward0'")


def test_a_forward_hook_sees_the_first_module_with_a_bad_output() -> None:
    model = torch.nn.Sequential(torch.nn.Identity(), torch.nn.Softplus(), torch.nn.Softmax(0))
    seen: list[str] = []
    for name, module in model.named_children():
        module.register_forward_hook(
            lambda m, i, out, name=name: seen.append(name) if not out.isfinite().all() else None
        )
    model(torch.tensor([INF, 0.0]))
    assert seen[0] == "0"


def test_steps_that_are_too_long_end_in_nan_and_shorter_ones_do_not() -> None:
    for rate, ends in ((0.1, False), (0.001, True)):
        w = 10.0
        for _ in range(3):
            w -= rate * 4 * w**3
        assert (abs(w) < 10) == ends


CAUSES = {
    "length": (
        lambda x: (x**2).sum().sqrt(),
        lambda x: torch.linalg.vector_norm(x),
        (0.0, 0.0),
        (0.3, 0.4),
    ),
    "log": (
        lambda x: -x.softmax(0).log()[1],
        lambda x: -x.log_softmax(0)[1],
        (200.0, 0.0),
        (1.0, 0.5),
    ),
    "where": (
        lambda x: torch.where(x > 0, x.sqrt(), x),
        lambda x: torch.where(x > 0, torch.where(x > 0, x, 1).sqrt(), x),
        (0.0, 4.0),
        (-1.0, 4.0),
    ),
    "exp": (
        lambda x: x.exp()[0] / x.exp().sum(),
        lambda x: x.softmax(0)[0],
        (100.0, 0.0),
        (1.0, 0.5),
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_gives_nan_and_its_cure_is_finite_and_right_elsewhere(cause: str) -> None:
    wrong, right, bad, good = CAUSES[cause]
    assert math.isnan(gradient(wrong, *bad)[0])
    assert all(math.isfinite(n) for n in gradient(right, *bad))
    assert gradient(right, *good) == pytest.approx(differences(right, *good), abs=1e-5)


def test_the_length_and_where_give_no_warning_in_their_values() -> None:
    for cause in ("length", "where"):
        wrong, _, bad, _ = CAUSES[cause]
        assert wrong(torch.tensor(bad)).isfinite().all()


def test_division_by_a_length_of_0_is_nan_and_a_number_in_the_divisor_cures_it() -> None:
    assert math.isnan(gradient(lambda x: x / x.norm(), 0.0, 0.0)[0])
    assert gradient(lambda x: x / (x.norm() + 1), 0.0, 0.0) == [1, 1]


def test_a_softmax_over_minus_infinities_is_nan() -> None:
    assert torch.full((2,), -INF).softmax(0).isnan().all()
    assert torch.full((2,), torch.finfo(torch.float32).min).softmax(0).tolist() == [0.5, 0.5]


def test_the_mean_of_nothing_is_nan_and_its_gradient_is_0() -> None:
    x = torch.ones(2, requires_grad=True)
    mean = x[x > 5].mean()
    mean.backward()
    assert mean.isnan() and x.grad.tolist() == [0, 0]


def test_eigenvectors_of_equal_eigenvalues_have_nan_gradients_and_eigenvalues_do_not() -> None:
    A = torch.eye(3, requires_grad=True)
    values, vectors = torch.linalg.eigh(A)
    assert torch.autograd.grad(vectors.sum(), A, retain_graph=True)[0].isnan().any()
    assert torch.equal(torch.autograd.grad(values.sum(), A)[0], torch.eye(3))


def test_nan_to_num_mends_the_value_and_not_the_gradient() -> None:
    x = torch.tensor([0.0, 1.0], requires_grad=True)
    y = torch.nan_to_num(x / x).sum()
    y.backward()
    assert y == 1 and x.grad[0].isnan()


def test_a_small_number_protects_inside_the_root_and_not_outside() -> None:
    assert gradient(lambda x: x.sqrt() + 1e-4, 0.0) == [INF]
    assert gradient(lambda x: (x + 1e-4).sqrt(), 0.0) == pytest.approx([50])
    assert gradient(lambda x: (x + 1e-6).sqrt(), 0.0) == pytest.approx([500])
    assert gradient(lambda x: x.clamp(min=1e-4).sqrt(), 0.0) == [0]


@pytest.mark.parametrize("bad", [NAN, INF])
def test_clip_grad_norm_with_an_infinite_limit_clips_nothing_and_raises(bad: float) -> None:
    x = torch.tensor([3.0, 4.0], requires_grad=True)
    x.grad = torch.tensor([3.0, 4.0])
    torch.nn.utils.clip_grad_norm_([x], INF, error_if_nonfinite=True)
    assert x.grad.tolist() == [3, 4]
    x.grad[0] = bad
    with pytest.raises(RuntimeError, match="non-finite"):
        torch.nn.utils.clip_grad_norm_([x], INF, error_if_nonfinite=True)


def test_where_sends_nan_from_the_logarithm_that_it_did_not_take() -> None:
    assert math.isnan(gradient(lambda x: torch.where(x > 2, x.log2(), 2 * x), 0.0)[0])


def test_std_of_one_value_is_nan_and_without_the_correction_0() -> None:
    x = torch.tensor([5.0], requires_grad=True)
    with pytest.warns(UserWarning, match="degrees of freedom"):
        assert x.std().isnan()
    assert x.std(correction=0) == 0
    assert gradient(lambda x: x.std(correction=0), 5.0) == [0]


def test_the_node_named_is_the_one_where_infinity_and_0_meet() -> None:
    assert told(lambda x: 0 * x.sqrt(), 0.0).startswith("Function 'SqrtBackward0'")
    assert told(lambda x: (x**2).sqrt(), 0.0).startswith("Function 'PowBackward0'")


def test_a_nan_in_the_data_reaches_the_weight_until_it_is_left_out() -> None:
    data = torch.tensor([1.0, NAN])
    assert math.isnan(gradient(lambda w: (w * data).sum(), 1.0)[0])
    assert gradient(lambda w: (w * data[data.isfinite()]).sum(), 1.0) == [1]


def test_masked_keys_have_equal_weights_and_a_product_with_0_is_0() -> None:
    lowest = torch.finfo(torch.float32).min

    def attended(x: Tensor) -> Tensor:
        return 0 * (x @ torch.full((2,), lowest).softmax(0))

    assert attended(torch.ones(2)) == 0
    assert gradient(attended, 1.0, 2.0) == [0, 0]


def test_clipped_steps_stay_finite() -> None:
    w = torch.tensor(10.0, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        (w**4).backward()
        torch.nn.utils.clip_grad_norm_([w], 1.0)
        optimizer.step()
    assert w.item() == pytest.approx(9.5, abs=1e-3)


@pytest.mark.parametrize("number", [1.0, 0.1, 1e-3])
def test_a_number_in_the_divisor_is_divided_by_at_0_and_changes_the_gradient_elsewhere(
    number: float,
) -> None:
    def slope(numbers: list[float], add: float) -> Tensor:
        x = torch.tensor(numbers, dtype=torch.float64, requires_grad=True)
        return torch.autograd.grad((x / (x.norm() + add))[0], x)[0]

    assert slope([0.0, 0.0], number)[0].item() == pytest.approx(1 / number)
    off = (slope([3.0, 4.0], number) - slope([3.0, 4.0], 0)).norm()
    less = (slope([3.0, 4.0], number / 10) - slope([3.0, 4.0], 0)).norm()
    assert 0 < less < off


def test_the_guard_raises_for_finite_gradients_whose_squares_overflow() -> None:
    w = torch.zeros(4, requires_grad=True)
    w.grad = torch.full((4,), 3e38)
    with pytest.raises(RuntimeError, match="non-finite"):
        torch.nn.utils.clip_grad_norm_([w], math.inf, error_if_nonfinite=True)
    w.grad = torch.full((4,), 5.0)
    torch.nn.utils.clip_grad_norm_([w], math.inf, error_if_nonfinite=True)
    assert w.grad.tolist() == [5] * 4


def test_keys_that_are_masked_beside_others_get_no_weight_from_the_lowest_number() -> None:
    lowest = torch.finfo(torch.float32).min
    assert torch.tensor([lowest, 1.0]).softmax(0).tolist() == [0, 1]
    assert torch.tensor([lowest, lowest]).softmax(0).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("make", [torch.optim.SGD, torch.optim.Adam])
def test_after_one_step_with_nan_a_weight_of_sgd_or_adam_stays_nan(make: type) -> None:
    assert all(map(math.isnan, after_a_nan(make)))


def test_rprop_skips_a_nan_and_goes_on() -> None:
    bad, good = after_a_nan(torch.optim.Rprop)
    assert bad == 1 and good < 1


def after_a_nan(make: type) -> list[float]:
    """A weight of 1 after a step with the gradient NaN, and after another with 1."""
    w = torch.tensor(1.0, requires_grad=True)
    optimizer, found = make([w], lr=0.1), []
    for slope in (NAN, 1.0):
        w.grad = torch.tensor(slope)
        optimizer.step()
        found.append(w.item())
    return found


def test_std_and_vector_norm_have_the_gradient_0_where_their_value_is_0() -> None:
    for f in (lambda x: x.std(), lambda x: x.std(correction=0), torch.linalg.vector_norm):
        value = 5.0 if f is not torch.linalg.vector_norm else 0.0
        assert f(torch.tensor([value, value])) == 0
        assert gradient(f, value, value) == [0, 0]
    by_hand = gradient(lambda x: (x - x.mean()).square().mean().sqrt(), 5.0, 5.0)
    assert all(map(math.isnan, by_hand))


@pytest.mark.parametrize("foreach", [True, False])
def test_without_the_error_an_infinite_limit_makes_nan_of_gradients_whose_squares_overflow(
    foreach: bool,
) -> None:
    x = torch.tensor([3.0, 4.0], requires_grad=True)
    x.grad = torch.tensor([1e30, 1e30])
    torch.nn.utils.clip_grad_norm_([x], INF, foreach=foreach)
    assert x.grad.isnan().all()
    x.grad = torch.tensor([1e30, 1e30])
    with pytest.raises(RuntimeError, match="non-finite"):
        torch.nn.utils.clip_grad_norm_([x], INF, error_if_nonfinite=True, foreach=foreach)
    assert (x.grad == 1e30).all()

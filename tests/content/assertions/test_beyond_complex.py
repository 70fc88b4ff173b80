"""What "Complex gradients" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import pytest
import torch
from torch.func import jvp

POINTS = [1 + 2j, -0.5 + 0.25j, 2 - 3j, -1 - 1j]


def slope(loss: Callable, z: complex) -> complex:
    leaf = torch.tensor(z, dtype=torch.complex128, requires_grad=True)
    return torch.autograd.grad(loss(leaf), leaf)[0].item()


def by_parts(loss: Callable[[complex], float], z: complex, h: float = 1e-6) -> complex:
    """The derivatives with respect to both parts, measured."""
    d_a, d_b = ((loss(z + d) - loss(z - d)) / (2 * h) for d in (h, h * 1j))
    return d_a + 1j * d_b


LOSSES = {
    "size squared": (lambda z: z.abs() ** 2, lambda z: abs(z) ** 2, lambda z: 2 * z),
    "real": (lambda z: (z**2).real, lambda z: (z**2).real, lambda z: 2 * z.conjugate()),
    "imaginary": (lambda z: (z**2).imag, lambda z: (z**2).imag, lambda z: 2j * z.conjugate()),
    "size": (lambda z: z.abs(), abs, lambda z: z / abs(z)),
    "real part": (lambda z: z.real, lambda z: z.real, lambda z: 1),
    "imaginary part": (lambda z: z.imag, lambda z: z.imag, lambda z: 1j),
    "distance": (lambda z: (z - 4j).abs() ** 2, lambda z: abs(z - 4j) ** 2, lambda z: 2 * (z - 4j)),
}


@pytest.mark.parametrize("name", LOSSES)
def test_the_gradient_holds_the_derivatives_with_respect_to_both_parts(name: str) -> None:
    loss, in_python, formula = LOSSES[name]
    for z in POINTS:
        assert slope(loss, z) == pytest.approx(by_parts(in_python, z), abs=1e-6)
        assert slope(loss, z) == pytest.approx(formula(z))


def test_the_values_at_1_plus_2i() -> None:
    found = [slope(LOSSES[name][0], 1 + 2j) for name in list(LOSSES)[:4]]
    assert found == pytest.approx([2 + 4j, 2 - 4j, 4 + 2j, (1 + 2j) / math.sqrt(5)])
    assert round(1 / math.sqrt(5), 4) == 0.4472 and round(2 / math.sqrt(5), 4) == 0.8944


@pytest.mark.parametrize("name", LOSSES)
def test_a_small_step_against_the_gradient_makes_the_loss_smaller(name: str) -> None:
    loss, in_python, _ = LOSSES[name]
    for z in POINTS:
        assert in_python(z - 1e-3 * slope(loss, z)) < in_python(z)


def test_the_gradient_is_twice_the_wirtinger_derivative() -> None:
    # |z|^2 is z times conj(z), whose derivative with respect to conj(z) is z.
    assert slope(lambda z: (z * z.conj()).real, 1 + 2j) == 2 * (1 + 2j)


def test_a_weight_is_multiplied_by_the_conjugate_of_the_derivative() -> None:
    for weight in (1, 1j, 2 - 1j):
        for z in POINTS:
            leaf = torch.tensor(z, dtype=torch.complex128, requires_grad=True)
            seed = torch.tensor(weight, dtype=torch.complex128)
            (found,) = torch.autograd.grad(leaf**2, leaf, seed)
            assert found.item() == pytest.approx(weight * (2 * z).conjugate())

            assert slope(lambda z, g=seed: (g.conj() * z**2).real, z) == pytest.approx(found.item())


def test_forward_mode_tells_which_functions_are_holomorphic() -> None:
    one, i = (torch.tensor(h, dtype=torch.complex128) for h in (1, 1j))

    def holomorphic(f: Callable) -> bool:
        point = torch.tensor(1 + 2j, dtype=torch.complex128)
        to_one, to_i = (jvp(f, (point,), (h,))[1] for h in (one, i))
        return torch.allclose(to_i.to(one.dtype), i * to_one)

    assert holomorphic(lambda z: z**2) and holomorphic(torch.exp)
    assert not holomorphic(torch.conj) and not holomorphic(torch.abs)
    assert not any(holomorphic(loss) for loss, _, _ in LOSSES.values())


def test_a_real_leaf_keeps_a_real_gradient() -> None:
    x = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    energy = (torch.fft.fft(x).abs() ** 2).sum()
    energy.backward()
    assert energy.item() == pytest.approx(4 * (1 + 4 + 9 + 16))
    assert x.grad.dtype == torch.float32
    assert x.grad.tolist() == pytest.approx([8, 16, 24, 32])


def step(name: str, start: torch.Tensor) -> torch.Tensor:
    p = start.clone().requires_grad_()
    optimizer = getattr(torch.optim, name)([p], lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        (p.abs() ** 2).sum().backward()
        optimizer.step()
    return p.detach()


@pytest.mark.parametrize(
    "name", "SGD Adam AdamW RMSprop Adagrad Adadelta Rprop NAdam RAdam".split()
)
def test_most_optimizers_treat_a_complex_number_as_a_pair(name: str) -> None:
    moved = step(name, torch.tensor([3 + 4j]))
    assert torch.allclose(torch.view_as_real(moved), step(name, torch.tensor([[3.0, 4.0]])))


def test_sgd_goes_straight_to_zero_and_adam_moves_both_parts_alike() -> None:
    ends = {}
    for name in ("SGD", "Adam"):
        p = torch.tensor([3 + 4j], requires_grad=True)
        optimizer = getattr(torch.optim, name)([p], lr=0.1)
        (p.abs() ** 2).sum().backward()
        optimizer.step()
        ends[name] = p.item()
    assert ends["SGD"] == pytest.approx(0.8 * (3 + 4j))
    assert ends["Adam"] == pytest.approx(2.9 + 3.9j)


def test_two_optimizers_refuse_complex_parameters() -> None:
    p = torch.tensor([3 + 4j], requires_grad=True)
    with pytest.raises(ValueError, match="SparseAdam does not support complex parameters"):
        torch.optim.SparseAdam([p])
    p.grad = torch.tensor([6 + 8j])
    with pytest.raises(RuntimeError, match="Adafactor does not support complex parameters"):
        torch.optim.Adafactor([p]).step()


def test_the_size_has_the_gradient_0_at_0_and_its_root_has_nan() -> None:
    assert slope(torch.abs, 0j) == 0
    root = slope(lambda z: (z * z.conj()).real.sqrt(), 0j)
    assert math.isnan(root.real)


def test_a_complex_loss_is_refused_and_its_size_is_not() -> None:
    z = torch.tensor(1 + 2j, requires_grad=True)
    with pytest.raises(RuntimeError, match="only for real scalar outputs"):
        (z**2).backward()
    ((z - (4 - 2j)).abs() ** 2).backward()
    assert z.grad.item() == pytest.approx(-6 + 8j)


def test_a_cast_drops_the_imaginary_part() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert slope(lambda z: z.to(torch.float64), 1 + 2j) == 1


@pytest.mark.parametrize(
    "f",
    [torch.relu, lambda z: z > 0, lambda z: torch.maximum(z, z), lambda z: z.max(),
     lambda z: torch.nn.functional.mse_loss(z, z)],
)  # fmt: skip
def test_functions_that_need_an_order_refuse(f: Callable) -> None:
    with pytest.raises((RuntimeError, NotImplementedError)):
        f(torch.tensor([1 + 2j]))


def test_the_mean_of_squared_sizes_does_what_mse_loss_would() -> None:
    z = torch.tensor([1 + 2j, 3j], requires_grad=True)
    (z - 1).abs().square().mean().backward()
    assert torch.allclose(z.grad, (2 * (z.detach() - 1)) / 2)


def test_each_step_takes_off_half_of_the_distance() -> None:
    z = torch.tensor(1 + 0j, requires_grad=True)
    optimizer = torch.optim.SGD([z], lr=0.25)
    for k in range(1, 3):
        optimizer.zero_grad()
        ((z - 1j).abs() ** 2).backward()
        optimizer.step()
        assert z.item() == pytest.approx(1j + (1 - 1j) / 2**k)


def test_the_condition_of_a_holomorphic_function_can_hold_at_a_single_point() -> None:
    def passes(at: complex) -> bool:
        z = torch.tensor(at, dtype=torch.complex128)
        one, i = (torch.tensor(h, dtype=z.dtype) for h in (1, 1j))
        to_one, to_i = (jvp(lambda z: z.abs() ** 2, (z,), (h,))[1] for h in (one, i))
        return bool(to_i == i * to_one)

    assert passes(0j)
    assert not any(passes(z) for z in POINTS)


def test_the_weight_of_a_function_without_a_complex_derivative_is_not_multiplied_by_one() -> None:
    for weight in (1, 1j, 2 - 1j):
        seed = torch.tensor(weight, dtype=torch.complex128)
        z = torch.tensor(1 + 2j, dtype=torch.complex128, requires_grad=True)
        (found,) = torch.autograd.grad(z.conj(), z, seed)
        measured = by_parts(lambda z, w=weight: (w.conjugate() * z.conjugate()).real, 1 + 2j)
        assert found.item() == pytest.approx(measured, abs=1e-6)
        assert found.item() == complex(weight).conjugate()  # and no factor gives this for each weight


@pytest.mark.parametrize("jacobian", [torch.func.jacrev, torch.func.jacfwd])
def test_jacobians_refuse_a_complex_input_and_take_two_real_ones(jacobian: Callable) -> None:
    with pytest.raises(RuntimeError, match="Expected all inputs to be real"):
        jacobian(lambda z: z**2)(torch.tensor(1 + 2j))
    parts = jacobian(lambda p: torch.view_as_real(torch.view_as_complex(p) ** 2))(torch.tensor([1.0, 2.0]))
    assert parts.tolist() == [[2, -4], [4, 2]]  # 2z as a matrix, by the equations of Cauchy and Riemann


def test_a_complex_result_without_an_imaginary_part_is_no_real_loss() -> None:
    z = torch.tensor(1 + 2j, requires_grad=True)
    with pytest.raises(RuntimeError, match="only for real scalar outputs"):
        (z * z.conj()).backward()
    (z * z.conj()).real.backward()
    assert z.grad == 2 * z


@pytest.mark.parametrize("name", ["ASGD", "Adamax", "LBFGS"])
def test_the_others_treat_a_complex_number_as_a_pair_too(name: str) -> None:
    ends = []
    for start in (torch.tensor([3 + 4j]), torch.tensor([[3.0, 4.0]])):
        p = start.requires_grad_()
        optimizer = getattr(torch.optim, name)([p], lr=0.1)

        def loss(p: torch.Tensor = p, optimizer: torch.optim.Optimizer = optimizer) -> torch.Tensor:
            optimizer.zero_grad()
            value = (p.abs() ** 2).sum()
            value.backward()
            return value

        optimizer.step(loss)
        ends.append(p.detach())
    assert torch.allclose(torch.view_as_real(ends[0]), ends[1])


def test_what_knows_that_it_looks_at_a_size_answers_0_at_0() -> None:
    for f in (torch.linalg.vector_norm, lambda z: torch.view_as_real(z).norm(), lambda z: z.abs() ** 2):
        assert slope(f, 0j) == 0
    for f in (lambda z: (z.real**2 + z.imag**2).sqrt(), lambda z: (z.abs() ** 2).sqrt()):
        assert math.isnan(slope(f, 0j).real)

"""What "Jacobians, Hessians, and Hessian-vector products" asserts about PyTorch."""

from __future__ import annotations

import pytest
import torch
from torch.func import functional_call, grad, hessian, jacfwd, jacrev, jvp, vjp, vmap
from torch.utils._python_dispatch import TorchDispatchMode

P = torch.tensor([1.0, 2.0])
H = torch.tensor([[4.0, 2.0], [2.0, 12.0]])


def f(p: torch.Tensor) -> torch.Tensor:
    return p[0] ** 2 * p[1] + p[1] ** 3


def g(p: torch.Tensor) -> torch.Tensor:
    return torch.stack([p[0] * p[1], p[0] ** 2, p[1] ** 3])


def test_the_gradient_and_the_hessian() -> None:
    assert grad(f)(P).tolist() == [4, 13]
    assert torch.equal(hessian(f)(P), H)
    assert torch.equal(torch.autograd.functional.hessian(f, P), H)


def by_power(matrix: torch.Tensor, v: torch.Tensor, products: int = 60) -> float:
    x = torch.zeros(2)
    for _ in range(products):
        v = v / v.norm()
        product = jvp(grad(lambda x: x @ matrix @ x / 2), (x,), (v,))[1]
        size, v = (v @ product).item(), product
    return size


def test_power_iteration_finds_the_curvature_of_the_largest_size() -> None:
    start = torch.tensor([1.0, 0.5])
    for matrix in (H, -H, torch.tensor([[1.0, 2.0], [2.0, -5.0]])):
        values = torch.linalg.eigvalsh(matrix)
        assert by_power(matrix, start) == pytest.approx(values[values.abs().argmax()].item(), rel=1e-4)


def test_power_iteration_fails_at_a_right_angle_and_where_two_sizes_are_equal() -> None:
    assert by_power(torch.diag(torch.tensor([1.0, 9.0])), torch.tensor([1.0, 0.0])) == 1
    opposite = torch.diag(torch.tensor([3.0, -3.0]))
    assert abs(by_power(opposite, torch.tensor([1.0, 0.5]))) < 2.5


def test_the_hessian_of_a_module_has_a_block_for_each_pair_of_names() -> None:
    model = torch.nn.Linear(2, 3)
    x = torch.tensor([[1.0, 2.0], [3.0, -1.0]])
    params = {name: p.detach() for name, p in model.named_parameters()}

    def loss(params: dict[str, torch.Tensor]) -> torch.Tensor:
        return functional_call(model, params, (x,)).tanh().sum()

    nested = hessian(loss)(params)
    sizes = {name: p.numel() for name, p in params.items()}
    assert nested.keys() == params.keys() and nested["bias"].keys() == params.keys()
    assert nested["weight"]["bias"].shape == (3, 2, 3)
    matrix = torch.cat(
        [torch.cat([nested[a][b].reshape(sizes[a], sizes[b]) for b in params], 1) for a in params]
    )
    flat = torch.cat([p.flatten() for p in params.values()])

    def of_flat(flat: torch.Tensor) -> torch.Tensor:
        parts = flat.split(list(sizes.values()))
        return loss({name: part.view_as(p) for (name, p), part in zip(params.items(), parts, strict=True)})

    torch.testing.assert_close(matrix, hessian(of_flat)(flat))
    along = {name: torch.randn_like(p) for name, p in params.items()}
    product = jvp(grad(loss), (params,), (along,))[1]
    direction = torch.cat([part.flatten() for part in along.values()])
    torch.testing.assert_close(torch.cat([part.flatten() for part in product.values()]), matrix @ direction)


def test_both_modes_give_one_jacobian() -> None:
    expected = torch.tensor([[2.0, 1.0], [2.0, 0.0], [0.0, 12.0]])
    assert torch.equal(jacrev(g)(P), expected)
    assert torch.equal(jacfwd(g)(P), expected)


class Products(TorchDispatchMode):
    """Multiplications in matrix products, those with a zero apart."""

    def __init__(self) -> None:
        super().__init__()
        self.all = self.with_zeros = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func in (torch.ops.aten.mm.default, torch.ops.aten.bmm.default):
            a, b = args
            cost = a.numel() * b.shape[-1]
            self.all += cost
            self.with_zeros += cost * bool((a == 0).all() or (b == 0).all())
        return func(*args, **(kwargs or {}))


def work(call, x: torch.Tensor) -> tuple[int, int]:
    with Products() as counted:
        call(x)
    return counted.all, counted.with_zeros


def network(n: int, m: int):
    first, second = torch.randn(50, n), torch.randn(m, 50)
    return lambda x: (second @ torch.tanh(first @ x[:, None]))[:, 0]


@pytest.mark.parametrize(("n", "m"), [(200, 2), (20, 20), (2, 200), (6, 500), (64, 1), (1, 64)])
def test_reverse_mode_costs_m_plus_1_and_forward_mode_n_plus_2_evaluations(n: int, m: int) -> None:
    torch.manual_seed(0)
    net, x = network(n, m), torch.randn(n)
    once, _ = work(net, x)
    reverse, zeros = work(jacrev(net), x)
    assert (reverse, zeros) == ((m + 1) * once, 0)
    forward, zeros = work(jacfwd(net), x)
    assert (forward, zeros) == ((n + 2) * once, once)
    assert (forward < reverse) == (n + 1 < m)


def test_inputs_times_outputs_64_makes_reverse_cheaper_up_to_8_outputs() -> None:
    torch.manual_seed(0)
    cheaper = []
    for m in (1, 2, 4, 8, 16, 32, 64):
        net, x = network(64 // m, m), torch.randn(64 // m)
        if work(jacrev(net), x)[0] < work(jacfwd(net), x)[0]:
            cheaper.append(m)
    assert cheaper == [1, 2, 4, 8]


def test_jacrev_takes_portions_and_jacfwd_has_no_option_for_it() -> None:
    assert torch.equal(jacrev(g, chunk_size=1)(P), jacrev(g)(P))
    with pytest.raises(TypeError, match="chunk_size"):
        jacfwd(g, chunk_size=1)


@pytest.mark.parametrize("v", [[1.0, -1.0], [0.0, 1.0], [3.0, 2.0]])
def test_four_ways_to_a_product(v: list[float]) -> None:
    v = torch.tensor(v)
    expected = H @ v
    assert torch.equal(jvp(grad(f), (P,), (v,))[1], expected)
    assert torch.equal(vjp(grad(f), P)[1](v)[0], expected)
    x = P.clone().requires_grad_()
    (slope,) = torch.autograd.grad(f(x), x, create_graph=True)
    assert torch.equal(torch.autograd.grad(slope, x, v)[0], expected)
    step = 1e-3 * v.double()
    measured = (grad(f)(P.double() + step) - grad(f)(P.double() - step)) / 2e-3
    assert torch.allclose(measured, expected.double())


@pytest.mark.parametrize("n", [10, 20, 40])
def test_a_product_costs_the_same_for_any_n_and_the_hessian_does_not(n: int) -> None:
    torch.manual_seed(0)
    W, x = torch.randn(50, n), torch.randn(n)

    def loss(x):
        return torch.tanh(W @ x[:, None]).sum()

    once, _ = work(loss, x)
    assert work(grad(loss), x) == (2 * once, 0)
    assert work(lambda x: vjp(grad(loss), x)[1](x), x) == (4 * once, 0)
    assert work(lambda x: jvp(grad(loss), (x,), (x,)), x) == (6 * once, 2 * once)
    assert work(hessian(loss), x)[0] == (2 * n + 4) * once


def test_the_gradient_of_the_summed_slope_is_the_hessian_times_ones() -> None:
    x = P.clone().requires_grad_()
    (slope,) = torch.autograd.grad(f(x), x, create_graph=True)
    assert torch.equal(torch.autograd.grad(slope.sum(), x)[0], H.sum(1))
    assert not torch.equal(H.sum(1), H.diag())


def test_the_diagonal_takes_a_product_for_each_entry() -> None:
    def entry(e):
        return jvp(grad(f), (P,), (e,))[1] @ e

    assert torch.equal(vmap(entry)(torch.eye(2)), H.diag())


def test_each_entry_by_itself_makes_the_sum_right() -> None:
    def cubes(x):
        return (x**3).sum()

    full = hessian(cubes)(P)
    assert torch.equal(full.sum(1), full.diag())


def test_a_batch_gets_derivatives_across_its_rows_and_vmap_asks_per_row() -> None:
    torch.manual_seed(0)

    def rows(x):
        return torch.stack([x.sum(-1), (x**2).sum(-1)], -1)

    batch = torch.randn(4, 3)
    full, own = jacrev(rows)(batch), vmap(jacrev(rows))(batch)
    assert full.shape == (4, 2, 4, 3) and own.shape == (4, 2, 3)
    for i in range(4):
        for j in range(4):
            assert torch.equal(full[i, :, j], own[i] * (i == j))
    assert full.count_nonzero() == own.count_nonzero() == full.numel() // 4


def test_grad_refuses_several_outputs_and_hessian_takes_them() -> None:
    with pytest.raises(RuntimeError, match="vjp or jacrev APIs instead"):
        grad(g)(P)
    several = hessian(g)(P)
    assert several.shape == (3, 2, 2)
    assert torch.equal(several[1], torch.tensor([[2.0, 0.0], [0.0, 0.0]]))


def test_without_argnums_the_derivative_is_that_of_the_first_argument() -> None:
    def h(x, y):
        return x**2 * y + y**3

    x, y = P
    assert hessian(h)(x, y).item() == 4
    nested = hessian(h, argnums=(0, 1))(x, y)
    assert [[entry.item() for entry in row] for row in nested] == H.tolist()


def test_products_with_all_signs_have_the_diagonal_as_their_mean() -> None:
    z = torch.tensor([[1.0, 1.0], [1.0, -1.0]])
    products = vmap(lambda z: z * (H @ z))(z)
    assert products.tolist() == [[6, 14], [2, 10]]
    assert torch.equal(products.mean(0), H.diag())


def test_the_curvature_along_a_direction() -> None:
    v = torch.tensor([1.0, -1.0])
    assert (v @ jvp(grad(f), (P,), (v,))[1]).item() == (v @ H @ v).item() == 12

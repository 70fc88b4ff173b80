"""What "A custom Function that works with torch.func" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.autograd import Function, gradcheck
from torch.autograd.function import once_differentiable
from torch.autograd.gradcheck import GradcheckError
from torch.func import grad, hessian, jacfwd, jacrev, jvp, vmap

ONE = torch.tensor(1.0)
POINTS = torch.tensor([0.5, 1.0, 2.0])


class Old(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.reciprocal()

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return -G / x**2


class New(Function):
    @staticmethod
    def forward(x):
        return x.reciprocal()

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    backward = staticmethod(Old.backward)


class Rule(New):
    generate_vmap_rule = True


class Tangent(New):
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def jvp(ctx, t):
        (x,) = ctx.saved_tensors
        return -t / x**2


class Complete(Tangent):
    generate_vmap_rule = True


TRANSFORMS: dict[str, Callable] = {
    "backward": lambda f: f(ONE.clone().requires_grad_()).backward(),
    "grad": lambda f: grad(f)(ONE),
    "jacrev": lambda f: jacrev(f)(POINTS),
    "vmap": lambda f: vmap(f)(POINTS),
    "vmap of grad": lambda f: vmap(grad(f))(POINTS),
    "jvp": lambda f: jvp(f, (ONE,), (ONE,)),
    "jacfwd": lambda f: jacfwd(f)(POINTS),
    "hessian": lambda f: hessian(lambda x: f(x).sum())(POINTS),
}
WORKING = {
    Old: {"backward"},
    New: {"backward", "grad", "jacrev"},
    Rule: {"backward", "grad", "jacrev", "vmap", "vmap of grad"},
    Tangent: {"backward", "grad", "jacrev", "jvp"},
    Complete: set(TRANSFORMS),
}


@pytest.mark.parametrize("made", WORKING, ids=lambda made: made.__name__)
def test_which_transform_works_with_which_class(made: type) -> None:
    working = set()
    for name, transform in TRANSFORMS.items():
        try:
            transform(made.apply)
            working.add(name)
        except (RuntimeError, NotImplementedError):
            pass
    assert working == WORKING[made]


def test_the_complete_class_gives_what_the_operation_itself_gives() -> None:
    for name, transform in TRANSFORMS.items():
        if name != "backward":
            torch.testing.assert_close(transform(Complete.apply), transform(torch.reciprocal))


def test_the_three_messages() -> None:
    with pytest.raises(RuntimeError, match="must override the setup_context staticmethod"):
        grad(Old.apply)(ONE)
    with pytest.raises(RuntimeError, match="it does not have vmap support"):
        vmap(New.apply)(POINTS)
    with pytest.raises(NotImplementedError, match="must implement the jvp function"):
        jvp(Rule.apply, (ONE,), (ONE,))


def test_the_split_class_passes_grad_twice() -> None:
    two = torch.tensor(2.0)
    assert grad(grad(New.apply))(two).item() == pytest.approx(2 / 2**3)


def test_the_tangent_of_the_result_is_linear_in_the_tangent() -> None:
    for t in (1.0, 10.0, -3.0):
        value, tangent = jvp(Tangent.apply, (torch.tensor(2.0),), (torch.tensor(t),))
        assert (value.item(), tangent.item()) == (0.5, -t / 4)


def test_backward_multiplies_by_the_transpose_where_jvp_multiplies() -> None:
    matrix = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])

    class Linear(Function):
        @staticmethod
        def forward(x):
            return matrix @ x

        @staticmethod
        def setup_context(ctx, inputs, output):
            pass

        @staticmethod
        def backward(ctx, G):
            return matrix.T @ G

        @staticmethod
        def jvp(ctx, t):
            return matrix @ t

    x = torch.ones(2, dtype=torch.float32)
    assert torch.equal(jvp(Linear.apply, (x,), (x,))[1], matrix @ x)
    assert torch.equal(
        torch.func.vjp(Linear.apply, x)[1](torch.ones(3))[0], matrix.T @ torch.ones(3)
    )


def test_jacrev_needs_no_batch_rule_and_jacfwd_needs_no_backward() -> None:
    torch.testing.assert_close(jacrev(New.apply)(POINTS), torch.diag(-1 / POINTS**2))

    class Ahead(Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x):
            return x.reciprocal()

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_forward(*inputs)

        jvp = staticmethod(Tangent.jvp)

    torch.testing.assert_close(jacfwd(Ahead.apply)(POINTS), torch.diag(-1 / POINTS**2))


def test_jacrev_batches_what_backward_does() -> None:
    class Outside(New):
        @staticmethod
        def backward(ctx, G):
            return torch.as_tensor(G.numpy() * 1)

    with pytest.raises(RuntimeError):
        jacrev(Outside.apply)(POINTS)


def test_a_generated_rule_shows_each_method_one_example() -> None:
    shapes = []

    class Shape(New):
        generate_vmap_rule = True

        @staticmethod
        def forward(x):
            shapes.append(tuple(x.shape))
            return x.reciprocal()

    vmap(Shape.apply)(torch.ones(3, 2))
    assert shapes == [(2,)]


class NumpySin(Function):
    @staticmethod
    def forward(x):
        return torch.as_tensor(np.sin(x.numpy()))

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        return G * x.cos()


def test_numpy_cannot_look_into_the_tensors_of_a_generated_rule() -> None:
    class Generated(NumpySin):
        generate_vmap_rule = True

    with pytest.raises(RuntimeError, match="Cannot access data pointer"):
        vmap(Generated.apply)(POINTS)


@pytest.mark.parametrize("dim", [0, 1])
def test_a_rule_of_its_own_is_given_the_batch_and_its_dimension(dim: int) -> None:
    given = []

    class Own(NumpySin):
        @staticmethod
        def vmap(info, in_dims, x):
            given.append((info.batch_size, in_dims, tuple(x.shape)))
            return Own.apply(x), in_dims[0]

    batch = torch.arange(6.0).reshape(2, 3)
    result = vmap(Own.apply, in_dims=dim, out_dims=dim)(batch)
    torch.testing.assert_close(result, batch.sin())
    assert given == [(batch.shape[dim], (dim,), (2, 3))]


def test_an_argument_that_is_not_batched_has_none_for_its_dimension() -> None:
    given = []

    class Product(Function):
        @staticmethod
        def forward(x, y, n):
            return n * x * y

        @staticmethod
        def setup_context(ctx, inputs, output):
            pass

        @staticmethod
        def vmap(info, in_dims, x, y, n):
            given.append(in_dims)
            return Product.apply(x, y, n), 0

    vmap(lambda x: Product.apply(x, ONE, 2))(POINTS)
    assert given == [(0, None, None)]


def test_two_rules_for_batches_are_one_too_many() -> None:
    class Both(Rule):
        @staticmethod
        def vmap(info, in_dims, x):
            return Both.apply(x), 0

    with pytest.raises(RuntimeError, match="both generate_vmap_rule=True and an overridden vmap"):
        vmap(Both.apply)(POINTS)


def test_ctx_left_in_forward_is_a_missing_argument() -> None:
    class Leftover(New):
        forward = staticmethod(Old.forward)

    with pytest.raises(TypeError, match="missing a required argument: 'x'"):
        Leftover.apply(ONE)


def test_save_for_backward_saves_nothing_for_jvp() -> None:
    lengths = []

    class Unsaved(New):
        @staticmethod
        def jvp(ctx, t):
            lengths.append(len(ctx.saved_tensors))
            return t

    jvp(Unsaved.apply, (ONE,), (ONE,))
    assert lengths == [0]


def test_gradcheck_looks_at_jvp_only_if_asked() -> None:
    class Wrong(Complete):
        @staticmethod
        def jvp(ctx, t):
            return 7 * t

    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    assert gradcheck(Wrong.apply, x)
    with pytest.raises(GradcheckError, match="computed with forward mode mismatch"):
        gradcheck(Wrong.apply, x, check_forward_ad=True)
    assert gradcheck(
        Complete.apply,
        x,
        check_forward_ad=True,
        check_batched_grad=True,
        check_batched_forward_grad=True,
    )


def test_the_jvp_of_torch_autograd_functional_needs_no_jvp_method() -> None:
    value, tangent = torch.autograd.functional.jvp(Old.apply, torch.tensor(2.0), ONE)
    assert (value.item(), tangent.item()) == (0.5, -0.25)


def test_a_batch_of_directions_at_one_point() -> None:
    answers = vmap(lambda t: jvp(Complete.apply, (torch.tensor(2.0),), (t,))[1])(POINTS)
    torch.testing.assert_close(answers, -POINTS / 4)


def test_the_jvp_of_torch_autograd_functional_answers_0_where_backward_is_cut_off() -> None:
    class Cut(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, G):
            with torch.no_grad():
                return G * 3 * ctx.saved_tensors[0] ** 2

    class Once(Cut):
        backward = staticmethod(once_differentiable(Cut.backward))

    x, one = torch.tensor(2.0, requires_grad=True), torch.tensor(1.0)
    for made in (Cut, Once):
        assert torch.autograd.grad(made.apply(x), x)[0] == 12
        assert torch.autograd.functional.jvp(made.apply, x, one)[1] == 0

"""What "Your first custom Function" asserts about PyTorch, a test for each sentence."""

from __future__ import annotations

import gc
import warnings
import weakref

import pytest
import torch
from torch.autograd import Function, gradcheck
from torch.autograd.gradcheck import GradcheckError


def leaf(number: float = 2.0, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.tensor(number, dtype=dtype, requires_grad=True)


class Fourth(Function):
    """The fourth power; it notes what its backward was given."""

    arrived: list = []

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.square().square()

    @staticmethod
    def backward(ctx, G):
        (x,) = ctx.saved_tensors
        Fourth.arrived.append((G.item(), torch.is_grad_enabled(), ctx.needs_input_grad))
        return 4 * x**3 * G


@pytest.fixture(autouse=True)
def nothing_arrived() -> None:
    Fourth.arrived.clear()


def test_a_function_is_recorded_as_one_operation_with_its_name() -> None:
    x = leaf()
    y = Fourth.apply(x)
    assert y.grad_fn.name() == "FourthBackward"
    (edge,) = y.grad_fn.next_functions
    assert edge[0].variable is x
    y.backward()
    assert (y.item(), x.grad.item()) == (16, 32)


def test_backward_is_given_the_gradient_with_respect_to_the_result() -> None:
    x = leaf()
    (10 * Fourth.apply(x)).backward()
    assert Fourth.arrived[0][0] == 10 and x.grad.item() == 320


def test_without_the_factor_g_the_gradient_is_right_only_while_g_is_one() -> None:
    class Without(Fourth):
        @staticmethod
        def backward(ctx, G):
            (x,) = ctx.saved_tensors
            return 4 * x**3

    x = leaf()
    for factor, right in ((1, True), (10, False)):
        (slope,) = torch.autograd.grad(factor * Without.apply(x), x)
        assert (slope.item() == 32 * factor) is right
    with pytest.raises(GradcheckError, match="backward not multiplied by grad_output"):
        gradcheck(Without.apply, leaf(2.0, torch.float64))


def test_gradcheck_finds_a_wrong_factor_and_needs_double_precision() -> None:
    class Wrong(Fourth):
        @staticmethod
        def backward(ctx, G):
            return 0.5 * Fourth.backward(ctx, G)

    assert gradcheck(Fourth.apply, leaf(2.0, torch.float64))
    with pytest.raises(
        GradcheckError, match="(?s)Jacobian mismatch.*numerical.*32.*analytical.*16"
    ):
        gradcheck(Wrong.apply, leaf(2.0, torch.float64))
    with warnings.catch_warnings(), pytest.raises(GradcheckError):
        warnings.simplefilter("ignore")
        gradcheck(Fourth.apply, leaf(2.0, torch.float32))


class Line(Function):
    """slope * x + shift, with a number among the arguments; it notes for which a gradient is wanted."""

    wanted: tuple = ()

    @staticmethod
    def forward(ctx, slope, power, x):
        ctx.save_for_backward(slope, x)
        ctx.power = power
        return slope * x**power

    @staticmethod
    def backward(ctx, G):
        slope, x = ctx.saved_tensors
        Line.wanted = ctx.needs_input_grad
        return G * x**ctx.power, None, G * slope * ctx.power * x ** (ctx.power - 1)


def test_needs_input_grad_tells_which_arguments_are_tracked() -> None:
    tracked, free = leaf(3.0), torch.tensor(2.0)
    Line.apply(tracked, 2, free).backward()
    assert Line.wanted == (True, False, False) and tracked.grad.item() == 4
    Line.apply(free, 2, leaf(3.0)).backward()
    assert Line.wanted == (False, False, True)
    Line.apply(tracked, 1, tracked).backward()
    assert Line.wanted == (True, False, True)
    other = leaf(5.0)
    torch.autograd.grad(Line.apply(tracked, 1, other), other)
    assert Line.wanted == (True, False, True)


def test_a_tensor_in_both_places_gets_the_sum_of_the_two_shares() -> None:
    x = leaf(3.0)
    Line.apply(x, 1, x).backward()
    assert x.grad.item() == 2 * 3


def test_a_share_that_nobody_wants_is_dropped() -> None:
    a, b = leaf(3.0), torch.tensor(2.0)
    Line.apply(a, 1, b).backward()
    assert b.grad is None


def test_a_tensor_on_ctx_is_not_watched_and_a_saved_one_is() -> None:
    class OnCtx(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.x = x
            return x**2

        @staticmethod
        def backward(ctx, G):
            return 2 * ctx.x * G

    class Saved(OnCtx):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**2

        @staticmethod
        def backward(ctx, G):
            (x,) = ctx.saved_tensors
            return 2 * x * G

    x = leaf(3.0)
    for made in (OnCtx, Saved):
        assert torch.autograd.grad(made.apply(x.clone()), x)[0].item() == 6
    u = x.clone()
    y = OnCtx.apply(u)
    u.mul_(5)
    assert torch.autograd.grad(y, x)[0].item() == 30
    u = x.clone()
    y = Saved.apply(u)
    u.mul_(5)
    with pytest.raises(
        RuntimeError, match="modified by an inplace operation.*is at version 1; expected version 0"
    ):
        y.backward()


def test_save_for_backward_takes_tensors_and_none() -> None:
    class Saves(Function):
        kept: object = None

        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x, Saves.kept)
            return x * 1

        @staticmethod
        def backward(ctx, G):
            return G

    Saves.apply(leaf())
    Saves.kept = 3
    with pytest.raises(TypeError, match="can only save variables, but argument 1 is of type int"):
        Saves.apply(leaf())


def test_backward_runs_without_recording_unless_a_graph_is_created() -> None:
    x = leaf()
    torch.autograd.grad(Fourth.apply(x), x)
    torch.autograd.grad(Fourth.apply(x), x, create_graph=True)
    Fourth.apply(x).backward()
    assert [entry[1] for entry in Fourth.arrived] == [False, True, False]


def test_forward_called_by_itself_is_recorded_in_the_ordinary_way() -> None:
    class Triple(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 3

        @staticmethod
        def backward(ctx, G):
            raise AssertionError("called")

    x = leaf()
    y = Triple.forward(None, x)
    y.backward()
    assert y.grad_fn.name() == "MulBackward0" and x.grad.item() == 3
    with pytest.raises(AssertionError, match="called"):
        Triple.apply(x).backward()


def test_nothing_is_recorded_without_a_tracked_input_or_under_no_grad() -> None:
    assert Fourth.apply(torch.tensor(2.0)).grad_fn is None
    for mode in (torch.no_grad, torch.inference_mode):
        with mode():
            assert Fourth.apply(leaf()).grad_fn is None


@pytest.mark.parametrize("pack", [list, tuple, lambda items: dict(enumerate(items))])
def test_apply_does_not_look_into_containers(pack: object) -> None:
    class First(Function):
        @staticmethod
        def forward(ctx, items):
            return items[0] * 2

        @staticmethod
        def backward(ctx, G):
            return None

    assert First.apply(pack([leaf()])).requires_grad is False


def test_forward_runs_without_recording_and_its_input_is_still_tracked() -> None:
    seen = []

    class Looks(Function):
        @staticmethod
        def forward(ctx, x):
            seen.append((torch.is_grad_enabled(), x.requires_grad, (x * 2).requires_grad))
            return x * 2

        @staticmethod
        def backward(ctx, G):
            return 2 * G

    Looks.apply(leaf())
    assert seen == [(False, True, False)]


def test_a_write_into_an_input_needs_the_mark() -> None:
    class Negated(Function):
        mark = True

        @staticmethod
        def forward(ctx, x):
            x.neg_()
            if Negated.mark:
                ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(ctx, G):
            return -G

    x = leaf(3.0)
    for Negated.mark, right in ((True, -1), (False, 1)):
        u = x * 1
        Negated.apply(u)
        assert u.item() == -3
        assert torch.autograd.grad(u, x)[0].item() == right
    Negated.mark = True
    u = x * 1
    assert Negated.apply(u) is u and u.grad_fn.name() == "NegatedBackward"


def test_a_marked_result_that_is_not_returned_raises() -> None:
    class Lost(Function):
        @staticmethod
        def forward(ctx, x):
            x.neg_()
            ctx.mark_dirty(x)
            return x.clone()

        @staticmethod
        def backward(ctx, G):
            return -G

    with pytest.raises(RuntimeError, match="must all be outputs of the Function"):
        Lost.apply(leaf() * 1)


class Several(Function):
    """Three results: x, a whole number, and x again, which can be marked."""

    mark = materialize = True
    given: tuple = ()

    @staticmethod
    def forward(ctx, x):
        result = x * 1, x.long(), x * 2
        if Several.mark:
            ctx.mark_non_differentiable(result[2])
        ctx.set_materialize_grads(Several.materialize)
        return result

    @staticmethod
    def backward(ctx, *given):
        Several.given = given
        return given[0] if given[0] is not None else None


@pytest.mark.parametrize("mark", [True, False])
def test_a_marked_result_is_not_tracked_and_whole_numbers_never_are(mark: bool) -> None:
    Several.mark, Several.materialize = mark, True
    tracked = [result.requires_grad for result in Several.apply(leaf())]
    assert tracked == [True, False, not mark]


@pytest.mark.parametrize("dtype", [torch.int32, torch.int64, torch.bool, torch.uint8])
def test_no_type_of_whole_numbers_is_tracked(dtype: torch.dtype) -> None:
    class Cast(Function):
        @staticmethod
        def forward(ctx, x):
            return x.to(dtype)

        @staticmethod
        def backward(ctx, G):
            return G

    assert Cast.apply(leaf()).requires_grad is False


@pytest.mark.parametrize("mark", [True, False])
def test_unused_and_undifferentiable_results_send_zeros_or_none(mark: bool) -> None:
    Several.mark = mark
    for Several.materialize in (True, False):
        Several.apply(leaf())[0].backward()
        sent = [g if g is None else g.item() for g in Several.given]
        assert sent == ([1, 0, 0] if Several.materialize else [1, None, None])


def test_an_instance_is_not_called() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(RuntimeError, match="Legacy autograd function"):
            Fourth()(leaf())


def test_one_gradient_for_each_argument_in_its_shape() -> None:
    class Few(Line):
        @staticmethod
        def backward(ctx, G):
            return G, G

    with pytest.raises(RuntimeError, match=r"incorrect number of gradients \(expected 3, got 2\)"):
        Few.apply(leaf(), 2, leaf()).backward()

    class Mean(Function):
        @staticmethod
        def forward(ctx, x):
            return x.mean()

        @staticmethod
        def backward(ctx, G):
            return G

    with pytest.raises(RuntimeError, match=r"got \[\] but expected shape compatible with \[2\]"):
        Mean.apply(torch.ones(2, requires_grad=True)).backward()


def test_results_can_be_saved_and_do_not_keep_themselves_alive() -> None:
    class Exp(Function):
        @staticmethod
        def forward(ctx, x):
            y = x.exp()
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, G):
            (y,) = ctx.saved_tensors
            return G * y

    assert gradcheck(Exp.apply, leaf(0.3, torch.float64))
    gc.disable()
    try:
        y = Exp.apply(leaf())
        reference = weakref.ref(y)
        del y
        assert reference() is None
    finally:
        gc.enable()


def test_apply_does_not_look_inside_a_module() -> None:
    class Run(Function):
        @staticmethod
        def forward(ctx, module, x):
            return module(x)

        @staticmethod
        def backward(ctx, G):
            raise AssertionError

    module = torch.nn.Linear(1, 1)
    assert not Run.apply(module, torch.ones(1)).requires_grad
    x = torch.ones(1, requires_grad=True)
    edges = Run.apply(module, x).grad_fn.next_functions
    assert [node.variable for node, _ in edges if node] == [x]

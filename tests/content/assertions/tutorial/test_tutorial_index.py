"""What the page "PyTorch Gradients" says of PyTorch, a function for each sentence."""

import warnings

import torch


def leaf(value=2.0):
    return torch.tensor(value, requires_grad=True)


def test_backward_stores_the_derivatives_in_the_inputs_and_grad_returns_them():
    x = leaf()
    assert torch.autograd.backward(x**3) is None and x.grad.item() == 12.0
    x = leaf()
    assert torch.autograd.grad(x**3, x) == (torch.tensor(12.0),) and x.grad is None


def test_y_backward_is_torch_autograd_backward_in_a_shorter_form():
    x = leaf()
    (x**3).backward()
    assert x.grad.item() == 12.0


def test_autograd_computes_the_gradient_and_does_not_move_the_input():
    x = leaf()
    (x**3).backward()
    assert x.item() == 2.0


def test_only_floating_point_and_complex_results_can_be_recorded():
    x = leaf()
    for result in (x > 1, x.long(), x.bool(), x.argmax()):
        assert not result.requires_grad
    for dtype in (torch.float16, torch.bfloat16, torch.float64, torch.complex64):
        assert x.to(dtype).requires_grad


def test_of_the_recorded_operations_a_few_have_no_derivative():
    recorded = torch.heaviside(leaf(), torch.tensor(0.0))
    assert recorded.requires_grad and "NotImplemented" in repr(recorded)
    recorded = torch.special.gammainc(leaf(), torch.tensor(1.0))
    try:
        recorded.backward()
    except NotImplementedError as error:
        assert "derivative" in str(error)
    else:
        raise AssertionError("it has a derivative now")


def test_the_gradient_of_a_computed_tensor_is_kept_when_retain_grad_asks():
    x = leaf()
    y = 3 * x
    (y**2).backward()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert y.grad is None
    y = 3 * x
    y.retain_grad()
    (y**2).backward()
    assert y.grad.item() == 12.0

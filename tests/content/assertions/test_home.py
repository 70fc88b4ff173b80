"""What the home page says of PyTorch, a function for each sentence."""

import torch


def test_the_gradient_of_x_squared_at_3_is_6_and_no_line_says_so():
    x = torch.tensor(3.0, requires_grad=True)
    (x**2).backward()
    assert x.grad.item() == 6.0


def test_the_call_is_the_same_for_a_million_inputs():
    x = torch.full((1_000_000,), 3.0, requires_grad=True)
    (x**2).sum().backward()
    assert (x.grad == 6.0).all()

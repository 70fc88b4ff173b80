# -*- coding: utf-8 -*-
"""
Slopes of a parabola
====================

**Author**: `Somebody <https://example.org/somebody>`_

A parabola is :math:`y = x^2`. Its slope is known, so that
``backward`` can be compared with it; see `autograd`_.

.. _autograd: https://example.org/autograd

.. note::
   Everything here runs on the CPU.
"""

# %matplotlib inline
import torch

######################################################################
# One number
# ----------
#
# The chain is short:
#
# .. math::
#
#    y &= x^2 \\
#    \frac{dy}{dx} &= 2x
#
# * first :func:`torch.tensor`
# * then the power

x = torch.tensor(3.0, requires_grad=True)
y = x**2; print(y)

######################################################################
# The slope
#
y.backward()
x.grad

# %%
# Two numbers
# -----------
#
# .. code-block:: python
#
#     w.backward()
#
# needs a scalar, so the sum comes first.

class Parabola(torch.nn.Module):
    def forward(self, x):
        return x**2


w = torch.tensor([1.0, 2.0], requires_grad=True)
Parabola()(w).sum().backward()
print(w.grad)  # > twice the numbers

######################################################################
# Only a remark stands in the last block.

# torch.compile(Parabola())

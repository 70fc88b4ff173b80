"""What the fork server imports last: it uses what programs use, so that not every worker has a first time of its own.

Nothing that a program could notice is left behind. No backward pass is made: where there is an accelerator it would
start threads, and those do not outlive a fork.
"""

from __future__ import annotations

import gc
import sys

import torch

from gradbook import plots

plots.style()
repr(torch.ones(1, requires_grad=True) ** 2)
if pyplot := sys.modules.get("matplotlib.pyplot"):
    figure, axes = pyplot.subplots()
    axes.plot([0, 1], label="$x$")
    axes.legend()
    figure.set_label("The fonts and modules that every figure needs are loaded now.")
    plots.collect()
gc.freeze()  # a worker that looks for garbage would copy every page of memory it looks at
gc.enable()

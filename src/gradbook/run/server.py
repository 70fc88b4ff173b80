"""What the fork server does as it starts, so that no worker has to: imports, and what programs do for the first time.

Nothing that a program could notice is left behind. No backward pass is made: where there is an accelerator it would
start threads, and those do not outlive a fork.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
import weakref
from contextlib import suppress
from importlib import import_module

gc.disable()  # a fifth of the time that the imports take

import gradbook.run.executor  # noqa: E402, F401
from gradbook.plots import figures as plots  # noqa: E402
from gradbook.run import huge_pages  # noqa: E402
from gradbook.run.fork import AHEAD  # noqa: E402
from gradbook.run.worker import torch  # noqa: E402  (imported there, with the number of its threads set)

for module in os.environ.pop(AHEAD, "").split():
    with suppress(ImportError):  # the program that needs it will say so
        import_module(module)
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
huge_pages.collapse()
for (
    torchs_own
) in weakref.finalize._registry:  # a worker calls at its end what its program has registered
    torchs_own.atexit = False
atexit.register(os._exit, 0)  # torch takes most of a second to tidy up

"""What the fork server imports last: it uses what programs use, so that not every worker has a first time of its own.

Nothing that a program could notice is left behind. No backward pass is made: where there is an accelerator it would
start threads, and those do not outlive a fork.
"""

from __future__ import annotations

import ctypes
import gc
import re
import sys
from contextlib import suppress

import torch

from gradbook.plots import figures as plots

MADV_COLLAPSE = 25  # Linux 6.1, <asm-generic/mman-common.h>
HUGE_PAGE = 2**21


def join_pages() -> None:
    """Ask Linux to keep this process's memory in huge pages: a fork copies the table of pages, a worker's end frees it.

    With pages of 4 KiB both take most of a short program's time. A system that has no huge ones says no.
    """
    madvise = ctypes.CDLL(None).madvise
    own = re.compile(r"(\w+)-(\w+) rw-p 0+ 00:00 0\s*(?:\[heap\])?\n")
    with suppress(OSError), open("/proc/self/maps") as maps:
        for found in filter(None, map(own.fullmatch, maps.readlines())):
            first, end = -(-int(found[1], 16) // HUGE_PAGE), int(found[2], 16) // HUGE_PAGE
            if size := max(end - first, 0) * HUGE_PAGE:
                madvise(ctypes.c_void_p(first * HUGE_PAGE), ctypes.c_size_t(size), MADV_COLLAPSE)


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
join_pages()

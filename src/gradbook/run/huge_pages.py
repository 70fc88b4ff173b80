"""The fork server's memory in huge pages, where Linux has them: they buy speed, and nothing else.

A fork copies the table of the server's pages, and a worker's end frees it. With pages of 4 KiB both take most of a
short program's time: a build of 40 lessons takes 8.2 s of CPU with them and 7.5 s with huge ones. Whoever is in doubt
may delete this module and the two lines that use it, in `fork` and in `server`.
"""

from __future__ import annotations

import ctypes
import re
from contextlib import suppress

# With this the C library asks for them as it starts.
ENVIRONMENT = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
MADV_COLLAPSE = 25  # Linux 6.1, <asm-generic/mman-common.h>
HUGE_PAGE = 2**21


def collapse() -> None:
    """Join the pages that this process has already. A system that has no huge ones says no."""
    madvise = ctypes.CDLL(None).madvise
    own = re.compile(r"(\w+)-(\w+) rw-p 0+ 00:00 0\s*(?:\[heap\])?\n")
    with suppress(OSError), open("/proc/self/maps") as maps:
        for found in filter(None, map(own.fullmatch, maps.readlines())):
            first, end = -(-int(found[1], 16) // HUGE_PAGE), int(found[2], 16) // HUGE_PAGE
            if size := max(end - first, 0) * HUGE_PAGE:
                madvise(ctypes.c_void_p(first * HUGE_PAGE), ctypes.c_size_t(size), MADV_COLLAPSE)

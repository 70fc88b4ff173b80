"""What the fork server imports last, so that its workers need not do it one by one; and it ends without ado."""

from __future__ import annotations

import atexit
import os

import gradbook.executor  # noqa: F401  (what a worker begins with)
from gradbook import plots

plots.style()
atexit.register(os._exit, 0)  # torch takes most of a second to tidy up

"""What the fork server imports first: torch and all that workers begin with, without looking for garbage meanwhile."""

from __future__ import annotations

import atexit
import gc
import os

gc.disable()  # a fifth of the import; gradbook.run.warm, imported last, enables it again

import gradbook.run.executor  # noqa: E402
import gradbook.run.worker  # noqa: E402, F401

atexit.register(os._exit, 0)  # torch takes most of a second to tidy up

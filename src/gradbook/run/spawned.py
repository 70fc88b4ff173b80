"""The `__main__` of a process that a program starts by spawn or forkserver. Never imports torch.

It has the page's cells, as such a process of a script has the script: they run with another `__name__`, so that
code below `if __name__ == "__main__":` stays out. They run when the first of their names is asked for: functions of
modules need none of them.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import textwrap
import traceback
from multiprocessing import process

from gradbook.run.namespace import Namespace

# What the worker writes for such a process to begin with.
SCRIPT = "from gradbook.run.spawned import attribute as __getattr__\n"
NAME, CELLS, REPORT = "main.py", "cells.json", "report"  # files of one folder


def attribute(name: str) -> object:
    """What the page calls `name`. Ends the program with a fault where that cannot be had."""
    main = sys.modules["__main__"]
    if name.startswith("__"):
        raise AttributeError(name)
    folder = os.path.dirname(main.__file__)
    del main.__dict__["__getattr__"]
    fault = _run(main.__dict__, os.path.join(folder, CELLS))
    if not fault and name not in main.__dict__:
        fault = f"there is no {name} for it outside of that"
    if fault:
        _end(fault, os.path.join(folder, REPORT))
    return main.__dict__[name]


def _run(names: dict[str, object], path: str) -> str:
    """Run all cells and print what the page's script prints; the exception that ends them, or nothing."""
    with open(path, encoding="utf-8") as file:
        cells = json.load(file)
    namespace = Namespace(names)
    current = process.current_process()
    before = getattr(current, "_inheriting", False)
    current._inheriting = True  # multiprocessing refuses to start processes now, and so without end
    try:
        for cell in cells:
            try:
                for node in namespace.statements(cell):
                    if (value := namespace.run(node, cell["path"])) is not None:
                        print(repr(value))
                        names["_"] = value
            except BaseException as error:
                text = "".join(traceback.format_exception_only(error))
                if not cell["raises"]:
                    return textwrap.shorten(text, 100, placeholder=" …")
                print(text, end="")
    finally:
        current._inheriting = before
    return ""


def _end(fault: str, report: str) -> None:
    """Tell the fault, and end the whole program: pools would start such processes again and again."""
    reason = f"a spawned process, which runs all but what is guarded, and failed: {fault}"
    told = os.open(report, os.O_WRONLY | os.O_APPEND)
    os.write(told, json.dumps({"kind": "fault", "reason": reason}).encode() + b"\n")
    os.killpg(0, signal.SIGKILL)  # the worker leads the group

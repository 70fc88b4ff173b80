"""Cells as one script, which prints what they show. Knows Python's syntax."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

from gradbook.page.cells import rows_inside_strings
from gradbook.page.names import names_of

_GUARD = """\
try:
{code}
except BaseException:
    print(*traceback.format_exception_only(*sys.exc_info()[:2]), sep="", end="")"""
_FOR_GUARDS = """\
# What a cell is meant to raise is printed, and the script goes on.
import sys
import traceback"""


@dataclass(frozen=True)
class Part:
    """A cell of a script. `raises`: it is meant to; `shows`: its last expression has a value to be printed."""

    name: str
    code: str
    raises: bool = False
    shows: bool = False


def as_script(parts: Iterable[Part]) -> str:
    """The parts as one program in percent format. It imports from `__future__` where Python allows it."""
    parts, future = list(parts), []
    if any(part.raises for part in parts):
        parts.insert(0, Part("exceptions", _FOR_GUARDS))
    # As in Jupyter, `_` is the value shown last; most programs do not ask for it.
    kept = any(_reads(part.code, "_") for part in parts)
    texts = []
    for part in parts:
        code = _without_future(part.code, future)
        if part.raises:
            code = _GUARD.format(code=_indented(code))
        elif part.shows:
            code = _printing(code, kept)
        if code:
            texts.append(f"# %% {part.name}\n{code}\n")
    if future:
        texts.insert(0, f"from __future__ import {', '.join(dict.fromkeys(future))}\n")
    return "\n".join(texts)


def without_calls(code: str, names: Iterable[str]) -> str:
    """The code without the statements at its top that import these names from gradbook, or use them."""
    lines, body = code.split("\n"), ast.parse(code).body
    ours = [n for n in body if isinstance(n, ast.ImportFrom) and n.module == "gradbook"]
    imported = {alias.asname or alias.name for node in ours for alias in node.names}
    # `hessian` may be torch's, and `row` a number.
    names = set(names) - (names_of(code).bound.keys() - imported)
    for node in reversed(body):
        used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        if node in ours or used & names:
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines).strip("\n")


def _reads(code: str, name: str) -> bool:
    if not re.search(rf"\b{name}\b", code):  # most need no syntax tree to tell
        return False
    names = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name))
    return any(node.id == name and isinstance(node.ctx, ast.Load) for node in names)


def _without_future(code: str, found: list[str]) -> str:
    """The code without its imports from `__future__`, which are added to `found`."""
    lines = code.split("\n")
    for node in reversed(ast.parse(code).body):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            found += [name.name for name in node.names]
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines).strip("\n")


def _printing(code: str, kept: bool) -> str:
    """The code with its last expression printed, as a notebook would display it; `kept`: as `_`, too."""
    last = ast.parse(code).body[-1]
    lines = code.split("\n")
    end = len(lines[last.end_lineno - 1].encode()[: last.end_col_offset].decode())
    shown = "\n".join(lines[last.lineno - 1 : last.end_lineno])
    behind = lines[last.end_lineno - 1][end:]
    shown = shown[: len(shown) - len(behind)]
    if isinstance(last.value, ast.Tuple) and not _is_argument(shown):
        shown = f"({shown})"
    now = [f"_ = {shown}{behind}", "print(repr(_))"] if kept else [f"print(repr({shown})){behind}"]
    return "\n".join([*lines[: last.lineno - 1], *now, *lines[last.end_lineno :]])


def _is_argument(code: str) -> bool:
    """Whether the code of a tuple is one argument between the parentheses of a call."""
    arguments = ast.parse(f"f({code})").body[0].value.args
    return [type(argument) for argument in arguments] == [ast.Tuple]


def _indented(code: str) -> str:
    """The code four columns to the right, its strings as they are."""
    in_strings = rows_inside_strings(code)
    return "\n".join(
        f"    {line}" if line.strip() and row not in in_strings else line
        for row, line in enumerate(code.split("\n"), 1)
    )

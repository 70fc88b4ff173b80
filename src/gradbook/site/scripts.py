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
            code = _GUARD.format(code=indented(code))
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
    first, last, end, opening = opening_of_print(code)
    if not kept:
        return printed(code, first, last, end, opening)
    lines = printed(code, first, last, end, "(" * (opening.count("(") - 2)).split("\n")
    lines[first] = f"_ = {lines[first]}"
    return "\n".join([*lines[: last + 1], "print(repr(_))", *lines[last + 1 :]])


def opening_of_print(code: str, same: bool = False) -> tuple[int, int, int, str]:
    """Where the last expression of the code stands, and what to write before it so that its value is printed.

    It is from the first to the last row, counted from 0, and ends there at a column. `same`: `print` shows its `repr`.
    """
    last = ast.parse(code).body[-1]
    lines = code.split("\n")[last.lineno - 1 : last.end_lineno]
    end = len(lines[-1].encode()[: last.end_col_offset].decode())
    shown = "\n".join([*lines[:-1], lines[-1][:end]])
    opening = "print(" if same else "print(repr("
    if isinstance(last.value, ast.Tuple) and not _is_argument(shown):
        opening += "("
    return last.lineno - 1, last.end_lineno - 1, end, opening


def printed(code: str, first: int, last: int, end: int, opening: str) -> str:
    """The code with `opening` before an expression, and as many parentheses behind it as that opens."""
    lines = code.split("\n")
    lines[last] = lines[last][:end] + ")" * opening.count("(") + lines[last][end:]
    lines[first] = opening + lines[first]
    return "\n".join(lines)


def _is_argument(code: str) -> bool:
    """Whether the code of a tuple is one argument between the parentheses of a call."""
    arguments = ast.parse(f"f({code})").body[0].value.args
    return [type(argument) for argument in arguments] == [ast.Tuple]


def indented(code: str) -> str:
    """The code four columns to the right, its strings as they are."""
    in_strings = rows_inside_strings(code)
    return "\n".join(
        f"    {line}" if line.strip() and row not in in_strings else line
        for row, line in enumerate(code.split("\n"), 1)
    )

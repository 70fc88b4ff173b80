"""Which names a piece of Python binds, and which it needs from above."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from typing import NamedTuple


class Names(NamedTuple):
    """The names that a piece of code binds at its top, with the row of the first place, and those that it needs."""

    bound: dict[str, int]
    needed: set[str]


def names_of(code: str) -> Names:
    """The names of code that can be parsed; of any other, none."""
    found = Names({}, set())
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    rows = code.split("\n")
    for statement in body:
        first = min(
            [statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))]
        )
        bound, read = _of_statement(statement, "\n".join(rows[first - 1 : statement.end_lineno]))
        if not isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            read -= bound  # as a loop reads its own variable
        found.needed.update(read - found.bound.keys())
        for name in bound:
            found.bound.setdefault(name, statement.lineno)
    return found


def _of_statement(statement: ast.stmt, code: str) -> tuple[set[str], set[str]]:
    """The names that one statement binds, and those that it reads, also in functions that it defines."""
    table = symtable.symtable(code, "", "exec")
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    read = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        read.add(statement.target.id)
    return bound, read | set(_from_above(table))


def _from_above(table: symtable.SymbolTable) -> Iterator[str]:
    for inner in table.get_children():
        yield from (
            s.get_name() for s in inner.get_symbols() if s.is_global() and s.is_referenced()
        )
        yield from _from_above(inner)

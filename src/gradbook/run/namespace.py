"""The names of a program, and the running of its cells in them. The only place that calls exec; never imports torch."""

from __future__ import annotations

import ast
import io
import linecache
import tokenize
from collections.abc import Callable

_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


class Namespace:
    """Names in which cells run as if they were one file: future imports hold on, and each line can be looked up.

    A cell is a dictionary with its source, its path, and the number of its first line there. What was
    defined in cells of the file `main` can be looked up under the name `alias`, too.
    """

    def __init__(self, names: dict[str, object], main: str = "", alias: str = "") -> None:
        self.names = names
        self.main, self.alias = main, alias
        self.flags = 0
        self.lines: dict[str, list[str]] = {}

    def statements(
        self, cell: dict, change: Callable[[ast.Module], ast.Module] | None = None
    ) -> list[ast.stmt | ast.Expression]:
        """The cell's statements; a last expression that is to be displayed is an ast.Expression."""
        self.note_lines(cell)
        # Blank lines in front make the line numbers of tracebacks and warnings those of the file.
        tree = ast.parse("\n" * (cell["line"] - 1) + cell["source"])
        body = (change(tree) if change else tree).body
        if body and isinstance(body[-1], ast.Expr) and not ends_in_semicolon(cell["source"]):
            body[-1] = ast.Expression(body[-1].value)
        return body

    def note_lines(self, cell: dict) -> None:
        """Put the cell's lines among those of its file, where tracebacks and `inspect` look for them."""
        path, first = cell["path"], cell["line"] - 1
        new = [line + "\n" for line in cell["source"].split("\n")]
        known = self.lines.setdefault(path, [])
        known += ["\n"] * (first + len(new) - len(known))
        known[first : first + len(new)] = new
        # The file itself is not in the working directory. Without a time, an entry stays.
        for name in (path, self.alias) if path == self.main else (path,):
            linecache.cache[name] = (sum(map(len, known)), None, known, name)

    def run(self, node: ast.stmt | ast.Expression, path: str) -> object:
        """Run one statement; the value of an expression."""
        shows = isinstance(node, ast.Expression)
        tree, mode = (node, "eval") if shows else (ast.Module([node], []), "exec")
        code = compile(tree, path, mode, self.flags, dont_inherit=True)
        self.flags |= code.co_flags & 0x1FF0000  # from __future__ imports reach later statements
        return eval(code, self.names)


def ends_in_semicolon(source: str) -> bool:
    """Whether the last thing in this code, but for comments, is a semicolon: as in Jupyter, it silences."""
    if ";" not in source:
        return False
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    code = [token.string for token in tokens if token.type not in _NO_CODE]
    return code[-1:] == [";"]

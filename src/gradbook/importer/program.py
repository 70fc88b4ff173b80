"""The code of a tutorial as cells of a snippet file: what is no Python, names, statements that share a line."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
from collections.abc import Callable
from itertools import pairwise

from gradbook.page.cells import UNREADABLE

_MAGIC = re.compile(
    r"(?P<indent> *)(?P<magic>%{1,2}[a-zA-Z]\w*.*|!.*|\?+\w.*|[\w.]+\?{1,2}|[\w, ]+= *[%!]\w.*)"
)
# What jupytext and exporters make of magics, and what sphinx-gallery alone reads.
_MAGIC_COMMENT = re.compile(r" *# *(?:[%!][a-zA-Z]\w* ?.*|sphinx_gallery_\w+.*)")
_IGNORED = re.compile(
    r"^ *# sphinx_gallery_start_ignore\n.*?^ *# sphinx_gallery_end_ignore\n?", re.M | re.S
)
_PROLOGUE = re.compile(r"#!.*|# *-\*-.*-\*-.*|# *(?:flake8|fmt|isort|pylint|noqa|ruff): ?.*")
_WORDS = 5  # in the name of a cell

Note = Callable[[int, str], None]


def to_python(text: str, first: int, note: Note) -> str:
    """The code that can stand in a cell; `first` is the number of its first line, as `note` tells it.

    Magics and shell lines, and what sphinx-gallery alone reads, are taken away and told.
    """
    text = _IGNORED.sub(lambda m: "\n" * m[0].count("\n"), text)
    lines = text.split("\n")
    if next((line for line in lines if line.strip()), "").lstrip().startswith("%%") and not _sound(
        text
    ):
        number, head = next((n, line) for n, line in enumerate(lines) if line.strip())
        if re.match(r" *%%(?:time|timeit|capture|prun)\b", head):
            note(first + number, f"taken away: {head.strip()}")
            lines[number] = ""
        else:
            note(first + number, f"a cell of another language, taken away: {head.strip()}")
            return ""
    if not _sound("\n".join(lines)):
        lines = [_without_magic(line, first + n, note) for n, line in enumerate(lines)]
    for n, line in enumerate(lines):
        if _MAGIC_COMMENT.fullmatch(line) or _PROLOGUE.fullmatch(line):
            note(first + n, f"taken away: {line.strip()}")
            lines[n] = ""
    return _separated(_harmless("\n".join(lines))).strip("\n").rstrip()


def fault(code: str) -> str:
    """Why the code is no cell; nothing if it is one."""
    try:
        body = ast.parse(code).body
    except UNREADABLE as error:
        return f"SyntaxError: {getattr(error, 'msg', None) or error}".replace('"', "'")
    return "" if body else "comments only"


def _sound(text: str) -> bool:
    try:
        ast.parse(text)
    except UNREADABLE:
        return False
    return True


def _without_magic(line: str, number: int, note: Note) -> str:
    match = _MAGIC.fullmatch(line)
    if not match or _sound(line.strip()):
        return line
    note(number, f"taken away: {match['magic'].strip()}")
    return f"{match['indent']}pass" if match["indent"] else ""


def _harmless(code: str) -> str:
    """The code with comments that a snippet file would take for an expectation or a header written otherwise."""
    lines = code.split("\n")
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return code
    for token in tokens:
        if token.type == tokenize.COMMENT:
            row, column = token.start
            words = re.sub(r"^#\s*>+\s?", "# ", token.string)
            words = re.sub(r"^# ?%%", "#", words)
            lines[row - 1] = lines[row - 1][:column] + words.rstrip()
    return "\n".join(lines)


def _separated(code: str) -> str:
    """The code with a line for each of its statements."""
    try:
        body = ast.parse(code).body
    except UNREADABLE:
        return code
    lines = [line.encode() for line in code.split("\n")]
    shared = [(a, b) for a, b in pairwise(body) if a.end_lineno == b.lineno]
    for above, below in reversed(shared):
        line = lines[below.lineno - 1]
        halves = [line[: above.end_col_offset], line[below.col_offset :]]
        lines[below.lineno - 1 : below.lineno] = halves
    return b"\n".join(lines).decode()


class Names:
    """Names for cells, each given once."""

    def __init__(self) -> None:
        self.given: set[str] = set()

    def name(self, code: str, titles: list[str]) -> str:
        """A name in snake_case, from the first of the titles that has letters, or else from the code."""
        found = next((name for title in titles if (name := snake(title))), "") or self._of(code)
        name, count = found, 2
        while name in self.given:
            name, count = f"{found}_{count}", count + 1
        self.given.add(name)
        return name

    @staticmethod
    def _of(code: str) -> str:
        first = code.lstrip("\n").split("\n")[0]
        if first.startswith("#") and (name := snake(first)):
            return name
        body = ast.parse(code).body
        if all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in body):
            return "imports"
        main = next(n for n in body if not isinstance(n, (ast.Import, ast.ImportFrom)))
        return snake(_what(main)) or "cell"


def _what(node: ast.stmt) -> str:
    """What a statement defines, sets or calls, in words."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name
        case (
            ast.Assign(targets=[target, *_])
            | ast.AnnAssign(target=target)
            | ast.AugAssign(target=target)
        ):
            return ast.unparse(target)
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[argument, *_])):
            text = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
            return "print " + " ".join(ast.unparse(part).strip("{}") for part in text)
        case ast.Expr(value=ast.Call(func=function)):
            return ast.unparse(function)
        case ast.For() | ast.While():
            return "loop"
    return ast.unparse(node).split("\n")[0]


def snake(text: str) -> str:
    """The first words of a text in snake_case; empty where it has no letters that a name can have."""
    text = re.sub(r"\$[^$]*\$", " ", text)  # a formula has no words
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", " ", text)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", text.replace("'", ""))
    while words and words[0][0].isdigit():
        words = words[1:]
    return "_".join(words[:_WORDS])

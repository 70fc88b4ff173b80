"""Cells of a snippet file: percent format, tags, expectations. Knows nothing of Markdown."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from gradbook.errors import Location, Problem, nearest
from gradbook.page.files import read

TAGS = ("raises-exception", "hide-input", "hide-output", "remove-cell")

_HEADER = re.compile(r"# %%(?P<name>[^\n]*?)(?:\s+tags=(?P<tags>.*))?\s*")
_LIKE_A_HEADER = re.compile(r"#\s*%%")  # as VS Code and Spyder read them
_EXPECTATION = re.compile(r"# ?>(?: (.*))?")
# What Python's parser raises: for a wrong character, for null bytes, for nesting too deep.
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
_LIKE_AN_EXPECTATION = re.compile(r"#\s*>.*")
_OPTION = re.compile(r"#\s*gradbook:\s*(.*?)\s*")


@dataclass
class Statement:
    """A top-level statement: its lines in the file, what it is stated to print, and where.

    `expected` is None where nothing is stated.
    """

    first: int
    last: int
    expected: list[str] | None = None
    expected_lines: list[int] = field(default_factory=list)
    varies: bool = False


@dataclass(eq=False)  # two cells of the same text are two
class Cell:
    """A named piece of the program. `code` has one line for each line of the file from `line` on.

    `indent` is what stands before each of its lines in the file (in a fence inside an admonition).
    """

    name: str
    path: str
    line: int
    code: str
    tags: frozenset[str] = frozenset()
    statements: list[Statement] = field(default_factory=list)
    indent: str = ""

    @property
    def at(self) -> Location:
        return Location(self.path, self.line, self.name)

    def location(self, statement: int) -> Location:
        """Where the statement begins."""
        if statement < len(self.statements):
            return Location(self.path, self.statements[statement].first, self.name)
        return self.at

    @property
    def lines(self) -> list[str | None]:
        """The lines of the code, None in the place of each expectation."""
        stated = {n for statement in self.statements for n in statement.expected_lines}
        numbered = enumerate(self.code.split("\n"), self.line)
        return [None if number in stated else line for number, line in numbered]

    @property
    def shown(self) -> list[str]:
        """The code as readers see it: without expectations and without blank lines around."""
        kept = [line for line in self.lines if line is not None]
        return "\n".join(kept).strip("\n").split("\n")

    @property
    def source(self) -> str:
        """The code as it runs: expectations blanked, so that none of them changes the program."""
        return "\n".join(line or "" for line in self.lines)


@dataclass
class SnippetFile:
    """A parsed snippet file: its text, its cells in order, its time limit in seconds, and its problems."""

    path: str
    text: str = ""
    cells: list[Cell] = field(default_factory=list)
    timeout: float | None = None
    problems: list[Problem] = field(default_factory=list)

    def cell(self, name: str) -> Cell | None:
        return next((cell for cell in self.cells if cell.name == name), None)


def read_snippet(path: Path, name: str) -> SnippetFile:
    """Read and parse a snippet file. Nothing is raised: what is wrong stands in `problems`."""
    try:
        return parse(read(path, name), name)
    except Problem as problem:
        return SnippetFile(name, problems=[problem])


def parse(text: str, path: str) -> SnippetFile:
    """The snippet file of a text. Nothing is raised: what is wrong stands in `problems`."""
    file = SnippetFile(path, text)
    text_lines = text.split("\n")
    inside = rows_inside_strings(text)
    outside = [(n, line) for n, line in enumerate(text_lines) if n + 1 not in inside]
    starts = [n for n, line in outside if line.startswith("# %%")]
    _preamble(file, text_lines[: starts[0] if starts else len(text_lines)])
    for start, end in pairwise([*starts, len(text_lines)]):
        _add_cell(file, start + 1, text_lines[start:end])
    for n, line in outside if starts else ():
        if n < starts[0] and _LIKE_A_HEADER.match(line):
            file.problems.append(_unreadable_header(Location(path, n + 1), line))
        if n > starts[0] and _OPTION.fullmatch(line.rstrip()):
            _complain(file, n + 1, "an option stands above the first cell, where no reader is")
    if not starts:
        _complain(file, 1, "this file has no cells; begin one with `# %% name`")
    file.problems.sort(key=lambda problem: problem.at[0].line)
    return file


def _add_cell(file: SnippetFile, first: int, text_lines: list[str]) -> None:
    """Add the cell whose header stands in line `first`."""
    cell = read_cell("\n".join(text_lines), file.path, first, file.problems)
    if not cell.name:
        message = "this cell has no name; write `# %% name`, the idea in snake_case"
        _complain(file, first, message)
    elif twin := file.cell(cell.name):
        message = f"a cell named {cell.name} is already at line {twin.line - 1}"
        _complain(file, first, message)
    file.cells.append(cell)


def read_cell(body: str, path: str, line: int, problems: list[Problem], name: str = "") -> Cell:
    """One cell from its text, which begins at line `line` of the file, with a header or without.

    What is wrong is added to `problems`.
    """
    cell = Cell(name, path, line, body)
    head, _, rest = body.partition("\n")
    if head.startswith("# %%"):
        cell.line, cell.code = line + 1, rest
        header = _HEADER.fullmatch(head)
        cell.name = header["name"].strip() or name if header else name
        if cell.name and not re.fullmatch(r"[a-z][a-z0-9_]*", cell.name):
            problems.append(_unreadable_header(Location(path, line), head))
        elif header and header["tags"] is not None:
            cell.tags = _tags(header["tags"], Location(path, line, cell.name), problems)
    numbered = enumerate(cell.code.split("\n"), 1)
    like_headers = {row: text for row, text in numbered if _LIKE_A_HEADER.match(text)}
    inside = rows_inside_strings(cell.code) if like_headers else set()
    for row in like_headers.keys() - inside:
        at, text = Location(path, cell.line + row - 1), like_headers[row]
        if text.startswith("# %%"):
            problems.append(Problem((at,), "a second cell in one fence; give each its own"))
        else:
            problems.append(_unreadable_header(at, text))
    problems += _read_statements(cell)
    return cell


def _unreadable_header(at: Location, header: str) -> Problem:
    expected = 'expected  # %% name_in_snake_case tags=["raises-exception"]'
    return Problem((at,), f"cannot read the cell header {header!r}\n{expected}")


def rows_inside_strings(text: str) -> set[int]:
    """The rows (from 1) that begin inside a string; what cannot be read has none from there on."""
    rows: set[int] = set()
    if not re.search(r"\"\"\"|'''|\\\n", text):
        return rows
    opened: list[
        int
    ] = []  # the rows of formatted strings, which are tokens of their own since Python 3.12
    with suppress(*UNREADABLE, tokenize.TokenError):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            kind, last = tokenize.tok_name[token.type], token.end[0]
            if kind == "STRING":
                rows.update(range(token.start[0] + 1, last + 1))
            elif kind in ("FSTRING_START", "TSTRING_START"):
                opened.append(token.start[0])
            elif kind in ("FSTRING_END", "TSTRING_END"):
                rows.update(range(opened.pop() + 1, last + 1))
    return rows


def _preamble(file: SnippetFile, text_lines: list[str]) -> None:
    """Before the first cell stand only a docstring, comments, and `# gradbook: timeout=…`."""
    inside = rows_inside_strings("\n".join(text_lines))
    for number, line in enumerate(text_lines, 1):
        if number in inside:
            continue
        if option := _OPTION.fullmatch(line.rstrip()):
            if seconds := re.fullmatch(r"timeout=(\d+(?:\.\d+)?)", option[1]):
                file.timeout = float(seconds[1])
            else:
                _complain(file, number, f"unknown option {option[1]!r}; expected timeout=SECONDS")
    try:
        body = ast.parse("\n".join(text_lines)).body
    except UNREADABLE as error:
        _complain(file, getattr(error, "lineno", None) or 1, _syntax_error(error))
        return
    for node in body:
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            _complain(file, node.lineno, "code before the first cell; begin one with `# %% name`")
            return


def _tags(text: str, at: Location, problems: list[Problem]) -> frozenset[str]:
    try:
        tags = ast.literal_eval(text)
        if not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
            raise ValueError
    except (*UNREADABLE, TypeError):
        message = f'cannot read the tags {text}\nexpected  tags=["{TAGS[0]}"]'
        problems.append(Problem((at,), message))
        return frozenset()
    problems += [
        Problem((at,), f"unknown tag {tag!r}{nearest(tag, list(TAGS))}")
        for tag in tags
        if tag not in TAGS
    ]
    return frozenset(tags)


def _read_statements(cell: Cell) -> list[Problem]:
    """Fill in the cell's statements and expectations; returns what is wrong with them."""
    try:
        body = ast.parse(cell.code).body
        comments = _comments(cell.code, body)
    except (*UNREADABLE, tokenize.TokenError) as error:
        line = cell.line + (getattr(error, "lineno", None) or 1) - 1
        return [Problem((Location(cell.path, line, cell.name),), _syntax_error(error))]
    if not body:
        above = max(cell.line - 1, 1)  # the header, or the opening of the fence
        return [Problem((Location(cell.path, above, cell.name),), "this cell is empty")]
    for rows in map(_rows, body):
        cell.statements.append(Statement(cell.line + rows[0] - 1, cell.line + rows[-1] - 1))
    problems = [
        Problem(
            (Location(cell.path, later.first, cell.name),),
            "two statements on one line\nexpected  a line for each, to state its output below it",
        )
        for earlier, later in pairwise(cell.statements)
        if later.first <= earlier.last
    ]
    code_lines = cell.code.split("\n")
    for row, column, text in comments:
        before = code_lines[row - 1][:column]
        problems += _read_comment(cell, text.rstrip(), cell.line + row - 1, before)
    return problems


def _comments(code: str, body: list[ast.stmt]) -> list[tuple[int, int, str]]:
    """The comments of code that parses: row (from 1), column and text."""
    marked = [(row, line) for row, line in enumerate(code.split("\n"), 1) if "#" in line]
    inside = {row for node in body for row in _rows(node)}
    if any(row in inside for row, _ in marked):  # in a string, or not: only Python knows
        tokens = tokenize.generate_tokens(io.StringIO(code).readline)
        return [(*token.start, token.string) for token in tokens if token.type == tokenize.COMMENT]
    return [(row, line.index("#"), line[line.index("#") :]) for row, line in marked]


def _rows(node: ast.stmt) -> range:
    """The rows of a statement with its decorators."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return range(first, (node.end_lineno or node.lineno) + 1)


def _syntax_error(error: Exception) -> str:
    message = getattr(error, "msg", None) or str(error) or "nested too deeply"
    return f"SyntaxError: {message}"


def _read_comment(cell: Cell, text: str, line: int, before: str) -> list[Problem]:
    """Note what a comment says about its statement: `# may vary`, or an expectation.

    `before` is what stands before it in its line.
    """
    statement = _begun(cell, line)
    if text == "# may vary" and statement and line <= statement.last:
        statement.varies = True
    if not _LIKE_AN_EXPECTATION.fullmatch(text):
        return []
    stated = _EXPECTATION.fullmatch(text)
    fault = _misplaced(statement, line, before) if stated else "that cannot be read"
    if fault:
        expected = "`# > `, at column 0, below the statement that prints"
        message = f"an expectation {fault}: {text}\nexpected  {expected}"
        return [Problem((Location(cell.path, line, cell.name),), message)]
    statement.expected = [*(statement.expected or []), (stated[1] or "").rstrip()]
    statement.expected_lines.append(line)
    return []


def _begun(cell: Cell, line: int) -> Statement | None:
    """The last statement that begins in the line or above it."""
    return next((s for s in reversed(cell.statements) if s.first <= line), None)


def _misplaced(statement: Statement | None, line: int, before: str) -> str:
    """How an expectation stands where none can; nothing if it is in its place."""
    if statement is None:
        return "without a statement above it"
    if before.strip():
        return "beside a statement"
    return "inside a statement" if before or line <= statement.last else ""


def _complain(file: SnippetFile, line: int, message: str) -> None:
    file.problems.append(Problem((Location(file.path, line),), message))

"""A cell as a program of its own: its code, with what it needs from above. The copy button gives it.

What comes along is what `slices` finds. It runs in silence: what a reader has seen above is not printed again.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gradbook import EXPORTS
from gradbook.page.cells import UNREADABLE, Cell
from gradbook.run.outputs import CellRun
from gradbook.site.downloads import EVERY_TIME, drawn
from gradbook.site.scripts import indented, opening_of_print, printed
from gradbook.site.slices import SETTINGS, Effects, Flow, only_tells

# Values whose `str`, which `print` takes, is their `repr`, which the page shows.
_SAME = re.compile(r"tensor\(|Parameter containing|[-\d(\[{]|True$|False$|None$|inf$|nan$|torch\.")
_NEEDS_US = re.compile(r"\bgradbook\b")
_HEADS = {"contextlib": "import contextlib", "warnings": "import warnings"}


class Part(NamedTuple):
    """A piece of what comes along, and the cell in which it stands, changed or not, if it stands in any."""

    text: str
    cell: Cell | None = None

    def packed(self, places: Mapping[Cell, int]) -> Iterator[str]:
        """Its lines for assets/gradbook.js, those of shown cells by number: cell, first row and last; `+`: indented."""
        lines = self.text.split("\n")
        place = places.get(self.cell)
        rows = [] if place is None else self.cell.shown
        at = done = 0
        while done < len(lines):
            found = ""
            for margin, sign in (("", ""), ("    ", "+")):
                first = next(
                    (n for n in range(at, len(rows)) if margin + rows[n] == lines[done]), None
                )
                if first is None or not lines[done]:
                    continue
                count = 1
                while done + count < len(lines) and first + count < len(rows):
                    if lines[done + count] != (
                        rows[first + count] and margin + rows[first + count]
                    ):
                        break
                    count += 1
                at = first + count
                found = f"{sign}{place} {first}" + f" {at - 1}" * (count > 1)
                done += count
                break
            if not found:
                found = f" {lines[done]}"
                done += 1
            yield found


@dataclass
class Copy:
    """What comes along from above, without blank lines around, and the cell's own code; both may be run as one file."""

    parts: list[Part]
    code: str
    # How the last expression is printed: its first and last row (from 0), where it ends there, and what opens it.
    shows: tuple[int, int, int, str] | None = None

    @property
    def above(self) -> str:
        """What comes along, as text."""
        return "\n".join(part.text for part in self.parts)

    @property
    def lines(self) -> int:
        """How many lines come along."""
        return sum(bool(line.strip()) for line in self.above.split("\n"))

    def packed(self, places: Mapping[Cell, int]) -> str:
        """What comes along, in short; neighbors that stand below each other in a cell are one."""
        found: list[str] = []
        for part in self.parts:
            for line in part.packed(places):
                found.append(line)
                _join(found, places)
        return "\n".join(found)

    @property
    def program(self) -> str:
        code = printed(self.code, *self.shows) if self.shows else self.code
        return f"{self.above}\n\n{code}\n" if self.above else f"{code}\n"


def _join(found: list[str], places: Mapping[Cell, int]) -> None:
    """Make one of the last rows of a cell and those before, where at most a blank row is between."""
    between = len(found) > 2 and found[-2] == " "
    pair = [
        re.fullmatch(r"(\d+) (\d+)(?: (\d+))?", found[n])
        for n in (-3 if between else -2, -1)
        if len(found) >= -n
    ]
    if len(pair) < 2 or not all(pair) or pair[0][1] != pair[1][1]:
        return
    end, start = int(pair[0][3] or pair[0][2]), int(pair[1][2])
    rows = next(cell for cell, place in places.items() if place == int(pair[0][1])).shown
    if start == end + 1 + between and (not between or not rows[end + 1]):
        del found[-3 if between else -2 :]
        found.append(f"{pair[0][1]} {pair[0][2]} {pair[1][3] or pair[1][2]}")


@dataclass
class _Statement:
    """A statement of a cell that ran, or several in one line."""

    nodes: list[ast.stmt]
    text: str
    cell: Cell
    gap: int = 0  # blank lines above it in its cell
    prints: bool = False
    warns: set[str] = field(default_factory=set)
    raises: str = ""
    shown: bool = False

    @cached_property
    def speaks(self) -> bool:
        """Whether it defines something that prints when it is called."""
        return any(
            "print" in _names(function)
            for node in self.nodes
            for function in ast.walk(node)
            if isinstance(function, (ast.FunctionDef, ast.Lambda))
        )

    @cached_property
    def calls(self) -> set[str]:
        """The names of all that it calls."""
        return _called(self.nodes)


def copies(ran: Mapping[Cell, CellRun]) -> dict[Cell, Copy]:
    """The copies of a page's cells whose code readers see; none of a cell that needs this package."""
    found: dict[Cell, Copy] = {}
    ours: set[str] = set()  # names that draw pictures and prove formulas of the site
    flow = Flow()
    statements: list[_Statement] = []
    numbers: list[int] = []  # of each node that `flow` has, its statement
    for cell, done in ran.items():
        try:
            figure = drawn(cell, done)
            own = _statements(cell, done, ours)
        except UNREADABLE:
            return found
        first = len(numbers)
        for statement in own:
            for node in statement.nodes:
                flow.add(node, statement.raises, statement.shown, first if figure else None)
                numbers.append(len(statements))
            statements.append(statement)
        if not cell.tags & {"hide-input", "remove-cell"}:
            needed = flow.needed(range(first, len(numbers)))
            kept = [number for number in needed if number < first]
            effects = {numbers[n]: flow.effects[n] for n in kept}
            above = [(statements[n], effects[n]) for n in dict.fromkeys(numbers[n] for n in kept)]
            copy = _copy(cell, done, above, statements[: len(statements) - len(own)])
            if not _NEEDS_US.search(copy.program):
                found[cell] = copy
    return found


def _statements(cell: Cell, done: CellRun, ours: set[str]) -> list[_Statement]:
    """The statements of a cell that ran, without those that draw a picture or prove a formula of the site."""
    lines = cell.lines
    body = ast.parse(cell.source).body[: done.started]
    found: list[_Statement] = []
    last = 0
    for position, node in enumerate(body):
        start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        outputs = [output for output in done.outputs if output.statement == position]
        if isinstance(node, ast.ImportFrom) and node.module == "gradbook":
            ours |= {a.asname or a.name for a in node.names if EXPORTS[a.name].shows}
        elif ours and cell.tags & {"hide-input", "remove-cell"} and _names(node) & ours:
            last = node.end_lineno
            continue
        if found and start <= last:
            statement = found[-1]
            statement.nodes.append(node)
            statement.text += "\n".join(
                ["", *filter(_is_line, lines[last : node.end_lineno])]
            ).rstrip()
        else:
            text = "\n".join(
                line for line in lines[start - 1 : node.end_lineno] if line is not None
            )
            between = [line for line in lines[last : start - 1] if line is not None]
            gap = sum(not line.strip() for line in between)
            statement = _Statement([node], text, cell, gap)
            found.append(statement)
        last = node.end_lineno
        for output in outputs:
            statement.prints |= output.kind == "stdout"
            statement.shown |= output.kind == "display"
            if output.kind == "warning":
                statement.warns.add(output.text)
            if output.kind == "error":
                statement.raises = ": ".join(output.exception)
    return found


def _is_line(line: str | None) -> bool:
    return line is not None


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _called(nodes: Iterable[ast.AST]) -> set[str]:
    calls = [n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Call)]
    return {getattr(call.func, "attr", getattr(call.func, "id", "")) for call in calls}


def _copy(
    cell: Cell,
    done: CellRun,
    above: list[tuple[_Statement, Effects]],
    before: list[_Statement],
) -> Copy:
    code = "\n".join(cell.shown)
    speaks = any(statement.speaks for statement in before)
    parts: list[Part] = []
    texts = [o.text for o in done.outputs if o.kind == "warning"]
    # Warnings that the page has had above come once for each place in torch: the cell itself shows none of them.
    warned = [statement for statement in before if statement.warns]
    calls = _called([ast.parse(code)]).union(*(s.calls for s, _ in above)) if warned else set()
    came = [
        text
        for statement in warned
        for text in sorted(statement.warns)
        if text not in texts and calls & statement.calls
    ]
    # And these the cell shows: only what it does itself is to warn.
    shared = set().union(set(), *(s.calls for s in warned if s.warns & set(texts)))
    heads: set[str] = {"warnings"} if came else set()
    cell_before = None
    gap_before = 0
    silent = []
    for statement, effects in above:
        warns = bool(statement.warns - set(came) or statement.calls & shared)
        text, needs = _silent(statement, effects, speaks, warns)
        heads |= needs
        silent.append((statement, text))
    imports = [_HEADS[name] for name in sorted(heads)]
    imported = {*imports, "pass"}
    for statement, text in silent:
        if text in imported:
            continue
        is_block = text.startswith(("def ", "class ", "@"))
        is_import = text.startswith(("import ", "from "))
        gap = min(statement.gap, 1) if statement.cell is cell_before else 1
        if is_import:
            imported.add(text)
            gap *= not parts or not parts[-1].text.startswith(("import ", "from "))
        gap = max(gap, is_block, gap_before)
        parts += [Part("")] * (gap * bool(parts)) + [Part(text, statement.cell)]
        cell_before, gap_before = statement.cell, int(is_block)
    shown = [o for o in done.outputs if o.kind == "display"]
    again = len(set(texts)) < len(texts) or any(set(texts) & s.warns for s, _ in above)
    filters = [
        f'warnings.filterwarnings("ignore", "{start}")'
        for start in dict.fromkeys(map(_start, came))
    ]
    first = "\n\n".join(filter(None, ["\n".join(imports), "\n".join(filters), EVERY_TIME * again]))
    if first:
        parts = [Part(first), *([Part("")] if parts else []), *parts]
    shows = None
    if shown and not shown[-1].data:
        shows = opening_of_print(code, bool(_SAME.match(shown[-1].text)))
    return Copy(parts, code, shows)


def _silent(
    statement: _Statement, effects: Effects, speaks: bool, warns: bool
) -> tuple[str, set[str]]:
    """The text of a statement that puts nothing out, and what that needs to be imported."""
    text, heads = statement.text, set()
    contexts = []
    if statement.prints:
        plain = None if speaks or len(statement.nodes) > 1 else _without_print(text)
        if plain is None:
            contexts.append("contextlib.redirect_stdout(None)")
        else:
            text = plain
    if statement.raises:
        name = statement.raises.partition(":")[0]
        contexts.append(
            f"contextlib.suppress({name})" if "." not in name else "contextlib.suppress(Exception)"
        )
    if warns and SETTINGS not in effects.process:
        contexts.append('warnings.catch_warnings(action="ignore")')
    if contexts:
        heads |= {context.partition(".")[0] for context in contexts}
        text = f"with {', '.join(contexts)}:\n{indented(text)}"
    return text, heads


def _start(warning: str) -> str:
    """The beginning of what a warning says, as a pattern."""
    return re.sub(r"[^\w ]", ".", warning.partition(": ")[2].split("\n")[0][:45])


def _without_print(text: str) -> str | None:
    """The statement without its calls of `print`; what they were given stays where it may do something."""
    tree = ast.parse(text)
    lines = text.split("\n")
    calls = [node for node in _run_by(tree) if _is_print(node)]
    alone = {id(body[0]) for body in _bodies(tree) if all(map(_is_print, body))}
    for node in sorted(calls, key=lambda node: node.lineno, reverse=True):
        own = lines[node.lineno - 1 : node.end_lineno]
        if (
            own[0][: node.col_offset].strip()
            or len(own[-1].encode()) != node.end_col_offset
            and not re.match(r"\s*(#|$)", own[-1].encode()[node.end_col_offset :].decode())
        ):
            return None
        margin = " " * node.col_offset
        acts = [a for a in node.value.args if not only_tells(a)]
        if node.value.keywords and any(k.arg == "file" for k in node.value.keywords):
            return None
        new = [margin + ast.unparse(a) for a in acts if not isinstance(a, ast.Starred)]
        if len(new) < len(acts):
            return None
        if not new and id(node) in alone:
            new = [margin + "pass"]
        lines[node.lineno - 1 : node.end_lineno] = new
    return (
        "\n".join(line for line in lines if line.strip())
        if not _multiline(text)
        else "\n".join(lines)
    )


def _multiline(text: str) -> bool:
    return '"""' in text or "'''" in text


def _run_by(tree: ast.AST) -> Iterable[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        yield child
        yield from _run_by(child)


def _bodies(tree: ast.AST) -> Iterable[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body and not isinstance(node, ast.Module):
                yield body
    yield tree.body


def _is_print(node: ast.AST) -> bool:
    call = getattr(node, "value", None)
    return (
        isinstance(node, ast.Expr)
        and isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "print"
    )

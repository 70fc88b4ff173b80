"""What a page states against what its program did: the problems, and the edits that would mend the expectations."""

from __future__ import annotations

from collections.abc import Iterator

from gradbook.cells import Cell, Edit
from gradbook.checker import lines, matches, prose_matches
from gradbook.errors import Location, Problem
from gradbook.outputs import CellRun, Run
from gradbook.pages import Page, Value

_HINTS = {
    "EOFError": "A snippet has no standard input.",
    "MemoryError": "The memory of a snippet file is limited.",
    "can't allocate memory": "The memory of a snippet file is limited.",
    "PermissionError: a snippet": "Its working directory is an empty temporary folder; write there.",
}


def problems(page: Page, run: Run, command: str) -> dict[int, list[Problem]]:
    """The problems of each step that has any. `command` mends expectations, and is named where that is the remedy."""
    found: dict[int, list[Problem]] = {}
    values = {value.step: value for value in page.values}
    for number, step in enumerate(page.steps):
        if run.fault and run.fault.cell == number:
            at = (*page.at(number)[:-1], step.location(run.fault.statement))
            found[number] = [Problem(at, f"expected  a cell that ends\ngot       {run.fault.reason}")]
        if number >= len(run.cells):
            return found
        done = run.cells[number]
        if number in values:
            here = list(_check_value(values[number], done))
        else:
            here = list(_check_cell(page, number, step, done, command))
        if here:
            found.setdefault(number, []).extend(here)
    return found


def edits(cell: Cell, done: CellRun) -> list[Edit]:
    """The edits that make the cell's expectations state what it did; none where they already match."""
    changes = []
    for number, statement in enumerate(cell.statements[: done.started]):
        got = printed(done, number)
        if statement.varies or matches(statement.expected or [], got):
            continue
        changes.append(Edit(statement.last, tuple(statement.expected_lines), tuple(got), cell.indent))
    return changes


def printed(done: CellRun, statement: int) -> list[str]:
    """What the statement put out, as the lines that an expectation states."""
    found = []
    for output in done.outputs:
        if output.statement == statement:
            found += lines(output.text)
    return found


def _check_cell(
    page: Page, number: int, cell: Cell, done: CellRun, command: str
) -> Iterator[Problem]:
    def problem(statement: int, message: str, remedy: str = "") -> Problem:
        return Problem((*page.at(number)[:-1], cell.location(statement)), message, remedy)

    error = next((output for output in done.outputs if output.kind == "error"), None)
    meant = "raises-exception" in cell.tags
    if error and not meant:
        hint = next((hint for word, hint in _HINTS.items() if word in error.text), "")
        message = f"expected  no exception\n{_block('got', lines(error.text))}"
        remedy = 'If it is meant to fail:  tags=["raises-exception"] in the cell\'s header'
        yield problem(error.statement, message, hint or remedy)
        return
    if meant and not error:
        yield problem(0, "expected  an exception, as the tag raises-exception says\ngot       none")
    if error and done.started < len(cell.statements):
        message = (
            "this never runs, as the statement above it raises; put it into a cell of its own"
        )
        yield problem(done.started, message)
    for position, statement in enumerate(cell.statements[: done.started]):
        got, stated = printed(done, position), statement.expected
        if statement.varies or matches(stated or [], got):
            continue
        said = ["(no output is stated)"] if stated is None else stated
        came = got or ["(nothing was printed)"]
        word = "new value is" if stated else "output is"
        yield problem(
            position,
            f"{_block('expected', said)}\n{_block('got', came)}",
            f"If the {word} right:  {command}",
        )


def _check_value(value: Value, done: CellRun) -> Iterator[Problem]:
    got = "\n".join(output.text for output in done.outputs).strip()
    if not prose_matches(value.stated, got):
        message = f"{_block('expected', [value.stated])}\n{_block('got', lines(got))}"
        yield Problem((value.at,), message, "The sentence states the wrong value: edit it.")


def _block(word: str, text_lines: list[str]) -> str:
    shown = text_lines[:20] + ["…"] * (len(text_lines) > 20)
    return "\n".join(
        f"{word if n == 0 else '':<10}{line}".rstrip() for n, line in enumerate(shown or [""])
    )


def unshown(pages: list[Page], text_of: dict[str, list[Cell]]) -> list[Problem]:
    """A problem for each snippet file that no page embeds, and for each cell that no page shows."""
    shown = {
        (p.steps[e.step].path, p.steps[e.step].name)
        for p in pages
        for e in p.embeds
        if e.step is not None
    }
    used = {page.snippet.path for page in pages if page.snippet}
    found = []
    for path, cells in text_of.items():
        if path not in used:
            found.append(Problem((Location(path, 1),), "no page embeds this snippet file"))
            continue
        for cell in cells:
            if (path, cell.name) not in shown and "remove-cell" not in cell.tags:
                message = "no page shows this cell; embed it, or tag it remove-cell"
                found.append(Problem((cell.at,), message))
    return found

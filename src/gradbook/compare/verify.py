"""What a page states against what its program did: the problems, and the edits that mend them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gradbook.compare.matching import in_prose, line_matches, lines, matches, prose_matches
from gradbook.errors import Location, Problem
from gradbook.page.cells import Cell, Edit
from gradbook.page.choices import Choice
from gradbook.page.pages import Embed, Page, Value
from gradbook.run.outputs import CellRun, Output, Run

_HINTS = {
    "EOFError": "A snippet has no standard input.",
    "MemoryError": "The memory of a snippet file is limited.",
    "can't allocate memory": "The memory of a snippet file is limited.",
    "PermissionError: a snippet": "Write into the working directory, an empty temporary folder.",
}
_MOST = 20  # lines of an output in a message
_LONGER = "If it needs longer:  # gradbook: timeout=120  above the first cell of the snippet file"


def problems(page: Page, run: Run, command: str) -> dict[int, list[Problem]]:
    """The problems of each step that has any. `command` is the one that mends expectations."""
    found: dict[int, list[Problem]] = {}
    values = {value.step: value for value in page.values}
    predicted = {embed.step: embed for embed in page.embeds if embed.fence.predict}
    for number, step in enumerate(page.steps):
        if run.fault and run.fault.cell == number:
            at = (*page.at(number)[:-1], step.location(run.fault.statement))
            message = f"expected  a cell that ends\ngot       {run.fault.reason}"
            remedy = _LONGER if "the time limit" in run.fault.reason else ""
            found[number] = [Problem(at, message, remedy)]
        if number >= len(run.cells):
            return found
        done = run.cells[number]
        if number in values:
            here = list(_check_value(values[number], done))
        else:
            here = list(_check_cell(page, number, step, done, command))
        if number in predicted:
            here += _check_choices(page, predicted[number], done)
        if here:
            found.setdefault(number, []).extend(here)
    return found


def right_choice(choices: list[Choice], done: CellRun) -> int | None:
    """Which choice is what the cell put out; None unless exactly one is."""
    right = [n for n, choice in enumerate(choices) if matches([choice.text], [_answer(done)])]
    return right[0] if len(right) == 1 else None


def _answer(done: CellRun) -> str:
    return " ".join(line for output in done.outputs for line in lines(output.text))


def _check_choices(page: Page, embed: Embed, done: CellRun) -> Iterator[Problem]:
    """An exercise: one choice is what the cell prints, and each of the others names its mistake."""
    at = (Location(page.path, embed.fence.first),)
    if len(embed.choices) < 2:
        form = "two choices or more below: - `what it might print`: the mistake behind it"
        yield Problem(at, f"expected  {form}\ngot       {len(embed.choices)}")
        return
    truth = _answer(done)
    true = [choice.text for choice in embed.choices if matches([choice.text], [truth])]
    if not true:
        message = f"expected  a choice that the cell prints\ngot       {truth}"
        yield Problem(at, message, "Correct the choice that was right, in the list below the fence.")
    if len(true) > 1:
        message = f"expected  one true choice\ngot       {len(true)}: {', '.join(true)}"
        yield Problem(at, message, "Leave one of them in the list below the fence.")
    for choice in embed.choices:
        if choice.text not in true and not choice.reason:
            message = f"no reason is given for the wrong choice {choice.text}"
            yield Problem(at, message, "Say which mistake leads to it.")


def edits(cell: Cell, done: CellRun) -> list[Edit]:
    """The edits that make the cell's expectations state what it did; none where they already match.

    An exception that is not meant, or a meant one that did not come, is for its author to mend.
    """
    changes: list[Edit] = []
    if bool(_error(done)) != ("raises-exception" in cell.tags):
        return changes
    for number, statement in enumerate(cell.statements[: done.started]):
        got, stated = printed(done, number), statement.expected or []
        if statement.varies or matches(stated, got):
            continue
        if len(stated) == len(got):  # a line that still holds keeps its `...` and its fewer digits
            pairs = zip(stated, got, strict=True)
            got = [old if line_matches(old, new) else new for old, new in pairs]
        old_lines = tuple(statement.expected_lines)
        changes.append(Edit(statement.last, old_lines, tuple(got), cell.indent))
    return changes


def correction(value: Value, done: CellRun) -> str | None:
    """What the sentence should say; None if it says so already, or if the expression failed."""
    got = _value(done)
    if _error(done) or "\n" in got or prose_matches(value.stated, got):
        return None
    return in_prose(got, like=value.stated)


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

    error, meant = _error(done), "raises-exception" in cell.tags
    if error and not meant:
        hint = next((hint for word, hint in _HINTS.items() if word in error.text), "")
        message = f"expected  no exception\n{_block('got', lines(error.text))}"
        remedy = 'If it is meant to fail:  tags=["raises-exception"] in the cell\'s header'
        yield problem(error.statement, message, hint or remedy)
        return
    if meant and not error:
        message = "expected  an exception, as the tag raises-exception says\ngot       none"
        yield problem(0, message, "If it is right that none comes:  take the tag away")
        return
    if error and done.started < len(cell.statements):
        message = "this never runs, as a statement above it raises; put it into a cell of its own"
        yield problem(done.started, message)
    for position, statement in enumerate(cell.statements[: done.started]):
        got, stated = printed(done, position), statement.expected
        if statement.varies or matches(stated or [], got):
            continue
        word = "new value is" if stated else "output is"
        remedy = f"If the {word} right:  {command}"
        yield problem(position, _compared(stated, got), remedy)


def _error(done: CellRun) -> Output | None:
    return next((output for output in done.outputs if output.kind == "error"), None)


def _check_value(value: Value, done: CellRun) -> Iterator[Problem]:
    got = _value(done)
    said, came = _block("expected", [value.stated]), _block("got", lines(got))
    if _error(done):
        yield Problem((value.at,), f"{said}\n{came}", "Edit the expression behind the value.")
    elif not prose_matches(value.stated, got):
        remedy = f"If the new value is right:  python -m gradbook update --prose {value.at.path}"
        yield Problem((value.at,), f"{said}\n{came}", remedy)


def _value(done: CellRun) -> str:
    return "".join(output.text for output in done.outputs).strip()


def _compared(stated: list[str] | None, got: list[str]) -> str:
    """Both texts; of long ones that begin alike, only what comes from the first difference on."""
    said = ["(no output is stated)"] if stated is None else stated
    came = got or ["(nothing was printed)"]
    alike = 0
    while alike < min(len(said), len(came)) and line_matches(said[alike], came[alike]):
        alike += 1
    skipped = max(alike - 3, 0) if max(len(said), len(came)) > _MOST else 0
    return f"{_block('expected', said, skipped)}\n{_block('got', came, skipped)}"


def _block(word: str, text_lines: list[str], skipped: int = 0) -> str:
    shown = text_lines[skipped : skipped + _MOST]
    shown = ["…"] * bool(skipped) + shown + ["…"] * (len(text_lines) > skipped + _MOST)
    return "\n".join(
        f"{word if n == 0 else '':<10}{line}".rstrip() for n, line in enumerate(shown or [""])
    )


def unshown(pages: list[Page], paths: Iterable[str]) -> list[Problem]:
    """A problem for each snippet file without its one page, and for each cell that no page shows.

    A page with faults of its own has said already why it shows less than it should.
    """
    found: list[Problem] = []
    faulty = {
        page.path: page.snippet
        for page in pages
        if page.problems or any(embed.problems for embed in page.embeds)
    }
    for path in paths:
        homes = [page for page in pages if page.snippet and page.snippet.path == path]
        if not homes:
            if all(faulty.values()):
                found.append(Problem((Location(path, 1),), "no page embeds this snippet file"))
            continue
        if len(homes) > 1:
            names = " and ".join(page.path for page in homes)
            message = f"{names} embed this snippet file; a page is one program, with its own file"
            found.append(Problem((Location(path, 1),), message))
        if homes[0].path in faulty:
            continue
        shown = {embed.step for embed in homes[0].embeds}
        for number, step in enumerate(homes[0].steps):
            if step.path == path and number not in shown and "remove-cell" not in step.tags:
                include = f'--8<-- "{path.partition("/")[2]}:{step.name}"'
                message = f"no page shows this cell\nexpected  {include}"
                remedy = 'If it is not meant to be shown:  tags=["remove-cell"] in its header'
                at = (Location(homes[0].path, 0), step.at)
                found.append(Problem(at, message, remedy))
    return found

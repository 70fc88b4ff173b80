"""What a page states against what its program did: the problems, and the edits that mend them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from gradbook.compare.alike import told_apart
from gradbook.compare.matching import in_prose, line_matches, lines, matches, prose_matches
from gradbook.errors import Location, Problem, command
from gradbook.page.cells import Cell, SnippetFile, Statement
from gradbook.page.choices import Choice
from gradbook.page.edits import Edit, NewExpectation, NewValue
from gradbook.page.pages import Embed, Page, Step, Value, can_be_stated
from gradbook.run.outputs import CellRun, Fault, Output, Run

# What helps with an exception, by how its type and message begin.
_HINTS = {
    r"EOFError: EOF when reading a line$": "A snippet has no standard input.",
    r"[\w.]*MemoryError\b": "The memory of a snippet file is limited.",
    r"RuntimeError: .*can't allocate memory": "The memory of a snippet file is limited.",
    "ModuleNotFoundError: ": (
        "A page can import what is installed, and no module of the project's folder.\n"
        "A package:  pin it in requirements.txt, as name==1.2, and install that."
    ),
    "FileNotFoundError: ": "A snippet starts in an empty folder: a cell writes the file before one reads it.",
    r"([\w.]+\.)?WrongClaim: ": "Correct the formula.",
    r"([\w.]+\.)?NotationError: ": "Write it as the section Claims of CONTRIBUTING.md shows.",
    r"PermissionError: a snippet": "Write into the working directory, an empty temporary folder.",
    r"gradbook\.|TypeError: (draw|row) needs": "",  # our own words for figures say what to do
}
_MOST = 20  # lines of an output in a message
# What helps with a fault, by its words.
_REMEDIES = {
    "the time limit": "If it needs longer:  # gradbook: timeout=120  above the first cell of the snippet file",
    "a spawned process": 'As in a script, define above, and start processes below:  if __name__ == "__main__":',
}


@dataclass(eq=False)
class Drift(Problem):
    """A stated text that is not what came out, with the edit by which `update` mends it."""

    edit: Edit = field(kw_only=True)


@dataclass
class Verified:
    """What a step did, None if the program ended before it was done; and what is wrong with it."""

    done: CellRun | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def edits(self) -> list[Edit]:
        """What `update` would write: the edits of those problems that it can mend."""
        return [problem.edit for problem in self.problems if isinstance(problem, Drift)]


def verify(page: Page, run: Run) -> dict[Step, Verified]:
    """Each step of the page beside what it did in a run of `page.steps`, in their order."""
    steps = page.steps
    verified = {step: Verified() for step in steps}
    if run.fault:
        step = steps[run.fault.cell]
        verified[step].problems.append(_ended(page, step, run.fault))
    for step, done in zip(steps, run.cells):
        verified[step].done = done
        is_value = isinstance(step, Value)
        found = _check_value(step, done) if is_value else _check_cell(page, step, done)
        verified[step].problems += found
    for embed in page.embeds:
        if embed.cell and (done := verified[embed.cell].done):
            if embed.fence.predict:
                verified[embed.cell].problems += _check_choices(page, embed, done)
            elif embed.fence.order:
                verified[embed.cell].problems += _check_order(page, embed, done)
    return verified


def why_not_run(page: Page, verified: dict[Step, Verified]) -> str:
    """Why steps of the page did not run: the cell that failed above, or what let no cell begin."""
    if page.unrunnable:
        first = page.unrunnable[0]
        return f"no cell of this page could begin. {first.at[-1]}: {first.message.splitlines()[0]}"
    at_end = [step for step, of in verified.items() if of.problems and of.done is None]
    reached = at_end or [step for step, of in verified.items() if of.done]
    return f"a cell above failed, {page.at(reached[-1])[-1]}"


def _ended(page: Page, step: Step, fault: Fault) -> Problem:
    remedy = next((help for word, help in _REMEDIES.items() if word in fault.reason), "")
    message = f"expected  a cell that ends\ngot       {fault.reason}"
    return Problem(page.at(step, fault.statement), message, remedy)


def right_choice(choices: list[Choice], done: CellRun) -> Choice | None:
    """The choice that is what the cell put out; None unless exactly one is."""
    right = [choice for choice in choices if matches([choice.text], [_answer(done)])]
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
        pairs = [told_apart(choice.text, truth) for choice in embed.choices]
        came = next((came for _, came in pairs if came != truth), truth)
        message = f"expected  a choice that the cell prints\ngot       {came}"
        yield Problem(
            at, message, "Correct the choice that was right, in the list below the fence."
        )
    if len(true) > 1:
        message = f"expected  one true choice\ngot       {len(true)}: {', '.join(true)}"
        yield Problem(at, message, "Leave one of them in the list below the fence.")
    for choice in embed.choices:
        if choice.text not in true and not choice.reason:
            message = f"no reason is given for the wrong choice {choice.text}"
            yield Problem(at, message, "Say which mistake leads to it.")


def _check_order(page: Page, embed: Embed, done: CellRun) -> Iterator[Problem]:
    """An exercise: the steps are the lines that the cell prints, and each says why it comes no sooner."""
    at = (Location(page.path, embed.fence.first),)
    steps = [step.text for step in embed.choices]
    came = [line.strip() for output in done.outputs for line in lines(output.text)]
    if len(steps) < 3:
        form = "three steps or more below, in the right order: 1. `a line that the cell prints`: why it comes no sooner"
        yield Problem(at, f"expected  {form}\ngot       {len(steps)}")
    elif len({*steps}) < len(steps):
        yield Problem(at, "two of the steps are the same, so no order of theirs is wrong")
    elif not matches(steps, came):
        message = _compared(steps, came)
        yield Problem(at, message, "Correct the list below the fence: it stands in the order in which the cell prints.")
    for step in embed.choices[1:]:
        if not step.reason:
            yield Problem(at, f"no reason is given for the place of {step.text}", "Say why it comes no sooner.")


def _check_cell(page: Page, cell: Cell, done: CellRun) -> Iterator[Problem]:
    error, meant = _error(done), "raises-exception" in cell.tags
    if error and not meant:
        hints = (hint for start, hint in _HINTS.items() if re.match(start, error.text, re.S))
        message = f"expected  no exception\n{_block('got', lines(error.text))}"
        remedy = 'If it is meant to fail:  tags=["raises-exception"] in the cell\'s header'
        yield Problem(page.at(cell, error.statement), message, next(hints, remedy))
    elif meant and not error:
        message = "expected  an exception, as the tag raises-exception says\ngot       none"
        yield Problem(page.at(cell), message, "If it is right that none comes:  take the tag away")
    else:
        if error and done.started < len(cell.statements):
            message = (
                "this never runs, as a statement above it raises; put it into a cell of its own"
            )
            yield Problem(page.at(cell, done.started), message)
        yield from _drifts(page, cell, done)


def _drifts(page: Page, cell: Cell, done: CellRun) -> Iterator[Drift]:
    """The statements that did not print what they are stated to print.

    What a thread or a child process prints may be stated below any statement of the cell: it is compared as a whole.
    Where one of its statements may vary, what they print is not compared at all.
    """
    statements = cell.statements[: done.started]
    stated = [statement.expected or [] for statement in statements]
    varies = any(statement.varies for statement in statements)
    got = [printed(done, position, with_loose=not varies) for position in range(len(statements))]
    if any(output.loose for output in done.outputs) and not varies:
        said, came = [*chain(*stated)], [*chain(*got)]
        if matches(said, came):
            return
        if len(said) == len(
            came
        ):  # each line stays below the statement where its author has put it
            left = iter(came)
            got = [list(islice(left, len(each))) for each in stated]
    for position, statement in enumerate(statements):
        if not statement.varies and not matches(stated[position], got[position]):
            word = "new value is" if statement.expected else "output is"
            source = page.snippet.path if page.snippet else page.path
            mend = command(f"gradbook update {source}")
            remedy = f"If the {word} right:  {mend}"
            edit = _new_expectation(cell, statement, got[position])
            message = _compared(statement.expected, got[position])
            yield Drift(page.at(cell, position), message, remedy, edit=edit)


def _new_expectation(cell: Cell, statement: Statement, got: list[str]) -> NewExpectation:
    stated = statement.expected or []
    if len(stated) == len(got):  # a line that still holds keeps its `...` and its fewer digits
        pairs = zip(stated, got, strict=True)
        got = [old if line_matches(old, new) else new for old, new in pairs]
    old_lines = tuple(statement.expected_lines)
    return NewExpectation(cell.path, statement.last, old_lines, tuple(got), cell.indent)


def printed(done: CellRun, statement: int, with_loose: bool = True) -> list[str]:
    """What the statement put out, as the lines that an expectation states."""
    outputs = [output for output in done.outputs if output.statement == statement]
    kept = (output for output in outputs if with_loose or not output.loose)
    return [line for output in kept for line in lines(output.text)]


def _error(done: CellRun) -> Output | None:
    return next((output for output in done.outputs if output.kind == "error"), None)


def _check_value(value: Value, done: CellRun) -> Iterator[Problem]:
    got = "".join(output.text for output in done.outputs).strip()
    failed = _error(done)
    if not failed and prose_matches(value.stated, got):
        return
    said, came = told_apart(value.stated, got)
    message = f"{_block('expected', [said])}\n{_block('got', lines(came))}"
    new = in_prose(got, like=value.stated)
    if failed or not can_be_stated(new):
        yield Problem((value.at,), message, "Edit the expression behind the value.")
    else:
        mend = command(f"gradbook update --prose {value.path}")
        remedy = f"If the new value is right:  {mend}"
        edit = NewValue(value.path, value.line, value.columns, new)
        yield Drift((value.at,), message, remedy, edit=edit)


def _compared(stated: list[str] | None, got: list[str]) -> str:
    """Both texts; of long ones that begin alike, only what comes from the first difference on."""
    said = ["(no output is stated)"] if stated is None else list(stated)
    came = list(got) or ["(nothing was printed)"]
    for n, pair in enumerate(zip(stated or [], got)):
        said[n], came[n] = told_apart(*pair)
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


def unshown(pages: list[Page], files: Iterable[SnippetFile]) -> list[Problem]:
    """A problem for each snippet file without its one page, and for each cell that no page shows.

    A page with faults of its own has said already why it shows less than it should.
    """
    # What a page with faults embeds is not known, unless it got as far as its snippet file.
    all_known = all(page.snippet for page in pages if page.faults)
    found: list[Problem] = []
    for file in files:
        homes = [page for page in pages if page.snippet and page.snippet.path == file.path]
        if homes:
            found += _unshown_cells(file, homes)
        elif all_known:
            found.append(Problem((Location(file.path, 1),), "no page embeds this snippet file"))
    return found


def _unshown_cells(file: SnippetFile, homes: list[Page]) -> Iterator[Problem]:
    if len(homes) > 1:
        names = " and ".join(page.path for page in homes)
        message = f"{names} embed this snippet file; a page is one program, with its own file"
        yield Problem((Location(file.path, 1),), message)
    page = homes[0]
    shown = [embed.cell for embed in page.embeds]
    for cell in [] if page.faults else page.cells:
        if cell not in shown and "remove-cell" not in cell.tags:
            include = f'--8<-- "{file.path.partition("/")[2]}:{cell.name}"'
            message = f"no page shows this cell\nexpected  {include}"
            remedy = 'If it is not meant to be shown:  tags=["remove-cell"] in its header'
            yield Problem((Location(page.path, 0), cell.at), message, remedy)

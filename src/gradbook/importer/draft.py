"""A page and its snippet file, drafted from a tutorial, and the report on what an author has still to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from gradbook.errors import Location
from gradbook.importer import decisions, markdown
from gradbook.importer.notes import TOPICS, Notes
from gradbook.importer.program import Names, fault, to_python
from gradbook.importer.rest import Rest, lines_of
from gradbook.importer.tutorials import Block, Tutorial, read_tutorial
from gradbook.page.cells import Cell, parse
from gradbook.page.pages import load
from gradbook.project import Project
from gradbook.run.outputs import Run

PATIENCE = (
    300  # seconds that a program may take the first time, before its author has made it smaller
)
LONG = 5  # seconds after which a reader of the report wants to know the cell
_LONGEST = 160  # characters of a page's description


@dataclass
class Draft:
    """The texts of both files, what was noted on the way, and what a person calls the tutorial's form."""

    form: str
    page: str = ""
    snippet: str = ""
    notes: Notes = field(default_factory=Notes)


def draft(source: Path, project: Project, embed: str) -> Draft:
    """Draft a page and its snippet file, which the page names as `embed`. Raises Problem if `source` is no tutorial."""
    notes, name = Notes(), project.name(source)
    tutorial = read_tutorial(source, name, notes)
    parts, cells = _parts(tutorial, name, embed, notes)
    title, parts = _titled(parts, source)
    plain = markdown.plain(title)
    head = f"---\ntitle: {_yaml(plain)}\ndescription: {_yaml(_description(parts))}\n---\n"
    body = "\n\n".join(text for _, text in parts if text)
    return Draft(tutorial.form, f"{head}\n# {title}\n\n{body}\n", "\n".join(cells), notes)


def _yaml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _parts(
    tutorial: Tutorial, name: str, embed: str, notes: Notes
) -> tuple[list[tuple[str, str]], list[str]]:
    """What stands on the page, in order, as ("prose" or "code", Markdown); and the cells of the snippet file."""
    rest = Rest(lambda line, what: notes.add("prose", Location(name, line), what))
    for block in tutorial.blocks:
        if block.kind == "rest":
            rest.learn(block.text)
    names, parts, cells = Names(), [], []
    heading = ""
    for block in tutorial.blocks:
        if block.kind != "code":
            text = _prose(block, name, rest, notes)
            found = markdown.headings(text)
            title = not parts and len(found) == 1  # names the page, and no cell of it
            heading = found[-1][1] if found and not title else heading
            parts.append(("prose", text))
            continue
        code = to_python(
            block.text, block.line, lambda n, w: notes.add("left out", Location(name, n), w)
        )
        if not code:
            continue
        if why := fault(code):
            parts.append(("code", f'```python notest reason="{why}"\n{code}\n```'))
            continue
        above = parts[-1][1] if parts and parts[-1][0] == "prose" else ""
        cell = names.name(code, [block.title, heading, markdown.caption(above)])
        heading = ""
        tags = f" tags={json.dumps(sorted(block.tags))}" if block.tags else ""
        cells.append(f"# %% {cell}{tags}\n{code}\n")
        if "remove-cell" not in block.tags:
            parts.append(("code", f'```python\n--8<-- "{embed}:{cell}"\n```'))
    return parts, cells


def _prose(block: Block, name: str, rest: Rest, notes: Notes) -> str:
    """The Markdown of a block of prose. Of a converted one the lines are no longer those of the file."""
    converted = block.kind == "rest"
    text = rest.convert(lines_of(block.text, block.line)) if converted else block.text

    def note(line: int, what: str) -> None:
        notes.add("prose", Location(name, block.line if converted else line), what)

    return markdown.tidy(text, block.line, note)


def _titled(parts: list[tuple[str, str]], source: Path) -> tuple[str, list[tuple[str, str]]]:
    """The title of the page: the first heading, if it stands above all code; and the parts without it."""
    title = re.sub(r"[_-]+", " ", source.stem).strip().capitalize()
    for number, (kind, text) in enumerate(parts):
        if kind == "code":
            break
        if markdown.headings(text):
            title, text = markdown.without_title(text)
            parts = [*parts[:number], (kind, text), *parts[number + 1 :]]
            break
    prose = [text for kind, text in parts if kind == "prose"]
    if any(level == 1 for text in prose for level, _ in markdown.headings(text)):
        parts = [(kind, markdown.lowered(t) if kind == "prose" else t) for kind, t in parts]
    return title, parts


def _description(parts: list[tuple[str, str]]) -> str:
    """The first sentence of the prose, as far as a description may go; for want of one, the first words."""
    paragraphs = [p for kind, text in parts if kind == "prose" for p in re.split("\n{2,}", text)]
    begun = [markdown.plain(p) for p in paragraphs if re.match(r"[\w“\"']", p)]
    found = [words for words in begun if len(words) > 30]
    sentences = [m[0] for words in found if (m := re.match(r".{20,}?[.!?:](?= |$)", words))]
    if not found:
        return "One sentence, under 160 characters."
    text = (sentences or found)[0]
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def report(draft: Draft, project: Project, page: Path, snippet: Path) -> Iterator[str]:
    """Run the drafted program once, and tell, line by line, what it did and what its author must decide."""
    name, notes = project.name(snippet), draft.notes
    cells = parse(draft.snippet, name).cells
    whole = load(draft.page, project.name(page), project.snippets)
    for at, reason in whole.notests:
        notes.add("not run", at, reason)
    decisions.in_lines(draft.snippet, name, notes)
    decisions.in_code(cells, notes)
    # Each cell may raise, as under Jupyter's allow-errors: those below it say what else there is to do.
    patient = [replace(cell, tags=cell.tags | {"raises-exception"}) for cell in cells]
    run = project.executor.run(patient, PATIENCE)
    decisions.in_outputs(cells, run.cells, notes)
    yield f"{draft.form.capitalize()}: {_cells(len(cells))}."
    yield from _ran(cells, run)
    if any(notes.about(topic) for topic in TOPICS):
        yield "\nFor you to decide"
    for topic, advice in TOPICS.items():
        if found := notes.about(topic):
            yield f"\n  {advice}"
            yield from (f"    {note}" for note in found)
    yield "\nWhose text this is, and under which license, is for you to say on the page."


def _ran(cells: list[Cell], run: Run) -> Iterator[str]:
    """Which cells ran, raised, took long."""
    raised = [(cell, output) for cell, done in zip(cells, run.cells) for output in done.outputs]
    raised = [(cell, output) for cell, output in raised if output.kind == "error"]
    seconds = sum(done.seconds for done in run.cells)
    well = _cells(len(run.cells) - len(raised))
    yield f"Ran once, in {seconds:.1f} s: {well} ran to the end, {len(raised)} raised."
    told: dict[str, list[str]] = {}
    for cell, output in raised:
        meant = " (as its tag says)" if "raises-exception" in cell.tags else ""
        text = output.text.strip().split("\n")[0] + meant
        told.setdefault(text, []).append(str(cell.location(output.statement)))
    for text, places in told.items():
        more = f" (and {_cells(len(places) - 1)} below)" if len(places) > 1 else ""
        yield f"  {places[0]}  {text}{more}"
    for cell, done in zip(cells, run.cells):
        if done.seconds > LONG:
            yield f"  {cell.at}  took {done.seconds:.0f} s"
    if run.fault:
        cell = cells[run.fault.cell]
        below = _cells(len(cells) - run.fault.cell - 1)
        yield f"  {cell.location(run.fault.statement)}  {run.fault.reason}; {below} below did not run"
    elif seconds > 45:
        yield f"  The limit is 60 s: make it smaller, or  # gradbook: timeout={round(2 * seconds)}  on top"


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"

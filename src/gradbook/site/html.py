"""What a program's outcome puts into its page, as HTML: outputs, problems, verdicts on choices.

A page is rendered while its program still runs. Until it has ended, marks stand where its outcome belongs.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from html import escape
from itertools import groupby
from types import MappingProxyType

from markdown import markdown
from math_core import LatexError, LatexToMathML

from gradbook.compare.verify import Verified, right_choice, why_not_run
from gradbook.errors import Problem
from gradbook.page.cells import Cell
from gradbook.page.pages import Embed, Page, Step
from gradbook.run.outputs import CellRun, Output
from gradbook.site.copies import Copy, copies
from gradbook.site.plots import with_sliders

_KEY = f"gradbook-{secrets.token_hex(8)}"  # so that no page can hold a mark that is not ours
_ANY = "gradbook-of-any-process"
_BOX = '<div class="cell-problem" role="alert">'
_MARK = re.compile(
    rf"<!--{_KEY} (?P<what>outcome|copy|choice|verdict) (?P<embed>\d+)(?: (?P<choice>\d+))?-->"
)


def mark(what: str, embed: Embed, choice: int | None = None) -> str:
    """A comment that stands for an `outcome`, for what comes along in a `copy`, or for a `choice` and its `verdict`."""
    return f"<!--{_KEY} {what} {embed.number}{'' if choice is None else f' {choice}'}-->"


def holds_mark(html: str) -> bool:
    """Whether a mark stands in it whose place no outcome has taken."""
    return _MARK.search(html) is not None


def to_keep(html: str) -> str | None:
    """The page's HTML for another process, whose marks have another key; None if it cannot be told from ours."""
    return None if _ANY in html else html.replace(_KEY, _ANY)


def from_kept(html: str) -> str:
    """The HTML that another process has kept, with the marks of this one."""
    return html.replace(_ANY, _KEY)


def filled(
    html: str,
    page: Page,
    verified: dict[Step, Verified],
    outputs: Mapping[Step, str] = MappingProxyType({}),
) -> str:
    """The page's HTML with the outcomes of its program in the place of their marks.

    `outputs` is the HTML of steps' outputs, of those where somebody else has made it. Marks of other pages stay.
    """
    embeds = {embed.number: embed for embed in page.embeds}
    copied: dict[Cell, Copy] = {}
    if f"<!--{_KEY} copy " in html:
        copied = copies({cell: done for cell in page.cells if (done := verified[cell].done)})
    boxes = [
        embed.cell for embed in page.embeds if embed.cell and "remove-cell" not in embed.cell.tags
    ]
    places = {cell: n for n, cell in enumerate(boxes) if "hide-input" not in cell.tags}

    def fill(match: re.Match) -> str:
        embed = embeds.get(int(match["embed"]))
        if embed is None:
            return match[0]
        if match["what"] == "copy":
            return _along(copied.get(embed.cell), places)
        if match["what"] == "outcome":
            return _outcome(page, embed, verified, outputs.get(embed.cell))
        word = _verdict(embed, int(match["choice"]), verified[embed.cell].done)
        if match["what"] == "verdict":
            return f"{word}."
        return f"choice-{word.lower().replace(' ', '-')}"

    return _MARK.sub(fill, html)


def _along(copy: Copy | None, places: Mapping[Cell, int]) -> str:
    """What the copy button takes along with the cell's code; assets/gradbook.js puts it together."""
    if copy is None:
        return ""
    shows = f' data-print="{" ".join(map(str, copy.shows))}"' if copy.shows else ""
    if copy.parts:
        count = f"{copy.lines} line{'s' * (copy.lines > 1)}"
        return (
            f'<details class="cell-along" data-search-exclude data-above="{escape(copy.packed(places))}"{shows}>'
            f"<summary>with {count} from above</summary></details>"
        )
    return f'<span class="cell-along" hidden{shows}></span>' if shows else ""


def _verdict(embed: Embed, choice: int, done: CellRun | None) -> str:
    if done is None:
        return "Not run"
    return "Yes" if embed.choices[choice] is right_choice(embed.choices, done) else "No"


def _outcome(page: Page, embed: Embed, verified: dict[Step, Verified], html: str | None) -> str:
    """What stands below a cell's code: the problems of all steps that its fence answers for; its outputs."""
    steps = [verified[step] for step in embed.steps]
    problems = embed.problems + [problem for step in steps for problem in step.problems]
    box = problem_box(problems) if problems else ""
    cell, done = embed.cell, verified[embed.cell].done
    if "remove-cell" in cell.tags:
        return box
    if done is None:
        why = escape(why_not_run(page, verified))
        return box or f'<p class="cell-badge">Not run: {why}</p>'
    if done.outputs and "hide-output" not in cell.tags:
        return box + _output_box(cell, done.outputs, html)
    return box


def _output_box(cell: Cell, outputs: list[Output], html: str | None) -> str:
    html = _shown(outputs) if html is None else html
    if "raises-exception" in cell.tags:
        error, _ = outputs[-1].exception
        badge = f'<p class="cell-badge">Raises {escape(error)}, on purpose</p>\n'
        before, opening, message = html.rpartition('<pre class="output-error"')
        html = before + badge + opening + message  # after a warning, which came first
    # Told by a class: for `:only-child` a browser waits for the end of the picture, which then moves what it holds.
    alone = " output-alone" * (len(outputs) == 1 and html.startswith('<div class="output-display'))
    return f'<div class="output{alone}" role="group" aria-label="Output">{html}</div>'


def _shown(outputs: list[Output]) -> str:
    groups = groupby(outputs, lambda output: output.kind)
    return "\n".join(_rendered(kind, list(group)) for kind, group in groups)


def _rendered(kind: str, outputs: list[Output]) -> str:
    """Outputs of one kind: a stream as one text, values each in its richest form, or its repr."""
    if kind == "display":
        return "\n".join(
            rich(output.data, output.text) or _text("value", output.text) for output in outputs
        )
    return _text(kind, "".join(output.text for output in outputs))


def _text(kind: str, text: str) -> str:
    text = text.rstrip("\n")
    # A long line scrolls inside its box, so the keyboard must reach the box.
    focus = ' tabindex="0"' if max(map(len, text.split("\n"))) > 60 else ""
    return f'<pre class="output-{kind}"{focus}><samp>{escape(text, quote=False)}</samp></pre>'


def rich(data: dict[str, str], text: str = "") -> str:
    """A value's richest form as HTML, from its forms by MIME type; nothing where it has none.

    `text` says in words what an image shows.
    """
    if html := data.get("text/html") or data.get("image/svg+xml"):
        return f'<div class="output-display">{with_sliders(html)}</div>'
    for mime in ("image/png", "image/jpeg"):
        if image := data.get(mime):
            source = f"data:{mime};base64,{escape(image)}"
            return f'<div class="output-display"><img src="{source}" alt="{escape(text)}"></div>'
    if note := data.get("text/markdown"):
        html = markdown(note, extensions=["fenced_code", "tables"])
        return f'<div class="output-display">{html}</div>'
    tex = data.get("text/latex", "").strip().strip("$").strip()
    try:
        formula = LatexToMathML().convert_with_local_state(tex, displaystyle=True) if tex else ""
    except LatexError:
        return ""
    return formula and f'<div class="output-display math" data-search-exclude>{formula}</div>'


def problem_box(problems: list[Problem]) -> str:
    """The problems as an alert, with all that their messages say."""
    text = "\n\n".join(escape(str(problem), quote=False) for problem in problems)
    return f'{_BOX}<pre tabindex="0">{text}</pre></div>'


def holds_box(html: str) -> bool:
    """Whether a problem is shown in it."""
    return _BOX in html

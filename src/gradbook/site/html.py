"""What a program's outcome puts into its page, as HTML: outputs, problems, verdicts on choices.

A page is rendered while its program still runs. Until it has ended, marks stand where its outcome belongs.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from html import escape
from itertools import groupby

from math_core import LatexError, LatexToMathML

from gradbook.compare.verify import right_choice
from gradbook.errors import Problem
from gradbook.page.pages import Embed, Page
from gradbook.run.outputs import Output, Run

_KEY = f"gradbook-{secrets.token_hex(8)}"  # so that no page can hold a mark that is not ours
_MARK = re.compile(
    rf"<!--{_KEY} (?P<what>outcome|choice|verdict) (?P<embed>\d+)(?: (?P<choice>\d+))?-->"
)


def mark(what: str, embed: int, choice: int | None = None) -> str:
    """A comment that stands for an `outcome`, or for what depends on it in a `choice` and its `verdict`."""
    return f"<!--{_KEY} {what} {embed}{'' if choice is None else f' {choice}'}-->"


def filled(html: str, page: Page, run: Run, problems: dict[int, list[Problem]]) -> str:
    """The page's HTML with the outcomes of its program in the place of their marks."""

    def fill(match: re.Match) -> str:
        embed = page.embeds[int(match["embed"])]
        if match["what"] == "outcome":
            return _outcome(page, embed, run, problems)
        ran = embed.step < len(run.cells)
        right = right_choice(embed.choices, run.cells[embed.step]) if ran else None
        word = "Not run" if not ran else "Yes" if int(match["choice"]) == right else "No"
        return (
            f"{word}." if match["what"] == "verdict" else f"choice-{word.lower().replace(' ', '-')}"
        )

    return _MARK.sub(fill, html)


def _outcome(page: Page, embed: Embed, run: Run, problems: dict[int, list[Problem]]) -> str:
    """What stands below a cell's code: its problems and those of the steps above that no cell shows; its outputs."""
    step, earlier = page.steps[embed.step], [e.step for e in page.embeds if e.step is not None]
    first = max((number + 1 for number in earlier if number < embed.step), default=0)
    faults = [p for n in range(first, embed.step + 1) for p in problems.get(n, [])]
    parts = [problem_box(embed.problems + faults)] if embed.problems + faults else []
    if embed.step >= len(run.cells):
        return "".join(parts) or '<p class="cell-badge">Not run: a cell above failed.</p>'
    outputs = run.cells[embed.step].outputs
    if outputs and "hide-output" not in step.tags:
        parts.append(_shown(outputs, "raises-exception" in step.tags))
    return "".join(parts)


def _text(kind: str) -> Callable[[list[Output]], str]:
    def render(outputs: list[Output]) -> str:
        text = "".join(output.text for output in outputs).rstrip("\n")
        # A long line scrolls inside its box, so the keyboard must reach the box.
        focus = ' tabindex="0"' if max(map(len, text.split("\n"))) > 60 else ""
        return f'<pre class="output-{kind}"{focus}><samp>{escape(text, quote=False)}</samp></pre>'

    return render


def _display(outputs: list[Output]) -> str:
    """The richest form that each value has; its repr where it has none."""
    return "\n".join(_rich(output.data) or _text("value")([output]) for output in outputs)


def _rich(data: dict[str, str]) -> str:
    if html := data.get("image/svg+xml") or data.get("text/html"):
        return f'<div class="output-display">{html}</div>'
    tex = data.get("text/latex", "").strip().strip("$").strip()
    try:
        formula = LatexToMathML().convert_with_local_state(tex, displaystyle=True) if tex else ""
    except LatexError:
        return ""
    return formula and f'<div class="output-display math" data-search-exclude>{formula}</div>'


_RENDERERS = {
    "stdout": _text("stdout"),
    "stderr": _text("stderr"),
    "warning": _text("warning"),
    "error": _text("error"),
    "display": _display,
}


def _shown(outputs: list[Output], raises: bool) -> str:
    parts = [_RENDERERS[kind](list(group)) for kind, group in groupby(outputs, lambda o: o.kind)]
    if raises:
        error = outputs[-1].text.partition(":")[0].strip()
        parts.insert(0, f'<p class="cell-badge">Raises {escape(error)}, on purpose</p>')
    return '<div class="output" role="group" aria-label="Output">' + "\n".join(parts) + "</div>"


def problem_box(problems: list[Problem]) -> str:
    """The problems as an alert, with all that their messages say."""
    text = "\n\n".join(escape(str(problem), quote=False) for problem in problems)
    return f'<div class="cell-problem" role="alert"><pre tabindex="0">{text}</pre></div>'

"""What pages hold, counted for readers: minutes, cells, errors, formulas, figures, and what numbers rest on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from gradbook.page.cells import Cell
from gradbook.page.pages import Page
from gradbook.run.outputs import Run

#: Fewer than for a novel: code and formulas are read more slowly, and answers are thought about first.
WORDS_A_MINUTE = 160
_RESTS = "<!-- numbers -->"
# In the words of `compare/numerals.py`, and in those of the table that stands in the comment's place.
KINDS = {
    "inputs and outputs": "the code or an output beside it",
    "checked values": "an expression that the build evaluated",
    "claims and code": "a claim, or a formula in the code",
    "sums": "a sum that comes out",
    "declared": "the page's list of declared facts and formulas",
}
_UNREAD = re.compile(r"<(svg|script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)


def minutes(html: str) -> int:
    """The minutes that a page's HTML takes to read, rounded up: words, code and folded answers alike."""
    words = re.findall(r"\w+", _UNREAD.sub("", html))
    return -(-len(words) // WORDS_A_MINUTE)


def counts(pages: Iterable[Page]) -> dict[str, int]:
    """How many cells run on the pages, how many of them raise on purpose, and what is checked beside outputs."""
    steps = [step for page in pages for step in page.steps]
    cells = [step for step in steps if isinstance(step, Cell)]
    stated = ["\n".join(s.expected or []) for cell in cells for s in cell.statements]
    return {
        "cells": len(cells),
        "errors": sum("raises-exception" in cell.tags for cell in cells),
        "formulas": sum(len(re.findall(r"\(proved\b", text)) for text in stated),
        "numbers": len(steps) - len(cells),
    }


def figures(page: Page, run: Run) -> int:
    """How many pictures, plots and other figures a page shows; a formula is none."""
    hidden = {"hide-output", "remove-cell"}
    shown = {embed.cell for embed in page.embeds if embed.cell and not embed.cell.tags & hidden}
    outputs = [o for step, did in zip(page.steps, run.cells) if step in shown for o in did.outputs]
    return sum(bool(output.data) and "text/latex" not in output.data for output in outputs)


def with_rests(html: str, rests: Collection[Mapping[str, int]]) -> str:
    """A page's HTML with a table of what numbers and formulas rest on, where a comment asks for it."""
    if _RESTS not in html:
        return html
    sums = {said: sum(counts.get(kind, 0) for counts in rests) for kind, said in KINDS.items()}
    rows = "".join(f'<tr><th scope="row">{said}</th><td>{n:,}</td></tr>' for said, n in sums.items())
    return html.replace(
        _RESTS,
        '<div class="rests"><table><thead><tr><th scope="col">A number or formula rests on</th>'
        f'<th scope="col">how many</th></tr></thead><tbody>{rows}</tbody><tfoot><tr><th scope="row">together</th>'
        f"<td>{sum(sums.values()):,}</td></tr></tfoot></table></div>",
    )

"""A claim that was weighed, as notebooks and pages display it, with how it was checked."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """Equations that hold; `how` tells in a sentence or two what was done to find that out."""

    lines: Sequence[tuple[str, str]]
    text: str
    proved: bool
    by: str
    how: str

    @property
    def word(self) -> str:
        return "proved" if self.proved else "checked"

    def __repr__(self) -> str:
        return f"{self.text} ({self.word}: {self.by})"

    def tex(self) -> str:
        """Return the equations as TeX, one below the other."""
        if len(self.lines) == 1:
            return " = ".join(self.lines[0])
        rows = r" \\ ".join(f"{left} &= {right}" for left, right in self.lines)
        return rf"\begin{{aligned}} {rows} \end{{aligned}}"

    def _repr_latex_(self) -> str:
        return f"$${self.tex()}$$"

    def _repr_html_(self) -> str:
        """The equations as MathML, and a mark that opens on how they were checked."""
        from math_core import LatexToMathML

        formula = LatexToMathML().convert_with_local_state(self.tex(), displaystyle=True)
        how = html.escape(self.how)
        return (
            f'<div class="claim"><div class="math" data-search-exclude>{formula}</div>'
            f'<details class="claim-mark"><summary title="{how}">{self.word}</summary>'
            f"<p>{how}</p></details></div>"
        )

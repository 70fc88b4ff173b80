"""`row`: pictures of graphs side by side, to compare; where there is no room, below each other."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from gradbook.graph.figure import Picture, contents, title
from gradbook.graph.svg import svg


class Row:
    """What `row` returns: one figure for each picture, and one line of text for each in a shell."""

    def __init__(self, pictures: Mapping[str, Picture]) -> None:
        self.pictures = pictures

    def __repr__(self) -> str:
        return "\n".join(f"{caption}: {one!r}" for caption, one in self.pictures.items())

    def _repr_html_(self) -> str:
        figures = "".join(
            '<figure style="margin:0;display:grid;justify-items:center">'
            f"<figcaption><code>{escape(caption)}</code></figcaption>"
            f"{svg(one.shown, title(one.graph), contents(one.graph))}</figure>"
            for caption, one in self.pictures.items()
        )
        return (
            '<div class="gg-scroll" tabindex="0" role="group" style="overflow-x:auto" '
            f'aria-label="{len(self.pictures)} graphs side by side">'
            '<div class="pictures" style="display:flex;flex-wrap:wrap;gap:12px 8px;'
            f'align-items:start;justify-content:space-evenly">{figures}</div></div>'
        )


def row(pictures: Mapping[str, Picture]) -> Row:
    """Sets pictures side by side, each under its caption: row({"no_grad": draw(a), ...}).

    Captions are code. The pictures have no player: draw a graph alone to step through it.
    """
    if not pictures or not all(isinstance(one, Picture) for one in pictures.values()):
        raise TypeError("row needs pictures, as in row({'y': draw(y)})")
    return Row(pictures)

"""Labs: pages that show their cells as a notebook does, with prompts. Knows nbconvert's classes, by BeautifulSoup.

A lab is a page like any other: the site's own Markdown makes it, our workers run it, and what is wrong with it is
found as on every page. At the end mkdocs-jupyter renders the notebook of its cells, with the outputs that they had,
and what it shows of them comes into the page: prompts and outputs. Half a megabyte of style and scripts stays behind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from gradbook.compare.verify import Verified
from gradbook.page.cells import Cell
from gradbook.page.pages import Page, Step
from gradbook.run.outputs import CellRun, Output, merged
from gradbook.site.downloads import as_notebook, code_cell
from gradbook.site.html import filled, rich

if TYPE_CHECKING:
    from bs4 import Tag

_KINDS = {
    "application/vnd.jupyter.stdout": "stdout",
    "application/vnd.jupyter.stderr": "stderr",  # in nbconvert's words, errors and warnings too
    "text/plain": "value",
}


def is_lab(uri: str) -> bool:
    """Whether the page at this path below docs is a lab."""
    return uri.startswith("labs/") and uri != "labs/index.md"


def filled_lab(
    html: str, page: Page, verified: dict[Step, Verified], render: Callable[[dict], str]
) -> str:
    """The lab's HTML with the outcomes of its program in the place of their marks, and with prompts.

    `render` makes the HTML of a notebook: mkdocs-jupyter does.
    """
    ran = {cell: done for cell in page.cells if (done := verified[cell].done)}
    rendered = _code_cells(render(notebook(ran))) if ran else []
    shown = {
        cell: tag for cell, tag in zip(ran, rendered, strict=True) if "hide-input" not in cell.tags
    }
    outputs = {cell: _outputs(tag, ran[cell].outputs) for cell, tag in shown.items()}
    html = filled(html, page, verified, outputs)
    for cell, tag in shown.items():
        html = _prompted(html, cell, _prompt(tag.select_one(".jp-InputPrompt")))
    return html


def notebook(ran: dict[Cell, CellRun]) -> dict:
    """Cells and what they put out, as a notebook; figures and formulas are the site's own HTML in it."""
    cells = []
    for cell, done in ran.items():
        outputs = [_as_shown(output) for output in merged(done.outputs)]
        cells.append(code_cell({}, "\n".join(cell.shown), outputs))
    return as_notebook(cells)


def _as_shown(output: Output) -> Output:
    html = rich(output.data, output.text)
    return replace(output, data={"text/html": html} if html else {})


def _code_cells(html: str) -> list[Tag]:
    """The notebook's code cells; mkdocs-jupyter puts each into a second element of the same class."""
    from bs4 import BeautifulSoup  # slow to import, and needed where there are labs

    cells = BeautifulSoup(html, "html.parser").select(".jp-CodeCell")
    return [cell for cell in cells if not cell.find_parent(class_="jp-CodeCell")]


def _outputs(cell: Tag, outputs: list[Output]) -> str:
    """The HTML of a cell's outputs as they stand in the notebook; figures are those that it was given."""
    kinds = {o.text.strip("\n"): o.kind for o in merged(outputs) if not o.data}
    figures = (html for output in outputs if (html := rich(output.data, output.text)))
    areas = cell.select(".jp-OutputArea-child")
    return "\n".join(_output(area, kinds, figures) for area in areas)


def _output(area: Tag, kinds: dict[str, str], figures: Iterator[str]) -> str:
    shown = area.select_one(".jp-OutputArea-output")
    label = _prompt(area.select_one(".jp-OutputPrompt"))
    kind = _KINDS.get(str(shown.get("data-mime-type")))
    if kind is None:  # BeautifulSoup would write the names of SVG's attributes in lower case
        return label + next(figures)
    text = shown.get_text().strip("\n")
    if kind == "stderr":
        kind = kinds.get(text, kind)
    return f'{label}<pre class="output-{kind}" tabindex="0"><samp>{escape(text, quote=False)}</samp></pre>'


def _prompt(prompt: Tag | None) -> str:
    """The prompt as a paragraph, with an ordinary space, as people search for it; none where it is empty."""
    text = prompt.get_text(strip=True).replace("\N{NO-BREAK SPACE}", " ") if prompt else ""
    return f'<p class="lab-prompt">{text}</p>\n' if text else ""


def _prompted(html: str, cell: Cell, prompt: str) -> str:
    """The page with a prompt above the cell's code."""
    opening = re.compile(rf'<div class="(cell[\w -]*)" (id="cell-{cell.name}(?:-\d+)?")>\n?')
    return opening.sub(rf'<div class="\1 lab-cell" \2>\n{prompt}', html, count=1)

"""How many cells of the pages have a copy that runs alone, and how many lines come along with it."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from gradbook.project import project_at
from gradbook.site.copies import copies

project = project_at(Path(__file__).parents[1])
shown, alone = 0, []
for path in project.page_files():
    page = project.page(path)
    _, verified = project.verify(page)
    found = copies({cell: done for cell in page.cells if (done := verified[cell].done)})
    cells = {embed.cell for embed in page.embeds if embed.cell}
    shown += sum(not cell.tags & {"hide-input", "remove-cell"} for cell in cells)
    alone += [copy for cell, copy in found.items() if cell in cells]
along = [copy.lines for copy in alone]
whole = [sum(bool(line.strip()) for line in copy.program.split("\n")) for copy in alone]
print(f"{len(alone)} of {shown} cells that readers see have a copy that runs alone.")
print(f"{sum(not lines for lines in along)} need nothing from above; in the median {median(along):g} lines come along,")
print(f"at most {max(along)}, and the whole copy has {median(whole):g} lines.")

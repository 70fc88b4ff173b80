"""A page as an executed Jupyter notebook: its prose, its code without expectations, its outputs. Knows nbformat's JSON."""

from __future__ import annotations

import re

from gradbook.outputs import Output, Run
from gradbook.pages import Page, without_comments

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)


def notebook(text: str, page: Page, run: Run) -> dict:
    """The notebook (nbformat 4.5) of a page's whole text, with the outputs that `run` had."""
    cells: list[dict] = []
    lines = text.split("\n")
    front = _FRONT_MATTER.match(text)
    at = front[0].count("\n") if front else 0
    shown = -1
    for embed in page.embeds:
        _prose(cells, lines[at : embed.fence.first - 1])
        at = embed.fence.last
        values = {value.step for value in page.values}
        for number in range(shown + 1, (embed.step or 0) + 1):
            if number not in values and number < len(run.cells):
                _code(cells, page, number, run)
        shown = max(shown, embed.step or 0)
    _prose(cells, lines[at:])
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def without_expectations(text: str, page: Page) -> str:
    """The page's text as mkdocs-jupyter may show it: no cell states its output, as the output itself stands below."""
    stated = {
        line
        for step in page.steps
        if step.path == page.path
        for statement in step.statements
        for line in statement.expected_lines
    }
    lines = enumerate(text.split("\n"), 1)
    return "\n".join(without_comments(line) for number, line in lines if number not in stated)


def _prose(cells: list[dict], lines: list[str]) -> None:
    source = "\n".join(map(without_comments, lines)).strip()
    if source:
        cells.append({"cell_type": "markdown", "metadata": {}, "source": source})


def _code(cells: list[dict], page: Page, number: int, run: Run) -> None:
    step = page.steps[number]
    count = 1 + sum(cell["cell_type"] == "code" for cell in cells)
    cells.append(
        {
            "cell_type": "code",
            "execution_count": count,
            "metadata": {"tags": sorted(step.tags)} if step.tags else {},
            "source": "\n".join(step.shown),
            "outputs": [_output(output, count) for output in run.cells[number].outputs],
        }
    )


def _output(output: Output, count: int) -> dict:
    if output.kind == "display":
        data = {"text/plain": output.text, **output.data}
        return {"output_type": "execute_result", "execution_count": count, "metadata": {}, "data": data}
    if output.kind == "error":
        name, _, value = output.text.strip().partition(": ")
        return {"output_type": "error", "ename": name, "evalue": value, "traceback": [output.text]}
    name = "stdout" if output.kind == "stdout" else "stderr"
    return {"output_type": "stream", "name": name, "text": output.text}

"""A page to take along: as an executed notebook, as a script, as Markdown with outputs. Knows nbformat's JSON."""

from __future__ import annotations

import json
import re

from gradbook import EXPORTS
from gradbook.page.cells import Cell
from gradbook.page.names import names_of
from gradbook.page.pages import Page
from gradbook.run.outputs import CellRun, Output, Run, merged
from gradbook.site.prose import Place, blocks, fenced, indented
from gradbook.site.scripts import Part, as_script, without_calls

_SHOWN = [name for name, export in EXPORTS.items() if export.shows]
_SLID = [name for name in _SHOWN if EXPORTS[name].shows == "slider"]
_DRAWN = [name for name in _SHOWN if EXPORTS[name].shows == "picture"]
_TABLES = re.compile(rf"^(?:{'|'.join(n for n in _SHOWN if EXPORTS[n].shows == 'table')})\(", re.M)
_OF_THE_SITE = re.compile(rf"^(?:{'|'.join(_SHOWN)})\(", re.M)
_NEEDS_US = re.compile(rf"^(?:{'|'.join(_DRAWN)})\(|\bgradbook\b", re.M)
_SLIDES = re.compile(rf"^(?:{'|'.join(_SLID)})\(", re.M)
_IMPORT = re.compile(r"^from gradbook import .*\n+", re.M)

# The first code of a notebook with pictures, which needs torch alone when they cannot be had.
_PICTURES = """\
# Pictures of graphs come from gradbook, the site's own package. The rest needs torch alone.
{get}try:
    from gradbook import {names}
    %load_ext gradbook
except ImportError:
    {nothing} = lambda *_, **__: print("No picture: gradbook is missing.")"""
_GET = """\
from importlib.util import find_spec

if not find_spec("gradbook"):
    %pip install --quiet igraph
    %pip install --quiet --no-deps https://github.com/{repository}/archive/HEAD.zip
"""
# What a page that shows a warning twice needs for it: its own run has the same setting (gradbook.run.worker).
EVERY_TIME = """\
# Some of PyTorch's warnings come once per process. On this page they come each time.
import torch

torch.set_warn_always(True)"""


def github(repo_url: str | None) -> str:
    """The owner and name in the address of a repository on GitHub; of any other, nothing."""
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", repo_url or "")
    return found[1] if found else ""


def taken_along(
    text: str, page: Page, run: Run, place: Place, repo_url: str | None = None
) -> dict[str, str]:
    """The contents of a page's downloads, by what they are; a page without code has Markdown alone."""
    found = {"Markdown": markdown(text, page, run, place)}
    if page.steps:
        whole = notebook(text, page, run, place, repo_url)
        found["Notebook"] = json.dumps(whole, ensure_ascii=False) + "\n"
        found["Script"] = script(page, run)
    return found


def notebook(text: str, page: Page, run: Run, place: Place, repo_url: str | None = None) -> dict:
    """The notebook (nbformat 4.5) of a page's whole text, with the outputs that `run` had.

    Proved formulas are text in it. Pictures are code, which gets what it needs where `repo_url` is on GitHub.
    """
    cells: list[dict] = []
    ran = _ran(page, run)
    used = _used_later(ran)
    for block in blocks(text, page, place, apart=True):
        if block.embed is None:
            cells.append(_text(block.prose))
            continue
        for cell in block.embed.steps:
            if cell not in ran:
                continue
            if cell in used or "remove-cell" not in cell.tags or not drawn(cell, ran[cell]):
                cells.append(_cell(cell, ran[cell], block.folded))
    cells[1:1] = _first_cells(cells, run, github(repo_url))  # below the page's title
    return as_notebook(cells)


def as_notebook(cells: list[dict]) -> dict:
    """The notebook of these cells, which get their ids, and those of code the counts of having run in this order."""
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    for count, cell in enumerate(code, 1):
        cell["execution_count"] = count
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = count
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _first_cells(cells: list[dict], run: Run, repository: str) -> list[dict]:
    """What the notebook's cells need above them."""
    first = []
    code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    if any(_NEEDS_US.search(source) for source in code):
        get = _GET.format(repository=repository) if repository else ""
        names = {"names": ", ".join(_DRAWN), "nothing": " = ".join(_DRAWN)}
        first.append(code_cell({}, _PICTURES.format(get=get, **names), []))
    if _warns_again(run):
        first.append(code_cell({}, EVERY_TIME, []))
    return first


def script(page: Page, run: Run) -> str:
    """The page's program as a script that prints what the page shows, also values and meant exceptions."""
    parts = [Part("warnings", EVERY_TIME)] if _warns_again(run) else []
    ran = _ran(page, run)
    used = _used_later(ran)
    for cell, done in ran.items():
        code = "\n".join(cell.shown)
        if not drawn(cell, done):
            shows = any(output.kind == "display" and not output.data for output in done.outputs)
            parts.append(Part(cell.name, code, "raises-exception" in cell.tags, shows))
        elif cell in used:
            parts.append(Part(cell.name, without_calls(code, _SHOWN)))
    return as_script(parts)


def markdown(text: str, page: Page, run: Run, place: Place) -> str:
    """The page as plain Markdown with each cell's code and output, formulas as TeX, figures in words."""
    copy, ran = "", _ran(page, run)
    apart = ""  # what stands on a blank line below the part before
    for block in blocks(text, page, place):
        parts = [block.prose]
        if block.embed is not None:
            cell = block.embed.cell
            parts = _in_markdown(cell, ran[cell]) if cell in ran else []
        quote = block.indent[: block.indent.rfind(">") + 1]
        for part in parts:
            copy += f"\n{quote or apart}\n" * bool(copy) + indented(part, block.indent)
            apart = quote
    return copy + "\n"


def _in_markdown(cell: Cell, done: CellRun) -> list[str]:
    """A cell's code and outputs, as far as readers see them."""
    code = [] if "hide-input" in cell.tags else [fenced("\n".join(cell.shown), "python")]
    shown = [] if "hide-output" in cell.tags else merged(done.outputs)
    return code + [_in_words(output) for output in shown]


def drawn(cell: Cell, done: CellRun) -> bool:
    """Whether a cell is there for a picture or a claim of the site, which a script has no place for."""
    hidden = cell.tags & {"hide-input", "remove-cell"}
    shown = any(output.data or output.kind == "error" for output in done.outputs)
    return bool(hidden) and (shown or bool(_OF_THE_SITE.search(cell.source)))


def _used_later(ran: dict[Cell, CellRun]) -> set[Cell]:
    """The cells of pictures that bind a name which a later cell of the script needs."""
    used: set[Cell] = set()
    needed: set[str] = set()
    for cell, done in reversed(ran.items()):
        names = names_of(cell.source)
        if drawn(cell, done):
            if not needed & names.bound.keys():
                continue
            used.add(cell)
        needed = (needed - names.bound.keys()) | names.needed
    return used


def _warns_again(run: Run) -> bool:
    texts = [o.text for cell in run.cells for o in cell.outputs if o.kind == "warning"]
    return len(set(texts)) < len(texts)


def _ran(page: Page, run: Run) -> dict[Cell, CellRun]:
    """The page's cells that came to their end, with what they did; checked values in sentences are left out."""
    return {step: done for step, done in zip(page.steps, run.cells) if isinstance(step, Cell)}


def _cell(cell: Cell, done: CellRun, folded: bool) -> dict:
    outputs = merged(done.outputs)
    stated = any("text/latex" in output.data for output in outputs) or _TABLES.search(cell.source)
    if "hide-input" in cell.tags and stated:
        return _text("\n\n".join(map(_in_words, outputs)))
    metadata: dict = {"tags": sorted(cell.tags)} if cell.tags else {}
    if "hide-input" in cell.tags:
        metadata["jupyter"] = {"source_hidden": True}
    elif folded:
        metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
        metadata["cellView"] = "form"  # how Colab folds a cell
    source = "\n".join(cell.shown)
    if _SLIDES.search(source):  # the plot is the same without it
        source = without_calls(source, _SLID)
    if drawn(cell, done):
        source = _IMPORT.sub("", source)
    return code_cell(metadata, source, outputs)


def _text(source: str) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code_cell(metadata: dict, source: str, outputs: list[Output]) -> dict:
    """A cell of code in nbformat's JSON, before `as_notebook` numbers it."""
    shown = [_output(output) for output in outputs]
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": shown}


def _output(output: Output) -> dict:
    if output.kind == "display":
        data = {"text/plain": output.text, **output.data}
        result = {"output_type": "execute_result", "execution_count": None, "metadata": {}}
        return {**result, "data": data}
    if output.kind == "error":
        path, value = output.exception
        name = path.rpartition(".")[2]  # Jupyter knows an exception without its module
        return {"output_type": "error", "ename": name, "evalue": value, "traceback": [output.text]}
    name = "stdout" if output.kind == "stdout" else "stderr"
    return {"output_type": "stream", "name": name, "text": output.text}


def _in_words(output: Output) -> str:
    if "text/latex" in output.data:
        return output.data["text/latex"].strip()
    if output.data:
        words = output.text.strip()
        # Of several lines each is kept: the atlas's tables are such.
        return f"*Figure:*\n\n{fenced(words, 'text')}" if "\n" in words else f"*Figure: {words}*"
    return fenced(output.text.rstrip(), "text")

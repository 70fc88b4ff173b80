"""Tutorials as they come: sphinx-gallery scripts, percent scripts and notebooks, cut into prose and code."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gradbook.errors import Location, Problem
from gradbook.importer.notes import Notes
from gradbook.page.cells import TAGS, UNREADABLE
from gradbook.page.files import read

_RULE = re.compile(r"#{20,}.*")  # sphinx-gallery's own rule: twenty, or `# %%`
_PERCENT = re.compile(
    r"# ?%%+ ?(?P<title>[^\[{\n]*?)\s*(?:\[(?P<kind>\w+)\])?\s*(?P<more>(?:\w+=|\{).*)?"
)
_TAGS = re.compile(r"[\"']([a-z-]+)[\"']")
_LITERAL = re.compile(
    r"(?P<prefix>[rRuU]?)(?P<quote>\"{3}|'{3}|\"|')(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)",
    re.DOTALL,
)


@dataclass
class Block:
    """A piece of a tutorial: `kind` is code, markdown or rest; `line` is that of its first line in the file.

    `title` is the name that the tutorial gives a cell of code; `tags` are those that a page has, too.
    """

    kind: str
    line: int
    text: str
    title: str = ""
    tags: frozenset[str] = frozenset()


@dataclass
class Tutorial:
    """A tutorial: what a person would call its form, and its blocks."""

    form: str
    blocks: list[Block]


def read_tutorial(path: Path, name: str, notes: Notes) -> Tutorial:
    """The tutorial in a file. Raises Problem if it is of another form, or cannot be read."""
    if path.suffix not in (".py", ".ipynb"):
        message = (
            f"a file of {path.suffix or 'no kind'}\nexpected  a script (.py) or a notebook (.ipynb)"
        )
        raise Problem((Location(name, 0),), message)
    text = read(path, name)
    if path.suffix == ".ipynb":
        tutorial = Tutorial("a notebook", list(_notebook(text, name, notes)))
    elif _is_gallery(text):
        tutorial = Tutorial("a sphinx-gallery script", list(_gallery(text)))
    else:
        tutorial = Tutorial("a percent script", list(_percent(text, name, notes)))
    tutorial.blocks = [block for block in tutorial.blocks if block.text.strip()]
    if not any(block.kind == "code" for block in tutorial.blocks):
        raise Problem(
            (Location(name, 0),), "no code in this file; a page is built around a program"
        )
    return tutorial


def _is_gallery(text: str) -> bool:
    """Whether a script is sphinx-gallery's: rules of #, or a docstring and no cell of Markdown."""
    lines = text.split("\n")
    marked = [match for match in map(_PERCENT.fullmatch, lines) if match]
    if any(match["kind"] for match in marked):
        return False
    return any(map(_RULE.fullmatch, lines)) or _docstring(text)[1] > 0


def _docstring(text: str) -> tuple[str, int, int]:
    """The docstring of a script, its first line and its last line; line 0 where there is none."""
    try:
        body = ast.parse(text).body
    except UNREADABLE:  # magics, or worse, somewhere below: the docstring may be sound
        found = re.match(r'(?:\s*#.*\n|\s*\n)*\s*r?("""|\'\'\')', text)
        end = text.find(found[1], found.end()) if found else -1
        if end < 0:
            return "", 0, 0
        first = text.count("\n", 0, found.end()) + 1
        return text[found.end() : end], first, text.count("\n", 0, end) + 1
    if not (body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)):
        return "", 0, 0
    node = body[0]
    if not isinstance(node.value.value, str):
        return "", 0, 0
    typed = _LITERAL.fullmatch(ast.get_source_segment(text, node) or "")
    return _as_typed(typed) if typed else node.value.value, node.lineno, node.end_lineno


def _as_typed(literal: re.Match) -> str:
    """The text of a string as its author typed it: in `\\frac` Python finds a form feed."""
    if literal["prefix"].lower() == "r":
        return literal["text"]
    told = re.compile(r"\\(?:u(?P<point>[0-9a-fA-F]{4})|(?P<same>[\\'\"\n]))")
    return told.sub(lambda m: m["same"] or chr(int(m["point"], 16)), literal["text"])


def _gallery(text: str) -> Iterator[Block]:
    """The docstring, then code; after a rule or `# %%` the comment lines that follow are prose."""
    prose, first, last = _docstring(text)
    if first:
        yield Block("rest", first, prose)
    lines = text.split("\n")
    at, code = last, last
    while at < len(lines):
        if not (_RULE.fullmatch(lines[at]) or _PERCENT.fullmatch(lines[at])):
            at += 1
            continue
        yield Block("code", code + 1, "\n".join(lines[code:at]))
        end = at + 1
        while (
            end < len(lines) and lines[end].startswith("#") and not _PERCENT.fullmatch(lines[end])
        ):
            end += 1
        comments = ["" if _RULE.fullmatch(line) else line for line in lines[at + 1 : end]]
        yield Block("rest", at + 2, _uncommented(comments))
        at = code = end
    yield Block("code", code + 1, "\n".join(lines[code:]))


def _uncommented(lines: list[str]) -> str:
    return "\n".join(re.sub(r"^# ?", "", line) for line in lines)


def _percent(text: str, name: str, notes: Notes) -> Iterator[Block]:
    """Cells between `# %%` lines; one of [markdown] is prose, in comments or in one string."""
    lines = re.sub(r"\A# ---\n(?:#.*\n)*?# ---\n", _blanked, text).split("\n")
    starts = [n for n, line in enumerate(lines) if _PERCENT.fullmatch(line)]
    yield Block("code", 1, "\n".join(lines[: starts[0] if starts else len(lines)]))
    for start, end in zip(starts, [*starts[1:], len(lines)]):
        header, body = _PERCENT.fullmatch(lines[start]), lines[start + 1 : end]
        title, tags = header["title"].strip(" -#"), _tags(header["more"] or "")
        if header["kind"] in ("markdown", "md"):
            yield Block("markdown", start + 2, _words(body))
        elif header["kind"] not in (None, "code"):
            notes.add("left out", Location(name, start + 1), f"a cell of {header['kind']}")
        else:
            yield Block("code", start + 2, "\n".join(body), title, tags)


def _blanked(match: re.Match) -> str:
    return "\n" * match[0].count("\n")


def _words(lines: list[str]) -> str:
    """The Markdown of a cell whose lines are comments, or one string."""
    quoted = re.fullmatch(r'\s*r?("""|\'\'\')(.*?)\1\s*', "\n".join(lines), re.DOTALL)
    return quoted[2] if quoted else _uncommented(lines)


def _tags(text: str) -> frozenset[str]:
    return frozenset(_TAGS.findall(text)) & frozenset(TAGS)


def _notebook(text: str, name: str, notes: Notes) -> Iterator[Block]:
    """The cells of a notebook; lines are those of the .ipynb file."""
    import nbformat  # takes 0.3 s, and only notebooks need it

    try:
        json.loads(text)  # its message has a line, nbformat's has not
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ids, which older notebooks lack
            notebook = nbformat.reads(text, as_version=4)
        cells = [
            (cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in notebook.cells
        ]
    except json.JSONDecodeError as error:
        message = f"not a notebook: {error.msg}\nexpected  the JSON that Jupyter saves"
        raise Problem((Location(name, error.lineno),), message) from None
    except (nbformat.ValidationError, AttributeError, KeyError, TypeError, ValueError):
        message = "not a notebook: it has no cells\nexpected  the JSON that Jupyter saves"
        raise Problem((Location(name, 0),), message) from None
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise Problem((Location(name, 0),), f"a notebook of {language}\nexpected  one of Python")
    for (kind, source, tags), line in zip(cells, _cell_lines(text, len(cells))):
        if kind in ("code", "markdown"):
            kept = frozenset(tags) & frozenset(TAGS)
            yield Block(kind, line, source, tags=kept)
        else:
            notes.add("left out", Location(name, line), f"a cell of {kind}")


def _cell_lines(text: str, count: int) -> list[int]:
    """The lines of the file where its cells say what they are; a quote in their text has a \\ before it."""
    found = [
        text.count("\n", 0, m.start()) + 1 for m in re.finditer(r'(?<!\\)"cell_type"\s*:', text)
    ]
    return found if len(found) == count else [0] * count

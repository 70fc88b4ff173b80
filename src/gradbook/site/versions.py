"""What other releases of torch print, as a page shows it: notes that tests/matrix_notes.py wrote from real runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path

from gradbook.site.atlas import plain, rows

COMMENT = "<!-- versions -->"
NOTES = Path(__file__).with_name("releases.json")


def completed(markdown: str, root: Path, snippets: Path, address: Callable[[str], str | None]) -> str:
    """A page's Markdown with the notes in the place of the comment that asks for them.

    `address` tells the address of a page, seen from this one, or None where there is no such page any more.
    """
    if COMMENT not in markdown:
        return markdown
    known = json.loads(NOTES.read_text("utf-8"))
    told = [_release(one, known["pinned"], root, snippets, address) for one in known["releases"]]
    return markdown.replace(COMMENT, "\n\n".join(told))


def current(note: dict, root: Path, snippets: Path) -> bool:
    """Whether what was printed under the pinned release is still what the page states."""
    if "operator" in note:
        fields = _entries(snippets).get(note["operator"])
        return fields is not None and (
            "field" not in note or fields.get(note["field"], "").startswith(note["before"][0])
        )
    path = root / note["file"]
    stated = path.read_text("utf-8") if path.is_file() else ""
    return all(line in stated for line in note["before"])


@cache
def _entries(snippets: Path) -> dict[str, dict[str, str]]:
    return {name: fields for _, name, _, fields in rows(snippets)}


def _release(one: dict, pinned: str, root: Path, snippets: Path, address: Callable) -> str:
    """The section of a release: how many pages are the same, messages and values, operators."""
    notes = [note for note in one["notes"] if current(note, root, snippets) and address(_uri(note["page"]))]
    pages = [note for note in notes if "operator" not in note]
    operators = [note for note in notes if "operator" in note]
    stopped = [page for page in one["stopped"] if address(_uri(page))]
    links = ", ".join(_link(page, address) for page in stopped)
    broke = (
        f" The programs of {len(stopped)} stopped before their end, and what stands below there was not "
        f"compared: {links}."
        if stopped
        else ""
    )
    lines = [
        f"## What is different in PyTorch {one['torch']} {{ #torch-{one['torch'].replace('.', '-')} }}",
        f"<p>Of {one['pages']} pages {one['same']} print what they print under {pinned}.{broke}</p>",
        f"### Messages and values {{ #messages-{one['torch'].replace('.', '-')} }}",
        _pages(pages, pinned, one["torch"], address),
        f"### Operators {{ #operators-{one['torch'].replace('.', '-')} }}",
        _operators(operators, pinned, one["torch"], address),
    ]
    return "\n\n".join(lines)


def _uri(page: str) -> str:
    return page.removeprefix("docs/")


def _link(page: str, address: Callable) -> str:
    name = _uri(page).removesuffix(".md").replace("-", " ")
    return f'<a href="{address(_uri(page))}">{escape(name)}</a>'


def _pages(notes: list[dict], pinned: str, other: str, address: Callable) -> str:
    """What differs, each once, with the pages where it does."""
    found: dict[tuple, list[str]] = {}
    for note in notes:
        key = tuple(note["before"]), tuple(note["after"])
        if note["page"] not in found.setdefault(key, []):
            found[key].append(note["page"])
    items = []
    for (before, after), pages in sorted(found.items(), key=lambda item: -len(item[1])):
        links = ", ".join(_link(page, address) for page in pages)
        items.append(f"<dt>{links}</dt>{_text(pinned, before)}{_text(other, after)}")
    return f'<dl class="versions">{"".join(items)}</dl>'


def _text(release: str, lines: tuple[str, ...]) -> str:
    text = "&#10;".join(map(plain, lines))  # no line of its own, at which Markdown would begin to read
    return f"<dd>{release}: <pre>{text}</pre></dd>" if lines else f"<dd>{release}: nothing</dd>"


def _operators(notes: list[dict], pinned: str, other: str, address: Callable) -> str:
    missing = [note for note in notes if "field" not in note]
    names = ", ".join(f'<a href="{address(_uri(n["page"]))}#{n["operator"]}">{n["operator"]}</a>' for n in missing)
    first = f"<p>Not in the list of {other}: {names}.</p>\n" if missing else ""
    lines = [
        f'<tr><th scope="row"><a href="{address(_uri(note["page"]))}#{note["operator"]}">{note["operator"]}</a></th>'
        f"<td>{note['field']}</td><td>{plain(note['before'][0])}</td><td>{plain(note['after'][0])}</td></tr>"
        for note in notes
        if "field" in note
    ]
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Operator", "Field", pinned, other))
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    return f'{first}<div class="atlas-versions">{table}</div>'

"""A page's Markdown as other programs read it: without admonitions, tabs, checked-value comments and relative links."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from gradbook.page.pages import Embed, Page, without_comments

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
_CONTAINER = re.compile(
    r'(?P<mark>!!!|\?\?\?\+?|===)\s*(?P<kind>[\w -]*?)\s*(?:"(?P<title>.*)")?\s*'
)
_LINK = re.compile(r"(?P<before>\]\()(?P<target>[^)\s#:]+?)\.md(?P<anchor>#[^)\s]*)?(?=[)\s])")
_ATTRIBUTES = re.compile(r"\{(?: ?[.#:][^}\n]*)\}")


@dataclass
class Block:
    """A piece of a page in reading order: a run of prose, or an embedded cell."""

    prose: str = ""
    embed: Embed | None = None


def blocks(text: str, page: Page, site_url: str = "") -> list[Block]:
    """The page's text as blocks. Links to pages become addresses below `site_url`."""
    lines = text.split("\n")
    front = _FRONT_MATTER.match(text)
    at = front[0].count("\n") if front else 0
    found: list[Block] = []
    depth: list[int] = []
    for embed in [*page.embeds, None]:
        until = embed.fence.first - 1 if embed else len(lines)
        prose = "\n".join(flat(lines[at:until], depth)).strip()
        if prose:
            found.append(Block(prose=linked(prose, page.path, site_url)))
        if embed:
            found.append(Block(embed=embed))
            at = embed.fence.last + embed.choice_lines
    return found


def flat(lines: list[str], depth: list[int]) -> list[str]:
    """The lines with admonitions and tabs opened up: a bold title, and their content without indentation.

    `depth` holds the indentation of the containers that are open, and is carried from call to call.
    """
    shown = []
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        while depth and line.strip() and indent < depth[-1] + 4:
            depth.pop()
        inner = line[4 * len(depth) :] if line[: 4 * len(depth)].strip() == "" else line.lstrip(" ")
        if match := _CONTAINER.fullmatch(inner):
            title = match["title"] or match["kind"].capitalize()
            depth.append(indent)
            shown += ["", f"**{title}**" if title else "", ""]
        else:
            plain = without_comments(inner)
            shown.append((_ATTRIBUTES.sub("", plain) if "{" in plain else plain).rstrip())
    return shown


def linked(text: str, page: str, site_url: str) -> str:
    """The text with its links to other pages as addresses: `page` is the path from the project's folder."""
    folder = posixpath.dirname(page.partition("/")[2])

    def absolute(match: re.Match) -> str:
        path = posixpath.normpath(posixpath.join(folder, match["target"]))
        path = re.sub(r"(^|/)index$", r"\1", path)
        address = f"{site_url.rstrip('/')}/{path}" + (
            "/" if path and not path.endswith("/") else ""
        )
        return f"{match['before']}{address}{match['anchor'] or ''}"

    return _LINK.sub(absolute, text)

"""Which page, or section of a page, is the home of a message. Knows MkDocs' front matter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mkdocs.utils.meta import get_data

from gradbook.page.files import visible
from gradbook.trouble.census import messages


@dataclass(frozen=True)
class Home:
    """Where a message is explained: a page below docs, its title, and the section if it has one of its own."""

    uri: str
    title: str
    anchor: str = ""


def homes(docs: Path) -> dict[str, Home]:
    """The home of each message that has one, by the message's id."""
    owner = {cause.id: message.id for message in messages() for cause in message.causes}
    found: dict[str, Home] = {}
    for path in visible(docs / "errors", ".md"):
        text, data = get_data(path.read_text("utf-8"))
        uri = path.relative_to(docs).as_posix()
        for name in data.get("messages", ()):
            anchor = f"#{name}" if f"{{ #{name} }}" in text else ""
            home = Home(uri, str(data.get("title", path.stem)), anchor)
            found.setdefault(owner.get(name, name), home)
    return found

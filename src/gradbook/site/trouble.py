"""The part In trouble: the lists of messages and traps, and the data of the box "Paste the error"."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

from mkdocs.utils.meta import get_data

from gradbook.page.files import visible
from gradbook.trouble.census import Message, messages
from gradbook.trouble.finder import entries, one_line
from gradbook.trouble.homes import Home, homes

ERRORS = "errors/index.md"
_BOX = """<div class="paste-error">
<label for="paste-error">Paste the error</label>
<textarea id="paste-error" rows="3" spellcheck="false" autocomplete="off"></textarea>
<div class="paste-error__found" role="status" data-index="{index}"></div>
</div>
"""
_FILTER = """<div class="messages-filter">
<label for="messages-filter">Show the messages that say</label>
<input id="messages-filter" type="search" spellcheck="false" autocomplete="off">
<span role="status"></span>
</div>
"""
#: What the reader was doing, in the order of the list.
AREAS = {
    "backward": "Calling `backward()` or `grad()`",
    "in-place": "Writing in place",
    "loss": "Computing a loss",
    "optimizer": "Updating parameters",
    "module": "Building and calling modules",
    "numpy": "Going to NumPy and back",
    "inference mode": "Switching recording off",
    "views": "Writing through views",
    "checkpoint": "Saving memory with checkpoints",
    "hooks": "Setting hooks",
    "saved tensors": "Looking at saved tensors",
    "Function": "Writing a custom `Function`",
    "library": "Registering operators",
    "func": "Using `torch.func`",
    "vmap": "Using `vmap`",
    "forward-mode": "Using forward mode",
    "amp": "Using mixed precision",
    "gradcheck": "Checking gradients",
    "complex": "Using complex numbers",
    "other": "Doing something else",
}


def completed(markdown: str, docs: Path, address: Callable[[str], str]) -> str:
    """A page's Markdown with the lists and the box in the places of the comments that ask for them.

    `address` tells the address of a page, seen from this one.
    """
    for comment, made in (
        ("<!-- messages -->", lambda: _messages(docs, address)),
        ("<!-- traps -->", lambda: _traps(docs, address)),
        ("<!-- paste the error -->", lambda: _BOX.format(index=address(ERRORS))),
    ):
        if comment in markdown:
            markdown = markdown.replace(comment, made())
    return markdown


def older_wordings(names: Iterable[str]) -> str:
    """A section with the wordings of other releases, for the end of a page; the words are there to be searched."""
    here = [message for message in messages() if message.id in set(names)]
    items = [f"<li><code>{escape(text)}</code></li>" for message in here for text in message.older]
    if not items:
        return ""
    return f'<h2 id="older-wordings">Older wordings</h2>\n<ul>{"".join(items)}</ul>\n'


def data(docs: Path, address: Callable[[str], str]) -> dict[str, str]:
    """The scripts with what the box needs, by their paths: to find a message, and to tell of what was found.

    `address` tells the address of a page, seen from the site's root.
    """
    known = homes(docs)
    found = [[entry.rank, *entry.wordings] for entry in entries()]
    told = [[_place(entry.id, known, address), entry.cause] for entry in entries()]
    # Scripts, as a page that was opened from disk may not fetch other files.
    return {
        "assets/messages.js": f"gradbook.messages({_json(found)})",
        "assets/causes.js": f"gradbook.causes({_json(told)})",
    }


def _json(rows: list) -> str:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _place(name: str, known: dict[str, Home], address: Callable[[str], str]) -> str:
    """Where a message is explained: its home, or its line in the list; nothing for what belongs elsewhere."""
    if home := known.get(name):
        return address(home.uri) + home.anchor
    return f"{address(ERRORS)}#{name}" if name else ""


def _messages(docs: Path, address: Callable[[str], str]) -> str:
    """All messages, grouped by what the reader was doing, the likeliest first."""
    known = homes(docs)
    lines = [_FILTER]
    for area, title in AREAS.items():
        here = [message for message in messages() if message.first.area == area]
        lines += [f"## {title} {{ #{area.replace(' ', '-')} }}", "", '<ul class="messages">']
        for message in sorted(here, key=lambda message: message.rank):
            lines.append(_line(message, known.get(message.id), address))
        lines += ["</ul>", ""]
    return "\n".join(lines)


def _line(message: Message, home: Home | None, address: Callable[[str], str]) -> str:
    """A message with its cause; without a page of its own, also with what to do."""
    text = " ".join(message.pattern.replace("{}", "…").split()) or message.first.type
    says, first = f"<code>{_words(text)}</code>", message.first
    if home:
        place = address(home.uri) + home.anchor
        told = f'<a href="{place}">{says}</a><br>{_words(one_line(first.cause))}'
    else:
        told = f"{says}<br>{_words(first.cause)} <b>What to do:</b> {_words(first.remedy)}"
    return f'<li id="{message.id}">{told}</li>'


def _words(text: str) -> str:
    """A sentence of the census as HTML: `code` in its element, and no character that Markdown would read."""
    html = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    return re.sub(r"[`*_\[\]$\\]", lambda sign: f"&#{ord(sign[0])};", html)


def _traps(docs: Path, address: Callable[[str], str]) -> str:
    lines = ["<ul>"]
    for path in visible(docs / "traps", ".md"):
        if path.name != "index.md":
            _, about = get_data(path.read_text("utf-8"))
            place = address(path.relative_to(docs).as_posix())
            title, description = escape(about["title"]), escape(about["description"])
            lines.append(f'<li><a href="{place}">{title}</a><br>{description}</li>')
    return "\n".join([*lines, "</ul>"])

"""A JavaScript module and those it imports as one plain script without comments: one request, and it runs in pages that
are read from disk, where browsers load no module. Knows the forms that the modules of docs/assets use, no others."""

from __future__ import annotations

import re
from pathlib import Path

IMPORT = re.compile(r'^import \{ (.+?) \} from "\./(\w+)\.js"$', re.M)
COMMENT = re.compile(
    r"^ */\*(?s:.*?)\*/\n|^ *//.*\n|^ +", re.M
)  # whole lines, and what the others are indented by
EXPORT = re.compile(r"^export (?=(?:const|class) (\w+))", re.M)


def plain_script(entry: Path) -> str:
    """The module with all that it imports, each in a scope of its own, in the order in which they are needed."""
    found: dict[str, str] = {}
    _collect(entry, found)
    return re.sub(r"\n{2,}", "\n", "\n".join(["{", *found.values(), "}", ""]))


def _collect(path: Path, found: dict[str, str]) -> None:
    text = COMMENT.sub("", path.read_text("utf-8"))
    for _, name in IMPORT.findall(text):
        if name not in found:
            _collect(path.with_name(f"{name}.js"), found)
    names = ", ".join(EXPORT.findall(text))
    body = IMPORT.sub(_unpacked, EXPORT.sub("", text))
    if left := re.search(r"^(import|export)\b.*", body, re.M):
        raise ValueError(f"{path}: cannot be made part of a plain script: {left[0]}")
    found[path.stem] = f"const _{path.stem} = (() => {{\n{body}\nreturn {{ {names} }}\n}})()"


def _unpacked(match: re.Match[str]) -> str:
    return f"const {{ {match[1].replace(' as ', ': ')} }} = _{match[2]}"

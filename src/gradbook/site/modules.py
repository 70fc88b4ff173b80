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
    return _tight(re.sub(r"\n{2,}", "\n", "\n".join(["{", *found.values(), "}", ""])), 0)[0]


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


# What code is made of, as far as its spaces matter: strings, regular expressions, which stand after a sign, signs.
PIECE = re.compile(
    r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(?:(?<=\()/|(?<=[,=:\[!&|?;>])\ ?/(?!\ ))(?![*/])"""
    r"""(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+/)"""
    r"""|\ *([=<>?:,;()|&*%!]+|[{}])\ *""",
    re.X,
)


def _tight(code: str, at: int) -> tuple[str, int]:
    """The code from a place to its end, or to a closing brace of its own, without spaces around signs; and that end."""
    made, depth = [], 0
    while at < len(code):
        if code[at] == "`":
            text, at = _template(code, at)
            made.append(text)
        elif match := PIECE.match(code, at):
            depth += {"{": 1, "}": -1}.get(match[2], 0)
            if depth < 0:
                return "".join(made), at
            made.append(match[1] or match[2])
            at = match.end()
        else:
            made.append(code[at])
            at += 1
    return "".join(made), at


def _template(code: str, at: int) -> tuple[str, int]:
    """A template literal as it is, but for the code in it; and its end."""
    made = [code[at]]
    at += 1
    while code[at] != "`":
        if code.startswith("${", at):
            inside, at = _tight(code, at + 2)
            made.append(f"${{{inside.strip()}}}")
            at = code.index("}", at) + 1
        else:
            width = 2 if code[at] == "\\" else 1
            made.append(code[at : at + width])
            at += width
    return "".join([*made, "`"]), at + 1


def _unpacked(match: re.Match[str]) -> str:
    return f"const {{ {match[1].replace(' as ', ': ')} }} = _{match[2]}"

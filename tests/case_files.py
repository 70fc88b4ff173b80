"""Cases kept as Markdown, to be read as documentation: a heading, prose, and labeled fences."""

from __future__ import annotations

import re
from pathlib import Path

CASES = Path(__file__).parent / "cases"
_PART = re.compile(r"^#+ (?P<title>.+)$|^~~~~\w+ (?P<label>.+)\n(?P<text>(?s:.*?))^~~~~$", re.M)


def sections(path: Path) -> dict[str, dict[str, str]]:
    """The document's fences by label, under the heading that they stand below."""
    found: dict[str, dict[str, str]] = {}
    for part in _PART.finditer(path.read_text("utf-8")):
        if part["title"]:
            fences = found.setdefault(part["title"], {})
        else:
            fences[part["label"]] = part["text"]
    return {title: fences for title, fences in found.items() if fences}


def page_of(snippet: str, name: str = "page.py") -> str:
    """A page that shows every cell of a snippet file that is not tagged remove-cell."""
    headers = re.findall(r"^# %% (\w+)(.*)$", snippet, re.M)
    shown = [cell for cell, tags in headers if "remove-cell" not in tags]
    return "# Page\n\n" + "".join(f'```python\n--8<-- "{name}:{cell}"\n```\n\n' for cell in shown)

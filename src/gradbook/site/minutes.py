"""How long a page takes to read."""

from __future__ import annotations

import re

#: Fewer than for a novel: code and formulas are read more slowly, and answers are thought about first.
WORDS_A_MINUTE = 160
_UNREAD = re.compile(r"<(svg|script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)


def minutes(html: str) -> int:
    """The minutes that a page's HTML takes to read, rounded up: words, code and folded answers alike."""
    words = re.findall(r"\w+", _UNREAD.sub("", html))
    return -(-len(words) // WORDS_A_MINUTE)

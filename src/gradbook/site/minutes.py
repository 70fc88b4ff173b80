"""How long a page takes to read. Knows Material's estimate, which leaves pictures' own text out."""

from __future__ import annotations

from material.plugins.blog.readtime import readtime

#: Fewer than for a novel: code and formulas are read more slowly, and answers are thought about first.
WORDS_A_MINUTE = 160


def minutes(html: str) -> int:
    """The minutes that a page's HTML takes to read, rounded up: words, code and unfolded answers alike."""
    return readtime(html, WORDS_A_MINUTE)

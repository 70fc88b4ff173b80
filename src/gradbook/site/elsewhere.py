"""Links to pages that a site has not, because it took along a part of another one: they lead to the other one."""

from __future__ import annotations

import re
from collections.abc import Container

from gradbook.site.prose import Place

_LINK = re.compile(r"(?<=\]\()(?P<path>[^\s()<>:#]+\.md)(?P<anchor>#[^\s()<>]*)?(?=\))")


def linked(markdown: str, page: Place, pages: Container[str]) -> str:
    """A page's Markdown in which links to what is not among the `pages`, by their paths below docs, name the address.

    `page` is the place of the page in the other site.
    """

    def address(link: re.Match[str]) -> str:
        return link[0] if page.source(link["path"]) in pages else page.address(link[0])

    return _LINK.sub(address, markdown)

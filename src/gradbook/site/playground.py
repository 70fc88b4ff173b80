"""Leads from living figures to the page that lets readers change their programs, and back."""

from __future__ import annotations

from urllib.parse import quote

from mkdocs.utils import get_relative_url

PLAYGROUND = "playground:"  # as `graph/living.py` writes it


def linked(html: str, here: str, there: str) -> str:
    """A page with the playground's address in its figures, which takes along where they stand."""
    # Beside the address, and docs/assets/address.js joins them: as a fragment it would name no place of that page.
    address = get_relative_url(there, here)
    opening = f'href="{address}" data-program="from={quote(here)}&amp;'
    return html.replace(f'href="{PLAYGROUND}" data-program="', opening)

"""Leads from living figures to the page that lets readers change their programs, and back."""

from __future__ import annotations

from urllib.parse import quote

from mkdocs.utils import get_relative_url

PLAYGROUND = "playground:"  # as `graph/living.py` writes it


def linked(html: str, here: str, there: str) -> str:
    """A page with the playground's address in its figures, which takes along where they stand."""
    address = get_relative_url(there, here)
    return html.replace(f'href="{PLAYGROUND}#', f'href="{address}#from={quote(here)}&amp;')

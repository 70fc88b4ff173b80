"""The navigation, completed: a page that it lacks joins its folder's section. Knows the form of MkDocs's `nav`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gradbook.errors import Location, Problem

if TYPE_CHECKING:
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation


def complete(nav: list, pages: Iterable[str]) -> None:
    """Add each page that the navigation lacks at the end of the section that holds its folder's other pages."""
    sections = list(_sections(nav))
    named = {page for section in sections for page in _pages(section)}
    for page in sorted(set(pages) - named):
        folder = _folder(page)
        homes = [s for s in sections if any(_folder(other) == folder for other in _pages(s))]
        if folder and homes:
            homes[0].append(page)


def adopt(nav: Navigation, files: Files) -> None:
    """Let each page that the navigation leaves out on purpose stand where its folder's index does."""
    homes = {_folder(page.file.src_uri): page.parent for page in nav.pages}
    for file in files.documentation_pages():
        if file.inclusion.is_not_in_nav() and file.page:
            file.page.parent = homes.get(_folder(file.src_uri))


def missing(pages: Iterable[str], there: set[str], docs: str) -> list[Problem]:
    """A problem for each page, named by its path below `docs`, that is not `there`, in the navigation."""
    message = (
        "this page is not in the navigation, and no section holds its folder\n"
        "expected  a line for it under nav: in mkdocs.yml"
    )
    return [
        Problem((Location(f"{docs}/{page}", 1),), message) for page in pages if page not in there
    ]


def _folder(page: str) -> str:
    return page.rpartition("/")[0]


def _sections(nav: list) -> Iterator[list]:
    yield nav
    for entry in nav:
        if isinstance(entry, dict):
            for value in entry.values():
                if isinstance(value, list):
                    yield from _sections(value)


def _pages(section: list) -> list[str]:
    values = [v for e in section for v in (e.values() if isinstance(e, dict) else [e])]
    return [value for value in values if isinstance(value, str)]

"""A staged site: what takes the site's place, what is discarded, and what is left beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradbook.site.swap import StagedSite, put


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    site.mkdir()
    (site / "page.md").write_text("before")
    return site


def staged(site: Path, **pages: str) -> StagedSite:
    new = StagedSite(site)
    for name, text in pages.items():
        put(text.encode(), new.folder / f"{name}.md", site / f"{name}.md")
    return new


def test_what_is_published_takes_the_sites_place_and_leaves_nothing_beside_it(site: Path) -> None:
    staged(site, page="after", other="new").publish()
    assert {path.name: path.read_text() for path in site.iterdir()} == {
        "page.md": "after",
        "other.md": "new",
    }
    assert list(site.parent.iterdir()) == [site]
    assert site.stat().st_mode & 0o777 == 0o755


def test_what_is_discarded_leaves_the_site_as_it_was(site: Path) -> None:
    staged(site, page="after").discard()
    assert (site / "page.md").read_text() == "before"
    assert list(site.parent.iterdir()) == [site]


def test_the_first_site_needs_none_before_it(tmp_path: Path) -> None:
    staged(tmp_path / "new" / "site", page="first").publish()
    assert (tmp_path / "new" / "site" / "page.md").read_text() == "first"


def test_a_file_that_says_the_same_is_the_same_file(site: Path) -> None:
    file = (site / "page.md").stat().st_ino
    staged(site, page="before").publish()
    assert (site / "page.md").stat().st_ino == file
    staged(site, page="after").publish()
    assert (site / "page.md").stat().st_ino != file


def test_a_disk_without_links_gets_a_copy(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    staged(site, page="before").publish()
    assert (site / "page.md").read_text() == "before"


def test_a_file_in_its_place_is_left_alone_or_written_anew(site: Path) -> None:
    """As when `mkdocs build --dirty` writes into the site itself."""
    page = site / "page.md"
    file = page.stat().st_ino
    put(b"before", page, page)
    assert (page.read_text(), page.stat().st_ino) == ("before", file)
    put(b"after", page, page)
    assert page.read_text() == "after"

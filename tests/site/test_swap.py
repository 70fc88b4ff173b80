"""A site aside: what is kept, what is dropped, and files that say the same as before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradbook.site.swap import Aside, put


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    site.mkdir()
    (site / "page.md").write_text("before")
    return site


def built(site: Path, **pages: str) -> Aside:
    aside = Aside(site)
    for name, text in pages.items():
        put(text.encode(), aside.folder / f"{name}.md", site / f"{name}.md")
    return aside


def test_what_is_kept_takes_the_sites_place_and_leaves_nothing_beside_it(site: Path) -> None:
    built(site, page="after", other="new").keep()
    assert {path.name: path.read_text() for path in site.iterdir()} == {"page.md": "after", "other.md": "new"}
    assert list(site.parent.iterdir()) == [site]
    assert site.stat().st_mode & 0o777 == 0o755


def test_what_is_dropped_leaves_the_site_as_it_was(site: Path) -> None:
    built(site, page="after").drop()
    assert (site / "page.md").read_text() == "before"
    assert list(site.parent.iterdir()) == [site]


def test_a_file_that_says_the_same_is_the_same_file(site: Path) -> None:
    file = (site / "page.md").stat().st_ino
    built(site, page="before").keep()
    assert (site / "page.md").stat().st_ino == file
    built(site, page="after").keep()
    assert (site / "page.md").stat().st_ino != file


def test_a_disk_without_links_gets_a_copy(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    built(site, page="before").keep()
    assert (site / "page.md").read_text() == "before"


def test_a_file_in_its_place_is_left_alone_or_written_anew(site: Path) -> None:
    """As when `mkdocs build --dirty` writes into the site itself."""
    page = site / "page.md"
    file = page.stat().st_ino
    put(b"before", page, page)
    assert (page.read_text(), page.stat().st_ino) == ("before", file)
    put(b"after", page, page)
    assert page.read_text() == "after"

"""A page with figures, for all tests that look at them in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from browser import window
from built import ROOT
from drawings import DRAWINGS, OTHERS
from playwright.sync_api import Browser, Page

from gradbook.site.modules import plain_script

ASSETS = ROOT / "docs/assets"


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a page with figures as the site shows them; options are those of a new context."""
    opened = ExitStack()

    def make(*names: str, scheme: str = "default", **options: object) -> Page:
        css = "".join((ASSETS / name).read_text() for name in ("gradbook.css", "graph.css"))
        body = "".join(
            f'<div class="output-display">{(DRAWINGS | OTHERS)[name]()._repr_html_()}</div>'
            for name in names or ["polynomial"]
        )
        (tmp_path / "graph.js").write_text(plain_script(ASSETS / "graph.js"))
        (tmp_path / "page.html").write_text(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Figures</title>'
            '<meta name="viewport" content="width=device-width"><style>html{font-size:125%}'
            f"body{{margin:0}}[hidden]{{display:none}}{css}</style>"
            f'<body data-md-color-scheme="{scheme}"><article class="md-content__inner md-typeset">'
            f'<p>Before.</p><div class="output">{body}</div><p>After.</p></article>'
            '<script src="graph.js"></script>'
        )
        options.setdefault("viewport", {"width": 800, "height": 900})
        page = opened.enter_context(window(browser, **options)).new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto((tmp_path / "page.html").as_uri())
        return page

    with opened:
        yield make

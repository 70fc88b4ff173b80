"""Make the picture of README: a page of the built site, in both palettes. Run by `make picture`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser import chromium, served, window  # noqa: E402

with chromium() as browser, served(ROOT / "site") as home:
    for palette in ("light", "dark"):
        size = {"width": 1100, "height": 720}
        with window(browser, color_scheme=palette, viewport=size) as context:
            page = context.new_page()
            page.goto(f"{home}tutorial/one-step/")
            page.locator(".output").first.wait_for()
            page.locator(".highlight").first.scroll_into_view_if_needed()
            page.evaluate("scrollBy(0, document.querySelector('.highlight').getBoundingClientRect().top - 160)")
            page.wait_for_timeout(500)  # the header's shadow has come
            page.screenshot(path=ROOT / ".github" / f"page-{palette}.png")

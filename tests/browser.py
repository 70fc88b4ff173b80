"""A real browser on the built site: found on this machine, served from a folder as a host would."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

# Milliseconds; an action that waits longer hangs, however busy the machine.
PATIENCE = 300_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
# How far the page has moved what stood on it, since it was opened (Chromium's layout shift; 0: nothing moved).
SHIFTS = """new Promise(done => {
  let sum = 0
  new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value }))
    .observe({ type: "layout-shift", buffered: true })
  setTimeout(() => done(sum), 300)
})"""
NAMES = ("chromium", "google-chrome", "chromium-browser")
NO_BROWSER = "No browser: install Chromium, or set CHROMIUM to the path of one."


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium; skips the test where there is none."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def window(browser: Browser, **options: object) -> Iterator[BrowserContext]:
    """A fresh browser window, whose actions wait for what they need."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


class Handler(SimpleHTTPRequestHandler):
    """Gives files without a word; another way to give them is a class of it."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix("/gradbook"))

    def send_error(self, code: int, *rest: object) -> None:
        """Answer what is missing with the site's own page, as GitHub Pages does."""
        page = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *parts: object) -> None:
        pass


@contextmanager
def served(folder: Path, handler: type[Handler] = Handler) -> Iterator[str]:
    """The address of the folder, served below a path as on GitHub Pages."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/gradbook/"
    server.shutdown()
    server.server_close()

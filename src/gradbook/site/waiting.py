"""What the server of `mkdocs serve` shows while it builds: a page that says what still runs, and renews itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING

from gradbook.project import Project
from gradbook.run.executor import PATIENCE

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="1">
<title>Being built</title>
<body style="font: 1rem/1.5 sans-serif; margin: 2rem auto; max-width: 45rem; padding: 0 1rem">
<h1>The site is being built</h1>
<p>This page renews itself, and gives way to the one you asked for.</p>
<ul role="status">{running}</ul>
"""


def while_building(server: LiveReloadServer, project: Project) -> None:
    """Answer a request for a page with the page that waits, where a build takes long."""
    logging.getLogger("mkdocs.livereload").addFilter(_is_news)
    usual = server.get_app()

    def app(environ: dict, start_response: Callable) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/livereload/") or not path.endswith(("/", ".html")):
            return usual(environ, start_response)
        if _built(server, PATIENCE if not project.running else 0):
            return usual(environ, start_response)
        said = sorted(project.running.values()) or ["Pages are being rendered."]
        page = _PAGE.format(running="".join(f"<li>{escape(line)}</li>" for line in said))
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
        start_response("503 Service Unavailable", headers)
        return [page.encode()]

    server.set_app(app)


def say_less() -> None:
    """Leave out MkDocs' warning of --dirty: the plugin says once, when the site is there, what stays as it was."""
    logging.getLogger("mkdocs.commands.build").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a warning is one: not that / leads to the site, that a page waits, or what --dirty is."""
    said = record.getMessage()
    return not said.endswith(("code 302", "code 503")) and not said.startswith("A 'dirty' build")


def _built(server: LiveReloadServer, patience: float) -> bool:
    """Whether no build is going on, or one ends within so many seconds."""
    # No public name tells it.
    with server._epoch_cond:
        return server._epoch_cond.wait_for(
            lambda: server._visible_epoch == server._wanted_epoch, timeout=patience
        )

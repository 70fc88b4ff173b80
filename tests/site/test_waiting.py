"""A program that runs for long while `mkdocs serve` builds: it is named in the log and in the browser."""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.livereload import LiveReloadServer
from waiting import until

from gradbook.project import Project
from gradbook.run import executor as executor_module
from gradbook.site import waiting
from gradbook.site.plugin import GradbookPlugin

PAGE = "# Page\n\n```python\nimport os, time\nwhile not os.path.exists({!r}):\n    time.sleep(0.01)\n```\n"


def test_what_still_runs_is_named(
    tmp_path: Path, project_in: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executor_module, "PATIENCE", 0.2)
    go, said = tmp_path / "go", []
    project = project_in(tmp_path, {"docs/page.md": PAGE.format(str(go))})
    project.tell = said.append
    future = project.start(project.page(tmp_path / "docs/page.md"))
    until(lambda: said)
    where = "docs/page.md:5 (cell line_3); the limit is 60 s"
    assert where in said[0] and said[0].startswith("still running after ")

    # A build is going on, as far as the server knows.
    server = LiveReloadServer(lambda: None, "127.0.0.1", 0, str(tmp_path / "site"))
    waiting.while_building(server, project)
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("<p>The page</p>")
    server._wanted_epoch += 1
    server.server_bind()
    server.server_activate()
    server.serve_thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    with pytest.raises(urllib.error.HTTPError) as waits:
        urllib.request.urlopen(address)
    page = waits.value.read().decode()
    assert waits.value.code == 503 and where in page and 'http-equiv="refresh"' in page

    go.touch()
    assert future.result().fault is None
    with server._epoch_cond:
        server._visible_epoch = server._wanted_epoch
    assert b"The page" in urllib.request.urlopen(address).read()
    assert not project.running
    server.shutdown(wait=False)


def test_a_redirection_is_no_warning() -> None:
    def record(said: str) -> logging.LogRecord:
        return logging.LogRecord("mkdocs.livereload", logging.WARNING, "", 0, said, (), None)

    assert not waiting._is_news(record('"GET / HTTP/1.1" code 302'))
    assert waiting._is_news(record('"GET /x HTTP/1.1" code 404'))


def test_serve_does_not_warn_of_the_way_it_builds(caplog: pytest.LogCaptureFixture) -> None:
    """The plugin says itself, once the site is there, what stays as it was."""
    builds = logging.getLogger("mkdocs.commands.build")
    for command, warns in (("build", True), ("serve", False)):
        GradbookPlugin().on_startup(command=command, dirty=True)
        caplog.clear()
        builds.warning("A 'dirty' build is being performed, this will likely lead to ...")
        assert bool(caplog.records) is warns
    builds.removeFilter(waiting._is_news)

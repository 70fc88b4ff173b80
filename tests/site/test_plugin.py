"""The MkDocs plugin: navigation that completes itself, dirty builds, and folders that a killed build left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from built import build

from gradbook.site.navigation import complete


def test_a_page_that_the_navigation_lacks_stands_last_in_its_folders_section() -> None:
    nav = ["index.md", {"Part": ["part/one.md", {"Inner": ["part/deep/x.md"]}]}, {"Other": "other.md"}]
    complete(nav, ["index.md", "part/two.md", "part/deep/y.md", "lost/page.md", "part/one.md"])
    assert nav == [
        "index.md",
        {"Part": ["part/one.md", {"Inner": ["part/deep/x.md", "part/deep/y.md"]}, "part/two.md"]},
        {"Other": "other.md"},
    ]


def test_a_build_clears_what_a_killed_build_left(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Home\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nplugins: [gradbook]\n")
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    left = tmp_path / f".site-{ended.stdout.strip()}-abc"
    running = tmp_path / f".site-{os.getpid()}-abc"
    left.mkdir()
    running.mkdir()
    assert build(tmp_path).returncode == 0
    assert not left.exists()
    assert running.exists(), "a build that still runs keeps its folder"


def test_an_unreadable_page_stops_the_build_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_bytes("# Résumé\n".encode("latin-1"))
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nplugins: [gradbook]\n")
    done = build(tmp_path)
    assert done.returncode == 1
    assert "docs/index.md:1\n  not UTF-8: byte 0xe9" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "site").exists()
    assert json.dumps(sorted(path.name for path in tmp_path.iterdir())) == '["docs", "mkdocs.yml"]'


@pytest.mark.parametrize("event", ["on_files", "on_nav", "on_page_markdown", "on_page_content", "on_env"])
def test_a_page_deleted_during_the_build(event: str, tmp_path: Path) -> None:
    hook = f"import os\ndef {event}(*_, config, **more):\n    os.path.exists(PAGE) and os.remove(PAGE)\n"
    (tmp_path / "gone.py").write_text(f"PAGE = 'docs/page.md'\n{hook}")
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nplugins: [gradbook]\nhooks: [gone.py]\n")
    (tmp_path / "docs").mkdir()
    for name in ("index", "page"):
        (tmp_path / "docs" / f"{name}.md").write_text("# Page\n\n```python\n1 + 1\n# > 2\n```\n")
    done = build(tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "docs/page.md" in done.stdout and "during the build" in done.stdout
    assert not (tmp_path / "site").exists() and list(tmp_path.glob(".site-*")) == []


def test_a_dirty_build_renders_the_pages_whose_snippets_changed(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "snippets").mkdir()
    plugins = "plugins: [gradbook]\nmarkdown_extensions: [pymdownx.superfences]\n"
    (tmp_path / "mkdocs.yml").write_text("site_name: Dirty\ntheme: material\n" + plugins)
    for name in ("index", "other"):
        page = f'# {name}\n\n```python\n--8<-- "{name}.py:answer"\n```\n'
        (tmp_path / "docs" / f"{name}.md").write_text(page)
        (tmp_path / "snippets" / f"{name}.py").write_text("# %% answer\n6 * 7\n# > 42\n")
    assert build(tmp_path).returncode == 0
    site = tmp_path / "site"
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}
    (tmp_path / "snippets" / "other.py").write_text("# %% answer\n6 * 9\n# > 54\n")
    done = build(tmp_path, "--dirty")
    assert done.returncode == 0, done.stderr
    assert "<samp>54</samp>" in (site / "other" / "index.html").read_text(), "the plugin brings its extension"
    assert "54" in (site / "other" / "other.ipynb").read_text()
    changed = {path for path, time in before.items() if path.stat().st_mtime_ns != time}
    pages = {path for path in changed if path.name == "index.html" or path.suffix == ".ipynb"}
    assert {path.parent.name for path in pages} == {"other"}
    assert site / "llms.txt" not in changed

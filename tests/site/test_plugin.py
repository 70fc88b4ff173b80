"""The MkDocs plugin: navigation that completes itself, labs, and folders that a killed build left."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from built import build

from gradbook.site.plugin import complete

LAB = """\
---
jupyter:
  jupytext:
    text_representation: {extension: .md, format_name: markdown, format_version: '1.3'}
  kernelspec: {display_name: Python 3, language: python, name: python3}
---
# Lab

A first cell.

```python
x = 6 * 7
print(x)
# > 42
```

```python
x + 1
# > 43
```
"""
CONFIG = """\
site_name: Labs
theme: {name: material, font: false}
plugins:
  - mkdocs-jupyter: {include: ["labs/*.md"], execute: true, allow_errors: false}
  - gradbook
markdown_extensions: [pymdownx.highlight, pymdownx.superfences, gradbook]
nav: [index.md, {Labs: [labs/first.md]}]
"""


def test_a_page_that_the_navigation_lacks_stands_last_in_its_folders_section() -> None:
    nav = ["index.md", {"Part": ["part/one.md", {"Inner": ["part/deep/x.md"]}]}, {"Other": "other.md"}]
    complete(nav, ["index.md", "part/two.md", "part/deep/y.md", "lost/page.md", "part/one.md"])
    assert nav == [
        "index.md",
        {"Part": ["part/one.md", {"Inner": ["part/deep/x.md", "part/deep/y.md"]}, "part/two.md"]},
        {"Other": "other.md"},
    ]


def lab(folder: Path, text: str = LAB) -> Path:
    (folder / "docs" / "labs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(CONFIG)
    (folder / "docs" / "index.md").write_text("# Home\n")
    (folder / "docs" / "labs" / "first.md").write_text(text)
    return folder


def test_a_lab_is_run_shown_in_the_sites_markup_and_downloadable(tmp_path: Path) -> None:
    done = build(lab(tmp_path), "--strict")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "site" / "labs" / "first"
    html = (folder / "index.html").read_text()
    assert "In [1]:" in html and "Out[2]:" in html
    assert "<samp>42</samp>" in html and "<samp>43</samp>" in html
    assert "# &gt;" not in html, "expectations stay in the source"
    content = html[html.index("<article") : html.index("</article>")]
    assert "<style" not in content and "jupyter" not in content and "cdn" not in html
    notebook = nbformat.reads((folder / "first.ipynb").read_text(), as_version=4)
    nbformat.validate(notebook)
    shown = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.source for cell in shown] == ["x = 6 * 7\nprint(x)", "x + 1"]
    assert shown[0].outputs[0].text == "42\n"
    assert shown[1].outputs[0].data["text/plain"] == "43"


def test_a_drifted_lab_is_named_by_page_and_line(tmp_path: Path) -> None:
    done = build(lab(tmp_path, LAB.replace("# > 42", "# > 41")))
    assert done.returncode == 1
    assert "docs/labs/first.md:13 (cell line_11)\n  expected  41\n  got       42" in done.stderr
    assert "Traceback" not in done.stderr


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


def test_a_labs_kernel_is_forked_with_torch_imported(tmp_path: Path) -> None:
    """A kernel started as usual would know no torch yet, and would import it for seconds in each lab."""
    asked = LAB.replace("x = 6 * 7\nprint(x)\n# > 42", "import sys\nx = 42\n'torch' in sys.modules\n# > True")
    done = build(lab(tmp_path, asked), "--strict")
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "site" / "labs" / "first" / "index.html").read_text()
    assert "<samp>True</samp>" in html and "<samp>False</samp>" not in html
    assert "To connect another client" not in done.stdout + done.stderr


def test_a_plot_in_a_lab_looks_as_in_any_notebook(tmp_path: Path) -> None:
    """The server has matplotlib imported in the style of the pages; a kernel takes neither from it."""
    plot = "import matplotlib.pyplot as plt\nplt.rcParams['axes.grid'], plt.get_backend()  # may vary"
    done = build(lab(tmp_path, LAB.replace("x = 6 * 7\nprint(x)\n# > 42", f"x = 42\n{plot}")))
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "site" / "labs" / "first" / "index.html").read_text().lower()
    assert "(false, 'module://matplotlib_inline.backend_inline')" in re.sub("&#(39|x27);", "'", html)


def test_a_lab_that_ends_its_kernel_ends_the_build(tmp_path: Path) -> None:
    ends = LAB.replace("x = 6 * 7\nprint(x)\n# > 42", "import os\nos._exit(3)")
    done = build(lab(tmp_path, ends), "--strict")
    assert done.returncode == 1
    assert "docs/labs/first.md:13 (cell line_11)" in done.stderr
    assert "an end of the process in mid-cell (exit status 3" in done.stderr
    assert not (tmp_path / "site").exists()


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

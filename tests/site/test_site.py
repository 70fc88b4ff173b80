"""A tiny real site, built as a person builds it: what a reader sees, and what an author sees when it is wrong."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from built import build
from waiting import until

CONFIG = """\
site_name: Tiny
theme: {name: material, font: false}
plugins: [search, gradbook]
markdown_extensions:
  - admonition
  - pymdownx.details
  - pymdownx.highlight: {anchor_linenums: false}
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
  - gradbook
nav: [index.md, other.md]
"""
PAGE = """\
---
title: First
---
# First

```python title="Square" hl_lines="3"
--8<-- "index.py:square"
```

!!! note
    ```python
    --8<-- "index.py:slope"
    ```

=== "Again"

    ```python
    --8<-- "index.py:again"
    ```

The slope is 6<!-- = x.grad.item() -->, and **9<!-- = y.item() -->** is the value.
"""
SNIPPETS = """\
# %% square
import torch
x = torch.tensor(3.0, requires_grad=True)
y = x**2
print(y)
# > tensor(9., grad_fn=<PowBackward0>)

# %% slope
y.backward()
x.grad
# > tensor(6.)

# %% again tags=["raises-exception"]
y.backward()
# > RuntimeError: Trying to backward through the graph a second time ...
"""
OTHER = "# Other\n\n```python\nprint('x' in globals())\n# > False\n```\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, built in CI's way: without a cache."""
    folder = tmp_path_factory.mktemp("model")
    for name, text in {
        "mkdocs.yml": CONFIG,
        "docs/index.md": PAGE,
        "docs/other.md": OTHER,
        "snippets/index.py": SNIPPETS,
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    done = build(folder, "--strict", CI="true")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def tiny(model: Path, tmp_path: Path) -> Path:
    """A copy of it, with its site."""
    return shutil.copytree(model, tmp_path / "tiny")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def page(project: Path, name: str = "") -> str:
    return (project / "site" / name / "index.html").read_text()


def test_code_and_real_output_stand_on_the_page(model: Path) -> None:
    html = page(model)
    assert "<samp>tensor(9., grad_fn=&lt;PowBackward0&gt;)</samp>" in html
    assert '<pre class="output-value"><samp>tensor(6.)</samp></pre>' in html
    assert "# &gt;" not in html and "# >" not in html, "no expectation reaches the reader"
    assert "The slope is 6, and <strong>9</strong> is the value." in html
    assert html.count('class="cell') - html.count('class="cell-') == 3
    assert '<span class="filename">Square</span>' in html and 'class="hll"' in html
    assert "Raises RuntimeError, on purpose" in html
    assert "<samp>False</samp>" in page(model, "other"), "a page cannot see another page's names"


def test_cells_inside_admonitions_and_tabs_are_run_and_shown(model: Path) -> None:
    html = page(model)
    admonition = html.index('class="admonition note"')
    tab = html.index('class="tabbed-block"')
    assert admonition < html.index('id="cell-slope"') < tab < html.index('id="cell-again"')


def test_drift_stops_build_and_tests_until_update(tiny: Path) -> None:
    shutil.rmtree(tiny / "site")
    edit(tiny / "snippets/index.py", "x**2", "x**3")
    (tiny / "pytest.ini").write_text("[pytest]\naddopts = --markdown-docs\ntestpaths = docs\n")
    built, tested = build(tiny), run(tiny, "pytest", "-q")
    for result in (built, tested):
        assert result.returncode == 1
        printed = result.stdout + result.stderr
        assert "docs/index.md:6 → snippets/index.py:5 (cell square)" in printed
        assert "expected  tensor(9., grad_fn=<PowBackward0>)" in printed
        assert "got       tensor(27., grad_fn=<PowBackward0>)" in printed
        assert "python -m gradbook update snippets/index.py" in printed
        assert "docs/index.md:21" in printed, "the sentence says 6"
        assert "Traceback" not in printed
    assert not (tiny / "site").exists()
    assert run(tiny, "gradbook", "update", "--prose").returncode == 0
    assert build(tiny).returncode == 0
    assert run(tiny, "pytest", "-q").returncode == 0
    assert "tensor(27., grad_fn=&lt;PowBackward0&gt;)" in page(tiny)


def test_a_failed_build_leaves_the_old_site(tiny: Path) -> None:
    before = page(tiny)
    edit(tiny / "snippets/index.py", "x**2", "x**3")
    assert build(tiny).returncode == 1
    assert page(tiny) == before
    assert [path.name for path in tiny.iterdir() if path.name.startswith(".site")] == []


def test_a_build_that_fails_elsewhere_leaves_the_old_site(tiny: Path) -> None:
    """Strict mode's own complaint comes after everything has been written."""
    before = page(tiny)
    edit(tiny / "docs/other.md", "# Other", "# Other, [nowhere](nowhere.md)")
    assert build(tiny, "--strict").returncode == 1
    assert page(tiny) == before


def test_all_problems_are_listed_together(tiny: Path) -> None:
    edit(tiny / "snippets/index.py", "# > tensor(6.)", "# > tensor(7.)")
    edit(tiny / "docs/other.md", "# > False", "# > True")
    (tiny / "docs/lost.md").write_text("# Lost\n")
    (tiny / "snippets/lost.py").write_text("# %% lost\nprint(1)\n# > 1\n")
    printed = build(tiny).stderr
    assert "docs/index.md:11 → snippets/index.py:10 (cell slope)" in printed
    assert "docs/other.md:4 (cell line_3)" in printed
    assert "docs/lost.md:1\n  this page is not in the navigation" in printed
    assert "snippets/lost.py:1\n  no page embeds this snippet file" in printed
    assert "4 problems." in printed


def test_an_unchanged_rebuild_runs_nothing(tiny: Path) -> None:
    edit(tiny / "docs/other.md", "print('x' in globals())\n# > False", "import os\nos.getpid()  # may vary")
    assert build(tiny, CI="").returncode == 0
    first = page(tiny, "other")
    assert build(tiny, CI="").returncode == 0
    assert page(tiny, "other") == first, "the same process id: the output came from the cache"
    assert build(tiny, CI="true").returncode == 0
    assert page(tiny, "other") != first, "CI runs everything"


def test_every_build_prints_the_same_bytes(model: Path, tiny: Path) -> None:
    shutil.rmtree(tiny / "site")
    assert build(tiny, CI="true").returncode == 0
    assert page(tiny) == page(model)


@pytest.mark.parametrize("options", [[], ["--dirty"]])  # make serve has the latter
def test_serve_shows_the_problem_at_the_cell_and_keeps_serving(tiny: Path, options: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "mkdocs", "serve", *options, "--dev-addr", address]
    server = subprocess.Popen(command, cwd=tiny, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def served_with(text: str) -> str:
        """The page as it is served, once it holds the text."""

        def page() -> str:
            assert server.poll() is None, "the server has ended"
            with suppress(OSError), urllib.request.urlopen(f"http://{address}/") as answer:
                html = answer.read().decode()
                return html if text in html else ""
            return ""

        return until(page)

    try:
        served_with("tensor(9., grad_fn=")
        edit(tiny / "snippets/index.py", "x**2", "x**3")
        html = served_with("cell-problem")
        assert "expected  tensor(9., grad_fn=&lt;PowBackward0&gt;)" in html
        assert "<samp>tensor(27., grad_fn=&lt;PowBackward0&gt;)</samp>" in html
        edit(tiny / "snippets/index.py", "x**3", "x**2")
        assert "cell-problem" not in served_with("<samp>tensor(9., grad_fn=")
    finally:
        server.terminate()
        server.wait()


def run(project: Path, module: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *options],
        cwd=project,
        capture_output=True,
        text=True,
    )

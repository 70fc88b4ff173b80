"""The same sources in Zensical, which keeps Markdown extensions and ignores plugins."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from built import ROOT

NO_ZENSICAL = (
    "No zensical: install it in a virtual environment of its own, with this Python "
    "(pip install zensical), and put it on PATH or name it in ZENSICAL."
)
FILES = {
    "mkdocs.yml": """\
site_name: Tiny
theme: {name: material, font: false}
plugins: {search: {}, gradbook: {}}
markdown_extensions:
  - pymdownx.superfences
  - pymdownx.arithmatex: {generic: true}
  - gradbook
  - gradbook.mathematics
nav: [index.md]
""",
    "docs/index.md": """\
# Tiny

The slope of $x^2$:

```python
--8<-- "index.py:slope"
```

It is 6<!-- = x.grad.item() -->.
""",
    "snippets/index.py": """\
# %% slope
import torch

x = torch.tensor(3.0, requires_grad=True)
(x**2).backward()
x.grad
# > tensor(6.)
""",
}


def zensical(project: Path) -> subprocess.CompletedProcess[str]:
    """Build the project; Zensical brings no torch, and takes this environment's packages."""
    command = os.environ.get("ZENSICAL") or shutil.which("zensical")
    if command is None:
        pytest.skip(NO_ZENSICAL)
    packages = os.pathsep.join([str(ROOT / "src"), sysconfig.get_path("purelib")])
    return subprocess.run(
        [command, "build"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": packages},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_code_output_numbers_and_formulas_are_on_the_page(tiny: Path) -> None:
    done = zensical(tiny)
    assert done.returncode == 0, done.stdout + done.stderr
    html = (tiny / "site/index.html").read_text()
    assert '<pre class="output-value"><samp>tensor(6.)</samp></pre>' in html
    assert "It is 6." in html and "<math" in html and "# &gt;" not in html


def test_a_wrong_output_stops_it(tiny: Path) -> None:
    snippets = tiny / "snippets/index.py"
    snippets.write_text(snippets.read_text().replace("tensor(6.)", "tensor(7.)"))
    done = zensical(tiny)
    assert "expected  tensor(7.)" in done.stdout + done.stderr
    assert not (tiny / "site/index.html").exists()


def outputs(page: Path) -> list[str]:
    """What the page's cells print, without the links that our plugin puts around names of nodes."""
    text = re.sub(r'<a href="[^"]*/atlas/[^"]*">(\w+)</a>', r"\1", page.read_text())
    return re.findall(r"<samp>.*?</samp>", text, re.S)


def test_this_site_shows_the_same_outputs_as_in_mkdocs(
    tmp_path: Path, built_site: Path
) -> None:
    """Except on labs, with prompts and Jupyter's own outputs in MkDocs, and on checkpoints, which our plugin draws."""
    for name in ("docs", "snippets", "overrides"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    done = zensical(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = [path.relative_to(built_site) for path in built_site.rglob("index.html")]
    shown = {
        page: outputs(built_site / page)
        for page in pages
        if not {"labs", "checkpoint"} & {*page.parts}
    }
    assert sum(map(len, shown.values())) > 400
    assert {page: outputs(tmp_path / "site" / page) for page in shown} == shown

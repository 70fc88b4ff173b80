"""What CONTRIBUTING.md promises a new author: a page with a claim, a checked number and an exercise is two files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from built import ROOT, build

from gradbook import derivative
from gradbook.__main__ import main
from gradbook.claims.errors import NotationError

CONFIG = """\
site_name: Tiny
theme: {name: material, font: false}
plugins: [search, gradbook]
markdown_extensions:
  [admonition, attr_list, md_in_html, pymdownx.details, pymdownx.highlight, pymdownx.superfences, gradbook]
nav: [index.md, {Part: [part/index.md]}]
"""
SNIPPET = """\
# %% polynomial
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x**3
y.backward()
print(x.grad)

{claim}

# %% again
y = x**3
y.backward()
print(x.grad)
"""
BODY = """\
```python
--8<-- "part/my_page.py:polynomial"
```

At 2 the slope is 12<!-- = x.grad.item() -->.

```python
--8<-- "part/my_page.py:rule"
```

!!! question "1. Once more"
    ```python predict
    --8<-- "part/my_page.py:again"
    ```

    - `tensor(12.)`: this forgets that `backward()` adds.
    - `tensor(24.)`: 12 from each pass.
"""


def claim_of_the_guide() -> str:
    """The cell with a claim, as CONTRIBUTING.md has it."""
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return re.search(r"^# %% rule.*?(?=\n```)", guide, re.M | re.S)[0]


def test_a_page_is_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"mkdocs.yml": CONFIG, "docs/index.md": "# Home\n", "docs/part/index.md": "# Part\n"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    monkeypatch.chdir(tmp_path)

    main(["new", "part/my-page", "My page"])
    page, snippet = tmp_path / "docs/part/my-page.md", tmp_path / "snippets/part/my_page.py"
    page.write_text(page.read_text().partition("```")[0] + BODY)
    snippet.write_text(SNIPPET.format(claim=claim_of_the_guide()))
    assert main(["update", "snippets/part/my_page.py"]) == 0
    done = build(tmp_path, "--strict", "--site-dir", str(tmp_path / "site"))

    assert done.returncode == 0, done.stdout + done.stderr
    html = (tmp_path / "site/part/my-page/index.html").read_text()
    assert 'class="claim"' in html and "tensor(24.)" in html and "slope is 12" in html
    assert "my-page/" in (tmp_path / "site/part/index.html").read_text()  # the navigation has it
    made = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    ignored = {tmp_path / "site", tmp_path / ".cache"}
    assert {path for path in made if ignored.isdisjoint(path.parents)} == {page, snippet}
    snippet.write_text(snippet.read_text().replace('"3x^2"', '"3x"'))
    assert "3x is wrong" in build(tmp_path, "--strict").stderr


def test_the_guide_lists_the_functions_of_claims(capsys: pytest.CaptureFixture[str]) -> None:
    """By a command. What it prints is what formulas may say: each is read as a function, a made-up name is not."""
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    exec(re.search(r'-c "(from gradbook\.claims.*)"', guide)[1])
    listed = capsys.readouterr().out.split()
    assert {"exp", "log", "softmax", "relu"} <= set(listed)
    derivative("exp(x)", "exp(x)")
    with pytest.raises(NotationError):
        derivative("nosuch(x)", "exp(x)")
    assert "nosuch" not in listed


def test_the_guide_shows_every_option_of_a_claim() -> None:
    section = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Claims")[2].partition("\n## ")[0]
    for option in ("domain", "where", "at", "kink", "shapes", "shown"):
        assert f"{option}=" in section, option

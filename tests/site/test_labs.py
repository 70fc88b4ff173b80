"""Labs: pages like any other in what they may hold and in what is found wrong, and notebooks in their prompts."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from built import build

CONFIG = """\
site_name: Labs
theme: {name: material, font: false}
plugins:
  - search
  - mkdocs-jupyter: {execute: false}
  - gradbook
markdown_extensions:
  - admonition
  - footnotes
  - toc: {permalink: true}
  - pymdownx.highlight: {anchor_linenums: false}
  - pymdownx.superfences
  - pymdownx.arithmatex: {generic: true}
  - gradbook
  - gradbook.mathematics
validation: {links: {anchors: warn}}
"""
LAB = """\
# A lab

It uses $x^2$, a [page](../index.md#part), a ![picture](../picture.svg) and a note[^1].

[^1]: The note.

!!! tip "A tip"
    With a cell in it:

    ```python title="The answer"
    x = 6 * 7
    print(x)
    # > 42
    ```

```python
x + 1
# > 43
```

## What tags do

```python
# %% input tags=["hide-input"]
x + 2
# > 44
```

```python
# %% output tags=["hide-output"]
x + 3
# > 45
```

```python
# %% cell tags=["remove-cell"]
secret = 46
print(secret)
# > 46
```

```python
# %% fails tags=["raises-exception"]
secret / 0
# > ZeroDivisionError: division by zero
```

```python
import warnings

warnings.warn("Careful with <b>.")
# > UserWarning: Careful with <b>.
```

The secret is 46<!-- = secret -->.

```python
class Slope:
    def __repr__(self):
        return "2x"

    def _repr_latex_(self):
        return "$2x$"


Slope()
# > 2x
```

```python
class Picture(Slope):
    def _repr_svg_(self):
        return '<svg viewBox="0 0 8 8"><clipPath id="p"/></svg>'


Picture()
# > 2x
```
"""
WRONG = """\
# A lab

A [page](../nowhere.md), a [heading](../index.md#nowhere).

A formula $\\nosuch x$.

```python
6 * 7
# > 41
```

It is 43<!-- = 6 * 7 -->.
"""


def site(folder: Path, config: str = CONFIG, **labs: str) -> subprocess.CompletedProcess[str]:
    (folder / "docs" / "labs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(config)
    (folder / "docs" / "index.md").write_text("# Home\n\n## Part\n")
    (folder / "docs" / "picture.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    for name, text in labs.items():
        (folder / "docs" / "labs" / f"{name}.md").write_text(text)
    return build(folder, "--strict", CI="")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("labs")
    done = site(project, first=LAB, prose="# No code\n\nText alone.\n")
    assert done.returncode == 0, done.stderr
    return project / "site" / "labs" / "first"


@pytest.fixture(scope="module")
def article(folder: Path) -> str:
    html = (folder / "index.html").read_text()
    return html[html.index("<article") : html.index("</article>")]


def cell(article: str, name: str) -> str:
    """A cell of the page, up to the next cell or heading."""
    return re.search(
        rf'<div class="[^"]*" id="cell-{name}">.*?(?=<div class="cell|<h2|\Z)', article, re.S
    )[0]


def test_a_lab_shows_its_cells_and_outputs_with_prompts(article: str) -> None:
    assert re.findall(r"(?:In |Out)\[\d+\]:", article) == [
        "In [1]:", "In [2]:", "Out[2]:", "In [4]:", "In [6]:", "In [7]:", "In [8]:", "Out[8]:",
        "In [9]:", "Out[9]:",
    ]  # fmt: skip
    assert "<samp>42</samp>" in article and "<samp>43</samp>" in article
    assert "# &gt;" not in article, "expectations stay in the source"


def test_nothing_of_jupyters_style_and_scripts_is_in_the_page(folder: Path, article: str) -> None:
    html = (folder / "index.html").read_text()
    assert "<style" not in article and "jp-" not in article and "cdn" not in html


def test_its_prose_is_the_sites_own_markdown(article: str) -> None:
    assert "<math><msup><mi>x</mi><mn>2</mn></msup></math>" in article
    assert 'href="../../#part"' in article and 'src="../../picture.svg"' in article
    assert 'href="#fn:1"' in article and '<li id="fn:1">' in article
    assert '<div class="admonition tip">' in article and "The secret is 46." in article
    heading = '<h2 id="what-tags-do">What tags do<a class="headerlink" href="#what-tags-do"'
    assert heading in article


def test_a_cell_stands_in_an_admonition_too(article: str) -> None:
    tip = BeautifulSoup(article, "html.parser").select_one(".admonition.tip .lab-cell").get_text()
    assert "In [1]:" in tip and "The answer" in tip and "42" in tip


def test_tags_mean_what_they_mean_on_pages(article: str) -> None:
    assert "<samp>44</samp>" in cell(article, "input") and "<code>" not in cell(article, "input")
    assert "45" not in cell(article, "output")
    assert "print(secret)" not in article and "<samp>46</samp>" not in article
    fails = cell(article, "fails")
    assert "Raises ZeroDivisionError, on purpose" in fails and 'class="output-error"' in fails


def test_warnings_and_formulas_in_outputs_look_as_on_pages(article: str) -> None:
    warning = r'<pre class="output-warning"[^>]*><samp>UserWarning: Careful with &lt;b&gt;\.</samp>'
    assert re.search(warning, article)
    (formula,) = BeautifulSoup(article, "html.parser").select(".output .output-display math")
    assert formula.get_text() == "2x"
    assert (
        '<div class="output-display"><svg viewBox="0 0 8 8"><clipPath id="p"/></svg></div>'
        in article
    )


def test_a_lab_is_found_by_search_and_has_a_table_of_contents(folder: Path) -> None:
    index = (folder.parents[1] / "search" / "search_index.json").read_text()
    assert '"location":"labs/first/#what-tags-do"' in index
    html = (folder / "index.html").read_text()
    assert '<a href="#what-tags-do" class="md-nav__link">' in html


def test_its_notebook_can_be_taken_along(folder: Path) -> None:
    book = nbformat.reads((folder / "first.ipynb").read_text(), as_version=4)
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert [c.source for c in code[:2]] == ["x = 6 * 7\nprint(x)", "x + 1"]
    assert code[0].outputs[0].text == "42\n"
    assert code[1].outputs[0].data["text/plain"] == "43"


def test_a_lab_without_code_is_a_page_without_prompts(folder: Path) -> None:
    html = (folder.parent / "prose" / "index.html").read_text()
    assert "Text alone." in html and "lab-prompt" not in html


def test_what_is_wrong_with_a_lab_is_reported_as_on_a_page(tmp_path: Path) -> None:
    ends = "# Another\n\n```python\nimport os\nos._exit(3)\n```\n"
    done = site(tmp_path, first=WRONG, ends=ends)
    assert done.returncode == 1
    for said in (
        "'labs/first.md' contains a link '../nowhere.md', but the target 'nowhere.md' is not found",
        "link '../index.md#nowhere', but the doc 'index.md' does not contain an anchor '#nowhere'",
        "docs/labs/first.md:5\n  formula \\nosuch x\n  Unknown command",
        "docs/labs/first.md:8 (cell line_7)\n  expected  41\n  got       42",
        "docs/labs/first.md:12\n  expected  43\n  got       42",
        "docs/labs/ends.md:5 (cell line_3)\n  expected  a cell that ends\n",
        "  got       an end of the process in mid-cell (exit status 3",
        "4 problems.",
    ):
        assert said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "site").exists()


def test_where_mkdocs_jupyter_is_not_asked_for_a_lab_is_a_page_without_prompts(
    tmp_path: Path,
) -> None:
    without = CONFIG.replace("  - mkdocs-jupyter: {execute: false}\n", "")
    done = site(tmp_path, config=without, first=LAB)
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "site/labs/first/index.html").read_text()
    assert "<samp>43</samp>" in html and "lab-prompt" not in html

"""`import` as an author meets it: a tutorial goes in, a page that runs comes out, what is left to decide is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from built import build
from case_files import CASES, sections

from gradbook.__main__ import main
from gradbook.importer.markdown import tidy
from gradbook.importer.program import Names, fault, to_python
from gradbook.importer.rest import Rest, lines_of
from gradbook.page.cells import parse

CONFIG = """\
site_name: Tiny
theme: {name: material, font: false}
plugins: [search, gradbook]
markdown_extensions:
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - pymdownx.details
  - pymdownx.highlight
  - pymdownx.superfences
  - pymdownx.arithmatex: {generic: true}
  - gradbook
  - gradbook.mathematics
nav: [index.md, {Part: [part/index.md]}]
"""
TUTORIALS = {
    "gallery.py": ["imports", "one_number", "the_slope", "two_numbers"],
    "percent.py": ["imports", "first_pass", "second_pass", "x_view"],
    "notebook.ipynb": ["imports", "a_product_of_a_and", "its_gradients", "c_backward"],
}
CODE = sections(CASES / "import" / "code.md")
PROSE = sections(CASES / "import" / "prose.md")
Import = Callable[..., tuple[int, str]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a home page and a part, which is the current folder."""
    files = {"mkdocs.yml": CONFIG, "docs/index.md": "# Home\n", "docs/part/index.md": "# Part\n"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def take(capfd: pytest.CaptureFixture[str]) -> Import:
    """Import a file, or a text that is written into one; its exit status, and all that was printed."""

    def command(file: str | Path, text: str = "", page: str = "part/taken") -> tuple[int, str]:
        if text:
            Path(file).write_text(text)
        capfd.readouterr()
        status = main(["import", str(file), *[page] * bool(page)])
        return status, "".join(capfd.readouterr())

    return command


def told(report: str, topic: str) -> list[str]:
    """The lines below a topic of the report."""
    below = report.partition(f"  {topic}")[2].partition("\n")[2]
    return [line.strip() for line in below.partition("\n\n")[0].split("\n")]


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_becomes_a_page_that_is_checked_and_built(
    name: str, here: Path, take: Import
) -> None:
    status, report = take(CASES / "import" / name)
    assert status == 0
    assert report.startswith("docs/part/taken.md\nsnippets/part/taken.py\n\nA ")
    assert report.endswith("Then:  python -m gradbook update snippets/part/taken.py\n")

    snippet, page = Path("snippets/part/taken.py"), Path("docs/part/taken.md")
    file = parse(snippet.read_text(), str(snippet))
    assert [cell.name for cell in file.cells] == TUTORIALS[name]
    assert file.problems == []
    assert "# >" not in snippet.read_text() and "old output" not in page.read_text()

    assert main(["update", "snippets/part/taken.py"]) == 0
    assert main(["check"]) == 0
    done = build(here, "--strict", "--site-dir", str(here / "site"))
    assert done.returncode == 0, done.stdout + done.stderr
    html = (here / "site/part/taken/index.html").read_text()
    article = html.partition("<article")[2].partition("</article>")[0]
    assert not re.search(r"\$|::|\.\. |!!!", re.sub(r"<pre.*?</pre>", "", article, flags=re.S))
    assert article.count("<h1") == 1 and len(re.findall("<h2", article)) == 2 - (
        name == "percent.py"
    )


@pytest.mark.parametrize("title", CODE)
def test_code_becomes_a_cell(title: str) -> None:
    parts = CODE[title]
    found: list[str] = []
    code = to_python(parts["before"], 1, lambda line, what: found.append(f"{line} {what}"))
    assert code == parts.get("after", "").rstrip("\n")
    assert "\n".join(found) == parts.get("told", "").rstrip("\n")
    assert fault(code) == parts.get("fault", "").rstrip("\n") or not code


@pytest.mark.parametrize(
    ("code", "titles", "name"),
    [
        ("x = 1", ["", "2. The first step: now!"], "the_first_step_now"),
        ("x = 1", ["Über die Kette"], "uber_die_kette"),
        ("model.loss = 1", ["경사"], "model_loss"),
        ("# Draw the curve\nplt.plot(x)", [], "draw_the_curve"),
        ("class MyReLU(nn.Module):\n    pass", [], "my_relu"),
        ("import torch\nfrom torch import nn", [], "imports"),
        ("import torch\nmodel.train()", [], "model_train"),
        ("print(f'the loss {x}')", [], "print_the_loss_x"),
        ("for x in y:\n    pass", [], "loop"),
        ("3 + 4", [], "cell"),
    ],
)
def test_a_cell_is_named_by_its_heading_or_its_first_line(
    code: str, titles: list[str], name: str
) -> None:
    names = Names()
    given = [names.name(code, titles) for _ in range(3)]
    assert given == [name, f"{name}_2", f"{name}_3"]
    found = parse("".join(f"# %% {name}\n{code}\n" for name in given), "p.py")
    assert found.problems == []


@pytest.mark.parametrize("title", PROSE)
def test_prose_becomes_markdown(title: str) -> None:
    parts = PROSE[title]
    found: list[str] = []

    def note(line: int, what: str) -> None:
        found.append(f"{line} {what}")

    before = parts["before"].rstrip("\n")
    if not title.startswith("Of a notebook"):
        rest = Rest(note)
        rest.learn(before)
        before = rest.convert(lines_of(before, 1))
    assert tidy(before, 1, note) == parts["after"].rstrip("\n")
    assert "\n".join(sorted(found, key=lambda line: (int(line.split()[0]), line))) == parts.get(
        "told", ""
    ).rstrip("\n")


def test_what_an_author_must_decide_is_listed_with_its_place(here: Path, take: Import) -> None:
    program = '''\
"""
Things to decide
================
"""
import time
import numpy as np
import torch
from matplotlib import pyplot as plt
from torch import nn, rand
import no_such_package

# %%
# The machine
# -----------
device = "cuda" if torch.cuda.is_available() else "cpu"
start = time.time()

# %%
# Its numbers
# -----------
first = rand(2)
layer = nn.Linear(2, 2)
torch.manual_seed(0)
second = rand(2)

# %%
# The data
# --------
data = torch.load("weights.pt")

# %%
# A plot
# ------
plt.figure(figsize=(12, 4))
plt.imshow(np.ones((2, 2)))
plt.plot(np.arange(3), "r--")
plt.plot(np.arange(3), "k--", label="b is no color here")
plt.show()

# %%
# An address
# ----------
print(object())
import warnings
told = "It is on its way out, as the notes to its release say. "
warnings.warn("Call its successor. " + told * 2)
if __name__ != "__main__":
    display(input())
print(len("this line is longer than a reader on a phone, or in a narrow window, can see at once"))
'''
    status, report = take("decide.py", program)
    assert status == 0
    lines = Path("snippets/part/taken.py").read_text().split("\n")

    def place(code: str) -> str:
        number = next(n for n, line in enumerate(lines, 1) if code in line)
        header = next(line for line in reversed(lines[:number]) if line.startswith("# %% "))
        return f"snippets/part/taken.py:{number} (cell {header.removeprefix('# %% ')})"

    assert told(report, "Packages") == [f"{place('no_such')}  no_such_package"]
    assert told(report, "Devices") == [f"{place('device =')}  torch.cuda.is_available(), 'cuda'"]
    assert told(report, "Timings") == [f"{place('start =')}  time.time()"]
    assert told(report, "Random") == [
        f"{place('first =')}  rand()",
        f"{place('layer =')}  nn.Linear()",
    ]
    assert told(report, "Data sets") == [f"{place('torch.load')}  torch.load()"]
    assert told(report, "Plots without") == [f"{place('plt.fig')}  plt.figure()"]
    assert told(report, "Plots that") == [
        f"{place('plt.fig')}  12 inches wide",
        f"{place('imshow')}  plt.imshow()",
        f"{place('r--')}  'r--'",
    ]
    assert told(report, "Not in a snippet") == [f"{place('display')}  display(), input()"]
    assert told(report, "Addresses") == [f"{place('object()')}  object object at 0x…"]
    assert told(report, "Warnings") == [
        f"{place('warnings.warn')}  UserWarning: Call its successor. It is on its way out,"
        " as the notes to its release say. It is on …"
    ]
    number, long = next((n, line) for n, line in enumerate(lines, 1) if "phone" in line)
    assert told(report, "Lines over 72")[0].endswith(f"and all of these: {number} ({len(long)})")


@pytest.mark.parametrize("prefix", ["", "r"])
@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_formulas_in_a_docstring_keep_their_backslashes(
    prefix: str, quotes: str, here: Path, take: Import
) -> None:
    # Python finds a form feed, a newline, a tab and a carriage return in this unless it is raw.
    prose = r"The slope :math:`\frac{1}{2}\nabla\theta\right` is needed."
    take("slope.py", f"{prefix}{quotes}\nSlopes\n======\n\n{prose}\n{quotes}\nprint(1)\n")
    assert r"The slope $\frac{1}{2}\nabla\theta\right$ is needed." in (
        Path("docs/part/taken.md").read_text().split("\n")
    )


def test_a_docstring_loses_the_backslashes_that_only_python_needs(here: Path, take: Import) -> None:
    prose = r"The slope :math:`\\frac{1}{2}` is \"flat\" and \u03c0\'s."
    take("slope.py", f'"""\\\nSlopes\n======\n\n{prose}\n"""\nprint(1)\n')
    assert r"""The slope $\frac{1}{2}$ is "flat" and π's.""" in (
        Path("docs/part/taken.md").read_text().split("\n")
    )


def test_the_description_is_a_sentence_if_there_is_one(here: Path, take: Import) -> None:
    menu = "`Start <start.html>`_ || `Tensors of all kinds <tensors.html>`_ || **Slopes**"
    sentence = "A slope says how fast a function grows."
    take("slope.py", f'"""\n{menu}\n\nSlopes\n======\n\n{sentence} More.\n"""\nprint(1)\n')
    page = Path("docs/part/taken.md").read_text()
    assert f'description: "{sentence}"' in page
    assert f"\n**Slopes**\n\n{sentence}" in page.replace(" || ", "\n")
    take("menu.py", f'"""\nSlopes\n======\n\n{menu}\n"""\nprint(1)\n', page="part/menu")
    description = "Start || Tensors of all kinds || Slopes"
    assert f'description: "{description}"' in Path("docs/part/menu.md").read_text()


def test_all_cells_run_once_and_each_exception_is_told(here: Path, take: Import) -> None:
    cells = ["x = 1 / 0", "print(2)", "y", "y + 1", "import os\nos._exit(3)", "print(3)"]
    _, report = take("six.py", "".join(f"# %%\n{cell}\n\n" for cell in cells))
    assert "A percent script: 6 cells.\nRan once, in 0." in report
    assert "s: 1 cell ran to the end, 3 raised.\n" in report
    assert "taken.py:2 (cell x)  ZeroDivisionError: division by zero\n" in report
    assert "(cell y)  NameError: name 'y' is not defined (and 1 cell below)\n" in report
    assert "(exit status 3, as by os._exit); 1 cell below did not run\n" in report


def test_nothing_is_overwritten(here: Path, take: Import) -> None:
    assert take("a.py", "print(1)\n")[0] == 0
    Path("docs/part/taken.md").write_text("# My own words\n")
    status, report = take("b.py", "print(2)\n")
    assert (status, report) == (1, "docs/part/taken.md\n  this file exists already\n")
    assert Path("docs/part/taken.md").read_text() == "# My own words\n"
    Path("docs/part/taken.md").unlink()
    assert take("b.py")[1] == "snippets/part/taken.py\n  this file exists already\n"
    assert "print(1)" in Path("snippets/part/taken.py").read_text()
    assert not Path("docs/part/taken.md").exists()


def test_without_a_name_the_page_has_the_name_of_the_file(here: Path, take: Import) -> None:
    _, report = take("My_Own tutorial.py", "print(1)\n", page="")
    assert report.startswith("docs/my-own-tutorial.md\nsnippets/my_own_tutorial.py\n")


def test_a_file_without_a_latin_letter_needs_a_name_for_its_page(here: Path, take: Import) -> None:
    said = "경사\n  a page is named like tutorial/one-step: a-z, 0-9, - and /\n"
    assert take("경사.py", "print(1)\n", page="") == (1, said)
    assert take("경사.py", page="part/slope")[0] == 0


NO_NOTEBOOK = "expected  the JSON that Jupyter saves"
JULIA = {
    "cells": [],
    "metadata": {"kernelspec": {"language": "julia"}},
    "nbformat": 4,
    "nbformat_minor": 4,
}


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("none.py", "", "none.py\n  cannot be read: No such file or directory\n"),
        ("page.md", "# A page", "page.md\n  a file of .md\n  expected  a script (.py) or a notebook (.ipynb)\n"),
        ("empty.py", '"""Only words."""', "empty.py\n  no code in this file; a page is built around a program\n"),
        ("x.ipynb", '{\n"cells": [\n', f"x.ipynb:3\n  not a notebook: Expecting value\n  {NO_NOTEBOOK}\n"),
        ("x.ipynb", "[1]", f"x.ipynb\n  not a notebook: it has no cells\n  {NO_NOTEBOOK}\n"),
        ("x.ipynb", "{}", f"x.ipynb\n  not a notebook: it has no cells\n  {NO_NOTEBOOK}\n"),
        ("x.ipynb", json.dumps(JULIA), "x.ipynb\n  a notebook of julia\n  expected  one of Python\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_imported_is_told(
    file: str, text: str, said: str, here: Path, take: Import
) -> None:
    assert take(file, text) == (1, said)
    assert not Path("docs/part/taken.md").exists() and not Path("snippets").exists()

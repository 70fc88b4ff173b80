"""Small lessons, the same for every tool: a project of Gradbook, and from its parsed pages the inputs of others.

A lesson has a dozen short cells with prose between them, an exception that is meant, and in every third a plot.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

from gradbook.compare.verify import Verified
from gradbook.page.files import read
from gradbook.page.pages import Page, Step
from gradbook.project import Project
from gradbook.site.downloads import notebook
from gradbook.site.prose import Place, blocks

CONFIG = """\
site_name: Lessons
theme: {name: material, font: false, features: [navigation.prune]}
validation: {links: {not_found: ignore, unrecognized_links: ignore}}
"""
FENCES = """\
markdown_extensions:
  - pymdownx.highlight: {anchor_linenums: false}
  - pymdownx.superfences
"""
CELLS = [
    ("imports", "A session begins with torch.", "import torch"),
    ("leaf", "A leaf asks for its gradient.", "x = torch.tensor({a}.0, requires_grad=True)\nprint(x)"),
    ("cubic", "A value remembers how it was made.", "y = {b} * x**3 - {a} * x\nprint(y)"),
    ("slope", "The backward pass leaves the slope in the leaf.", "y.backward()\nprint(x.grad)"),
    ("twice", "The saved tensors are gone after it.", "y.backward()"),
    ("matrix", "A matrix is a leaf as well.", "m = torch.arange(6.0).reshape(2, 3).requires_grad_()\nprint(m)"),
    ("affine", "Each entry takes part.", "s = ({b} * m + {a}) ** 2\nprint(s.shape)"),
    ("mean", "A mean has one gradient for each entry.", "s.mean().backward()\nprint(m.grad)"),
    ("descent", "Ten steps downhill.", "w = torch.tensor({a}.0, requires_grad=True)\nfor _ in range(10):\n"
     "    (g,) = torch.autograd.grad((w - {b}) ** 2, w)\n    w = (w - 0.2 * g).detach().requires_grad_()\nprint(w)"),
    ("untracked", "A switch turns the recording off.",
     "with torch.no_grad():\n    off = 2 * m\nprint(off.requires_grad)"),
    ("jacobian", "All slopes of a vector at once.", "def f(u):\n    return u**2 * {b} + u.sum()\n\n\n"
     "print(torch.autograd.functional.jacobian(f, torch.tensor([1.0, {a}.0])))"),
]  # fmt: skip
PLOT = ("curve", "The function as a picture.", "import matplotlib.pyplot as plt\nt = torch.linspace(-2, 2, 60)\n"
        "fig, ax = plt.subplots(figsize=(4, 3))\nline, = ax.plot(t, {b} * t**3 - {a} * t)\n"
        'fig.set_label("The cubic of this lesson for t from -2 to 2.")')  # fmt: skip


def write_ours(folder: Path, count: int) -> None:
    """A project of `count` lessons whose outputs are stated, as `gradbook update` writes them."""
    for number in range(count):
        cells = [*CELLS, PLOT] if number % 3 == 0 else CELLS
        program, page = [], [f"# Lesson {number}", ""]
        for name, prose, code in cells:
            tags = ' tags=["raises-exception"]' if name == "twice" else ""
            program += [f"# %% {name}{tags}", code.format(a=number % 7 + 2, b=number % 5 + 2), ""]
            page += [prose, "", "```python", f'--8<-- "{lesson(number)}.py:{name}"', "```", ""]
        # Each lesson is a program of its own: no tool may run one for all.
        program[1] += f"  # in lesson {number}"
        put(folder / "docs" / f"{lesson(number)}.md", "\n".join(page))
        put(folder / "snippets" / f"{lesson(number)}.py", "\n".join(program))
    put(folder / "docs/index.md", "# Lessons\n")
    put(folder / "mkdocs.yml", CONFIG + FENCES + "plugins: [search, gradbook]\n")
    subprocess.run([sys.executable, "-m", "gradbook", "update"], cwd=folder, check=True, capture_output=True)


def write_others(ours: Path, folder: Path) -> None:
    """The same lessons in folder/plain (outputs typed), folder/jupyter and folder/markdown-exec."""
    project = Project(ours)
    for path in project.page_files():
        page, text = project.page(path), read(path, path.name)
        run, verified = project.verify(page)
        name = path.relative_to(project.docs)
        place = Place(name.as_posix())
        put(folder / "plain/docs" / name, plain(text, page, place, verified))
        put(folder / "markdown-exec/docs" / name, markdown_exec(text, page, place))
        notebooks = name if path.stem == "index" else name.with_suffix(".ipynb")
        book = notebook(text, page, run, place)
        for cell in book["cells"]:
            cell.update({"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {})
        put(folder / "jupyter/docs" / notebooks, text if path.stem == "index" else json.dumps(book))
    project.executor.close()
    put(folder / "plain/mkdocs.yml", CONFIG + FENCES + "plugins: [search]\n")
    put(folder / "markdown-exec/mkdocs.yml", CONFIG + FENCES + "plugins: [search, markdown-exec]\n")
    jupyter = "plugins:\n  - search\n  - mkdocs-jupyter: {execute: true, allow_errors: false, cache: false}\n"
    put(folder / "jupyter/mkdocs.yml", CONFIG + FENCES + jupyter)


def plain(text: str, page: Page, place: Place, verified: dict[Step, Verified]) -> str:
    """The page with code and outputs as ordinary fences."""
    parts = []
    for block in blocks(text, page, place):
        if block.embed is None:
            parts.append(block.prose)
            continue
        cell = block.embed.cell
        parts.append(fence("python", "\n".join(cell.shown)))
        output = "".join(output.text + "\n" for output in verified[cell].done.outputs)
        parts += [fence("text", output.rstrip("\n"))] * bool(output)
    return "\n\n".join(parts) + "\n"


def markdown_exec(text: str, page: Page, place: Place) -> str:
    """The page with fences that markdown-exec runs in one session; it has no word for an exception that is meant."""
    parts = []
    for block in blocks(text, page, place):
        if block.embed is None:
            parts.append(block.prose)
            continue
        cell = block.embed.cell
        code = "\n".join(cell.shown)
        if "raises-exception" in cell.tags:
            code = f"try:\n{textwrap.indent(code, '    ')}\nexcept RuntimeError as error:\n    print(error)"
        shows = 'html="1"' if "set_label" in code else 'result="text"'
        if "set_label" in code:
            code += "\nimport io\nbuffer = io.StringIO()\nfig.savefig(buffer, format='svg')\nplt.close(fig)\n"
            code += "print(buffer.getvalue()[buffer.getvalue().index('<svg') :])"
        parts.append(fence(f'python exec="1" source="above" session="{page.path}" {shows}', code))
    return "\n\n".join(parts) + "\n"


def fence(info: str, body: str) -> str:
    return f"```{info}\n{body}\n```"


def lesson(number: int) -> str:
    """A lesson's name; 25 lessons make a part, so that the navigation of a page does not hold all of them."""
    return f"part_{number // 25:02}/lesson_{number:04}"


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)

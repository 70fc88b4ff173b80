"""What verification costs: builds of 40 copies of a tutorial page, as ratios to the plain build of the same text.

Run it as `python benchmarks/build.py [COPIES] [RUNS]`. Medians; the variants take turns, so that a busy machine slows
all of them alike. The plain site is MkDocs Material with the same text and the outputs already in it.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE, SNIPPETS = ROOT / "docs/tutorial/one-step.md", ROOT / "snippets/tutorial/one_step.py"

CONFIG = """\
site_name: Benchmark
theme: {{name: material, font: false}}
plugins: [search{plugin}]
markdown_extensions:
  - admonition
  - attr_list
  - md_in_html
  - pymdownx.details
  - pymdownx.highlight: {{anchor_linenums: false}}
  - pymdownx.superfences
  - pymdownx.arithmatex: {{generic: true}}
{extension}nav: [{nav}]
validation: {{links: {{not_found: ignore, unrecognized_links: ignore}}}}
"""


def main() -> None:
    copies = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = Path(folder, "ours"), Path(folder, "plain")
        write_ours(ours, copies)
        write_plain(plain, copies)
        build(ours)  # compiles bytecode, fills the file cache
        import_torch = f"{sys.executable} -c 'import os, torch; os._exit(0)'"
        programs = f"{sys.executable} {Path(__file__)} --programs {ours}"
        rows: dict[str, list[float]] = {}
        for _ in range(runs):
            for name, action in {
                "plain build": lambda: build(plain),
                "one torch import": lambda: shell(import_torch),
                "cold build": lambda: (shutil.rmtree(ours / ".cache"), build(ours)),
                "unchanged rebuild": lambda: build(ours),
                "programs": lambda: shell(programs),
            }.items():
                start = time.perf_counter()
                action()
                rows.setdefault(name, []).append(time.perf_counter() - start)
        for name in ("plain edit", "our edit"):
            rows[name] = [serve_edit(plain if name == "plain edit" else ours) for _ in range(runs)]
        report(copies, {name: statistics.median(times) for name, times in rows.items()})


def report(copies: int, seconds: dict[str, float]) -> None:
    """Print medians and ratios."""
    import_torch, plain = seconds["one torch import"], seconds["plain build"]
    # The programs alone, in this process's children: their time without the import that they share.
    own = max(seconds["programs"] - import_torch, 0)
    limit = plain + import_torch + own
    print(f"{copies} copies of {PAGE.name}, medians in seconds on {os.cpu_count()} cores:")
    for name, value in {**seconds, "the snippets' own time": own}.items():
        print(f"  {name:24}{value:8.2f}")
    print("ratios:")
    cold = seconds["cold build"]
    print(f"  {'cold / (plain + torch import + snippets)':48}{cold / limit:6.2f}   goal 1.5")
    rebuild = seconds["unchanged rebuild"] / plain
    print(f"  {'unchanged rebuild / plain build':48}{rebuild:6.2f}   goal 1.15")
    edit = seconds["our edit"] / seconds["plain edit"]
    print(f"  {'edit of a snippet / edit of a plain page, served':48}{edit:6.2f}   goal 1.3")


def write_ours(folder: Path, copies: int) -> None:
    """A project with `copies` pages, each with a snippet file of its own that differs by a comment."""
    names = [f"page{n}" for n in range(copies)]
    for name in names:
        text = re.sub(r'"tutorial/one_step.py:', f'"{name}.py:', PAGE.read_text())
        put(folder / "docs" / f"{name}.md", text)
        # A program of its own for each page, or one run would serve all.
        own = f'\n# %% own tags=["remove-cell"]\nown = "{name}"\n'
        put(folder / "snippets" / f"{name}.py", SNIPPETS.read_text() + own)
    put(folder / "mkdocs.yml", config(names, ", gradbook", "  - gradbook\n"))


def write_plain(folder: Path, copies: int) -> None:
    """The same pages for MkDocs Material alone: cells as fences, outputs as text fences."""
    from gradbook.project import Project

    project = Project(ROOT)
    page = project.page(PAGE)
    _, verified = project.verify(page)
    project.executor.close()
    lines = PAGE.read_text().split("\n")
    for embed in reversed(page.embeds):
        indent, cell = embed.fence.indent, embed.cell
        code = [lines[embed.fence.first - 1], *(indent + line for line in cell.shown), f"{indent}```"]
        outputs = "".join(output.text + "\n" for output in verified[cell].done.outputs)
        block = ["", f"{indent}```text", *(indent + line for line in outputs.split("\n")), f"{indent}```"]
        lines[embed.fence.first - 1 : embed.fence.last] = code + (block if outputs else [])
    text = re.sub(r"<!-- =.*? -->", "", "\n".join(lines))
    names = [f"page{n}" for n in range(copies)]
    for name in names:
        put(folder / "docs" / f"{name}.md", text)
    put(folder / "mkdocs.yml", config(names, "", ""))


def config(names: list[str], plugin: str, extension: str) -> str:
    return CONFIG.format(plugin=plugin, extension=extension, nav=", ".join(f"{n}.md" for n in names))


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def build(folder: Path) -> None:
    shell(f"{sys.executable} -m mkdocs build -q", folder)


def shell(command: str, folder: Path | None = None) -> None:
    environment = {**os.environ, "CI": "", "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, shell=True, cwd=folder, env=environment, check=True)


def run_programs(folder: Path) -> None:
    """The programs of all pages through the executor alone, without cache, rendering or comparison."""
    from gradbook.project import Project
    from gradbook.run.executor import Executor

    executor = Executor()
    pages, _ = Project(folder, executor=executor).pages()
    for future in [executor.submit(page.steps) for page in pages]:
        future.result()
    executor.close()


def serve_edit(folder: Path, page: str = "page0", before: str = "x = torch.tensor(3.0") -> float:
    """Seconds from saving an edit above `before` in a page (or its snippet file) until the live server shows it."""
    port = 8943
    url = f"http://127.0.0.1:{port}/{page}/"
    command = [sys.executable, "-m", "mkdocs", "serve", "-q", "--livereload", "-a", f"127.0.0.1:{port}"]
    environment = {**os.environ, "CI": "", "NO_MKDOCS_2_WARNING": "1"}
    server = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    snippet = folder / f"snippets/{page}.py"
    path = snippet if snippet.exists() else folder / f"docs/{page}.md"
    text = path.read_text()
    try:
        until(url, "five_marks_the_spot", wanted=False)
        time.sleep(1)
        lines = text.split("\n")
        at = next(number for number, line in enumerate(lines) if before in line)
        lines.insert(at, "five_marks_the_spot = 5")
        start = time.perf_counter()
        path.write_text("\n".join(lines))
        until(url, "five_marks_the_spot", wanted=True)
        return time.perf_counter() - start
    finally:
        path.write_text(text)
        server.terminate()
        server.wait()


def until(url: str, text: str, wanted: bool) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url) as answer:
                if (text in answer.read().decode()) == wanted:
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit(f"the server at {url} never showed the edit")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--programs"]:
        run_programs(Path(sys.argv[2]))
    else:
        main()

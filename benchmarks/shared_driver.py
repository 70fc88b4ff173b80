"""Gradbook as a driver of a benchmark of documentation tools: copy this file over its drivers/ours.py.

Lessons become percent cells whose outputs are stated, embedded by the page that explains them. The protocol and the
modules `gen`, `common` and `drivers` are that benchmark's; it is not part of this repository.
"""

import re
from importlib import import_module
from pathlib import Path

gen, common = import_module("gen"), import_module("common")
mkdocs = import_module("drivers._mkdocs")
page, serve, url, SITE = mkdocs.page, mkdocs.serve, mkdocs.url, mkdocs.SITE

NAME, VENV, KIND = "ours", "mkdocs", "site"
VERSIONS = ["mkdocs", "mkdocs-material"]
ENV: dict[str, str] = {}
ARGS: dict[str, str] = {}

# The fork server outlives the command by an instant; as a subreaper's child its CPU time is counted too.
COUNTED = """\
import ctypes, os, subprocess, sys
ctypes.CDLL(None).prctl(36, 1)
status = subprocess.call([sys.executable, "-m", "mkdocs", "build", *sys.argv[1:]])
try:
    while True:
        os.wait()
except ChildProcessError:
    sys.exit(status)
"""


def commands(folder, python, options):
    return [[python, "-c", COUNTED, *["--strict"] * bool(options.get("strict"))]]


def clean(folder):
    common.remove(Path(folder, "site"), Path(folder, ".cache"))


def emit(lessons, folder, options):
    folder = Path(folder)
    mkdocs.config(folder, "plugins: [search, gradbook]\n")
    for lesson in lessons:
        slug = lesson["slug"]
        text, program = [f"# {lesson['title']}", ""], []
        for number, cell in enumerate(lesson["cells"]):
            if cell["kind"] == "prose":
                text += [cell["text"], ""]
                continue
            name = f"c{number}"
            text += ["```python", f'--8<-- "{slug}.py:{name}"', "```", ""]
            program += percent_cell(name, cell)
        gen.write(folder / "docs" / f"{slug}.md", "\n".join(text))
        gen.write(folder / "snippets" / f"{slug}.py", "\n".join(program))
    gen.write(folder / "docs/index.md", gen.index_md(lessons))


def percent_cell(name, cell):
    """The cell with what it prints stated below it, a statement a line."""
    source = cell["src"].replace("; ", "\n")
    if "ORDER" in source:  # recorded was what print alone wrote; here all streams are shown, in their order
        lines = []
        for line in source.split("\n"):
            found = re.search(r"ORDER.*?-([A-E])", line)
            kind = "UserWarning: " if "warn(" in line else ""
            lines += [line, *[f"# > {kind}ORDER-{match[1]}" for match in [found] if match]]
        return [f"# %% {name}", *lines, ""]
    if "BENCH_LOG" in source:  # a snippet may not write outside its folder; a child process is not watched
        source = source.partition("\nlog =")[0] + "\n_ = os.system(f'echo {began} {time.time()} >> $BENCH_LOG')"
    stated = cell["out"].rstrip("\n").split("\n") if cell["out"] else []
    if cell["raises"]:
        stated = f"{cell['raises']}: {cell['message']}".split("\n")
    if cell["figure"]:  # a figure is stated by its text alternative, without which the build stops
        said = "The function and its slope over t from -2 to 2."
        source, stated = f"{source}\nfig.set_label({said!r})", [said]
    tags = ' tags=["raises-exception"]' if cell["raises"] else ""
    return [f"# %% {name}{tags}", source, *(f"# > {line}".rstrip() for line in stated), ""]

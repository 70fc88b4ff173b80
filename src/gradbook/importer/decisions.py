"""What only a person can decide about a program: seen in its code, and in what it did. Runs nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec
from textwrap import shorten

from gradbook.errors import Location
from gradbook.importer.notes import Notes
from gradbook.page.cells import Cell
from gradbook.run.outputs import CellRun

_WIDEST = 72
# Names as Python knows them, whatever the program calls them; `.name` is a method of anything.
_SEEDS = re.compile(r".*\b(?:manual_seed|manual_seed_all|seed|seed_everything|default_rng)")
_CALLS = {
    "timings": re.compile(
        r"time\.(?:time|perf_counter|process_time|monotonic)(?:_ns)?|timeit\..*|datetime\..*\bnow"
        r"|torch\.utils\.benchmark\..*|torch\.(?:autograd\.)?profiler\..*"
        r"|.*\.(?:blocked_autorange|elapsed_time)"
    ),
    "data": re.compile(
        r"open|urllib\..*|requests\..*|pandas\.read_\w+|matplotlib\.pyplot\.imread|PIL\.Image\.open"
        r"|torch\.(?:load|save|hub\.\w+)|numpy\.(?:load|loadtxt|genfromtxt|save)|scipy\.io\.\w+"
        r"|torchvision\.(?:datasets|models|io)\.\w+|sklearn\.datasets\.fetch_\w+"
        r"|.*\.(?:savefig|from_pretrained|load_dataset|load_state_dict_from_url|read_text|read_bytes)"
    ),
    "random": re.compile(
        r"torch\.(?:rand|randn|randint|randperm|normal|multinomial|bernoulli|poisson)(?:_like)?"
        r"|numpy\.random\.\w+|random\.\w+|torch\.nn\.init\.\w+"
        r"|torch\.nn\.(?:Linear|Bilinear|(?:Lazy)?Conv\w+|LSTM|GRU|RNN|\w+Cell|Embedding\w*"
        r"|Transformer\w*|MultiheadAttention)"
        r"|torch\.utils\.data\.(?:DataLoader|random_split)"
        r"|.*\.(?:normal_|uniform_|exponential_|bernoulli_|random_)"
    ),
    "devices": re.compile(r"(?:.*\.)?cuda|torch\.(?:cuda|mps|xpu|accelerator)\..*"),
    "addresses": re.compile(r"id|.*\.data_ptr"),
    "jupyter": re.compile(r"display|get_ipython|IPython\..*|input"),
}
_DEVICE = re.compile(r"(?:cuda|mps|xpu)(?::\d+)?")
_PLOTS = re.compile(
    r"matplotlib\.pyplot\.(?!close|rcParams|style|switch_backend|ion|ioff)\w+|axe?s?\.(?:plot|imshow)"
)
# What follows neither palette: images, and colors by the letters that are not black or white.
_COLORS = re.compile(
    r"[-.:,o*+x^v<>sdD|]*[bgrcmy][-.:,o*+x^v<>sdD|]*|red|green|blue|cyan|magenta|yellow|orange"
)
_DRAWING = (
    "plot",
    "scatter",
    "bar",
    "hist",
    "errorbar",
    "fill_between",
    "axvline",
    "axhline",
    "step",
)
_BROADEST = 6.4  # inches; the columns of a page, as plots/figures.py has it


def in_code(cells: list[Cell], notes: Notes) -> None:
    """Note what the code of the cells leaves to be decided."""
    known: dict[str, str] = {}
    missing: set[str] = set()
    seeded = False
    for cell in cells:
        tree = ast.parse(cell.source)
        known |= _imported(tree)
        for node, name in _calls(tree, known):
            seeded = seeded or bool(_SEEDS.fullmatch(name))
            for topic, pattern in _CALLS.items():
                if pattern.fullmatch(name) and not (topic == "random" and seeded):
                    notes.add(topic, _at(cell, node), f"{ast.unparse(node.func)}()")
        _plots(cell, list(_calls(tree, known)), notes)
        _devices(cell, tree, notes)
        _packages(cell, tree, missing, notes)


def _plots(cell: Cell, calls: list[tuple[ast.Call, str]], notes: Notes) -> None:
    """Note the first call that draws, unless words are said; and what the site's style refuses."""
    drawn = [node for node, name in calls if _PLOTS.fullmatch(name)]
    if drawn and "set_label(" not in cell.source:
        notes.add("plots", _at(cell, drawn[0]), f"{ast.unparse(drawn[0].func)}()")
    for node, name in calls:
        if name.endswith(".imshow"):
            notes.add("style", _at(cell, node), f"{ast.unparse(node.func)}()")
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            if isinstance(argument, ast.Constant) and _COLORS.fullmatch(str(argument.value)):
                if name.rpartition(".")[2] in _DRAWING:
                    notes.add("style", _at(cell, argument), repr(argument.value))
        for keyword in node.keywords:
            match keyword:
                case ast.keyword(
                    arg="figsize", value=ast.Tuple(elts=[ast.Constant(value=width), _])
                ):
                    if width > _BROADEST:
                        notes.add("style", _at(cell, node), f"{width} inches wide")


def _at(cell: Cell, node: ast.expr | ast.stmt) -> Location:
    return Location(cell.path, cell.line + node.lineno - 1, cell.name)


def _imported(tree: ast.AST) -> dict[str, str]:
    """What the names that a program imports are in full: `plt` is matplotlib.pyplot."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return found


def _calls(tree: ast.AST, known: dict[str, str]) -> Iterator[tuple[ast.Call, str]]:
    """The calls in a program by their lines, each with the full name of what is called."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = ast.unparse(node.func)
        if not re.fullmatch(r"[\w.]+", name):  # a method of a result
            name = "." + name.rpartition(".")[2]
        first, dot, rest = name.partition(".")
        yield node, known.get(first, first) + dot + rest


def _devices(cell: Cell, tree: ast.AST, notes: Notes) -> None:
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and _DEVICE.fullmatch(text):
            notes.add("devices", _at(cell, node), repr(text))


def _packages(cell: Cell, tree: ast.AST, missing: set[str], notes: Notes) -> None:
    """Note the first import of each package that is not there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        for name in {name.partition(".")[0] for name in names} - missing:
            if find_spec(name) is None:
                missing.add(name)
                notes.add("packages", _at(cell, node), name)


def in_outputs(cells: list[Cell], runs: list[CellRun], notes: Notes) -> None:
    """Note what the outputs of the cells leave to be decided."""
    for cell, run in zip(cells, runs):
        for output in run.outputs:
            at = cell.location(output.statement)
            if output.kind != "error" and (
                found := re.search(r"[^\s<]*[^<\n]{0,40}at 0x…", output.text)
            ):
                notes.add("addresses", at, found[0])
            if output.kind == "stderr":
                notes.add("stderr", at, output.text.strip().split("\n")[0][:60])
            if output.kind == "warning":
                notes.add("warnings", at, shorten(output.text, 100, placeholder=" …"))


def in_lines(text: str, path: str, notes: Notes) -> None:
    """Note the lines of a snippet file that are too long for a page."""
    numbered = enumerate(text.split("\n"), 1)
    long = [
        (n, len(line)) for n, line in numbered if len(line) > _WIDEST and "# %%" not in line[:4]
    ]
    if long:
        where = ", ".join(f"{number} ({columns})" for number, columns in long)
        notes.add("columns", Location(path, long[0][0]), f"and all of these: {where}")

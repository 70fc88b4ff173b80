"""What only a person can decide about a program: seen in its code, and in what it did. Runs nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec

from gradbook.errors import Location
from gradbook.importer.notes import Notes
from gradbook.page.cells import Cell
from gradbook.run.outputs import CellRun

_WIDEST = 72
_SEEDS = re.compile(r"(?:\w+\.)*(?:manual_seed|manual_seed_all|seed|seed_everything)")
_CALLS = {
    "timings": re.compile(
        r"time\.(?:time|perf_counter|process_time|monotonic)(?:_ns)?|(?:time\.)?perf_counter"
        r"|timeit\..*|(?:\w+\.)*Timer|(?:\w+\.)*(?:timeit|blocked_autorange)|datetime\.(?:\w+\.)?now"
        r"|(?:torch\.)?profiler\..*|profile"
    ),
    "data": re.compile(
        r"open|(?:torchvision\.)?datasets\.\w+|(?:\w+\.)*(?:load_dataset|load_state_dict_from_url)"
        r"|torch\.(?:load|save|hub\.\w+)|(?:np|numpy)\.(?:load|loadtxt|genfromtxt|save)|pd\.read_\w+"
        r"|(?:urllib\.)?(?:request\.)?(?:urlopen|urlretrieve)|requests\.get|Image\.open|plt\.imread"
        r"|(?:\w+\.)*(?:savefig|from_pretrained|read_image|read_csv)|(?:torchvision\.)?models\.\w+"
    ),
    "random": re.compile(
        r"torch\.(?:rand|randn|randint|randperm|normal|multinomial|bernoulli|poisson)(?:_like)?"
        r"|(?:np|numpy)\.random\.\w+|random\.\w+|rng\.\w+"
        r"|(?:torch\.)?nn\.(?:Linear|Bilinear|Conv\w+|LSTM|GRU|RNN|\w*RNNCell|LSTMCell|GRUCell|Embedding\w*"
        r"|Transformer\w*|MultiheadAttention|Dropout\w*)"
        r"|(?:nn|torch\.nn)\.init\.\w+|\w+\.(?:normal_|uniform_|exponential_|bernoulli_)"
        r"|DataLoader|(?:torch\.utils\.data\.)?random_split"
    ),
    "devices": re.compile(r"(?:\w+\.)*cuda|torch\.(?:cuda|mps|xpu|accelerator)\..*"),
    "addresses": re.compile(r"id|(?:\w+\.)*data_ptr"),
}
_DEVICE = re.compile(r"(?:cuda|mps|xpu)(?::\d+)?")
_PLOTS = re.compile(r"(?:plt|pyplot)\.(?!close|rcParams|style|switch_backend|ion|ioff)\w+|axe?s?\.(?:plot|imshow)")


def in_code(cells: list[Cell], notes: Notes) -> None:
    """Note what the code of the cells leaves to be decided."""
    seeded = False
    for cell in cells:
        tree = ast.parse(cell.source)
        calls = list(_calls(tree))
        seeds = [node.lineno for node, name in calls if _SEEDS.fullmatch(name)]
        for node, name in calls:
            at = Location(cell.path, cell.line + node.lineno - 1, cell.name)
            for topic, pattern in _CALLS.items():
                early = not seeded and not any(line < node.lineno for line in seeds)
                if pattern.fullmatch(name) and not _SEEDS.fullmatch(name) and (topic != "random" or early):
                    notes.add(topic, at, f"{name}()")
        seeded = seeded or bool(seeds)
        _devices(cell, tree, notes)
        _packages(cell, tree, notes)
        drawn = [node for node, name in calls if _PLOTS.fullmatch(name)]
        if drawn and "set_label(" not in cell.source:
            at = Location(cell.path, cell.line + drawn[0].lineno - 1, cell.name)
            notes.add("plots", at, f"{ast.unparse(drawn[0].func)}()")


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """The calls in a program, each with the dotted name that is called, by their lines."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = ast.unparse(node.func)
        yield node, name if re.fullmatch(r"[\w.]+", name) else "." + name.rpartition(".")[2]


def _devices(cell: Cell, tree: ast.AST, notes: Notes) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _DEVICE.fullmatch(node.value):
            at = Location(cell.path, cell.line + node.lineno - 1, cell.name)
            notes.add("devices", at, repr(node.value))


def _packages(cell: Cell, tree: ast.AST, notes: Notes) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        for name in {name.partition(".")[0] for name in names}:
            if find_spec(name) is None:
                at = Location(cell.path, cell.line + node.lineno - 1, cell.name)
                notes.add("packages", at, name)


def in_outputs(cells: list[Cell], runs: list[CellRun], notes: Notes) -> None:
    """Note what the outputs of the cells leave to be decided."""
    for cell, run in zip(cells, runs):
        for output in run.outputs:
            at = cell.location(output.statement)
            if output.kind != "error" and (found := re.search(r"[^\s<]*[^<\n]{0,40}at 0x…", output.text)):
                notes.add("addresses", at, found[0])
            if output.kind == "stderr":
                notes.add("stderr", at, output.text.strip().split("\n")[0][:60])


def in_lines(text: str, path: str, notes: Notes) -> None:
    """Note the lines of a snippet file that are too long for a page."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _WIDEST and not line.startswith("# %%"):
            notes.add("columns", Location(path, number), f"{len(line)} columns")

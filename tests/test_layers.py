"""The architecture, read from the imports: one way down, no circles, one outside tool per edge."""

from __future__ import annotations

import ast
import graphlib
import sys
from functools import cache
from pathlib import Path

import pytest

import gradbook

ROOT = Path(gradbook.__file__).parent

# From the edges down. A module may import what is in the rows below its own, and nothing else.
# `graph` and `claims` are packages, which snippets import; of the engine they know nothing.
ROWS = [
    ["__main__", "extension", "plugin", "pytest_plugin", "mathematics"],
    ["project", "notebook", "outcomes", "kernels", "server", "warm"],
    ["executor", "verify", "prose", "worker"],
    ["pages", "cache", "plots", "fork"],
    ["cells", "checker", "plot_svg", "labs", "graph", "claims", "verdict", "templates", "files"],
    ["errors", "outputs", "choices", "palette", "aside"],
    ["__init__"],
]

# What else than the standard library a module knows: at an edge, one tool.
OUTSIDE = {
    "extension": {"markdown"},
    "plugin": {"mkdocs"},
    "pytest_plugin": {"pytest", "pytest_markdown_docs"},
    "mathematics": {"markdown", "math_core", "fontTools"},
    "__main__": {"argparse"},
    "labs": {"bs4"},
    "outcomes": {"math_core"},
    "templates": {"jinja2"},
    "kernels": {"jupyter_client"},
    "worker": {"torch"},
    "warm": {"torch"},
    "plots": {"matplotlib"},
    "plot_svg": {"matplotlib"},
    "graph": {"torch", "igraph"},
    "claims": {"torch", "sympy", "numpy", "math_core"},
}
TOOLS = {"argparse"} | set().union(*OUTSIDE.values())  # argparse: a tool, if a standard one


@cache
def imports(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it: `gradbook.pages`, `torch.nn`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files() -> dict[Path, str]:
    """Each file of the package, and the module or subpackage of the table that it belongs to."""
    paths = sorted(ROOT.rglob("*.py"))
    return {path: path.relative_to(ROOT).parts[0].removesuffix(".py") for path in paths}


def ours() -> dict[str, set[str]]:
    """What each module of the table imports from the others."""
    found: dict[str, set[str]] = {module: set() for module in files().values()}
    for path, module in files().items():
        names = {name.split(".")[1] for name in imports(path) if name.startswith("gradbook.")}
        found[module] |= names - {module}
    return found


def test_every_module_has_its_row() -> None:
    placed = [module for row in ROWS for module in row]
    assert len(placed) == len(set(placed))
    assert set(placed) == set(files().values())


def test_imports_go_down_only() -> None:
    row_of = {module: number for number, row in enumerate(ROWS) for module in row}
    wrong = [
        f"{module} imports {other}"
        for module, others in ours().items()
        for other in others
        if other in row_of and row_of[other] <= row_of[module]
    ]
    assert wrong == []


@pytest.mark.parametrize("package", ["graph", "claims"])
def test_no_circle_inside_a_package(package: str) -> None:
    graph = {}
    for path in (ROOT / package).glob("*.py"):
        start = f"gradbook.{package}."
        inside = {name.split(".")[2] for name in imports(path) if name.startswith(start)}
        graph[path.stem] = inside - {path.stem}
    assert list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError


def test_each_module_knows_its_own_tool_only() -> None:
    known: dict[str, set[str]] = {}
    for path, module in files().items():
        for name in imports(path):
            tool = name.split(".")[0]
            if tool in TOOLS or tool not in (*sys.stdlib_module_names, "gradbook"):
                known.setdefault(module, set()).add(tool)
    assert known == OUTSIDE


def test_the_parent_of_a_build_never_imports_torch() -> None:
    """Nothing that an edge can reach knows torch: it is imported where snippets run."""
    reached, waiting, modules = set(), list(ROWS[0]), ours()
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += modules.get(module, set())
    assert {"project", "executor", "pages"} <= reached
    assert not {module for module in reached if "torch" in OUTSIDE.get(module, set())}


def test_only_the_worker_runs_code() -> None:
    callers = {
        module
        for path, module in files().items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Name) and node.id in ("exec", "eval", "compile", "__import__")
    }
    assert callers == {"worker"}

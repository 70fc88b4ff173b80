"""The architecture, read from the imports: one way down (the contract in pyproject.toml), one outside tool per edge."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

from built import ROOT

PACKAGE = ROOT / "src" / "gradbook"
# Where the readers' surfaces begin; what they reach runs in the process of a build.
EDGES = {"__main__", "pytest_plugin", "site.extension", "site.plugin", "site.mathematics"}

# What else than the standard library a module, or a guest's whole folder, knows: at an edge, one tool.
OUTSIDE = {
    "pytest_plugin": {"pytest", "pytest_markdown_docs"},
    "page.blocks": {"markdown"},
    "page.slips": {"markdown", "mkdocs"},  # what becomes of a text; where its front matter ends
    "page.listing": {"mkdocs", "yaml", "pathspec"},  # MkDocs, and what it reads its mkdocs.yml with
    "compare.numerals": {"yaml"},  # a page's front matter
    "site.extension": {"markdown"},
    "site.waiting": {"mkdocs"},
    "site.plugin": {"mkdocs"},
    "site.prose": {"mkdocs"},
    "site.navigation": {"mkdocs"},
    "site.trouble": {"mkdocs"},
    "site.playground": {"mkdocs"},
    "site.atlas": {"mkdocs"},
    "trouble.homes": {"mkdocs"},
    "site.mathematics": {"markdown", "math_core"},
    "site.checkpoint": {"markdown"},
    "site.font": {"fontTools"},
    "site.html": {"markdown", "math_core"},
    "site.labs": {"bs4"},
    "site.templates": {"jinja2"},
    "site.jupyter": {"mkdocs"},
    "site.kept": {"mkdocs", "material"},
    "site.dirty": {"mkdocs"},
    "importer.tutorials": {"nbformat"},
    "run.worker": {"torch"},
    "plots": {"matplotlib", "torch"},
    "graph": {"torch", "igraph"},
    "atlas": {"torch"},
    "claims": {"torch", "sympy", "numpy", "math_core"},
}


def name(path: Path) -> str:
    """The module of a file, or the guest that it belongs to: `site.plugin`, `graph`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0] if parts[0] in OUTSIDE else ".".join(parts)


@cache
def imports(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it: `gradbook.page.pages`, `torch.nn`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_the_contract_in_pyproject_holds() -> None:
    lint = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    done = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_module_knows_its_own_tool_only() -> None:
    known: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        tools = {module.split(".")[0] for module in imports(path)}
        if outside := tools - sys.stdlib_module_names - {"gradbook"}:
            known.setdefault(name(path), set()).update(outside)
    assert known == OUTSIDE


def test_the_parent_of_a_build_never_imports_torch() -> None:
    """Nothing that an edge can reach knows torch: it is imported where snippets run."""
    files = {name(path): path for path in PACKAGE.rglob("*.py")}
    reached, waiting = set(), list(EDGES)
    while waiting:
        module = waiting.pop()
        if module in files and module not in reached:
            reached.add(module)
            ours = {found.removeprefix("gradbook.") for found in imports(files[module])}
            waiting += ours | {module.split(".")[0] for module in ours}
    assert {"project", "run.executor", "page.pages"} <= reached
    assert not {module for module in reached if "torch" in OUTSIDE.get(module, set())}


def test_importing_gradbook_takes_nothing_along() -> None:
    program = "import sys, gradbook; print({'torch', 'igraph', 'sympy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


def test_only_the_namespace_of_a_program_runs_code() -> None:
    callers = {
        name(path)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Name) and node.id in ("exec", "eval", "compile", "__import__")
    }
    assert callers == {"run.namespace"}

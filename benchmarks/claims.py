"""What the claims of each page cost: seconds in cells that claim something, the import of SymPy apart.

Run it as `python benchmarks/claims.py [RUNS]`; the fewest seconds of several runs, one page at a time. The goal is less
than 1 s a page.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from gradbook.page.pages import Page, Step, load
from gradbook.project import Project
from gradbook.run.executor import Executor

ROOT = Path(__file__).resolve().parents[1]
CLAIMS = {"derivative", "gradient", "vjp", "jacobian", "hessian", "identity"}
IMPORT = load("```python\nimport gradbook.claims\n```\n", "docs/first.md", ROOT).steps


def claims(step: Step) -> int:
    """How many claims a step makes."""
    calls = (node.func for node in ast.walk(ast.parse(step.source)) if isinstance(node, ast.Call))
    return sum(isinstance(name, ast.Name) and name.id in CLAIMS for name in calls)


def seconds(page: Page) -> float:
    """The time of the cells of a page that claim, in a program that has imported SymPy before."""
    executor = Executor()  # a new one: an executor runs the same program once only
    try:
        run = executor.run([*IMPORT, *page.steps], page.timeout)
    finally:
        executor.close()
    pairs = zip(page.steps, run.cells[1:], strict=True)
    return sum(done.seconds for step, done in pairs if claims(step))


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    for page in Project(ROOT).pages()[0]:
        if number := sum(map(claims, page.steps)):
            best = min(seconds(page) for _ in range(runs))
            print(f"{best:6.2f} s  {number:2} claims  {page.path}", flush=True)


if __name__ == "__main__":
    main()

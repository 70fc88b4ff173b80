"""The commands: check, update and new."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from gradbook.cells import rewrite
from gradbook.errors import Location, Problem, Problems
from gradbook.pages import Page
from gradbook.project import Project, find_root, project_at, write
from gradbook.verify import edits, printed


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is 0 if all is well, 1 if there are problems, 2 if the call is wrong."""
    parser = argparse.ArgumentParser(prog="python -m gradbook", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="run the snippets and compare with what is stated")
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="pages or snippet files")
    update = commands.add_parser("update", help="write what the snippets print as expectations")
    update.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    update.add_argument("--prose", action="store_true", help="also correct values in sentences")
    new = commands.add_parser("new", help="start a page and its snippet file")
    new.add_argument("page", metavar="PART/PAGE")
    new.add_argument("title")
    options = parser.parse_args(arguments)
    start = options.paths[0].resolve() if getattr(options, "paths", None) else Path.cwd()
    project = project_at(find_root(start if start.is_dir() else start.parent))
    try:
        if options.command == "check":
            return do_check(project, options.paths)
        if options.command == "update":
            return do_update(project, options.paths, options.prose)
        return do_new(project, options.page, options.title)
    except (Problem, Problems) as problem:
        print(problem, file=sys.stderr)
        return 1


def do_check(project: Project, paths: list[Path]) -> int:
    """Compare, and print every problem."""
    pages = select(project, paths)
    for page in pages:
        project.start(page)
    found = [problem for page in pages for problem in project.page_problems(page)]
    if not paths:
        found = project.problems()
    for at, reason in project.notests():
        print(f"{at}  not run: {reason}")
    if found:
        raise Problems(found)
    cells = sum(len(page.steps) for page in pages)
    print(f"{len(pages)} pages, {cells} cells: every output is as stated.")
    return 0


def do_update(project: Project, paths: list[Path], prose: bool) -> int:
    """Write expectations in place; what cannot be mended that way is printed."""
    pages = select(project, paths)
    for page in pages:
        project.start(page)
    changes: dict[str, list] = {}
    left: list[Problem] = []
    for page in pages:
        run, _ = project.verify(page)
        for number, done in enumerate(run.cells):
            step = page.steps[number]
            if number not in {value.step for value in page.values}:
                changes.setdefault(step.path, []).extend(edits(step, done))
    for name, wanted in changes.items():
        if wanted:
            path = project.root / name
            write(path, rewrite(path.read_bytes().decode("utf-8"), list(dict.fromkeys(wanted))))
            print(f"{name}: {len(set(wanted))} statements")
    for page in select(project, paths):
        run, _ = project.verify(page)
        if prose:
            correct_prose(project, page)
            page = project.page(project.root / page.path)
        left += project.page_problems(page)
    if left:
        raise Problems(left)
    print("Every output is as stated. Read the diff: now you vouch for it.")
    return 0


def correct_prose(project: Project, page: Page) -> None:
    """Write the computed values into the page's sentences, where they differ."""
    run, by_step = project.verify(page)
    path = project.root / page.path
    lines = path.read_bytes().decode("utf-8").split("\n") if page.values else []
    for value in sorted(page.values, key=lambda value: value.columns, reverse=True):
        if value.step in by_step and value.step < len(run.cells):
            row, (start, end) = value.at.line - 1, value.columns
            got = " ".join(printed(run.cells[value.step], 0))
            lines[row] = lines[row][:start] + got + lines[row][end:]
    if lines:
        write(path, "\n".join(lines))


def do_new(project: Project, name: str, title: str) -> int:
    """Scaffold a page and its snippet file, and say what to do next."""
    if not re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)*", name):
        raise Problem((Location(name, 1),), "a page is named like tutorial/one-step: a-z, 0-9 and -")
    page = project.docs / f"{name}.md"
    snippet = project.snippets / f"{name.replace('-', '_')}.py"
    for path in (page, snippet):
        if path.exists():
            raise Problem((Location(project.name(path), 1),), "this file exists already")
    embed = snippet.relative_to(project.snippets).as_posix()
    page.parent.mkdir(parents=True, exist_ok=True)
    snippet.parent.mkdir(parents=True, exist_ok=True)
    snippet.write_text(SNIPPET, "utf-8")
    page.write_text(PAGE.format(title=title, embed=embed), "utf-8")
    update = f"python -m gradbook update {project.name(snippet)}"
    print(f"{project.name(page)}\n{project.name(snippet)}\n")
    print(f"Write the code, then:  {update}")
    print("The page stands last in its part; nav: in mkdocs.yml can give it another place.")
    return 0


def select(project: Project, paths: list[Path]) -> list[Page]:
    """The pages that `paths` name, by page, snippet file or folder; a snippet file without a page stands for itself."""
    pages, unreadable = project.pages()
    if not paths:
        if unreadable:
            raise Problems(unreadable)
        return pages
    chosen: list[Page] = []
    for path in paths:
        if not path.exists():
            raise Problem((Location(str(path), 1),), "no such file or folder")
        name = project.name(path)
        names = lambda page: {page.path, page.snippet.path if page.snippet else ""}  # noqa: E731
        found = [p for p in pages if any(n == name or n.startswith(f"{name}/") for n in names(p))]
        if not found and path.suffix == ".py":
            found = [alone(project, path)]
        if not found and path.suffix == ".md":
            found = [project.page(path)]
        chosen += [page for page in found if page not in chosen]
    return chosen


def alone(project: Project, path: Path) -> Page:
    """A snippet file as a page of its own."""
    from gradbook.cells import parse
    from gradbook.pages import read

    name = project.name(path)
    file = parse(read(path, name), name)
    return Page(name, steps=file.cells, snippet=file, problems=list(file.problems))


SNIPPET = """\
# %% first
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x**2
y.backward()
x.grad
"""

PAGE = """\
---
title: {title}
description: One sentence, under 160 characters.
---

# {title}

*The question that this page answers?*

```python
--8<-- "{embed}:first"
```

## Check yourself

## Where next
"""

if __name__ == "__main__":
    sys.exit(main())

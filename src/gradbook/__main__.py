"""The commands: check, update and new."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from gradbook.compare.verify import correction, edits
from gradbook.errors import Location, Problem, Problems
from gradbook.page.cells import Edit, SnippetFile, parse, rewrite
from gradbook.page.files import read, write
from gradbook.page.pages import Page
from gradbook.project import Project, find_root, project_at


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Exit status: 0 all is well, 1 there are problems, 2 the call is wrong."""
    parser = argparse.ArgumentParser(prog="python -m gradbook", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="run the snippets and compare with what is stated")
    update = commands.add_parser("update", help="write what the snippets print as expectations")
    for command in (check, update):
        command.add_argument(
            "paths", nargs="*", type=Path, metavar="PATH", help="pages, snippet files or folders"
        )
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
    except OSError as error:  # a full disk, a file that may not be written
        print(f"{error.filename or 'gradbook'}\n  {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        project.executor.close()
        return 130


def do_check(project: Project, paths: list[Path]) -> int:
    """Compare, and print every problem."""
    pages, found = select(project, paths)
    project.start_all(pages)
    if paths:
        found += [problem for page in pages for problem in project.page_problems(page)]
    else:
        found = project.problems()
    for at, reason in [notest for page in pages for notest in page.notests]:
        print(f"{at}  not run: {reason}")
    if found:
        raise Problems(found)
    cells = sum(len(page.steps) - len(page.values) for page in pages)
    print(f"{_count(len(pages), 'page')}, {_count(cells, 'cell')}: every output is as stated.")
    return 0


def do_update(project: Project, paths: list[Path], prose: bool) -> int:
    """Write expectations in place; what cannot be mended that way is printed."""
    pages, _ = select(project, paths)
    project.start_all(pages)
    changes: dict[str, dict[int, Edit]] = {}
    for page in pages:
        run, _ = project.verify(page)
        values = {value.step for value in page.values}
        for number, done in enumerate(run.cells):
            step = page.steps[number]
            for edit in [] if number in values else edits(step, done):
                changes.setdefault(step.path, {})[edit.after] = edit
    for name, wanted in changes.items():
        path = project.root / name
        write(path, rewrite(path.read_bytes().decode("utf-8"), list(wanted.values())))
        print(f"{name}: {_count(len(wanted), 'statement')}")
    pages, left = select(project, paths)
    for page in pages:
        if prose and correct_prose(project, page):
            page = project.page(project.root / page.path)
        left += project.page_problems(page)
    if left:
        raise Problems(left)
    print("Every output is as stated. Read the diff: now you vouch for it.")
    return 0


def correct_prose(project: Project, page: Page) -> int:
    """Write the computed values into the page's sentences; how many were wrong."""
    run, _ = project.verify(page)
    path, corrected = project.root / page.path, 0
    lines = path.read_bytes().decode("utf-8").split("\n")
    for value in reversed(page.values):
        if value.step < len(run.cells):
            right = correction(value, run.cells[value.step])
            if right is not None:
                row, (start, end) = value.at.line - 1, value.columns
                shift = int(row == 0 and lines[0].startswith("\ufeff"))
                line = lines[row]
                lines[row] = line[: start + shift] + right + line[end + shift :]
                corrected += 1
    if corrected:
        write(path, "\n".join(lines))
        print(f"{page.path}: {_count(corrected, 'value')}")
    return corrected


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)


def do_new(project: Project, name: str, title: str) -> int:
    """Scaffold a page and its snippet file, and say what to do next."""
    here, title = Location(name, 0), " ".join(title.split())
    if not re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)*", name):
        raise Problem((here,), "a page is named like tutorial/one-step: a-z, 0-9, - and /")
    if not title:
        raise Problem((here,), "a page has a title")
    if not (project.root / "mkdocs.yml").is_file():
        raise Problem((here,), "no mkdocs.yml in this folder or above; pages are made in a project")
    page = project.docs / f"{name}.md"
    snippet = project.snippets / f"{name.replace('-', '_')}.py"
    for path in (page, snippet):
        if path.exists():
            raise Problem((Location(project.name(path), 0),), "this file exists already")
    embed = snippet.relative_to(project.snippets).as_posix()
    in_yaml = json.dumps(title, ensure_ascii=False)
    write(snippet, SNIPPET)
    write(page, PAGE.format(title=title, in_yaml=in_yaml, embed=embed))
    update = f"python -m gradbook update {project.name(snippet)}"
    print(f"{project.name(page)}\n{project.name(snippet)}\n")
    print(f"Write the code, then:  {update}")
    print("The page stands last in its part; nav: in mkdocs.yml can give it another place.")
    return 0


def select(project: Project, paths: list[Path]) -> tuple[list[Page], list[Problem]]:
    """The pages that `paths` name, by page, snippet file or folder, and what cannot be read of it.

    A snippet file that no page embeds stands for itself.
    """
    pages, unreadable = project.pages()
    chosen: dict[str, Page] = {}
    faults: dict[str, Problem] = {}
    for path in paths or [project.root]:
        here = Location(project.name(path), 0)
        if not path.exists():
            raise Problem((here,), "no such file or folder")

        def named(name: str, here: Location = here) -> bool:
            return name == here.path or name.startswith(f"{here.path}/") or here.path == "."

        found = [p for p in pages if named(p.path) or (p.snippet and named(p.snippet.path))]
        failed = [problem for problem in unreadable if named(problem.at[0].path)]
        embedded = {page.snippet.path for page in pages if page.snippet}
        files = [path] if path.suffix == ".py" else sorted(project.snippets.rglob("*.py"))
        for file in files:
            if (name := project.name(file)) not in embedded and named(name):
                found.append(alone(file, name))
        if path.suffix == ".md" and not found and not failed:
            found = [project.page(path)]
        if not found and not failed:
            raise Problem((here,), "no page and no snippet file here")
        chosen |= {page.path: page for page in found}
        faults |= {str(problem): problem for problem in failed}
    return list(chosen.values()), list(faults.values())


def alone(path: Path, name: str) -> Page:
    """A snippet file as a page of its own."""
    try:
        file = parse(read(path, name), name)
    except Problem as problem:
        file = SnippetFile(name, problems=[problem])
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
title: {in_yaml}
description: "One sentence, under 160 characters."
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

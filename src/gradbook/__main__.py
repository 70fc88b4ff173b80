"""The commands: check, update, new, import and explain."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from gradbook.compare.reproducible import not_reproducible, steady_edits
from gradbook.compare.verify import Drift, Verified, unshown
from gradbook.errors import Location, Problem, Problems, command
from gradbook.importer.draft import draft, report
from gradbook.page.cells import read_snippet
from gradbook.page.edits import Edit, NewExpectation, rewrite
from gradbook.page.files import visible, write
from gradbook.page.listing import CONFIGS, ENDINGS
from gradbook.page.pages import Page, Step
from gradbook.project import Project, find_root, once, project_at
from gradbook.run.outputs import Run
from gradbook.trouble.census import messages
from gradbook.trouble.finder import find
from gradbook.trouble.homes import homes


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Exit status: 0 all is well, 1 there are problems, 2 the call is wrong."""
    options = _parser().parse_args(arguments)
    start = options.paths[0].absolute() if getattr(options, "paths", None) else Path.cwd()
    try:
        project = project_at(find_root(start if start.is_dir() else start.parent))
    except Problem as problem:  # its mkdocs.yml cannot be read
        print(problem, file=sys.stderr)
        return 1
    try:
        if options.command == "check":
            return do_check(project, options.paths)
        if options.command == "update":
            return do_update(project, options.paths, options.prose)
        if options.command == "explain":
            text = sys.stdin.read() if options.text is None else options.text
            return do_explain(text, project.docs)
        if options.command == "import":
            return do_import(project, options.file, options.page)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gradbook", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="run the snippets and compare with what is stated")
    update = commands.add_parser("update", help="write what the snippets print as expectations")
    for parser_of in (check, update):
        parser_of.add_argument(
            "paths", nargs="*", type=Path, metavar="PATH", help="pages, snippet files or folders"
        )
    update.add_argument("--prose", action="store_true", help="also correct values in sentences")
    new = commands.add_parser("new", help="start a page and its snippet file")
    new.add_argument("page", metavar="PART/PAGE")
    new.add_argument("title")
    explain = commands.add_parser(
        "explain", help="find the message of autograd in a text or a traceback"
    )
    explain.add_argument("text", nargs="?", help="default: what stands on standard input")
    take = commands.add_parser("import", help="make a page of a tutorial, a script or a notebook")
    take.add_argument("file", type=Path, metavar="FILE", help="a .py or .ipynb file")
    take.add_argument("page", nargs="?", metavar="PART/PAGE", help="default: the name of the file")
    return parser


def do_explain(text: str, docs: Path) -> int:
    """Tell what the pasted message means and what helps, by the rules of the box on the site."""
    found = find(text)
    if not found:
        print("This is none of the messages that are known here.", file=sys.stderr)
        return 1
    if not found[0].id:
        print(f"This message is not about gradients. {found[0].cause}")
        return 0
    known, names = {message.id: message for message in messages()}, homes(docs)
    told = []
    for entry in found:
        first, home = known[entry.id].first, names.get(entry.id)
        lines = [known[entry.id].pattern.replace("{}", "…"), f"  why         {first.cause}"]
        lines.append(f"  what to do  {first.remedy}")
        if home:
            lines.append(f"  page        docs/{home.uri}{home.anchor}")
        told.append("\n".join(lines))
    print("\n\n".join(told))
    return 0


def do_check(project: Project, paths: list[Path]) -> int:
    """Compare, and print every problem."""
    pages, unreadable = select(project, paths)
    project.start_all(pages)
    problems = unreadable if paths else project.problems()  # with what no page shows
    problems += [problem for page in pages for problem in project.page_problems(page)]
    shown = [page for page in pages if page.snippet and page.path != page.snippet.path]
    problems += unshown(shown, [page.snippet for page in shown])
    problems = once(problems)
    for at, reason in [notest for page in pages for notest in page.notests]:
        print(f"{at}  not run: {reason}")
    if problems:
        raise Problems(problems)
    cells = sum(len(page.cells) for page in pages)
    ran = sum(len(page.cells) for page in pages if not project.verify(page)[0].from_cache)
    print(
        f"{_count(len(pages), 'page')}, {_count(cells, 'cell')}: every output is as stated"
        f" ({ran} ran, {cells - ran} from the cache)."
    )
    alone = "Formulas, links, anchors" + " and what hooks add" * project.listing.hooks
    print(f"{alone}: the build alone looks at them.  {command('mkdocs build --strict')}")
    return 0


def do_update(project: Project, paths: list[Path], prose: bool) -> int:
    """Write expectations in place; what cannot be mended that way is printed."""
    pages, _ = select(project, paths)
    project.start_all(pages)
    runs = _run_twice(project, pages, prose)
    written = _edits(project, pages, runs, prose)
    for path, edits in written.items():
        write(path, rewrite(path.read_bytes().decode("utf-8"), edits))
        counts = Counter(edit.what for edit in edits)
        told = ", ".join(_count(number, what) for what, number in counts.items())
        print(f"{project.name(path)}: {told}")
    pages, left = select(project, paths)
    project.start_all(pages)
    for page in pages:
        left += _left(project, page, runs)
    if left:
        raise Problems(left)
    last = "Read the diff: now you vouch for it." if written else "Nothing had to be written."
    print(f"Every output is as stated. {last}")
    return 0


def _run_twice(project: Project, pages: list[Page], prose: bool) -> dict[str, tuple[Run, Run]]:
    """Two runs of each page that is to be mended, by its path. What is not the same in both is not written."""
    wrong = [page for page in pages if _writes(project.verify(page)[1], prose)]
    again = [project.start_again(page) for page in wrong]
    return {
        page.path: (project.verify(page)[0], future.result()) for page, future in zip(wrong, again)
    }


def _writes(verified: dict[Step, Verified], prose: bool) -> bool:
    edits = [edit for step in verified.values() for edit in step.edits]
    return any(prose or isinstance(edit, NewExpectation) for edit in edits)


def _edits(
    project: Project, pages: list[Page], runs: dict[str, tuple[Run, Run]], prose: bool
) -> dict[Path, list[Edit]]:
    """By file, the edits that mend what `check` would tell; one for each place, as pages may share a file."""
    edits: dict[Path, dict[tuple[int, int], Edit]] = {}
    for page in [page for page in pages if page.path in runs]:
        for edit in steady_edits(page, *runs[page.path]):
            if prose or isinstance(edit, NewExpectation):
                path = (project.root / edit.path).resolve()  # a link is its file
                edits.setdefault(path, {})[edit.place] = edit
    return {path: list(by_place.values()) for path, by_place in edits.items()}


def _left(project: Project, page: Page, runs: dict[str, tuple[Run, Run]]) -> list[Problem]:
    """What is wrong with a page after its edits; each statement that two runs disagree on is told as that."""
    problems = project.page_problems(page)
    unsteady = not_reproducible(page, *runs[page.path]) if page.path in runs else []
    places = {problem.at for problem in unsteady}
    return unsteady + [p for p in problems if not isinstance(p, Drift) or p.at not in places]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)


def do_new(project: Project, name: str, title: str) -> int:
    """Scaffold a page and its snippet file, and say what to do next."""
    title = " ".join(title.split())
    if not title:
        raise Problem((Location(name, 0),), "a page has a title")
    page, snippet = _new_files(project, name)
    embed = snippet.relative_to(project.snippets).as_posix()
    in_yaml = json.dumps(title, ensure_ascii=False)
    write(snippet, SNIPPET)
    lab = LAB * name.startswith("labs/")
    write(page, PAGE.format(title=title, in_yaml=in_yaml, embed=embed, lab=lab))
    update = command(f"gradbook update {project.name(snippet)}")
    print(f"{project.name(page)}\n{project.name(snippet)}\n")
    print(f"Write the code, then:  {update}")
    print(_place_in_navigation(project, page))
    return 0


def _place_in_navigation(project: Project, page: Path) -> str:
    """Where the navigation will have a new page, or the line that it needs."""
    uri = page.relative_to(project.docs).as_posix()
    if project.listing.joins_navigation(uri):
        return "The page stands last in its part; nav: in mkdocs.yml can give it another place."
    return f"No section of the navigation holds its folder. Add under nav: in mkdocs.yml:\n  - {uri}"


def do_import(project: Project, file: Path, name: str | None) -> int:
    """Write a page and its snippet file from a tutorial, run it once, and say what its author has to decide."""
    name = name or re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-") or file.stem
    page, snippet = _new_files(project, name)
    drafted = draft(file, project, snippet.relative_to(project.snippets).as_posix())
    write(snippet, drafted.snippet)
    write(page, drafted.page)
    print(f"{project.name(page)}\n{project.name(snippet)}\n", flush=True)
    for line in report(drafted, project, page, snippet):
        print(line)
    print(_place_in_navigation(project, page))
    update = command(f"gradbook update {project.name(snippet)}")
    print(f"Then:  {update}")
    return 0


def _new_files(project: Project, name: str) -> tuple[Path, Path]:
    """Where a new page and its snippet file go. Raises Problem where they cannot, or exist already."""
    if not re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)*", name):
        message = "a page is named like tutorial/one-step: a-z, 0-9, - and /"
        raise Problem((Location(name, 0),), message)
    if not any((project.root / config).is_file() for config in CONFIGS):
        message = "no mkdocs.yml in this folder or above; pages are made in a project"
        raise Problem((Location(name, 0),), message)
    page = project.docs / f"{name}.md"
    snippet = project.snippets / f"{name.replace('-', '_')}.py"
    for path in (page, snippet):
        if path.exists():
            raise Problem((Location(project.name(path), 0),), "this file exists already")
    return page, snippet


def select(project: Project, paths: list[Path]) -> tuple[list[Page], list[Problem]]:
    """The pages that `paths` name, by page, snippet file or folder, and what cannot be read of it.

    A snippet file that no page embeds stands for itself.
    """
    paths = [_found(project, path) for path in paths]
    names = [project.name(path) for path in paths] or ["."]
    pages, unreadable = project.pages()
    pages = [*pages, *_outside(project, paths, pages, unreadable)]
    files = list(chain.from_iterable(map(_files, [*pages, *unreadable])))
    for name in names:
        if not _named([name], files):
            raise Problem((Location(name, 0),), "no page and no snippet file here")
    chosen = [page for page in pages if _named(names, _files(page))]
    return chosen, [problem for problem in unreadable if _named(names, _files(problem))]


def _found(project: Project, path: Path) -> Path:
    for there in (path, project.root / path):  # messages name files as seen from the project
        if there.exists():
            return there
    raise Problem((Location(project.name(path), 0),), "no such file or folder")


def _outside(
    project: Project, paths: list[Path], pages: list[Page], unreadable: list[Problem]
) -> Iterator[Page]:
    """Snippet files that no page embeds, each as a page of its own; files that `paths` name anywhere else."""
    known = {name for item in [*pages, *unreadable] for name in _files(item)}
    for path in [*visible(project.snippets, ".py"), *paths]:
        name = project.name(path)
        if name in known:
            continue
        known.add(name)
        if path.suffix == ".py":
            snippet = read_snippet(path, name)
            yield Page(name, rest=snippet.cells, snippet=snippet, problems=snippet.problems)
        elif path.suffix in ENDINGS:
            yield project.page(path)


def _files(item: Page | Problem) -> list[str]:
    """The files of a page; of a problem, the one that cannot be read."""
    if isinstance(item, Problem):
        return [item.at[0].path]
    return [item.path, item.snippet.path] if item.snippet else [item.path]


def _named(names: list[str], files: list[str]) -> bool:
    """Whether one of the files is named, or lies in a folder that is."""
    return any(
        name in (file, ".") or file.startswith(f"{name}/") for name in names for file in files
    )


SNIPPET = """\
# %% first
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x**2
y.backward()
x.grad
"""

# By it JupyterLab opens a lab as a notebook.
LAB = """\
jupyter:
  jupytext:
    text_representation:
      extension: .md
      format_name: markdown
      format_version: '1.3'
  kernelspec:
    display_name: Python 3
    language: python
    name: python3
"""

PAGE = """\
---
title: {in_yaml}
description: "One sentence, under 160 characters."
{lab}---

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

"""A page of which nothing changed is as an earlier build made it; what did change is made anew, and said again."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from built import build, small

FILES = {
    "docs/index.md": """\
---
description: One page.
---
# One

See [the other](other.md#a-part).

```python
--8<-- "index.py:double"
```

Before $x^2$ it is `print`{ .note }.

```python
--8<-- "index.py:now"
```
""",
    "docs/other.md": "# Other\n\n## A part\n\nNothing runs here.\n",
    "docs/labs/lab.md": '# Lab\n\n```python\n--8<-- "labs/lab.py:one"\n```\n',
    "snippets/index.py": """\
# %% double
print(2 * 21)
# > 42

# %% now
import time

print(time.time_ns())  # may vary
# > 1
""",
    "snippets/labs/lab.py": "# %% one\n1 + 1\n# > 2\n",
    # Says what a build makes anew, and does not take from an earlier one.
    "made.py": """\
from pathlib import Path

from gradbook.site import plugin
from material.plugins.search.plugin import SearchIndex
from mkdocs.structure.pages import Page


def noted(what, function):
    def call(*arguments, **more):
        pages = [one for one in arguments if isinstance(one, Page)]
        print("MADE", what, *(page.file.src_uri for page in pages))
        return function(*arguments, **more)

    return call


def on_startup(**_):
    if plugin.filled.__name__ == "filled":
        Page.render = noted("rendered", Page.render)
        SearchIndex.add_entry_from_context = noted("indexed", SearchIndex.add_entry_from_context)
        plugin.filled = noted("filled", plugin.filled)


def on_page_markdown(markdown, **_):
    note = Path(__file__).with_name("note.txt")
    return markdown + note.read_text() if note.exists() and "# One" in markdown else markdown
""",
}
ALL = {f"{what} {page}" for what in ("rendered", "indexed") for page in ("index.md", "other.md", "labs/lab.md")}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was built once, with what that build has kept."""
    folder = tmp_path_factory.mktemp("kept") / "first"
    small(folder, FILES)
    settings = folder / "mkdocs.yml"
    settings.write_text(settings.read_text() + "\nhooks: [made.py]\n")
    assert made(folder) >= ALL | {"filled"}
    return folder


@pytest.fixture
def project(first: Path, tmp_path: Path) -> Path:
    """A copy in the same place: where a project lies is part of what its pages are made of."""
    kept = tmp_path / "as it was"
    shutil.copytree(first, kept)
    yield first
    shutil.rmtree(first)
    shutil.copytree(kept, first)


def built(folder: Path, runs: str = "runs") -> str:
    done = build(folder, GRADBOOK_CACHE=str(folder / runs))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def made(folder: Path) -> set[str]:
    """What a build of the project makes anew: `rendered index.md`."""
    return {line.removeprefix("MADE ") for line in built(folder).splitlines() if line.startswith("MADE ")}


def warnings(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith("WARNING")]


def same(a: Path, b: Path) -> bool:
    """Whether two folders hold the same, byte for byte."""
    left, right = ({path.relative_to(top) for path in top.rglob("*") if path.is_file()} for top in (a, b))
    return left == right and filecmp.cmpfiles(a, b, left, shallow=False)[1:] == ([], [])


def test_nothing_is_made_anew_where_nothing_changed(project: Path) -> None:
    before = shutil.copytree(project / "site", project.parent / "before", dirs_exist_ok=True)
    assert made(project) == set()
    assert same(project / "site", before)


def change(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        text = (project / name).read_text()
        assert old in text
        (project / name).write_text(text.replace(old, new))

    return edit


def new_output(project: Path) -> None:
    for run in (project / "runs").glob("*.json"):
        run.unlink()


def new_page(project: Path) -> None:
    (project / "docs/new.md").write_text("# New\n")
    change("mkdocs.yml", "  - other.md\n", "  - other.md\n  - new.md\n")(project)


def damaged(project: Path) -> None:
    for number, path in enumerate(sorted((project / "runs/pages").iterdir())):
        text = path.read_text()
        path.write_text(text[: len(text) // 2] if number % 2 else text.replace("Nothing", "Something"))


CHANGES = {
    "a sentence": (change("docs/other.md", "Nothing", "No program"), {"rendered other.md", "indexed other.md"}),
    "front matter": (change("docs/index.md", "One page", "A page"), None),
    "a program": (change("snippets/index.py", "2 * 21", "6 * 7"), None),
    "what a program prints": (new_output, {"filled", "indexed index.md"}),
    "a heading that is linked to, and its link": (
        lambda project: [
            change("docs/other.md", "A part", "One part")(project),
            change("docs/index.md", "a-part", "one-part")(project),
        ],
        None,
    ),
    "the title of another page": (change("docs/other.md", "# Other", "# Another"), None),
    "one more page": (new_page, {one for one in ALL if "rendered" in one} | {"rendered new.md", "indexed new.md"}),
    "where pages lie": (change("mkdocs.yml", "\nhooks", "\nuse_directory_urls: false\nhooks"), None),
    "a setting of an extension": (change("mkdocs.yml", "Link to this section", "Link here"), None),
    "another extension": (change("mkdocs.yml", "  - admonition\n", "  - admonition\n  - smarty\n"), None),
    "what another plugin adds": (lambda project: (project / "note.txt").write_text("\nAdded.\n"), None),
    "a damaged file": (damaged, None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_the_site_is_as_if_built_from_nothing(change: str, project: Path) -> None:
    edit, anew = CHANGES[change]
    edit(project)
    came = made(project)
    assert came if anew is None else came == anew
    after = project.rename(project.parent / "after") and project.parent / "after"
    shutil.copytree(after, project, ignore=shutil.ignore_patterns("pages", "site"))  # the runs are the same
    built(project)
    assert same(after / "site", project / "site")
    shutil.rmtree(after)


def test_a_warning_comes_again(project: Path) -> None:
    change("docs/index.md", "other.md#a-part", "nowhere.md")(project)
    first, second = warnings(built(project)), warnings(built(project))
    assert any("nowhere.md" in line for line in first)
    assert first == second


def test_a_link_of_an_unchanged_page_is_followed_again(project: Path) -> None:
    change("docs/other.md", "A part", "Another part")(project)
    assert any("#a-part" in line for line in warnings(built(project)))


def test_a_problem_comes_again(project: Path) -> None:
    change("snippets/index.py", "# > 42", "# > 43")(project)
    for _ in range(2):
        done = build(project, GRADBOOK_CACHE=str(project / "runs"))
        assert done.returncode and re.search(r"expected\s+43", done.stdout + done.stderr)


def test_a_formula_that_is_wrong_is_told_again(project: Path) -> None:
    change("docs/index.md", "$x^2$", "$\\nosuch{x}$")(project)
    for _ in range(2):
        done = build(project, GRADBOOK_CACHE=str(project / "runs"))
        assert done.returncode and "nosuch" in done.stdout + done.stderr


def test_a_box_that_is_gone_does_not_come_back(project: Path) -> None:
    change("docs/other.md", "Nothing", "None of 1234 programs")(project)
    change("mkdocs.yml", "numbers: false", "numbers: true")(project)
    done = build(project, GRADBOOK_CACHE=str(project / "runs"))
    assert done.returncode and "1234" in done.stdout + done.stderr
    change("mkdocs.yml", "numbers: true", "numbers: false")(project)
    built(project)
    assert "cell-problem" not in (project / "site/other/index.html").read_text()


def test_a_cell_that_another_plugin_adds_has_its_output_each_time(project: Path) -> None:
    with open(project / "snippets/index.py", "a") as program:
        program.write('\n# %% added\nprint("from a plugin")\n# > from a plugin\n')
    (project / "note.txt").write_text('\n```python\n--8<-- "index.py:added"\n```\n')
    for _ in range(2):
        built(project)
        assert "<samp>from a plugin" in (project / "site/index.html").read_text()


READING = """\
from pathlib import Path

from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor


class Reading(Preprocessor):
    def run(self, lines):
        return [Path("part.txt").read_text() if line == "PART" else line for line in lines]


class ReadingExtension(Extension):
    def extendMarkdown(self, md):
        md.preprocessors.register(Reading(md), "reading", 26)  # after ours


def makeExtension(**settings):
    return ReadingExtension(**settings)
"""


def test_a_page_of_an_extension_that_may_read_files_is_not_kept(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(project), *sys.path]))
    (project / "reading.py").write_text(READING)
    change("mkdocs.yml", "  - admonition\n", "  - admonition\n  - reading\n")(project)
    change("docs/other.md", "Nothing", "PART\n\nNothing")(project)
    for text in ("Part one.", "Part two."):
        (project / "part.txt").write_text(text)
        built(project)
        assert text in (project / "site/other/index.html").read_text()


def test_without_a_cache_nothing_is_kept(project: Path) -> None:
    for folder in ("runs", ".cache"):
        shutil.rmtree(project / folder)
    done = build(project, GRADBOOK_CACHE="", CI="1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(project.rglob("pages"))

"""What check tells of stated texts is what update writes: seen in the files, as they are before and after."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from case_files import CASES, page_of, sections
from surveys import survey

from gradbook.__main__ import do_check, do_update
from gradbook.errors import Problem, Problems
from gradbook.page.pages import load
from gradbook.project import Project

Make = Callable[..., Project]


def faults() -> dict[str, dict[str, str]]:
    cases = sections(CASES / "faults.md")
    return {
        title: {name: text for name, text in parts.items() if name != "message"}
        for title, parts in cases.items()
    }


def updates() -> dict[str, dict[str, str]]:
    """The files before the update, of all cases of updates."""
    cases = {
        title: parts
        for path in sorted((CASES / "update").glob("*.md"))
        for title, parts in sections(path).items()
    }
    return {
        title: {label.split()[0]: text for label, text in parts.items() if " before" in label}
        for title, parts in cases.items()
    }


def stated(project: Project) -> dict[str, list[list[str] | str | None]]:
    """By file, what its statements and sentences state, in order: read from the text, nothing is run."""
    found: dict[str, list] = {}
    for path in project.page_files():
        page = load(path.read_text("utf-8"), project.name(path), project.snippets)
        inline = [cell for cell in page.cells if cell.path == page.path]
        found[page.path] = [s.expected for cell in inline for s in cell.statements]
        found[page.path] += [value.stated for value in page.values]
    for file in project.snippet_files():
        found[file.path] = [s.expected for cell in file.cells for s in cell.statements]
    return found


def told(project: Project) -> list[Problem]:
    """What check tells of the files as they are now."""
    try:
        do_check(Project(project.root, executor=project.executor), [])
    except Problems as problems:
        return problems.problems
    return []


def promised(problem: Problem) -> bool:
    """Whether the message says that update mends it."""
    return "python -m gradbook update" in problem.remedy


def assert_update_does_what_check_tells(project: Project) -> int:
    """Returns how many places were mended."""
    states = [stated(project)]
    before = told(project)
    for prose in (False, True):  # expectations first, and then values in sentences as well
        try:
            do_update(project, [], prose)
        except Problems:
            pass  # what is left is looked at below
        states.append(stated(project))
    changed = [
        sum(old != new for file in start for old, new in zip(start[file], end[file], strict=True))
        for start, end in zip(states, states[1:])
    ]
    mends = [problem for problem in before if promised(problem)]
    in_sentences = [problem for problem in mends if "--prose" in problem.remedy]
    assert changed == [len(mends) - len(in_sentences), len(in_sentences)]
    left = [problem.message for problem in before if not promised(problem)]
    assert [problem.message for problem in told(project)] == left
    return sum(changed)


@pytest.mark.parametrize("case", (CASE := faults() | updates()))
def test_of_each_case(case: str, tmp_path: Path, project_in: Make) -> None:
    files = dict(CASE[case])
    files.setdefault("docs/page.md", page_of(files.get("snippets/page.py", "")))
    assert_update_does_what_check_tells(project_in(tmp_path, files))


def test_a_snippet_file_that_no_page_shows_is_no_exception(
    tmp_path: Path, project_in: Make
) -> None:
    """Both compare it: the problem that it has no page is not the only one that it has."""
    files = {"docs/index.md": "# Page\n", "snippets/draft.py": "# %% one\nprint(1)\n# > 2\n"}
    project = project_in(tmp_path, files)
    assert [promised(problem) for problem in told(project)] == [False, True]
    assert assert_update_does_what_check_tells(project) == 1


PAGE = """\
# Page

```python
--8<-- "page.py:one"
```

One third is 0.33<!-- = x -->, **−2.5**<!-- = -2.5 -->; 1,000<!-- = 1e3 -->, `3`<!-- = 3 --> of 4<!-- = 4 : .1f -->.

!!! note
    ```python
    --8<-- "page.py:meant"
    ```

=== "A tab"

    ```python
    for n in range(3):
        print(n / 3)
    # > 0.0
    # > 0.33...
    # > 0.667
    print("end")
    # > end
    ```
"""
SNIPPETS = """\
# %% one
x = 1 / 3
print(x)
# > 0.333
x * 2
# > 0.66666

# %% hidden tags=["remove-cell"]
print("a", "b")
# > a b

# %% meant tags=["raises-exception"]
print("before")
# > before
x / 0
# > ZeroDivisionError: division by zero

# %% after tags=["remove-cell"]
print("z")
# > z
"""
# What an expression can give that no sentence can say in one word, and some that it can.
ODD = [
    "'a b'",
    "'a\\nb'",
    "''",
    "'x' * 81",
    "'x' * 80",
    "'`x`'",
    "'<b>'",
    "float('nan')",
    "-0.0",
    "1 / 0",
    "x : .1e",
]


def altered(rng: random.Random, text: str) -> str:
    """One stated text is changed, lost, doubled or added, or a value comes from another expression."""
    lines = text.split("\n")
    places = [n for n, line in enumerate(lines) if "# > " in line or "<!-- =" in line]
    at = rng.choice(places)
    line = lines[at]
    if "<!-- =" in line:
        number = rng.choice(re.findall(r"[\d.,]+(?=[*`]*<!--)", line))
        lines[at] = rng.choice(
            [
                line.replace(f"{number}<!--", f"{rng.choice(['7', '0.3', '-1', 'word'])}<!--"),
                re.sub(r"= \S+( : \S+)? -->", lambda _: f"= {rng.choice(ODD)} -->", line, count=1),
            ]
        )
    else:
        other = rng.choice(
            [line + "7", line + " more", line[:-1] + "...", line.split("#")[0] + "# >"]
        )
        lines[at : at + 1] = rng.choice([[other], [], [line, line], [line, other]])
    return "\n".join(lines)


@survey("seed", range(10))
def test_of_pages_altered_at_random(seed: int, tmp_path: Path, project_in: Make) -> None:
    rng = random.Random(seed)
    mended = 0
    for number in range(6):
        files = {"docs/page.md": PAGE, "snippets/page.py": SNIPPETS}
        for _ in range(rng.randint(1, 4)):
            name = rng.choice(list(files))
            files[name] = altered(rng, files[name])
        mended += assert_update_does_what_check_tells(project_in(tmp_path / str(number), files))
    assert mended >= 6

"""Broken pages and snippet files by the hundred, from a seed: never a traceback of ours, a hang, or a wrong success."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from gradbook.errors import Problem
from gradbook.project import Project
from gradbook.run.executor import Executor

SEED = int(os.environ.get("GRADBOOK_FUZZ_SEED", "20261122"))
TRIES = int(os.environ.get("GRADBOOK_FUZZ_TRIES", "1800"))

PAGE = """\
---
title: Page
---
# Page

```python
--8<-- "part/page.py:one"
```

Two is 2<!-- = x -->.

!!! note "Inside"
    ```python title="Tab"
    --8<-- "part/page.py:two"
    ```

=== "A tab"

    ```python
    print("inline")
    # > inline
    ```

```python predict
--8<-- "part/page.py:three"
```

- `6`: right.
- `7`: one too many.
"""
SNIPPETS = """\
# %% one
x = 2
print(x)
# > 2

# %% two tags=["raises-exception"]
x / 0
# > ZeroDivisionError: division by zero

# %% three
3 * x
# > 6
"""

Breaker = Callable[[random.Random, bytes], bytes]


def cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def flip(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]


def insert(rng: random.Random, data: bytes) -> bytes:
    piece = rng.choice(
        [
            b"\x00", b"\xff\xfe", b"\r", b"\t", b"```", b"```python\n", b"~~~~\n", b"    ", b"# %%", b"# > ",
            b'"""', b"(", b"--8<-- ", b"<!-- = ", b" -->", b"\xe2\x80\xa8", b"# %% one\n", b"tags=[", b">>> ",
            "é𝜕ß".encode(), b"x" * 50_000, b"(" * 400, b"{" * 30, b"\\\n", b"\x0c", b"\x02wzxhzdk:0\x03",
        ]
    )  # fmt: skip
    at = rng.randrange(len(data))
    return data[:at] + piece + data[at:]


def drop_line(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


def repeat_lines(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    return b"\n".join(lines[:at] + lines[at : at + 4] * rng.choice([2, 30]) + lines[at:])


def swap_lines(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def mixed_ends(rng: random.Random, data: bytes) -> bytes:
    return b"".join(line + rng.choice([b"\n", b"\r\n"]) for line in data.split(b"\n"))


def byte_order_mark(rng: random.Random, data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data


def indent(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    lines[at:] = [rng.choice([b" ", b"\t", b"> "]) * rng.randrange(1, 12) + line for line in lines[at:]]
    return b"\n".join(lines)


BREAKERS: list[Breaker] = [
    cut, flip, insert, insert, drop_line, repeat_lines, swap_lines, mixed_ends, byte_order_mark, indent,
]  # fmt: skip


def broken(rng: random.Random) -> tuple[bytes, bytes, list[str]]:
    """The page and its snippet file with one to three faults, and what was done to them."""
    page, snippets, story = PAGE.encode(), SNIPPETS.encode(), []
    for _ in range(rng.randrange(1, 4)):
        breaker = rng.choice(BREAKERS)
        story.append(breaker.__name__)
        if rng.random() < 0.5:
            page = breaker(rng, page) or b"\n"
        else:
            snippets = breaker(rng, snippets) or b"\n"
    return page, snippets, story


def write(folder: Path, page: bytes, snippets: bytes) -> Project:
    for name, data in {"docs/part/page.md": page, "snippets/part/page.py": snippets}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Project(folder)


def test_the_unbroken_page_is_sound(tmp_path: Path, executor: Executor) -> None:
    project = write(tmp_path, PAGE.encode(), SNIPPETS.encode())
    project.executor = executor
    assert project.problems() == []


@pytest.mark.parametrize("batch", range(10))
def test_broken_files_give_problems_or_a_sound_page(batch: int, tmp_path: Path, executor: Executor) -> None:
    rng = random.Random(f"{SEED} {batch}")
    for number in range(TRIES // 10):
        page, snippets, story = broken(rng)
        project = write(tmp_path / str(number), page, snippets)
        project.executor = executor
        found = project.problems()
        story_so_far = f"seed {SEED}, batch {batch}, try {number}: {story}"
        for problem in found:
            text = str(problem)
            assert isinstance(problem, Problem) and "Traceback" not in text, story_so_far
            assert re.match(r"(docs|snippets)/part/page\.(md|py)(:\d+| → snippets)", text), (story_so_far, text)
        if not found:
            nothing_was_skipped(project, page, snippets, story_so_far)


def nothing_was_skipped(project: Project, page: bytes, snippets: bytes, story: str) -> None:
    """A page without problems: whatever looks like a Python fence was run, and each stated line was compared."""
    known = project.page(project.docs / "part" / "page.md")
    text = page.decode("utf-8-sig").replace("\r\n", "\n")
    opened = len(re.findall(r"^[ \t>]*(?:```|~~~)+[ \t]*python\b", text, re.M))
    assert len(known.embeds) == opened, story
    assert project.page_problems(known) == [], story
    stated = re.findall(r"^# ?>(?: .*)?$", snippets.decode("utf-8-sig").replace("\r\n", "\n"), re.M)
    if known.snippet:
        compared = [s.expected_lines for cell in known.snippet.cells for s in cell.statements]
        assert sum(map(len, compared)) == len(stated), story


CONFIG = """\
site_name: Broken
theme: mkdocs
plugins: [search, gradbook]
markdown_extensions:
  - admonition
  - attr_list
  - md_in_html
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
  - gradbook.mathematics
"""


def built(project: Path) -> bool:
    """Build the site as `mkdocs build` does, in this process; whether there is a new one."""
    config = load_config(str(project / "mkdocs.yml"))
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
        return True
    except Abort:
        return False
    finally:
        config.plugins.on_shutdown()


def content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("batch", range(4))
def test_a_build_of_broken_files_tells_all_problems_and_leaves_the_site_before(
    batch: int, tmp_path: Path, executor: Executor, caplog: pytest.LogCaptureFixture
) -> None:
    rng = random.Random(f"{SEED} build {batch}")
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    write(tmp_path, PAGE.encode(), SNIPPETS.encode())
    assert built(tmp_path)
    site = content(tmp_path / "site")
    for number in range(TRIES // 40):
        page, snippets, story = broken(rng)
        project = write(tmp_path, page, snippets)
        project.executor = executor
        caplog.clear()
        new, found = built(tmp_path), project.problems()
        story_so_far = f"seed {SEED}, batch {batch} of the builds, try {number}: {story}"
        assert new is not bool(found), story_so_far
        assert all(str(problem) in caplog.text for problem in found), story_so_far
        if new:
            site = content(tmp_path / "site")
            assert b"gradbook outcome" not in site[tmp_path / "site/part/page/index.html"], story_so_far
        assert content(tmp_path / "site") == site, story_so_far
        assert list(tmp_path.glob(".site-*")) == [], story_so_far

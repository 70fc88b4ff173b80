"""Broken pages and snippet files by the hundred, from a seed: never a traceback of ours, a hang, or a wrong success."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import markdown
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from gradbook.errors import Problem
from gradbook.project import Project
from gradbook.run.cache import Cache
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
            b"[^1]: ", b"<!-- ", b"> ", b"    - ", b"    ", b' title="predict"', b";", b'# %% "a"\n', b"{.a}",
            b"from __future__ import annotations\n", b"</div>", b"<details>", b"$$", b"| a |\n|---|\n", b"![a](b",
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
    lines[at:] = [
        rng.choice([b" ", b"\t", b"> "]) * rng.randrange(1, 12) + line for line in lines[at:]
    ]
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
def test_broken_files_give_problems_or_a_sound_page(
    batch: int, tmp_path: Path, executor: Executor
) -> None:
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
            assert re.match(r"(docs|snippets)/part/page\.(md|py)(:\d+| → snippets)", text), (
                story_so_far,
                text,
            )
        if not found:
            nothing_was_skipped(project, page, snippets, story_so_far)


def nothing_was_skipped(project: Project, page: bytes, snippets: bytes, story: str) -> None:
    """A page without problems: each Python fence was run, unless it is shown as code, and each stated line compared."""
    known = project.page(project.docs / "part" / "page.md")
    text = page.decode("utf-8-sig").replace("\r\n", "\n")
    opening = re.compile(r"^[ \t>]*(?:```|~~~)+[ \t]*python\b", re.M)
    html = markdown(text, extensions=["admonition", "pymdownx.superfences", "pymdownx.tabbed"])
    code = "\n".join(pre.get_text() for pre in BeautifulSoup(html, "html.parser")("pre"))
    assert len(known.embeds) == len(opening.findall(text)) - len(opening.findall(code)), story
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


def built(project: Path, command: str = "build", strict: bool = False) -> bool:
    """Build the site as the command does, `build` or `serve`, in this process; whether it ends well."""
    config = load_config(str(project / "mkdocs.yml"), strict=strict)
    config.plugins.on_startup(command=command, dirty=False)
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
            assert b"gradbook outcome" not in site[tmp_path / "site/part/page/index.html"], (
                story_so_far
            )
        assert content(tmp_path / "site") == site, story_so_far
        assert list(tmp_path.glob(".site-*")) == [], story_so_far


# Pages made of pieces of which each is known to be right, wrong, or mere text.

SITES = int(os.environ.get("GRADBOOK_FUZZ_SITES", "8"))  # of ten pages each


class Maker:
    """A page in the making: its cells, and what a reader must see of it and must not."""

    def __init__(self, rng: random.Random, name: str) -> None:
        self.rng, self.name, self.count = rng, name, 0
        self.path = self.snippets = Path(name)  # where they are written
        self.cells: list[str] = []
        self.printed: list[str] = []  # words that only a run puts on the page
        self.unprinted: list[str] = []  # words that a run of mere text would put there
        self.wrong = self.leads_nowhere = False
        self.known = True  # whether it is right or wrong

    def word(self) -> str:
        """A word that stands nowhere else."""
        self.count += 1
        return f"w{self.count}x"

    def computed(self) -> tuple[str, str]:
        """An expression and the word that it gives, which does not stand in it."""
        word = self.word()
        return f'"w" + "{word[1:]}"', word


# A cell: its tags and its lines.
Code = tuple[str, list[str]]


def prints(m: Maker) -> Code:
    expression, word = m.computed()
    m.printed.append(word)
    return "", [f"print({expression})", f"# > {word}"]


def has_a_value(m: Maker) -> Code:
    expression, word = m.computed()
    m.printed.append(word)
    return "", [expression, f"# > '{word}'"]


def is_silent(m: Maker) -> Code:
    expression, word = m.computed()
    m.unprinted.append(word)
    return "", [f"{expression};  # and; no more"]


def holds_a_marker(m: Maker) -> Code:
    expression, word = m.computed()
    m.printed.append(word)
    return "", [
        'text = """',
        "# %% not a cell",
        "# > no output",
        '"""',
        f"print({expression})",
        f"# > {word}",
    ]


def starts_a_thread(m: Maker) -> Code:
    expression, word = m.computed()
    m.printed.append(word)
    lines = [
        "import threading",
        "",
        f"thread = threading.Thread(target=print, args=({expression},))",
        "thread.start()",
    ]
    return "", [
        *lines,
        *m.rng.choice([[f"# > {word}", "thread.join()"], ["thread.join()", f"# > {word}"]]),
    ]


def comes_from_the_future(m: Maker) -> Code:
    tags, lines = prints(m)
    return tags, ["from __future__ import annotations", "", *lines]


def varies(m: Maker) -> Code:
    expression, word = m.computed()
    m.printed.append(word)
    return "", [f"print({expression})  # may vary"]


def raises(m: Maker) -> Code:
    expression, word = m.computed()
    m.printed.append(word)
    error = m.rng.choice(["ValueError", "BaseException", "KeyboardInterrupt", "SystemExit"])
    return ' tags=["raises-exception"]', [f"raise {error}({expression})", f"# > {error}: {word}"]


def hides_its_code(m: Maker) -> Code:
    return ' tags=["hide-input"]', prints(m)[1]


def hides_its_output(m: Maker) -> Code:
    _, lines = prints(m)
    m.unprinted.append(m.printed.pop())
    return ' tags=["hide-output"]', lines


def warns(m: Maker) -> Code:
    expression, word = m.computed()
    m.printed.append(word)
    return "", ["import warnings", "", f"warnings.warn({expression})", f"# > UserWarning: {word}"]


def starts_a_process(m: Maker) -> Code:
    expression, word = m.computed()
    m.printed.append(word)
    start = ["import subprocess", "import sys", "", f"code = 'print(' + repr({expression}) + ')'"]
    return "", [*start, "done = subprocess.run([sys.executable, '-S', '-c', code])", f"# > {word}"]


def shows_itself(m: Maker) -> Code:
    """A value with a form of its own, which may fail."""
    expression, word = m.computed()
    m.printed.append(word)
    form = m.rng.choice(["'<b>' + str(self) + '</b>'", "1 / 0", "None"])
    lines = ["class Own:", "    def __repr__(self):", f"        return {expression}"]
    return "", [
        *lines,
        "    def _repr_html_(self):",
        f"        return {form}",
        "",
        "Own()",
        f"# > {word}",
    ]


def answers_to_all(m: Maker) -> Code:
    expression, word = m.computed()
    m.printed.append(word)
    lines = ["class All:", "    def __getattr__(self, name):", "        return lambda *x: 1 / 0"]
    return "", [*lines, f"    __repr__ = lambda self: {expression}", "", "All()", f"# > {word}"]


def reads_its_source(m: Maker) -> Code:
    expression, word = m.computed()
    m.printed.append(word)
    lines = [
        "import inspect",
        "",
        "def f(x):",
        f"    return {expression}",
        "",
        "source = inspect.getsource(f)",
    ]
    return "", [*lines, "print(eval(source.split('return')[1]))", f"# > {word}"]


RIGHT_CODE = [
    prints, has_a_value, is_silent, holds_a_marker, starts_a_thread, starts_a_process, comes_from_the_future, varies,
    raises, hides_its_code, hides_its_output, warns, shows_itself, answers_to_all, reads_its_source,
]  # fmt: skip
WRONG_CODE: list[Code] = [
    ("", ["print(1)", "# > 2"]),
    ("", ["print(1)"]),
    ("", ["1 + 1  # ; no end"]),
    ("", ["1 + 1;", "# > 2"]),
    ("", ["x = 1", "# > 1"]),
    ("", ["print(1)", "# > 1", "# > 1"]),
    ("", ["print(1);  print(2)", "# > 1", "# > 2"]),
    ("", ["if True:", "    print(1)", "    # > 1"]),
    ("", ["print(1)", "#> 2"]),
    ("", ["print(1)", "#  > 1"]),
    ("", ["1 / 0"]),
    ("", ["print(1"]),
    ("", ["from __future__ import everything"]),
    ("", ["raise SystemExit('now')"]),
    ("", ["raise BaseException('now')", "# > BaseException: now"]),
    ("", ["import threading", "threading.Thread(target=print, args=(1,)).start()"]),
    ("", ["import threading", "threading.Thread(target=print, args=(1,)).start()", "# > 2"]),
    ("", ["import os", "os._exit(0)"]),
    ("", ["input()"]),
    ("", ['text = """', "# > 1", '"""', "print(1)"]),
    ("", ["#%% another", "print(1)", "# > 1"]),
    (' tags=["raises-exception"]', ["print(1)", "# > 1"]),
    (' tags=["raises-exception"]', ["1 / 0"]),
    (' tags=["raises-exception"]', ["1 / 0", "# > ValueError: division by zero"]),
    (' tags=["hide-output"]', ["print(1)"]),
    (' tags=["hide-input"]', ["print(1)", "# > 2"]),
    (' tags=["hide-code"]', ["print(1)", "# > 1"]),
    (" tags=raises-exception", ["1 / 0", "# > ZeroDivisionError: division by zero"]),
    (" tags=[]]", ["print(1)", "# > 1"]),
]  # fmt: skip
OPTIONS = [
    "", "", ' title="Please predict"', ' title="notest"', " title='notest reason=\"no\"'", ' hl_lines="1"',
    ' linenums="1" title="predict it"', ' title="{ } <b> & -->"', ' title="# %% a"', " title='<!-- = x -->'",
]  # fmt: skip


def fence(m: Maker, code: Code, info: str = "python") -> list[str]:
    """A fence that shows the code: its own, or that of a cell of the snippet file."""
    tags, lines = code
    name, ticks = m.word(), m.rng.choice(["```", "```", "````", "~~~"])
    cell = [f"# %% {name}{tags}", *lines]
    if m.rng.random() < 0.5:
        m.cells += [*cell, ""]
        lines = [f'--8<-- "part/{m.name}.py:{name}"']
        if m.rng.random() < 0.1:
            m.cells += [f'# %% {m.word()} tags=["remove-cell"]', "unseen = 1", ""]
    elif tags or m.rng.random() < 0.3:
        lines = cell
    return [f"{ticks}{info}", *lines, ticks]


def right_fence(m: Maker) -> list[str]:
    return fence(m, m.rng.choice(RIGHT_CODE)(m), "python" + m.rng.choice(OPTIONS))


def fence_in_plain_html(m: Maker) -> list[str]:
    return ["<details>", f"<summary>{m.word()}</summary>", "", *right_fence(m), "", "</details>"]


def wrong_fence(m: Maker) -> list[str]:
    return fence(m, m.rng.choice(WRONG_CODE), "python" + m.rng.choice(OPTIONS))


def shows_a_fence(m: Maker) -> list[str]:
    """A cell that prints a fence, and has one in its docstring."""
    expression, word = m.computed()
    m.printed.append(word)
    name = m.word()
    m.cells += [
        f"# %% {name}",
        "def f():",
        '    """Use it so:',
        "```python",
        "f()",
        "```",
        '    """',
    ]
    m.cells += [
        "",
        f'print("```python\\n" + {expression} + "\\n```")',
        "# > ```python",
        f"# > {word}",
        "# > ```",
        "",
    ]
    return ["```python", f'--8<-- "part/{m.name}.py:{name}"', "```"]


def exercise(m: Maker, right: int = 1) -> list[str]:
    number = m.rng.randrange(9)
    choices = [f"- `{number}`: right."] * right + [
        f"- `{number + 1}`: one too many.",
        f"- `{number + 2}`: two.",
    ]
    m.rng.shuffle(choices)
    lines = fence(
        m, ("", [f"print({number})", f"# > {number}"]), "python predict" + m.rng.choice(OPTIONS)
    )
    return [*lines, "", *choices, "", m.word()]


def right_value(m: Maker) -> list[str]:
    """A checked value that is right, in places where values stand."""
    value = m.rng.randrange(1000)
    comment = f"<!-- = {value} + 0 -->"
    word = m.word()
    return m.rng.choice(
        [
            [f"{word} is {value}{comment}."],
            [f"{word} is **{value}**{comment}, *{value}*{comment} and `{value}`{comment}"],
            [f"{word} {value}.00<!-- = {value} : .2f -->"],
            [f"- {value}{comment}", f"- {word}", "", f"    - {word} {value}{comment}"],
            [f"| {word} | a |", "|---|---|", f"| {value}{comment} | {value}{comment} |"],
            [f"## {word} {value}{comment}"],
            [f"[{word} {value}{comment}](page0.md)"],
            [f"> {word} {value}{comment}"],
            [f"<!-- {word} --> {value}{comment} <!-- {word} -->"],
            [f"`<!--` {value}{comment} `-->`"],
        ]
    )


def wrong_value(m: Maker) -> list[str]:
    word = m.word()
    return m.rng.choice(
        [
            [f"{word} is 1<!-- = 2 -->."],
            [f"{word} is **1**<!-- = 2 -->."],
            [f"{word} is `1`<!-- = 2 -->."],
            [f"{word} is <!-- = 2 -->."],
            [f"{word} 2<!-- = 2 * -->"],
            [f"{word} 2<!-- = undefined_name -->"],
            [f"{word} 3<!-- = 2 : .2f -->"],
            [f"{word} 2<!-- =2 -->"],
            [f"{word} 2<!-- = 2"],
            [f"- {word}", "", f"    - {word} 1<!-- = 2 -->"],
            [f"| {word} | a |", "|---|---|", "| 1<!-- = 1 --> | 1<!-- = 2 --> |"],
            [f"## {word} 1<!-- = 2 -->"],
            [f"> 1<!-- = 2 --> {word}"],
            [f"<!-- {word} --> 1<!-- = 2 -->"],
            ["`<!--` 1<!-- = 2 --> `-->`"],
        ]
    )


def text_alone(m: Maker) -> list[str]:
    """What looks like a fence or a value and is text: in code, in a comment, in a fence that does not run."""
    expression, word = m.computed()
    m.unprinted.append(word)
    wrong = ["```python", f"print({expression})", "# > no", "undefined_name", "```"]
    return m.rng.choice(
        [
            ["<!--", *wrong, "-->"],
            [f"<!-- {m.word()}", "", *wrong, "", "1<!-- = 2 -->", ""],
            [f"{m.word()} <!-- 1<!-- = undefined_name --> -->"],
            [f"`1<!-- = undefined_name -->` {m.word()}"],
            [f"`` ` 1<!-- = undefined_name --> `` {m.word()}"],
            ["", *[f"    {line}" for line in wrong], ""],
            ["    1<!-- = undefined_name -->"],
            ["````markdown", *wrong, "", "1<!-- = 2 -->", "````"],
            ["~~~text", *wrong, "~~~"],
            [f'```python notest reason="{m.word()} predict"', *wrong[1:]],
            ["```text", '--8<-- "part/none.py:none"', "```"],
            ["`", "```python`", m.word()],
        ]
    )


def link(m: Maker) -> list[str]:
    return [f"[{m.word()}](page0.md) and [{m.word()}][r{m.count}].", "", f"[r{m.count}]: page0.md"]


def wrong_whole(m: Maker) -> list[str]:
    """A fence that is wrong by itself, whatever it shows."""
    name = m.word()
    sound = ["print(1)", "# > 1"]
    include = f'--8<-- "part/{m.name}.py:{name}"'
    cell = [f"# %% {name}", *sound, ""]
    kind = m.rng.randrange(17)
    if kind < 7:  # of a cell that is there
        m.cells += cell
    return [
        ["```python", include, "```", "", m.word(), "", "```python", include, "```"],
        ["```python", include, include, "```"],
        ["```python", include, "x = 1", "```"],
        [include],
        ["```python titel=\"a\"", include, "```"],
        ["```python3", include, "```"],
        ["```python predict", include, "```", "", m.word()],
        ["```python", include, "```"],
        ["```python", f'--8<-- "part/none.py:{name}"', "```"],
        ["```python", f'--8<-- "../{m.name}.py:{name}"', "```"],
        ["```python", "```"],
        ["```python", *sound],
        ["```pyton", *sound, "```"],
        ["```python notest", *sound, "```"],
        ["```{.pycon}", *sound, "```"],
        ["```python", *cell, *cell, "```"],
        ["```python", *sound, "", "```python", *sound, "```"],
    ][kind]  # fmt: skip


def wrong_exercise(m: Maker) -> list[str]:
    return exercise(m, m.rng.choice([0, 2]))


def note(m: Maker, lines: list[str]) -> list[str]:
    """The lines in a footnote."""
    name = m.word()
    between = m.rng.choice([[f"[^{name}]: {m.word()}", ""], [f"[^{name}]:"]])
    return [f"{m.word()}[^{name}].", "", *between, *indented(lines)]


def listed(m: Maker, lines: list[str]) -> list[str]:
    sign = m.rng.choice(["-   ", "1.  ", "* "])
    return [sign + m.word(), "", *indented(lines), "", sign + m.word()]


def nested(m: Maker, lines: list[str]) -> list[str]:
    return [f"- {m.word()}", f"    - {m.word()}", "", *indented(indented(lines))]


def quoted(m: Maker, lines: list[str]) -> list[str]:
    return [f"> {line}".rstrip() for line in [m.word(), "", *lines]]


def admonition(m: Maker, lines: list[str]) -> list[str]:
    start = m.rng.choice(['!!! note "{}"', '??? tip "{}"', '=== "{}"'])
    return [start.format(m.word()), "", *indented(lines)]


def defined(m: Maker, lines: list[str]) -> list[str]:
    return [m.word(), "", f":   {m.word()}", "", *indented(lines)]


def in_html(m: Maker, lines: list[str]) -> list[str]:
    return ['<div markdown="1">', "", m.word(), "", *lines, "", m.word(), "", "</div>"]


def plain(m: Maker, lines: list[str]) -> list[str]:
    return lines


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}".rstrip() for line in lines]


RIGHT = [
    right_fence, right_fence, right_fence, fence_in_plain_html, shows_a_fence, exercise, right_value, right_value,
    text_alone, link,
]  # fmt: skip
WRONG = [wrong_fence, wrong_fence, wrong_value, wrong_whole, wrong_exercise]
AROUND = [plain, plain, note, listed, nested, quoted, admonition, defined, in_html]
INNER = [plain, plain, plain, listed, quoted, admonition]
ABOVE = [
    ["---", "title: A page", "---"], ["---", "title: A page", "jupyter:", "  jupytext:", "    text_representation:",
    "      format_name: markdown", "---"], ["title: A page"], ["\ufeff---", "title: A page", "..."], ["<!-- title -->"],
    [], ["[](page0.md)"],
]  # fmt: skip


def composed(rng: random.Random, name: str) -> tuple[Maker, str, str]:
    """A page of one to five pieces, of which one may be wrong; and its snippet file."""
    m = Maker(rng, name)
    pieces = [rng.choice(RIGHT) for _ in range(rng.randrange(1, 5))]
    if rng.random() < 0.4:
        pieces.insert(rng.randrange(len(pieces) + 1), rng.choice(WRONG))
        m.wrong = True
    lines = [*rng.choice(ABOVE), "", f"# {m.word()}", ""]
    while pieces:
        around, inner, innermost = (
            rng.choice(AROUND),
            rng.choice(INNER),
            rng.choice([plain, rng.choice(INNER)]),
        )
        held = innermost(m, pieces.pop(0)(m))
        if pieces and rng.random() < 0.3:
            held += ["", m.word(), "", *pieces.pop(0)(m)]
        lines += [*around(m, inner(m, held)), "", m.word(), ""]
    if not m.cells and rng.random() < 0.1:
        expression, word = m.computed()
        m.printed.append(word)
        stated = rng.choice([[f"# > {word}"], []])
        m.wrong = m.wrong or not stated
        lines += [
            "```python",
            "import atexit",
            f"atexit.register(print, {expression});",
            *stated,
            "```",
            "",
        ]
    if rng.random() < 0.03:
        lines.append(f"[{m.word()}](nowhere.md)")
        m.leads_nowhere = True
    return m, "\n".join(lines), "\n".join(m.cells)


PAGES_CONFIG = """\
site_name: Pages of all kinds
theme: mkdocs
plugins: [gradbook]
markdown_extensions:
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - pymdownx.details
  - pymdownx.highlight
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
  - gradbook
"""


def twice_broken(rng: random.Random, page: str, snippets: str) -> tuple[str, str]:
    """The page and its snippet file with a fault or two, as texts that can be read."""
    files = [page.encode(), snippets.encode() or b"\n"]
    for _ in range(rng.randrange(1, 3)):
        which = int(rng.random() < 0.4)
        files[which] = rng.choice(BREAKERS)(rng, files[which]) or b"\n"
    page, snippets = [data.decode("utf-8", "ignore") for data in files]
    return page, snippets


def write_site(rng: random.Random, root: Path) -> list[Maker]:
    """A site of ten pages, or labs; of some, nobody knows whether they are right."""
    labs, config = rng.random() < 0.15, PAGES_CONFIG
    if labs:
        jupyter = '  - mkdocs-jupyter: {include: ["*.ipynb"], execute: false}'
        config = config.replace("plugins: [gradbook]", f"plugins:\n{jupyter}\n  - gradbook")
    folder, makers = root / "docs" / ("labs" if labs else "part"), []
    for path in (folder, root / "snippets" / "part"):
        path.mkdir(parents=True)
    (root / "mkdocs.yml").write_text(config)
    for number in range(10):
        m, page, snippets = composed(rng, f"page{number}")
        if number and rng.random() < 0.3:  # page0 is where links lead
            m.known = False
            page, snippets = twice_broken(rng, page, snippets)
        m.path, m.snippets = folder / f"{m.name}.md", root / "snippets" / "part" / f"{m.name}.py"
        m.path.write_text(page, newline="")
        if snippets:
            m.snippets.write_text(snippets, newline="")
        makers.append(m)
    return makers


def misjudged_site(
    rng: random.Random, root: Path, executor: Executor, log: pytest.LogCaptureFixture
) -> Iterator[str]:
    """Write a site, check it and build it, or serve it; how that goes wrong."""
    makers = write_site(rng, root)
    found = Project(root, executor=executor).problems()
    log.clear()
    command = rng.choice(["build", "serve"])
    success, said = built(root, command, strict=True), log.text
    if "Traceback" in said:
        yield f"a traceback in {said}"
    yield from (
        f"{command} does not tell of {problem}" for problem in found if str(problem) not in said
    )
    dead = any(m.leads_nowhere for m in makers if m.known)
    if success and (dead or found and command == "build"):
        yield f"{command} ends well"
    if not success and command == "build" and not found and "nowhere.md" not in said:
        yield f"{command} ends badly, and check finds nothing: {said}"
    for m in makers:
        names = {path.relative_to(root).as_posix() for path in (m.path, m.snippets)}
        told = [problem for problem in found if names & {at.path for at in problem.at}]
        page = next((root / "site").glob(f"*/{m.name}/index.html"), None)
        for fault in misjudged(m, told, page.read_text("utf-8") if page else ""):
            sources = [path.read_text("utf-8") for path in (m.path, m.snippets) if path.exists()]
            yield "\n".join([f"{m.name}, {command}: {fault}", *sources])


def shows_python_that_did_not_run(html: str) -> bool:
    """Whether names of Python's own are colored anywhere outside the cells."""
    names = BeautifulSoup(html, "html.parser").select(".highlight .nb")
    return any(name.find_parent(class_="cell") is None for name in names)


def misjudged(m: Maker, told: list[Problem], html: str) -> Iterator[str]:
    """What is wrong with how a page was judged and shown; `html` is empty where it was not shown."""
    yield from (f"a traceback: {problem}" for problem in told if "Traceback" in str(problem))
    if "cell-problem" in html and not told:
        yield "a box, and no problem"
    if not m.known:
        text = m.path.read_text("utf-8")
        shown_on_purpose = "notest" in text or "`markdown" in text
        if not told and not shown_on_purpose and shows_python_that_did_not_run(html):
            yield "a fence was not run, and nobody says so"
        return
    if m.wrong and not told:
        yield "it is wrong, and nobody says so"
    if not m.wrong and told:
        yield f"it is right, and told is {[str(problem) for problem in told]}"
    if html and not m.wrong:
        yield from (f"{word} was not printed" for word in m.printed if word not in html)
        yield from (f"{word} was printed" for word in m.unprinted if word in html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    if len(set(ids)) < len(ids):
        yield f"an id twice: {sorted(name for name in set(ids) if ids.count(name) > 1)}"


@pytest.mark.parametrize("batch", range(4))
def test_pages_of_all_constructs_are_judged_right_by_check_and_build(
    batch: int, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = tmp_path / "runs"
    monkeypatch.setenv("GRADBOOK_CACHE", str(runs))  # what check has run, the build need not
    executor = Executor(Cache(runs))
    wrong = []
    for number in range(batch, SITES, 4):
        rng = random.Random(f"{SEED} site {number}")
        root = tmp_path / "site"
        wrong += [
            f"site {number}, {fault}" for fault in misjudged_site(rng, root, executor, caplog)
        ]
        shutil.rmtree(root)
    executor.close()
    assert not wrong, f"seed {SEED}\n" + f"\n{'=' * 72}\n".join(wrong)

"""What is stated against what came out: each fault of a text has its one message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from case_files import CASES, page_of, sections

from gradbook.errors import Location, Problem, Problems
from gradbook.project import Project

FAULTS = sections(CASES / "faults.md")
Make = Callable[..., Project]


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(fault: str, tmp_path: Path, project_in: Make) -> None:
    files = dict(FAULTS[fault])
    message = files.pop("message")
    files.setdefault("docs/page.md", page_of(files.get("snippets/page.py", "")))
    (problem,) = project_in(tmp_path, files).problems()
    assert f"{problem}\n" == message


ENCODINGS = {
    "latin-1": ("# Größe".encode("latin-1"), "not UTF-8: byte 0xf6"),
    "UTF-16": ("# Größe".encode("utf-16"), "not UTF-8: byte 0xff"),
    "old Macintosh": (b"# Size\r\rprint(1)", "a lone carriage return"),
    "control character": (b"# Size\x02wzxhzdk:0\x03", "a control character: byte 0x02"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ["docs/page.md", "snippets/page.py"])
def test_a_file_in_a_wrong_encoding(
    name: str, encoding: str, tmp_path: Path, project_in: Make
) -> None:
    content, message = ENCODINGS[encoding]
    files = {"docs/page.md": '```python\n--8<-- "page.py:slope"\n```\n', name: content}
    (problem,) = project_in(tmp_path, files).problems()
    assert str(problem).startswith(f"{name}:1\n  {message}\n  expected  ")


def test_a_folder_that_is_called_like_a_page(tmp_path: Path, project_in: Make) -> None:
    project = project_in(tmp_path, {"docs/page.md/file": "", "docs/page.md/inner.md": "# Page\n"})
    assert [page.path for page in project.pages()[0]] == ["docs/page.md/inner.md"]
    assert project.problems() == []


def test_byte_order_marks_and_windows_line_ends_are_no_fault(
    tmp_path: Path, project_in: Make
) -> None:
    snippet = '# %% slope\r\nprint("one\\ntwo")\r\n# > one\r\n# > two\r\n'
    page = '# Page\r\n\r\n```python\r\n--8<-- "page.py:slope"\r\n```\r\n'
    files = {
        "docs/page.md": b"\xef\xbb\xbf" + page.encode(),
        "snippets/page.py": b"\xef\xbb\xbf" + snippet.encode(),
    }
    assert project_in(tmp_path, files).problems() == []


def test_all_faults_of_a_project_are_listed_together(tmp_path: Path, project_in: Make) -> None:
    page = "```python\nprint(1)\n# > 2\n```\n\n```python\nprint(3)\n# > 4\n```\n"
    files = {"docs/a.md": page, "docs/b.md": page, "docs/c.md": "```python\n", "docs/d.md": b"\xff"}
    found = project_in(tmp_path, files).problems()
    assert sorted(str(problem.at[0]) for problem in found) == [
        "docs/a.md:2 (cell line_1)",
        "docs/a.md:7 (cell line_6)",
        "docs/b.md:2 (cell line_1)",
        "docs/b.md:7 (cell line_6)",
        "docs/c.md:1",
        "docs/d.md:1",
    ]


SOUND = {
    "fewer digits": "print(2 / 3)\n# > 0.667",
    "three points": "print('a long', 'story')\n# > a ... story",
    "what may vary": "import os\nprint(os.getpid())  # may vary",
    "what may vary, stated once": "import os\nprint(os.getpid())  # may vary\n# > 4711",
    "a warning": "import warnings\nwarnings.warn('careful')\n# > UserWarning: careful",
    "several outputs of one statement": "for n in range(2):\n    print(n)\n# > 0\n# > 1",
    "an empty line": "print('a\\n\\nb')\n# > a\n# >\n# > b",
    "the value of the last line": "x = 2\nx\n# > 2",
    "an object's address": "object()\n# > <object object at 0x…>",
    "a control character": "print('10%\\r20%')\n# > 10%\\r20%",
    "a tab": "print('a\\tb')\n# > a       b",
    "code that looks like an expectation": "x = '''\n# > 3\n'''\nprint(len(x))\n# > 7",
}


@pytest.mark.parametrize("what", SOUND)
def test_no_fault(what: str, tmp_path: Path, project_in: Make) -> None:
    page = f"# Page\n\n```python\n{SOUND[what]}\n```\n"
    assert project_in(tmp_path, {"docs/page.md": page}).problems() == []


def test_how_a_problem_is_told() -> None:
    page, code = Location("docs/page.md", 3), Location("snippets/page.py", 2, "slope")
    problem = Problem((page, code), "expected  11\ngot       12", "If it is right:  update")
    told = (
        "docs/page.md:3 → snippets/page.py:2 (cell slope)\n"
        "  expected  11\n"
        "  got       12\n"
        "If it is right:  update"
    )
    assert str(problem) == told
    assert str(Problems([problem])) == f"{told}\n\n1 problem."
    assert str(Problems([problem] * 2)) == f"{told}\n\n{told}\n\n2 problems."

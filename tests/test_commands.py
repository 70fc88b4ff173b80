"""The commands as a person meets them: what they print, what they change and what they do not."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from built import ROOT, build
from case_files import CASES, page_of, sections

from gradbook.__main__ import main
from gradbook.errors import command
from gradbook.project import project_at

# What `check` says last, whatever it found.
BUILD = "Formulas, links, anchors: the build alone looks at them.  python -m mkdocs build --strict\n"
CELL = "# %% slope\nprint(3 * 2**2)\n# > {}\n"
PAGE = '# Page\n\n```python\n--8<-- "page.py:slope"\n```\n'
UPDATES = {
    title: parts
    for path in sorted((CASES / "update").glob("*.md"))
    for title, parts in sections(path).items()
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the current folder."""
    (tmp_path / "mkdocs.yml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command; its exit status, and what it wrote to standard output and error."""

    def command(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main(list(arguments))
        return status, *capfd.readouterr()

    return command


Run = Callable[..., tuple[int, str, str]]


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(text.encode())


def everything() -> dict[str, bytes]:
    files = [path for path in Path().rglob("*") if path.is_file() and ".cache" not in path.parts]
    return {str(path): path.read_bytes() for path in files}


@pytest.mark.parametrize("title", UPDATES)
def test_update(title: str, here: Path, run: Run) -> None:
    parts = UPDATES[title]

    def files(state: str) -> dict[str, str]:
        found = {label.split()[0]: t for label, t in parts.items() if label.endswith(f" {state}")}
        return {"docs/page.md": page_of(found.get("snippets/page.py", "")), **found}

    left = parts.get("left", "")
    write(files("before"))
    status, _, told = run("update")
    assert told == left
    assert status == bool(left)
    assert everything() == {"mkdocs.yml": b""} | {n: t.encode() for n, t in files("after").items()}

    # A second time there is nothing to do, and the check agrees.
    before = everything()
    assert run("update")[::2] == (status, left)
    assert everything() == before
    assert run("check")[::2] == (status, left)

    if "docs/page.md prose" in parts:
        assert run("update", "--prose")[::2] == (0, "")
        assert Path("docs/page.md").read_text() == parts["docs/page.md prose"]
        assert run("check")[0] == 0


def test_show_check_write(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole life of an expectation: right, drifted, told, mended."""
    monkeypatch.delenv("CI", raising=False)  # where it is set, nothing is kept
    write({"docs/page.md": PAGE, "snippets/page.py": CELL.format(12)})
    as_stated = "1 page, 1 cell: every output is as stated"
    ran, kept = "(1 ran, 0 from the cache).\n", "(0 ran, 1 from the cache).\n"
    assert run("check") == (0, f"{as_stated} {ran}{BUILD}", "")
    project_at.cache_clear()  # as in a process of its own
    assert run("check") == (0, f"{as_stated} {kept}{BUILD}", "")
    # Where nothing was written, there is no diff to read.
    assert run("update") == (0, "Every output is as stated. Nothing had to be written.\n", "")

    write({"snippets/page.py": CELL.format(12).replace("2**2", "3**2")})
    told = (
        "docs/page.md:3 → snippets/page.py:2 (cell slope)\n"
        "  expected  12\n"
        "  got       27\n"
        "If the new value is right:  python -m gradbook update snippets/page.py\n"
        "\n1 problem.\n"
    )
    assert run("check") == (1, "", told)

    status, said, _ = run("update", "snippets/page.py")
    assert status == 0
    assert said.startswith("snippets/page.py: 1 statement\nEvery output is as stated. Read the ")
    assert Path("snippets/page.py").read_text() == CELL.format(27).replace("2**2", "3**2")
    assert run("check")[0] == 0


@pytest.mark.parametrize(
    "path", ["docs/page.md", "docs", "snippets/page.py", "snippets", ".", "{here}/docs/page.md"]
)
def test_what_to_check_can_be_named_by_page_snippet_file_or_folder(
    path: str, here: Path, run: Run
) -> None:
    write({"docs/page.md": PAGE, "snippets/page.py": CELL.format(13)})
    status, _, told = run("check", path.format(here=here))
    assert status == 1
    assert told.startswith("docs/page.md:3 → snippets/page.py:2 (cell slope)\n  expected  13\n")


def test_a_message_names_files_as_the_project_does(here: Path, run: Run) -> None:
    """So its command works in a folder below, too."""
    write({"docs/page.md": PAGE, "snippets/page.py": CELL.format(13)})
    os.chdir("docs")
    assert run("update", "snippets/page.py")[0] == 0
    assert (here / "snippets/page.py").read_text() == CELL.format(12)


def test_a_command_works_where_it_is_typed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the environment is active, or not, or uv's; each form is run as it stands."""
    venv = here / ".venv" / "bin"
    venv.mkdir(parents=True)
    for name in ("python", "uv"):
        (venv / name).write_text(f'#!/bin/sh\necho {name} "$@"\n')
        (venv / name).chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(venv / "python"))
    monkeypatch.delenv("UV_RUN_RECURSION_DEPTH", raising=False)

    def typed() -> tuple[str, str]:
        words = command("gradbook check")
        done = subprocess.run(words, shell=True, capture_output=True, text=True)
        return words, done.stdout

    bare = "/usr/bin:/bin"
    monkeypatch.setenv("PATH", f"{venv}:{bare}")
    assert typed() == ("python -m gradbook check", "python -m gradbook check\n")
    monkeypatch.setenv("PATH", bare)
    assert typed() == (".venv/bin/python -m gradbook check", "python -m gradbook check\n")
    (here / "docs").mkdir()
    monkeypatch.chdir("docs")
    assert typed() == (f"{venv}/python -m gradbook check", "python -m gradbook check\n")
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")
    monkeypatch.setenv("PATH", f"{venv}:{bare}")
    assert typed() == ("uv run python -m gradbook check", "uv run python -m gradbook check\n")


ADVICE = {
    "import nothing_like_it": "pin it in requirements.txt",
    "open('data.csv')": "A snippet starts in an empty folder",
    "from gradbook import derivative\nderivative('x^2', '3x')": "Correct the formula.",
    "from gradbook import derivative\nderivative('x^2', '2 $ x')": "Write it as the section Claims",
    "1 / 0": 'tags=["raises-exception"]',
}


@pytest.mark.parametrize(
    ("name", "line"),
    [("part/page", ""), ("fresh/page", "  - fresh/page.md\n"), ("page", "  - page.md\n")],
)
def test_a_new_page_builds_once_the_line_is_added(
    name: str, line: str, here: Path, run: Run
) -> None:
    """In a known folder none is asked for; in a new one and beside docs' own pages it is printed."""
    config = "site_name: Tiny\ntheme: mkdocs\nplugins: [gradbook]\nmarkdown_extensions:\n"
    config += "  [pymdownx.highlight, pymdownx.superfences, gradbook]\nnav:\n  - index.md\n  - Part: [part/index.md]\n"
    write({"mkdocs.yml": config, "docs/index.md": "# Home\n", "docs/part/index.md": "# Part\n"})
    project_at.cache_clear()
    said = run("new", name, "Page")[1]
    assert ("Add under nav: in mkdocs.yml:\n" + line in said) is bool(line)
    assert run("update")[0] == 0
    if line:
        assert "not in the navigation" in build(here, "--strict").stderr
        Path("mkdocs.yml").write_text(config + line)
    done = build(here, "--strict")
    assert done.returncode == 0, done.stderr


def test_a_cell_that_a_named_page_does_not_show_is_found(here: Path, run: Run) -> None:
    write({"docs/page.md": PAGE, "snippets/page.py": CELL.format(12) + "\n# %% more\nx = 1\n"})
    assert "no page shows this cell" in run("check", "docs/page.md")[2]


def test_each_mistake_has_its_own_advice(here: Path, run: Run) -> None:
    pages = {f"docs/{n}.md": f"```python\n{code}\n```\n" for n, code in enumerate(ADVICE)}
    write(pages)
    _, _, told = run("check")
    problems = [problem for problem in told.split("\n\n") if problem.startswith("docs/")]
    assert len(problems) == len(ADVICE), told
    for problem, advice in zip(problems, ADVICE.values()):
        assert [text for text in ADVICE.values() if text in problem] == [advice], problem


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import matplotlib.pyplot as plt\nplt.plot([1, 2])", "The figure has no text alternative"),
        ("from gradbook import draw\ndraw(3)", "draw needs tensors"),
    ],
)
def test_a_figure_is_never_advised_to_fail(code: str, said: str, here: Path, run: Run) -> None:
    write({"docs/page.md": f"```python\n{code}\n```\n"})
    _, _, told = run("check")
    assert said in told and "raises-exception" not in told


def test_a_second_snippet_file_that_is_not_there_is_a_misspelt_first(here: Path, run: Run) -> None:
    twice = PAGE + PAGE.replace("page.py", "paeg.py")
    write({"docs/page.md": twice, "snippets/page.py": CELL.format(12)})
    fault = "no snippet file snippets/paeg.py; did you mean page.py?"
    assert f"docs/page.md:8\n  {fault}" in run("check")[2]


def test_other_pages_are_left_alone(here: Path, run: Run) -> None:
    wrong = "```python\nprint(1)\n# > 2\n```\n"
    write({"docs/a/page.md": wrong, "docs/b/page.md": wrong})
    assert run("update", "docs/b")[0] == 0
    assert Path("docs/a/page.md").read_text() == wrong
    assert Path("docs/b/page.md").read_text() == wrong.replace("# > 2", "# > 1")
    assert run("check", "docs/b")[0] == 0
    assert run("check", "docs/a", "docs/b")[0] == 1


def test_a_snippet_file_without_a_page_can_be_tried(here: Path, run: Run) -> None:
    write({"snippets/draft.py": CELL.format(13)})
    status, _, told = run("check", "snippets/draft.py")
    assert status == 1
    assert told.startswith("snippets/draft.py:2 (cell slope)\n  expected  13\n")
    assert run("update", "snippets/draft.py")[0] == 0
    assert run("check", "snippets/draft.py")[0] == 0
    # Without a path the whole project is checked, and a file without a page is a fault of it.
    told = "snippets/draft.py:1\n  no page embeds this snippet file\n\n1 problem.\n"
    assert run("check")[::2] == (1, told)


def test_what_is_not_run_is_listed_with_its_reason(here: Path, run: Run) -> None:
    write({"docs/page.md": '```python notest reason="needs a GPU"\nx.cuda()\n```\n'})
    said = "docs/page.md:1  not run: needs a GPU\n1 page, 0 cells: every output is as stated "
    assert run("check") == (0, f"{said}(0 ran, 0 from the cache).\n{BUILD}", "")


NOTHING = {
    "a path that is not there": ("check", "docs/nope.md"),
    "a folder without pages": ("check", "empty"),
    "a file that is no page": ("update", "mkdocs.yml"),
}


@pytest.mark.parametrize("what", NOTHING)
def test_what_is_not_there_is_no_success(what: str, here: Path, run: Run) -> None:
    Path("empty").mkdir()
    status, said, told = run(*NOTHING[what])
    assert (status, said) == (1, "")
    assert told.startswith(f"{NOTHING[what][1]}\n  no ")


def test_a_file_that_cannot_be_read_does_not_hide_in_a_folder(here: Path, run: Run) -> None:
    write({"docs/page.md": "# Page\n", "docs/part/good.md": "# Page\n"})
    Path("docs/part/bad.md").write_bytes(b"# Gr\xf6\xdfe\n")
    for word in ("check", "update"):
        status, _, told = run(word, "docs/part")
        assert status == 1
        assert told.startswith("docs/part/bad.md:1\n  not UTF-8: byte 0xf6\n")


def test_update_leaves_every_byte_that_is_not_an_expectation(here: Path, run: Run) -> None:
    """Byte order mark, Windows line ends, no newline at the end, mode: all as the author had it."""
    write({"docs/page.md": PAGE})
    path = Path("snippets/page.py")
    path.parent.mkdir()
    path.write_bytes(b"\xef\xbb\xbf# %% slope\r\n\r\nprint( 1 )   \r\n\t\r\nprint(2)")
    path.chmod(0o640)
    assert run("update")[0] == 0
    wanted = b"\xef\xbb\xbf# %% slope\r\n\r\nprint( 1 )   \r\n# > 1\r\n\t\r\nprint(2)\r\n# > 2"
    assert path.read_bytes() == wanted
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir("snippets") == ["page.py"]

    page = b"\xef\xbb\xbf2<!-- = 3 -->, 4<!-- = 4.5 -->\r\n\r\n5<!-- = 6 -->"
    Path("docs/page.md").write_bytes(page)
    assert run("update", "--prose", "docs/page.md")[0] == 0
    wanted = b"\xef\xbb\xbf3<!-- = 3 -->, 4.5<!-- = 4.5 -->\r\n\r\n6<!-- = 6 -->"
    assert Path("docs/page.md").read_bytes() == wanted


def test_update_touches_no_file_that_is_right(here: Path, run: Run) -> None:
    write({"docs/page.md": PAGE + "12<!-- = 12 -->\n", "snippets/page.py": CELL.format(12)})
    before = {path: path.stat().st_mtime_ns for path in here.rglob("p*.*")}
    assert run("update", "--prose")[0] == 0
    assert {path: path.stat().st_mtime_ns for path in here.rglob("p*.*")} == before


def test_a_file_that_cannot_be_written_is_told_and_stays(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device", str(target))

    write({"docs/page.md": PAGE, "snippets/page.py": CELL.format(13)})
    monkeypatch.setattr(os, "replace", no_space)
    status, _, told = run("update")
    assert status == 1
    assert told == f"{here / 'snippets' / 'page.py'}\n  No space left on device\n"
    assert Path("snippets/page.py").read_text() == CELL.format(13)


def test_an_error_of_the_system_without_a_file_is_told_in_its_own_words(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError("path too long")

    write({"docs/page.md": PAGE, "snippets/page.py": CELL.format(13)})
    monkeypatch.setattr(os, "replace", refused)
    assert run("update") == (1, "", "gradbook\n  path too long\n")


def test_what_differs_from_run_to_run_is_told_to_the_author(here: Path, run: Run) -> None:
    write({"docs/page.md": "```python\nimport time\ntime.perf_counter_ns()\n```\n"})
    status, _, told = run("update")
    assert status == 1
    assert told.startswith(
        "docs/page.md:3 (cell line_1)\n  not written, as another run differs\n  first     "
    )
    assert "# may vary" in told


def test_a_new_page_is_written_updated_and_checked(here: Path, run: Run) -> None:
    status, said, _ = run("new", "tutorial/first-steps", 'Why "slopes": {a} question')
    assert status == 0
    assert said.startswith("docs/tutorial/first-steps.md\nsnippets/tutorial/first_steps.py\n\n")
    page = Path("docs/tutorial/first-steps.md").read_text()
    assert page.startswith('---\ntitle: "Why \\"slopes\\": {a} question"\n')
    assert '\n# Why "slopes": {a} question\n' in page
    assert run("check")[0] == 1
    assert run("update", "snippets/tutorial/first_steps.py")[0] == 0
    assert "x.grad\n# > tensor(4.)\n" in Path("snippets/tutorial/first_steps.py").read_text()
    assert run("check")[0] == 0


@pytest.mark.parametrize(
    ("name", "title", "message"),
    [
        ("tutorial/taken", "Taken", "docs/tutorial/taken.md\n  this file exists already\n"),
        ("Tutorial/Page", "Page", "Tutorial/Page\n  a page is named like tutorial/one-step: a-z, "),
        ("../page", "Page", "../page\n  a page is named like tutorial/one-step: a-z, "),
        ("tutorial/page", " ", "tutorial/page\n  a page has a title\n"),
    ],
)
def test_a_new_page_that_cannot_be(
    name: str, title: str, message: str, here: Path, run: Run
) -> None:
    write({"docs/tutorial/taken.md": "# Taken\n"})
    before = everything()
    status, _, told = run("new", name, title)
    assert status == 1
    assert told.startswith(message)
    assert everything() == before


def test_a_new_page_needs_a_project(here: Path, run: Run) -> None:
    Path("mkdocs.yml").unlink()
    assert run("new", "tutorial/page", "Page")[0] == 1
    assert everything() == {}


@pytest.mark.parametrize("arguments", [[], ["chek"], ["check", "--prose"], ["new", "page"]])
def test_a_call_that_is_wrong_has_exit_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_as_a_command_of_its_own_from_a_folder_below(here: Path) -> None:
    """The real thing, once: a process, its exit status, and not one line of a traceback.

    With a fault of the text, so that no worker has to import torch.
    """
    write({"docs/page.md": PAGE, "snippets/page.py": CELL.format(12).replace("slope", "slopes")})
    command = [sys.executable, "-m", "gradbook", "check", "page.py"]
    done = subprocess.run(command, cwd="snippets", capture_output=True, text=True)
    fault = "docs/page.md:3\n  no cell 'slope' in snippets/page.py; did you mean slopes?"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{fault}\n\n1 problem.\n")


def test_explain_takes_a_traceback_on_standard_input(tmp_path: Path) -> None:
    """Anywhere, also where there is no project: the answer is in the package."""
    message = "element 0 of tensors does not require grad and does not have a grad_fn"
    pasted = f'Traceback (most recent call last):\n  File "train.py", line 3\nRuntimeError: {message}\n'
    explain = [sys.executable, "-m", "gradbook", "explain"]
    by_pipe = subprocess.run(explain, input=pasted, cwd=tmp_path, capture_output=True, text=True)
    by_word = subprocess.run([*explain, message], cwd=tmp_path, capture_output=True, text=True)
    assert (by_pipe.returncode, by_pipe.stdout) == (0, by_word.stdout)
    assert by_pipe.stdout.startswith("element … of tensors does not require grad")

    unknown = subprocess.run(explain, input="Segmentation fault", cwd=tmp_path, capture_output=True, text=True)
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr == "This is none of the messages that are known here.\n"


def test_explain_names_the_page_of_the_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    status, told, _ = run("explain", "Trying to backward through the graph a second time")
    assert status == 0
    [page] = re.findall(r"^  page +(docs/errors/\S+\.md)$", told.partition("\n\n")[0], re.M)
    assert "through the graph a second time" in Path(page).read_text("utf-8")

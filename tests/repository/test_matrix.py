"""`make matrix`: what it finds different, and says so; and that nothing of it stops the rest."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from built import ROOT
from case_files import page_of
from matrix_record import Record, read, recorded, sources
from matrix_report import report

from gradbook.project import Project
from gradbook.run.cache import ARITHMETIC

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SUM = "# %% sum\nx = {}\nx\n# > 2\n"
THIRD = "# %% third\n{}\n# > 0.333\n"
CLOCK = "# %% clock\nimport time\n\ntime.time()  # may vary\n"
DRAWN = """\
# %% drawn tags=["remove-cell"]
class Circle:
    def __repr__(self):
        return "a circle"

    def _repr_svg_(self):
        return "<svg><circle r='{}'/></svg>"

# %% circle
Circle()
# > a circle
"""

Make = Callable[..., Record]


@pytest.fixture
def record(project_in: Callable[..., Project], tmp_path: Path) -> Make:
    """Call it with a name, a kind and snippet files: a record of the project that these make."""

    def make(name: str, kind: str, /, **snippets: str) -> Record:
        files = {f"snippets/{page}.py": text for page, text in snippets.items()}
        files |= {f"docs/{page}.md": page_of(text, f"{page}.py") for page, text in snippets.items()}
        made = recorded(project_in(tmp_path / name, files), name, kind, {})
        release = "9.2" if name == "pinned" else name
        return replace(made, environment=made.environment | {"torch": release}, sources="")

    return make


@pytest.fixture
def pinned(record: Make) -> Record:
    snippets = {"sum": SUM.format("1 + 1"), "third": THIRD.format("1 / 3") + CLOCK}
    return record("pinned", "release", **snippets, drawn=DRAWN.format(3))


def test_an_output_that_is_not_as_stated_is_told_with_its_place(pinned: Record, record: Make):
    other = record("9.1", "release", sum=SUM.format("1 + 2"), third=THIRD.format("1 / 3"))
    text = report([pinned, other], NOON)
    assert "\n| 9.1 | 1 | 1 | 1 | 0 |\n| 9.2 (pinned) | 3 | 0 | 0 | 0 |\n" in text
    assert (
        "### docs/sum.md\n\n`snippets/sum.py:3`, cell `sum`: 9.1\n\n"
        "~~~~text\nexpected  2\ngot       3\n~~~~\n\n## With"
    ) in text


def test_one_difference_under_two_releases_is_told_once(pinned: Record, record: Make):
    others = [record(name, "release", sum=SUM.format("1 + 2")) for name in ("9.10", "9.9")]
    text = report([pinned, *others], NOON)
    assert text.count("`snippets/sum.py:3`, cell `sum`: 9.9, 9.10\n") == 1


def test_other_digits_are_told_even_where_they_are_as_stated(pinned: Record, record: Make):
    close = {"third": THIRD.format("0.33333334")}
    text = report([pinned, record("9.1", "release", **close)], NOON)
    assert "| 9.1 | 1 | 0 | 0 | 1 |\n" in text and "Every page prints what it states" in text
    assert "\n- `snippets/third.py:2`, cell `third`: 9.1\n" in text
    assert "No output has one other character." in text

    text = report([pinned, record("2 threads", "setting", **close)], NOON)
    row = next(line for line in text.splitlines() if line.startswith("| 2 threads"))
    assert row.endswith("| 1 |  | 1 | 0 |")  # threads, control, other outputs, not as stated
    assert (
        "### docs/third.md\n\n`snippets/third.py:2`, cell `third`: 2 threads\n\n"
        "~~~~text\npinned  0.3333333333333333\nhere    0.33333334\n~~~~\n"
    ) in text


def test_another_picture_is_told(pinned: Record, record: Make):
    text = report([pinned, record("2 threads", "setting", drawn=DRAWN.format(4))], NOON)
    assert "cell `circle`: 2 threads\n\n~~~~text\nthe picture\n~~~~\n" in text


def test_what_may_vary_is_left_out_and_counted(pinned: Record):
    assert pinned.varying == 1
    assert [output for output in pinned.outputs if output.cell == "clock" and output.text] == []
    assert "1 more, marked `# may vary`, are left out" in report([pinned], NOON)


def test_a_release_that_is_missing_is_one_line(pinned: Record):
    gone = Record("9.9", "release", missing="No matching distribution found for torch==9.9")
    text = report([pinned, gone], NOON)
    assert "| 9.9 | not run: No matching distribution found for torch==9.9 | | | |\n" in text


def test_a_record_of_other_pages_is_not_compared(pinned: Record, record: Make):
    stale = replace(record("9.1", "release", sum=SUM.format("1 + 2")), sources="of last week")
    text = report([pinned, stale], NOON)
    assert "| 9.1 | not run: the pages have changed since; run it again | | | |\n" in text
    assert "docs/sum.md" not in text


def test_the_pages_are_known_by_their_texts(project_in: Callable[..., Project], tmp_path: Path):
    files = {"docs/sum.md": page_of(SUM), "snippets/sum.py": SUM}
    changed = {"docs/sum.md": "# Sum\n", "snippets/sum.py": SUM.format("3")}
    ways = [files, *({**files, name: text} for name, text in changed.items())]
    folders = [tmp_path / str(number) for number in range(4)]
    made = [sources(project_in(folder, way)) for folder, way in zip(folders, [*ways, files])]
    assert len(set(made)) == 3 and made[0] == made[3]


def test_a_control_shows_that_a_setting_took_effect(pinned: Record):
    there = pinned.environment | {"softmax": "other bits", "sum": "other bits"}
    setting = replace(pinned, name="2 threads", kind="setting", environment=there)
    assert "| 2 threads | " in report([pinned, setting], NOON)
    assert " | 1 | sum, softmax | 0 | 0 |\n" in report([pinned, setting], NOON)


def test_without_the_pinned_release_there_is_no_comparison():
    gone = Record("pinned", "release", missing="no torch")
    assert "The pinned release has not run" in report([gone], NOON)


def test_a_torch_that_does_not_run_is_a_failure_and_no_thousand_differences(
    project_in: Callable[..., Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("matrix_record.PROBE", "```python\nimport torch_of_another_planet\n```\n")
    made = recorded(project_in(tmp_path, {}), "9.9", "release", {})
    assert made.missing == "ModuleNotFoundError: No module named 'torch_of_another_planet'"


def test_a_record_comes_back_as_it_was_saved(pinned: Record, tmp_path: Path):
    pinned.save(tmp_path / "matrix")
    assert read(tmp_path / "matrix" / "pinned.json") == pinned


def test_a_setting_reaches_the_programs(tmp_path: Path):
    """The real command: a process, with the variable that it is to take note of."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("```python\n1 + 1\n# > 2\n```\n")
    done = subprocess.run(
        [sys.executable, ROOT / "tests/matrix_record.py", "setting", "3 threads", "X=1"],
        cwd=tmp_path,
        env={**os.environ, "GRADBOOK_THREADS": "3"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "3 threads: 0 of 1 pages differ\n"), done.stderr
    made = read(tmp_path / "matrix" / "3-threads.json")
    assert (made.environment["threads"], made.settings) == ("3", {"X": "1"})


def test_what_the_settings_change_is_known_to_the_cache():
    settings = runpy.run_path(str(ROOT / "noxfile.py"))["SETTINGS"].values()
    assert {variable for variables in settings for variable in variables} <= set(ARITHMETIC)


def test_a_release_that_pip_does_not_find_does_not_stop_the_report(pinned: Record, tmp_path: Path):
    """The real session, with a pip that is kept from every index."""
    for name in (
        "noxfile.py",
        "requirements.txt",
        "tests/matrix_record.py",
        "tests/matrix_report.py",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    pinned.save(tmp_path / "matrix")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(
        [sys.executable, "-m", "nox", "-s", "release(torch='2.12.1')", "report"],
        cwd=tmp_path,
        env={**os.environ, **offline},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    said = (tmp_path / "matrix" / "report.md").read_text()
    assert "| 2.12.1 | not run: No matching distribution found for torch==2.12.1 |" in said

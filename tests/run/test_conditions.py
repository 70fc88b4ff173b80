"""What a program meets is what the table of conditions says, whatever Python and machine build the site."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gradbook.page.cells import Cell
from gradbook.run import conditions
from gradbook.run.executor import Executor

STATED = "\n".join(" ".join(row) for row in conditions.stated())


def printed(executor: Executor, code: str) -> str:
    run = executor.run([Cell("page", "page.py", 1, code)])
    assert run.fault is None
    return "".join(output.text for cell in run.cells for output in cell.outputs)


def check(root: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-m", "gradbook", "check"], cwd=root, capture_output=True, text=True,
        timeout=300, env={**os.environ, "GRADBOOK_CACHE": "off", **variables},
    )  # fmt: skip


def test_each_variable_that_a_program_has_is_in_the_table(executor: Executor) -> None:
    names = printed(executor, "import os\nprint(*os.environ)").split()
    assert "PATH" in names
    assert [name for name in names if not re.search(rf"\b{name}\b", STATED)] == []


def test_what_the_table_fixes_is_what_a_program_finds(executor: Executor) -> None:
    fixed = re.findall(r"^variable (\w+)=(.*)$", STATED, re.M)
    code = f"import os\nfor name in {[name for name, _ in fixed]}:\n    print(os.environ[name])"
    assert printed(executor, code).split() == [value for _, value in fixed]


def test_the_calls_in_the_table_have_been_made(executor: Executor) -> None:
    for name, value in re.findall(r"^call torch\.set_(\w+)\((.*)\)$", STATED, re.M):
        ask = {"num_threads": "get_num_threads", "warn_always": "is_warn_always_enabled"}[name]
        assert printed(executor, f"import torch\nprint(torch.{ask}())") == f"{value}\n"


@pytest.mark.parametrize("options", ["-O", "-OO", "-Werror", "-Xutf8=1", "-E", "-I", "-B -u -q"])
def test_options_of_the_python_that_builds_change_no_output(options: str, tmp_path: Path) -> None:
    code = [
        "import sys, warnings", "warnings.warn('careful')", "# > UserWarning: careful",
        "try:", "    assert False", "except AssertionError:", "    print('checked')", "# > checked",
        "print(open('a', 'w').encoding, sys.flags.hash_randomization, sys.warnoptions)", "# > UTF-8 0 []",
        "def f():", "    'Has a docstring.'", "f.__doc__", "# > 'Has a docstring.'",
    ]  # fmt: skip
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("\n".join(["```python", *code, "```", ""]))
    ran = check(tmp_path, *options.split())
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("place", ["", "docs", "snippets", "lib"])
def test_a_module_of_the_project_is_refused_with_one_message(place: str, tmp_path: Path) -> None:
    """Also where the machine's PYTHONPATH names its folder, or a spawned process looks for it."""
    for folder in ("docs", place):
        (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / place / "helper.py").write_text("X = 1\n")
    (tmp_path / "docs" / "page.md").write_text("```python\nimport helper\n```\n")
    ran = check(tmp_path, PYTHONPATH=os.pathsep.join([".", str(tmp_path / place)]))
    assert ran.returncode == 1
    assert ran.stderr.startswith("docs/page.md:2 (cell line_1)\n  expected  no exception\n")
    assert "No module named 'helper'\nA page can import what is installed, " in ran.stderr


def test_a_module_that_the_page_itself_writes_can_be_imported(executor: Executor) -> None:
    code = "open('helper.py', 'w').write('X = 7')\nimport helper\nprint(helper.X)"
    assert printed(executor, code).endswith("7\n")


def test_a_module_on_the_path_of_installed_packages_can_be_imported(tmp_path: Path) -> None:
    (tmp_path / "packages" / "other-1.0.dist-info").mkdir(parents=True)
    (tmp_path / "packages" / "other.py").write_text("X = 1\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("```python\nimport other\n```\n")
    ran = check(tmp_path, PYTHONPATH=str(tmp_path / "packages"))
    assert (ran.returncode, ran.stderr) == (0, "")


def test_processes_that_a_program_starts_find_no_module_of_the_project_either(
    tmp_path: Path,
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "helper.py").write_text("X = 1\n")
    code = [
        "import multiprocessing", "from importlib.util import find_spec", "",
        "with multiprocessing.get_context('spawn').Pool(1) as pool:",
        "    print(pool.apply(find_spec, ['helper']))", "# > None",
    ]  # fmt: skip
    text = "\n".join(["```python", *code, "```", ""])
    (tmp_path / "docs" / "page.md").write_text(text)
    ran = check(tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")

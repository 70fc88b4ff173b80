"""What holds for the repository as a whole: pins, workflows, README, what no file may say."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path
from pkgutil import resolve_name
from zipfile import ZipFile

import pytest
from built import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))

# Packages that no Python file imports by name, and the words that show their use.
USED_BY_NAME = {
    "brotli": ("src/gradbook/site/font.py", "woff2"),
    "expecttest": ("tests/operators.py", "common_methods_invocations"),
    "import-linter": ("pyproject.toml", "[tool.importlinter]"),
    "mkdocs-git-revision-date-localized-plugin": ("mkdocs.yml", "git-revision-date-localized:"),
    "mkdocs-jupyter": ("mkdocs.yml", "mkdocs-jupyter:"),
    "mkdocs-material": ("mkdocs.yml", "name: material"),
    "pymdown-extensions": ("mkdocs.yml", "- pymdownx."),
    "pytest-markdown-docs": ("pyproject.toml", "--markdown-docs"),
    "pytest-xdist": ("Makefile", "pytest -n auto"),
    "ruff": ("pyproject.toml", "[tool.ruff]"),
    "ziamath": ("src/gradbook/site/font.py", '"ziamath"'),
}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tree() -> Iterator[Path]:
    """The files of the repository: all but what .gitignore names."""
    patterns = [".git", *(line.rstrip("/") for line in text(".gitignore").split())]
    for folder, folders, files in os.walk(ROOT):
        # A pattern that begins with a slash is meant for the repository's own folder alone.
        here = [p.lstrip("/") for p in patterns if not p.startswith("/") or folder == str(ROOT)]
        for names in folders, files:
            names[:] = [name for name in names if not any(fnmatch(name, p) for p in here)]
        yield from (Path(folder, name) for name in files)


def pins() -> dict[str, str]:
    """The packages of requirements.txt with their versions."""
    lines = [line.partition("#")[0].strip() for line in text("requirements.txt").splitlines()]
    pairs = [line.partition("==") for line in lines if line]
    return {name.lower(): version for name, _, version in pairs}


def imports() -> set[str]:
    """The top-level modules that the code of the repository and of its pages imports."""
    in_page = re.compile(r"^ *(?:import|from) ([a-z]\w*)(?= import| as|\.|\n)", re.M)
    found = set()
    for path in tree():
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.partition(".")[0])
        elif path.is_relative_to(ROOT / "docs") and path.suffix == ".md":
            found |= set(in_page.findall(path.read_text(encoding="utf-8")))
    neighbors = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]
    own = {"gradbook"} | {path.stem for path in neighbors}
    return found - own - sys.stdlib_module_names


def imported_packages() -> set[str]:
    """The packages which those modules come from; one not installed stands for itself."""
    packages = packages_distributions()
    return {package.lower() for module in imports() for package in packages.get(module, [module])}


def test_every_package_is_pinned_to_one_version():
    for name, version in pins().items():
        assert re.fullmatch(r"\d+(\.\d+)+", version), f"{name} is not pinned exactly"
    assert pins()["torch"] == "2.13.0"


def test_every_pinned_package_is_used():
    unused = pins().keys() - imported_packages() - USED_BY_NAME.keys()
    assert not unused
    for file, words in USED_BY_NAME.values():
        assert words in text(file), f"{file} no longer says {words}"


def test_every_imported_package_is_pinned():
    built_with = tomllib.loads(text("pyproject.toml"))["build-system"]["requires"]
    assert imported_packages() <= pins().keys() | {name.split("==")[0] for name in built_with}


def test_entry_points_name_what_exists():
    for group in tomllib.loads(text("pyproject.toml"))["project"]["entry-points"].values():
        for target in group.values():
            assert resolve_name(target)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
class TestWorkflow:
    def test_actions_are_pinned_by_commit(self, workflow: Path):
        for line in re.findall(r"uses: (.*)", workflow.read_text(encoding="utf-8")):
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line

    def test_only_jobs_that_run_none_of_our_code_may_write(self, workflow: Path):
        head, _, jobs = workflow.read_text(encoding="utf-8").partition("\njobs:\n")
        assert "\npermissions: {}\n" in head
        for job in re.split(r"^  (?=\w+:$)", jobs, flags=re.M)[1:]:
            assert "timeout-minutes:" in job
            granted = set(re.findall(r"[\w-]+: write", job))
            if "checkout@" in job:
                assert "permissions:\n      contents: read\n    steps:" in job
                assert "persist-credentials: false" in job
            elif "run:" in job:
                assert granted == {"contents: write"} and "github.token" in job
                assert not re.search(r"\b(make|python3?|pip|sh|bash|source)\b", job)
            else:
                assert granted == {"pages: write", "id-token: write"}
            assert not granted or "if: github.event_name == 'push'" in job

    def test_no_secret_and_no_trigger_that_lends_one(self, workflow: Path):
        content = workflow.read_text(encoding="utf-8")
        assert "secrets." not in content and "pull_request_target" not in content
        assert "workflow_run" not in content and "concurrency:" in content

    def test_no_value_of_the_event_is_pasted_into_a_command(self, workflow: Path):
        for command in re.findall(r"run: (.*)", workflow.read_text(encoding="utf-8")):
            assert "${{" not in command


def test_readme_begins_with_the_two_commands():
    commands = re.search(r"```sh\n(.*?)```", text("README.md"), re.S)[1].splitlines()
    assert [line.split("#")[0].strip() for line in commands] == ["make serve", "make test"]


def test_readme_names_only_paths_that_exist():
    table = re.findall(r"^\| (`.*?`) \|", text("README.md"), re.M)
    paths = [path for row in table for path in re.findall(r"`(.+?)`", row)]
    links = re.findall(r"\]\(([^)#:]+)\)", text("README.md"))
    assert len(paths) > 8
    assert [path for path in paths + links if not (ROOT / path).exists()] == []


def test_no_file_names_a_machine_or_a_registry():
    """PyTorch's own address is for readers. The brackets keep this file from finding itself."""
    machine = rb"(?<![\w.~-])/(?:work|root|opt|home|tmp)/"
    registry = rb"pypi\.org/simple|python[h]osted|registry\.npmjs|deb\.debian"
    option = rb"trusted-hos[t]|find-link[s]|index-ur[l] (?!https://download\.pytorch\.org/whl/cpu\b)"
    forbidden = re.compile(b"|".join((machine, registry, option)))
    for path in tree():
        found = forbidden.search(path.read_bytes())
        assert not found, f"{path.relative_to(ROOT)} says {found[0].decode()}"


def test_code_that_readers_see_keeps_to_72_columns():
    wide = []
    for path in sorted((ROOT / "snippets").rglob("*.py")):
        shown = True
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("# %%"):
                shown = not re.search("hide-input|remove-cell", line)
            elif shown and not line.startswith("# >") and len(line) > 72:
                wide.append(f"{path.relative_to(ROOT)}:{number}")
    assert wide == []


def test_ruff_finds_nothing():
    ruff = [sys.executable, "-m", "ruff", "check", "--output-format=concise"]
    done = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


def test_the_picture_of_the_readme_is_there_in_both_palettes_and_small():
    """`make picture` renews it."""
    named = re.findall(r'(?:src|srcset)="(.*?)"', (ROOT / "README.md").read_text("utf-8"))
    assert len(named) == 2
    images = [(ROOT / name).read_bytes() for name in named]
    assert all(image.startswith(b"\x89PNG") and len(image) < 200_000 for image in images)
    assert images[0] != images[1]


def test_an_installed_package_has_each_file_of_the_package(tmp_path: Path) -> None:
    """As `pip install ./gradbook` takes it along: data files too, of which an editable install would hide a lack."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "setup.py", "requirements.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    make = "from setuptools.build_meta import build_wheel; print(build_wheel('wheel'))"
    subprocess.run([sys.executable, "-c", make], cwd=tmp_path, check=True, capture_output=True)
    [wheel] = (tmp_path / "wheel").glob("*.whl")
    packed = {name for name in ZipFile(wheel).namelist() if name.startswith("gradbook/")}
    files = {path.relative_to(tmp_path / "src").as_posix() for path in (tmp_path / "src").rglob("*") if path.is_file()}
    assert {name for name in files if ".egg-info/" not in name} == packed


@pytest.mark.parametrize("version", [(3, 11, 4), (3, 15, 0), (3, 9, 7)])
def test_pip_is_told_at_once_which_python_is_needed(version: tuple[int, int, int]) -> None:
    """By setup.py, which pip runs before it looks for any package."""
    run = f"import sys; sys.version_info = {version}; sys.argv[1:] = ['--name']; exec(open('setup.py').read())"
    done = subprocess.run([sys.executable, "-c", run], cwd=ROOT, capture_output=True, text=True)
    needed = f"Gradbook needs Python 3.11.5 to 3.14, and this is {'.'.join(map(str, version))}.\n"
    assert (done.returncode, done.stderr) == (1, needed)


def test_all_places_name_the_same_pythons() -> None:
    assert tomllib.loads(text("pyproject.toml"))["project"]["requires-python"] == ">=3.11.5,<3.15"
    for name in ("setup.py", ".ci/venv"):
        assert "(3, 11, 5) <= sys.version_info[:3] < (3, 15)" in text(name)
    assert all("Python 3.11.5 to 3.14" in text(name) for name in ("setup.py", ".ci/venv", "README.md"))

"""What all tests share: one executor, so that torch is imported once; the real site; a browser; tiny projects."""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import chromium, served
from built import ROOT, site
from playwright.sync_api import Browser
from surveys import COMPLETE, SEED, tenth

from gradbook.project import Project, project_at
from gradbook.run.cache import Cache
from gradbook.run.executor import Executor
from gradbook.run.fork import expect

Files = dict[str, str | bytes]
# Names the folder that all processes of one run of the tests share.
FOLDER = "GRADBOOK_TESTS"


def pytest_configure(config: pytest.Config) -> None:
    """Let the pages of this repository be run once in the whole run, whichever process asks for them."""
    if FOLDER not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="gradbook-tests-")
        os.environ[FOLDER] = folder.name
        config.add_cleanup(folder.cleanup)
        config.add_cleanup(lambda: os.environ.pop(FOLDER))
    # As where the environment is active: what a person types is `python -m gradbook`.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    config.addinivalue_line(
        "markers", "survey(share): a case of a survey, and for how many it stands"
    )
    os.environ.setdefault(SEED, str(random.randrange(10**6)))
    executor = Executor(Cache(Path(os.environ[FOLDER], "runs")))
    config.add_cleanup(executor.close)
    project_at(ROOT).executor = executor
    if "PYTEST_XDIST_WORKER" in os.environ:  # it will meet most kinds of pages
        expect(path.read_text("utf-8") for path in (ROOT / "snippets").rglob("*.py"))


def again() -> str:
    """How to try the same part of the surveys again, and how to try all."""
    return f"chosen by {SEED}={os.environ[SEED]}; all with CI=1"


def pytest_report_header() -> str:
    """Say how much the surveys will try."""
    return "Surveys: " + ("all, as CI is set" if COMPLETE else f"a tenth, {again()}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Count a case of a survey, and for how many it stands."""
    if mark := item.get_closest_marker("survey"):
        item.user_properties.append(("tried", (1, *mark.args)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much the surveys have tried, and how to try the same again."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    counts = [
        dict(report.user_properties).get("tried") for report in reports if report.when == "call"
    ]
    if tried := [count for count in counts if count]:
        some, all_ = map(sum, zip(*tried))
        which = "" if COMPLETE else f": {again()}"
        terminalreporter.write_line(f"Surveys tried {some:,} of {round(all_):,}{which}")


@pytest.fixture
def survey_seed(request: pytest.FixtureRequest) -> str:
    """What a tenth is chosen by; empty for all."""
    return "" if COMPLETE else f"{os.environ[SEED]} {request.node.name}"


@pytest.fixture
def tell_tried(record_property: Callable[[str, object], None]) -> Callable[[int, int], None]:
    """Call it with how many changes were tried, of how many."""
    return lambda some, all_: record_property("tried", (some, all_))


@pytest.fixture
def sample(survey_seed: str, tell_tried: Callable[[int, int], None]) -> Callable[[list], list]:
    """Call it with all changes: those to try, all in CI and a tenth elsewhere."""

    def sample(changes: list) -> list:
        chosen = tenth(changes, survey_seed) if survey_seed else changes
        tell_tried(len(chosen), len(changes))
        return chosen

    return sample


@pytest.fixture(scope="session")
def real() -> Project:
    """The project of this repository."""
    return project_at(ROOT)


@pytest.fixture(scope="session")
def executor(real: Project) -> Executor:
    return real.executor


@pytest.fixture(scope="session")
def built_site() -> Path:
    """The site of this repository, built strictly once in the whole run."""
    return site(Path(os.environ[FOLDER]), "site")


@pytest.fixture(scope="session")
def offline_site() -> Path:
    """The copy of it to read from disk."""
    return site(Path(os.environ[FOLDER]), "offline", "--config-file", "mkdocs-offline.yml")


@pytest.fixture(scope="session")
def home(built_site: Path) -> Iterator[str]:
    """The address of the site, served."""
    with served(built_site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def project_in(executor: Executor) -> Callable[[Path, Files], Project]:
    """Call it with a folder and files: a project with a mkdocs.yml, run by the shared executor."""

    def make(folder: Path, files: Files) -> Project:
        for name, content in {"mkdocs.yml": "", **files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Project(folder, executor=executor)

    return make

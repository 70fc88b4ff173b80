"""What all tests share: one executor, so that torch is imported once, and tiny projects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gradbook.project import Project
from gradbook.run.executor import Executor

Files = dict[str, str | bytes]


@pytest.fixture(scope="session")
def executor() -> Iterator[Executor]:
    executor = Executor()
    yield executor
    executor.close()


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

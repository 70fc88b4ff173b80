"""Records: what all pages print in one environment, and what of it is not as stated.

noxfile.py (`make matrix`) runs these commands; each writes a record into the folder matrix/.

    python tests/matrix_record.py release NAME                       the pages, under this torch
    python tests/matrix_record.py setting NAME [VARIABLE=VALUE ...]  the pages, in other settings
    python tests/matrix_record.py missing NAME LOG                   why pip could not install it
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path

from gradbook.compare.verify import printed
from gradbook.errors import Problem
from gradbook.page.cells import Cell
from gradbook.page.pages import Page, load
from gradbook.project import Project
from gradbook.run.outputs import CellRun

FOLDER = Path("matrix")
PACKAGES = ("numpy", "matplotlib", "sympy", "igraph")
# Asks torch, where the snippets run, for its version and for calculations that are long enough to
# depend on threads and kernels.
PROBE = """\
```python
import hashlib, json, torch

x = torch.sin(torch.arange(1_000_000) * 0.1)
square = x[:360_000].view(600, 600)
control = {
    "sum": x.sum(),
    "softmax": torch.softmax(x, 0),
    "product": square @ square,
    "convolution": torch.conv2d(x[:32_768].view(1, 8, 64, 64), x[:1152].view(16, 8, 3, 3)),
    "NumPy's product": torch.tensor(square.numpy() @ square.numpy()),
}
print(json.dumps({
    "torch": torch.__version__,
    "kernels": torch.backends.cpu.get_cpu_capability(),
    "threads": str(torch.get_num_threads()),
    **{name: hashlib.sha256(c.numpy().tobytes()).hexdigest() for name, c in control.items()},
}))
```
"""
CONTROL = ("sum", "softmax", "product", "convolution", "NumPy's product")


@dataclass(frozen=True)
class Entry:
    """What a statement of a page printed, or what is wrong with that; `number` counts them all."""

    page: str
    number: int
    file: str
    line: int
    cell: str
    text: str
    picture: str = ""  # the hash of what a display has beside its text


@dataclass
class Record:
    """One run of all pages: in which environment, what was printed and what is not as stated."""

    name: str
    kind: str  # release or setting
    settings: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    sources: str = ""  # the hash of the pages and snippet files
    pages: list[str] = field(default_factory=list)
    outputs: list[Entry] = field(default_factory=list)
    problems: list[Entry] = field(default_factory=list)
    varying: int = 0  # statements marked `# may vary`, whose outputs are left out
    seconds: float = 0
    missing: str = ""  # why there is nothing else

    @property
    def label(self) -> str:
        """The release that answered, or the setting's name."""
        return self.environment.get("torch", self.name) if self.kind == "release" else self.name

    @property
    def differing(self) -> set[str]:
        """The pages that state something else than what came."""
        return {problem.page for problem in self.problems}

    def save(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        name = re.sub(r"[^\w.]+", "-", self.name)
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> Record:
    raw = json.loads(path.read_text(encoding="utf-8"))
    for entries in ("outputs", "problems"):
        raw[entries] = [Entry(**entry) for entry in raw[entries]]
    return Record(**raw)


def recorded(project: Project, name: str, kind: str, settings: dict[str, str]) -> Record:
    """Run all pages of a project, and write down what came."""
    record = Record(name, kind, settings)
    try:
        record.environment = environment(project)
    except RuntimeError as error:
        record.missing = str(error)
        return record
    record.sources = sources(project)
    start = time.monotonic()
    pages, unreadable = project.pages()
    project.start_all(pages)
    for page in pages:
        record.pages.append(page.path)
        record.outputs += outputs(project, page)
        record.problems += [entry(page.path, problem) for problem in project.page_problems(page)]
    record.problems += [entry(problem.at[0].path, problem) for problem in unreadable]
    record.varying = sum(s.varies for page in pages for cell in page.cells for s in cell.statements)
    record.seconds = round(time.monotonic() - start, 1)
    return record


def environment(project: Project) -> dict[str, str]:
    """Machine and versions; torch is asked where the snippets run. RuntimeError if it cannot run."""
    run = project.executor.run(load(PROBE, "docs/probe.md", project.root).steps)
    text = "".join(output.text for cell in run.cells for output in cell.outputs).strip()
    if run.fault or not text.startswith("{"):
        raise RuntimeError(run.fault.reason if run.fault else text.splitlines()[-1])
    found = {"python": platform.python_version(), "system": platform.platform(), "cpu": _cpu()}
    found["cores"] = str(os.cpu_count())
    return found | {name: metadata.version(name) for name in PACKAGES} | json.loads(text)


def sources(project: Project) -> str:
    """The hash of all that the outputs are stated by."""
    files = [*project.page_files(), *sorted(project.snippets.rglob("*.py"))]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def _cpu() -> str:
    try:
        names = re.findall(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def outputs(project: Project, page: Page) -> Iterator[Entry]:
    """The exact text at each statement of the page's program, also where nothing was printed."""
    _, verified = project.verify(page)
    number = 0
    for step in page.steps:
        done = verified[step].done or CellRun()
        varies = [s.varies for s in step.statements] if isinstance(step, Cell) else [False]
        for statement, differs in enumerate(varies):
            number += 1
            if not differs:
                at = step.location(statement)
                text = "\n".join(printed(done, statement))
                own = [o.data for o in done.outputs if o.statement == statement]
                drawn = json.dumps([data for data in own if data], sort_keys=True)
                picture = hashlib.sha256(drawn.encode()).hexdigest() if any(own) else ""
                yield Entry(page.path, number, at.path, at.line, at.cell, text, picture)


def entry(page: str, problem: Problem) -> Entry:
    at = problem.at[-1]
    return Entry(page, 0, at.path, at.line, at.cell, problem.message)


def reason(log: Path) -> str:
    """The last error in pip's log, as one line."""
    errors = re.findall(r"\bERROR: (.*)", log.read_text(encoding="utf-8", errors="replace"))
    return errors[-1] if errors else "pip failed without a word"


def main(command: str, name: str, *arguments: str) -> int:
    """Exit status 1 if the pages could not be run at all; differences are none of its business."""
    if command == "missing":
        record = Record(name, "release", missing=reason(Path(arguments[0])))
        record.save(FOLDER)
        return 0
    settings = dict(argument.split("=", 1) for argument in arguments)
    record = recorded(Project(Path.cwd()), name, command, settings)
    record.save(FOLDER)
    print(f"{record.label}: {record.missing or f'{len(record.differing)} of {len(record.pages)} pages differ'}")
    return bool(record.missing)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

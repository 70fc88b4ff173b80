"""What this engine costs beside its peers and beside the limit, on the same lessons, in one run.

    python benchmarks/peers.py [LESSONS] [RUNS] [--write]

Wall and CPU seconds of whole commands, and the largest memory of all their processes together. The tools take turns;
medians, but of mkdocs-jupyter one run: it starts a kernel for each lesson. The limit is one import of torch, the
snippets' own time spread over the cores, and the build of the same site with nothing to run. `--write` puts the
figures into the page "What checking costs", whose sentences are then computed from them.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from build import serve_edit
from lessons import write_others, write_ours

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "snippets/speed.py"
PACKAGES = ("torch", "mkdocs", "mkdocs-material", "mkdocs-jupyter", "markdown-exec")
Row = dict[str, float]


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    count, runs = (*numbers, 40, 3)[:2] if len(numbers) < 2 else numbers
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: what a command leaves behind is waited for, and counted
    with tempfile.TemporaryDirectory() as name:
        rows = measure(Path(name), count, runs)
    measured = {
        "lessons": count,
        "cores": os.cpu_count(),
        "date": f"{date.today()}",
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "versions": {package: version(package).partition("+")[0] for package in PACKAGES},
        "seconds": rows,
    }
    report(measured)
    if "--write" in sys.argv:
        put_into_page(measured)


def put_into_page(measured: dict) -> None:
    """Replace the data of the page; its outputs and the numbers in its sentences follow from them."""
    text = json.dumps(measured, indent=4)
    rows = re.sub(r'{\s+("wall".*?)\s+}', lambda row: f"{{{' '.join(row[1].split())}}}", text, flags=re.S)
    cell = f"# %% measured\nmeasured = {rows}\n"
    old = PAGE.read_text()
    PAGE.write_text(re.sub(r"# %% measured\n.*?(?=\n# %% )", lambda _: cell, old, flags=re.S))
    for command in (["update", "--prose"], ["check"]):
        subprocess.run([sys.executable, "-m", "gradbook", *command, str(PAGE)], cwd=ROOT, check=True)


def measure(folder: Path, count: int, runs: int) -> dict[str, Row]:
    """The rows of the table, by name."""
    ours = folder / "ours"
    write_ours(ours, count)
    write_others(ours, folder)
    build = [sys.executable, "-m", "mkdocs", "build", "-q"]

    def fresh() -> None:
        shutil.rmtree(ours / ".cache", ignore_errors=True)

    torch = [sys.executable, "-c", "import torch, os; os._exit(0)"]
    actions: dict[str, Callable[[], Row]] = {
        "import torch": lambda: run(torch, folder),
        "snippets": lambda: run([sys.executable, __file__, "--programs", str(ours)], folder),
        "plain": lambda: run(build, folder / "plain"),
        "gradbook": lambda: (fresh(), run(build, ours))[1],
        "gradbook again": lambda: run(build, ours),
        "markdown-exec": lambda: run(build, folder / "markdown-exec"),
    }
    found: dict[str, list[Row]] = {name: [] for name in actions}
    for action in actions.values():
        action()  # bytecode and file caches
    for _ in range(runs):
        for name, action in actions.items():
            found[name].append(action())
    rows = {name: medians(several) for name, several in found.items()}
    for name, project in (("plain edit", folder / "plain"), ("gradbook edit", ours)):
        page = "part_00/lesson_0000"
        times = [serve_edit(project, page, "torch.tensor(2.0") for _ in range(runs)]
        rows[name] = {"wall": round(statistics.median(times), 2)}
    rows["mkdocs-jupyter"] = run(build, folder / "jupyter")
    return rows


def report(measured: dict) -> None:
    """Print the figures and the ratios that were promised."""
    rows, cores = measured["seconds"], measured["cores"]
    print(f"{measured['lessons']} lessons on {cores} cores, {measured['machine']}, {measured['versions']}")
    for name, row in rows.items():
        print(f"  {name:16}" + "  ".join(f"{unit} {value:8.2f}" for unit, value in row.items()))
    own = max(rows["snippets"]["wall"] - rows["import torch"]["wall"], 0)
    limit = rows["import torch"]["wall"] + own / cores + rows["plain"]["wall"]
    cold, jupyter = rows["gradbook"], rows["mkdocs-jupyter"]
    for what, ratio, goal in (
        ("cold build / limit", cold["wall"] / limit, "at most 1.25"),
        ("mkdocs-jupyter's CPU / ours", jupyter["cpu"] / cold["cpu"], "at least 30"),
        ("markdown-exec's wall / ours", rows["markdown-exec"]["wall"] / cold["wall"], "over 1"),
        ("unchanged rebuild / plain", rows["gradbook again"]["wall"] / rows["plain"]["wall"], "at most 1.1"),
        ("served edit / plain", rows["gradbook edit"]["wall"] / rows["plain edit"]["wall"], "at most 1.5"),
        ("memory / mkdocs-jupyter's", cold["memory"] / jupyter["memory"], "at most 1"),
    ):
        print(f"  {what:30}{ratio:7.2f}   goal: {goal}")


def run(command: list[str], folder: Path) -> Row:
    """Wall and CPU seconds of a command with all its processes, and their largest memory together in MiB."""
    before = used()
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    memory = [0.0]
    watch = threading.Thread(target=sample, args=(process, memory))
    watch.start()
    status = process.wait()
    wall = time.perf_counter() - start
    watch.join()
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    if status:
        raise SystemExit(f"{' '.join(command)} in {folder} ended with {status}")
    return {"wall": round(wall, 2), "cpu": round(used() - before, 2), "memory": round(memory[0])}


def environment() -> dict[str, str]:
    return {**os.environ, "CI": "", "NO_MKDOCS_2_WARNING": "1", "MPLBACKEND": "Agg"}


def used() -> float:
    """CPU seconds of all children that were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def sample(process: subprocess.Popen, memory: list[float]) -> None:
    """Note the largest sum of proportional set sizes below this process, five times a second."""
    while process.poll() is None:
        parents = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # ended meanwhile
        below = {os.getpid()}
        while more := {pid for pid, parent in parents.items() if parent in below} - below:
            below |= more
        memory[0] = max(memory[0], sum(map(proportional, below - {os.getpid()})))
        time.sleep(0.2)


def proportional(pid: int) -> float:
    """A process's proportional set size in MiB."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) / 1024


def medians(rows: list[Row]) -> Row:
    return {unit: round(statistics.median(row[unit] for row in rows), 2) for unit in rows[0]}


def run_programs(folder: Path) -> None:
    """All programs in this one process, nothing captured or compared: what the snippets themselves take."""
    from gradbook.project import Project

    project = Project(folder)
    import matplotlib.pyplot as plt
    import torch  # noqa: F401

    for path in project.page_files():
        page, names = project.page(path), {"__name__": "__main__"}
        for step in page.steps:
            try:
                exec(compile(step.source, step.path, "exec"), names)
            except RuntimeError:
                assert "raises-exception" in step.tags
        for number in plt.get_fignums():
            plt.figure(number).savefig(os.devnull, format="svg")
        plt.close("all")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--programs"]:
        run_programs(Path(sys.argv[2]))
    else:
        main()

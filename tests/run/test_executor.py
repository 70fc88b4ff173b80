"""Workers: what a program sees of the world, in which order its outputs come back, and what is run again."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gradbook.page.pages import Page, load
from gradbook.run.cache import Cache
from gradbook.run.executor import Executor
from gradbook.run.namespace import ends_in_semicolon
from gradbook.run.outputs import Run


def page_of(*cells: str) -> Page:
    return load("".join(f"```python\n{cell}\n```\n\n" for cell in cells), "docs/page.md", Path())


def outputs(run: Run) -> list[tuple[str, str]]:
    return [(output.kind, output.text) for cell in run.cells for output in cell.outputs]


def test_cells_share_one_namespace_and_the_last_expression_is_displayed(executor: Executor) -> None:
    run = executor.run(page_of("x = 20", "x += 1\nx * 2").steps)
    assert outputs(run) == [("display", "42")]


def test_what_a_notebook_does_not_display(executor: Executor) -> None:
    """Not None, not an expression in mid-cell, not one that ends in a semicolon."""
    assert outputs(executor.run(page_of("1\nNone", "2;", "3\nx = 4").steps)) == []


def test_streams_keep_their_order_whoever_writes(executor: Executor) -> None:
    code = """
import os, sys, warnings
print("python")
print("error", file=sys.stderr)
os.write(1, b"descriptor\\n")
child = os.system("echo child")
warnings.warn("careful")
print("last")
"""
    kinds = outputs(executor.run(page_of(code.strip()).steps))
    assert [text for _, text in kinds] == [
        "python\n", "error\n", "descriptor\n", "child\n", "UserWarning: careful\n", "last\n",
    ]  # fmt: skip
    assert [kind for kind, _ in kinds] == ["stdout", "stderr", "stdout", "stdout", "warning", "stdout"]


def test_a_page_cannot_see_that_the_server_was_warmed_up(executor: Executor) -> None:
    """It has printed a tensor and drawn a figure, without garbage collection; a program starts as anywhere."""
    code = "import gc, matplotlib.pyplot as plt\nprint(gc.isenabled(), gc.get_threshold(), plt.get_fignums())"
    usual = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert outputs(executor.run(page_of(code).steps)) == [("stdout", usual.stdout)]


def test_a_page_cannot_see_what_another_page_did(executor: Executor) -> None:
    changed = page_of("import torch\ntorch.set_default_dtype(torch.float64)\ntorch.tensor(1.0).dtype")
    after = page_of("import torch\ntorch.tensor(1.0).dtype")
    assert outputs(executor.run(changed.steps)) == [("display", "torch.float64")]
    assert outputs(executor.run(after.steps)) == [("display", "torch.float32")]


def test_the_program_is_main(executor: Executor) -> None:
    code = "import pickle\nclass Point:\n    pass\nprint(__name__, type(pickle.loads(pickle.dumps(Point()))))"
    assert outputs(executor.run(page_of(code).steps)) == [("stdout", "__main__ <class '__main__.Point'>\n")]


def test_its_own_source_can_be_read(executor: Executor) -> None:
    code = "import inspect\ndef f(x):\n    return 2 * x  # twice\nprint(inspect.getsource(f), end='')"
    assert outputs(executor.run(page_of(code).steps)) == [
        ("stdout", "def f(x):\n    return 2 * x  # twice\n")
    ]


def test_a_future_import_reaches_later_statements(executor: Executor) -> None:
    code = "from __future__ import annotations\ndef f(x: Undefined):\n    pass\nf.__annotations__['x']"
    assert outputs(executor.run(page_of(code).steps)) == [("display", "'Undefined'")]


def test_a_future_import_reaches_later_cells_and_what_they_compile(executor: Executor) -> None:
    code = "exec('def f(x: Undefined): pass')\nf.__annotations__['x']"
    run = executor.run(page_of("from __future__ import annotations", code).steps)
    assert outputs(run) == [("display", "'Undefined'")]


@pytest.mark.parametrize("what", ["cube", "Shape", "Shape.area", "square"])
def test_the_source_of_an_earlier_cell_can_be_read(what: str, executor: Executor) -> None:
    sources = {
        "cube": "def cube(x):\n    return x**3  # by itself\n",
        "Shape": "class Shape:\n    sides = 4\n\n    def area(self):\n        return 1\n",
        "Shape.area": "    def area(self):\n        return 1\n",
        "square": "square = lambda x: x**2\n",
    }
    cells = [sources["cube"], sources["Shape"] + "\n" + sources["square"], "x = 3"]
    last = f"import inspect\nprint(inspect.getsource({what}).rstrip())"
    run = executor.run(page_of(*cells, last).steps)
    assert outputs(run) == [("stdout", sources[what].rstrip() + "\n")]


def test_a_program_does_not_know_where_its_file_lies(executor: Executor) -> None:
    """`__file__` is no name, as in a notebook; who finds one all the same prints the page's."""
    meant = '# %% meant tags=["raises-exception"]\n__file__'
    code = "import inspect, sys\nclass A: pass\nprint(inspect.getfile(A), sys.modules['__main__'])"
    assert outputs(executor.run(page_of(meant, code).steps)) == [
        ("error", "NameError: name '__file__' is not defined\n"),
        ("stdout", "docs/page.md <module '__main__'>\n"),
    ]


SILENT = ["x;", "x;  # quiet", "x; # a\n# b;", "(\n    x\n);", "x;\n\n", "'a;';"]
SHOWN = ["x  # a;", "'a;'", "x\n# b;", "f'{x};'", "(x\n  # ;\n)"]


@pytest.mark.parametrize("code", SILENT + SHOWN)
def test_a_semicolon_silences_where_it_is_the_last_of_the_code(code: str) -> None:
    assert ends_in_semicolon(code) is (code in SILENT)


def test_torch_warns_each_time(executor: Executor) -> None:
    """A warning that torch gives once per process would depend on what ran before."""
    code = "import torch\nx = torch.ones(1, requires_grad=True)\na = float(x)\nb = float(x)"
    twice = outputs(executor.run(page_of(code).steps))
    assert [kind for kind, _ in twice] == ["warning"] * 2


DISPLAYS = {
    "an object that answers for every name": (
        "def __getattr__(self, name):\n        return lambda: 'made up ' + name", []),
    "a method that fails": ("def _repr_html_(self):\n        raise RuntimeError", []),
    "a method that says nothing": ("def _repr_html_(self):\n        return None", []),
    "no method": ("_repr_html_ = None", []),
    "a method that no instance has": (
        "def __init__(self):\n        self._repr_html_ = lambda: 'of its own'", []),
    "bytes where text is wanted": ("def _repr_html_(self):\n        return b'<b>'", []),
    "an image": ("def _repr_png_(self):\n        return b'an image'", [("image/png", "YW4gaW1hZ2U=")]),
    "an image with its size": (
        "def _repr_jpeg_(self):\n        return b'an image', {'width': 3}", [("image/jpeg", "YW4gaW1hZ2U=")]),
    "a bundle": (
        "def _repr_mimebundle_(self, include=None, exclude=None):\n"
        "        return {'text/html': 'rich', 'text/plain': 'poor', 'application/x-own': 'odd'}",
        [("text/html", "rich")]),
    "a bundle with metadata": (
        "def _repr_mimebundle_(self, **_):\n        return {'text/markdown': '*rich*'}, {}",
        [("text/markdown", "*rich*")]),
    "a bundle before a method": (
        "def _repr_mimebundle_(self, **_):\n        return {'text/html': 'bundle'}\n"
        "    def _repr_html_(self):\n        return 'method'", [("text/html", "bundle")]),
}  # fmt: skip


@pytest.mark.parametrize("what", DISPLAYS)
def test_the_forms_of_a_value(what: str, executor: Executor) -> None:
    """Those that its class has, and that do not fail; what is stated is its repr."""
    method, data = DISPLAYS[what]
    code = f"class A:\n    {method}\n    def __repr__(self):\n        return 'an A'\nA()"
    run = executor.run(page_of(code).steps)
    (output,) = run.cells[0].outputs
    assert run.fault is None
    assert (output.kind, output.text) == ("display", "an A")
    assert sorted(output.data.items()) == data


LATE = "import threading, time\ndef work(go):\n    go.wait()\n    print('late')\ngo = threading.Event()\n"
START = "threading.Thread(target=work, args=[go]).start()"


def test_output_of_a_thread_belongs_to_the_cell_that_started_it(executor: Executor) -> None:
    """Also that of a thread which a thread starts, and of one that ends after the last cell."""
    nested = f"def start():\n    {START}\nthread = threading.Thread(target=start)\nthread.start()\nthread.join()"
    for start in (START, nested):
        steps = page_of(LATE + start, "print('next')", "go.set()").steps
        first, second, third = executor.run(steps).cells
        assert [output.text for output in first.outputs] == ["late\n"]
        assert [output.text for output in second.outputs] == ["next\n"]
        assert third.outputs == []


def test_an_exception_stays_the_last_of_its_cell(executor: Executor) -> None:
    meant = f'# %% meant tags=["raises-exception"]\n{LATE}{START}\n1 / 0'
    first, _ = executor.run(page_of(meant, "go.set()").steps).cells
    assert [output.kind for output in first.outputs] == ["stdout", "error"]


def test_where_output_of_threads_stands_is_no_chance(executor: Executor) -> None:
    """It arrives at the start or at the join, and is noted at the next output of the cell."""
    code = "\nthread = threading.Thread(target=work, args=[go])\nthread.start()\n{}\nthread.join()\nprint('main')"
    early = "go.set()\nthread.join()\nx = 1"
    for between in (early, "x = 1\ngo.set()\nx = 2"):
        (cell,) = executor.run(page_of(LATE + code.format(between)).steps).cells
        last = cell.started - 1
        assert [(o.text, o.statement, o.loose) for o in cell.outputs] == [
            ("late\n", last, True), ("main\n", last, False),
        ]  # fmt: skip


def test_where_output_of_a_threads_children_stands_is_no_chance(executor: Executor) -> None:
    """The thread may have ended with the statement that starts it."""
    start = "thread = threading.Thread(target=os.system, args=['echo child'])\n{}\nx = 1"
    at_once = "def both():\n    thread.start()\n    thread.join()\nboth()"
    for run_it in ("thread.start()\nthread.join()", at_once):
        code = "import os, threading\n" + start.format(run_it)
        (cell,) = executor.run(page_of(code).steps).cells
        assert [(o.text, o.statement, o.loose) for o in cell.outputs] == [
            ("child\n", cell.started - 1, True)
        ]


def test_a_signals_handler_may_print(executor: Executor) -> None:
    """Also where it comes in the middle of a print: each line is there once."""
    code = """
import signal
def handle(*_):
    print("handler")
    signal.setitimer(signal.ITIMER_REAL, 0.001)
handler = signal.signal(signal.SIGALRM, handle)
old = signal.setitimer(signal.ITIMER_REAL, 0.001)
for n in range(20_000):
    print(f"main {n}")
old = signal.setitimer(signal.ITIMER_REAL, 0)
"""
    (cell,) = executor.run(page_of(code.strip()).steps).cells
    text = "".join(output.text for output in cell.outputs)
    assert "handler" in text
    assert re.sub("handler|\n", "", text) == "".join(f"main {n}" for n in range(20_000))


def test_a_program_ends_as_python_ends(executor: Executor) -> None:
    """What is printed, and in which order, after the last line: threads, then functions of atexit, last ones first."""
    code = """
import atexit, logging, threading, weakref
from concurrent.futures import ThreadPoolExecutor

class Kept:
    def __del__(self):
        print("deleted")

kept = Kept()
kept.itself = kept
finalizer = weakref.finalize(kept, print, "finalized")
atexit.register(print, "first")
atexit.register(lambda: print("second"))
timer = threading.Timer(0.3, print, ["timer"])
timer.start()
pool = ThreadPoolExecutor(1)
future = pool.submit(print, "pool").exception()
"""
    script = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    run = executor.run(page_of(code.strip()).steps)
    assert run.fault is None
    assert "".join(text for _, text in outputs(run)) == script.stdout
    assert {"timer", "pool", "finalized", "second", "first", "deleted"} == set(script.stdout.split())


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes_of_every_kind_run_functions_of_the_page(method: str, executor: Executor) -> None:
    code = f"""
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

def double(x):
    return 2 * x

if __name__ == "__main__":
    context = get_context({method!r})
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        print(list(pool.map(double, [1, 2])))
    with context.Pool(1) as pool:
        print(pool.map(double, [3]))
    manager = context.Manager()
    print(manager.list([4]))
    child = context.Process(target=print, args=["child"])
    child.start()
    child.join()
    print(os.listdir())
"""
    run = executor.run(page_of("import os" + code).steps)
    assert run.fault is None
    assert "".join(text for _, text in outputs(run)) == "[2, 4]\n[6]\n[4]\nchild\n[]\n"


def test_a_snippet_may_have_children_if_it_waits_for_them(executor: Executor) -> None:
    code = """
from multiprocessing import Process
child = Process(target=print, args=["child"])
child.start()
child.join()
child.exitcode
"""
    run = executor.run(page_of(code.strip()).steps)
    assert run.fault is None
    assert outputs(run) == [("stdout", "child\n"), ("display", "0")]


def test_the_first_exception_that_is_not_meant_ends_the_program(executor: Executor) -> None:
    meant = '# %% meant tags=["raises-exception"]\n1 / 0'
    run = executor.run(page_of(meant, "print(1)", "2 / 0", "print(3)").steps)
    assert [kind for kind, _ in outputs(run)] == ["error", "stdout", "error"]
    assert len(run.cells) == 3


def test_the_same_program_runs_once(executor: Executor) -> None:
    before = executor.ran
    first = executor.submit(page_of("import os\nos.getpid()").steps)
    second = executor.submit(page_of("import os\nos.getpid()").steps)
    assert first.result() is second.result()
    assert executor.ran == before + 1


def test_a_cached_program_does_not_run(tmp_path: Path) -> None:
    steps = page_of("import os\nos.getpid()  # may vary").steps
    for expected in (1, 0):
        executor = Executor(Cache(tmp_path))
        run = executor.run(steps)
        assert executor.ran == expected
        executor.close()
    assert outputs(run)


def test_a_faulty_run_is_not_cached(tmp_path: Path) -> None:
    executor = Executor(Cache(tmp_path))
    assert executor.run(page_of("import os\nos._exit(1)").steps).fault
    executor.close()
    assert list(tmp_path.iterdir()) == []


def test_a_system_that_gives_no_process_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork(*_: object, **__: object) -> None:
        raise OSError("AF_UNIX path too long")

    monkeypatch.setattr("gradbook.run.executor.fork", fork)
    executor = Executor()
    try:
        fault = executor.run(page_of("x = 1").steps).fault
    finally:
        executor.close()
    assert fault.reason.startswith("no process to run in: AF_UNIX path too long (TMPDIR is /")


def test_stating_an_output_does_not_change_the_program(executor: Executor) -> None:
    before = executor.ran
    executor.run(page_of("print(1 + 1)\n").steps)
    executor.run(page_of("print(1 + 1)\n# > 2").steps)
    assert executor.ran == before + 1


def test_the_parent_never_imports_torch(tmp_path: Path) -> None:
    """Seen in a fresh interpreter that runs a page with torch, checks it and renders it."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nplugins: [gradbook]\nmarkdown_extensions: [gradbook]\n")
    (tmp_path / "docs" / "index.md").write_text("```python\nimport torch\ntorch.ones(1)\n# > tensor([1.])\n```\n")
    code = """
import sys
from mkdocs.commands.build import build
from mkdocs.config import load_config
build(load_config("mkdocs.yml"))
heavy = {"torch", "numpy", "sympy", "matplotlib", "igraph"} & set(sys.modules)
print("heavy modules:", sorted(heavy))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert "heavy modules: []" in done.stdout, done.stderr
    assert "tensor([1.])" in (tmp_path / "site" / "index.html").read_text()


def test_what_programs_import_slowly_the_server_has_imported_once(tmp_path: Path) -> None:
    """Seen from inside: the module is there before the program asks for it. A new server, so a new process."""
    (tmp_path / "mkdocs.yml").write_text("site_name: Ahead\n")
    (tmp_path / "docs").mkdir()
    for name in ("a", "b"):
        code = f'import sys\n"matplotlib.pyplot" in sys.modules, "sympy" in sys.modules, "{name}"'
        text = f"```python\n{code}\n# > (True, False, '{name}')\n```\n\n```python\nimport matplotlib\n```\n"
        (tmp_path / "docs" / f"{name}.md").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "gradbook", "check"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout.startswith("2 pages, 4 cells: every output is as stated (4 ran, 0 "), done.stdout + done.stderr

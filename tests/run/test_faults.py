"""What snippets can do to a build, done for real: each ends in one message that names the line, and harms nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import until

from gradbook.compare.verify import verify
from gradbook.page.pages import load
from gradbook.run.executor import Executor, Limits

ALONE = 10**6 + os.getpid()  # seconds; no other process sleeps as long
FAULTS = {
    "hangs in Python": ("while True:\n    pass", "no end after 1 s (the time limit)"),
    "hangs in C": ("__import__('time').sleep(1000)", "no end after 1 s (the time limit)"),
    "calls sys.exit": ("import sys\nsys.exit(3)", "a call of sys.exit(3)"),
    "calls os._exit": ("import os\nos._exit(0)", "an end of the process in mid-cell (exit status 0"),
    "crashes": ("import ctypes\nctypes.string_at(0)", "a crash of the interpreter (SIGSEGV)"),
    "is killed": ("import os\nos.kill(os.getpid(), 9)", "a crash of the interpreter (SIGKILL)"),
    "floods its output": ("while True:\n    print('x' * 1000)", "more than 1,000,000 bytes of output"),
    "meets a full disk": (
        "import errno, os\ndef full(*_): raise OSError(errno.ENOSPC, 'No space left')\nos.write = full",
        "no space left on the device for its report (TMPDIR is ",
    ),
    "floods and ends": ("print('x' * 1_000_001)", "more than 1,000,000 bytes of output"),
    "floods from a child": ("import os\nos.system('yes')", "more than 1,000,000 bytes of output"),
    "eats memory": ("x = []\nwhile True:\n    x.append(bytearray(10**8))", "MemoryError"),
    "asks torch for too much": ("import torch\nx = torch.ones(2**32)", "can't allocate memory"),
    "reads standard input": ("input()", "EOFError: EOF when reading a line"),
    "writes elsewhere": ("open('/gradbook', 'w')", "a snippet may not write outside its folder"),
    "leaves a thread that never ends": (
        "from threading import Event, Thread\nThread(target=Event().wait, name='idle').start()",
        "a thread still running at the end of the page (idle)",
    ),
    "leaves a child that never ends": (
        "import multiprocessing, time\nmultiprocessing.Process(target=time.sleep, args=[999]).start()",
        "a child process still running at the end of the page",
    ),
    "has an exit function that never ends": (
        "import atexit, time\natexit.register(time.sleep, 999);",
        "a function of atexit still running at the end of the page",
    ),
    "spawns itself": (
        "from multiprocessing import get_context\ndef f(x): return x\nget_context('spawn').Pool(1).map(f, [1])",
        "a spawned process, which runs all but what is guarded, and failed: ",
    ),
    "guards what a spawned process needs": (
        "from multiprocessing import get_context\nif __name__ == '__main__':\n    def f(x):\n        return x\n"
        "    get_context('spawn').Pool(1).map(f, [1])",
        "there is no f for it outside of that",
    ),
    "leaves a child process": (
        f"import subprocess\nchild = subprocess.Popen(['sleep', '{ALONE}'])",
        "a child process still running at the end of the page",
    ),
    "closes all descriptors": ("import os\nos.closerange(3, 256)", "an end of the process in mid-cell"),
    "writes into the report": (
        "import os\nfor fd in range(3, 256):\n    name = f'/proc/self/fd/{fd}'\n"
        "    if os.path.exists(name) and os.readlink(name).endswith('/report'):\n        os.write(fd, b'oops\\n')",
        "bytes written to a file descriptor that the page did not open",
    ),
    "interrupts itself": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "closes its output": ("import os\nos.close(1)\nprint(1)", "OSError: [Errno 9] Bad file descriptor"),
}


@pytest.fixture(scope="module")
def faults() -> dict[str, list[str]]:
    """The problems of all faulty programs, run side by side by one executor."""
    executor = Executor(limits=Limits(memory=2**30))
    pages = {
        name: load(f"# Page\n\n```python\n{code}\n```\n", "docs/page.md", Path())
        for name, (code, _) in FAULTS.items()
    }
    # Only what never ends has to meet the time limit: the others may take their time on a busy machine.
    limits = {name: 1 if name.startswith("hangs") else None for name in pages}
    limits |= {name: 10 for name in pages if "never ends" in name}  # it has to come to its last line
    runs = {name: executor.submit(page.steps, limits[name]) for name, page in pages.items()}
    found = {
        name: [str(p) for v in verify(page, runs[name].result()).values() for p in v.problems]
        for name, page in pages.items()
    }
    executor.close()
    return found


@pytest.mark.parametrize("name", FAULTS)
def test_a_snippet_that(name: str, faults: dict[str, list[str]]) -> None:
    code, reason = FAULTS[name]
    (message,) = faults[name]
    last_line = 3 + len([line for line in code.split("\n") if not line.startswith(" ")])
    assert reason in message
    assert message.startswith(f"docs/page.md:{last_line} (cell line_3)\n  expected  ")
    assert "Traceback" not in message and "gradbook/" not in message


def test_nothing_that_a_snippet_started_outlives_it(faults: dict[str, list[str]]) -> None:
    """The `sleep` of the fault above is gone with its worker."""
    until(lambda: not running(f"sleep\x00{ALONE}"))


def running(command: str) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if command in (entry / "cmdline").read_text():
                found.append(entry.name)
        except OSError:
            continue
    return found


def test_cells_before_a_fault_keep_their_outputs(executor: Executor) -> None:
    text = "```python\nprint(1)\n# > 1\n```\n\n```python\nimport os\nos._exit(7)\n```\n\n```python\nprint(3)\n```\n"
    page = load(text, "docs/page.md", Path())
    run = executor.run(page.steps)
    assert [output.text for output in run.cells[0].outputs] == ["1\n"]
    assert run.fault.cell == 1 and run.fault.statement == 1
    before, ended, after = verify(page, run).values()
    assert before.problems == after.problems == [], "the cell that never ran is no second problem"
    assert "exit status 7" in str(*ended.problems)


def test_a_header_raises_the_time_limit(tmp_path: Path) -> None:
    """A file that says `# gradbook: timeout=…` has that many seconds, whatever the usual limit."""
    go = tmp_path / "go"
    slow = f"import os\nimport time\nwhile not os.path.exists({str(go)!r}):\n    time.sleep(0.01)\n"
    (tmp_path / "slow.py").write_text(f"# gradbook: timeout=3000\n# %% slow\n{slow}print(1)\n# > 1\n")
    executor = Executor(jobs=2, limits=Limits(seconds=0.5))
    page = load('```python\n--8<-- "slow.py:slow"\n```\n', "docs/page.md", tmp_path)
    longer = executor.submit(page.steps, page.timeout)
    # Both wait for a file that is not there yet, and only one has as long.
    assert "no end after 0.5 s" in executor.run(page.steps).fault.reason
    assert not longer.done()
    go.touch()
    assert longer.result().fault is None
    executor.close()


@pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="the system does not tell who waits for a processor"
)
def test_a_busy_machine_takes_no_time_from_a_snippet(tmp_path: Path) -> None:
    """It shares its processor with others, and has less time by the clock than it needs there."""
    cpu = min(os.sched_getaffinity(0))
    spin = f"import os, time\nos.sched_setaffinity(0, [{cpu}])\n"
    others = [subprocess.Popen([sys.executable, "-c", f"{spin}while True: pass"]) for _ in range(4)]
    begun = "begun = time.monotonic()\nwhile time.process_time() < used + 0.7:\n    pass\n"
    code = f"{spin}used = time.process_time()\n{begun}print(time.monotonic() - begun > 1.4)"
    page = load(f"```python\n{code}\n```\n", "docs/page.md", tmp_path)
    executor = Executor(jobs=1, limits=Limits(seconds=1.4))
    try:
        run = executor.run(page.steps)
    finally:
        for other in others:
            other.kill()
            other.wait()
        executor.close()
    assert run.fault is None
    assert run.cells[-1].outputs[0].text == "True\n"


def test_a_snippet_may_write_in_its_own_empty_folder(executor: Executor) -> None:
    code = "import os\nprint(os.listdir())\nwith open('a.txt', 'w') as file:\n    file.write('hi')\nprint(os.listdir())"
    page = load(f"```python\n{code}\n```\n", "docs/page.md", Path())
    before = set(os.listdir())
    texts = [output.text for output in executor.run(page.steps).cells[0].outputs]
    assert texts == ["[]\n", "['a.txt']\n"]
    assert set(os.listdir()) == before

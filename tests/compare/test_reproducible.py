"""What `update` says and writes where a second run of a program puts out something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradbook.compare.reproducible import not_reproducible, steady_edits
from gradbook.page.edits import rewrite
from gradbook.page.pages import Page, load
from gradbook.run.executor import Executor
from gradbook.run.outputs import CellRun, Output, Run

SEEDS = ("torch.manual_seed(0)", "numpy.random.seed(0)", "random.seed(0)", "sorted(...)")


def page_of(code: str, below: str = "") -> Page:
    return load(f"```python\n{code}\n```\n{below}\n", "docs/page.md", Path("snippets"))


def told(page: Page, executor: Executor) -> list[str]:
    runs = [executor.submit(page.steps, afresh=afresh) for afresh in (False, True)]
    return [str(problem) for problem in not_reproducible(page, *(run.result() for run in runs))]


DRAWS = {
    "torch.nn.Linear(1, 1).weight.item()": ["torch.manual_seed(0)"],
    "from torch import nn\nnn.Dropout()(torch.ones(64)) @ 2.0 ** torch.arange(64)": ["torch.manual_seed(0)"],
    "torch.empty(3).uniform_()": ["torch.manual_seed(0)"],
    "next(iter(torch.utils.data.DataLoader(range(999), shuffle=True)))": ["torch.manual_seed(0)"],
    "import numpy as np\nnp.random.rand()": ["numpy.random.seed(0)"],
    "import numpy\nnumpy.random.default_rng().random()": ["numpy.random.seed(0)"],
    "import random\nrandom.random()": ["random.seed(0)"],
    "from random import random as number\nnumber()": ["random.seed(0)"],
    "import random\ntorch.manual_seed(0)\nrandom.random()": ["random.seed(0)"],
    "set('abcdefgh')": ["sorted(...)"],
    "{'seven': 7, **dict.fromkeys(set('abcdefgh'))}": ["sorted(...)"],
    "import uuid\nuuid.uuid4()": [],
    "import os\nos.getpid()": [],
    "hash('text')": [],
}


@pytest.mark.parametrize("code", DRAWS)
def test_the_remedy_is_the_one_that_helps(code: str, executor: Executor) -> None:
    [message] = told(page_of(f"import torch\n{code}"), executor)
    line = 3 + code.count("\n")
    assert message.startswith(
        f"docs/page.md:{line} (cell line_1)\n  not written, as another run differs\n"
    )
    assert [seed for seed in SEEDS if f":  {seed}  " in message] == DRAWS[code]
    assert message.endswith("If it is meant to differ:  # may vary  behind the statement")


@pytest.mark.parametrize(
    "code",
    [
        "import torch\ntorch.manual_seed(0)\ntorch.nn.Linear(1, 1).weight.item()",
        "import numpy as np\nnp.random.default_rng(0).random()",
        "import random\nrandom.seed(1)\nrandom.random()",
        "sorted(set('abcdefgh'))",
        "object()",
        "import torch\ntorch.rand(2)  # may vary",
        "import torch\n[len(set('abcdefgh')), torch.rand(2).shape, hash(7)]",
        "def shape(*sizes):\n    return {n: n for n in sizes}\nshape(3, 1, 2)",
    ],
)
def test_what_two_runs_agree_on_is_no_problem(code: str, executor: Executor) -> None:
    assert told(page_of(code), executor) == []


def test_a_value_in_a_sentence_is_told_with_its_own_remedy(executor: Executor) -> None:
    page = page_of("import random", "\nIt is 3<!-- = random.randrange(10**9, 10**10) -->.")
    [message] = told(page, executor)
    assert message.startswith("docs/page.md:5\n") and ":  random.seed(0)  above it" in message
    [message] = told(page_of("import os", "\nIt is 3<!-- = os.getpid() -->."), executor)
    assert message.endswith("Leave out the expression behind the value.")


def run(*texts: str) -> Run:
    """A run of one cell whose statements put out these texts."""
    return Run([CellRun([Output("stdout", text, n) for n, text in enumerate(texts)], len(texts))])


def updated(page: Page, first: Run, again: Run) -> str:
    return rewrite(page.text, steady_edits(page, first, again))


def test_only_the_lines_that_both_runs_agree_on_are_written() -> None:
    page = page_of("f()\n# > old\ng()\n# > old\nh()")
    first, again = run("new\n", "1\n", "2\n"), run("new\n", "3\n", "2\n")
    assert updated(page, first, again) == page_of("f()\n# > new\ng()\n# > old\nh()\n# > 2").text
    [problem] = not_reproducible(page, first, again)
    assert "\n  first     1\n  then      3\n" in str(problem)


def test_what_is_stated_and_agrees_by_chance_is_told_as_well() -> None:
    page = page_of("f()\n# > new\ng()\n# > heads")
    first, again = run("newer\n", "heads\n"), run("newer\n", "tails\n")
    assert updated(page, first, again) == page_of("f()\n# > newer\ng()\n# > heads").text
    [problem] = not_reproducible(page, first, again)
    assert problem.at[0].line == 4 and "\n  first     heads\n  then      tails\n" in str(problem)


def test_digits_that_nobody_states_may_differ() -> None:
    page = page_of("f()\n# > old\ng()\n# > 0.67")
    first, again = run("new\n", "0.6652\n"), run("new\n", "0.6749\n")
    assert not_reproducible(page, first, again) == []


def test_a_second_run_that_ends_early_vouches_for_nothing_below() -> None:
    page = page_of("f()\ng()")
    page.rest.append(page_of("h()").steps[0])
    first, again = Run([*run("1\n", "2\n").cells, *run("3\n").cells]), run("1\n", "2\n")
    assert "h()" not in updated(page, first, again)
    [problem] = not_reproducible(page, first, again)
    assert "\n  first     3\n  then      (the program ended before)\n" in str(problem)

"""What pytest says of a page: what did not run never passes, and a test alone ends as it does among all."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

OPTIONS = ("--markdown-docs", "-p", "no:xdist", "-p", "no:cacheprovider")
OURS = "plugins: [gradbook]\n"
Outcome = dict[str, tuple[str, str]]


def fences(*codes: str) -> str:
    return "\n\n".join(f"```python\n{code}\n```" for code in codes) + "\n"


def include(cell: str) -> str:
    return f'--8<-- "s.py:{cell}"'


BROKEN = "# %% define\ndef half(x):\n    return 1 / x\n\n# %% use\nhalf(0)\n\n# %% after\nprint(1)\n# > 1\n"
SHOWN = fences(include("define"), include("use"), include("after"))
# By name: the page, its snippet file, and how each of its tests ends.
PAGES = {
    "stops": (fences("x = 1/0", "assert False", "print(undefined)"), "", "fss"),
    "sound": (fences("x = 1", "print(x)\n# > 1") + "It is 1<!-- = x -->.\n", "", "pp"),
    "drift": (fences("x = 1", "print(x)\n# > 2", "print(x)\n# > 1"), "", "pfp"),
    "syntax": (SHOWN, BROKEN.replace("half(0)", "half(0"), "fss"),
    "package": (fences("import no_such_package", "print(1)\n# > 1", "2\n# > 2"), "", "fss"),
    "value": (fences("x = 1", "y = 2") + "It is 3<!-- = z -->, 2<!-- = y -->.\n", "", "pf"),
    "value_between": (fences("x = 1") + "3<!-- = z -->\n\n" + fences("y = 2", "z = 3"), "", "pfs"),
    "uncomputed": (fences("x = 1 / 0") + "3<!-- = x -->\n\n" + fences("y = 2"), "", "fs"),
    "ends": (fences("x = 1", "import sys\nsys.exit(1)", "y = 2"), "", "pfs"),
    "twice": (fences(include("define"), include("use"), include("use")), BROKEN, "ssf"),
    "no_cell": (fences(include("define"), include("lost"), include("after")), BROKEN, "sfs"),
    "called": (SHOWN, BROKEN, "pfs"),
}
WORDS = {"p": "passed", "f": "failed", "s": "skipped"}


def run(pytester: pytest.Pytester, *args: str) -> tuple[Outcome, str]:
    """How each test ended, with its reason, and what pytest printed."""
    done = pytester.inline_run(*OPTIONS, "-rs", *args)
    ended: Outcome = {}
    for report in done.getreports("pytest_runtest_logreport"):
        if report.when == "call" or report.outcome != "passed":
            ended[report.nodeid] = (report.outcome, str(report.longrepr or ""))
    return ended, "".join(text for _, text in ended.values())


@pytest.fixture
def site(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with all pages of the table."""
    for folder in ("docs", "snippets"):
        pytester.mkdir(folder)
    (pytester.path / "mkdocs.yml").write_text(OURS)
    for name, (page, snippet, _) in PAGES.items():
        (pytester.path / "docs" / f"{name}.md").write_text(page.replace("s.py", f"{name}.py"))
        if snippet:
            (pytester.path / "snippets" / f"{name}.py").write_text(snippet)
    return pytester


def test_each_test_ends_alone_as_it_ends_among_all(site: pytest.Pytester):
    whole, _ = run(site, "docs")
    for name, (_, _, expected) in PAGES.items():
        ended = [v for test, (v, _) in whole.items() if test.startswith(f"docs/{name}.md")]
        assert ended == [WORDS[letter] for letter in expected], name
    for test, verdict in whole.items():
        alone, _ = run(site, test)
        assert alone == {test: verdict}
    for chosen in (("-k", "called or value"), ("--deselect", "docs/stops.md::[CodeFence#1][line:1]")):
        some, _ = run(site, "docs", *chosen)
        assert some and some.items() < whole.items()


def test_what_did_not_run_says_why(site: pytest.Pytester):
    ended, _ = run(site, "docs/stops.md", "docs/package.md", "docs/syntax.md")
    told = {
        test.split("[")[0]: text for test, (verdict, text) in ended.items() if verdict == "skipped"
    }
    assert (
        "docs/stops.md:2 (cell line_1): expected no exception, got ZeroDivisionError"
        in told["docs/stops.md::"]
    )
    assert "If it is meant to fail" in told["docs/stops.md::"]
    assert "A page can import what is installed" in told["docs/package.md::"]
    assert "snippets/syntax.py:" in told["docs/syntax.md::"]


def test_a_failure_shows_the_lines_of_the_reader_that_led_to_it(site: pytest.Pytester):
    _, text = run(site, "docs/called.md")
    assert "  snippets/called.py:6 (cell use)\n    half(0)\n" in text
    assert "  snippets/called.py:3 (cell define)\n    return 1 / x" in text
    assert "src/gradbook" not in text


def test_a_broken_cell_on_two_pages_fails_once(site: pytest.Pytester):
    called = (site.path / "docs" / "called.md").read_text()
    (site.path / "docs" / "later.md").write_text(called)
    ended, _ = run(site, "docs/called.md", "docs/later.md")
    assert [verdict for verdict, _ in ended.values()] == [
        "passed",
        "failed",
        "skipped",
        "passed",
        "skipped",
        "skipped",
    ]
    later, _ = run(site, "docs/later.md")
    assert later.items() <= ended.items()


PLAIN = {
    "page.md": fences("x = 1", "print(undefined)")
    + "\n```python\nx = 1\n```\n\n```python continuation\nassert x\n```\n\n"
    + "```python fixture:number\nassert number == 7 == told\n```\n\n```py\nassert True\n```\n\n"
    + "```python retry:2\nimport conftest\nconftest.tries.append(1)\nassert len(conftest.tries) > 2\n```\n",
    "await.md": fences("import asyncio\nawait asyncio.sleep(0)", "await asyncio.sleep(undefined)"),
    "braces.md": "```{.python title=one}\na = 1\n```\n\n```{.python continuation}\nassert a == 1\n```\n",
    "comment.mdx": "{/* pmd-metadata: fixture:number */}\n```python\nassert number == 7\n```\n\n"
    "{/* pmd-metadata: notest */}\n```python\nassert False\n```\n",
    "runner.md": "```python runner:Sevens\n7\n7\n```\n\n```python runner:Sevens\n8\n```\n",
    "lost.md": "```python fixture:nowhere\n```\n",
    "module.py": 'def f():\n    """\n    ```python\n    assert told == 7\n    ```\n'
    '    ```python\n    assert told == 8\n    ```\n    """\n',
    "conftest.py": "import pytest\nfrom pytest_markdown_docs import _runners\ntries = []\n\n"
    "@_runners.register_runner()\nclass Sevens(_runners.DefaultRunner):\n"
    "    def runtest(self, test, args):\n        assert set(test.source.split()) == {'7'}\n\n"
    "@pytest.fixture\ndef number():\n    return 7\n\n"
    "def pytest_markdown_docs_globals():\n    return {'told': 7}\n",
}  # fmt: skip


@pytest.mark.parametrize("syntax", [(), ("--markdown-docs-syntax=superfences",)])
@pytest.mark.parametrize("config", [None, "site_name: Not ours\nplugins: [search]\n"])
def test_elsewhere_pytest_markdown_docs_is_as_without_us(
    pytester: pytest.Pytester, config: str | None, syntax: tuple[str, ...]
):
    for name, text in PLAIN.items():
        (pytester.path / name).write_text(text)
    if config:
        (pytester.path / "mkdocs.yml").write_text(config)
    without = pytester.runpytest_subprocess(
        *OPTIONS, *syntax, "-p", "no:gradbook", "-rA"
    )
    with_us = pytester.runpytest_subprocess(*OPTIONS, *syntax, "-rA")
    assert without.parseoutcomes() == with_us.parseoutcomes()
    words = ("PASSED", "FAILED", "ERROR", "E ")
    said = [
        [line for line in done.outlines if line.startswith(words)] for done in (without, with_us)
    ]
    assert said[0] == said[1] and len(said[0]) >= 8
    assert {"passed", "failed", "errors"} <= with_us.parseoutcomes().keys()

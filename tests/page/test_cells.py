"""Cells: how a snippet file is read, what of it is shown and run, how expectations are written."""

from __future__ import annotations

import pytest

from gradbook.page.cells import parse, read_cell

FILE = '''\
"""The course's polynomial."""
# gradbook: timeout=90

# %% polynomial
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x**3
print(y)
# > tensor(8., grad_fn=<PowBackward0>)

# %% twice tags=["raises-exception", "hide-output"]
y.backward()
y.backward()
# > RuntimeError: Trying to backward through the graph a second time ...
'''


def test_a_snippet_file_is_read_into_cells() -> None:
    file = parse(FILE, "snippets/page.py")
    assert file.problems == []
    assert file.timeout == 90
    polynomial, twice = file.cells
    assert str(polynomial.at) == "snippets/page.py:5 (cell polynomial)"
    assert twice.tags == {"raises-exception", "hide-output"}
    assert file.cell("twice") is twice
    assert file.cell("thrice") is None


def test_an_expectation_belongs_to_the_statement_above_it() -> None:
    first, *_, last = parse(FILE, "snippets/page.py").cells[0].statements
    assert (first.first, first.last, first.expected) == (5, 5, None)
    assert (last.first, last.last) == (9, 9)
    assert last.expected == ["tensor(8., grad_fn=<PowBackward0>)"]
    assert last.expected_lines == [10]


def cell(code: str) -> tuple[list[list[str] | None], list[str]]:
    """What each statement of a cell is stated to print, and what is wrong with the cell."""
    problems: list = []
    read = read_cell(code, "page.py", 1, problems, "cell")
    return [statement.expected for statement in read.statements], [p.message for p in problems]


EXPECTATIONS = {
    "none": ("x = 1\ny = 2", [None, None]),
    "some": ("print(1)\n# > 1\nprint(2)\n# > 2", [["1"], ["2"]]),
    "several lines": ("print(a)\n# > [[1.,\n# >   2.]]", [["[[1.,", "  2.]]"]]),
    "an empty line": ("print()\n# >\n# > x", [["", "x"]]),
    "as other tools write them": ("print(1)\n#> 1", [["1"]]),
    "below a blank line": ("print(1)\n\n# > 1", [["1"]]),
    "below a comment": ("print(1)\n# as it should be\n# > 1", [["1"]]),
    "below a loop": ("for n in range(2):\n    print(n)\n# > 0\n# > 1", [["0", "1"]]),
    "below a call of several lines": ("print(\n    1,\n)\n# > 1", [["1"]]),
    "below a decorated function": ("@run\ndef f():\n    print(1)\n# > 1", [["1"]]),
    "inside a string": ("x = '''\n# > 1\n'''", [None]),
    "with signs of its own": ("print(t)\n# > # > 1", [["# > 1"]]),
    "a comparison is no expectation": ("x = 2 # >= 1", [None]),
}


@pytest.mark.parametrize("what", EXPECTATIONS)
def test_expectations(what: str) -> None:
    code, expected = EXPECTATIONS[what]
    stated, problems = cell(code)
    assert stated == expected
    assert bool(problems) == (what == "a comparison is no expectation")


def test_a_statement_that_may_vary() -> None:
    code = "print(a)  # may vary\nprint(b)\nprint(\n    c,  # may vary\n)\nprint('# may vary')"
    statements = read_cell(code, "page.py", 1, []).statements
    assert [statement.varies for statement in statements] == [True, False, True, False]


def test_readers_see_the_code_without_expectations() -> None:
    polynomial, twice = parse(FILE, "snippets/page.py").cells
    assert polynomial.shown[0] == "import torch"
    assert polynomial.shown[-1] == "print(y)"
    assert twice.shown == ["y.backward()", "y.backward()"]


def test_the_program_is_the_file_line_by_line() -> None:
    """So that a traceback names the file's own lines, and an expectation changes nothing."""
    for number, read in enumerate(parse(FILE, "snippets/page.py").cells):
        lines = FILE.split("\n")[read.line - 1 :]
        for ran, written in zip(read.source.split("\n"), lines, strict=False):
            assert ran == ("" if written.startswith("# >") else written), number


SYNTAX_ERRORS = {
    "x = (1": "SyntaxError: '(' was never closed",
    "x = 'a": "SyntaxError: unterminated string literal (detected at line 1)",
    "if x:\nprint(1)": "SyntaxError: expected an indented block after 'if' statement on line 1",
    "--8 < '": "SyntaxError: unterminated string literal (detected at line 1)",
    "x = 1\x00": "SyntaxError: source code string cannot contain null bytes",
}


@pytest.mark.parametrize("code", SYNTAX_ERRORS)
def test_code_that_python_cannot_read(code: str) -> None:
    stated, (problem,) = cell(code)
    assert stated == []
    assert problem == SYNTAX_ERRORS[code]


NESTED = "(" * 10_000 + ")" * 10_000


@pytest.mark.parametrize("text", [f"# %% a\n{NESTED}", f"{NESTED}\n# %% a\nx", "\x00\n# %% a\nx"])
def test_code_that_no_parser_reads(text: str) -> None:
    (problem,) = parse(text, "page.py").problems
    assert problem.message.startswith("SyntaxError: ")


@pytest.mark.parametrize("tags", ["", "[", "3", "[3]", "[{[]}]", '"hide-input"', "[" * 10_000])
def test_tags_that_cannot_be_read(tags: str) -> None:
    (problem,) = parse(f"# %% a tags={tags}\nx", "page.py").problems
    assert problem.message.startswith("cannot read the tags")


@pytest.mark.parametrize("text", ["", "\n", '"""Only a docstring."""\n', "#%% not_a_header\n"])
def test_a_file_without_cells(text: str) -> None:
    (problem,) = parse(text, "snippets/page.py").problems
    assert problem.message == "this file has no cells; begin one with `# %% name`"


IN_STRINGS = {
    "a docstring of the file": (
        '"""Doc.\n# %% no_cell\n# gradbook: time=1\n"""\n# %% a\nx\n',
        ["a"],
    ),
    "a string of a cell": (
        '# %% a\nx = """\n# %% no_cell\n# > not stated\n"""\n# %% b\ny\n',
        ["a", "b"],
    ),
    "single quotes": ("# %% a\nx = '''\n#%% no_cell\n'''\n# %% b\ny\n", ["a", "b"]),
    "a formatted string": ('# %% a\nx = f"""{1}\n# %% no {2}\n"""\n# %% b\ny\n', ["a", "b"]),
    "one in the other": (
        '# %% a\nx = f"""{f\'{1}\'}\n# %% no {f\'\'}\n"""\n# %% b\ny\n',
        ["a", "b"],
    ),
    "a line that goes on": ('# %% a\nx = "\\\n# %% no_cell"\n# %% b\ny\n', ["a", "b"]),
    "an option": ('# %% a\nx = """\n# gradbook: timeout=3\n"""\n', ["a"]),
    "quotes in a comment": ('# %% a\nx  # """\n# %% b\ny  # """\n', ["a", "b"]),
}


@pytest.mark.parametrize("what", IN_STRINGS)
def test_what_looks_like_a_header_in_a_string_is_text(what: str) -> None:
    text, names = IN_STRINGS[what]
    file = parse(text, "page.py")
    assert file.problems == []
    assert [cell.name for cell in file.cells] == names
    assert all(cell.statements[0].expected is None for cell in file.cells)


@pytest.mark.parametrize("header", ["#%% b", "#%%", "#  %% b", "#\t%% b", "# %%b c"])
@pytest.mark.parametrize("before", ["", "# %% a\nx\n"])
def test_a_header_that_other_editors_read_is_refused(header: str, before: str) -> None:
    problem = parse(f"{before}{header}\ny\n# %% z\nz\n", "page.py").problems[0]
    assert problem.message.startswith(f"cannot read the cell header {header!r}\n")
    assert problem.at[0].line == 1 + before.count("\n")


def test_a_string_that_never_ends_hides_no_header() -> None:
    found = parse('# %% a\nx = """\n\n# %% b\ny\n', "page.py")
    assert [cell.name for cell in found.cells] == ["a", "b"]
    (problem,) = found.problems
    assert problem.at[0].line == 2 and problem.message.startswith("SyntaxError: unterminated")


def test_the_problems_of_a_file_come_in_its_order() -> None:
    text = "# gradbook: speed=9\n# %% One\nx\n# gradbook: timeout=1\n# %%\n# > 1\ny\n# %% three\n"
    found = parse(text, "page.py").problems
    assert [problem.at[0].line for problem in found] == [1, 2, 4, 5, 6, 8]

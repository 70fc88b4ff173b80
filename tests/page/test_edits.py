"""Edits: expectations and values are written into a text of which all else stays as its author left it."""

from __future__ import annotations

from gradbook.page.edits import Edit, NewExpectation, NewValue, rewrite


def below(line: int, remove: tuple[int, ...], *stated: str, indent: str = "") -> NewExpectation:
    return NewExpectation("page.py", line, remove, stated, indent)


def value(line: int, start: int, end: int, stated: str) -> NewValue:
    return NewValue("page.md", line, (start, end), stated)


def rewritten(text: str, *edits: Edit) -> str:
    return rewrite(text, edits)


def test_an_expectation_is_written_below_its_statement() -> None:
    assert rewritten("print(1)\n", below(1, (), "1")) == "print(1)\n# > 1\n"
    assert rewritten("print(1)\n# > 2\nx\n", below(1, (2,), "1")) == "print(1)\n# > 1\nx\n"
    assert rewritten("x = 1\n# > 1\n# > 2\n", below(1, (2, 3))) == "x = 1\n"
    assert rewritten("print()\n", below(1, (), "", "x")) == "print()\n# >\n# > x\n"


def test_a_value_is_written_into_its_columns() -> None:
    assert rewritten("It is 9, not 8.\n", value(1, 6, 7, "12")) == "It is 12, not 8.\n"
    assert rewritten("9 and 8", value(1, 0, 1, "12"), value(1, 6, 7, "13")) == "12 and 13"
    assert rewritten("\ufeff9\r\n", value(1, 0, 1, "12")) == "\ufeff12\r\n"


def test_many_edits_leave_each_other_alone() -> None:
    text = "a\n# > 1\n\nb\n# > 2\n# > 3\n\nc is 9.\n"
    edits = [below(1, (2,), "one", "ONE"), below(4, (5, 6), "two"), value(8, 5, 6, "12")]
    wanted = "a\n# > one\n# > ONE\n\nb\n# > two\n\nc is 12.\n"
    assert rewritten(text, *edits) == rewritten(text, *reversed(edits)) == wanted


def test_line_ends_are_those_of_the_file() -> None:
    assert rewritten("a\r\nb\r\n", below(1, (), "1")) == "a\r\n# > 1\r\nb\r\n"
    assert rewritten("a\r\nb", below(2, (), "1")) == "a\r\nb\r\n# > 1"
    assert rewritten("a\nb", below(2, (), "1")) == "a\nb\n# > 1"
    assert rewritten("x = '\x0c\u2028'\nb\n", below(2, (), "1")) == "x = '\x0c\u2028'\nb\n# > 1\n"


def test_an_indented_fence_keeps_its_indentation() -> None:
    text = "!!! note\n    ```python\n    print(1)\n    ```\n"
    wanted = "!!! note\n    ```python\n    print(1)\n    # > 1\n    ```\n"
    assert rewritten(text, below(3, (), "1", indent="    ")) == wanted

"""Edits of a snippet file's or page's text: new expectations, new values in sentences. Knows only lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class NewExpectation:
    """What a statement is stated to print from now on: below its last line `line`; the lines in `remove` go."""

    what: ClassVar[str] = "statement"
    path: str
    line: int
    remove: tuple[int, ...]
    stated: tuple[str, ...]
    indent: str = ""

    @property
    def place(self) -> tuple[int, int]:
        return self.line, 0

    def apply(self, lines: list[str], newline: str) -> None:
        for line in sorted(self.remove, reverse=True):
            del lines[line - 1]
        stated = [f"{self.indent}# > {line}".rstrip() + newline for line in self.stated]
        lines[self.line : self.line] = stated


@dataclass(frozen=True)
class NewValue:
    """What a sentence says from now on, in the `columns` of a line."""

    what: ClassVar[str] = "value"
    path: str
    line: int
    columns: tuple[int, int]
    stated: str

    @property
    def place(self) -> tuple[int, int]:
        return self.line, self.columns[0]

    def apply(self, lines: list[str], newline: str) -> None:
        line, (start, end) = lines[self.line - 1], self.columns
        lines[self.line - 1] = line[:start] + self.stated + line[end:]


Edit = NewExpectation | NewValue


def rewrite(text: str, edits: Iterable[Edit]) -> str:
    """`text` with its expectations and values replaced as `edits` say; all else untouched."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""  # a byte order mark is in no column
    newline = "\r\n" if "\r\n" in text else "\n"
    end = "" if text.endswith("\n") else newline  # lent to a last line that has none
    lines = [line + "\n" for line in (text.removeprefix(mark) + end).split("\n")[:-1]]
    for edit in sorted(edits, key=lambda edit: edit.place, reverse=True):  # lines above stay
        edit.apply(lines, newline)
    return mark + "".join(lines).removesuffix(end)

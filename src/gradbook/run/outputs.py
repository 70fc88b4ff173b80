"""What cells put out, in Jupyter's words, and how it travels from the worker as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field

_NOISE = [
    # Where an object lies in memory, and where C++ noticed something, differ from run to run.
    (re.compile(r"\bat 0x[0-9a-fA-F]+"), "at 0x…"),
    (re.compile(r"\s?\(Triggered internally at [^()\n]*\)(?:\.(?=\s|$))?"), ""),
    # Where Python or a package is installed differs from machine to machine; the part below stays.
    # A path begins where a word does: a long line of slashes must not be tried at each of them.
    (
        re.compile(
            r"(?<![^\s'\"(\[<=,])(?:/|[A-Za-z]:\\)[^\s'\"(\[<=,:)]*"
            r"(?:site-packages|python3\.\d+)[/\\]"
        ),
        "",
    ),
]
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def normalize(text: str) -> str:
    """`text` without what differs between runs: addresses, install folders, C++ origins.

    Characters that neither a source file nor a page can hold become escapes, as in a string.
    """
    for pattern, replacement in _NOISE:
        text = pattern.sub(replacement, text)
    return _UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)


@dataclass
class Output:
    """One output: `kind` is stdout, stderr, warning, display or error.

    `statement` counts the cell's statements from 0.
    `text` is what an expectation states; `data` holds a display's richer forms by MIME type, images as base64.
    It is loose where a thread or a child process wrote it: at which statement it came is chance.
    Of an error, `trace` has the program's own lines that led to it: file, number and code of each.
    """

    kind: str
    text: str
    statement: int
    data: dict[str, str] = field(default_factory=dict)
    loose: bool = False
    trace: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def exception(self) -> tuple[str, str]:
        """Of an error, the exception's type, with its module, and what it says."""
        # The lines above it are those that a SyntaxError shows.
        type_and_message = re.search(r"^\S.*", self.text, re.M | re.S)[0].strip()
        name, _, message = re.match(r"([^\s:]+)(: )?(.*)", type_and_message, re.S).groups()
        return name, message


def add(outputs: list[Output], new: Output) -> None:
    """Add an output to a cell's; one that goes on where the last ended becomes a part of it."""
    last = outputs[-1] if outputs else None
    stream = new.kind in ("stdout", "stderr")
    if last and stream and _place(last) == _place(new):
        last.text += new.text
    elif last and last.kind == "error" and new.kind != "error":
        outputs.insert(-1, new)  # an exception is the last that a cell says
    else:
        outputs.append(new)


def _place(output: Output) -> tuple[str, int, bool]:
    return output.kind, output.statement, output.loose


def settled(outputs: list[Output], last: int) -> list[Output]:
    """The outputs of a cell, the loose ones moved to where the next that is not came, or to its `last` statement.

    So it is not chance any more where they stand.
    """
    found: list[Output] = []
    for output in reversed(outputs):
        if not output.loose:
            last = output.statement
        output.statement = last
    for output in outputs:
        add(found, output)
    return found


def merged(outputs: list[Output]) -> list[Output]:
    """The outputs with neighbors of one stream joined, as a notebook keeps them."""
    found: list[Output] = []
    for output in outputs:
        stream = output.kind in ("stdout", "stderr", "warning")
        if stream and found and found[-1].kind == output.kind:
            found[-1] = Output(output.kind, found[-1].text + output.text, output.statement)
        else:
            found.append(output)
    return found


@dataclass
class CellRun:
    """What one cell did: its outputs in order, and how many of its statements were started."""

    outputs: list[Output] = field(default_factory=list)
    started: int = 0
    seconds: float = 0.0


@dataclass
class Fault:
    """Why a worker was ended before its program, and the cell and statement it was at."""

    reason: str
    cell: int
    statement: int


@dataclass
class Run:
    """What a whole program did. With a fault, `cells` is shorter than the program."""

    cells: list[CellRun] = field(default_factory=list)
    fault: Fault | None = None
    from_cache: bool = False

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Run:
        raw = json.loads(text)
        fault = raw["fault"] and Fault(**raw["fault"])
        return Run([cell_run(cell) for cell in raw["cells"]], fault)


def cell_run(raw: dict) -> CellRun:
    """A CellRun from its JSON form."""
    return CellRun([Output(**output) for output in raw["outputs"]], raw["started"], raw["seconds"])

"""The comparison: cases as a person writes them, then every way to alter what torch printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from case_files import CASES

from gradbook.compare.matching import (
    in_prose,
    line_matches,
    lines,
    matches,
    prose_matches,
)
from gradbook.run.outputs import normalize


def cases() -> Iterator[pytest.ParameterSet]:
    """Each `expected`, `got`, verdict of the case files; what else stands there is for readers."""
    block = re.compile(
        r"^expected  (?P<expected>.*(?:\n(?!got ).*)*)\n"
        r"got       (?P<got>.*(?:\n(?!fits$|differs$).*)*)\n(?P<verdict>fits|differs)$",
        re.M,
    )
    for path in sorted((CASES / "compare").glob("*.txt")):
        text = path.read_text("utf-8")
        assert text.count("\nexpected  ") == len(block.findall(text)), path
        for case in block.finditer(text):
            line = text.count("\n", 0, case.start()) + 1
            stated = [part.split("\n") for part in (case["expected"], case["got"])]
            expected, got = ([line.removeprefix(" " * 10) for line in part] for part in stated)
            fits = case["verdict"] == "fits"
            yield pytest.param(expected, got, fits, id=f"{path.name}:{line}")


@pytest.mark.parametrize(("expected", "got", "fits"), list(cases()))
def test_case(expected: list[str], got: list[str], fits: bool) -> None:
    assert matches(expected, got) == fits


# What torch and Python print, with every kind of number.
PRINTED = [
    "tensor([[0.1667, 12.5000, -3.3333]], grad_fn=<MulBackward0>)",
    "tensor([1.0000e-05, 2.5000e+03, 0.0000e+00], dtype=torch.float64)",
    "tensor([0.5403+0.8415j, 2.0000-4.0000j])",
    "tensor([nan, inf, -inf, 0.5000], requires_grad=True)",
    "0.30000001192092896 torch 2.13.0+cpu 93. 64 (tensor(12.), None)",
    "RuntimeError: element 0 of tensors does not require grad",
]
CHARACTERS = "0179.,-+ e_xj"


@pytest.mark.parametrize("line", PRINTED)
def test_a_line_fits_itself_and_itself_with_fewer_digits(line: str) -> None:
    assert line_matches(line, line)
    numbers = list(re.finditer(r"(?<![\w.])\d+\.\d+(?![\w.])", line))
    for number in numbers:
        for digits in range(1, len(number[0].partition(".")[2]) + 1):
            # Python's own rounding is the second opinion.
            rounded = format(float(number[0]), f".{digits}f")
            assert line_matches(line[: number.start()] + rounded + line[number.end() :], line)


@pytest.mark.parametrize("line", PRINTED)
def test_no_character_can_be_altered_unless_it_is_still_the_number_rounded(line: str) -> None:
    rejected = 0
    for altered in alterations(line):
        if line_matches(altered, line):
            assert same_numbers(altered, line), altered
        else:
            rejected += 1
    assert rejected > 10 * len(line)


def alterations(line: str) -> Iterator[str]:
    """The line with each character taken away, replaced, or followed by another."""
    for at in range(len(line)):
        yield line[:at] + line[at + 1 :]
        for character in CHARACTERS:
            if character != line[at]:
                yield line[:at] + character + line[at + 1 :]
                yield line[: at + 1] + character + line[at + 1 :]


def same_numbers(stated: str, printed: str) -> bool:
    """A second method: cut both at what is no number, and let Python's format() round.

    A hair more and a hair less is rounded too, since a tie may go either way.
    """
    cut = re.compile(r"([^\d.e+-]+|(?<!e)[+-])")
    for said, came in zip(cut.split(stated), cut.split(printed), strict=True):
        if said != came:
            mantissa, _, exponent = said.partition("e")
            digits = len(mantissa.partition(".")[2])
            number = float(came) / 10.0 ** int(exponent or 0)
            near = (number * (1 - 1e-12), number, number * (1 + 1e-12))
            rounded = {float(format(value, f".{digits}f")) for value in near}
            if digits == 0 or float(mantissa) not in rounded:
                return False
    return True


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("0.5 " * 50_000 + "0.6", "0.5 " * 50_000 + "0.7"),
        ("start " + "... " * 300 + "end", "start " + "a " * 50_000),
        ("... 0.5 0.5 0.5 0.6", "0.5 " * 50_000),
        ("..." + "a" * 1000 + "b", "a" * 100_000),
        ("1" * 100_000 + ".0", "1" * 100_000 + ".1"),
        ("1.0e999999999", "1.1e-999999999"),
        ("1.0e9999999999999999999999", "1.1e9999999999999999999999"),
    ],
)
def test_a_very_long_line_is_compared(expected: str, got: str) -> None:
    """One that takes for ever is ended by the runner."""
    assert not line_matches(expected, got)


NORMALIZED = {
    "<Node object at 0x7f3a91c04d30>": "<Node object at 0x…>",
    "Odd. (Triggered internally at ../torch/csrc/autograd.cpp:7.)": "Odd.",
    "/usr/lib/python3.11/site-packages/torch/x.py:3": "torch/x.py:3",
    'File "/usr/local/python3.11/lib/python3.11/random.py", line 3': 'File "random.py", line 3',
    r"C:\venv\Lib\site-packages\torch\x.py": r"torch\x.py",
    "snippets/tutorial/one_step.py:3": "snippets/tutorial/one_step.py:3",
    "1/2 of 3/4": "1/2 of 3/4",
    "10%\r20%\x1b[0m\x00": r"10%\r20%\x1b[0m\x00",
    "half a character: \ud800": r"half a character: \ud800",
    "x² ≤ ∂y/∂x — 漢字\tand tabs\n": "x² ≤ ∂y/∂x — 漢字\tand tabs\n",
}


@pytest.mark.parametrize(("text", "normalized"), list(NORMALIZED.items()))
def test_what_differs_between_machines_is_taken_out(text: str, normalized: str) -> None:
    assert normalize(text) == normalized
    assert normalize(normalized) == normalized


@pytest.mark.parametrize(
    "text", ["/" * 10**5, "=/" * 10**5, " " * 10**5, "(Triggered internally at " * 10**4]
)
def test_a_very_long_output_is_normalized(text: str) -> None:
    """One that takes for ever is ended by the runner."""
    assert normalize(text) == text


def test_lines_of_an_output() -> None:
    assert lines("") == []
    assert lines("\n") == [""]
    assert lines("one\n  two  \n") == ["one", "  two"]
    assert lines("no newline at the end") == ["no newline at the end"]
    assert lines("a\tb") == ["a       b"]


@pytest.mark.parametrize(
    ("stated", "value", "fits"),
    [
        ("93", "93.0", True),
        ("93.0", "93", True),
        ("93", "93.4", False),
        ("93.1", "93.06", True),
        ("0.0931", "0.093057", True),
        ("−0.6637", "-0.66372", True),
        ("0.6637", "-0.66372", False),
        ("1,234", "1234", True),
        ("1,234.5", "1234.54", True),
        ("3,5", "35", False),
        ("1e-3", "0.001", True),
        ("torch.float32", "torch.float32", True),
        ("torch.float32", "torch.float64", False),
        ("2.13.0", "2.13.1", False),
        ("50%", "50%", True),
        ("nan", "nan", True),
        ("", "0", False),
    ],
)
def test_a_value_in_a_sentence(stated: str, value: str, fits: bool) -> None:
    assert prose_matches(stated, value) == fits


def test_a_corrected_value_is_written_as_a_sentence_writes_it() -> None:
    assert in_prose("93.0", like="94") == "93"
    assert in_prose("93.0", like="94.0") == "93.0"
    assert in_prose("-0.5", like="0.5") == "−0.5"
    assert in_prose("-0.5", like="-0.7") == "-0.5"
    assert in_prose("-1e-05", like="1") == "−1e-05"
    assert in_prose("one-step", like="two-steps") == "one-step"

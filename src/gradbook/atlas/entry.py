"""An entry: all that was computed of an operator, as one line of text that a build compares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import torch

from gradbook.atlas import trials
from gradbook.atlas.awkward import awkward
from gradbook.atlas.listed import calls
from gradbook.atlas.samples import cases, chosen, seeded

FIELDS = (
    "node",
    "others",
    "tensors",
    "numbers",
    "keep",
    "gradient",
    "forward",
    "double",
    "batched",
    "complex",
    "gradcheck",
    "gradgradcheck",
    "at",
)
NOTHING = "-"


@dataclass(frozen=True)
class Entry:
    """An operator by its name in torch's list; what it is called by; the fields, of which each is a few words.

    node: the names of the graph's nodes, from the result on. others: nodes of results at other samples. tensors,
    numbers: what they keep. keep: what must not be overwritten. gradient: whether there is one, and where it is None,
    zeros or NaN. forward, double, batched, complex: "yes", or "no: " and why. gradcheck, gradgradcheck: at how many
    samples it passed, and why not at the others. at: the derivative at awkward points.
    """

    name: str
    calls: tuple[str, ...]
    fields: dict[str, str]

    def __str__(self) -> str:
        told = [f"{field}: {self.fields[field]}" for field in FIELDS]
        return " | ".join([f"{self.name} ({', '.join(self.calls)})", *told])

    @staticmethod
    def read(line: str) -> Entry:
        """The entry that a line tells of."""
        first, *told = line.split(" | ")
        name, _, called = first.partition(" (")
        fields = dict(field.split(": ", 1) for field in told)
        return Entry(name, tuple(called.removesuffix(")").split(", ")), fields)


def entry(name: str, op: Any) -> Entry:
    """Run an operator, and tell of it."""
    found, complex_ones = cases(op), cache(partial(cases, op, torch.complex128))
    fields = dict.fromkeys(FIELDS, NOTHING)
    if found:
        first, few = found[0], chosen(found)
        tensors, numbers = seeded(trials.saved, first)
        others = [*found, *(complex_ones() if torch.complex128 in op.dtypes else [])]
        fields |= {
            "node": " < ".join(seeded(trials.names, first)),
            "others": ", ".join(seeded(trials.other_nodes, first, others)),
            "tensors": ", ".join(tensors),
            "numbers": ", ".join(numbers),
            "keep": ", ".join(seeded(trials.kept, first)),
            "gradient": trials.gradient(found),
            "forward": trials.over(trials.forward, few),
            "double": trials.over(trials.double, few),
            "batched": trials.over(trials.batched, few),
            "complex": trials.complex_numbers(complex_ones),
            "gradcheck": trials.passed(few),
            "gradgradcheck": trials.second_passed(few),
            "at": " ; ".join(seeded(awkward, name, op, first)),
        }
        if fields["double"] == "yes" and "mismatch" in fields["gradgradcheck"]:
            fields["double"] = trials.DOUBTFUL
    told = {field: text.replace(" | ", " / ") or NOTHING for field, text in fields.items()}
    return Entry(name, tuple(calls(op)), told)
